"""What one believes of recurrent networks: a question in each of two forms for each misconception.

- `form`: what a question is; then the questions, by subject;
- `result`: what somebody has chosen, in a file without a name;
- `scores`, `classroom`: a class's files together.
"""
from importlib import import_module

from rnnlib.beliefs.form import FORMS, RIGHT, Choice, Question, questions, shorts

__all__ = ["FORMS", "RIGHT", "Choice", "Question", "questions", "shorts"]

# each enters its questions
for _file in ("forwards", "backwards", "decay", "steps", "chances", "stacks"):
    import_module(f"{__name__}.{_file}")

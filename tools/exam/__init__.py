"""Exams: questions over the course whose numbers a seed draws, with a key."""
from importlib import import_module

from tools.exam.form import QUESTIONS

__all__ = ["QUESTIONS"]

# in the order of the notebooks; each enters its questions into QUESTIONS
for _file in ("forwards", "backwards", "decay", "stacks", "chances"):
    import_module(f"{__name__}.{_file}")

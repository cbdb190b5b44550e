"""For who learns alone: three questions a notebook, asked again on other days, and what is done.

    rl.tomorrow("03")
    rl.progress()
"""
from importlib import import_module

from rnnlib.alone.form import QUESTIONS

__all__ = ["QUESTIONS"]

# one file a notebook, in their order; each enters its questions into QUESTIONS
for _file in ("graph", "forward", "backward", "decay", "cliffs", "stacks", "gates", "probability",
              "training"):
    import_module(f"{__name__}.{_file}")

"""For who learns alone: three questions a notebook, asked again on other days, and what is done.

    rl.tomorrow("03")
    rl.progress()
"""
from importlib import import_module

from rnnlib.alone.form import QUESTIONS
from rnnlib.predictions import FILES

__all__ = ["QUESTIONS"]

# one file a notebook from 01 on, as for predictions; each enters its questions into QUESTIONS
for _file in FILES[1:]:
    import_module(f"{__name__}.{_file}")

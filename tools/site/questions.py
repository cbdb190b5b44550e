"""Predictions and questions on a page without a kernel: their answers are there from the start, out
of sight."""
import re

from rnnlib.alone.form import of
from rnnlib.predictions import PREDICTIONS, Asked
from tools.site.graphs import classic

CALL = re.compile(r'rl\.predict\("(.+)"\)')
TOMORROW = re.compile(r'rl\.tomorrow\("(\d\d)"\)')
TRAITS = "title", "question", "options", "pictures", "chosen", "hands", "note"


def asked_by(cell):
    """The prediction that a cell asks for, or its questions for another day; none for another."""
    if found := CALL.fullmatch(cell.source):
        return [PREDICTIONS[found[1]]]
    found = TOMORROW.fullmatch(cell.source)
    return of(found[1]) if found else []


def traits(prediction):
    """What the browser must know of a prediction or question."""
    asked = Asked(prediction)
    asked.commit()
    state = {name: getattr(asked, name) for name in TRAITS}
    state |= {"state": "asked", "answer": {}, "withheld": asked.answer}
    asked.close()
    return state


def script():
    """The questions' script for pages without modules."""
    return classic(str(Asked._esm), "choicesModule")


def style():
    """The questions' own style."""
    return str(Asked._css)

"""Predictions on a page without a kernel: their answers are there from the start, out of sight."""
import re

from rnnlib.predictions import PREDICTIONS, Asked
from tools.site.graphs import classic

CALL = re.compile(r'rl\.predict\("(.+)"\)')
TRAITS = "title", "question", "options", "pictures", "chosen", "hands", "note"


def traits(cell):
    """What the browser must know of the prediction that a cell asks for; None for another cell."""
    if not (found := CALL.fullmatch(cell.source)):
        return None
    asked = Asked(PREDICTIONS[found[1]])
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

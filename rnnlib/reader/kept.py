"""What a reader has done, in one small file beside the notebooks. It is sent nowhere, and who
deletes it begins anew.

    {"predictions": {"uses of the loop": {"chosen": "4 times", "state": "opened",
                                          "on": "2026-11-28"}},
     "checks": {"backward": {"on": "2026-11-28"}},
     "questions": {"blame of a later time": {"right": 1, "on": "2026-11-29"}}}
"""
import json
import os
from datetime import date
from pathlib import Path

from rnnlib.learning.saving import in_one_go

FILE = "my_course.json"
_said = set()


def home():
    """The reader's folder: in which Python runs, unless the environment's RNNLIB_KEPT names one."""
    return Path(os.environ.get("RNNLIB_KEPT") or ".")


def told(kind):
    """{name: what was kept} of one kind, such as "predictions"; empty where nothing was.

    OSError, or ValueError with a sentence where the file holds something else.
    """
    return _read().get(kind, {})


def keep(kind, name, value):
    """Keep something under a name, or forget it: None. Errors as `told`; then nothing changes."""
    whole = _read()  # just now: another notebook may have written meanwhile
    entries = whole.setdefault(kind, {})
    entries.pop(name, None)
    if value is not None:
        entries[name] = value
    with in_one_go(home() / FILE) as beside:
        beside.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")


def done(kind, name):
    """Keep the day on which something was done first. Never in the way: "", or where nothing can
    be kept the sentence that says so, once."""
    try:
        if name not in told(kind):
            keep(kind, name, {"on": f"{date.today()}"})
        return ""
    except (OSError, ValueError) as error:
        sentence = trouble(error)
        new = sentence not in _said
        _said.add(sentence)
        return sentence if new else ""


def day(entry):
    """The day that was kept with something; None where there is none."""
    try:
        return date.fromisoformat(entry["on"])
    except (TypeError, KeyError, ValueError):
        return None


def trouble(error):
    """An error of this file in a sentence for the reader."""
    reason = error.strerror if isinstance(error, OSError) else error
    return f"Nothing is kept: {FILE}: {reason}. Mend it or delete it."


def _read():
    path = home() / FILE
    if not path.exists():
        return {}
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        whole = None
    if not (isinstance(whole, dict) and all(isinstance(part, dict) for part in whole.values())):
        raise ValueError("this is not what the course has written")
    return whole

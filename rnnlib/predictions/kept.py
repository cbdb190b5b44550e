"""What a reader has answered, in one small file beside the notebooks. It is sent nowhere, and who
deletes it begins anew."""
import json
from pathlib import Path

from rnnlib.learning.saving import in_one_go

FILE = "my_course.json"


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
    with in_one_go(Path(FILE)) as beside:
        beside.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")


def trouble(error):
    """An error of this file in a sentence for the reader."""
    reason = error.strerror if isinstance(error, OSError) else error
    return f"Nothing is kept: {FILE}: {reason}. Mend it or delete it."


def _read():
    path = Path(FILE)
    if not path.exists():
        return {}
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        whole = None
    if not (isinstance(whole, dict) and all(isinstance(part, dict) for part in whole.values())):
        raise ValueError("this is not what the course has written")
    return whole

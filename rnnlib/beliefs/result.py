"""What somebody has chosen, in a file of their own: a number drawn by lot, and no name.

    {"format": "rnnlib beliefs 1", "id": "4f0c2a9e",
     "forms": {"before": {"01": "right", "02": "immediate", "03": null}, "after": {}}}

Of each question the key of the choice, null where it was skipped.
"""
import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from rnnlib import arguments
from rnnlib.arguments import shown
from rnnlib.beliefs.form import FORMS, RIGHT, questions
from rnnlib.learning.saving import in_one_go
from rnnlib.reader.kept import home

FORMAT = "rnnlib beliefs 1"
LARGEST = 100_000  # bytes of a file


@dataclass(frozen=True)
class Result:
    """The answers of one person: its id, and {form: {number: key of a choice, None if skipped}}."""

    id: str
    forms: dict = field(default_factory=lambda: {form: {} for form in FORMS})

    def unanswered(self, form):
        """The numbers of the questions of a form that were neither answered nor skipped."""
        return [number for number in questions(form) if number not in self.forms[form]]

    def held(self, form):
        """{number: "right", "own" for the belief that the question is about, "other", "skipped" or
        "open"} of a form."""
        return {number: self._held(question) for number, question in questions(form).items()}

    def _held(self, question):
        if question.number not in self.forms[question.form]:
            return "open"
        key = self.forms[question.form][question.number]
        if key in (None, RIGHT):
            return key or "skipped"
        return "own" if question.choices[question.keys.index(key)].own else "other"

    def text(self):
        """The text of the file."""
        return json.dumps({"format": FORMAT, "id": self.id, "forms": self.forms}, indent=1) + "\n"


def read(path):
    """The Result in a file. ValueError, in one sentence, for a file that is none."""
    path = Path(path)
    if not path.is_file():
        raise ValueError("it is no file")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        told = json.loads(content) if len(content) <= LARGEST else None
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ValueError("it holds no JSON") from None
    if len(content) > LARGEST:
        raise ValueError(f"it has more than {LARGEST} bytes, too many for answers")
    return _result(told)


def _result(told):
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError(f'it is JSON of something else: no "format": "{FORMAT}"')
    if not isinstance(told.get("id"), str) or not re.fullmatch("[0-9a-f]{8}", told["id"]):
        raise ValueError(f"its id must be eight of 0-9 and a-f, got {shown(told.get('id'))}")
    forms = told.get("forms")
    if not isinstance(forms, dict) or set(forms) != set(FORMS):
        raise ValueError(f"its forms must be {' and '.join(FORMS)}, got {shown(forms)}")
    return Result(told["id"], {form: _answers(form, forms[form]) for form in FORMS})


def _answers(form, told):
    if not isinstance(told, dict):
        raise ValueError(f"the answers of its form {form} must be an object, got {shown(told)}")
    for number, key in told.items():
        if number not in questions(form):
            raise ValueError(f"its form {form} has no question {shown(number)}")
        keys = questions(form)[number].keys
        if key is not None and key not in keys:
            raise ValueError(f"question {number} has no choice {shown(key)}; there are "
                             f"{', '.join(keys)}")
    return told


class Own:
    """The reader's own file in a folder: the newest result there, or none yet.

        own = Own("notebooks")
        own.put("before", "01", "right")
        own.path, own.result

    folder  where it is and goes; the folder in which Python runs unless told otherwise, also by
            the environment's RNNLIB_KEPT
    """

    def __init__(self, folder=None):
        self.folder = arguments.path("folder", folder, "folder") if folder is not None else home()
        self.path, self.result = _newest(self.folder) or (None, None)

    def put(self, form, number, key):
        """Keep an answer; None for one that was skipped."""
        # another notebook may have written since
        self.path, result = _newest(self.folder) or (None, Result(secrets.token_hex(4)))
        forms = {**result.forms, form: {**result.forms[form], number: key}}
        self.result = Result(result.id, {name: _answers(name, forms[name]) for name in FORMS})
        self.path = self.path or self.folder / f"beliefs-{result.id}.json"
        with in_one_go(self.path) as beside:
            beside.write_text(self.result.text(), encoding="utf-8")


def _newest(folder):
    """(path, Result) of the newest result in a folder, None without one; others stay untouched."""
    found = []
    for path in folder.glob("beliefs-*.json"):
        try:
            found.append((path.stat().st_mtime, path, read(path)))
        except (ValueError, OSError):
            continue
    return max(found, key=lambda one: one[:2])[1:] if found else None

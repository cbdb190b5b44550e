"""Help with an exercise: three hints, from general to nearly there, and then its solution.

    rl.hint("loss")           # the first one; asked again, one more each time
    rl.hint("loss", step=2)   # the first two, however often it was asked
"""
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from rnnlib.arguments import count
from rnnlib.exercises.feedback import as_html

OPENING = re.compile(r"^# exercise: *(\S+) *$", re.MULTILINE)
_HOUSE = Path(__file__).resolve().parents[1]
_told = {}  # {exercise: how many steps it has told in this session}


@dataclass(frozen=True, repr=False)
class Hints:
    """What is told of an exercise: `hints`, the first of three, then the `solution`, "" until then.

    more: a sentence that says what comes when it is asked again; "" where nothing does.
    """

    hints: tuple
    solution: str = ""
    more: str = ""

    def _parts(self):
        """(title, text, HTML) of each step."""
        for k, text in enumerate(self.hints, start=1):
            yield f"Hint {k} of 3", text, as_html(text)
        if self.solution:
            code = f"<pre><code>{escape(self.solution)}</code></pre>"
            yield "Solution", f"\n{self.solution}", code

    def __repr__(self):
        told = [f"{title}. {text}".replace(" \n", "\n") for title, text, _ in self._parts()]
        return "\n".join([*told, self.more] if self.more else told)

    def folded(self):
        """HTML in which each step is closed until the reader opens it."""
        return "".join(f"<details><summary>{title}</summary>{inside}</details>"
                       for title, _, inside in self._parts())

    def _repr_html_(self):
        told = "".join(f"<div><strong>{title}.</strong> {inside}</div>"
                       for title, _, inside in self._parts())
        return ('<div role="status" style="border-left: 0.3em double; padding: 0.3em 0.8em">'
                f"{told}<div>{self.more}</div></div>")


def helped(exercise, step=None):
    """The Hints of an exercise up to this step, 4 its solution; without, up to the next one."""
    solution = _solution(exercise.name)
    most = 3 + bool(solution)
    if step is None:
        asked = _told[exercise.name] = min(_told.get(exercise.name, 0) + 1, most)
    else:
        asked = count("step", step, most=most)
    more = "" if asked == most or step is not None else (
        f"Run this cell again for the {'solution' if asked == 3 else 'next hint'}.")
    return Hints(exercise.hints[:asked], solution if asked > 3 else "", more)


def solutions(text):
    """{exercise: source of its solved cell} of a solution file."""
    _, *parts = OPENING.split(text)
    return {name: source.strip("\n") for name, source in zip(parts[::2], parts[1::2], strict=True)}


@cache
def _solution(name):
    """The solved cell of every notebook that asks for it, the notebook above; "" if none does."""
    # inside an installed package, beside a cloned one
    inside = _HOUSE / "solutions"
    folder = inside if inside.is_dir() else _HOUSE.parent / "tests" / "solutions"
    found = {path.stem: solutions(path.read_text(encoding="utf-8")).get(name)
             for path in sorted(folder.glob("*.py"))}
    return "\n\n".join(f"# {stem}\n{cell}" for stem, cell in found.items() if cell)

"""What a reader has done in each notebook, and which questions are due, as data."""
from dataclasses import dataclass
from datetime import date

from rnnlib import environment
from rnnlib.alone.form import QUESTIONS, of
from rnnlib.exercises.form import EXERCISES
from rnnlib.predictions import FILES, PREDICTIONS
from rnnlib.reader import kept
from rnnlib.reader.spaced import Standing, standing

# a notebook's predictions and exercises stand in files of this name
NOTEBOOKS = {f"{number:02}": name for number, name in enumerate(FILES)}
UNASKED = {"forward_step"}  # exercises of no notebook


@dataclass(frozen=True)
class Done:
    """What was done in a notebook: how many of its predictions and checks, the last day, and
    {question's name: Standing} of the questions that will be asked again or were."""

    number: str
    predictions: tuple
    checks: tuple
    last: date | None
    standings: dict

    @property
    def title(self):
        """Number and name, "03 Backpropagation through time"; the number where no notebook is."""
        names = {path.stem[:2]: path.stem[3:] for path in environment.stored()}
        return f"{self.number} {names.get(self.number, '').replace('_', ' ').capitalize()}".strip()


def done(today):
    """[Done] of the notebooks 00 to 09. OSError or ValueError as `kept.told`."""
    kinds = [kept.told(kind) for kind in ("predictions", "checks", "questions")]
    return [_done(number, *kinds, today) for number in NOTEBOOKS]


def due(found, today):
    """The names of the questions that are due in [Done], the longest waiting first."""
    waiting = {name: one.due for notebook in found for name, one in notebook.standings.items()}
    names = [name for name, day in waiting.items() if day and day <= today]
    return sorted(names, key=lambda name: (waiting[name], list(QUESTIONS).index(name)))


def standing_of(name, today):
    """The Standing of a question; one that begins today for who has done nothing yet."""
    found = {key: one for notebook in done(today) for key, one in notebook.standings.items()}
    return found.get(name, Standing(0, today))


def _done(number, predictions, checks, questions, today):
    made = _entries(predictions, PREDICTIONS, number, lambda one: one.find)
    passed = _entries(checks, EXERCISES, number, lambda one: one.plain)
    last = max(filter(None, map(kept.day, (*made.values(), *passed.values()))), default=None)
    many, solved = (sum(entry is not None for entry in found.values()) for found in (made, passed))
    # who has not come half way has not read what is asked
    used = last if 2 * many >= len(made) else None
    standings = {one.name: standing(questions.get(one.name), used, today) for one in of(number)}
    return Done(number, (many, len(made)), (solved, len(passed)), last,
                {name: one for name, one in standings.items() if one})


def _entries(told, known, number, function):
    """{name: what was kept, None without} of all that a notebook's file asks."""
    return {name: told.get(name) for name, one in known.items()
            if name not in UNASKED and function(one).__module__.endswith(f".{NOTEBOOKS[number]}")}

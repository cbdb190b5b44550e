"""When a question comes back: the day after, then 3 days after it was right, then 7."""
from dataclasses import dataclass
from datetime import date, timedelta

from rnnlib.reader.kept import day

DAYS = 1, 3, 7


@dataclass(frozen=True)
class Standing:
    """How a reader stands with a question: right so many times in a row, each time on a day on
    which it was due; `on` the day from which the next days are counted."""

    right: int
    on: date

    @property
    def due(self):
        """The day on which it is asked again; None once it was right after all of DAYS."""
        return self.on + timedelta(DAYS[self.right]) if self.right < len(DAYS) else None

    def answered(self, right, today):
        """The standing after an answer: wrong begins anew, right before its day counts nothing."""
        if not right:
            return Standing(0, today)
        return Standing(self.right + 1, today) if self.due and self.due <= today else self


def standing(entry, used, today):
    """The Standing that an entry of the reader's file says, or that somebody begins with who used
    the notebook last on a day; None for who has not used it."""
    right, on = 0, used
    if day(entry) and entry.get("right") in range(len(DAYS) + 1):
        right, on = entry["right"], day(entry)
    # a day to come is one of a clock that was wrong
    return Standing(right, min(on, today)) if on else None

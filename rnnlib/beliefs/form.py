"""What a question about a belief is: made of numbers, its choices judged by the engine.

    @question("12", "Clipping helps against vanishing", "05 *What clipping does not save*",
              before={"length": 0.001}, after={"length": 0.02})
    def clipping(length):
        return "How long is it afterwards?", [right("as it was", holds, "..."),
                                              row("1", "1 long", holds, "belief", "against")]

`holds` is what the engine says of a choice. A question in which not just the right choice holds
cannot be made.
"""
import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from rnnlib import arguments

FORMS = "before", "after"
RIGHT = "right"
_MAKERS = {}


@dataclass(frozen=True)
class Choice:
    """What can be chosen: a key (the same in both forms), its text, whether it holds by the engine,
    the belief behind it and the sentence against it; of the right one the sentence for it.

    `own` says that the belief is the one that the question is about.
    """

    key: str
    text: str
    holds: bool
    belief: str
    because: str
    own: bool = False


def right(text, holds, because):
    """The choice of who knows."""
    return Choice(RIGHT, text, bool(holds), "", because)


def row(key, text, holds, belief, because):
    """A choice of who holds the question's own belief."""
    return Choice(key, text, bool(holds), belief, because, own=True)


def other(key, text, holds, belief, because):
    """A choice of who holds another belief."""
    return Choice(key, text, bool(holds), belief, because)


@dataclass(frozen=True)
class Question:
    """A question of a form: its number, its belief in a few words, what it asks, its choices in the
    order in which they are shown, and the place that settles it, as "05 *The landscape*"."""

    number: str
    short: str
    form: str
    asks: str
    choices: tuple
    place: str

    def __post_init__(self):
        wrong = [c.text for c in self.choices if c.holds != (c.key == RIGHT)]
        texts, keys = ({getattr(c, name) for c in self.choices} for name in ("text", "key"))
        if wrong or not len(texts) == len(keys) == len(self.choices):
            raise ValueError(f"question {self.number} ({self.form}) must have different choices, "
                             f"just the right one true by the engine, got {wrong or texts}")

    @property
    def right(self):
        """The index of the right choice."""
        return [choice.holds for choice in self.choices].index(True)

    @property
    def keys(self):
        """The keys of the choices, as they are shown."""
        return [choice.key for choice in self.choices]

    @property
    def heading(self):
        """(number of the notebook, heading in it) of the place."""
        return re.fullmatch(r"(\d\d) \*(.+)\*", self.place).groups()


def question(number, short, place, **numbers):
    """Enters the question that the decorated function makes of the numbers of each form."""
    def enter(make):
        _MAKERS[number] = make, short, place, numbers
        return make
    return enter


@cache
def questions(form):
    """{number: Question} of a form, "before" or "after", in the order of the table."""
    arguments.choice("form", form, FORMS)
    return {number: _made(number, form) for number in sorted(_MAKERS)}


def shorts():
    """{number: the belief in a few words}."""
    return {number: _MAKERS[number][1] for number in sorted(_MAKERS)}


def _made(number, form):
    make, short, place, numbers = _MAKERS[number]
    asks, choices = make(**numbers[form])
    # where the right one stands is drawn; 169: no place holds it more than 7 times in a form
    order = np.random.default_rng([int(number), FORMS.index(form), 169]).permutation(len(choices))
    return Question(number, short, form, asks, tuple(choices[k] for k in order), place)

"""What a question of an exam is: numbers drawn by a seed, every answer asked of the library.

    @question("04 *One number*")
    def one_number(rng):
        w, k = pick(rng, [0.5, 0.9, 2]), pick(rng, [3, 4, 5])
        return Drawn({"w": w, "k": k}, f"... w = {told(w)} ... {k} steps ...", [
            Part("What is left?", jacobian[k, 0], 3, f"{w}**{k}", {"w · k": w * k})])

The place is where the course teaches it. `working` is the way to the answer by hand, as a sum that
Python can do: the tests do it, and the key prints it.
"""
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

QUESTIONS = {}  # by name, in the order of the notebooks
# a draw whose rounded answers would be ambiguous is drawn again, so often at most
TRIES = 1000


@dataclass(frozen=True)
class Part:
    """One thing that is asked: its answer, a number or several, and to how many decimals.

    working: a sum in Python for each number; slips: {what went wrong: the answer it leads to}.
    """

    asks: str
    answer: object
    decimals: int
    working: str | tuple
    slips: dict = field(default_factory=dict)

    @property
    def values(self):
        """The numbers of the answer, as an array."""
        return np.ravel(self.answer)

    @property
    def sums(self):
        """The working of each number."""
        return (self.working,) if isinstance(self.working, str) else self.working

    def said(self, answer):
        """An answer, right or wrong, as it is to be written down."""
        numbers = [told(v, self.decimals) for v in np.ravel(answer)]
        return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"

    @property
    def is_clear(self):
        """Whether no number stands halfway between two roundings, and each slip shows: by a whole
        unit of the last decimal, however it is rounded."""
        answers = np.array([np.ravel(one) for one in (self.answer, *self.slips.values())], float)
        answers *= 10.0**self.decimals
        apart = abs(answers[:, None] - answers).max(axis=2)[np.triu_indices(len(answers), 1)]
        return bool(np.isfinite(answers).all() and (abs(answers[0] % 1 - 0.5) > 1e-6).all()
                    and (apart > 1 - 1e-6).all())


@dataclass(frozen=True)
class Drawn:
    """A question with its numbers: {name: number, or list of them}, its text, its Parts."""

    given: dict
    asks: str
    parts: list


@dataclass(frozen=True)
class Question:
    """A question before its numbers are drawn: its place, as "04 *One number*", and its maker."""

    name: str
    place: str
    make: Callable

    @property
    def notebook(self):
        return self.place[:2]

    def drawn(self, seed):
        """The question with the numbers of a seed; those of the other questions do not matter."""
        rng = np.random.default_rng([seed, *self.name.encode()])
        for _ in range(TRIES):
            found = self.make(rng)
            if all(part.is_clear for part in found.parts):
                return found
        raise RuntimeError(f"no numbers of seed {seed} make {self.name!r} clear")


def question(place):
    """A decorator that enters what draws a question into QUESTIONS, under its own name."""
    def entered(make):
        name = make.__name__.replace("_", " ")
        QUESTIONS[name] = Question(name, place, make)
        return make

    return entered


def pick(rng, values, count=None):
    """One of the values, or a list of so many, each drawn anew."""
    return rng.choice(values, size=count).tolist()


def told(v, decimals=None):
    """A number as text: with so many decimals, or as it is."""
    if decimals is not None:
        v = round(float(v), decimals) + 0.0  # of -0.0 it makes 0.0
    text = f"{v:.10g}" if decimals is None else f"{v:.{decimals}f}"
    return text.replace("-", "−")


def row(values):
    """Numbers in a row, as (1, −2)."""
    return f"({', '.join(map(told, values))})"


def matrix(name, rows):
    r"""A matrix or column as TeX: $name = \begin{pmatrix} ... \end{pmatrix}$."""
    inner = r" \\ ".join(" & ".join(f"{v:g}" for v in np.ravel(one)) for one in rows)
    return rf"${name} = \begin{{pmatrix}} {inner} \end{{pmatrix}}$"


def bare(v):
    """A number as working has it, a negative one in brackets; what is working already stays."""
    return v if isinstance(v, str) else f"({v:.10g})" if v < 0 else f"{v:.10g}"


def plus(*products):
    """A sum of products as working: plus((2, 3), (-1, 4)) is "2*3 + (-1)*4"."""
    return " + ".join("*".join(map(bare, factors)) for factors in products)


def by_hand(working):
    """The working as one writes it on paper."""
    text = re.sub(r"^ceil\((.*)\)$", r"\1, rounded up", working)
    text = re.sub(r"\*\*(\w+)", r"<sup>\1</sup>", text)
    return text.replace("*", " · ").replace("-", "−").replace("sqrt", "√").replace("comb", "C")

"""The form of an exercise: what is asked, its problems, mistakes and hints, the plain answer.

    @exercise("one number, J", {"half_forgotten": "The factor in front is missing: ..."},
              hints=("How large ...?", "Take the differences, ...", "J^{<t>} is half ..."),
              make=errors, answer="J")
    def loss(y_hat, y, bugs=NONE):
        ...

The function below the decorator is the plain answer, with the ways in which it is got wrong:
`bugs` holds names of mistakes, the empty set is the right answer, and every name changes exactly
one place. The truth of a check is the engine's, which `make` asks, never the plain answer's: that
says only what a wrong answer looks like. Mistakes are told in the order in which they stand. A
sentence names the mistake and the place, and leaves the correction to the reader.
"""
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlib.arguments import shown
from rnnlib.network import Network

NONE = frozenset()
FEW = 8  # numbers that can be told in a sentence
EXERCISES = {}  # by name, in the order of the notebooks

# small and simple first. T = 1 and n = 1 show what time and what a transpose have to do with an
# error; equal sizes let a matrix that is transposed pass; the last two do not
SIZES = {"T": (1, 3, 1, 3, 4, 5), "n_x": (1, 2, 2, 2, 3, 2), "n": (1, 1, 2, 2, 2, 4),
         "n_y": (1, 2, 2, 2, 1, 3)}


@dataclass(frozen=True)
class Quantity:
    """One array of an answer. `first` is the time of its row 0; None where rows are no times."""

    name: str
    first: int | None = None

    def place(self, index):
        """The entry in words: its time and unit, and the index that finds it in Python."""
        if not index:
            return f"`{self.name}`"
        entry = f"`{self.name}[{', '.join(map(str, index))}]`"
        return entry if self.first is None else f"{entry} (t = {index[0] + self.first})"


@dataclass(frozen=True)
class Problem:
    """One call: arguments by name in order, what is wanted by quantity, sizes (T, ...), steps."""

    arguments: dict
    want: dict
    sizes: dict
    way: dict

    def __str__(self):
        return ", ".join(f"{letter} = {value}" for letter, value in self.sizes.items())

    def few(self):
        """The arguments in brackets, where they are a few numbers; else nothing."""
        arrays = {name: np.asarray(value) for name, value in self.arguments.items()
                  if name not in self.sizes and not isinstance(value, tuple)}
        if not arrays or sum(array.size for array in arrays.values()) > FEW:
            return ""
        return " ({})".format(", ".join(
            f"`{name}` = {_in_a_line(array)}" for name, array in arrays.items()))

    def steps(self):
        """What a right answer meets on the way, where that is a few numbers; else nothing."""
        few = [f"{name} = {_in_a_line(value)}" for name, value in self.way.items()
               if np.size(value) <= FEW]
        return f" On the way to it: {'; '.join(few)}." if few else ""


def _in_a_line(array):
    return np.array2string(np.asarray(array), precision=3, separator=", ").replace("\n", "")


@dataclass(frozen=True)
class Exercise:
    """An exercise; see `exercise` for what its parts are. `mistakes` are {name: sentence}."""

    name: str
    returns: str
    mistakes: dict
    plain: Callable
    quantities: tuple
    hints: tuple
    keyed: bool = False
    make: Callable | None = None
    sizes: tuple | None = None
    letters: tuple | None = None
    about: Callable | None = None
    said: Any = None

    @property
    def arguments(self):
        """The names of what a student's function is called with, in order."""
        return tuple(name for name, parameter in inspect.signature(self.plain).parameters.items()
                     if parameter.default is parameter.empty)

    @property
    def form(self):
        """Whether a function returns "one" array, a "tuple" of them or a "dict"."""
        return "dict" if self.keyed else "one" if len(self.quantities) == 1 else "tuple"

    def problems(self, seed=0):
        """Random problems of different shapes, the same ones for the same seed."""
        # numbers of its own: another exercise can never move them
        rng = np.random.default_rng([*self.name.encode(), seed])
        needs = list(inspect.signature(self.make).parameters)[1:]
        rows = self.sizes or zip(*(SIZES[letter] for letter in needs), strict=True)
        return [self._problem(rng, needs, row) for row in rows]

    def _problem(self, rng, needs, row):
        run, want = self.make(rng, *row)
        sizes = {**run, **dict(zip(needs, row))}
        return Problem({name: run[name] for name in self.arguments},
                       {name: np.array(value) for name, value in self.named(want).items()},
                       {letter: sizes[letter] for letter in self.letters or needs},
                       run.get("way", {}))

    def asked(self, net=None, T=None, node=None):
        """The arguments by name and the right answer of a question that is no function's."""
        needs = inspect.signature(self.about).parameters
        if "net" in needs and not isinstance(net, Network):
            call = ", ".join(f"{name}={name if name == 'net' else '...'}" for name in needs)
            raise TypeError(f"the question {self.name!r} is about a network: check({self.name!r}, "
                            f"answer, {call}), got net={shown(net)}")
        about = {"net": net, "T": T, "node": node}
        return self.about(**{name: about[name] for name in needs})

    def named(self, result):
        """What a function of this exercise has returned, by the quantities' names."""
        names = [quantity.name for quantity in self.quantities]
        if self.keyed:
            return {name: result[name] for name in names}
        return dict(zip(names, result if len(names) > 1 else (result,), strict=True))

    def answer(self, problem, bugs=NONE):
        """The plain answer with these mistakes, by quantity.

        ValueError where the check refuses a student's own: where shapes do not fit, and where
        float64 has lost the number or it is complex.
        """
        with np.errstate(all="ignore"):
            found = self.named(self.plain(*problem.arguments.values(), bugs=frozenset(bugs)))
        found = {name: by_value(np.asarray(value)) for name, value in found.items()}
        if any(value.shape != problem.want[name].shape or value.dtype.kind == "c"
               or not np.isfinite(value).all() for name, value in found.items()):
            raise ValueError("no finite real numbers in this shape")
        return found

    def tell(self, *names):
        """{mistake: sentence} of some of the mistakes, for another exercise that has them too."""
        return {name: self.mistakes[name] for name in names}


def exercise(returns, mistakes, *, answer="answer", **parts):
    """A decorator that enters a plain answer, with what belongs to it, into EXERCISES.

    returns: what is asked, in words. hints: three, each of at most 35 words: a question that leads
    to the idea; the shape of the steps; the formula at which most get stuck, and no code. answer:
    the name of what is returned, or several; keyed: they come in a dict and not in a tuple.
    make(rng, *sizes): a problem as (arguments by name, right answer); `way` in it holds what a
    right answer meets, by the words it is told in, and what else it holds is not looked at.
    sizes: one row for each problem, SIZES without; letters: those that are worth telling, all
    without; they stand among the sizes or in what `make` gives.

    An answer that is no function: said, how it is read and told (see `values`), and
    about(net, T, node), or some of these, the same pair as `make`'s for a question about them.
    """
    quantities = tuple(Quantity(q) if isinstance(q, str) else q for q in (
        (answer,) if isinstance(answer, (str, Quantity)) else answer))

    def entered(plain):
        made = Exercise(plain.__name__, returns, mistakes, plain, quantities, **parts)
        EXERCISES[made.name] = made
        return made

    return entered


def by_value(array):
    """The array, real if all its numbers are: newer numpys give all eigenvalues a complex type."""
    return array.real if array.dtype.kind == "c" and not array.imag.any() else array


# --- what plain answers and problems are written with ------------------------------------------

def pick(bugs, right, **wrong):
    """`right`, or the alternative whose name is among the bugs."""
    return next((value for name, value in wrong.items() if name in bugs), right)


def random_network(rng, n_x, units, n_y, cell="tanh"):
    """A network with squared loss and numbers at which no unit is quite saturated or idle."""
    net = Network(n_x, units, n_y, cell, "squared")
    for name, value in net.params.items():
        net.params[name] = 0.8 * rng.normal(size=value.shape)
    return net


def by_letter(params, layers=1):
    """Parameters as W_a, or as W_a2 where there are more layers; a bias (n, 1) as a vector (n,)."""
    layer = r"\1" if layers > 1 else ""
    return {re.sub(r"\[(\d+)\]", layer, name): value[:, 0] if name.startswith("b") else value
            for name, value in params.items()}

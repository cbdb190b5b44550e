"""Tasks made to order: how far back must a network remember, and what does it lose if it cannot?

Each task asks at the end for something that came long before. What a network that remembers
nothing must lose is known exactly, so a curve that stays there has learned nothing.
"""
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlib import arguments
from rnnlib.records import frozen

# an answer of the adding problem counts as right if it is off by less than this
CLOSE = 0.04
SUCCESS_CSV = Path(__file__).parent / "data" / "task_success.csv"


@dataclass(frozen=True, eq=False)
class Task:
    """Examples of one task: x (T, n_x, m), y, mask (T,), and what chance achieves; read-only.

    y is (T, 1, m) for the loss "squared", (T, m) class numbers for "softmax". The loss counts
    where mask is true. chance_loss: the mean loss per counted place, in the unit of `fwd.loss`,
    of the best network that knows the task and has not seen x. chance_right: the share of
    examples that such a network answers right.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    mask: np.ndarray
    n_y: int
    loss: str
    chance_loss: float
    chance_right: float

    def __post_init__(self):
        for array in (self.x, self.y, self.mask):
            frozen(array)

    T = property(lambda self: self.x.shape[0], doc="The number of times.")
    n_x = property(lambda self: self.x.shape[1], doc="The number of inputs.")
    m = property(lambda self: self.x.shape[2], doc="The number of examples.")

    def __repr__(self):
        return f"Task({self.name}, T={self.T}, m={self.m})"

    def right(self, y_hat):
        """Which examples are answered right (m,), given y_hat (T, n_y, m).

        All counted places have to be right: the most probable class, or a number less than
        0.04 off. ValueError for what does not fit.
        """
        y_hat = arguments.shaped("y_hat", arguments.real("y_hat", y_hat),
                                 (self.T, self.n_y, self.m), "(T, n_y, m)")[self.mask]
        y = self.y[self.mask]
        if self.loss == "softmax":
            # nan, of a run that overflowed, is no answer
            return ((y_hat.argmax(axis=1) == y) & ~np.isnan(y_hat).any(axis=1)).all(axis=0)
        return (np.abs(y_hat - y) < CLOSE).all(axis=(0, 1))


def adding(T, m, *, seed=0):
    """Task: add the two numbers that are marked, one in each half of the sequence.

    x has two rows: a number in 0..1, and a mark, 1 at two of the T >= 2 times and 0 elsewhere.
    The sum is asked for at T. Without the numbers the best answer is their mean, 1, which loses
    half the variance: 1/12.
    ValueError or TypeError for what does not fit.

    Source: Hochreiter & Schmidhuber 1997, experiment 4, whose numbers are in -1..1; with 0..1
    and one mark in each half as in Le, Jaitly & Hinton 2015.
    """
    T, m = _sizes(2, T, m, 2)
    rng = arguments.generator(seed)
    numbers, marks = rng.random((T, m)), np.zeros((T, m))
    examples = np.arange(m)
    for half in (rng.integers(0, T // 2, m), rng.integers(T // 2, T, m)):
        marks[half, examples] = 1.0
    y = np.zeros((T, 1, m))
    y[-1, 0] = (numbers * marks).sum(axis=0)
    return Task("adding", np.stack([numbers, marks], axis=1), y, _last(T, 1), 1, "squared",
                1 / 12, _within_by_chance())


def _sizes(least, T, m, rows):
    """T and m, if x of so many rows has room."""
    T, m = arguments.count("T", T, least=least), arguments.count("m", m)
    arguments.room("T or m", T * m * rows)
    return T, m


def _within_by_chance():
    """P(|sum of two uniform numbers - 1| < CLOSE): the sum's density is a triangle over 0..2."""
    return 2 * CLOSE - CLOSE ** 2


def temporal_order(T, m, *, seed=0):
    """Task: in which order came two X or Y among signs without meaning? Four classes.

    x is one-hot with 6 rows: the signs 0 to 3 mean nothing, 4 is X, 5 is Y. The first X or Y
    comes after one to two tenths of T >= 10, the second after five to six tenths. Asked at T:
    0 XX, 1 XY, 2 YX, 3 YY. A network that has not seen them loses log 4.
    ValueError or TypeError for what does not fit.

    Source: Hochreiter & Schmidhuber 1997, experiment 6a; without its signs for the start and
    for the end, since here every sequence has the same T.
    """
    T, m = _sizes(10, T, m, 6)
    rng = arguments.generator(seed)
    signs, order = rng.integers(0, 4, (T, m)), rng.integers(0, 2, (2, m))
    for sign, tenths in zip(order, (1, 5)):
        times = rng.integers(tenths * T // 10, (tenths + 1) * T // 10, m)
        signs[times, np.arange(m)] = 4 + sign
    y = np.zeros((T, m), dtype=np.intp)
    y[-1] = 2 * order[0] + order[1]
    return Task("temporal order", _one_hot(signs, 6), y, _last(T, 1), 4, "softmax",
                float(np.log(4)), 1 / 4)


def copy(delay, m, *, length=5, symbols=8, seed=0):
    """Task: keep `length` symbols in mind for `delay` times, then write them down.

    T = length + delay + length. x is one-hot with symbols + 2 rows: the symbols first, then
    blanks (row `symbols`), at the last time of the delay the sign to begin (row symbols + 1),
    then blanks again while the answer is asked for, at the last `length` times. A network that
    remembers nothing loses log(symbols) for each.
    ValueError or TypeError for what does not fit.

    Source: Arjovsky, Shah & Bengio 2016, who also count the blanks before the answer; a
    descendant of Hochreiter & Schmidhuber 1997, experiment 2.
    """
    delay, m = arguments.count("delay", delay), arguments.count("m", m)
    length, symbols = arguments.count("length", length), arguments.count("symbols", symbols, 2)
    arguments.room("delay, m, length or symbols", (delay + 2 * length) * m * (symbols + 2))
    T, told = delay + 2 * length, arguments.generator(seed).integers(0, symbols, (length, m))
    signs, y = np.full((T, m), symbols), np.zeros((T, m), dtype=np.intp)
    signs[:length] = y[-length:] = told
    signs[length + delay - 1] = symbols + 1
    return Task("copy", _one_hot(signs, symbols + 2), y, _last(T, length), symbols, "softmax",
                float(np.log(symbols)), symbols ** -length)


def _one_hot(signs, n):
    """Class numbers (T, m) as (T, n, m) of zeros and ones."""
    return (signs[:, None, :] == np.arange(n)[:, None]).astype(float)


def _last(T, k):
    """True at the last k of T times."""
    return np.arange(T) >= T - k


TASKS = {"adding": adding, "temporal order": temporal_order, "copy": copy}


@dataclass(frozen=True)
class Success:
    """What networks of several kinds have reached on the tasks: one row for each training.

    rows: ((task, model, T, seed, updates, right), ...), with right the share of fresh examples
    answered right when the training ended, after so many updates.
    """

    rows: tuple

    tasks = property(lambda self: tuple(dict.fromkeys(row[0] for row in self.rows)),
                     doc="The tasks' names.")

    def models(self, task):
        """The models that were trained on the task."""
        return tuple(dict.fromkeys(row[1] for row in self._of(task)))

    def lengths(self, task):
        """The T of the task that were tried, rising; of "copy" the delays."""
        return tuple(dict.fromkeys(row[2] for row in self._of(task)))

    def right(self, task, model, T):
        """The shares of right answers of one model at one T, one for each seed."""
        model, T = arguments.a(str, "model", model), arguments.count("T", T)
        found = [row[5] for row in self._of(task) if row[1:3] == (model, T)]
        if not found:
            raise ValueError(f"nothing was measured for {model} at T = {T} on {task}: models(task) "
                             "and lengths(task) say for which model and T something was")
        return np.array(found)

    def _of(self, task):
        arguments.choice("task", task, self.tasks)
        return [row for row in self.rows if row[0] == task]


def success():
    """Success, as measured by `benchmarks/tasks.py`; see rnnlib/sequences/data/README.md."""
    with open(SUCCESS_CSV, encoding="ascii", newline="") as text:
        return Success(tuple((row["task"], row["model"], int(row["T"]), int(row["seed"]),
                              int(row["updates"]), float(row["right"]))
                             for row in csv.DictReader(text)))

"""The exercises: what a student's function is given, what it returns, and the engine's answer."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises import catalogue, gates, reference, steps
from rnnlib.learning.training import clip_by_norm
from rnnlib.network import Network

# (T, n_x, n, n_y), small and simple first. T = 1 and n = 1 show what time and what a transpose
# have to do with an error; equal sizes let a matrix that is transposed pass; the last two do not.
SIZES = ((1, 1, 1, 1), (3, 1, 1, 1), (1, 2, 2, 2), (3, 2, 2, 2), (4, 3, 2, 1), (5, 2, 4, 3))


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
    """One call: arguments by name in order, the wanted quantities by name, the sizes (T, ...)."""

    arguments: dict
    want: dict
    sizes: dict

    def __str__(self):
        return ", ".join(f"{letter} = {value}" for letter, value in self.sizes.items())


@dataclass(frozen=True)
class Exercise:
    """A function to write: its arguments in order, what it returns, how it is judged.

    want(run) are the wanted quantities by name; plain(*arguments, bugs=...) answers with bugs;
    letters are the sizes that matter.
    """

    name: str
    arguments: tuple
    quantities: tuple
    returns: str
    form: str  # "one", "tuple" or "dict"
    want: Callable
    plain: Callable
    letters: tuple = ("T", "n_x", "n", "n_y")

    @property
    def bugs(self):
        """The names of the known bugs."""
        return catalogue.BUGS[self.name]

    @property
    def sentences(self):
        """{bug: the sentence that tells it}."""
        return catalogue.SENTENCES

    def problems(self, seed=0):
        """Random problems of different shapes, the same ones for the same seed."""
        rng = np.random.default_rng(seed)
        return [self._problem(sizes, rng) for sizes in SIZES]

    def _problem(self, sizes, rng):
        run = _run(sizes, rng)
        sizes = dict(zip(("T", "n_x", "n", "n_y"), sizes, strict=True))
        return Problem({name: run[name] for name in self.arguments}, self.want(run),
                       {letter: sizes[letter] for letter in self.letters})

    def named(self, result):
        """What a function of this exercise has returned, by the quantities' names."""
        names = [quantity.name for quantity in self.quantities]
        if self.form == "dict":
            return {name: result[name] for name in names}
        return dict(zip(names, result if self.form == "tuple" else (result,), strict=True))


def _run(sizes, rng):
    """Everything the engine knows of a random network and sequence, in the exercises' arrays."""
    T, n_x, n, n_y = sizes
    net = Network(n_x=n_x, units=(n,), n_y=n_y, cell="tanh", loss="squared", seed=rng)
    for name, value in net.params.items():
        net.params[name] = 0.8 * rng.normal(size=value.shape)
    x, y, a0 = (rng.normal(size=shape) for shape in ((T, n_x), (T, n_y), n))
    fwd = net.forward(x, y, a0=a0)
    bwd = net.backward(fwd)
    terms = [net.backward(net.forward(x, y, a0=a0, mask=only)).terms("W_a[1]")
             for only in np.eye(T, dtype=bool)]
    word = (T + n) % n_x  # the first word and others occur, and no random number is spent
    said = net.forward(np.eye(n_x)[[word]], a0=a0)
    return {**_plain(fwd.params), "x": x, "y": y, "a0": a0, "x_t": x[0], "a_prev": a0,
            "word": np.array(word), "a_word": said.a[1, 1][:, 0],
            "a": fwd.a.over_time(1)[:, :, 0], "y_hat": fwd.y_hat.over_time()[:, :, 0],
            "J": np.array(fwd.loss), **_first_step(bwd, T), "gradients": _plain(bwd.params),
            "norms": np.sqrt(np.square(terms).sum(axis=(2, 3))),
            **_clipped(bwd, T), **_truncated(net, fwd),
            # numbers of its own, so that those of the other exercises stay what they are
            **gates.run(x, y, a0, rng.spawn(1)[0])}


def _first_step(bwd, T):
    """What comes together at t = 1: from above and, if there is a time 2, from there."""
    above = bwd.from_above[1, 1][:, 0]
    return {"from_above": above, "da": bwd.a[1, 1][:, 0],
            "dz_next": bwd.z[1, 2][:, 0] if T > 1 else np.zeros_like(above)}


def _clipped(bwd, T):
    """Two gradients, a threshold above or below their norm, and the two clipped by norm."""
    grads = {name: bwd.params[name] for name in ("W_a[1]", "b[1]")}
    norm = clip_by_norm(grads, 1.0)[1]
    threshold = norm * (0.4 if 1 < T < 5 else 1.7)
    clipped = _plain(clip_by_norm(grads, threshold)[0])
    return {"threshold": np.array(threshold), "dW_a": grads["W_a[1]"], "db": grads["b[1]"][:, 0],
            "clipped_W_a": clipped["W_a"], "clipped_b": clipped["b"]}


def _truncated(net, fwd):
    """A window that leaves a shorter block at the end where T > 1, and the blocks' gradient."""
    window = 3 if fwd.T == 4 else 2
    total = 0
    for first in range(0, fwd.T, window):
        block = fwd.between(first + 1, min(first + window, fwd.T))
        total = total + net.backward(block).params["W_a[1]"]
    return {"window": np.array(window), "truncated": total}


def _plain(params):
    """The only layer's parameters without its number; a bias (n, 1) as a vector (n,)."""
    return {name.partition("[")[0]: value[:, 0] if name.startswith("b") else value
            for name, value in params.items()}


_NETWORK = ("W_x", "W_a", "b", "W_y", "b_y", "x", "a0")

EXERCISES = {exercise.name: exercise for exercise in (
    Exercise("forward_step", ("W_x", "W_a", "b", "x_t", "a_prev"), (Quantity("a"),),
             "the state `a` (n,) of this time", "one",
             lambda run: {"a": run["a"][1]},
             lambda *given, bugs: {"a": reference.forward_step(*given, bugs)},
             ("n_x", "n")),
    Exercise("forward", _NETWORK, (Quantity("a", 0), Quantity("y_hat", 1)),
             "`(a, y_hat)`, a (T+1, n) with the start state in row 0 and y_hat (T, n_y)", "tuple",
             lambda run: {"a": run["a"], "y_hat": run["y_hat"]},
             lambda *given, bugs: dict(zip(("a", "y_hat"), reference.forward(*given, bugs),
                                           strict=True))),
    Exercise("word_step", ("W_x", "W_a", "b", "word", "a_prev"), (Quantity("a"),),
             "the state `a` (n,) after the word with this number, without a one-hot vector", "one",
             lambda run: {"a": run["a_word"]},
             lambda *given, bugs: {"a": reference.word_step(*given, bugs)},
             ("n_x", "n")),
    Exercise("loss", ("y_hat", "y"), (Quantity("J"),),
             "one number, J", "one",
             lambda run: {"J": run["J"]},
             lambda *given, bugs: {"J": reference.loss(*given, bugs)},
             ("T", "n_y")),
    Exercise("backward_step", ("W_a", "dz_next", "from_above"), (Quantity("da"),),
             "`da` (n,), the whole dJ/da at this time", "one",
             lambda run: {"da": run["da"]},
             lambda *given, bugs: {"da": reference.backward_step(*given, bugs)},
             ("T", "n")),
    Exercise("backward", (*_NETWORK, "a", "y_hat", "y"),
             tuple(Quantity(name) for name in reference.WEIGHTS),
             "a dict with the gradients under the keys `W_x`, `W_a`, `b`, `W_y`, `b_y`", "dict",
             lambda run: run["gradients"],
             lambda *given, bugs: reference.backward(*given, bugs)),
    Exercise("itemised", ("W_a", "W_y", "a", "y_hat", "y"), (Quantity("norms"),),
             "the norms (T, T): row s - 1 for the loss time s, column t - 1 for the use time t",
             "one",
             lambda run: {"norms": run["norms"]},
             lambda *given, bugs: {"norms": reference.itemised(*given, bugs)},
             ("T", "n", "n_y")),
    Exercise("clip_by_norm", ("dW_a", "db", "threshold"), (Quantity("dW_a"), Quantity("db")),
             "`(dW_a, db)`, together no longer than the threshold", "tuple",
             lambda run: {"dW_a": run["clipped_W_a"], "db": run["clipped_b"]},
             lambda *given, bugs: dict(zip(("dW_a", "db"), steps.clip_by_norm(*given, bugs),
                                           strict=True)),
             ("n",)),
    Exercise("truncated", (*_NETWORK, "y", "window"), (Quantity("dW_a"),),
             "dJ/dW_a (n, n) in blocks of `window` times, which no blame crosses", "one",
             lambda run: {"dW_a": run["truncated"]},
             lambda *given, bugs: {"dW_a": steps.truncated(*given, bugs)},
             ("T", "n_x", "n", "n_y")),
    Exercise("lstm_step", ("z_f", "z_i", "z_g", "z_o", "c_prev"), (Quantity("a"), Quantity("c")),
             "`(a, c)` of this time, both (n,)", "tuple",
             lambda run: {"a": run["lstm_a"], "c": run["lstm_c"]},
             lambda *given, bugs: dict(zip("ac", gates.lstm_step(*given, bugs), strict=True)),
             ("n",)),
    Exercise("gru_step", ("z_r", "z_u", "z_x", "W_ag", "b_ag", "a_prev"), (Quantity("a"),),
             "the state `a` (n,) of this time", "one",
             lambda run: {"a": run["gru_a"]},
             lambda *given, bugs: {"a": gates.gru_step(*given, bugs)},
             ("n",)),
    Exercise("c_back", ("da_t", "o_t", "f_t", "c_t", "c_from_next"),
             (Quantity("dc"), Quantity("dc_prev")),
             "`(dc, dc_prev)`, both (n,): the whole dJ/dc of this time, and what goes on from it "
             "to the c before", "tuple",
             lambda run: {"dc": run["dc"], "dc_prev": run["dc_prev"]},
             lambda *given, bugs: dict(zip(("dc", "dc_prev"), gates.c_back(*given, bugs),
                                           strict=True)),
             ("T", "n")),
)}

"""What a layer is made of: its parts, what feeds what in it, and how one says it.

A quantity is called by its name, and with a prime, "c'", it is that of one step earlier. Unit j
of a part is made of units j of others, except where a matrix stands. What is told here is read
by the unrolled graph, its steppers, the measures of flow and the charts.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Factor:
    """One side of a product of single units.

    words : as it is written, each quantity in braces, * where a sign of multiplication stands:
        "{o}*(1 − tanh²({c}))".
    value : its numbers, a function of q; q("c'") are the numbers of a quantity.
    """

    words: str
    value: Callable


def of(quantity):
    """The factor that is a quantity itself."""
    return Factor(f"{{{quantity}}}", lambda q: q(quantity))


def rest(gate):
    """The factor 1 − gate."""
    return Factor(f"(1 − {{{gate}}})", lambda q: 1.0 - q(gate))


@dataclass(frozen=True)
class Product:
    """Two factors, unit by unit; the role, "unit" or "kept", gives its colour."""

    left: Factor
    right: Factor
    role: str = "unit"


@dataclass(frozen=True)
class Link:
    """A connection without a matrix: unit j of the source feeds unit j alone.

    factor : what the derivative by the target is multiplied with on the way back; if the target
    has weights, that by its last pre-activation. kind : "unit", or "kept" on the path on which
    a state goes on to the next time.
    """

    source: str
    factor: Factor
    kind: str = "unit"

    @property
    def back(self):
        """Steps back in time, 0 or 1."""
        return back(self.source)


# activation: its slope found from g, as words and as numbers
_SLOPES = {
    "logistic": ("g*(1 − g)", lambda g: g * (1.0 - g)),
    "tanh": ("(1 − g*g)", lambda g: 1.0 - g * g),
    "relu": ("[g > 0]", lambda g: (g > 0) * 1.0),
    "identity": ("1", lambda g: g ** 0),
}


@dataclass(frozen=True)
class Sum:
    """A pre-activation z: the sum of biases, of matrices times what they meet, of Products."""

    z: str
    addends: tuple


@dataclass(frozen=True)
class Part:
    """One quantity of a layer, and what it is made of.

    With weights: `sums`, the last of which goes through `activation`; its recurrent matrix meets
    `past`. Without: `products`, which are added up. `links` are its connections without a
    matrix. `name` is one letter; `title` is what it is called, `words` what a step forward says
    of it.
    """

    name: str
    sums: tuple = ()
    products: tuple = ()
    links: tuple = ()
    activation: str = ""
    title: str = ""
    words: str = ""
    past: str = "a'"

    @property
    def inside(self):
        """The pre-activations that stand in its node."""
        return tuple(total.z for total in self.sums)

    @property
    def by(self):
        """What a derivative that comes to it is by: its last pre-activation, if it has any."""
        return self.inside[-1] if self.sums else self.name

    @property
    def slope(self):
        """The slope of its activation, from its value."""
        y = f"{{{self.name}}}"
        words, slope = _SLOPES[self.activation]
        return Factor(words.replace("g", y), lambda q: slope(q(self.name)))

    @property
    def parameters(self):
        """The names of its weights."""
        return {of for total in self.sums for of in total.addends if isinstance(of, str)}

    @property
    def matrices(self):
        """The names of its matrices, that of the past first."""
        return tuple(sorted(name for name in self.parameters if name.startswith("W")))


@dataclass(frozen=True)
class Kept:
    """Which gate decides how long which state is kept: its share is the gate, or 1 − gate.

    sign : 1, or -1 for a gate that keeps the more, the more it is shut.
    """

    gate: str
    state: str
    sign: int = 1

    @property
    def bias(self):
        """The name of the gate's bias."""
        return f"b_{self.gate}"

    @property
    def words(self):
        """The share that is kept, as it is written."""
        return self.gate if self.sign > 0 else f"1 − {self.gate}"

    def z(self, run):
        """What the share is the logistic function of, an array over time of one layer's run."""
        return self.sign * run[f"z_{self.gate}"]

    def share(self, run):
        """The share itself."""
        return run[self.gate] if self.sign > 0 else 1.0 - run[self.gate]


@dataclass(frozen=True)
class Anatomy:
    """A layer's lines in the picture, bottom to top, and its parts in forward order."""

    lines: tuple
    parts: tuple

    def __getitem__(self, name):
        """The part of this name."""
        return next(part for part in self.parts if part.name == name)

    @cached_property
    def states(self):
        """What the layer hands on to the next time, a first."""
        kept = (bare(link.source) for part in self.parts for link in part.links if link.back)
        return tuple(dict.fromkeys(("a", *kept)))

    @property
    def inside(self):
        """{pre-activation: the part in whose node it stands}."""
        return {z: part.name for part in self.parts for z in part.inside}

    @property
    def gated(self):
        """Whether there are gates."""
        return len(self.parts) > 1

    @property
    def gates(self):
        """{part with weights of its own, a gate or a candidate: its title}."""
        return {part.name: part.title for part in self.parts if part.sums} if self.gated else {}

    @property
    def visits(self):
        """What has a step of its own, in forward order: z too where it becomes a state at once."""
        return [name for part in self.parts for name in (
            *(part.inside if part.name in self.states else ()), part.name)]


def gate(k, title, links=(), *, activation="logistic", past="a'", words=""):
    """A Part with W_xk, W_ak and b_k, as every gate has them."""
    total = Sum(f"z_{k}", (f"b_{k}", f"W_a{k}", f"W_x{k}"))
    return Part(k, (total,), (), links, activation, title, words or title, past)


def bare(quantity):
    """A quantity's name without its prime."""
    return quantity.rstrip("'")


def back(quantity):
    """How many steps back in time a quantity is, 0 or 1."""
    return quantity.count("'")


def numbers(run, l, t):
    """q, which finds a quantity of layer l at time t in a run: q("c'") is c^{<t-1>[l]}, (n, m)."""
    return lambda quantity: getattr(run, bare(quantity))[l, t - back(quantity)]

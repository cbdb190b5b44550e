"""What responses depend on: exact joint distributions over short sequences, and their measures.

Variables are named "x1", "x2", ..., "y1", ...; several of them are written with blanks between,
"y1 y2", or as a sequence of names. The outcomes of each are numbered from 0. Probabilities are
kept as logarithms; 0 has the logarithm -inf, and 0 log 0 counts as 0.

Source: Cover & Thomas 2006, chapter 2; Goodfellow, Bengio & Courville 2016, section 10.2.
"""
import math
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments
from rnnlib.records import frozen

LIMIT = 10**6
# an array has at most 64 axes, one for each of x_1..T and y_1..T
LONGEST = 32
TOLERANCE = 1e-9
UNITS = {"nats": 1.0, "bits": math.log(2)}


class _Table:
    """What Joint and Conditional share: log_p with an axis for each of `names`."""

    @property
    def p(self):
        """The probabilities themselves, a new array like log_p."""
        return np.exp(self.log_p)

    @property
    def sizes(self):
        """{name: how many outcomes this variable has}."""
        return dict(zip(self.names, self.log_p.shape))


@dataclass(frozen=True, repr=False, eq=False)
class Joint(_Table):
    """The joint distribution of the variables `names`: log_p has one axis for each, in nats.

    Made by `table`, `product`, `network_joint`, a constructor below, or from another Joint.
    Measures come in nats or bits. ValueError or TypeError for names that do not fit.
    """

    names: tuple
    log_p: np.ndarray

    @property
    def T_x(self):
        """How many inputs x1, x2, ... there are."""
        return _last("x", self.names)

    @property
    def T_y(self):
        """How many responses y1, y2, ... there are; it need not be T_x."""
        return _last("y", self.names)

    def marginal(self, of):
        """The Joint of these variables alone, in the order in which they are named."""
        of = self._named("of", of, least=1)
        return Joint(of, frozen(self._log(of)))

    def conditional(self, of, given=()):
        """The Conditional P(of | given); NaN where what is given has probability 0."""
        of, given = self._apart(of=of, given=given)
        if not of:
            raise ValueError("of must name at least one variable, got none")
        log_given = self._log(given)
        with np.errstate(invalid="ignore"):
            log_p = self._log(given + of) - spread_under(log_given, len(of))
        return Conditional(of, given, frozen(log_p))

    def entropy(self, of=None, *, given=(), unit="nats"):
        """H(of | given), at least 0; `of` None means all variables that are not given."""
        given = self._named("given", given)
        if of is None:
            of = tuple(name for name in self.names if name not in given)
        of, given = self._apart(of=of, given=given)
        log_p = self._log(given + of)
        with np.errstate(invalid="ignore"):
            surprise = np.maximum(spread_under(self._log(given), len(of)) - log_p, 0.0)
        return _total(np.exp(log_p), surprise) / nats_in(unit)

    def mutual_information(self, a, b, *, given=(), unit="nats"):
        """I(a ; b | given), at least 0: what knowing b takes off the surprise at a.

        0 if a or b names nothing.

        Notes: 0 without a condition does not mean 0 with one: two independent coins tell
        nothing of each other until their sum is known.
        """
        a, b, c = self._apart(a=a, b=b, given=given)
        unit = nats_in(unit)
        if not a or not b:
            return 0.0
        log_ac, log_bc, log_c = (self._log(names) for names in (a + c, b + c, c))
        log_p = self._log(a + b + c).reshape(math.prod(map(self.sizes.get, a)), -1, log_c.size)
        apart = log_ac.reshape(len(log_p), 1, -1) + log_bc.reshape(1, -1, log_c.size)
        with np.errstate(invalid="ignore"):
            apart -= log_c.ravel()
        apart[..., log_c.ravel() == -np.inf] = -np.inf
        return divergence(log_p, apart) / unit

    def sample(self, m, *, seed=0):
        """m independent outcomes, whole numbers (variables, m) in the order of `names`.

        With x named before y, the first T_x rows are x (T_x, m) and the others y (T_y, m).
        seed: a whole number or a numpy Generator.
        """
        rng, m = arguments.generator(seed), arguments.count("m", m, least=0)
        arguments.room("m", m * self.log_p.ndim)
        chosen = drawn(self.p.reshape(-1, 1), rng.random(m))
        return np.array(np.unravel_index(chosen, self.log_p.shape))

    def _log(self, names):
        """log P(names), one axis for each in their order; the number 0 for no names."""
        return _log_sum(self.log_p, [self.names.index(name) for name in names])

    def _named(self, argument, value, least=0):
        return _known(argument, _words(argument, value, least), self.names)

    def _apart(self, **sets):
        """Sets of names as tuples; no variable may stand in two of them."""
        sets = {argument: self._named(argument, value) for argument, value in sets.items()}
        seen = {}
        for argument, names in sets.items():
            for name in names:
                if seen.setdefault(name, argument) != argument:
                    raise ValueError(f"{name} stands in {seen[name]} and in {argument}, but a "
                                     "variable may stand in one of them only")
        return sets.values()

    def __repr__(self):
        return f"Joint of {' '.join(self.names)}, {self.log_p.size} outcomes"


@dataclass(frozen=True, repr=False, eq=False)
class Conditional(_Table):
    """P(of | given): log_p has an axis for each variable that is given, then one for each `of`.

    Over the axes of `of` the probabilities sum to 1; NaN stands where what is given has
    probability 0: there they are not defined. Made by `conditional` or from a Joint.
    """

    of: tuple
    given: tuple
    log_p: np.ndarray

    @property
    def names(self):
        """The variables in the order of their axes: `given`, then `of`."""
        return self.given + self.of

    def __repr__(self):
        behind = f" | {' '.join(self.given)}" if self.given else ""
        return f"Conditional P({' '.join(self.of)}{behind})"


def table(p, *, T_x=0):
    """The Joint in the table p, one axis for each variable: first x1..x_T_x, then y1, y2, ...

    p must sum to 1 within TOLERANCE, and is then divided by its sum. ValueError for NaN, for a
    negative entry, for another sum, for more outcomes than LIMIT.
    """
    p = probabilities("p", p)
    T_x = arguments.count("T_x", T_x, 0, p.ndim)
    names = numbered("x", 1, T_x) + numbered("y", 1, p.ndim - T_x)
    return Joint(names, frozen(normalised("p", p, p.ndim)))


def conditional(p, of, given=()):
    """The Conditional P(of | given) in the table p: an axis for each given, then for each `of`.

    Over the axes of `of` it must sum to 1 within TOLERANCE. ValueError as for `table`.
    """
    of, given = _words("of", of, 1), _words("given", given)
    both = _words("of and given", of + given, 1)
    p = probabilities("p", p)
    if p.ndim != len(both):
        raise ValueError(f"p must have {len(both)} axes, one for each of "
                         f"{' '.join(given + of)}, got shape {p.shape}")
    return Conditional(of, given, frozen(normalised("p", p, len(of))))


def product(conditionals):
    """The Joint that is the product of Conditionals, its variables in the order of their coming.

    Each variable comes once, and only after all that it depends on, so that the product sums to
    1. Where a Conditional is not defined (NaN), all outcomes are taken as equally likely.
    ValueError for what does not fit together, and for more outcomes than LIMIT.
    """
    conditionals = arguments.several("conditionals", conditionals, "Conditionals")
    names, sizes = _order(conditionals)
    log_p = np.zeros(tuple(sizes.values()))
    for factor in conditionals:
        log_p += _spread(factor, names)
    return Joint(names, frozen(log_p))


def nats_in(unit):
    """How many nats one unit has."""
    return UNITS[arguments.choice("unit", unit, UNITS)]


def logarithm(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


def spread_under(array, axes):
    """`array` with so many axes of length 1 behind its own."""
    return array.reshape(array.shape + (1,) * axes)


def _log_sum(log_p, kept):
    """The logarithm of the sum over all axes but `kept`, these in the order given."""
    rest = [axis for axis in range(log_p.ndim) if axis not in kept]
    shape = tuple(log_p.shape[axis] for axis in kept)
    if not kept:
        # the certain event: its probability is 1, and not 1 but for rounding
        return np.zeros(())
    moved = log_p.transpose(*kept, *rest)
    if not rest:
        return moved.copy()
    rows = moved.reshape(math.prod(shape), -1)
    top = rows.max(axis=1, keepdims=True)
    top[top == -np.inf] = 0.0
    return (logarithm(np.exp(rows - top).sum(axis=1)) + top[:, 0]).reshape(shape)


def _total(p, values):
    """The sum of p * values as a float; where p is 0 nothing is added, whatever the value."""
    return float(np.sum(p * np.where(p > 0, values, 0.0)))


def divergence(log_p, log_q):
    """The sum of q - p - p log(q / p), in nats; KL, since p and q both sum to 1.

    No term is negative, so that rounding cannot make the sum so, and a small one keeps its
    digits, which the usual sum loses where terms of both signs cancel.
    """
    possible = log_p > -np.inf
    if np.any(possible & (log_q == -np.inf)):
        return math.inf
    p, q = np.exp(log_p), np.exp(log_q)
    ratio = np.where(possible, log_q, 0.0) - np.where(possible, log_p, 0.0)
    # near 0 with few lost digits, elsewhere without overflow
    near = p * (np.expm1(np.minimum(ratio, 1.0)) - ratio)
    terms = np.where(possible, np.where(ratio < 1.0, near, q - p - p * ratio), q)
    # some machines round the last digit of expm1 down
    return float(np.maximum(terms, 0.0).sum())


def numbered(letter, first, last):
    """The names of a letter at the times first..last."""
    return tuple(f"{letter}{t}" for t in range(first, last + 1))


def _last(letter, names):
    """The largest t for which `names` hold all of letter1..letter_t."""
    t = 0
    while f"{letter}{t + 1}" in names:
        t += 1
    return t


def _words(argument, value, least=0):
    """Names as a tuple, each once; a text is cut at its blanks."""
    words = tuple(value.split()) if isinstance(value, str) else value
    if not isinstance(words, (tuple, list)) or not all(isinstance(w, str) for w in words):
        raise TypeError(f"{argument} must be names like 'y1 y2' or a sequence of them, "
                        f"got {arguments.shown(value)}")
    twice = [word for word in words if words.count(word) > 1]
    if twice:
        raise ValueError(f"{argument} must name each variable once, but names {twice[0]} twice")
    if len(words) < least:
        raise ValueError(f"{argument} must name at least one variable, got none")
    return tuple(words)


def _known(argument, names, known):
    for name in names:
        if name not in known:
            raise ValueError(f"{argument} names {name!r}, but the variables are {' '.join(known)}")
    return names


def probabilities(name, value):
    """A fresh array of probabilities with at least one axis, none negative, at most LIMIT."""
    p = arguments.real(name, value)
    if p.ndim == 0 or p.size == 0:
        raise ValueError(f"{name} must have an axis for each variable, and at least one outcome, "
                         f"got shape {p.shape}")
    limited((name,), p.shape)
    arguments.finite(name, p)
    if p.min() < 0:
        where = tuple(int(i) for i in np.argwhere(p < 0)[0])
        raise ValueError(f"{name} must hold probabilities, at least 0, but "
                         f"{name}[{', '.join(map(str, where))}] is {p[where]}")
    return p


def limited(names, shape):
    """`shape`, which must not have more outcomes than LIMIT."""
    count = math.prod(shape)
    if count > LIMIT:
        listed = " ".join(names) if len(names) < 7 else f"{names[0]} to {names[-1]}"
        raise ValueError(f"the table of {listed} would have {count} outcomes, but at most "
                         f"{LIMIT} can be listed one by one: take fewer times or smaller alphabets")
    return shape


def normalised(name, p, axes):
    """log p, whose sum over the last so many axes must be 1 within TOLERANCE, then made so."""
    total = p.sum(axis=tuple(range(p.ndim - axes, p.ndim)), keepdims=True)
    off = np.abs(total - 1.0)
    if off.max() > TOLERANCE:
        raise ValueError(f"{name} must sum to 1 within {TOLERANCE:g}, got the sum "
                         f"{total.flat[off.argmax()]:.12g}")
    return logarithm(p / total)


def _order(conditionals):
    """The names in the order of their coming and {name: size}; ValueError if they do not fit."""
    sizes = {}
    for factor in conditionals:
        if not isinstance(factor, Conditional):
            raise TypeError(f"conditionals must hold Conditionals, got {arguments.shown(factor)}")
        for name, size in factor.sizes.items():
            if name in factor.of and name in sizes:
                raise ValueError(f"{name} comes twice in the product, but once is wanted")
            if name in factor.given and name not in sizes:
                raise ValueError(f"{factor} needs {name}, which has to come before it")
            if sizes.setdefault(name, size) != size:
                raise ValueError(f"{name} has {size} outcomes in {factor} and {sizes[name]} before")
    if not sizes:
        raise ValueError("conditionals must hold at least one Conditional, got none")
    limited(tuple(sizes), sizes.values())
    return tuple(sizes), sizes


def _spread(factor, names):
    """The factor's log_p with an axis for each of `names`, in their order."""
    sizes, uniform = factor.sizes, -math.log(math.prod(factor.sizes[n] for n in factor.of))
    own = list(sizes)
    log_p = np.where(np.isnan(factor.log_p), uniform, factor.log_p)
    log_p = log_p.transpose([own.index(name) for name in names if name in sizes])
    return log_p.reshape([sizes.get(name, 1) for name in names])


def input_factors(p_x, k_x, T):
    """[Conditional] of the inputs x1..x_T alone: all alike, or as a Joint has them."""
    names = numbered("x", 1, T)
    if isinstance(p_x, Joint):
        if p_x.names != names or set(p_x.log_p.shape) != {k_x}:
            raise ValueError(f"p_x must be a Joint of {' '.join(names)}, each with {k_x} outcomes, "
                             f"got {p_x.sizes}")
        return [p_x.conditional(names)]
    p = probabilities("p_x", np.full(k_x, 1 / k_x) if p_x is None else p_x)
    arguments.shaped("p_x", p, (k_x,), "(k_x,), a probability for each outcome of x")
    log_p = frozen(normalised("p_x", p, 1))
    return [Conditional((name,), (), log_p) for name in names]


def drawn(p, u):
    """The outcome that each u in 0..1 falls on, (m,), for probabilities p (k, m) or (k, 1)."""
    edges = p.cumsum(axis=0)
    # below the last edge, which may fall short of 1; what has probability 0 has no width
    u = u * np.nextafter(edges[-1], 0.0)
    if edges.shape[1] == 1:
        return np.searchsorted(edges[:, 0], u, side="right")
    return (edges <= u).sum(axis=0)

"""What responses depend on: exact joint distributions over short sequences, and their measures.

    P(x, y) = P(x_1..T) * product over t of P(y_t | y_1..t-1, x_1..T)     the chain rule, always
    Q(x, y) = P(x_1..T) * product over t of P(y_t | x_1..t)               the notes' product
    KL(P, Q) = sum over t of I(y_t ; y_1..t-1, x_t+1..T | x_1..t)         what the notes' costs

Variables are named "x1", "x2", ..., "y1", ...; several of them are written with blanks between,
"y1 y2", or as a sequence of names. The outcomes of each are numbered from 0. Probabilities are
kept as logarithms; 0 has the logarithm -inf, and 0 log 0 counts as 0.

Source: Cover & Thomas 2006, chapter 2; Goodfellow, Bengio & Courville 2016, section 10.2.
"""
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnlib import arguments
from rnnlib.cells import CELLS
from rnnlib.losses import LOSSES
from rnnlib.network import Network
from rnnlib.records import frozen

LIMIT = 10**6
TOLERANCE = 1e-9
UNITS = {"nats": 1.0, "bits": math.log(2)}
_BLOCK = 2**14


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
            log_p = self._log(given + of) - _under(log_given, len(of))
        return Conditional(of, given, frozen(log_p))

    def given(self, **outcomes):
        """The Joint of the other variables once some are known: joint.given(x1=0, y2=1)."""
        known = self._named("given", tuple(outcomes))
        left = tuple(name for name in self.names if name not in known)
        if not left:
            raise ValueError("given must leave at least one variable open, but it names all")
        at = tuple(arguments.count(name, outcomes[name], 0, self.sizes[name] - 1)
                   for name in known)
        log_known = self._log(known)[at]
        if log_known == -np.inf:
            listed = ", ".join(f"{name}={value}" for name, value in zip(known, at))
            raise ValueError(f"given must have a probability above 0, but {listed} has 0")
        return Joint(left, frozen(self._log(known + left)[at] - log_known))

    def entropy(self, of=None, *, given=(), unit="nats"):
        """H(of | given), at least 0; `of` None means all variables that are not given."""
        given = self._named("given", given)
        if of is None:
            of = tuple(name for name in self.names if name not in given)
        of, given = self._apart(of=of, given=given)
        log_p = self._log(given + of)
        with np.errstate(invalid="ignore"):
            surprise = np.maximum(_under(self._log(given), len(of)) - log_p, 0.0)
        return _total(np.exp(log_p), surprise) / _nats(unit)

    def mutual_information(self, a, b, *, given=(), unit="nats"):
        """I(a ; b | given), at least 0: what knowing b takes off the surprise at a.

        0 if a or b names nothing.

        Notes: 0 without a condition does not mean 0 with one: two independent coins tell
        nothing of each other until their sum is known.
        """
        a, b, c = self._apart(a=a, b=b, given=given)
        unit = _nats(unit)
        if not a or not b:
            return 0.0
        log_ac, log_bc, log_c = (self._log(names) for names in (a + c, b + c, c))
        log_p = self._log(a + b + c).reshape(math.prod(map(self.sizes.get, a)), -1, log_c.size)
        apart = log_ac.reshape(len(log_p), 1, -1) + log_bc.reshape(1, -1, log_c.size)
        with np.errstate(invalid="ignore"):
            apart -= log_c.ravel()
        apart[..., log_c.ravel() == -np.inf] = -np.inf
        return _divergence(log_p, apart) / unit

    def log_probability(self, outcomes, *, unit="nats"):
        """The log-probability of m outcomes (variables, m), in the order of `names`: (m,)."""
        rows = arguments.regular("outcomes", outcomes)
        if rows.ndim != 2 or len(rows) != len(self.names) or rows.dtype.kind not in "iu":
            raise ValueError(f"outcomes must hold whole numbers of shape ({len(self.names)}, m), "
                             f"one row for each variable, got {rows.dtype} of shape {rows.shape}")
        for name, row in zip(self.names, rows):
            wrong = row[(row < 0) | (row >= self.sizes[name])]
            if wrong.size:
                raise ValueError(f"outcomes of {name} must be 0..{self.sizes[name] - 1}, "
                                 f"got {wrong[0]}")
        return self.log_p[tuple(rows)] / _nats(unit)

    def sample(self, m, *, seed=0):
        """m independent outcomes, whole numbers (variables, m) in the order of `names`.

        With x named before y, the first T_x rows are x (T_x, m) and the others y (T_y, m).
        seed: a whole number or a numpy Generator.
        """
        rng = arguments.generator(seed)
        chosen = _drawn(self.p.reshape(-1, 1), rng.random(arguments.count("m", m, least=0)))
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


class Factor(NamedTuple):
    """What a model lets one response depend on, and what it does not see: tuples of names."""

    of: tuple
    seen: tuple
    unseen: tuple


# From tables

def table(p, *, T_x=0):
    """The Joint in the table p, one axis for each variable: first x1..x_T_x, then y1, y2, ...

    p must sum to 1 within TOLERANCE, and is then divided by its sum. ValueError for NaN, for a
    negative entry, for another sum, for more outcomes than LIMIT.
    """
    p = _probabilities("p", p)
    T_x = arguments.count("T_x", T_x, 0, p.ndim)
    names = _times("x", 1, T_x) + _times("y", 1, p.ndim - T_x)
    return Joint(names, frozen(_normalised("p", p, p.ndim)))


def conditional(p, of, given=()):
    """The Conditional P(of | given) in the table p: an axis for each given, then for each `of`.

    Over the axes of `of` it must sum to 1 within TOLERANCE. ValueError as for `table`.
    """
    of, given = _words("of", of, 1), _words("given", given)
    both = _words("of and given", of + given, 1)
    p = _probabilities("p", p)
    if p.ndim != len(both):
        raise ValueError(f"p must have {len(both)} axes, one for each of "
                         f"{' '.join(given + of)}, got shape {p.shape}")
    return Conditional(of, given, frozen(_normalised("p", p, len(of))))


def product(conditionals):
    """The Joint that is the product of Conditionals, its variables in the order of their coming.

    Each variable comes once, and only after all that it depends on, so that the product sums to
    1. Where a Conditional is not defined (NaN), all outcomes are taken as equally likely.
    ValueError for what does not fit together, and for more outcomes than LIMIT.
    """
    conditionals = list(conditionals)
    names, sizes = _order(conditionals)
    log_p = np.zeros(tuple(sizes.values()))
    for factor in conditionals:
        log_p += _spread(factor, names)
    return Joint(names, frozen(log_p))


# What a model sees, and what it costs not to see the rest

def factors(joint, *, feedback=0, look_ahead=0):
    """[Factor for y_t], t = 1..T_y: its `of`, what the model's factor sees of the others, what not.

    The notes' product sees x_1..t. feedback: how many responses before t are seen as well, or
    "all"; look_ahead: how many inputs after t, or "all" (read in both directions). With both
    "all" this is the chain rule.

    Notes: feedback=1 shows a model y_{t-1} alone. A recurrent network that is fed y_{t-1} at
    every t carries on what it was fed before, so it can use what feedback="all" sees.
    """
    T_x, T_y = _spans(joint)
    back = _reach("feedback", feedback, T_y)
    later = _reach("look_ahead", look_ahead, T_x)
    return [_factor(t, T_x, back, later) for t in range(1, T_y + 1)]


def projection(joint, *, feedback=0, look_ahead=0):
    """The Joint closest to `joint` among products of the form that `factors` gives.

    It is P(x_1..T_x) times the joint's own conditionals P(y_t | what is seen): no other
    distribution of this form has a smaller KL(joint, .).
    """
    inputs = _times("x", 1, joint.T_x)
    first = [joint.conditional(inputs)] if inputs else []
    seen = factors(joint, feedback=feedback, look_ahead=look_ahead)
    return product([*first, *(joint.conditional(f.of, f.seen) for f in seen)]).marginal(joint.names)


def costs(joint, *, feedback=0, look_ahead=0, unit="nats"):
    """I(y_t ; unseen | seen) for t = 1..T_y, (T_y,): what each factor of a model leaves out.

    Their sum is KL(joint, projection), the cost of the whole product: exactly.

    Notes: it is the cost in expected log-probability for the best model of this form, not for
    one that has been trained. And 0 at one t need not stay 0 when something else is shown too.
    """
    seen = factors(joint, feedback=feedback, look_ahead=look_ahead)
    return np.array([joint.mutual_information(f.of, f.unseen, given=f.seen, unit=unit)
                     for f in seen])


def kl(p, q, *, unit="nats"):
    """KL(p, q) = sum of p log(p / q), at least 0; inf if q is 0 somewhere where p is not.

    p, q: Joints of the same variables, in any order.

    Notes: it is not a distance: KL(p, q) and KL(q, p) differ.
    """
    for argument, joint in (("p", p), ("q", q)):
        if not isinstance(joint, Joint):
            raise TypeError(f"{argument} must be a Joint, got {arguments.shown(joint)}")
    if sorted(p.names) != sorted(q.names) or p.sizes != {n: q.sizes[n] for n in p.sizes}:
        raise ValueError(f"p and q must be about the same variables, got {p.sizes} and {q.sizes}")
    return _divergence(p.log_p, q.marginal(p.names).log_p) / _nats(unit)


# Instructive distributions

def coupled(coupling, T=3, *, p_y=((0.8, 0.2), (0.3, 0.7)), p_x=None):
    """A Joint whose successive responses are coupled: 0 not at all, 1 or -1 as far as can be.

    coupling: -1..1. P(y_t | x_1..t) is p_y[x_t] whatever the coupling: none of the notes'
    factors moves with it, only the joint does. y_{t-1} and y_t are drawn, in a fraction
    |coupling| of cases, from one common random number (from u and 1 - u if it is negative).
    p_y (k_x, k_y): a row for each outcome of x; p_x as for `chain`.
    """
    coupling, T = arguments.number("coupling", coupling, -1.0), arguments.count("T", T)
    if coupling > 1:
        raise ValueError(f"coupling must be -1..1, got {coupling}")
    first = _step("p_y", p_y, 2)
    step = _coupled_step(first.p, coupling)
    return product([
        *_inputs(p_x, len(first.log_p), T), conditional(first.p, "y1", "x1"),
        *(conditional(step, f"y{t}", f"x{t - 1} x{t} y{t - 1}") for t in range(2, T + 1))])


def chain(step, T, *, p_x=None):
    """The Joint of a Markov chain y that is driven by x, both of length T.

    step (k_x, k_y, ..., k_y): P(y_t | x_t, y_{t-k}, ..., y_{t-1}), its last axis is y_t; the
    number of its axes says the order k. Responses before y_1 count as equally likely.
    p_x: None (all inputs equally likely), P(x_t) the same at each t (k_x,), or a Joint of x1..x_T.
    """
    order = len(_step("step", step).given) - 1
    step, T = arguments.real("step", step), arguments.count("T", T)
    return product([*_inputs(p_x, len(step), T), *(_link(step, order, t) for t in range(1, T + 1))])


def first_order(T=4, *, strength=1.0):
    """A chain of zeros and ones: y_t tends to equal x_t and y_{t-1}, the more the larger strength.

    log-odds of y_t = 1: strength * (s(x_t) + s(y_{t-1})), with s(1) = 1 and s(0) = -1.
    """
    return chain(_tendency(strength, 2), T)


def second_order(T=4, *, strength=1.0):
    """A chain of zeros and ones: y_t tends to equal x_t and y_{t-2}; y_{t-1} has no say.

    log-odds of y_t = 1: strength * (s(x_t) + s(y_{t-2})), with s(1) = 1 and s(0) = -1.
    """
    step = _tendency(strength, 2)
    return chain(np.stack([step, step], axis=2), T)


def ahead(T=4, *, steps=1, strength=1.0):
    """A Joint in which y_t tends to equal a later input, x_{t+steps}; where none is, a fair coin.

    log-odds of y_t = 1: strength * s(x_{t+steps}), with s(1) = 1 and s(0) = -1.
    """
    T, steps, p = arguments.count("T", T), arguments.count("steps", steps), _tendency(strength, 1)
    return product([
        *_inputs(None, 2, T),
        *(conditional(p, f"y{t}", f"x{t + steps}") if t + steps <= T
          else conditional([0.5, 0.5], f"y{t}") for t in range(1, T + 1))])


# Networks

def fed_back(net, x, y):
    """x with the response of the time before below it, (T, n + n_y, m); zeros at t = 1.

    x (T, n, m) or (T, n) with n = net.n_x - net.n_y; y as for `net.forward`. A class number is
    fed back as a one-hot vector, zeros and ones as they are.
    """
    x = _fitting_inputs(net, x, feedback=True)
    T, _, m = x.shape
    y = LOSSES[net.loss].targets(y, (T, net.n_y, m), None)
    earlier = np.zeros((T, net.n_y, m))
    earlier[1:] = _features(net, y)[:-1]
    return np.concatenate([x, earlier], axis=1)


def log_probability(net, x, y, *, feedback=False, lengths=None, unit="nats"):
    """log P(y_1..T | x_1..T) of each example (m,), for sequences of any length: minus the loss.

    net: a Network with the loss "softmax" or "logistic"; x, y and lengths as for `net.forward`,
    but with feedback x (T, net.n_x - net.n_y, m): the earlier responses are added to it.
    ValueError or TypeError for what does not fit; numbers that overflow show as nan.
    """
    _probabilistic(net)
    x = fed_back(net, x, y) if feedback else x
    fwd = net.forward(x, y, lengths=lengths)
    return -fwd.J.over_time().sum(axis=0) / _nats(unit)


def network_joint(net, T, *, inputs=None, p_x=None, feedback=False):
    """The Joint of x1..x_T and y1..y_T: inputs drawn from p_x, responses as `net` predicts them.

    inputs (k_x, n): the vector that stands for each outcome of x; n is net.n_x, less net.n_y with
    feedback. None: one-hot vectors, but 0 and 1 for n = 1, and for n = 0, a network that is fed
    its own responses only, one outcome that says nothing. p_x as for `chain`.
    The outcomes of y are the classes of a softmax; of n_y logistic outputs the 2^n_y rows of
    zeros and ones, counted as binary numbers with the first output in front.
    ValueError for more outcomes than LIMIT, and for outputs that overflow.
    """
    T, symbols = arguments.count("T", T), _symbols(net, inputs, feedback)
    responses = _responses(net)
    names = _times("x", 1, T) + _times("y", 1, T)
    shape = _limited(names, (len(symbols),) * T + (len(responses),) * T)
    log_x = product(_inputs(p_x, len(symbols), T)).log_p
    log_p = np.empty(math.prod(shape))
    for start in range(0, log_p.size, _BLOCK):
        block = slice(start, min(start + _BLOCK, log_p.size))
        codes = np.stack(np.unravel_index(np.arange(block.start, block.stop), shape))
        x, y = symbols[codes[:T]], responses[codes[T:]]
        y = codes[T:] if net.loss == "softmax" else y.transpose(0, 2, 1)
        log_p[block] = log_probability(net, x.transpose(0, 2, 1), y, feedback=feedback)
    if not np.isfinite(log_p).all():
        raise ValueError("net must predict finite log-probabilities, but its outputs overflow")
    return Joint(names, frozen(log_p.reshape(shape) + _under(log_x, T)))


def free_run(net, x, *, feedback=False, before=None, known=None, temperature=1.0, seed=0):
    """Responses drawn one after the other, each from the prediction at its time.

    x (T, n, m) or (T, n). Softmax: class numbers (T, m); logistic: zeros and ones (T, n_y, m).
    With feedback each draw is fed back at the next time, in the place of a true response;
    `log_probability` and `fed_back` on true ones are teacher forcing. before: what is fed back
    at t = 1, a class number or (n_y,) zeros and ones (None: zeros, as in `fed_back`).
    known: the first responses, in the shape that is returned but for fewer times; they stand in
    the place of draws (None: none are known).
    temperature: above 0; each prediction p becomes p^(1 / temperature), made to sum to 1 again.
    seed: a whole number or a numpy Generator. ValueError or TypeError for what does not fit.
    """
    _probabilistic(net)
    x, rng = _fitting_inputs(net, x, feedback), arguments.generator(seed)
    temperature = arguments.number("temperature", temperature)
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, got {temperature:g}")
    earlier, start, drawn = _first_fed_back(net, before, x.shape[2], feedback), {}, []
    known = _known_responses(net, known, x)
    for t, x_t in enumerate(x):
        fwd = net.forward(np.concatenate([x_t, earlier])[None] if feedback else x_t[None], **start)
        start = {f"{state}0": [layer[state][-1] for layer in fwd.layers]
                 for state in CELLS[net.cell].states}
        drawn.append(known[t] if t < len(known) else
                     _response(net, tempered(fwd.y_hat[1], temperature, net.loss), rng))
        earlier = _features(net, drawn[-1][None])[0]
    return np.array(drawn)


def tempered(y_hat, temperature, loss="softmax"):
    """Probabilities y_hat (n_y, m) raised to the power 1 / temperature, and made to sum to 1.

    The outcomes of a softmax are its classes; each logistic output has two of its own.
    A low temperature, above 0, leaves the most probable outcome alone, a high one evens all out.
    """
    if temperature == 1:
        return y_hat
    if loss == "logistic":
        return tempered(np.stack([1 - y_hat, y_hat]), temperature)[1]
    log_p = _log(y_hat)
    p = np.exp((log_p - log_p.max(axis=0)) / temperature)
    return p / p.sum(axis=0)


# Inside: logarithms

def _nats(unit):
    """How many nats one unit has."""
    return UNITS[arguments.choice("unit", unit, UNITS)]


def _log(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


def _under(array, axes):
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
    return (_log(np.exp(rows - top).sum(axis=1)) + top[:, 0]).reshape(shape)


def _total(p, values):
    """The sum of p * values as a float; where p is 0 nothing is added, whatever the value."""
    return float(np.sum(p * np.where(p > 0, values, 0.0)))


def _divergence(log_p, log_q):
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


# Inside: names

def _times(letter, first, last):
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


def _spans(joint):
    """T_x and T_y of a Joint of just such variables."""
    T_x, T_y = joint.T_x, joint.T_y
    strange = set(joint.names) - {*_times("x", 1, T_x), *_times("y", 1, T_y)}
    if strange or not T_y:
        raise ValueError("joint must be about x1, x2, ... and y1, y2, ... without a gap and with "
                         f"at least y1, got {' '.join(joint.names)}")
    return T_x, T_y


def _reach(argument, value, T):
    """How many times away something is seen; "all" is as many as there are."""
    if isinstance(value, str):
        arguments.choice(argument, value, ("all",))
        return T
    return arguments.count(argument, value, least=0)


def _factor(t, T_x, back, later):
    """The Factor of y_t that sees `back` responses before it and `later` inputs after t."""
    oldest, newest = max(1, t - back), min(t + later, T_x)
    return Factor((f"y{t}",), _times("x", 1, newest) + _times("y", oldest, t - 1),
                  _times("y", 1, oldest - 1) + _times("x", newest + 1, T_x))


# Inside: tables

def _probabilities(name, value):
    """A fresh array of probabilities with at least one axis, none negative, at most LIMIT."""
    p = arguments.real(name, value)
    if p.ndim == 0 or p.size == 0:
        raise ValueError(f"{name} must have an axis for each variable, and at least one outcome, "
                         f"got shape {p.shape}")
    _limited((name,), p.shape)
    arguments.finite(name, p)
    if p.min() < 0:
        where = tuple(int(i) for i in np.argwhere(p < 0)[0])
        raise ValueError(f"{name} must hold probabilities, at least 0, but "
                         f"{name}[{', '.join(map(str, where))}] is {p[where]}")
    return p


def _limited(names, shape):
    """`shape`, which must not have more outcomes than LIMIT."""
    count = math.prod(shape)
    if count > LIMIT:
        listed = " ".join(names) if len(names) < 7 else f"{names[0]} to {names[-1]}"
        raise ValueError(f"the table of {listed} would have {count} outcomes, but at most "
                         f"{LIMIT} can be listed one by one: take fewer times or smaller alphabets")
    return shape


def _normalised(name, p, axes):
    """log p, whose sum over the last so many axes must be 1 within TOLERANCE, then made so."""
    total = p.sum(axis=tuple(range(p.ndim - axes, p.ndim)), keepdims=True)
    off = np.abs(total - 1.0)
    if off.max() > TOLERANCE:
        raise ValueError(f"{name} must sum to 1 within {TOLERANCE:g}, got the sum "
                         f"{total.flat[off.argmax()]:.12g}")
    return _log(p / total)


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
    _limited(tuple(sizes), sizes.values())
    return tuple(sizes), sizes


def _spread(factor, names):
    """The factor's log_p with an axis for each of `names`, in their order."""
    sizes, uniform = factor.sizes, -math.log(math.prod(factor.sizes[n] for n in factor.of))
    own = list(sizes)
    log_p = np.where(np.isnan(factor.log_p), uniform, factor.log_p)
    log_p = log_p.transpose([own.index(name) for name in names if name in sizes])
    return log_p.reshape([sizes.get(name, 1) for name in names])


def _inputs(p_x, k_x, T):
    """[Conditional] of the inputs x1..x_T alone: all alike, or as a Joint has them."""
    names = _times("x", 1, T)
    if isinstance(p_x, Joint):
        if p_x.names != names or set(p_x.log_p.shape) != {k_x}:
            raise ValueError(f"p_x must be a Joint of {' '.join(names)}, each with {k_x} outcomes, "
                             f"got {p_x.sizes}")
        return [p_x.conditional(names)]
    p = _probabilities("p_x", np.full(k_x, 1 / k_x) if p_x is None else p_x)
    arguments.shaped("p_x", p, (k_x,), "(k_x,), a probability for each outcome of x")
    log_p = frozen(_normalised("p_x", p, 1))
    return [Conditional((name,), (), log_p) for name in names]


def _step(name, p, axes=None):
    """The Conditional in a table (k_x, k_y, ..., k_y) whose last axis is the response."""
    p = _probabilities(name, p)
    if p.ndim < 2 or (axes and p.ndim != axes) or len(set(p.shape[1:])) != 1:
        wanted = "(k_x, k_y)" if axes == 2 else "(k_x, k_y, ..., k_y)"
        raise ValueError(f"{name} must have shape {wanted}, got {p.shape}")
    given = ("x", *(f"y{k}" for k in range(p.ndim - 2)))
    return Conditional(("y",), given, frozen(_normalised(name, p, 1)))


def _link(step, order, t):
    """P(y_t | x_t and the responses before it), of which y_1 has none."""
    missing = max(0, order - t + 1)
    p = step.mean(axis=tuple(range(1, 1 + missing)))
    return conditional(p, f"y{t}", (f"x{t}", *_times("y", max(1, t - order), t - 1)))


def _tendency(strength, causes):
    """P(y | causes), zeros and ones: the log-odds add up +strength or -strength for each."""
    strength = arguments.number("strength", strength)
    signs = 2.0 * np.indices((2,) * causes).sum(axis=0) - causes
    z = strength * signs
    return np.exp(-np.logaddexp(0.0, np.stack([z, -z], axis=-1)))


def _coupled_step(p, coupling):
    """P(y_t | x_{t-1}, x_t, y_{t-1}), (k_x, k_x, k_y, k_y), for P(y_t | x_t) in p (k_x, k_y)."""
    edges = np.concatenate([np.zeros((len(p), 1)), p.cumsum(axis=1)], axis=1)
    low, high = edges[:, :-1], edges[:, 1:]
    # where u lies for y_{t-1}, and where it has to lie for y_t
    before = low[:, None, :, None], high[:, None, :, None]
    after = (low, high) if coupling >= 0 else (1.0 - high, 1.0 - low)
    after = [edge[None, :, None, :] for edge in after]
    common = np.maximum(np.minimum(before[1], after[1]) - np.maximum(before[0], after[0]), 0.0)
    total = common.sum(axis=-1, keepdims=True)
    alone = np.broadcast_to(p[None, :, None, :], common.shape)
    common = np.divide(common, total, where=total > 0, out=alone.copy())
    return (1.0 - abs(coupling)) * alone + abs(coupling) * common


# Inside: networks

def _probabilistic(net):
    """`net`, a Network whose outputs must be probabilities."""
    if not isinstance(net, Network):
        raise TypeError(f"net must be a Network, got {arguments.shown(net)}")
    if net.loss not in ("softmax", "logistic"):
        raise ValueError("net must have the loss 'softmax' or 'logistic', whose outputs are "
                         f"probabilities, got {net.loss!r}")
    return net


def _own_inputs(net, feedback):
    """How many inputs the network has beside the response fed back; there may be none."""
    n = net.n_x - (_probabilistic(net).n_y if feedback else 0)
    if n < 0:
        raise ValueError(f"net must have at least n_y = {net.n_y} inputs for the response fed "
                         f"back, got n_x = {net.n_x}")
    return n


def _fitting_inputs(net, x, feedback):
    """x as (T, n, m), with n what is left for it beside the responses fed back."""
    n, x = _own_inputs(net, feedback), arguments.real("x", x)
    x = x[:, :, None] if x.ndim == 2 else x
    if x.ndim != 3 or x.shape[1] != n or not x.shape[0] or not x.shape[2]:
        beside = ", beside the response fed back," if feedback else ""
        raise ValueError(f"x must have shape (T, {n}, m) or (T, {n}){beside} with T and m at least "
                         f"1, got {x.shape}")
    return x


def _features(net, y):
    """Responses as the network is fed them, (T, n_y, m)."""
    if net.loss == "softmax":
        return (y[:, None, :] == np.arange(net.n_y)[:, None]).astype(float)
    return y


def _first_fed_back(net, before, m, feedback):
    """What a free run feeds back at t = 1, (n_y, m)."""
    if before is None:
        return np.zeros((net.n_y, m))
    if not feedback:
        raise ValueError(f"before is for feedback, which is off, got {arguments.shown(before)}")
    if net.loss == "softmax":
        row = np.eye(net.n_y)[arguments.count("before", before, 0, net.n_y - 1)]
    else:
        row = arguments.shaped("before", arguments.real("before", before), (net.n_y,), "(n_y,)")
        strange = row[(row != 0) & (row != 1)]
        if strange.size:
            raise ValueError(f"before must hold zeros and ones, got {strange[0]:g}")
    return np.repeat(row[:, None], m, axis=1)


def _known_responses(net, known, x):
    """The first responses as the loss takes them; none for None."""
    if known is None:
        return ()
    known, (T, _, m) = arguments.real("known", known), x.shape
    row = (m,) if net.loss == "softmax" else (net.n_y, m)
    if not known.size:
        return ()
    if not known.ndim or known.shape[1:] not in (row, row[:-1] if m == 1 else row) \
            or len(known) > T:
        raise ValueError(f"known must have shape (k, {', '.join(map(str, row))}) with k up to "
                         f"T = {T}, got {known.shape}")
    return LOSSES[net.loss].targets(known, (len(known), net.n_y, m), None)


def _responses(net):
    """The outcomes of a response as rows (k_y, n_y)."""
    if _probabilistic(net).loss == "softmax":
        return np.eye(net.n_y)
    if 2**net.n_y > LIMIT:
        _limited(("y",), (2**net.n_y,))
    return np.indices((2,) * net.n_y).reshape(net.n_y, -1).T.astype(float)


def _symbols(net, inputs, feedback):
    """The vectors (k_x, n) of the outcomes of x."""
    n = _own_inputs(net, feedback)
    if inputs is None:
        return {0: np.zeros((1, 0)), 1: np.array([[0.0], [1.0]])}.get(n, np.eye(n))
    inputs = arguments.real("inputs", inputs)
    if inputs.ndim != 2 or inputs.shape[1] != n or not len(inputs):
        beside = ", beside the response fed back" if feedback else ""
        raise ValueError(f"inputs must have shape (k_x, {n}), a row for each outcome of "
                         f"x{beside}, got {inputs.shape}")
    return arguments.finite("inputs", inputs)


def _drawn(p, u):
    """The outcome that each u in 0..1 falls on, (m,), for probabilities p (k, m) or (k, 1)."""
    edges = p.cumsum(axis=0)
    # below the last edge, which may fall short of 1; what has probability 0 has no width
    u = u * np.nextafter(edges[-1], 0.0)
    if edges.shape[1] == 1:
        return np.searchsorted(edges[:, 0], u, side="right")
    return (edges <= u).sum(axis=0)


def _response(net, y_hat, rng):
    """One draw from y_hat (n_y, m): class numbers (m,), or zeros and ones (n_y, m)."""
    if net.loss == "softmax":
        return _drawn(y_hat, rng.random(y_hat.shape[1]))
    return (rng.random(y_hat.shape) < y_hat).astype(float)

"""Derivatives by complex steps: a second opinion on the gradients that shares no code with them.

For a real function f that continues to complex numbers, f(v + ih) = f(v) + i h f'(v) + O(h^2):
the imaginary part is the derivative, with no difference of nearly equal numbers, so h may be
tiny and the result is right to nearly all digits (Squire and Trapp 1998).

The network is evaluated here a second time and plainly: example by example, unit vectors and
loops, with activations and losses of its own.
"""
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments

# so small that h^2 vanishes beside 1, so large that h times a derivative does not underflow
H = 1e-100
# a plain difference, which only says whether a complex step can be meant: its step, how far the
# two may lie apart, and what of the function's own size is rounding in it
PLAIN, APART, NOISE = 1e-6, 1e-2, 1e-8
# what is left of numbers near 1 after rounding: no gradient so small beside others is judged
SMALL = 1e-13
# what is beyond float64 is inf or nan in what is returned, and not to be warned of
overflow_shows = np.errstate(all="ignore")


def complex_step(f, v):
    """The gradient of a scalar function f of one real array v: an array like v.

    f gets a complex array of v's shape, must compute with it (no abs, no max, no float()), and
    returns one number. TypeError if it lost the imaginary part by returning a real number;
    ValueError if it lost or turned it on the way, which differences along one direction tell.

        rl.gradcheck.complex_step(lambda W: (W @ a).sum(), W_a)
    """
    if not callable(f):
        raise TypeError(f"f must be a function of one array, got {arguments.shown(f)}")
    v = arguments.finite("v", arguments.real("v", v))
    gradient = _complex_steps(f, v)
    _demand_seen(f, v)
    return gradient


def _complex_steps(f, v):
    gradient = np.empty(v.shape)
    for i in np.ndindex(v.shape):
        moved = v.astype(complex)
        moved[i] += 1j * H
        gradient[i] = _imaginary(f(moved)) / H
    return gradient


def _imaginary(J):
    if np.ndim(J) != 0 or not np.iscomplexobj(J):
        raise TypeError("f must return one complex number when it is given complex ones, "
                        f"got {type(J).__name__} of shape {np.shape(J)}")
    return np.imag(J)


def _demand_seen(f, v):
    """ValueError unless a complex step tells how f grows along a random direction.

    Looked at beside v, where no kink is hit but by chance.
    """
    way, aside = np.random.default_rng(0).standard_normal((2, *v.shape))
    size = max(1.0, np.abs(v).max(initial=0.0))
    v = v + 1e3 * PLAIN * size * aside
    with np.errstate(all="ignore"):
        by_step = _imaginary(f(v + 1j * H * way)) / H
        ends = [np.real(f((v + k * PLAIN * size * way).astype(complex))) for k in (-1, 1)]
        plain = (ends[1] - ends[0]) / (2 * PLAIN * size)
        unsure = APART * max(abs(plain), abs(by_step)) + NOISE * np.abs(ends).max() / size
    if np.isfinite([by_step, plain]).all() and abs(plain - by_step) > unsure:
        raise ValueError("f must keep the imaginary part of what it gets, without conj, real, abs "
                         f"or .H: by a complex step it grows by {by_step:.3g} along a direction in "
                         f"which it grows by {plain:.3g}")


def _demand_network(net):
    # a run has a kind too, but cannot go back; a backward pass has no kind
    if not (hasattr(net, "kind") and callable(getattr(net, "backward", None))):
        raise TypeError(f"net must be a Network, got {arguments.shown(net)}")


@overflow_shows
def gradients(net, x, y=None, a0=None, lengths=None, *, mask=None, c0=None, d_a=None):
    """The derivative of the loss by every number: {name: array}, also for "x" and "a0[1]", ...

    For an LSTM also "c0[1]", ...
    Arguments as in `net.forward` and `net.backward`. One evaluation for each number, so for
    small networks.
    """
    _demand_network(net)
    problem = _Problem(net, x, y, {"a": a0, "c": c0}, lengths, mask, d_a)
    values = problem.values
    return {name: _complex_steps(lambda v, name=name: problem.loss({**values, name: v}), W)
            for name, W in values.items()}


@dataclass(frozen=True)
class Report:
    """How far gradients are from their complex-step values: `errors`, relative, by name.

    An error is the largest difference in the array, over the largest value in it. `small` are
    the names of arrays beside which other gradients are so large that rounding alone may make
    the difference, as where units are saturated: an error there says nothing.
    """

    errors: dict
    tolerance: float
    small: frozenset = frozenset()

    @property
    def worst(self):
        """The name with the largest error that can be judged; nan counts as the largest."""
        return max(self.errors, key=lambda name: (name not in self.small, np.nan_to_num(
            self.errors[name], nan=np.inf)))

    @property
    def ok(self):
        """Whether every error that can be judged is within the tolerance; nan is not."""
        return all(self.verdict(name) != "WRONG" for name in self.errors)

    def verdict(self, name):
        """"ok", "too small to judge" or "WRONG"."""
        if self.errors[name] <= self.tolerance:
            return "ok"
        return "too small to judge" if name in self.small else "WRONG"

    def __repr__(self):
        width = max(map(len, self.errors))
        lines = [f"{name:{width}}  {error:8.1e}  {self.verdict(name)}"
                 for name, error in self.errors.items()]
        return "\n".join([f"{'':{width}}  relative error", *lines])


@overflow_shows
def check(net, x, y=None, a0=None, lengths=None, *, mask=None, c0=None, d_a=None,
          given=None, tolerance=1e-10):
    """A Report that compares gradients with complex steps, number by number.

    `given` maps names to the gradients to be checked; without it they are those of
    `net.backward`, for all parameters, x and the start states.
    """
    _demand_network(net)
    tolerance = arguments.number("tolerance", tolerance, least=0.0)
    if given is None:
        bwd = net.backward(net.forward(x, y, a0, lengths, mask=mask, c0=c0), d_a=d_a)
        given = {**bwd.params, "x": bwd.x.over_time(), **_of_starts(bwd, net.kind.equations.states)}
    given = dict(arguments.a(Mapping, "given", given))
    exact = gradients(net, x, y, a0, lengths, mask=mask, c0=c0, d_a=d_a)
    given = {name: _like(exact, name, g) for name, g in given.items()}
    largest = max(np.abs(g).max() for g in exact.values())
    small = {name for name, g in given.items() if np.abs(g - exact[name]).max() <= SMALL * largest}
    return Report({name: relative_error(g, exact[name]) for name, g in given.items()}, tolerance,
                  frozenset(small))


@overflow_shows
def relative_error(given, exact):
    """The largest difference over the largest exact value (0 if both arrays are 0).

    ValueError for arrays of different shapes or of none.
    """
    given, exact = arguments.real("given", given), arguments.real("exact", exact)
    arguments.shaped("given", given, exact.shape, "that of exact")
    if not exact.size:
        raise ValueError(f"given and exact must hold at least one number, got shape {exact.shape}")
    difference, size = np.max(np.abs(given - exact)), np.max(np.abs(exact))
    return float(difference / size if size > 0 else difference)


def _like(values, name, v):
    """v as an array of the shape of values[name], one example possibly without its last axis."""
    arguments.known("quantity", name, values)
    v, shape = arguments.real(name, v), values[name].shape
    if v.shape != shape and (*v.shape, 1) != shape:
        raise ValueError(f"{name} must have shape {shape}, got {v.shape}")
    return v.reshape(shape)


def _of_starts(bwd, states):
    """{"a0[1]": gradient, ...} of all layers and states."""
    records = {f"{state}0": getattr(bwd, f"{state}0") for state in states}
    return {f"{name}[{l}]": record[l] for name, record in records.items() for l in record.layers}


class _Problem:
    """One network with its data: `values` by name, and `loss(values)`, complex if they are."""

    def __init__(self, net, x, y, starts, lengths, mask, d_a):
        # only for its sentences on arguments that do not fit; nothing of the run is used
        run = net.forward(x, y, starts["a"], lengths, mask=mask, c0=starts["c"])
        net.backward(run, d_a=d_a)
        x = _three_axes(x)
        self.L, self.kind = net.L, net.loss
        self.step, self.states = step_of(net.cell, net.kind.equations), net.kind.equations.states
        self.T, _, self.m = x.shape
        self.lengths = [self.T] * self.m if lengths is None else [int(T) for T in lengths]
        self.mask = np.ones((self.T, self.m)) if mask is None else np.asarray(mask, dtype=float)
        if self.mask.ndim == 1:
            self.mask = self.mask[:, None] * np.ones(self.m)
        self.y = None if y is None else np.reshape(y, (self.T, -1, self.m))
        self.d_a = None if d_a is None else _three_axes(d_a)
        self.values = {**{name: np.array(W) for name, W in net.params.items()}, "x": x}
        for state in self.states:
            for l, n in enumerate(net.units, 1):
                self.values[f"{state}0[{l}]"] = self._start(starts[state], l, n)

    def _start(self, given, l, n):
        if given is None:
            return np.zeros((n, self.m))
        one = self.L == 1 and np.size(given) == n * self.m and np.shape(given)[0] == n
        return np.reshape(np.asarray(given if one else given[l - 1], dtype=float), (n, self.m))

    def loss(self, v):
        """The loss for the values v: the sum over examples and times."""
        return sum(self._part(v, i, t, a, z_y)
                   for i in range(self.m) for t, a, z_y in self._walk(v, i))

    def _walk(self, v, i):
        """(t, top a, z_y) of example i for every time of it, from the first; t counts from 0."""
        layers = range(1, self.L + 1)
        states = {l: [v[f"{s}0[{l}]"][:, i] for s in self.states] for l in layers}
        for t in range(self.lengths[i]):
            a = v["x"][t, :, i]
            for l in layers:
                states[l] = self.step(lambda name, l=l: v[f"{name}[{l}]"], a, *states[l])
                a = states[l][0]
            yield t, a, v["W_y"] @ a + v["b_y"][:, 0]

    def _part(self, v, i, t, a, z_y):
        """What one example at one time adds to the loss, or to what stands in its place."""
        if self.d_a is None:
            return LOSS[self.kind](z_y, self.y[t, :, i]) if self.mask[t, i] else 0j
        return self.d_a[t, :, i] @ a + 0j


def _three_axes(v):
    v = np.array(v, dtype=float)
    return v[:, :, None] if v.ndim == 2 else v


# One complex number in, one out. Where a formula would overflow, the case is decided by the real
# part, which a complex step does not change.
def _logistic(z):
    if z.real < 0:
        return np.exp(z) / (1 + np.exp(z))
    return 1 / (1 + np.exp(-z))


def _softplus(z):
    """log(1 + exp(z))."""
    return z + np.log(1 + np.exp(-z)) if z.real > 0 else np.log(1 + np.exp(z))


def _log_sum_exp(z):
    top = np.max(z.real)
    return top + np.log(np.sum(np.exp(z - top)))


def _each(g, z):
    return np.array([g(z_k) for z_k in z])


# One step of one layer in time, unit vectors in and out: the new states, a first. W(name) is a
# parameter of the layer.
def _z(W, k, x, a):
    return W("b" + k)[:, 0] + W("W_a" + k.strip("_")) @ a + W("W_x" + k.strip("_")) @ x


def _simple(g):
    return lambda W, x, a: (_each(g, _z(W, "", x, a)),)


def _lstm(W, x, a, c):
    f, i, o = (_each(_logistic, _z(W, k, x, a)) for k in ("_f", "_i", "_o"))
    c = f * c + i * np.tanh(_z(W, "_g", x, a))
    return o * np.tanh(c), c


def _gru(W, x, a):
    r, z_u = _each(_logistic, _z(W, "_r", x, a)), _z(W, "_u", x, a)
    g = np.tanh(W("b_g")[:, 0] + W("W_xg") @ x + r * (W("b_ag")[:, 0] + W("W_ag") @ a))
    return (_each(_logistic, z_u) * a + _each(_logistic, -z_u) * g,)


ACTIVATION = {
    "tanh": np.tanh,
    "relu": lambda z: z if z.real > 0 else 0 * z,
    "logistic": _logistic,
    "identity": lambda z: z,
}
STEP = {**{name: _simple(g) for name, g in ACTIVATION.items()}, "lstm": _lstm, "gru": _gru}


def step_of(name, cell):
    """One step of a cell: that of this file, or `plainly` of a cell that was registered."""
    step = STEP.get(name) or getattr(cell, "plainly", None)
    if step is None:
        raise ValueError(f"cell must offer `plainly`, one step that shares no code with the rest "
                         f"of it, to be checked; {name!r} does not")
    return step


LOSS = {
    "softmax": lambda z_y, y: _log_sum_exp(z_y) - z_y[int(y[0])],
    "logistic": lambda z_y, y: sum(_softplus(-z if one else z) for z, one in zip(z_y, y)),
    "squared": lambda z_y, y: np.sum((z_y - y) ** 2) / 2,
}

"""Error surfaces of one unit: the loss over two of its parameters, its walls, steps down it.

The unit is a network with one input, one unit and one output, and the surface belongs to one of
its runs: the data, the start state and all other parameters are those of the run.
"""
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments
from rnnlib.activations import ACTIVATIONS
from rnnlib.learning.training import clip_by_element, clip_by_norm
from rnnlib.losses import LOSSES
from rnnlib.network import Forward, Network
from rnnlib.records import frozen

RECURRENCE = ("W_a[1]", "b[1]")
CLIPS = {"norm": lambda grads, threshold: clip_by_norm(grads, threshold)[0],
         "element": clip_by_element}
# points of a grid that are computed at a time: larger blocks leave the cache
BLOCK = 2048


def one_unit(T, target, *, a0=0.0, cell="tanh", every_time=False):
    """A Forward of a^{<t>} = g(w a^{<t-1>} + b), y_hat = a: the smallest recurrent network.

    Its loss is (a - target)^2 / 2 at t = T, or at every time. w and b are the parameters
    "W_a[1]" and "b[1]", here 1 and 0; the input's weight is 0.
    ValueError or TypeError for what does not fit.
    """
    arguments.room("T", arguments.count("T", T))
    target, every_time = (arguments.number("target", target),
                          arguments.flag("every_time", every_time))
    net = Network(1, 1, 1, cell, "squared")
    net.params.update({"W_x[1]": [[0.0]], "W_a[1]": [[1.0]], "W_y": [[1.0]]})
    mask = np.ones(T) if every_time else np.arange(1, T + 1) == T
    return net.forward(np.zeros((T, 1)), np.full((T, 1), target),
                       [arguments.number("a0", a0)], mask=mask)


@dataclass(frozen=True, repr=False, eq=False)
class Surface:
    """The loss of one unit over two parameters, and its gradient; nothing can be changed.

    over = (first name, second name); first (n,) and second (k,) are the values of the two.
    loss (k, n), first across and second down, as pictures want it; gradient (2, k, n): the
    derivatives by the first and by the second; steepness (k, n): the gradient's norm.
    Overflow shows as inf or nan.
    """

    run: Forward
    over: tuple
    first: np.ndarray
    second: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    steepness: np.ndarray

    def __repr__(self):
        return (f"Surface over {self.over[0]} ({len(self.first)} values) and {self.over[1]} "
                f"({len(self.second)} values), T={self.run.T}")


def error_surface(fwd, first, second, over=RECURRENCE):
    """A Surface: the loss of the run `fwd` if two parameters had other values.

    fwd is a run of one unit (see `one_unit`) with targets; first and second hold the values of
    the two parameters named in `over`. Exact, by backpropagation for all points at once.
    ValueError or TypeError for what does not fit.
    """
    unit, over = _Unit(fwd), _two_names(fwd, over)
    first, second = _axis("first", first), _axis("second", second)
    points = np.stack(np.meshgrid(first, second)).reshape(2, -1)
    J, gradient = np.empty(points.shape[1]), np.empty(points.shape)
    for i in range(0, len(J), BLOCK):
        block = slice(i, i + BLOCK)
        J[block], gradient[:, block] = unit.at(dict(zip(over, points[:, block])))
    shape = len(second), len(first)
    gradient = gradient.reshape(2, *shape)
    with np.errstate(all="ignore"):
        steepness = np.hypot(*gradient)
    return Surface(fwd, over, *map(frozen, (first, second, J.reshape(shape), gradient,
                                            steepness)))


@dataclass(frozen=True, repr=False, eq=False)
class Descent:
    """A path down a surface, step by step; nothing can be changed.

    points (k + 1, 2), loss (k + 1,) and gradient (k + 1, 2) at them, the start first; step
    (k, 2): the gradient that each step went against, after clipping. `lost` says that the last
    point's loss or gradient is not finite: there the path ends.
    """

    over: tuple
    rate: float
    clip: str | None
    threshold: float
    points: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    step: np.ndarray

    @property
    def steepness(self):
        """The norm of the gradient at every point, (k + 1,)."""
        with np.errstate(all="ignore"):
            return np.hypot(*self.gradient.T)

    @property
    def clipped(self):
        """Which steps were clipped, (k,) of true and false."""
        return (self.step != self.gradient[:-1]).any(axis=1)

    @property
    def turned(self):
        """The angle between each gradient and its step after clipping in degrees, (k,).

        0 for clipping by norm (but for rounding), up to 45 by element; 0 where nothing is left.
        """
        after, before = (np.arctan2(v[:, 1], v[:, 0]) for v in (self.step, self.gradient[:-1]))
        return np.degrees(np.where(self.step.any(axis=1), np.abs(after - before), 0.0))

    @property
    def lost(self):
        """Whether the path ended in numbers that are not finite."""
        return not (np.isfinite(self.loss[-1]) and np.isfinite(self.gradient[-1]).all())

    def __repr__(self):
        how = "plain" if self.clip is None else f"clipped by {self.clip} at {self.threshold:g}"
        return (f"Descent of {len(self.step)} steps, rate {self.rate:g}, {how}: loss "
                f"{self.loss[0]:.4g} to {self.loss[-1]:.4g}{', lost' * self.lost}")


def descent(fwd, start, *, rate, steps, clip=None, threshold=1.0, over=RECURRENCE):
    """A Descent of `steps` steps from the point `start`: point - rate * gradient, again and again.

    `clip` is None, "norm" or "element", with its threshold. fwd and over as in `error_surface`;
    start holds two numbers. The path ends early where loss or gradient is not finite.
    ValueError or TypeError for what does not fit.
    """
    unit, over = _Unit(fwd), _two_names(fwd, over)
    rate, steps = arguments.number("rate", rate, least=0.0), arguments.count(
        "steps", steps, 0, most=10**6)
    threshold = arguments.number("threshold", threshold, least=0.0)
    if clip is not None:
        clip = arguments.choice("clip", clip, CLIPS)
    point = arguments.finite("start", arguments.shaped(
        "start", arguments.real("start", start), (2,), f"values of {over[0]} and {over[1]}"))
    points, losses, gradients, taken = [], [], [], []
    while True:
        J, gradient = unit.at(dict(zip(over, point[:, None])))
        points.append(point)
        losses.append(J[0])
        gradients.append(gradient[:, 0])
        if len(taken) == steps or not (np.isfinite(J).all() and np.isfinite(gradient).all()):
            break
        taken.append(_clipped(gradients[-1], clip, threshold))
        with np.errstate(over="ignore"):
            point = point - rate * taken[-1]
    return Descent(over, rate, clip, threshold, *(
        frozen(np.reshape(v, shape)) for v, shape in (
            (points, (-1, 2)), (losses, -1), (gradients, (-1, 2)), (taken, (-1, 2)))))


def _clipped(gradient, clip, threshold):
    if clip is None:
        return gradient
    return CLIPS[clip]({"": gradient}, threshold)[""]


@dataclass(frozen=True, repr=False, eq=False)
class Wall:
    """Where the surface over (w, b) has a wall: b (n,) for the values w (n,), nan for none.

    `factor` (n,) is the slope of the unit's map there, by which each step through time
    multiplies the gradient: beyond 1 in size where the start state is the unstable fixed
    point, so that the wall's slope grows as factor^T; exactly 1 where two fixed points have
    just met, so that it grows as a power of T.
    """

    w: np.ndarray
    b: np.ndarray
    factor: np.ndarray

    def __repr__(self):
        return f"Wall at {np.isfinite(self.b).sum()} of {len(self.b)} values of w"


def wall(w, a0=0.0, cell="tanh"):
    """A Wall: for each w the b at which the end of a^{<t>} = g(w a^{<t-1>} + b) jumps, T large.

    w (n,), a0 the start state, cell "tanh" or "logistic", with no input. Where a small step
    across the wall takes the start state to another end, all the blame of T steps is in that
    small step. There are two ways to cross from one end to another:

    1. The start state passes the unstable fixed point. On the wall it is that point,
       a0 = tanh(w a0 + b), so b = artanh(a0) - w a0, a straight line; the point is unstable
       where |w| (1 - a0^2) > 1. For w > 0 it parts two resting values; for w < 0 the two
       phases of a swing between two values.
    2. The resting value that the start state goes to vanishes, together with an unstable fixed
       point a. The two meet where the slope w (1 - a^2) is 1, at a = +-sqrt(1 - 1/w); the
       start state must lie beyond a, seen from 0. This arc runs from (w, b) = (1, 0) to the
       line's end, where it touches the line; for |a0| >= 1 there is no line and it never ends.

    A logistic unit is a tanh unit in a = (1 + h) / 2, with w / 4 and b / 2 + w / 4.
    ValueError or TypeError for what does not fit.

    Notes: for finite T the line is where the wall is, up to a width of about factor^-T. That is
    soon far below the spacing of a grid, which then shows a step and no large gradient at all.
    The arc is only neared: to pass where the two points were takes long, and T steps suffice
    at a distance in b of about pi^2 / (|a| T^2) beyond it. The loss has a wall only if the two
    ends cost differently. For relu and identity one side runs off to infinity: no two ends.

    Source: Pascanu, Mikolov & Bengio 2013, section 2.3 and figure 6, who show such a wall;
    Doya 1993 for bifurcations in learning.
    """
    w, a0 = _axis("w", w), arguments.number("a0", a0)
    if arguments.choice("cell", cell, ("tanh", "logistic")) == "tanh":
        b, factor = _tanh_wall(w, a0)
    else:
        b, factor = _tanh_wall(w / 4, 2 * a0 - 1)
        b = 2 * b - w / 2
    return Wall(*map(frozen, (w, b, factor)))


def _tanh_wall(w, a0):
    """b and the slope of the map for a tanh unit."""
    with np.errstate(all="ignore"):
        line = np.arctanh(a0) - w * a0
        slope = w * (1 - a0 ** 2)
        a = np.copysign(np.sqrt(1 - 1 / w), a0)
        arc = np.arctanh(a) - w * a
    on_line = (abs(a0) < 1) & (np.abs(slope) > 1)
    on_arc = (w > 1) & (slope <= 1) & (a0 != 0)
    b = np.select([on_line, on_arc], [line, arc], np.nan)
    return b, np.select([on_line, on_arc], [slope, 1.0], np.nan)


class _Unit:
    """The run of one unit, ready to be repeated with other parameters."""

    def __init__(self, fwd):
        kind = _one_unit(fwd).kind
        # after the example's end nothing counts
        self.T = int(fwd.lengths[0])
        self.g, self.loss = ACTIVATIONS[kind.cell], LOSSES[kind.loss]
        self.params = {name: W.item() for name, W in fwd.params.items()}
        self.x, self.a0 = fwd.a.over_time(0)[:self.T, 0], fwd.a[1, 0].item()
        self.counts = np.flatnonzero(fwd.mask.over_time()[:self.T, 0])
        self.y = fwd.y.over_time()[self.counts]

    def at(self, values):
        """J (P,) and its derivatives (k, P) by the k parameters in `values`, which are (P,)."""
        v = self.params | values
        P = len(next(iter(values.values())))
        with np.errstate(all="ignore"):
            a = self._states(v, P)
            z_y = v["W_y"] * a[1:][self.counts] + v["b_y"]
            y_hat, J = self.loss.output(z_y[:, None], self.y)
            dz_y = self.loss.gradient(y_hat, self.y)[:, 0]
            dz = self._back(v, a, dz_y)
            inputs = {"W_x[1]": (dz, self.x), "W_a[1]": (dz, a[:-1]), "b[1]": (dz, 1.0),
                      "W_y": (dz_y, a[1:][self.counts]), "b_y": (dz_y, 1.0)}
            derivatives = [np.sum(d * x, axis=0) for d, x in map(inputs.get, values)]
        return J.sum(axis=0), np.stack(derivatives)

    def _states(self, v, P):
        """a (T + 1, P) at all points, the start first: z = b + w a_prev + w_x x, a = g(z)."""
        a = np.empty((self.T + 1, P))
        a[0] = self.a0
        w, from_below = v["W_a[1]"], v["b[1]"] + v["W_x[1]"] * self.x
        from_below = np.broadcast_to(from_below, (self.T, P))
        z = np.empty(P)
        for a_prev, below, a_t in zip(a, from_below, a[1:]):
            np.multiply(w, a_prev, z)
            z += below
            self.g.value(z, a_t)
        return a

    def _back(self, v, a, dz_y):
        """dz (T, P): da = w_y dz_y + w dz at the next time, dz = g'(z) da."""
        dz = self.g.slope(a[1:])
        from_above = np.zeros(dz.shape)
        from_above[self.counts] = v["W_y"] * dz_y
        w, da = v["W_a[1]"], np.zeros(a.shape[1])
        for above, dz_t in zip(from_above[::-1], dz[::-1]):
            da += above
            dz_t *= da
            np.multiply(w, dz_t, da)
        return dz


def _one_unit(fwd):
    """`fwd`, which must be the run of one unit, with targets and one example."""
    kind = arguments.a(Forward, "fwd", fwd).kind
    if ((kind.n_x, kind.units, kind.n_y) != (1, (1,), 1) or kind.cell not in ACTIVATIONS
            or kind.loss == "softmax"):
        raise ValueError("fwd must be a run of one unit: n_x=1, units=(1,), n_y=1, cell "
                         f"{', '.join(ACTIVATIONS)}, loss squared or logistic; got one of {kind}")
    if fwd.m != 1:
        raise ValueError(f"fwd must hold one example, got {fwd.m}: take one, fwd.example(i)")
    if fwd.y is None:
        raise ValueError("fwd must have a loss: give y to forward")
    return fwd


def _two_names(fwd, over):
    """`over` as a tuple of two different names of parameters."""
    names, known = tuple(over) if isinstance(over, (tuple, list)) else (), list(fwd.params)
    if len(names) != 2 or names[0] == names[1] or not all(name in known for name in names):
        raise ValueError(f"over must name two of the parameters {', '.join(known)}, "
                         f"got {arguments.shown(over)}")
    return names


def _axis(name, value):
    """A fresh array of finite numbers, at least one, in one row."""
    array = arguments.real(name, value)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{name} must have shape (n,) with n at least 1, got {array.shape}")
    return arguments.finite(name, array)

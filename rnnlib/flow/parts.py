"""A parameter's gradient in two parts: what comes from near, and what from far."""
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from rnnlib import arguments
from rnnlib.cells import dense
from rnnlib.flow.scaled import Scaled, joined, scaled
from rnnlib.flow.sweep import arriving, backwards, nothing, state_size, totals, widened
from rnnlib.network import own


@dataclass(frozen=True, repr=False, eq=False)
class Split:
    """A parameter's gradient in two parts: what comes from near and what from far.

    `near` sums the terms whose time of use t lies within `steps` steps of the loss time s,
    s - t <= steps; `far` the rest; `total` is their sum. They are arrays of the parameter's
    shape, 0 or inf where float64 ends; the logarithms (base 10) of their norms do not end there.

    Notes: a healthy total says nothing of the far part, and a learning rate multiplies both.
    """

    steps: int
    _near: Scaled = field(repr=False)
    _far: Scaled = field(repr=False)

    near = property(lambda self: self._near.plain())
    far = property(lambda self: self._far.plain())
    total = property(lambda self: self._total.plain())
    log10_near = property(lambda self: float(self._near.log10_norms((-2, -1))))
    log10_far = property(lambda self: float(self._far.log10_norms((-2, -1))))
    log10_total = property(lambda self: float(self._total.log10_norms((-2, -1))))
    _total = property(lambda self: self._near + self._far)

    @property
    def log10_ratio(self):
        """log10 of ||far|| / ||near||."""
        with np.errstate(all="ignore"):
            return float(np.float64(self.log10_far) - self.log10_near)

    def __repr__(self):
        return (f"Split at {self.steps} steps: log10 near {self.log10_near:.4g}, "
                f"far {self.log10_far:.4g}")


def split(net, fwd, name, steps, *, loss_at="every"):
    """The Split of the gradient of one parameter at a distance of `steps`, at least 0.

    `loss_at` as in `gradient_norms`. It takes no T x T table: `steps` passes over time. KeyError
    for an unknown name; ValueError, TypeError or IndexError for what does not fit.

    Notes: the near part is the gradient of `rnnlib.learning.training.truncated_backward` with
    window=steps + 1 and stride=1.
    """
    l, derivative, x = own(net, fwd).use(name)
    steps = arguments.count("steps", steps, least=0)
    dz_y, above = arriving(net, fwd, loss_at, None)
    with np.errstate(all="ignore"):
        if l > fwd.L:
            near, far = scaled(dz_y, (-2,)), None
        else:
            near, far = (part and part[l][derivative] for part in _near_and_far(fwd, above, steps))
        return Split(steps, _gradient(near, x, net.params[name]),
                     _gradient(far, x, net.params[name]))


def _near_and_far(fwd, above, steps):
    """Scaled dz {l: {name: (K, n, m)}} by time of use, of near and of far; None for nothing."""
    entering = {l: nothing(fwd, l) for l in range(1, fwd.L + 1)}
    entering[fwd.L] += Scaled(widened(above.mantissa, state_size(fwd, fwd.L)), above.exponent)
    near = None
    for dz in islice(backwards(fwd, entering), steps + 1):
        near = dz if near is None else {l: _added(near[l], dz[l]) for l in near}
    if steps + 1 >= fwd.T:
        return near, None
    # what comes from above is found again on the way down, except what enters at the top
    states = totals(fwd, above)
    entering = {l: (total if l == fwd.L else from_next)[1:]
                for l, (total, from_next) in states.items()}
    return near, next(islice(backwards(fwd, entering), steps + 1, None))


def _added(longer, shorter):
    """Derivatives by name, those of fewer times added to the first of the others."""
    found = {}
    for name, v in longer.items():
        K = len(shorter[name].mantissa)
        found[name] = joined([v[:K] + shorter[name], v[K:]])
    return found


def _gradient(dz, x, W):
    """The Scaled gradient for derivatives dz (K, n, m) at t = 1..K and inputs x at t = 1..T."""
    if dz is None:
        return scaled(np.zeros(W.shape), (-2, -1))
    d, exponent = dz.aligned()
    inputs = {"": None if x is None else x[:len(d)]}
    return scaled(dense.gradients(d, inputs)[""], (-2, -1), exponent)

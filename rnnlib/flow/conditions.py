"""Which inequality promises what about vanishing and exploding, and what is only said to.

J_t is the step Jacobian da^{<t>}/da^{<t-1>}; rho and sigma_1 are the spectral radius and the
largest singular value of W_a, sigma_n the smallest; gamma is the largest slope of g. To vanish
or to explode is to do it exponentially, as a power of t - k with a base below or above 1. What
does it is the norm of da^{<t>}/da^{<k>}, the most that is left of any gradient; where one
gradient may do otherwise, the note says so.
"""
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rnnlib import arguments
from rnnlib.activations import ACTIVATIONS
from rnnlib.cells import CELLS
from rnnlib.flow.jacobians import Jacobians, jacobians, one_example
from rnnlib.flow.spectra import activation, spectrum
from rnnlib.network import Forward

_LINEAR = ("identity",)
_SIMPLE = tuple(ACTIVATIONS)
_NONLINEAR = tuple(g for g in ACTIVATIONS if g not in _LINEAR)


@dataclass(frozen=True)
class Condition:
    """That `inequality` is `kind`, "sufficient" or "necessary", for `outcome`, for these `cells`.

    `note` says how far it goes; for folklore, which is not true, what breaks it.
    """

    name: str
    cells: tuple
    inequality: str
    kind: str
    outcome: str
    note: str
    _holds: Callable = field(repr=False)


# rho of an orthogonal matrix is found as 1 up to rounding, and is neither above nor below it
_ROUNDING = 1e-12


def _below(value):
    return value < 1 - _ROUNDING


def _above(value):
    return value > 1 + _ROUNDING


CONDITIONS = (
    Condition("linear, vanish", _LINEAR, "rho < 1", "sufficient", "vanish",
              "in the long run; the norm may first grow; here also necessary",
              lambda run: _below(run.rho)),
    Condition("linear, grow exponentially", _LINEAR, "rho > 1", "necessary", "explode",
              "with rho = 1 a W_a that is not normal can still grow as a power of the time",
              lambda run: _above(run.rho)),
    Condition("linear, explode", _LINEAR, "rho > 1", "sufficient", "explode",
              "the norm; one gradient only with a part along that left eigenvector",
              lambda run: _above(run.rho)),
    Condition("any W_a, vanish", _SIMPLE, "gamma sigma_1 < 1", "sufficient", "vanish",
              "in every step, whatever the inputs",
              lambda run: _below(run.gain)),
    Condition("any W_a, explode", _SIMPLE, "gamma sigma_1 > 1", "necessary", "explode",
              "not sufficient: slopes below gamma, or other directions, may undo it",
              lambda run: _above(run.gain)),
    Condition("this run, explode", _SIMPLE, "smallest slope sigma_n > 1", "sufficient", "explode",
              "in every step, every gradient; for the inputs of this run only",
              lambda run: _above(run.least)),
    Condition("this run, shrink", CELLS.keys(), "||J_T|| ... ||J_1|| < 1", "sufficient", "shrink",
              "for the inputs of this run only; by how much, the product says",
              lambda run: _below(run.steps)),
    Condition("this run, grow", CELLS.keys(), "||J_T|| ... ||J_1|| > 1", "necessary", "grow",
              "not sufficient: a step need not stretch what the step before it stretched",
              lambda run: _above(run.steps)),
)

FOLKLORE = (
    Condition("shrinks at once", _LINEAR, "rho < 1", "sufficient", "shrink in every step",
              "W_a = [[.9, 1], [0, .9]] first grows to 3.9", lambda run: _below(run.rho)),
    Condition("small radius", _NONLINEAR, "rho < 1", "sufficient", "vanish",
              "relu with W_a = [[2, 2], [-2, -2]], rho = 0, doubles in every step once its second "
              "unit is off", lambda run: _below(run.rho)),
    Condition("large radius", _NONLINEAR, "rho > 1", "sufficient", "explode",
              "tanh with W_a = 3 Q, Q orthogonal, and large inputs: saturation",
              lambda run: _above(run.rho)),
    Condition("large gain", _NONLINEAR, "gamma sigma_1 > 1", "sufficient", "explode",
              "the same: sigma_1 = 3 that vanishes", lambda run: _above(run.gain)),
    Condition("orthogonal", _NONLINEAR, "W_a.T W_a = I", "sufficient", "keep its norm",
              "the slopes of tanh are below 1 wherever z is not 0",
              lambda run: run.is_orthogonal),
)


def conditions(net, fwd, layer=1, table=CONDITIONS):
    """{name: whether the inequality holds on this run} for the conditions that fit its cell.

    `table` may be FOLKLORE. The run is that of one example.

    Notes: that an inequality holds is not yet the outcome. A sufficient one that holds promises
    it; a necessary one that fails excludes it; the other two cases say nothing.
    """
    run = _Measures(one_example(net, fwd), layer, jacobians(net, fwd, layer))
    table = [arguments.a(Condition, "table's entries", condition)
             for condition in arguments.several("table", table, "Conditions")]
    return {c.name: bool(c._holds(run)) for c in table if net.cell in c.cells}


@dataclass(frozen=True, eq=False)
class _Measures:
    """What the inequalities compare."""

    fwd: Forward
    layer: int
    jacobians: Jacobians

    @cached_property
    def _spectrum(self):
        return spectrum(self.fwd.weights(self.layer)["W_a"])

    rho = property(lambda self: self._spectrum.radius)
    gain = property(lambda self: activation(self.fwd).gamma * self._spectrum.sigma_1)

    @property
    def least(self):
        """The least by which any step of the run stretches any gradient, or less."""
        slopes = activation(self.fwd).slope_at(self.fwd.z.over_time(self.layer))
        return slopes.min() * self._spectrum.singular_values[-1]

    @property
    def steps(self):
        """||J_T|| ... ||J_1||; 0 or inf where float64 ends, which is on the right side of 1."""
        with np.errstate(all="ignore"):
            return 10.0 ** self.jacobians.bounds_to(self.jacobians.T)[0]

    @property
    def is_orthogonal(self):
        s = self._spectrum.singular_values
        return not any(_below(v) or _above(v) for v in s)

"""What W_a and the slopes say beforehand about the product of the step Jacobians."""
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rnnlib.flow.jacobians import one_example, step_jacobians
from rnnlib.flow.scaled import scaled
from rnnlib.flow.spectra import Spectrum, activation, log10_norms, spectrum
from rnnlib.records import frozen


@dataclass(frozen=True, repr=False, eq=False)
class Bounds:
    """Bounds on log10 ||da^{<T>}/da^{<t>}|| of one layer by t = 0..T, (T + 1,) each.

    From the loosest to the tightest, with k = T - t: `worst` is (gamma sigma_1)^k, the same for
    every run; `slopes` puts each step's largest slope in gamma's place; `steps` multiplies the
    norms of the step Jacobians. `radius` is rho^k, and no bound.

    Notes: add log10 ||dJ/da^{<T>}|| for a bound on the gradient of a loss at T. Only in a linear
    layer does rho^k have the slope to which the truth comes in the long run.
    """

    gamma: float
    spectrum: Spectrum
    largest_slopes: np.ndarray
    _steps: np.ndarray = field(repr=False)

    @property
    def worst(self):
        """(gamma sigma_1)^(T - t)."""
        return self._product(np.full(len(self._steps), self.gamma * self.spectrum.sigma_1))

    @property
    def radius(self):
        """rho^(T - t), which is no bound."""
        return self._product(np.full(len(self._steps), self.spectrum.radius))

    @property
    def slopes(self):
        """The product of sigma_1 times the largest slope of each step."""
        return self._product(self.largest_slopes * self.spectrum.sigma_1)

    @cached_property
    def steps(self):
        """The product of the norms of the step Jacobians."""
        return _to_the_end(log10_norms(scaled(self._steps, (-2, -1))))

    def _product(self, factors):
        with np.errstate(all="ignore"):
            return _to_the_end(np.log10(factors))

    def __repr__(self):
        return f"Bounds for t=0..{len(self._steps)}: worst, slopes, steps; radius"


def bounds(net, fwd, layer=1):
    """The Bounds of one simple layer, for the run of one example up to its end.

    ValueError for several examples, and for a cell with gates.
    """
    fwd = one_example(net, fwd)
    g, steps = activation(fwd), step_jacobians(fwd, layer)[:, 0]
    with np.errstate(all="ignore"):
        largest = g.slope_at(fwd.z.over_time(layer)).max(axis=(1, 2))
    return Bounds(g.gamma, spectrum(fwd.layer(layer)["W_a"]), frozen(largest), frozen(steps))


def _to_the_end(logs):
    """The sums of logs (T,), by time 1..T, over all times after t = 0..T: (T + 1,)."""
    return frozen(np.append(np.cumsum(logs[::-1])[::-1], 0.0))

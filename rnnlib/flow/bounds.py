"""What W_a and the slopes say beforehand about the product of the step Jacobians."""
from dataclasses import dataclass, field

import numpy as np

from rnnlib.flow.jacobians import Jacobians, jacobians, one_example, to_the_end
from rnnlib.flow.spectra import Spectrum, activation, spectrum
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
    jacobians: Jacobians = field(repr=False)

    @property
    def worst(self):
        """(gamma sigma_1)^(T - t)."""
        return self._product(np.full(len(self.largest_slopes), self.gamma * self.spectrum.sigma_1))

    @property
    def radius(self):
        """rho^(T - t), which is no bound."""
        return self._product(np.full(len(self.largest_slopes), self.spectrum.radius))

    @property
    def slopes(self):
        """The product of sigma_1 times the largest slope of each step."""
        return self._product(self.largest_slopes * self.spectrum.sigma_1)

    @property
    def steps(self):
        """The product of the norms of the step Jacobians, `jacobians.bounds_to(T)`."""
        return self.jacobians.bounds_to(self.jacobians.T)

    def _product(self, factors):
        with np.errstate(all="ignore"):
            return to_the_end(np.log10(factors))

    def __repr__(self):
        return f"Bounds for t=0..{len(self.largest_slopes)}: worst, slopes, steps; radius"


def bounds(net, fwd, layer=1):
    """The Bounds of one simple layer, for the run of one example up to its end.

    ValueError for several examples, and for a cell with gates.
    """
    fwd = one_example(net, fwd)
    g, jac = activation(fwd), jacobians(net, fwd, layer)
    with np.errstate(all="ignore"):
        largest = g.slope_at(fwd.z.over_time(layer)).max(axis=(1, 2))
    return Bounds(g.gamma, spectrum(fwd.weights(layer)["W_a"]), frozen(largest), jac)

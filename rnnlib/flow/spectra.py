"""Eigenvalues and singular values of a matrix, and how far the units of a run are saturated."""
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments
from rnnlib.flow.scaled import Scaled, scaled
from rnnlib.network import own
from rnnlib.records import frozen


@dataclass(frozen=True, repr=False, eq=False)
class Spectrum:
    """Eigenvalues and singular values (n,) of a square matrix, the largest first.

    `eigenvalues` are complex, 0 or inf where float64 ends; their moduli and `angles`, and the
    singular values, go on in logarithms. All are nan for a matrix with nan or inf.

    Notes: the singular values say how much one multiplication can stretch, the eigenvalues what
    many multiplications by the same matrix come to. In the product of many matrices, values
    below 1e-16 of the largest are rounding; Lyapunov exponents tell those apart.
    """

    eigenvalues: np.ndarray
    singular_values: np.ndarray
    log10_moduli: np.ndarray
    angles: np.ndarray
    log10_singular_values: np.ndarray

    radius = property(lambda self: float(np.abs(self.eigenvalues[0])),
                      doc="rho, the largest modulus of an eigenvalue.")
    sigma_1 = property(lambda self: float(self.singular_values[0]),
                       doc="The largest singular value, the spectral norm.")

    def __repr__(self):
        return (f"Spectrum of {len(self.eigenvalues)}: log10 radius {self.log10_moduli[0]:.4g}, "
                f"log10 sigma_1 {self.log10_singular_values[0]:.4g}")


def spectrum(W):
    """The Spectrum of a square matrix (n, n), an array or Scaled."""
    if not isinstance(W, Scaled):
        W = arguments.real("W", W)
        if W.ndim != 2 or W.shape[0] != W.shape[1] or not W.size:
            raise ValueError(f"W must be a square matrix, got shape {W.shape}")
        W = scaled(W, (-2, -1))
    e, s = _values(W.mantissa)
    scale = W.exponent[0]
    eigenvalues = np.empty(e.shape, complex)
    # part by part: the product of a complex number and inf has a part inf * 0
    eigenvalues.real, eigenvalues.imag = (Scaled(v, scale).plain() for v in (e.real, e.imag))
    of_e, of_s = (Scaled(v, np.broadcast_to(scale, v.shape)) for v in (np.abs(e), s))
    return Spectrum(eigenvalues, of_s.plain(), of_e.log10(of_e.mantissa), np.angle(e),
                    of_s.log10(s))


def _values(W):
    """Eigenvalues and singular values of a matrix, by size."""
    if not np.isfinite(W).all():
        return np.full(len(W), np.nan + 0j), np.full(len(W), np.nan)
    e = np.linalg.eigvals(W).astype(complex)
    return e[np.argsort(-np.abs(e), kind="stable")], np.linalg.svd(W, compute_uv=False)


def log10_norms(matrices):
    """log10 of the spectral norms of Scaled matrices (..., n, n); nan for those with nan or inf."""
    good = np.isfinite(matrices.mantissa).all(axis=(-2, -1))
    sizes = np.where(good, 0.0, np.nan)
    A = matrices.mantissa[good]
    # the largest eigenvalue of A.T A is as exact as the largest singular value, in half the time
    largest = np.linalg.eigvalsh(A.swapaxes(-2, -1) @ A)[..., -1]
    sizes[good] = np.sqrt(np.maximum(largest, 0.0))
    return matrices.log10(sizes)


@dataclass(frozen=True, repr=False, eq=False)
class Saturation:
    """How many slopes of a run fall where: `counts` (bins,) between `edges` (bins + 1,).

    `share` is the share of slopes below `below`, `mean` their mean; slopes that are nan, after
    an overflow, are left out.
    """

    counts: np.ndarray
    edges: np.ndarray
    below: float
    share: float
    mean: float

    def __repr__(self):
        return f"Saturation: {self.share:.3g} of {self.counts.sum()} slopes below {self.below:g}"


def saturation(net, fwd, layer=1, *, below=0.1, bins=20):
    """The Saturation of one simple layer: the histogram of its slopes g'(z) from 0 to gamma.

    All units, times and examples count, but not what lies after an example's end. ValueError
    for a cell with gates.
    """
    below = arguments.number("below", below, least=0.0)
    bins = arguments.count("bins", bins, most=10**6)
    g = activation(own(net, fwd))
    slopes = fwd.slope.over_time(layer).swapaxes(1, 2)
    slopes = slopes[np.arange(fwd.T)[:, None] < fwd.lengths]
    slopes = slopes[~np.isnan(slopes)]
    counts, edges = np.histogram(slopes, bins, (0.0, g.gamma))
    share, mean = ((slopes < below).mean(), slopes.mean()) if slopes.size else (np.nan, np.nan)
    return Saturation(frozen(counts), frozen(edges), below, float(share), float(mean))


def activation(fwd):
    """The one activation of a run's cell; ValueError for a cell with gates."""
    g = getattr(fwd.kind.equations, "g", None)
    if g is None:
        raise ValueError("fwd must be the run of a simple cell, where one matrix and one slope "
                         f"decide, got one of {fwd.kind.cell!r}")
    return g

"""First values of weight matrices. Each is a function of a numpy Generator and a scale."""
import numpy as np


def gaussian(rng, n, n_in, scale=1.0):
    """(n, n_in) independent normal numbers of standard deviation scale / sqrt(n_in)."""
    return rng.standard_normal((n, n_in)) * (scale / np.sqrt(n_in))


def orthogonal(rng, n, scale):
    """scale * Q with Q (n, n) orthogonal, uniformly distributed."""
    Q, R = np.linalg.qr(rng.standard_normal((n, n)))
    # without these signs the factor Q would depend on the convention of the QR routine
    return scale * Q * np.where(np.diag(R) < 0, -1.0, 1.0)


def identity(rng, n, scale):
    """scale * I, (n, n); the Generator is not used."""
    return scale * np.eye(n)


def radius(rng, n, scale):
    """(n, n) normal numbers, rescaled so that the spectral radius is `scale`."""
    W = gaussian(rng, n, n)
    return W * (scale / np.abs(np.linalg.eigvals(W)).max())


def nonnormal(rng, n, scale):
    """(n, n) with `scale` on the diagonal and 1 above it; the Generator is not used.

    Every eigenvalue is `scale`, and sigma_1 is up to scale + 1: powers may grow before they fall.
    """
    return scale * np.eye(n) + np.eye(n, k=1)


RECURRENT = {
    "gaussian": lambda rng, n, scale: gaussian(rng, n, n, scale),
    "orthogonal": orthogonal,
    "identity": identity,
    "radius": radius,
    "nonnormal": nonnormal,
}

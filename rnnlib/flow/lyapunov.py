"""Growth rates of a product of matrices, one for each dimension."""
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments
from rnnlib.flow.scaled import overflow_shows
from rnnlib.records import frozen


@dataclass(frozen=True, repr=False, eq=False)
class Lyapunov:
    """Finite-time Lyapunov exponents of a product of T matrices (n, n), in nats a step.

    `local` (T, n) is the stretching in each step along n directions at right angles that are
    carried along; its sum over n is log |det| of that step's matrix, and -inf where the step
    crushes a direction.

    Notes: after few steps the exponents still depend on the directions one starts from, the
    axes; and an exponent says nothing of how the norm got there, which may first grow.
    """

    local: np.ndarray

    @property
    def running(self):
        """The exponents after t = 1..T steps, (T, n): the means of `local` up to then."""
        t = np.arange(1, len(self.local) + 1)[:, None]
        return np.cumsum(self.local, axis=0) / t

    @property
    def exponents(self):
        """The exponents after all steps, (n,), largest first."""
        return np.sort(self.local.mean(axis=0))[::-1]

    def __repr__(self):
        return f"Lyapunov of {self.local.shape} steps and directions"


@overflow_shows
def lyapunov(steps):
    """The Lyapunov of the product steps[-1] @ ... @ steps[0] for steps (T, n, n).

    A Q R decomposition in each step keeps the directions apart, which in the product itself all
    turn to the one that grows most. ValueError or TypeError for what does not fit.

    Source: Benettin, Galgani, Giorgilli & Strelcyn 1980; Engelken, Wolf & Abbott 2023 for
    recurrent networks.
    """
    steps = arguments.real("steps", steps)
    if steps.ndim != 3 or steps.shape[1] != steps.shape[2] or 0 in steps.shape:
        raise ValueError(f"steps must have shape (T, n, n), got {steps.shape}")
    local = np.empty(steps.shape[:2])
    Q = np.eye(steps.shape[1])
    for step, stretched in zip(steps, local):
        Q, R = np.linalg.qr(step @ Q)
        np.log(np.abs(R.diagonal()), stretched)
    return Lyapunov(frozen(local))

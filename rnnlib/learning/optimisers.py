"""How far to step: plain descent, with momentum, Adam; and gradients clipped before a step.

An optimiser is a rule that keeps nothing; all parameters are one long vector for it. `first(n)` is
the memory it starts with for n numbers; `step(g, memory)` gives (step, memory): what to add to the
parameters for the gradient g (n,), and what to hand in next time.
"""
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments


@dataclass(frozen=True)
class SGD:
    """step = -rate v with v = momentum v + g; with momentum 0 that is -rate g.

    TypeError or ValueError for a rate below 0 and for a momentum outside 0 <= momentum < 1.

    Source: Polyak 1964; Goodfellow et al. 2016, section 8.3, where the rate is inside v.
    """

    rate: float = 0.1
    momentum: float = 0.0

    def __post_init__(self):
        arguments.number("rate", self.rate, least=0.0)
        arguments.share("momentum", self.momentum, without=(1,))

    def first(self, n):
        """v = 0."""
        return np.zeros(n)

    def step(self, g, v):
        """(step, v)."""
        v = self.momentum * v + g
        return -self.rate * v, v


@dataclass(frozen=True)
class Adam:
    """step = -rate mean / (root of mean square + small), means over the gradients so far.

    Recent gradients weigh more: each is forgotten by beta_1 in the mean and by beta_2 in the
    mean square; both are divided by the weights so far, so the first step has the size of the
    rate in every number whose gradient is not tiny.
    TypeError or ValueError for a rate or `small` below 0, or a beta outside 0 <= beta < 1.

    Source: Kingma & Ba 2015, algorithm 1.
    """

    rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    small: float = 1e-8

    def __post_init__(self):
        arguments.number("rate", self.rate, least=0.0)
        arguments.number("small", self.small, least=0.0)
        arguments.share("beta_1", self.beta_1, without=(1,))
        arguments.share("beta_2", self.beta_2, without=(1,))

    def first(self, n):
        """(k, mean, mean square): no gradient so far."""
        return 0, np.zeros(n), np.zeros(n)

    def step(self, g, memory):
        """(step, memory)."""
        k, mean, square = memory
        k += 1
        mean = self.beta_1 * mean + (1 - self.beta_1) * g
        square = self.beta_2 * square + (1 - self.beta_2) * g * g
        root = np.sqrt(square / (1 - self.beta_2 ** k)) + self.small
        return -self.rate / (1 - self.beta_1 ** k) * mean / root, (k, mean, square)


# -- clipping: a gradient that is too long is no measure of the step ------------------------
def clip_by_norm(grads, threshold):
    """(clipped, norm): gradients of norm at most `threshold`, and their norm before.

    grads maps names to arrays; the norm is the Euclidean one of all their numbers together, so
    all are multiplied by one factor and the direction stays. `clipped` is a new dict of new
    arrays. TypeError or ValueError for what does not fit.

    A nan or an infinite number leaves no direction to keep: the arrays are then returned as
    they came, and the norm, nan or inf, says so; check it before a step. Finite numbers whose
    norm is beyond float64 are clipped all the same, and the norm is inf.

    Source: Pascanu, Mikolov & Bengio 2013, algorithm 1; Goodfellow et al. 2016, section 10.11.1.
    """
    grads, threshold = _gradients(grads), arguments.number("threshold", threshold, least=0.0)
    largest = np.max([np.abs(g).max(initial=0.0) for g in grads.values()], initial=0.0)
    if not 0 < largest < np.inf:
        return grads, float(largest)
    # squares of the numbers themselves could overflow or vanish
    length = np.sqrt(sum(np.sum((g / largest) ** 2) for g in grads.values()))
    if largest <= threshold / length:
        return grads, float(largest * length)
    with np.errstate(over="ignore"):
        norm = float(largest * length)
    return {name: g / largest * (threshold / length) for name, g in grads.items()}, norm


def clip_by_element(grads, threshold):
    """New gradients in which every number lies in -threshold..threshold: {name: array}.

    Each number is clipped for itself, so the direction turns, towards the diagonals. An
    infinite number becomes the threshold with its sign; nan stays nan.
    TypeError or ValueError for what does not fit.

    Source: Goodfellow et al. 2016, section 10.11.1.
    """
    threshold = arguments.number("threshold", threshold, least=0.0)
    return {name: np.clip(g, -threshold, threshold) for name, g in _gradients(grads).items()}


def _gradients(grads):
    """A dict of fresh arrays."""
    if not isinstance(grads, Mapping):
        raise TypeError("grads must map names of parameters to arrays, as bwd.params does, "
                        f"got {arguments.shown(grads)}")
    return {name: arguments.real(f"grads[{name!r}]", g) for name, g in grads.items()}

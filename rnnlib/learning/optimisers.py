"""How far to step: plain descent, with momentum, Adam. All parameters are one long vector here.

An optimiser is a rule that keeps nothing. `first(n)` is the memory it starts with for n numbers;
`step(g, memory)` gives (step, memory): what to add to the parameters for the gradient g (n,), and
what to hand in next time.
"""
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
        _share("momentum", self.momentum)

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
        _share("beta_1", self.beta_1)
        _share("beta_2", self.beta_2)

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


def _share(name, value):
    value = arguments.number(name, value, least=0.0)
    if value >= 1:
        raise ValueError(f"{name} must be less than 1, got {value}")
    return value

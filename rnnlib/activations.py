"""Activation functions g: value, slope and largest slope gamma.

Each takes arrays of any shape. `value(z, out)` writes g(z) into `out`. `slope(a)` is g'(z),
found from a = g(z): so the backward pass needs no second transcendental function.
`slope_at(z)` is the same, right to its last digits where g is so flat that a has none left to
tell: from a alone tanh'(20) = 1.7e-17 comes out as 0.
"""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments


@dataclass(frozen=True)
class Activation:
    """An activation: its name, value(z, out), slope(a), slope_at(z) and largest slope gamma.

    `words` is what a page calls it. `homogeneous` says whether g(c z) = c g(z) for every c > 0.
    """

    name: str
    words: str
    value: Callable
    slope: Callable
    slope_at: Callable
    gamma: float
    homogeneous: bool = False

    def __call__(self, z):
        """g(z), a new array."""
        z = arguments.real("z", z)
        with np.errstate(all="ignore"):
            return self.value(z, np.empty_like(z))


def logistic(z, out=None):
    """1 / (1 + exp(-z)), right to the last digits in both tails.

    exp may overflow to inf on the way, which gives the exact limit 0; callers silence that.
    """
    out = np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    return np.reciprocal(out, out)


def _tanh_slope(a):
    slope = np.multiply(a, a)
    return np.subtract(1.0, slope, slope)


def _tanh_slope_at(z):
    # so far out it is 0, and 2 z may be beyond float64
    return 4.0 * _logistic_slope_at(2.0 * np.clip(z, -1e3, 1e3))


def _relu(z, out):
    return np.maximum(z, 0.0, out=out)


def _relu_slope(a):
    # at z = 0, where there is no derivative, the slope is taken as 0
    return (a > 0).astype(np.float64)


def _logistic_slope(a):
    slope = np.subtract(1.0, a)
    return np.multiply(a, slope, slope)


def _relu_slope_at(z):
    # nan stays nan, which z > 0 would turn into a slope
    return np.heaviside(z, 0.0)


def _logistic_slope_at(z):
    tail = np.exp(-np.abs(z))
    return tail / (1.0 + tail) ** 2


def _identity(z, out):
    np.copyto(out, z)
    return out


ACTIVATIONS = {
    g.name: g
    for g in (
        Activation("tanh", "tanh", np.tanh, _tanh_slope, _tanh_slope_at, 1.0),
        Activation("relu", "ReLU", _relu, _relu_slope, _relu_slope_at, 1.0, True),
        Activation("logistic", "logistic", logistic, _logistic_slope, _logistic_slope_at, 0.25),
        Activation("identity", "linear", _identity, np.ones_like, np.ones_like, 1.0, True),
    )
}

"""Losses of the output layer, each beside its gradient.

Arrays over time: z_y and y_hat are (T, n_y, m), J is (T, m). `off` (T, m) says where the loss
does not count (None: it counts everywhere); the target is never looked at there.
"""
import numpy as np

from rnnlib import arguments
from rnnlib.activations import logistic
from rnnlib.records import clear_padding


class Softmax:
    """J = -log y_hat[y] with y_hat = softmax(z_y): y (T, m) holds class numbers 0..n_y-1."""

    name = "softmax"

    def targets(self, y, shape, off, name="y"):
        """y as whole numbers (T, m), 0 where the loss does not count."""
        T, n_y, m = shape
        y = arguments.real(name, y)
        if m == 1 and y.shape == (T,):
            y = y[:, None]
        arguments.shaped(name, y, (T, m), "(T, m), a class number for each time and example")
        clear_padding(y, off)
        with np.errstate(invalid="ignore"):
            classes = y.astype(np.intp)
        # seen as unsigned, a negative number is too large as well
        wrong = (classes != y) | (classes.view(np.uintp) >= n_y)
        if wrong.any():
            raise ValueError(f"{name} must hold class numbers 0..{n_y - 1}, got {y[wrong][0]:g}")
        return classes

    def output(self, z_y, y):
        """y_hat, the probabilities of the classes, and J (T, m), None without y.

        Both come from exponentials of z_y less its largest: none overflows, and J is the
        logarithm of their sum, which is at least 1, so there is never the log of 0.
        """
        top = np.maximum.reduce(z_y, axis=1, keepdims=True)
        y_hat = np.exp(z_y - top)
        total = np.add.reduce(y_hat, axis=1, keepdims=True)
        y_hat /= total
        if y is None:
            return y_hat, None
        T, m = y.shape
        chosen = z_y[np.arange(T)[:, None], y, np.arange(m)]
        return y_hat, np.log(total[:, 0, :]) + (top[:, 0, :] - chosen)

    def gradient(self, y_hat, y):
        """dJ/dz_y = y_hat - (1 at the class, else 0)."""
        return y_hat - (y[:, None, :] == np.arange(y_hat.shape[1])[:, None])


class Logistic:
    """J = -sum of y log y_hat + (1 - y) log(1 - y_hat), y_hat = logistic(z_y), y in {0, 1}."""

    name = "logistic"

    def targets(self, y, shape, off, name="y"):
        """y (T, n_y, m) of zeros and ones, 0 where the loss does not count."""
        y = _dense_targets(y, shape, off, name)
        if not np.all((y == 0) | (y == 1)):
            wrong = y[(y != 0) & (y != 1)][0]
            raise ValueError(f"{name} must hold zeros and ones, got {wrong:g}")
        return y

    def output(self, z_y, y):
        """y_hat, the probability of a one at each output, and J (T, m), None without y.

        J sums log(1 + exp(-z_y)) where y is 1 and log(1 + exp(z_y)) where it is 0.
        """
        J = None if y is None else np.logaddexp(0.0, (1.0 - 2.0 * y) * z_y).sum(axis=1)
        return logistic(z_y), J

    def gradient(self, y_hat, y):
        """dJ/dz_y = y_hat - y."""
        return y_hat - y


class Squared:
    """J = 1/2 sum of (y_hat - y)^2 with y_hat = z_y."""

    name = "squared"

    def targets(self, y, shape, off, name="y"):
        """y (T, n_y, m) of finite numbers, 0 where the loss does not count."""
        return arguments.finite(name, _dense_targets(y, shape, off, name))

    def output(self, z_y, y):
        """y_hat = z_y, and J (T, m), half the squared distance, None without y."""
        J = None if y is None else 0.5 * ((z_y - y) ** 2).sum(axis=1)
        return z_y.copy(), J

    def gradient(self, y_hat, y):
        """dJ/dz_y = y_hat - y."""
        return y_hat - y


def _dense_targets(y, shape, off, name):
    """y as a fresh (T, n_y, m) array, 0 where the loss does not count."""
    y = arguments.real(name, y)
    T, n_y, m = shape
    if m == 1 and y.shape == (T, n_y):
        y = y[:, :, None]
    arguments.shaped(name, y, shape, "(T, n_y, m)")
    return clear_padding(y, off)


LOSSES = {loss.name: loss for loss in (Softmax(), Logistic(), Squared())}

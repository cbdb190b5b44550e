"""The smallest network that a question can be about, and how it writes its numbers."""
import numpy as np

from rnnlib import style
from rnnlib.network import Network


def linear(w, T, *, a0=0.0, x=None, slopes=1.0, last=False, **weights):
    """(net, run) of one linear unit a⟨t⟩ = w a⟨t−1⟩ + x⟨t⟩ with ŷ = a, over T times.

    x: 1 at each time, or (T,). slopes: dJ⟨t⟩/dŷ⟨t⟩, one number or (T,); last: a loss at T alone.
    """
    net = Network(1, (1,), 1, "identity", "squared")
    net.params.update({"W_x[1]": [[1.0]], "W_a[1]": [[w]], "W_y": [[1.0]], **weights})
    x = np.reshape(np.ones(T) if x is None else x, (T, 1))
    mask = np.arange(1, T + 1) == T if last else None
    y_hat = net.forward(x, a0=[a0]).y_hat.over_time().reshape(T, 1)
    y = y_hat - np.reshape(np.broadcast_to(slopes, T), (T, 1))
    return net, net.forward(x, y, [a0], mask=mask)


def pair(values, digits=3):
    """A vector as text: (0.6, −1)."""
    return f"({', '.join(f'{v:.{digits}g}' for v in np.ravel(values))})".replace("-", "−")


def raised(base, k):
    """base to the power k as text: 0.3¹⁰."""
    return f"{base:g}{style.whole_power(k).removeprefix('10')}"

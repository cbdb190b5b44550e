"""A network that reads both ways: two networks, one from each end, and an output that sees both.

    z_y^{<t>} = W_y a_right^{<t>} + W_y' a_left^{<t>} + b_y

a_right^{<t>} has read x^{<1>}, ..., x^{<t>} and a_left^{<t>} x^{<T>}, ..., x^{<t>}. Only the sum
joins the two, so the derivative by z_y goes back through each of them as if it were alone.
"""
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from rnnlib import arguments
from rnnlib.losses import LOSSES
from rnnlib.network import Network, Parameters
from rnnlib.records import clear_padding
from rnnlib.runs import Backward, Forward

_SHARED = "T", "m", "lengths", "z_y", "y_hat", "y", "J", "loss", "mask"


@dataclass(frozen=True, eq=False)
class BothWays:
    """A run both ways: `right` and `left`, two Forward or two Backward, and `params` of both.

    Each numbers times as it reads: `left` meets x^{<t>} of an example of length T at its own
    time T - t + 1. z_y, y_hat, y, J, loss and mask are the whole network's; they stand in
    `right`, in `left` turned round, and also here.
    """

    right: Forward | Backward
    left: Forward | Backward

    @property
    def params(self):
        """{"right.W_x[1]": array, ..., "left.W_a[1]": ...}: one b_y, that of `right`."""
        return MappingProxyType(_named(self.right.params, self.left.params))

    def __getattr__(self, name):
        if name not in _SHARED:
            raise AttributeError(f"a run both ways has no {name!r}: ask its right or its left")
        return getattr(self.right, name)


class Bidirectional:
    """A Network that reads from 1 to T, another from T to 1, and an output that sees both.

    Arguments and errors are those of Network, `units` those of each. `params` holds all that is
    learned; each run hands it to the two networks, `right` and `left`. `rl.training.fit` trains it.

    Source: Schuster & Paliwal 1997.
    """

    def __init__(self, n_x, units, n_y, cell="tanh", loss="softmax", *, seed=0, **options):
        seed = arguments.generator(seed)
        self.right, self.left = (Network(n_x, units, n_y, cell, loss, seed=seed, **options)
                                 for _ in range(2))
        self.params = Parameters(_named(self.right.params, self.left.params))

    def forward(self, x, y=None, lengths=None, *, mask=None):
        """BothWays of two Forward, from start states 0; arguments as for `Network.forward`."""
        for way, net in (("right", self.right), ("left", self.left)):
            net.params.update({name: self.params[f"{way}.{name}"] for name in net.params
                               if f"{way}.{name}" in self.params})
        right = self.right.forward(x, y, lengths=lengths, mask=mask)
        lengths = right.lengths
        left = self.left.forward(turned(right.x.over_time(), lengths), lengths=lengths)
        with np.errstate(all="ignore"):
            z_y = right.z_y.over_time() + turned(left.z_y.over_time(), lengths)
        whole = _above(right, z_y)
        return BothWays(replace(right, **whole), replace(left, loss=whole["loss"], _timed={
            name: left._timed[name] if name == "x" else v if v is None else turned(v, lengths)
            for name, v in whole["_timed"].items()}))

    def backward(self, fwd):
        """BothWays of two Backward: dJ/d(everything) of a run that `forward` has made."""
        if not isinstance(fwd, BothWays):
            raise TypeError(f"fwd must be a run both ways, got {arguments.shown(fwd)}")
        return BothWays(self.right.backward(fwd.right), self.left.backward(fwd.left))

    def __repr__(self):
        return f"Bidirectional of two {self.right}"


def turned(array, lengths):
    """An array over time (T, ..., m), the times 1..length of each example in reverse order."""
    t = np.arange(len(array))[:, None]
    order = np.where(t < lengths, lengths - 1 - t, t)
    return np.take_along_axis(array, order if array.ndim == 2 else order[:, None], axis=0)


def _above(right, z_y):
    """What the output makes of z_y (T, n_y, m): the changes to `right`, with targets or without."""
    y, off = right._timed["y"], ~right.mask.over_time()
    y_hat, J = LOSSES[right.kind.loss].output(z_y, y)
    J = None if y is None else clear_padding(J, off)
    return {"loss": None if y is None else float(J.sum()), "_timed": {
        **right._timed, "z_y": z_y, "y_hat": clear_padding(y_hat, right.padded), "J": J}}


def _named(right, left):
    """What two networks have by parameter, by the names of the whole; one bias is enough for it."""
    both = {f"{way}.{name}": v for way, part in (("right", right), ("left", left))
            for name, v in part.items()}
    del both["left.b_y"]
    return both

"""What the gradient does over time."""
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rnnlib.cells import CELLS, dense
from rnnlib.network import sweep, top_derivative
from rnnlib.records import LossAndUse, frozen


@dataclass(frozen=True, repr=False, eq=False)
class Itemised:
    """The gradient of one parameter, item by item: loss time s, time of use t.

    `items[s, t]` is the gradient of J^{<s>} through the use at t, of the parameter's shape and 0
    for t > s; `items.norm(s, t)` is its Frobenius norm. As tables, loss times down and times of
    use across: `norms` (T, T), and `whole` (T, T, *shape), None unless it was asked for.

    `by_use` (T, *shape) sums the items over s and is `bwd.terms(name)`; `by_loss` (T, *shape)
    sums them over t and is the gradient of each J^{<s>}; `total` is `bwd.params[name]`.
    """

    name: str
    norms: np.ndarray
    whole: np.ndarray | None
    addresses: LossAndUse
    # derivatives by distance (K, T, n, m), row [k, t] for the loss k times later, and the inputs
    d: np.ndarray = field(repr=False)
    x: np.ndarray | None = field(repr=False)

    def __getitem__(self, address):
        s, t = self.addresses[address]
        if not 0 <= s - t < len(self.d):
            return frozen(np.zeros_like(self.total))
        x = None if self.x is None else self.x[t]
        return frozen(dense.terms(self.d[s - t, t], x))

    def norm(self, s, t):
        """The Frobenius norm of one item, a float."""
        return float(self.norms[self.addresses[s, t]])

    @cached_property
    def by_use(self):
        """The sum over the loss times, (T, *shape): one gradient for each time of use."""
        return frozen(dense.terms(self.d.sum(axis=0), self.x))

    @cached_property
    def by_loss(self):
        """The sum over the times of use, (T, *shape): the gradient of each J^{<s>}."""
        return frozen(np.stack([_gradient(d_s, self.x) for d_s in by_loss_time(self.d)]))

    @cached_property
    def total(self):
        """The sum over both times: the gradient of the loss."""
        return frozen(_gradient(self.d.sum(axis=0), self.x))

    def __repr__(self):
        T = len(self.norms)
        return f"Itemised {self.name}: [s, t] and norm(s, t) for s and t 1..{T}"


def itemised(net, fwd, name, whole=False):
    """An Itemised: the gradient of one parameter for each loss time s and time of use t.

    One sweep back over the distance s - t serves all loss times together. `whole=True` also
    keeps every item, T * T * (size of the parameter) numbers.
    KeyError for an unknown name; ValueError for a run without targets.

    Notes: for several examples an item is their sum, so its norm may be small because examples
    disagree; such a norm is exact to about 1e-8 of what cancels.
    """
    l, derivative, x = net.own(fwd).use(name)
    with np.errstate(all="ignore"):
        d = _derivatives(fwd, l)[derivative]
        norms = by_loss_time(_norms(d, x))
        items = _whole(d, x) if whole else None
    return Itemised(name, frozen(norms), items, LossAndUse(name, fwd.T), frozen(d), x)


def _derivatives(fwd, l):
    """{name: (K, T, n, m)} of layer l, row [k, t] for the loss k times after the use."""
    dz_y = top_derivative(fwd)[None]
    if l > fwd.L:
        return {"z_y": dz_y}
    above = dense.at_every_time(fwd.params["W_y"].T, dz_y)
    layers, _ = sweep(fwd, above, CELLS[fwd.kind.cell].itemised, lowest=l)
    return layers[0]


def by_loss_time(d):
    """(K, T, ...) by distance and time of use as (T, T, ...) by loss time and time of use."""
    K, T = d.shape[:2]
    table = np.zeros((T, T, *d.shape[2:]))
    s, t = np.tril_indices(T)
    near = s - t < K
    s, t = s[near], t[near]
    table[s, t] = d[s - t, t]
    return table


def _norms(d, x):
    """The Frobenius norm of d[k, t] @ x[t].T, (K, T), without forming that product.

    Its square is the sum over examples i, j of (d_i . d_j) (x_i . x_j).
    """
    if x is None:
        return np.sqrt(_squares(d.sum(axis=-1)))
    if d.shape[-1] == 1:
        return np.sqrt(_squares(d[..., 0])) * np.sqrt(_squares(x[..., 0]))
    xx = np.matmul(x.swapaxes(1, 2), x)
    squares = [(np.matmul(d_k.swapaxes(1, 2), d_k) * xx).sum(axis=(1, 2)) for d_k in d]
    return np.sqrt(np.maximum(squares, 0.0))


def _squares(v):
    return np.vecdot(v, v)


def _whole(d, x):
    return frozen(np.stack([dense.terms(d_s, x) for d_s in by_loss_time(d)]))


def _gradient(d, x):
    """The sum over the times of use."""
    return dense.gradients(d, {"": x})[""]

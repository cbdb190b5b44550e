"""What the gradient does over time."""
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rnnlib import arguments
from rnnlib.cells import dense
from rnnlib.flow.scaled import overflow_shows
from rnnlib.network import own
from rnnlib.records import LossAndUse, frozen, pairs
from rnnlib.runs import above_top, sweep, top_derivative


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
    # derivatives (P, n, m), one row for each of the first P `pairs`, and the inputs (T, k, m)
    d: np.ndarray = field(repr=False)
    x: np.ndarray | None = field(repr=False)

    @overflow_shows
    def __getitem__(self, address):
        s, t = self.addresses[address]
        return frozen(dense.terms(self._of_loss(s), self.x)[t])

    def _of_loss(self, s):
        """The derivatives of one loss, counted from 0, at every time of use: (T, n, m)."""
        losses, uses = self._pairs
        d_s = np.zeros((len(self.norms), *self.d.shape[1:]))
        d_s[uses[losses == s]] = self.d[losses == s]
        return d_s

    @property
    def _pairs(self):
        return pairs(len(self.norms), len(self.d))

    @cached_property
    @overflow_shows
    def _of_use(self):
        """The derivatives of all losses together at every time of use: (T, n, m)."""
        d = np.zeros((len(self.norms), *self.d.shape[1:]))
        np.add.at(d, self._pairs[1], self.d)
        return d

    def norm(self, s, t):
        """The Frobenius norm of one item, a float."""
        return float(self.norms[self.addresses[s, t]])

    @cached_property
    @overflow_shows
    def by_use(self):
        """The sum over the loss times, (T, *shape): one gradient for each time of use."""
        return frozen(dense.terms(self._of_use, self.x))

    @cached_property
    @overflow_shows
    def by_loss(self):
        """The sum over the times of use, (T, *shape): the gradient of each J^{<s>}."""
        losses = range(len(self.norms))
        return frozen(np.stack([_gradient(self._of_loss(s), self.x) for s in losses]))

    @cached_property
    @overflow_shows
    def total(self):
        """The sum over both times: the gradient of the loss."""
        return frozen(_gradient(self._of_use, self.x))

    @overflow_shows
    def share(self, part):
        """What share of the total `part` (..., *shape) is: its component along the total.

        Shares of the items add up to 1, and so do those of `by_use` and `by_loss`; nan where
        the total is zero or infinite.

        Notes: a share may be negative, or more than 1, when items pull against each other.
        """
        part = arguments.ending("part", arguments.real("part", part), self.total.shape)
        largest = np.abs(self.total).max()
        total = self.total / largest
        return np.tensordot(part / largest, total, total.ndim) / np.vdot(total, total)

    def __repr__(self):
        T = len(self.norms)
        return f"Itemised {self.name}: [s, t] and norm(s, t) for s and t 1..{T}"


@overflow_shows
def sizes(gradients):
    """The Frobenius norms of gradients (..., n, k), shape (...), without overflow on the way."""
    gradients = arguments.real("gradients", gradients)
    if gradients.ndim < 2 or not gradients.size:
        raise ValueError(f"gradients must have shape (..., n, k), got {gradients.shape}")
    largest = np.abs(gradients).max(axis=(-2, -1))
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    return np.linalg.norm(gradients / scale[..., None, None], axis=(-2, -1)) * scale


def itemised(net, fwd, name, whole=False):
    """An Itemised: the gradient of one parameter for each loss time s and time of use t.

    One sweep back over the distance s - t serves all loss times together. `whole=True` also
    keeps every item, T * T * (size of the parameter) numbers.
    KeyError for an unknown name; ValueError for a run without targets.

    Notes: for several examples an item is their sum, so its norm may be small because examples
    disagree; such a norm is exact to about 1e-8 of what cancels.
    """
    l, derivative, x = own(net, fwd).use(name)
    whole = arguments.flag("whole", whole)
    if whole:
        arguments.room("T, with whole=True,", fwd.T ** 2 * fwd.params[name].size)
    with np.errstate(all="ignore"):
        d = _derivatives(fwd, l)[derivative]
        t = pairs(fwd.T, len(d))[1]
        norms = _table(_norms(d, x, t), fwd.T)
        items = _table(dense.terms(d, None if x is None else x[t]), fwd.T) if whole else None
    return Itemised(name, norms, items, LossAndUse(name, fwd.T), frozen(d), x)


def _derivatives(fwd, l):
    """{name: (P, n, m)} of layer l, one row for each of the first P `pairs` of times."""
    dz_y = top_derivative(fwd)
    if l > fwd.L:
        return {"z_y": dz_y}
    return sweep(fwd, above_top(fwd, dz_y), fwd.kind.equations.itemised, lowest=l)[l]


def _table(values, T):
    """Values for the first pairs of times as (T, T, ...): losses down, uses across, else 0."""
    table = np.zeros((T, T, *values.shape[1:]))
    table[pairs(T, len(values))] = values
    return frozen(table)


def _norms(d, x, t):
    """The Frobenius norm of d[p] @ x[t[p]].T for each pair p, without forming that product.

    Its square is the sum over examples i, j of (d_i . d_j) (x_i . x_j).
    """
    if x is None:
        return _length(d.sum(axis=-1))
    if d.shape[-1] == 1:
        return _length(d[..., 0]) * _length(x[..., 0])[t]
    dd, xx = np.matmul(d.swapaxes(1, 2), d), np.matmul(x.swapaxes(1, 2), x)
    return np.sqrt(np.maximum((dd * xx[t]).sum(axis=(1, 2)), 0.0))


def _length(v):
    return np.sqrt(np.vecdot(v, v))


def _gradient(d, x):
    """The sum over the times of use."""
    return dense.gradients(d, {"": x})[""]

"""Gradients made fit for a step: clipping, and truncated backpropagation through time."""
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from rnnlib import arguments
from rnnlib.records import frozen


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


def truncated_backward(net, x, y, *, window, stride=None, a0=None, lengths=None, mask=None,
                       c0=None):
    """The truncated gradient {name: array}, read-only: by parameter, as `bwd.params` is.

    The run forwards is the whole one, and every state is carried on. Going back, the times are
    cut into blocks of `stride` that end at e = stride, 2 stride, ..., and at T. The losses of a
    block go back together from e, through the times e, e - 1, ..., e - window + 1, no further.
    So of all pairs (loss time s, time of use t) exactly those are kept for which

        e(s) - window < t <= s,   e(s) = the end of the block in which s lies,

    and a loss sees its last window - (e(s) - s) times of use: `window` of them at the end of a
    block, window - stride + 1 at its beginning. stride=1 gives every loss the whole window;
    stride=None means stride=window, blocks that nothing crosses. With window >= T nothing is
    cut off. x, y, a0, lengths, mask and c0 are those of `net.forward`.
    ValueError or TypeError for what does not fit, such as a stride longer than the window.

    Notes: what is left out is not noise: it is the same long-range part at every step, so more
    steps do not average it away. Within a block, early losses reach less far than late ones.

    Source: Williams & Peng 1990, where this is BPTT(window; stride); also written k2 and k1.
    """
    window, stride = _cuts(window, stride)
    fwd = net.forward(x, y, a0, lengths, mask=mask, c0=c0)
    total = {name: np.zeros(W.shape) for name, W in net.params.items()}
    time = np.arange(1, fwd.T + 1)[:, None]
    for start in range(0, fwd.T, stride):
        e = min(start + stride, fwd.T)
        of_block = replace(fwd, mask=frozen(fwd.mask & (start < time) & (time <= e)))
        part = net.backward(of_block.between(max(1, e - window + 1), e))
        with np.errstate(all="ignore"):
            for name, grad in part.params.items():
                total[name] += grad
    return MappingProxyType({name: frozen(grad) for name, grad in total.items()})


def kept_pairs(T, window, stride=None):
    """Which pairs `truncated_backward` keeps: (T, T) of true and false, [s - 1, t - 1].

    Rows are loss times s, columns times of use t, as in `rnnlib.flow.Itemised.norms`.
    ValueError or TypeError for what does not fit.
    """
    T = arguments.count("T", T)
    window, stride = _cuts(window, stride)
    s, t = np.arange(1, T + 1)[:, None], np.arange(1, T + 1)
    e = np.minimum(-(-s // stride) * stride, T)
    return frozen((e - window < t) & (t <= s))


def _cuts(window, stride):
    window = arguments.count("window", window)
    if stride is None:
        return window, window
    stride = arguments.count("stride", stride)
    if stride > window:
        raise ValueError(f"stride must be at most window = {window}, or losses would be left out "
                         f"altogether, got {stride}")
    return window, stride

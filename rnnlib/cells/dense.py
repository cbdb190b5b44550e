"""The map x -> W @ x used at every time, and the gradients of W and b over those uses.

Arrays over time are (T, k, m): a time slice is a matrix whose columns are examples. With one
example the columns of all times together are one matrix, so one product does for all of them.
"""
import numpy as np

# numbers of a derivative that are put side by side at a time: larger blocks leave the cache, and
# their copies take memory that the system must first clear
BLOCK = 2 ** 15


def at_every_time(W, x):
    """W @ x[t] for every t: (T, k, m) becomes (T, n, m). The adjoint is the same of W.T."""
    if x.shape[-1] > 1:
        return np.matmul(W, x)
    return np.dot(x[..., 0], W.T)[..., None]


def terms(d, x):
    """The gradient through each use: d[t] @ x[t].T for every t, (T, n, k).

    d (T, n, m) is the derivative of what W @ x goes into. x None means the bias: (T, n, 1).
    """
    if x is None:
        return d.sum(axis=-1, keepdims=True)
    return np.matmul(d, x.swapaxes(-1, -2))


def gradients(d, inputs):
    """{name: sum over the uses of d[t] @ x[t].T}: one product each over times and examples."""
    block = max(1, BLOCK // d[0].size)
    total = _gradients(d[:block], inputs, slice(block))
    for i in range(block, len(d), block):
        span = slice(i, i + block)
        for name, part in _gradients(d[span], inputs, span).items():
            total[name] += part
    return total


def _gradients(d, inputs, span):
    d = _columns(d)
    return {name: d.sum(axis=1, keepdims=True) if x is None else np.dot(d, _columns(x[span]).T)
            for name, x in inputs.items()}


def _columns(v):
    """(T, n, m) as (n, T*m): the columns of all times side by side."""
    return v.transpose(1, 0, 2).reshape(v.shape[1], -1)


def rows(v):
    """(P, n, m) as (P * m, n): a row for each pair of times and each example."""
    return v.swapaxes(1, 2).reshape(-1, v.shape[1])


def steps_back(T, m):
    """(before, here) for each distance s - t = 1..T - 1 of loss and use: slices of such rows.

    `before` are the rows one step nearer to their losses, from which `here` follows. The rows
    are in the order of `rnnlib.records.pairs`, m for each pair.
    """
    before, here = 0, T * m
    for size in range((T - 1) * m, 0, -m):
        yield slice(before + m, here), slice(here, here + size)
        before, here = here, here + size

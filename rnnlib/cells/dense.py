"""The map x -> W @ x used at every time, and the gradients of W and b over those uses.

Arrays over time are (T, k, m): a time slice is a matrix whose columns are examples. With one
example the columns of all times together are one matrix, so one product does for all of them.
"""
import numpy as np


def at_every_time(W, x):
    """W @ x[t] for every t: (..., k, m) becomes (..., n, m). The adjoint is the same of W.T."""
    if x.shape[-1] > 1:
        return np.matmul(W, x)
    rows = np.dot(x.reshape(-1, x.shape[-2]), W.T)
    return rows.reshape(*x.shape[:-2], len(W), 1)


def terms(d, x):
    """The gradient through each use: d[t] @ x[t].T for every t, (T, n, k).

    d (T, n, m) is the derivative of what W @ x goes into. x None means the bias: (T, n, 1).
    """
    if x is None:
        return d.sum(axis=-1, keepdims=True)
    return np.matmul(d, x.swapaxes(-1, -2))


def gradients(d, inputs):
    """{name: sum over the uses of d[t] @ x[t].T}: one product each over times and examples."""
    d = _columns(d)
    return {name: d.sum(axis=1, keepdims=True) if x is None else np.dot(d, _columns(x).T)
            for name, x in inputs.items()}


def _columns(v):
    """(T, n, m) as (n, T*m): the columns of all times side by side."""
    return v.transpose(1, 0, 2).reshape(v.shape[1], -1)

"""What the gates alone bring back: the direct way through f of an LSTM or u of a GRU."""
import numpy as np

from rnnlib import arguments
from rnnlib.flow.jacobians import one_example
from rnnlib.flow.scaled import overflow_shows
from rnnlib.records import Record

_KEEPS = {"lstm": "z_f", "gru": "z_u"}


def log10_kept(net, fwd):
    """log10 of the product of f (LSTM) or u (GRU) over all times after t, unit by unit.

    A Record [l, t], t = 0..T, of (n, m): what a unit keeps of its state of time t until T, if
    nothing but its own gate acts on it. At t = T it is 0. ValueError for a cell without gates.
    """
    z = _keeping(net.own(fwd))
    # log f = -log(1 + exp(-z)), which has all its digits where f is nearly 0 or nearly 1
    logs = {l: -np.logaddexp(0.0, -v) / np.log(10.0) for l, v in z.items()}
    return Record("log10 kept", {l: _after(v) for l, v in logs.items()}, fwd.T)


def half_life(net, fwd, layer=1):
    """After how many steps half is left, by the mean of log f or of log u over units and times.

    It is inf where no gate forgets anything.
    """
    with np.errstate(divide="ignore"):
        return float(-np.log10(2.0) * fwd.T / log10_kept(net, fwd)[layer, 0].mean())


@overflow_shows
def direct_norms(net, fwd, d_a):
    """log10 of the size of what comes back from t = T through the gates alone, at t = 0..T.

    d_a (n,) is dJ/da^{<T>} of the top layer of a run of one example. In an LSTM it enters c
    through da/dc = o (1 - tanh(c)^2) and is multiplied by f in each step; in a GRU by u.

    Notes: it is a part of the whole gradient, to which the ways through W_a are added.
    """
    fwd = one_example(net, fwd)
    l = fwd.L
    enters = arguments.shaped("d_a", arguments.real("d_a", d_a), (net.units[-1],), "(n,)")
    if net.cell == "lstm":
        enters = enters * (fwd.o[l, fwd.T] * (1 - fwd.tanh_c[l, fwd.T] ** 2))[:, 0]
    logs = log10_kept(net, fwd).over_time(l)[:, :, 0] + np.log10(np.abs(enters))
    top = logs.max(axis=1, keepdims=True)
    return top[:, 0] + np.log10(np.linalg.norm(10.0 ** (logs - top), axis=1))


def _keeping(fwd):
    """{l: z (T, n, m)} of the gate that keeps the state."""
    if fwd.kind.cell not in _KEEPS:
        raise ValueError(f"net must have a cell with gates, 'lstm' or 'gru', got "
                         f"{fwd.kind.cell!r}")
    return {l: layer[_KEEPS[fwd.kind.cell]] for l, layer in enumerate(fwd.layers, 1)}


def _after(logs):
    """Sums over all times after t = 0..T of logs (T, n, m): (T + 1, n, m)."""
    return np.concatenate([np.cumsum(logs[::-1], axis=0)[::-1], np.zeros_like(logs[:1])])

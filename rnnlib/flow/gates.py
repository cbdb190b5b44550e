"""What the gates alone bring back: the direct way through f of an LSTM or u of a GRU."""
import numpy as np

from rnnlib import arguments
from rnnlib.cells import gated
from rnnlib.cells.anatomy import numbers
from rnnlib.flow.jacobians import one_example
from rnnlib.flow.scaled import overflow_shows
from rnnlib.network import own
from rnnlib.records import Record


def kept(net, fwd):
    """The share of its state that each unit keeps in a step: f of an LSTM, u of a GRU.

    A Record [l, t], t = 1..T, of (n, m). ValueError for a cell without gates.
    """
    keeps = _keeps(own(net, fwd))
    return Record("kept", {l: keeps.share(fwd.run(l)) for l in range(1, fwd.L + 1)}, fwd.T)


def log10_kept(net, fwd):
    """log10 of the product of what is kept (see `kept`) over all times after t, unit by unit.

    A Record [l, t], t = 0..T, of (n, m): what a unit keeps of its state of time t until T, if
    nothing but its own gate acts on it. At t = T it is 0. ValueError for a cell without gates.
    """
    keeps = _keeps(own(net, fwd))
    z = {l: keeps.z(fwd.run(l)) for l in range(1, fwd.L + 1)}
    # log f = -log(1 + exp(-z)), which has all its digits where f is nearly 0 or nearly 1
    logs = {l: -np.logaddexp(0.0, -v) / np.log(10.0) for l, v in z.items()}
    return Record("log10 kept", {l: _after(v) for l, v in logs.items()}, fwd.T)


def half_life(net, fwd, layer=1):
    """After how many steps half is left, by the mean of log10 of what is kept.

    It is inf where no gate forgets anything.
    """
    logs = log10_kept(net, fwd)[layer, 0]
    with np.errstate(divide="ignore"):
        return float(-np.log10(2.0) * fwd.T / logs.mean())


@overflow_shows
def direct_norms(net, fwd, d_a):
    """log10 of the size of what comes back from t = T through the gates alone, at t = 0..T.

    d_a (n,) is dJ/da^{<T>} of the top layer of a run of one example. Where another state than a
    is kept it enters there, in an LSTM through da/dc = o (1 - tanh(c)^2); then it is multiplied
    in each step by what is kept.

    Notes: it is a part of the whole gradient, to which the ways through W_a are added.
    """
    fwd = one_example(net, fwd)
    enters = arguments.finite("d_a", arguments.real("d_a", d_a))
    arguments.shaped("d_a", enters, (net.n(net.L),), "(n,)")
    state = _keeps(fwd).state
    for link in net.kind.equations.anatomy["a"].links:
        if link.source == state:
            enters = enters * link.factor.value(numbers(fwd, fwd.L, fwd.T))[:, 0]
    logs = log10_kept(net, fwd).over_time(fwd.L)[:, :, 0] + np.log10(np.abs(enters))
    top = logs.max(axis=1, keepdims=True)
    top[np.isneginf(top)] = 0.0
    return top[:, 0] + np.log10(np.linalg.norm(10.0 ** (logs - top), axis=1))


def _keeps(fwd):
    """Which gate of the run's cell keeps which state."""
    keeps = fwd.kind.equations.keeps
    if keeps is None:
        raise ValueError(f"net must have a cell with gates, {' or '.join(map(repr, gated()))}, "
                         f"got {fwd.kind.cell!r}")
    return keeps


def _after(logs):
    """Sums over all times after t = 0..T of logs (T, n, m): (T + 1, n, m)."""
    return np.concatenate([np.cumsum(logs[::-1], axis=0)[::-1], np.zeros_like(logs[:1])])

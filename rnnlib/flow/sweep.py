"""The backward pass beyond float64, and one step of it at all times at once.

All is kept in `Scaled` numbers, so that 10^-4000 and 10^4000 are themselves and not 0 and inf.
A derivative of a state is that by what the next time takes over: (T, N, m), the cell's `states`
one below the other.
"""
import numpy as np

from rnnlib import arguments
from rnnlib.flow.scaled import Scaled, added, in_range, scaled
from rnnlib.network import own
from rnnlib.records import checked
from rnnlib.runs import above_top, top_derivative

# step Jacobians that are made at a time: more would leave the cache
_AT_ONCE = 64


def arriving(net, fwd, loss_at, d_a):
    """(dJ/dz_y, Scaled dJ/da of the top layer from above), for the chosen losses only."""
    counts = _counts(own(net, fwd), loss_at)[:, None]
    dz_y = np.zeros((fwd.T, net.n_y, fwd.m)) if d_a is not None else top_derivative(fwd)
    np.copyto(dz_y, 0.0, where=~counts)
    with np.errstate(all="ignore"):
        above = above_top(fwd, dz_y)
    if d_a is not None:
        above = arguments.real("d_a", d_a)
        if fwd.m == 1 and above.ndim == 2:
            above = above[..., None]
        arguments.shaped("d_a", above, (fwd.T, net.n(net.L), fwd.m), "(T, n, m)")
        np.copyto(arguments.finite("d_a", above), 0.0, where=~counts)
    return dz_y, scaled(above, (-2,))


def _counts(fwd, loss_at):
    """Which losses count, (T, m)."""
    times = np.arange(1, fwd.T + 1)[:, None]
    if isinstance(loss_at, str):
        arguments.choice("loss_at", loss_at, ("end", "every"))
        return times == fwd.lengths if loss_at == "end" else times <= fwd.lengths
    s = checked("loss_at", loss_at, range(1, fwd.T + 1))
    return (times == s) & (times <= fwd.lengths)


def totals(fwd, above):
    """{l: (total, from_next)}: Scaled derivatives of the states at t = 0..T, (T + 1, N, m)."""
    found = {}
    for l in range(fwd.L, 0, -1):
        found[l] = total, _ = _swept(fwd, l, above)
        if l > 1:
            above, _ = _pulled(fwd, l, total[1:])
            above = _below(fwd, l, above)
    return dict(sorted(found.items()))


def _swept(fwd, l, above):
    """(total, from_next) of layer l: the sweep back, one time after the other."""
    above = _as_rows(above, state_size(fwd, l))
    arrives = above.mantissa.any(axis=(1, 2))
    blank = np.zeros((fwd.T + 1, *above.mantissa.shape[1:]))
    total, from_next = scaled(blank, (-1,)), scaled(blank, (-1,))
    v = from_next[0]
    for (t, step), row in zip(_steps_back(fwd, l), reversed(range(fwd.T)), strict=True):
        from_next.mantissa[t], from_next.exponent[t] = v.mantissa, v.exponent
        if arrives[row]:
            v = added(v, above[row])
        total.mantissa[t], total.exponent[t] = v.mantissa, v.exponent
        v = in_range(np.matmul(v.mantissa[:, None], step)[:, 0], v.exponent)
    for part in (total, from_next):
        part.mantissa[0], part.exponent[0] = v.mantissa, v.exponent
    return tuple(Scaled(p.mantissa.swapaxes(1, 2), p.exponent.swapaxes(1, 2))
                 for p in (total, from_next))


def _steps_back(fwd, l):
    """(t, step Jacobians (m, N, N)) for t = T..1."""
    for last in range(fwd.T, 0, -_AT_ONCE):
        part = fwd.between(max(1, last - _AT_ONCE + 1), last)
        steps = fwd.kind.equations.step_jacobian(fwd.weights(l), part.run(l))
        yield from zip(range(last, 0, -1), steps[::-1])


def state_size(fwd, l):
    """N, how many numbers layer l carries from one time to the next."""
    return fwd.kind.n(l) * len(fwd.kind.equations.states)


def _as_rows(above, N):
    """Derivatives (T, n, m) at a as rows (T, m, N) of the whole state."""
    return Scaled(widened(above.mantissa, N).swapaxes(1, 2), above.exponent.swapaxes(1, 2))


def widened(d, N):
    """d (T, n, m) at a, with 0 for the other states: (T, N, m)."""
    wide = np.zeros((len(d), N, d.shape[2]))
    wide[:, :d.shape[1]] = d
    return wide


def _pulled(fwd, l, d):
    """({name: Scaled dz}, Scaled before): d at t = 1..K, one step back at all times at once."""
    part = fwd.between(1, len(d.mantissa))
    dz, before = fwd.kind.equations.pull(fwd.weights(l), part.run(l), d.mantissa)
    return {name: d.again(v) for name, v in dz.items()}, d.again(before)


def _below(fwd, l, dz):
    """What layer l sends down to the a of the layer below, for its derivatives `dz` by name."""
    cell, gates = fwd.kind.equations, list(dz)
    common = np.max([dz[name].exponent for name in gates], axis=0)
    d = {name: dz[name].shifted(common) for name in gates}
    return scaled(cell.below(fwd.weights(l), d), (-2,), common)


def nothing(fwd, l):
    """Derivatives of the state of layer l that are 0 at t = 1..T: Scaled (T, N, m)."""
    return scaled(np.zeros((fwd.T, state_size(fwd, l), fwd.m)), (-2,))


def backwards(fwd, d):
    """Dz {l: {name: (K, n, m)}} after 0, 1, 2, ... steps back of all times together.

    d {l: (T, N, m)} enters each layer at t = 1..T. After k steps the row of time t is what has
    come from t + k, and K = T - k.
    """
    for _ in range(fwd.T):
        dz, before, down = {}, {}, None
        for l in range(fwd.L, 0, -1):
            d_l = d[l] if down is None else d[l] + down
            dz[l], before[l] = _pulled(fwd, l, d_l)
            if l > 1:
                below = _below(fwd, l, dz[l])
                down = Scaled(widened(below.mantissa, state_size(fwd, l - 1)), below.exponent)
        yield dz
        d = {l: v[1:] for l, v in before.items()}

"""The norms of gradients and states against time, beyond the range of float64."""
import numpy as np

from rnnlib import arguments
from rnnlib.cells import dense
from rnnlib.flow.scaled import Scaled, added, in_range, scaled
from rnnlib.flow.sweep import arriving, state_size, totals
from rnnlib.network import Forward, own
from rnnlib.records import Record, clear_padding


def gradient_norms(net, fwd, *, loss_at="end", d_a=None, carried=False, per_unit=False):
    """log10 ||dJ/da^{<t>[l]}|| as a Record [l, t], l = 1..L, t = 0..T: (m,), for each example.

    `loss_at` says which losses count: "end", the last time of each example; "every", all times;
    or one time 1..T. d_a (T, n, m) at the top layer's a takes the place of the loss. -inf is a
    gradient of exactly 0. ValueError, TypeError or IndexError for what does not fit.

    With `carried`, an LSTM's norm is that of dJ/da and, below it, what comes back from the next
    time to c: all that is carried from t on, and not the part of dc that comes from a itself.

    With `per_unit` it is the root mean square of the entries in place of the norm: what one unit
    gets. If all units get alike, the norm of a layer of n units is sqrt(n) times that, so norms
    of layers of different widths differ for that reason alone.

    Notes: where the run itself has overflowed (`overflow_time`), the loss and its derivative are
    inf or nan and so are these norms; d_a shows what the layers alone do.
    """
    _, above = arriving(net, fwd, loss_at, d_a)
    carried, per_unit = arguments.flag("carried", carried), arguments.flag("per_unit", per_unit)
    with np.errstate(all="ignore"):
        states = totals(fwd, above)
        norms = {l: (total if carried else total[:, :n]).log10_norms((-2,))
                 for (l, (total, _)), n in zip(states.items(), net.units)}
    if per_unit:
        norms = {l: norm - np.log10(_entries(fwd, l, carried)) / 2 for l, norm in norms.items()}
    return Record("log10 |dJ/da|", norms, fwd.T)


def _entries(fwd, l, carried):
    """How many numbers the norm of layer l is that of."""
    return state_size(fwd, l) if carried else fwd.kind.n(l)


def state_norms(net, fwd):
    """log10 ||a^{<t>[l]}|| as a Record [l, t], l = 1..L, t = 0..T: (m,), for each example.

    For the activations identity and relu, where g(c z) = c g(z), it goes on after the run
    itself has overflowed.
    """
    activation = getattr(own(net, fwd).kind.equations, "g", None)
    if activation is None or not activation.homogeneous:
        states = {l: scaled(fwd.a.over_time(l), (-2,)) for l in range(1, fwd.L + 1)}
    else:
        states = _unbounded_states(fwd, activation)
    return Record("log10 |a|", {l: a.log10_norms((-2,)) for l, a in states.items()}, fwd.T)


def overflow_time(fwd):
    """The first time at which a number of the run is inf or nan, None if all are finite."""
    arguments.a(Forward, "fwd", fwd)
    runs = [v[-fwd.T:] for l in range(1, fwd.L + 1) for v in fwd.run(l).values()]
    runs += [fwd.z_y.over_time(), fwd.y_hat.over_time()]
    bad = sum((~np.isfinite(v)).any(axis=(1, 2)) for v in runs)
    return int(np.argmax(bad > 0)) + 1 if bad.any() else None


def _unbounded_states(fwd, g):
    """{l: Scaled a (T + 1, n, m)} of a run whose g lets positive factors through."""
    found, x = {}, scaled(fwd.x.over_time(), (-2,))
    for l in range(1, fwd.L + 1):
        params = fwd.weights(l)
        given = x.again(dense.at_every_time(params["W_x"], x.mantissa))
        given += scaled(np.broadcast_to(params["b"], given.mantissa.shape), (-2,))
        rows = Scaled(given.mantissa.swapaxes(1, 2), given.exponent.swapaxes(1, 2))
        states = [scaled(fwd.a[l, 0].T, (-1,))]
        for t in range(fwd.T):
            from_before = Scaled(states[-1].mantissa @ params["W_a"].T, states[-1].exponent)
            z = added(from_before, rows[t])
            states.append(in_range(g(z.mantissa), z.exponent))
        found[l] = a = Scaled(np.stack([v.mantissa.T for v in states]),
                              np.stack([v.exponent.T for v in states]))
        clear_padding(a.mantissa, fwd.padded)
        x = a[1:]
    return found

"""Networks as distributions over responses: their joint table, what they draw, what they surprise.
"""
import math

import numpy as np

from rnnlib import arguments
from rnnlib.losses import LOSSES
from rnnlib.network import plain
from rnnlib.probability.joint import (
    LIMIT,
    TOLERANCE,
    Joint,
    drawn,
    input_factors,
    limited,
    logarithm,
    nats_in,
    numbered,
    product,
    spread_under,
)
from rnnlib.records import frozen

_BLOCK = 2**14



def fed_back(net, x, y):
    """x with the response of the time before below it, (T, n + n_y, m); zeros at t = 1.

    x (T, n, m) or (T, n) with n = net.n_x - net.n_y; y as for `net.forward`. A class number is
    fed back as a one-hot vector, zeros and ones as they are.
    """
    plain(net)
    x = _fitting_inputs(net, x, feedback=True)
    T, _, m = x.shape
    y = LOSSES[net.loss].targets(y, (T, net.n_y, m), None)
    earlier = np.zeros((T, net.n_y, m))
    earlier[1:] = _features(net, y)[:-1]
    return np.concatenate([x, earlier], axis=1)


def log_probability(net, x, y, *, feedback=False, lengths=None, unit="nats"):
    """log P(y_1..T | x_1..T) of each example (m,), for sequences of any length: minus the loss.

    net: a Network with the loss "softmax" or "logistic"; x, y and lengths as for `net.forward`,
    but with feedback x (T, net.n_x - net.n_y, m): the earlier responses are added to it.
    ValueError or TypeError for what does not fit; numbers that overflow show as nan.
    """
    _probabilistic(net)
    if y is None:
        raise ValueError("y must hold the responses whose probability is asked for, got None")
    x = fed_back(net, x, y) if arguments.flag("feedback", feedback) else x
    fwd = net.forward(x, y, lengths=lengths)
    return -fwd.J.over_time().sum(axis=0) / nats_in(unit)


def network_joint(net, T, *, inputs=None, p_x=None, feedback=False):
    """The Joint of x1..x_T and y1..y_T: inputs drawn from p_x, responses as `net` predicts them.

    inputs (k_x, n): the vector that stands for each outcome of x; n is net.n_x, less net.n_y with
    feedback. None: one-hot vectors, but 0 and 1 for n = 1, and for n = 0, a network that is fed
    its own responses only, one outcome that says nothing. p_x as for `chain`.
    The outcomes of y are the classes of a softmax; of n_y logistic outputs the 2^n_y rows of
    zeros and ones, counted as binary numbers with the first output in front.
    ValueError for more outcomes than LIMIT, and for outputs that overflow.
    """
    feedback = arguments.flag("feedback", feedback)
    symbols = _symbols(_probabilistic(net), inputs, feedback)
    T = arguments.count("T", T, most=LIMIT)
    responses = _responses(net)
    names = numbered("x", 1, T) + numbered("y", 1, T)
    shape = limited(names, (len(symbols),) * T + (len(responses),) * T)
    log_x = product(input_factors(p_x, len(symbols), T)).log_p
    log_p = np.empty(math.prod(shape))
    for start in range(0, log_p.size, _BLOCK):
        block = slice(start, min(start + _BLOCK, log_p.size))
        codes = np.stack(np.unravel_index(np.arange(block.start, block.stop), shape))
        x, y = symbols[codes[:T]], responses[codes[T:]]
        y = codes[T:] if net.loss == "softmax" else y.transpose(0, 2, 1)
        log_p[block] = log_probability(net, x.transpose(0, 2, 1), y, feedback=feedback)
    if not np.isfinite(log_p).all():
        raise ValueError("net must predict finite log-probabilities, but its outputs overflow")
    return Joint(names, frozen(log_p.reshape(shape) + spread_under(log_x, T)))


def free_run(net, x, *, feedback=False, before=None, known=None, temperature=1.0, seed=0):
    """Responses drawn one after the other, each from the prediction at its time.

    x (T, n, m) or (T, n). Softmax: class numbers (T, m); logistic: zeros and ones (T, n_y, m).
    With feedback each draw is fed back at the next time, in the place of a true response;
    `log_probability` and `fed_back` on true ones are teacher forcing. before: what is fed back
    at t = 1, a class number or (n_y,) zeros and ones (None: zeros, as in `fed_back`).
    known: the first responses, in the shape that is returned but for fewer times; they stand in
    the place of draws (None: none are known).
    temperature: above 0; each prediction p becomes p^(1 / temperature), made to sum to 1 again.
    seed: a whole number or a numpy Generator. ValueError or TypeError for what does not fit.
    """
    _probabilistic(net)
    feedback = arguments.flag("feedback", feedback)
    x, rng = _fitting_inputs(net, x, feedback), arguments.generator(seed)
    temperature = _above_0(temperature)
    earlier, start, drawn = _first_fed_back(net, before, x.shape[2], feedback), {}, []
    known = _known_responses(net, known, x)
    for t, x_t in enumerate(x):
        fwd = net.forward(np.concatenate([x_t, earlier])[None] if feedback else x_t[None], **start)
        start = {f"{state}0": [fwd.run(l)[state][-1] for l in range(1, fwd.L + 1)]
                 for state in net.kind.equations.states}
        drawn.append(known[t] if t < len(known) else
                     _response(net, _predicted(fwd, temperature), rng))
        earlier = _features(net, drawn[-1][None])[0]
    return np.array(drawn)


def tempered(y_hat, temperature, loss="softmax"):
    """Probabilities y_hat (n_y, m) raised to the power 1 / temperature, and made to sum to 1.

    The outcomes of a softmax are its classes; each logistic output has two of its own.
    A low temperature, above 0, leaves the most probable outcome alone, a high one evens all out.
    ValueError or TypeError for what does not fit.
    """
    y_hat = arguments.finite("y_hat", arguments.real("y_hat", y_hat))
    temperature = _above_0(temperature)
    loss = arguments.choice("loss", loss, ("softmax", "logistic"))
    if y_hat.ndim == 0 or not y_hat.size or y_hat.min() < 0 or y_hat.max() > 1 + TOLERANCE or (
            loss == "softmax" and not y_hat.max(axis=0).all()):
        raise ValueError("y_hat must hold probabilities (n_y, m) from 0 to 1, in each column one "
                         f"above 0, got shape {y_hat.shape}")
    if temperature == 1:
        return y_hat
    if loss == "logistic":
        return tempered(np.stack([1 - y_hat, y_hat]), temperature)[1]
    log_p = logarithm(y_hat)
    p = np.exp((log_p - log_p.max(axis=0)) / temperature)
    return p / p.sum(axis=0)


def _above_0(temperature):
    temperature = arguments.number("temperature", temperature)
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, got {temperature:g}")
    return temperature


def _predicted(fwd, temperature):
    """`tempered` y_hat at t = 1, from the scores: in them nothing has underflowed."""
    with np.errstate(all="ignore"):
        return LOSSES[fwd.kind.loss].output(fwd.z_y.over_time()[:1] / temperature, None)[0][0]


def _probabilistic(net):
    """`net`, a Network whose outputs must be probabilities."""
    if plain(net).loss not in ("softmax", "logistic"):
        raise ValueError("net must have the loss 'softmax' or 'logistic', whose outputs are "
                         f"probabilities, got {net.loss!r}")
    return net


def _own_inputs(net, feedback):
    """How many inputs the network has beside the response fed back; there may be none."""
    n = net.n_x - (_probabilistic(net).n_y if feedback else 0)
    if n < 0:
        raise ValueError(f"net must have at least n_y = {net.n_y} inputs for the response fed "
                         f"back, got n_x = {net.n_x}")
    return n


def _fitting_inputs(net, x, feedback):
    """x as (T, n, m), with n what is left for it beside the responses fed back."""
    n, x = _own_inputs(net, feedback), arguments.real("x", x)
    x = x[:, :, None] if x.ndim == 2 else x
    if x.ndim != 3 or x.shape[1] != n or not x.shape[0] or not x.shape[2]:
        beside = ", beside the response fed back," if feedback else ""
        raise ValueError(f"x must have shape (T, {n}, m) or (T, {n}){beside} with T and m at least "
                         f"1, got {x.shape}")
    return x


def _features(net, y):
    """Responses as the network is fed them, (T, n_y, m)."""
    if net.loss == "softmax":
        return (y[:, None, :] == np.arange(net.n_y)[:, None]).astype(float)
    return y


def _first_fed_back(net, before, m, feedback):
    """What a free run feeds back at t = 1, (n_y, m)."""
    if before is None:
        return np.zeros((net.n_y, m))
    if not feedback:
        raise ValueError(f"before is for feedback, which is off, got {arguments.shown(before)}")
    if net.loss == "softmax":
        row = np.eye(net.n_y)[arguments.count("before", before, 0, net.n_y - 1)]
    else:
        row = arguments.shaped("before", arguments.real("before", before), (net.n_y,), "(n_y,)")
        strange = row[(row != 0) & (row != 1)]
        if strange.size:
            raise ValueError(f"before must hold zeros and ones, got {strange[0]:g}")
    return np.repeat(row[:, None], m, axis=1)


def _known_responses(net, known, x):
    """The first responses as the loss takes them; none for None."""
    if known is None:
        return ()
    known, (T, _, m) = arguments.real("known", known), x.shape
    row = (m,) if net.loss == "softmax" else (net.n_y, m)
    if not known.size:
        return ()
    if not known.ndim or known.shape[1:] not in (row, row[:-1] if m == 1 else row) \
            or len(known) > T:
        raise ValueError(f"known must have shape (k, {', '.join(map(str, row))}) with k up to "
                         f"T = {T}, got {known.shape}")
    return LOSSES[net.loss].targets(known, (len(known), net.n_y, m), None, "known")


def _responses(net):
    """The outcomes of a response as rows (k_y, n_y)."""
    if _probabilistic(net).loss == "softmax":
        return np.eye(net.n_y)
    if 2**net.n_y > LIMIT:
        limited(("y",), (2**net.n_y,))
    return np.indices((2,) * net.n_y).reshape(net.n_y, -1).T.astype(float)


def _symbols(net, inputs, feedback):
    """The vectors (k_x, n) of the outcomes of x."""
    n = _own_inputs(net, feedback)
    if inputs is None:
        return {0: np.zeros((1, 0)), 1: np.array([[0.0], [1.0]])}.get(n, np.eye(n))
    inputs = arguments.real("inputs", inputs)
    if inputs.ndim != 2 or inputs.shape[1] != n or not len(inputs):
        beside = ", beside the response fed back" if feedback else ""
        raise ValueError(f"inputs must have shape (k_x, {n}), a row for each outcome of "
                         f"x{beside}, got {inputs.shape}")
    return arguments.finite("inputs", inputs)


def _response(net, y_hat, rng):
    """One draw from y_hat (n_y, m): class numbers (m,), or zeros and ones (n_y, m)."""
    if net.loss == "softmax":
        return drawn(y_hat, rng.random(y_hat.shape[1]))
    return (rng.random(y_hat.shape) < y_hat).astype(float)

"""The exercises of 05: gradients made fit for a step, clipped ones and truncated ones."""
import numpy as np

from rnnlib.exercises.backward import backward
from rnnlib.exercises.form import NONE, by_letter, exercise, pick
from rnnlib.exercises.forward import forward, loss, ran
from rnnlib.learning.training import clip_by_norm as clipped


def _two_gradients(rng, n, share):
    """Two gradients, a threshold that is so many times their norm, and the two clipped by it."""
    grads = {"W_a[1]": rng.normal(size=(n, n)), "b[1]": rng.normal(size=(n, 1))}
    threshold = share * clipped(grads, 1.0)[1]
    given, short = map(by_letter, (grads, clipped(grads, threshold)[0]))
    return ({"dW_a": given["W_a"], "db": given["b"], "threshold": np.array(threshold),
             "way": {"the norm of all numbers together": threshold / share}},
            (short["W_a"], short["b"]))


def _blocks(rng, T, n_x, n, n_y, window):
    """A run and a window, and the engine's gradient of the blocks."""
    net, fwd, run = ran(rng, T, n_x, n, n_y)
    blocks = [fwd.between(first, min(first + window - 1, T)) for first in range(1, T + 1, window)]
    terms = [net.backward(block).params["W_a[1]"] for block in blocks]
    way = {f"the share of the block t = 1..{min(window, T)}": terms[0]}
    return {**run, "window": np.array(window), "way": way}, sum(terms)


@exercise("`(dW_a, db)`, together no longer than the threshold", {
    "clipped_by_element": "Each number is clipped for itself, which turns the direction; by norm "
        "all numbers are multiplied by one factor.",
    "short_ones_lengthened": "A gradient shorter than the threshold is scaled up to it; clipping "
        "leaves it as it is.",
    "norm_not_rooted": "This is the squared norm, in comparison and factor: the root is missing.",
    "norms_added": "The norms of `dW_a` and of `db` are added up; the norm of all numbers together "
        "is the root of the sum of all squares.",
    "sigma_for_norm": "The norm of `dW_a` is its largest singular value here, as in 04; clipping "
        "takes the root of the sum of all squares.",
    "absolute_sum": "The absolute values are added up; the norm is the root of the sum of squares.",
    "length_one": "A clipped gradient has length 1 here; it should have the length `threshold`.",
    "bias_not_clipped": "`db` is returned as it came; the factor of `dW_a` is for it too.",
    "bias_not_in_norm": "The norm is that of `dW_a` alone; the numbers of `db` belong to it too.",
    "threshold_for_each": "`dW_a` and `db` are each clipped by a norm of their own. There is one "
        "norm, of all numbers together, and one factor for both.",
    "largest_number_as_norm": "The largest number is compared with the threshold, not the norm.",
    "long_ones_dropped": "A gradient longer than the threshold becomes zero, so the step is not "
        "taken at all; it should be shortened.",
    "factor_upside_down": "The factor is norm / threshold: a long gradient becomes longer.",
    "wrong_ones_clipped": "Gradients that are short enough are changed and long ones come back as "
        "they were: look at the comparison, or at `min` and `max`.",
}, hints=(
    "How long is a gradient that is made of a matrix and a vector? What about it must stay the "
        "same when it is shortened?",
    "One length, of all numbers in `dW_a` and `db`. If it is above `threshold`, multiply both by "
        "one factor; else give both back as they came.",
    "Length: the root of the sum of all squares in both arrays. Factor: `threshold` divided by "
        "the length, but never more than 1.",
), make=_two_gradients, letters=("n",), answer=("dW_a", "db"),
    sizes=((1, 1.7), (1, 0.4), (2, 1.7), (2, 0.4), (2, 0.4), (4, 1.7)))
def clip_by_norm(dW_a, db, threshold, bugs=NONE):
    """(dW_a, db), together no longer than the threshold."""
    if "clipped_by_element" in bugs:
        return np.clip(dW_a, -threshold, threshold), np.clip(db, -threshold, threshold)
    factors = _factor(dW_a, db, threshold, bugs), _factor(db, dW_a, threshold, bugs)
    of_W_a, of_b = factors if "threshold_for_each" in bugs else factors[:1] * 2
    return dW_a * of_W_a, db * pick(bugs, of_b, bias_not_clipped=1.0)


def _factor(one, other, threshold, bugs):
    """What the gradients are multiplied by."""
    parts = [np.linalg.norm(one), np.linalg.norm(other)]
    whole = np.hypot(*parts)
    norm = pick(bugs, whole, norm_not_rooted=whole**2, norms_added=sum(parts),
                threshold_for_each=parts[0], bias_not_in_norm=parts[0],
                largest_number_as_norm=max(np.abs(one).max(), np.abs(other).max()),
                absolute_sum=np.abs(one).sum() + np.abs(other).sum(),
                sigma_for_norm=np.hypot(*(np.linalg.svd(np.atleast_2d(g))[1][0]
                                          for g in (one, other))))
    short = norm <= threshold
    if pick(bugs, short, short_ones_lengthened=False, wrong_ones_clipped=not short):
        return 1.0
    return pick(bugs, threshold / norm, length_one=1 / norm, long_ones_dropped=0.0,
                factor_upside_down=norm / threshold)


@exercise("dJ/dW_a (n, n) in blocks of `window` times, which no blame crosses", {
    "state_reset": "Each block starts from a state of zeros. Truncation cuts the way back only: "
        "going forward, the state at the end of a block is the start state of the next one.",
    "zero_for_every_block": "Every block starts from a state of zeros, even the first, which "
        "starts from a^{<0>}. Truncation cuts the way back only: each later block goes on from the "
        "state before it.",
    "start_for_every_block": "Each block starts from a^{<0>}; only the first one does, the next "
        "ones start from the state that the block before has reached.",
    "window_too_short": "The blocks hold one time too few.",
    "window_too_long": "The blocks hold one time too many.",
    "nothing_cut": "This is the full gradient: blame still goes back through all times.",
    "last_block_left_out": "The last block is missing where T is not a multiple of `window`: it is "
        "shorter than the others, and it has losses too.",
    "only_last_block": "This is the gradient of the last block alone: each block overwrites the "
        "ones before; they should be summed.",
    "only_first_block": "This is the gradient of the first block; those of all are summed.",
    "mean_over_blocks": "This is the mean over the blocks. J is a sum over all times, so the "
        "gradients of the blocks are summed.",
    **loss.tell("mean_over_time"),
    "blocks_overlap": "A block begins at every time, so blocks overlap and losses count more than "
        "once; the next block begins where the last one ended.",
    "from_every_loss": "From each loss the way back goes `window` steps: that is stride 1. Asked "
        "are blocks, with one way back for all losses of a block.",
}, hints=(
    "Which way does truncation cut at the end of a block: the one forwards or the one back? What "
        "goes on as if there were no block?",
    "Take `window` rows of `x` and `y` at a time. The notebook's function gives a block's "
        "gradient and the state that it ends in. Where does each of the two go?",
    "The first block starts from `a0`, every later one from the state that the block before has "
        "ended in. The gradients are added up, the short last block's too.",
), make=_blocks, answer="dW_a", sizes=(  # windows that T is a multiple of, and others
    (1, 1, 1, 1, 2), (3, 2, 1, 2, 2), (3, 2, 2, 2, 1), (4, 2, 2, 2, 2), (4, 3, 2, 1, 3),
    (5, 2, 4, 3, 2)))
def truncated(W_x, W_a, b, W_y, b_y, x, a0, y, window, bugs=NONE):
    """dJ/dW_a (n, n) in blocks of `window` times, which no blame crosses."""
    if "from_every_loss" in bugs:
        return _from_every_loss(W_x, W_a, b, W_y, b_y, x, a0, y, int(window))
    terms, T, state = [], len(x), pick(bugs, a0, zero_for_every_block=0 * a0)
    length = pick(bugs, window, window_too_short=window - 1,
                  window_too_long=window + 1, nothing_cut=T)
    for first in _starts(T, length, bugs):
        block = slice(first, first + length)
        if first > 0:
            state = pick(bugs, state, state_reset=0 * a0, zero_for_every_block=0 * a0,
                         start_for_every_block=a0)
        weights = W_x, W_a, b, W_y, b_y, x[block], state
        a, y_hat = forward.plain(*weights)
        terms.append(backward.plain(*weights, a, y_hat, y[block])["W_a"])
        state = a[1] if "blocks_overlap" in bugs else a[-1]
    if not terms:
        raise ValueError("no block is left")
    total = sum(terms)
    return pick(bugs, total, only_last_block=terms[-1], only_first_block=terms[0],
                mean_over_blocks=total / len(terms), mean_over_time=total / T)


def _from_every_loss(W_x, W_a, b, W_y, b_y, x, a0, y, window):
    """dJ/dW_a (n, n) with `window` steps back from each loss."""
    a, y_hat = forward.plain(W_x, W_a, b, W_y, b_y, x, a0)
    total = 0 * W_a
    for s in range(1, len(x) + 1):
        da = W_y.T @ (y_hat[s - 1] - y[s - 1])
        for t in range(s, max(0, s - window), -1):
            dz = (1 - a[t]**2) * da
            total, da = total + np.outer(dz, a[t - 1]), W_a.T @ dz
    return total


def _starts(T, length, bugs):
    """How many times lie before each block."""
    return pick(bugs, range(0, T, length), blocks_overlap=range(T),
                last_block_left_out=range(0, T - length + 1, length))

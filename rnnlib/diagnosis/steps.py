"""The exercises about gradients made fit for a step: clipped ones and truncated ones.

As in `reference` and `catalogue`: the functions written plainly, each with the ways in which it
is got wrong, and the sentences that tell a learner so.
"""
import numpy as np

from rnnlib.diagnosis.reference import NONE, backward, forward, pick

SENTENCES = {
    # clipping
    "clipped_by_element":
        "Each number is clipped for itself, which turns the direction; by norm all numbers are "
        "multiplied by one factor.",
    "threshold_for_each":
        "`dW_a` and `db` are each clipped by a norm of their own. There is one norm, of all "
        "numbers together, and one factor for both.",
    "short_ones_lengthened":
        "A gradient shorter than the threshold is scaled up to it; clipping leaves it as it is.",
    "norm_not_rooted":
        "This is the squared norm, in the comparison and in the factor: the root is missing.",
    "norms_added":
        "The norms of `dW_a` and of `db` are added up; the norm of all numbers together is the "
        "root of the sum of all squares.",
    "length_one":
        "A clipped gradient has length 1 here; it should have the length `threshold`.",
    "bias_not_clipped":
        "`db` is returned as it came; it has to be multiplied by the same factor as `dW_a`.",
    "bias_not_in_norm":
        "The norm is that of `dW_a` alone; the numbers of `db` belong to it too.",
    "largest_number_as_norm":
        "The largest number is compared with the threshold, not the norm of all of them.",
    "long_ones_dropped":
        "A gradient longer than the threshold becomes zero, so the step is not taken at all; it "
        "should be shortened.",
    # truncation
    "state_reset":
        "Each block starts from a state of zeros. Truncation cuts the way back only: going "
        "forward, the state at the end of a block is the start state of the next one.",
    "start_for_every_block":
        "Each block starts from a^{<0>}; only the first one does, the next ones start from the "
        "state that the block before has reached.",
    "window_too_short":
        "The blocks hold one time too few.",
    "window_too_long":
        "The blocks hold one time too many.",
    "nothing_cut":
        "This is the full gradient: blame still goes back through all times.",
    "last_block_left_out":
        "The last block is missing where T is not a multiple of `window`: it is shorter than the "
        "others, and it has losses too.",
    "only_last_block":
        "This is the gradient of the last block alone: each block overwrites the ones before; "
        "they should be summed.",
    "only_first_block":
        "This is the gradient of the first block alone; those of all blocks should be summed.",
    "mean_over_blocks":
        "This is the mean over the blocks. J is a sum over all times, so the gradients of the "
        "blocks are summed.",
    "blocks_overlap":
        "A block begins at every time, so blocks overlap and losses count more than once; the "
        "next block begins where the last one ended.",
}

BUGS = {
    "clip_by_norm": ("clipped_by_element", "threshold_for_each", "short_ones_lengthened",
                     "norm_not_rooted", "norms_added", "length_one", "bias_not_clipped",
                     "bias_not_in_norm", "largest_number_as_norm", "long_ones_dropped"),
    "truncated": ("state_reset", "start_for_every_block", "window_too_short", "window_too_long",
                  "nothing_cut", "last_block_left_out", "only_last_block", "only_first_block",
                  "mean_over_blocks", "blocks_overlap"),
}


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
                largest_number_as_norm=max(np.abs(one).max(), np.abs(other).max()))
    if norm <= threshold and "short_ones_lengthened" not in bugs:
        return 1.0
    return pick(bugs, threshold / norm, length_one=1 / norm, long_ones_dropped=0.0)


def truncated(W_x, W_a, b, W_y, b_y, x, a0, y, window, bugs=NONE):
    """dJ/dW_a (n, n) in blocks of `window` times, which no blame crosses."""
    terms, T, state = [], len(x), a0
    length = pick(bugs, window, window_too_short=window - 1,
                  window_too_long=window + 1, nothing_cut=T)
    for first in _starts(T, length, bugs):
        block = slice(first, first + length)
        if first > 0:
            state = pick(bugs, state, state_reset=0 * a0, start_for_every_block=a0)
        weights = W_x, W_a, b, W_y, b_y, x[block], state
        a, y_hat = forward(*weights)
        terms.append(backward(*weights, a, y_hat, y[block])["W_a"])
        state = a[1] if "blocks_overlap" in bugs else a[-1]
    total = sum(terms, start=0 * W_a)
    return pick(bugs, total, only_last_block=terms[-1] if terms else total,
                only_first_block=terms[0] if terms else total,
                mean_over_blocks=total / max(1, len(terms)))


def _starts(T, length, bugs):
    """How many times lie before each block."""
    return pick(bugs, range(0, T, length), blocks_overlap=range(T),
                last_block_left_out=range(0, T - length + 1, length))

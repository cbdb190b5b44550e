"""The exercises about clipping and truncation: right answers in other styles, students' slips."""
import numpy as np
import pytest

import rnnlib as rl


def by_library(dW_a, db, threshold):
    clipped, _ = rl.training.clip_by_norm({"W": dW_a, "b": db}, threshold)
    return clipped["W"], clipped["b"]


def by_least_factor(dW_a, db, threshold):
    together = np.concatenate([dW_a.ravel(), db])
    factor = min(1, threshold / np.sqrt(together @ together))
    return factor * dW_a, factor * db


def norm_of(*arrays):
    return np.sqrt(sum((a**2).sum() for a in arrays))


def clip(norm, factor=lambda norm, threshold: min(1, threshold / norm)):
    """A student's function that differs from the others in its norm or its factor."""
    def clipped(dW_a, db, threshold):
        c = factor(norm(dW_a, db), threshold)
        return c * dW_a, c * db
    return clipped


def one_by_one(dW_a, db, threshold):
    return tuple(g if norm_of(g) < threshold else g * threshold / norm_of(g) for g in (dW_a, db))


@pytest.mark.parametrize("function", [by_library, by_least_factor, clip(norm_of)])
def test_right_ways_to_clip(function):
    for seed in range(3):
        assert rl.check("clip_by_norm", function, seed=seed).ok


@pytest.mark.parametrize(("function", "bug"), [
    (lambda dW_a, db, c: (np.minimum(np.maximum(dW_a, -c), c), np.clip(db, -c, c)),
     "clipped_by_element"),
    (one_by_one, "threshold_for_each"),
    (clip(norm_of, lambda norm, threshold: threshold / norm), "short_ones_lengthened"),
    (clip(lambda dW_a, db: norm_of(dW_a, db) ** 2), "norm_not_rooted"),
    (clip(lambda dW_a, db: norm_of(dW_a) + norm_of(db)), "norms_added"),
    (clip(norm_of, lambda norm, c: 1 / norm if norm > c else 1), "length_one"),
    (lambda dW_a, db, c: (by_library(dW_a, db, c)[0], db), "bias_not_clipped"),
    (clip(lambda dW_a, db: norm_of(dW_a)), "bias_not_in_norm"),
    (clip(lambda dW_a, db: max(abs(dW_a).max(), abs(db).max())), "largest_number_as_norm"),
    (clip(norm_of, lambda norm, c: norm <= c), "long_ones_dropped"),
    (clip(lambda dW_a, db: np.hypot(np.linalg.norm(dW_a, 2), norm_of(db))), "sigma_for_norm"),
    (clip(lambda dW_a, db: abs(dW_a).sum() + abs(db).sum()), "absolute_sum"),
    (clip(norm_of, lambda norm, c: norm / c if norm > c else 1), "factor_upside_down"),
    (clip(norm_of, lambda norm, c: max(1, c / norm)), "wrong_ones_clipped"),
])
def test_slips_in_clipping(function, bug):
    feedback = rl.check("clip_by_norm", function)
    assert feedback.bugs == (bug,), feedback


def gradient(W_x, W_a, b, W_y, b_y, x, a0, y):
    """dJ/dW_a, and the last state: a plain loop of this file's own."""
    a = [a0]
    for x_t in x:
        a.append(np.tanh(W_x @ x_t + W_a @ a[-1] + b))
    dW_a, dz = np.zeros_like(W_a), 0 * b
    for t in range(len(x), 0, -1):
        dz = (1 - a[t]**2) * (W_y.T @ (W_y @ a[t] + b_y - y[t - 1]) + W_a.T @ dz)
        dW_a += np.outer(dz, a[t - 1])
    return dW_a, a[-1]


def blocks(start=lambda a0, state: state, ends=lambda T, k: range(k, T + k, k), off=0):
    def truncated(W_x, W_a, b, W_y, b_y, x, a0, y, window):
        k, total, state = window + off, np.zeros_like(W_a), a0
        for end in ends(len(x), k):
            part = slice(end - k, end)
            dW_a, state = gradient(W_x, W_a, b, W_y, b_y, x[part], state, y[part])
            total, state = total + dW_a, start(a0, state)
        return total
    return truncated


@pytest.mark.parametrize("seed", range(3))
def test_blocks_that_carry_the_state_are_right(seed):
    assert rl.check("truncated", blocks(), seed=seed).ok


def test_the_truncated_gradient_is_that_of_the_kept_pairs():
    net = rl.Network(n_x=2, units=(3,), n_y=1, loss="squared", seed=1)
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
    weights = [value[:, 0] if name.startswith("b") else value for name, value in net.params.items()]
    for window in (1, 2, 3, 6):
        found = blocks()(*weights, x, np.zeros(3), y, window)
        wanted = rl.training.truncated_backward(net, x, y, window=window)["W_a[1]"]
        np.testing.assert_allclose(found, wanted, rtol=1e-11)


def from_zero(*given):
    *weights, x, a0, y, window = given
    parts = [slice(k, k + window) for k in range(0, len(x), window)]
    return sum(gradient(*weights, x[part], 0 * a0, y[part])[0] for part in parts)


def from_every_loss(*given):
    *weights, x, a0, y, window = given
    net = rl.Network(x.shape[1], (len(a0),), y.shape[1], "tanh", "squared")
    net.params.update(dict(zip(net.params, weights, strict=True)))
    found = rl.training.truncated_backward(net, x, y, window=int(window), stride=1, a0=a0)
    return found["W_a[1]"]


@pytest.mark.parametrize(("function", "bug"), [
    (from_zero, "zero_for_every_block"),
    (from_every_loss, "from_every_loss"),
    (lambda *given: blocks()(*given) / len(given[5]), "mean_over_time"),
    (blocks(start=lambda a0, state: 0 * a0), "state_reset"),
    (blocks(start=lambda a0, state: a0), "start_for_every_block"),
    (blocks(off=1), "window_too_long"),
    (blocks(off=-1), "window_too_short"),
    (blocks(ends=lambda T, k: range(k, T + 1, k)), "last_block_left_out"),
    (blocks(ends=lambda T, k: [k]), "only_first_block"),
    (lambda *given: gradient(*given[:-1])[0], "nothing_cut"),
])
def test_slips_in_truncation(function, bug):
    feedback = rl.check("truncated", function)
    assert feedback.bugs == (bug,), feedback

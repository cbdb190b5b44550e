"""Clipped and truncated gradients: what is kept, what is turned, what is left out."""
from types import MappingProxyType

import numpy as np
import pytest
from engine_cases import CASES, Case

import rnnlib as rl
from rnnlib.learning.training import clip_by_element, clip_by_norm, kept_pairs, truncated_backward

GRADS = {"W": np.array([[3.0, -4.0], [0.0, 12.0]]), "b": np.array([[84.0], [0.0]])}
NORM = 85.0


def flat(grads):
    return np.concatenate([np.ravel(g) for g in grads.values()])


def cosine(u, v):
    return flat(u) @ flat(v) / np.linalg.norm(flat(u)) / np.linalg.norm(flat(v))


@pytest.mark.parametrize("threshold", [0.0, 1e-3, 1.0, 84.9])
def test_clipping_by_norm_shortens_and_keeps_the_direction(threshold):
    clipped, norm = clip_by_norm(GRADS, threshold)
    assert norm == pytest.approx(NORM)
    assert np.linalg.norm(flat(clipped)) == pytest.approx(threshold)
    for name, g in GRADS.items():
        np.testing.assert_allclose(clipped[name], g * (threshold / NORM), rtol=1e-14)


@pytest.mark.parametrize("threshold", [85.1, 1e300])
def test_a_short_gradient_is_not_clipped(threshold):
    clipped, norm = clip_by_norm(GRADS, threshold)
    assert norm == pytest.approx(NORM)
    for clip in (clipped, clip_by_element(GRADS, threshold)):
        np.testing.assert_array_equal(flat(clip), flat(GRADS))


def test_clipping_by_element_turns_the_direction():
    clipped = clip_by_element(GRADS, 5.0)
    np.testing.assert_array_equal(clipped["W"], [[3.0, -4.0], [0.0, 5.0]])
    np.testing.assert_array_equal(clipped["b"], [[5.0], [0.0]])
    assert cosine(clipped, GRADS) < 0.8
    assert cosine(clip_by_norm(GRADS, 5.0)[0], GRADS) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("clip", [lambda g: clip_by_norm(g, 2.0)[0],
                                  lambda g: clip_by_norm(g, 1e9)[0],
                                  lambda g: clip_by_element(g, 2.0),
                                  lambda g: clip_by_element(g, 1e9)])
def test_clipping_gives_new_arrays_and_changes_none(clip):
    given = {name: g.copy() for name, g in GRADS.items()}
    clipped = clip(MappingProxyType(given))
    assert list(clipped) == list(given)
    for name, g in clipped.items():
        g[...] = 7.0
        np.testing.assert_array_equal(given[name], GRADS[name])


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e200, 1.7e308])
def test_the_norm_needs_no_squares_that_overflow_or_vanish(size):
    clipped, norm = clip_by_norm({"W": np.full((3, 3), size)}, size / 10)
    np.testing.assert_allclose(clipped["W"], size / 30, rtol=1e-4 if size < 1e-300 else 1e-14)
    assert norm == (np.inf if size > 1e308 else pytest.approx(3 * size, rel=1e-12))


@pytest.mark.parametrize(("bad", "norm"), [(np.nan, np.nan), (np.inf, np.inf), (-np.inf, np.inf)])
def test_what_has_no_direction_is_returned_as_it_came_with_the_norm_that_says_so(bad, norm):
    grads = {"W": np.array([[1.0, bad]]), "b": np.array([[50.0]])}
    clipped, found = clip_by_norm(grads, 1.0)
    np.testing.assert_equal(found, norm)
    np.testing.assert_array_equal(flat(clipped), flat(grads))
    both, found = clip_by_norm({**grads, "c": np.array([np.nan])}, 1.0)
    assert np.isnan(found), "nan wins over inf"
    np.testing.assert_array_equal(both["W"], grads["W"])


def test_an_infinite_element_has_a_sign_and_nan_has_none():
    clipped = clip_by_element({"W": np.array([np.inf, -np.inf, np.nan, 0.5])}, 2.0)
    np.testing.assert_array_equal(clipped["W"], [2.0, -2.0, np.nan, 0.5])


@pytest.mark.parametrize("grads", [{}, {"W": np.zeros((2, 2))}])
def test_no_gradient_stays_none(grads):
    clipped, norm = clip_by_norm(grads, 1.0)
    assert norm == 0.0
    assert list(clipped) == list(grads)
    assert not any(g.any() for g in clipped.values())


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_element])
@pytest.mark.parametrize(("grads", "threshold", "error", "sentence"), [
    (GRADS, -1.0, ValueError, "threshold must be finite and at least 0, got -1.0"),
    (GRADS, np.nan, ValueError, "threshold must be finite and at least 0, got nan"),
    (GRADS, "5", TypeError, "threshold must be a real number, got '5'"),
    (np.ones(3), 1.0, TypeError, "grads must map names of parameters to arrays"),
    ({"W": "much"}, 1.0, TypeError, r"grads\['W'\] must hold real numbers"),
])
def test_clipping_says_what_does_not_fit(clip, grads, threshold, error, sentence):
    with pytest.raises(error, match=sentence):
        clip(grads, threshold)


CUTS = [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 3), (5, None), (3, None), (6, 4)]
RUNS = [Case(T=7, lengths=(7, 4)), Case("relu", "logistic", T=6, mask=False, m=1),
        Case("logistic", "squared", units=(3, 2, 2), T=5), Case("identity", "squared", T=6),
        Case("lstm", units=(3, 2), T=6, lengths=(6, 3)), Case("gru", units=(3, 2), T=6)]


@pytest.mark.parametrize(("window", "stride"), CUTS)
@pytest.mark.parametrize("case", RUNS, ids=str)
def test_the_truncated_gradient_is_the_sum_of_the_kept_items(case, window, stride):
    net, fwd, _ = case.run()
    x, y, a0, lengths, mask = case.data()
    given = {"a0": a0, "lengths": lengths, "mask": mask, "c0": case.c0()}
    grads = truncated_backward(net, x, y, window=window, stride=stride, **given)
    kept = kept_pairs(case.T, window, stride)
    assert list(grads) == list(net.params)
    for name, grad in grads.items():
        items = rl.flow.itemised(net, fwd, name, whole=True).whole
        np.testing.assert_allclose(grad, items[kept].sum(axis=0), rtol=1e-11, atol=1e-13)


def test_the_kept_pairs_are_those_of_the_definition():
    """T = 5, window 3, stride 2: blocks {1, 2}, {3, 4}, {5}, written out by hand."""
    table = kept_pairs(5, 3, 2).astype(int).tolist()
    assert table == [[1, 0, 0, 0, 0],
                     [1, 1, 0, 0, 0],
                     [0, 1, 1, 0, 0],
                     [0, 1, 1, 1, 0],
                     [0, 0, 1, 1, 1]]


@pytest.mark.parametrize(("window", "stride"), CUTS)
def test_a_loss_reaches_at_most_the_window_and_never_less_than_itself(window, stride):
    T = 11
    table = kept_pairs(T, window, stride)
    reach = table.sum(axis=1)
    s = np.arange(1, T + 1)
    shortest = window - (stride or window) + 1
    assert np.diagonal(table).all()
    assert not np.triu(table, 1).any()
    assert np.all(reach <= np.minimum(window, s))
    assert np.all(reach >= np.minimum(shortest, s))


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("beyond", [0, 3])
def test_a_window_over_all_times_gives_the_full_gradient_exactly(case, beyond):
    net, fwd, bwd = case.run()
    x, y, a0, lengths, mask = case.data()
    given = {"a0": a0, "lengths": lengths, "mask": mask, "c0": case.c0(), "window": fwd.T + beyond}
    for name, grad in truncated_backward(net, x, y, **given).items():
        np.testing.assert_array_equal(grad, bwd.params[name])
    for name, grad in truncated_backward(net, x, y, **given, stride=1).items():
        np.testing.assert_allclose(grad, bwd.params[name], rtol=1e-11, atol=1e-12)


def test_truncation_is_biased_to_short_range():
    """One linear unit, loss at the end: of dJ/dw = (a_T - y) T w^(T-1) the window keeps its share.

    With input 1 at the start only, each use of w at t >= 2 adds the same: so `window` of T - 1
    uses are kept, and the gradient of the input's weight, used with effect at t = 1, is lost.
    """
    T, w, window = 10, 0.9, 4
    net = rl.Network(1, 1, 1, "identity", "squared")
    net.params.update({"W_x[1]": [[1.0]], "W_a[1]": [[w]], "W_y": [[1.0]]})
    x, y, mask = np.eye(T, 1), np.zeros((T, 1)), np.arange(T) == T - 1
    full = net.backward(net.forward(x, y, mask=mask)).params
    cut = truncated_backward(net, x, y, mask=mask, window=window, stride=1)
    assert full["W_a[1]"].item() == pytest.approx((T - 1) * w ** (2 * T - 3))
    assert cut["W_a[1]"] / full["W_a[1]"] == pytest.approx(window / (T - 1))
    assert full["W_x[1]"].item() == pytest.approx(w ** (2 * T - 2))
    assert cut["W_x[1]"].item() == 0.0


def test_the_truncated_gradient_cannot_be_written():
    net, _, _ = Case().run()
    x, y, *_ = Case().data()
    grads = truncated_backward(net, x, y, window=2)
    with pytest.raises(ValueError, match="read-only"):
        grads["W_y"][...] = 0.0
    with pytest.raises(TypeError):
        grads["W_y"] = 0.0


@pytest.mark.parametrize(("window", "stride", "error", "sentence"), [
    (0, None, ValueError, "window must be at least 1, got 0"),
    (2.0, None, TypeError, "window must be a whole number, got 2.0"),
    (3, 0, ValueError, "stride must be at least 1, got 0"),
    (3, 4, ValueError, "stride must be at most window = 3, .* got 4"),
])
def test_truncation_says_what_does_not_fit(window, stride, error, sentence):
    case = Case()
    x, y, *_ = case.data()
    for wrong in (lambda: truncated_backward(case.net(), x, y, window=window, stride=stride),
                  lambda: kept_pairs(5, window, stride)):
        with pytest.raises(error, match=sentence):
            wrong()


def test_truncation_needs_targets():
    case = Case()
    with pytest.raises(ValueError, match="needs a loss"):
        truncated_backward(case.net(), case.data()[0], None, window=2)

"""The near and the far part of a gradient are sums of its items, and need no table of them."""

import numpy as np
import pytest
from engine_cases import Case

import rnnlib as rl
from rnnlib.cells import CELLS

SPLITS = [
    *(Case(cell, "squared", units=(2, 3), T=5, lengths=(5, 3)) for cell in CELLS),
    Case("relu", units=(4, 2, 3), T=7),
    Case(lengths=(5, 2)), Case(T=1), Case("relu", units=(3,), m=1, mask=False),
]


@pytest.mark.parametrize("case", SPLITS, ids=str)
@pytest.mark.parametrize("steps", [0, 2, 10])
def test_near_and_far_are_the_sums_of_the_items_on_either_side(case, steps):
    net, fwd, bwd = case.run()
    s, t = np.indices((fwd.T, fwd.T))
    for name in net.params:
        items = rl.flow.itemised(net, fwd, name, whole=True)
        near = items.whole[s - t <= steps].sum(axis=0)
        far = items.whole[s - t > steps].sum(axis=0)
        found = rl.flow.split(net, fwd, name, steps)
        np.testing.assert_allclose(found.near, near, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(found.far, far, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(found.total, bwd.params[name], rtol=1e-10, atol=1e-13)
        u, v = np.linalg.norm(near), np.linalg.norm(far)
        if u > 0 and v > 0:
            assert found.log10_ratio == pytest.approx(np.log10(v / u))
        if v == 0:
            assert found.log10_far == -np.inf


def test_near_is_the_truncated_gradient_with_one_time_more():
    case = Case(T=12, m=3)
    net, fwd, _ = case.run()
    x, y, a0, lengths, mask = case.data()
    cut = rl.training.truncated_backward(net, x, y, window=5, stride=1, a0=a0, mask=mask)
    for name in net.params:
        found = rl.flow.split(net, fwd, name, 4)
        np.testing.assert_allclose(found.near, cut[name], rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(("loss_at", "times"), [("end", [6]), ("every", range(1, 7)), (4, [4])])
def test_a_split_may_be_of_chosen_losses_only(loss_at, times):
    case = Case(T=6)
    net, fwd, _ = case.run()
    chosen = np.isin(np.arange(1, 7), times)[:, None]
    part = fwd.counting(chosen)
    a = rl.flow.split(net, fwd, "W_a[1]", 2, loss_at=loss_at)
    b = rl.flow.split(net, part, "W_a[1]", 2)
    np.testing.assert_allclose(a.far, b.far, atol=1e-14)
    np.testing.assert_allclose(a.near, b.near, atol=1e-14)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_far_parts_beyond_float64_have_their_norm(factor):
    """One linear unit fed once, at the start, with its loss at the end: item t is known."""
    net = rl.Network(1, 1, 1, "identity", "squared")
    net.params.update({"W_a[1]": [[factor]], "W_x[1]": [[1.0]], "W_y": [[1.0]]})
    T = 1000
    fwd = net.forward(np.zeros((T, 1)), np.ones((T, 1)))
    found = rl.flow.split(net, fwd, "b[1]", 300, loss_at="end")
    # dJ/db through t is -factor^(T - t): far is the sum over T - t = 301..999
    first, last = (301, 999) if factor < 1 else (999, 301)
    np.testing.assert_allclose(found.log10_far, first * np.log10(factor)
                               - np.log10(1 - factor ** np.sign(last - first)), rtol=1e-9)


@pytest.mark.parametrize(("wrong", "error", "sentence"), [
    (lambda n, f: rl.flow.split(n, f, "W", 1), KeyError, "no parameter 'W'"),
    (lambda n, f: rl.flow.split(n, f, "W_y", -1), ValueError, "steps must be at least 0, got -1"),
    (lambda n, f: rl.flow.split(n, n.forward(f.x.over_time()), "W_y", 1), ValueError,
     "backward needs a loss"),
])
def test_what_does_not_fit_is_refused(wrong, error, sentence):
    net, fwd, _ = Case().run()
    with pytest.raises(error, match=sentence):
        wrong(net, fwd)

"""The paths of a gradient through layers and times add up to the gradient of the engine."""
from itertools import pairwise
from math import factorial

import numpy as np
import pytest
from engine_cases import Case

import rnnlib as rl
from rnnlib.cells import CELLS
from rnnlib.flow.paths import LIMIT

STACKS = [Case(cell, "squared", units=units, T=5, m=1, mask=False)
          for cell in CELLS for units in ((3,), (4, 2), (2, 5, 3))]
STACKS += [Case("tanh", loss, units=(1, 4, 2, 3), T=6, m=1, mask=False)
           for loss in ("softmax", "logistic")]
ids = {"ids": str}


def only(net, fwd, s):
    """The engine's backward pass for J^{<s>} alone."""
    return net.backward(fwd.counting((np.arange(1, fwd.T + 1) == s)[:, None]))


def targets(net, fwd):
    """Every (s, layer, t) that has paths."""
    return [(s, l, t) for s in range(1, fwd.T + 1) for l in range(1, net.L + 1)
            for t in range(1, s + 1)]


@pytest.mark.parametrize("case", STACKS, **ids)
def test_all_paths_together_are_the_total_derivative(case):
    net, fwd, _ = case.run()
    for s, l, t in targets(net, fwd):
        found, bwd = rl.flow.paths(net, fwd, s, l, t), only(net, fwd, s)
        want = bwd.a[l, t][:, 0]
        close = {"rtol": 1e-10, "atol": 1e-12 * np.abs(want).max()}
        np.testing.assert_allclose(found.whole, want, **close)
        np.testing.assert_allclose(found.vectors.sum(axis=0), want, **close)
        assert len(found.vectors) == len(found.sizes) == found.count
        if want.any():
            assert found.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("case", STACKS, **ids)
def test_the_paths_over_an_edge_add_up_to_what_passes_it(case):
    net, fwd, _ = case.run()
    found = rl.flow.paths(net, fwd, fwd.T, 1, 2)
    passed = dict.fromkeys(found.edges, 0.0)
    for i, vector in enumerate(found.vectors):
        for edge in pairwise(found.nodes(i)):
            passed[edge] = passed[edge] + vector
    for edge, vector in found.edges.items():
        np.testing.assert_allclose(passed[edge], vector, rtol=1e-9, atol=1e-15)


def test_every_cut_through_the_lattice_is_passed_by_the_whole():
    net, fwd, _ = Case(units=(2, 5, 3), T=6, m=1, mask=False).run()
    found = rl.flow.paths(net, fwd, 6, 1, 2)
    for steps_made in range(6):  # of the 4 back and 2 down
        passing = sum(vector for ((l, t), _), vector in found.edges.items()
                      if 3 - l + 6 - t == steps_made)
        np.testing.assert_allclose(passing, found.whole, rtol=1e-10, atol=1e-15)


def test_each_path_is_the_product_of_its_steps():
    net, fwd, _ = Case("tanh", "squared", units=(3, 4, 2), m=1, mask=False).run()
    found = rl.flow.paths(net, fwd, 5, 1, 2)
    for i, vector in enumerate(found.vectors):
        nodes = found.nodes(i)
        assert nodes[0] == (3, 5)
        assert nodes[-1] == (1, 2)
        d = fwd.params["W_y"].T @ (fwd.y_hat[5] - fwd.y[5])
        for (l, t), after in pairwise(nodes):
            name = f"W_a[{l}]" if after == (l, t - 1) else f"W_x[{l}]"
            assert after in ((l, t - 1), (l - 1, t))
            d = fwd.params[name].T @ ((1 - fwd.a[l, t] ** 2) * d)
        np.testing.assert_allclose(vector, d[:, 0], rtol=1e-10, atol=1e-15)
    assert len({tuple(found.nodes(i)) for i in range(found.count)}) == found.count


def test_the_largest_is_the_largest():
    net, fwd, _ = Case(units=(3, 2), m=1, mask=False).run()
    found = rl.flow.paths(net, fwd, 5, 1, 1)
    assert found.sizes[found.largest] == found.sizes.max()
    np.testing.assert_allclose(found.sizes, [np.linalg.norm(v) for v in found.vectors])


@pytest.mark.parametrize("seed", range(5))
def test_of_paths_that_are_alike_but_for_rounding_the_first_is_the_largest(seed):
    net = rl.Network(2, (3, 4, 2), 1, "identity", "squared", seed=seed, init="identity", scale=0.7)
    fwd = net.forward(np.ones((6, 2)), np.ones((6, 1)))
    found = rl.flow.paths(net, fwd, 6, 1, 1)
    np.testing.assert_allclose(found.shares, 1 / 21)
    assert found.largest == 0


@pytest.mark.parametrize(("back", "down"), [(0, 0), (3, 0), (0, 4), (1, 1), (2, 3), (7, 4)])
def test_the_count_is_that_of_the_listed_paths(back, down):
    T, L = back + 1, down + 1
    net = rl.Network(1, (1,) * L, 1, "identity", "squared")
    fwd = net.forward(np.ones((T, 1)), np.ones((T, 1)))
    found = rl.flow.paths(net, fwd, T, 1, 1)
    assert found.count == rl.flow.path_count(back, down) == len(found.sizes)
    assert found.count == factorial(back + down) // factorial(back) // factorial(down)


def test_the_count_is_exact_beyond_every_float():
    assert rl.flow.path_count(2000, 2000) % 10**6 == (
        factorial(4000) // factorial(2000) ** 2 % 10**6)


def test_with_all_weights_1_the_gradient_counts_the_paths():
    net = rl.Network(1, (1, 1, 1), 1, "identity", "squared")
    net.params.update({name: np.full(W.shape, 0.0 if name.startswith("b") else 1.0)
                       for name, W in net.params.items()})
    fwd = net.forward(np.zeros((40, 1)), -np.ones((40, 1)), mask=np.arange(40) == 39)
    assert rl.flow.paths(net, fwd, 40, 1, 1).whole == rl.flow.path_count(39, 2)
    assert net.backward(fwd).a[1, 1] == rl.flow.path_count(39, 2)


# -- what is refused, what is shown ----------------------------------------------------------
def deep(T=30):
    net = rl.Network(2, (3, 2, 2, 2), 1, "tanh", "squared")
    return net, net.forward(np.ones((T, 2)), np.ones((T, 1)))


def test_too_many_paths_are_counted_and_not_listed():
    net, fwd = deep(70)
    found = rl.flow.paths(net, fwd, 70, 1, 1)
    assert found.count == 59_640 > LIMIT
    np.testing.assert_allclose(found.whole, only(net, fwd, 70).a[1, 1][:, 0], rtol=1e-9)
    with pytest.raises(ValueError, match="there are 59640 paths, and at most 50000 are listed"):
        found.sizes  # noqa: B018


@pytest.mark.parametrize(("address", "error", "text"), [
    ((31, 1, 1), IndexError, "loss time s must be 1..30, got 31"),
    ((0, 1, 1), IndexError, "loss time s must be 1..30, got 0"),
    ((5, 5, 1), IndexError, "layer must be 1..4, got 5"),
    ((5, 1, 6), IndexError, "time t must be 1..5, got 6"),
    ((5, 1, 0), IndexError, "time t must be 1..5, got 0"),
    ((5.0, 1, 1), TypeError, "loss time s must be a whole number, got 5.0"),
])
def test_what_is_not_there_is_refused_in_a_sentence(address, error, text):
    net, fwd = deep()
    with pytest.raises(error, match=text):
        rl.flow.paths(net, fwd, *address)


@pytest.mark.parametrize(("back", "down", "error"), [(-1, 2, ValueError), (2, 1.5, TypeError)])
def test_no_paths_of_a_length_that_does_not_exist(back, down, error):
    with pytest.raises(error, match="back must be at least 0|down must be a whole number"):
        rl.flow.path_count(back, down)


def test_several_examples_and_no_targets_are_refused():
    net, fwd, _ = Case(m=2).run()
    with pytest.raises(ValueError, match="fwd must be the run of one example, got 2"):
        rl.flow.paths(net, fwd, 2, 1, 1)
    net, fwd = deep()
    with pytest.raises(ValueError, match="give y to forward"):
        rl.flow.paths(net, net.forward(np.ones((5, 2))), 2, 1, 1)


def test_a_short_example_has_paths_up_to_its_end():
    net, fwd, _ = Case(units=(4, 3), lengths=(5, 3), mask=False).run()
    short = fwd.example(1)
    want = only(net, short, 3).a[1, 1][:, 0]
    np.testing.assert_allclose(rl.flow.paths(net, short, 3, 1, 1).whole, want, rtol=1e-10)
    with pytest.raises(IndexError, match="loss time s must be 1..3, got 4"):
        rl.flow.paths(net, short, 4, 1, 1)


def test_a_loss_that_does_not_count_sends_nothing():
    net, fwd = deep()
    fwd = net.forward(fwd.x.over_time(), np.ones((30, 1, 1)), mask=np.arange(30) != 4)
    found = rl.flow.paths(net, fwd, 5, 1, 2)
    assert not found.sizes.any()
    assert np.isnan(found.shares).all()


def test_what_is_found_cannot_be_changed():
    net, fwd = deep()
    found = rl.flow.paths(net, fwd, 4, 1, 2)
    for array in (found.whole, found.vectors, found.sizes, *found.edges.values()):
        assert not array.flags.writeable
    assert repr(found) == "Paths from J<4> to a<2>[1]: 10 of 2 steps back and 3 down"


# -- norms per unit --------------------------------------------------------------------------
@pytest.mark.parametrize("cell", ["tanh", "lstm"])
@pytest.mark.parametrize("carried", [False, True])
def test_per_unit_is_the_root_mean_square(cell, carried):
    net, fwd, bwd = Case(cell, "squared", units=(4, 1, 3), mask=False, m=1).run()
    norms = rl.flow.gradient_norms(net, fwd, loss_at="every", carried=carried)
    each = rl.flow.gradient_norms(net, fwd, loss_at="every", carried=carried, per_unit=True)
    for l, n in enumerate(net.units, 1):
        if not carried:
            rms = np.sqrt((bwd.a.over_time(l) ** 2).mean(axis=1))
            np.testing.assert_allclose(10 ** each.over_time(l), rms, rtol=1e-10)
        entries = 2 * n if carried and cell == "lstm" else n
        np.testing.assert_allclose(norms.over_time(l) - each.over_time(l), np.log10(entries) / 2)

"""What is said about vanishing and exploding gradients: the true conditions hold on every run,
and each of the others is broken by a run, with the constants that the notebook uses."""
import numpy as np
import pytest
from engine_cases import GATED_CELLS

import rnnlib as rl
from rnnlib.cells import CELLS

T = 100
NO_TARGETS = np.zeros((T, 1))
SIGNS = np.random.default_rng(0).choice([-1.0, 1.0], size=(T, 1))
NORMAL = np.random.default_rng(0).normal(size=(T, 1))


def layer(cell, n=16, init="orthogonal", scale=1.0, gain=1.0):
    """A network of one layer whose input weights are multiplied by `gain`."""
    net = rl.Network(1, n, 1, cell, "squared", init=init, scale=scale)
    net.params["W_x[1]"] = gain * net.params["W_x[1]"]
    return net


def two_units(cell, W, start):
    net = rl.Network(1, 2, 1, cell, "squared")
    net.params["W_a[1]"] = W
    return net, net.forward(NO_TARGETS, NO_TARGETS, np.array(start))


def stretch(net, fwd):
    """log10 ||da^{<T>}/da^{<0>}||."""
    return rl.flow.jacobians(net, fwd).norms_to(fwd.T)[0]


def broken(net, fwd, name):
    """Whether the folklore's inequality holds on the run, so that its promise must be false."""
    return rl.flow.conditions(net, fwd, table=rl.flow.FOLKLORE)[name]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("scale", [0.3, 0.9, 1.5, 5.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_sufficient_conditions_promise_and_necessary_ones_exclude(cell, scale, seed):
    net = rl.Network(1, 4, 1, cell, "squared", seed=seed, init="radius", scale=scale)
    fwd = net.forward(NORMAL, NO_TARGETS)
    holds = rl.flow.conditions(net, fwd)
    assert set(holds) == {c.name for c in rl.flow.CONDITIONS if cell in c.cells}
    for c in rl.flow.CONDITIONS:
        if c.name in holds and c.kind == "sufficient" and holds[c.name]:
            assert (stretch(net, fwd) > 0) == (c.outcome == "explode")
        if c.name in holds and c.kind == "necessary" and not holds[c.name]:
            assert stretch(net, fwd) <= 0


def test_each_condition_is_met_and_missed_somewhere():
    seen = {c.name: set() for c in rl.flow.CONDITIONS}
    for cell in ("identity", "tanh"):
        for scale in (0.1, 3.0):
            net = rl.Network(1, 4, 1, cell, "squared", init="orthogonal", scale=scale)
            for name, holds in rl.flow.conditions(net, net.forward(NORMAL)).items():
                seen[name].add(holds)
    assert all(found == {True, False} for found in seen.values())


def test_each_outcome_of_a_linear_layer_and_of_any_other_has_both_kinds():
    for cells in (("identity",), ("tanh",)):
        said = {(c.kind, c.outcome) for c in rl.flow.CONDITIONS if set(cells) <= set(c.cells)}
        assert said >= {("sufficient", "vanish"), ("sufficient", "explode"),
                        ("necessary", "explode")}


@pytest.mark.parametrize(("scale", "gain", "holds"), [(3.0, 0.0, True), (3.0, 0.1, True),
                                                      (3.0, 3.0, False), (0.9, 0.0, False)])
def test_slopes_that_leave_each_step_above_1_make_every_gradient_explode(scale, gain, holds):
    net = layer("tanh", scale=scale, gain=gain)
    # so short that the states stay small
    fwd = net.forward(NORMAL[:3], NO_TARGETS[:3])
    assert rl.flow.conditions(net, fwd)["this run, explode"] == holds
    if holds:
        least = np.linalg.svd(rl.flow.jacobians(net, fwd)[3, 0], compute_uv=False)[-1]
        assert least > 1


def test_at_radius_1_a_linear_layer_grows_as_a_power_of_the_time_only():
    """W_a^k has k^7 / 7! in its corner, and no inequality of the table is broken by that."""
    net = rl.Network(1, 8, 1, "identity", "squared", init="nonnormal", scale=1.0)
    fwd = net.forward(np.zeros((2000, 1)))
    holds = rl.flow.conditions(net, fwd)
    assert not any(holds[name] for name in holds if name.startswith("linear"))
    norms = rl.flow.jacobians(net, fwd).norms_to(2000)[::-1]
    assert norms[1999] == pytest.approx(19.4, abs=0.1)
    for k in (250, 500, 1000):
        assert norms[2 * k] - norms[k] == pytest.approx(7 * np.log10(2), rel=0.05)


def test_above_radius_1_the_norm_explodes_and_one_gradient_need_not():
    net, fwd = two_units("identity", [[0.5, 0.0], [3.0, 1.05]], [0.0, 0.0])
    assert rl.flow.conditions(net, fwd)["linear, explode"]
    assert stretch(net, fwd) >= T * np.log10(1.05)
    # the left eigenvectors are (60, 11) for 1.05 and (1, 0) for 0.5
    back = rl.flow.jacobians(net, fwd)[T, 0].T
    assert np.linalg.norm(back @ [1.0, 0.0]) == pytest.approx(0.5**T)
    assert np.linalg.norm(back @ [0.0, 1.0]) > 100


def test_gates_have_no_condition_in_one_matrix():
    for c in (*rl.flow.CONDITIONS, *rl.flow.FOLKLORE):
        assert ("W_a" in c.name or "rho" in c.inequality) <= (not set(GATED_CELLS) & set(c.cells))
        assert c.kind in ("sufficient", "necessary")


def test_a_radius_below_1_may_first_grow():
    net, fwd = two_units("identity", [[0.9, 1.0], [0.0, 0.9]], [0.0, 0.0])
    by_steps = 10 ** rl.flow.jacobians(net, fwd).norms_to(T)[::-1]
    assert broken(net, fwd, "shrinks at once")
    assert by_steps.argmax() == 9
    assert by_steps.max() == pytest.approx(3.913, abs=5e-4)
    assert (by_steps[1:35] > 1).all()
    assert (by_steps[35:] < 1).all()
    assert by_steps[T] == pytest.approx(0.00295, abs=5e-6)


def test_a_radius_of_0_may_explode_with_relu():
    W = [[2.0, 2.0], [-2.0, -2.0]]
    net, fwd = two_units("relu", W, [1.0, 0.0])
    assert rl.flow.spectrum(W).radius < 1e-7
    assert broken(net, fwd, "small radius")
    # the second unit is off: its column of each step after the first is met by a 0
    assert stretch(net, fwd) == pytest.approx(T * np.log10(2) + np.log10(2) / 2)
    net, fwd = two_units("identity", W, [1.0, 0.0])
    assert stretch(net, fwd) == -np.inf


@pytest.mark.parametrize(("gain", "digits", "share"), [
    (0, 9.01, 0.50), (3, -3.21, 0.62), (10, -22.1, 0.83), (20, -47.2, 0.94)])
def test_sigma_of_3_vanishes_where_the_inputs_saturate_the_units(gain, digits, share):
    net = layer("tanh", scale=3.0, gain=gain)
    fwd = net.forward(SIGNS, NO_TARGETS, np.full(16, 0.1))
    bounds = rl.flow.bounds(net, fwd)
    assert bounds.spectrum.sigma_1 == pytest.approx(3)
    assert bounds.worst[0] == pytest.approx(47.71, abs=0.01)
    assert broken(net, fwd, "large radius")
    assert broken(net, fwd, "large gain")
    assert stretch(net, fwd) == pytest.approx(digits, rel=5e-3)
    assert rl.flow.saturation(net, fwd).share == pytest.approx(share, abs=6e-3)


@pytest.mark.parametrize(("gain", "digits", "slope"), [
    (0, 0, 1), (0.01, -0.0696, 0.998), (0.1, -1.71, 0.948), (0.3, -5.22, 0.853), (1, -15.8, 0.641),
    (3, -33.5, 0.407), (10, -66.6, 0.198)])
def test_an_orthogonal_matrix_keeps_the_norm_only_where_tanh_is_not_used(gain, digits, slope):
    net = layer("tanh", gain=gain)
    fwd = net.forward(NORMAL, NO_TARGETS)
    assert broken(net, fwd, "orthogonal")
    assert not rl.flow.conditions(net, fwd)["any W_a, explode"]
    assert stretch(net, fwd) == pytest.approx(digits, rel=5e-3, abs=1e-12)
    assert rl.flow.saturation(net, fwd).mean == pytest.approx(slope, abs=1e-3)


@pytest.mark.parametrize(("scale", "digits"), [(0.95, -2.228), (1.0, 0.0), (1.05, 2.119)])
def test_relu_from_the_identity_keeps_what_stays_on(scale, digits):
    net = layer("relu", 8, "identity", scale)
    net.params["W_x[1]"] = np.abs(net.params["W_x[1]"])
    assert stretch(net, net.forward(np.abs(NORMAL), NO_TARGETS)) == pytest.approx(digits, abs=1e-3)


def test_relu_from_the_identity_loses_at_once_what_is_switched_off():
    """Inputs of either sign: each unit has been off at some time before t = 18."""
    net = layer("relu", 8, "identity")
    fwd = net.forward(NORMAL, NO_TARGETS)
    norms = rl.flow.jacobians(net, fwd).norms_to(T)
    assert (norms[:18] == -np.inf).all()
    np.testing.assert_allclose(norms[18:], 0, atol=1e-12)
    assert rl.flow.saturation(net, fwd).share == pytest.approx(0.0975)


def healthy():
    """A run whose loss counts at every time."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(T, 2)), rng.normal(size=(T, 1))
    net = rl.Network(2, 16, 1, "tanh", "squared", init="radius", scale=0.8)
    return net, x, y


@pytest.mark.parametrize(("steps", "digits"), [(5, -1.57), (10, -2.93), (20, -5.74), (50, -14.2)])
def test_a_healthy_total_gradient_hides_that_the_far_part_is_gone(steps, digits):
    net, x, y = healthy()
    parts = rl.flow.split(net, net.forward(x, y), "W_a[1]", steps)
    assert parts.log10_total == pytest.approx(1.735, abs=1e-3)
    assert parts.log10_ratio == pytest.approx(digits, rel=5e-3)


@pytest.mark.parametrize("rate", [1e-5, 1e-4, 1e-3])
def test_a_learning_rate_does_not_repair_the_ratio(rate):
    """It multiplies near and far alike, and the steps taken with it do not bring far back."""
    net, x, y = healthy()
    for _ in range(10):
        fwd = net.forward(x, y)
        parts = rl.flow.split(net, fwd, "W_a[1]", 20)
        step = rate * parts.total
        of_far, of_near = np.linalg.norm(rate * parts.far), np.linalg.norm(rate * parts.near)
        assert of_far / of_near == pytest.approx(10 ** parts.log10_ratio)
        assert of_far < 1e-4 * np.linalg.norm(step)
        grads = net.backward(fwd).params
        net.params.update({name: W - rate * grads[name] for name, W in net.params.items()})

"""Every gradient of the engine against complex steps, and the check itself against bugs."""
import numpy as np
import pytest
from engine_cases import ACTIVATIONS, CASES, GATED_CELLS, LOSSES, Case

import rnnlib as rl
from rnnlib import gradcheck


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_gradient_is_the_complex_step_derivative(case):
    x, y, a0, lengths, mask = case.data()
    report = gradcheck.check(case.net(), x, y, a0, lengths, mask=mask, c0=case.c0())
    states = ("a0", "c0") if case.cell == "lstm" else ("a0",)
    names = [*case.net().params, "x",
             *(f"{start}[{l}]" for start in states for l in range(1, len(case.units) + 1))]
    assert list(report.errors) == names
    assert report.ok, report


@pytest.mark.parametrize("cell", [*ACTIVATIONS, *GATED_CELLS])
@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_from_outside_agree_too(cell, loss):
    case = Case(cell, loss, units=(4, 3) if cell in ACTIVATIONS else (1, 3), lengths=(5, 3))
    x, _, a0, lengths, _ = case.data()
    rng = np.random.default_rng(0)
    d_a = rng.normal(size=(5, 3, 2))
    report = gradcheck.check(case.net(), x, None, a0, lengths, c0=case.c0(), d_a=d_a)
    assert report.ok, report


@pytest.mark.parametrize("case", [
    *CASES, *(Case(cell, units=(20, 10), T=30, m=3, lengths=(30, 7, 12))
              for cell in ("tanh", *GATED_CELLS))], ids=str)
def test_gradients_agree_along_random_directions(case):
    net, _, bwd = case.run()
    x, y, a0, lengths, mask = case.data()
    rng = np.random.default_rng(1)
    direction = {name: rng.normal(size=g.shape) for name, g in bwd.params.items()}
    direction["x"] = rng.normal(size=x.shape)
    expected = sum((g * direction[name]).sum() for name, g in bwd.params.items())
    expected += (bwd.x.over_time() * direction["x"]).sum()
    problem = gradcheck._Problem(net, x, y, {"a": a0, "c": case.c0()}, lengths, mask, None)
    moved = {name: v + 1j * gradcheck.H * direction.get(name, 0)
             for name, v in problem.values.items()}
    found = np.imag(problem.loss(moved)) / gradcheck.H
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


def test_saturated_units_and_large_scores_agree():
    net = Case("tanh", "softmax", m=1).net()
    net.params["W_a[1]"] *= 8
    net.params["W_y"] *= 300
    x, y, a0, *_ = Case(m=1).data()
    report = gradcheck.check(net, x, y, a0)
    assert np.abs(net.forward(x, y, a0).z_y.over_time()).max() > 300
    assert report.ok, report


BUGS = {
    "no transpose": lambda W_a, dz, t: W_a @ dz,
    "no path through next time": lambda W_a, dz, t: 0 * dz,
    "twice": lambda W_a, dz, t: 2 * W_a.T @ dz,
}


def by_hand(net, fwd, next_step):
    """dJ/dW_a of one tanh layer, with the step back in time that is given."""
    W_a, W_y = net.params["W_a[1]"], net.params["W_y"]
    from_next, dW_a = 0, 0
    for t in range(fwd.T, 0, -1):
        dz_y = fwd.y_hat[t] - np.eye(net.n_y)[:, fwd.y[t]]
        dz = (W_y.T @ dz_y + from_next) * (1 - fwd.a[1, t] ** 2)
        dW_a = dW_a + dz @ fwd.a[1, t - 1].T
        from_next = next_step(W_a, dz, t)
    return dW_a


@pytest.mark.parametrize("bug", [None, *BUGS])
def test_the_check_accepts_the_right_backward_pass_and_no_other(bug):
    case = Case(units=(3,), mask=False)
    net, fwd, _ = case.run()
    x, y, a0, *_ = case.data()
    dW_a = by_hand(net, fwd, BUGS.get(bug, lambda W_a, dz, t: W_a.T @ dz))
    report = gradcheck.check(net, x, y, a0, given={"W_a[1]": dW_a})
    assert report.ok == (bug is None)
    assert ("WRONG" in repr(report)) == (bug is not None)


def test_a_report_names_the_worst():
    assert gradcheck.Report({"W_y": 1e-14, "x": 0.5, "b_y": 1e-3}, 1e-10).worst == "x"
    with_nan = gradcheck.Report({"W_y": 1e-14, "b_y": float("nan"), "x": 1e-12}, 1e-10)
    assert with_nan.worst == "b_y"
    assert not with_nan.ok


def test_complex_step_differentiates_any_function_of_an_array():
    W = np.random.default_rng(0).normal(size=(2, 3))
    found = gradcheck.complex_step(lambda v: (np.exp(v) * v).sum(), W)
    np.testing.assert_allclose(found, np.exp(W) * (1 + W), rtol=1e-14)


@pytest.mark.parametrize("f", [
    lambda v: np.vdot(v, v), lambda v: (v * v.conj()).sum(), lambda v: (v.real * v).sum(),
    lambda v: (np.abs(v) * v).sum(), lambda v: v @ np.conj(v).T])
def test_complex_step_refuses_a_function_that_turns_or_drops_imaginary_parts(f):
    with pytest.raises(ValueError, match="f must keep the imaginary part"):
        gradcheck.complex_step(f, np.array([0.7, -1.3]))


@pytest.mark.parametrize(("f", "v", "wanted"), [
    (lambda v: (v * (v.real > 0)).sum(), np.zeros(3), 0.0),  # on its kink
    (lambda v: (1e8 + v).sum(), np.ones(3), 1.0), (lambda v: v.sum(), np.full(2, 1e300), 1.0),
    (lambda v: np.exp(v).sum(), np.full(2, -800), 0.0),
    (lambda v: (1e-9 * v * v).sum(), np.ones(2), 2e-9)])
def test_complex_step_takes_what_is_honest_at_any_size(f, v, wanted):
    np.testing.assert_allclose(gradcheck.complex_step(f, v), wanted)


@pytest.mark.parametrize(("given", "exact"), [
    (np.ones(3), np.ones((3, 3))), (1.0, np.ones((3, 3))), (np.ones((3, 1)), np.ones(3)), ([], [])])
def test_a_relative_error_is_that_of_two_arrays_of_one_shape(given, exact):
    with pytest.raises(ValueError, match="given"):
        gradcheck.relative_error(given, exact)


def test_right_gradients_of_saturated_units_are_never_called_wrong():
    told = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        cell = ("tanh", "relu", "logistic", "lstm", "gru")[seed % 5]
        net = rl.Network(1, int(rng.integers(1, 4)), 1, cell, "squared", seed=seed)
        x, y = 20 * rng.normal(size=(3, 1)), rng.normal(size=(3, 1))
        told.append(gradcheck.check(net, x, y))
        assert told[-1].ok, told[-1]
    assert "too small to judge" in "".join(map(repr, told))


def test_a_wrong_gradient_beside_a_saturated_unit_is_still_wrong():
    net = rl.Network(1, 1, 1, "tanh", "squared", seed=3)
    x, y = [[10.0], [10.0]], [[0.0], [0.0]]
    right = net.backward(net.forward(x, y)).params
    report = gradcheck.check(net, x, y, given={**right, "W_y": 1.001 * right["W_y"]})
    assert not report.ok
    assert report.worst == "W_y"


@pytest.mark.parametrize("f", [lambda v: float(v.real.sum()), lambda v: v])
def test_complex_step_refuses_what_is_no_complex_number(f):
    with pytest.raises(TypeError, match="f must return one complex number"):
        rl.gradcheck.complex_step(f, np.ones(2))

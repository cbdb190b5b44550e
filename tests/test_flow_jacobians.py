"""Jacobians: steps and products are derivatives of the run; growth rates are the known ones."""

import numpy as np
import pytest
from engine_cases import LOSSES, Case

import rnnlib as rl
from rnnlib.activations import ACTIVATIONS as SIMPLE
from rnnlib.cells import CELLS


def run_of_one(cell="tanh", **options):
    case = Case(cell, "squared", mask=False, m=1, **options)
    net, fwd, _ = case.run()
    return case, net, fwd


def linear(W, T=6, cell="identity", start=(1.0,)):
    """(net, fwd) of one layer with the recurrent matrix W and input 0."""
    n = len(W)
    net = rl.Network(1, n, 1, cell, "squared")
    net.params["W_a[1]"] = W
    return net, net.forward(np.zeros((T, 1)), np.zeros((T, 1)), np.resize(start, n))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layer", [1, 2])
def test_an_end_to_end_jacobian_is_the_derivative_of_the_run(cell, layer):
    """Row i of da^{<T>}/da^{<0>} is the gradient of a_i^{<T>} in complex steps."""
    case, net, fwd = run_of_one(cell, T=4, units=(3, 2))
    n, states = net.units[layer - 1], CELLS[cell].states
    alone = rl.Network(fwd.input(layer).shape[1], n, 1, cell)
    alone.params.update({f"{name}[1]": W for name, W in fwd.weights(layer).items()})
    whole = rl.flow.jacobians(net, fwd, layer)[fwd.T, 0]
    assert whole.shape == (n * len(states), n * len(states))
    starts = {f"{state}0": fwd.run(layer)[state][0] for state in states}
    for i in range(n):
        d_a = np.zeros((fwd.T, n, 1))
        d_a[-1, i] = 1
        exact = rl.gradcheck.gradients(alone, fwd.input(layer), d_a=d_a, **starts)
        row = np.concatenate([exact[f"{start}[1]"][:, 0] for start in starts])
        np.testing.assert_allclose(whole[i], row, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
def test_products_of_steps_are_the_end_to_end_jacobians(cell):
    _, net, fwd = run_of_one(cell, T=6)
    jac = rl.flow.jacobians(net, fwd)
    for t in range(7):
        product = np.eye(4 * len(CELLS[cell].states))
        for k in range(t, -1, -1):
            np.testing.assert_allclose(jac[t, k], product, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(jac.to(t)[k].plain(), product, rtol=1e-12, atol=1e-14)
            size = np.linalg.norm(product, 2)
            np.testing.assert_allclose(
                [10 ** v for v in (jac.norms_to(t)[k], jac.norms[t, k])],
                size, rtol=1e-11, atol=1e-14)
            assert jac.norms_to(t)[k] <= jac.bounds_to(t)[k] + 1e-12
            if k:
                product = product @ jac.steps[k]
    sizes = [np.linalg.norm(jac.steps[t], 2) for t in (2, 3, 4)]
    assert 10 ** jac.bounds_to(4)[1] == pytest.approx(np.prod(sizes))
    assert np.isnan(jac.norms[np.triu_indices(7, 1)]).all()


def test_the_table_of_norms_has_in_its_rows_what_each_end_has_alone():
    W = np.random.default_rng(0).normal(size=(32, 32)) / 6
    jac = rl.flow.jacobians(*linear(W, T=20))  # more matrices than are asked for in one call
    for t in range(21):
        assert jac.norms[t, :t + 1] == pytest.approx(jac.norms_to(t), abs=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("cell", SIMPLE)
def test_the_jacobian_carries_the_gradient_of_a_loss_at_the_end(cell, loss):
    net, fwd, _ = Case(cell, loss, m=1, units=(4,), mask=False).run()
    jac = rl.flow.jacobians(net, fwd)
    at_end = np.arange(1, fwd.T + 1)[:, None] == fwd.T
    bwd = net.backward(fwd.counting(at_end))
    for t in range(fwd.T + 1):
        np.testing.assert_allclose(jac[fwd.T, t].T @ bwd.a[1, fwd.T], bwd.a[1, t], atol=1e-13)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_two_thousand_steps_leave_float64_but_not_the_logarithm(factor):
    Q = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    net, fwd = linear(factor * Q, T=2000)
    jac = rl.flow.jacobians(net, fwd)
    assert jac.norms_to(2000)[0] == pytest.approx(2000 * np.log10(factor), rel=1e-12)
    assert jac.norms_to(2000) == pytest.approx((2000 - np.arange(2001)) * np.log10(factor))
    assert np.abs(jac[2000, 0]).max() == (0 if factor < 1 else np.inf)
    values = rl.flow.spectrum(jac.scaled(2000, 0))
    assert values.log10_moduli == pytest.approx(2000 * np.log10(factor), rel=1e-9)
    assert values.log10_singular_values == pytest.approx(2000 * np.log10(factor), rel=1e-9)
    assert jac.lyapunov.exponents == pytest.approx(np.log(factor), rel=1e-9)


def test_an_example_has_jacobians_up_to_its_end_only():
    net, fwd, _ = Case(lengths=(5, 2)).run()
    jac = rl.flow.jacobians(net, fwd.example(1))
    assert jac.T == 2
    np.testing.assert_allclose(jac[2, 0], jac.steps[2] @ jac.steps[1], rtol=1e-13)


def test_exponents_of_a_linear_net_are_the_logarithms_of_its_eigenvalues():
    W = np.random.default_rng(2).normal(size=(4, 4)) / 2
    net, fwd = linear(W, T=4000)
    found = rl.flow.jacobians(net, fwd).lyapunov
    known = np.sort(np.log(np.abs(np.linalg.eigvals(W))))[::-1]
    np.testing.assert_allclose(found.exponents, known, atol=2e-3)
    np.testing.assert_allclose(found.running[-1].sum(), known.sum(), rtol=1e-11)


def test_the_largest_exponent_of_random_matrices_is_the_known_one():
    """For independent normal matrices: (digamma(n / 2) + log 2) / 2, Newman 1986."""
    n, T = 2, 20000
    steps = np.random.default_rng(3).normal(size=(T, n, n))
    euler = 0.5772156649015329
    found = rl.flow.lyapunov(steps)
    # digamma(1) = -euler; digamma(1/2) = -euler - 2 log 2
    known = [(np.log(2) - euler) / 2, (np.log(2) - euler - 2 * np.log(2)) / 2]
    error = found.local.std(axis=0) / np.sqrt(T)
    assert (np.abs(found.exponents - known) < 4 * error).all()


@pytest.mark.parametrize("cell", ["tanh", "logistic", "identity"])
def test_exponents_add_up_to_the_logarithm_of_the_determinant(cell):
    _, net, fwd = run_of_one(cell, T=9)
    jac = rl.flow.jacobians(net, fwd)
    log_det = np.linalg.slogdet(jac.steps.over_time())[1]
    np.testing.assert_allclose(jac.lyapunov.local.sum(axis=1), log_det, rtol=1e-10, atol=1e-12)
    assert jac.lyapunov.exponents.sum() == pytest.approx(log_det.mean())


@pytest.mark.filterwarnings("error")
def test_a_unit_that_is_off_has_an_exponent_of_minus_infinity():
    net, fwd = linear(np.array([[1.0, 0.5], [0.0, -1.0]]), T=3, cell="relu")
    found = rl.flow.jacobians(net, fwd).lyapunov
    assert found.exponents[-1] == -np.inf
    assert found.exponents[0] == pytest.approx(0)


@pytest.mark.filterwarnings("error")
def test_after_an_overflow_the_slopes_and_what_depends_on_them_are_no_numbers():
    # the second unit meets inf - inf, after which relu has no slope
    net, fwd = linear(np.array([[1e200, 0.0], [1e200, -1e200]]), cell="relu", start=(1.0, 0.5))
    jac = rl.flow.jacobians(net, fwd)
    assert np.isnan(jac.norms_to(6)[0])
    assert np.isnan(rl.flow.spectrum(jac.scaled(6, 0)).eigenvalues).all()
    assert np.isfinite(jac.norms_to(1)[0])


def test_what_does_not_fit_is_refused():
    net, fwd, _ = Case().run()
    with pytest.raises(ValueError, match="fwd must be the run of one example, got 2"):
        rl.flow.jacobians(net, fwd)
    with pytest.raises(ValueError, match="layer must be at most 2, got 3"):
        rl.flow.jacobians(net, fwd.example(0), 3)
    jac = rl.flow.jacobians(net, fwd.example(0))
    with pytest.raises(IndexError, match=r"the earlier time k must be 0\.\.3, got 4"):
        jac[3, 4]
    with pytest.raises(TypeError, match=r"a Jacobian wants an address \[t, k\]"):
        jac[3]
    with pytest.raises(ValueError, match=r"steps must have shape \(T, n, n\), got \(2, 3, 4\)"):
        rl.flow.lyapunov(np.zeros((2, 3, 4)))

"""Activations: values against another formula, slopes against complex steps, largest slopes."""
import numpy as np
import pytest

from rnnlib.activations import ACTIVATIONS
from rnnlib.gradcheck import ACTIVATION, complex_step

Z = np.array([-40.0, -3.0, -0.5, 1e-3, 0.7, 2.0, 40.0])

KNOWN = {
    "tanh": lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
    "relu": lambda z: (z + np.abs(z)) / 2,
    "logistic": lambda z: (1 + np.tanh(z / 2)) / 2,
    "identity": lambda z: z,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values(name):
    np.testing.assert_allclose(ACTIVATIONS[name](Z), KNOWN[name](Z), rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_is_the_derivative(name):
    g = ACTIVATIONS[name]
    exact = [complex_step(ACTIVATION[name], np.array(z)) for z in Z]
    np.testing.assert_allclose(g.slope(g(Z)), exact, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_from_z_is_the_derivative_far_out_in_the_tails_too(name):
    z = np.array([*Z, -300.0, -25.0, 25.0, 300.0])
    exact = [complex_step(ACTIVATION[name], np.array(v)) for v in z]
    if name == "tanh":  # 1 / cosh(z)^2, which keeps its digits where tanh is flat
        exact = 1 / np.cosh(z) ** 2
    if name == "logistic":
        exact = 1 / (4 * np.cosh(z / 2) ** 2)
    np.testing.assert_allclose(ACTIVATIONS[name].slope_at(z), exact, rtol=1e-13)


@pytest.mark.parametrize(("name", "at_nan"), [
    ("tanh", np.nan), ("relu", np.nan), ("logistic", np.nan), ("identity", 1.0)])
def test_the_slope_at_no_number(name, at_nan):
    np.testing.assert_equal(ACTIVATIONS[name].slope_at(np.array([np.nan])), [at_nan])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gamma_is_the_largest_slope(name):
    g = ACTIVATIONS[name]
    slopes = g.slope(g(np.linspace(-8, 8, 4001)))
    assert slopes.max() == pytest.approx(g.gamma, rel=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_homogeneous_are_those_that_let_a_positive_factor_through(name):
    g = ACTIVATIONS[name]
    assert g.homogeneous == np.allclose(g(3 * Z), 3 * g(Z))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_writes_where_it_is_told_and_leaves_z(name):
    z, out = Z.copy(), np.empty_like(Z)
    with np.errstate(over="ignore"):
        assert ACTIVATIONS[name].value(z, out) is out
    np.testing.assert_array_equal(z, Z)


@pytest.mark.parametrize(("name", "low", "high"), [
    ("tanh", -1.0, 1.0), ("relu", 0.0, np.inf), ("logistic", 0.0, 1.0),
    ("identity", -np.inf, np.inf)])
def test_limits_are_reached_without_a_warning(name, low, high):
    with np.errstate(all="raise"):
        found = ACTIVATIONS[name](np.array([-np.inf, -1e300, 1e300, np.inf]))
    assert found[0] == low
    assert found[-1] == high
    assert not np.isnan(found).any()


def test_the_logistic_function_is_right_far_out_in_its_tail():
    assert ACTIVATIONS["logistic"](-700.0) == pytest.approx(np.exp(-700.0), rel=1e-13)


def test_the_slope_of_relu_at_its_corner_is_0():
    relu = ACTIVATIONS["relu"]
    assert relu.slope(relu(np.zeros(1))) == 0

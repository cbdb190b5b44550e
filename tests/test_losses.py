"""Losses: values by definition, gradients by complex steps, extremes."""
import numpy as np
import pytest

from rnnlib import gradcheck
from rnnlib.losses import LOSSES

T, N_Y, M = 3, 4, 2


def scores(scale=1.0):
    """z_y (T, n_y, m)."""
    return scale * np.random.default_rng(0).normal(size=(T, N_Y, M))


def targets(loss):
    """y that fits the loss."""
    rng = np.random.default_rng(1)
    if loss == "softmax":
        return rng.integers(N_Y, size=(T, M))
    y = rng.normal(size=(T, N_Y, M))
    return (y > 0) * 1.0 if loss == "logistic" else y


BY_DEFINITION = {
    "softmax": lambda p, y: -np.log(np.take_along_axis(p, y[:, None], axis=1)[:, 0]),
    "logistic": lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=1),
    "squared": lambda p, y: ((p - y) ** 2).sum(axis=1) / 2,
}


@pytest.mark.parametrize("name", LOSSES)
def test_j_is_what_the_definition_says(name):
    y = targets(name)
    y_hat, J = LOSSES[name].output(scores(), y)
    assert J.shape == (T, M)
    np.testing.assert_allclose(J, BY_DEFINITION[name](y_hat, y), rtol=1e-12)


@pytest.mark.parametrize("scale", [1.0, 20.0])
@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_is_the_derivative_of_j(name, scale):
    z_y, y = scores(scale), targets(name)
    y_hat, _ = LOSSES[name].output(z_y, y)
    found = LOSSES[name].gradient(y_hat, y)
    for t in range(T):
        for i in range(M):
            y_ti = y[t].reshape(-1, M)[:, i]
            exact = gradcheck.complex_step(
                lambda z, y_ti=y_ti: gradcheck.LOSS[name](z, y_ti) + 0j, z_y[t, :, i])
            np.testing.assert_allclose(found[t, :, i], exact, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", LOSSES)
def test_without_targets_there_is_a_prediction_and_no_loss(name):
    y_hat, J = LOSSES[name].output(scores(), None)
    assert J is None
    np.testing.assert_array_equal(y_hat, LOSSES[name].output(scores(), targets(name))[0])


def test_softmax_probabilities_sum_to_1():
    y_hat, _ = LOSSES["softmax"].output(scores(50.0), None)
    np.testing.assert_allclose(y_hat.sum(axis=1), 1.0, rtol=1e-14)


EXTREME = [
    ("softmax", [1000.0, 0.0], 0, 0.0), ("softmax", [1000.0, 0.0], 1, 1000.0),
    ("softmax", [-1e300, 1e300], 1, 0.0), ("softmax", [1e5, 1e5], 0, np.log(2)),
    ("softmax", [40.0, 0.0], 0, np.exp(-40.0)), ("softmax", [7.0], 0, 0.0),
    ("logistic", [1000.0], [1.0], 0.0), ("logistic", [1000.0], [0.0], 1000.0),
    ("logistic", [-1e300], [0.0], 0.0), ("logistic", [40.0], [1.0], np.exp(-40.0)),
    ("squared", [1e150], [0.0], 5e299),
]


@pytest.mark.parametrize(("name", "z_y", "y", "expected"), EXTREME)
def test_nothing_overflows_and_no_log_of_0(name, z_y, y, expected):
    y = np.array(y).reshape((1, 1) if name == "softmax" else (1, -1, 1))
    with np.errstate(divide="raise", invalid="raise", over="ignore"):
        _, J = LOSSES[name].output(np.array(z_y)[None, :, None], y)
    assert J[0, 0] == pytest.approx(expected, rel=1e-12, abs=1e-16)


@pytest.mark.parametrize("name", LOSSES)
def test_targets_are_not_looked_at_where_the_loss_does_not_count(name):
    y = targets(name).astype(float)
    off = np.zeros((T, M), dtype=bool)
    off[1, 0] = True
    expected = y.copy()
    y[1, ..., 0], expected[1, ..., 0] = np.nan, 0.0
    found = LOSSES[name].targets(y, (T, N_Y, M), off)
    np.testing.assert_array_equal(found, expected)

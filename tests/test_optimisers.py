"""Laws of rnnlib.learning.optimisers."""
import numpy as np
import pytest

from rnnlib.learning.optimisers import SGD, Adam

G = np.array([3.0, -0.02, 1e-3, -400.0])


def walk(optimiser, start=(4.0, -3.0), steps=300):
    """The point after descent on (x^2 + 10 y^2) / 2."""
    point, memory = np.array(start), optimiser.first(2)
    for _ in range(steps):
        step, memory = optimiser.step(point * [1.0, 10.0], memory)
        point = point + step
    return point


def test_plain_descent_steps_against_the_gradient():
    step, _ = SGD(rate=0.1).step(G, SGD().first(4))
    np.testing.assert_array_equal(step, -0.1 * G)


def test_momentum_zero_is_plain_descent():
    np.testing.assert_array_equal(walk(SGD(0.05)), walk(SGD(0.05, momentum=0.0)))
    assert (walk(SGD(0.05), steps=5) != walk(SGD(0.05, momentum=0.5), steps=5)).all()


def test_momentum_under_a_constant_gradient_grows_to_the_sum_of_its_series():
    optimiser = SGD(rate=0.1, momentum=0.9)
    memory = optimiser.first(4)
    for _ in range(400):
        step, memory = optimiser.step(G, memory)
    np.testing.assert_allclose(step, -0.1 * G / (1 - 0.9))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_adams_first_step_has_the_size_of_the_rate(scale):
    step, _ = Adam(rate=0.01).step(scale * G, Adam().first(4))
    np.testing.assert_allclose(step, -0.01 * np.sign(G), rtol=0.02)


def test_adams_second_step_by_hand():
    adam, (g1, g2) = Adam(rate=0.1, beta_1=0.8, beta_2=0.5, small=0.0), (2.0, -1.0)
    _, memory = adam.step(np.array([g1]), adam.first(1))
    step, _ = adam.step(np.array([g2]), memory)
    mean = (0.8 * 0.2 * g1 + 0.2 * g2) / (1 - 0.8 ** 2)
    square = (0.5 * 0.5 * g1 ** 2 + 0.5 * g2 ** 2) / (1 - 0.5 ** 2)
    np.testing.assert_allclose(step, [-0.1 * mean / np.sqrt(square)])


@pytest.mark.parametrize("optimiser", [SGD(0.1), SGD(0.05, momentum=0.7), Adam(0.2)])
def test_each_finds_the_bottom_of_a_bowl(optimiser):
    assert np.abs(walk(optimiser)).max() < 1e-3


@pytest.mark.parametrize("optimiser", [SGD(0.1, momentum=0.9), Adam()])
def test_a_step_changes_nothing_it_was_given(optimiser):
    g, memory = G.copy(), optimiser.first(4)
    first, _ = optimiser.step(g, memory)
    again, _ = optimiser.step(g, memory)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(g, G)


@pytest.mark.parametrize(("make", "sentence"), [
    (lambda: SGD(rate=-1), "rate must be finite and at least 0"),
    (lambda: SGD(momentum=1.0), "momentum must be from 0 to 1 without 1, got 1"),
    (lambda: Adam(rate=np.inf), "rate must be finite"),
    (lambda: Adam(beta_1=1), "beta_1 must be from 0 to 1 without 1"),
    (lambda: Adam(beta_2=-0.1), "beta_2 must be from 0 to 1 without 1, got -0.1"),
    (lambda: Adam(small=-1e-8), "small must be finite"),
])
def test_what_does_not_fit_gets_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()

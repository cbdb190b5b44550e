"""Surprise per place, calibration, and intervals that hold what they promise."""
import math

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.probability import evaluation

pytestmark = pytest.mark.filterwarnings("error")


def autoregression(D, phi, rng, m=1):
    """m series (D, m): each value is phi times the one before, and noise; of variance 1."""
    series = np.empty((D, m))
    series[0] = rng.normal(size=m)
    for d in range(1, D):
        series[d] = phi * series[d - 1] + math.sqrt(1 - phi**2) * rng.normal(size=m)
    return series


# Negative log-likelihood

def test_a_surprise_is_minus_the_log_of_what_was_said_of_what_came():
    found = evaluation.negative_log_likelihood([[0.5, 0.9], [0.2, 0.0]], [[1, 0], [0, 0]])
    np.testing.assert_allclose(found, -np.log([[0.5, 0.1], [0.8, 1.0]]))


def test_what_was_called_impossible_surprises_without_end():
    np.testing.assert_array_equal(
        evaluation.negative_log_likelihood([0.0, 1.0, 1.0], [1, 0, 1]), [np.inf, np.inf, 0])


def test_its_sum_is_the_loss_of_a_network():
    rng = np.random.default_rng(0)
    net = rl.Network(2, 3, 1, loss="logistic")
    x, y = rng.normal(size=(5, 2, 4)), rng.integers(0, 2, size=(5, 1, 4))
    fwd = net.forward(x, y)
    found = evaluation.negative_log_likelihood(fwd.y_hat.over_time(), y)
    np.testing.assert_allclose(found[:, 0], fwd.J.over_time(), rtol=1e-12)


def test_no_forecast_is_better_on_average_than_the_rate_itself():
    y = np.array([1, 0, 0, 1, 0])
    means = [evaluation.negative_log_likelihood(np.full(5, p), y).mean()
             for p in (0.2, 0.39, 0.4, 0.41, 0.6)]
    assert min(means) == means[2]


# Calibration

def test_every_forecast_is_counted_in_its_own_bin():
    found = evaluation.calibration([0.0, 0.05, 0.1, 0.55, 1.0, 0.95], [0, 1, 1, 0, 1, 1])
    np.testing.assert_allclose(found.low, [0, 0.1, 0.5, 0.9])
    np.testing.assert_allclose(found.high, [0.1, 0.2, 0.6, 1])
    np.testing.assert_array_equal(found.count, [2, 1, 1, 2])
    np.testing.assert_allclose(found.forecast, [0.025, 0.1, 0.55, 0.975])
    np.testing.assert_allclose(found.frequency, [0.5, 1, 0, 1])
    assert ((found.least <= found.frequency) & (found.frequency <= found.most)).all()


def test_shape_and_order_of_the_places_do_not_matter():
    rng = np.random.default_rng(0)
    p = rng.random(60)
    y, order = rng.random(60) < p, rng.permutation(60)
    one = evaluation.calibration(p, y, bins=4)
    other = evaluation.calibration(p[order].reshape(3, 20), y[order].reshape(3, 20), bins=4)
    for first, second in zip(one, other, strict=True):
        np.testing.assert_allclose(first, second)
    assert one.count.sum() == 60


@pytest.mark.parametrize(("ones", "count", "least", "most"), [
    # by hand from Wilson's formula, z = 1.959964
    (0, 10, 0.0, 0.2775328), (10, 10, 0.7224672, 1.0), (5, 10, 0.2365931, 0.7634069),
    (81, 263, 0.2552646, 0.3661715)])
def test_wilsons_interval(ones, count, least, most):
    np.testing.assert_allclose(evaluation.wilson(ones, count), (least, most), atol=1e-4)


def test_the_ends_of_wilsons_interval_are_z_errors_of_their_own_away():
    least, most = evaluation.wilson(7, 40, level=0.9)
    for rate in (least, most):
        assert abs(7 / 40 - rate) / math.sqrt(rate * (1 - rate) / 40) == pytest.approx(1.644854)


def test_wilsons_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(0)
    least, most = evaluation.wilson(rng.binomial(30, 0.3, size=4000), np.full(4000, 30))
    # counts are whole numbers, so that it cannot be 0.95 for every rate
    assert 0.92 < np.mean((least <= 0.3) & (most >= 0.3)) < 0.98


# The block bootstrap

def test_with_blocks_of_one_the_error_is_the_usual_standard_error():
    values = np.random.default_rng(0).normal(size=400)
    found = evaluation.block_bootstrap(values, 1, samples=8000)
    assert found.mean == pytest.approx(values.mean())
    assert found.error == pytest.approx(values.std() / 20, rel=0.04)
    assert found.low == pytest.approx(found.mean - 1.96 * found.error, abs=0.01)
    assert found.high == pytest.approx(found.mean + 1.96 * found.error, abs=0.01)


def test_independent_values_have_about_the_same_error_with_longer_blocks():
    values = np.random.default_rng(1).normal(size=2000)
    errors = [evaluation.block_bootstrap(values, block).error for block in (1, 10)]
    assert errors[1] == pytest.approx(errors[0], rel=0.15)


@pytest.mark.parametrize("phi", [0.3, 0.6])
def test_where_neighbours_are_alike_the_error_grows_as_theory_says(phi):
    values = autoregression(20_000, phi, np.random.default_rng(0))[:, 0]
    one, blocks = (evaluation.block_bootstrap(values, block).error for block in (1, 50))
    assert blocks / one == pytest.approx(math.sqrt((1 + phi) / (1 - phi)), rel=0.1)


def test_the_interval_covers_the_mean_about_as_often_as_it_says():
    series = autoregression(730, 0.5, np.random.default_rng(0), m=300)
    covered = {}
    for block in (1, 28):
        found = [evaluation.block_bootstrap(values, block, samples=400, seed=k)
                 for k, values in enumerate(series.T)]
        covered[block] = np.mean([interval.low <= 0 <= interval.high for interval in found])
    # binomial noise of 300 series is 0.013; blocks err a little on the narrow side
    assert 0.90 < covered[28] < 0.98
    assert covered[1] < 0.82


def test_interval_and_mean_move_with_the_values():
    values = np.random.default_rng(0).normal(size=50)
    one = evaluation.block_bootstrap(values, 7, seed=3)
    other = evaluation.block_bootstrap(5 - 2 * values, 7, seed=3, level=0.95)
    assert other.mean == pytest.approx(5 - 2 * one.mean)
    assert other.error == pytest.approx(2 * one.error)
    # the ends change places, and each stays where the other was
    assert (other.low, other.high) == pytest.approx((5 - 2 * one.high, 5 - 2 * one.low))


def test_the_interval_lies_about_the_mean_although_the_ends_lie_in_few_blocks():
    values = np.zeros(40)
    values[[0, -1]] = 10.0
    found = evaluation.block_bootstrap(values, 9)
    assert found.low < found.mean < found.high


def test_one_block_leaves_nothing_to_chance():
    found = evaluation.block_bootstrap([1.0, 2.0, 4.0], 3)
    assert found == pytest.approx((7 / 3, 7 / 3, 7 / 3, 0))


def test_a_seed_repeats_and_a_wider_level_is_wider():
    values = np.random.default_rng(0).normal(size=50)
    one = evaluation.block_bootstrap(values, 5, seed=1)
    assert one == evaluation.block_bootstrap(values, 5, seed=1)
    assert one != evaluation.block_bootstrap(values, 5, seed=2)
    wide = evaluation.block_bootstrap(values, 5, seed=1, level=0.99)
    assert wide.low < one.low < one.high < wide.high


# Bad input: one sentence each

@pytest.mark.parametrize(("call", "error", "sentence"), [
    (lambda: evaluation.negative_log_likelihood([0.5], [2]), ValueError,
     "observed must hold zeros and ones, got 2"),
    (lambda: evaluation.negative_log_likelihood([1.5], [1]), ValueError,
     "forecast must hold probabilities, 0 to 1, got 1.5 to 1.5"),
    (lambda: evaluation.negative_log_likelihood([np.nan], [1]), ValueError,
     r"forecast must be finite, but forecast\[0\] is nan"),
    (lambda: evaluation.negative_log_likelihood([0.5], [np.nan]), ValueError,
     "observed must hold zeros and ones, got nan"),
    (lambda: evaluation.calibration([0.5], [[1]]), ValueError,
     r"must have one shape with at least one place, got \(1,\) and \(1, 1\)"),
    (lambda: evaluation.calibration([], []), ValueError, r"at least one place, got \(0,\)"),
    (lambda: evaluation.calibration([0.5], [1], bins=0), ValueError, "bins must be at least 1"),
    (lambda: evaluation.calibration([0.5], [1], level=95), ValueError,
     "level must be from 0 to 1 without 0 and 1, got 95"),
    (lambda: evaluation.wilson(3, 2), ValueError, "ones must be from 0 to count"),
    (lambda: evaluation.wilson(0, 0), ValueError, "count above 0"),
    (lambda: evaluation.block_bootstrap([1.0, 2.0], 3), ValueError,
     "block must be at most 2, got 3"),
    (lambda: evaluation.block_bootstrap([[1.0]], 1), ValueError, r"a series \(D,\) of at least"),
    (lambda: evaluation.block_bootstrap([np.inf], 1), ValueError, "values must be finite"),
    (lambda: evaluation.block_bootstrap(["a"], 1), TypeError, "values must hold real numbers"),
    (lambda: evaluation.block_bootstrap([1.0], 1, seed="a"), TypeError, "seed must be a whole"),
])
def test_bad_input_gets_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)

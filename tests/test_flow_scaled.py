"""Numbers beyond float64: within its range they are the plain ones, beyond it they are right."""
import numpy as np
import pytest

from rnnlib.flow.scaled import NEVER, Scaled, added, in_range, scaled

RNG = np.random.default_rng(4)
VALUES = RNG.normal(size=(5, 3, 2)) * 10.0 ** RNG.integers(-200, 200, size=(5, 1, 2))


@pytest.mark.parametrize("axes", [(-2,), (-2, -1), (-1,)])
def test_splitting_off_powers_of_two_changes_no_bit(axes):
    v = scaled(VALUES, axes)
    np.testing.assert_array_equal(v.plain(), VALUES)
    largest = np.abs(v.mantissa).max(axis=axes)
    assert (largest >= 0.5).all()
    assert (largest < 1).all()


@pytest.mark.parametrize("exponent", [-14000, 0, 14000])
def test_norms_and_sums_far_beyond_float64(exponent):
    v = scaled(np.array([[3.0], [4.0]]), (-2,), exponent)
    np.testing.assert_allclose(v.log10_norms((-2,)), np.log10(5) + exponent * np.log10(2))
    for twice in (v + v, added(v, v), v.again(2 * v.mantissa)):
        np.testing.assert_allclose(twice.log10_norms((-2,)) - v.log10_norms((-2,)), np.log10(2))
    smaller = scaled(np.array([[1.0], [1.0]]), (-2,), exponent - 5000)
    for total in (v + smaller, added(smaller, v)):
        np.testing.assert_array_equal(total.plain(), v.plain())


@pytest.mark.filterwarnings("error")
def test_zero_is_below_everything_and_infinity_stays():
    zero = scaled(np.zeros((2, 1)), (-2,))
    assert zero.exponent == NEVER
    assert zero.log10_norms((-2,)) == -np.inf
    tiny = scaled(np.ones((2, 1)), (-2,), -9000)
    assert (zero + tiny).log10_norms((-2,)) == tiny.log10_norms((-2,))
    bad = scaled(np.array([[np.inf], [1.0]]), (-2,))
    assert bad.log10_norms((-2,)) == np.inf
    assert np.isnan(scaled(np.array([[np.nan], [1.0]]), (-2,)).log10_norms((-2,)))


def test_alignment_gives_all_one_exponent_and_keeps_the_numbers():
    v = scaled(np.array([[3.0], [5.0], [0.0]]), (-1,), np.array([[7], [-9000], [0]]))
    mantissa, exponent = v.aligned()
    np.testing.assert_array_equal(mantissa * 2.0 ** exponent, [[3.0 * 2**7], [0], [0]])


def test_rows_in_range_are_left_alone():
    near, far = np.ones((2, 3)), np.array([[1.0, 1.0], [1e-9, 0.0]])
    exponent = np.zeros((2, 1), int)
    assert in_range(near, exponent).mantissa is near
    again = in_range(far, exponent)
    assert again.exponent[1] < 0
    np.testing.assert_array_equal(again.plain(), far)
    assert isinstance(again, Scaled)

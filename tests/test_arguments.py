"""Arguments made fit for use, or one sentence."""
import re
from fractions import Fraction

import numpy as np
import pytest

from rnnlib import arguments


@pytest.mark.parametrize("value", [2, 5, np.int64(3)])
def test_a_count_within_its_bounds_is_an_int(value):
    found = arguments.count("n", value, least=2, most=5)
    assert found == value
    assert type(found) is int


@pytest.mark.parametrize(("value", "bounds", "error", "words"), [
    (0, {}, ValueError, "n must be at least 1, got 0"),
    (1, {"least": 2}, ValueError, "n must be at least 2, got 1"),
    (6, {"most": 5}, ValueError, "n must be at most 5, got 6"),
    (2.0, {"most": 5}, TypeError, "n must be a whole number, got 2.0"),
    (True, {"most": 5}, TypeError, "n must be a whole number, got True"),
    (np.True_, {}, TypeError, "n must be a whole number, got np.True_"),
    ("3", {}, TypeError, "n must be a whole number, got '3'"),
    (None, {}, TypeError, "n must be a whole number, got None"),
])
def test_what_is_no_count_gets_one_sentence(value, bounds, error, words):
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        arguments.count("n", value, **bounds)


def test_a_value_too_long_for_a_sentence_is_named_by_its_type():
    assert arguments.shown(np.zeros((50, 50))) == "a ndarray"
    assert arguments.shown([1, 2]) == "[1, 2]"


def test_a_seed_starts_a_generator_and_a_generator_goes_on():
    first, again = arguments.generator(3), arguments.generator(3)
    assert first.random() == again.random()
    assert arguments.generator(first) is first


@pytest.mark.parametrize(("seed", "error"), [
    (-1, ValueError), ("a", TypeError), ([], TypeError), (True, TypeError), (range(3), TypeError),
    (1.5, TypeError)])
def test_what_is_no_seed_gets_one_sentence(seed, error):
    with pytest.raises(error, match=re.escape("seed must be a whole number of at least 0, a numpy "
                                              f"Generator or None, got {seed!r}")):
        arguments.generator(seed)


class Unspeakable:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: arguments.count("n", 10**400), ValueError, f"n must be at most {2**53}, got a int"),
    (lambda: arguments.number("v", 10**400), ValueError, "v must be finite, got a int"),
    (lambda: arguments.number("v", Unspeakable()), TypeError,
     "v must be a real number, got a Unspeakable"),
    (lambda: arguments.flag("v", 1), TypeError, "v must be True or False, got 1"),
    (lambda: arguments.room("T", 10**9), ValueError, "T must be smaller: 1000000000 numbers would "
     "have to be kept, and at most 100000000 are"),
    (lambda: arguments.real("v", np.ma.masked_array([1.0, 2.0], [0, 1])), ValueError,
     "v must not have masked numbers, got 1 of 2: fill them or leave them out"),
    (lambda: arguments.path("file", 3), TypeError, "file must be the path of a file, got 3"),
    (lambda: arguments.path("file", ""), TypeError, "file must be the path of a file, got ''"),
    (lambda: arguments.texts("names", b"ab"), TypeError,
     "names must be a sequence of texts, got b'ab'"),
    (lambda: arguments.ending("part", np.ones(3), (2,)), ValueError,
     "part must have shape (..., 2), got (3,)"),
])
def test_what_does_not_fit_gets_one_sentence(call, error, words):
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        call()


@pytest.mark.parametrize(("value", "found"), [(Fraction(1, 2), 0.5), (10**20, 1e20), (3, 3.0)])
def test_a_number_may_be_of_any_kind_of_real_number(value, found):
    assert arguments.number("v", value) == found

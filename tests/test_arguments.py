"""Arguments made fit for use, or one sentence."""
import re

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


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), ("a", TypeError)])
def test_what_is_no_seed_gets_one_sentence(seed, error):
    with pytest.raises(error, match="seed must be a whole number of at least 0, a numpy Generator "
                                    f"or None, got {seed!r}"):
        arguments.generator(seed)

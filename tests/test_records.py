"""Records: an address finds its row, nothing can be changed, nothing wraps round."""
import numpy as np
import pytest

from rnnlib.records import ByLayer, LossAndUse, OverTime, Record, clear_padding

T = 3


def rows(first):
    """An array over time whose value is its time."""
    return np.arange(first, T + 1.0)[:, None, None]


def test_a_table_has_loss_times_down_and_times_of_use_across():
    assert LossAndUse("W_y", 4)[1, 1] == (0, 0)
    assert LossAndUse("W_y", 4)[4, 2] == (3, 1)


def record():
    return Record("a", {0: rows(1), 1: rows(0), 2: rows(0)}, T)


@pytest.mark.parametrize(("l", "t"), [(0, 1), (0, 3), (1, 0), (2, 2), (np.int64(1), np.int8(3))])
def test_an_address_finds_the_row_of_its_time(l, t):
    assert record()[l, t] == t


@pytest.mark.parametrize(("l", "first"), [(0, 1), (1, 0)])
def test_over_time_begins_at_the_first_time(l, first):
    rec = record()
    assert list(rec.times(l)) == list(range(first, T + 1))
    assert rec.over_time(l)[0] == first
    assert list(rec.layers) == [0, 1, 2]


WRONG = [
    (lambda: record()[0, 0], IndexError, "time t of a[0, t] must be 1..3, got 0"),
    (lambda: record()[1, 4], IndexError, "time t of a[1, t] must be 0..3, got 4"),
    (lambda: record()[1, -1], IndexError, "time t of a[1, t] must be 0..3, got -1"),
    (lambda: record()[3, 1], IndexError, "layer l of a must be 0..2, got 3"),
    (lambda: record()[-1, 1], IndexError, "layer l of a must be 0..2, got -1"),
    (lambda: record()[1], TypeError, "a wants an address [layer, time], got [1]"),
    (lambda: record()[1, 1:2], TypeError, "time t of a[1, t] must be a whole number, got "
                                          "slice(1, 2, None)"),
    (lambda: record()[1.0, 1], TypeError, "layer l of a must be a whole number, got 1.0"),
    (lambda: record().over_time(5), IndexError, "layer l of a must be 0..2, got 5"),
    (lambda: OverTime("J", rows(1), T)[0], IndexError, "time t of J must be 1..3, got 0"),
    (lambda: ByLayer("a0", {1: np.ones(2)})[0], IndexError, "layer l of a0 must be 1..1, got 0"),
    (lambda: LossAndUse("W_y", 2)[3, 1], IndexError, "loss time s of W_y must be 1..2, got 3"),
    (lambda: LossAndUse("W_y", 2)[1, 0], IndexError, "time of use t of W_y must be 1..2, got 0"),
    (lambda: LossAndUse("W_y", 2)[1], TypeError,
     "the items of W_y want an address [loss time, time of use], got [1]"),
]


@pytest.mark.parametrize(("call", "error", "sentence"), WRONG, ids=[w[2][:40] for w in WRONG])
def test_an_address_that_does_not_exist_is_refused(call, error, sentence):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == sentence


READ_ONLY = {
    "Record": lambda: record()[1, 2],
    "Record over time": lambda: record().over_time(1),
    "OverTime": lambda: OverTime("J", rows(1), T)[1],
    "ByLayer": lambda: ByLayer("a0", {1: np.ones(2)})[1],
}


@pytest.mark.parametrize("kind", READ_ONLY)
def test_a_record_cannot_be_written(kind):
    with pytest.raises(ValueError, match="read-only"):
        READ_ONLY[kind]()[...] = 7.0


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("shape", [(T, 2), (T, 4, 2)])
def test_padding_is_cleared_and_the_rest_kept(extra, shape):
    padded = np.array([[False, False], [False, True], [True, True]])
    array = np.full((shape[0] + extra, *shape[1:]), np.nan)
    array[-T:].swapaxes(1, -1)[~padded] = 5.0
    array[:extra] = 5.0
    clear_padding(array, padded)
    live = array[-T:].swapaxes(1, -1)
    assert np.all(live[padded] == 0)
    assert np.all(live[~padded] == 5)
    assert np.all(array[:extra] == 5)

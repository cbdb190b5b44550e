"""Laws of rl.tasks: the answer is in the input, and chance loses what the task says."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.sequences.tasks import TASKS, Success, adding, copy, success, temporal_order

MANY = 20_000


@pytest.fixture(params=TASKS)
def make(request):
    return TASKS[request.param]


def blind(task):
    """A network that sees nothing of x and gives the best constant answer at every time."""
    net = rl.Network(task.n_x, 1, task.n_y, loss=task.loss)
    for name, W in net.params.items():
        net.params[name] = np.zeros(W.shape)
    if task.loss == "squared":
        net.params["b_y"] = [1.0]
    return net.forward(task.x, task.y, mask=task.mask)


# --- laws of all tasks -----------------------------------------------------------------------

def test_the_arrays_fit_a_network_and_are_read_only(make):
    task = make(20, 3)
    assert task.x.shape == (task.T, task.n_x, 3)
    assert task.mask.shape == (task.T,)
    assert blind(task).T == task.T
    for array in (task.x, task.y, task.mask):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_same_seed_gives_the_same_examples(make):
    one, again, other = make(20, 5, seed=3), make(20, 5, seed=3), make(20, 5, seed=4)
    np.testing.assert_array_equal(one.x, again.x)
    np.testing.assert_array_equal(one.y, again.y)
    assert (one.x != other.x).any()


def test_who_sees_nothing_loses_what_the_task_says(make):
    task = make(10, MANY)
    fwd = blind(task)
    each = fwd.J.over_time()[task.mask]
    # five standard errors of the mean; a loss that is the same for all has none
    off = 5 * each.std() / np.sqrt(each.size) + 1e-12
    assert abs(fwd.loss / fwd.mask.over_time().sum() - task.chance_loss) < off


def test_no_other_constant_answer_loses_less(make):
    task = make(10, MANY)
    answers = task.y[task.mask].ravel()
    if task.loss == "squared":
        assert answers.var() / 2 == pytest.approx(task.chance_loss, rel=0.03)
    else:
        share = np.bincount(answers, minlength=task.n_y) / answers.size
        assert -(share * np.log(share)).sum() == pytest.approx(task.chance_loss, rel=1e-3)


def test_a_constant_answer_is_right_as_often_as_the_task_says(make):
    task = make(10, MANY) if make is not copy else make(10, MANY, length=2, symbols=3)
    share = task.right(blind(task).y_hat.over_time()).mean()
    p = task.chance_right
    assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / MANY)


@pytest.mark.parametrize(("arguments", "error", "sentence"), [
    ((0, 3), ValueError, "must be at least"), ((20.0, 3), TypeError, "must be a whole number"),
    ((20, 0), ValueError, "m must be at least 1"),
])
def test_what_does_not_fit_gets_a_sentence(make, arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        make(*arguments)


def test_a_seed_and_an_answer_that_do_not_fit_get_a_sentence(make):
    with pytest.raises(ValueError, match="seed must be a whole number"):
        make(20, 2, seed=-1)
    with pytest.raises(ValueError, match=r"y_hat must have shape .* = \(T, n_y, m\)"):
        make(20, 2).right(np.zeros((2, 2)))


# --- each one's own --------------------------------------------------------------------------

@pytest.mark.parametrize("T", [2, 3, 50])
def test_the_sum_is_that_of_the_marked_numbers_one_in_each_half(T):
    task = adding(T, 400)
    numbers, marks = task.x[:, 0], task.x[:, 1]
    assert ((marks == 0) | (marks == 1)).all()
    assert (marks[:T // 2].sum(axis=0) == 1).all()
    assert (marks[T // 2:].sum(axis=0) == 1).all()
    np.testing.assert_allclose(task.y[-1, 0], (numbers * marks).sum(axis=0))
    assert ((numbers >= 0) & (numbers < 1)).all()


@pytest.mark.parametrize("T", [10, 11, 19, 100])
def test_the_class_tells_the_order_of_the_two_signs(T):
    task = temporal_order(T, 400)
    np.testing.assert_array_equal(task.x.sum(axis=1), 1)
    times, examples = np.nonzero(task.x[:, 4:].sum(axis=1))
    assert np.bincount(examples).tolist() == [2] * 400
    in_order = np.lexsort((times, examples))
    first, second = times[in_order].reshape(400, 2).T
    assert first.min() >= T // 10
    assert first.max() < 2 * T // 10
    assert second.min() >= T // 2
    assert second.max() < 6 * T // 10
    is_y = task.x[:, 5]
    i = np.arange(400)
    np.testing.assert_array_equal(task.y[-1], 2 * is_y[first, i] + is_y[second, i])
    assert set(task.y[-1]) == {0, 1, 2, 3}


@pytest.mark.parametrize(("delay", "length"), [(1, 1), (1, 4), (30, 3)])
def test_what_is_asked_for_at_the_end_was_told_at_the_beginning(delay, length):
    task = copy(delay, 50, length=length, symbols=6)
    assert len(task.x) == delay + 2 * length
    signs = task.x.argmax(axis=1)
    np.testing.assert_array_equal(task.y[task.mask], signs[:length])
    assert (signs[:length] < 6).all()
    assert (signs[length + delay - 1] == 7).all()
    blanks = np.delete(signs, np.r_[:length, length + delay - 1], axis=0)
    assert (blanks == 6).all()
    assert task.mask.sum() == length


def test_the_right_answers_are_right_and_one_wrong_place_spoils_an_example():
    task = copy(5, 3, length=2, symbols=4)
    y_hat = (task.y[:, None, :] == np.arange(4)[:, None]).astype(float)
    assert task.right(y_hat).all()
    y_hat[-1, :, 1] = np.roll(y_hat[-1, :, 1], 1)
    assert task.right(y_hat).tolist() == [True, False, True]
    sums = adding(5, 3)
    assert sums.right(sums.y + 0.039).all()
    assert not sums.right(sums.y + 0.041).any()


# --- what was measured -----------------------------------------------------------------------

def test_nan_is_no_right_answer():
    for task in (temporal_order(20, 400), copy(3, 5, length=1, symbols=2)):
        assert not task.right(np.full((task.T, task.n_y, task.m), np.nan)).any()


def test_the_file_of_successes_holds_every_point_once():
    found = success()
    assert found.tasks == ("temporal order", "adding", "copy")
    assert len({row[:4] for row in found.rows}) == len(found.rows)
    for task in found.tasks:
        assert found.lengths(task) == tuple(sorted(found.lengths(task)))
        for model in found.models(task):
            for T in found.lengths(task):
                right = found.right(task, model, T)
                assert len(right) == 4
                assert ((right >= 0) & (right <= 1)).all()
    assert all(0 < row[4] <= 2000 for row in found.rows)


def test_the_order_of_success_is_that_of_the_literature():
    """Temporal order: clipping takes an RNN further, gates take it further still."""
    found = success()
    reach = {model: max(T for T in found.lengths("temporal order")
                        if found.right("temporal order", model, T).mean() >= 0.9)
             for model in found.models("temporal order")}
    assert reach["RNN"] < reach["RNN, clipped"] < reach["LSTM, clipped"]
    assert reach["RNN, clipped"] < reach["GRU, clipped"]
    adding = {model: found.right("adding", model, 20).mean() for model in found.models("adding")}
    assert max(adding["RNN"], adding["RNN, clipped"]) < 0.6
    assert min(adding["LSTM, clipped"], adding["GRU, clipped"]) > 0.9


def test_what_was_not_measured_gets_a_sentence():
    found = Success((("adding", "RNN", 5, 0, 100, 0.5),))
    with pytest.raises(ValueError, match="task must be one of 'adding', got 'copy'"):
        found.lengths("copy")
    with pytest.raises(ValueError, match="nothing was measured for GRU at T = 5 on adding"):
        found.right("adding", "GRU", 5)

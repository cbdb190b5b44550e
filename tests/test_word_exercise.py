"""The exercise about a word's number in place of a one-hot vector: right answers, own slips."""
import numpy as np
import pytest

import rnnlib as rl


def by_one_hot(W_x, W_a, b, word, a_prev):
    x, vocabulary = rl.sequences.one_hot([f"w{word}"], [f"w{k}" for k in range(W_x.shape[1])])
    assert vocabulary[int(word)] == f"w{word}"
    return np.tanh(b + W_a @ a_prev + W_x @ x[0])


def by_loops(W_x, W_a, b, word, a_prev):
    return [np.tanh(b[i] + W_x[i][word] + sum(W_a[i][j] * a_prev[j] for j in range(len(b))))
            for i in range(len(b))]


def state(column):
    """A student's function that differs from the others in how it takes the column."""
    return lambda W_x, W_a, b, word, a_prev: np.tanh(b + W_a @ a_prev + column(W_x, word))


@pytest.mark.parametrize("function", [
    by_one_hot, by_loops, state(lambda W_x, word: W_x.T[word]),
    state(lambda W_x, word: np.take(W_x, word, axis=1))])
def test_right_answers_in_any_style(function):
    for seed in range(3):
        assert rl.check("word_step", function, seed=seed).ok


@pytest.mark.parametrize(("column", "bug"), [
    (lambda W_x, word: W_x[word], "row_for_column"),
    (lambda W_x, word: W_x[int(word)], "row_for_column"),
    (lambda W_x, word: W_x[:, word - 1], "word_before"),
    (lambda W_x, word: W_x @ np.ones(W_x.shape[1]), "all_words_at_once"),
    (lambda W_x, word: 0 * W_x[:, 0], ())])
def test_slips_about_the_column(column, bug):
    feedback = rl.check("word_step", state(column))
    assert not feedback.ok
    assert feedback.bugs == ((bug,) if bug else ())

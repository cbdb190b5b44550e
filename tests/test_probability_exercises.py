"""The exercises on the probability of a sequence: right in any style, students' slips."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises.form import EXERCISES

pytestmark = pytest.mark.filterwarnings("error")


def conditional_row_by_row(p):
    return np.array([row / sum(row) for row in p])


def conditional_transposed_twice(p):
    return (p.T / p.sum(1)).T


def cost_outcome_by_outcome(p, q):
    return sum(a * (np.log(a) - np.log(b)) for a, b in zip(p.ravel(), q.ravel(), strict=True) if a)


def cost_as_cross_entropy_less_entropy(p, q):
    log_p = np.log(np.where(p > 0, p, 1))
    return (p * log_p).sum() - np.vdot(p, np.log(q))


def product_by_einsum(p):
    return np.einsum("azbe,acfd->acbd", p, p) / len(p)


def product_case_by_case(p):
    Q = np.empty_like(p)
    for x1, x2, y1, y2 in np.ndindex(*p.shape):
        Q[x1, x2, y1, y2] = p[x1, :, y1].sum() / len(p) * p[x1, x2, :, y2].sum()
    return Q


def log_probability_by_powers(p, y):
    return np.sum(y * np.log(p) + (1 - y) * np.log1p(-p))


def log_probability_time_by_time(p, y):
    total = 0.0
    for p_t, y_t in zip(p, y, strict=True):
        total += np.log(p_t if y_t else 1 - p_t)
    return total


@pytest.mark.parametrize(("name", "function"), [
    ("conditional_table", conditional_row_by_row),
    ("conditional_table", conditional_transposed_twice),
    ("cost_in_nats", cost_outcome_by_outcome),
    ("cost_in_nats", cost_as_cross_entropy_less_entropy),
    ("product_of_predictions", product_by_einsum),
    ("product_of_predictions", product_case_by_case),
    ("sequence_log_probability", log_probability_by_powers),
    ("sequence_log_probability", log_probability_time_by_time)])
def test_right_answers_in_any_style(name, function):
    for seed in range(3):
        feedback = rl.check(name, function, seed=seed)
        assert feedback.ok, feedback


@pytest.mark.parametrize(("name", "function", "bug"), [
    ("conditional_table", lambda p: p / p.sum(), "not_normalised"),
    ("conditional_table", lambda p: p / p.sum(axis=0, keepdims=True), "wrong_axis"),
    ("conditional_table", lambda p: p / p.sum(1), "sums_along_columns"),
    ("cost_in_nats", lambda p, q: np.nansum(p * np.log2(p / q)), "bits"),
    ("cost_in_nats", lambda p, q: np.nanmean(np.where(p > 0, p * np.log(p / q), 0)),
     "mean_not_sum"),
    ("cost_in_nats", lambda p, q: np.sum(q * np.log(q / p)), "reversed"),
    ("cost_in_nats", lambda p, q: np.sum(p * np.log(p / q)), "zero_log_zero"),
    ("cost_in_nats", lambda p, q: np.nansum(p * np.log(q / p)), "ratio_turned"),
    ("cost_in_nats", lambda p, q: np.sum((q * np.log(p / q))[p > 0]), "weighted_with_q"),
    ("cost_in_nats", lambda p, q: -np.vdot(p, np.log(q)), "cross_entropy"),
    ("product_of_predictions", lambda p: p.sum(3)[..., None] * p.sum(2)[:, :, None],
     "later_input_seen"),
    ("product_of_predictions", lambda p: p / p.sum(3, keepdims=True)
     * p.sum(3).mean(1)[:, None, :, None], "response_seen"),
    ("sequence_log_probability", lambda p, y: np.log(np.prod(np.where(y, p, 1 - p))),
     "product_first"),
    ("sequence_log_probability", lambda p, y: np.prod(np.where(y, p, 1 - p)), "no_logarithm"),
    ("sequence_log_probability", lambda p, y: np.log(np.where(y, 1 - p, p)).sum(),
     "other_outcome"),
    ("sequence_log_probability", lambda p, y: np.sum(y * np.log(p)), "ones_only"),
    ("sequence_log_probability", lambda p, y: np.log(p).sum(), "y_forgotten"),
    ("sequence_log_probability", lambda p, y: np.log(np.where(y, p, 1 - p)).mean(),
     "mean_per_time"),
    ("sequence_log_probability", lambda p, y: np.log(np.where(y, p, 1 - p))[1:].sum(),
     "first_factor_forgotten"),
    ("sequence_log_probability", lambda p, y: -np.log(np.where(y, p, 1 - p)).sum(),
     "sign_turned")])
def test_slips_as_students_write_them(name, function, bug):
    assert rl.check(name, function).bugs == (bug,)


def test_two_bugs_at_once_are_both_told():
    def in_bits_and_with_zeros(p, q):
        return np.sum(p * np.log2(p / q))

    assert set(rl.check("cost_in_nats", in_bits_and_with_zeros).bugs) == {"bits", "zero_log_zero"}


def test_arguments_are_as_the_exercise_says():
    for problem in EXERCISES["cost_in_nats"].problems():
        p, q = problem.arguments.values()
        assert p.sum() == pytest.approx(1)
        assert q.sum() == pytest.approx(1)
        assert q.min() > 0
    assert any((problem.arguments["p"] == 0).any()
               for problem in EXERCISES["cost_in_nats"].problems())
    lengths = [len(problem.arguments["y"])
               for problem in EXERCISES["sequence_log_probability"].problems()]
    assert min(lengths) == 1
    assert max(lengths) == 3000

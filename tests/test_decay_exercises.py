"""The exercises on vanishing gradients: right in any style, students' slips."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises.form import EXERCISES

pytestmark = pytest.mark.filterwarnings("error")


def radius_by_powers(W):
    """From Gelfand's formula, with the size taken out on the way."""
    log, P = 0.0, np.array(W, dtype=np.longdouble)
    for _ in range(60):
        size = np.abs(P).max()
        log, P = 2 * (log + np.log(size)), P / size @ (P / size)
    return float(np.exp((log + np.log(np.linalg.norm(P.astype(float)))) / 2 ** 60))


def bound_by_sums(W_a, k):
    return sum(np.log10(np.linalg.svd(W_a)[1][0] / 4) for _ in range(int(k)))


def end_to_end_by_columns(W_a, slopes):
    columns = []
    for change in np.eye(len(W_a)):
        for g in slopes:
            change = g * (W_a @ change)
        columns.append(change)
    return np.transpose(columns)


def log_gradient_by_rows(W_a, slopes, d):
    log = 0.0
    for g in slopes[::-1]:
        d = (d * g) @ W_a
        log, d = log + np.log10(np.abs(d).max()), d / np.abs(d).max()
    return log + np.log10(np.linalg.norm(d))


def test_nothing_false_is_said_of_the_eigenvalue_of_largest_real_part():
    feedback = rl.check("spectral_radius", lambda W: abs(np.linalg.eigvals(W).max()))
    assert "the first or that of largest real part" in feedback.text


@pytest.mark.parametrize(("name", "function"), [
    ("spectral_radius", radius_by_powers), ("logistic_bound", bound_by_sums),
    ("end_to_end", end_to_end_by_columns), ("log_gradient", log_gradient_by_rows)])
def test_right_answers_in_any_style(name, function):
    for seed in range(3):
        feedback = rl.check(name, function, seed=seed)
        assert feedback.ok, feedback


@pytest.mark.parametrize("size", [lambda e: e, np.real_if_close, lambda e: e.astype(complex)])
def test_the_type_of_eigenvalues_is_no_mistake(size):
    """numpy before 2.5 gives real eigenvalues in a real type, numpy 2.5 all in a complex one."""
    feedback = rl.check("spectral_radius", lambda W: size(np.linalg.eigvals(W)).max())
    assert feedback.bugs == ("complex_largest",)


def plain_log(W_a, slopes, d):
    for g in slopes[::-1]:
        d = W_a.T @ (g * d)
    return np.log10(np.linalg.norm(d))


def plain_bound(W_a, k):
    return np.log10((0.25 * np.linalg.norm(W_a, 2)) ** float(k))


def plain_log_with_inf(W_a, slopes, d):
    """As a student's own: norms by hand, so that the square is lost first."""
    for g in slopes[::-1]:
        d = W_a.T @ (g * d)
    return np.log(np.sqrt((d ** 2).sum())) / np.log(10)


@pytest.mark.parametrize(("name", "function"), [
    ("log_gradient", plain_log), ("log_gradient", plain_log_with_inf),
    ("logistic_bound", plain_bound)])
def test_a_plain_product_that_leaves_float64_is_told(name, function):
    assert rl.check(name, function).bugs == ("plain_product",)


@pytest.mark.parametrize("seed", range(3))
def test_a_constant_is_no_spectral_radius(seed):
    assert not rl.check("spectral_radius", lambda W: 1.5, seed=seed).ok


def test_the_long_problems_leave_float64_on_both_sides():
    wanted = [p.want["answer"] for p in EXERCISES["log_gradient"].problems()]
    assert min(wanted) < -324
    assert max(wanted) > 308

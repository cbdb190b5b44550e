"""The exercises on vanishing gradients: right in any style, every known bug by its name."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises import decay

pytestmark = pytest.mark.filterwarnings("error")
EVERY_BUG = [(name, bug) for name, bugs in decay.BUGS.items() for bug in bugs]


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


@pytest.mark.parametrize(("name", "function"), [
    ("spectral_radius", radius_by_powers), ("logistic_bound", bound_by_sums),
    ("end_to_end", end_to_end_by_columns), ("log_gradient", log_gradient_by_rows)])
def test_right_answers_in_any_style(name, function):
    for seed in range(3):
        feedback = rl.check(name, function, seed=seed)
        assert feedback.ok, feedback


@pytest.mark.parametrize(("name", "bug"), EVERY_BUG)
def test_every_bug_is_called_by_its_name(name, bug):
    plain = getattr(decay, name)
    for seed in range(2):
        feedback = rl.check(name, lambda *given: plain(*given, bugs=frozenset([bug])), seed=seed)
        assert not feedback.ok
        assert feedback.bugs == (bug,)
        assert feedback.text.startswith(decay.SENTENCES[bug])


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


@pytest.mark.parametrize("name", [*decay.EXERCISES, *decay.QUESTIONS])
def test_a_hole_is_still_open(name):
    def hole(*given):
        raise NotImplementedError

    assert rl.check(name, hole).state == "open"
    assert rl.check(name, None).state == "open"


def test_the_long_problems_leave_float64_on_both_sides():
    wanted = [p.want["answer"] for p in decay.EXERCISES["log_gradient"].problems()]
    assert min(wanted) < -324
    assert max(wanted) > 308


# --- what follows ------------------------------------------------------------------------------

RIGHT = {"linear, rho = 0.9": "vanishes", "tanh, sigma_1 = 0.9": "vanishes",
         "tanh, sigma_1 = 3": "open", "relu, rho = 0.9": "open",
         "logistic, sigma_1 = 3": "vanishes"}


def test_the_right_table():
    assert rl.check("what_follows", RIGHT).ok
    assert rl.check("what_follows", lambda: RIGHT).ok


@pytest.mark.parametrize(("case", "said", "bug"), [
    ("tanh, sigma_1 = 3", "explodes", "necessary_for_sufficient"),
    ("tanh, sigma_1 = 3", "vanishes", "saturation_for_granted"),
    ("relu, rho = 0.9", "vanishes", "radius_for_bound"),
    ("relu, rho = 0.9", "explodes", "radius_for_bound"),
    ("linear, rho = 0.9", "open", "long_run_forgotten"),
    ("linear, rho = 0.9", "explodes", "long_run_forgotten"),
    ("tanh, sigma_1 = 0.9", "open", "sufficient_not_used"),
    ("tanh, sigma_1 = 0.9", "explodes", "sufficient_not_used"),
    ("logistic, sigma_1 = 3", "open", "gamma_forgotten"),
    ("logistic, sigma_1 = 3", "explodes", "gamma_forgotten")])
def test_wrong_words_are_told(case, said, bug):
    feedback = rl.check("what_follows", RIGHT | {case: said})
    assert feedback.bugs == (bug,)
    assert rl.exercises.bugs("what_follows")[bug] in feedback.text


@pytest.mark.parametrize(("answer", "text"), [
    (3, "dict"), ({"lstm": "open"}, "no case"),
    (RIGHT | {"tanh, sigma_1 = 3": "maybe"}, "one of")])
def test_strange_answers_get_a_sentence(answer, text):
    feedback = rl.check("what_follows", answer)
    assert feedback.state == "wrong"
    assert text in feedback.text


def test_an_unfinished_table_is_open():
    part = dict(list(RIGHT.items())[:2])
    assert rl.check("what_follows", part).state == "open"
    assert "relu" in rl.check("what_follows", part).text


def test_the_bugs_can_be_listed():
    for name in decay.BUGS:
        assert tuple(rl.exercises.bugs(name)) == decay.BUGS[name]
    assert {bug for _, bug in EVERY_BUG} == set(decay.SENTENCES)

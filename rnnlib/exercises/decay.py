"""Exercises about what a gradient loses on its way back, and a question about conditions.

Each function below is the plain answer, with the ways in which it is got wrong. The truth that
an answer is held to comes from `rnnlib.flow`, never from these functions.
"""
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnlib import flow
from rnnlib.exercises.feedback import listed, one_line, right, still_open, wrong
from rnnlib.exercises.form import Exercise, Problem, Quantity
from rnnlib.exercises.reference import NONE, pick
from rnnlib.exercises.trial import answered
from rnnlib.network import Network

SENTENCES = {
    "largest_entry":
        "This is the largest absolute entry of the matrix: what many multiplications come to is "
        "decided by its eigenvalues, and they are not among the entries.",
    "no_absolute_value":
        "The eigenvalues are compared without their absolute value: -2 grows as fast as 2, and "
        "a complex pair has a size too.",
    "complex_largest":
        "The eigenvalues are compared without their absolute value: -2 grows as fast as 2, and "
        "of a complex one the distance from 0 counts.",
    "real_part_for_size":
        "Only the real part of each eigenvalue is measured; a complex one counts by its distance "
        "from 0.",
    "first_eigenvalue":
        "This is the size of the eigenvalue that comes first; they come in no order, and the "
        "largest is asked.",
    "frobenius_for_rho":
        "This is the root of the sum of all squares, the norm that one gets without asking for "
        "another. rho is a matter of the eigenvalues.",
    "sigma_for_rho":
        "This is sigma_1, the largest singular value: the most that one multiplication can "
        "stretch. rho is about many.",
    "rho_for_sigma":
        "This uses rho where sigma_1 is wanted: a product of matrices that differ from step to "
        "step is not bounded by rho.",
    "frobenius_for_sigma":
        "This is the root of the sum of all squares, which no single step need come near; sigma_1 "
        "is the largest singular value.",
    "gamma_is_one":
        "The largest slope is taken as 1, that of tanh. The logistic function is flatter: its "
        "steepest place is z = 0.",
    "gamma_is_half":
        "The largest slope is taken as 1/2. That is the logistic function's value at z = 0; its "
        "slope there is value times (1 - value).",
    "gamma_only_once":
        "gamma comes in once; there is a slope in every step.",
    "sigma_only_once":
        "sigma_1 comes in once; there is a W_a in every step.",
    "one_step_only":
        "This is one step; k of them are asked.",
    "no_log":
        "The logarithm is missing: the size itself is 0 or inf in float64 for many steps.",
    "natural_log":
        "This is a natural logarithm; asked are powers of ten.",
    "plain_product":
        "The product is made first and its logarithm taken afterwards: with many steps float64 "
        "has become 0 or inf by then. Add up logarithms on the way.",
    "wrong_order":
        "The factors stand in the wrong order: the step that acts first on a change of a^{<0>} is "
        "that of t = 1, and it stands on the right.",
    "forwards_in_time":
        "The slopes are taken from t = 1 on; the way back begins at t = T.",
    "W_a_transposed":
        "`W_a` is transposed here. A change of the state goes forwards through `W_a` itself.",
    "W_a_not_transposed":
        "`W_a` lacks its transpose. It is square, so every shape fits; a gradient goes back "
        "through the columns.",
    "slope_on_the_wrong_side":
        "Slope and matrix have changed places: forwards the matrix comes first and then the "
        "slope, and backwards it is the other way round.",
    "slope_missing":
        "The slopes do not come in: this is the product for a linear layer.",
    "slope_taken_again":
        "The slope of tanh is made from the slopes, as if they were states; they are slopes "
        "already.",
    "a_step_short":
        "One step is missing: there are as many factors as rows of slopes.",
    "last_step_left_out":
        "The step of t = T is missing: the last row of slopes belongs to it.",
    "whole_transposed":
        "This is the transpose of what is asked: what a gradient is multiplied by on its way back.",
    "entry_by_entry":
        "The steps are multiplied entry by entry; one after the other they are a product of "
        "matrices.",
    "steps_added":
        "The steps are added up; what happens one after the other is multiplied.",
    "only_last_step":
        "This is one step alone: each pass overwrites what the passes before have made.",
    "length_of_d_lost":
        "The length that `d` comes with is lost: it is part of the gradient's size.",
    "norms_multiplied":
        "The norms of the single steps are multiplied. That is a bound; the product itself may be "
        "smaller.",
    "not_divided":
        "The length is counted at every step, but the gradient is not divided by it: what was "
        "counted is counted again at the next step.",
    "length_at_the_end_lost":
        "The gradient is divided by its largest entry on the way, so it need not have length 1 at "
        "the end, and that last length does not come in.",
}


# --- the functions, plainly and with bugs ------------------------------------------------------

def spectral_radius(W, bugs=NONE):
    """rho of a square matrix."""
    e = np.linalg.eigvals(W)
    if "complex_largest" in bugs:
        return _real(e.max())
    return pick(bugs, np.abs(e).max(), largest_entry=np.abs(W).max(),
                no_absolute_value=e.real.max(), sigma_for_rho=np.linalg.norm(W, 2),
                real_part_for_size=np.abs(e.real).max(), first_eigenvalue=np.abs(e[0]),
                frobenius_for_rho=np.linalg.norm(W))


def logistic_bound(W_a, k, bugs=NONE):
    """log10 of the bound on a product of k step Jacobians of a logistic layer."""
    size = pick(bugs, np.linalg.norm(W_a, 2), rho_for_sigma=np.abs(np.linalg.eigvals(W_a)).max(),
                frobenius_for_sigma=np.linalg.norm(W_a))
    gamma = pick(bugs, 0.25, gamma_is_one=1.0, gamma_is_half=0.5)
    k = pick(bugs, float(k), one_step_only=1.0)
    of_gamma, of_size = pick(bugs, (k, k), gamma_only_once=(1.0, k), sigma_only_once=(k, 1.0))
    bound = of_gamma * np.log10(gamma) + of_size * np.log10(size)
    if "plain_product" in bugs:
        bound = _finite(np.log10((gamma ** (of_gamma / k) * size ** (of_size / k)) ** k))
    return _no_log(bound, bugs)


def end_to_end(W_a, slopes, bugs=NONE):
    """da^{<T>}/da^{<0>} (n, n) for slopes (T, n)."""
    W_a = pick(bugs, W_a, W_a_transposed=W_a.T)
    product = np.eye(len(W_a))
    steps = []
    for g in _slopes(slopes, bugs):
        steps.append(pick(bugs, g[:, None] * W_a, slope_on_the_wrong_side=W_a * g))
        product = pick(bugs, steps[-1] @ product, wrong_order=product @ steps[-1],
                       entry_by_entry=steps[-1] * product, only_last_step=steps[-1])
    return pick(bugs, product, whole_transposed=product.T,
                steps_added=sum(steps, start=0 * W_a))


def log_gradient(W_a, slopes, d, bugs=NONE):
    """log10 ||dJ/da^{<0>}|| for d = dJ/da^{<T>} (n,) and slopes (T, n)."""
    if "norms_multiplied" in bugs:
        sizes = [np.linalg.norm(g[:, None] * W_a, 2) for g in slopes]
        return np.log10(sizes).sum() + np.log10(np.linalg.norm(d))
    W_a = pick(bugs, W_a.T, W_a_not_transposed=W_a)
    slopes = _slopes(slopes, bugs)
    d = d / pick(bugs, 1.0, length_of_d_lost=np.linalg.norm(d))
    log = 0.0
    for g in pick(bugs, slopes[::-1], forwards_in_time=slopes):
        d = pick(bugs, W_a @ (g * d), slope_on_the_wrong_side=g * (W_a @ d))
        size = pick(bugs, np.linalg.norm(d), plain_product=1.0,
                    length_at_the_end_lost=np.abs(d).max())
        log, d = log + np.log10(size), d / pick(bugs, size, not_divided=1.0)
    lost = {"length_at_the_end_lost", "not_divided"} & bugs
    log = _finite(log + (0.0 if lost else np.log10(np.linalg.norm(d))))
    return _no_log(log, bugs)


def _slopes(slopes, bugs):
    """The rows of slopes that are used; ValueError where a bug leaves none."""
    slopes = pick(bugs, slopes, a_step_short=slopes[1:], last_step_left_out=slopes[:-1],
                  slope_missing=np.ones_like(slopes), slope_taken_again=1 - slopes**2)
    if not len(slopes):
        raise ValueError("no step is left")
    return slopes


def _no_log(log, bugs):
    """A log10, or what becomes of it without or with another logarithm."""
    if "no_log" in bugs:
        return _finite(10.0 ** log)
    return pick(bugs, log, natural_log=log * np.log(10))


def _real(number):
    """A real number; ValueError for a complex one, as the check refuses a student's own."""
    if number.imag:
        raise ValueError("a complex number")
    return number.real


def _finite(log):
    """A logarithm; ValueError where float64 has lost the number, as a student's own array does."""
    if not np.isfinite(log):
        raise ValueError("0 or inf has no logarithm")
    return log


# --- the exercises -----------------------------------------------------------------------------

BUGS = {
    "spectral_radius": ("largest_entry", "no_absolute_value", "complex_largest",
                        "real_part_for_size", "first_eigenvalue", "sigma_for_rho",
                        "frobenius_for_rho"),
    "logistic_bound": ("gamma_is_one", "gamma_is_half", "rho_for_sigma", "frobenius_for_sigma",
                       "gamma_only_once", "sigma_only_once", "one_step_only", "natural_log",
                       "no_log", "plain_product"),
    "end_to_end": ("wrong_order", "W_a_transposed", "slope_on_the_wrong_side", "slope_missing",
                   "slope_taken_again", "a_step_short", "last_step_left_out", "whole_transposed",
                   "entry_by_entry", "steps_added", "only_last_step"),
    "log_gradient": ("plain_product", "W_a_not_transposed", "forwards_in_time", "natural_log",
                     "no_log", "slope_on_the_wrong_side", "slope_missing", "slope_taken_again",
                     "a_step_short", "last_step_left_out", "length_of_d_lost",
                     "norms_multiplied", "not_divided", "length_at_the_end_lost"),
}
# (T, n, rho), small ones first; the long ones leave float64 on both sides
_SIZES = ((1, 1, 1.5), (2, 1, 0.7), (1, 2, 1.2), (2, 2, 0.8), (3, 3, 1.4), (5, 4, 0.9))
_LONG = ((2000, 2, 0.5), (2000, 2, 4.0))


@dataclass(frozen=True)
class Measure(Exercise):
    """An exercise on one layer: `want` gives the answers for its network and its run."""

    long: bool = False
    cell: str = "tanh"

    bugs = property(lambda self: BUGS[self.name], doc="The names of the known bugs.")
    sentences = property(lambda self: SENTENCES, doc="{bug: the sentence that tells it}.")

    def problems(self, seed=0):
        """Random problems of different shapes, the same ones for the same seed."""
        rng = np.random.default_rng(seed)
        return [self._problem(*sizes, rng) for sizes in _SIZES + (_LONG if self.long else ())]

    def _problem(self, T, n, rho, rng):
        net = Network(1, (n,), n, self.cell, "squared", seed=rng)
        # the eigenvalue of largest size is negative or, for n = 3, one of a complex pair that has
        # the largest real part too: neither sign nor imaginary part can be forgotten
        turn = np.roll(np.eye(n), 1, axis=0) - np.roll(np.eye(n), -1, axis=0)
        W_a = rng.normal(size=(n, n)) * 0.6 - 0.8 * np.eye(n) + (3 * turn - 0.6 if n == 3 else 0)
        net.params["W_a[1]"] = rho * W_a / np.abs(np.linalg.eigvals(W_a)).max()
        fwd = net.forward(0.8 * rng.normal(size=(T, 1)) if T < 100 else np.zeros((T, 1)))
        jac, d = flow.jacobians(net, fwd), rng.normal(size=n)
        run = {"W": net.params["W_a[1]"], "W_a": net.params["W_a[1]"], "k": np.array(T), "d": d,
               "slopes": fwd.slope.over_time(1)[:, :, 0], "net": net, "fwd": fwd, "jac": jac}
        return Problem({name: run[name] for name in self.arguments}, self.want(run),
                       {"T": T, "n": n})


def _log_gradient(run):
    """From flow: the gradient of what d at the last a stands for."""
    d_a = np.zeros((run["fwd"].T, len(run["d"]), 1))
    d_a[-1, :, 0] = run["d"]
    return flow.gradient_norms(run["net"], run["fwd"], d_a=d_a)[1, 0][0]


def _one(name, arguments, returns, want, plain, long=False, cell="tanh"):
    """A Measure whose answer is one array or number under the exercise's own name."""
    return Measure(name, arguments, (Quantity("answer"),), returns, "one",
                   lambda run: {"answer": np.array(want(run))},
                   lambda *given, bugs: {"answer": _quietly(plain, *given, bugs)},
                   ("T", "n"), long, cell)


def _quietly(plain, *given):
    """The plain answer as an array, with no word about 0 and inf on the way."""
    with np.errstate(all="ignore"):
        return np.array(plain(*given))


EXERCISES = {exercise.name: exercise for exercise in (
    _one("spectral_radius", ("W",), "one number, rho",
         lambda run: flow.spectrum(run["W"]).radius, spectral_radius),
    _one("logistic_bound", ("W_a", "k"), "one number, log10 of the bound after k steps",
         lambda run: flow.bounds(run["net"], run["fwd"]).worst[0], logistic_bound, long=True,
         cell="logistic"),
    _one("end_to_end", ("W_a", "slopes"), "da^{<T>}/da^{<0>} as an array (n, n)",
         lambda run: run["jac"][run["jac"].T, 0], end_to_end),
    _one("log_gradient", ("W_a", "slopes", "d"), "one number, log10 of the norm of dJ/da^{<0>}",
         _log_gradient, log_gradient, long=True),
)}


# --- what follows from a condition -------------------------------------------------------------

_ANSWERS = ("vanishes", "explodes", "open")
_FOLLOWS = {
    "linear, rho = 0.9": ("vanishes", {"open": "long_run_forgotten",
                                       "explodes": "long_run_forgotten"}),
    "tanh, sigma_1 = 0.9": ("vanishes", {"open": "sufficient_not_used",
                                         "explodes": "sufficient_not_used"}),
    "tanh, sigma_1 = 3": ("open", {"explodes": "necessary_for_sufficient",
                                   "vanishes": "saturation_for_granted"}),
    "relu, rho = 0.9": ("open", {"vanishes": "radius_for_bound",
                                 "explodes": "radius_for_bound"}),
    "logistic, sigma_1 = 3": ("vanishes", {"open": "gamma_forgotten",
                                           "explodes": "gamma_forgotten"}),
}
_FOLLOWS_BUGS = {
    "long_run_forgotten": "it may grow at first, but the long run is asked, and in a linear layer "
                          "the same matrix acts at every step.",
    "sufficient_not_used": "slopes are at most gamma = 1 here, so ask what a step can do at most, "
                           "whatever the inputs are.",
    "necessary_for_sufficient": "sigma_1 above 1/gamma is necessary to explode, and is taken here "
                                "as sufficient: small slopes may undo it.",
    "saturation_for_granted": "that needs saturated units, and nothing here says that they are: "
                              "at z = 0 every slope is 1.",
    "radius_for_bound": "rho is the measure of one matrix multiplied again and again; here the "
                        "slopes make another matrix of every step.",
    "gamma_forgotten": "gamma is forgotten: the logistic function has slopes up to 1/4, so ask "
                       "on which side of 1 gamma sigma_1 is.",
}
QUESTIONS = {"what_follows": "what becomes of the gradient in the long run"}


def bugs(name):
    """{bug: sentence} of an exercise or question of this file."""
    if name in QUESTIONS:
        return dict(_FOLLOWS_BUGS)
    return {bug: SENTENCES[bug] for bug in BUGS[name]}


def judged(name, answer):
    """Feedback on {case: "vanishes", "explodes" or "open"}: the first wrong one is told."""
    answer, trouble = answered(name, answer)
    if trouble:
        return wrong(trouble)
    if answer is None or answer is Ellipsis:
        answer = {}
    if not isinstance(answer, Mapping):
        return wrong(f"A dict from cases to words is wanted, but this is of type "
                     f"{type(answer).__name__}.")
    strange = [case for case in answer if case not in _FOLLOWS]
    if strange:
        return wrong(f"There is no case {one_line(repr(strange[0]), 30)}; there are "
                     f"{listed(_FOLLOWS)}.")
    for case, (want, slips) in _FOLLOWS.items():
        said = answer.get(case)
        if said is None or said is Ellipsis or said == want:
            continue
        if said not in _ANSWERS:
            return wrong(f"`{case}`: {one_line(repr(said), 30)} came; wanted is one of "
                         f"{listed(_ANSWERS, 'or')}.")
        slip = slips[said]
        return wrong(f"`{case}`: {_FOLLOWS_BUGS[slip]}", (slip,))
    unfilled = [case for case in _FOLLOWS if answer.get(case) in (None, Ellipsis)]
    if unfilled:
        return still_open(f"Answer with {listed(_ANSWERS, 'or')} for {listed(unfilled)}.")
    return right(f"All {len(_FOLLOWS)} cases.")

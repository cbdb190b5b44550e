"""The exercises of 04: what a gradient loses on its way back, and what follows from a condition."""
import numpy as np

from rnnlib import flow
from rnnlib.exercises.feedback import listed
from rnnlib.exercises.form import NONE, exercise, pick
from rnnlib.exercises.values import Entries
from rnnlib.network import Network

# (T, n, rho), small ones first; the long ones leave float64 on both sides
_SHORT = {"letters": ("T", "n"), "sizes": (
    (1, 1, 1.5), (2, 1, 0.7), (1, 2, 1.2), (2, 2, 0.8), (3, 3, 1.4), (5, 4, 0.9))}
_LONG = _SHORT | {"sizes": (*_SHORT["sizes"], (2000, 2, 0.5), (2000, 2, 4.0))}


def _layer(rng, T, n, rho, cell="tanh"):
    """(net, fwd, W_a and slopes) of a random layer whose W_a has this spectral radius."""
    net = Network(1, (n,), n, cell, "squared", seed=rng)
    # the eigenvalue of largest size is negative or, for n = 3, one of a complex pair that has
    # the largest real part too: neither sign nor imaginary part can be forgotten
    turn = np.roll(np.eye(n), 1, axis=0) - np.roll(np.eye(n), -1, axis=0)
    W_a = rng.normal(size=(n, n)) * 0.6 - 0.8 * np.eye(n) + (3 * turn - 0.6 if n == 3 else 0)
    net.params["W_a[1]"] = W_a = rho * W_a / np.abs(np.linalg.eigvals(W_a)).max()
    fwd = net.forward(0.8 * rng.normal(size=(T, 1)) if T < 100 else np.zeros((T, 1)))
    return net, fwd, {"W_a": W_a, "slopes": fwd.slope.over_time(1)[:, :, 0]}


def _matrix(rng, n, rho):
    """W_a alone, and its radius as `flow` tells it."""
    W = _layer(rng, 1, n, rho)[-1]["W_a"]
    found = flow.spectrum(W)
    return {"W": W, "way": {"the array of eigenvalues": found.eigenvalues}}, found.radius


def _bound(rng, T, n, rho):
    """The bound that `flow` gives for a logistic layer, over all T steps."""
    net, fwd, given = _layer(rng, T, n, rho, "logistic")
    bound = flow.bounds(net, fwd).worst[0]
    way = {"the bound of a single step": 10 ** (bound / T)}
    return {**given, "k": np.array(T), "way": way}, bound


def _product(rng, T, n, rho):
    """The product of all step Jacobians."""
    net, fwd, given = _layer(rng, T, n, rho)
    J = flow.jacobians(net, fwd)
    return given | {"way": {"the step from t = 0 to t = 1": J[1, 0]}}, J[T, 0]


def _length(rng, T, n, rho):
    """The length of the gradient at t = 0 of what d at the last a stands for."""
    (net, fwd, given), d = _layer(rng, T, n, rho), rng.normal(size=n)
    d_a = np.zeros((T, n, 1))
    d_a[-1, :, 0] = d
    log = flow.gradient_norms(net, fwd, d_a=d_a)
    way = {"log10 of the norm of d": log[1, T], "that of the norm one step before": log[1, T - 1]}
    return {**given, "d": d, "way": way}, log[1, 0][0]


@exercise("one number, rho", {
    "largest_entry": "This is the largest absolute entry of the matrix: what many multiplications "
        "come to is decided by its eigenvalues, and they are not among the entries.",
    "no_absolute_value": "The eigenvalues are compared without their absolute value: -2 grows as "
        "fast as 2, and a complex pair has a size too.",
    "complex_largest": "The eigenvalues are compared without their absolute value: -2 grows as "
        "fast as 2, and of a complex one the distance from 0 counts.",
    "real_part_for_size": "Only the real part of each eigenvalue is measured; a complex one counts "
        "by its distance from 0.",
    "first_eigenvalue": "This is the size of one eigenvalue, the first or that of largest real "
        "part. The largest size is asked: absolute values first, then the maximum.",
    "smallest_size": "This is the size of the smallest eigenvalue; the largest is asked.",
    "mean_size": "This is the mean size of the eigenvalues; the largest is asked.",
    "as_if_symmetric": "`eigvalsh` takes W for symmetric and reads one half of it only; W need not "
        "be symmetric.",
    "sigma_for_rho": "This is sigma_1, the largest singular value: the most that one "
        "multiplication can stretch. rho is about many.",
    "frobenius_for_rho": "This is the root of the sum of all squares, the norm that one gets "
        "without asking for another. rho is a matter of the eigenvalues.",
}, hints=(
    "Multiply a vector by `W` a hundred times. What decides how it grows: the entries of `W`, or "
        "the directions that `W` only stretches?",
    "Three steps: all the eigenvalues, the size of each, the largest size.",
    "The size of an eigenvalue is its distance from 0 in the complex plane, its absolute value: "
        "-2 and 2i both have size 2. Sizes first, then the maximum.",
), make=_matrix, letters=("n",), sizes=tuple(size[1:] for size in _SHORT["sizes"]))
def spectral_radius(W, bugs=NONE):
    """rho of a square matrix."""
    e = np.linalg.eigvals(W)
    if "complex_largest" in bugs:
        return e.max()
    return pick(bugs, np.abs(e).max(), largest_entry=np.abs(W).max(),
                no_absolute_value=e.real.max(), sigma_for_rho=np.linalg.norm(W, 2),
                real_part_for_size=np.abs(e.real).max(), first_eigenvalue=np.abs(e[0]),
                smallest_size=np.abs(e).min(), mean_size=np.abs(e).mean(),
                as_if_symmetric=np.abs(np.linalg.eigvalsh(W)).max(),
                frobenius_for_rho=np.linalg.norm(W))


@exercise("one number, log10 of the bound after k steps", {
    "gamma_is_one": "The largest slope is taken as 1, that of tanh. The logistic function is "
        "flatter: its steepest place is z = 0.",
    "gamma_is_half": "The largest slope is taken as 1/2. That is the logistic function's value at "
        "z = 0; its slope there is value times (1 - value).",
    "rho_for_sigma": "This uses rho where sigma_1 is wanted: a product of matrices that differ "
        "from step to step is not bounded by rho.",
    "frobenius_for_sigma": "This is the root of the sum of all squares, which no single step need "
        "come near; sigma_1 is the largest singular value.",
    "gamma_only_once": "gamma comes in once; there is a slope in every step.",
    "sigma_only_once": "sigma_1 comes in once; there is a W_a in every step.",
    "one_step_only": "This is one step; k of them are asked.",
    "one_step_short": "These are k - 1 steps; k of them are asked.",
    "one_step_more": "These are k + 1 steps; k of them are asked.",
    "natural_log": "This is a natural logarithm; asked are powers of ten.",
    "no_log": "The logarithm is missing: the size itself is 0 or inf in float64 for many steps.",
    "plain_product": "The product is made first and its logarithm taken afterwards: with many "
        "steps float64 has become 0 or inf by then. Add up logarithms on the way.",
}, hints=(
    "Two things act on the gradient in one step back. By how much can each of them stretch it at "
        "most?",
    "One step is bounded by gamma sigma_1, so `k` steps by its power. What does a logarithm make "
        "of a power?",
    "gamma is the logistic function's slope at z = 0: its value there times (1 - value). Take "
        "log10 of gamma sigma_1 first and multiply by `k` afterwards; the power is never formed.",
), make=_bound, **_LONG)
def logistic_bound(W_a, k, bugs=NONE):
    """log10 of the bound on a product of k step Jacobians of a logistic layer."""
    size = pick(bugs, np.linalg.norm(W_a, 2), rho_for_sigma=np.abs(np.linalg.eigvals(W_a)).max(),
                frobenius_for_sigma=np.linalg.norm(W_a))
    gamma = pick(bugs, 0.25, gamma_is_one=1.0, gamma_is_half=0.5)
    k = pick(bugs, float(k), one_step_only=1.0, one_step_short=k - 1.0, one_step_more=k + 1.0)
    of_gamma, of_size = pick(bugs, (k, k), gamma_only_once=(1.0, k), sigma_only_once=(k, 1.0))
    bound = of_gamma * np.log10(gamma) + of_size * np.log10(size)
    if "plain_product" in bugs:
        bound = np.log10((gamma ** (of_gamma / k) * size ** (of_size / k)) ** k)
    return _log(bound, bugs)


@exercise("da^{<T>}/da^{<0>} as an array (n, n)", {
    "wrong_order": "The factors stand in the wrong order: the step that acts first on a change of "
        "a^{<0>} is that of t = 1, and it stands on the right.",
    "W_a_transposed": "`W_a` is transposed. A change of the state goes forwards through `W_a`.",
    "slope_on_the_wrong_side": "Slope and matrix have changed places: forwards the matrix comes "
        "first and then the slope, and backwards it is the other way round.",
    "slope_missing": "The slopes do not come in: this is the product for a linear layer.",
    "slope_taken_again": "The slope of tanh is made from the slopes, as if they were states; they "
        "are slopes already.",
    "a_step_short": "One step is missing: there are as many factors as rows of slopes.",
    "last_step_left_out": "The step of t = T is missing: the last row of slopes belongs to it.",
    "whole_transposed": "This is the transpose of what is asked: what a gradient is multiplied by "
        "on its way back.",
    "entry_by_entry": "The steps are multiplied entry by entry; one after the other they are a "
        "product of matrices.",
    "steps_added": "The steps are added up; what happens one after the other is multiplied.",
    "only_last_step": "This is one step alone: each pass overwrites what was made before.",
}, hints=(
    "Nudge a^{<0>} a little. What becomes of the nudge at t = 1? And of that at t = 2?",
    "Each row of `slopes` makes one matrix of `W_a`. Begin with the identity and multiply once "
        "for each time, from the side on which the later step belongs.",
    "The step S at t is diag(g'(z^{<t>})) W_a: row i of `W_a` times the slope of unit i. The "
        "product is S_T ... S_2 S_1, so a later step goes to the left.",
), make=_product, **_SHORT)
def end_to_end(W_a, slopes, bugs=NONE):
    """da^{<T>}/da^{<0>} (n, n) for slopes (T, n)."""
    W_a = pick(bugs, W_a, W_a_transposed=W_a.T)
    product = np.eye(len(W_a))
    steps = []
    for g in _slopes(slopes, bugs):
        steps.append(pick(bugs, g[:, None] * W_a, slope_on_the_wrong_side=W_a * g))
        product = pick(bugs, steps[-1] @ product, wrong_order=product @ steps[-1],
                       entry_by_entry=steps[-1] * product, only_last_step=steps[-1])
    return pick(bugs, product, whole_transposed=product.T, steps_added=sum(steps, start=0 * W_a))


@exercise("one number, log10 of the norm of dJ/da^{<0>}", {
    "plain_product": "The product is made first and its logarithm taken afterwards: with many "
        "steps float64 has become 0 or inf by then. Add up logarithms on the way.",
    "W_a_not_transposed": "`W_a` lacks its transpose. It is square, so every shape fits; a "
        "gradient goes back through the columns.",
    "forwards_in_time": "The slopes are taken from t = 1 on; the way back begins at t = T.",
    "natural_log": "This is a natural logarithm; asked are powers of ten.",
    "no_log": "The logarithm is missing: the size itself is 0 or inf in float64 for many steps.",
    **end_to_end.tell("slope_on_the_wrong_side", "slope_missing", "slope_taken_again",
                      "a_step_short", "last_step_left_out"),
    "length_of_d_lost": "The length that `d` comes with is lost: it is part of the size asked for.",
    "norms_multiplied": "The norms of the single steps are multiplied. That is a bound; the "
        "product itself may be smaller.",
    "not_divided": "The length is counted at every step, but the gradient is not divided by it: "
        "what was counted is counted again at the next step.",
    "length_at_the_end_lost": "The gradient is divided by its largest entry on the way, so it need "
        "not have length 1 at the end, and that last length does not come in.",
}, hints=(
    "What does float64 make of 0.5 to the power 2000? Which number could be kept in its place all "
        "along the way?",
    "Walk back from the last row of `slopes`. After each step measure the gradient's length, keep "
        "the logarithm of it, and divide the gradient by it.",
    "A step back: first the slopes, unit by unit, then `W_a` transposed. The answer is the sum of "
        "log10 of all lengths taken out; the one that `d` comes with must not be lost.",
), make=_length, **_LONG)
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
    return _log(log + (0.0 if lost else np.log10(np.linalg.norm(d))), bugs)


def _slopes(slopes, bugs):
    """The rows of slopes that are used; ValueError where a bug leaves none."""
    slopes = pick(bugs, slopes, a_step_short=slopes[1:], last_step_left_out=slopes[:-1],
                  slope_missing=np.ones_like(slopes), slope_taken_again=1 - slopes**2)
    if not len(slopes):
        raise ValueError("no step is left")
    return slopes


def _log(log, bugs):
    """A log10, or what becomes of it without or with another logarithm."""
    # nan where the size itself has been lost already
    size = 10.0 ** log if np.isfinite(log) else np.nan
    return pick(bugs, log, no_log=size, natural_log=log * np.log(10))


# --- what follows from a condition -------------------------------------------------------------

_WORDS = ("vanishes", "explodes", "open")
_FOLLOWS = {"linear, rho = 0.9": "vanishes", "tanh, sigma_1 = 0.9": "vanishes",
            "tanh, sigma_1 = 3": "open", "relu, rho = 0.9": "open",
            "logistic, sigma_1 = 3": "vanishes", "linear, 1.1 orthogonal": "explodes"}
_CASES = Entries(
    read=lambda said: said if said in _WORDS else None,
    wanted="A dict from cases to words is wanted",
    strange="There is no case {came}; there are {known}.",
    unlike=f"{{came}} came; wanted is one of {listed(_WORDS, 'or')}.",
    explained="{sentence}", unexplained="{came} does not follow.",
    right="All {many} cases.", to_fill_in=f"Answer with {listed(_WORDS, 'or')} for {{unfilled}}.")


@exercise("what becomes of the gradient in the long run", {
    "long_run_forgotten": "it may grow at first, but the long run is asked, and in a linear layer "
        "the same matrix acts at every step.",
    "sufficient_not_used": "slopes are at most gamma = 1 here, so ask what a step can do at most.",
    "smallest_forgotten": "each step stretches every direction by 1.1: no slope takes that away.",
    "necessary_for_sufficient": "sigma_1 above 1/gamma is necessary to explode, and is taken here "
        "as sufficient: small slopes may undo it.",
    "saturation_for_granted": "that needs saturated units, and nothing here says that they are: at "
        "z = 0 every slope is 1.",
    "radius_for_bound": "rho is the measure of one matrix multiplied again and again; here the "
        "slopes make another matrix of every step.",
    "gamma_forgotten": "the logistic function has slopes up to gamma = 1/4: ask for gamma sigma_1.",
}, hints=(
    "Is there anything that a case leaves free and that could turn its outcome round? If growing "
        "and dying are both possible, what is the honest word?",
    "Bound one step from above (largest slope, largest stretch) and from below (smallest slope, "
        "smallest stretch). A linear layer repeats one matrix: there rho decides the long run.",
    "Upper bound below 1: it vanishes. Lower bound above 1: it explodes. Else it is open. The "
        "largest slope is 1 for tanh and relu, 1/4 for the logistic function.",
), about=lambda: ({}, _FOLLOWS), said=_CASES)
def what_follows(bugs=NONE):
    """{case: what follows}; a mistake's answer is a set where it may come to several."""
    linear, tanh, strong, relu, logistic, longer = _FOLLOWS
    grows, shrinks = {"open", "explodes"}, {"vanishes", "explodes"}
    return _FOLLOWS | pick(
        bugs, {}, long_run_forgotten={linear: grows}, sufficient_not_used={tanh: grows},
        necessary_for_sufficient={strong: "explodes"}, saturation_for_granted={strong: "vanishes"},
        radius_for_bound={relu: shrinks}, gamma_forgotten={logistic: grows},
        smallest_forgotten={longer: {"open", "vanishes"}})

"""The exercises of 08: conditionals, the product and what it costs, log space."""
import numpy as np

from rnnlib import probability
from rnnlib.exercises.form import NONE, exercise, pick
from rnnlib.losses import LOSSES


def spread(rng, *shape):
    """Probabilities of many sizes: the smallest are far below what one would clip at."""
    powers = np.linspace(-7, 0, int(np.prod(shape))) - rng.random(np.prod(shape))
    p = 10 ** rng.permuted(powers).reshape(shape)
    return p / p.sum()


def _table(rng, k_x, k_y):
    """A table of positive probabilities, also very small ones, and its conditional."""
    p = spread(rng, k_x, k_y)
    joint = probability.table(p, T_x=1)
    return {"p": p, "way": {"P(x)": joint.marginal("x1").p}}, joint.conditional("y1", "x1").p


def _tables(rng, k_x, k_y):
    """Two tables and what one costs under the other; the larger p have outcomes that never come."""
    p, q = (spread(rng, k_x, k_y) for _ in range(2))
    while p.argmax() == q.argmax():  # else all but nothing may be left of the cost
        q = spread(rng, k_x, k_y)
    if p.size > 4:
        p[rng.integers(k_x), rng.integers(k_y)] = 0.0
    p /= p.sum()
    P, Q = map(probability.table, (p, q))
    cost = probability.kl(P, Q)
    way = {"cross-entropy": P.entropy() + cost, "entropy of p": P.entropy()}
    return {"p": p, "q": q, "way": way}, cost


def _two_times(rng, k_x, k_y):
    """A table P(y_1, y_2 | x_1, x_2) and the library's product, all x equally probable."""
    p = spread(rng, k_x, k_x, k_y, k_y)
    p /= p.sum(axis=(2, 3), keepdims=True)
    joint = probability.table(p / k_x**2, T_x=2)
    way = {"the first factor": joint.conditional("y1", "x1").p}
    return {"p": p, "way": way}, probability.projection(joint).conditional("y1 y2", "x1 x2").p


def _predictions(rng, T):
    """Chances from 1e-8 to 1 - 1e-8, what came, and the engine's loss, which has no product."""
    y, p = rng.integers(0, 2, size=T), 10 ** (-8 * rng.random(T))
    p = np.where(rng.random(T) < 0.5, p, 1 - p)
    z = np.log(p) - np.log1p(-p)
    J = LOSSES["logistic"].output(z[:, None, None], y.astype(float)[:, None, None])[1]
    return {"p": p, "y": y, "way": {"the terms of the sum": -J.ravel()}}, -J.sum()


@exercise("P(y | x), a table of the shape of p", {
    "not_normalised": "This is the joint table itself. Given x its row sums to 1: divide by P(x).",
    "wrong_axis": "The table is divided by the sums of its columns. That is P(x | y); given x, "
        "each row must sum to 1.",
    "sums_along_columns": "The sums of the rows are right, but they are laid along the columns: "
        "numpy lines up the last axes. Each sum must keep an axis to stand beside its row.",
    "given_forgotten": "Every row is P(y), as if x were not known.",
}, hints=(
    "If x is known to be the first value, which entries of `p` are still possible? What must they "
        "sum to?",
    "P(x) is the sum of a row. Divide each row by its own sum.",
    "numpy lines up the last axes, so sums of shape (k_x,) would lie along the columns. Let the "
        "sum keep its axis: (k_x, 1) stands beside the rows.",
), make=_table, sizes=((1, 2), (2, 2), (3, 3), (2, 3), (4, 2)))
def conditional_table(p, bugs=NONE):
    """P(y | x) (k_x, k_y) from the joint table p (k_x, k_y)."""
    if "sums_along_columns" in bugs:
        return p / p.sum(axis=1)  # numpy refuses some shapes, as it does a student's
    sums = pick(bugs, p.sum(axis=1, keepdims=True), not_normalised=1.0, wrong_axis=p.sum(axis=0))
    return pick(bugs, p / sums, given_forgotten=np.broadcast_to(p.sum(axis=0), p.shape))


@exercise("Q(y | x), a table of the shape of p", {
    "later_input_seen": "The first factor has seen x^{<2>}. At t = 1 the network has read x^{<1>} "
        "alone: it says the mean over what may come.",
    "response_seen": "The second factor has been told y^{<1>}. The network's factors see no y.",
    "summed_over_x": "The first factor is a sum over x^{<2>} and so no probability: each x^{<2>} "
        "counts as often as it comes.",
    "earlier_input_forgotten": "The second factor has not seen x^{<1>}. At t = 2 the network has "
        "read both.",
    "responses_swapped": "The two responses have changed places.",
}, hints=(
    "What has the network read when it predicts the first response? And when it predicts the "
        "second? Does it know a response?",
    "The first factor is P(y1 | x1): sum over y2, average over x2. The second is P(y2 | x1, x2): "
        "sum over y1. Multiply so that four axes are left.",
    "The first factor has the axes x1 and y1, the second x1, x2 and y2: give each an axis of "
        "length 1 where one is lacking. The average over x2 is a plain mean here.",
), make=_two_times, sizes=((1, 2), (2, 2), (3, 2), (2, 3)))
def product_of_predictions(p, bugs=NONE):
    """Q(y | x) (k_x, k_x, k_y, k_y) from P(y | x) in p, every x as probable as every other."""
    first, second = p.sum(axis=3), p.sum(axis=2)
    first = pick(bugs, first.mean(axis=1, keepdims=True), later_input_seen=first,
                 summed_over_x=first.sum(axis=1, keepdims=True))[..., None]
    second = pick(bugs, second[:, :, None], response_seen=p / p.sum(axis=3, keepdims=True),
                  earlier_input_forgotten=second.mean(axis=0)[:, None])
    return pick(bugs, first * second, responses_swapped=(first * second).swapaxes(2, 3))


@exercise("one number, KL(p, q) in nats", {
    "bits": "This is in bits: a logarithm to the base 2. Asked are nats, the natural logarithm.",
    "mean_not_sum": "The mean over all places is taken. A sum is wanted, weighted with p.",
    "reversed": "This is KL(q, p): it is weighted with q. What happens, happens as p says.",
    "weighted_with_q": "The logarithm of p / q is right, but it is weighted with q. What happens, "
        "happens as p says.",
    "cross_entropy": "This is the whole surprise under q, the cross-entropy. What p itself would "
        "cost, its entropy, is still in it: the cost is what q adds.",
    "unweighted": "The logarithms are unweighted. An outcome counts as often as it comes: times p.",
    "zero_log_zero": "Where p is 0, float64 makes nan of 0 log 0. Such an outcome never comes and "
        "counts 0: leave it out of the sum.",
    "ratio_turned": "The sign is wrong: it must be log(p / q), weighted with p, which is at least "
        "0 in the sum.",
}, hints=(
    "Outcomes come as `p` says, but are expected as `q` says. How much surprise is that too much "
        "for one outcome, and how often does it come?",
    "For each place: how often it comes, times the natural logarithm of a ratio. Add up. What "
        "should a place count at which `p` is 0?",
    "The sum of p log(p / q), over the places with p above 0 alone: what never comes costs "
        "nothing, but float64 makes nan of 0 log 0.",
), make=_tables, sizes=((1, 2), (2, 2), (2, 3), (3, 3), (4, 4)))
def cost_in_nats(p, q, bugs=NONE):
    """KL(p, q) of two tables of one shape."""
    if "reversed" in bugs:
        p, q = q, p
    there = np.full(p.shape, True) if "zero_log_zero" in bugs else p > 0
    log_ratio = np.log(p[there] / q[there])
    terms = pick(bugs, p[there] * log_ratio, unweighted=log_ratio,
                 weighted_with_q=q[there] * log_ratio, cross_entropy=-p[there] * np.log(q[there]))
    terms = pick(bugs, terms, ratio_turned=-terms)
    total = pick(bugs, terms.sum(), mean_not_sum=terms.sum() / p.size)
    return pick(bugs, total, bits=total / np.log(2))


@exercise("one number, log P(y^{<1>}, ..., y^{<T>})", {
    "product_first": "The factors are multiplied first. Of 3000 of them the product is 0 in "
        "float64, and log 0 is no number: add logarithms.",
    "no_logarithm": "This is the probability, without a logarithm. Of 3000 factors it is 0 in "
        "float64: add logarithms.",
    "first_factor_forgotten": "The factor of t = 1 is missing.",
    "last_factor_forgotten": "The factor of t = T is missing.",
    "mean_per_time": "This is the mean over time; of the whole sequence the sum is asked.",
    "other_outcome": "Each factor is the chance of what did not come. Where y is 1, it is p.",
    "ones_only": "Only the times with y = 1 count here. Where y is 0, the factor is 1 - p.",
    "y_forgotten": "Every factor is p, whatever y is. Where y is 0, it is 1 - p.",
    "sign_turned": "This is the loss, minus the log-probability.",
    **cost_in_nats.tell("bits"),
}, hints=(
    "How probable was what came at one time, if it was a 1? And if it was a 0?",
    "For each time the chance of what came; then all times together. With 3000 times, is it a "
        "product or a sum that stays a number?",
    "The chance is `p` where `y` is 1, and what is left to 1 where `y` is 0. The logarithm of a "
        "product is the sum of the logarithms: take each first, then add.",
), make=_predictions, sizes=((1,), (2,), (5,), (12,), (3000,)))
def sequence_log_probability(p, y, bugs=NONE):
    """log P(y_1..T), where p (T,) is the chance of a 1 at each time and y (T,) what came."""
    factors = pick(bugs, np.where(y == 1, p, 1 - p), y_forgotten=p,
                   ones_only=np.where(y == 1, p, 1.0), other_outcome=np.where(y == 1, 1 - p, p))
    factors = pick(bugs, factors, first_factor_forgotten=factors[1:],
                   last_factor_forgotten=factors[:-1])
    total = pick(bugs, np.log(factors).sum(), product_first=np.log(factors.prod()),
                 no_logarithm=factors.prod())
    total = pick(bugs, total, mean_per_time=total / len(p), sign_turned=-total)
    return pick(bugs, total, bits=total / np.log(2))

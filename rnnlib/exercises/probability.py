"""The exercises of 08: conditionals, what a product costs, feeding back, log space."""
import numpy as np

from rnnlib import probability
from rnnlib.exercises.form import NONE, Quantity, exercise, pick
from rnnlib.losses import LOSSES
from rnnlib.network import Network


def spread(rng, *shape):
    """Probabilities of many sizes: the smallest are far below what one would clip at."""
    powers = np.linspace(-7, 0, int(np.prod(shape))) - rng.random(np.prod(shape))
    p = 10 ** rng.permuted(powers).reshape(shape)
    return p / p.sum()


def _table(rng, k_x, k_y):
    """A table of positive probabilities, also very small ones, and its conditional."""
    p = spread(rng, k_x, k_y)
    return {"p": p}, probability.table(p, T_x=1).conditional("y1", "x1").p


def _tables(rng, k_x, k_y):
    """Two tables and what one costs under the other; the larger p have outcomes that never come."""
    p, q = (spread(rng, k_x, k_y) for _ in range(2))
    while p.argmax() == q.argmax():  # else all but nothing may be left of the cost
        q = spread(rng, k_x, k_y)
    if p.size > 4:
        p[rng.integers(k_x), rng.integers(k_y)] = 0.0
    p /= p.sum()
    return {"p": p, "q": q}, probability.kl(probability.table(p), probability.table(q))


def _responses(rng, T):
    """Zeros and ones whose ends tell apart what is lost, repeated or wrapped; what is fed."""
    y = rng.integers(0, 2, size=T)
    y[0], y[-1] = T % 2, T % 3 > 0
    net = Network(1, 1, 1, loss="logistic")
    return {"y": y}, probability.fed_back(net, np.zeros((T, 0)), y[:, None])[:, 0, 0]


def _predictions(rng, T):
    """Chances from 1e-8 to 1 - 1e-8, what came, and the engine's loss, which has no product."""
    y, p = rng.integers(0, 2, size=T), 10 ** (-8 * rng.random(T))
    p = np.where(rng.random(T) < 0.5, p, 1 - p)
    z = np.log(p) - np.log1p(-p)
    J = LOSSES["logistic"].output(z[:, None, None], y.astype(float)[:, None, None])[1]
    return {"p": p, "y": y}, -J.sum()


@exercise("P(y | x), a table of the shape of p", {
    "not_normalised": "This is the joint table itself. Given x its row sums to 1: divide by P(x).",
    "wrong_axis": "The table is divided by the sums of its columns. That is P(x | y); given x, "
        "each row must sum to 1.",
    "sums_along_columns": "The sums of the rows are right, but they are laid along the columns: "
        "numpy lines up the last axes. Each sum must keep an axis to stand beside its row.",
    "given_forgotten": "Every row is P(y), as if x were not known.",
}, make=_table, sizes=((1, 2), (2, 2), (3, 3), (2, 3), (4, 2)))
def conditional_table(p, bugs=NONE):
    """P(y | x) (k_x, k_y) from the joint table p (k_x, k_y)."""
    if "sums_along_columns" in bugs:
        return p / p.sum(axis=1)  # numpy refuses some shapes, as it does a student's
    sums = pick(bugs, p.sum(axis=1, keepdims=True), not_normalised=1.0, wrong_axis=p.sum(axis=0))
    return pick(bugs, p / sums, given_forgotten=np.broadcast_to(p.sum(axis=0), p.shape))


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
}, make=_tables, sizes=((1, 2), (2, 2), (2, 3), (3, 3), (4, 4)))
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


@exercise("what is fed at t = 1..T, as an array (T,)", {
    "leaks_the_answer": "At t the response of t itself is fed: the answer stands in the question. "
        "Training would look perfect, and a forecast could not be made.",
    "wraps_round": "At t = 1 the last response is fed: a roll brings back at the front what falls "
        "off at the end. Before t = 1 there is none, so 0.",
    "shifts_the_other_way": "The shift goes the other way: at t the response of t + 1 is fed, "
        "which is not known yet.",
    "wraps_the_other_way": "The roll goes the other way: at t the response of t + 1 is fed, and "
        "the first one comes back at the end.",
    "first_repeated": "At t = 1 the response of t = 1 is fed. Before it there is none, so 0.",
    "two_times_late": "What is fed at t is the response of t - 2.",
}, make=_responses, sizes=((1,), (2,), (5,), (6,), (9,)), answer=Quantity("fed", 1))
def fed_responses(y, bugs=NONE):
    """What is fed back at t = 1..T (T,) where the responses are y (T,): zeros and ones."""
    late = np.concatenate([[0], y[:-1]])
    return pick(bugs, late, leaks_the_answer=y, wraps_round=np.roll(y, 1),
                shifts_the_other_way=np.concatenate([y[1:], [0]]),
                wraps_the_other_way=np.roll(y, -1), first_repeated=np.concatenate([y[:1], y[:-1]]),
                two_times_late=np.concatenate([[0], late[:-1]]))


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
}, make=_predictions, sizes=((1,), (2,), (5,), (12,), (3000,)))
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

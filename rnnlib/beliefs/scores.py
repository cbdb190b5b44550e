"""What a class has gained, and how well each question tells who knows: the standard formulas.

Scores are arrays (N, K) of true and false: N people, K questions.
"""
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from rnnlib import arguments
from rnnlib.probability.evaluation import Interval

# of a class, above and below: Kelley 1939
OUTER = 0.27
# people whose gain has an interval
LEAST = 5


class Gains(NamedTuple):
    """Hake's gain of a class, and the mean of its members' single gains: Intervals, or None."""

    of_class: Interval
    of_members: Interval
    members: int


class Items(NamedTuple):
    """One number for each question, arrays (K,).

    difficulty: the share of right answers. point_biserial: the correlation of this answer with the
    number of right ones among the rest; nan where everybody or nobody is right, or the rest do not
    differ. outer: the share of right answers in the upper 27 % less that in the lower.
    """

    difficulty: np.ndarray
    point_biserial: np.ndarray
    outer: np.ndarray


def gains(before, after, *, level=0.95):
    """The Gains of people (N,) from their shares of right answers before and after.

    The gain is what was gained of what there was to gain: (after - before) / (1 - before), of the
    class by the means of all. The single gain of who had everything right before is not defined;
    `members` counts the others. None for fewer than LEAST of these.

    Notes: a class's gain weighs those who had most to gain; the mean of single gains weighs all
    alike, and a single loss from near the top can be far below 0. The intervals are Student's, of a
    ratio of means and of a mean: they speak of classes like this one, not of other teachers.

    Source: Hake 1998; Bao 2006 (the two compared); Cochran 1977, chapter 6 (the error of a ratio).
    """
    before = arguments.finite("before", arguments.real("before", before)).ravel()
    after = arguments.finite("after", arguments.real("after", after))
    arguments.shaped("after", after, before.shape, "people")
    left, gained = 1 - before, after - before
    some = left > 0
    if some.sum() < LEAST:
        return Gains(None, None, int(some.sum()))
    ratio, single = gained.mean() / left.mean(), gained[some] / left[some]
    return Gains(_interval(ratio, (gained - ratio * left) / left.mean(), level),
                 _interval(single.mean(), single - single.mean(), level), len(single))


def _interval(mean, deviations, level):
    """Student's Interval of a mean whose terms deviate from it so."""
    N = len(deviations)
    error = np.sqrt((deviations**2).sum() / (N * (N - 1)))
    reach = student(0.5 + level / 2, N - 1) * error
    return Interval(*map(float, (mean, mean - reach, mean + reach, error)))


def student(p, degrees):
    """The quantile p of Student's distribution, to 0.3 % from 4 degrees of freedom on at p = 0.975.

    Source: Abramowitz & Stegun 1964, formula 26.7.5.
    """
    x = NormalDist().inv_cdf(p)
    terms = (x, (x**3 + x) / 4, (5 * x**5 + 16 * x**3 + 3 * x) / 96,
             (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384)
    return sum(term / degrees**k for k, term in enumerate(terms))


def items(right):
    """The Items of scores (N, K), N at least 2.

    Source: Crocker & Algina 1986, chapter 14; Kelley 1939.
    """
    right = _scores(right)
    return Items(right.mean(axis=0), _with_the_rest(right), _upper_less_lower(right))


def kr20(right):
    """How far the questions agree in whom they call able, Kuder and Richardson's formula 20:
    K / (K - 1) (1 - sum of p (1 - p) / variance of the numbers of right answers).

    nan where all have the same number right. Source: Kuder & Richardson 1937.
    """
    right = _scores(right)
    K, p, spread = right.shape[1], right.mean(axis=0), right.sum(axis=1).var()
    return float(K / (K - 1) * (1 - (p * (1 - p)).sum() / spread)) if spread > 0 else float("nan")


def _scores(right):
    right = arguments.real("right", right)
    if right.ndim != 2 or min(right.shape) < 2 or not np.isin(right, (0, 1)).all():
        raise ValueError("right must be true and false of at least 2 people and 2 questions, "
                         f"(N, K), got shape {right.shape}")
    return right


def _with_the_rest(right):
    rest = right.sum(axis=1, keepdims=True) - right
    one, other = right - right.mean(axis=0), rest - rest.mean(axis=0)
    size = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    # what rounding leaves of a spread of 0 is no spread
    return np.divide((one * other).sum(axis=0), size, where=size > 1e-9,
                     out=np.full(right.shape[1], np.nan))


def _upper_less_lower(right):
    """Who ties at the edge of a group shares its last places, so that the order of people is
    without effect."""
    total, many = right.sum(axis=1), max(1, round(OUTER * len(right)))
    return _among_the_first(-total, many) @ right / many - \
        _among_the_first(total, many) @ right / many


def _among_the_first(values, many):
    """How much of each person is among the `many` smallest values."""
    edge = np.sort(values)[:many].max()
    inside, tied = values < edge, values == edge
    return inside + tied * (many - inside.sum()) / tied.sum()

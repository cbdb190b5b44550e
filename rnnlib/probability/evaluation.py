"""How good forecasts of zeros and ones are: surprise per place, calibration, honest intervals.

A forecast is the probability of a 1, an array of any shape; what was observed has the same
shape and holds zeros and ones.
"""
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from rnnlib import arguments


class Interval(NamedTuple):
    """A mean, the ends of its interval, and its standard error; four numbers."""

    mean: float
    low: float
    high: float
    error: float


class Calibration(NamedTuple):
    """One row for each bin that holds a forecast, all arrays (k,).

    low, high: the bin's edges; count: how many forecasts lie in it; forecast: their mean;
    frequency: the share of ones among what was observed; least, most: its Wilson interval.
    """

    low: np.ndarray
    high: np.ndarray
    count: np.ndarray
    forecast: np.ndarray
    frequency: np.ndarray
    least: np.ndarray
    most: np.ndarray


def negative_log_likelihood(forecast, observed):
    """-log of the probability that was given to what happened, in nats, one number per place.

    inf where that probability was 0. ValueError for what is no probability, no 0 or 1.

    Notes: the lower the better; a fair coin's is log 2 = 0.693 everywhere. Compare two forecasts
    by the mean of the difference at each place: much of what is large at a place is so for both.
    """
    forecast, observed = _pair(forecast, observed)
    with np.errstate(divide="ignore"):
        return -np.log(np.where(observed == 1, forecast, 1.0 - forecast))


def calibration(forecast, observed, *, bins=10, level=0.95):
    """The Calibration of a forecast: `bins` of equal width from 0 to 1, empty ones left out.

    A forecast on an edge belongs to the bin above it, 1 to the last one. level: of the intervals.

    Notes: a forecast is calibrated if about 30 of 100 places with the forecast 0.3 have a 1.
    The base rate at every place is calibrated too: that is not yet a good forecast. The intervals
    take places as independent; for days in a row they are somewhat too narrow.
    """
    forecast, observed = _pair(forecast, observed)
    bins = arguments.count("bins", bins, most=10**6)
    number = np.minimum((forecast * bins).astype(int), bins - 1).ravel()
    count = np.bincount(number, minlength=bins)
    there = count > 0
    ones, sums = (np.bincount(number, array.ravel(), bins)[there]
                  for array in (observed, forecast))
    count, edges = count[there], np.arange(bins + 1) / bins
    return Calibration(edges[:-1][there], edges[1:][there], count, sums / count, ones / count,
                       *wilson(ones, count, level=level))


def wilson(ones, count, *, level=0.95):
    """(least, most): Wilson's interval for the rate of ones, `ones` of `count` independent trials.

    It lies within 0..1 and has some width even if no trial or every one was a 1.

    Source: Wilson 1927; Brown, Cai & DasGupta 2001.
    """
    ones, count = arguments.real("ones", ones), arguments.real("count", count)
    if ones.shape != count.shape and ones.ndim and count.ndim:
        raise ValueError("ones and count must have one shape, or one of them be a number, got "
                         f"{ones.shape} and {count.shape}")
    if not (np.isfinite(count) & (count > 0) & (ones >= 0) & (ones <= count)).all():
        raise ValueError("ones must be from 0 to count, and count above 0, at every place")
    z = NormalDist().inv_cdf(0.5 + arguments.share("level", level, without=(0, 1)) / 2)
    middle, spread = ones + z**2 / 2, z * np.sqrt(ones * (count - ones) / count + z**2 / 4)
    # the ends 0 and 1 are exact, and rounding shall not leave them
    return (np.clip((middle - spread) / (count + z**2), 0.0, 1.0),
            np.clip((middle + spread) / (count + z**2), 0.0, 1.0))


def block_bootstrap(values, block, *, samples=2000, level=0.95, seed=0):
    """The mean of a series (D,) with an Interval that allows for neighbours being alike.

    The series is put together anew, `samples` times, from runs of `block` successive values that
    begin anywhere (moving blocks). The interval holds the middle `level` of the means of these
    series; their own mean is moved onto that of `values`, since values near both ends lie in
    fewer blocks. block=1 takes all values as independent. For a comparison hand over the
    difference at each place. ValueError for a block longer than the series.

    Notes: a block should be longer than the time over which neighbours are alike, and the series
    many times as long as a block. The interval speaks of series like this one: of other years
    than those in it, or of a model trained on other data, it knows nothing.

    Source: Kuensch 1989; Efron & Tibshirani 1993, section 8.6.
    """
    values = arguments.finite("values", arguments.real("values", values))
    if values.ndim != 1 or not values.size:
        raise ValueError(f"values must be a series (D,) of at least one, got {values.shape}")
    D, level = len(values), arguments.share("level", level, without=(0, 1))
    block = arguments.count("block", block, most=D)
    means = _resampled(values, block, arguments.count("samples", samples, most=10**7),
                       arguments.generator(seed))
    mean = values.mean()
    low, high = mean + np.quantile(means, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(mean), float(low), float(high), float(means.std()))


def _resampled(values, block, samples, rng):
    """(samples,) means of series made of blocks, less what such a mean is to be expected."""
    D = len(values)
    total = np.concatenate([[0.0], (values - values.mean()).cumsum()])
    # whole blocks, then what is still missing to D
    lengths = [block] * (D // block) + [D % block] * (D % block > 0)
    sums = np.zeros(samples)
    for length in lengths:
        of_block = total[length:] - total[:-length]
        # every block is equally likely, also the one that is cut to fit
        of_block = of_block[:D - block + 1]
        sums += of_block[rng.integers(len(of_block), size=samples)] - of_block.mean()
    return sums / D


def _pair(forecast, observed):
    """Both as float arrays of one shape."""
    forecast = arguments.finite("forecast", arguments.real("forecast", forecast))
    observed = arguments.real("observed", observed)
    if forecast.shape != observed.shape or not forecast.size:
        raise ValueError("forecast and observed must have one shape with at least one place, got "
                         f"{forecast.shape} and {observed.shape}")
    if forecast.min() < 0 or forecast.max() > 1:
        raise ValueError(f"forecast must hold probabilities, 0 to 1, got {forecast.min():g} to "
                         f"{forecast.max():g}")
    wrong = observed[(observed != 0) & (observed != 1)]
    if wrong.size:
        raise ValueError(f"observed must hold zeros and ones, got {wrong[0]:g}")
    return forecast, observed

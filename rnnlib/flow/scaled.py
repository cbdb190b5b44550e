"""Numbers far beyond the range of float64: a mantissa and a power of 2 kept beside it.

A product of 2,000 step Jacobians may be 10^-4000 or 10^4000. Powers of 2 are split off exactly,
so that within the range of float64 nothing comes out different from the plain computation.
"""
from dataclasses import dataclass

import numpy as np

# the exponent of 0: below every other, so that 0 never decides to what sums are aligned
NEVER = -2 ** 40
# mantissas are below 2 in size or a little above: so far down nothing is left of them
_GONE = -3000
_LOG10_2 = np.log10(2.0)

# inf and nan are values of a run like others, to be shown and not to be warned of
overflow_shows = np.errstate(all="ignore")


@dataclass(frozen=True, eq=False)
class Scaled:
    """mantissa * 2**exponent; the exponent is shared along those axes where it has length 1.

    A number smaller than 2**-1074 of the largest that shares its exponent is 0.
    """

    mantissa: np.ndarray
    exponent: np.ndarray

    def __getitem__(self, index):
        return Scaled(self.mantissa[index], self.exponent[index])

    @overflow_shows
    def __add__(self, other):
        common = np.maximum(self.exponent, other.exponent)
        return self.again(self.shifted(common) + other.shifted(common), common)

    def again(self, mantissa, exponent=None):
        """What a linear map made of this one's mantissa, scaled anew along the same axes."""
        # an axis of length 1 that shares nothing may be among them, which changes nothing
        axes = tuple(i for i, n in enumerate(self.exponent.shape, -self.exponent.ndim) if n == 1)
        return scaled(mantissa, axes, self.exponent if exponent is None else exponent)

    def shifted(self, exponent):
        """The mantissa that belongs to another exponent, at least as high."""
        return np.ldexp(self.mantissa, _powers(self.exponent - exponent))

    def aligned(self):
        """(mantissa, exponent) with one exponent, an int, for all."""
        highest = self.exponent.max(initial=NEVER)
        return self.shifted(highest), int(highest)

    @overflow_shows
    def plain(self):
        """The numbers in float64: 0 or inf where they are beyond its range."""
        return np.ldexp(self.mantissa, _powers(self.exponent))

    def log10(self, sizes):
        """log10 of `sizes`, one for each exponent, that were found from the mantissas."""
        with np.errstate(all="ignore"):
            return np.log10(sizes) + self.exponent.reshape(np.shape(sizes)) * _LOG10_2

    def log10_norms(self, axes):
        """log10 of the Euclidean norms over `axes`, along which the exponent is shared."""
        with np.errstate(all="ignore"):
            return self.log10(np.sqrt((self.mantissa ** 2).sum(axis=axes)))


def scaled(values, axes, exponent=0):
    """`values` * 2**`exponent` as Scaled, with one exponent along `axes` (negative numbers).

    The largest mantissa is then in 0.5..1; where it is inf or nan, nothing is split off.
    """
    with np.errstate(all="ignore"):
        largest = np.abs(values).max(axis=axes, keepdims=True, initial=0.0)
        # the exponents of frexp are 32 bits wide, too few for NEVER
        shift = np.where(np.isfinite(largest), np.frexp(largest)[1], 0).astype(np.int64)
        mantissa = np.ldexp(values, _powers(-shift))
    return Scaled(mantissa, np.where(largest == 0, NEVER, exponent + shift))


def joined(parts):
    """Several Scaled as one, along their first axis."""
    return Scaled(*(np.concatenate([getattr(part, name) for part in parts])
                    for name in ("mantissa", "exponent")))


def added(v, w):
    """v + w, not scaled anew: the sum for a loop over time, where little else costs."""
    common = np.maximum(v.exponent, w.exponent)
    return Scaled(v.mantissa * np.exp2(v.exponent - common)
                  + w.mantissa * np.exp2(w.exponent - common), common)


def in_range(values, exponent, axes=(-1,)):
    """`values` * 2**`exponent` as Scaled, scaled anew only if a mantissa has gone far."""
    largest = np.abs(values).max(axis=axes)
    if largest.min() > 1e-5 and largest.max() < 1e5:
        return Scaled(values, exponent)
    return scaled(values, axes, exponent)


def _powers(exponent):
    """Exponents as ldexp takes them on every system; beyond them is only 0 or inf."""
    return np.clip(exponent, _GONE, -_GONE).astype(np.int32)

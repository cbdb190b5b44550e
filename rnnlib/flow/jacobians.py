"""How the state at one time depends on the state at an earlier time."""
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np

from rnnlib import arguments
from rnnlib.flow.lyapunov import lyapunov
from rnnlib.flow.scaled import Scaled, in_range, joined, overflow_shows, scaled
from rnnlib.flow.spectra import log10_norms
from rnnlib.network import own
from rnnlib.records import OverTime, address, checked, frozen, spoken

_MATRIX = (-2, -1)
_AT_ONCE = 2 ** 18  # numbers of matrices whose norms are found in one call, about as many


@dataclass(frozen=True, repr=False, eq=False)
class Jacobians:
    """da^{<t>}/da^{<k>} of one layer for all times k <= t: `jac[t, k]`, a matrix (N, N).

    `steps[t]` is da^{<t>}/da^{<t-1>} and `jac[t, k]` the product steps[t] @ ... @ steps[k + 1];
    jac[t, t] is the identity. N is the number of units, for cells that carry more than `a` that
    of all states, one below the other. The layer's input is held fixed; as no layer acts back on
    those below it, these are also the total derivatives in a stack.

    A matrix that leaves the range of float64 is 0 or inf at `jac[t, k]`; `scaled` and
    the measures in logarithms do not leave it. IndexError outside k <= t.
    """

    T: int
    steps: OverTime
    _whole: Scaled = field(repr=False)

    def __getitem__(self, address):
        return frozen(self.scaled(*self._address(address)).plain())

    def scaled(self, t, k):
        """jac[t, k] as a mantissa (N, N), largest entry 0.5..1, and the power of 2 beside it."""
        t, k = self._address((t, k))
        if t == k:
            return scaled(np.eye(self._whole.mantissa.shape[-1]), _MATRIX)
        return _product(self._whole[k:t])

    def norms_to(self, t):
        """log10 of the spectral norms of jac[t, k] at k = 0..t, (t + 1,): the largest stretches."""
        return log10_norms(self.to(t))

    def bounds_to(self, t):
        """log10 of the products of the norms of steps k + 1..t, at k = 0..t, (t + 1,).

        No norm of `norms_to(t)` lies above it, whatever the cell.
        """
        t = checked("time t", t, range(self.T + 1))
        return to_the_end(self._step_norms[:t])

    @cached_property
    def _step_norms(self):
        return log10_norms(self._whole)

    def to(self, t):
        """jac[t, k] for k = 0..t as Scaled (t + 1, N, N)."""
        t = checked("time t", t, range(self.T + 1))
        product, steps = self.scaled(t, t), self._whole[:t]
        found = [product]
        for step, exponent in zip(steps.mantissa[::-1], steps.exponent[::-1]):
            with np.errstate(all="ignore"):
                product = in_range(product.mantissa @ step, product.exponent + exponent, _MATRIX)
            found.append(product)
        return Scaled(np.stack([p.mantissa for p in found[::-1]]),
                      np.stack([p.exponent for p in found[::-1]]))

    @cached_property
    def norms(self):
        """log10 of the spectral norms as a table (T + 1, T + 1), [t, k]; nan where k > t."""
        table = np.full((self.T + 1, self.T + 1), np.nan)
        np.fill_diagonal(table, 0.0)
        lengths = self._by_length()
        while some := [*islice(lengths, max(1, _AT_ONCE // self._whole.mantissa.size))]:
            later, earlier, products = zip(*some, strict=True)
            table[np.concatenate(later), np.concatenate(earlier)] = log10_norms(joined(products))
        return frozen(table)

    def _by_length(self):
        """(t, k, jac[t, k]) of all neighbours, then of all two steps apart, and so on: products
        of one length are found together from those one step shorter."""
        product = self._whole
        for length in range(1, self.T + 1):
            later = np.arange(length, self.T + 1)
            yield later, later - length, product
            product = _matmul(self._whole[length:], product[:-1])

    @cached_property
    def lyapunov(self):
        """The Lyapunov exponents over t = 1..T, see `rnnlib.flow.lyapunov`."""
        return lyapunov(self.steps.over_time())

    def _address(self, at):
        t, k = address("a Jacobian wants", at, "t, k")
        t = checked("time t", t, range(self.T + 1))
        return t, checked("the earlier time k", k, range(t + 1))

    def __repr__(self):
        return f"Jacobians[t, k], t={spoken(range(self.T + 1))}, k=0..t"


def jacobians(net, fwd, layer=1):
    """The Jacobians of one layer of a run of one example.

    An example that is shorter than the run has them up to its end. ValueError for a run of
    several examples; `fwd.example(i)` is the run of one.
    """
    steps = frozen(step_jacobians(one_example(net, fwd), layer)[:, 0])
    return Jacobians(len(steps), OverTime("steps", steps, len(steps)), scaled(steps, _MATRIX))


def one_example(net, fwd):
    """`fwd` up to the end of its only example."""
    if own(net, fwd).m != 1:
        raise ValueError(f"fwd must be the run of one example, got {fwd.m}; fwd.example(i) picks "
                         "one")
    return fwd.between(1, int(fwd.lengths[0]))


@overflow_shows
def step_jacobians(fwd, layer):
    """da^{<t>}/da^{<t-1>} of a layer at t = 1..T for every example, (T, m, N, N)."""
    layer = arguments.count("layer", layer, most=fwd.L)
    return fwd.kind.equations.step_jacobian(fwd.weights(layer), fwd.run(layer))


def _matmul(later, earlier):
    with np.errstate(all="ignore"):
        product = later.mantissa @ earlier.mantissa
    return scaled(product, _MATRIX, later.exponent + earlier.exponent)


def _product(steps):
    """The product of matrices over time, neighbours first: as many products, few calls."""
    while len(steps.mantissa) > 1:
        pairs = len(steps.mantissa) // 2 * 2
        steps = joined([_matmul(steps[1:pairs:2], steps[:pairs:2]), steps[pairs:]])
    return steps[0]


def to_the_end(logs):
    """The sums of logs, given by time 1..t, over all times after k = 0..t: (t + 1,)."""
    return frozen(np.append(np.cumsum(logs[::-1])[::-1], 0.0))

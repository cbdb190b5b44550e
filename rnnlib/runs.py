"""What one run of a network holds, forwards and backwards, every quantity at its address."""
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from rnnlib import arguments
from rnnlib.cells import CELLS, dense
from rnnlib.losses import LOSSES
from rnnlib.records import ByLayer, OverTime, Record, checked, clear_padding, frozen


@dataclass(frozen=True)
class Kind:
    """What makes two networks alike but for the values of their parameters."""

    n_x: int
    units: tuple
    n_y: int
    cell: str
    loss: str

    @property
    def equations(self):
        """The cell itself: its equations, adjoints and anatomy (`rnnlib.cells`)."""
        return CELLS[arguments.choice("cell", self.cell, CELLS)]

    @property
    def L(self):
        """The number of recurrent layers."""
        return len(self.units)

    def n(self, l):
        """The number of units of layer l; layer 0 is the input, layer L + 1 the output."""
        return (self.n_x, *self.units, self.n_y)[checked("layer l", l, range(self.L + 2))]

    def shapes(self, l):
        """{the cell's own name: shape} of recurrent layer l."""
        return self.equations.shapes(self.n(l), self.n(l - 1))

    @cached_property
    def names(self):
        """For each recurrent layer l {the cell's own name: full name}, as "W_a": "W_a[1]"."""
        return {l: {name: f"{name}[{l}]" for name in self.shapes(l)}
                for l in range(1, self.L + 1)}

    def __str__(self):
        return (f"Network(n_x={self.n_x}, units={self.units}, n_y={self.n_y}, "
                f"cell={self.cell!r}, loss={self.loss!r})")


class _Addressed:
    """What Forward and Backward share: a record for each quantity, made when first asked for.

    `_runs` holds for each recurrent layer its arrays by the cell's own names; `_timed` those that
    have a time and no layer. `x` is also layer 0 of `a`.
    """

    def __getattr__(self, name):
        # called only for what is not there yet, and the record made here then stays
        runs, timed = (self.__dict__.get(part, {}) for part in ("_runs", "_timed"))
        if runs and name in runs[1]:
            arrays = {l: arrays[name] for l, arrays in runs.items()}
            record = Record(name, {0: timed["x"], **arrays} if name == "a" else arrays, self.T)
        elif name in timed:
            record = None if timed[name] is None else OverTime(name, timed[name], self.T)
        else:
            raise AttributeError(f"{type(self).__name__} has no {name!r}; its quantities are "
                                 f"{', '.join(self._names())}")
        self.__dict__[name] = record
        return record

    def run(self, l):
        """All quantities of recurrent layer l over time, {the cell's own name: array}."""
        return self._runs[checked("layer l", l, range(1, len(self._runs) + 1))]

    def _names(self):
        return list(dict.fromkeys([*(self._runs[1] if self._runs else ()), *self._timed]))

    def __dir__(self):
        return [*super().__dir__(), *self._names()]


@dataclass(frozen=True, repr=False, eq=False)
class Forward(_Addressed):
    """One run forwards: z[l, t], a[l, t], z_y[t], y_hat[t], J[t], loss; nothing can be changed.

    Of a gated cell, in place of z, all the quantities in its equations: f[l, t], z_f[l, t], ...
    a[0, t] is the input and a[l, 0] the start state. Arrays at one address are (n, m), J[t] is
    (m,), loss a float: the sum over times and examples. After an example's end all is 0.
    y[t] is the target, mask[t] (m,) says where the loss counts. J, y and loss are None for a run
    without targets. `params` are those of this run.
    """

    T: int
    m: int
    lengths: np.ndarray
    kind: Kind
    params: MappingProxyType
    loss: float | None
    padded: np.ndarray | None
    _runs: dict
    _timed: dict

    @property
    def L(self):
        """The number of recurrent layers."""
        return self.kind.L

    @cached_property
    def slope(self):
        """g'(z), the slope of the activation: a Record like z."""
        return Record("slope", {l: clear_padding(self.kind.equations.slope(run), self.padded)
                                for l, run in self._runs.items()}, self.T)

    def input(self, l):
        """What layer l is fed at t = 1..T, (T, n, m): x for l = 1, the top a for l = L + 1."""
        l = checked("layer l", l, range(1, self.L + 2))
        return self.a.over_time(l - 1)[-self.T:]

    def uses(self, l):
        """[(derivative, {full parameter name: input})] of layer l; L + 1 is the output layer."""
        x = self.input(l)
        if l > self.L:
            return [("z_y", {"W_y": x, "b_y": None})]
        groups = self.kind.equations.uses(self.run(l), x)
        full = self.kind.names[l]
        return [(d, {full[name]: v for name, v in inputs.items()}) for d, inputs in groups]

    def use(self, name):
        """(l, derivative, input) of one parameter; KeyError for an unknown name."""
        arguments.known("parameter", name, self.params)
        return next((l, derivative, inputs[name]) for l in range(1, self.L + 2)
                    for derivative, inputs in self.uses(l) if name in inputs)

    def example(self, i):
        """The run of example i (0..m-1) alone, a Forward with m = 1 and the same T."""
        i = checked("example i", i, range(self.m))
        return self._part(lambda v: frozen(v[..., i:i + 1]), m=1,
                          lengths=frozen(self.lengths[i:i + 1]))

    def between(self, first, last):
        """The part of the run at times first..last, a Forward that numbers them from 1.

        Its start states are those that the whole run had reached at first - 1. An example that
        had ended by then has length 0.
        """
        first = checked("first", first, range(1, self.T + 1))
        last = checked("last", last, range(first, self.T + 1))
        before = first - 1
        # an array with a row for the start keeps one: the state before `first`
        return self._part(lambda v: v[before:last + len(v) - self.T], T=last - before,
                          lengths=frozen(np.clip(self.lengths, before, last) - before))

    def counting(self, where):
        """The same run with its loss counted only where `where` (T, m) says so as well."""
        mask = frozen(self.mask.over_time() & where)
        J = None if self.J is None else frozen(np.where(mask, self.J.over_time(), 0.0))
        return replace(self, _timed={**self._timed, "mask": mask, "J": J},
                       loss=total(J))

    def _part(self, cut, **sizes):
        """The run that is left of every array over time after a cut."""
        def part(v):
            return None if v is None else cut(v)

        timed = {name: part(v) for name, v in self._timed.items()}
        return replace(
            self, padded=part(self.padded), _timed=timed,
            _runs={l: {name: part(v) for name, v in run.items()} for l, run in self._runs.items()},
            loss=total(timed["J"]), **sizes)

    def weights(self, l):
        """The parameters of recurrent layer l by the cell's own names."""
        l = checked("layer l", l, range(1, self.L + 1))
        return {name: self.params[full] for name, full in self.kind.names[l].items()}

    def __repr__(self):
        return f"Forward(T={self.T}, m={self.m}, loss={self.loss}) of {self.kind}"


@dataclass(frozen=True, repr=False, eq=False)
class Backward(_Addressed):
    """The derivatives of the loss: a[l, t], z[l, t], x[t], z_y[t], a0[l], params[name].

    Of a gated cell, in place of z, those by its gates: f[l, t], z_f[l, t], ...; for an LSTM also
    c[l, t] = c_from_a[l, t] + c_from_next[l, t], and c0[l].
    a[l, t] is the total dJ/da^{<t>[l]} = from_above[l, t] + from_next[l, t]: the two paths.
    from_next[l, T] is 0, since after T there is no next time. Nothing can be changed.
    """

    forward: Forward
    params: MappingProxyType
    _runs: dict
    _timed: dict

    @property
    def T(self):
        """The number of times."""
        return self.forward.T

    @cached_property
    def a0(self):
        """The derivatives by the start states, by layer: a0[l]."""
        return self._by_start("a")

    @cached_property
    def c0(self):
        """The derivatives by an LSTM's start states c, by layer: c0[l]."""
        if "c" not in self.run(1):
            raise AttributeError("this cell carries no c")
        return self._by_start("c")

    def _by_start(self, state):
        return ByLayer(f"{state}0", {l: d[state][0] for l, d in self._runs.items()})

    def terms(self, name):
        """The gradient of one parameter through each time of its use: (T, *shape), new.

        Their sum over the first axis is `params[name]`. KeyError for an unknown name.
        """
        l, derivative, x = self.forward.use(name)
        with np.errstate(all="ignore"):
            return dense.terms(self.derivatives(l)[derivative], x)

    def derivatives(self, l):
        """The arrays over time of layer l by name; layer L + 1 is the output layer."""
        l = checked("layer l", l, range(1, self.forward.L + 2))
        return self._timed if l > self.forward.L else self.run(l)

    def __repr__(self):
        return f"Backward of {self.forward!r}"


def total(J):
    """The loss that J^{<t>} adds up to, inf where float64 ends; None for a run without targets."""
    with np.errstate(over="ignore"):
        return None if J is None else float(J.sum())


def top_derivative(fwd):
    """dJ/dz_y (T, n_y, m), 0 where nothing counts."""
    if fwd.y is None:
        raise ValueError("backward needs a loss: give y to forward, or d_a to backward")
    dz_y = LOSSES[fwd.kind.loss].gradient(fwd.y_hat.over_time(), fwd.y.over_time())
    return clear_padding(dz_y, ~fwd.mask.over_time())


def above_top(fwd, dz_y):
    """The derivative that the output layer sends down to the top layer's a, (T, n, m)."""
    return dense.at_every_time(fwd.params["W_y"].T, dz_y)


def sweep(fwd, above, step, lowest=1):
    """{layer: its derivatives by name} of the layers lowest..L.

    `above` is the derivative that reaches the top layer's a; `step` is the cell's `backward`
    or `itemised`, which takes it through one layer.
    """
    found = {}
    for l in range(fwd.L, lowest - 1, -1):
        found[l] = step(fwd.weights(l), fwd.run(l), above)
        if l > lowest:
            above = fwd.kind.equations.below(fwd.weights(l), found[l])
    return dict(sorted(found.items()))

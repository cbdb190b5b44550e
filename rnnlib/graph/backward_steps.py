"""The steps of a backward pass; steps.py says what a step is.

At a state the ways by which the loss depends on it meet; a gate has one step, which goes through
its z as well and gives the terms of its weights' gradients.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from rnnlib.cells.anatomy import Product
from rnnlib.graph.equations import (
    chained,
    group,
    joined,
    matrix,
    part_of,
    products,
    slope_of_loss,
    sub_of,
    sum_of,
    symbol,
    times_of,
    value,
    vector,
    weight,
)
from rnnlib.graph.forward_steps import At, ForwardSteps, unit_words
from rnnlib.graph.geometry import address
from rnnlib.records import OverTime

# a weight's term is written out as a matrix up to this many numbers
_MATRIX_ENTRIES = 30


@dataclass(frozen=True)
class Way:
    """One connection by which J depends on a quantity, with what comes back along it.

    products(unit) gives the numbers (left, right) whose products add up to the unit's share.
    target : the node it leads to. by : what the derivative is by that comes back from there.
    times : the sign of the product where units stay apart, so that products(-1) are vectors.
    """

    tokens: list
    products: Callable
    line: int
    target: tuple
    by: str
    times: str = ""


class BackwardSteps(ForwardSteps):
    """What the steps backward of a run of one example show.

    graph : the Graph that shows them; fwd : a Forward with m = 1; bwd : its Backward.
    """

    def __init__(self, graph, fwd, bwd=None):
        super().__init__(graph, fwd)
        self.bwd = bwd
        self._terms_of = cache(lambda name: OverTime(name, bwd.terms(name), fwd.T))
        self._use = cache(fwd.use)

    def _back(self, name, l):
        """What makes the backward steps of a quantity."""
        above = {"z_y": self._d_y, "J": self._d_loss}
        return above.get(name) or self._back_inside(name)

    # ---- above the layers

    def _d_loss(self, l, t, unit):
        asked = self.fwd.mask[t][0]
        first = "the way back starts here" if t == self.graph.length else "one more loss"
        say = f"backward, t = {t}: " + (first if asked else "no loss is asked for here")
        eq = [[slope_of_loss(symbol("J", None, t)), "=", value(float(asked)),
               " because J is the sum of the losses" if asked else " because J leaves it out"]]
        return self._step(("J", l, t), -1, say, [self._known("J", l, t, [float(asked)])], [], eq)

    def _d_y(self, l, t, unit):
        dz_y, y_hat = self.bwd.z_y[t][:, 0], self._value("y_hat", l, t)
        y = self._target(t)
        if self.fwd.kind.loss == "softmax":
            y = np.eye(self.graph.n_y)[y]
        eq = [[slope_of_loss(symbol("z", None, t, sub="y")), "=", symbol("ŷ", None, t), "−",
               symbol("y", None, t), "=", vector(y_hat), "−", vector(y), "=", vector(dz_y)]]
        if not self.fwd.mask[t][0]:
            eq = [[slope_of_loss(symbol("z", None, t, sub="y")), "=", vector(dz_y)]]
        eq.append(self._term_line("W_y", t, symbol("z", None, t, sub="y"),
                                  symbol("a", self.graph.L, t, transposed=True)))
        return self._step(("z_y", l, t), -1, f"backward, output, t = {t}: prediction minus target",
                     [self._known("y_hat", l, t, dz_y)],
                     [self._lit_loss(t, "from_above")], eq, [l, t])

    # ---- through a layer

    def _back_inside(self, name):
        """What makes the backward steps of a quantity of a layer."""
        if name in self.anatomy.inside:
            return partial(self._d_z, name)
        if name not in self.anatomy.states and self.anatomy[name].sums:
            return partial(self._d_gate, self.anatomy[name])
        return partial(self._met, name)

    def _met(self, name, l, t, unit):
        """The step in which the ways into a state, or into the input, meet."""
        paths = self._paths(name, l, t)
        total = getattr(self.bwd, name)[l, t][:, 0]
        on = [self._lit_line(way.line, unit, "c", role) for role, (_, ways) in paths.items()
              for way in ways]
        own = f", {name}" if self.anatomy.gated and l else ""
        say = (f"backward, {whereabouts(l, t)}{own}{unit_words(unit)}: "
               f"{self._meeting(name, l, t, paths)}")
        return self._step((name, l, t), unit, say, [self._known(name, l, t, total, unit)], on,
                          self._meeting_lines(name, l, t, unit, paths))

    def _meeting_lines(self, name, l, t, unit, paths):
        """The sum of all that comes back to a quantity: its symbols, its numbers."""
        part, total = part_of(unit), getattr(self.bwd, name)[l, t][:, 0]
        symbols = [group(sum_of([way.tokens for way in ways]), role, _caption(role, l, ways))
                   for role, (_, ways) in paths.items()]
        spelt = [products(*chained(ways, unit), role) for role, (_, ways) in paths.items()
                 if unit >= 0]
        node = self._input_symbol(0, t, sub_of(unit)) if l == 0 else (
            symbol(name, l, t, sub=sub_of(unit)))
        eq = [[slope_of_loss(node), "=", *joined(symbols if unit < 0 else spelt)],
              ["=", *joined([vector(share[part], role) for role, (share, _) in paths.items()]),
               "=", vector(total[part])]]
        if unit < 0 and all(way.times for _, ways in paths.values() for way in ways):
            eq.insert(1, ["=", *joined([self._vectors(ways, role)
                                        for role, (_, ways) in paths.items()])])
        return eq

    def _vectors(self, ways, role):
        return group(sum_of([times_of(*way.products(-1), way.times) for way in ways]), role)

    def _paths(self, name, l, t):
        """The ways by which J depends on a quantity: {role: (their share, [Way, ...])}.

        A role that leads nowhere, as from_next at the last time, is not there.
        """
        leaving = [b for b in self.graph.fed_by((name, l, t)) if not b.ghost]
        found = {}
        for role, time in (("from_above", t), ("from_next", t + 1)):
            ways = [self._way(bundle) for bundle in leaving if bundle.t == time]
            if ways:
                found[role] = self._share(name, l, t, role)[:, 0], ways
        return found

    def _share(self, name, l, t, role):
        """What a quantity's derivative gets from above or from next time; gates get all at once."""
        if l == 0:
            return self.bwd.x[t]
        if name == "a":
            return getattr(self.bwd, role)[l, t]
        if name not in self.anatomy.states:
            return getattr(self.bwd, name)[l, t]
        source = {"from_above": "from_a", "from_next": "from_next"}[role]
        return getattr(self.bwd, f"{name}_{source}")[l, t]

    def _way(self, bundle, unit=-1):
        """What comes back along a connection: through a matrix, or through a link's factor."""
        line = self._line[bundle.source, bundle.target]
        if bundle.each:
            part, l, t = self.anatomy[bundle.target[0]], *bundle.target[1:]
            at, d = At(self, l, t, unit), getattr(self.bwd, part.by)[l, t][:, 0]
            tokens, left = at.read(next(link.factor for link in part.links if
                                        address(link.source, l, t) == bundle.source))
            return Way([*tokens, at.times, slope_of_loss(at.symbol(part.by))],
                       lambda unit: (left[part_of(unit)], d[part_of(unit)]), line, bundle.target,
                       part.by, at.times)
        l, z, _ = self._use(bundle.weight)
        W, dz = self.fwd.params[bundle.weight], self._d(z, l, bundle.t)
        tokens = [weight(bundle.weight, transposed=True),
                  slope_of_loss(self._z_symbol(z, l, bundle.t))]
        return Way(tokens, lambda unit: (W[:, unit], dz), line, bundle.target, z)

    def _d(self, name, l, t):
        return (self.bwd.z_y[t] if name == "z_y" else getattr(self.bwd, name)[l, t])[:, 0]

    def _z_symbol(self, z, l, t, unit=-1):
        """A pre-activation by its name in the run: z, z_y or that of a gate."""
        if z == "z_y":
            return symbol("z", None, t, sub="y")
        return At(self, l, t, unit).symbol(z)

    def _meeting(self, name, l, t, paths):
        if l == 0:
            return "one way, from above"
        if name not in self.anatomy.states:
            return f"through {_and(way.by for _, ways in paths.values() for way in ways)}"
        if t == 0:
            return "one way, from next time"
        return "two ways meet" if t < self.graph.length else (
            "one way only, there is no next time")

    def _d_gate(self, part, l, t, unit):
        k, total = part.name, self._d(part.name, l, t)
        ways = [self._way(bundle, unit) for bundle in self.graph.fed_by((k, l, t))]
        at = At(self, l, t, unit)
        eq = [_product_line(at, k, sum_of([way.tokens for way in ways]),
                            [way.products(-1) for way in ways], total, "from_above"),
              *self._through_z(part, at, l, t), *self._term_lines(part, l, t, unit)]
        say = (f"backward, layer {l}, t = {t}{unit_words(unit)}: {part.title}, through "
               f"{_and(way.by for way in ways)}")
        on = [self._lit_line(way.line, unit, "c", "from_above") for way in ways]
        last = unit < 0 or unit == len(total) - 1
        return self._step((k, l, t), unit, say, [self._known(k, l, t, total, unit)], on, eq,
                          [l, t, k] if last else None)

    def _through_z(self, part, at, l, t):
        """dJ/dz of a gate from dJ/d(gate), and that by each z which goes into the last one."""
        *inner, last = part.sums
        lines = [self._product_line(at, last.z, part.slope, part.name, l, t)]
        for total in inner:
            met = next(of for of in last.addends
                       if isinstance(of, Product) and of.right.words == f"{{{total.z}}}")
            lines.append(self._product_line(at, total.z, met.left, last.z, l, t))
        return lines

    def _product_line(self, at, of, factor, by, l, t):
        """dJ/d(of) = factor times dJ/d(by)."""
        tokens, left = at.read(factor)
        return _product_line(at, of, [*tokens, at.times, slope_of_loss(at.symbol(by))],
                             [(left, self._d(by, l, t))], self._d(of, l, t))

    def _d_z(self, z, l, t, unit):
        part = self.anatomy[self.anatomy.inside[z]]
        da, dz = self._d(part.name, l, t), self._d(z, l, t)
        slope, inside, at = self._value("slope", l, t), part_of(unit), At(self, l, t, unit)
        eq = [[slope_of_loss(at.symbol(z)), "=", "g′(", at.symbol(z), ")", at.times,
               slope_of_loss(at.symbol(part.name)), "=", vector(slope[inside]), at.times,
               vector(da[inside]), "=", vector(dz[inside])]]
        eq += self._term_lines(part, l, t, unit)
        say = (f"backward, layer {l}, t = {t}{unit_words(unit)}: through the slope of "
               f"{part.activation}, to ∂J/∂{z}")
        last = unit < 0 or unit == len(dz) - 1
        # from here on the node shows what goes on along the lines, dJ/dz
        return self._step((z, l, t), unit, say, [self._known(z, l, t, dz, unit)], [], eq,
                          [l, t] if last else None, held=z)

    # ---- the terms of the weights' gradients

    def _term_lines(self, part, l, t, unit):
        """The terms of the gradients of a part's matrices."""
        lines = []
        for W in part.matrices:
            name = f"{W}[{l}]"
            z = self._z_symbol(self._use(name)[1], l, t, unit)
            lines.append(self._term_line(name, t, z, self._used(part, W, l, t, transposed=True),
                                         unit))
        return lines

    def _term_line(self, name, t, z, used, unit=-1):
        """The term of time t of a weight's gradient, written out where it is small enough."""
        term = self._term(name, t)
        rows = term if unit < 0 else term[[unit]]
        role = name[:3]
        line = ["term of ", weight(name, role=role), f" at t = {t}: ", slope_of_loss(z), used]
        return [*line, "=", matrix(rows, role)] if rows.size <= _MATRIX_ENTRIES else line

    def _term(self, name, t):
        return self._terms_of(name)[t]


def _product_line(at, of, tokens, pairs, total, role=""):
    """dJ/d(of) = tokens = the sum of the products of pairs (factor, derivative) = total."""
    part = part_of(at.unit)
    return [slope_of_loss(at.symbol(of)), "=", *([group(tokens, role)] if role else tokens), "=",
            *sum_of([times_of(left[part], d[part], at.times) for left, d in pairs]), "=",
            vector(total[part], role)]


def _caption(role, l, ways):
    """Where a share comes from, in words; within a layer by the names of what it feeds."""
    if role == "from_next":
        return "from next time"
    inner = [way.target for way in ways if way.target[1] == l]
    return f"from {_and(name for name, *_ in inner)}" if inner else "from above"


def _and(names):
    return " and ".join(names)


def whereabouts(l, t):
    if l == 0:
        return f"input, t = {t}"
    return f"layer {l}, t = {t}" if t else f"layer {l}, start state"

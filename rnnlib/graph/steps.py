"""What each step of a forward or backward pass shows: values, lit connections, words, equation.

A step is a plain dict, sent to the browser once with all others:

- ``at`` the node's address as "name,l,t"; ``unit`` the unit, or -1 for the whole layer;
- ``say`` the step in words;
- ``set`` what becomes known: [address, first unit, [text, ...], norm text or None, scale];
- ``on`` connections to light: [bundle, "r" | "c" | "*", index, role];
- ``eq`` lines of tokens (see equations.py);
- ``terms`` in a backward step: the time whose terms of the weights' gradients are now known,
  and the layer, as [l, t] or, of a gate k alone, [l, t, k]; or None.

Nothing is computed here but the single terms of the sums that the equations spell out.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from rnnlib.graph import SAME_PLACE
from rnnlib.graph.equations import (
    group,
    matrix,
    products,
    slope_of_loss,
    symbol,
    value,
    vector,
    weight,
)
from rnnlib.graph.svg import key
from rnnlib.style import number

# a weight's term is written out as a matrix up to this many numbers
_MATRIX_ENTRIES = 30


# a run that explodes is shown as it is: inf and nan in the numbers, no warning on the page
_silently = np.errstate(over="ignore", invalid="ignore")


@dataclass(frozen=True)
class Addend:
    """One term of a sum in an equation: its symbols, numbers (n,), and how a unit spells it out."""

    role: str
    tokens: list
    numbers: np.ndarray
    spelt: Callable


@dataclass(frozen=True)
class Way:
    """One connection by which J depends on a quantity, with what comes back along it.

    products(unit) gives the numbers (left, right) whose products add up to the unit's share.
    times : the sign of the product where units stay apart, so that products(-1) are vectors.
    """

    tokens: list
    products: Callable
    line: int
    times: str = ""


class Steps:
    """The steps of a run of one example through simple layers.

    graph : the Graph that shows them; fwd : a Forward with m = 1; bwd : its Backward, which
    only backward steps need.
    """

    def __init__(self, graph, fwd, bwd=None):
        self.graph, self.fwd, self.bwd = graph, fwd, bwd
        self._terms_of = cache(lambda name: bwd.terms(name))
        self._use = cache(fwd.use)
        self._index = {(b.weight or f"J{b.t}", b.t): k for k, b in enumerate(graph.bundles)
                       if not b.each}
        self._line = {(b.source, b.target): k for k, b in enumerate(graph.bundles)}

    @_silently
    def forward(self, by="layer"):
        """Steps of the forward pass, "layer" by layer or "unit" by unit."""
        found = [self._start()]
        for name, l, t in self.graph.forward_order():
            found += _by_unit(self._ahead(name, l), l, t, self.graph, by)
        return found

    def _ahead(self, name, l):
        """What makes the forward steps of a quantity."""
        return {"z": self._z, "y_hat": self._y_hat, "J": self._loss,
                "a": self._input if l == 0 else self._a}[name]

    @_silently
    def backward(self, by="layer"):
        """Steps of the backward pass, "layer" by layer or "unit" by unit."""
        found = []
        for name, l, t in self.graph.backward_order():
            found += _by_unit(self._back(name, l), l, t, self.graph, by)
        return found

    def _back(self, name, l):
        """What makes the backward steps of a quantity."""
        return {"J": self._d_loss, "z_y": self._d_y, "a": self._d_a, "z": self._d_z}[name]

    def known(self):
        """One step that shows every value of the run at once."""
        places = [address for address in self.graph.places if address[2] <= self.graph.length]
        return {"at": None, "unit": -1, "say": "", "on": [], "eq": [], "terms": None,
                "set": [self._known(*address, self._value(*address)) for address in places]}

    def scales(self, kind):
        """Largest finite magnitude behind each node colour: {scale name: number}."""
        run = self.fwd if kind == "forward" else self.bwd
        inputs, end, parts = run.a.over_time(0), self.graph.length, self.graph.anatomy.parts
        found = {"x": _largest(inputs[:end]), "a": _largest(
            (run.y_hat if kind == "forward" else run.z_y).over_time()[:end])}
        for part in parts:
            scale = _scale(part.name, 1)
            sizes = (_largest(getattr(run, part.name).over_time(l)[:end + 1])
                     for l in range(1, self.graph.L + 1))
            found[scale] = max(found.get(scale, 0.0), *sizes)
        # gradients share one scale, so that they can be compared over the layers
        return found if kind == "forward" else dict.fromkeys(found, max(found.values()))

    @_silently
    def terms(self):
        """Terms and partial sums, from the last time backwards, of every weight's gradient.

        {name: {"shape": [n, n_in], "terms": [[text, ...] per time], "sums": likewise}}, the
        entries of a matrix in row-major order.
        """
        found = {}
        for name in self.graph.shapes:
            terms = np.stack([self._term(name, t) for t in range(1, self.graph.length + 1)])
            sums = np.cumsum(terms[::-1], axis=0)[::-1]
            texts = [[[number(v) for v in at_t.ravel()] for at_t in whole]
                     for whole in (terms, sums)]
            found[name] = {"shape": terms.shape[1:], "terms": texts[0], "sums": texts[1]}
        return found

    # ---- forward

    def _value(self, name, l, t):
        run = self.fwd
        if name == "J":
            return run.J[t] if run.J is not None else np.zeros(0)
        record = run.y_hat[t] if name == "y_hat" else run.z_y[t] if name == "z_y" else (
            getattr(run, name)[l, t])
        return record[:, 0]

    def _start(self):
        states = [(name, l, 0) for l in range(1, self.graph.L + 1)
                  for name in self.graph.anatomy.states]
        known = [self._known(*address, self._value(*address)) for address in states]
        line = []
        for address in states:
            line += [symbol(*address), "=", vector(self._value(*address)), "  "]
        return step_at(("a", 1, 0), -1, "forward, t = 0: the start state", known, [], [line])

    def _input(self, l, t, unit):
        x = self._value("a", 0, t)
        return step_at(("a", 0, t), -1, f"forward, t = {t}: the input arrives",
                     [self._known("a", 0, t, x)], [], [[symbol("x", None, t), "=", vector(x)]])

    def _z(self, l, t, unit):
        z = self._value("z", l, t)
        addends = [self._bias(f"b[{l}]"), self._product(f"W_a[{l}]", t),
                   self._product(f"W_x[{l}]", t)]
        say = f"forward, layer {l}, t = {t}{unit_words(unit)}: the past and the input meet in z"
        return step_at(("z", l, t), unit, say, [self._known("z", l, t, z, unit)],
                     self._lit_into(("a", l, t), unit),
                     summed(symbol("z", l, t, sub=sub_of(unit)), addends, z, unit))

    def _a(self, l, t, unit):
        a, g = self._value("a", l, t), self.fwd.kind.cell
        eq = [self._activated("a", symbol("z", l, t, sub=sub_of(unit)), "z", g, (l, t), unit)]
        say = f"forward, layer {l}, t = {t}{unit_words(unit)}: a = {_of(g, 'z')}"
        return step_at(("a", l, t), unit, say, [self._known("a", l, t, a, unit)], [], eq)

    def _bias(self, name):
        b = self.fwd.params[name][:, 0]
        return Addend("b", weight(name, role="b"), b, lambda unit: value(b[unit], "b"))

    def _product(self, name, t):
        """A matrix times what it meets at time t."""
        W, role = self.fwd.params[name], name[:3]
        l, _, inputs = self._use(name)
        v = inputs[t - 1][:, 0]
        return Addend(role, group([weight(name), self._used(name, l, t)], role), W @ v,
                      lambda unit: products(W[unit], v, role))

    def _activated(self, name, z, of, g, place, unit):
        """The line name = g(z), z being the symbol of the pre-activation `of`."""
        part, y = part_of(unit), symbol(name, *place, sub=sub_of(unit))
        result = ["=", vector(self._value(name, *place)[part])]
        if g == "identity":
            return [y, "=", z, *result]
        return [y, "=", g, "(", z, ")", "=", g, "(", vector(self._value(of, *place)[part]), ")",
                *result]

    def _y_hat(self, l, t, unit):
        p, top = self.fwd.params, self._value("a", self.graph.L, t)
        z_y, y_hat = self._value("z_y", l, t), self._value("y_hat", l, t)
        eq = [[symbol("z", None, t, sub="y"), "=", weight("b_y", role="b"), "+",
               group([weight("W_y"), symbol("a", self.graph.L, t)], "W_y"), "=",
               vector(p["b_y"][:, 0], "b"), "+", vector(p["W_y"] @ top, "W_y"), "=",
               vector(z_y)]]
        output = {"softmax": "softmax", "logistic": "logistic"}.get(self.fwd.kind.loss)
        line = [symbol("ŷ", None, t), "="]
        line += [output, "(", symbol("z", None, t, sub="y"), ")"] if output else (
            [symbol("z", None, t, sub="y")])
        return step_at(("y_hat", l, t), -1, f"forward, t = {t}: the prediction",
                     [self._known("y_hat", l, t, y_hat)],
                     [self._lit("W_y", t, -1, "r", "W_y")], [*eq, [*line, "=", vector(y_hat)]])

    def _loss(self, l, t, unit):
        if self.fwd.J is None:
            return None
        J = self._value("J", l, t)
        so_far = [self._value("J", l, s)[0] for s in range(1, t + 1)]
        known = [self._known("J", l, t, J)]
        if not self.fwd.mask[t - 1, 0]:
            return step_at(("J", l, t), -1, f"forward, t = {t}: no loss is asked for here", known,
                         [], [[symbol("J", None, t), "=", value(0)]])
        eq = [[symbol("J", None, t), "=", *self._loss_formula(t), "=", vector(J)]]
        if t > 1:
            eq.append(["J so far ", "=", *joined([value(v) for v in so_far]), "=",
                       value(sum(so_far))])
        return step_at(("J", l, t), -1, f"forward, t = {t}: the loss", known,
                     [self._lit(f"J{t}", t, -1, "*", "forward")], eq)

    def _loss_formula(self, t):
        y_hat, y = self._value("y_hat", 0, t), self._target(t)
        if self.fwd.kind.loss == "softmax":
            return ["−log ", symbol("ŷ", None, t, sub=y + 1), "=", "−log ", value(y_hat[y])]
        if self.fwd.kind.loss == "squared":
            return ["½", *joined([["s", f"({number(a)} − {_signed(b)})", "", "2", ""]
                                   for a, b in zip(y_hat, y)], wrap=len(y) > 1)]
        chances = [q if hit else 1 - q for q, hit in zip(y_hat, y)]
        return [token for q in chances for token in ("−", "log ", value(q))]

    def _target(self, t):
        y = self.fwd.y[t - 1]
        return int(y[0]) if self.fwd.kind.loss == "softmax" else y[:, 0]

    # ---- backward

    def _d_loss(self, l, t, unit):
        asked = self.fwd.mask[t - 1, 0]
        first = "the way back starts here" if t == self.graph.length else "one more loss"
        say = f"backward, t = {t}: " + (first if asked else "no loss is asked for here")
        eq = [[slope_of_loss(symbol("J", None, t)), "=", value(float(asked)),
               " because J is the sum of the losses" if asked else " because J leaves it out"]]
        return step_at(("J", l, t), -1, say, [self._known("J", l, t, [float(asked)])], [], eq)

    def _d_y(self, l, t, unit):
        dz_y, y_hat = self.bwd.z_y[t][:, 0], self._value("y_hat", l, t)
        y = self._target(t)
        if self.fwd.kind.loss == "softmax":
            y = np.eye(self.graph.n_y)[y]
        eq = [[slope_of_loss(symbol("z", None, t, sub="y")), "=", symbol("ŷ", None, t), "−",
               symbol("y", None, t), "=", vector(y_hat), "−", vector(y), "=", vector(dz_y)]]
        if not self.fwd.mask[t - 1, 0]:
            eq = [[slope_of_loss(symbol("z", None, t, sub="y")), "=", vector(dz_y)]]
        eq.append(self._term_line("W_y", t, symbol("z", None, t, sub="y"),
                                  symbol("a", self.graph.L, t, transposed=True)))
        return step_at(("z_y", l, t), -1, f"backward, output, t = {t}: prediction minus target",
                     [self._known("y_hat", l, t, dz_y)],
                     [self._lit(f"J{t}", t, -1, "*", "from_above")], eq, [l, t])

    def _d_a(self, l, t, unit):
        return self._met("a", l, t, unit, f"backward, {whereabouts(l, t)}")

    def _met(self, name, l, t, unit, where):
        """The step in which the ways into a state meet."""
        part, paths = part_of(unit), self._paths(name, l, t)
        total = getattr(self.bwd, name)[l, t][:, 0]
        symbols = [group(_sum([way.tokens for way in ways]), role, self._captions(name)[role])
                   for role, (_, ways) in paths.items()]
        spelt = [products(*_chained(ways, unit), role) for role, (_, ways) in paths.items()
                 if unit >= 0]
        node = self._input_symbol(0, t, sub_of(unit)) if l == 0 else (
            symbol(name, l, t, sub=sub_of(unit)))
        eq = [[slope_of_loss(node), "=", *joined(symbols if unit < 0 else spelt)],
              ["=", *joined([vector(share[part], role) for role, (share, _) in paths.items()]),
               "=", vector(total[part])]]
        if unit < 0 and all(way.times for _, ways in paths.values() for way in ways):
            eq.insert(1, ["=", *joined([self._vectors(way, role)
                                        for role, (_, [way]) in paths.items()])])
        on = [self._lit_line(way.line, unit, "c", role) for role, (_, ways) in paths.items()
              for way in ways]
        say = f"{where}{unit_words(unit)}: {self._meeting(l, t)}"
        return step_at((name, l, t), unit, say, [self._known(name, l, t, total, unit)], on, eq)

    def _vectors(self, way, role):
        left, right = way.products(-1)
        return group(times_of(left, right, way.times), role)

    def _captions(self, name):
        return {"from_above": "from above", "from_next": "from next time"}

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
        return self.bwd.x[t] if l == 0 else getattr(self.bwd, role)[l, t]

    def _way(self, bundle):
        """What comes back through a matrix: its transpose times the derivative by its z."""
        name, t = bundle.weight, bundle.t
        l, z, _ = self._use(name)
        W, dz = self.fwd.params[name], self.bwd.derivatives(l)[z][t - 1][:, 0]
        tokens = [weight(name, transposed=True), slope_of_loss(self._z_symbol(z, l, t))]
        return Way(tokens, lambda unit: (W[:, unit], dz), self._line[bundle.source, bundle.target])

    def _z_symbol(self, z, l, t, unit=-1):
        """A pre-activation by its name in the run: z, z_y or that of a gate."""
        of = z.partition("_")[2]
        sub = ",".join(part for part in (of, str(sub_of(unit))) if part)
        return symbol("z", None if of == "y" else l, t, sub=sub)

    def _meeting(self, l, t):
        if l == 0:
            return "one path, from above"
        if t == 0:
            return "one path, from next time"
        return "two paths meet" if t < self.graph.length else (
            "one path only, there is no next time")

    def _d_z(self, l, t, unit):
        da, dz = self.bwd.a[l, t][:, 0], self.bwd.z[l, t][:, 0]
        slope = self._value("slope", l, t)
        part = part_of(unit)
        z, a = (symbol(letter, l, t, sub=sub_of(unit)) for letter in "za")
        times = "⊙" if unit < 0 and len(dz) > 1 else "·"
        eq = [[slope_of_loss(z), "=", "g′(", z, ")", times, slope_of_loss(a), "=",
               vector(slope[part]), times, vector(da[part]), "=", vector(dz[part])]]
        eq += [self._term_line(name, t, z, self._used(name, l, t, transposed=True), unit)
               for name in (f"W_a[{l}]", f"W_x[{l}]")]
        say = (f"backward, layer {l}, t = {t}{unit_words(unit)}: through the slope of "
               f"{self.fwd.kind.cell}")
        last = unit < 0 or unit == len(dz) - 1
        # the node goes on showing dJ/da, the sum of the arrows drawn into it
        return step_at(("z", l, t), unit, say, [], [], eq, [l, t] if last else None)

    def _used(self, name, l, t, transposed=False):
        """What the weight multiplies at time t."""
        if name.startswith("W_a"):
            return symbol("a", l, t - 1, transposed=transposed)
        return self._input_symbol(l - 1, t, transposed=transposed)

    def _term_line(self, name, t, z, used, unit=-1):
        """The term of time t of a weight's gradient, written out where it is small enough."""
        term = self._term(name, t)
        rows = term if unit < 0 else term[[unit]]
        role = name[:3]
        line = ["term of ", weight(name, role=role), f" at t = {t}: ", slope_of_loss(z), used]
        return [*line, "=", matrix(rows, role)] if rows.size <= _MATRIX_ENTRIES else line

    def _term(self, name, t):
        return self._terms_of(name)[t - 1]

    # ---- small things

    def _input_symbol(self, l, t, sub="", transposed=False):
        """a of the layer below, which is x for layer 0."""
        if l == 0:
            return symbol("x", None, t, sub=sub, transposed=transposed)
        return symbol("a", l, t, sub=sub, transposed=transposed)

    def _lit(self, name, t, unit, axis, role):
        return self._lit_line(self._index[name, t], unit, axis, role)

    def _lit_line(self, index, unit, axis, role):
        return [index, "*" if unit < 0 else axis, max(unit, 0), role]

    def _lit_into(self, address, unit):
        """What feeds a node, each connection in the colour of its kind."""
        return [self._lit_line(self._line[bundle.source, bundle.target], unit, "r", bundle.kind)
                for bundle in self.graph.feeds(address)]

    def _known(self, name, l, t, values, unit=-1):
        """What a node shows from now on; layer level adds the norm, its one number."""
        address = key(self.graph[name, l, t].address)
        values = np.asarray(values, dtype=float)
        with np.errstate(over="ignore"):
            norm = None if len(values) == 0 else (
                number(values[0]) if len(values) == 1 else number(np.linalg.norm(values)))
        if unit >= 0:
            values = values[unit:unit + 1]
        return [address, max(unit, 0), [number(v) for v in values], norm, _scale(name, l)]


def _by_unit(make, l, t, graph, by):
    if by == "layer" or not 1 <= l <= graph.L:
        return [step for step in [make(l, t, -1)] if step]
    return [make(l, t, unit) for unit in range(graph.units[l - 1])]


def step_at(address, unit, say, known, on, eq, terms=None):
    name, l, t = address
    return {"at": key((SAME_PLACE.get(name, name), l, t)), "unit": unit, "say": say,
            "set": known, "on": on, "eq": eq, "terms": terms}


def summed(of, addends, total, unit):
    """The lines of a sum: its symbols, of one unit its products; then its numbers."""
    terms = [addend.tokens if unit < 0 else addend.spelt(unit) for addend in addends]
    numbers = [vector(addend.numbers[part_of(unit)], addend.role) for addend in addends]
    return [[of, "=", *joined(terms)], ["=", *joined(numbers), "=", vector(total[part_of(unit)])]]


def _sum(parts):
    """Lists of tokens with + between them."""
    line = list(parts[0])
    for part in parts[1:]:
        line += ["+", *part]
    return line


def times_of(left, right, times):
    """The tokens of a product; a negative number stands in brackets after the sign."""
    second = vector(right)
    negative = second[0] == "n" and second[1].startswith("-")
    return [vector(left), times, *(["(", second, ")"] if negative else [second])]


def _chained(ways, unit):
    """Left and right numbers of all products of several ways."""
    pairs = [way.products(unit) for way in ways]
    return tuple(np.concatenate(side) for side in zip(*pairs))


def part_of(unit):
    return slice(None) if unit < 0 else slice(unit, unit + 1)


def sub_of(unit):
    return "" if unit < 0 else unit + 1


def _scale(name, l):
    """Which scale a node's colour is on: c of an LSTM, which has no bound, has one of its own."""
    return "x" if (name, l) == ("a", 0) else name if name in ("J", "c") else "a"


def joined(tokens, wrap=False):
    """Tokens with + between them, in brackets if asked."""
    line = []
    for k, token in enumerate(tokens):
        line += ["+", token] if k else [token]
    return ["(", *line, ")"] if wrap else line


def _signed(v):
    text = number(v)
    return f"({text})" if text.startswith("-") else text


def _of(g, of):
    return of if g == "identity" else f"{g}({of})"


def unit_words(unit):
    return "" if unit < 0 else f", unit {unit + 1}"


def whereabouts(l, t):
    if l == 0:
        return f"input, t = {t}"
    return f"layer {l}, t = {t}" if t else f"layer {l}, start state"


def _largest(values):
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))

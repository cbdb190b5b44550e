"""The steps of a forward pass; steps.py says what a step is.

What a layer consists of, what feeds what in it, the factors of its products and the words come
from the cell's anatomy. A gate has one step, which goes through its z as well; the z of a simple
layer has its own.
"""
import re
from functools import partial

import numpy as np

from rnnlib.cells.anatomy import Product, back, bare, numbers
from rnnlib.graph.equations import (
    Addend,
    group,
    joined,
    part_of,
    products,
    sub_of,
    summed,
    symbol,
    times_of,
    value,
    vector,
    weight,
)
from rnnlib.graph.geometry import address
from rnnlib.graph.svg import key
from rnnlib.style import number


class At:
    """Symbols and numbers of one layer at one time, of one unit or of all."""

    def __init__(self, steps, l, t, unit=-1):
        self._place, self.unit = (l, t), unit
        self._numbers = numbers(steps.fwd, l, t)
        self.times = "⊙" if unit < 0 and steps.graph.n(l) > 1 else "·"

    def symbol(self, quantity):
        """The symbol of a quantity as the cell calls it, also of a pre-activation such as z_f."""
        l, t = self._place
        base, _, of = bare(quantity).partition("_")
        sub = ",".join(part for part in (of, str(sub_of(self.unit))) if part)
        return symbol(base, l, t - back(quantity), sub=sub)

    def number(self, quantity):
        """Its numbers (n,)."""
        return self._numbers(quantity)[:, 0]

    def read(self, factor):
        """(tokens, numbers) of a factor."""
        words = re.findall(r"\{[^}]*\}|\*|[^{*]+", factor.words)
        tokens = [self.symbol(word[1:-1]) if word[0] == "{" else
                  self.times if word == "*" else word for word in words]
        return tokens, factor.value(self.number)


class ForwardSteps:
    """What the steps forward of a run of one example show.

    graph : the Graph that shows them; fwd : a Forward with m = 1.
    """

    def __init__(self, graph, fwd):
        self.graph, self.fwd, self.anatomy = graph, fwd, graph.anatomy
        self._line = {(b.source, b.target): k for k, b in enumerate(graph.bundles)}

    def _ahead(self, name, l):
        """What makes the forward steps of a quantity."""
        above = {"y_hat": self._y_hat, "J": self._loss}
        return above.get(name) or (self._ahead_inside(name) if l else self._input)

    def _start(self):
        states = [(name, l, 0) for l in range(1, self.graph.L + 1)
                  for name in self.anatomy.states]
        known = [self._known(*state, self._value(*state)) for state in states]
        line = [token for state in states
                for token in (symbol(*state), "=", vector(self._value(*state)), "  ")]
        return self._step(("a", 1, 0), -1, "forward, t = 0: the start state", known, [], [line])

    def _input(self, l, t, unit):
        x = self._value("a", 0, t)
        return self._step(("a", 0, t), -1, f"forward, t = {t}: the input arrives",
                     [self._known("a", 0, t, x)], [], [[symbol("x", None, t), "=", vector(x)]])

    # ---- through a layer

    def _ahead_inside(self, name):
        """What makes the forward steps of a quantity of a layer."""
        if name in self.anatomy.inside:
            return partial(self._z, name)
        part = self.anatomy[name]
        if not part.sums:
            return partial(self._made, part)
        return partial(self._a if name in self.anatomy.states else self._gate, part)

    def _z(self, z, l, t, unit):
        part = self.anatomy[self.anatomy.inside[z]]
        say = f"forward, layer {l}, t = {t}{unit_words(unit)}: the past and the input meet in z"
        return self._step((z, l, t), unit, say,
                          [self._known(z, l, t, self._value(z, l, t), unit)],
                          self._lit_into((part.name, l, t), unit),
                          self._sum_lines(part, l, t, unit), held=z)

    def _a(self, part, l, t, unit):
        g, [z] = part.activation, part.inside
        a = self._value(part.name, l, t)
        say = f"forward, layer {l}, t = {t}{unit_words(unit)}: a = {_applied(g, z)}"
        return self._step((part.name, l, t), unit, say,
                          [self._known(part.name, l, t, a, unit)], [],
                          [self._activated(part, l, t, unit)])

    def _gate(self, part, l, t, unit):
        eq = [*self._sum_lines(part, l, t, unit), self._activated(part, l, t, unit)]
        return self._forward_step(part, l, t, unit, eq)

    def _sum_lines(self, part, l, t, unit):
        """The sums of a part's pre-activations."""
        at = At(self, l, t, unit)
        return [line for total in part.sums for line in summed(
                    at.symbol(total.z), [self._addend(part, of, l, t) for of in total.addends],
                    self._value(total.z, l, t), unit)]

    def _addend(self, part, of, l, t):
        """A term of a sum: a Product, a bias or a matrix times what it meets."""
        if isinstance(of, Product):
            return self._of_two(of, l, t)
        W, role = self.fwd.params[f"{of}[{l}]"], of[:3]
        if role.startswith("b"):
            b = W[:, 0]
            return Addend("b", weight(f"{of}[{l}]", role="b"), b, lambda unit: value(b[unit], "b"))
        v = self._met_by(part, of, l, t)
        return Addend(role, group([weight(f"{of}[{l}]"), self._used(part, of, l, t)], role), W @ v,
                      lambda unit: products(W[unit], v, role))

    def _met_by(self, part, W, l, t):
        """What a matrix of a part multiplies at time t, (k,)."""
        return self._value("a", l - 1, t) if W.startswith("W_x") else (
            self._value(*address(part.past, l, t)))

    def _of_two(self, product, l, t):
        """A product of two factors, unit by unit."""
        at, role = At(self, l, t), product.role
        (symbols_a, a), (symbols_b, b) = at.read(product.left), at.read(product.right)
        return Addend(role, group([*symbols_a, at.times, *symbols_b], role), a * b,
                      lambda unit: products(a[part_of(unit)], b[part_of(unit)], role))

    def _activated(self, part, l, t, unit):
        """The line y = g(z)."""
        at, z, g, inside = At(self, l, t, unit), part.by, part.activation, part_of(unit)
        result = ["=", vector(at.number(part.name)[inside])]
        if g == "identity":
            return [at.symbol(part.name), "=", at.symbol(z), *result]
        return [at.symbol(part.name), "=", g, "(", at.symbol(z), ")", "=", g, "(",
                vector(at.number(z)[inside]), ")", *result]

    def _made(self, part, l, t, unit):
        at = At(self, l, t, unit)
        first, last = summed(at.symbol(part.name), [self._of_two(of, l, t) for of in part.products],
                             self._value(part.name, l, t), unit)
        if len(part.products) == 1:
            last = ["=", vector(self._value(part.name, l, t)[part_of(unit)],
                                part.products[0].role)]
        read = [(of.role, at.read(of.left), at.read(of.right)) for of in part.products]
        if unit < 0:
            spelt = [group(times_of(a, b, at.times), role) for role, (_, a), (_, b) in read]
            return self._forward_step(part, l, t, unit, [first, ["=", *joined(spelt)], last])
        symbols = [group([*a, at.times, *b], role) for role, (a, _), (b, _) in read]
        return self._forward_step(part, l, t, unit, [
            [at.symbol(part.name), "=", *joined(symbols)], ["=", *first[2:]], last])

    def _forward_step(self, part, l, t, unit, eq):
        say = f"forward, layer {l}, t = {t}{unit_words(unit)}: {part.words or part.name}"
        known = [self._known(part.name, l, t, self._value(part.name, l, t), unit)]
        return self._step((part.name, l, t), unit, say, known,
                          self._lit_into((part.name, l, t), unit), eq)

    def _used(self, part, W, l, t, transposed=False):
        """The symbol of what a matrix of a part multiplies at time t."""
        if W.startswith("W_x"):
            return self._input_symbol(l - 1, t, transposed=transposed)
        return symbol(*address(part.past, l, t), transposed=transposed)

    # ---- above the layers

    def _y_hat(self, l, t, unit):
        p, top = self.fwd.params, self._value("a", self.graph.L, t)
        z_y, y_hat = self._value("z_y", l, t), self._value("y_hat", l, t)
        ours = p["b_y"][:, 0] + p["W_y"] @ top
        # of a network that reads both ways, what the other way adds
        theirs = ["+", vector(z_y - ours), " from the other way"] if np.any(
            np.abs(z_y - ours) > 1e-9 * (1 + np.abs(z_y))) else []
        eq = [[symbol("z", None, t, sub="y"), "=", weight("b_y", role="b"), "+",
               group([weight("W_y"), symbol("a", self.graph.L, t)], "W_y"), "=",
               vector(p["b_y"][:, 0], "b"), "+", vector(p["W_y"] @ top, "W_y"), *theirs, "=",
               vector(z_y)]]
        output = {"softmax": "softmax", "logistic": "logistic"}.get(self.fwd.kind.loss)
        line = [symbol("ŷ", None, t), "="]
        line += [output, "(", symbol("z", None, t, sub="y"), ")"] if output else (
            [symbol("z", None, t, sub="y")])
        return self._step(("y_hat", l, t), -1, f"forward, t = {t}: the prediction",
                     [self._known("y_hat", l, t, y_hat)],
                     self._lit_into(("y_hat", l, t), -1), [*eq, [*line, "=", vector(y_hat)]])

    def _loss(self, l, t, unit):
        if self.fwd.J is None:
            return None
        J = self._value("J", l, t)
        so_far = [self._value("J", l, s)[0] for s in range(1, t + 1)]
        known = [self._known("J", l, t, J)]
        if not self.fwd.mask[t][0]:
            say = f"forward, t = {t}: no loss is asked for here"
            return self._step(("J", l, t), -1, say, known, [],
                              [[symbol("J", None, t), "=", value(0)]])
        eq = [[symbol("J", None, t), "=", *self._loss_formula(t), "=", vector(J)]]
        if t > 1:
            eq.append(["J so far ", "=", *joined([value(v) for v in so_far]), "=",
                       value(sum(so_far))])
        return self._step(("J", l, t), -1, f"forward, t = {t}: the loss", known,
                     [self._lit_loss(t, "forward")], eq)

    def _loss_formula(self, t):
        y_hat, y = self._value("y_hat", 0, t), self._target(t)
        if self.fwd.kind.loss == "softmax":
            return ["−log ", symbol("ŷ", None, t, sub=y + 1), "=", "−log ", value(y_hat[y])]
        if self.fwd.kind.loss == "squared":
            return ["½", *joined([["s", f"({number(a)} − {_signed(b)})", "", "2", ""]
                                   for a, b in zip(y_hat, y)], wrap=len(y) > 1)]
        chances = [q if hit else 1 - q for q, hit in zip(y_hat, y)]
        return [token for q in chances for token in ("−", "log ", value(q))]

    def _lit_loss(self, t, role):
        """The line from a prediction to its loss."""
        top = self.graph.L + 1
        return self._lit_line(self._line[("y_hat", top, t), ("J", top + 1, t)], -1, "*", role)

    def _target(self, t):
        y = self.fwd.y[t]
        return int(y[0]) if self.fwd.kind.loss == "softmax" else y[:, 0]

    # ---- small things

    def _value(self, name, l, t):
        run = self.fwd
        if name == "J":
            return run.J[t] if run.J is not None else np.zeros(0)
        record = getattr(run, name)
        return (record[t] if name in ("y_hat", "z_y") else record[l, t])[:, 0]

    def _step(self, at, unit, say, known, on, eq, terms=None, held=None):
        step = {"at": key(self.graph[at].address), "unit": unit, "say": say, "set": known,
                "on": on, "eq": eq}
        return step | ({"terms": terms} if terms else {}) | ({"held": held} if held else {})

    def _input_symbol(self, l, t, sub="", transposed=False):
        """a of the layer below, which is x for layer 0."""
        if l == 0:
            return symbol("x", None, t, sub=sub, transposed=transposed)
        return symbol("a", l, t, sub=sub, transposed=transposed)

    def _lit_line(self, index, unit, axis, role):
        return [index, "*" if unit < 0 else axis, max(unit, 0), role]

    def _lit_into(self, at, unit):
        """What feeds a node, each connection in the colour of its kind."""
        return [self._lit_line(self._line[bundle.source, bundle.target], unit, "r", bundle.kind)
                for bundle in self.graph.feeds(at)]

    def _known(self, name, l, t, values, unit=-1):
        """What a node holds from now on, and on which scale; layer level shows the norm alone."""
        at = key(self.graph[name, l, t].address)
        values = np.asarray(values, dtype=float)
        with np.errstate(over="ignore"):
            norm = None if self.graph.level == "unit" or len(values) == 0 else (
                values[0] if len(values) == 1 else np.linalg.norm(values))
        if unit >= 0:
            values = values[unit:unit + 1]
        return at, max(unit, 0), values, norm, self._scale(name, l)

    def _scale(self, name, l):
        """Which scale a node's colour is on: a state beside a, which has no bound, has its own."""
        if (name, l) == ("a", 0):
            return "x"
        return name if name == "J" or name in self.anatomy.states else "a"


def _signed(v):
    text = number(v)
    return f"({text})" if text.startswith("-") else text


def _applied(g, of):
    return of if g == "identity" else f"{g}({of})"


def unit_words(unit):
    return "" if unit < 0 else f", unit {unit + 1}"

"""What each step of a forward or backward pass shows: values, lit connections, words, equation.

A step is a plain dict, sent to the browser once with all others:

- ``at`` the node's address as "name,l,t"; ``unit`` the unit, or -1 for the whole layer;
- ``say`` the step in words;
- ``set`` what becomes known: [address, first unit, [text, ...], norm text or None, scale];
- ``on`` connections to light: [bundle, "r" | "c" | "*", index, role];
- ``eq`` lines of tokens (see equations.py);
- ``terms`` in a backward step: the time whose terms of the weights' gradients are now known,
  and the layer, as [l, t], or None.

Nothing is computed here but the single terms of the sums that the equations spell out.
"""
from functools import cache

import numpy as np

from rnnlib.graph import SAME_PLACE
from rnnlib.style import number
from rnnlib.widgets.equations import (
    group,
    matrix,
    products,
    slope_of_loss,
    symbol,
    value,
    vector,
    weight,
)
from rnnlib.widgets.graph_svg import key

# a weight's term is written out as a matrix up to this many numbers
_MATRIX_ENTRIES = 30


# a run that explodes is shown as it is: inf and nan in the numbers, no warning on the page
_silently = np.errstate(over="ignore", invalid="ignore")


class Steps:
    """The steps of a run of one example.

    graph : the Graph that shows them; fwd : a Forward with m = 1; bwd : its Backward, which
    only backward steps need.
    """

    def __init__(self, graph, fwd, bwd=None):
        self.graph, self.fwd, self.bwd = graph, fwd, bwd
        self._terms_of = cache(lambda name: bwd.terms(name))
        self._index = {(b.weight or f"J{b.t}", b.t): k for k, b in enumerate(graph.bundles)}

    @_silently
    def forward(self, by="layer"):
        """Steps of the forward pass, "layer" by layer or "unit" by unit."""
        found = [self._start()]
        for name, l, t in self.graph.forward_order():
            make = {"z": self._z, "y_hat": self._y_hat, "J": self._loss,
                    "a": self._input if l == 0 else self._a}[name]
            found += _by_unit(make, l, t, self.graph, by if name in "za" and l else "layer")
        return found

    @_silently
    def backward(self, by="layer"):
        """Steps of the backward pass, "layer" by layer or "unit" by unit."""
        found = []
        for name, l, t in self.graph.backward_order():
            make = {"J": self._d_loss, "z_y": self._d_y, "a": self._d_a, "z": self._d_z}[name]
            found += _by_unit(make, l, t, self.graph, by if name in "za" and l else "layer")
        return found

    def known(self):
        """One step that shows every value of the run at once."""
        places = [address for address in self.graph.places if address[2] <= self.graph.length]
        return {"at": None, "unit": -1, "say": "", "on": [], "eq": [], "terms": None,
                "set": [self._known(*address, self._value(*address)) for address in places]}

    def scales(self, kind):
        """Largest finite magnitude behind each node colour: {scale name: number}."""
        run = self.fwd if kind == "forward" else self.bwd
        inputs, end = run.a.over_time(0), self.graph.length
        states = [run.a.over_time(l)[:end + 1] for l in range(1, self.graph.L + 1)]
        output = run.y_hat if kind == "forward" else run.z_y
        rest = max(map(_largest, (*states, output.over_time()[:end])))
        x = _largest(inputs[:end])
        # gradients share one scale, so that they can be compared over the layers
        return {"x": x, "a": rest} if kind == "forward" else dict.fromkeys("xa", max(x, rest))

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
        known = [self._known("a", l, 0, self._value("a", l, 0))
                 for l in range(1, self.graph.L + 1)]
        line = []
        for l in range(1, self.graph.L + 1):
            line += [symbol("a", l, 0), "=", vector(self._value("a", l, 0)), "  "]
        return _step(("a", 1, 0), -1, "forward, t = 0: the start state", known, [], [line])

    def _input(self, l, t, unit):
        x = self._value("a", 0, t)
        return _step(("a", 0, t), -1, f"forward, t = {t}: the input arrives",
                     [self._known("a", 0, t, x)], [], [[symbol("x", None, t), "=", vector(x)]])

    def _z(self, l, t, unit):
        p, z = self.fwd.params, self._value("z", l, t)
        W_a, W_x, b = p[f"W_a[{l}]"], p[f"W_x[{l}]"], p[f"b[{l}]"][:, 0]
        a_prev, x = self._value("a", l, t - 1), self._value("a", l - 1, t)
        names = [symbol("a", l, t - 1, role=""), self._input_symbol(l - 1, t)]
        if unit < 0:
            say = f"forward, layer {l}, t = {t}: the past and the input meet in z"
            eq = [[symbol("z", l, t), "=", weight(f"b[{l}]", role="b"), "+",
                   group([weight(f"W_a[{l}]"), names[0]], "W_a"), "+",
                   group([weight(f"W_x[{l}]"), names[1]], "W_x")],
                  ["=", vector(b, "b"), "+", vector(W_a @ a_prev, "W_a"), "+",
                   vector(W_x @ x, "W_x"), "=", vector(z)]]
        else:
            i = unit
            say = f"forward, layer {l}, t = {t}, unit {i + 1}: the past and the input meet in z"
            eq = [[symbol("z", l, t, sub=i + 1), "=", value(b[i], "b"), "+",
                   products(W_a[i], a_prev, "W_a"), "+", products(W_x[i], x, "W_x")],
                  ["=", value(b[i], "b"), "+", value(W_a[i] @ a_prev, "W_a"), "+",
                   value(W_x[i] @ x, "W_x"), "=", value(z[i])]]
        on = [self._lit(f"W_a[{l}]", t, unit, "r", "W_a"),
              self._lit(f"W_x[{l}]", t, unit, "r", "W_x")]
        return _step(("z", l, t), unit, say, [self._known("z", l, t, z, unit)], on, eq)

    def _a(self, l, t, unit):
        z, a, g = self._value("z", l, t), self._value("a", l, t), self.fwd.kind.cell
        part = slice(None) if unit < 0 else slice(unit, unit + 1)
        sub = "" if unit < 0 else unit + 1
        eq = [[symbol("a", l, t, sub=sub), "=", g, "(", symbol("z", l, t, sub=sub), ")", "=", g,
               "(", vector(z[part]), ")", "=", vector(a[part])]]
        if g == "identity":
            eq = [[symbol("a", l, t, sub=sub), "=", symbol("z", l, t, sub=sub), "=",
                   vector(a[part])]]
        say = f"forward, layer {l}, t = {t}{_unit_words(unit)}: a = {_of(g, 'z')}"
        return _step(("a", l, t), unit, say, [self._known("a", l, t, a, unit)], [], eq)

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
        return _step(("y_hat", l, t), -1, f"forward, t = {t}: the prediction",
                     [self._known("y_hat", l, t, y_hat)],
                     [self._lit("W_y", t, -1, "r", "W_y")], [*eq, [*line, "=", vector(y_hat)]])

    def _loss(self, l, t, unit):
        if self.fwd.J is None:
            return None
        J = self._value("J", l, t)
        so_far = [self._value("J", l, s)[0] for s in range(1, t + 1)]
        known = [self._known("J", l, t, J)]
        if not self.fwd.mask[t - 1, 0]:
            return _step(("J", l, t), -1, f"forward, t = {t}: no loss is asked for here", known,
                         [], [[symbol("J", None, t), "=", value(0)]])
        eq = [[symbol("J", None, t), "=", *self._loss_formula(t), "=", vector(J)]]
        if t > 1:
            eq.append(["J so far ", "=", *_joined([value(v) for v in so_far]), "=",
                       value(sum(so_far))])
        return _step(("J", l, t), -1, f"forward, t = {t}: the loss", known,
                     [self._lit(f"J{t}", t, -1, "*", "forward")], eq)

    def _loss_formula(self, t):
        y_hat, y = self._value("y_hat", 0, t), self._target(t)
        if self.fwd.kind.loss == "softmax":
            return ["−log ", symbol("ŷ", None, t, sub=y + 1), "=", "−log ", value(y_hat[y])]
        if self.fwd.kind.loss == "squared":
            return ["½", *_joined([["s", f"({number(a)} − {_signed(b)})", "", "2", ""]
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
        return _step(("J", l, t), -1, say, [self._known("J", l, t, [float(asked)])], [], eq)

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
        return _step(("z_y", l, t), -1, f"backward, output, t = {t}: prediction minus target",
                     [self._known("y_hat", l, t, dz_y)],
                     [self._lit(f"J{t}", t, -1, "*", "from_above")], eq, [l, t])

    def _d_a(self, l, t, unit):
        above, following = self._paths(l, t)
        part = slice(None) if unit < 0 else slice(unit, unit + 1)
        sub = "" if unit < 0 else unit + 1
        total = self.bwd.a[l, t][:, 0]
        symbols, numbers, on = [], [], []
        for path, role in ((above, "from_above"), (following, "from_next")):
            if path is None:
                continue
            name, t_use, (of, l_of, t_of, sub_of), record = path
            d_z = slope_of_loss(symbol(of, l_of, t_of, sub=sub_of))
            caption = "from above" if role == "from_above" else "from next time"
            symbols.append(group([weight(name, transposed=True), d_z], role, caption))
            numbers.append((vector(record[part], role), self._path_products(path, unit, role)))
            on.append(self._lit(name, t_use, unit, "c", role))
        node = self._input_symbol(0, t, sub) if l == 0 else symbol("a", l, t, sub=sub)
        eq = [[slope_of_loss(node), "=", *_joined(symbols)]] if unit < 0 else [
            [slope_of_loss(node), "=", *_joined([spelt for _, spelt in numbers])]]
        eq.append(["=", *_joined([short for short, _ in numbers]), "=", vector(total[part])])
        say = f"backward, {_where(l, t)}{_unit_words(unit)}: {self._meeting(l, t)}"
        return _step(("a", l, t), unit, say, [self._known("a", l, t, total, unit)], on, eq)

    def _paths(self, l, t):
        """The two ways by which J depends on a[l, t], each None where it does not exist.

        A path is (weight, time of use, (letter, layer, time, sub) of its z, its gradient).
        """
        g = self.graph
        above = following = None
        if t >= 1:
            record = self.bwd.from_above[l, t] if l else self.bwd.x[t]
            to = ("z", None, t, "y") if l == g.L else ("z", l + 1, t, "")
            name = "W_y" if l == g.L else f"W_x[{l + 1}]"
            above = (name, t, to, record[:, 0])
        if l >= 1 and t < g.length:
            record = self.bwd.from_next[l, t][:, 0]
            following = (f"W_a[{l}]", t + 1, ("z", l, t + 1, ""), record)
        return above, following

    def _path_products(self, path, unit, role):
        name, t_use, (_, l_of, _, _), _ = path
        if unit < 0:
            return None
        dz = self.bwd.z_y[t_use] if name == "W_y" else self.bwd.z[l_of, t_use]
        return products(self.fwd.params[name][:, unit], dz[:, 0], role)

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
        part = slice(None) if unit < 0 else slice(unit, unit + 1)
        sub = "" if unit < 0 else unit + 1
        z, a = (symbol(letter, l, t, sub=sub) for letter in "za")
        times = "⊙" if unit < 0 and len(dz) > 1 else "·"
        eq = [[slope_of_loss(z), "=", "g′(", z, ")", times, slope_of_loss(a), "=",
               vector(slope[part]), times, vector(da[part]), "=", vector(dz[part])]]
        eq += [self._term_line(name, t, z, self._used(name, l, t), unit)
               for name in (f"W_a[{l}]", f"W_x[{l}]")]
        say = (f"backward, layer {l}, t = {t}{_unit_words(unit)}: through the slope of "
               f"{self.fwd.kind.cell}")
        last = unit < 0 or unit == len(dz) - 1
        # the node goes on showing dJ/da, the sum of the arrows drawn into it
        return _step(("z", l, t), unit, say, [], [], eq, [l, t] if last else None)

    def _used(self, name, l, t):
        """What the weight multiplies at time t, transposed."""
        if name.startswith("W_a"):
            return symbol("a", l, t - 1, transposed=True)
        return self._input_symbol(l - 1, t, transposed=True)

    def _term_line(self, name, t, z, used, unit=-1):
        """The term of time t of a weight's gradient, written out where it is small enough."""
        term = self._term(name, t)
        rows = term if unit < 0 else term[[unit]]
        role = name.partition("[")[0]
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
        return [self._index[name, t], "*" if unit < 0 else axis, max(unit, 0), role]

    def _known(self, name, l, t, values, unit=-1):
        """What a node shows from now on; layer level adds the norm, its one number."""
        address = key(self.graph[name, l, t].address)
        values = np.asarray(values, dtype=float)
        scale = "x" if (name, l) == ("a", 0) else "J" if name == "J" else "a"
        with np.errstate(over="ignore"):
            norm = None if len(values) == 0 else (
                number(values[0]) if len(values) == 1 else number(np.linalg.norm(values)))
        if unit >= 0:
            values = values[unit:unit + 1]
        return [address, max(unit, 0), [number(v) for v in values], norm, scale]


def _by_unit(make, l, t, graph, by):
    if by == "layer":
        return [step for step in [make(l, t, -1)] if step]
    return [make(l, t, unit) for unit in range(graph.units[l - 1])]


def _step(address, unit, say, known, on, eq, terms=None):
    name, l, t = address
    return {"at": key((SAME_PLACE.get(name, name), l, t)), "unit": unit, "say": say,
            "set": known, "on": on, "eq": eq, "terms": terms}


def _joined(tokens, wrap=False):
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


def _unit_words(unit):
    return "" if unit < 0 else f", unit {unit + 1}"


def _where(l, t):
    if l == 0:
        return f"input, t = {t}"
    return f"layer {l}, t = {t}" if t else f"layer {l}, start state"


def _largest(values):
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))

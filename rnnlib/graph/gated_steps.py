"""The steps through layers with gates, LSTM and GRU; steps.py says what a step is.

A gate has one step in each direction, which goes through its z as well. What feeds what comes
from the graph's table; only the words and the factors of the products stand here.
"""
from functools import partial

from rnnlib.graph.equations import group, products, slope_of_loss, symbol, vector
from rnnlib.graph.steps import (
    Addend,
    Steps,
    Way,
    joined,
    part_of,
    step_at,
    sub_of,
    summed,
    times_of,
    unit_words,
    whereabouts,
)

NAMES = {"f": "forget gate", "i": "input gate", "o": "output gate", "r": "reset gate",
         "u": "update gate", "g": "candidate"}
# (cell, quantity): what a step forward says of it; gates say their names
_AHEAD = {
    ("lstm", "c"): "c keeps f times its past and adds i times the candidate",
    ("lstm", "a"): "a shows what o lets out of c",
    ("gru", "g"): "candidate, r times its past",
    ("gru", "a"): "a keeps u times its past and takes 1 − u of the candidate",
}


class _At:
    """Symbols and numbers of one layer at one time, of one unit or of all."""

    def __init__(self, steps, l, t, unit=-1):
        self._steps, self._place, self.unit = steps, (l, t), unit
        self.times = "⊙" if unit < 0 and max(steps.graph.units) > 1 else "·"

    def symbol(self, name, back=0):
        l, t = self._place
        if name.startswith("z"):
            return self._steps._z_symbol(name, l, t, self.unit)
        return symbol(name, l, t - back, sub=sub_of(self.unit))

    def number(self, name, back=0):
        l, t = self._place
        return self._steps._value(name, l, t - back)


def _own(name, back=0):
    """A factor that is a quantity itself."""
    return lambda at: ([at.symbol(name, back)], at.number(name, back))


def _rest(name):
    """The factor 1 − name."""
    return lambda at: (["(1 − ", at.symbol(name), ")"], 1.0 - at.number(name))


def _shown(at):
    """da/dc: o (1 − tanh²(c))."""
    return ([at.symbol("o"), at.times, "(1 − tanh²(", at.symbol("c"), "))"],
            at.number("o") * (1.0 - at.number("tanh_c") ** 2))


def _tanh_c(at):
    return ["tanh(", at.symbol("c"), ")"], at.number("tanh_c")


def _mixed(at):
    """da/du: a_prev − g."""
    return (["(", at.symbol("a", 1), "−", at.symbol("g"), ")"],
            at.number("a", 1) - at.number("g"))


# (source, target) of a link: the factor at the target's time that its derivative meets on the
# way back. The derivative is that by the target, for r that by the z of its target.
FACTORS = {
    "lstm": {("c", "c"): _own("f"), ("c", "a"): _shown, ("o", "a"): _tanh_c,
             ("f", "c"): _own("c", 1), ("i", "c"): _own("g"), ("g", "c"): _own("i")},
    "gru": {("a", "a"): _own("u"), ("u", "a"): _mixed, ("g", "a"): _rest("u"),
            ("r", "g"): _own("z_ag")},
}
# what a product adds up to: {quantity: ((role, left factor, right factor), ...)}
MADE = {
    "lstm": {"c": (("kept", _own("f"), _own("c", 1)), ("unit", _own("i"), _own("g"))),
             "a": (("unit", _own("o"), _tanh_c),)},
    "gru": {"a": (("kept", _own("u"), _own("a", 1)), ("unit", _rest("u"), _own("g")))},
}


class GatedSteps(Steps):
    """The steps of a run of one example through layers of an LSTM or a GRU."""

    def __init__(self, graph, fwd, bwd=None):
        super().__init__(graph, fwd, bwd)
        self._parts = {part.name: part for part in graph.anatomy.parts}
        self._cell = graph.cell

    def _ahead(self, name, l):
        if not 1 <= l <= self.graph.L:
            return super()._ahead(name, l)
        return partial(self._gate if self._parts[name].parameters else self._made, name)

    def _back(self, name, l):
        if not 1 <= l <= self.graph.L:
            return super()._back(name, l)
        return partial(self._d_gate if self._parts[name].parameters else self._d_state, name)

    # ---- forward

    def _gate(self, k, l, t, unit):
        *inner, z = self._parts[k].inside
        eq = [line for name in (*inner, z) for line in self._z_lines(name, l, t, unit)]
        at = _At(self, l, t, unit)
        eq.append(self._activated(k, at.symbol(z), z, _activation(k), (l, t), unit))
        return self._forward_step(k, l, t, unit, eq)

    def _z_lines(self, z, l, t, unit):
        """The sum of a pre-activation: of a GRU's candidate the past comes as z_ag, times r."""
        k, at = z[2:], _At(self, l, t, unit)
        addends = [self._bias(f"b_{k}[{l}]")]
        if k == "ag":
            addends.append(self._product(f"W_ag[{l}]", t))
        elif self._parts[k].links:
            addends.append(self._product(f"W_x{k}[{l}]", t))
            addends.append(self._of_two("unit", _own("r"), _own("z_ag"), l, t))
        else:
            addends += [self._product(f"{W}{k}[{l}]", t) for W in ("W_a", "W_x")]
        return summed(at.symbol(z), addends, self._value(z, l, t), unit)

    def _made(self, name, l, t, unit):
        at, made = _At(self, l, t, unit), MADE[self._cell][name]
        addends = [self._of_two(*of, l, t) for of in made]
        first, last = summed(at.symbol(name), addends, self._value(name, l, t), unit)
        if len(made) == 1:
            last = ["=", vector(self._value(name, l, t)[part_of(unit)], made[0][0])]
        if unit < 0:
            spelt = [group(times_of(left(at)[1], right(at)[1], at.times), role)
                     for role, left, right in made]
            eq = [first, ["=", *joined(spelt)], last]
        else:
            symbols = [group([*left(at)[0], at.times, *right(at)[0]], role)
                       for role, left, right in made]
            eq = [[at.symbol(name), "=", *joined(symbols)], ["=", *first[2:]], last]
        return self._forward_step(name, l, t, unit, eq)

    def _of_two(self, role, left, right, l, t):
        """A product of two factors, unit by unit."""
        whole = _At(self, l, t)
        (symbols_a, a), (symbols_b, b) = left(whole), right(whole)
        return Addend(role, group([*symbols_a, whole.times, *symbols_b], role), a * b,
                      lambda unit: products(a[part_of(unit)], b[part_of(unit)], role))

    def _forward_step(self, name, l, t, unit, eq):
        words = _AHEAD.get((self._cell, name)) or NAMES[name]
        say = f"forward, layer {l}, t = {t}{unit_words(unit)}: {words}"
        known = [self._known(name, l, t, self._value(name, l, t), unit)]
        return step_at((name, l, t), unit, say, known, self._lit_into((name, l, t), unit), eq)

    # ---- backward

    def _d_state(self, name, l, t, unit):
        return self._met(name, l, t, unit, f"backward, {whereabouts(l, t)}, {name}")

    def _captions(self, name):
        return super()._captions(name) | ({"from_above": "from a"} if name == "c" else {})

    def _share(self, name, l, t, role):
        if name == "c":
            role = {"from_above": "c_from_a", "from_next": "c_from_next"}[role]
        return super()._share(name, l, t, role)

    def _way(self, bundle):
        if not bundle.each:
            return super()._way(bundle)
        met, (tokens, left), d, at = self._factor(bundle)
        return Way([*tokens, at.times, slope_of_loss(at.symbol(met))],
                   lambda unit: (left[part_of(unit)], d[part_of(unit)]),
                   self._line[bundle.source, bundle.target], at.times)

    def _factor(self, bundle, unit=-1):
        """(name of what a link's derivative is by, the link's factor, the derivative, where)."""
        source, (target, l, t) = bundle.source[0], bundle.target
        at = _At(self, l, t, unit)
        met = f"z_{target}" if self._parts[target].parameters else target
        return met, FACTORS[self._cell][source, target](at), self._d(met, l, t), at

    def _d(self, name, l, t):
        return getattr(self.bwd, name)[l, t][:, 0]

    def _d_gate(self, k, l, t, unit):
        [bundle] = self.graph.fed_by((k, l, t))
        met, (tokens, left), d, at = self._factor(bundle, unit)
        total = self._d(k, l, t)
        eq = [_product_line(at, k, [*tokens, at.times, slope_of_loss(at.symbol(met))],
                            left, d, total, "from_above"),
              *self._through_z(k, at, l, t), *self._term_lines(k, l, t, unit)]
        say = f"backward, layer {l}, t = {t}{unit_words(unit)}: {NAMES[k]}, through {met}"
        on = [self._lit_line(self._line[bundle.source, bundle.target], unit, "c", "from_above")]
        last = unit < 0 or unit == len(total) - 1
        return step_at((k, l, t), unit, say, [self._known(k, l, t, total, unit)], on, eq,
                     [l, t, k] if last else None)

    def _through_z(self, k, at, l, t):
        """dJ/dz of a gate from dJ/d(gate); of a GRU's candidate also that by its z_ag."""
        v, y, z = self._value(k, l, t), at.symbol(k), f"z_{k}"
        slope, numbers = ([y, at.times, "(1 − ", y, ")"], v * (1.0 - v)) if k != "g" else (
            ["(1 − ", y, at.times, y, ")"], 1.0 - v * v)
        lines = [_product_line(at, z, [*slope, at.times, slope_of_loss(y)], numbers,
                               self._d(k, l, t), self._d(z, l, t))]
        for inner in self._parts[k].inside[:-1]:
            tokens = [at.symbol("r"), at.times, slope_of_loss(at.symbol(z))]
            lines.append(_product_line(at, inner, tokens, self._value("r", l, t),
                                       self._d(z, l, t), self._d(inner, l, t)))
        return lines

    def _term_lines(self, k, l, t, unit):
        """The terms of the gradients of the gate's two matrices."""
        lines = []
        for W in ("W_a", "W_x"):
            name = f"{W}{k}[{l}]"
            z = self._z_symbol(self._use(name)[1], l, t, unit)
            used = self._used(name, l, t, transposed=True)
            lines.append(self._term_line(name, t, z, used, unit))
        return lines


def _product_line(at, of, tokens, left, right, total, role=""):
    """dJ/d(of) = tokens = left times right = total."""
    part, shown = part_of(at.unit), [group(tokens, role)] if role else tokens
    return [slope_of_loss(at.symbol(of)), "=", *shown, "=",
            *times_of(left[part], right[part], at.times), "=", vector(total[part], role)]


def steps_of(graph, fwd, bwd=None):
    """The Steps that fit the graph's cell."""
    return (GatedSteps if graph.anatomy.gated else Steps)(graph, fwd, bwd)


def _activation(k):
    return "tanh" if k == "g" else "logistic"

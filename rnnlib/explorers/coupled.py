"""The explorer of coupled responses: what a product of predictions costs."""
from functools import cache

from rnnlib import probability
from rnnlib.charts.tables import MOST, Costs, Table, outcomes, round_above
from rnnlib.explorers.explorer import Explorer
from rnnlib.style import fixed
from rnnlib.widgets.controls import choice, slider
from rnnlib.widgets.panel import Panel

# a coupling of 1 is a log-odds of 2 for each cause in the chains
_PROCESSES = {
    "coupled neighbours": lambda c, T: probability.coupled(c, T),
    "first-order chain": lambda c, T: probability.first_order(T, strength=2 * c),
    "second-order chain": lambda c, T: probability.second_order(T, strength=2 * c),
    "y follows the next x": lambda c, T: probability.ahead(T, strength=2 * c),
}
_FEEDBACK = {"nothing": 0, "y of the time before": 1, "all earlier y": "all"}
_LOOK_AHEAD = {"up to t": 0, "one more": 1, "all": "all"}


def coupled_responses(**start):
    """A live picture of a table P(y | x), of a model's product in its place, and of its cost.

    start    first values of controls by name: coupling, process, T (2..4), feedback, look_ahead,
             unit

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds both tables (2^T, 2^T), a row
    for each x and a column for each y; the costs at t = 1..T, and their total, KL. All x are
    equally likely, so the joint table is P(y | x) / 2^T.

    Notes: the cost is that of the best model of its form. In the chains a coupling of c stands
    for a log-odds of 2 c from each cause.
    """
    return Panel(CoupledResponses(), start)


class CoupledResponses(Explorer):
    """What `coupled_responses` shows."""

    caption = ("The table of y given x, the product of a model's factors in its place, and what "
               "the product costs")
    size = (840, 430)
    together = "process", "feedback"
    charts = {
        "true": (Table, [0.075, 0.19, 0.23, 0.71], {
            "title": "P(y | x)", "across": "y, from t = 1 on", "down": "x, from t = 1 on"}),
        "product": (Table, [0.36, 0.19, 0.23, 0.71], {
            "title": "the product Q(y | x)", "across": "y, from t = 1 on", "bar": True}),
        "costs": (Costs, [0.735, 0.19, 0.26, 0.71])}
    presets = {words: {"process": process, "coupling": 0.75, "T": 3, "feedback": feedback,
                       "look_ahead": 0}
               for words, process, feedback in (
                   ("1 the notes' product", "first-order chain", 0),
                   ("2 the y before is fed", "first-order chain", 1),
                   ("3 second order, the y before is fed", "second-order chain", 1),
                   ("4 a later x, all earlier y are fed", "y follows the next x", "all"))}

    def controls(self):
        return {
            "coupling": slider("coupling", "", 0.0, 1.0, 0.75, 0.05),
            "process": choice("where y comes from", "", list(_PROCESSES), "first-order chain"),
            "T": slider("time steps", "T", 2, MOST, 3),
            "feedback": choice("fed back", "", list(_FEEDBACK.items()), 0),
            "look_ahead": choice("x seen", "", list(_LOOK_AHEAD.items()), 0),
            "unit": choice("unit", "", list(probability.UNITS), "nats"),
        }

    def numbers(self, values):
        joint = _PROCESSES[values.process](values.coupling, values.T)
        sees = {"feedback": values.feedback, "look_ahead": values.look_ahead}
        product = probability.projection(joint, **sees)
        x, y = joint.names[:values.T], joint.names[values.T:]
        tables = {name: table.conditional(y, x).p.reshape(2 ** values.T, -1)
                  for name, table in (("true", joint), ("product", product))}
        # what is left of rounding differs from machine to machine
        return {**tables,
                "costs": probability.costs(joint, **sees, unit=values.unit).round(12),
                "total": round(probability.kl(joint, product, unit=values.unit), 12)}

    def show(self, values, numbers, pinned):
        # one scale at every coupling: what keeps its number keeps its colour, and what a hand
        # on the slider changes moves against an axis that stands still
        largest, nats = _largest(values.process, values.T)
        for name in ("true", "product"):
            self.shown[name].show(numbers[name], top=round_above(largest))
        same_unit = pinned and pinned.values.unit == values.unit
        self.shown["costs"].show(numbers["costs"], numbers["total"], unit=values.unit,
                                 ghost=pinned.numbers["total"] if same_unit else None,
                                 most=nats / probability.UNITS[values.unit])

    def said(self, values, numbers):
        return f"{self.kept(values, numbers)} {_sees(values)}"

    def kept(self, values, numbers):
        each = " + ".join(map(fixed, numbers["costs"]))
        return f"KL = {fixed(numbers['total'])} {values.unit} = {each}."

    def tables(self, values, numbers):
        names = outcomes(2 ** values.T)
        costs = [(f"t = {t}", cost) for t, cost in enumerate(numbers["costs"], 1)]
        return [
            {"caption": f"What each factor of the product costs, and KL, in {values.unit}",
             "header": ["time", "cost"],
             "rows": [[time, fixed(cost)] for time, cost in (*costs, ("KL", numbers["total"]))]},
            {"caption": "The table of y given x, and the product in its place",
             "header": ["x", "y", "P(y | x)", "the product"],
             "rows": [[x, y, *(f"{numbers[name][i, j]:.4f}" for name in ("true", "product"))]
                      for i, x in enumerate(names) for j, y in enumerate(names)]}]


@cache
def _largest(process, T):
    """The largest probability in both tables, and the largest cost in nats, at any coupling."""
    joint = _PROCESSES[process](1.0, T)
    product = probability.projection(joint)
    return joint.p.max() * 2 ** T, probability.kl(joint, product)


def _sees(values):
    """What the factor of y_t is given, in words."""
    x = {0: "x up to t", 1: "x up to t + 1", "all": "all x"}[values.look_ahead]
    y = {0: "no y", 1: "the y before", "all": "all earlier y"}[values.feedback]
    return f"Each factor sees {x} and {y}."

"""The explorers of dependence: what a product of predictions costs, and two ways to feed a net."""
from functools import cache

import numpy as np

from rnnlib import arguments, probability
from rnnlib.charts import tables as draw_dependence
from rnnlib.probability import evaluation
from rnnlib.widgets.controls import WholeNumber, choice, slider
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
_PRESETS = {
    "1 the notes' product": {},
    "2 the y before is fed": {"feedback": 1},
    "3 second order, the y before is fed": {"process": "second-order chain", "feedback": 1},
    "4 a later x, all earlier y are fed": {"process": "y follows the next x", "feedback": "all"},
}


def coupled_responses():
    """A live picture of a table P(y | x), of a model's product in its place, and of its cost.

    Returns a Panel (`rnnlib.widgets.panel`); its controls are coupling, process, T (2..4),
    feedback, look_ahead and unit. `panel.numbers` holds both tables (2^T, 2^T), a row for each
    x and a column for each y; the costs at t = 1..T, and their total, KL. All x are equally
    likely, so the joint table is P(y | x) / 2^T.

    Notes: the cost is that of the best model of its form. In the chains a coupling of c stands
    for a log-odds of 2 c from each cause.
    """
    controls = {
        "coupling": slider("coupling", "", 0.0, 1.0, 0.75, 0.05),
        "process": choice("where y comes from", "", list(_PROCESSES), "first-order chain"),
        "T": slider("time steps", "T", 2, draw_dependence.MOST, 3),
        "feedback": choice("fed back", "", list(_FEEDBACK.items()), 0),
        "look_ahead": choice("x seen", "", list(_LOOK_AHEAD.items()), 0),
        "unit": choice("unit", "", list(probability.UNITS), "nats"),
    }
    return Panel(_CoupledView(), controls, size=(840, 430), presets=_PRESETS)


class _CoupledView:
    """What `coupled_responses` shows."""

    caption = ("The table of y given x, the product of a model's factors in its place, and what "
               "the product costs")

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

    def draw(self, figure, theme):
        flat = np.full((8, 8), 1 / 8)
        left, right, bars = (figure.add_axes(place) for place in (
            [0.075, 0.19, 0.23, 0.71], [0.36, 0.19, 0.23, 0.71], [0.735, 0.19, 0.26, 0.71]))
        self.tables = {
            "true": draw_dependence.draw_table(left, flat, title="P(y | x)", theme=theme),
            "product": draw_dependence.draw_table(right, flat, title="the product Q(y | x)",
                                                  bar=True, theme=theme)}
        left.set(xlabel="y, from t = 1 on", ylabel="x, from t = 1 on")
        right.set(xlabel="y, from t = 1 on")
        self.costs = draw_dependence.draw_costs(bars, np.zeros(3), 0, theme=theme)
        return [artist for table in self.tables.values()
                for artist in draw_dependence.moving_table(table)] + \
            draw_dependence.moving_costs(self.costs)

    def move(self, values, numbers, pinned):
        # one scale at every coupling: what keeps its number keeps its colour, and what a hand
        # on the slider changes moves against an axis that stands still
        largest, nats = _largest(values.process, values.T)
        for name, table in self.tables.items():
            draw_dependence.move_table(table, numbers[name],
                                       top=draw_dependence.round_above(largest))
        same_unit = pinned and pinned.values.unit == values.unit
        draw_dependence.move_costs(self.costs, numbers["costs"], numbers["total"],
                                   ghost=pinned.numbers["total"] if same_unit else None,
                                   unit=values.unit, most=nats / probability.UNITS[values.unit])

    def reading(self, values, numbers, pinned):
        said = [f"{_told_cost(values, numbers)}.", _sees(values)]
        if pinned:
            said.append(f"[Pinned: {_told_cost(pinned.values, pinned.numbers)}.]")
        return " ".join(said)

    def table(self, values, numbers):
        names = draw_dependence.outcomes(2 ** values.T)
        rows = [[f"x = {x}, y = {y}", *(f"{numbers[name][i, j]:.4f}" for name in self.tables)]
                for i, x in enumerate(names) for j, y in enumerate(names)]
        costs = [[f"cost at t = {t}", draw_dependence.told(cost), ""]
                 for t, cost in enumerate(numbers["costs"], 1)]
        return {"caption": f"The two tables, and the costs in {values.unit}",
                "header": ["", "P(y | x)", "the product"], "rows": costs + rows}


@cache
def _largest(process, T):
    """The largest probability in both tables, and the largest cost in nats, at any coupling."""
    joint = _PROCESSES[process](1.0, T)
    product = probability.projection(joint)
    return joint.p.max() * 2 ** T, probability.kl(joint, product)


def _told_cost(values, numbers):
    each = " + ".join(draw_dependence.told(cost) for cost in numbers["costs"])
    return f"KL = {draw_dependence.told(numbers['total'])} {values.unit} = {each}"


def _sees(values):
    """What the factor of y_t is given, in words."""
    x = {0: "x up to t", 1: "x up to t + 1", "all": "all x"}[values.look_ahead]
    y = {0: "no y", 1: "the y before", "all": "all earlier y"}[values.feedback]
    return f"Each factor sees {x} and {y}."


def two_feedings(net, x, y):
    """A live picture of one trained network, fed with true responses or with its own.

    net   a Network with the loss "logistic" and one output, trained with its response fed back
    x     (T, n) what it sees besides, n = net.n_x - 1, which may be 0; y: (T,) zeros and ones

    Returns a Panel (`rnnlib.widgets.panel`); its controls are known, how many true responses
    come first, and seed, of the draws. `panel.numbers` holds the predictions when the true
    responses are fed, and when its own are fed after `known`, and both rows of responses.

    Notes: a run on its own responses that parts from the true ones need not be wrong: it is
    another draw from the same joint distribution. It is a bad forecast of this one sequence.
    """
    view = _FeedingsView(net, x, y)
    few = min(2, view.T)
    controls = {"known": slider("true responses first", "", 0, view.T, few),
                "seed": WholeNumber("seed of the draws", "", 0, 9999, 0)}
    return Panel(view, controls, size=(840, 400), presets={
        "1 its own from the start": {"known": 0},
        "2 half and half": {"known": view.T // 2},
        "3 true ones only": {"known": view.T}})


class _FeedingsView:
    """What `two_feedings` shows."""

    caption = "Predictions of one network that is fed the true responses, or its own"

    def __init__(self, net, x, y):
        y = arguments.real("y", y)
        if getattr(net, "loss", None) != "logistic" or net.n_y != 1:
            raise ValueError("net must be a Network with the loss 'logistic' and n_y = 1, got "
                             f"{arguments.shown(net)}")
        if y.ndim != 1 or not y.size:
            raise ValueError(f"y must have shape (T,), one response at each time, got {y.shape}")
        self.net, self.x, self.y, self.T = net, x, y, len(y)
        self.forced = self._predicted(y)

    def _predicted(self, fed):
        """The probability of a 1 at each time (T,) when these responses are fed back."""
        return self.net.forward(probability.fed_back(self.net, self.x, fed[:, None])).y_hat \
            .over_time()[:, 0, 0]

    def numbers(self, values):
        drawn = probability.free_run(self.net, self.x, feedback=True, seed=values.seed,
                                    known=self.y[:values.known, None])[:, 0, 0]
        return {"true": self.y, "drawn": drawn, "forced": self.forced,
                "free": self._predicted(drawn)}

    def draw(self, figure, theme):
        zeros = np.zeros(self.T)
        self.lines = draw_dependence.draw_feedings(
            figure.add_axes([0.11, 0.42, 0.87, 0.48]), zeros, zeros, theme=theme)
        self.rows = draw_dependence.draw_responses(
            figure.add_axes([0.11, 0.14, 0.87, 0.22]), zeros, zeros, theme=theme)
        return [*draw_dependence.moving_feedings(self.lines),
                *draw_dependence.moving_responses(self.rows)]

    def move(self, values, numbers, pinned):
        draw_dependence.move_feedings(
            self.lines, numbers["forced"], numbers["free"], known=values.known,
            ghost=pinned and pinned.numbers["free"])
        draw_dependence.move_responses(self.rows, numbers["true"], numbers["drawn"])

    def reading(self, values, numbers, pinned):
        said = [f"{values.known} true responses, then its own.", _parted(numbers),
                self._surprises(numbers)]
        if pinned:
            said.append(f"[Pinned: {_parted(pinned.numbers)}]")
        return " ".join(said)

    def _surprises(self, numbers):
        """What the true responses cost under both predictions, in words."""
        forced, free = (evaluation.negative_log_likelihood(numbers[name], self.y).mean()
                        for name in ("forced", "free"))
        return (f"The true ones surprise by {forced:.2f} nats a time if they are fed, by "
                f"{free:.2f} if its own are.")

    def table(self, values, numbers):
        names = ("true", "drawn", "forced", "free")
        rows = [[f"t = {t}", *(f"{numbers[name][t - 1]:.3g}" for name in names)]
                for t in range(1, self.T + 1)]
        return {"caption": "Responses, and the predicted chance of a 1", "rows": rows,
                "header": ["", "true y", "its own y", "chance, true fed", "chance, own fed"]}


def _parted(numbers):
    """Where the two rows of responses differ, in words."""
    T, differ = len(numbers["true"]), np.flatnonzero(numbers["true"] != numbers["drawn"])
    if not differ.size:
        return "Its own are the true ones."
    return f"They part at t = {differ[0] + 1} and differ at {differ.size} of {T} times."

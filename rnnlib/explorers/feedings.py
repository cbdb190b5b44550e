"""The explorer of two ways to feed one network: the true responses, or its own."""
import numpy as np

from rnnlib import arguments, probability
from rnnlib.charts.feedings import Feedings, Responses
from rnnlib.explorers.explorer import Explorer, rows_over_time
from rnnlib.network import plain
from rnnlib.probability import evaluation
from rnnlib.widgets.controls import WholeNumber, slider
from rnnlib.widgets.panel import Panel


def two_feedings(net, x, y, **start):
    """A live picture of one trained network, fed with true responses or with its own.

    net    a Network with the loss "logistic" and one output, trained with its response fed back
    x      (T, n) what it sees besides, n = net.n_x - 1, which may be 0; y: (T,) zeros and ones
    start  first values of controls: known, how many true responses come first; seed, of the draws

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds the predictions when the true
    responses are fed, and when its own are fed after `known`, and both rows of responses.

    Notes: a run on its own responses that parts from the true ones need not be wrong: it is
    another draw from the same joint distribution. It is a bad forecast of this one sequence.
    """
    plain(net)
    return Panel(TwoFeedings(net, x, y), start)


class TwoFeedings(Explorer):
    """What `two_feedings` shows."""

    caption = "Predictions of one network that is fed the true responses, or its own"
    size = (840, 400)
    charts = {"lines": (Feedings, [0.11, 0.42, 0.87, 0.48]),
              "rows": (Responses, [0.11, 0.14, 0.87, 0.22])}

    def __init__(self, net, x, y):
        y = arguments.real("y", y)
        if net.loss != "logistic" or net.n_y != 1:
            raise ValueError("net must be a Network with the loss 'logistic' and n_y = 1, got "
                             f"{arguments.shown(net)}")
        if y.ndim != 1 or not y.size:
            raise ValueError(f"y must have shape (T,), one response at each time, got {y.shape}")
        self.net, self.x, self.y, self.T = net, x, y, len(y)
        self.forced = self._predicted(y)
        self.presets = {words: {"known": known, "seed": 0} for words, known in (
            ("1 its own from the start", 0), ("2 half and half", self.T // 2),
            ("3 true ones only", self.T))}

    def _predicted(self, fed):
        """The probability of a 1 at each time (T,) when these responses are fed back."""
        return self.net.forward(probability.fed_back(self.net, self.x, fed[:, None])).y_hat \
            .over_time()[:, 0, 0]

    def controls(self):
        return {"known": slider("true responses first", "", 0, self.T, min(2, self.T)),
                "seed": WholeNumber("seed of the draws", "", 0, 9999, 0)}

    def numbers(self, values):
        drawn = probability.free_run(self.net, self.x, feedback=True, seed=values.seed,
                                    known=self.y[:values.known, None])[:, 0, 0]
        return {"true": self.y, "drawn": drawn, "forced": self.forced,
                "free": self._predicted(drawn)}

    def show(self, values, numbers, pinned):
        self.shown["lines"].show(numbers["forced"], numbers["free"], known=values.known,
                                 ghost=pinned and pinned.numbers["free"])
        self.shown["rows"].show(numbers["true"], numbers["drawn"])

    def said(self, values, numbers):
        return (f"{values.known} true responses, then its own. {self.kept(values, numbers)} "
                f"{self._surprises(numbers)}")

    def kept(self, values, numbers):
        """Where the two rows of responses differ."""
        differ = np.flatnonzero(numbers["true"] != numbers["drawn"])
        if not differ.size:
            return "Its own are the true ones."
        return f"They part at t = {differ[0] + 1} and differ at {differ.size} of {self.T} times."

    def _surprises(self, numbers):
        """What the true responses cost under both predictions, in words."""
        forced, free = (evaluation.negative_log_likelihood(numbers[name], self.y).mean()
                        for name in ("forced", "free"))
        return (f"The true ones surprise by {forced:.2f} nats a time if they are fed, by "
                f"{free:.2f} if its own are.")

    def tables(self, values, numbers):
        names = ("true", "drawn", "forced", "free")
        rows = rows_over_time([numbers[name] for name in names], "{:.3g}".format)
        return [{"caption": "Responses, and the predicted chance of a 1", "rows": rows,
                 "header": ["time", "true y", "its own y", "chance, true fed",
                            "chance, own fed"]}]

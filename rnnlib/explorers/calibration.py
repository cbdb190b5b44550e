"""Explorers of forecasts judged: how often came what they said, and whose loss is lower."""
from collections.abc import Mapping

import numpy as np

from rnnlib import arguments
from rnnlib.charts.calibration import MOST_BINS, Calibration, Counts, Gains
from rnnlib.explorers.explorer import Explorer
from rnnlib.probability import evaluation
from rnnlib.widgets.controls import choice, slider
from rnnlib.widgets.panel import Panel


def forecast_calibration(forecasts, observed, **start):
    """A live picture of how well forecasts of zeros and ones are calibrated.

    forecasts  {name: (D,) probabilities of a 1}; the first is shown at the start
    observed   (D,) zeros and ones
    start      first values of the controls forecast and bins

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds the fields of the
    `rl.evaluation.Calibration` that is shown.

    Notes: the intervals take places as independent; for days in a row they are too narrow.
    """
    if not arguments.a(Mapping, "forecasts", forecasts):
        raise ValueError("forecasts is empty, but at least one is wanted")
    return Panel(ForecastCalibration(forecasts, observed), start)


class ForecastCalibration(Explorer):
    """What `forecast_calibration` shows."""

    caption = "How often a 1 came, over the probability that was forecast for it"
    size = (760, 520)
    charts = {"calibration": (Calibration, [0.11, 0.36, 0.86, 0.61]),
              "counts": (Counts, [0.11, 0.12, 0.86, 0.17])}

    def __init__(self, forecasts, observed):
        self.forecasts, self.observed = forecasts, observed
        self.surprise = {
            name: evaluation.negative_log_likelihood(forecast, observed).mean()
            for name, forecast in forecasts.items()}

    def controls(self):
        names = list(self.forecasts)
        return {"forecast": choice("forecast", "ŷ", names, names[0]),
                "bins": slider("bins", "", 2, MOST_BINS, 10)}

    def numbers(self, values):
        return evaluation.calibration(self.forecasts[values.forecast], self.observed,
                                      bins=values.bins)._asdict()

    def show(self, values, numbers, pinned):
        self.shown["calibration"].show(numbers, pinned and pinned.numbers)
        self.shown["counts"].show(numbers)

    def said(self, values, numbers):
        holds = (numbers["least"] <= numbers["forecast"]) & (numbers["forecast"] <= numbers["most"])
        return (f"Forecast “{values.forecast}”: {np.count_nonzero(holds)} of {len(holds)} "
                f"intervals reach the diagonal; {self.surprise[values.forecast]:.3f} nats a place.")

    def tables(self, values, numbers):
        rows = [[f"{low:.2f} to {high:.2f}", str(count), f"{p:.3f}", f"{share:.3f}",
                 f"{least:.3f} to {most:.3f}"] for low, high, count, p, share, least, most in
                zip(*numbers.values(), strict=True)]
        return [{"caption": f"Calibration of “{values.forecast}”", "rows": rows,
                 "header": ["bin", "how many", "mean forecast", "share of ones", "interval"]}]


# fewer places than this are no series
LEAST = 10


def compared_losses(losses, *, block=1, **start):
    """A live picture of how sure it is that one model is better than others.

    losses  {name of a model: (D,) its loss at each place}, of two models or more; D at least 10
    block   how many neighbouring places are alike, 1 to 10 (`rl.evaluation.block_bootstrap`)
    start   first values of the controls model and judged

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds for each other model the mean
    gain on it, and its 95 % interval: "mean", "low", "high". ValueError for what does not fit.

    Notes: an interval that holds 0 does not say that two models are equal; more places may tell.
    """
    arguments.a(Mapping, "losses", losses)
    return Panel(ComparedLosses(losses, arguments.count("block", block, most=LEAST)), start)


class ComparedLosses(Explorer):
    """What `compared_losses` shows."""

    caption = "How much lower the mean loss of a model is than that of each other one"
    size = (760, 320)
    charts = {"gains": (Gains, [0.2, 0.22, 0.76, 0.74])}

    def __init__(self, losses, block):
        self.losses = {name: arguments.finite("losses", arguments.real("losses", loss))
                       for name, loss in losses.items()}
        shapes = {loss.shape for loss in self.losses.values()}
        if len(self.losses) < 2 or len(shapes) > 1 or any(
                len(s) != 1 or s[0] < LEAST for s in shapes):
            raise ValueError(f"losses must be (D,) of two models or more, D at least {LEAST}, got "
                             f"{sorted(shapes)} of {len(self.losses)}")
        self.block, self.D = block, min(shapes)[0]

    def controls(self):
        names = list(self.losses)
        return {"model": choice("model", "", names, names[0]),
                "judged": slider("places judged", "", LEAST, self.D, self.D)}

    def _rivals(self, values):
        return [name for name in self.losses if name != values.model]

    def numbers(self, values):
        own, n = self.losses[values.model], values.judged
        found = [evaluation.block_bootstrap((self.losses[name] - own)[:n], self.block, samples=500)
                 for name in self._rivals(values)]
        return {part: np.array([getattr(one, part) for one in found])
                for part in ("mean", "low", "high")}

    def show(self, values, numbers, pinned):
        same = pinned and pinned.values.model == values.model
        self.shown["gains"].show(self._rivals(values), numbers, pinned.numbers if same else None)

    def said(self, values, numbers):
        words = ["better" if low > 0 else "worse" if high < 0 else "perhaps no better"
                 for low, high in zip(numbers["low"], numbers["high"], strict=True)]
        told = ", ".join(f"{how} than “{name}”" for how, name in
                         zip(words, self._rivals(values), strict=True))
        return f"On {values.judged} places “{values.model}” is {told}."

    def tables(self, values, numbers):
        rows = [[name, f"{mean:.4f}", f"{low:.4f} to {high:.4f}"] for name, mean, low, high in
                zip(self._rivals(values), *numbers.values(), strict=True)]
        return [{"caption": f"What “{values.model}” gains on {values.judged} places", "rows": rows,
                 "header": ["on", "mean", "interval"]}]

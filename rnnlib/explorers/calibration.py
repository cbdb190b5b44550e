"""The explorer of calibration: what forecasts said, and how often it came."""
import numpy as np

from rnnlib.charts.calibration import MOST_BINS, Calibration, Counts
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
    if not forecasts:
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

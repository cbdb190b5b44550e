"""The explorer of calibration: what forecasts said, and how often it came."""
import numpy as np

from rnnlib.charts import calibration as draw_evaluation
from rnnlib.probability import evaluation
from rnnlib.widgets.controls import choice, slider
from rnnlib.widgets.panel import Panel


def forecast_calibration(forecasts, observed):
    """A live picture of how well forecasts of zeros and ones are calibrated.

    forecasts  {name: (D,) probabilities of a 1}; the first is shown at the start
    observed   (D,) zeros and ones

    Returns a Panel (`rnnlib.widgets.panel`); its controls are forecast and bins.
    `panel.numbers` holds the fields of the `rl.evaluation.Calibration` that is shown.

    Notes: the intervals take places as independent; for days in a row they are too narrow.
    """
    if not forecasts:
        raise ValueError("forecasts is empty, but at least one is wanted")
    view = _CalibrationView(forecasts, observed)
    names = list(forecasts)
    controls = {"forecast": choice("forecast", "ŷ", names, names[0]),
                "bins": slider("bins", "", 2, draw_evaluation.MOST_BINS, 10)}
    return Panel(view, controls, size=(760, 520))


class _CalibrationView:
    """What `forecast_calibration` shows."""

    caption = "How often a 1 came, over the probability that was forecast for it"

    def __init__(self, forecasts, observed):
        self.forecasts, self.observed = forecasts, observed
        self.surprise = {
            name: evaluation.negative_log_likelihood(forecast, observed).mean()
            for name, forecast in forecasts.items()}

    def numbers(self, values):
        found = evaluation.calibration(self.forecasts[values.forecast], self.observed,
                                       bins=values.bins)
        return found._asdict()

    def draw(self, figure, theme):
        start = evaluation.calibration([0.5], [1])
        self.points = draw_evaluation.draw_calibration(
            figure.add_axes([0.11, 0.36, 0.86, 0.61]), start, theme=theme)
        self.bars = draw_evaluation.draw_counts(
            figure.add_axes([0.11, 0.12, 0.86, 0.17]), start, theme=theme)
        return [*draw_evaluation.moving_calibration(self.points),
                *draw_evaluation.moving_counts(self.bars)]

    def move(self, values, numbers, pinned):
        found = evaluation.Calibration(**numbers)
        ghost = evaluation.Calibration(**pinned.numbers) if pinned else None
        draw_evaluation.move_calibration(self.points, found, ghost=ghost)
        draw_evaluation.move_counts(self.bars, found)

    def reading(self, values, numbers, pinned):
        said = [self._told(values, numbers)]
        if pinned:
            said.append(f"[Pinned: {self._told(pinned.values, pinned.numbers)}]")
        return " ".join(said)

    def _told(self, values, numbers):
        holds = (numbers["least"] <= numbers["forecast"]) & (numbers["forecast"] <= numbers["most"])
        return (f"Forecast “{values.forecast}”: {np.count_nonzero(holds)} of {len(holds)} "
                f"intervals reach the diagonal; {self.surprise[values.forecast]:.3f} nats a place.")

    def table(self, values, numbers):
        rows = [[f"{low:.2f} to {high:.2f}", str(count), f"{p:.3f}", f"{share:.3f}",
                 f"{least:.3f} to {most:.3f}"] for low, high, count, p, share, least, most in
                zip(*numbers.values(), strict=True)]
        return {"caption": f"Calibration of “{values.forecast}”", "rows": rows,
                "header": ["bin", "how many", "mean forecast", "share of ones", "interval"]}

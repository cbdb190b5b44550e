"""The explorer of finished trainings: loss and gradient at each update, clipped and not."""
from collections.abc import Mapping

import numpy as np

from rnnlib import arguments
from rnnlib.charts.surface import STEPS, Along
from rnnlib.explorers.explorer import Explorer
from rnnlib.style import number
from rnnlib.widgets.controls import steps
from rnnlib.widgets.panel import Panel

# the ends of the axes, in powers of ten: what is beyond them is not seen
_LOWEST, _HIGHEST = -6, 6


def training_curves(runs, *, threshold=None, **start):
    """A live picture of trainings that have ended: one seed's curves, in the range of all.

    runs       {"plain", "by norm" or "by element": for each seed the list of its Updates, as
               `rl.training.fit` gives them}, equally many seeds and updates in each
    threshold  where gradients were clipped, a number, or None
    start      first value of the control: seed (0, 1, ...)

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds "plain: loss" and
    "plain: gradient" (the norm before clipping), (updates,), and so on.
    ValueError for what does not fit.

    Notes: the loss is that of an update's own examples, before its step.
    """
    return Panel(TrainingCurves(_curves(runs), threshold), start)


class TrainingCurves(Explorer):
    """What `training_curves` shows."""

    caption = "Loss and gradient at each update of a training, and their range over all seeds"
    size = (840, 400)

    def __init__(self, curves, threshold):
        self.curves = curves
        self.threshold = None if threshold is None else arguments.number("threshold", threshold)
        last = next(iter(curves.values())).shape[-1]
        self.charts = {what: (Along, [left, 0.14, 0.4, 0.72], {
            "label": label, "limits": _limits([both[k] for both in curves.values()]),
            "last": last, "under": under, "legend": tuple(curves) if what == "loss" else ()})
            for k, (what, label, left, under) in enumerate((
                ("loss", "loss", 0.09, "updates before"),
                ("gradient", "size of the gradient", 0.59,
                 "updates before" + "  (dashed: clip at)" * (threshold is not None))))}

    def controls(self):
        seeds = range(next(iter(self.curves.values())).shape[1])
        return {"seed": steps("seed", "", [(str(seed), seed) for seed in seeds], 0)}

    def numbers(self, values):
        return {f"{name}: {what}": both[k, values.seed] for name, both in self.curves.items()
                for k, what in enumerate(self.charts)}

    def show(self, values, numbers, pinned):
        for k, (what, chart) in enumerate(self.shown.items()):
            first = pinned and pinned.numbers[f"{next(iter(self.curves))}: {what}"]
            chart.show({name: numbers[f"{name}: {what}"] for name in self.curves}, ghost=first,
                       level=self.threshold if what == "gradient" else None,
                       ranges={name: (both[k].min(axis=0), both[k].max(axis=0))
                               for name, both in self.curves.items()})

    def said(self, values, numbers):
        return " ".join(f"{name.capitalize()}: the last loss is {number(both[0, values.seed, -1])},"
                        f" with all seeds {number(both[0, :, -1].min())} to "
                        f"{number(both[0, :, -1].max())}; the largest gradient "
                        f"{number(both[1, values.seed].max())}."
                        for name, both in self.curves.items())

    def kept(self, values, numbers):
        return f"seed {values.seed}."

    def tables(self, values, numbers):
        return [{"caption": f"Seed {values.seed}, at each update", "header": ["update", *numbers],
                 "rows": [[str(k), *map(number, row)]
                          for k, row in enumerate(zip(*numbers.values(), strict=True), 1)]}]


def _curves(runs):
    """{name: losses and gradient norms (2, seeds, updates)}."""
    if not arguments.a(Mapping, "runs", runs) or set(runs) - set(STEPS):
        raise ValueError(f"runs must be named {', '.join(STEPS)}, got "
                         f"{', '.join(map(str, runs)) or 'none'}")
    try:
        curves = {name: [[[getattr(update, what) for update in of_seed] for of_seed in seeds]
                         for what in ("loss", "gradient_norm")] for name, seeds in runs.items()}
        curves = {name: np.array(both, float) for name, both in curves.items()}
        same = len({both.shape for both in curves.values()}) == 1
    except (ValueError, TypeError, AttributeError):
        same = False
    if not same or any(both.ndim < 3 or not both.size for both in curves.values()):
        raise ValueError("runs must have equally many seeds and Updates in each")
    return curves


def _limits(sizes):
    """Whole powers of ten around all that is finite and above 0."""
    seen = np.concatenate([np.ravel(part) for part in sizes])
    seen = np.log10(seen[np.isfinite(seen) & (seen > 0)])
    low, high = np.floor(seen.min(initial=0)), np.ceil(seen.max(initial=0) + 1e-9)
    return 10.0 ** max(low, _LOWEST), 10.0 ** min(max(high, low + 1), _HIGHEST)

"""The explorer of tasks made to order: how far back each kind of network learned to remember."""
import numpy as np

from rnnlib.charts.tasks import MODELS, Success
from rnnlib.explorers.explorer import Explorer
from rnnlib.sequences import tasks
from rnnlib.widgets.controls import choice
from rnnlib.widgets.panel import Panel

_ASKS = {"copy": "delay from the last symbol told to the first asked for"}
# from this share of right answers on, in the mean of the runs, a task counts as learned
LEARNED = 0.9


def task_success(task="temporal order"):
    """A live picture of the share of right answers against T, for four kinds of network.

    Measured by `benchmarks/tasks.py`; the recipe stands in rnnlib/sequences/data/README.md.
    Returns a Panel (`rnnlib.widgets.panel`) whose control is the task; `panel.numbers` holds
    (lengths, runs) for each model. ValueError for a task that was not measured.

    Notes: each run ends after at most 2000 updates. A share near chance says "not within these
    updates", and not "never".
    """
    return Panel(TaskSuccess(), {"task": task})


class TaskSuccess(Explorer):
    """What `task_success` shows."""

    caption = "The share of right answers against T, for four kinds of network"
    size = (760, 420)
    charts = {"success": (Success, [0.1, 0.15, 0.79, 0.64])}

    def __init__(self):
        self.success = tasks.success()
        # the task's own word of chance: it does not depend on T
        self.chance = {name: make(20, 1).chance_right for name, make in tasks.TASKS.items()}

    def controls(self):
        return {"task": choice("task", "", list(self.success.tasks), self.success.tasks[0])}

    def numbers(self, values):
        return {model: np.array([self.success.right(values.task, model, T)
                                 for T in self.success.lengths(values.task)])
                for model in self.success.models(values.task)}

    def show(self, values, numbers, pinned):
        task = values.task
        self.shown["success"].show(self.success.lengths(task), numbers, chance=self.chance[task],
                                   asks=_ASKS.get(task, "T, the length of the sequence"))

    def said(self, values, numbers):
        return ("At least 9 of 10 answers right, in the mean, up to: "
                f"{self._told(values, numbers)}.")

    def kept(self, values, numbers):
        return f"{values.task}, {self._told(values, numbers)}."

    def _told(self, values, numbers):
        lengths, word = self.success.lengths(values.task), _word(values)
        return "; ".join(f"{model} {_up_to(lengths, numbers[model].mean(axis=1), word)}"
                         for model in MODELS)

    def tables(self, values, numbers):
        rows = [[f"{T}", *(", ".join(f"{share:.2f}" for share in numbers[model][k])
                           for model in MODELS)]
                for k, T in enumerate(self.success.lengths(values.task))]
        return [{"caption": f"{values.task}: the share of right answers of each run",
                 "header": [_word(values), *MODELS], "rows": rows}]


def _word(values):
    """What the task counts."""
    return "delay" if values.task == "copy" else "T"


def _up_to(lengths, means, word):
    """The largest T up to which all means are large, in words."""
    short = np.flatnonzero(means < LEARNED)
    many = len(lengths) if not short.size else short[0]
    return f"{word} = {lengths[:many][-1]}" if many else "nowhere"

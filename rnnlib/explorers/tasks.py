"""The explorer of tasks made to order: how far back each kind of network learned to remember."""
import numpy as np

from rnnlib import arguments
from rnnlib.charts import tasks as draw_tasks
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
    view = _SuccessView(tasks.success())
    control = choice("task", "", list(view.success.tasks),
                     arguments.choice("task", task, view.success.tasks))
    return Panel(view, {"task": control}, size=(760, 420))


class _SuccessView:
    """What `task_success` shows."""

    caption = "The share of right answers against T, for four kinds of network"

    def __init__(self, success):
        self.success = success
        # the task's own word of chance: it does not depend on T
        self.chance = {name: make(20, 1).chance_right for name, make in tasks.TASKS.items()}

    def numbers(self, values):
        return {model: np.array([self.success.right(values.task, model, T)
                                 for T in self.success.lengths(values.task)])
                for model in self.success.models(values.task)}

    def _shown(self, values, numbers):
        task = values.task
        return (self.success.lengths(task), numbers), {
            "chance": self.chance[task], "asks": _ASKS.get(task, "T, the length of the sequence")}

    def draw(self, figure, theme):
        task = self.success.tasks[0]
        lengths = self.success.lengths(task)
        self.artists = draw_tasks.draw_success(
            figure.add_axes([0.1, 0.15, 0.79, 0.64]), lengths,
            {model: np.zeros((len(lengths), 1)) for model in draw_tasks.MODELS}, chance=0.0,
            theme=theme)
        return draw_tasks.moving_success(self.artists)

    def move(self, values, numbers, pinned):
        shown, options = self._shown(values, numbers)
        draw_tasks.move_success(self.artists, *shown, **options)

    def reading(self, values, numbers, pinned):
        said = f"At least 9 of 10 answers right, in the mean, up to: {self._told(values, numbers)}."
        if pinned:
            said += f" [Pinned, {pinned.values.task}: {self._told(pinned.values, pinned.numbers)}.]"
        return said

    def _told(self, values, numbers):
        lengths = self.success.lengths(values.task)
        word = "delay" if values.task == "copy" else "T"
        return "; ".join(f"{model} {_up_to(lengths, numbers[model].mean(axis=1), word)}"
                         for model in draw_tasks.MODELS)

    def table(self, values, numbers):
        lengths, models = self.success.lengths(values.task), draw_tasks.MODELS
        rows = [[f"{T}", *(", ".join(f"{share:.2f}" for share in numbers[model][k])
                           for model in models)] for k, T in enumerate(lengths)]
        return {"caption": f"{values.task}: the share of right answers of each run",
                "header": ["delay" if values.task == "copy" else "T", *models], "rows": rows}


def _up_to(lengths, means, word):
    """The largest T up to which all means are large, in words."""
    short = np.flatnonzero(means < LEARNED)
    many = len(lengths) if not short.size else short[0]
    return f"{word} = {lengths[many - 1]}" if many else "nowhere"

"""The panel of a training that goes on while the notebook can be used."""
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import ipywidgets
import numpy as np

from rnnlib import arguments, flow
from rnnlib.charts.itemised import Itemised
from rnnlib.charts.lattice import GradientNorms
from rnnlib.charts.losses import Losses
from rnnlib.explorers.explorer import Explorer
from rnnlib.learning.training import Fit
from rnnlib.style import digits
from rnnlib.widgets.background import Background
from rnnlib.widgets.controls import Press
from rnnlib.widgets.live_figure import SHARP, LiveFigure
from rnnlib.widgets.panel import Surrounded, row, summary

# Seconds from one picture to the next, at least; and how many times the seconds that the last
# picture took: so drawing has at most a fifth of the time.
PAUSE, SHARE = 0.25, 4
# the loss that is drawn is the mean of so large a share of all updates
SMOOTH = 0.02
# the picture in CSS pixels: its width and height, without and with a probe; one character
WIDTH, LOW, HIGH, CHARACTER = 840, 330, 680, 8.5

BESIDE = ("It trains. Other cells can be run meanwhile; Pause and Stop act after the present "
          "update.")
AWAITED = ("A cell waits for its end, and other cells for that one. Stop or the kernel's interrupt "
           "button ■ ends it; the best stays.")
IN_CELL = "A cell trains it to its end. The kernel's interrupt button ■ stops it; the best stays."

# of a panel whose training has not ended: should its kernel end before that, the page says so
UNDER_WAY = "rnnlib-under-way"


def watch_training(run, *, baselines=None, probe=None, name="W_a[1]", start=True):
    """A live picture of a training, which goes on while other cells are run.

    run        a Fit of `rnnlib.learning.training`, not begun or partly done
    baselines  {words: loss} of what the training is compared with, or None
    probe      one example to look into, as the pair (x, y) or a record with x and y, such as
               `names.characters(["maria"])`; None for the loss alone
    name       the parameter whose itemised gradient is shown for the probe, one of `net.params`
    start      whether it begins at once; else by the button, by `start()` or by `finish()`

    Returns a TrainingPanel: `state`, `run`, `net`; `pause()`, `resume()`, `stop()`, `start()`,
    which are also its buttons; `finish()` and `await finished()` for a cell that needs the end.
    ValueError or TypeError for what does not fit.

    Notes: what trains is the network itself: `net.params` of another cell are those of the
    moment, whole, as they are between two updates. A cell that runs long holds the training up.
    """
    arguments.a(Fit, "run", run, ", as rnnlib.learning.training.fit makes")
    start, probe = arguments.flag("start", start), _example(run.net, probe)
    if probe is not None:
        arguments.choice("name", name, list(run.net.params))
    panel = TrainingPanel(run, Watched(run, _baselines(baselines), probe, name))
    if start:
        panel.start()
    return panel


def _baselines(baselines):
    if baselines is None:
        return {}
    if not isinstance(baselines, Mapping):
        raise TypeError(f"baselines must map words to losses, got {arguments.shown(baselines)}")
    return {arguments.legible(str(words)): arguments.number(f"baselines[{words!r}]", loss)
            for words, loss in baselines.items()}


def _example(net, probe):
    """((x, y, mask), T) of one example that the network takes, or None."""
    if probe is None:
        return None
    is_pair = isinstance(probe, (tuple, list)) and len(probe) == 2
    x, y = probe if is_pair else (getattr(probe, part, None) for part in ("x", "y"))
    if x is None or y is None:
        raise TypeError("probe must be a record with x and y, or the pair (x, y), got "
                        f"{arguments.shown(probe)}")
    mask = getattr(probe, "mask", None)
    fwd = net.forward(x, y, mask=mask)
    if fwd.m != 1:
        raise ValueError(f"probe must be one example, got {fwd.m}")
    return (x, y, mask), fwd.T


@dataclass(frozen=True)
class Closing:
    """How a training ended: one sentence, and the last picture, if any, as an output's data and
    metadata."""

    sentence: str
    still: tuple = ({}, {})

    def __str__(self):
        return self.sentence

    __repr__ = __str__

    def _repr_mimebundle_(self, **_kwargs):
        data, about = self.still
        return {**data, "text/plain": self.sentence}, about


class TrainingPanel(Surrounded):
    """Buttons, a progress bar and a live picture around a training; see `watch_training`.

    `close()` takes it from the page and makes no further update; the training itself, `run`,
    stays as it is: it can be watched again, or ended by `run.close()`.
    """

    def __init__(self, run, explorer):
        self.run, self.net, self.explorer = run, run.net, explorer
        self._work = Background(run, self._told, expected=FloatingPointError)
        self._due = 0.0
        self.numbers = explorer.numbers()
        self.go_button = Press("Start", self._go, "begin, pause or go on, after the present "
                               "update; other cells can be run meanwhile")
        self.stop_button = Press("Stop", self.stop, "end the training after the present update; "
                                 "the network gets its best parameters")
        self.go_button.layout.width = "6em"  # its word changes, what is beside it stays
        self.bar = ipywidgets.IntProgress(value=run.records[-1].update, max=run.last,
                                          layout={"width": "20em", "max_width": "100%"})
        self.line = ipywidgets.Label(layout={"max_width": "100%"})
        self.line.add_class("rnnlib-line")
        live = _Picture(explorer.draw, self._move, tables=lambda: explorer.tables(self.numbers),
                        size=explorer.size, caption=explorer.caption,
                        quiet=lambda: self.state == "running")
        super().__init__([row(self.go_button, self.stop_button, self.bar), self.line], live)
        self.add_class(UNDER_WAY)
        # the picture itself is drawn already
        self._seen, self.line.value = "waiting", explorer.said(self.numbers)
        if run.ended:
            self._work.finish()

    state = property(lambda self: self._work.state, doc=(
        '"waiting", "running", "paused", "stopped" by the reader, "finished" or "failed".'))

    # -- what the reader may do: from any thread
    def start(self):
        """Begin, if it has not begun. Nothing where no event loop runs, as in a script."""
        self._work.start()

    def pause(self):
        """No further update for now."""
        self._work.pause()

    def resume(self):
        """Go on after a pause."""
        self._work.resume()

    def stop(self):
        """End the training; the network gets its best parameters."""
        self._work.stop()

    def finish(self):
        """Make all updates that are left, in this cell; a Closing says how the training ended.

        The kernel's interrupt ends it as `stop()` does. What went wrong in a way that no
        training should is raised.
        """
        self._work.finish()
        return self._closing()

    async def finished(self):
        """`await panel.finished()`: the same, but the buttons are heard meanwhile.

        So it is from ipykernel 7 on; with an older one they are heard after the cell. A pause
        from before ends, one that is pressed meanwhile is waited through.
        """
        await self._work.over()
        return self._closing()

    def _go(self):
        does = {"waiting": self.start, "running": self.pause, "paused": self.resume}
        if self.state in does:
            does[self.state]()

    def close(self):
        if self.comm is None:
            return
        self._work.halt()
        super().close()
        self.explorer.shown = {}  # its artists keep the renderers that drew them

    # -- what is shown: in the thread of the updates alone
    def _told(self):
        """After each update and each change of state: show it, if a picture is due."""
        if self.state != self._seen:
            self._seen = self.state
            self._name_buttons()
            self._show(SHARP if self.state != "running" else 1)
        elif perf_counter() >= self._due:
            self._show(1)

    def _show(self, ratio):
        start = perf_counter()
        self.numbers = self.explorer.numbers()
        self.live.refresh(ratio)
        self.line.value = self.explorer.said(self.numbers)
        self.bar.value = self.numbers["now"].update
        self.bar.bar_style = {"finished": "success", "failed": "danger", "stopped": "warning"}.get(
            self.state, "")
        if self._work.ended:  # after its sentence: a kernel may end between the two
            self.remove_class(UNDER_WAY)
        now = perf_counter()
        self._due = now + max(PAUSE, SHARE * (now - start))

    def _name_buttons(self):
        words = {"waiting": "Start", "paused": "Resume"}.get(self.state, "Pause")
        self.go_button.description = words
        self.go_button.disabled = self.stop_button.disabled = self._work.ended

    def _move(self):
        self.explorer.show(self.numbers)
        line = self.explorer.said(self.numbers)
        return {"reading": self._reading(), "label": f"{self.explorer.caption}. {line}.",
                "summary": f"{line}\n{summary(self.explorer.plotted(self.numbers))}"}

    def _reading(self):
        """What changes seldom, so that a screen reader says it in time."""
        update = self.numbers["now"].update
        if self.state == "waiting":
            return "Not begun."
        if self.state == "running":
            return IN_CELL if self._work.in_cell else AWAITED if self._work.awaited else BESIDE
        if self.state == "paused":
            return f"Paused after update {update}. The network has the parameters of this update."
        found = f" {self._work.error}." if self._work.error is not None else ""
        kept = self.run.best_update
        which = ("" if kept is None else
                 f" The network has the parameters of update {kept}, the best on held-out data.")
        return f"{self._ended_how()} after update {update}.{found}{which}"

    def _ended_how(self):
        if self.state == "finished" and not self.run.finished:  # somebody else ended it
            return "Ended"
        return "Interrupted" if self._work.interrupted else self.state.capitalize()

    def _closing(self):
        """How it ended, without any number that another machine might round otherwise."""
        if self.comm is None:
            return Closing("The panel is closed; the training is as it was.")
        which = "last" if self.run.best_update is None else "best"
        said = (f"{self._ended_how()}. The network has its {which} parameters."
                if self._work.ended else "Paused.")
        return Closing(said, (
            self.live.still(), self.live.about(f"{self.explorer.caption}. {said}")))


def _digits(loss):
    """Three digits, also where they are zeros: what changes all the time keeps its width."""
    return f"{loss:#.3g}".rstrip(".")


class _Picture(LiveFigure):
    """A live picture that is not drawn sharp while `quiet()`: the next one comes soon."""

    def __init__(self, *args, quiet, **options):
        self._quiet = quiet
        super().__init__(*args, **options)

    def rest(self, ratio=SHARP):
        if not self._quiet():
            super().rest(ratio)

    def close(self):
        self._quiet = None
        super().close()


class Watched:
    """What `watch_training` shows: the loss; with a probe, how its gradient flows at present.

    Its charts are drawn as an Explorer's; it has no controls, and its numbers are those of the
    training as it is now.
    """

    draw = Explorer.draw

    def __init__(self, run, baselines, probe, name):
        self.run, self.baselines, self.name = run, baselines, name
        self.probe, T = probe or (None, 0)
        self.size = (WIDTH, HIGH if probe else LOW)
        self.unit = "" if run.net.loss == "squared" else "nats"
        self.caption = "Loss of a training against updates" + ("" if not probe else (
            "; for one example, the size of its last loss's gradient over layer and time, and "
            f"its gradient of {name} itemised by loss time and time of use"))
        width = 1 - self._margin() / WIDTH - 0.08
        self.charts = {"losses": (
            Losses, [0.08, 0.66, width, 0.28] if probe else [0.08, 0.18, width, 0.7],
            {"last": run.last, "baselines": baselines, "unit": self.unit,
             "held_out": run.records[0].held_out_loss is not None})}
        if probe:
            L, height = run.net.L, min(0.42, 0.16 * run.net.L)
            self.charts |= {
                "norms": (GradientNorms, [0.6, 0.49 - height, 0.32, height],
                          {"cells": L * T, "title": "Size of dJ⟨T⟩/da"}),
                "items": (Itemised, [0.08, 0.07, 0.34, 0.42], {"T": T})}

    def _margin(self):
        """The room at the right for the words of the baselines, px."""
        words = [len(words) + 5 for words in self.baselines]
        return min(20 + CHARACTER * max(words, default=0), WIDTH / 2)

    def numbers(self):
        """Everything that is plotted, as it is now."""
        return self._losses() | (self._of_probe() if self.probe is not None else {})

    def _losses(self):
        run, records = self.run, self.run.records
        updates = np.array([record.update for record in records])
        losses = np.array([record.loss for record in records])
        looks = [(r.update, r.held_out_loss) for r in records if r.held_out_loss is not None]
        if looks and run.best_update > looks[-1][0]:  # the look that is taken at a stop
            looks.append((run.best_update, run.best_loss))
        return {"now": records[-1],
                "loss": (updates, _smooth(losses, max(1, round(SMOOTH * run.last)))),
                "held out": tuple(np.array(looks, float).reshape(-1, 2).T),
                "best": (run.best_update, run.best_loss) if looks else None}

    def _of_probe(self):
        net, (x, y, mask) = self.run.net, self.probe
        with np.errstate(over="ignore"):
            fwd = net.forward(x, y, mask=mask)
        norms, items = flow.gradient_norms(net, fwd), flow.itemised(net, fwd, self.name)
        return {"norms": np.array([norms.over_time(l)[1:, 0] for l in norms.layers]),
                "items": items.norms, "by loss": flow.sizes(items.by_loss),
                "by use": flow.sizes(items.by_use), "total": flow.sizes(items.total)}

    def said(self, numbers):
        """Where the training is, in one line."""
        now, unit = numbers["now"], f" {self.unit}" if self.unit else ""
        loss, judged = _digits(numbers["loss"][1][-1]), numbers["held out"][1]
        said = f"update {now.update} of {self.run.last}, epoch {now.epoch}: loss {loss}"
        if numbers["best"] is None:
            return said + unit
        update, best = numbers["best"]
        return (f"{said}, held out {_digits(judged[-1])}{unit}, best {_digits(best)} at update "
                f"{update}")

    def plotted(self, numbers):
        """The arrays to be summed up in the stored output."""
        lines = {name: numbers[name][1] for name in ("loss", "held out")}
        return lines | {name: numbers[name] for name in ("norms", "items") if name in numbers}

    def show(self, numbers):
        """Put the charts where these numbers belong."""
        self.shown["losses"].show(numbers["loss"], numbers["held out"], numbers["best"])
        if self.probe is not None:
            self.shown["norms"].show(numbers["norms"])
            self.shown["items"].show(
                numbers["items"], by_loss=numbers["by loss"], by_use=numbers["by use"],
                total=numbers["total"], what=f"Size of each item of dJ/d{self.name}")

    def tables(self, numbers):
        """The losses at the looks at what is held out, else at some updates; the baselines."""
        updates, losses = numbers["loss"]
        looks = dict(zip(*numbers["held out"]))
        some = np.unique(np.linspace(0, updates[-1], 20).astype(int))
        tables = [{"caption": "Losses", "header": ["update", "trained on", "held out"],
                   "rows": [[f"update {int(u)}", digits(losses[int(u)]),
                             digits(looks[u]) if u in looks else ""]
                            for u in sorted(looks) or some]}]
        if self.baselines:
            tables.append({"caption": "Losses to compare with", "header": ["baseline", "loss"],
                           "rows": [[words, digits(v)] for words, v in self.baselines.items()]})
        return tables


def _smooth(losses, width):
    """(n,) The mean of each number and the ones before it, `width` of them where there are.

    Update 0 is not an update's own loss but that of all data: it stays out of the others.
    """
    sums = np.concatenate([[0.0], np.cumsum(losses[1:])])
    ends = np.arange(1, len(losses))
    starts = np.maximum(ends - width, 0)
    with np.errstate(all="ignore"):
        return np.concatenate([losses[:1], (sums[ends] - sums[starts]) / (ends - starts)])

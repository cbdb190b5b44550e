"""Charts of forecasts judged: how often came what had a probability, and how sure a gain is."""
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from rnnlib.charts.chart import Chart, step_above

MOST_BINS = 20


class Calibration(Chart):
    """The share of ones over the mean forecast of each bin, with intervals; the diagonal is right.
    """

    def draw(self):
        ax, colour = self.ax, self.colour("W_y")
        self.right = ax.plot([0, 1], [0, 1], color=self.ink, linewidth=1.2,
                             linestyle=(0, (5, 4)))[0]
        self.ghost = self.make_line("W_a", linestyle="", marker="o", fillstyle="none",
                                    markersize=9, mew=2, zorder=3)
        self.intervals = self.moves(ax.add_collection(
            LineCollection([], colors=colour, linewidths=3, zorder=4)))
        self.points = self.make_line("W_y", linestyle="", marker="o", markersize=9, zorder=5)
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), ylabel="share of ones observed")
        ax.tick_params(labelbottom=False)
        self.words = ax.text(1.0, 0.8, "calibrated", ha="right", va="top")

    def show(self, found, ghost=None):
        """found {name: (bins,)}, the fields of an `rl.evaluation.Calibration`; ghost: those of
        another one, kept to compare, or None."""
        x = found["forecast"]
        self.put(self.points, data=(x, found["frequency"]))
        self.put(self.intervals, segments=[[(x, low), (x, high)] for x, low, high in
                                           zip(x, found["least"], found["most"], strict=True)])
        self.put(self.ghost, data=(ghost["forecast"], ghost["frequency"]) if ghost else ([], []))


class Counts(Chart):
    """How many forecasts lie in each of at most MOST_BINS bins, as bars under a `Calibration`."""

    def draw(self):
        self.bars = [self.moves(self.ax.add_patch(Rectangle(
            (0, 0), 0, 0, facecolor=self.colour("W_y"), edgecolor=self.ground, linewidth=1.5)))
            for _ in range(MOST_BINS)]
        self.ax.set(xlim=(-0.02, 1.02), xlabel="forecast: chance of a 1", ylabel="how many")

    def show(self, found):
        """found as in `Calibration`."""
        bins = [*zip(found["low"], found["high"], found["count"], strict=True)]
        for k, bar in enumerate(self.bars):
            low, high, count = bins[k] if k < len(bins) else (0, 0, 0)
            self.put(bar, x=low, width=high - low, height=count)
        top = 200 * np.ceil(max(found["count"], default=1) / 200)
        if self.is_new("top", top):
            self.ax.set(ylim=(0, top), yticks=[0, top])


class Gains(Chart):
    """A line for each rival: what is gained on it, in the mean, and the interval; 0 is no gain."""

    def draw(self):
        self.nothing = self.ax.axvline(0, color=self.ink, linewidth=1.2, linestyle=(0, (5, 4)))
        self.ghost = self.make_line("W_a", linestyle="", marker="|", markersize=22, mew=2)
        self.intervals = self.moves(self.ax.add_collection(
            LineCollection([], colors=self.colour("W_y"), linewidths=3, zorder=4)))
        self.points = self.make_line("W_y", linestyle="", marker="o", markersize=9, zorder=5)
        self.ax.set(xlabel="gain in the mean loss, and its 95 % interval")

    def show(self, rivals, found, ghost=None):
        """rivals: their names; found {"mean": (R,), "low": (R,), "high": (R,)}; ghost: another
        such dict, whose ends are kept to compare, or None."""
        y = np.arange(len(rivals))[::-1]
        self.put(self.points, data=(found["mean"], y))
        self.put(self.intervals, segments=[[(low, k), (high, k)] for low, high, k in
                                           zip(found["low"], found["high"], y, strict=True)])
        ends = np.append(ghost["low"], ghost["high"]) if ghost else []
        self.put(self.ghost, data=(ends, np.tile(y, 2) if ghost else []))
        if self.is_new("rivals", rivals):
            self.ax.set(ylim=(-0.6, len(rivals) - 0.4), yticks=y, yticklabels=rivals)
        widest = np.abs([found["low"], found["high"]]).max()
        limit = 1.1 * step_above(1000 * widest or 1) / 1000  # of models that are equal, too
        self.put_limits(xlim=(-limit, limit))

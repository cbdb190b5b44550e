"""Charts of calibration: how often a 1 came, where a forecast said how probable it was."""
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from rnnlib.charts.chart import Chart

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

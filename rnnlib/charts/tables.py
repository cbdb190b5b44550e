"""Charts of a table of sequences, and of what a product in its place costs."""
from itertools import product

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rnnlib import style
from rnnlib.charts.chart import Chart
from rnnlib.charts.heat import HeatMap

# most cells in a row for which numbers are written into them, and the most times of the costs
WRITTEN, MOST = 4, 4
_ROUND = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0, 3.0)


def round_above(value):
    """The next round number, so that a scale keeps its end for most moves of a slider."""
    return next((end for end in _ROUND if end >= value - style.ROUNDING), np.ceil(value))


def outcomes(count):
    """The names of `count` = 2^T outcomes: 000, 001, ..."""
    return ["".join(digits) for digits in product("01", repeat=int(count).bit_length() - 1)]


class Table(HeatMap):
    """A table of zeros and ones, a row for each x and a column for each y, in colours.

    draw: the title, what stands across and down, and whether the bar of the colours stands
    beside it.
    """

    def draw(self, *, title="", across="", down="", bar=False):
        self.cells = self.make_cells(style.sizes(self.theme))
        self.make_numbers(WRITTEN ** 2)
        self.ax.set(title=title, xlabel=across, ylabel=down)
        self.ax.tick_params(length=0, labelsize=style.TEXT_PX)
        self.ax.spines[:].set_visible(False)
        if bar:
            self.make_bar(self.cells, [1.04, 0, 0.05, 1], MaxNLocator(4), format=FuncFormatter(
                lambda share, _: style.per_cent(share)))
            self.bar.ax.tick_params(labelsize=style.TEXT_PX)

    def show(self, p, top=None):
        """p (2^T_x, 2^T_y) probabilities; rows and columns in the order of binary numbers, the
        first time in front; top: the end of the colours."""
        p = np.asarray(p, float)
        rows, columns = p.shape
        if self.is_new("shape", p.shape):
            self.ax.set_xticks(range(columns), outcomes(columns),
                               rotation=90 if columns > WRITTEN else 0)
            self.ax.set_yticks(range(rows), outcomes(rows))
        self.put(self.cells, extent=(-0.5, columns - 0.5, rows - 0.5, -0.5))
        self.put_cells({self.cells: p}, (0, top or round_above(p.max())),
                       told=lambda share: style.fixed(100 * share, 1))


class Costs(Chart):
    """What each factor of a product leaves out, each bar on the one before, and the whole."""

    def draw(self):
        whole, size = self.colour("kept"), style.TEXT_PX + 1
        self.bars = [self.moves(self.ax.add_patch(Rectangle(
            (k, 0), 0.7, 0, color=self.colour("W_a"), zorder=2))) for k in range(MOST)]
        self.whole = self.moves(self.ax.add_patch(Rectangle(
            (0, 0), 0.7, 0, facecolor=whole, edgecolor=self.ink, hatch="//", zorder=2)))
        self.level = self.make_line(linestyle=(0, (2, 2)), linewidth=1.4, zorder=3)
        self.ghost = self.make_line("kept", linestyle=(0, (1, 2)), linewidth=3, zorder=3)
        self.numbers = [self.moves(self.ax.text(k, 0, "", ha="center", va="bottom", zorder=4,
                                                fontsize=size)) for k in range(MOST + 1)]
        self.ax.tick_params(axis="x", length=0)
        self.ax.tick_params(labelsize=size)
        self.ax.yaxis.set_major_locator(MaxNLocator(4))

    def show(self, costs, total, *, ghost=None, unit="nats", most=0.0):
        """costs (T,) for t = 1..T, at most MOST; total: the cost of the whole product, a bar of
        its own; ghost: another total, kept to compare; the axis has room for `most`."""
        T, ends = len(costs), np.concatenate([[0.0], np.cumsum(costs)])
        for k, bar in enumerate(self.bars):
            self.put(bar, visible=k < T)
            if k < T:
                self.put(bar, x=k + 0.65, y=ends[k], height=max(costs[k], 0))
        tops = [*zip(ends[1:], costs, strict=True), (total, total)]
        for k, number in enumerate(self.numbers):
            y, cost = tops[k] if k <= T else (0, None)
            self.put(number, position=(k + 1, y), text="" if k > T else style.fixed(cost))
        self.put(self.whole, x=T + 0.65, height=total)
        self.put(self.level, data=([1, T + 1.35], [total, total]))
        self.put(self.ghost, data=([], []) if ghost is None else ([0.5, T + 1.5], [ghost, ghost]))
        self.put_limits((0.4, T + 1.6), (0, round_above(1.08 * max(total, ghost or 0, most, 0.05))))
        if self.is_new("frame", (T, unit)):
            self.ax.set_xticks(range(1, T + 2), [*(f"t={t}" for t in range(1, T + 1)), "KL"])
            self.ax.set_title(f"cost in {unit}")

"""The chart of a gradient itemised by loss time and time of use."""
from itertools import product

import numpy as np
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rnnlib import style
from rnnlib.charts.heat import MARKS, HeatMap, whole_decades

# between the cells and their sums, in cells
GAP = 0.4
# how the numbers of each scale are written: in a cell, at the bar
SCALES = {"size": (style.power, style.tick), "sign": (style.short, style.number),
          "share": (lambda share: style.short(100 * share), style.per_cent)}


class Itemised(HeatMap):
    """Heat map of the itemised gradient of T times: loss times s down, times of use t across.

    Sums stand beside the cells in the same colours. Above the diagonal there are no cells: a loss
    cannot depend on a later use. Exact zeros of a "size" and numbers that are not finite get a
    mark of their own, with a legend as soon as there is one.
    """

    room = 56, 22

    def draw(self, T):
        ax, self.T = self.ax, T
        cmap, times, sums = style.sizes(self.theme), (0.5, T + 0.5), (T + 0.5 + GAP, T + 1.5 + GAP)
        self.cells, self.by_loss, self.by_use, self.total = (
            self.make_cells(cmap, extent=(*across, *down[::-1]), zorder=1)
            for down, across in product((times, sums), (times, sums)))
        self.no_cells = ax.add_patch(Polygon(_stairs(T), closed=True, fill=False, linewidth=0,
                                             hatch="//", alpha=0.35, zorder=0))
        self.make_marks()
        self.lines = _outlines(self, T + 1 + GAP)
        roomy = self.has_room(T + 1 + GAP, T + 1 + GAP)
        self.make_numbers(T * (T + 1) // 2 + 2 * T + 1 if roomy else 0, zorder=3)
        ax.set(xlim=(0.5, sums[1]), ylim=(sums[1], 0.5), xlabel="time of use t",
               ylabel="time of loss s")
        for axis in (ax.xaxis, ax.yaxis):
            _time_ticks(axis, T)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        self.title = ax.set_title("", pad=36)
        self.legend = None
        self.make_bar(self.cells, [1.04, 0, 0.04, 1], None)

    def show(self, items, by_loss, by_use, total, *, scale="size", what="", row=None, column=None,
             ghost=None):
        """Put numbers and marks.

        items    (T, T), [s, t]; what stands above the diagonal is not looked at
        by_loss, by_use  (T,) the sums of each row and of each column; total: of everything
        scale    "size" (numbers >= 0, colours in decades), "sign" (signed, zero is the
                 background) or "share" (signed, written in per cent, without the sign)
        what     what the numbers are; stands above the picture
        row, column  times to mark, or None; ghost: a pair (row, column) kept for comparison

        Notes: with "size" the sums are sizes of sums, which is less than the sum of sizes where
        items cancel.
        """
        # outlines follow a dragged slider faster without all cells
        if self.is_new("numbers", (items, by_loss, by_use, total, scale)):
            parts = [_scaled(part, scale) for part in (
                items, np.reshape(by_loss, (-1, 1)), np.reshape(by_use, (1, -1)),
                np.reshape(total, (1, 1)))]
            parts[0] = np.ma.array(parts[0], mask=~np.tri(self.T, dtype=bool))
            self._show_parts(parts, scale)
        self.put(self.title, text=what)
        ghost_row, ghost_column = ghost or (None, None)
        for name, time in (("row", row), ("column", column), ("ghost row", ghost_row),
                           ("ghost column", ghost_column)):
            xy = (0.5, (time or 1) - 0.5)
            self.put(self.lines[name], visible=bool(time), xy=xy if "row" in name else xy[::-1])

    def _show_parts(self, parts, scale):
        told, at_bar = SCALES[scale]
        cmap = (style.sizes if scale == "size" else style.signs)(self.theme)
        if self.is_new("scale", scale):
            self.bar.locator = MaxNLocator(5, integer=scale == "size")
            self.bar.formatter = FuncFormatter(lambda value, _: at_bar(value))
        images = self.cells, self.by_loss, self.by_use, self.total
        self.put_cells(dict(zip(images, parts, strict=True)), _limits(parts, scale), cmap=cmap,
                       log=scale == "size", told=told)
        if self.is_new("marks", self.marked()):
            self._show_legend()

    def _show_legend(self):
        """The words of those marks alone that can be seen."""
        handles = {MARKS[name][1]: getattr(self, name) for name in self.marked()}
        if self.T > 1:
            handles = {"no path: t > s": Patch(fill=False, linewidth=0, hatch="///", alpha=0.5),
                       **handles}
        if self.legend:
            self.legend.remove()
        self.legend = self.ax.legend(
            handles.values(), handles, ncols=3, loc="lower left", bbox_to_anchor=(0, 1),
            borderaxespad=0.2) if handles else None


def _scaled(part, scale):
    """What the colours show: decades of sizes, everything else as it is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(part) if scale == "size" else np.asarray(part, float)


def _limits(parts, scale):
    """(low, high) of the colours of all parts."""
    every = np.ma.concatenate([np.ma.ravel(part) for part in parts])
    if scale == "size":
        return whole_decades(every)
    seen = np.abs(every.compressed())
    # not above half of what a float can hold: the scale's length is twice as much
    largest = min(seen[np.isfinite(seen)].max(initial=0) or 1, np.finfo(float).max / 4)
    return -largest, largest


def _stairs(T):
    """Corners of the region above the diagonal, where t > s."""
    steps = [(t + 0.5, s) for t in range(1, T) for s in (t - 0.5, t + 0.5)]
    return [*steps, (T + 0.5, T - 0.5), (T + 0.5, 0.5)] if T > 1 else [(0.5, 0.5)] * 3


def _time_ticks(axis, T):
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if T / step <= 16)
    # the last times would touch the word "sum", which stands 1 + GAP cells after T
    last = T if step == 1 else int(T + 1 + GAP - 0.75 * step)
    times = sorted({1, *range(step, min(last, T) + 1, step)})
    axis.set_ticks([*times, T + 1 + GAP], [*map(str, times), "sum"])


def _outlines(chart, length):
    """Frames around a row and a column up to its sum, and those kept for comparison."""
    halo = [withStroke(linewidth=7, foreground=chart.ground)]
    ghost = {"linewidth": 2, "alpha": 0.6, "linestyle": (0, (1, 2))}
    looks = {"ghost row": ghost, "ghost column": ghost, "row": {"linewidth": 3.5},
             "column": {"linewidth": 3.5, "linestyle": (0, (4, 2))}}
    return {name: chart.moves(chart.ax.add_patch(Rectangle(
        (0.5, 0.5), *(length, 1) if "row" in name else (1, length), fill=False, zorder=4,
        edgecolor=chart.ink, visible=False, clip_on=False, path_effects=halo, **look)))
        for name, look in looks.items()}

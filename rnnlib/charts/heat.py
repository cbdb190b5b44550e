"""What charts of coloured cells share: one scale, its bar, marks, numbers where there is room."""
from itertools import zip_longest

import numpy as np
from matplotlib.colors import Normalize

from rnnlib import style
from rnnlib.charts.chart import Chart

# the most decades that colours span: what is 1e-16 of the largest is lost when the two are added
DECADES = 16
# what gets a mark and no colour, with its sign and its words in a legend
MARKS = {"zeros": ("○", "exactly 0"), "not_finite": ("✕", "not finite")}


class HeatMap(Chart):
    """Cells of one or several images on one colour scale, which `self.norm` holds.

    `draw` makes what the chart wants: make_cells for each image; make_bar or make_ends; make_marks;
    make_numbers. `show` puts extents and limits, and then all numbers at once with put_cells.
    """

    # a cell's width and height in px from which its number is written inside
    room = 50, 22
    norm = bar = zeros = not_finite = negative = None
    numbers = ()

    @property
    def artists(self):
        # a bar makes its artists anew whenever the scale changes
        bar = self.bar and {"bar solids": self.bar.solids, "bar dividers": self.bar.dividers}
        return super().artists | (bar or {})

    # -- making ------------------------------------------------------------------------------
    def make_cells(self, cmap, low=0, high=1, **look):
        """An image that moves, without numbers; all of a chart are on the scale of the first."""
        self.norm = self.norm or Normalize(low, high)
        return self.moves(self.ax.imshow([[np.nan]], cmap=cmap, norm=self.norm, aspect="auto",
                                         interpolation="nearest", **look))

    def make_bar(self, image, place, ticks, **look):
        """A bar with ticks, `self.bar`, at a place in shares of the axes; the dear kind."""
        self.bar = self.ax.figure.colorbar(image, cax=self.ax.inset_axes(place), ticks=ticks,
                                           **look)
        self.bar.outline.set_visible(False)

    def make_ends(self, image, place, *, x=1.5, va=("bottom", "top"), **look):
        """A bar, `self.fill`, with texts at its two ends alone, `self.ends`, that move; x is their
        place in widths of the bar. Returns its axes, in which it is a square from 0 to 1."""
        bar = self.ax.inset_axes(place)
        self.fill = bar.imshow(np.linspace(0, 1, 64)[:, None], aspect="auto", origin="lower",
                               cmap=image.get_cmap(), extent=(0, 1, 0, 1))
        bar.set(xticks=[], yticks=[])
        bar.spines[:].set_visible(False)
        self.ends = [self.moves(bar.text(x, y, "", va=side, zorder=0.5, **look))
                     for y, side in enumerate(va)]
        return bar

    def make_marks(self, zeros=6, not_finite=10, negative=None):
        """Marks, in px, `self.zeros` for exactly 0, `self.not_finite` and `self.negative`, which
        in grey looks like its opposite: a minus, seen the better the fuller the cell; None makes
        none."""
        look = {"linestyle": "", "zorder": 3}
        self.zeros = zeros and self.make_line(
            marker="o", markersize=zeros, fillstyle="none", **look)
        self.not_finite = not_finite and self.make_line(
            marker="x", markersize=not_finite, mew=3, **look)
        self.negative = negative and self.make_line(
            marker="_", markersize=negative, color=self.ground, **look)

    def make_numbers(self, count, **look):
        """Texts, `self.numbers`, for the numbers in at most so many cells."""
        self.numbers = [self.moves(self.ax.text(0, 0, "", ha="center", va="center", **look))
                        for _ in range(count)]

    # -- putting -----------------------------------------------------------------------------
    def has_room(self, columns, rows):
        """Whether a number has room in a cell where so many fill the axes."""
        box = self.ax.get_window_extent()
        px = np.array([box.width / columns, box.height / rows]) * 72 / self.ax.figure.dpi
        return bool((px >= self.room).all())

    def put_cells(self, values, limits, *, cmap=None, log=False, told=None):
        """Colour the cells of every image, mark them, write into them.

        values  {image: (rows, columns)}; what is masked is no cell. The extents are put before
        limits  (low, high) of the colours
        cmap    other colours than before, or None
        log     whether values are logarithms, so that -inf is exactly 0
        told    value -> its text in the cell, or None. Nothing is written where cells are more
                than texts; whether they have room is for the chart to ask
        """
        values = {image: np.ma.asarray(part, float) for image, part in values.items()}
        for image, part in values.items():
            self.put(image, array=np.ma.masked_invalid(part.filled(np.nan)),
                     cmap=cmap or image.get_cmap(), clim=limits)
        for name in (*MARKS, "negative"):
            if mark := getattr(self, name):
                points = [_centres(image)[_is(name, part, log)] for image, part in values.items()]
                self.put(mark, data=np.concatenate(points).T)
        self._write(values, told)

    def _write(self, values, told):
        """Numbers into the cells, dear where there are many; none if there are too many."""
        there = {image: np.ma.filled(np.isfinite(part), False) for image, part in values.items()}
        fits = told and sum(cells.sum() for cells in there.values()) <= len(self.numbers)
        looks = [look for image in there if fits
                 for look in _written(image, values[image], there[image], told)]
        for text, look in zip_longest(self.numbers, looks):
            self.put(text, **look or {"text": ""})

    def marked(self):
        """The kinds of MARKS that can be seen."""
        return [name for name in MARKS if len(getattr(self, name).get_xdata())]


def whole_decades(log10):
    """(low, high) of a colour scale for these numbers: whole, at least one decade apart."""
    log10 = np.ma.filled(np.ma.asarray(log10, float), np.nan)
    seen = log10[np.isfinite(log10)]
    high = np.ceil(seen.max()) if seen.size else 0.0
    low = np.floor(seen.min()) if seen.size else -1.0
    return float(min(max(low, high - DECADES), high - 1)), float(high)


def _is(name, part, log):
    """Which cells get this mark; those that are none get no mark."""
    zero = log & (part == -np.inf)
    there = np.isfinite(part)
    return np.ma.filled({"zeros": zero, "not_finite": ~there & ~zero,
                         "negative": there & (part < 0)}[name], False)


def _centres(image):
    """(rows, columns, 2) Where the cells of an image stand, as (x, y)."""
    rows, columns = image.get_array().shape
    left, right, bottom, top = image.get_extent()
    if image.origin == "upper":
        bottom, top = top, bottom
    across, up = (right - left) / columns, (top - bottom) / rows
    return np.dstack(np.meshgrid(left + across / 2 + across * np.arange(columns),
                                 bottom + up / 2 + up * np.arange(rows)))


def _written(image, part, there, told):
    """How the text of each number that is there looks in its cell."""
    fills, centres = image.to_rgba(image.get_array()), _centres(image)
    for cell in zip(*np.nonzero(there), strict=True):
        yield {"position": tuple(centres[cell]), "text": told(float(part[cell])),
               "color": style.ink_on(fills[cell][:3])}

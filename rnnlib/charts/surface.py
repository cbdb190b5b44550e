"""Charts of an error surface of one unit: its shades, a cut through it, and steps down it."""
import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from rnnlib import style
from rnnlib.charts.chart import Chart, around

# how each kind of step looks: role of its colour, dash pattern, marker
STEPS = {
    "plain": ("from_above", (), "o"),
    "by norm": ("W_y", (6, 2), "s"),
    "by element": ("W_a", (2, 2), "^"),
}
# shades of a surface: their borders are lines of equal loss
SHADES = 20
_WALL = (0, (1, 1.2))
_LEGEND = {"wall": "wall, T without end", "start": "start", "plain": "plain",
           "by norm": "clipped by norm", "by element": "by element", "ghost": "pinned"}


class Surface(Chart):
    """The loss over two parameters as shades, its wall, a cut, and paths of steps down it.

    draw: `top` is the loss that gets the last shade, so that surfaces can be compared; None: it
    fits. The legend stands in one row above the whole figure.

    Notes: shades say how large the loss is, not how steep. Where two shades meet at a line
    there is a wall: its slope cannot be read from the picture.
    """

    def draw(self, top=None):
        ax, self.top = self.ax, top
        halo, thin = ({"path_effects": [withStroke(linewidth=width, foreground=self.ground)]}
                      for width in (4.5, 3))
        self.loss = self.moves(ax.imshow(
            [[0.0]], origin="lower", aspect="auto", interpolation="nearest", zorder=1,
            cmap=style.sizes(self.theme).resampled(SHADES)))
        self.wall = self.make_line(linewidth=2.5, linestyle=_WALL, zorder=2, **halo)
        self.cut = self.make_line(linewidth=1, zorder=2)
        self.ghost = self.make_line(linewidth=1.5, linestyle=":", marker=".", zorder=3, **halo)
        self.paths = _step_lines(self, markersize=4.5, linewidth=1.8, zorder=4, **thin)
        self.start = self.make_line(marker="*", markersize=20, linestyle="", zorder=5, **halo)
        ax.set(xlabel="w", ylabel="b")
        self.bar = ax.figure.colorbar(self.loss, ax=ax, pad=0.02)
        self.bar.ax.set_title("J", loc="center")
        lines = {"wall": self.wall, "start": self.start, "ghost": self.ghost, **self.paths}
        self.legend = ax.figure.legend(
            [lines[name] for name in _LEGEND], _LEGEND.values(), ncols=len(_LEGEND),
            loc="upper left", borderaxespad=0.3, columnspacing=1.2, handletextpad=0.4)

    def show(self, surface, *, wall=None, paths=None, ghost=None, cut=None):
        """surface a `rnnlib.learning.surface.Surface`; wall (n,) values of the second parameter
        for surface.first, NaN for none; paths {name in STEPS: points (k, 2)}; ghost points (k, 2)
        kept for comparison; cut a value of the first parameter. What leaves the picture is cut at
        its edge."""
        paths, first, second = paths or {}, surface.first, surface.second
        extent = first[0], first[-1], second[0], second[-1]
        loss = np.ma.masked_invalid(surface.loss)
        # not above half of what a float can hold: the bar's middles are halves of sums
        most = min(loss.max(), np.finfo(float).max / 4) if loss.count() else 0
        self.put(self.loss, array=loss, extent=extent, clim=(0, self.top or most or 1.0))
        self.put_limits(extent[:2], extent[2:])
        self.put(self.wall, data=((), ()) if wall is None else (first, wall))
        self.put(self.cut, data=((), ()) if cut is None else ([cut, cut], extent[2:]))
        for name, line in self.paths.items():
            self.put(line, data=_columns(paths.get(name)))
        self.put(self.ghost, data=_columns(ghost))
        self.put(self.start, data=_columns(next(iter(paths.values()))[:1] if paths else None))


class Cut(Chart):
    """The loss along one parameter, which runs upwards as in the surface beside it.

    draw: `top` is the end of the axis of losses.
    """

    def draw(self, top=None):
        self.loss = self.make_line(zorder=3)
        self.ghost = self.make_line(linestyle=":", linewidth=2, zorder=2)
        self.wall = self.make_line(linestyle=_WALL, zorder=1)
        self.ax.set(xlabel="J along the cut", xlim=(0, top))
        self.ax.tick_params(labelleft=False)
        self.ax.xaxis.set_major_locator(MaxNLocator(3))

    def show(self, second, loss, *, ghost=None, wall=None):
        """second (k,) values of the parameter; loss (k,), ghost (k,) another one kept to compare;
        wall the value at which the wall stands, NaN or None for none."""
        self.put_limits(ylim=(second[0], second[-1]))
        self.put(self.loss, data=(loss, second))
        self.put(self.ghost, data=((), ()) if ghost is None else (ghost, second))
        self.put(self.wall, data=((), ()) if wall is None else (self.ax.get_xlim(), [wall, wall]))


class Along(Chart):
    """A quantity after each step of several paths, on a logarithmic axis; no axes without a path.

    draw: label of the quantity, its limits, the last step, what stands under the axis, and
    the paths of a legend above it.
    """

    def draw(self, *, label, limits, last, under="", legend=()):
        self.level = self.make_line(linewidth=1.5, linestyle=(0, (5, 3)))
        self.ghost = self.make_line(linewidth=1.5, linestyle=":")
        self.paths = _step_lines(self, markersize=4, linewidth=1.8)
        self.zeros = {name: self.make_line(
            role, linestyle="", marker="o", fillstyle="none", markersize=5, clip_on=False,
            transform=self.ax.get_xaxis_transform()) for name, (role, _, _) in STEPS.items()}
        self.ax.set(yscale="log", ylabel=label, ylim=limits, xlim=(-1, last + 1), xlabel=under)
        self.ax.tick_params(labelbottom=bool(under))
        self.bands = {name: self.make_band(role, zorder=1)
                      for name, (role, _, _) in STEPS.items()}
        self.legend = legend and self.ax.legend(
            [self.paths[name] for name in legend], map(_LEGEND.get, legend), ncols=len(legend),
            loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)

    def show(self, numbers, *, level=None, ghost=None, ranges=None):
        """numbers {name in STEPS: (k,)}, ghost (k,) kept to compare: what is not finite
        leaves a gap, and 0 too, with a ring at the lower edge; level a number to mark across;
        ranges {name: two (k,), low and high}."""
        for name, band in self.bands.items():
            low, high = (ranges or {}).get(name, ((), ()))
            self.put(band, xy=around(np.arange(len(low)), low, high))
        self.put(self.ax, visible=bool(numbers))
        for line, values in ((self.ghost, ghost), *((line, numbers.get(name))
                                                    for name, line in self.paths.items())):
            values = np.asarray(() if values is None else values, float)
            self.put(line, data=(np.arange(len(values)), np.where(values > 0, values, np.nan)))
        for name, rings in self.zeros.items():
            at = np.flatnonzero(np.asarray(numbers.get(name, ())) == 0)
            self.put(rings, data=(at, np.zeros(len(at))))
        across = self.ax.get_xlim()
        self.put(self.level, data=(across, [level, level]) if level else ((), ()))


def _step_lines(chart, **look):
    return {name: chart.make_line(role, linestyle=(0, dash) if dash else "-", marker=marker, **look)
            for name, (role, dash, marker) in STEPS.items()}


def _columns(points):
    return ((), ()) if points is None else tuple(np.transpose(points))

"""Charts of what a gradient does over time: sizes in decades, spectra, slopes, pairs of times.

Sizes of every magnitude come by while a slider is dragged, and new limits of an axes redraw
everything: so what has to be rescaled has a transform of its own, and tick labels that move.
"""
from itertools import zip_longest

import numpy as np
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, blended_transform_factory

from rnnlib import style
from rnnlib.charts.chart import Chart, around, over_time, step_above
from rnnlib.charts.heat import HeatMap

# the ends of float64, in decades
LARGEST, SMALLEST = 308.25, -323.31
# how each line looks: role of its colour or None for ink, dash pattern, width, words
LINES = {
    "bound": ("W_a", (0, (7, 3)), 2.6, "bound (γσ₁)ᵏ"),
    "radius": ("W_y", (0, (1.5, 2)), 2.6, "ρᵏ"),
    "ghost": (None, (0, (1, 2.5)), 1.8, "pinned"),
    "product": (None, "-", 4, "true product"),
}
# where their samples stand, in two rows above the axes
_PLACES = {"product": (0, 1.17), "bound": (0.58, 1.17), "radius": (0.58, 1.06),
           "ghost": (0, 1.06)}
# ticks of an axis, about as many
TICKS = 6
_NO_FAN = np.zeros(0), np.zeros((3, 0))  # a fan without seeds
# the line of gamma, the largest slope
_GAMMA = (0, (8, 2, 1, 2))


class Decay(Chart):
    """What is left of a gradient on its way back: sizes in decades over t, several on one axis.

    The limits show the truth whole, and of the other two what is not much farther away; their
    numbers at t = 1 stand in the legend. A size of exactly 0 is marked at the lower edge.

    Notes: the bound is what cannot be exceeded. A truth far below it breaks no rule, and a
    truth above rho^k breaks none either: rho^k is no bound.
    """

    def draw(self, *, seeds):
        ax, self.decades, self.seeds = self.ax, Affine2D(), seeds
        decades = self.decades + ax.transAxes
        across = blended_transform_factory(ax.transAxes, decades)
        self.grid = self.make_line(linewidth=0.8, alpha=0.25, transform=across, zorder=0.5)
        self.ticks = [self.make_text(-0.015, 0, transform=across, ha="right", va="center",
                                     zorder=0.5) for _ in range(TICKS + 2)]
        self.one = self._level(0, linewidth=1.2, transform=across, zorder=0.6)
        self.ends, self.words, self.samples, self.lines = {}, {}, {}, {}
        for name, size, words, side in (("inf", LARGEST, "float64: inf above", "bottom"),
                                        ("0", SMALLEST, "float64: 0 below", "top")):
            self.ends[name] = self._level(size, linewidth=1, transform=across, zorder=0.7)
            self.words[name] = self.make_text(
                0.5, size, words, transform=across, ha="center", va=side, zorder=0.7,
                fontsize=style.TEXT_PX, clip_on=True)
        along = blended_transform_factory(ax.transData, decades)
        self.bands = {name: self.make_band(alpha=alpha, transform=along, zorder=1)
                      for name, alpha in (("ghost", 0.1), ("product", 0.22))}
        for z, (name, (role, dash, width, _)) in enumerate(LINES.items(), 2):
            self.lines[name] = self.make_line(role, linestyle=dash, linewidth=width, zorder=z,
                                              transform=along)
        self.median = self.make_line(linewidth=1.5, transform=along, zorder=2)
        self.zeros = self.make_line(linestyle="", marker="o", fillstyle="none", markersize=7,
                                    transform=ax.get_xaxis_transform(), zorder=6, clip_on=False)
        self._draw_legend()
        ax.set(xlabel="time t", ylim=(0, 1), yticks=[])
        ax.set_ylabel("size, from 1 at t = T", labelpad=52)

    def _draw_legend(self):
        self.words["fan"] = self.make_text(0, 1.28, va="center", fontsize=style.CHART_TEXT_PX)
        for name, (x, y) in _PLACES.items():
            role, dash, width, _ = LINES[name]
            self.samples[name] = self.moves(self.make_sample(role, x, y, 0.08, linestyle=dash,
                                                             linewidth=width))
            self.words[name] = self.make_text(
                x + 0.1, y, color=self.colour(role), va="center", fontsize=style.CHART_TEXT_PX,
                weight="bold" if name == "product" else "normal")

    def _level(self, size, **look):
        """A line across the axes."""
        line = self.make_line(**look)
        line.set_data([0, 1], [size, size])
        return line

    def show(self, sizes, ghost=None, fan=None, ghost_fan=None):
        """sizes {name: (T,) log10 at t = 1..T} for "product" (the truth), "bound" and "radius";
        ghost (T',) another truth kept for comparison, or None: it ends where this one does. A fan
        is (times (K,), (3, K)): smallest, median, largest truth of several seeds, or None."""
        shown = {name: np.asarray(sizes[name], float) for name in ("bound", "radius", "product")}
        shown["ghost"] = np.asarray(() if ghost is None else ghost, float)
        T, fans = len(shown["product"]), {"product": fan or _NO_FAN, "ghost": ghost_fan or _NO_FAN}
        for name, (times, (low, _, high)) in fans.items():
            self.put(self.bands[name], xy=around(times + T - len(shown[name]), low, high))
            shown[f"fan of {name}"] = np.concatenate([low, high])
        times, (low, middle, high) = fans["product"]
        self.put(self.median, data=(times, np.where(np.isfinite(middle), middle, np.nan)))
        self.put(self.words["fan"], text="" if not fan else (
            f"{self.seeds} seeds, band and median: "
            f"{style.power(low[0])} to {style.power(high[0])}"))
        for name in LINES:
            log10 = shown[name]
            words = f"{LINES[name][3]}: {style.power(log10[0])}" if log10.size else ""
            self.put(self.lines[name], data=over_time(log10, T))
            self.put(self.samples[name], visible=log10.size > 0)
            self.put(self.words[name], text=words)
        zeros = np.flatnonzero(shown["product"] == -np.inf) + 1
        self.put(self.zeros, data=(zeros, np.full(zeros.shape, 0.02)))
        self._show_decades(*_limits({**shown, "ghost": shown["ghost"][-T:]}))
        self.put_limits(_time_limits(max(T, 2)), (0.0, 1.0))

    def _show_decades(self, low, high):
        """Other limits in decades: the transform, its ticks and the ends of float64."""
        if not self.is_new("decades", (low, high)):
            return
        self.decades.clear().translate(0, -low).scale(1, 1 / (high - low))
        ticks = [tick for tick in MaxNLocator(TICKS, integer=True).tick_values(low, high)
                 if low <= tick <= high]
        for text, tick in zip_longest(self.ticks, ticks):
            text.set(y=tick or 0.0, text="" if tick is None else style.tick(tick))
        self.grid.set_data(np.tile([0.0, 1.0, np.nan], len(ticks)), np.repeat(ticks, 3))
        for name, there in (("inf", high > LARGEST), ("0", low < SMALLEST)):
            self.put(self.ends[name], visible=there)
            self.put(self.words[name], visible=there)
        _redraw(self.moving)


def _redraw(artists):
    """A new transform does not tell what it moves that this is to be drawn again."""
    for artist in artists:
        artist.stale = True


def _time_limits(T):
    """Where the axis of times 1..T begins and ends."""
    edge = max(0.01 * (T - 1), 0.5)
    return 1 - edge, T + edge


def _limits(shown):
    """(low, high) in decades, each one of a few steps: the truth and ghost whole, the rest near."""
    near = {"bound", "radius"}

    def ends(names):
        seen = np.concatenate([shown[name] for name in names])
        seen = seen[np.isfinite(seen)]
        return min(seen.min(initial=0), 0), max(seen.max(initial=0), 0)

    (low, high), (lower, higher) = ends(shown.keys() - near), ends(near)
    more = max(high - low, 2)
    low, high = min(low, max(lower, low - more)), max(high, min(higher, high + more))
    return -step_above(max(-low, 0.3)), step_above(max(high, 0.3))


class Spectrum(Chart):
    """Eigenvalues as dots in the complex plane, singular values as bars on the real axis.

    The rings of rho and sigma_1 look as the lines of rho^k and of the bound in `Decay`.

    Notes: an eigenvalue inside the unit circle says what many steps come to, not what the next
    steps do; those may stretch by as much as sigma_1 each.
    """

    def draw(self):
        ax, self.plane = self.ax, Affine2D()
        marks = {"linestyle": "", "transform": self.plane + ax.transData}
        self.rings = {"unit": self._ring(None, "-", 1.5, 1),
                      "1/gamma": self._ring(None, _GAMMA, 1.5, 1)}
        places = (-0.8, 0, 0.8)  # of the ticks, in an axes from -1 to 1
        look = {"transform": ax.transData, "zorder": 0.5}
        self.ticks = [*(self.make_text(x, -1.04, ha="center", va="top", **look) for x in places),
                      *(self.make_text(-1.04, y, ha="right", va="center", **look)
                        for y in places)]
        for name, line in (("sigma_1", "bound"), ("rho", "radius")):
            role, dash, width, _ = LINES[line]
            self.rings[name] = self._ring(role, dash, width, 3)
        self.singular_values = self.make_line("W_a", marker="|", markersize=14, mew=2, zorder=4,
                                              **marks)
        self.eigenvalues = self.make_line("W_y", marker="o", markersize=7, zorder=5, mew=0.8,
                                          mec=self.ground, **marks)
        self.words = {name: self.make_text(x, 1.06, va="center", color=self.colour(role))
                      for name, x, role in (("rho", 0.0, "W_y"), ("sigma_1", 0.36, "W_a"),
                                            ("1/gamma", 0.76, None))}
        self.axis = ax.axhline(0, color=self.ink, linewidth=0.6, alpha=0.5, zorder=0)
        self.legend = [ax.text(x, -0.12, words, transform=ax.transAxes, va="top",
                               ha=("left", "right")[x], color=self.colour(role))
                       for x, words, role in ((0, "● eigenvalues", "W_y"),
                                              (1, "| singular values", "W_a"))]
        ax.set(aspect="equal", xlim=(-1, 1), ylim=(-1, 1), xticks=places, yticks=places,
               xticklabels=[], yticklabels=[])

    def _ring(self, role, dash, width, z):
        return self.moves(self.ax.add_patch(Circle(
            (0, 0), 1, fill=False, transform=self.plane + self.ax.transData, linestyle=dash,
            linewidth=width, edgecolor=self.colour(role), zorder=z)))

    def show(self, spectrum, gamma=1.0):
        """spectrum has .eigenvalues (n,) complex and .singular_values (n,), the largest first;
        gamma, the largest slope: 1/gamma gets a ring of its own where it is not 1."""
        e, s = spectrum.eigenvalues, spectrum.singular_values
        rho, sigma_1 = float(np.abs(e[0])), float(s[0])
        self.put(self.eigenvalues, data=(e.real, e.imag))
        self.put(self.singular_values, data=(s, np.zeros(len(s))))
        for name, radius in (("rho", rho), ("sigma_1", sigma_1), ("1/gamma", 1 / gamma)):
            self.put(self.rings[name], radius=radius)
        self.put(self.rings["1/gamma"], visible=gamma != 1)
        self.put(self.words["rho"], text=f"ρ = {style.number(round(rho, 2))}")
        self.put(self.words["sigma_1"], text=f"σ₁ = {style.number(round(sigma_1, 2))}")
        self.put(self.words["1/gamma"], text=f"1/γ = {style.number(1 / gamma)}")
        # the ticks stand at 0.8, so they get round numbers and nothing comes near the edge
        tick = step_above(0.85 * max(sigma_1, 1 / gamma, 1.0))
        if self.is_new("tick", tick):
            self.plane.clear().scale(0.8 / tick)
            for text, value in zip(self.ticks, 2 * (-tick, 0, tick), strict=True):
                text.set_text(style.number(value))
            _redraw(self.moving)


class Slopes(Chart):
    """Which slopes the units had: the share of all units and times in each bin up to gamma.

    Notes: a slope near 0 multiplies what comes back by nearly nothing, but only in its own row:
    a few open units can carry the gradient alone.
    """

    def draw(self):
        ax = self.ax
        self.bars = self.moves(ax.stairs([], [0], fill=True, zorder=2, color=self.colour("b")))
        self.gamma = self.make_line(transform=ax.get_xaxis_transform(), linestyle=_GAMMA,
                                    linewidth=1.5, zorder=3, clip_on=False)
        self.words = self.make_text(0, 1.12, va="center")
        ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="slope g′(z), at most γ", ylabel="share",
               xticks=[0, 0.25, 0.5, 0.75, 1])
        ax.set_xticklabels(["0", "¼", "½", "¾", "1"])
        ax.yaxis.set_major_locator(MaxNLocator(2))

    def show(self, saturation, gamma=1.0):
        """saturation has .counts (bins,) and .edges (bins + 1,); gamma, the largest slope, gets
        a line."""
        edges, counts = saturation.edges, saturation.counts
        shares = counts / max(counts.sum(), 1)
        self.put(self.bars, data=(shares, edges, 0))
        top = next(top for top in (0.25, 0.5, 1.0) if shares.max(initial=0) <= top)
        self.put_limits((0.0, 1.0), (0.0, top))
        self.put(self.gamma, data=([gamma, gamma], [0, 1]))
        mean = style.number(round(saturation.mean, 3))
        self.put(self.words, text=f"{counts.sum()} slopes, mean {mean}")


class Pairs(HeatMap):
    """Sizes of the products between every two times: later time s down, earlier time t across.

    Blue shrinks, orange grows, the background is 1. The framed last row, s = T, is the truth of
    `Decay`.
    """

    def draw(self):
        ax = self.ax
        self.cells = self.make_cells(style.signs(self.theme), -1, 1, zorder=1)
        self.make_marks(3, None, 4)
        self.row = self.moves(ax.add_patch(Rectangle(
            (0, 0), 1, 1, fill=False, linewidth=2.5, zorder=4, edgecolor=self.ink,
            clip_on=False)))
        ax.set(xlabel="earlier time t", ylabel="later time s")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(TICKS, integer=True))
        bar = self.make_ends(self.cells, [0.95, 0.4, 0.04, 0.54], x=-0.3,
                             va=("center", "center"), ha="right")
        bar.spines[["left", "bottom"]].set_visible(True)
        self.one = bar.text(-0.3, 0.5, "1", ha="right", va="center")
        self.words = ax.text(0.75, 0.97, "size of ∂a⟨s⟩/∂a⟨t⟩", transform=ax.transAxes,
                             ha="right", va="top")

    def show(self, norms, times):
        """norms (K, K) log10 of ||da^{<s>}/da^{<t>}|| at the times of `times` (K,), nan for
        t > s."""
        norms = np.asarray(norms, float)
        # cells reach half a step beyond their times, as far as the picture of `Decay` goes
        half = (times[1] - times[0]) / 2 if len(times) > 1 else 0.5
        low, high = times[0] - half, times[-1] + half
        self.put(self.cells, extent=(low, high, high, low))
        largest = float(np.ceil(step_above(np.abs(norms[np.isfinite(norms)]).max(initial=0.3))))
        self.put_cells({self.cells: norms}, (-largest, largest), log=True)
        for text, decades in zip(self.ends, (-largest, largest), strict=True):
            self.put(text, text=style.tick(decades))
        left, right = _time_limits(times[-1])
        self.put(self.row, xy=(left, high - 2 * half), width=right - left,
                 height=right - high + 2 * half)
        self.put_limits((left, right), (right, left))

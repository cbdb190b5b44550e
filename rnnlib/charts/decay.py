"""Charts of what a gradient does over time: sizes in decades, spectra, slopes, pairs of times.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves. Sizes of every magnitude come by while a slider is dragged, and new
limits of an axes redraw everything: so what has to be rescaled has a transform of its own, and
tick labels that move.
"""
from itertools import zip_longest

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, blended_transform_factory

from rnnlib import style
from rnnlib.charts.chart import step_above
from rnnlib.style import power

# the ends of float64, in decades
LARGEST, SMALLEST = 308.25, -323.31
# how each line looks: role of its colour or None for ink, dash pattern, width, words
LINES = {
    "bound": ("W_a", (0, (7, 3)), 2.6, "bound (γσ₁)ᵏ"),
    "radius": ("W_y", (0, (1.5, 2)), 2.6, "ρᵏ"),
    "ghost": (None, (0, (1, 2.5)), 1.8, "pinned"),
    "product": (None, "-", 4, "true product"),
}
# ticks of an axis, about as many
TICKS = 6


def _tick(log10):
    """A whole power of ten as text, nothing between two of them."""
    if abs(log10 - round(log10)) > 1e-9:
        return ""
    return "1" if round(log10) == 0 else style.whole_power(round(log10))


# -- sizes against time ----------------------------------------------------------------------
def draw_decay(ax, sizes, *, ghost=None, theme="light"):
    """What is left of a gradient on its way back: sizes in decades over t, several on one axis.

    sizes  {name: (T,) log10 at t = 1..T} for "product" (the truth), "bound" and "radius"; a
           size of -inf, exactly 0, is marked at the lower edge
    ghost  (T',) another truth kept for comparison

    Returns {name: artist}. The limits show the truth whole, and of the other two what is not
    much farther away; their numbers at t = 1 stand in the legend.

    Notes: the bound is what cannot be exceeded. A truth far below it breaks no rule, and a
    truth above rho^k breaks none either: rho^k is no bound.
    """
    ink = style.INK[theme]
    artists = {"ax": ax, "decades": Affine2D()}
    decades = artists["decades"] + ax.transAxes
    over_time = blended_transform_factory(ax.transData, decades)
    across = blended_transform_factory(ax.transAxes, decades)
    artists["grid"] = ax.plot([], [], color=ink, linewidth=0.8, alpha=0.25, transform=across,
                              zorder=0.5)[0]
    artists["ticks"] = [ax.text(-0.015, 0, "", transform=across, ha="right", va="center",
                                zorder=0.5) for _ in range(TICKS + 2)]
    artists["one"] = ax.plot([0, 1], [0, 0], color=ink, linewidth=1.2, transform=across,
                             zorder=0.6)[0]
    for name, size, words, side in (("inf", LARGEST, "float64: inf above", "bottom"),
                                    ("0", SMALLEST, "float64: 0 below", "top")):
        artists[name] = ax.plot([0, 1], [size, size], color=ink, linewidth=1, transform=across,
                                zorder=0.7)[0]
        artists[f"{name} words"] = ax.text(
            0.5, size, words, transform=across, ha="center", va=side, zorder=0.7,
            fontsize=style.TEXT_PX, clip_on=True)
    for z, (name, (role, dash, width, _)) in enumerate(LINES.items(), 2):
        artists[name] = ax.plot([], [], linestyle=dash, linewidth=width, zorder=z,
                                color=style.colour(role, theme) if role else ink,
                                transform=over_time)[0]
    artists["zeros"] = ax.plot([], [], linestyle="", marker="o", fillstyle="none", markersize=7,
                               transform=blended_transform_factory(ax.transData, ax.transAxes),
                               color=ink, zorder=6, clip_on=False)[0]
    artists |= _legend(ax, theme)
    ax.set(xlabel="time t", ylim=(0, 1), yticks=[])
    ax.set_ylabel("size, from 1 at t = T", labelpad=52)
    move_decay(artists, sizes, ghost=ghost)
    return artists


def _legend(ax, theme):
    """A sample of each line and its number at t = 1, in two rows above the axes."""
    places = {"product": (0, 1.17), "bound": (0.54, 1.17), "radius": (0.54, 1.06),
              "ghost": (0, 1.06)}
    artists = {}
    for name, (x, y) in places.items():
        role, dash, width, _ = LINES[name]
        colour = style.colour(role, theme) if role else style.INK[theme]
        artists[f"{name} sample"] = ax.plot(
            [x, x + 0.08], [y, y], transform=ax.transAxes, clip_on=False, linestyle=dash,
            linewidth=width, color=colour)[0]
        artists[f"{name} words"] = ax.text(
            x + 0.1, y, "", transform=ax.transAxes, color=colour, va="center",
            fontsize=style.CHART_TEXT_PX, weight="bold" if name == "product" else "normal")
    return artists


def moving_decay(artists):
    """The artists of `draw_decay` that `move_decay` changes, as a flat list."""
    return _movers(artists)


def _movers(artists):
    """Every artist of a dict but the axes, as a flat list."""
    parts = [artists[name] for name in artists if name not in ("ax", "decades", "shown")]
    return [a for part in parts for a in (part if isinstance(part, list) else [part])]


def move_decay(artists, sizes, *, ghost=None):
    """Show other sizes in a picture made by `draw_decay`."""
    shown = {name: np.asarray(sizes[name], float) for name in ("bound", "radius", "product")}
    shown["ghost"] = np.empty(0) if ghost is None else np.asarray(ghost, float)
    T = max(len(shown["product"]), len(shown["ghost"]), 2)
    for name, log10 in shown.items():
        t = np.arange(1, len(log10) + 1)
        artists[name].set_data(t, np.where(np.isfinite(log10), log10, np.nan))
        _, _, _, words = LINES[name]
        artists[f"{name} sample"].set_visible(log10.size > 0)
        text = f"{words}: {power(log10[0])}" if log10.size else ""
        artists[f"{name} words"].set_text(text)
    zeros = np.flatnonzero(shown["product"] == -np.inf) + 1
    artists["zeros"].set_data(zeros, np.full(zeros.shape, 0.02))
    _move_decades(artists, *_limits(shown))
    _set_limits(artists["ax"], _time_limits(T), (0.0, 1.0))


def _time_limits(T):
    """Where the axis of times 1..T begins and ends."""
    edge = max(0.01 * (T - 1), 0.5)
    return 1 - edge, T + edge


def _move_decades(artists, low, high):
    """Other limits in decades: the transform, its ticks and the ends of float64."""
    if artists.get("shown") == (low, high):
        return
    artists["shown"] = low, high
    artists["decades"].clear().translate(0, -low).scale(1, 1 / (high - low))
    ticks = [tick for tick in MaxNLocator(TICKS, integer=True).tick_values(low, high)
             if low <= tick <= high]
    for text, tick in zip_longest(artists["ticks"], ticks):
        text.set(y=tick or 0.0, text="" if tick is None else _tick(tick))
    artists["grid"].set_data(*_segments(ticks))
    for name, there in (("inf", high > LARGEST), ("0", low < SMALLEST), ("one", True)):
        artists[name].set_visible(there)
    for name in ("inf", "0"):
        artists[f"{name} words"].set_visible(artists[name].get_visible())


def _segments(heights):
    """x and y of one line that runs from 0 to 1 at every height, with gaps between."""
    y = np.repeat(heights, 3)
    return np.tile([0.0, 1.0, np.nan], len(heights)), y


def _set_limits(ax, xlim, ylim):
    """New limits, only where they differ: even the same ones make all be drawn anew."""
    if ax.get_xlim() != xlim:
        ax.set_xlim(*xlim)
    if ax.get_ylim() != ylim:
        ax.set_ylim(*ylim)


def _limits(shown):
    """(low, high) in decades, each one of a few steps: the truth and ghost whole, the rest near."""
    def ends(names):
        seen = np.concatenate([shown[name] for name in names])
        seen = seen[np.isfinite(seen)]
        return min(seen.min(initial=0), 0), max(seen.max(initial=0), 0)

    (low, high), (lower, higher) = ends(("product", "ghost")), ends(("bound", "radius"))
    more = max(high - low, 2)
    low, high = min(low, max(lower, low - more)), max(high, min(higher, high + more))
    return -step_above(max(-low, 0.3)), step_above(max(high, 0.3))


# -- eigenvalues and singular values ---------------------------------------------------------
def draw_spectrum(ax, spectrum, gamma=1.0, *, theme="light"):
    """Eigenvalues as dots in the complex plane, singular values as bars on the real axis.

    spectrum  has .eigenvalues (n,) complex and .singular_values (n,), the largest first
    gamma     largest slope; 1/gamma gets a ring of its own where it is not 1

    The rings of rho and sigma_1 look as the lines of rho^k and of the bound in `draw_decay`.
    Returns {name: artist}.

    Notes: an eigenvalue inside the unit circle says what many steps come to, not what the next
    steps do; those may stretch by as much as sigma_1 each.
    """
    ink = style.INK[theme]
    artists = {"ax": ax, "decades": Affine2D()}
    plane = artists["decades"] + ax.transData
    look = {"fill": False, "transform": plane}
    artists["unit"] = ax.add_patch(Circle((0, 0), 1, edgecolor=ink, linewidth=1.5, zorder=1,
                                          **look))
    artists["1/gamma"] = ax.add_patch(Circle((0, 0), 1, edgecolor=ink, linewidth=1.5, zorder=1,
                                             linestyle=(0, (8, 2, 1, 2)), **look))
    artists["ticks"] = [*_tick_texts(ax, "x"), *_tick_texts(ax, "y")]
    for name, line in (("sigma_1", "bound"), ("rho", "radius")):
        role, dash, width, _ = LINES[line]
        artists[name] = ax.add_patch(Circle((0, 0), 1, linestyle=dash, linewidth=width, zorder=3,
                                            edgecolor=style.colour(role, theme), **look))
    artists["singular values"] = ax.plot(
        [], [], linestyle="", marker="|", markersize=14, mew=2, zorder=4, transform=plane,
        color=style.colour("W_a", theme))[0]
    artists["eigenvalues"] = ax.plot(
        [], [], linestyle="", marker="o", markersize=7, zorder=5, transform=plane,
        color=style.colour("W_y", theme), mew=0.8, mec=style.BACKGROUND[theme])[0]
    for name, (x, role) in {"rho words": (0.0, "W_y"), "sigma_1 words": (0.36, "W_a"),
                            "1/gamma words": (0.76, None)}.items():
        artists[name] = ax.text(x, 1.06, "", transform=ax.transAxes, va="center",
                                color=style.colour(role, theme) if role else ink)
    ax.axhline(0, color=ink, linewidth=0.6, alpha=0.5, zorder=0)
    for x, words, role in ((0, "● eigenvalues", "W_y"), (1, "| singular values", "W_a")):
        ax.text(x, -0.12, words, transform=ax.transAxes, va="top", ha=("left", "right")[x],
                color=style.colour(role, theme))
    ax.set(aspect="equal", xlim=(-1, 1), ylim=(-1, 1), xticks=[-0.8, 0, 0.8],
           yticks=[-0.8, 0, 0.8], xticklabels=[], yticklabels=[])
    move_spectrum(artists, spectrum, gamma)
    return artists


def _tick_texts(ax, axis):
    """Labels below, or left of, the ticks at -0.8, 0 and 0.8 of an axes from -1 to 1."""
    if axis == "x":
        return [ax.text(x, -1.04, "", ha="center", va="top", zorder=0.5) for x in (-0.8, 0, 0.8)]
    return [ax.text(-1.04, y, "", ha="right", va="center", zorder=0.5) for y in (-0.8, 0, 0.8)]


def moving_spectrum(artists):
    """The artists of `draw_spectrum` that `move_spectrum` changes, as a flat list."""
    return _movers(artists)


def move_spectrum(artists, spectrum, gamma=1.0):
    """Show another spectrum in a picture made by `draw_spectrum`."""
    e, s = spectrum.eigenvalues, spectrum.singular_values
    rho, sigma_1 = float(np.abs(e[0])), float(s[0])
    artists["eigenvalues"].set_data(e.real, e.imag)
    artists["singular values"].set_data(s, np.zeros(len(s)))
    artists["rho"].set_radius(rho)
    artists["sigma_1"].set_radius(sigma_1)
    artists["rho words"].set_text(f"ρ = {style.number(round(rho, 2))}")
    artists["sigma_1 words"].set_text(f"σ₁ = {style.number(round(sigma_1, 2))}")
    artists["1/gamma words"].set_text(f"1/γ = {1 / gamma:g}")
    # the ticks stand at 0.8, so they get round numbers and nothing comes near the edge
    tick = step_above(0.85 * max(sigma_1, 1 / gamma, 1.0))
    if artists.get("shown") != (tick, gamma):
        artists["shown"] = tick, gamma
        artists["decades"].clear().scale(0.8 / tick)
        artists["unit"].stale = True
        artists["1/gamma"].set(radius=1 / gamma, visible=gamma != 1)
        for text, value in zip(artists["ticks"], 2 * (-tick, 0, tick), strict=True):
            text.set_text(f"{value:g}")


# -- slopes ----------------------------------------------------------------------------------
def draw_slopes(ax, saturation, gamma=1.0, *, theme="light"):
    """Which slopes the units had: the share of all units and times in each bin up to gamma.

    saturation  has .counts (bins,) and .edges (bins + 1,)
    gamma       the largest slope, gets a line

    Returns {name: artist}.

    Notes: a slope near 0 multiplies what comes back by nearly nothing, but only in its own row:
    a few open units can carry the gradient alone.
    """
    artists = {"ax": ax,
               "bars": ax.stairs(0 * saturation.counts, saturation.edges, fill=True, zorder=2,
                                 color=style.colour("b", theme)),
               "gamma": ax.axvline(1, color=style.INK[theme], linestyle=(0, (8, 2, 1, 2)),
                                   linewidth=1.5, zorder=3, clip_on=False),
               "words": ax.text(0, 1.12, "", transform=ax.transAxes, va="center")}
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="slope g′(z), at most γ", ylabel="share",
           xticks=[0, 0.25, 0.5, 0.75, 1])
    ax.set_xticklabels(["0", "¼", "½", "¾", "1"])
    ax.yaxis.set_major_locator(MaxNLocator(2))
    move_slopes(artists, saturation, gamma)
    return artists


def moving_slopes(artists):
    """The artists of `draw_slopes` that `move_slopes` changes, as a flat list."""
    return _movers(artists)


def move_slopes(artists, saturation, gamma=1.0):
    """Show other slopes in a picture made by `draw_slopes`."""
    edges, counts = saturation.edges, saturation.counts
    shares = counts / max(counts.sum(), 1)
    artists["bars"].set_data(shares, edges)
    top = next(top for top in (0.25, 0.5, 1.0) if shares.max(initial=0) <= top)
    _set_limits(artists["ax"], (0.0, 1.0), (0.0, top))
    artists["gamma"].set_xdata([gamma, gamma])
    artists["words"].set_text(f"{counts.sum()} slopes, mean "
                              f"{style.number(round(saturation.mean, 3))}")


# -- every pair of times ---------------------------------------------------------------------
def draw_pairs(ax, norms, times, *, theme="light"):
    """Sizes of the products between every two times: later time s down, earlier time t across.

    norms  (K, K) log10 of ||da^{<s>}/da^{<t>}|| at the times of `times` (K,), nan for t > s
    Blue shrinks, orange grows, the background is 1. Returns {name: artist}.

    The framed last row, s = T, is the truth of `draw_decay`.
    """
    artists = {"ax": ax, "norms": ax.imshow(
        np.zeros((1, 1)), aspect="auto", interpolation="nearest", cmap=style.signs(theme),
        norm=Normalize(-1, 1), zorder=1)}
    look = {"linestyle": "", "color": style.INK[theme], "zorder": 3, "markersize": 3}
    artists["zeros"] = ax.plot([], [], marker="o", fillstyle="none", **look)[0]
    artists["row"] = ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, linewidth=2.5, zorder=4,
                                            edgecolor=style.INK[theme], clip_on=False))
    ax.set(xlabel="earlier time t", ylabel="later time s")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(TICKS, integer=True))
    bar = ax.inset_axes([0.95, 0.4, 0.04, 0.54])
    bar.imshow(np.linspace(1, -1, 64)[:, None], aspect="auto", cmap=style.signs(theme),
               extent=(0, 1, -1, 1))
    bar.set(xticks=[], yticks=[])
    bar.text(-0.3, 0, "1", ha="right", va="center")
    artists["ends"] = [bar.text(-0.3, y, "", ha="right", va="center", zorder=0.5)
                       for y in (-1, 1)]
    ax.text(0.75, 0.97, "size of ∂a⟨s⟩/∂a⟨t⟩", transform=ax.transAxes, ha="right", va="top")
    move_pairs(artists, norms, times)
    return artists


def moving_pairs(artists):
    """The artists of `draw_pairs` that `move_pairs` changes, as a flat list."""
    return _movers(artists)


def move_pairs(artists, norms, times):
    """Show other products in a picture made by `draw_pairs`."""
    norms, image = np.asarray(norms, float), artists["norms"]
    # cells reach half a step beyond their times, as far as the picture of `draw_decay` goes
    half = (times[1] - times[0]) / 2 if len(times) > 1 else 0.5
    low, high = times[0] - half, times[-1] + half
    image.set_data(np.ma.masked_invalid(norms))
    if image.get_extent() != [low, high, high, low]:  # even the same one makes all be drawn anew
        image.set_extent([low, high, high, low])
    seen = norms[np.isfinite(norms)]
    largest = float(np.ceil(step_above(np.abs(seen).max(initial=0.3))))
    if image.norm.vmax != largest:
        image.set_clim(-largest, largest)
        for text, decades in zip(artists["ends"], (-largest, largest), strict=True):
            text.set_text(_tick(decades))
    s, t = np.nonzero(norms == -np.inf)
    artists["zeros"].set_data(np.asarray(times)[t], np.asarray(times)[s])
    left, right = _time_limits(times[-1])
    artists["row"].set_bounds(left, high - 2 * half, right - left, right - high + 2 * half)
    _set_limits(artists["ax"], (left, right), (right, left))

"""Charts of tables of sequences, of what a product costs, and of two ways to feed one network.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves.
"""
from itertools import product

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rnnlib import style

# most cells in a row for which numbers are written into them, and the most times of the costs
WRITTEN, MOST = 4, 4
_ROUND = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0, 3.0)
# below this a cost is rounding
ZERO = 1e-9


def round_above(value):
    """The next round number, so that a scale keeps its end for most moves of a slider."""
    return next((end for end in _ROUND if end >= value - ZERO), np.ceil(value))


def told(cost):
    """A cost as text: three decimals, and 0 where only rounding is left."""
    return "0" if abs(cost) < ZERO else f"{cost:.3f}"


# -- a table --------------------------------------------------------------------------------
def draw_table(ax, p, *, title="", bar=False, theme="light"):
    """Heat map of a table of zeros and ones, a row for each x and a column for each y.

    p       (2^T_x, 2^T_y) probabilities; rows and columns in the order of binary numbers, the
            first time in front
    title   what the table is; bar: whether the scale of its colours stands beside it

    Returns {name: artist}.
    """
    artists = {"ax": ax, "theme": theme, "table": ax.imshow(
        np.zeros((1, 1)), cmap=style.sizes(theme), norm=Normalize(0, 1), aspect="auto",
        interpolation="nearest")}
    artists["numbers"] = [ax.text(0, 0, "", ha="center", va="center") for _ in range(WRITTEN**2)]
    ax.set_title(title)
    ax.tick_params(length=0, labelsize=style.TEXT_PX)
    ax.spines[:].set_visible(False)
    if bar:
        artists["bar"] = ax.figure.colorbar(
            artists["table"], cax=ax.inset_axes([1.04, 0, 0.05, 1]), ticks=MaxNLocator(4),
            format=FuncFormatter(lambda share, _: f"{100 * share:g} %"))
        artists["bar"].outline.set_visible(False)
        artists["bar"].ax.tick_params(labelsize=style.TEXT_PX)
    move_table(artists, p)
    return artists


def moving_table(artists):
    """The artists of `draw_table` that `move_table` changes, as a flat list."""
    return [artists["table"], *artists["numbers"]]


def move_table(artists, p, *, top=None):
    """Show another table in a picture made by `draw_table`; `top` is the end of its colours."""
    p = np.asarray(p, float)
    rows, columns = p.shape
    if artists["table"].get_array().shape != p.shape:
        _set_ticks(artists["ax"], rows, columns)
        artists["table"].set_extent((-0.5, columns - 0.5, rows - 0.5, -0.5))
    artists["table"].set_data(p)
    artists["table"].norm.vmax = top or round_above(p.max())
    cells = [*np.ndindex(p.shape)] if max(p.shape) <= WRITTEN else []
    for text, cell in zip(artists["numbers"], cells + [None] * WRITTEN**2, strict=False):
        text.set_visible(cell is not None)
        if cell is not None:
            fill = artists["table"].to_rgba(p[cell])[:3]
            text.set(text=f"{100 * p[cell]:.1f}", position=cell[::-1], color=style.ink_on(fill))


def outcomes(count):
    """The names of `count` = 2^T outcomes: 000, 001, ..."""
    return ["".join(digits) for digits in product("01", repeat=int(count).bit_length() - 1)]


def _set_ticks(ax, rows, columns):
    ax.set_xticks(range(columns), outcomes(columns), rotation=90 if columns > WRITTEN else 0)
    ax.set_yticks(range(rows), outcomes(rows))


# -- the costs of a product ------------------------------------------------------------------
def draw_costs(ax, costs, total, *, ghost=None, unit="nats", theme="light"):
    """What each factor of a product leaves out, each bar on top of the one before, and the whole.

    costs   (T,) for t = 1..T, at most MOST; total: the cost of the whole product, a bar of its own
    ghost   the total of a picture kept for comparison, or None

    Returns {name: artist}.
    """
    ink = style.INK[theme]
    each, whole = style.colour("W_a", theme), style.colour("kept", theme)
    artists = {"ax": ax, "bars": [], "numbers": [], "theme": theme}
    for k in range(MOST + 1):
        artists["bars"].append(ax.add_patch(Rectangle((k, 0), 0.7, 0, color=each, zorder=2)))
        artists["numbers"].append(ax.text(k, 0, "", ha="center", va="bottom", color=ink, zorder=4,
                                          fontsize=style.TEXT_PX + 1))
    artists["whole"] = ax.add_patch(Rectangle((0, 0), 0.7, 0, facecolor=whole, edgecolor=ink,
                                              hatch="//", zorder=2))
    artists["level"] = ax.plot([], [], color=ink, linestyle=(0, (2, 2)), linewidth=1.4, zorder=3)[0]
    artists["ghost"] = ax.plot([], [], color=whole, linestyle=(0, (1, 2)), linewidth=3, zorder=3)[0]
    ax.tick_params(axis="x", length=0)
    ax.tick_params(labelsize=style.TEXT_PX + 1)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    move_costs(artists, costs, total, ghost=ghost, unit=unit)
    return artists


def moving_costs(artists):
    """The artists of `draw_costs` that `move_costs` changes, as a flat list."""
    return [*artists["bars"], artists["whole"], artists["level"], artists["ghost"],
            *artists["numbers"]]


def move_costs(artists, costs, total, *, ghost=None, unit="nats", most=0.0):
    """Show other costs in a picture made by `draw_costs`, on an axis that has room for `most`."""
    T, ends = len(costs), np.concatenate([[0.0], np.cumsum(costs)])
    for k, (bar, number) in enumerate(zip(artists["bars"], artists["numbers"], strict=True)):
        bar.set_visible(k < T)
        number.set_visible(k <= T)
        if k < T:
            bar.set_bounds(k + 0.65, ends[k], 0.7, max(costs[k], 0))
        number.set(position=(k + 1, ends[k + 1] if k < T else total),
                   text=told(costs[k] if k < T else total))
    artists["whole"].set_bounds(T + 0.65, 0, 0.7, total)
    artists["level"].set_data([1, T + 1.35], [total, total])
    artists["ghost"].set_data(*(([], []) if ghost is None else ([0.5, T + 1.5], [ghost, ghost])))
    top = round_above(1.08 * max(total, ghost or 0, most, 0.05))
    _set_costs_frame(artists["ax"], T, top, unit)


def _set_costs_frame(ax, T, top, unit):
    """Limits, ticks and title, only where they differ: to touch them makes all be drawn anew."""
    title = f"cost in {unit}"
    if ax.get_xlim() != (0.4, T + 1.6):
        ax.set_xlim(0.4, T + 1.6)
        ax.set_xticks(range(1, T + 2), [*(f"t={t}" for t in range(1, T + 1)), "KL"])
    if ax.get_ylim() != (0, top):
        ax.set_ylim(0, top)
    if ax.get_title(loc="left") != title:
        ax.set_title(title)


# -- two ways to feed a network --------------------------------------------------------------
def draw_feedings(ax, forced, free, *, theme="light"):
    """The predictions of one network fed in two ways: the probability of a 1 at t = 1..T.

    forced  (T,) when the true responses are fed back; free: when its own are

    Returns {name: artist}. The line between two times only leads the eye.
    """
    ax.set(ylim=(-0.03, 1.03), yticks=[0, 0.5, 1], ylabel="ŷ, chance of a 1")
    ax.tick_params(labelbottom=False)
    artists = {"ax": ax}
    for name, role, look in (("forced", "W_y", {"linewidth": 5, "alpha": 0.75}),
                             ("free", "W_a", {"linewidth": 2.2, "linestyle": (0, (4, 2)),
                                              "marker": "o", "markersize": 4})):
        artists[name] = ax.plot([], [], color=style.colour(role, theme), **look)[0]
    artists["ghost"] = ax.plot([], [], color=style.colour("W_a", theme), linewidth=1.5,
                               linestyle=(0, (1, 2)))[0]
    artists["known"] = ax.axvline(0, color=style.INK[theme], linewidth=1.4, linestyle=(0, (2, 2)))
    ax.legend([artists["forced"], artists["free"]], ["true responses fed", "its own fed"],
              loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)
    move_feedings(artists, forced, free)
    return artists


def moving_feedings(artists):
    """The artists of `draw_feedings` that `move_feedings` changes, as a flat list."""
    return [artists[name] for name in ("ghost", "known", "forced", "free")]


def move_feedings(artists, forced, free, *, known=0, ghost=None):
    """Show other predictions in a picture made by `draw_feedings`; `known` true ones come first."""
    t = np.arange(1, len(forced) + 1)
    artists["forced"].set_data(t, forced)
    artists["free"].set_data(t, free)
    artists["ghost"].set_data(*(([], []) if ghost is None else (t, ghost)))
    artists["known"].set_xdata([known + 0.5] * 2)
    _set_times(artists["ax"], len(t))


def draw_responses(ax, true, drawn, *, theme="light"):
    """Two rows of zeros and ones, filled where 1, and a cross where the two differ.

    true, drawn   (T,) zeros and ones

    Returns {name: artist}.
    """
    artists = {"ax": ax}
    for name, role, y in (("true", "W_y", 1), ("drawn", "W_a", 0)):
        colour = style.colour(role, theme)
        look = {"linestyle": "", "marker": "s", "markersize": 8, "color": colour}
        artists[name] = ax.plot([], [], **look)[0], y
        artists[f"{name} zeros"] = ax.plot([], [], **look, fillstyle="none")[0], y
    artists["differ"] = ax.plot([], [], linestyle="", marker="x", markersize=7, mew=2,
                                color=style.INK[theme])[0], -0.9
    ax.set(ylim=(-1.4, 1.6), xlabel="time t")
    ax.set_yticks([1, 0, -0.9], ["true y", "its own y", "differ"])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    move_responses(artists, true, drawn)
    return artists


def moving_responses(artists):
    """The artists of `draw_responses` that `move_responses` changes, as a flat list."""
    return [part[0] for name, part in artists.items() if name != "ax"]


def move_responses(artists, true, drawn):
    """Show other responses in a picture made by `draw_responses`."""
    true, drawn = np.asarray(true), np.asarray(drawn)
    t = np.arange(1, len(true) + 1)
    shown = {"true": true == 1, "true zeros": true == 0, "drawn": drawn == 1,
             "drawn zeros": drawn == 0, "differ": true != drawn}
    for name, where in shown.items():
        line, y = artists[name]
        line.set_data(t[where], np.full(where.sum(), y))
    _set_times(artists["ax"], len(t))


def _set_times(ax, T):
    if ax.get_xlim() != (0.3, T + 0.7):
        ax.set_xlim(0.3, T + 0.7)

"""Charts over layer and time, layers upwards and times to the right, as the graph has them.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves.
"""
from itertools import zip_longest

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from rnnlib import style
from rnnlib.style import power

# a cell's width and height in px from which its number is written inside, and the most decades
# that the colours span: what is 1e-16 of the largest is lost when the two are added
NUMBER_PX, DECADES = (50, 22), 16


def draw_gradient_norms(ax, log10, *, labels=None, limits=None, target=None, ghost=None,
                        most=None, theme="light"):
    """Heat map of the norms of a gradient: time t across, layer l upwards, colours in decades.

    log10   (L, T) log10 of the norms at l = 1..L, t = 1..T, as `rnnlib.flow.gradient_norms` has
            them. -inf, a gradient of exactly 0, and what is inf or nan get marks, no colours
    labels  L words for the layers; None: "layer 1", ...
    limits  (low, high) of the colours in decades; None: whole decades around the numbers
    target  (l, t), a cell to frame, or None; ghost: another one kept for comparison
    most    (L, T), the largest picture that `move_gradient_norms` will bring; None: this one

    Returns {name: artist}. Numbers stand in the cells where these are wide enough.
    """
    artists = {"ax": ax, "theme": theme, "cells": ax.imshow(
        np.zeros((1, 1)), aspect="auto", origin="lower", interpolation="nearest",
        cmap=style.sizes(theme), norm=Normalize(-1, 0), zorder=1)}
    look = {"linestyle": "", "color": style.INK[theme], "zorder": 3}
    artists["zeros"] = ax.plot([], [], marker="o", markersize=6, fillstyle="none", **look)[0]
    artists["not_finite"] = ax.plot([], [], marker="x", markersize=9, mew=3, **look)[0]
    artists["marks"] = ax.text(1, 1.04, "", transform=ax.transAxes, ha="right", va="bottom",
                               fontsize=style.TEXT_PX)
    artists |= _frames(ax, theme) | _decades(ax, theme)
    cells = np.prod(most or np.shape(log10))
    artists["numbers"] = [ax.text(0, 0, "", ha="center", va="center", zorder=4, clip_on=True,
                                  fontsize=style.TEXT_PX) for _ in range(cells)]
    ax.set(xlabel="time t")
    ax.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    move_gradient_norms(artists, log10, labels=labels, limits=limits, target=target, ghost=ghost)
    return artists


def moving_gradient_norms(artists):
    """The artists of `draw_gradient_norms` that `move_gradient_norms` changes, as a flat list."""
    return _movers(artists)


def _movers(artists):
    """Every artist of a dict, as a flat list; not the axes, and not what is remembered there."""
    parts = [part for name, part in artists.items() if name not in ("ax", "theme", "shown")]
    return [a for part in parts for a in (part if isinstance(part, list) else [part])]


def move_gradient_norms(artists, log10, *, labels=None, limits=None, target=None, ghost=None):
    """Show other norms, of other sizes perhaps, in a picture made by `draw_gradient_norms`."""
    log10 = np.asarray(log10, float)
    cells, (L, T) = artists["cells"], log10.shape
    labels = tuple(labels or (f"layer {l}" for l in range(1, L + 1)))
    if artists.get("shown") != (labels, T):
        artists["shown"] = labels, T
        cells.set_extent((0.5, T + 0.5, 0.5, L + 0.5))
        artists["ax"].set(xlim=(0.5, T + 0.5), ylim=(0.5, L + 0.5))
        artists["ax"].set_yticks(range(1, L + 1), labels)
    cells.set_data(np.ma.masked_invalid(log10))
    low, high = limits or whole_decades(log10)
    if (cells.norm.vmin, cells.norm.vmax) != (low, high):
        cells.set_clim(low, high)
    for text, decades in zip(artists["ends"], (low, high), strict=True):
        text.set_text(power(decades))
    _move_marks(artists, log10)
    _move_cell_numbers(artists, log10)
    for name, cell in (("target", target), ("ghost", ghost)):
        artists[name].set_visible(cell is not None)
        if cell is not None:
            artists[name].set_xy((cell[1] - 0.5, cell[0] - 0.5))


def whole_decades(log10):
    """(low, high) of a colour scale for these numbers: whole, at least one decade apart."""
    seen = log10[np.isfinite(log10)]
    high = np.ceil(seen.max()) if seen.size else 0.0
    low = np.floor(seen.min()) if seen.size else -1.0
    return float(min(max(low, high - DECADES), high - 1)), float(high)


def _move_marks(artists, log10):
    kinds = {"zeros": log10 == -np.inf, "not_finite": np.isnan(log10) | (log10 == np.inf)}
    words = {"zeros": "○ exactly 0", "not_finite": "✕ not finite"}
    for name, where in kinds.items():
        l, t = np.nonzero(where)
        artists[name].set_data(t + 1, l + 1)
    artists["marks"].set_text("   ".join(words[name] for name in kinds if kinds[name].any()))


def _move_cell_numbers(artists, log10):
    """A number in each cell, if all cells have room for one."""
    ax, (L, T) = artists["ax"], log10.shape
    box = ax.get_window_extent()
    room = np.array([box.width / T, box.height / L]) * 72 / ax.figure.dpi
    cells = [] if (room < NUMBER_PX).any() else list(np.ndenumerate(log10))
    if len(cells) > len(artists["numbers"]):
        cells = []
    fills = artists["cells"].to_rgba(np.ma.masked_invalid(log10))
    for text, cell in zip_longest(artists["numbers"], cells):
        if cell is None or not np.isfinite(cell[1]):
            text.set_text("")
            continue
        (l, t), value = cell
        text.set(position=(t + 1, l + 1), text=power(value),
                 color=style.ink_on(fills[l, t, :3]))


def _frames(ax, theme):
    """The frames of the target and of the one kept for comparison, one cell large."""
    looks = {"ghost": {"linewidth": 2, "linestyle": (0, (1, 2)), "zorder": 5},
             "target": {"linewidth": 3.5, "zorder": 6}}
    halo = [withStroke(linewidth=6.5, foreground=style.BACKGROUND[theme])]
    return {name: ax.add_patch(Rectangle(
        (0, 0), 1, 1, fill=False, edgecolor=style.INK[theme], visible=False, clip_on=False,
        path_effects=halo, **look)) for name, look in looks.items()}


def _decades(ax, theme):
    """The bar of colours at the right; the texts at its ends move."""
    bar = ax.inset_axes([1.02, 0, 0.02, 1])
    bar.imshow(np.linspace(0, 1, 64)[:, None], aspect="auto", origin="lower",
               cmap=style.sizes(theme), extent=(0, 1, 0, 1))
    bar.set(xticks=[], yticks=[])
    bar.spines[:].set_visible(False)
    return {"ends": [bar.text(1.5, y, "", va=side, zorder=0.5)
                     for y, side in ((0, "bottom"), (1, "top"))]}


# -- paths through the lattice ---------------------------------------------------------------
# the widest edge in px; a node's area in px^2: so much, and so much more for each unit
WIDEST, NODE, UNIT = 13, 45, 26
# the share of the largest below which an edge is left out: nobody would see it, and matplotlib
# makes dashes as long as the line is wide, so a width of 1e-9 px asks for a billion of them
THINNEST = 1e-4
_KINDS = {"back": ("W_a", (0, (2, 0.8)), "one step back: $W_a$"),
          "down": ("W_x", "-", "one layer down: $W_x$")}


def draw_paths(ax, units, back, down, path, *, words="", ghost=None, theme="light"):
    """The lattice of layers and times: edges as wide as what passes them, one path in ink.

    units  numbers of units of layers 1..L: the size of their nodes
    back   (L, T) sizes of what passes from layer l, time t back to t - 1; nan for no way
    down   (L, T) the same from layer l, time t down to layer l - 1
    path   (K, 2) nodes (layer, time) from where the loss J enters, at the top, to the target
    words  stand above; ghost: another path kept for comparison, or None

    Returns {name: artist}. Widths are relative to the widest edge.

    Notes: an edge shows what passes it *on the way to the target*. Where paths cancel, less
    comes out of two edges than their widths say.
    """
    ink, ground = style.INK[theme], style.BACKGROUND[theme]
    artists = {"ax": ax, "theme": theme,
               "all": ax.add_collection(LineCollection([], colors=ink, alpha=style.FAINT,
                                                       linewidths=1.2, zorder=1))}
    for z, (name, (role, dash, _)) in enumerate(_KINDS.items(), 2):
        artists[name] = ax.add_collection(LineCollection(
            [], colors=style.colour(role, theme), linestyles=[dash], zorder=z))
    halo = [withStroke(linewidth=4.5, foreground=ground)]
    artists["ghost"] = ax.plot([], [], color=ink, linewidth=2, linestyle=(0, (1, 2)), zorder=4)[0]
    artists["path"] = ax.plot([], [], color=ink, linewidth=2.5, zorder=5, path_effects=halo)[0]
    for name, marker in (("goes back", "<"), ("goes down", "v")):
        artists[name] = ax.plot([], [], linestyle="", marker=marker, markersize=10, color=ink,
                                mec=ground, mew=1.2, zorder=6)[0]
    artists["nodes"] = ax.scatter([], [], edgecolors=ink, linewidths=1.4, zorder=7)
    artists["target"] = ax.scatter([], [], facecolors="none", edgecolors=ink, linewidths=3.5,
                                   zorder=8)
    artists["J"] = ax.text(0, 0, "", ha="center", va="bottom", weight="bold", zorder=8)
    artists["words"] = ax.text(0, 1.13, "", transform=ax.transAxes, weight="bold", va="center")
    _samples(ax, theme)
    ax.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    ax.tick_params(length=0, labelbottom=False)
    ax.spines[:].set_visible(False)
    move_paths(artists, units, back, down, path, words=words, ghost=ghost)
    return artists


def _samples(ax, theme):
    """What the two kinds of edges look like, and the path."""
    for x, (role, dash, words) in zip((0, 0.32), _KINDS.values(), strict=True):
        colour = style.colour(role, theme)
        ax.plot([x, x + 0.06], [1.03, 1.03], transform=ax.transAxes, clip_on=False, color=colour,
                linestyle=dash, linewidth=6)
        ax.text(x + 0.075, 1.03, words, transform=ax.transAxes, color=colour, va="center")
    ink = style.INK[theme]
    ax.plot([0.645, 0.7], [1.03, 1.03], transform=ax.transAxes, clip_on=False, color=ink,
            linewidth=3, marker="<", markersize=9, markevery=[0])
    ax.text(0.715, 1.03, "the path that brings most", transform=ax.transAxes, va="center")


def moving_paths(artists):
    """The artists of `draw_paths` that `move_paths` changes, as a flat list."""
    return _movers(artists)


def move_paths(artists, units, back, down, path, *, words="", ghost=None):
    """Show another lattice in a picture made by `draw_paths`."""
    L, T = np.shape(back)
    if artists.get("shown") != (tuple(units), T):
        artists["shown"] = tuple(units), T
        _move_nodes(artists, units, T)
    _move_edges(artists, np.asarray(back, float), np.asarray(down, float))
    times, layers = path[:, 1], path[:, 0]
    # the first piece comes down from J
    artists["path"].set_data([times[0], *times], [layers[0] + 0.55, *layers])
    artists["ghost"].set_data(([], []) if ghost is None else (ghost[:, 1], ghost[:, 0]))
    middles, falls = (path[1:] + path[:-1]) / 2, path[1:, 0] < path[:-1, 0]
    artists["goes back"].set_data(*middles[~falls, ::-1].T)
    artists["goes down"].set_data([times[0], *middles[falls, 1]],
                                  [layers[0] + 0.4, *middles[falls, 0]])
    on_path = {tuple(node) for node in path.tolist()}
    ink, ground = (look[artists["theme"]] for look in (style.INK, style.BACKGROUND))
    artists["nodes"].set_facecolors([ink if node in on_path else ground for node in _nodes(L, T)])
    artists["target"].set_offsets([path[-1, ::-1]])
    artists["target"].set_sizes([NODE + UNIT * units[layers[-1] - 1] + 330])
    artists["J"].set(position=(times[0], layers[0] + 0.58), text=f"J⟨{times[0]}⟩")
    artists["words"].set_text(words)


def _nodes(L, T):
    return [(l, t) for l in range(1, L + 1) for t in range(1, T + 1)]


def _move_nodes(artists, units, T):
    """Everything that depends on the stack alone: nodes, all possible ways, the axes."""
    L, nodes = len(units), _nodes(len(units), T)
    artists["nodes"].set_offsets([(t, l) for l, t in nodes])
    artists["nodes"].set_sizes([NODE + UNIT * units[l - 1] for l, t in nodes])
    artists["all"].set_segments([[(1, l), (T, l)] for l in range(1, L + 1)]
                                + [[(t, 1), (t, L)] for t in range(1, T + 1)])
    ax = artists["ax"]
    ax.set(xlim=(0.5, T + 0.5), ylim=(0.5, L + 0.95))
    ax.set_yticks(range(1, L + 1), [f"layer {l}\n{n} unit{'s' * (n > 1)}"
                                    for l, n in enumerate(units, 1)])


def _move_edges(artists, back, down):
    """Edges as wide as what passes them, relative to the widest; none where nothing passes."""
    sizes = {"back": back, "down": down}
    seen = np.concatenate([size[np.isfinite(size)] for size in sizes.values()])
    largest = seen.max(initial=0) or 1
    for name, size in sizes.items():
        l, t = np.nonzero(np.nan_to_num(size) > THINNEST * largest)
        ends = (l + 1, t) if name == "back" else (l, t + 1)
        artists[name].set_segments(np.stack([np.stack([t + 1, l + 1], axis=-1),
                                             np.stack(ends[::-1], axis=-1)], axis=1))
        shares = np.nan_to_num(size[l, t] / largest, posinf=1)
        artists[name].set_linewidths(WIDEST * np.clip(shares, 0, 1))

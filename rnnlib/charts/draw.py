"""Charts: `draw_*(ax, data, *, ...)` makes every artist once, `move_*` puts it where data say.

Both return or take a dict {name: artist}. Sizes are CSS pixels (see `style.rc`).
"""
import numpy as np
from matplotlib.colors import Normalize, to_rgb
from matplotlib.legend_handler import HandlerPatch
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rnnlib import style

# between the cells and their sums, in cells
GAP = 0.4
# a cell's width in px from which its number is written inside, and the most decades that a
# colour scale spans: what is 1e-16 of the largest is lost when the two are added
NUMBER_PX, DECADES = 56, 16
# how much of the background lies over a pair of times that is cut off
VEIL = 0.8
# relative errors below this are rounding
ERROR_FLOOR = 1e-12
SCALES = ("size", "sign", "share")
PARTS = ("cells", "by_loss", "by_use", "total")


def draw_itemised(ax, items, *, by_loss, by_use, total, scale="size", what="", row=None,
                  column=None, ghost=None, theme="light"):
    """Heat map of the itemised gradient: loss times s down, times of use t across.

    items    (T, T), [s, t]; what stands above the diagonal is not looked at: a loss cannot
             depend on a later use, so those cells are drawn as no cells
    by_loss  (T,) the sum of each row: all uses, one loss
    by_use   (T,) the sum of each column: one use, all losses
    total    the sum of everything
    scale    "size" (numbers >= 0, colours in decades), "sign" (signed, zero is the
             background) or "share" (signed, written in per cent, without the sign)
    what     what the numbers are; stands above the picture
    row, column  times to mark, or None; ghost: a pair (row, column) kept for comparison

    Exact zeros of a "size" and numbers that are not finite get a mark of their own, with a
    legend as soon as there is one. Returns {name: artist}; `MOVING` names those that
    `move_itemised` changes.

    Notes: sums stand beside the cells in the same colours. With "size" they are sizes of the
    sums, which is less than the sum of sizes where items cancel.
    """
    T = len(items)
    artists = {"ax": ax, "theme": theme, "T": T}
    cells = np.zeros((T, T))
    end, edge = T + 0.5 + GAP, T + 1.5 + GAP
    extents = {"cells": (0.5, T + 0.5, T + 0.5, 0.5), "by_loss": (end, edge, T + 0.5, 0.5),
               "by_use": (0.5, T + 0.5, edge, end), "total": (end, edge, edge, end)}
    norm = Normalize(0, 1)
    for name, extent in extents.items():
        artists[name] = ax.imshow(cells[:1, :1], extent=extent, norm=norm, aspect="auto",
                                  interpolation="nearest", zorder=1)
    artists["no_cells"] = ax.add_patch(Polygon(
        _stairs(T), closed=True, fill=False, linewidth=0, hatch="//", alpha=0.35, zorder=0))
    artists |= _marks(ax, theme) | _outlines(ax, theme)
    artists["numbers"] = [ax.text(*place, "", ha="center", va="center", zorder=3)
                          for place in _places(T, ax)]
    ax.set(xlim=(0.5, edge), ylim=(edge, 0.5), xlabel="time of use t", ylabel="time of loss s")
    _time_ticks(ax.xaxis, T)
    _time_ticks(ax.yaxis, T)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    artists["bar"] = ax.figure.colorbar(artists["cells"], cax=ax.inset_axes([1.04, 0, 0.04, 1]))
    artists["bar"].outline.set_visible(False)
    move_itemised(artists, items, by_loss=by_loss, by_use=by_use, total=total, scale=scale,
                  what=what, row=row, column=column, ghost=ghost)
    return artists


MOVING = (*PARTS, "zeros", "not_finite", "ghost_row", "ghost_column", "row", "column", "numbers")


def moving(artists):
    """The artists of `draw_itemised` that `move_itemised` changes, as a flat list."""
    parts = (artists[name] for name in MOVING)
    return [a for part in parts for a in (part if isinstance(part, list) else [part])]


def move_itemised(artists, items, *, by_loss, by_use, total, scale="size", what="", row=None,
                  column=None, ghost=None):
    """Show other numbers or other marks in a picture made by `draw_itemised`; the same T."""
    T = artists["T"]
    below = np.where(np.tri(T, dtype=bool), np.asarray(items, float), np.nan)
    parts = {"cells": below, "by_loss": np.reshape(by_loss, (T, 1)),
             "by_use": np.reshape(by_use, (1, T)), "total": np.reshape(total, (1, 1))}
    parts = {name: np.asarray(part, float) for name, part in parts.items()}
    if not _same(parts, scale, what, artists.get("shown")):
        artists["shown"] = parts, scale, what
        _move_cells(artists, parts, scale, what)
    _move_outlines(artists, row, column, ghost or (None, None))


def _same(parts, scale, what, shown):
    """Whether cells and frame can stay: marks follow a dragged slider faster without them."""
    return (shown is not None and (scale, what) == shown[1:]
            and all(np.array_equal(part, shown[0][name], equal_nan=True)
                    for name, part in parts.items()))


def _move_cells(artists, parts, scale, what):
    for name, part in parts.items():
        artists[name].set_data(np.ma.masked_invalid(_scaled(part, scale)))
    _move_marks(artists, parts, scale)
    _move_frame(artists, _norm(parts, scale), scale, what)
    _move_numbers(artists, parts, scale)


# -- numbers to places and colours -----------------------------------------------------------
def _scaled(values, scale):
    """What the colour scale sees: decades of sizes, everything else as it is."""
    if scale != "size":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(values)


def _norm(parts, scale):
    seen = _scaled(np.concatenate([part.ravel() for part in parts.values()]), scale)
    seen = seen[np.isfinite(seen)]
    if scale != "size":
        # not above half of what a float can hold: the scale's length is twice as much
        largest = min(np.abs(seen).max(initial=0) or 1, np.finfo(float).max / 4)
        return Normalize(-largest, largest)
    high = np.ceil(seen.max()) if seen.size else 0
    low = np.floor(seen.min()) if seen.size else -1
    return Normalize(min(max(low, high - DECADES), high - 1), high)


def _text(value, scale):
    if not np.isfinite(value):
        return {np.inf: "inf", -np.inf: "-inf"}.get(value, "nan")
    if scale == "share":
        value = 100 * float(value)
    text = f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
    if len(text) > 6:  # more does not fit a cell
        text = f"{value:.0e}"
    return text.replace("e-0", "e-").replace("e+0", "e")


def _stairs(T):
    """Corners of the region above the diagonal, where t > s."""
    steps = [(t + 0.5, s) for t in range(1, T) for s in (t - 0.5, t + 0.5)]
    return [*steps, (T + 0.5, T - 0.5), (T + 0.5, 0.5)] if T > 1 else [(0.5, 0.5)] * 3


def _centres(T):
    """Where the cells of each part stand: {part: (x, y) arrays of the part's shape}."""
    times, sums = np.arange(1.0, T + 1), np.array([T + 1.0 + GAP])
    axes = {"cells": (times, times), "by_loss": (sums, times), "by_use": (times, sums),
            "total": (sums, sums)}
    return {name: np.meshgrid(*axis) for name, axis in axes.items()}


def _places(T, ax):
    """Where numbers can stand: in every cell, if cells are wide enough for them."""
    width = ax.get_window_extent().width * 72 / ax.figure.dpi / (T + 1 + GAP)
    if width < NUMBER_PX:
        return []
    centres = _centres(T)
    lower = np.tri(T, dtype=bool)
    pick = {name: (lower if name == "cells" else np.ones(x.shape, bool))
            for name, (x, _) in centres.items()}
    return [(x, y) for name, (xs, ys) in centres.items()
            for x, y in zip(xs[pick[name]], ys[pick[name]], strict=True)]


def _time_ticks(axis, T):
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if T / step <= 16)
    # the last times would touch the word "sum", which stands 1 + GAP cells after T
    last = T if step == 1 else int(T + 1 + GAP - 0.75 * step)
    times = sorted({1, *range(step, min(last, T) + 1, step)})
    axis.set_ticks([*times, T + 1 + GAP], [*map(str, times), "sum"])


# -- marks, outlines, frame ------------------------------------------------------------------
def _marks(ax, theme):
    look = {"linestyle": "", "color": style.INK[theme], "zorder": 3}
    return {
        "zeros": ax.plot([], [], marker="o", markersize=6, fillstyle="none", **look)[0],
        "not_finite": ax.plot([], [], marker="x", markersize=10, mew=3, **look)[0],
    }


def _outlines(ax, theme):
    halo = [withStroke(linewidth=7, foreground=style.BACKGROUND[theme])]
    looks = {
        "row": {"linewidth": 3.5}, "column": {"linewidth": 3.5, "linestyle": (0, (4, 2))},
        "ghost_row": {"linewidth": 2, "alpha": 0.6, "linestyle": (0, (1, 2))},
        "ghost_column": {"linewidth": 2, "alpha": 0.6, "linestyle": (0, (1, 2))},
    }
    return {name: ax.add_patch(Rectangle(
        (0, 0), 1, 1, fill=False, zorder=4, edgecolor=style.INK[theme], visible=False,
        clip_on=False, path_effects=halo, **look)) for name, look in looks.items()}


def _move_outlines(artists, row, column, ghost):
    length = artists["T"] + 1 + GAP
    for name, time in (("row", row), ("ghost_row", ghost[0])):
        artists[name].set_visible(bool(time))
        artists[name].set_bounds(0.5, (time or 1) - 0.5, length, 1)
    for name, time in (("column", column), ("ghost_column", ghost[1])):
        artists[name].set_visible(bool(time))
        artists[name].set_bounds((time or 1) - 0.5, 0.5, 1, length)


def _move_marks(artists, parts, scale):
    centres = _centres(artists["T"])
    lower = {"cells": np.tri(artists["T"], dtype=bool)}
    marked = {"zeros": [], "not_finite": []}
    for name, part in parts.items():
        there = lower.get(name, np.ones(part.shape, bool))
        kinds = {"zeros": (part == 0) & (scale == "size"), "not_finite": ~np.isfinite(part)}
        for kind, where in kinds.items():
            marked[kind] += [xy[where & there] for xy in [np.dstack(centres[name])]]
    for kind, points in marked.items():
        artists[kind].set_data(*np.concatenate(points).T)


def _move_numbers(artists, parts, scale):
    if not artists["numbers"]:
        return
    lower = np.tri(artists["T"], dtype=bool)
    shown = [(artists[name], value) for name, part in parts.items()
             for value in (part[lower] if name == "cells" else part.ravel())]
    for text, (image, value) in zip(artists["numbers"], shown, strict=True):
        marked = not np.isfinite(value) or (value == 0 and scale == "size")
        fill = image.to_rgba(_scaled(np.array(value), scale))[:3]
        text.set(text="" if marked else _text(value, scale), color=style.ink_on(fill))


def _move_frame(artists, norm, scale, what):
    """What stands around the cells. It is the dear part to draw, so touch it only on change."""
    cmap = (style.sizes if scale == "size" else style.signs)(artists["theme"])
    marks = {name: len(artists[name].get_xdata()) > 0 for name in ("zeros", "not_finite")}
    frame = (norm.vmin, norm.vmax, scale, what, *marks.values())
    if artists.get("frame") == frame:
        return
    artists["frame"] = frame
    bar, ax = artists["bar"], artists["ax"]
    for part in PARTS:
        artists[part].set(cmap=cmap, norm=norm)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, integer=scale == "size"))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(_bar_text(scale)))
    artists["title"] = ax.set_title(what, pad=36)
    handles = [artists[name] for name, there in marks.items() if there]
    labels = [text for text, there in zip(("exactly 0", "not finite"), marks.values(),
                                          strict=True) if there]
    if artists["T"] > 1:
        handles.insert(0, Patch(fill=False, linewidth=0, hatch="///", alpha=0.5))
        labels.insert(0, "no path: t > s")
    if artists.get("legend"):
        artists["legend"].remove()
    artists["legend"] = handles and ax.legend(
        handles, labels, ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2,
        handler_map={Patch: HandlerPatch()}) or None


def _bar_text(scale):
    def text(value, _position):
        if scale == "size":
            return f"1e{value:.0f}" if value else "1"
        return f"{100 * float(value):.3g} %" if scale == "share" else f"{value:.3g}"
    return text


# -- which pairs of times a truncated gradient keeps -----------------------------------------
def draw_kept(ax, kept, *, ghost=None, theme="light"):
    """Laid over the cells of `draw_itemised`: pairs that are cut off, and the line around those
    that are kept.

    kept  (T, T) of true and false, [s, t]; ghost: another one kept for comparison

    Returns {name: artist}; `move_kept` moves all of them.
    """
    T, ink, ground = len(kept), style.INK[theme], style.BACKGROUND[theme]
    artists = {
        "veil": ax.imshow(np.zeros((1, 1, 4)), extent=(0.5, T + 0.5, T + 0.5, 0.5), zorder=2.1,
                          aspect="auto", interpolation="nearest"),
        "ghost": ax.plot([], [], color=ink, linewidth=2, linestyle=":", zorder=2.2)[0],
        "edge": ax.plot([], [], color=ink, linewidth=3.5, zorder=2.3, solid_capstyle="projecting",
                        path_effects=[withStroke(linewidth=7, foreground=ground)])[0],
    }
    artists["shade"] = to_rgb(ground)
    move_kept(artists, kept, ghost=ghost)
    return artists


def moving_kept(artists):
    """The artists of `draw_kept` that `move_kept` changes, as a flat list."""
    return [artists[name] for name in ("veil", "ghost", "edge")]


def move_kept(artists, kept, *, ghost=None):
    """Show other kept pairs in a picture made by `draw_kept`; the same T."""
    kept = np.asarray(kept, bool)
    veil = np.zeros((*kept.shape, 4))
    veil[..., :3] = artists["shade"]
    veil[..., 3] = VEIL * (np.tri(len(kept), dtype=bool) & ~kept)
    artists["veil"].set_data(veil)
    artists["edge"].set_data(*_borders(kept))
    artists["ghost"].set_data(*(((), ()) if ghost is None else _borders(ghost)))


def _borders(cells):
    """The lines between cells that are true and cells that are not, as x and y with gaps."""
    padded = np.pad(np.asarray(cells, bool), 1)
    lines = []
    for changes, across in ((padded[1:] != padded[:-1], False), (padded[:, 1:] != padded[:, :-1],
                                                                 True)):
        for row, column in np.argwhere(changes):
            # row 0 of the padded cells lies before the first time
            x, y = (column + 0.5, row - 0.5) if across else (column - 0.5, row + 0.5)
            end = (x, y + 1) if across else (x + 1, y)
            lines += [(x, y), end, (np.nan, np.nan)]
    return np.transpose(lines) if lines else ((), ())


# how the curves of errors look, in their order: role of the colour, dash pattern
_CURVES = (("W_a", ()), ("W_x", (6, 3)))


def draw_errors(ax, errors, *, here=None, ghost=None, theme="light"):
    """Relative errors against the window, on a logarithmic axis.

    errors  {name: (T,) numbers for the windows 1..T}; 0 and what is not finite leave a gap
    here    (window, error) to mark; ghost: another one kept to compare. An error below all
            that are shown is marked at the axis' foot

    Returns {name: artist}; `moving_errors` names those that `move_errors` changes.
    """
    ink = style.INK[theme]
    every = np.concatenate([np.asarray(values, float) for values in errors.values()])
    seen = every[np.isfinite(every) & (every > ERROR_FLOOR)]
    artists = {"ax": ax, "curves": {}, "foot": seen.min() / 2 if seen.size else ERROR_FLOOR}
    for (name, values), (role, dash) in zip(errors.items(), _CURVES, strict=True):
        values = np.asarray(values, float)
        artists["curves"][name] = ax.plot(
            np.arange(1, len(values) + 1), np.where(values > ERROR_FLOOR, values, np.nan),
            color=style.colour(role, theme), linestyle=(0, dash) if dash else "-", label=name)[0]
    artists["ghost"] = ax.plot([], [], marker="o", markersize=13, fillstyle="none", color=ink,
                               linestyle="")[0]
    artists["here"] = ax.plot([], [], marker="o", markersize=11, color=ink, linestyle="",
                              clip_on=False)[0]
    ax.set(yscale="log", ylim=(artists["foot"], 2 * max(1.0, seen.max(initial=0))),
           xlim=(0, 1 + max(map(len, errors.values()))), xlabel="window",
           ylabel="relative error")
    ax.legend(loc="lower left", bbox_to_anchor=(-0.05, 1), borderaxespad=0.2)
    move_errors(artists, here, ghost=ghost)
    return artists


def moving_errors(artists):
    """The artists of `draw_errors` that `move_errors` changes, as a flat list."""
    return [artists["ghost"], artists["here"]]


def move_errors(artists, here, *, ghost=None):
    """Mark another place in a picture made by `draw_errors`."""
    for name, place in {"here": here, "ghost": ghost}.items():
        there = place is not None and np.isfinite(place[1])
        artists[name].set_data(*(([place[0]], [max(place[1], artists["foot"])]) if there
                                 else ((), ())))

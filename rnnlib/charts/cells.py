"""Charts of gated cells beside a simple one: what is left of a gradient, and how open gates are.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves.
"""
import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rnnlib import style
from rnnlib.charts.decay import power, step_above

# how each line looks: role of its colour, dash pattern, width, words; the wide one lies below
# the narrow ones, so that none is hidden where they meet
LINES = {
    "tanh": ("b", (0, (7, 3)), 2.6, "tanh RNN"),
    "lstm": ("W_a", "-", 5, "LSTM"),
    "gru": ("W_x", "-", 2.6, "GRU"),
    "direct": ("kept", (0, (1.5, 2)), 3, "LSTM, through f alone"),
}
GATES = {"f": "lstm", "u": "gru"}
_PLACES = {"tanh": (0, 1.19), "gru": (0, 1.07), "lstm": (0.46, 1.19), "direct": (0.46, 1.07)}
_GHOST = {"linewidth": 1.6, "linestyle": (0, (1, 2.5))}


def draw_cells(ax, sizes, *, ghosts=None, theme="light"):
    """What is left of one gradient in several cells: sizes in decades over t, from 1 at t = T.

    sizes   {name: (T,) log10 at t = 1..T} for the names of LINES; a size of -inf, exactly 0, is
            marked at the lower edge
    ghosts  the same of a picture kept for comparison, of another T perhaps, or None

    Returns {name: artist}. The number at t = 1 stands in the legend.
    """
    artists = {"ax": ax, "one": ax.axhline(0, color=style.INK[theme], linewidth=1.2, zorder=0.6)}
    for z, (name, (role, dash, width, _)) in enumerate(LINES.items(), 3):
        look = {"color": style.colour(role, theme), "zorder": z}
        artists[f"{name} ghost"] = ax.plot([], [], **{**look, "zorder": 2}, **_GHOST)[0]
        artists[name] = ax.plot([], [], linestyle=dash, linewidth=width, **look)[0]
        artists[f"{name} zeros"] = ax.plot(
            [], [], linestyle="", marker="o", fillstyle="none", clip_on=False, **look,
            transform=ax.get_xaxis_transform())[0]
        x, y = _PLACES[name]
        ax.plot([x, x + 0.07], [y, y], transform=ax.transAxes, clip_on=False, linestyle=dash,
                linewidth=width, color=style.colour(role, theme))
        artists[f"{name} words"] = ax.text(
            x + 0.085, y, "", transform=ax.transAxes, va="center", color=style.colour(role, theme),
            weight="bold" if name == "lstm" else "normal")
    ax.grid(axis="y", alpha=0.25, color=style.INK[theme], linewidth=0.8)
    ax.set_axisbelow(True)
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda decades, _: power(decades)))
    ax.set_ylabel("size, from 1 at t = T")
    ax.tick_params(labelbottom=False)
    move_cells(artists, sizes, ghosts=ghosts)
    return artists


def moving_cells(artists):
    """The artists of `draw_cells` that `move_cells` changes, as a flat list."""
    return [artist for name, artist in artists.items() if name not in ("ax", "one")]


def move_cells(artists, sizes, *, ghosts=None):
    """Show other sizes in a picture made by `draw_cells`."""
    ghosts = ghosts or {}
    for name, (*_, words) in LINES.items():
        log10 = np.asarray(sizes[name], float)
        t = np.arange(1, len(log10) + 1)
        artists[name].set_data(t, np.where(np.isfinite(log10), log10, np.nan))
        zeros = t[log10 == -np.inf]
        artists[f"{name} zeros"].set_data(zeros, np.zeros(len(zeros)))
        artists[f"{name} words"].set_text(f"{words}: {power(log10[0])}")
        ghost = np.asarray(ghosts.get(name, ()), float)
        artists[f"{name} ghost"].set_data(
            np.arange(1, len(ghost) + 1), np.where(np.isfinite(ghost), ghost, np.nan))
    shown = [np.asarray(part[name], float) for part in (sizes, ghosts) for name in part
             if name in LINES]
    seen = np.concatenate(shown)
    seen = seen[np.isfinite(seen)]
    # round ends, so that the axes keep theirs for most moves of a slider
    low, high = -step_above(max(-seen.min(initial=0), 1)), step_above(max(seen.max(initial=0), 0.3))
    _set_limits(artists["ax"], max(map(len, shown)), (low, high))


def draw_gates(ax, gates, *, ghosts=None, theme="light"):
    """How open the gates that keep the state are: the mean over units at t = 1..T, 0 to 1.

    gates   {name: (T,)} for "f" (LSTM) and "u" (GRU); ghosts the same, or None

    Returns {name: artist}.
    """
    artists = {"ax": ax}
    for z, (name, cell) in enumerate(GATES.items(), 3):
        role, dash, width, words = LINES[cell]
        colour = style.colour(role, theme)
        artists[f"{name} ghost"] = ax.plot([], [], color=colour, zorder=2, **_GHOST)[0]
        artists[name] = ax.plot([], [], color=colour, linestyle=dash, linewidth=width, zorder=z)[0]
        artists[f"{name} words"] = ax.text(_PLACES[cell][0], 1.13, "", transform=ax.transAxes,
                                           va="center", color=colour)
    ax.set(ylim=(0, 1.02), yticks=[0, 0.5, 1], xlabel="time t", ylabel="kept")
    move_gates(artists, gates, ghosts=ghosts)
    return artists


def moving_gates(artists):
    """The artists of `draw_gates` that `move_gates` changes, as a flat list."""
    return [artist for name, artist in artists.items() if name != "ax"]


def move_gates(artists, gates, *, ghosts=None):
    """Show other gates in a picture made by `draw_gates`."""
    ghosts = ghosts or {}
    for name, cell in GATES.items():
        gate, ghost = gates[name], ghosts.get(name, ())
        artists[name].set_data(np.arange(1, len(gate) + 1), gate)
        artists[f"{name} ghost"].set_data(np.arange(1, len(ghost) + 1), ghost)
        artists[f"{name} words"].set_text(
            f"{LINES[cell][3]}: mean {name} = {style.number(round(np.mean(gate), 5))}")
    longest = max(len(part[name]) for part in (gates, ghosts) for name in GATES if name in part)
    _set_limits(artists["ax"], longest, (0, 1.02))


def _set_limits(ax, T, ylim):
    """New limits, only where they differ: even the same ones make all be drawn anew."""
    xlim = 1 - 0.01 * T, T + 0.01 * T
    if ax.get_xlim() != xlim:
        ax.set_xlim(*xlim)
    if ax.get_ylim() != ylim:
        ax.set_ylim(*ylim)

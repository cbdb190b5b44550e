"""A chart of calibration: how often a 1 came, where a forecast said how probable it was.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves.
"""
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from rnnlib import style

MOST_BINS = 20


def draw_calibration(ax, found, *, ghost=None, theme="light"):
    """The share of ones over the mean forecast of each bin, with intervals; the diagonal is right.

    found   an `rl.evaluation.Calibration` of at most MOST_BINS bins; ghost: another one, kept
            for comparison, or None

    Returns {name: artist}.
    """
    ink, colour = style.INK[theme], style.colour("W_y", theme)
    artists = {
        "ax": ax,
        "right": ax.plot([0, 1], [0, 1], color=ink, linewidth=1.2, linestyle=(0, (5, 4)))[0],
        "ghost": ax.plot([], [], linestyle="", marker="o", fillstyle="none", markersize=9,
                         color=style.colour("W_a", theme), mew=2, zorder=3)[0],
        "intervals": ax.add_collection(LineCollection([], colors=colour, linewidths=3, zorder=4)),
        "points": ax.plot([], [], linestyle="", marker="o", markersize=9, color=colour,
                          zorder=5)[0]}
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), ylabel="share of ones observed")
    ax.tick_params(labelbottom=False)
    ax.text(1.0, 0.8, "calibrated", ha="right", va="top", color=ink)
    move_calibration(artists, found, ghost=ghost)
    return artists


def moving_calibration(artists):
    """The artists of `draw_calibration` that `move_calibration` changes, as a flat list."""
    return [artists[name] for name in ("ghost", "intervals", "points")]


def move_calibration(artists, found, *, ghost=None):
    """Show another calibration in a picture made by `draw_calibration`."""
    artists["points"].set_data(found.forecast, found.frequency)
    artists["intervals"].set_segments([
        [(x, low), (x, high)] for x, low, high in
        zip(found.forecast, found.least, found.most, strict=True)])
    artists["ghost"].set_data(*((ghost.forecast, ghost.frequency) if ghost else ([], [])))


def draw_counts(ax, found, *, theme="light"):
    """How many forecasts lie in each bin, as bars under the picture of `draw_calibration`.

    Returns {name: artist}.
    """
    colour = style.colour("W_y", theme)
    artists = {"ax": ax, "bars": [ax.add_patch(Rectangle(
        (0, 0), 0, 0, facecolor=colour, edgecolor=style.BACKGROUND[theme], linewidth=1.5))
        for _ in range(MOST_BINS)]}
    ax.set(xlim=(-0.02, 1.02), xlabel="forecast: chance of a 1", ylabel="how many")
    move_counts(artists, found)
    return artists


def moving_counts(artists):
    """The artists of `draw_counts` that `move_counts` changes, as a flat list."""
    return list(artists["bars"])


def move_counts(artists, found):
    """Show other counts in a picture made by `draw_counts`."""
    bins = [*zip(found.low, found.high, found.count, strict=True)]
    for k, bar in enumerate(artists["bars"]):
        low, high, count = bins[k] if k < len(bins) else (0, 0, 0)
        bar.set_bounds(low, 0, high - low, count)
    top = 200 * np.ceil(max(found.count, default=1) / 200)
    if artists["ax"].get_ylim() != (0, top):
        artists["ax"].set_ylim(0, top)
        artists["ax"].set_yticks([0, top])

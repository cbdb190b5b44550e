"""A chart of what networks of several kinds reach on a task, against how far back it asks.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves.
"""
import numpy as np

from rnnlib import style

# how each model looks: role of its colour, dash pattern, width, marker, sideways shift of its dots
MODELS = {
    "RNN": ("b", (0, (7, 3)), 2.6, "X", -0.09),
    "RNN, clipped": ("W_y", (0, (2, 2)), 3, "D", -0.03),
    "GRU, clipped": ("W_x", "-", 2.6, "s", 0.03),
    "LSTM, clipped": ("W_a", "-", 5, "o", 0.09),
}
_PLACES = ((0.0, 1.19), (0.0, 1.07), (0.4, 1.19), (0.4, 1.07))


def draw_success(ax, lengths, right, *, chance, asks="T", theme="light"):
    """The share of right answers against T: a line for each model's mean, a mark for each run.

    lengths  the T that were tried, rising; they stand at equal distances
    right    {model: (lengths, runs)} for the names of MODELS
    chance   the share that is right by chance
    asks     what the numbers below are, in words

    Returns {name: artist}. Nothing is drawn between T that were not tried but a straight line.
    """
    ink = style.INK[theme]
    artists = {"ax": ax, "chance": ax.axhline(chance, color=ink, linewidth=1.2,
                                              linestyle=(0, (1, 3)), zorder=1)}
    for z, ((model, (role, dash, width, marker, _)), (x, y)) in enumerate(
            zip(MODELS.items(), _PLACES, strict=True), 3):
        look = {"color": style.colour(role, theme), "zorder": z}
        artists[model] = ax.plot([], [], linestyle=dash, linewidth=width, **look)[0]
        artists[f"{model} runs"] = ax.plot([], [], linestyle="", marker=marker, markersize=8,
                                           markeredgecolor=style.BACKGROUND[theme], **look)[0]
        ax.plot([x, x + 0.035, x + 0.07], [y] * 3, transform=ax.transAxes, clip_on=False,
                linestyle=dash, linewidth=width, marker=marker, markevery=[1], markersize=8,
                color=look["color"])
        ax.text(x + 0.085, y, model, transform=ax.transAxes, va="center", color=look["color"],
                weight="bold" if width > 3 else "normal")
    artists["words"] = ax.text(1.01, chance, "chance", transform=ax.get_yaxis_transform(),
                               va="center")
    ax.set(ylim=(-0.03, 1.05), yticks=[0, 0.25, 0.5, 0.75, 1], ylabel="share of right answers")
    ax.grid(axis="y", alpha=0.25, color=ink, linewidth=0.8)
    ax.set_axisbelow(True)
    move_success(artists, lengths, right, chance=chance, asks=asks)
    return artists


def moving_success(artists):
    """The artists of `draw_success` that `move_success` changes, as a flat list."""
    return [artist for name, artist in artists.items() if name != "ax"]


def move_success(artists, lengths, right, *, chance, asks="T"):
    """Show another task in a picture made by `draw_success`."""
    x = np.arange(len(lengths))
    for model, (*_, shift) in MODELS.items():
        runs = np.asarray(right[model], float)
        artists[model].set_data(x, runs.mean(axis=1))
        artists[f"{model} runs"].set_data(np.repeat(x + shift, runs.shape[1]), runs.ravel())
    artists["chance"].set_ydata([chance, chance])
    artists["words"].set_y(chance)
    artists["ax"].set(xlim=(-0.3, len(x) - 0.7), xticks=x, xticklabels=lengths, xlabel=asks)

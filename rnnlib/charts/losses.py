"""Charts of a training under way: the loss against updates.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves.
"""
import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from rnnlib import style

# points of a line at most: more than that is finer than the picture
POINTS = 1000
# how far above the start, the baselines and the held-out losses the picture reaches
ROOM = 1.15
# from one word of a baseline to the next, px
LINE_PX = 17


def draw_losses(ax, loss, held_out, *, last, baselines=None, best=None, unit="", theme="light"):
    """The loss against updates: a line for the data trained on, marks for what was held out.

    loss      (updates, losses), smoothed as the caller likes, from update 0
    held_out  (updates, losses) of the looks at what is held out; both empty for none
    last      the last update there may be. The axis ends there, or at a half, a quarter, ... of
              it as long as that is enough
    baselines {words: loss}, each a level line with its words beside it, or None
    best      (update, loss) to be ringed, or None
    unit      of the losses

    Returns {name: artist}. What is above the picture has a mark at its upper edge.
    """
    baselines = baselines or {}
    ink, ground = style.INK[theme], style.BACKGROUND[theme]
    artists = {"ax": ax, "last": last, "baselines": tuple(baselines.values())}
    train, held = style.colour("W_x", theme), style.colour("W_a", theme)
    artists["train"] = ax.plot([], [], color=train, linewidth=2.2, zorder=2)[0]
    artists["held out line"] = ax.plot([], [], color=held, linewidth=1.5, linestyle=(0, (5, 2)),
                                       zorder=3)[0]
    artists["held out"] = ax.plot([], [], color=held, linestyle="", marker="o", markersize=6,
                                  zorder=4, clip_on=False)[0]
    artists["best"] = ax.plot([], [], color=ink, linestyle="", marker="o", fillstyle="none",
                              markersize=15, mew=2.5, zorder=5, clip_on=False,
                              path_effects=[withStroke(linewidth=5, foreground=ground)])[0]
    artists["above"] = ax.plot([], [], color=ink, linestyle="", marker="^", markersize=8, zorder=5,
                               transform=ax.get_xaxis_transform(), clip_on=False)[0]
    for value in baselines.values():
        ax.axhline(value, color=ink, linewidth=1.3, linestyle=(0, (1, 2)), zorder=1)
    # words as they are: no formulas in what somebody typed
    artists["words"] = [ax.text(1.015, 0, f"{words} {value:.3g}", transform=ax.transAxes,
                                va="center", parse_math=False) for words, value in
                        baselines.items()]
    _legend(ax, {"train": train, "held out": held, "best": ink}, bool(len(held_out[0])))
    ax.set(xlabel="updates", ylabel=f"loss, {unit}" if unit else "loss", ylim=(0, 1))
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    move_losses(artists, loss, held_out, best=best)
    return artists


def _legend(ax, colours, with_held_out):
    """A sample and a word for each kind of mark, in a row above the axes."""
    looks = {"train": {"linestyle": "-", "linewidth": 2.2},
             "held out": {"linestyle": (0, (5, 2)), "linewidth": 1.5, "marker": "o"},
             "best": {"linestyle": "", "marker": "o", "fillstyle": "none", "markersize": 13,
                      "mew": 2.5}}
    names = list(looks) if with_held_out else ["train"]
    handles = [ax.plot([], [], color=colours[name], **looks[name])[0] for name in names]
    words = {"train": "trained on (mean of the last updates)", "held out": "held out",
             "best": "best"}
    ax.legend(handles, [words[name] for name in names], ncols=3, loc="lower left",
              bbox_to_anchor=(-0.01, 1.0), borderaxespad=0.2, handletextpad=0.5,
              labelcolor=[colours[name] for name in names])


def moving_losses(artists):
    """The artists of `draw_losses` that `move_losses` changes often, as a flat list."""
    return [artists[name] for name in ("train", "held out line", "held out", "best", "above")]


def move_losses(artists, loss, held_out, *, best=None):
    """Show further losses in a picture made by `draw_losses`."""
    (updates, losses), (looks, judged) = (np.asarray(pair, float) for pair in (loss, held_out))
    kept = np.unique(np.linspace(0, len(updates) - 1, POINTS).astype(int)) if len(updates) else []
    artists["train"].set_data(updates[kept], losses[kept])
    artists["held out line"].set_data(looks, judged)
    artists["held out"].set_data(looks, judged)
    # many marks side by side are no marks: the more, the smaller
    artists["held out"].set_markersize(float(np.clip(240 / max(len(looks), 1), 2.5, 6)))
    artists["best"].set_data(*([[part] for part in best] if best else ([], [])))
    low, high = _limits(losses, judged, artists["baselines"])
    above = np.concatenate([updates[losses > high], looks[judged > high]])
    above = above[np.unique(np.linspace(0, len(above) - 1, 50).astype(int))] if len(above) else []
    artists["above"].set_data(above, np.ones(len(above)))
    end = _end(artists["last"], updates[-1] if len(updates) else 0)
    if artists.get("shown") != (low, high, end):  # new limits redraw everything
        artists["shown"] = low, high, end
        artists["ax"].set(xlim=(-0.01 * end, 1.01 * end), ylim=(low, high))
        _place(artists)


def _end(last, update):
    """Where the axis of updates ends: a sixteenth, an eighth, a quarter, a half or all of it."""
    return next(last / parts for parts in (16, 8, 4, 2, 1) if update <= last / parts or parts == 1)


def _limits(losses, judged, baselines):
    """(low, high) around all losses, with round ends; the start and the baselines set the top."""
    seen = np.concatenate([losses, judged, baselines])
    seen = seen[np.isfinite(seen)]
    if not seen.size:
        return 0.0, 1.0
    start = [values[0] for values in (losses, judged) if len(values) and np.isfinite(values[0])]
    top = min(seen.max(), ROOM * max([*start, *baselines, 0.0]) or seen.max())
    size = 10 ** np.floor(np.log10(max(top - seen.min(), 1e-3 * abs(top), 1e-9))) / 2
    low, high = np.floor(seen.min() / size) * size, np.ceil(top / size) * size
    return (0.0 if 0 <= low < 0.25 * high else float(low)), float(max(high, low + size))


def _place(artists):
    """The words of the baselines beside their lines, pushed apart where these lie close."""
    ax = artists["ax"]
    low, high = ax.get_ylim()
    line = LINE_PX / (ax.get_window_extent().height * 72 / ax.figure.dpi)
    below = -np.inf
    for value, text in sorted(zip(artists["baselines"], artists["words"], strict=True),
                              key=lambda pair: pair[0]):
        below = max((value - low) / (high - low), below + line)
        text.set_y(below)

"""Charts of a training under way: the loss against updates."""
import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from rnnlib.charts.chart import Chart
from rnnlib.style import CHART_TEXT_PX, TEXT_PX, whole_power

# points of a line at most: more than that is finer than the picture
POINTS = 1000
# how far above the start, the baselines and the held-out losses the picture reaches
ROOM = 1.15
# from one word of a baseline to the next, px
LINE_PX = 17
# signs of a number beside the axis that have room at full size; in small letters
FEW, MANY = 4, 6
# each kind of mark: role of its colour, words of the legend, look there
_LEGEND = {
    "train": ("W_x", "trained on (mean of the last updates)", {"linestyle": "-", "linewidth": 2.2}),
    "held out": ("W_a", "held out", {"linestyle": (0, (5, 2)), "linewidth": 1.5, "marker": "o"}),
    "best": (None, "best", {"linestyle": "", "marker": "o", "fillstyle": "none",
                            "markersize": 13, "mew": 2.5}),
}


class Losses(Chart):
    """The loss against updates: a line for the data trained on, marks for what was held out.

    What is above the picture has a mark at its upper edge.
    """

    def draw(self, last, baselines=None, unit="", held_out=True):
        """Make the picture of a training.

        last      the last update there may be. The axis ends there, or at a half, a quarter, ...
                  of it as long as that is enough
        baselines {words: loss}, each a level line with its words beside it, or None
        unit      of the losses; held_out: whether anything is held out
        """
        ax, self.last, self.unit, baselines = self.ax, last, unit, baselines or {}
        self.levels, unclipped = tuple(baselines.values()), {"linestyle": "", "clip_on": False}
        self.train = self.make_line("W_x", linewidth=2.2, zorder=2)
        self.between = self.make_line("W_a", linewidth=1.5, linestyle=(0, (5, 2)), zorder=3)
        self.held_out = self.make_line("W_a", marker="o", markersize=6, zorder=4, **unclipped)
        self.best = self.make_line(
            marker="o", fillstyle="none", markersize=15, mew=2.5, zorder=5, **unclipped,
            path_effects=[withStroke(linewidth=5, foreground=self.ground)])
        self.above = self.make_line(marker="^", markersize=8, zorder=5, **unclipped,
                                    transform=ax.get_xaxis_transform())
        self.lines = [ax.axhline(value, color=self.ink, linewidth=1.3, linestyle=(0, (1, 2)),
                                 zorder=1) for value in self.levels]
        # words as they are: no formulas in what somebody typed
        self.words = [ax.text(1.015, 0, f"{words} {value:.3g}", transform=ax.transAxes,
                              va="center", parse_math=False)
                      for words, value in baselines.items()]
        self._draw_legend(list(_LEGEND) if held_out else ["train"])
        ax.set(xlabel="updates", ylim=(0, 1))
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        ax.ticklabel_format(axis="y", useOffset=False)
        ax.yaxis.offsetText.set_visible(False)  # the words beside the axis say the power of ten

    def _draw_legend(self, names):
        """A sample and a word for each kind of mark, in a row above the axes."""
        roles, words, looks = zip(*(_LEGEND[name] for name in names), strict=True)
        colours = list(map(self.colour, roles))
        self.samples = [self.ax.plot([], [], color=colour, **look)[0]
                        for colour, look in zip(colours, looks, strict=True)]
        self.legend = self.ax.legend(
            self.samples, words, ncols=3, loc="lower left", bbox_to_anchor=(-0.01, 1.0),
            borderaxespad=0.2, handletextpad=0.5, labelcolor=colours)

    def show(self, loss, held_out, best=None):
        """loss (updates, losses), smoothed as the caller likes, from update 0; held_out (updates,
        losses) of the looks at what is held out; best (update, loss) to be ringed, or None."""
        (updates, losses), (looks, judged) = (np.asarray(pair, float) for pair in (loss, held_out))
        kept = _some(np.arange(len(updates)), POINTS)
        self.put(self.train, data=(updates[kept], losses[kept]))
        self.put(self.between, data=(looks, judged))
        # many marks side by side are no marks: the more, the smaller
        self.put(self.held_out, data=(looks, judged),
                 markersize=float(np.clip(240 / max(len(looks), 1), 2.5, 6)))
        self.put(self.best, data=tuple([part] for part in best) if best else ((), ()))
        low, high = _limits(losses, judged, self.levels)
        above = _some(np.concatenate([updates[losses > high], looks[judged > high]]), 50)
        self.put(self.above, data=(above, np.ones(len(above))))
        end = _end(self.last, updates[-1] if len(updates) else 0)
        if self.is_new("limits", (low, high, end)):
            self.put_limits((-0.01 * end, 1.01 * end), (low, high))
            self._place_words(low, high)
            self._fit_ticks([tick for tick in self.ax.get_yticks() if low <= tick <= high])

    def _fit_ticks(self, ticks):
        """Long numbers are set smaller, or in another power of ten: the words beside them would
        be cut off."""
        axis = self.ax.yaxis
        formatter, size = axis.get_major_formatter(), int(np.floor(np.log10(np.abs(ticks).max())))
        for power in (0 if -5 < size < 6 else size, size):
            formatter.set_scientific(power != 0)
            formatter.set_powerlimits((power, power))
            longest = max(map(len, formatter.format_ticks(ticks)))
            if longest <= MANY:
                break
        self.ax.tick_params("y", labelsize=max(CHART_TEXT_PX * min(1.0, FEW / longest), TEXT_PX))
        words = f"{whole_power(power) if power else ''} {self.unit}".strip()
        axis.set_label_text(f"loss, {words}" if words else "loss")
        axis.labelpad = 4 if longest <= FEW + 1 else 0

    def _place_words(self, low, high):
        """The words of the baselines beside their lines, pushed apart where these lie close."""
        line = LINE_PX / (self.ax.get_window_extent().height * 72 / self.ax.figure.dpi)
        below = -np.inf
        for value, text in sorted(zip(self.levels, self.words, strict=True),
                                  key=lambda pair: pair[0]):
            below = max((value - low) / (high - low), below + line)
            text.set_y(below)


def _some(values, most):
    """At most so many of the values, evenly chosen."""
    return values[np.unique(np.linspace(0, len(values) - 1, most).astype(int))] if len(
        values) else values


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

"""Charts of gated cells beside a simple one: what is left of a gradient, how open gates are."""
import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rnnlib import style
from rnnlib.charts.chart import Chart, around, over_time, step_above

# how each line looks: role of its colour, dash pattern, width, place of its words; the wide one
# lies below the narrow ones, so that none is hidden where they meet
_LOOKS = {
    "tanh": ("b", (0, (7, 3)), 2.6, (0, 1.19)),
    "lstm": ("W_a", "-", 5, (0.46, 1.19)),
    "gru": ("W_x", "-", 2.6, (0, 1.07)),
    "direct": ("kept", (0, (1.5, 2)), 3, (0.46, 1.07)),
}
# a cell that has been added
_OTHER = "W_y", (0, (5, 1.5)), 2.6, (0.76, 1.19)
_GHOST = {"linewidth": 1.6, "linestyle": (0, (1, 2.5)), "zorder": 2}


class Remains(Chart):
    """What is left of one gradient in several cells: decades over t, from 1 at t = T.

    The number at t = 1 stands in the legend; exactly 0 is marked at the lower edge.
    """

    def draw(self, called):
        """called {name: words} of the lines, the lowest first."""
        ax, self.called = self.ax, called
        self.one = ax.axhline(0, color=self.ink, linewidth=1.2, zorder=0.6)
        self.lines, self.ghosts, self.zeros, self.words, self.samples = {}, {}, {}, {}, {}
        self.bands, self.medians = {}, {}
        for z, name in enumerate(called, 3):
            role, dash, width, (x, y) = _LOOKS.get(name, _OTHER)
            self.bands[name] = self.make_band(role, zorder=1)
            self.medians[name] = self.make_line(role, linewidth=1, zorder=2)
            self.ghosts[name] = self.make_line(role, **_GHOST)
            self.lines[name] = self.make_line(role, linestyle=dash, linewidth=width, zorder=z)
            self.zeros[name] = self.make_line(
                role, linestyle="", marker="o", fillstyle="none", clip_on=False, zorder=z,
                transform=ax.get_xaxis_transform())
            self.samples[name] = self.make_sample(role, x, y, linestyle=dash, linewidth=width)
            self.words[name] = self.make_text(x + 0.085, y, va="center", color=self.colour(role),
                                              weight="bold" if name == "lstm" else "normal")
        ax.grid(axis="y", alpha=0.25, color=self.ink, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda decades, _: style.power(decades)))
        ax.set_ylabel("size, from 1 at t = T")
        ax.tick_params(labelbottom=False)

    def show(self, sizes, ghosts=None, fans=None):
        """sizes {name: (T,) log10 at t = 1..T}; ghosts the same, of another T perhaps, and they
        end where these do; fans {words: (3, T)} smallest, median and largest of several seeds."""
        shown = [{name: np.asarray(part[name], float) for name in self.called}
                 for part in (sizes, ghosts) if part]
        for name, log10 in shown[0].items():
            T = len(log10)
            zeros = np.flatnonzero(log10 == -np.inf) + 1
            self.put(self.lines[name], data=over_time(log10))
            self.put(self.zeros[name], data=(zeros, np.zeros(len(zeros))))
            self.put(self.words[name], text=f"{self.called[name]}: {style.power(log10[0])}")
            self.put(self.ghosts[name], data=over_time(ghosts and ghosts[name], T))
            low, median, high = fans[self.called[name]] if fans else np.zeros((3, 0))
            self.put(self.bands[name], xy=around(np.arange(1, 1 + len(low)), low, high))
            self.put(self.medians[name], data=over_time(median))
            shown.append({"low": low, "high": high})
        seen = np.concatenate([log10[-T:] for part in shown for log10 in part.values()])
        seen = seen[np.isfinite(seen)]
        # round ends, so that the axes keep theirs for most moves of a slider
        self.put_limits(_times(T), (-step_above(max(-seen.min(initial=0), 1)),
                                    step_above(max(seen.max(initial=0), 0.3))))


class Gates(Chart):
    """How open the gates that keep the state are: the mean over units at t = 1..T, 0 to 1."""

    def draw(self, cells, called):
        """cells {gate: cell}, called {cell: words}."""
        self.called = {name: called[cell] for name, cell in cells.items()}
        self.lines, self.ghosts, self.words = {}, {}, {}
        for z, (name, cell) in enumerate(cells.items(), 3):
            role, dash, width, (x, _) = _LOOKS.get(cell, _OTHER)
            self.ghosts[name] = self.make_line(role, **_GHOST)
            self.lines[name] = self.make_line(role, linestyle=dash, linewidth=width, zorder=z)
            self.words[name] = self.make_text(x, 1.13, va="center",
                                              color=self.colour(role))
        self.ax.set(ylim=(0, 1.02), yticks=[0, 0.5, 1], xlabel="time t", ylabel="kept")

    def show(self, gates, ghosts=None):
        """gates {name: (T,)}; ghosts the same, or None."""
        for name, words in self.called.items():
            self.put(self.lines[name], data=over_time(gates[name]))
            self.put(self.ghosts[name], data=over_time(ghosts and ghosts[name], len(gates[name])))
            mean = style.number(round(np.mean(gates[name]), 5))
            self.put(self.words[name], text=f"{words}: mean {name} = {mean}")
            self.put_limits(_times(len(gates[name])))


def _times(T):
    """Limits of an axis of times 1..T."""
    return 1 - 0.01 * T, T + 0.01 * T

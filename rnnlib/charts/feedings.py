"""Charts of two ways to feed one network: what it predicts, and which responses come of it."""
import numpy as np

from rnnlib.charts.chart import Chart, over_time


class Feedings(Chart):
    """The predictions of one network fed in two ways: the probability of a 1 at t = 1..T.

    The line between two times only leads the eye.
    """

    def draw(self):
        self.ghost = self.make_line("W_a", linewidth=1.5, linestyle=(0, (1, 2)))
        self.known = self.moves(self.ax.axvline(0, color=self.ink, linewidth=1.4,
                                                linestyle=(0, (2, 2))))
        self.forced = self.make_line("W_y", linewidth=5, alpha=0.75)
        self.free = self.make_line("W_a", linewidth=2.2, linestyle=(0, (4, 2)), marker="o",
                                   markersize=4)
        self.ax.set(ylim=(-0.03, 1.03), yticks=[0, 0.5, 1], ylabel="ŷ, chance of a 1")
        self.ax.tick_params(labelbottom=False)
        self.legend = self.ax.legend(
            [self.forced, self.free], ["true responses fed", "its own fed"], loc="lower right",
            bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)

    def show(self, forced, free, *, known=0, ghost=None):
        """forced (T,) when the true responses are fed back; free: when its own are, after `known`
        true ones; ghost: another one, kept to compare."""
        for line, chances in ((self.forced, forced), (self.free, free), (self.ghost, ghost)):
            self.put(line, data=over_time(chances))
        self.put(self.known, xdata=[known + 0.5] * 2)
        self.put_limits(_times(len(forced)))


class Responses(Chart):
    """Two rows of zeros and ones, filled where 1, and a cross where the two differ."""

    def draw(self):
        self.marks = {}
        for name, role, marker in (("true", "W_y", "s"), ("drawn", "W_a", "o")):
            look = {"linestyle": "", "marker": marker, "markersize": 8}
            self.marks[name] = self.make_line(role, **look)
            self.marks[f"{name} zeros"] = self.make_line(role, fillstyle="none", **look)
        self.marks["differ"] = self.make_line(linestyle="", marker="x", markersize=7, mew=2)
        self.ax.set(ylim=(-1.4, 1.6), xlabel="time t")
        self.ax.set_yticks([1, 0, -0.9], ["true y", "its own y", "differ"])
        self.ax.tick_params(axis="y", length=0)
        self.ax.spines["left"].set_visible(False)

    def show(self, true, drawn):
        """true, drawn (T,) zeros and ones."""
        true, drawn = np.asarray(true), np.asarray(drawn)
        places = {"true": (true == 1, 1), "true zeros": (true == 0, 1), "drawn": (drawn == 1, 0),
                  "drawn zeros": (drawn == 0, 0), "differ": (true != drawn, -0.9)}
        for name, (where, y) in places.items():
            t = np.flatnonzero(where) + 1
            self.put(self.marks[name], data=(t, np.full(len(t), y)))
        self.put_limits(_times(len(true)))


def _times(T):
    return 0.3, T + 0.7

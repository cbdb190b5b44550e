"""A chart of what networks of several kinds reach on a task, against how far back it asks."""
import numpy as np

from rnnlib.charts.chart import Chart

# how each model looks: role of its colour, dash pattern, width, marker, sideways shift of its dots
MODELS = {
    "RNN": ("b", (0, (7, 3)), 2.6, "X", -0.09),
    "RNN, clipped": ("W_y", (0, (2, 2)), 3, "D", -0.03),
    "GRU, clipped": ("W_x", "-", 2.6, "s", 0.03),
    "LSTM, clipped": ("W_a", "-", 5, "o", 0.09),
}
_PLACES = ((0.0, 1.19), (0.0, 1.07), (0.4, 1.19), (0.4, 1.07))


class Success(Chart):
    """The share of right answers against T: a line for each model's mean, a mark for each run.

    Nothing is drawn between T that were not tried but a straight line.
    """

    def draw(self):
        ax = self.ax
        self.chance = self.moves(ax.axhline(0, color=self.ink, linewidth=1.2,
                                            linestyle=(0, (1, 3)), zorder=1))
        self.means, self.runs, self.samples, self.names = {}, {}, {}, {}
        for z, ((model, (role, dash, width, marker, _)), (x, y)) in enumerate(
                zip(MODELS.items(), _PLACES, strict=True), 3):
            line = {"linestyle": dash, "linewidth": width}
            self.means[model] = self.make_line(role, zorder=z, **line)
            self.runs[model] = self.make_line(role, linestyle="", marker=marker, markersize=8,
                                              markeredgecolor=self.ground, zorder=z)
            self.samples[model] = ax.plot(
                [x, x + 0.035, x + 0.07], [y] * 3, transform=ax.transAxes, clip_on=False,
                marker=marker, markevery=[1], markersize=8, color=self.colour(role), **line)[0]
            self.names[model] = ax.text(
                x + 0.085, y, model, transform=ax.transAxes, va="center",
                color=self.colour(role), weight="bold" if width > 3 else "normal")
        self.words = self.make_text(1.01, 0, "chance", transform=ax.get_yaxis_transform(),
                                    va="center")
        ax.set(ylim=(-0.03, 1.05), yticks=[0, 0.25, 0.5, 0.75, 1],
               ylabel="share of right answers")
        ax.grid(axis="y", alpha=0.25, color=self.ink, linewidth=0.8)
        ax.set_axisbelow(True)

    def show(self, lengths, right, *, chance, asks="T"):
        """lengths, the T that were tried, rising, stand at equal distances; right {model:
        (lengths, runs)} for MODELS; chance is the share that is right by chance; asks says what
        the numbers below are."""
        x = np.arange(len(lengths))
        for model, (*_, shift) in MODELS.items():
            runs = np.asarray(right[model], float)
            self.put(self.means[model], data=(x, runs.mean(axis=1)))
            self.put(self.runs[model], data=(np.repeat(x + shift, runs.shape[1]), runs.ravel()))
        self.put(self.chance, ydata=[chance, chance])
        self.put(self.words, position=(1.01, chance))
        if self.is_new("frame", (*lengths, asks)):
            self.ax.set(xlim=(-0.3, len(x) - 0.7), xticks=x, xticklabels=lengths, xlabel=asks)

"""The chart of what was believed: a row for each belief, a mark before and a mark after."""
from matplotlib.collections import LineCollection

from rnnlib.charts.chart import Chart

# what is held: how it looks, and its words
MARKS = {
    "right": ("W_y", {"marker": "o", "markersize": 11}, "right"),
    "own": ("W_a", {"marker": "X", "markersize": 12}, "the belief is held"),
    "other": ("W_x", {"marker": "D", "markersize": 9, "mew": 2},
              "another one is held"),
    "skipped": (None, {"marker": "_", "markersize": 12, "mew": 2}, "skipped"),
}
FORMS = "before", "after"


class Held(Chart):
    """Beliefs from above, two marks each: their shapes say what was held, before and after; a line
    joins marks that differ, and a word says what became of the belief."""

    def draw(self, rows):
        ax = self.ax
        self.links = self.moves(ax.add_collection(
            LineCollection([], colors=self.ink, linewidths=1.2, zorder=1)))
        hollow = {"other": {"markerfacecolor": self.ground}}
        self.marks = {kind: self.make_line(role, linestyle="", zorder=3, **look,
                                           **hollow.get(kind, {}))
                      for kind, (role, look, _) in MARKS.items()}
        self.words = [self.make_text(1.16, k, transform=ax.transData,
                                    va="center_baseline")
                      for k in range(rows)]
        self.samples = [ax.plot([x], [-0.035], transform=ax.transAxes, clip_on=False, linestyle="",
                                color=self.colour(role), **look, **hollow.get(kind, {}))[0]
                        for x, (kind, (role, look, _)) in zip(PLACES, MARKS.items(), strict=True)]
        self.legend = [ax.text(x + 0.03, -0.035, words, transform=ax.transAxes, va="center")
                       for x, (*_, words) in zip(PLACES, MARKS.values(), strict=True)]
        ax.set(xlim=(-0.25, 1.9), ylim=(rows - 0.5, -0.5), xticks=range(len(FORMS)),
               xticklabels=FORMS, yticks=range(rows))
        ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
        ax.spines[["left", "bottom"]].set_visible(False)

    def show(self, labels, held, words):
        """labels (K,): the beliefs from above; held {"before": (K,), "after": (K,)}, names of
        MARKS or "open", which has no mark; words (K,): what became of each."""
        places = [(x, k, what) for x, form in enumerate(FORMS)
                  for k, what in enumerate(held[form])]
        for kind, mark in self.marks.items():
            found = [place[:2] for place in places if place[2] == kind]
            self.put(mark, data=tuple(zip(*found, strict=True)) or ([], []))
        self.put(self.links, segments=[
            [(0, k), (1, k)] for k, pair in enumerate(zip(*held.values(), strict=True))
            if pair[0] != pair[1] and "open" not in pair])
        for text, word in zip(self.words, words, strict=True):
            self.put(text, text=word)
        if self.is_new("labels", tuple(labels)):
            self.ax.set_yticklabels(labels)


# of the legend's marks, in shares of the axes: it begins under the labels
PLACES = -0.78, -0.55, -0.07, 0.43

"""Charts of names, letter by letter: what was foretold, what the units did, names made up.

Each place of a name is a column, the first at x = 0.
"""
from rnnlib import style
from rnnlib.charts.chart import Chart
from rnnlib.charts.heat import HeatMap

# columns, and of the likeliest signs the rows under a column
MOST_PLACES, LIKELIEST = 16, 3
# up to so many columns a probability has room beside its sign
_ROOMY = 12
# how the end sign is written, since a dot is overlooked
END_SHOWN = "\N{WHITE SQUARE}"
# where a made-up name stands: its mark, whether it is bold, its words
KINDS = {"learned": ("\N{CHECK MARK}", False, "one it was trained on"),
         "held out": ("\N{BLACK CIRCLE}", True, "real, but held out"),
         "new": (" ", False, "in no list"),
         "cut off": ("\N{HORIZONTAL ELLIPSIS}", False, "had not ended")}
NAMES_SHOWN, _NAME_ROWS = 16, 8
# so many units have room for words beside their rows
UNITS_NAMED = 12


class Spelling(Chart):
    """Bars: how probable each sign of a name was, and under it what was expected more.

    In a long name there is no room for the probabilities under it.
    """

    def draw(self):
        ax, own = self.ax, self.colour("W_y")
        self.bars = [self.moves(bar) for bar in
                     ax.bar(range(MOST_PLACES), 0, width=0.72, color=own, zorder=2)]
        self.numbers = self._row(0, size=13, color=own, transform=ax.transData, va="bottom")
        self.signs = self._row(-0.1, size=18, weight="bold")
        self.likeliest = [self._row(-0.25 - 0.12 * i, size=13) for i in range(LIKELIEST)]
        self.words = [ax.text(-0.015, y, words, ha="right", va="center", transform=ax.transAxes)
                      for y, words in ((-0.1, f"{END_SHOWN}: end"),
                                       (-0.25 - 0.06 * (LIKELIEST - 1), "expected,\nper cent"))]
        ax.set(ylim=(0, 1.08), yticks=[0, 0.5, 1], ylabel="probability", xticks=[])

    def _row(self, y, **look):
        """A text for each place."""
        return [self.make_text(k, y, **{"ha": "center", "va": "center", "color": self.ink,
                                        "transform": self.ax.get_xaxis_transform(), **look})
                for k in range(MOST_PLACES)]

    def show(self, signs, probabilities, likeliest):
        """signs: the k letters and the end sign "."; probabilities (k + 1,) of them; likeliest:
        for each place [(sign, probability), ...], the LIKELIEST most probable."""
        for k in range(MOST_PLACES):
            there = k < len(signs)
            p = probabilities[k] if there else 0.0
            self.put(self.bars[k], height=p)
            self.put(self.numbers[k], text=_per_cent(p) if there else "", position=(k, p + 0.02))
            self.put(self.signs[k], text=shown(signs[k]) if there else "")
            for i, row in enumerate(self.likeliest):
                sign, q = likeliest[k][i] if there else ("", 0.0)
                hit = there and sign == signs[k]
                beside = f" {_per_cent(q)}" if len(signs) <= _ROOMY else ""
                self.put(row[k], text=f"{shown(sign)}{beside}" if there else "",
                         color=self.colour("W_y") if hit else self.ink,
                         weight="bold" if hit else "normal")
        self.put_limits((-0.5, len(signs) - 0.5))


class Units(HeatMap):
    """Heat map: the units' values down, the places of a name across; the scale is -1..1."""

    def draw(self):
        self.cells = self.make_cells(style.signs(self.theme), -1, 1)
        self.make_marks(None, None, 6)
        self.make_bar(self.cells, [1.015, 0, 0.015, 1], [-1, 0, 1])
        self.what = self.make_text(0, 1.03, va="bottom")
        self.words = [self.make_text(-0.015, 0, ha="right", va="center", size=13)
                      for _ in range(UNITS_NAMED)]
        self.ax.set(ylim=(0, 1), yticks=[], xticks=[])
        self.ax.spines[:].set_visible(False)

    def show(self, a, what="", words=()):
        """a (n, k + 1); what: which units these are, stands above; words: a text for each of up
        to UNITS_NAMED rows, or none at all."""
        across = -0.5, a.shape[1] - 0.5
        self.put_limits(across)
        self.put(self.cells, extent=(*across, 0, 1))
        self.put_cells({self.cells: a}, (-1, 1))
        self.put(self.what, text=what)
        for k, text in enumerate(self.words):
            there = k < len(words)
            self.put(text, text=words[k] if there else "",
                     position=(-0.015, 1 - (k + 0.5) / len(words) if there else 0))


class Surprise(Chart):
    """Level bars: the surprise at one name, in nats, of several models; shorter is better.

    The scale is that of this name: only lengths side by side count.
    """

    def draw(self, models):
        ax, y = self.ax, range(len(models))
        own, other = self.colour("W_y"), self.colour("b")
        self.bars = [self.moves(bar) for bar in ax.barh(
            y, 0, height=0.62, zorder=2, linewidth=2, color=[self.ground if k else own for k in y],
            edgecolor=[other if k else own for k in y])]
        self.ghost = self.make_line("W_a", linestyle="", marker="|", markersize=20, mew=2.5,
                                    zorder=4)
        self.numbers = [self.moves(ax.text(0, k, "", va="center")) for k in y]
        ax.set(yticks=y, yticklabels=models, xlim=(0, 1), ylim=(len(models) - 0.4, -0.6),
               xticks=[])
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        self.words = ax.text(-0.48, 1.08, "surprise, nats: less is better", transform=ax.transAxes)

    def show(self, nats, ghost=()):
        """nats: -log probability of the whole name for each model; ghost: of another name."""
        # room for the numbers
        longest = 1.3 * max(*nats, *ghost)
        for k, value in enumerate(nats):
            self.put(self.bars[k], width=value / longest)
            self.put(self.numbers[k], text=f" {value:.1f}", position=(value / longest, k))
        self.put(self.ghost, data=([value / longest for value in ghost], range(len(ghost))))


class MadeUp(Chart):
    """Names that a network made up, one below the other in two columns, with their marks.

    The marks' legend stands below.
    """

    def draw(self):
        places = [(0.5 * (k // _NAME_ROWS), 1 - (k % _NAME_ROWS + 0.5) / _NAME_ROWS)
                  for k in range(NAMES_SHOWN)]
        self.marks = [self.make_text(x, y, va="center") for x, y in places]
        self.names = [self.make_text(x + 0.07, y, va="center", parse_math=False)
                      for x, y in places]
        self.words = [self.ax.text(0, -0.07 - 0.1 * k, "{0}  {2}".format(*KINDS[kind]), va="center",
                                   size=13) for k, kind in enumerate(("learned", "held out",
                                                                      "cut off"))]
        self.ax.set(xlim=(0, 1), ylim=(0, 1))
        self.ax.set_axis_off()
        self.ax.set_title("made up by the network", fontsize=style.CHART_TEXT_PX)

    def show(self, names, kinds):
        """names: up to NAMES_SHOWN texts; kinds: for each one of KINDS."""
        for k, (mark, name) in enumerate(zip(self.marks, self.names, strict=True)):
            there = k < len(names)
            sign, bold, _ = KINDS[kinds[k] if there else "new"]
            look = {"color": self.colour("W_a") if bold else self.ink,
                    "weight": "bold" if bold else "normal"}
            self.put(mark, text=sign, **look)
            self.put(name, text=_short(names[k]) if there else "", **look)


def shown(sign):
    """A sign as it is written."""
    return END_SHOWN if sign == "." else sign


def _per_cent(p):
    """A probability in per cent, short enough for a column."""
    return f"{100 * p:.0f}" if p >= 0.005 else "0"


def _short(name):
    """A name that fits into its column; the empty one is said, or it would not be seen."""
    if not name:
        return "(no letter)"
    return name if len(name) <= 12 else f"{name[:11]}\N{HORIZONTAL ELLIPSIS}"

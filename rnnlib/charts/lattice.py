"""Charts over layer and time, layers upwards and times to the right, as the graph has them."""
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from rnnlib import style
from rnnlib.charts.chart import Chart
from rnnlib.charts.heat import MARKS, HeatMap, whole_decades

# the widest edge in px; a node's area in px^2: so much, and so much more for each unit
WIDEST, NODE, UNIT = 13, 45, 26
# the share of the largest below which an edge is left out: nobody would see it, and matplotlib
# makes dashes as long as the line is wide, so a width of 1e-9 px asks for a billion of them
THINNEST = 1e-4
_KINDS = {"back": ("W_a", (0, (2, 0.8)), "one step back: $W_a$"),
          "down": ("W_x", "-", "one layer down: $W_x$")}


class GradientNorms(HeatMap):
    """Heat map of the norms of a gradient: time t across, layer l upwards, colours in decades.

    What is exactly 0 or not finite gets marks, no colours. Numbers stand in the cells where these
    are wide enough.
    """

    def draw(self, cells, title=""):
        """At most so many cells; the title stands above what `show` says."""
        ax = self.ax
        self.cells = self.make_cells(style.sizes(self.theme), -1, 0, origin="lower", zorder=1)
        self.make_marks(6, 9)
        self.marks = self.make_text(1, 1.04, ha="right", va="bottom", fontsize=style.TEXT_PX)
        halo = [withStroke(linewidth=6.5, foreground=self.ground)]
        looks = {"ghost": {"linewidth": 2, "linestyle": (0, (1, 2)), "zorder": 5},
                 "target": {"linewidth": 3.5, "zorder": 6}}
        self.frames = {name: self.moves(ax.add_patch(Rectangle(
            (0, 0), 1, 1, fill=False, edgecolor=self.ink, visible=False, clip_on=False,
            path_effects=halo, **look))) for name, look in looks.items()}
        self.make_ends(self.cells, [1.02, 0, 0.02, 1])
        self.make_numbers(cells, zorder=4, clip_on=True, fontsize=style.TEXT_PX)
        self.words = self.make_text(0, 1.04, va="bottom", weight="bold")
        ax.set(xlabel="time t")
        ax.set_title(title, pad=26)
        ax.xaxis.set_major_locator(MaxNLocator(12, integer=True))
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)

    def show(self, log10, words="", *, target=None, ghost=None):
        """log10 (L, T) of the norms at l = 1..L, t = 1..T, as `rnnlib.flow.gradient_norms` has
        them; target (l, t), a cell to frame, or None; ghost: another one kept for comparison."""
        log10 = np.asarray(log10, float)
        L, T = log10.shape
        if self.is_new("shape", (L, T)):
            self.cells.set_extent((0.5, T + 0.5, 0.5, L + 0.5))
            self.ax.set(xlim=(0.5, T + 0.5), ylim=(0.5, L + 0.5))
            self.ax.set_yticks(range(1, L + 1), [f"layer {l}" for l in range(1, L + 1)])
        limits = whole_decades(log10)
        self.put_cells({self.cells: log10}, limits, log=True,
                       told=style.power if self.has_room(T, L) else None)
        for text, decades in zip(self.ends, limits, strict=True):
            self.put(text, text=style.power(decades))
        self.put(self.marks, text="   ".join(" ".join(MARKS[name]) for name in self.marked()))
        self.put(self.words, text=words)
        for name, cell in (("target", target), ("ghost", ghost)):
            l, t = cell or (1, 1)
            self.put(self.frames[name], visible=cell is not None, xy=(t - 0.5, l - 0.5))


class Paths(Chart):
    """The lattice of layers and times: edges as wide as what passes them, one path in ink.

    Widths are relative to the widest edge.

    Notes: an edge shows what passes it *on the way to the target*. Where paths cancel, less
    comes out of two edges than their widths say.
    """

    def draw(self):
        ax, ink = self.ax, self.ink
        self.lattice = self._edges(colors=ink, alpha=style.FAINT, linewidths=1.2, zorder=1)
        self.edges = {name: self._edges(colors=self.colour(role), linestyles=[dash], zorder=z)
                      for z, (name, (role, dash, _)) in enumerate(_KINDS.items(), 2)}
        self.ghost = self.make_line(linewidth=2, linestyle=(0, (1, 2)), zorder=4)
        self.path = self.make_line(linewidth=2.5, zorder=5, path_effects=[
            withStroke(linewidth=4.5, foreground=self.ground)])
        self.arrows = {name: self.make_line(linestyle="", marker=marker, markersize=10,
                                            mec=self.ground, mew=1.2, zorder=6)
                       for name, marker in (("back", "<"), ("down", "v"))}
        self.nodes = self.moves(ax.scatter([], [], edgecolors=ink, linewidths=1.4, zorder=7))
        self.target = self.moves(ax.scatter([], [], facecolors="none", edgecolors=ink,
                                            linewidths=3.5, zorder=8))
        self.J = self.make_text(0, 0, ha="center", va="bottom", weight="bold", zorder=8,
                                transform=ax.transData)
        self.words = self.make_text(0, 1.13, weight="bold", va="center")
        self._draw_legend()
        ax.xaxis.set_major_locator(MaxNLocator(12, integer=True))
        ax.tick_params(length=0, labelbottom=False)
        ax.spines[:].set_visible(False)

    def _edges(self, **look):
        return self.moves(self.ax.add_collection(LineCollection([], **look)))

    def _draw_legend(self):
        """What the two kinds of edges look like, and the path."""
        looks = [(role, x, 0.06, {"linestyle": dash, "linewidth": 6}, x + 0.075, words)
                 for x, (role, dash, words) in zip((0, 0.32), _KINDS.values(), strict=True)]
        looks += [(None, 0.645, 0.055, {"linewidth": 3, "marker": "<", "markersize": 9,
                                        "markevery": [0]}, 0.715, "the path that brings most")]
        self.samples = [self.make_sample(role, x, 1.03, length, **look)
                        for role, x, length, look, *_ in looks]
        self.legend = [self.ax.text(x, 1.03, words, transform=self.ax.transAxes, va="center",
                                    color=self.colour(role)) for role, *_, x, words in looks]

    def show(self, units, back, down, path, words="", ghost=None):
        """Put edges, nodes and the path.

        units  numbers of units of layers 1..L: the size of their nodes
        back   (L, T) sizes of what passes from layer l, time t back to t - 1; nan for no way
        down   (L, T) the same from layer l, time t down to layer l - 1
        path   (K, 2) nodes (layer, time) from where the loss J enters, at the top, to the target
        words  stand above; ghost: another path kept for comparison, or None
        """
        L, T = np.shape(back)
        if self.is_new("stack", (tuple(units), T)):
            self._show_stack(units, _nodes(L, T), T)
        if self.is_new("edges", (back, down)):
            self._show_edges({"back": np.asarray(back, float), "down": np.asarray(down, float)})
        times, layers = path[:, 1], path[:, 0]
        # the first piece comes down from J
        self.put(self.path, data=([times[0], *times], [layers[0] + 0.55, *layers]))
        self.put(self.ghost, data=((), ()) if ghost is None else (ghost[:, 1], ghost[:, 0]))
        middles, falls = (path[1:] + path[:-1]) / 2, path[1:, 0] < path[:-1, 0]
        self.put(self.arrows["back"], data=tuple(middles[~falls, ::-1].T))
        self.put(self.arrows["down"], data=([times[0], *middles[falls, 1]],
                                            [layers[0] + 0.4, *middles[falls, 0]]))
        if self.is_new("path", (path, L, T)):
            on_path = {tuple(node) for node in path.tolist()}
            self.nodes.set_facecolors([self.ink if node in on_path else self.ground
                                       for node in _nodes(L, T)])
        self.put(self.target, offsets=[path[-1, ::-1]],
                 sizes=[NODE + UNIT * units[layers[-1] - 1] + 330])
        self.put(self.J, position=(times[0], layers[0] + 0.58), text=f"J⟨{times[0]}⟩")
        self.put(self.words, text=words)

    def _show_stack(self, units, nodes, T):
        """Everything that depends on the stack alone: nodes, all possible ways, the axes."""
        L = len(units)
        self.nodes.set_offsets([(t, l) for l, t in nodes])
        self.nodes.set_sizes(NODE + UNIT * np.repeat(units, T))
        self.lattice.set_segments([[(1, l), (T, l)] for l in range(1, L + 1)]
                                  + [[(t, 1), (t, L)] for t in range(1, T + 1)])
        self.ax.set(xlim=(0.5, T + 0.5), ylim=(0.5, L + 0.95))
        self.ax.set_yticks(range(1, L + 1), [f"layer {l}\n{n} unit{'s' * (n > 1)}"
                                             for l, n in enumerate(units, 1)])

    def _show_edges(self, sizes):
        """Edges as wide as what passes them, relative to the widest; none where nothing passes."""
        seen = np.concatenate([size[np.isfinite(size)] for size in sizes.values()])
        largest = seen.max(initial=0) or 1
        for name, size in sizes.items():
            l, t = np.nonzero(np.nan_to_num(size) > THINNEST * largest)
            ends = (l + 1, t) if name == "back" else (l, t + 1)
            self.edges[name].set_segments(np.stack([np.stack([t + 1, l + 1], axis=-1),
                                                    np.stack(ends[::-1], axis=-1)], axis=1))
            shares = np.nan_to_num(size[l, t] / largest, posinf=1)
            self.edges[name].set_linewidths(WIDEST * np.clip(shares, 0, 1))


def _nodes(L, T):
    return [(l, t) for l in range(1, L + 1) for t in range(1, T + 1)]

"""Charts of a truncated gradient: which pairs of times it keeps, and how wrong it is."""
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patheffects import withStroke

from rnnlib.charts.chart import Chart
from rnnlib.charts.itemised import Itemised

# how much of the background lies over a pair of times that is cut off
VEIL = 0.8
# relative errors below this are rounding
ERROR_FLOOR = 1e-12
# how the curves of errors look, in their order: role of the colour, line style
_CURVES = (("W_a", "-"), ("W_x", (0, (6, 3))))


class Kept(Itemised):
    """The itemised gradient, a veil over pairs that are cut off, a line around those kept."""

    def draw(self, T):
        super().draw(T)
        self.veil = self.moves(self.ax.imshow(
            np.zeros((1, 1, 4)), extent=(0.5, T + 0.5, T + 0.5, 0.5), zorder=2.1, aspect="auto",
            interpolation="nearest"))
        self.ghost = self.make_line(linewidth=2, linestyle=":", zorder=2.2)
        self.edge = self.make_line(linewidth=3.5, zorder=2.3, solid_capstyle="projecting",
                                   path_effects=[withStroke(linewidth=7, foreground=self.ground)])

    def show(self, items, by_loss, by_use, total, *, kept, ghost=None, what=""):
        """As in Itemised; kept (T, T) of true and false, [s, t]; ghost: another one to compare."""
        super().show(items, by_loss, by_use, total, what=what)
        veil = np.zeros((*np.shape(kept), 4))
        veil[..., :3] = to_rgb(self.ground)
        veil[..., 3] = VEIL * (np.tri(self.T, dtype=bool) & ~np.asarray(kept, bool))
        self.put(self.veil, array=veil)
        self.put(self.edge, data=_borders(kept))
        self.put(self.ghost, data=((), ()) if ghost is None else _borders(ghost))


class Errors(Chart):
    """Relative errors against the window 1..T, on a logarithmic axis, and the one of now."""

    def draw(self, T, names):
        ax = self.ax
        # they stay while a control moves
        self.curves = {name: ax.plot([], [], color=self.colour(role), linestyle=dash, label=name)[0]
                       for name, (role, dash) in zip(names, _CURVES, strict=True)}
        self.ghost = self.make_line(marker="o", markersize=13, fillstyle="none", linestyle="")
        self.here = self.make_line(marker="o", markersize=11, linestyle="", clip_on=False)
        ax.set(yscale="log", xlim=(0, 1 + T), xlabel="window", ylabel="relative error")
        self.legend = ax.legend(loc="lower left", bbox_to_anchor=(-0.05, 1), borderaxespad=0.2)

    def show(self, errors, here=None, ghost=None):
        """errors {name: (T,) numbers for the windows 1..T}; 0 and what is not finite leave a gap.

        here (window, error) to mark, or None; ghost: another one kept to compare. An error below
        all that are shown is marked at the axis' foot.
        """
        errors = {name: np.asarray(values, float) for name, values in errors.items()}
        every = np.concatenate([*errors.values()])
        seen = every[np.isfinite(every) & (every > ERROR_FLOOR)]
        foot = seen.min() / 2 if seen.size else ERROR_FLOOR
        for name, values in errors.items():
            self.put(self.curves[name], data=(
                np.arange(1, len(values) + 1), np.where(values > ERROR_FLOOR, values, np.nan)))
        self.put_limits(ylim=(foot, 2 * max(1.0, seen.max(initial=0))))
        for mark, place in ((self.here, here), (self.ghost, ghost)):
            there = place is not None and np.isfinite(place[1])
            self.put(mark, data=([place[0]], [max(place[1], foot)]) if there else ((), ()))


def _borders(cells):
    """The lines between cells that are true and cells that are not, as x and y with gaps."""
    padded = np.pad(np.asarray(cells, bool), 1)
    lines = []
    for changes, across in ((padded[1:] != padded[:-1], False), (padded[:, 1:] != padded[:, :-1],
                                                                 True)):
        for row, column in np.argwhere(changes):
            # row 0 of the padded cells lies before the first time
            x, y = (column + 0.5, row - 0.5) if across else (column - 0.5, row + 0.5)
            end = (x, y + 1) if across else (x + 1, y)
            lines += [(x, y), end, (np.nan, np.nan)]
    return np.transpose(lines) if lines else ((), ())

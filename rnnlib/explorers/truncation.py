"""The explorer of truncated backpropagation: which pairs of times a window keeps, and the error."""
import numpy as np

from rnnlib import arguments, flow
from rnnlib.charts import draw
from rnnlib.learning.training import kept_pairs
from rnnlib.widgets.controls import slider
from rnnlib.widgets.panel import Panel


def truncated_table(net, fwd, *, name="W_a[1]", window=None):
    """A live table of the itemised gradient, and which of its pairs a truncated gradient keeps.

    net, fwd    the network and a run of it with targets
    name        the parameter, one of `net.params`
    window      how many times back the losses go at the start; None: a quarter of T

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds the sizes of the items, the
    kept pairs, and the relative errors by window.

    Notes: the error is the length of what is left out, relative to the whole gradient. It says
    nothing of the direction. The stride is at most the window, else losses would be left out.
    """
    arguments.choice("name", name, list(net.params))
    view = _TruncatedView(net, fwd, name)
    T = fwd.T
    start = max(1, T // 4) if window is None else arguments.count("window", window)
    if start > T:
        raise ValueError(f"window must be at most T = {T}, got {start}")
    controls = {"window": slider("window", "", 1, T, start),
                "stride": slider("stride", "", 1, start, 1)}

    def fit_stride(_change=None):
        controls["stride"].max = controls["window"].value

    # before the panel looks at the new window
    controls["window"].observe(fit_stride, "value")
    few = max(1, T // 4)
    return Panel(view, controls, size=(840, 500), presets={
        "1 one time only": {"window": 1},
        "2 a few times": {"window": few},
        "3 in blocks": {"window": few, "stride": few},
        "4 everything": {"window": T},
    })


class _TruncatedView:
    """What `truncated_table` shows; the errors of all windows are worked out once."""

    def __init__(self, net, fwd, name):
        self.name, self.T = name, fwd.T
        items = flow.itemised(net, fwd, name, whole=True)
        self.whole, self.size = items.whole, np.linalg.norm(items.total)
        windows = range(1, self.T + 1)
        self.errors = {"stride 1": np.array([self._error(window, 1) for window in windows]),
                       "stride = window": np.array([self._error(k, k) for k in windows])}
        self.caption = (f"Which pairs (loss time s, time of use t) a truncated gradient of {name} "
                        "keeps")

    def _error(self, window, stride):
        """The length of what is left out, relative to the whole; nan if there is no whole."""
        out = self.whole[~kept_pairs(self.T, window, stride)].sum(axis=0)
        with np.errstate(all="ignore"):
            return np.linalg.norm(out) / self.size

    def numbers(self, values):
        kept = kept_pairs(self.T, values.window, values.stride)
        left = np.where(kept[..., None, None], self.whole, 0.0)
        return {"items": flow.sizes(self.whole), "kept": kept,
                "by loss": flow.sizes(left.sum(axis=1)), "by use": flow.sizes(left.sum(axis=0)),
                "total": flow.sizes(left.sum(axis=(0, 1))),
                "error": self._error(values.window, values.stride),
                **{f"error, {name}": error for name, error in self.errors.items()}}

    def draw(self, figure, theme):
        zeros = np.zeros(self.T)
        wide = figure.add_axes([0.08, 0.11, 0.5, 0.73])
        self.items = draw.draw_itemised(wide, np.zeros((self.T, self.T)), by_loss=zeros,
                                        by_use=zeros, total=0, theme=theme)
        self.kept = draw.draw_kept(wide, kept_pairs(self.T, self.T), theme=theme)
        self.curves = draw.draw_errors(figure.add_axes([0.79, 0.11, 0.2, 0.62]), self.errors,
                                       theme=theme)
        return [*draw.moving(self.items), *draw.moving_kept(self.kept),
                *draw.moving_errors(self.curves)]

    def move(self, values, numbers, pinned):
        draw.move_itemised(
            self.items, numbers["items"], by_loss=numbers["by loss"], by_use=numbers["by use"],
            total=numbers["total"], what=f"Size of each item of dJ/d{self.name}; sums of the kept")
        draw.move_kept(self.kept, numbers["kept"], ghost=pinned and pinned.numbers["kept"])
        draw.move_errors(self.curves, (values.window, numbers["error"]),
                         ghost=pinned and (pinned.values.window, pinned.numbers["error"]))

    def reading(self, values, numbers, pinned):
        said = [self._told(values, numbers)]
        if pinned:
            said.append(f"[Pinned: {self._told(pinned.values, pinned.numbers)}]")
        return " ".join(said)

    def _told(self, values, numbers):
        pairs, kept = self.T * (self.T + 1) // 2, int(numbers["kept"].sum())
        error = numbers["error"]
        if np.isfinite(error):
            wrong = ("the gradient is the full one" if error < draw.ERROR_FLOOR
                     else f"the gradient is wrong by {_per_cent(error)} of its length")
        else:
            wrong = "the full gradient is zero or not finite: there is no relative error"
        return (f"Window {values.window}, stride {values.stride}: {kept} of {pairs} pairs kept, "
                f"{wrong}.")

    def table(self, values, numbers):
        rows = [[str(window), *(f"{error[window - 1]:.3g}" for error in self.errors.values())]
                for window in range(1, self.T + 1)]
        return {"caption": f"Relative error of the truncated dJ/d{self.name}",
                "header": ["window", *self.errors], "rows": rows}


def _per_cent(share):
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"

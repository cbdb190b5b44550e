"""The explorer of truncated backpropagation: which pairs of times a window keeps, and the error."""
import numpy as np

from rnnlib import arguments, flow
from rnnlib.charts.kept import ERROR_FLOOR, Errors, Kept
from rnnlib.explorers.explorer import Explorer, rows_over_time
from rnnlib.learning.training import kept_pairs
from rnnlib.network import own
from rnnlib.style import per_cent
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
    own(net, fwd)
    arguments.choice("name", name, list(net.params))
    start = max(1, fwd.T // 4) if window is None else arguments.count("window", window)
    if start > fwd.T:
        raise ValueError(f"window must be at most T = {fwd.T}, got {start}")
    return Panel(TruncatedTable(net, fwd, name, start))


class TruncatedTable(Explorer):
    """What `truncated_table` shows; the errors of all windows are worked out once."""

    size = 840, 500
    together = "window", "stride"

    def __init__(self, net, fwd, name, window):
        self.name, self.T, self.window = name, fwd.T, window
        items = flow.itemised(net, fwd, name, whole=True)
        self.whole, self.length = items.whole, np.linalg.norm(items.total)
        windows, few = range(1, self.T + 1), max(1, self.T // 4)
        self.errors = {"stride 1": np.array([self._error(window, 1) for window in windows]),
                       "stride = window": np.array([self._error(k, k) for k in windows])}
        self.caption = (f"Which pairs (loss time s, time of use t) a truncated gradient of {name} "
                        "keeps")
        self.charts = {"items": (Kept, [0.08, 0.11, 0.5, 0.73], {"T": self.T}),
                       "errors": (Errors, [0.79, 0.11, 0.2, 0.62],
                                  {"T": self.T, "names": [*self.errors]})}
        self.presets = {words: {"window": window, "stride": stride} for words, window, stride in (
            ("1 one time only", 1, 1), ("2 a few times", few, 1), ("3 in blocks", few, few),
            ("4 everything", self.T, 1))}

    def _error(self, window, stride):
        """The length of what is left out, relative to the whole; nan if there is no whole."""
        out = self.whole[~kept_pairs(self.T, window, stride)].sum(axis=0)
        with np.errstate(all="ignore"):
            return np.linalg.norm(out) / self.length

    def controls(self):
        window = slider("window", "", 1, self.T, self.window)
        stride = slider("stride", "", 1, self.window, 1)
        # before the panel looks at the new window
        window.observe(lambda change: setattr(stride, "max", change["new"]), "value")
        return {"window": window, "stride": stride}

    def numbers(self, values):
        kept = kept_pairs(self.T, values.window, values.stride)
        left = np.where(kept[..., None, None], self.whole, 0.0)
        return {"items": flow.sizes(self.whole), "kept": kept,
                "by loss": flow.sizes(left.sum(axis=1)), "by use": flow.sizes(left.sum(axis=0)),
                "total": flow.sizes(left.sum(axis=(0, 1))),
                "error": self._error(values.window, values.stride),
                **{f"error, {name}": error for name, error in self.errors.items()}}

    def show(self, values, numbers, pinned):
        self.shown["items"].show(
            numbers["items"], numbers["by loss"], numbers["by use"], numbers["total"],
            kept=numbers["kept"], ghost=pinned and pinned.numbers["kept"],
            what=f"Size of each item of dJ/d{self.name}; sums of the kept")
        self.shown["errors"].show(self.errors, (values.window, numbers["error"]),
                                  pinned and (pinned.values.window, pinned.numbers["error"]))

    def said(self, values, numbers):
        pairs, kept = self.T * (self.T + 1) // 2, int(numbers["kept"].sum())
        error = numbers["error"]
        if np.isfinite(error):
            wrong = ("the gradient is the full one" if error < ERROR_FLOOR
                     else f"the gradient is wrong by {per_cent(error)} of its length")
        else:
            wrong = "the full gradient is zero or not finite: there is no relative error"
        return (f"Window {values.window}, stride {values.stride}: {kept} of {pairs} pairs kept, "
                f"{wrong}.")

    def tables(self, values, numbers):
        rows = rows_over_time(self.errors.values(), "{:.3g}".format, word="")
        return [{"caption": f"Relative error of the truncated dJ/d{self.name}",
                 "header": ["window", *self.errors], "rows": rows}]

"""The explorer of a gradient itemised by loss time and time of use."""
import numpy as np

from rnnlib import arguments, flow
from rnnlib.charts import draw
from rnnlib.records import OverTime
from rnnlib.widgets.controls import choice, slider, steps
from rnnlib.widgets.panel import Panel

_SHOWN = {
    "size (norm)": "size",
    "one entry, signed": "sign",
    "share of the total": "share",
}


def itemised_table(net, fwd, *, name="W_a[1]", selection=None):
    """A live table of the itemised gradient: loss times down, times of use across.

    net, fwd    the network and a run of it with targets
    name        the parameter to start with, one of `net.params`
    selection   an object with a trait `selection`, such as a graph view: the time selected
                there and the marked column follow each other

    Returns a Panel (`rnnlib.widgets.panel`).

    Notes: the share of an item is its component along the total gradient. Shares add up to
    100 %, and one is negative when its item pulls the other way. With several examples every
    item is summed over them.
    """
    arguments.choice("name", name, list(net.params))
    if selection is not None and not hasattr(selection, "selection"):
        raise TypeError("selection must be an object with a trait named selection, such as a "
                        f"graph view, got {arguments.shown(selection)}")
    view = _ItemisedView(net, fwd)
    times = [("none", 0), *((str(t), t) for t in range(1, fwd.T + 1))]
    controls = {
        "name": choice("weight", "W", list(net.params), name),
        "shown": choice("what is shown", "", list(_SHOWN.items()), "size"),
        "s": steps("time of loss", "s", times, 0),
        "t": steps("time of use", "t", times, 0),
        "i": slider("row of the entry", "i", 1, 1, 1),
        "j": slider("column of the entry", "j", 1, 1, 1),
    }

    def fit_entry(_change=None):
        for control, n in zip((controls["i"], controls["j"]),
                              net.params[controls["name"].value].shape, strict=True):
            control.max, control.disabled = n, n == 1
            control.layout.display = None if controls["shown"].value == "sign" else "none"

    fit_entry()
    for control in ("name", "shown"):
        controls[control].observe(fit_entry, "value")
    panel = Panel(view, controls, presets={
        "1 the last loss": {"s": fwd.T},
        "2 the first use": {"t": 1},
        "3 the longest way": {"shown": "share", "s": fwd.T, "t": 1},
    })
    if selection is not None:
        panel.share_selection(selection, "t", lambda t: view.address(panel.values.name, t))
    return panel


class _ItemisedView:
    """What `itemised_table` shows; the numbers of a parameter are kept once they are made."""

    caption = "Itemised gradient: through which use of the weight does which loss depend on it?"

    def __init__(self, net, fwd):
        self.net, self.fwd = net, fwd
        self._items = {}
        self.items("b_y")  # a run without targets is refused here, before anything is shown

    def items(self, name):
        """The itemised gradient of one parameter, every item whole."""
        if name not in self._items:
            self._items[name] = flow.itemised(self.net, self.fwd, name, whole=True)
        return self._items[name]

    def address(self, name, t):
        """Where the use of a parameter at time t stands in the graph."""
        layer = name.partition("[")[2].rstrip("]")
        return ["a", int(layer), t] if layer else ["y_hat", self.net.L + 1, t]

    def numbers(self, values):
        items = self.items(values.name)
        parts = {"items": items.whole, "by loss": items.by_loss, "by use": items.by_use,
                 "total": items.total}
        measure = {"size": flow.sizes, "share": items.share, "sign": _entry(values.i, values.j)}
        return {part: measure[values.shown](whole) for part, whole in parts.items()}

    def draw(self, figure, theme):
        T = self.fwd.T
        ax = figure.add_axes([0.1, 0.11, 0.76, 0.76])
        self.artists = draw.draw_itemised(
            ax, np.zeros((T, T)), by_loss=np.zeros(T), by_use=np.zeros(T), total=0, theme=theme)
        return draw.moving(self.artists)

    def move(self, values, numbers, pinned):
        draw.move_itemised(
            self.artists, numbers["items"], by_loss=numbers["by loss"], by_use=numbers["by use"],
            total=numbers["total"], scale=values.shown, what=_what(values),
            row=values.s, column=values.t, ghost=pinned and (pinned.values.s, pinned.values.t))

    def reading(self, values, numbers, pinned):
        m = self.fwd.m
        parts = [self._marked(values)]
        if pinned:
            parts.append(f"[Pinned: {self._marked(pinned.values)}]")
        if m > 1:
            parts.append(f"Every item is the sum over {m} examples.")
        return " ".join(parts)

    def _marked(self, values):
        """The marked item, row and column in words."""
        items, T, s, t = self.items(values.name), self.fwd.T, values.s, values.t
        share, of = self._share(values)
        columns = OverTime("columns", share(items.by_use), T)
        rows = OverTime("rows", share(items.by_loss), T)
        whole = f"of the total of {of}"
        if t > s > 0:
            return f"Loss at s = {s} through the use at t = {t}: no path, that use comes later."
        if not np.isfinite(columns[T]):
            return f"The total of {of} is zero or not finite: nothing is a share of it."
        if s and t:
            return (f"Loss at s = {s} through the use at t = {t}: "
                    f"{_per_cent(share(items[s, t]))} {whole}; "
                    f"column t = {t} carries {_per_cent(columns[t])}.")
        if s:
            return f"Row s = {s}, one loss through all uses: {_per_cent(rows[s])} {whole}."
        t = t or max(columns.times(), key=lambda t: columns[t])
        most = "" if values.t else " It is the largest."
        return f"Column t = {t}, one use for all losses: {_per_cent(columns[t])} {whole}.{most}"

    def _share(self, values):
        """The measure of a part's share, and of what: one entry if only that one is shown."""
        items = self.items(values.name)
        if values.shown != "sign":
            return items.share, values.name
        pick = _entry(values.i, values.j)

        def share(part):
            with np.errstate(all="ignore"):
                return pick(part) / pick(items.total)

        return share, f"entry ({values.i}, {values.j}) of {values.name}"

    def table(self, values, numbers):
        T = self.fwd.T
        header = ["loss s, use t", *(f"t = {t}" for t in range(1, T + 1)), "sum"]
        rows = [[f"s = {s}", *_digits(row[:s]), *["no path"] * (T - s), *_digits(row[-1:])]
                for s, row in enumerate(np.column_stack([numbers["items"], numbers["by loss"]]),
                                        start=1)]
        sums = ["sum", *_digits(numbers["by use"]), *_digits([numbers["total"]])]
        return {"caption": _what(values), "header": header, "rows": [*rows, sums]}


def _entry(i, j):
    """Picks entry (i, j) of a parameter's gradient, counted from 1; the last one if too large."""
    def pick(whole):
        rows, columns = whole.shape[-2:]
        return whole[..., min(i, rows) - 1, min(j, columns) - 1]
    return pick


def _what(values):
    if values.shown == "sign":
        return f"Entry ({values.i}, {values.j}) of each item of dJ/d{values.name}"
    if values.shown == "share":
        return f"Share of each item in dJ/d{values.name}, in %"
    return f"Size (norm) of each item of dJ/d{values.name}"


def _digits(numbers):
    return [f"{number:.4g}" for number in numbers]


def _per_cent(share):
    return f"{100 * share:.2g} %" if abs(share) < 0.995 else f"{100 * share:.4g} %"

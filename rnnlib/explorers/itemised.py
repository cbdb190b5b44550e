"""The explorer of a gradient itemised by loss time and time of use."""
from functools import cache, partial

import numpy as np

from rnnlib import arguments, flow
from rnnlib.charts.itemised import Itemised
from rnnlib.explorers.explorer import Explorer
from rnnlib.network import own, top_derivative
from rnnlib.records import OverTime
from rnnlib.style import digits, per_cent
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

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds what is plotted, and the
    `flow.Itemised` that it comes from as "itemised".

    Notes: the share of an item is its component along the total gradient. Shares add up to
    100 %, and one is negative when its item pulls the other way. With several examples every
    item is summed over them.
    """
    own(net, fwd)
    arguments.choice("name", name, list(net.params))
    if selection is not None and not hasattr(selection, "selection"):
        raise TypeError("selection must be an object with a trait named selection, such as a "
                        f"graph view, got {arguments.shown(selection)}")
    panel = Panel(ItemisedTable(net, fwd, name))
    if selection is not None:
        panel.share_selection(selection, "t", lambda t: _address(panel.values.name, t, net.L))
    return panel


class ItemisedTable(Explorer):
    """What `itemised_table` shows."""

    caption = "Itemised gradient: through which use of the weight does which loss depend on it?"
    size = 720, 520
    together = "s", "t"

    def __init__(self, net, fwd, name):
        top_derivative(own(net, fwd))  # a run without targets is refused here
        T = fwd.T
        self.params, self.T, self.m, self.name = net.params, T, fwd.m, name
        # dear, and the same for most moves of a slider
        self._itemised = cache(partial(flow.itemised, net, fwd, whole=True))
        self.charts = {"table": (Itemised, [0.1, 0.11, 0.76, 0.76], {"T": T})}
        self.presets = {"1 the last loss": {"s": T, "t": 0},
                        "2 the first use": {"s": 0, "t": 1},
                        "3 the longest way": {"shown": "share", "s": T, "t": 1}}

    def controls(self):
        times = [("none", 0), *((str(t), t) for t in range(1, self.T + 1))]
        made = {
            "name": choice("weight", "W", list(self.params), self.name),
            "shown": choice("what is shown", "", list(_SHOWN.items()), "size"),
            "s": steps("time of loss", "s", times, 0),
            "t": steps("time of use", "t", times, 0),
            "i": slider("row of the entry", "i", 1, 1, 1),
            "j": slider("column of the entry", "j", 1, 1, 1),
        }

        def fit_entry(_change=None):
            for control, n in zip((made["i"], made["j"]), self.params[made["name"].value].shape,
                                  strict=True):
                control.max, control.disabled = n, n == 1
                control.layout.display = None if made["shown"].value == "sign" else "none"

        fit_entry()
        for control in ("name", "shown"):
            made[control].observe(fit_entry, "value")
        return made

    def numbers(self, values):
        items = self._itemised(values.name)
        parts = {"items": items.whole, "by loss": items.by_loss, "by use": items.by_use,
                 "total": items.total}
        measure = {"size": flow.sizes, "share": items.share, "sign": _entry(values.i, values.j)}
        return {**{part: measure[values.shown](whole) for part, whole in parts.items()},
                "itemised": items}

    def show(self, values, numbers, pinned):
        self.shown["table"].show(
            numbers["items"], numbers["by loss"], numbers["by use"], numbers["total"],
            scale=values.shown, what=_what(values), row=values.s, column=values.t,
            ghost=pinned and (pinned.values.s, pinned.values.t))

    def said(self, values, numbers):
        batch = f" Every item is the sum over {self.m} examples." if self.m > 1 else ""
        return self.kept(values, numbers) + batch

    def kept(self, values, numbers):
        """The marked item, row and column in words."""
        items, s, t = numbers["itemised"], values.s, values.t
        share, of = _share(values, items)
        columns = OverTime("columns", share(items.by_use), self.T)
        whole = f"of the total of {of}"
        if t > s > 0:
            return f"Loss at s = {s} through the use at t = {t}: no path, that use comes later."
        if not np.isfinite(columns[self.T]):
            return f"The total of {of} is zero or not finite: nothing is a share of it."
        if s and t:
            return (f"Loss at s = {s} through the use at t = {t}: "
                    f"{per_cent(share(items[s, t]))} {whole}; "
                    f"column t = {t} carries {per_cent(columns[t])}.")
        if s:
            rows = OverTime("rows", share(items.by_loss), self.T)
            return f"Row s = {s}, one loss through all uses: {per_cent(rows[s])} {whole}."
        if t:
            return f"Column t = {t}, one use for all losses: {per_cent(columns[t])} {whole}."
        by_use = {t: columns[t] for t in columns.times()}
        most, least = max(by_use, key=by_use.get), min(by_use, key=by_use.get)
        against = (f"; column t = {least} pulls the other way, {per_cent(by_use[least])}"
                   if by_use[least] < 0 else "")
        return (f"Column t = {most}, one use for all losses, adds most: "
                f"{per_cent(by_use[most])} {whole}{against}.")

    def tables(self, values, numbers):
        header = ["loss s, use t", *(f"t = {t}" for t in range(1, self.T + 1)), "sum"]
        rows = [[f"s = {s}", *_digits(row[:s]), *["no path"] * (self.T - s), *_digits(row[-1:])]
                for s, row in enumerate(np.column_stack([numbers["items"], numbers["by loss"]]),
                                        start=1)]
        sums = ["sum", *_digits(numbers["by use"]), *_digits([numbers["total"]])]
        return [{"caption": _what(values), "header": header, "rows": [*rows, sums]}]


def _address(name, t, L):
    """Where the use of a parameter at time t stands in the graph of L layers."""
    layer = name.partition("[")[2].rstrip("]")
    return ["a", int(layer), t] if layer else ["y_hat", L + 1, t]


def _share(values, items):
    """The measure of a part's share, and of what: one entry if only that one is shown."""
    if values.shown != "sign":
        return items.share, values.name
    pick = _entry(values.i, values.j)

    def share(part):
        with np.errstate(all="ignore"):
            return pick(part) / pick(items.total)

    return share, f"entry ({values.i}, {values.j}) of {values.name}"


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
    return [*map(digits, numbers)]

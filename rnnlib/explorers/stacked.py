"""The explorer of stacked layers: one loss, and the ways its gradient takes down and back."""
from types import SimpleNamespace

import numpy as np

from rnnlib import flow
from rnnlib.cells import CELLS
from rnnlib.charts.lattice import GradientNorms, Paths
from rnnlib.explorers.explorer import Explorer
from rnnlib.network import Network
from rnnlib.style import digits, number, per_cent, power
from rnnlib.widgets.controls import WholeNumber, choice, slider
from rnnlib.widgets.panel import Panel

N_X = 3
MOST_TIMES = 12
_STACKS = {"8, 8, 8": (8, 8, 8), "4, 3, 2": (4, 3, 2), "2, 4, 16": (2, 4, 16),
           "16, 4, 2": (16, 4, 2), "8": (8,), "8, 8": (8, 8), "6, 6, 6, 6": (6, 6, 6, 6)}
_MOST_LAYERS = max(map(len, _STACKS.values()))
_INITS = {"random, of this radius": "radius", "identity, times ρ": "identity"}
_MEASURES = {"norm of the layer": False, "per unit (root mean square)": True}
_START = {"units": (8, 8, 8), "T": 10, "s": 10, "layer": 1, "t": 6, "rho_1": 1.0, "rho": 1.0,
          "gain": 1.0, "init": "radius", "cell": "tanh", "per_unit": False, "seed": 365}


def stacked_layers(**start):
    """A live picture of the paths from a loss J^{<s>} to a state a^{<t>[l]} of a stack.

    start    first values of controls by name: units (a tuple), T, s, layer, t, rho_1, rho, gain,
             init, cell, per_unit, seed. ValueError for what a control cannot show

    Above the lattice of layers and times with what passes each edge, below the norms of
    dJ^{<s>}/da at every layer and time. Returns a Panel (`rnnlib.widgets.panel`);
    `panel.numbers` holds what is plotted, and "net", "fwd" and "paths", the network, its run and
    the `rnnlib.flow.Paths`.

    Notes: the weights are those of a start, before training. All paths make the same number of
    steps back and down, so in a linear stack what stretches every W_x changes no path's share.
    """
    return Panel(StackedLayers(), start)


class StackedLayers(Explorer):
    """What `stacked_layers` shows."""

    caption = ("The paths of a loss's gradient through the lattice of layers and times, and the "
               "gradient's norm at every layer and time")
    size, narrows = (840, 620), ("units", "T", "s")
    charts = {"paths": (Paths, [0.1, 0.41, 0.8, 0.48]),
              "norms": (GradientNorms, [0.1, 0.085, 0.8, 0.25],
                        {"cells": _MOST_LAYERS * MOST_TIMES})}
    presets = {words: {**_START, **values} for words, values in {
        "1 every path alike": {"cell": "identity", "init": "identity"},
        "2 layer 1 forgets": {"rho_1": 0.5, "rho": 1.3},
        "3 layer 1 keeps": {"rho_1": 1.3, "rho": 0.5},
        "4 unequal widths": {"units": (2, 4, 16)},
    }.items()}

    def controls(self):
        first = SimpleNamespace(**_START)
        cells = [(cell.words, name) for name, cell in CELLS.items()]
        controls = {
            "units": choice("units of layer 1, 2, ...", "n", list(_STACKS.items()), first.units),
            "T": slider("time steps", "T", 2, MOST_TIMES, first.T),
            "s": slider("loss at time", "s", 1, first.T, first.s),
            "layer": slider("target: layer", "l", 1, len(first.units), first.layer),
            "t": slider("target: time", "t", 1, first.s, first.t),
            "rho_1": slider("radius of W_a, layer 1", "ρ", 0.0, 2.0, first.rho_1, 0.1),
            "rho": slider("radius of W_a, above", "ρ", 0.0, 2.0, first.rho, 0.1),
            "gain": slider("W_x above layer 1, times", "", 0.0, 3.0, first.gain, 0.1),
            "init": choice("first values of", "W_a", list(_INITS.items()), first.init),
            "cell": choice("cell", "", cells, first.cell),
            "per_unit": choice("shown below", "", list(_MEASURES.items()), first.per_unit),
            "seed": WholeNumber("seed", "", 0, 9999, first.seed),
        }
        _keep_inside(controls)
        return controls

    def numbers(self, values):
        net, fwd = _run(values)
        paths = flow.paths(net, fwd, values.s, values.layer, values.t)
        norms = flow.gradient_norms(net, fwd, loss_at=values.s, per_unit=values.per_unit)
        back, down = _edges(paths, values)
        return {"norms": np.array([norms.over_time(l)[1:, 0] for l in norms.layers]),
                "back": back, "down": down, "path": np.array(paths.nodes(paths.largest)),
                "shares": paths.shares, "sizes": paths.sizes,
                "net": net, "fwd": fwd, "paths": paths}

    def show(self, values, numbers, pinned):
        kept, was = (pinned.numbers, pinned.values) if pinned else (None, None)
        self.shown["paths"].show(values.units, numbers["back"], numbers["down"], numbers["path"],
                                 _headline(numbers["paths"]), ghost=kept and kept["path"])
        what = "root mean square over the units" if values.per_unit else "norm"
        self.shown["norms"].show(numbers["norms"], f"∂J⟨{values.s}⟩/∂a: {what}",
                                 target=(values.layer, values.t), ghost=was and (was.layer, was.t))

    def said(self, values, numbers):
        return _told(numbers["paths"], numbers["norms"][values.layer - 1, values.t - 1], values)

    def kept(self, values, numbers):
        return f"{_where(numbers['paths'])}, {_many(numbers['paths'].count)}."

    def tables(self, values, numbers):
        paths, norms, units = numbers["paths"], numbers["norms"], values.units
        largest = np.argsort(-numbers["sizes"], kind="stable")[:10]
        return [
            {"caption": f"log10 of the norms of dJ/da at t = 1..{values.T}",
             "header": ["layer", *(f"t = {t}" for t in range(1, values.T + 1))],
             "rows": [[f"layer {l} ({n} units)", *map(digits, of_layer)] for l, (n, of_layer) in
                      enumerate(zip(units, norms, strict=True), 1)][::-1]},
            {"caption": "The largest paths",
             "header": ["path", "share", "size", "way"],
             "rows": [[f"path {k}", per_cent(paths.shares[i]), number(paths.sizes[i]),
                       _ways(paths.nodes(i))] for k, i in enumerate(largest, 1)]},
        ]


def _keep_inside(controls):
    """No loss after T, no target after the loss or above the stack; a loss at T stays there.

    To be called before the panel looks at the controls, so that it never sees an impossible one.
    """
    units, T, s, layer, t = (controls[name] for name in ("units", "T", "s", "layer", "t"))

    def follow(_change):
        at_end = s.value == s.max
        layer.max, s.max = len(units.value), T.value
        if at_end:
            s.value = s.max
        t.max = s.value

    for control in (units, T, s):
        control.observe(follow, "value")


def _run(values):
    """The stack that the controls describe, and its run over random inputs and targets."""
    net = Network(N_X, values.units, 1, values.cell, "squared", seed=values.seed,
                  init=values.init)
    for name, W in net.params.items():
        if name.startswith("W_a"):
            net.params[name] = (values.rho_1 if name.endswith("[1]") else values.rho) * W
        elif name.startswith("W_x") and not name.endswith("[1]"):
            net.params[name] = values.gain * W
    # all times are drawn, so that a longer run begins as a shorter one
    rng = np.random.default_rng(values.seed)
    x, y = (rng.standard_normal((MOST_TIMES, k))[:values.T] for k in (N_X, 1))
    return net, net.forward(x, y)


def _edges(paths, values):
    """(back, down): the sizes of what passes each edge, (L, T) by where it starts, else nan."""
    back, down = np.full((2, len(values.units), values.T), np.nan)
    for ((l, t), (_, t_next)), vector in paths.edges.items():
        (down if t_next == t else back)[l - 1, t - 1] = np.linalg.norm(vector)
    return back, down


def _headline(paths):
    """How many paths there are, and what the largest brings."""
    return f"{_where(paths)}: {_many(paths.count)}{_brings(paths)}"


def _where(paths):
    return f"J⟨{paths.s}⟩ to a⟨{paths.t}⟩[{paths.layer}]"


def _brings(paths):
    """What the largest path brings, and what all others; without others, nothing is to say."""
    share = paths.shares[paths.largest]
    if np.isnan(share):
        return ", nothing arrives"
    # what only rounding leaves to the others is nothing
    return "" if paths.count == 1 else (
        f", the largest brings {per_cent(share)}, all others {per_cent(round(1 - share, 9))}")


def _told(paths, log10, values):
    """The headline with the formula of the count, the largest path in words, what arrives."""
    back, down = paths.s - paths.t, paths.L - paths.layer
    said = (f"{_where(paths)}: {back} back and {down} down, "
            f"{back + down}!/({back}!·{down}!) = {_many(paths.count)}{_brings(paths)}.")
    if np.isnan(paths.shares[paths.largest]):
        return said
    size = "Root mean square" if values.per_unit else "Norm"
    return (f"{said} It goes {_ways(paths.nodes(paths.largest))}. "
            f"{size} of what arrives: {power(log10)}.")


def _ways(nodes):
    """A path in words: how far back in each layer."""
    stays = {}
    for l, _ in nodes:
        stays[l] = stays.get(l, -1) + 1
    return ", ".join(f"{steps} back in layer {l}" for l, steps in stays.items())


def _many(count):
    return f"{count} path{'s' * (count > 1)}"

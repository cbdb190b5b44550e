"""The explorer of stacked layers: one loss, and the ways its gradient takes down and back."""
import numpy as np

from rnnlib import flow
from rnnlib.charts import lattice as draw_lattice
from rnnlib.network import Network
from rnnlib.style import number, power
from rnnlib.widgets.controls import WholeNumber, choice, slider
from rnnlib.widgets.panel import Panel

N_X = 3
MOST_TIMES = 12
_STACKS = {"8, 8, 8": (8, 8, 8), "4, 3, 2": (4, 3, 2), "2, 4, 16": (2, 4, 16),
           "16, 4, 2": (16, 4, 2), "8": (8,), "8, 8": (8, 8), "6, 6, 6, 6": (6, 6, 6, 6)}
_MOST_LAYERS = max(map(len, _STACKS.values()))
_CELLS = {"tanh": "tanh", "ReLU": "relu", "linear": "identity", "LSTM": "lstm", "GRU": "gru"}
_INITS = {"random, of this radius": "radius", "identity, times ρ": "identity"}
_MEASURES = {"norm of the layer": False, "per unit (root mean square)": True}
_PRESETS = {
    "1 every path alike": {"cell": "identity", "init": "identity"},
    "2 layer 1 forgets": {"rho_1": 0.5, "rho": 1.3},
    "3 layer 1 keeps": {"rho_1": 1.3, "rho": 0.5},
    "4 unequal widths": {"units": (2, 4, 16)},
}


def stacked_layers():
    """A live picture of the paths from a loss J^{<s>} to a state a^{<t>[l]} of a stack.

    Above the lattice of layers and times with what passes each edge, below the norms of
    dJ^{<s>}/da at every layer and time. Returns a Panel (`rnnlib.widgets.panel`); its controls
    are units (a tuple), T, s, layer, t, rho_1, rho, gain, init, cell, per_unit and seed.
    `panel.numbers` holds what is plotted; `panel.view.net`, `.fwd` and `.paths` the network, its
    run and the `rnnlib.flow.Paths`.

    Notes: the weights are those of a start, before training. All paths make the same number of
    steps back and down, so in a linear stack what stretches every W_x changes no path's share.
    """
    controls = {
        "units": choice("units of layer 1, 2, ...", "n", list(_STACKS.items()), (8, 8, 8)),
        "T": slider("time steps", "T", 2, MOST_TIMES, 10),
        "s": slider("loss at time", "s", 1, 10, 10),
        "layer": slider("target: layer", "l", 1, 3, 1),
        "t": slider("target: time", "t", 1, 10, 6),
        "rho_1": slider("radius of W_a, layer 1", "ρ", 0.0, 2.0, 1.0, 0.1),
        "rho": slider("radius of W_a, above", "ρ", 0.0, 2.0, 1.0, 0.1),
        "gain": slider("W_x above layer 1, times", "", 0.0, 3.0, 1.0, 0.1),
        "init": choice("first values of", "W_a", list(_INITS.items()), "radius"),
        "cell": choice("cell", "", list(_CELLS.items()), "tanh"),
        "per_unit": choice("shown below", "", list(_MEASURES.items()), False),
        "seed": WholeNumber("seed", "", 0, 9999, 365),
    }
    _keep_inside(controls)
    return Panel(_StackView(), controls, size=(840, 620), presets=_PRESETS)


def _keep_inside(controls):
    """No loss after T, no target after the loss or above the stack; a loss at T stays there.

    To be called before the panel looks at the controls, so that it never sees an impossible one.
    """
    def fit(name, most):
        def follow(_change=None):
            control, end = controls[name], most()
            at_end = name == "s" and control.value == control.max
            control.max = end
            if at_end:
                control.value = end
        return follow

    controls["units"].observe(fit("layer", lambda: len(controls["units"].value)), "value")
    controls["T"].observe(fit("s", lambda: controls["T"].value), "value")
    controls["s"].observe(fit("t", lambda: controls["s"].value), "value")


class _StackView:
    """What `stacked_layers` shows."""

    caption = ("The paths of a loss's gradient through the lattice of layers and times, and the "
               "gradient's norm at every layer and time")

    def numbers(self, values):
        self.net, self.fwd = _run(values)
        self.paths = found = flow.paths(self.net, self.fwd, values.s, values.layer, values.t)
        norms = flow.gradient_norms(self.net, self.fwd, loss_at=values.s,
                                    per_unit=values.per_unit)
        back, down = _edges(found, values)
        return {"norms": np.array([norms.over_time(l)[1:, 0] for l in norms.layers]),
                "back": back, "down": down, "path": np.array(found.nodes(found.largest)),
                "shares": found.shares, "sizes": found.sizes}

    def draw(self, figure, theme):
        flat, path = np.zeros((3, MOST_TIMES)), np.array([[3, 2], [3, 1]])
        lattice, heat = (figure.add_axes([0.1, bottom, 0.8, height])
                         for bottom, height in ((0.41, 0.48), (0.085, 0.25)))
        self.artists = {
            "paths": draw_lattice.draw_paths(lattice, (1, 1, 1), flat, flat, path, theme=theme),
            "norms": draw_lattice.draw_gradient_norms(
                heat, flat, most=(_MOST_LAYERS, MOST_TIMES), theme=theme)}
        self.title = heat.text(0, 1.04, "", transform=heat.transAxes, va="bottom", weight="bold")
        return [*draw_lattice.moving_paths(self.artists["paths"]),
                *draw_lattice.moving_gradient_norms(self.artists["norms"]), self.title]

    def move(self, values, numbers, pinned):
        ghost = pinned and pinned.numbers["path"]
        draw_lattice.move_paths(
            self.artists["paths"], values.units, numbers["back"], numbers["down"],
            numbers["path"], words=_headline(self.paths), ghost=ghost)
        draw_lattice.move_gradient_norms(
            self.artists["norms"], numbers["norms"], target=(values.layer, values.t),
            ghost=pinned and (pinned.values.layer, pinned.values.t))
        what = "root mean square over the units" if values.per_unit else "norm"
        self.title.set_text(f"∂J⟨{values.s}⟩/∂a: {what}")

    def reading(self, values, numbers, pinned):
        said = [_told(self.paths, numbers["norms"][values.layer - 1, values.t - 1], values)]
        if pinned:
            v, shares = pinned.values, pinned.numbers["shares"]
            said.append(f"[Pinned: J⟨{v.s}⟩ to a⟨{v.t}⟩[{v.layer}], {_many(len(shares))}.]")
        return " ".join(said)

    def table(self, values, numbers):
        layers = range(len(values.units), 0, -1)
        rows = [[f"layer {l} ({values.units[l - 1]} units)",
                 *(f"{v:.4g}" for v in numbers["norms"][l - 1])] for l in layers]
        order = np.argsort(-numbers["sizes"], kind="stable")[:10]
        rows += [["", "share", "size", "path"]]
        rows += [[f"path {k}", _per_cent(numbers["shares"][i]), number(numbers["sizes"][i]),
                  _ways(self.paths.nodes(i))] for k, i in enumerate(order, 1)]
        return {"caption": f"log10 of the norms of dJ/da at t = 1..{values.T}; the largest paths",
                "header": ["", *(f"t = {t}" for t in range(1, values.T + 1))], "rows": rows}


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
    where = f"J⟨{paths.s}⟩ to a⟨{paths.t}⟩[{paths.layer}]"
    return f"{where}: {_many(paths.count)}{_brings(paths)}"


def _brings(paths):
    """What the largest path brings, and what all others; without others, nothing is to say."""
    share = paths.shares[paths.largest]
    if np.isnan(share):
        return ", nothing arrives"
    return "" if paths.count == 1 else (
        f", the largest brings {_per_cent(share)}, all others {_per_cent(1 - share)}")


def _told(paths, log10, values):
    """The headline with the formula of the count, the largest path in words, what arrives."""
    back, down = paths.s - paths.t, paths.L - paths.layer
    said = (f"J⟨{paths.s}⟩ to a⟨{paths.t}⟩[{paths.layer}]: {back} back and {down} down, "
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


def _per_cent(share):
    return f"{100 * share:.{0 if abs(share) > 0.1 else 1}f} %".replace("-", "−")

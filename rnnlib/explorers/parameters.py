"""The explorer of parameters: the matrices of a stack to scale, and how many numbers they are."""
import numpy as np

from rnnlib.charts import shapes as draw_shapes
from rnnlib.network import Network
from rnnlib.widgets.controls import choice, slider
from rnnlib.widgets.panel import Panel

MOST_LAYERS, MOST_UNITS = 4, 16
_CELLS = {"simple (tanh, ReLU, ...)": "tanh", "GRU": "gru", "LSTM": "lstm"}
_KINDS = ("W_x", "W_a", "b")
_PRESETS = {
    "1 one layer": {"layers": 1},
    "2 wide, then narrow": {"n_1": 16, "n_2": 4, "n_3": 2},
    "3 narrow, then wide": {"n_1": 2, "n_2": 4, "n_3": 16},
    "4 LSTM": {"cell": "lstm"},
}


def parameter_count():
    """A live picture of how many numbers a stack has to learn, matrix by matrix.

    Returns a Panel (`rnnlib.widgets.panel`); its controls are layers, n_x, n_1 .. n_4, n_y and
    cell. `panel.numbers` holds "blocks" (layers + 1, 3, 3), how many matrices, their rows and
    their columns, and "sizes" (layers + 1, 3), how many numbers these are, for W_x, W_a and b of
    each layer and W_y, nothing and b_y of the output; `panel.view.net` is the network.
    """
    widths = {f"n_{l}": slider(f"units of layer {l}", f"n[{l}]", 1, MOST_UNITS, n)
              for l, n in enumerate((4, 3, 2, 2), 1)}
    controls = {
        "layers": slider("recurrent layers", "L", 1, MOST_LAYERS, 3),
        "n_x": slider("inputs", "n_x", 1, MOST_UNITS, 3), **widths,
        "n_y": slider("outputs", "n_y", 1, MOST_UNITS, 2),
        "cell": choice("cell", "", list(_CELLS.items()), "tanh"),
    }

    def fit(_change=None):
        for l, width in enumerate(widths.values(), 1):
            width.disabled = l > controls["layers"].value

    controls["layers"].observe(fit, "value")
    fit()
    return Panel(_CountView(), controls, size=(840, 480), presets=_PRESETS)


class _CountView:
    """What `parameter_count` shows."""

    caption = "The matrices of a stack, drawn to scale, and how many numbers each has"

    def numbers(self, values):
        units = tuple(getattr(values, f"n_{l}") for l in range(1, values.layers + 1))
        self.net = Network(values.n_x, units, values.n_y, values.cell)
        shapes = [[_shapes(self.net, kind, l) for kind in _KINDS]
                  for l in range(1, values.layers + 2)]
        blocks = np.array([[(len(found), *(found[0] if found else (0, 0))) for found in row]
                           for row in shapes])
        return {"blocks": blocks, "sizes": blocks.prod(axis=2)}

    def draw(self, figure, theme):
        flat = np.zeros((5, 3, 3), int)
        flat[..., 1:] = 1
        self.artists = draw_shapes.draw_shapes(figure.add_axes([0, 0, 1, 1]), flat,
                                               flat.sum(axis=2), theme=theme)
        return draw_shapes.moving_shapes(self.artists)

    def move(self, values, numbers, pinned):
        draw_shapes.move_shapes(self.artists, numbers["blocks"], numbers["sizes"],
                                words=_total(numbers["sizes"]),
                                ghost=pinned and pinned.numbers["blocks"])

    def reading(self, values, numbers, pinned):
        W_x, W_a, b = numbers["sizes"][:-1].sum(axis=0)
        said = (f"{_total(numbers['sizes'])}: from below {W_x}, from one step earlier {W_a}, "
                f"biases {b}, output {numbers['sizes'][-1].sum()}.")
        return said if not pinned else (
            f"{said} [Pinned: {_total(pinned.numbers['sizes'])}.]")

    def table(self, values, numbers):
        params = self.net.params
        return {"caption": _total(numbers["sizes"]), "header": ["", "rows", "columns", "numbers"],
                "rows": [[name, *map(str, W.shape), str(W.size)] for name, W in params.items()]}


def _shapes(net, kind, layer):
    """The shapes of all matrices of a kind in a layer; layer L + 1 is the output."""
    if layer > net.L:
        names = {"W_x": ["W_y"], "b": ["b_y"]}.get(kind, [])
    else:
        names = [name for name in net.params
                 if name.startswith(kind) and name.endswith(f"[{layer}]")]
    return [net.params[name].shape for name in names]


def _total(sizes):
    """The total as the sum of the layers'."""
    return f"{' + '.join(map(str, sizes.sum(axis=1)))} = {sizes.sum()} parameters"

"""The explorer of parameters: the matrices of a stack to scale, and how many numbers they are."""
import numpy as np

from rnnlib.cells import CELLS, gated
from rnnlib.charts.shapes import Shapes
from rnnlib.explorers.explorer import Explorer
from rnnlib.network import Network
from rnnlib.widgets.controls import choice, slider
from rnnlib.widgets.panel import Panel

MOST_LAYERS, MOST_UNITS = 4, 16
_KINDS = ("W_x", "W_a", "b")
_START = {"layers": 3, "n_x": 3, "n_1": 4, "n_2": 3, "n_3": 2, "n_4": 2, "n_y": 2, "cell": "tanh"}


def parameter_count(**start):
    """A live picture of how many numbers a stack has to learn, matrix by matrix.

    start    first values of controls by name: layers, n_x, n_1 .. n_4, n_y, cell. ValueError for
             what a control cannot show

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds "blocks" (layers + 1, 3, 3),
    how many matrices, their rows and their columns, and "sizes" (layers + 1, 3), how many numbers
    these are, for W_x, W_a and b of each layer and W_y, nothing and b_y of the output; and "net".
    """
    return Panel(ParameterCount(), start)


class ParameterCount(Explorer):
    """What `parameter_count` shows."""

    caption = "The matrices of a stack, drawn to scale, and how many numbers each has"
    size = (840, 480)
    charts = {"shapes": (Shapes, [0, 0, 1, 1])}
    presets = {words: {**_START, **values} for words, values in {
        "1 one layer": {"layers": 1},
        "2 wide, then narrow": {"n_1": 16, "n_2": 4, "n_3": 2},
        "3 narrow, then wide": {"n_1": 2, "n_2": 4, "n_3": 16},
        "4 LSTM": {"cell": "lstm"},
    }.items()}

    def controls(self):
        def size(words, symbol, name, most=MOST_UNITS):
            return slider(words, symbol, 1, most, _START[name])

        layers = size("recurrent layers", "L", "layers", MOST_LAYERS)
        widths = {f"n_{l}": size(f"units of layer {l}", f"n[{l}]", f"n_{l}")
                  for l in range(1, MOST_LAYERS + 1)}

        def fit(_change=None):
            for l, width in enumerate(widths.values(), 1):
                width.disabled = l > layers.value

        cells = [("simple (tanh, ReLU, ...)", "tanh"),
                 *((CELLS[name].words, name) for name in gated())]
        layers.observe(fit, "value")
        fit()
        return {"layers": layers, "n_x": size("inputs", "n_x", "n_x"), **widths,
                "n_y": size("outputs", "n_y", "n_y"),
                "cell": choice("cell", "", cells, _START["cell"])}

    def numbers(self, values):
        units = tuple(getattr(values, f"n_{l}") for l in range(1, values.layers + 1))
        net = Network(values.n_x, units, values.n_y, values.cell)
        shapes = [[_shapes(net, kind, l) for kind in _KINDS] for l in range(1, values.layers + 2)]
        blocks = np.array([[(len(found), *(found[0] if found else (0, 0))) for found in row]
                           for row in shapes])
        return {"blocks": blocks, "sizes": blocks.prod(axis=2), "net": net}

    def show(self, values, numbers, pinned):
        self.shown["shapes"].show(numbers["blocks"], numbers["sizes"], _total(numbers["sizes"]),
                                  ghost=pinned and pinned.numbers["blocks"])

    def said(self, values, numbers):
        W_x, W_a, b = numbers["sizes"][:-1].sum(axis=0)
        return (f"{_total(numbers['sizes'])}: from below {W_x}, from one step earlier {W_a}, "
                f"biases {b}, output {numbers['sizes'][-1].sum()}.")

    def kept(self, values, numbers):
        return f"{_total(numbers['sizes'])}."

    def tables(self, values, numbers):
        return [{"caption": _total(numbers["sizes"]),
                 "header": ["matrix", "rows", "columns", "numbers"],
                 "rows": [[name, *map(str, W.shape), str(W.size)]
                          for name, W in numbers["net"].params.items()]}]


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

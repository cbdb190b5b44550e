"""What gated cells share: parameters by gate, and stacks in which one product serves all gates.

The gate k of a layer has W_xk (n, n_x), W_ak (n, n) and b_k (n, 1). In a stack of gates the rows
of the first gate stand on top, then those of the second.
"""
import numpy as np

from rnnlib.activations import ACTIVATIONS
from rnnlib.cells import dense, initial

LOGISTIC, TANH = ACTIVATIONS["logistic"], ACTIVATIONS["tanh"]


def shapes(gates, n, n_x):
    """{name: shape} of the parameters of all gates, gate by gate."""
    found = {}
    for k in gates:
        found |= {f"W_x{k}": (n, n_x), f"W_a{k}": (n, n), f"b_{k}": (n, 1)}
    return found


def first(shapes, rng, recurrent):
    """First parameters for {name: shape}; `recurrent(rng, n)` draws each W_ak, biases are 0."""
    def value(name, n, n_in):
        if name.startswith("b"):
            return np.zeros((n, n_in))
        return recurrent(rng, n) if name.startswith("W_a") else initial.gaussian(rng, n, n_in)

    return {name: value(name, *shape) for name, shape in shapes.items()}


def stacked(params, name, gates):
    """The parameters `name` + k of all gates k in one array: (gates * n, ...)."""
    return np.concatenate([params[name + k] for k in gates])


def parts(stack, gates, prefix=""):
    """{prefix + k: the rows (T, n, m) of gate k}, views of a stack (T, gates * n, m)."""
    n = stack.shape[1] // len(gates)
    return {prefix + k: stack[:, j * n:(j + 1) * n] for j, k in enumerate(gates)}


def slopes(run, names):
    """{name: slope, found from the value}, (T, n, m): tanh for g and tanh_c, else logistic."""
    return {name: _g(name).slope(run[name]) for name in names}


def slopes_at(run, names):
    """The same found from what each is a function of: right where a gate is open or shut."""
    return {name: _g(name).slope_at(run["c"][1:] if name == "tanh_c" else run[f"z_{name}"])
            for name in names}


def _g(name):
    return TANH if name in ("g", "tanh_c") else LOGISTIC


def below(params, d, gates):
    """dJ/dx = sum of W_xk.T dz_k at every time, (T, n_x, m)."""
    found = dense.at_every_time(params[f"W_x{gates[0]}"].T, d[f"z_{gates[0]}"])
    for k in gates[1:]:
        found += dense.at_every_time(params[f"W_x{k}"].T, d[f"z_{k}"])
    return found

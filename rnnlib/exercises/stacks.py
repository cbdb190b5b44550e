"""The exercises about stacked layers: sizes, the run upwards, two arrows into a node, paths.

Each function below is the plain answer, with the ways in which it is got wrong. The truth that
an answer is held to comes from the engine, never from these functions.
"""
from dataclasses import dataclass
from math import comb, factorial

import numpy as np

from rnnlib import flow
from rnnlib.exercises.form import Exercise, Problem, Quantity
from rnnlib.exercises.reference import NONE, pick
from rnnlib.network import Network

SENTENCES = {
    # how many parameters
    "n_x_in_every_layer":
        "Every `W_x` is counted with n_x columns. Only layer 1 sees x; `W_x^{[l]}` has a column "
        "for each unit of layer l - 1.",
    "biases_forgotten": "The biases are not counted.",
    "output_forgotten": "The output layer, `W_y` and `b_y`, is not counted.",
    "output_bias_forgotten": "`b_y` is not counted; the output layer has biases too.",
    "W_y_from_every_layer":
        "`W_y` is counted with a column for every unit of the stack; only the top layer feeds the "
        "output.",
    "W_a_forgotten": "`W_a`, the loop of each layer, is not counted.",
    "W_a_like_W_x":
        "`W_a` is counted with as many columns as `W_x`. It takes what its own layer sent one "
        "time earlier, so it is square.",
    "W_a_one_to_one":
        "Each unit is looped back to itself only; `W_a` connects each unit with every unit of its "
        "layer.",
    "first_layer_feeds_output":
        "`W_y` is counted with a column for each unit of layer 1; it is the top layer that feeds "
        "the output.",
    "units_counted_twice":
        "There are as many too many as there are units: a second bias for each, or the start "
        "states. One bias is enough, and a start state is given.",
    "gates_counted": "There are four times as many: that is an LSTM. A simple layer has no gates.",
    # the run
    "below_one_step_late":
        "Layer 2 is fed with layer 1 of the time before. It sees a^{<t>[1]}, which has just been "
        "made.",
    "x_in_every_layer":
        "Layer 2 is fed with x. Above layer 1 it is the layer below that sends: a^{<t>[1]}.",
    "W_a_shared": "Layer 2 uses the `W_a` of layer 1; each layer has weights of its own.",
    "W_x_shared": "Layer 2 uses the `W_x` of layer 1; each layer has weights of its own.",
    "bias_shared": "Layer 2 uses the bias of layer 1.",
    "memory_of_layer_below":
        "Layer 2 remembers layer 1: `W_a2` takes a^{<t-1>[2]}, its own state, not a^{<t-1>[1]}.",
    "no_memory_above": "Layer 2 has no loop here: `W_a2` does not come in.",
    "z_goes_up": "Layer 2 is fed with z of layer 1; what goes up is a, after the tanh.",
    "bias_forgotten": "The biases do not come in.",
    "tanh_forgotten": "There is no tanh.",
    # two arrows into a node
    "from_above_forgotten":
        "Only what comes from the next time is there; blame also comes down from the layer above.",
    "from_next_forgotten":
        "Only what comes from above is there; the same layer at the next time depends on this a "
        "too.",
    "slopes_missing": "The slopes of tanh do not come in.",
    "slope_of_this_node":
        "The slope is that of this node. Blame arrives at a^{<t>[l]} after the slopes of the nodes "
        "it comes from; its own comes in when it goes on.",
    "slope_missing_above": "What comes from above has not been through the slope there.",
    "slope_missing_next": "What comes from the next time has not been through the slope there.",
    "own_slope_too":
        "This is dJ/dz^{<t>[l]}: the slope of this node is in it already. dJ/da^{<t>[l]} comes "
        "before it.",
    "slopes_swapped":
        "The slopes have changed places: each arrow has the slope of the node where it starts.",
    "W_x_not_transposed":
        "`W_x_above` lacks its transpose. Where both layers have as many units, every shape fits.",
    "W_a_not_transposed":
        "`W_a` lacks its transpose. It is square, so every shape fits; blame goes back through "
        "the columns.",
    "averaged": "The two arrows are averaged; derivatives along two ways add up.",
    # paths
    "power_of_two":
        "This is 2 to the number of steps, as if every step could go either way. How many go down "
        "is fixed; only their order is free.",
    "product": "This is the product; three steps of one kind and two of another can be mixed in "
               "10 orders, not 6.",
    "orders_of_all_steps":
        "This counts the orders of all steps. Two steps of the same kind cannot be told apart, so "
        "divide by their orders.",
    "steps_of_one_path": "This is how many steps a path has, not how many paths there are.",
    "one_kind_divided_out":
        "Only the orders of one kind of step are divided out; those of the other kind cannot be "
        "told apart either.",
    "a_step_short": "One step is missing: there are back + down of them.",
    "a_step_too_many": "There is a step too many: there are back + down of them.",
    "rows_times_columns":
        "This counts the nodes of the lattice, not the ways through it.",
}

BUGS = {
    "parameter_count": ("n_x_in_every_layer", "biases_forgotten", "output_forgotten",
                        "output_bias_forgotten", "W_a_forgotten", "W_a_like_W_x",
                        "W_a_one_to_one", "W_y_from_every_layer", "first_layer_feeds_output",
                        "units_counted_twice", "gates_counted"),
    "stacked_forward": ("below_one_step_late", "x_in_every_layer", "W_a_shared", "W_x_shared",
                        "bias_shared", "memory_of_layer_below", "no_memory_above", "z_goes_up",
                        "bias_forgotten", "tanh_forgotten"),
    "inner_node": ("from_above_forgotten", "from_next_forgotten", "slopes_missing",
                   "slope_of_this_node", "own_slope_too", "slope_missing_above",
                   "slope_missing_next", "slopes_swapped", "W_x_not_transposed",
                   "W_a_not_transposed", "averaged"),
    "path_count": ("power_of_two", "product", "orders_of_all_steps", "one_kind_divided_out",
                   "steps_of_one_path", "a_step_short", "a_step_too_many",
                   "rows_times_columns"),
}


# --- the functions, plainly and with bugs ------------------------------------------------------

def parameter_count(n_x, units, n_y, bugs=NONE):
    """How many numbers a stack of simple layers has to learn."""
    many = 0
    for n, n_below in zip(units, (n_x, *units[:-1]), strict=True):
        n_below = pick(bugs, n_below, n_x_in_every_layer=n_x)
        W_a = pick(bugs, n * n, W_a_forgotten=0, W_a_like_W_x=n * n_below, W_a_one_to_one=n)
        many += n * n_below + W_a + pick(bugs, n, biases_forgotten=0, units_counted_twice=2 * n)
    many *= pick(bugs, 1, gates_counted=4)
    b_y = pick(bugs, n_y, biases_forgotten=0, output_bias_forgotten=0)
    n_top = pick(bugs, units[-1], W_y_from_every_layer=sum(units),
                 first_layer_feeds_output=units[0])
    return many + pick(bugs, n_y * n_top + b_y, output_forgotten=0)


def stacked_forward(W_x1, W_a1, b1, W_x2, W_a2, b2, x, bugs=NONE):
    """(a1 (T, n_1), a2 (T, n_2)) of two tanh layers that start at 0."""
    a1, a2 = np.zeros(len(b1)), np.zeros(len(b2))
    W_a2, W_x2 = pick(bugs, W_a2, W_a_shared=W_a1), pick(bugs, W_x2, W_x_shared=W_x1)
    b2 = pick(bugs, b2, bias_shared=b1)
    if "bias_forgotten" in bugs:
        b1, b2 = 0 * b1, 0 * b2
    found = []
    for x_t in x:
        before = a1
        z1 = b1 + W_a1 @ a1 + W_x1 @ x_t
        a1 = pick(bugs, np.tanh(z1), tanh_forgotten=z1)
        below = pick(bugs, a1, below_one_step_late=before, x_in_every_layer=x_t, z_goes_up=z1)
        own = pick(bugs, a2, memory_of_layer_below=before, no_memory_above=0 * a2)
        z2 = b2 + W_a2 @ own + W_x2 @ below
        a2 = pick(bugs, np.tanh(z2), tanh_forgotten=z2)
        found.append((a1, a2))
    return tuple(np.array(states) for states in zip(*found, strict=True))


def inner_node(W_x_above, W_a, a_t, a_above, a_next, da_above, da_next, bugs=NONE):
    """The whole dJ/da^{<t>[l]} (n,): from the layer above and from the next time."""
    W_x = pick(bugs, W_x_above.T, W_x_not_transposed=W_x_above)
    W_a = pick(bugs, W_a.T, W_a_not_transposed=W_a)
    above, after = 1 - a_above**2, 1 - a_next**2
    if "slopes_swapped" in bugs:
        above, after = after, above
    without = {name: name in bugs or "slopes_missing" in bugs or "slope_of_this_node" in bugs
               for name in ("slope_missing_above", "slope_missing_next")}
    dz_above = da_above if without["slope_missing_above"] else above * da_above
    dz_next = da_next if without["slope_missing_next"] else after * da_next
    from_above = pick(bugs, W_x @ dz_above, from_above_forgotten=0 * a_t)
    from_next = pick(bugs, W_a @ dz_next, from_next_forgotten=0 * a_t)
    slope = 1 - a_t**2
    own = pick(bugs, 1.0, slope_of_this_node=slope, own_slope_too=slope, averaged=0.5)
    return own * (from_above + from_next)


def path_count(back, down, bugs=NONE):
    """How many paths make so many steps back in time and so many layers down."""
    steps = int(back + down)
    return pick(bugs, comb(steps, down), power_of_two=2**steps, product=int(back) * int(down),
                orders_of_all_steps=factorial(steps), steps_of_one_path=steps,
                one_kind_divided_out=factorial(steps) // factorial(int(back)),
                a_step_too_many=comb(steps + 1, down),
                a_step_short=comb(max(steps - 1, 0), down),
                rows_times_columns=int(back + 1) * int(down + 1))


# --- the exercises -----------------------------------------------------------------------------

@dataclass(frozen=True)
class OfStacks(Exercise):
    """An exercise whose problems are made by `make(rng, *sizes)` at each of `at`."""

    make: object = None
    at: tuple = ()

    bugs = property(lambda self: BUGS[self.name], doc="The names of the known bugs.")
    sentences = property(lambda self: SENTENCES, doc="{bug: the sentence that tells it}.")

    def problems(self, seed=0):
        """Random problems of different sizes, the same ones for the same seed."""
        rng = np.random.default_rng(seed)
        return [self._made(sizes, rng) for sizes in self.at]

    def _made(self, sizes, rng):
        run = self.make(rng, *sizes)
        return Problem({name: run[name] for name in self.arguments}, self.want(run),
                       dict(zip(self.letters, sizes, strict=True)))


def _counted(_rng, n_x, units, n_y):
    net = Network(n_x, units, n_y)
    return {"n_x": n_x, "units": units, "n_y": n_y,
            "count": np.array(sum(W.size for W in net.params.values()))}


def _ran(rng, T, n_x, n_1, n_2):
    """A random net of two layers, its run and its backward pass, by arguments' names."""
    net = Network(n_x, (n_1, n_2), 2, "tanh", "squared", seed=rng)
    for name, W in net.params.items():
        net.params[name] = 0.8 * rng.normal(size=W.shape)
    x, y = rng.normal(size=(T, n_x)), rng.normal(size=(T, 2))
    fwd = net.forward(x, y)
    bwd = net.backward(fwd)
    params = {name.replace("[", "").replace("]", ""): W[:, 0] if name.startswith("b") else W
              for name, W in net.params.items()}
    states = {f"a{l}": fwd.a.over_time(l)[1:, :, 0] for l in (1, 2)}
    at = {"": (1, 1), "_above": (2, 1), "_next": (1, 2)}
    return {**params, "x": x, **states, "W_x_above": params["W_x2"], "W_a": params["W_a1"],
            **{f"a{word or '_t'}": fwd.a[node][:, 0] for word, node in at.items()},
            **{f"da{word}": bwd.a[node][:, 0] for word, node in at.items()}}


def _pathed(_rng, back, down):
    return {"back": back, "down": down, "count": np.array(flow.path_count(back, down))}


# small and simple first; equal sizes let wrong shapes pass, unequal ones do not
_RUNS = ((2, 1, 1, 1), (2, 2, 2, 2), (3, 2, 2, 2), (4, 3, 2, 1), (3, 2, 3, 3), (5, 2, 3, 4))
_NETS = ((1, (1,), 1), (3, (2,), 1), (2, (2, 2), 2), (3, (4, 3), 2), (2, (5, 3, 4), 3),
         (7, (2, 2, 6, 1), 4))
_LATTICES = ((0, 0), (1, 0), (0, 2), (1, 1), (3, 2), (4, 3), (12, 4))

EXERCISES = {exercise.name: exercise for exercise in (
    OfStacks("parameter_count", ("n_x", "units", "n_y"), (Quantity("count"),),
             "one whole number, all weights and biases with those of the output layer", "one",
             lambda run: {"count": run["count"]},
             lambda *given, bugs: {"count": np.array(parameter_count(*given, bugs))},
             ("n_x", "units", "n_y"), _counted, _NETS),
    OfStacks("stacked_forward", ("W_x1", "W_a1", "b1", "W_x2", "W_a2", "b2", "x"),
             (Quantity("a1", 1), Quantity("a2", 1)),
             "`(a1, a2)`, the states (T, n_1) and (T, n_2) at t = 1..T, from start states of 0",
             "tuple",
             lambda run: {"a1": run["a1"], "a2": run["a2"]},
             lambda *given, bugs: dict(zip(("a1", "a2"), stacked_forward(*given, bugs),
                                           strict=True)),
             ("T", "n_x", "n_1", "n_2"), _ran, _RUNS),
    OfStacks("inner_node",
             ("W_x_above", "W_a", "a_t", "a_above", "a_next", "da_above", "da_next"),
             (Quantity("da"),), "`da` (n,), the whole dJ/da^{<t>[l]}", "one",
             lambda run: {"da": run["da"]},
             lambda *given, bugs: {"da": inner_node(*given, bugs)},
             ("T", "n_x", "n", "n_above"), _ran, _RUNS),
    OfStacks("path_count", ("back", "down"), (Quantity("count"),),
             "one whole number, in how many ways the steps can be mixed", "one",
             lambda run: {"count": run["count"]},
             lambda *given, bugs: {"count": np.array(path_count(*given, bugs))},
             ("back", "down"), _pathed, _LATTICES),
)}


def bugs(name):
    """{bug: sentence} of an exercise of this file."""
    return {bug: SENTENCES[bug] for bug in BUGS[name]}

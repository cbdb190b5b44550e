"""The exercises of 06: the run upwards, two ways back to a node, paths.

How many parameters a stack has, asked there too, stands with the other sizes in `graph`.
"""
from math import comb, factorial

import numpy as np

from rnnlib import flow
from rnnlib.exercises.form import NONE, Quantity, by_letter, exercise, pick, random_network

# small and simple first; equal sizes let wrong shapes pass, unequal ones do not
_RUNS = ((2, 1, 1, 1), (3, 2, 1, 2), (2, 2, 2, 2), (4, 3, 2, 1), (3, 2, 3, 3), (5, 2, 3, 4))


def _two_layers(rng, T, n_x, n_1, n_2):
    """(net, fwd, the arrays by letter) of two random layers on a random sequence."""
    net = random_network(rng, n_x, (n_1, n_2), 2)
    x, y = rng.normal(size=(T, n_x)), rng.normal(size=(T, 2))
    return net, net.forward(x, y), {**by_letter(net.params, layers=2), "x": x}


def _upwards(rng, T, n_x, n_1, n_2):
    """The engine's states of both layers."""
    _, fwd, run = _two_layers(rng, T, n_x, n_1, n_2)
    way = {f"z^{{<1>[{l}]}}": fwd.z[l, 1][:, 0] for l in (1, 2)}
    return run | {"way": way}, tuple(fwd.a.over_time(l)[1:, :, 0] for l in (1, 2))


def _node(rng, T, n_x, n, n_above):
    """What comes together at the first state of layer 1, and the engine's sum."""
    net, fwd, run = _two_layers(rng, T, n_x, n, n_above)
    bwd = net.backward(fwd)
    given = {"W_x_above": run["W_x2"], "W_a": run["W_a1"], "a_t": fwd.a[1, 1][:, 0]}
    for word, node in {"above": (2, 1), "next": (1, 2)}.items():
        given |= {f"a_{word}": fwd.a[node][:, 0], f"da_{word}": bwd.a[node][:, 0]}
    given["way"] = {"what comes from above": bwd.from_above[1, 1][:, 0],
                    "what comes from the next time": bwd.from_next[1, 1][:, 0]}
    return given, bwd.a[1, 1][:, 0]


def _lattice(_rng, back, down):
    """How far apart two nodes are, and the paths that `flow` counts between them."""
    way = {"paths whose last step goes back": flow.path_count(back - 1, down),
           "paths whose last step goes down": flow.path_count(back, down - 1),
           } if back and down else {}
    return {"back": back, "down": down, "way": way}, flow.path_count(back, down)


@exercise("`(a1, a2)`, the states (T, n_1) and (T, n_2) at t = 1..T, from start states of 0", {
    "below_one_step_late": "Layer 2 is fed with layer 1 of the time before. It sees a^{<t>[1]}, "
        "which has just been made.",
    "x_in_every_layer": "Layer 2 is fed with x. Above layer 1 it is the layer below that sends: "
        "a^{<t>[1]}.",
    "W_a_shared": "Layer 2 uses the `W_a` of layer 1; each layer has weights of its own.",
    "W_x_shared": "Layer 2 uses the `W_x` of layer 1; each layer has weights of its own.",
    "bias_shared": "Layer 2 uses the bias of layer 1.",
    "memory_of_layer_below": "Layer 2 remembers layer 1: `W_a2` takes a^{<t-1>[2]}, its own state, "
        "not a^{<t-1>[1]}.",
    "no_memory_above": "Layer 2 has no loop here: `W_a2` does not come in.",
    "z_goes_up": "Layer 2 is fed with z of layer 1; what goes up is a, after the tanh.",
    "bias_forgotten": "The biases do not come in.",
    "tanh_forgotten": "There is no tanh.",
    "no_tanh_above": "Layer 2 has no tanh.",
}, hints=(
    "What does layer 2 see in the place where layer 1 sees `x`? Has it been made yet when layer 2 "
        "needs it?",
    "Two states, both 0 at the start. At each time first layer 1, from the input and its own "
        "past, then layer 2, from layer 1 and its own past. Keep both.",
    "z^{<t>[2]} = b2 + W_a2 a^{<t-1>[2]} + W_x2 a^{<t>[1]}. From below comes the state just made, "
        "along time the layer's own old one; both layers end in tanh.",
), make=_upwards, sizes=_RUNS, answer=(Quantity("a1", 1), Quantity("a2", 1)))
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
        a2 = pick(bugs, np.tanh(z2), tanh_forgotten=z2, no_tanh_above=z2)
        found.append((a1, a2))
    return tuple(np.array(states) for states in zip(*found, strict=True))


@exercise("`da` (n,), the whole dJ/da^{<t>[l]}", {
    "from_above_forgotten": "Only what comes from the next time is there; blame also comes down "
        "from the layer above.",
    "from_next_forgotten": "Only what comes from above is there; the same layer at the next time "
        "depends on this a too.",
    "slopes_missing": "The slopes of tanh do not come in.",
    "slope_of_this_node": "The slope is that of this node. Blame arrives at a^{<t>[l]} after the "
        "slopes of the nodes it comes from; its own comes in when it goes on.",
    "own_slope_too": "This is dJ/dz^{<t>[l]}: the slope of this node is in it already. "
        "dJ/da^{<t>[l]} comes before it.",
    "slope_missing_above": "What comes from above has not been through the slope there.",
    "slope_missing_next": "What comes from the next time has not been through the slope there.",
    "slopes_swapped": "The slopes have changed places: each way brings the slope of the node "
        "it comes from.",
    "W_x_not_transposed": "`W_x_above` lacks its transpose. Where both layers have as many units, "
        "every shape fits.",
    "W_a_not_transposed": "`W_a` lacks its transpose. It is square, so every shape fits; blame "
        "goes back through the columns.",
    "averaged": "The two ways are averaged; derivatives along them add up.",
}, hints=(
    "Which two nodes use this state directly? What lies on the way from it to each of them?",
    "For each of the two nodes: its blame times its own slope, then back through the matrix that "
        "leads to it. What comes along the two ways is added.",
    "From above: `W_x_above` transposed, times (1 - (a_above)^{2}) da_above. The slope is that of "
        "the node where the blame comes from, so `a_t` is not needed at all.",
), make=_node, sizes=_RUNS, answer="da")
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
    own = pick(bugs, 1.0, slope_of_this_node=1 - a_t**2, own_slope_too=1 - a_t**2, averaged=0.5)
    return own * (from_above + from_next)


@exercise("one whole number, in how many ways the steps can be mixed", {
    "power_of_two": "This is 2 to the number of steps, as if every step could go either way. How "
        "many go down is fixed; only their order is free.",
    "product": "This is the product; three steps of one kind and two of another can be mixed in 10 "
        "orders, not 6.",
    "orders_of_all_steps": "This counts the orders of all steps. Two steps of the same kind cannot "
        "be told apart, so divide by their orders.",
    "one_kind_divided_out": "Only the orders of one kind of step are divided out; those of the "
        "other kind cannot be told apart either.",
    "steps_of_one_path": "This is how many steps a path has, not how many paths there are.",
    "back_steps_only": "This chooses among `back` steps; the steps down stand among all.",
    "a_step_short": "One step is missing: there are back + down of them.",
    "a_step_too_many": "There is a step too many: there are back + down of them.",
    "rows_times_columns": "This counts the nodes of the lattice, not the ways through it.",
}, hints=(
    "Write down every path with 2 steps back and 1 step down, as words such as BBD. What makes "
        "two of them different?",
    "All these words have the same length and the same letters. In how many ways can the places "
        "of the D be chosen?",
    "Of `back` + `down` places choose `down`: the factorial of their sum, divided by the "
        "factorial of each. With only one kind of step there is one path.",
), make=_lattice, sizes=((0, 0), (1, 0), (0, 2), (1, 1), (3, 2), (4, 3), (12, 4)), answer="count")
def path_count(back, down, bugs=NONE):
    """How many paths make so many steps back in time and so many layers down."""
    steps = int(back + down)
    return pick(bugs, comb(steps, down), power_of_two=2**steps, product=int(back) * int(down),
                orders_of_all_steps=factorial(steps), steps_of_one_path=steps,
                one_kind_divided_out=factorial(steps) // factorial(int(back)),
                a_step_too_many=comb(steps + 1, down), a_step_short=comb(max(steps - 1, 0), down),
                rows_times_columns=int(back + 1) * int(down + 1),
                back_steps_only=comb(int(back), int(down)))

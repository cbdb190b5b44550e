"""The exercises about stacked layers: right answers in other styles, students' slips."""
from math import comb, factorial, prod

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises.form import EXERCISES


def count(n_below="below", loop="n * n", b="n", top="n_y * units[-1]", b_y="n_y"):
    """A student's count of parameters in which one expression can be another."""
    def parameter_count(n_x, units, n_y):
        total, below = 0, n_x
        for n in units:
            names = {"n": n, "below": below, "n_x": n_x, "n_y": n_y, "units": units}
            total += n * eval(n_below, names) + eval(loop, names) + eval(b, names)
            below = n
        return total + eval(top, names) + eval(b_y, names)
    return parameter_count


def count_by_recursion(n_x, units, n_y):
    if not len(units):
        return n_y * (n_x + 1)
    return units[0] * (n_x + units[0] + 1) + count_by_recursion(units[0], units[1:], n_y)


def count_with_tuples(n_x, units, n_y):
    below = (n_x,) + units[:-1]
    return sum(n * (m + n + 1) for n, m in zip(units, below, strict=True)) + n_y * (units[-1] + 1)


def forward(up="a1", loop="W_a2 @ a2", W="W_x2", b="b2", g=np.tanh):
    """A student's run of two layers in which one expression can be another."""
    def stacked_forward(W_x1, W_a1, b1, W_x2, W_a2, b2, x):
        a1, a2, found = np.zeros(len(b1)), np.zeros(len(b2)), []
        for x_t in x:
            names = {**locals(), "a1_before": a1}
            names["z1"] = W_x1 @ x_t + W_a1 @ a1 + b1
            a1 = names["a1"] = g(names["z1"])
            a2 = g(eval(W, names) @ eval(up, names) + eval(loop, names) + eval(b, names))
            found.append([a1, a2])
        return np.array([one for one, _ in found]), np.array([two for _, two in found])
    return stacked_forward


def forward_layer_by_layer(W_x1, W_a1, b1, W_x2, W_a2, b2, x):
    def layer(W_x, W_a, b, below):
        states = [0 * b]
        for v in below:
            states.append(np.tanh(b + W_x @ v + W_a @ states[-1]))
        return np.array(states[1:])
    a1 = layer(W_x1, W_a1, b1, x)
    return a1, layer(W_x2, W_a2, b2, a1)


def node(above="W_x_above.T @ ((1 - a_above**2) * da_above)",
         after="W_a.T @ ((1 - a_next**2) * da_next)", whole="above + after"):
    """A student's sum of two ways in which one expression can be another."""
    def inner_node(W_x_above, W_a, a_t, a_above, a_next, da_above, da_next):
        names = dict(locals())
        names |= {"above": eval(above, names), "after": eval(after, names)}
        return eval(whole, names)
    return inner_node


def node_by_jacobians(W_x_above, W_a, a_t, a_above, a_next, da_above, da_next):
    return (da_above @ (np.diag(1 - a_above**2) @ W_x_above)
            + da_next @ ((1 - a_next**2)[:, None] * W_a))


def paths_by_recursion(back, down):
    if back == 0 or down == 0:
        return 1
    # the last step is one of the two kinds
    table = np.ones((back + 1, down + 1), int)
    for i in range(1, back + 1):
        for k in range(1, down + 1):
            table[i, k] = table[i - 1, k] + table[i, k - 1]
    return table[back, down]


@pytest.mark.parametrize(("name", "function"), [
    ("parameter_count", count()), ("parameter_count", count_by_recursion),
    ("parameter_count", count_with_tuples),
    ("stacked_forward", forward()), ("stacked_forward", forward_layer_by_layer),
    ("inner_node", node()), ("inner_node", node_by_jacobians),
    ("path_count", lambda back, down: comb(back + down, back)),
    ("path_count", paths_by_recursion),
    ("path_count", lambda back, down: prod(range(back + 1, back + down + 1)) // factorial(down)),
])
def test_right_ways(name, function):
    for seed in range(3):
        feedback = rl.check(name, function, seed=seed)
        assert feedback.ok, feedback


@pytest.mark.parametrize(("name", "function", "bug"), [
    ("parameter_count", count(n_below="n_x"), "n_x_in_every_layer"),
    ("parameter_count", count(b="0", b_y="0"), "biases_forgotten"),
    ("parameter_count", count(top="0", b_y="0"), "output_forgotten"),
    ("parameter_count", count(b_y="0"), "output_bias_forgotten"),
    ("parameter_count", count(loop="0"), "W_a_forgotten"),
    ("parameter_count", count(loop="n * below"), "W_a_like_W_x"),
    ("parameter_count", count(loop="n"), "W_a_one_to_one"),
    ("parameter_count", count(top="n_y * sum(units)"), "W_y_from_every_layer"),
    ("parameter_count", count(top="n_y * units[0]"), "first_layer_feeds_output"),
    ("parameter_count", count(b="2 * n"), "units_counted_twice"),
    ("parameter_count", count(b_y="n_y + sum(units)"), "units_counted_twice"),
    ("stacked_forward", forward(up="a1_before"), "below_one_step_late"),
    ("stacked_forward", forward(up="x_t"), "x_in_every_layer"),
    ("stacked_forward", forward(loop="W_a1 @ a2"), "W_a_shared"),
    ("stacked_forward", forward(W="W_x1"), "W_x_shared"),
    ("stacked_forward", forward(b="b1"), "bias_shared"),
    ("stacked_forward", forward(loop="W_a2 @ a1_before"), "memory_of_layer_below"),
    ("stacked_forward", forward(loop="0"), "no_memory_above"),
    ("stacked_forward", forward(up="z1"), "z_goes_up"),
    ("stacked_forward", forward(g=lambda z: z), "tanh_forgotten"),
    ("inner_node", node(whole="after"), "from_above_forgotten"),
    ("inner_node", node(whole="above"), "from_next_forgotten"),
    ("inner_node", node("W_x_above.T @ da_above", "W_a.T @ da_next"), "slopes_missing"),
    ("inner_node", node("W_x_above.T @ da_above", "W_a.T @ da_next",
                        "(1 - a_t**2) * (above + after)"), "slope_of_this_node"),
    ("inner_node", node(whole="(1 - a_t**2) * (above + after)"), "own_slope_too"),
    ("inner_node", node(above="W_x_above.T @ da_above"), "slope_missing_above"),
    ("inner_node", node(after="W_a.T @ da_next"), "slope_missing_next"),
    ("inner_node", node(above="W_x_above @ ((1 - a_above**2) * da_above)"), "W_x_not_transposed"),
    ("inner_node", node(after="W_a @ ((1 - a_next**2) * da_next)"), "W_a_not_transposed"),
    ("inner_node", node(whole="(above + after) / 2"), "averaged"),
    ("path_count", lambda back, down: 2 ** (back + down), "power_of_two"),
    ("path_count", lambda back, down: back * down, "product"),
    ("path_count", lambda back, down: factorial(back + down), "orders_of_all_steps"),
    ("path_count", lambda back, down: back + down, "steps_of_one_path"),
    ("path_count", lambda back, down: factorial(back + down) // factorial(back),
     "one_kind_divided_out"),
    ("path_count", lambda back, down: comb(back + down + 1, down), "a_step_too_many"),
    ("path_count", lambda back, down: comb(max(back + down - 1, 0), down), "a_step_short"),
    ("path_count", lambda back, down: (back + 1) * (down + 1), "rows_times_columns"),
])
def test_slips_are_called_by_their_names(name, function, bug):
    feedback = rl.check(name, function)
    assert feedback.bugs == (bug,), feedback


def test_of_a_size_that_no_problem_has_nothing_is_said():
    for name in ("stacked_forward", "inner_node"):
        assert all(problem.sizes["T"] > 1 for problem in EXERCISES[name].problems())
        assert "all is right" not in rl.check(name, lambda *_given: None).text


def test_rows_for_the_start_states_are_one_too_many():
    def with_start(*given):
        return [np.vstack([0 * a[:1], a]) for a in forward()(*given)]

    feedback = rl.check("stacked_forward", with_start)
    assert "a row for each t = 1..T, and none for the start state" in feedback.text

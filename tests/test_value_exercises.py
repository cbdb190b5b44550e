"""Answers that are no function: shapes, counts, names of nodes, what follows from a condition."""
import numpy as np
import pytest

import rnnlib as rl

check = rl.check


def hole(*given):
    raise NotImplementedError


# --- questions about sizes --------------------------------------------------------------------

NET = rl.Network(n_x=3, units=(4, 2), n_y=5)
SHAPES = {"W_x[1]": (4, 3), "W_a[1]": (4, 4), "b[1]": (4, 1), "W_x[2]": (2, 4), "W_a[2]": (2, 2),
          "b[2]": (2,), "W_y": (5, 2), "b_y": (5, 1)}


@pytest.mark.parametrize("net", [NET, rl.Network(1, (1,), 1), rl.Network(2, (3, 3, 3), 2)])
def test_the_shapes_of_the_engine_are_right(net):
    shapes = {name: value.shape for name, value in net.params.items()}
    assert check("shapes", shapes, net=net).ok
    assert check("parameter_count", sum(np.prod(s) for s in shapes.values()), net=net).ok


def test_shapes_may_be_lists_and_biases_vectors():
    assert check("shapes", {name: list(shape) for name, shape in SHAPES.items()}, net=NET).ok


@pytest.mark.parametrize(("name", "shape", "bug"), [
    ("W_x[1]", (3, 4), "rows_and_columns_swapped"),
    ("W_x[1]", (4, 4), "W_x_like_W_a"),
    ("W_x[1]", (4, 7), "side_by_side"),
    ("W_x[2]", (2, 3), "input_of_first_layer"),
    ("W_a[1]", (4, 3), "W_a_like_W_x"),
    ("W_a[1]", (9, 4, 4), "copy_per_time"),
    ("W_y", (5, 3), "input_of_first_layer"),
    ("W_y", (2, 5), "rows_and_columns_swapped"),
    ("b[1]", (1, 4), "bias_as_row"),
    ("b[2]", (4, 1), "bias_per_input"),
])
def test_a_wrong_shape_is_named(name, shape, bug):
    feedback = check("shapes", SHAPES | {name: shape}, net=NET)
    assert feedback.bugs == (bug,)
    assert feedback.text.startswith(f"`{name}`: {shape}: ")


@pytest.mark.parametrize(("answer", "state", "sentence"), [
    (..., "open", "`W_x[1]`, `W_a[1]`"),
    (hole, "open", "`W_x[1]`, `W_a[1]`"),
    (lambda: SHAPES, "right", "All 8 shapes fit."),
    (SHAPES | {"b_y": ...}, "open", "such as (4, 3) for `b_y`."),
    ({}, "open", "such as (4, 3) for `W_x[1]`"),
    ((4, 3), "wrong", "A dict from names to shapes is wanted"),
    (SHAPES | {"W_x[3]": (1, 1)}, "wrong", "This network has no 'W_x[3]'"),
    (SHAPES | {"W_y": 10}, "wrong", "`W_y`: 10 came, but a shape such as"),
    (SHAPES | {"W_y": (7, 7)}, "wrong", "(7, 7) is not the shape"),
])
def test_shapes_that_are_open_or_none(answer, state, sentence):
    feedback = check("shapes", answer, net=NET)
    assert feedback.state == state
    assert sentence in feedback.text


PARAMETERS = 12 + 16 + 4 + 8 + 4 + 2 + 10 + 5
CONNECTIONS = 6 * (12 + 16 + 8 + 4 + 10)


@pytest.mark.parametrize(("name", "answer", "bug"), [
    ("parameter_count", PARAMETERS - 11, "biases_forgotten"),
    ("parameter_count", PARAMETERS - 15, "output_forgotten"),
    ("parameter_count", PARAMETERS - 20, "W_a_forgotten"),
    ("parameter_count", PARAMETERS - 14, "W_a_one_to_one"),
    ("parameter_count", PARAMETERS * 6, "once_per_time"),
    ("parameter_count", PARAMETERS + 6, "units_counted_twice"),
    ("connections", CONNECTIONS // 6, "one_time_only"),
    ("connections", CONNECTIONS - 20, "start_not_drawn"),
    ("connections", CONNECTIONS + 66, "bias_counted"),
    ("connections", CONNECTIONS - 60, "output_not_counted"),
    ("connections", CONNECTIONS - 120, "W_a_not_counted"),
    ("connections", CONNECTIONS - 84, "W_a_one_to_one"),
    ("connections", CONNECTIONS + 30, "losses_counted"),
])
def test_a_wrong_count_is_named(name, answer, bug):
    feedback = check(name, answer, net=NET, T=6)
    assert bug in feedback.bugs
    assert feedback.text.startswith(f"{answer} comes out if ")


def test_one_question_whether_of_a_network_or_of_all():
    def parameter_count(n_x, units, n_y):
        layers = zip(units, (n_x, *units), strict=False)
        return sum(n * (m + n) for n, m in layers) + n_y * units[-1]

    in_general = check("parameter_count", parameter_count)
    of_this = check("parameter_count", parameter_count(NET.n_x, NET.units, NET.n_y), net=NET)
    assert in_general.bugs == of_this.bugs == ("biases_forgotten",)
    assert "biases are not counted" in in_general.text
    assert "comes out if the biases are not counted" in of_this.text


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_shapes_of_gated_cells_are_the_engines_too(cell):
    net = rl.Network(2, (3,), 1, cell)
    shapes = {name: value.shape for name, value in net.params.items()}
    assert check("shapes", shapes, net=net).ok
    assert check("shapes", shapes | {next(iter(shapes)): (7, 7)}, net=net).state == "wrong"


def test_two_counts_that_need_another_net_to_differ():
    net = rl.Network(n_x=4, units=(2,), n_y=3)
    assert check("parameter_count", 23 + 4, net=net).bugs == ("W_a_like_W_x",)
    deep = rl.Network(n_x=5, units=(4, 2), n_y=3)
    assert "n_x_in_every_layer" in check("parameter_count", 20 + 16 + 4 + 10 + 4 + 2 + 9,
                                         net=deep).bugs


def test_the_connections_are_those_of_the_picture():
    graph = rl.Graph(NET.n_x, NET.units, NET.n_y, 6, level="unit")
    drawn = sum(graph.connections(bundle) for bundle in graph.bundles if bundle.weight)
    assert check("connections", drawn, net=NET, T=6).ok
    everything = sum(graph.connections(bundle) for bundle in graph.bundles)
    assert check("connections", everything, net=NET, T=6).bugs == ("losses_counted",)


@pytest.mark.parametrize(("answer", "state", "sentence"), [
    (..., "open", "Answer with a whole number"),
    (None, "open", "Answer with a whole number"),
    ("many", "wrong", "'many' came, but one whole number is wanted"),
    (61.5, "wrong", "61.5 came"),
    (float("nan"), "wrong", "nan came"),
    (float("inf"), "wrong", "inf came"),
    (True, "wrong", "True came"),
    (hole, "open", "Answer with a whole number"),
    (lambda: PARAMETERS, "right", "it is."),
    (lambda net: PARAMETERS, "wrong", "`parameter_count` stops with TypeError"),
    (lambda: PARAMETERS // 0, "wrong", "with ZeroDivisionError"),
    (10**6, "wrong", "1000000 is too many"),
    (1, "wrong", "1 is too few"),
    (float(PARAMETERS), "right", f"{PARAMETERS} it is."),
])
def test_counts_that_are_open_or_no_number(answer, state, sentence):
    feedback = check("parameter_count", answer, net=NET)
    assert feedback.state == state
    assert sentence in feedback.text


# --- questions about arrows -------------------------------------------------------------------

DEEP = rl.Network(n_x=2, units=(3, 3, 3), n_y=1)


def asked(name, answer, node="a[2, 2]", net=DEEP, T=4):
    return check(name, answer, net=net, T=T, node=node)


def names(*layers_and_times, outputs=()):
    """Names of the states of (layers, times), and of y_hat and J at the times `outputs`."""
    return {f"a[{l}, {t}]" for layers, times in layers_and_times for l in layers
            for t in times} | {f"{name}[{t}]" for name in ("y_hat", "J") for t in outputs}


LATER = range(3, 5)
ALL = names(((2, 3), LATER), ((3,), (2,)), outputs=(2, 3, 4))


@pytest.mark.parametrize(("name", "node", "answer"), [
    ("feeds", "a[2, 2]", {"a[2, 3]", "a[3, 2]"}),
    ("feeds", "a[2, 4]", ["a[3,4]"]),
    ("feeds", "a[3, 2]", ("y_hat[2]", "a[3, 3]")),
    ("feeds", "a[2, 0]", "a[2, 1]"),
    ("feeds", "a[0, 3]", {"a[1, 3]"}),
    ("feeds", "y_hat[3]", {"J[3]"}),
    ("feeds", "J[3]", set()),
    ("influences", "a[2, 2]", ALL),
    ("influences", "a[2, 2]", lambda: ALL),
    ("influences", "a[3, 4]", names(outputs=(4,))),
    ("influences", "a[3, 0]", names(((3,), range(1, 5)), outputs=range(1, 5))),
])
def test_right_names(name, node, answer):
    assert asked(name, answer, node).ok


@pytest.mark.parametrize("l", [1, 2, 3])
def test_a_start_state_influences_whatever_changes_with_it(l):
    rng = np.random.default_rng(0)
    x, y, a0 = rng.normal(size=(4, 2)), np.zeros(4, dtype=int), rng.normal(size=(3, 3))
    net = rl.Network(n_x=2, units=(3, 3, 3), n_y=2)
    runs = [net.forward(x, y, a0=list(a0 + moved)) for moved in (0, 0.1 * np.eye(3)[[l - 1]].T)]
    values = [{f"a[{k}, {t}]": run.a[k, t] for k in (1, 2, 3) for t in range(1, 5)}
              | {f"{name}[{t}]": getattr(run, name)[t] for name in ("y_hat", "J")
                 for t in range(1, 5)} for run in runs]
    changed = {name for name in values[0] if not np.array_equal(values[0][name], values[1][name])}
    assert asked("influences", changed, f"a[{l}, 0]", net).ok


@pytest.mark.parametrize(("answer", "bug"), [
    ({"a[2, 1]", "a[1, 2]"}, "what_feeds_it"),
    (ALL, "everything_later"),
    ({"a[2, 3]"}, "path_up_missing"),
    ({"a[3, 2]"}, "path_next_missing"),
    ({"a[2, 3]", "a[3, 2]", "J[2]"}, "loss_at_once"),
    ({"a[2, 3]", "a[3, 2]", "y_hat[2]"}, "output_at_once"),
    ({"a[2, 3]", "a[3, 2]", "a[3, 3]"}, "diagonal"),
    ({"a[2, 3]", "a[3, 2]", "a[2, 2]"}, "itself"),
])
def test_wrong_arrows_are_named(answer, bug):
    assert asked("feeds", answer).bugs == (bug,)


@pytest.mark.parametrize(("answer", "bug"), [
    ({"a[2, 3]", "a[3, 2]"}, "one_arrow_only"),
    (ALL | {"a[2, 2]"}, "itself"),
    (names(((2,), LATER)), "same_layer_only"),
    (names(((3,), (2,)), outputs=(2,)), "same_time_only"),
    (names(((2, 3), LATER), outputs=LATER), "later_times_only"),
    (names(((2, 3), (3,)), ((3,), (2,)), outputs=(2, 3)), "next_time_only"),
    (names(((2,), LATER), ((3,), (2,)), outputs=(2,)), "upper_layers_once"),
    (ALL | names(((2, 3), (0, 1)), outputs=(1,)), "times_before"),
    (ALL | names(((0, 1), range(2, 5))), "layers_below"),
    (ALL - names(outputs=(2, 3, 4)) | {f"y_hat[{t}]" for t in (2, 3, 4)}, "losses_left_out"),
    (ALL - {f"y_hat[{t}]" for t in (2, 3, 4)}, "y_hat_left_out"),
    (ALL - names(outputs=(2, 3, 4)), "outputs_left_out"),
])
def test_wrong_influences_are_named(answer, bug):
    assert asked("influences", answer).bugs == (bug,)


@pytest.mark.parametrize(("answer", "state", "sentence"), [
    (hole, "open", "every node that can be reached along arrows from `a[2, 2]`"),
    (..., "open", "Answer with a set of names"),
    (3, "wrong", "3 came, but a set of names is wanted"),
    ({"a[2, 5]"}, "wrong", "'a[2, 5]' is no node here"),
    ({("a", 2, 3)}, "wrong", "('a', 2, 3) is no node here"),
    ({"y_hat[0]"}, "wrong", "'y_hat[0]' is no node here"),
    ({"a[1, 1]", "a[2, 3]"}, "wrong", "`a[1, 1]` does not belong"),
    (ALL - {"a[2, 4]", "J[3]"}, "wrong", "2 nodes are missing, the first one at t = 3."),
    (lambda: {}["none"], "wrong", "with KeyError"),
])
def test_names_that_are_open_or_none(answer, state, sentence):
    feedback = asked("influences", answer)
    assert feedback.state == state
    assert sentence in feedback.text


# --- what follows ------------------------------------------------------------------------------

FOLLOWS = {"linear, rho = 0.9": "vanishes", "tanh, sigma_1 = 0.9": "vanishes",
         "tanh, sigma_1 = 3": "open", "relu, rho = 0.9": "open",
         "logistic, sigma_1 = 3": "vanishes", "linear, 1.1 orthogonal": "explodes"}


def test_the_right_words():
    assert rl.check("what_follows", FOLLOWS).ok
    assert rl.check("what_follows", lambda: FOLLOWS).ok


@pytest.mark.parametrize(("case", "said", "bug"), [
    ("tanh, sigma_1 = 3", "explodes", "necessary_for_sufficient"),
    ("tanh, sigma_1 = 3", "vanishes", "saturation_for_granted"),
    ("relu, rho = 0.9", "vanishes", "radius_for_bound"),
    ("relu, rho = 0.9", "explodes", "radius_for_bound"),
    ("linear, rho = 0.9", "open", "long_run_forgotten"),
    ("linear, rho = 0.9", "explodes", "long_run_forgotten"),
    ("tanh, sigma_1 = 0.9", "open", "sufficient_not_used"),
    ("tanh, sigma_1 = 0.9", "explodes", "sufficient_not_used"),
    ("logistic, sigma_1 = 3", "open", "gamma_forgotten"),
    ("linear, 1.1 orthogonal", "open", "smallest_forgotten"),
    ("linear, 1.1 orthogonal", "vanishes", "smallest_forgotten"),
    ("logistic, sigma_1 = 3", "explodes", "gamma_forgotten")])
def test_wrong_words_are_told(case, said, bug):
    feedback = rl.check("what_follows", FOLLOWS | {case: said})
    assert feedback.bugs == (bug,)
    assert rl.exercises.bugs("what_follows")[bug] in feedback.text


@pytest.mark.parametrize(("answer", "text"), [
    (3, "dict"), ({"lstm": "open"}, "no case"),
    (FOLLOWS | {"tanh, sigma_1 = 3": "maybe"}, "one of")])
def test_strange_answers_get_a_sentence(answer, text):
    feedback = rl.check("what_follows", answer)
    assert feedback.state == "wrong"
    assert text in feedback.text


def test_an_unfinished_table_is_open():
    part = dict(list(FOLLOWS.items())[:2])
    assert rl.check("what_follows", part).state == "open"
    assert "relu" in rl.check("what_follows", part).text


# --- the author's own mistakes ---------------------------------------------------------------

@pytest.mark.parametrize(("call", "error", "sentence"), [
    (lambda: check("sideways", hole), ValueError, "exercise must be one of 'shapes'"),
    (lambda: rl.exercises.bugs("sideways"), ValueError, "exercise must be one of"),
    (lambda: check("shapes", {}), TypeError, "is about a network"),
    (lambda: check("connections", 3, net=NET), TypeError, "T must be a whole number"),
    (lambda: check("connections", 3, net=NET, T=0), ValueError, "T must be at least 1"),
    (lambda: check("feeds", set(), T=4, node="a[1, 1]"), TypeError, "is about a network"),
    (lambda: asked("feeds", set(), "a[9, 9]"), ValueError, "node must name a node of the graph"),
    (lambda: check("feeds", set(), net=NET, node="a[1, 1]"), TypeError, "T must be a whole"),
])
def test_a_check_that_is_called_wrongly(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()

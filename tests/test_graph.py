"""The graph's geometry and visiting orders, for every cell and size that can be drawn."""
from itertools import combinations, product

import pytest

import rnnlib as rl

SIZES = [(3, (4, 2), 2), (1, (1,), 1), (5, (5, 5, 4, 3), 2), (2, (3, 1, 2), 4)]
VIEWS = [("unit", True, 4), ("unit", False, 4), ("unit", True, 12), ("unit", False, 12),
         ("layer", True, 12), ("layer", True, 30), ("layer", False, 30), ("unit", True, 1)]
GATED = product([(2, (3,), 2), (1, (1,), 1), (3, (2, 4), 2)],
                [("unit", True, 6), ("unit", False, 12), ("layer", True, 6), ("layer", False, 30),
                 ("unit", True, 1)], ["lstm", "gru"])

# what each part of a layer is made of: (part, steps back in time); "x" is the layer below
MADE_OF = {
    "tanh": {"z": [("a", 1), ("x", 0)], "a": [("z", 0)]},
    "lstm": {**{k: [("a", 1), ("x", 0)] for k in "figo"},
             "c": [("c", 1), ("f", 0), ("i", 0), ("g", 0)], "a": [("c", 0), ("o", 0)]},
    "gru": {**{k: [("a", 1), ("x", 0)] for k in "ru"}, "g": [("a", 1), ("x", 0), ("r", 0)],
            "a": [("a", 1), ("u", 0), ("g", 0)]},
}
STATES = {"tanh": "a", "lstm": "ac", "gru": "a"}


@pytest.fixture(params=[*product(SIZES, VIEWS, ["tanh"]), *GATED], ids=str)
def graph(request):
    (n_x, units, n_y), (level, numbers, T), cell = request.param
    return rl.Graph(n_x, units, n_y, T, level=level, numbers=numbers, length=max(1, T - 2),
                    cell=cell)


def boxes(graph):
    """Left, top, right and bottom of every unit drawn."""
    w, h = graph.metrics.unit_w / 2, graph.metrics.unit_h / 2
    return [(x - w, y - h, x + w, y + h) for p in graph.places.values() for x, y in p.units]


def test_every_row_has_a_place_at_every_time_and_states_have_a_start(graph):
    rows = [("a", 0), ("y_hat", graph.L + 1), ("J", graph.L + 2)]
    rows += [(name, l) for l in range(1, graph.L + 1) for name in MADE_OF[graph.cell]
             if name != "z"]
    wanted = {(*row, t) for row in rows for t in range(1, graph.T + 1)}
    wanted |= {(name, l, 0) for l in range(1, graph.L + 1) for name in STATES[graph.cell]}
    assert set(graph.places) == wanted
    for name, l, n in graph.rows:
        shown = n if graph.level == "unit" else 1
        assert len(graph[name, l, 1].units) == shown


def test_no_two_units_overlap_and_all_are_inside_the_picture(graph):
    found = boxes(graph)
    for left, top, right, bottom in found:
        assert 0 <= left < right <= graph.width
        assert 0 <= top < bottom <= graph.height
    by_column = sorted(found)
    for one, other in combinations(by_column, 2):
        if other[0] >= one[2]:
            continue
        assert other[1] >= one[3] or other[3] <= one[1], (one, other)


def test_boxes_of_layers_do_not_overlap(graph):
    for first, second in combinations(graph.places.values(), 2):
        one, other = first.box, second.box
        if one[1] == other[1] and first.address[2] == second.address[2]:
            continue  # gates side by side: their slants share the line
        apart = (one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1]
                 or other[3] <= one[1])
        assert apart, (one, other)


def test_time_runs_to_the_right_and_layers_run_up(graph):
    for (name, l, t), place in graph.places.items():
        if (name, l, t + 1) in graph.places:
            assert graph[name, l, t + 1].centre[0] > place.centre[0]
        beside = [graph[other, l, t].centre[0] for names, layer, _ in graph.lines
                  if layer == l and name in names for other in names]
        assert sum(beside) / len(beside) == pytest.approx(graph.column_x(t))
        assert beside == sorted(beside)
        assert place.centre[1] == pytest.approx(graph.row_y(name, l))
    heights = [graph.row_y(name, l) for name, l, _ in graph.rows]
    assert heights == sorted(heights, reverse=True)  # y runs down


def test_an_example_that_has_ended_leaves_ghosts(graph):
    assert all(place.ghost == (t > graph.length) for (_, _, t), place in graph.places.items())
    assert all(bundle.ghost == (bundle.t > graph.length) for bundle in graph.bundles)


def test_every_matrix_is_used_once_at_every_time(graph):
    matrices = [name for name in graph.shapes if name.startswith("W")]
    uses = [(bundle.weight, bundle.t) for bundle in graph.bundles if bundle.weight]
    assert sorted(uses) == sorted(product(matrices, range(1, graph.T + 1)))
    for bundle in graph.bundles:
        if bundle.weight and graph.level == "unit":
            n, n_in = graph.shapes[bundle.weight]
            assert graph.connections(bundle) == n * n_in


def test_connections_run_up_within_a_time_or_on_to_the_next_time(graph):
    ways = {"W_a": (0, 1), "kept": (0, 1), "unit": (0, 0)}
    for bundle in graph.bundles:
        (_, l0, t0), (_, l1, t1) = bundle.source, bundle.target
        assert (l1 - l0, t1 - t0) == ways.get(bundle.kind, (1, 0))
        assert bundle in graph.feeds(bundle.target)
        assert bundle in graph.fed_by(bundle.source)
    ends = sum(len(graph.feeds(address)) for address in graph.places)
    starts = sum(len(graph.fed_by(address)) for address in graph.places)
    assert ends == starts == len(graph.bundles)


def test_a_part_is_fed_by_what_it_is_made_of(graph):
    for (name, l, t) in graph.places:
        if 1 <= l <= graph.L and t:
            made = MADE_OF[graph.cell]["z" if graph.cell == "tanh" else name]
            assert sorted(bundle.source for bundle in graph.feeds((name, l, t))) == sorted(
                needed(made, l, t))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_link_without_a_matrix_has_one_line_for_each_unit(cell):
    for bundle in rl.Graph(2, (3, 4), 2, 3, cell=cell).bundles:
        assert bundle.each == (bundle.kind in ("unit", "kept"))
        if bundle.each:
            graph = rl.Graph(2, (3, 4), 2, 3, cell=cell)
            assert graph.connections(bundle) == graph.units[bundle.target[1] - 1]


@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru"])
def test_the_parameters_are_those_of_a_network(cell):
    net = rl.Network(3, (4, 2), 2, cell)
    graph = rl.Graph(3, (4, 2), 2, 3, cell=cell)
    assert graph.shapes == {name: W.shape for name, W in net.params.items()}


def needed(made, l, t):
    """Addresses of what a part of layer l is made of at time t."""
    return [("a", l - 1, t) if part == "x" else (part, l, t - back) for part, back in made]


def test_the_forward_order_visits_each_address_once_and_after_what_it_needs(graph):
    order = graph.forward_order()
    assert len(set(order)) == len(order)
    known = {(name, l, 0) for l in range(1, graph.L + 1) for name in STATES[graph.cell]}
    for name, l, t in order:
        needs = {"y_hat": [("a", graph.L, t)], "J": [("y_hat", graph.L + 1, t)]}.get(name, [])
        if 1 <= l <= graph.L:
            needs = needed(MADE_OF[graph.cell][name], l, t)
        assert known.issuperset(needs), (name, l, t)
        known.add((name, l, t))
    alive = {address for address in graph.places if address[2] <= graph.length}
    assert {address for address in known if address[0] != "z"} == alive


def test_the_backward_order_visits_each_address_once_and_after_what_it_needs(graph):
    order, known = graph.backward_order(), set()
    assert len(set(order)) == len(order)
    made_of = MADE_OF[graph.cell]
    for name, l, t in order:
        needs = {"z_y": [("J", graph.L + 2, t)]}.get(name, [])
        if name == "a" and l == graph.L and t:
            needs = [("z_y", l + 1, t)]
        elif name == "a" and l < graph.L and t:
            needs = [(part, l + 1, t) for part, made in made_of.items() if ("x", 0) in made]
        if 1 <= l <= graph.L:
            needs += [(part, l, t + back) for part, made in made_of.items()
                      for of, back in made if of == name and t + back <= graph.length
                      and (t or back)]
        assert known.issuperset(needs), (name, l, t)
        known.add((name, l, t))
    places = {graph[address].address for address in known}
    assert places == {address for address in graph.places if address[2] <= graph.length}


def test_z_stands_inside_the_node_of_its_a():
    graph = rl.Graph(2, (3,), 2, 3)
    assert graph["z", 1, 2] is graph["a", 1, 2]
    assert graph["z_y", 2, 2] is graph["y_hat", 2, 2]


def test_what_a_gate_is_before_its_activation_stands_inside_its_node():
    graph = rl.Graph(2, (3,), 2, 3, cell="gru")
    assert graph["z_r", 1, 2] is graph["r", 1, 2]
    assert graph["z_ag", 1, 2] is graph["z_g", 1, 2] is graph["g", 1, 2]
    with pytest.raises(KeyError, match="names are r, u, g, a, y_hat, J, layers 0 to 3"):
        graph["c", 1, 2]


def test_units_may_be_one_number():
    assert rl.Graph(2, 3, 2, 3).units == rl.Graph(2, (3,), 2, 3).units == (3,)


@pytest.mark.parametrize(("change", "error", "words"), [
    ({"n_x": 0}, ValueError, "n_x must be at least 1, got 0"),
    ({"n_y": 2.0}, TypeError, "n_y must be a whole number, got 2.0"),
    ({"units": ()}, ValueError, "units has 0 layers; the picture holds 1 to 4"),
    ({"units": (1,) * 5}, ValueError, "units has 5 layers; the picture holds 1 to 4"),
    ({"units": (3, 0)}, ValueError, "units must be at least 1, got 0"),
    ({"units": 2.5}, TypeError, "units must be a whole number, got 2.5"),
    ({"units": True}, TypeError, "units must be a whole number, got True"),
    ({"T": 0}, ValueError, "T must be at least 1, got 0"),
    ({"T": 13}, ValueError, "T must be at most 12 at level 'unit', got 13; level 'layer'"),
    ({"T": 31}, ValueError, "T must be at most 12, got 31"),
    ({"T": 31, "level": "layer"}, ValueError, "T must be at most 30, got 31"),
    ({"units": 40, "T": 12}, ValueError, "units must be fewer at level 'unit': there would be 21"),
    ({"units": b"ab"}, TypeError, "units must be a whole number, got b'ab'"),
    ({"T": None}, TypeError, "T must be a whole number, got None"),
    ({"cell": "simple"}, ValueError, "cell must be one of 'tanh', 'relu', 'logistic', 'identity',"),
    ({"level": "cell"}, ValueError, "level must be one of 'unit', 'layer', got 'cell'"),
    ({"length": 5}, ValueError, "length must be at most 4, got 5"),
    ({"length": 0}, ValueError, "length must be at least 1, got 0"),
])
def test_what_cannot_be_drawn_gets_one_sentence(change, error, words):
    with pytest.raises(error) as caught:
        rl.Graph(**{"n_x": 3, "units": (4, 2), "n_y": 2, "T": 4, **change})
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("address", [("a", 0, 0), ("a", 3, 1), ("q", 1, 1), ("a", 1, 5),
                                     ("a", 1, -1)])
def test_an_address_that_is_not_there_gets_one_sentence(address):
    with pytest.raises(KeyError, match="the graph has no node"):
        rl.Graph(3, (4, 2), 2, 4)[address]

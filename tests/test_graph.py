"""The graph's geometry and visiting orders, for every size that can be drawn."""
from itertools import combinations, product

import pytest

import rnnlib as rl

SIZES = [(3, (4, 2), 2), (1, (1,), 1), (5, (5, 5, 4, 3), 2), (2, (3, 1, 2), 4)]
VIEWS = [("unit", True, 4), ("unit", False, 4), ("unit", True, 12), ("unit", False, 12),
         ("layer", True, 12), ("layer", True, 30), ("layer", False, 30), ("unit", True, 1)]


@pytest.fixture(params=product(SIZES, VIEWS), ids=str)
def graph(request):
    (n_x, units, n_y), (level, numbers, T) = request.param
    return rl.Graph(n_x, units, n_y, T, level=level, numbers=numbers, length=max(1, T - 2))


def boxes(graph):
    """Left, top, right and bottom of every unit drawn."""
    w, h = graph.metrics.unit_w / 2, graph.metrics.unit_h / 2
    return [(x - w, y - h, x + w, y + h) for p in graph.places.values() for x, y in p.units]


def test_every_row_has_a_place_at_every_time_and_states_have_a_start(graph):
    rows = [("a", l) for l in range(graph.L + 1)] + [("y_hat", graph.L + 1), ("J", graph.L + 2)]
    wanted = {(*row, t) for row in rows for t in range(1, graph.T + 1)}
    wanted |= {("a", l, 0) for l in range(1, graph.L + 1)}
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
    for one, other in combinations([place.box for place in graph.places.values()], 2):
        apart = (one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1]
                 or other[3] <= one[1])
        assert apart, (one, other)


def test_time_runs_to_the_right_and_layers_run_up(graph):
    for (name, l, t), place in graph.places.items():
        if (name, l, t + 1) in graph.places:
            assert graph[name, l, t + 1].centre[0] > place.centre[0]
        assert place.centre[0] == pytest.approx(graph.column_x(t))
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
    for bundle in graph.bundles:
        (_, l0, t0), (_, l1, t1) = bundle.source, bundle.target
        assert (l1 - l0, t1 - t0) == ((0, 1) if bundle.kind == "W_a" else (1, 0))
        assert bundle in graph.feeds(bundle.target)
        assert bundle in graph.fed_by(bundle.source)
    ends = sum(len(graph.feeds(address)) for address in graph.places)
    starts = sum(len(graph.fed_by(address)) for address in graph.places)
    assert ends == starts == len(graph.bundles)


def test_the_forward_order_visits_each_address_once_and_after_what_it_needs(graph):
    order = graph.forward_order()
    assert len(set(order)) == len(order)
    known = {("a", l, 0) for l in range(1, graph.L + 1)}
    for name, l, t in order:
        needs = {"z": [("a", l, t - 1), ("a", l - 1, t)], "a": [("z", l, t)] if l else [],
                 "y_hat": [("a", graph.L, t)], "J": [("y_hat", graph.L + 1, t)]}[name]
        assert known.issuperset(needs), (name, l, t)
        known.add((name, l, t))
    alive = {address for address in graph.places if address[2] <= graph.length}
    assert {address for address in known if address[0] != "z"} == alive


def test_the_backward_order_visits_each_address_once_and_after_what_it_needs(graph):
    order, known = graph.backward_order(), set()
    assert len(set(order)) == len(order)
    for name, l, t in order:
        above = ("z_y", l + 1, t) if l == graph.L else ("z", l + 1, t)
        following = [("z", l, t + 1)] if 0 < l <= graph.L and t < graph.length else []
        needs = {"J": [], "z_y": [("J", graph.L + 2, t)], "z": [("a", l, t)],
                 "a": [*([above] if t else []), *following]}[name]
        assert known.issuperset(needs), (name, l, t)
        known.add((name, l, t))
    places = {graph[address].address for address in known}
    assert places == {address for address in graph.places if address[2] <= graph.length}


def test_z_stands_inside_the_node_of_its_a():
    graph = rl.Graph(2, (3,), 2, 3)
    assert graph["z", 1, 2] is graph["a", 1, 2]
    assert graph["z_y", 2, 2] is graph["y_hat", 2, 2]


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
    ({"T": None}, TypeError, "T must be a whole number, got None"),
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

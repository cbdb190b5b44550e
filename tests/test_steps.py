"""What the steppers show is what the run holds: values, paths, terms, lit connections."""
import itertools
import math
import re

import numpy as np
import pytest
from engine_cases import ACTIVATIONS, GATED_CELLS, LOSSES, Case

import rnnlib as rl
from rnnlib.graph.steps import Steps
from rnnlib.graph.svg import key
from rnnlib.style import number

SIMPLE = [
    *(Case(cell, loss, T=3) for cell, loss in itertools.product(ACTIVATIONS, LOSSES)),
    Case(T=1), Case(T=1, units=(1,), n_x=1, n_y=1, loss="squared"), Case(T=4, lengths=(2, 4)),
    Case(units=(2, 3, 1, 2), T=2, mask=False), Case(units=(1, 1), n_x=1, n_y=1, loss="logistic"),
    Case(T=12, m=1, units=(4, 2), mask=False), Case(mask=True, T=5, start=False),
]
GATED = [case for cell in GATED_CELLS for case in (
    *(Case(cell, loss, units=(3,), T=3) for loss in LOSSES), Case(cell, T=1),
    Case(cell, "squared", T=1, units=(1,), n_x=1, n_y=1),
    Case(cell, T=4, units=(2, 3), lengths=(2, 4)), Case(cell, T=5, units=(1, 1), start=False),
)]
CASES = [*SIMPLE, *GATED]


@pytest.fixture(params=CASES, ids=str)
def run(request):
    """(graph, fwd, bwd, steps) of the first example."""
    net, fwd, _ = request.param.run()
    return stepped(net, fwd.example(0))


def stepped(net, fwd, level="unit"):
    graph = rl.Graph(net.n_x, net.units, net.n_y, fwd.T, level=level, length=int(fwd.lengths[0]),
                     cell=net.cell)
    bwd = net.backward(fwd)
    return graph, fwd, bwd, Steps(graph, fwd, bwd)


def shown(steps):
    """What the nodes show at the end: {address: [text of each unit]}."""
    found = {}
    for step in steps:
        for address, first, texts, *_ in step["set"]:
            units = found.setdefault(address, {})
            units.update(enumerate(texts, first))
    return {address: [units[j] for j in sorted(units)] for address, units in found.items()}


def texts(values):
    return [number(v) for v in values]


def at_every_node(graph, value):
    """The texts of value(name, l, t) at every node up to the example's end."""
    return {key(address): texts(np.ravel(value(*address)))
            for address in graph.places if address[2] <= graph.length}


def tokens(line):
    """All tokens of a line that are lists, the inner ones too."""
    for token in line:
        if isinstance(token, list):
            yield token
            if token[0] in "dg":
                yield from tokens(token[1] if token[0] == "g" else token[1:])


# ---- every value of the run

@pytest.mark.parametrize("by", ["layer", "unit"])
def test_the_forward_steps_end_with_every_value_of_the_run(run, by):
    graph, fwd, _, steps = run
    def value(name, l, t):
        return getattr(fwd, name)[t] if name in ("y_hat", "J") else getattr(fwd, name)[l, t]

    wanted = at_every_node(graph, value)
    assert shown(steps.forward(by)) == wanted
    assert shown([steps.known()]) == wanted


@pytest.mark.parametrize("by", ["layer", "unit"])
def test_the_backward_steps_end_with_every_derivative(run, by):
    graph, fwd, bwd, steps = run
    def derivative(name, l, t):
        if name not in ("y_hat", "J"):
            # where a state has a z of its own, the node has become dJ/dz
            z = next((z for z, part in graph.anatomy.inside.items()
                      if part == name in graph.anatomy.states and l and t), name)
            return getattr(bwd, z)[l, t]
        return bwd.z_y[t] if name == "y_hat" else fwd.mask[t].astype(float)

    assert shown(steps.backward(by)) == at_every_node(graph, derivative)


@pytest.mark.parametrize(("way", "more"), [("forward", 0), ("backward", 1)])
def test_a_node_says_which_z_it_holds_until_it_holds_its_own(way, more):
    """Forwards it is z and then a; backwards dJ/da and then dJ/dz, which goes on from there."""
    net, fwd, _ = SIMPLE[0].run()
    graph, _, bwd, steps = stepped(net, fwd.example(0))
    for step in getattr(steps, way)("unit"):
        _, l, t = step["at"].split(",")
        assert ("held" in step) == ("meet in z" in step["say"] or "slope" in step["say"])
        if more and "held" in step:
            assert step["held"] == "z"
            assert step["say"].endswith("to ∂J/∂z")
            [(_, first, text, *_)] = step["set"]
            assert text == texts(bwd.z[int(l), int(t)][first])


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_both_details_pass_the_same_nodes_in_the_same_order(run, way):
    _, _, _, steps = run
    layer, unit = ([step["at"] for step in getattr(steps, way)(by)] for by in ("layer", "unit"))
    assert [at for at, _ in itertools.groupby(unit)] == [at for at, _ in itertools.groupby(layer)]


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_unit_by_unit_visits_every_unit_of_a_layer(run, way):
    graph, _, _, steps = run
    visited = [(step["at"], step["say"].split(":")[-1], step["unit"])
               for step in getattr(steps, way)("unit") if step["unit"] >= 0]
    for (at, _), group in itertools.groupby(visited, lambda step: step[:2]):
        units = [unit for _, _, unit in group]
        n = graph.units[int(at.split(",")[1]) - 1]
        assert [unit % n for unit in units] == list(range(n))


# ---- what is lit

@pytest.mark.parametrize("way", ["forward", "backward"])
@pytest.mark.parametrize("by", ["layer", "unit"])
def test_what_is_lit_leads_into_or_out_of_the_node(run, way, by):
    graph, _, _, steps = run
    for step in getattr(steps, way)(by):
        for index, axis, unit, role in step["on"]:
            bundle = graph.bundles[index]
            near = bundle.target if way == "forward" else bundle.source
            assert step["at"] == key(near)
            assert not bundle.ghost
            assert role in rl.style.ROLES
            if axis != "*":
                assert axis == ("r" if way == "forward" else "c")
                assert unit == step["unit"]


def test_every_use_of_a_weight_is_lit_once_going_forward(run):
    graph, _, _, steps = run
    lit = [index for step in steps.forward() for index, *_ in step["on"]]
    uses = [k for k, bundle in enumerate(graph.bundles) if not bundle.ghost and bundle.weight]
    assert sorted(k for k in lit if graph.bundles[k].weight) == uses


# ---- the numbers in the equations

def paths(line):
    """{role: numbers} of the terms of the last line of a step where paths meet."""
    return {token[2]: [token[1]] if token[0] == "n" else token[1]
            for token in tokens(line) if len(token) > 2 and token[0] in "nv"}


POWER = re.compile("(-?)(?:([0-9.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")


def parts_of(text):
    """(number, power of ten) of a shown number."""
    found = POWER.fullmatch(text)
    if not found:
        return float(text), 0
    sign, digits, power = found.groups()
    return float(f"{sign}{digits or 1}"), int(power.translate(
        str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def value(text):
    """A shown number as a number."""
    digits, power = parts_of(text)
    return float(f"{digits}e{power}") if power else digits


def rounding(text):
    """Half a unit of the last digit of a shown number."""
    digits, power = parts_of(text)
    if power:
        return 0.05 * 10.0 ** power
    v = abs(digits)
    return 0.0005 if v < 9.9995 else 0.5 * 10.0 ** (math.floor(math.log10(v)) - 2)


@pytest.mark.parametrize("by", ["layer", "unit"])
def test_the_paths_in_the_equation_add_up_to_the_node(run, by):
    graph, _, bwd, steps = run
    states, met = graph.anatomy.states, 0
    for step in steps.backward(by):
        name, l, t = step["at"].split(",")
        if name not in states or "slope" in step["say"]:
            continue
        roles = paths(step["eq"][-1])
        both = {"from_above"} if l == "0" or "no next" in step["say"] else (
            {"from_next"} if t == "0" else {"from_above", "from_next"})
        assert set(roles) == both
        (address, first, total, *_), = step["set"]
        for k, text in enumerate(total):
            parts = [values[k] for values in roles.values()]
            room = sum(map(rounding, [*parts, text])) + 1e-12
            assert abs(sum(map(value, parts)) - value(text)) <= room, step["say"]
        for role, values in roles.items():
            if name == "c":
                role = {"from_above": "c_from_a", "from_next": "c_from_next"}[role]
            record = bwd.x[int(t)] if l == "0" else getattr(bwd, role)[int(l), int(t)]
            assert values == texts(record[first:first + len(total), 0])
        met += "two ways meet" in step["say"]
    expected = (graph.length - 1) * (graph.L if by == "layer" else sum(graph.units))
    assert met == expected * len(states)


def test_the_products_in_an_equation_are_the_terms_of_its_sum(run):
    _, _, _, steps = run
    for step in [*steps.forward("unit"), *steps.backward("unit")]:
        for line, following in itertools.pairwise(step["eq"]):
            short = paths(following)
            for _, pairs, role in (token for token in tokens(line) if token[0] == "p"):
                close(sum(value(a) * value(b) for a, b in pairs), short[role][0],
                      sum(map(of_product, pairs)))


def of_product(pair):
    """How far a product of two shown numbers may be off."""
    a, b = (abs(value(text)) for text in pair)
    da, db = map(rounding, pair)
    return da * b + db * a + da * db


def close(found, text, room):
    """Asserts that a number computed from shown numbers is the one shown."""
    assert abs(found - value(text)) <= room + rounding(text) + 1e-12, (found, text)


def runs_of_numbers(line):
    """The numbers of each vector or number of a line, with the operators between them."""
    return [token[1] if token[0] == "v" else [token[1]] if token[0] == "n" else token
            for token in flat(line) if token[0] in "vn" or token in ("+", "=", "⊙", "·")]


def flat(line):
    """A line's tokens with those in groups in their place."""
    for token in line:
        if token[0] == "g":
            yield from flat(token[1])
        else:
            yield token


@pytest.mark.parametrize("case", GATED, ids=str)
def test_numbers_on_both_sides_of_an_equals_sign_agree(case):
    """Every chain of vectors such as "= f ⊙ c + i ⊙ g = c" is computed from what it shows."""
    net, fwd, _ = case.run()
    *_, steps = stepped(net, fwd.example(0))
    checked = 0
    for step in [*steps.forward(), *steps.backward()]:
        for line in step["eq"] if "layer" in step["say"] else ():
            sides = [list(side) for equal, side in itertools.groupby(
                runs_of_numbers(line), lambda token: token == "=") if not equal]
            sides = [side for side in sides if all(isinstance(token, list) for token in side[::2])]
            for one, other in itertools.pairwise(sides):
                if len(other) == 1 < len(one):
                    checked += 1
                    for k, text in enumerate(other[0]):
                        agree(one, k, text)
    assert checked > 5


def agree(side, k, text):
    """Asserts that a side such as v ⊙ w + u ⊙ s has the shown k-th entry."""
    found = room = 0.0
    for plus, term in itertools.groupby(side, lambda token: token == "+"):
        factors = [token[k] for token in term if isinstance(token, list)]
        if not plus:
            found += math.prod(map(value, factors))
            room += of_product(factors) if len(factors) == 2 else rounding(factors[0])
    close(found, text, room)


def test_z_is_the_sum_of_what_stands_before_it(run):
    _, _, _, steps = run
    for step in steps.forward("layer"):
        if "meet in z" in step["say"]:
            parts = paths(step["eq"][1])
            assert list(parts) == ["b", "W_a", "W_x"]
            for k, text in enumerate(step["set"][0][2]):
                column = [values[k] for values in parts.values()]
                close(sum(map(value, column)), text, sum(map(rounding, column)))


@pytest.mark.parametrize("case", GATED, ids=str)
def test_a_gate_shows_its_z_its_activation_and_what_feeds_it(case):
    net, fwd, _ = case.run()
    graph, fwd, _, steps = stepped(net, fwd.example(0))
    gates = {"lstm": "figo", "gru": "rug"}[case.cell]
    for step in steps.forward():
        k, l, t = step["at"].split(",")
        if k in gates:
            total = runs_of_numbers(step["eq"][-2])[-1]
            assert total == texts(getattr(fwd, f"z_{k}")[int(l), int(t)][:, 0])
            assert runs_of_numbers(step["eq"][-1])[-3] == total
            assert {graph.bundles[index].weight for index, *_ in step["on"]} >= {
                f"W_a{k}[{l}]", f"W_x{k}[{l}]"}
            roles = [role for line in step["eq"] for role in paths(line)]
            assert set(roles) == {"b", "W_a", "W_x"} | ({"unit"} if (case.cell, k) == (
                "gru", "g") else set())


def test_a_negative_factor_stands_in_brackets():
    net, fwd, _ = Case("lstm", units=(1,), T=3, mask=False).run()
    *_, steps = stepped(net, fwd.example(0))
    lines = [list(flat(line)) for step in [*steps.forward(), *steps.backward("unit")]
             if "layer" in step["say"] for line in step["eq"]]
    after = [(line[k + 1], line[k + 2:k + 3]) for line in lines
             for k, token in enumerate(line[:-1]) if token == "·"]
    negative = [n for n, _ in after if n[0] == "n" and n[1].startswith("-")]
    assert not negative
    assert any(n == "(" and number[0][1].startswith("-") for n, number in after)


@pytest.mark.parametrize("cell", GATED_CELLS)
def test_what_is_kept_has_a_term_of_its_own_in_the_equation_of_the_state(cell):
    net, fwd, _ = Case(cell, units=(3,), T=3).run()
    _, fwd, _, steps = stepped(net, fwd.example(0))
    name, gate = ("c", "f") if cell == "lstm" else ("a", "u")
    state = getattr(fwd, name)
    for t in (1, 2, 3):
        [step] = [step for step in steps.forward() if step["at"] == f"{name},1,{t}"]
        kept = getattr(fwd, gate)[1, t] * state[1, t - 1]
        assert paths(step["eq"][-1]) == {"kept": texts(kept[:, 0]),
                                         "unit": texts((state[1, t] - kept)[:, 0])}


def test_the_logs_in_the_equation_of_a_loss_are_the_loss():
    for loss in ("softmax", "logistic"):
        net, fwd, _ = Case("tanh", loss, T=3, mask=False).run()
        _, _, _, steps = stepped(net, fwd.example(0))
        for step in steps.forward():
            if step["say"].endswith(": the loss"):
                line = step["eq"][0]
                *chances, J = [token[1] for token in line if token[0] == "n"]
                room = sum(rounding(q) / value(q) for q in chances) * 2 + rounding(J)
                assert abs(-sum(math.log(value(q)) for q in chances) - value(J)) <= room
                assert sum("log " in token for token in line if isinstance(token, str)) == (
                    len(chances) + (loss == "softmax"))


# ---- the terms of the gradients

def test_the_terms_add_up_to_the_gradient(run):
    graph, _, bwd, steps = run
    for name, found in steps.terms().items():
        grad = bwd.params[name]
        assert tuple(found["shape"]) == grad.shape
        assert len(found["terms"]) == len(found["sums"]) == graph.length
        for text, whole in zip(found["sums"][0], grad.ravel(), strict=True):
            assert abs(value(text) - whole) <= rounding(text) + 1e-12
        for t, row in enumerate(found["terms"], 1):
            assert row == texts(bwd.terms(name)[t - 1].ravel())


def test_each_term_is_announced_once_when_its_derivative_is_known(run):
    graph, _, _, steps = run
    for by in ("layer", "unit"):
        announced = [step["terms"] for step in steps.backward(by) if "terms" in step]
        times, gates = range(graph.length, 0, -1), [*graph.anatomy.gates][::-1]
        inner = [[l, k] if k else [l] for l in range(graph.L, 0, -1) for k in gates or [""]]
        assert announced == [[l, t, *k] for t in times for l, *k in [[graph.L + 1], *inner]]


def test_a_term_written_as_a_matrix_is_the_term(run):
    _, _, bwd, steps = run
    for step in steps.backward("layer"):
        for token in (token for line in step["eq"] for token in tokens(line) if token[0] == "m"):
            l, t, *gate = step["terms"]
            name = token[2] if token[2] == "W_y" else f"{token[2]}{''.join(gate)}[{l}]"
            assert token[1] == [texts(row) for row in bwd.terms(name)[t - 1]]


# ---- scales and corners

def test_no_node_is_larger_than_full_colour(run):
    _, _, _, steps = run
    for way in ("forward", "backward"):
        for step in getattr(steps, way)():
            # a z is on its way to an a, whose scale it shares: it may be beyond full colour
            if "meet in z" not in step["say"]:
                assert all(abs(share) <= 100 for *_, shares in step["set"] for share in shares)


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_a_nodes_share_is_its_value_on_its_scale(run, way):
    graph, _, _, steps = run
    scales, own = steps.scales(way), {("a", "0"): "x", ("c", "1"): "c", ("c", "2"): "c"}
    for step in getattr(steps, way)():
        for address, _, texts, _, shares in step["set"]:
            name, l, _ = address.split(",")
            largest = 0 if name == "J" else scales[own.get((name, l), "a")]
            for text, share in zip(texts, shares, strict=True):
                wanted = value(text) / largest if largest else 0
                room = rounding(text) / largest if largest else 0
                assert abs(share / 100 - wanted) <= room + 0.0051


def test_a_run_without_targets_steps_forward_and_knows_no_loss():
    net = rl.Network(3, (4, 2), 2)
    fwd = net.forward(np.ones((3, 3)))
    graph = rl.Graph(3, (4, 2), 2, 3)
    steps = Steps(graph, fwd.example(0))
    assert not any(address.startswith("J") for address in shown(steps.forward()))
    assert shown([steps.known()])[key(("J", 4, 1))] == []


def test_where_the_mask_is_off_no_loss_is_asked_for():
    net = rl.Network(2, (2,), 2)
    fwd = net.forward(np.ones((3, 2)), [0, 1, 0], mask=[False, False, True])
    _, _, _, steps = stepped(net, fwd)
    for way in (steps.forward, steps.backward):
        says = [step["say"] for step in way() if "no loss is asked for" in step["say"]]
        assert len(says) == 2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cell", GATED_CELLS)
def test_gates_whose_gradient_explodes_are_shown_as_far_as_numbers_go(cell):
    net = rl.Network(2, (2,), 1, cell, "squared")
    net.params["W_y"] = np.full((1, 2), 1e200)
    fwd = net.forward(np.ones((3, 2)), np.zeros((3, 1)))
    _, _, _, steps = stepped(net, fwd)
    for by in ("layer", "unit"):
        assert any(not np.isfinite(value(text)) for found in shown(steps.backward(by)).values()
                   for text in found)
    assert all(np.isfinite(v) for v in steps.scales("backward").values())


@pytest.mark.filterwarnings("error")  # in a notebook a warning is an error output
@pytest.mark.parametrize("level", ["unit", "layer"])
def test_a_run_that_explodes_is_shown_as_far_as_numbers_go(level):
    net = rl.Network(2, (2,), 1, "identity", "squared", init="identity", scale=1e200)
    fwd = net.forward(np.ones((5, 2)), np.zeros((5, 1)))
    graph, _, _, steps = stepped(net, fwd, level)
    for by in ("layer", "unit") if level == "unit" else ("layer",):
        ahead, back = steps.forward(by), steps.backward(by)
        assert any("inf" in text.lstrip("-") for found in shown(ahead).values() for text in found)
        assert any(not np.isfinite(value(text)) for found in shown(back).values() for text in found)
    for way in ("forward", "backward"):
        assert all(np.isfinite(v) for v in steps.scales(way).values())
    assert {len(found["terms"]) for found in steps.terms().values()} == {5}

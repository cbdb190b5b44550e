"""A cell that one file adds is known everywhere: every law that cells obey is asked of it."""
import itertools
from dataclasses import replace

import numpy as np
import pytest
import test_cells
import test_graph
import test_steps
from engine_cases import LOSSES, Case
from minimal_gated_unit import MGU

import rnnlib as rl
from rnnlib import cells
from rnnlib.cells.anatomy import Kept
from rnnlib.graph.svg import key

CASES = [
    *(Case("mgu", loss, units=(3, 2), lengths=(5, 2)) for loss in LOSSES), Case("mgu", T=1),
    Case("mgu", "squared", units=(1,), n_x=1, n_y=1), Case("mgu", units=(2, 3, 1), m=3, T=4),
    Case("mgu", "logistic", units=(1, 1), n_x=1, n_y=1, m=1, T=1, mask=False),
    Case("mgu", units=(3,), T=3, mask=False), Case("mgu", T=5, units=(1, 1), start=False),
]
# what each part is made of: (part, steps back in time); "x" is the layer below
MADE_OF = {"f": [("a", 1), ("x", 0)], "p": [("a", 1), ("f", 0)], "g": [("p", 0), ("x", 0)],
           "a": [("a", 1), ("f", 0), ("g", 0)]}


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(test_graph.MADE_OF, "mgu", MADE_OF)
    monkeypatch.setitem(test_graph.STATES, "mgu", "a")
    cells.register(MGU())
    yield
    cells.forget("mgu")


def laws(module, *taken):
    """The tests of a module that take these arguments, besides `way` and `by`."""
    found = []
    for name, test in vars(module).items():
        wanted = test.__code__.co_varnames[:test.__code__.co_argcount] if (
            name.startswith("test_")) else ()
        if taken == tuple(arg for arg in wanted if arg not in ("way", "by")):
            sides = [dict(zip(wanted[len(taken):], side)) for side in itertools.product(
                *({"way": ("forward", "backward"), "by": ("layer", "unit")}[arg]
                  for arg in wanted[len(taken):]))]
            found += [pytest.param(test, side, id="-".join((name, *side.values())))
                      for side in sides]
    return found


# ---- the engine

@pytest.mark.parametrize(("law", "options"), [
    law for law in laws(test_cells, "name") if "the_recurrence" not in law.id])  # that is tanh's
def test_it_obeys_the_laws_of_cells(law, options):
    law("mgu", **options)


@pytest.mark.parametrize("open_or_shut", [1, 12])
def test_its_step_jacobian_is_the_complex_step_derivative(open_or_shut):
    test_cells.test_a_step_jacobian_is_the_complex_step_derivative("mgu", open_or_shut)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_gradient_is_the_complex_step_derivative(case):
    x, y, a0, lengths, mask = case.data()
    report = rl.gradcheck.check(case.net(), x, y, a0, lengths, mask=mask)
    assert {*case.net().params, "x", "a0[1]"} <= set(report.errors)
    assert report.ok, report


@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_items_are_summed_by_its_gradient(case):
    net, fwd, bwd = case.run()
    for name in net.params:
        np.testing.assert_allclose(rl.flow.itemised(net, fwd, name).total, bwd.params[name],
                                   rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_gradient_norms_are_those_of_backward(case):
    net, (x, y, a0, lengths, _) = case.net(), case.data()
    fwd = net.forward(x, y, a0, lengths)
    norms, bwd = rl.flow.gradient_norms(net, fwd, loss_at="every"), net.backward(fwd)
    for l, t in itertools.product(range(1, net.L + 1), range(fwd.T + 1)):
        np.testing.assert_allclose(10 ** norms[l, t], np.linalg.norm(bwd.a[l, t], axis=0),
                                   rtol=1e-10, atol=1e-300)


def test_what_its_gate_keeps_is_1_minus_f():
    net, fwd, _ = Case("mgu", "squared", units=(3,), m=1).run()
    kept = rl.flow.kept(net, fwd)
    for t in range(1, fwd.T + 1):
        np.testing.assert_array_equal(kept[1, t], 1 - fwd.f[1, t])
    product = np.prod([kept[1, t] for t in range(1, fwd.T + 1)], axis=0)
    np.testing.assert_allclose(10 ** rl.flow.log10_kept(net, fwd)[1, 0], product, rtol=1e-12)
    assert (rl.Network(2, 3, 1, "mgu", forget_bias=4).params["b_f[1]"] == -4).all()


def test_without_recurrent_weights_the_direct_way_is_the_whole():
    net = rl.Network(2, (3,), 1, "mgu", "squared", init="identity", scale=0.0, seed=3)
    x = np.random.default_rng(3).normal(size=(6, 2))
    fwd = net.forward(x, np.ones((6, 1)), mask=np.arange(6) == 5)
    whole = rl.flow.gradient_norms(net, fwd, carried=True).over_time(1)[:, 0]
    direct = rl.flow.direct_norms(net, fwd, net.backward(fwd).a[1, 6][:, 0])
    np.testing.assert_allclose(direct[:-1], whole[:-1], atol=1e-12)


# ---- its picture

GRAPHS = [((2, (3,), 2), "unit", True, 6), ((3, (2, 4), 2), "layer", True, 6),
          ((1, (1,), 1), "unit", False, 12), ((3, (2, 4), 2), "layer", False, 30)]


@pytest.mark.parametrize("sizes", GRAPHS, ids=str)
@pytest.mark.parametrize(("law", "options"), [
    law for law in laws(test_graph, "graph")
    if "connections_run_up" not in law.id])  # its candidate's W_a meets what f has let through
def test_its_graph_obeys_the_laws_of_graphs(law, options, sizes):
    (n_x, units, n_y), level, numbers, T = sizes
    law(rl.Graph(n_x, units, n_y, T, level=level, numbers=numbers, length=max(1, T - 2),
                 cell="mgu"))


def test_its_parameters_are_those_of_a_network():
    test_graph.test_the_parameters_are_those_of_a_network("mgu")


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize(("law", "options"), laws(test_steps, "run"))
def test_its_steps_obey_the_laws_of_steps(law, options, case):
    net, fwd, _ = case.run()
    law(test_steps.stepped(net, fwd.example(0)), **options)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_numbers_on_both_sides_of_an_equals_sign_agree(case):
    test_steps.test_numbers_on_both_sides_of_an_equals_sign_agree(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_ways_out_of_each_of_its_nodes_are_lit_on_the_way_back(case):
    net, fwd, _ = case.run()
    graph, fwd, _, steps = test_steps.stepped(net, fwd.example(0))
    lit = {index for step in steps.backward() for index, *_ in step["on"]}
    assert lit == {k for k, bundle in enumerate(graph.bundles) if not bundle.ghost}


@pytest.mark.parametrize("level", ["unit", "layer"])
def test_every_frame_of_its_steppers_is_reached_and_drawn(level):
    net, fwd, _ = Case("mgu", units=(3, 2), T=3, m=1, mask=False).run()
    for view in (rl.forward_stepper(net, fwd, level=level),
                 rl.backward_stepper(net, fwd, level=level)):
        for by, steps in view.scene["steps"].items():
            view.by = by
            for frame, step in enumerate(steps):
                view.frame = frame
                assert (step if frame else view._told()[-1])["say"] in view.text()
        texts, _ = view._shown()
        assert set(texts) == {key(address) for address in view.graph.places}
        assert view.still().startswith("<svg")
        view.close()


@pytest.mark.parametrize("level", ["unit", "layer"])
def test_its_unrolled_graph_has_its_parts_and_not_those_of_another_cell(level):
    net, fwd, _ = Case("mgu", units=(3, 2), T=3, m=1).run()
    for view in (rl.unrolled_graph(net, 3, level=level),
                 rl.unrolled_graph(net, fwd=fwd, level=level)):
        assert {name for name, l, _ in view.graph.places if 1 <= l <= 2} == set("fpga")
        assert "Each layer, from below: f; p; g; a." in view.text()
        view.close()


# ---- the registration

def test_a_cell_that_is_not_known_is_refused_in_a_sentence():
    net, fwd, _ = Case("mgu", units=(3,), T=3).run()
    cells.forget("mgu")
    try:
        sentence = "cell must be one of 'tanh', .* 'gru'.*, got 'mgu'"
        for ask in (lambda: rl.Network(2, 3, 1, "mgu"), lambda: rl.unrolled_graph(net, 3),
                    lambda: net.backward(fwd), lambda: rl.forward_stepper(net, fwd),
                    lambda: rl.Graph(2, 3, 1, 3, cell="mgu")):
            with pytest.raises(ValueError, match=sentence):
                ask()
    finally:
        cells.register(MGU())


class _WithoutASecondOpinion(MGU):
    name = "mgu of somebody"
    plainly = None


def test_a_cell_without_a_plain_step_is_not_said_to_be_right():
    cells.register(_WithoutASecondOpinion())
    try:
        net = rl.Network(2, 3, 1, "mgu of somebody", "squared")
        with pytest.raises(ValueError, match="cell must offer `plainly`"):
            rl.gradcheck.check(net, np.ones((3, 2)), np.ones((3, 1)))
    finally:
        cells.forget("mgu of somebody")


def otherwise(**changes):
    """A cell like the minimal gated unit but for some of what it says of itself."""
    return type("Other", (MGU,), {"name": "other", **changes})()


MISSING_LINE = replace(MGU.anatomy, lines=(("f",), ("g",), ("a",)))
MISSING_PART = replace(MGU.anatomy, lines=(("f",), ("p",), ("a",)),
                       parts=tuple(part for part in MGU.anatomy.parts if part.name != "g"))


@pytest.mark.parametrize(("ask", "error", "sentence"), [
    (lambda: cells.register(otherwise(states=("a", "c"))), ValueError,
     r"anatomy of 'other' must have the states \('a', 'c'\), got \('a',\)"),
    (lambda: cells.register(otherwise(anatomy=MISSING_LINE)), ValueError, "must have the lines"),
    (lambda: cells.register(otherwise(anatomy=MISSING_PART)), ValueError,
     "must have the parameters"),
    (lambda: cells.register(MGU()), ValueError, "cell must have a new name, got 'mgu'"),
    (lambda: cells.register("mgu"), TypeError, "cell must offer name, words, anatomy"),
    (lambda: cells.forget("lstm"), ValueError, "name must be that of a cell that was registered"),
    (lambda: cells.forget("peephole"), ValueError, "registered, got 'peephole'"),
])
def test_a_registration_that_does_not_fit_gets_one_sentence(ask, error, sentence):
    with pytest.raises(error, match=sentence):
        ask()


# ---- the explorer of gated cells

def test_the_explorer_of_gated_cells_shows_it_too(kept):
    panel = kept(rl.gated_cells(T=20))
    net, fwd = panel.numbers["runs"]["mgu"]
    assert net.cell == "mgu"
    shown = panel.explorer.shown
    np.testing.assert_array_equal(shown["cells"].lines["mgu"].get_ydata(), panel.numbers["mgu"])
    np.testing.assert_allclose(shown["gates"].lines["1 − f"].get_ydata(),
                               1 - fwd.f.over_time(1).mean(axis=(1, 2)))
    assert "the MGU" in panel.live.reading
    assert "MGU" in panel._tables()[0]["header"]
    before = panel.numbers["mgu"]
    panel.set(bias=-2.0)
    # a bias that opens the gate of an LSTM shuts this one, which keeps where it is shut
    assert panel.numbers["mgu"][0] < before[0]


@pytest.mark.parametrize(("keeps", "shares"), [
    (None, {"f", "u", "1 − f"}), (Kept("f", "a"), {"f", "u", "1 − f", "f of the MGU"})])
def test_the_explorer_shows_a_fifth_whose_gate_has_a_taken_letter_or_none(keeps, shares, kept):
    cells.register(otherwise(keeps=keeps))
    try:
        panel = kept(rl.gated_cells(T=20))
    finally:
        cells.forget("other")
    assert set(panel.numbers["runs"]) == {"tanh", "lstm", "gru", "mgu", "other"}
    for name in panel.numbers["runs"]:
        np.testing.assert_array_equal(panel.explorer.shown["cells"].lines[name].get_ydata(),
                                      panel.numbers[name])
    assert set(panel.explorer.shown["gates"].lines) == shares

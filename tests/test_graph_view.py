"""The graph widget in Python: what travels, what it refuses, what it leaves behind."""
import gc
import json
import re
import statistics
import weakref
from itertools import count
from time import process_time

import numpy as np
import pytest
import traitlets as tl
from explorer_cases import stepper_makers
from live_controls import live_widgets
from memory import kept_closed

import rnnlib as rl
from benchmarks._walks import step_through
from rnnlib.graph.steps import Steps
from rnnlib.graph.view import GraphView
from rnnlib.style import number
from rnnlib.widgets import tidy

MILLISECONDS, BYTES = 300, 300_000


CELLS = ["tanh", "lstm", "gru"]


def made(T=4, units=(4, 2), m=1, n_x=3, cell="tanh", **options):
    """(net, fwd)."""
    net = rl.Network(n_x, units, 2, cell, seed=0)
    rng = np.random.default_rng(1)
    return net, net.forward(rng.normal(size=(T, n_x, m)), rng.integers(2, size=(T, m)), **options)


@pytest.fixture
def keep():
    """Closes the views that a test makes."""
    views = []

    def keep_(view):
        views.append(view)
        return view

    yield keep_
    for view in views:
        view.close()


@pytest.fixture
def stepper(keep):
    return keep(rl.backward_stepper(*made()))


def as_sent(view):
    """The whole state as JSON, as the wire carries it; fails for nan and inf."""
    return json.dumps(view.get_state(), ensure_ascii=False, allow_nan=False)


# ---- what is sent

@pytest.mark.parametrize("make", [
    lambda net, fwd: rl.unrolled_graph(net, 4),
    lambda net, fwd: rl.unrolled_graph(net, fwd=fwd, labels=["a", "b"]),
    rl.forward_stepper, rl.backward_stepper,
    lambda net, fwd: rl.backward_stepper(net, fwd, level="layer"),
])
@pytest.mark.parametrize("cell", CELLS)
def test_what_is_sent_is_plain_json(keep, make, cell):
    sent = json.loads(as_sent(keep(make(*made(cell=cell)))))
    assert set(sent["scene"]["steps"]) <= {"layer", "unit"}
    assert sent["frame"] == 0
    assert sent["selection"] is None


def test_a_run_with_inf_is_plain_json_too(keep):
    net = rl.Network(2, (2,), 1, "identity", "squared", init="identity", scale=1e200)
    fwd = net.forward(np.ones((4, 2)), np.zeros((4, 1)))
    for make in (rl.forward_stepper, rl.backward_stepper):
        view = keep(make(net, fwd))
        assert '"inf"' in as_sent(view)
        for k in range(len(view.steps)):
            view.frame = k
            assert view.still().startswith("<svg")


@pytest.mark.parametrize("make", [rl.forward_stepper, rl.backward_stepper])
@pytest.mark.parametrize("sizes", [{"T": 12}, *(
    {"T": 6, "units": (3,), "n_x": 2, "cell": cell} for cell in CELLS[1:])], ids=str)
def test_a_stepper_appears_in_time_and_is_small(make, sizes):
    net, fwd = made(**sizes)
    times = []  # of the processor, so that what else runs here does not count
    for _ in range(5):
        start = process_time()
        view = make(net, fwd)
        view._repr_mimebundle_()
        times.append(process_time() - start)
        size = len(as_sent(view).encode())
        view.close()
    assert statistics.median(times) * 1e3 < MILLISECONDS, times
    assert size < BYTES


# ---- frame, detail, selection

@pytest.mark.parametrize("wrong", [-1, 30, 1000])
def test_a_frame_that_is_not_there_is_refused(stepper, wrong):
    stepper.frame = 3
    with pytest.raises(tl.TraitError, match=f"frame must be 0..29, got {wrong}"):
        stepper.frame = wrong
    assert stepper.frame == 3


@pytest.mark.parametrize(("name", "wrong", "words"), [
    ("by", "cell", "by must be one of 'layer', 'unit', got 'cell'"),
    ("selection", ["a", 1, 9], r"selection must be None or \[name, layer, time\]"),
    ("selection", ["q"], r"selection must be None or \[name, layer, time\]"),
])
def test_a_wrong_trait_gets_one_sentence_and_changes_nothing(stepper, name, wrong, words):
    stepper.frame = 5
    before = stepper.frame, stepper.by, stepper.selection
    with pytest.raises((ValueError, tl.TraitError), match=words):
        setattr(stepper, name, wrong)
    assert (stepper.frame, stepper.by, stepper.selection) == before


@pytest.mark.parametrize("cell", CELLS)
def test_the_selection_is_the_node_of_the_step(keep, cell):
    stepper = keep(rl.backward_stepper(*made(cell=cell)))
    assert stepper.selection is None
    for by in ("layer", "unit"):
        stepper.by = by
        for k in (3, *range(len(stepper.steps))):
            stepper.frame = k
            assert ",".join(map(str, stepper.selection)) == stepper.steps[k]["at"]


def test_a_selected_node_is_gone_to(stepper):
    stepper.selection = ["a", 1, 3]
    assert stepper.steps[stepper.frame]["say"] == "backward, layer 1, t = 3: two ways meet"
    stepper.selection = ["z", 2, 2]
    assert stepper.selection == ["a", 2, 2]
    assert stepper.steps[stepper.frame]["say"] == "backward, layer 2, t = 2: two ways meet"
    stepper.by = "unit"
    stepper.selection = ["a", 1, 2, 3]
    assert stepper.steps[stepper.frame]["say"].startswith("backward, layer 1, t = 2, unit 4")
    frame = stepper.frame
    stepper.selection = None
    assert stepper.frame == frame


def test_a_start_state_is_gone_to_and_what_no_step_reaches_is_pinned_alone(keep):
    stepper = keep(rl.forward_stepper(*made(T=5, m=2, lengths=[3, 5])))
    for frame in (0, 4):
        stepper.frame = frame
        stepper.selection = ["a", 2, 0]
        assert (stepper.frame, stepper.selection) == (0, ["a", 1, 0])
    stepper.frame = 4
    stepper.selection = ["a", 1, 4]
    assert (stepper.frame, stepper.selection) == (4, ["a", 1, 4])


@pytest.mark.parametrize("make", [rl.forward_stepper, rl.backward_stepper])
@pytest.mark.parametrize("cell", CELLS)
def test_another_detail_keeps_the_place(keep, make, cell):
    view = keep(make(*made(cell=cell)))
    for k in range(1, len(view.steps)):
        view.frame = k
        said = view.steps[k]["say"]
        view.by = "unit"
        assert view.steps[view.frame]["say"].replace(", unit 1", "") == said
        view.by = "layer"
        assert view.frame == k


@pytest.mark.parametrize(("cell", "way", "node", "said"), [
    ("lstm", rl.forward_stepper, ["f", 1, 2], "forward, layer 1, t = 2: forget gate"),
    ("lstm", rl.forward_stepper, ["c", 2, 3],
     "forward, layer 2, t = 3: c keeps f times its past and adds i times the candidate"),
    ("lstm", rl.backward_stepper, ["c", 1, 2], "backward, layer 1, t = 2, c: two ways meet"),
    ("lstm", rl.backward_stepper, ["c", 1, 0],
     "backward, layer 1, start state, c: one way, from next time"),
    ("lstm", rl.backward_stepper, ["z_f", 1, 2],
     "backward, layer 1, t = 2: forget gate, through c"),
    ("gru", rl.backward_stepper, ["r", 2, 1], "backward, layer 2, t = 1: reset gate, through z_g"),
    ("gru", rl.backward_stepper, ["a", 2, 4],
     "backward, layer 2, t = 4, a: one way only, there is no next time"),
])
def test_a_gate_or_a_state_is_gone_to(keep, cell, way, node, said):
    view = keep(way(*made(cell=cell)))
    view.selection = node
    assert view.steps[view.frame]["say"] == said
    assert f" Now: {said}. " in view.text()


def test_what_the_browser_sends_at_once_stays_as_sent(stepper):
    stepper.frame = 4
    stepper.set_state({"by": "unit", "frame": 40, "selection": None})
    assert (stepper.by, stepper.frame) == ("unit", 40)
    k = 21
    name, l, t = stepper.scene["steps"]["layer"][k]["at"].split(",")
    stepper.set_state({"by": "layer", "frame": k, "selection": [name, int(l), int(t)]})
    assert (stepper.by, stepper.frame, stepper.selection) == ("layer", k, [name, int(l), int(t)])


def test_a_graph_without_steps_keeps_what_is_pinned(keep):
    view = keep(rl.unrolled_graph(made()[0], 4))
    view.selection = ["a", 1, 3, 2]
    assert view.selection == ["a", 1, 3, 2]
    view.selection = None
    assert (view.frame, view.steps) == (0, [])


# ---- bad input

@pytest.mark.parametrize(("make", "error", "words"), [
    (lambda net, fwd: rl.unrolled_graph(net), ValueError, "T is None"),
    (lambda net, fwd: rl.unrolled_graph(net, 13), ValueError, "T must be at most 12 at level"),
    (lambda net, fwd: rl.unrolled_graph(net, 3, labels="abc"), TypeError,
     "labels must be a (list|sequence) of texts"),
    (lambda net, fwd: rl.unrolled_graph(net, 3, labels=[1, 2]), TypeError,
     "labels must be a (list|sequence) of texts"),
    (lambda net, fwd: rl.unrolled_graph(net, 2, labels=["a"] * 3), ValueError,
     "labels must be at most 2 texts"),
    (lambda net, fwd: rl.forward_stepper(net, fwd, by="x"), ValueError, "by must be one of"),
    (lambda net, fwd: rl.forward_stepper(net, fwd, level="layer", by="unit"), ValueError,
     "by must be one of 'layer', got 'unit'"),
    (lambda net, fwd: rl.forward_stepper(net, fwd, level="x"), ValueError, "level must be one of"),
    (lambda net, fwd: rl.forward_stepper(net, fwd, example=1), IndexError, "example i"),
    (lambda net, fwd: rl.forward_stepper(net, "run"), TypeError, "fwd must be a Forward"),
    (lambda net, fwd: rl.forward_stepper(rl.Network(3, (4,), 2), fwd), ValueError,
     "fwd must come from a network like this one"),
    (lambda net, fwd: rl.backward_stepper(net, net.forward(np.ones((2, 3)))), ValueError,
     "fwd has no loss"),
    (lambda net, fwd: rl.backward_stepper(net, fwd, net.backward(made()[1])), ValueError,
     "bwd is the backward pass of another run"),
    (lambda net, fwd: rl.backward_stepper(net, fwd, 3), ValueError, "bwd is the backward pass"),
])
def test_what_cannot_be_shown_gets_one_sentence(make, error, words):
    before = len(live_widgets())
    with pytest.raises(error, match=words):
        make(*made())
    gc.collect()
    assert len(live_widgets()) == before


@pytest.mark.parametrize("cell", CELLS)
def test_the_shown_example_is_the_one_asked_for(keep, cell):
    net, fwd = made(m=3, lengths=[4, 2, 3], cell=cell)
    for i, length in enumerate([4, 2, 3]):
        view = keep(rl.backward_stepper(net, fwd, net.backward(fwd), example=i))
        assert view.scene["length"] == length
        alone = keep(rl.backward_stepper(net, fwd.example(i)))
        assert alone.scene["steps"] == view.scene["steps"]


def test_a_given_backward_pass_is_the_one_shown(keep):
    net, fwd = made()
    half = net.backward(fwd, d_a=np.zeros((4, net.n(net.L))))
    view = keep(rl.backward_stepper(net, fwd, half))
    assert {entry for row in view.scene["terms"]["W_a[1]"]["sums"] for entry in row} == {"0"}


# ---- the output bundle

@pytest.mark.parametrize("make", [rl.forward_stepper, rl.backward_stepper,
                                  lambda net, fwd: rl.unrolled_graph(net, 3)])
def test_the_bundle_has_a_picture_and_words_beside_the_widget(keep, make):
    (bundle, about), (again, _) = [keep(make(*made()))._repr_mimebundle_() for _ in range(2)]
    bundles = bundle, again
    size = re.search(r'width="(\d+)" height="(\d+)"', bundle["image/svg+xml"]).groups()
    assert about["image/svg+xml"] == about["image/png"] == {
        "width": int(size[0]), "height": int(size[1]), "alt": bundle["text/plain"]}
    for bundle in bundles:
        assert {"image/svg+xml", "text/plain"} < set(bundle)
        assert "time runs left to right" in bundle["text/plain"]
    for kind in ("image/svg+xml", "text/plain"):  # and a second run gives the same
        assert bundles[0][kind] == bundles[1][kind]


def test_the_words_and_the_picture_follow_the_step(stepper):
    before = stepper.still()
    stepper.frame = 7
    assert f" Now: {stepper.steps[7]['say']}. ∂J/∂" in stepper.text()
    assert stepper.still() != before


def test_the_legend_keeps_to_what_is_drawn(keep):
    plain = keep(rl.unrolled_graph(made()[0], 3)).scene["legend"]
    assert "gradient" not in plain
    assert "unit by unit" not in plain
    assert "negative weight" in plain
    net, fwd = made(cell="lstm")
    gated = keep(rl.forward_stepper(net, fwd))
    largest = Steps(gated.graph, fwd.example(0)).scales("forward")["c"]
    assert "kept from one step earlier, unit by unit" in gated.scene["legend"]
    assert f"{number(largest)} for c" in gated.scene["legend"]
    back = keep(rl.backward_stepper(*made(m=2, lengths=[4, 2]), example=1)).scene["legend"]
    assert "gradient from next time" in back
    assert "after the example's end (T = 2)" in back


# ---- letting go

@pytest.mark.parametrize("kind", ["unrolled", "forward", "backward"])
def test_after_many_events_it_is_what_a_fresh_one_is(kind):
    step_through(stepper_makers()[f"{kind} gru unit"], 60, seed=4, every=30)


def test_a_closed_view_leaves_nothing_behind():
    before = set(live_widgets())
    view = rl.backward_stepper(*made())
    assert len(set(live_widgets()) - before) == 2  # the view and its layout
    view.close()
    assert set(live_widgets()) == before


@pytest.mark.parametrize("make", [rl.unrolled_graph, rl.forward_stepper, rl.backward_stepper])
def test_what_a_cell_has_shown_keeps_little_once_it_is_closed(make):
    net, fwd = made(T=12)
    given = (net, 12) if make is rl.unrolled_graph else (net, fwd)
    assert kept_closed(lambda: make(*given)) < 100_000


def test_a_cell_run_again_and_again_keeps_one_view(monkeypatch):
    monkeypatch.setattr(tidy, "_of_cell", {})
    executions = count()
    monkeypatch.setattr(tidy, "_this_cell", lambda: ("cell", next(executions)))
    net, fwd = made(T=3)
    before, alive = len(live_widgets()), weakref.WeakSet()
    for _ in range(100):
        view = rl.forward_stepper(net, fwd)
        alive.add(view)
        assert len(live_widgets()) == before + 2
    del view
    gc.collect()
    assert len(alive) == 1
    [survivor] = alive
    survivor.close()


def test_two_views_of_one_run_of_a_cell_both_stay(monkeypatch):
    monkeypatch.setattr(tidy, "_of_cell", {})
    monkeypatch.setattr(tidy, "_this_cell", lambda: ("cell", "once"))
    views = [rl.forward_stepper(*made(T=2)) for _ in range(2)]
    assert all(view.comm is not None for view in views)
    for view in views:
        view.close()


def test_making_views_keeps_no_class_or_thread_behind(keep):
    import threading
    threads = threading.active_count()
    keep(rl.forward_stepper(*made()))
    assert threading.active_count() == threads
    assert isinstance(GraphView._esm, str)  # a path would be watched by a thread

"""The itemised table works wherever its controls can stand, and says what its picture shows."""
import gc
import itertools
import threading
import weakref

import ipywidgets
import numpy as np
import pytest
import traitlets as tl
from live_controls import live_widgets
from stops import stops

import rnnlib as rl
from rnnlib.charts.itemised import SCALES
from rnnlib.style import per_cent
from rnnlib.widgets import controls as panels
from rnnlib.widgets import pen, tidy
from rnnlib.widgets.panel import LOST

pytestmark = pytest.mark.filterwarnings("error")

# T, units, m, cell
NETS = [(1, (1,), 1, "tanh"), (4, (3,), 1, "tanh"), (5, (4, 2), 3, "relu"), (30, (2,), 1, "tanh")]


def run(T, units=(3,), m=1, cell="tanh", seed=0, scale=1.0):
    net = rl.Network(n_x=2, units=units, n_y=2, cell=cell, seed=seed, scale=scale)
    rng = np.random.default_rng(seed)
    return net, net.forward(rng.standard_normal((T, 2, m)), rng.integers(0, 2, (T, m)))


@pytest.fixture
def table(kept):
    """Makes itemised tables and closes them after the test."""

    def make(*args, selection=None, name="W_a[1]", **kwargs):
        net, fwd = run(*args, **kwargs)
        return kept(rl.itemised_table(net, fwd, name=name, selection=selection))

    return make


def open_widgets():
    return len(live_widgets())


def chart(panel):
    return panel.explorer.shown["table"]


def cells(panel):
    return chart(panel).cells.get_array().filled(np.nan)


class Selection(tl.HasTraits):
    """The part of a graph view that a chart knows."""

    selection = tl.List(None, allow_none=True)


# -- corners and random points ---------------------------------------------------------------
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("T", "units", "m", "cell"), NETS)
def test_every_stop_of_every_control_can_be_shown(table, T, units, m, cell):
    panel = table(T, units, m, cell)
    for control in panel.controls.values():
        for value in stops(control):
            control.value = value
            assert panel.live.reading
            assert np.isfinite(panel.numbers["items"]).all()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("seed", range(3))
def test_random_points_show_what_the_run_says(table, seed):
    rng = np.random.default_rng(seed)
    panel = table(6, (3, 2), 2)
    net, fwd = run(6, (3, 2), 2)
    bwd = net.backward(fwd)
    lower = np.tri(6, dtype=bool)
    for _ in range(15):
        for name in rng.permutation(list(panel.controls)):
            panel.controls[name].value = rng.choice(stops(panel.controls[name])).item()
        values = panel.values
        by_use = panel.numbers["by use"]
        terms = bwd.terms(values.name)
        if values.shown == "size":
            whole = rl.flow.itemised(net, fwd, values.name)
            seen = np.where(cells(panel) == -np.inf, 0, 10 ** cells(panel))
            assert np.nan_to_num(seen)[lower] == pytest.approx(whole.norms[lower], abs=1e-12)
            assert by_use == pytest.approx(np.linalg.norm(terms, axis=(1, 2)))
        elif values.shown == "sign":
            i, j = values.i - 1, values.j - 1
            assert cells(panel)[lower].sum() == pytest.approx(bwd.params[values.name][i, j])
            assert by_use == pytest.approx(terms[:, i, j])
        else:
            assert cells(panel)[lower].sum() == pytest.approx(1)
            assert by_use.sum() == pytest.approx(1)
            assert panel.numbers["by loss"].sum() == pytest.approx(1)
            assert panel.numbers["total"] == pytest.approx(1)


def test_the_output_weights_have_a_diagonal_only(table):
    panel = table(4, name="W_y")
    panel.set(shown="share")
    assert np.array_equal(cells(panel)[np.tri(4, k=-1, dtype=bool)], np.zeros(6))
    panel.set(shown="size")
    assert len(chart(panel).zeros.get_xdata()) == 6


# -- what is said ----------------------------------------------------------------------------
def test_the_reading_gives_the_shares_of_item_and_column(table):
    panel = table(6)
    items = rl.flow.itemised(*run(6), "W_a[1]", whole=True)
    along = np.tensordot(items.whole, items.total, 2) / (items.total ** 2).sum()
    panel.set(s=6, t=2)
    said = panel.live.reading
    assert f"s = 6 through the use at t = 2: {100 * along[5, 1]:.2g} %" in said
    assert f"column t = 2 carries {100 * along[:, 1].sum():.2g} %" in said
    panel.set(s=6, t=0)
    assert f"{100 * along[5].sum():.2g} %" in panel.live.reading
    panel.set(s=0, t=0)
    assert f"Column t = {1 + along.sum(axis=0).argmax()}," in panel.live.reading


def test_a_later_use_is_said_to_have_no_path(table):
    panel = table(4)
    panel.set(s=2, t=3)
    assert "no path" in panel.live.reading


def test_a_batch_is_said_to_be_summed(table):
    assert "sum over 3 examples" in table(3, m=3).live.reading
    assert "example" not in table(3, m=1).live.reading


def test_the_table_view_holds_every_number(table):
    panel = table(4)
    for shown in ("size", "sign", "share"):
        panel.set(shown=shown)
        panel.live.open_table()
        rows = panel.live.tables[0]["rows"]
        assert len(rows) == 5
        for s, row in enumerate(rows[:4], start=1):
            assert row[1:s + 1] == [f"{v:.4g}" for v in panel.numbers["items"][s - 1, :s]]
            assert row[s + 1:-1] == ["no path"] * (4 - s)
        assert rows[-1][1:-1] == [f"{v:.4g}" for v in panel.numbers["by use"]]
        assert rows[-1][-1] == f"{panel.numbers['total']:.4g}"


def test_the_stored_output_says_values_and_arrays(table):
    panel = table(3)
    panel.set(s=2)
    text = panel.live.still()["text/plain"]
    assert "weight W = W_a[1]" in text
    assert "time of loss s = 2" in text
    assert f"items (3, 3): min 0, mean {panel.numbers['items'].mean():.4g}" in text


def test_what_overflows_is_shown_as_such(table):
    net = rl.Network(n_x=2, units=(2,), n_y=1, cell="identity", loss="squared")
    net.params["W_a[1]"] = 1e160 * np.eye(2)
    rng = np.random.default_rng(0)
    panel = rl.itemised_table(net, net.forward(rng.standard_normal((4, 2)), np.ones((4, 1))))
    for shown in SCALES:
        panel.set(shown=shown)
        assert len(chart(panel).not_finite.get_xdata()) > 0
        assert "not finite" in [t.get_text() for t in chart(panel).legend.get_texts()]
    panel.set(s=2, t=1)
    assert "not finite" in panel.live.reading
    panel.close()


def test_with_one_entry_shown_the_reading_speaks_of_that_entry(table):
    panel = table(4)
    panel.set(shown="sign", i=2, j=1, s=4, t=2)
    whole = panel.numbers["itemised"].whole[:, :, 1, 0]
    said = panel.live.reading
    assert f"{100 * whole[3, 1] / whole.sum():.2g} % of the total of entry (2, 1)" in said
    assert f"column t = 2 carries {100 * whole[:, 1].sum() / whole.sum():.2g} %" in said


def test_with_no_time_chosen_the_reading_tells_the_most_and_what_pulls_against_it(table):
    panel, told = table(4), set()
    panel.set(shown="sign")
    for i, j in np.ndindex(panel.numbers["itemised"].total.shape):
        panel.set(i=i + 1, j=j + 1)
        by_use = panel.numbers["by use"] / panel.numbers["total"]
        said = panel.live.reading
        assert f"Column t = {by_use.argmax() + 1}, one use for all losses, adds most" in said
        against = f"t = {by_use.argmin() + 1} pulls the other way, {per_cent(by_use.min())}"
        assert (against in said) == (by_use.min() < 0)
        told.add(by_use.min() < 0)
    assert told == {True, False}


# -- selection, presets, pin, reset ----------------------------------------------------------
@pytest.mark.parametrize(("name", "address"), [
    ("W_a[1]", ["a", 1]), ("W_x[2]", ["a", 2]), ("b[2]", ["a", 2]), ("W_y", ["y_hat", 3])])
def test_graph_and_table_select_the_same_time(table, name, address):
    graph = Selection()
    panel = table(5, (3, 2), selection=graph, name=name)
    assert panel.values.t == 0
    graph.selection = ["a", 1, 2, 0]  # a unit may be named after the time
    assert panel.values.t == 2
    graph.selection = ["a", 1, 3]
    assert panel.values.t == 3
    assert chart(panel).lines["column"].get_bbox().bounds[0] == 2.5
    panel.controls["t"].value = 5
    assert graph.selection == [*address, 5]
    assert graph.selection in [["a", 1, 5], ["a", 2, 5], ["y_hat", 3, 5]]
    panel.controls["t"].value = 0
    assert graph.selection is None
    graph.selection = ["a", 1, 0]
    assert panel.values.t == 0
    assert graph.selection == ["a", 1, 0]
    graph.selection = ["x", 0, 2]
    graph.selection = None
    assert panel.values.t == 0
    assert not chart(panel).lines["column"].get_visible()


def test_a_real_graph_view_is_followed(table):
    net, fwd = run(4)
    view = rl.unrolled_graph(net, fwd=fwd)
    panel = rl.itemised_table(net, fwd, selection=view)
    view.selection = ["a", 1, 2]
    assert panel.values.t == 2
    panel.controls["t"].value = 4
    assert view.selection == ["a", 1, 4]
    assert LOST not in panel.live.reading
    view.close()
    assert panel.live.reading.endswith(LOST)
    panel.set(t=2)
    assert panel.live.reading.endswith(LOST)
    panel.close()


def test_a_closed_panel_asks_nothing_of_the_graph_that_it_followed():
    net, fwd = run(4)
    view = rl.unrolled_graph(net, fwd=fwd)
    rl.itemised_table(net, fwd, selection=view).close()
    view.close()


def buttons(panel):
    return {child.description: child for child in panel.children[1].children
            if isinstance(child, ipywidgets.Button)}


def test_pin_keeps_a_ghost_until_pressed_again_or_reset(table):
    panel = table(5)
    panel.set(s=2, t=1)
    buttons(panel)["pin"].click()
    panel.set(s=4)
    ghost = chart(panel).lines["ghost row"]
    assert ghost.get_visible()
    assert ghost.get_bbox().bounds[1] == 1.5
    assert "Pinned: Loss at s = 2" in panel.live.reading
    buttons(panel)["reset"].click()
    assert not ghost.get_visible()
    buttons(panel)["pin"].click()
    buttons(panel)["pin"].click()
    assert panel.pinned is None


def test_several_controls_at_once_draw_one_picture(table, monkeypatch):
    panel, drawn = table(4), []
    monkeypatch.setattr(panel.explorer, "show", lambda *_: drawn.append(1))
    panel.set(name="W_y", shown="share", s=3, t=1)
    assert len(drawn) == 1


def test_an_entry_outside_a_smaller_weight_becomes_its_last(table):
    panel = table(3, (4,), name="W_a[1]")
    panel.set(shown="sign", i=4, j=4)
    panel.controls["name"].value = "b_y"
    assert (panel.values.i, panel.values.j) == (2, 1)
    assert (panel.controls["i"].max, panel.controls["j"].disabled) == (2, True)


# -- bad input, exceptions, tidiness ---------------------------------------------------------
def test_what_does_not_fit_is_refused_with_a_sentence():
    net, fwd = run(3)
    before = open_widgets()
    with pytest.raises(ValueError, match="name must be one of .*'W_q'"):
        rl.itemised_table(net, fwd, name="W_q")
    with pytest.raises(TypeError, match="selection must be"):
        rl.itemised_table(net, fwd, selection=3)
    with pytest.raises(ValueError, match="y"):
        rl.itemised_table(net, net.forward(np.zeros((3, 2))))
    assert open_widgets() == before


def test_running_again_and_again_leaves_nothing_behind():
    net, fwd = run(4)
    graph = Selection()
    panels_seen = []

    def one():
        panel = rl.itemised_table(net, fwd, selection=graph)
        graph.selection = ["a", 1, 2]
        panel.controls["s"].value = 3
        panels_seen.append((weakref.ref(panel), weakref.ref(panel.live.film.figure)))
        panel.close()

    one()
    before = open_widgets(), len(graph._trait_notifiers["selection"]["change"])
    for _ in range(24):
        one()
    gc.collect()
    assert (open_widgets(), len(graph._trait_notifiers["selection"]["change"])) == before
    assert not [ref for pair in panels_seen for ref in pair if ref() is not None]


def test_a_closed_panel_that_is_kept_keeps_no_pixels(monkeypatch):
    # a notebook's Out keeps what its cells have shown; pictures of one size share their pixels,
    # and a test before may have left one
    monkeypatch.setattr(pen, "_pens", weakref.WeakValueDictionary())
    panel = rl.itemised_table(*run(4))
    pixels = [weakref.ref(renderer) for renderer in panel.live.film._renderers.values()]
    panel.close()
    gc.collect()
    assert pixels
    assert all(ref() is None for ref in pixels)


def test_a_cell_that_is_run_again_closes_what_it_made(monkeypatch):
    net, fwd = run(2)
    kept, before = [], open_widgets()
    for execution in range(3):
        monkeypatch.setattr(tidy, "_this_cell", lambda execution=execution: ("cell", execution))
        kept += [rl.itemised_table(net, fwd), rl.itemised_table(net, fwd)]
        if execution == 0:
            two = open_widgets() - before
        assert open_widgets() - before == two
    assert [panel.comm is None for panel in kept] == [True] * 4 + [False] * 2
    for panel in kept:
        panel.close()


def test_a_cell_that_is_run_often_keeps_one_panel_and_no_widget_or_thread(monkeypatch):
    executions, net_and_run, made = itertools.count(), run(2), []

    def again():
        panel = rl.itemised_table(*net_and_run)
        panel.live.refresh()
        made.append(weakref.ref(panel))
        gc.collect()
        return open_widgets(), threading.active_count(), sum(ref() is not None for ref in made)

    monkeypatch.setattr(tidy, "_this_cell", lambda: ("a cell of its own", next(executions)))
    assert len({again() for _ in range(6)}) == 1
    made[-1]().close()


# -- controls --------------------------------------------------------------------------------
def test_a_number_field_refuses_nonsense_beside_it_and_keeps_its_value():
    field = panels.WholeNumber("seed", "", 0, 99, 7)
    for nonsense in ("", "x", "1.5", "100", "-1", "1e2", "--5", "9" * 5000):
        field.field.value = nonsense
        assert field.value == 7
        assert field.complaint.value == "want a whole number from 0 to 99"
    field.field.value = " 12 "
    assert (field.value, field.complaint.value) == (12, "")
    field.value = 3
    assert field.field.value == "3"
    field.close()


@pytest.mark.parametrize(("control", "kind"), [
    (lambda: panels.slider("units", "n", 1, 5, 2), ipywidgets.IntSlider),
    (lambda: panels.slider("radius", "ρ", 0.0, 2.0, 1.0), ipywidgets.FloatSlider),
    (lambda: panels.steps("time", "t", [("none", 0), ("1", 1)], 1), ipywidgets.SelectionSlider),
    (lambda: panels.choice("cell", "g", ["tanh", "relu"], "relu"), ipywidgets.Dropdown),
    (lambda: panels.switch("clip", "", True), ipywidgets.Checkbox)])
def test_controls_carry_words_and_symbol_and_their_start_value(control, kind):
    made = control()
    assert isinstance(made, kind)
    assert made.description.split()[0] in ("units", "radius", "time", "cell", "clip")
    assert made.value in (2, 1.0, 1, "relu", True)
    made.close()

"""The explorers of stacks work wherever their controls can stand, and show what is true."""
from itertools import pairwise
from math import comb
from time import perf_counter

import ipywidgets
import numpy as np
import pytest
from stops import stops

import rnnlib as rl
from rnnlib.charts.lattice import THINNEST, WIDEST

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def stacked(kept):
    """Makes panels and closes them after the test."""
    return lambda: kept(rl.stacked_layers())


def buttons(panel):
    return {child.description: child for child in panel.children[1].children
            if isinstance(child, ipywidgets.Button)}


def segments(panel, name):
    """{((layer, time), (layer, time)): width} of the drawn edges."""
    lines = panel.explorer.shown["paths"].edges[name]
    ends_of = [tuple((int(l), int(t)) for t, l in segment) for segment in lines.get_segments()]
    return dict(zip(ends_of, lines.get_linewidths(), strict=True))


def demand_faithful(panel):
    """The artists show the numbers, and the numbers are those of the engine."""
    v, n, fwd = panel.values, panel.numbers, panel.numbers["fwd"]
    bwd = n["net"].backward(n["net"].forward(
        fwd.x.over_time(), fwd.y.over_time(), mask=np.arange(1, v.T + 1) == v.s))
    for l, units in enumerate(v.units, 1):
        size = np.linalg.norm(bwd.a.over_time(l)[1:, :, 0], axis=1)
        np.testing.assert_allclose(10 ** n["norms"][l - 1],
                                   size / (np.sqrt(units) if v.per_unit else 1), rtol=1e-9)
    np.testing.assert_array_equal(
        panel.explorer.shown["norms"].cells.get_array().filled(-np.inf), n["norms"])
    assert len(n["sizes"]) == comb(v.s - v.t + len(v.units) - v.layer, len(v.units) - v.layer)
    path = [tuple(node) for node in n["path"].tolist()]
    assert path[0] == (len(v.units), v.s)
    assert path[-1] == (v.layer, v.t)
    drawn = segments(panel, "back") | segments(panel, "down")
    sizes = {edge: np.linalg.norm(vector) for edge, vector in n["paths"].edges.items()}
    assert drawn.keys() == {edge for edge, size in sizes.items()
                            if size > THINNEST * max(sizes.values())}
    for edge, width in drawn.items():
        assert width == pytest.approx(WIDEST * sizes[edge] / max(sizes.values()))
    if n["sizes"].max() > 0:
        assert all(edge in drawn for edge in pairwise(path))
    assert panel.live.reading in panel.live.label


# -- ends, corners and random points ---------------------------------------------------------
def test_every_end_of_every_control_can_be_shown(stacked):
    panel = stacked()
    demand_faithful(panel)
    for control in panel.controls.values():
        panel.reset()
        for value in stops(control):
            control.value = value
            demand_faithful(panel)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("seed", range(3))
def test_random_points_can_be_shown(stacked, seed):
    rng, panel = np.random.default_rng(seed), stacked()
    for _ in range(2):
        for name in rng.permutation(list(panel.controls)):
            control = panel.controls[name]
            if hasattr(control, "options"):
                control.index = int(rng.integers(len(control.options)))
            elif isinstance(control.value, int):
                low, high = (control.min, control.max) if name != "seed" else (0, 9999)
                control.value = int(rng.integers(low, high + 1))
            else:
                control.value = float(rng.uniform(control.min, control.max))
            assert panel.values.t <= panel.values.s <= panel.values.T
            assert panel.values.layer <= len(panel.values.units)
        demand_faithful(panel)


def test_the_loss_stays_at_the_end_and_the_target_inside(stacked):
    panel = stacked()
    c = panel.controls
    c["T"].value = 12
    assert c["s"].value == 12
    c["s"].value = 7
    c["T"].value = 9
    assert c["s"].value == 7
    c["T"].value = 4
    assert (c["s"].value, c["t"].value) == (4, 4)
    c["layer"].value = 3
    c["units"].value = (8,)
    assert c["layer"].value == 1


def test_the_radii_are_those_of_the_layers(stacked):
    panel = stacked()
    for cell in ("tanh", "lstm"):
        panel.set(rho_1=0.3, rho=1.4, cell=cell)
        for name, W in panel.numbers["net"].params.items():
            if name.startswith("W_a"):
                radius = np.abs(np.linalg.eigvals(W)).max()
                assert radius == pytest.approx(0.3 if name.endswith("[1]") else 1.4)


def test_what_stretches_every_way_down_alike_changes_no_share(stacked):
    panel = stacked()
    panel.set(cell="identity")
    shares = panel.numbers["shares"]
    panel.controls["gain"].value = 2.5
    np.testing.assert_allclose(panel.numbers["shares"], shares, rtol=1e-9)


# -- what the presets promise ----------------------------------------------------------------
def test_what_rounding_leaves_to_the_others_is_nothing(stacked):
    panel = stacked()
    panel.set(rho=0.0)
    assert "the largest brings 100 %, all others 0 %" in panel.live.reading


def test_every_path_alike(stacked):
    panel = stacked()
    buttons(panel)["1 every path alike"].click()
    np.testing.assert_allclose(panel.numbers["shares"], 1 / 15)
    assert "15 paths, the largest brings 6.7 %, all others 93 %" in panel.live.reading


@pytest.mark.parametrize(("preset", "walks_in"), [
    ("2 layer 1 forgets", 3), ("3 layer 1 keeps", 1)])
def test_the_largest_path_walks_where_the_radius_is_large(stacked, preset, walks_in):
    panel = stacked()
    buttons(panel)[preset].click()
    path = panel.numbers["path"].tolist()
    assert [l for (l, t), (_, before) in pairwise(path) if before < t] == [walks_in] * 4
    assert 0.4 < panel.numbers["shares"][panel.numbers["paths"].largest] < 0.7


@pytest.mark.parametrize("seed", range(4))
def test_with_other_weights_the_largest_path_avoids_the_layer_that_forgets(stacked, seed):
    panel = stacked()
    for rho_1, rho, in_layer_1 in ((0.5, 1.3, (0, 1)), (1.3, 0.5, (2, 3, 4))):
        panel.set(seed=seed, rho_1=rho_1, rho=rho)
        layers = panel.numbers["path"][:, 0].tolist()
        assert layers.count(1) - 1 in in_layer_1


def test_at_the_start_few_paths_pull_against_the_whole(stacked):
    panel = stacked()
    shares = panel.numbers["shares"]
    assert 0.1 < shares[panel.numbers["paths"].largest] < 0.4
    assert shares.min() > -0.05


def test_with_other_weights_paths_cancel(stacked):
    panel = stacked()
    panel.set(seed=0, rho_1=1.3, rho=0.5)
    assert "the largest brings 119 %, all others -19 %" in panel.live.reading


def test_the_wider_layer_has_larger_nodes(stacked):
    panel = stacked()
    buttons(panel)["4 unequal widths"].click()
    chart = panel.explorer.shown["paths"]
    sizes = chart.nodes.get_sizes()
    assert sizes[0] < sizes[10] < sizes[20]
    assert [text.get_text() for text in chart.ax.get_yticklabels()] == [
        "layer 1\n2 units", "layer 2\n4 units", "layer 3\n16 units"]


# -- words, pin, table, stored output --------------------------------------------------------
def test_the_reading_says_count_path_and_size(stacked):
    panel = stacked()
    assert "4 back and 2 down, 6!/(4!·2!) = 15 paths" in panel.live.reading
    assert "back in layer 3" in panel.live.reading
    panel.set(layer=3, t=10)
    assert "= 1 path." in panel.live.reading
    panel.set(layer=3, t=5, rho=0.0)
    assert "1 path, nothing arrives" in panel.live.reading


def test_pin_keeps_the_path_and_the_target(stacked):
    panel = stacked()
    path = panel.numbers["path"]
    buttons(panel)["pin"].click()
    panel.set(t=2, layer=2)
    shown = panel.explorer.shown
    np.testing.assert_array_equal(shown["paths"].ghost.get_xydata(), path[:, ::-1])
    assert shown["norms"].frames["ghost"].get_visible()
    assert "[Pinned: J⟨10⟩ to a⟨6⟩[1], 15 paths.]" in panel.live.reading
    panel.pin()
    panel.pin()
    assert not len(shown["paths"].ghost.get_xdata())


def test_the_tables_hold_norms_and_the_largest_paths(stacked):
    panel = stacked()
    norms, paths = (table["rows"] for table in panel._tables())
    assert [row[0] for row in norms] == ["layer 3 (8 units)", "layer 2 (8 units)",
                                         "layer 1 (8 units)"]
    assert norms[0][1] == f"{panel.numbers['norms'][2, 0]:.4g}"
    assert len(paths) == 10


def test_a_start_may_have_more_times_than_the_usual_one(kept):
    panel = kept(rl.stacked_layers(t=11, s=12, T=12))
    panel.set(T=2)
    panel.reset()
    assert (panel.values.T, panel.values.s, panel.values.t) == (12, 12, 11)
    with pytest.raises(ValueError, match="s must be from 1 to 5, got 6"):
        rl.stacked_layers(s=6, T=5)


def test_an_edge_that_nobody_could_see_is_left_out(stacked):
    panel = stacked()
    start = perf_counter()
    panel.set(t=1, rho=0.1)
    assert perf_counter() - start < 2
    for kind in ("back", "down"):
        assert min(panel.explorer.shown["paths"].edges[kind].get_linewidths(), default=1) > 1e-3

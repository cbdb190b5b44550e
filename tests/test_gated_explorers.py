"""The explorer of gated cells works wherever its controls can stand, and shows what is true."""
import itertools
import json

import ipywidgets
import numpy as np
import pytest
from stops import ends

import rnnlib as rl

pytestmark = pytest.mark.filterwarnings("error")
CELLS = ("tanh", "gru", "lstm")
LINES = (*CELLS, "direct")


@pytest.fixture
def cells(kept):
    """Makes panels and closes them after the test."""

    def make():
        return kept(rl.gated_cells())

    return make


def buttons(panel):
    return {child.description: child for child in panel.children[1].children
            if isinstance(child, ipywidgets.Button)}


def demand_faithful(panel):
    """The artists show the numbers, whole and inside the axes."""
    v, shown = panel.values, panel.explorer.shown
    t = np.arange(1, v.T + 1)
    for name in LINES:
        log10 = panel.numbers[name]
        assert log10.shape == (v.T,)
        assert not np.isnan(log10).any()
        line = shown["cells"].lines[name]
        np.testing.assert_array_equal(line.get_xdata(), t)
        np.testing.assert_array_equal(line.get_ydata(), np.where(np.isfinite(log10), log10, np.nan))
        np.testing.assert_array_equal(shown["cells"].zeros[name].get_xdata(), t[log10 == -np.inf])
        low, high = shown["cells"].ax.get_ylim()
        assert low <= log10[log10 > -np.inf].min()
        assert log10.max() <= high
    for name in ("f", "u"):
        np.testing.assert_array_equal(shown["gates"].lines[name].get_ydata(), panel.numbers[name])
        assert ((panel.numbers[name] >= 0) & (panel.numbers[name] <= 1)).all()
    assert panel.live.reading in panel.live.label


def came_back(net, fwd):
    """The size of what comes back from the next time at t = 1..T-1, by the backward pass."""
    d_a = np.zeros((fwd.T, net.units[-1]))
    d_a[-1] = net.params["W_y"][0]
    bwd = net.backward(fwd, d_a=d_a)
    lines = [bwd.from_next] + ([bwd.c_from_next] if net.cell == "lstm" else [])
    whole = [np.linalg.norm(np.concatenate([line[1, t] for line in lines]))
             for t in range(1, fwd.T)]
    return np.array(whole) / np.linalg.norm(net.params["W_y"])


# -- what is shown ---------------------------------------------------------------------------
@pytest.mark.usefixtures("undrawn")
def test_the_artists_show_the_numbers_at_every_end_and_in_every_corner(cells):
    panel = cells()
    at = {name: ends(control) for name, control in panel.controls.items() if name != "seed"}
    for corner in itertools.product(*at.values()):
        panel.set(**dict(zip(at, corner, strict=True)))
        demand_faithful(panel)


@pytest.mark.parametrize("seed", range(3))
def test_the_numbers_are_those_of_the_backward_pass(cells, seed):
    # with small weights and inputs: in a saturated unit 1 - a^2 has few digits left
    rng, panel = np.random.default_rng(seed), cells()
    panel.set(bias=float(rng.uniform(-2, 10)), rho=float(rng.uniform(0, 2)), T=50,
              n=int(rng.choice([1, 4, 16])), gain=0.25, seed=int(rng.integers(10_000)))
    for cell, (net, fwd) in panel.numbers["runs"].items():
        found = 10 ** panel.numbers[cell]
        assert found[-1] == 1
        np.testing.assert_allclose(found[:-1], came_back(net, fwd), rtol=1e-9)
        if cell != "tanh":
            gate = {"lstm": "f", "gru": "u"}[cell]
            np.testing.assert_allclose(panel.numbers[gate],
                                       getattr(fwd, gate).over_time(1).mean(axis=(1, 2)))


def test_the_three_cells_get_the_same_inputs_and_radii(cells):
    panel = cells()
    panel.set(rho=1.7, T=10)
    nets, runs = zip(*(panel.numbers["runs"][cell] for cell in CELLS), strict=True)
    assert all(np.array_equal(fwd.x.over_time(), runs[0].x.over_time()) for fwd in runs)
    for net in nets:
        for name in net.params:
            if name.startswith("W_a"):
                radius = np.abs(np.linalg.eigvals(net.params[name])).max()
                assert radius == pytest.approx(1.7)


# -- what the presets promise ----------------------------------------------------------------
def test_the_rnn_dies_and_the_lstm_holds(cells):
    panel = cells()
    buttons(panel)["1 the RNN dies, the LSTM holds"].click()
    n = panel.numbers
    assert n["tanh"][0] < -15
    assert n["lstm"][0] > -1
    assert n["gru"][0] > -1
    assert "the RNN has lost a factor" in panel.live.reading
    assert "the LSTM keeps" in panel.live.reading


def test_with_a_forget_bias_of_minus_2_the_lstm_dies_too(cells):
    panel = cells()
    buttons(panel)["2 forget bias -2: the LSTM dies too"].click()
    n = panel.numbers
    assert n["lstm"][0] < -40
    assert n["lstm"][0] < n["tanh"][0]
    assert n["f"].mean() < 0.25
    assert "the LSTM has lost a factor" in panel.live.reading


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_it_explodes_all_the_same(cells, seed):
    panel = cells()
    buttons(panel)["3 it explodes all the same"].click()
    panel.controls["seed"].value = seed
    n = panel.numbers
    assert min(n["lstm"][0], n["gru"][0]) > 3
    # not through the direct way: that one has died
    assert n["direct"][0] < -6
    assert panel.live.reading.count("times as large") == 3


@pytest.mark.parametrize("values", [{"rho": 10.0, "n": 32, "bias": 1.0}, {"bias": 1.0},
                                    {"T": 500, "bias": -2.0}])
def test_what_f_leaves_is_not_the_half_life_of_the_average_unit(cells, values):
    """The line is led by the unit that keeps most, a mean of logarithms by none."""
    panel = cells()
    panel.set(**values)
    net, fwd = panel.numbers["runs"]["lstm"]
    of_units = rl.flow.log10_kept(net, fwd)[1, 1]
    by_half_life = -panel.values.T * np.log10(2) / rl.flow.half_life(net, fwd)
    assert by_half_life == pytest.approx(of_units.mean(), rel=0.05)
    direct = panel.numbers["direct"]
    assert of_units.mean() + 1 < direct[0] - direct[-1] <= of_units.max() + 1e-9
    assert "steps in the average unit, and leaves" in panel.live.reading
    assert "of the gradient of all units together." in panel.live.reading


def test_f_near_1_holds_the_path_without_any_recurrent_weight(cells):
    panel = cells()
    buttons(panel)["4 what holds the path"].click()
    n = panel.numbers
    assert (n["tanh"][:-1] == -np.inf).all()
    assert "the RNN has exactly 0 left" in panel.live.reading
    # the direct way is the whole gradient; only f < 1 takes from it, and the axis has room for it
    np.testing.assert_allclose(n["lstm"][:-1], n["direct"][:-1], atol=1e-9)
    assert np.ptp(panel.explorer.shown["cells"].ax.get_ylim()) / 8 < np.ptp(n["direct"]) < 1.2
    assert n["f"].min() > 0.9
    panel.controls["bias"].value = -2.0
    assert panel.numbers["lstm"][0] < -50


# -- words, pin, table, stored output --------------------------------------------------------
def test_a_narrow_line_lies_on_a_wide_one(cells):
    # else the GRU's gate could not be seen: it stays within a hundredth of the LSTM's
    shown = cells().explorer.shown
    for chart, wide, narrow in (("cells", "lstm", "gru"), ("gates", "f", "u")):
        lines = shown[chart].lines
        assert lines[wide].get_linewidth() > lines[narrow].get_linewidth()
        assert lines[wide].get_zorder() < lines[narrow].get_zorder()


def test_below_float64_the_reading_says_so(cells):
    panel = cells()
    assert "float64" not in panel.live.reading
    panel.set(T=500, bias=-2.0, rho=0.1)
    assert panel.numbers["lstm"][0] < -323
    assert "Below 10⁻³²³ float64 alone would hold 0" in panel.live.reading


def test_pin_keeps_all_lines_until_pressed_again(cells):
    panel = cells()
    kept = dict(panel.numbers)
    buttons(panel)["pin"].click()
    panel.set(bias=-2.0, T=50)
    shown = panel.explorer.shown
    for name in LINES:
        np.testing.assert_array_equal(shown["cells"].ghosts[name].get_ydata(), kept[name][-50:])
    np.testing.assert_array_equal(shown["gates"].ghosts["f"].get_ydata(), kept["f"][-50:])
    assert "[Pinned: the RNN has lost a factor" in panel.live.reading
    assert 50 < shown["cells"].ax.get_xlim()[1] < 51
    panel.pin()
    panel.pin()
    assert not len(shown["cells"].ghosts["lstm"].get_ydata())
    assert "Pinned" not in panel.live.reading


def test_the_table_holds_what_is_plotted(cells):
    panel = cells()
    panel.set(T=10)
    panel.live.open_table()
    table = panel.live.tables[0]
    assert table["header"][1:] == ["tanh RNN", "LSTM", "GRU", "LSTM, through f alone", "mean f",
                                   "mean u"]
    assert len(table["rows"]) == 10
    assert table["rows"][0][2] == f"{panel.numbers['lstm'][0]:.4g}"
    json.dumps(table)

"""The explorer of vanishing and exploding: every corner, and its picture read back."""
import itertools

import numpy as np
import pytest
from live_controls import live_widgets
from stops import stops

import rnnlib as rl
from rnnlib.cells import initial
from rnnlib.explorers import vanishing
from rnnlib.style import power

pytestmark = pytest.mark.filterwarnings("error")
PRESETS = {name[0]: values for name, values in vanishing.VanishingAndExploding.presets.items()}


@pytest.fixture(scope="module")
def kept():
    """One panel for all tests that only move its controls."""
    panel = rl.vanishing_and_exploding()
    yield panel
    panel.close()


@pytest.fixture
def panel(kept):
    kept.reset()
    return kept


def preset(panel, number):
    panel.set(**{**panel._start, **PRESETS[number]})
    return panel


def some(control):
    """Its stops, or three of them where there are many."""
    values = stops(control)
    return values if len(values) < 7 else [values[0], values[10], values[-1]]


def anywhere(control, rng):
    """A value that a hand could give the control."""
    if hasattr(control, "max"):
        return control.min + control.step * int(rng.integers((control.max - control.min)
                                                             / control.step + 1))
    return some(control)[rng.integers(len(some(control)))]


def expect_read_back(panel):
    """What stands in the picture is what flow says of the run that the controls describe."""
    v, shown = panel.values, panel.explorer.shown
    net = rl.Network(vanishing.N_X, (v.n,), 1, v.cell, "squared", seed=v.seed,
                     init=v.init, scale=v.rho)
    net.params["b[1]"] = np.full(v.n, v.bias)
    x = v.gain * np.random.default_rng(v.seed).standard_normal((v.T, vanishing.N_X))
    fwd = net.forward(x)
    end = len(panel.numbers["product"])
    jac = rl.flow.jacobians(net, fwd.between(1, end))
    truth = jac.norms_to(end)[1:]
    line = shown["decay"].lines["product"].get_ydata()
    there = np.isfinite(truth)
    np.testing.assert_allclose(line[there], truth[there])
    assert np.isnan(line[~there]).all()
    zeros = np.flatnonzero(truth == -np.inf) + 1
    np.testing.assert_array_equal(shown["decay"].zeros.get_xdata(), zeros)
    spectrum = rl.flow.spectrum(net.params["W_a[1]"])
    dots = shown["spectrum"].eigenvalues
    np.testing.assert_allclose(dots.get_xdata(), spectrum.eigenvalues.real)
    np.testing.assert_allclose(dots.get_ydata(), spectrum.eigenvalues.imag)
    np.testing.assert_allclose(shown["spectrum"].singular_values.get_xdata(),
                               spectrum.singular_values)
    assert shown["spectrum"].rings["sigma_1"].get_radius() == pytest.approx(spectrum.sigma_1)
    assert shown["spectrum"].rings["rho"].get_radius() == pytest.approx(spectrum.radius)
    counts = rl.flow.saturation(net, fwd).counts
    np.testing.assert_allclose(shown["slopes"].bars.get_data().values,
                               counts / max(counts.sum(), 1))
    expect_lines_of_powers(panel, spectrum)
    expect_pairs(panel, jac, truth)


def expect_lines_of_powers(panel, spectrum):
    gamma, end = panel.numbers["bounds"].gamma, len(panel.numbers["product"])
    for name, base in (("bound", gamma * spectrum.sigma_1), ("radius", spectrum.radius)):
        t, line = panel.explorer.shown["decay"].lines[name].get_data()
        if base > 0:
            np.testing.assert_allclose(line, (end - t) * np.log10(base), atol=1e-9)
        else:
            assert np.isnan(line[:-1]).all()


def expect_pairs(panel, jac, truth):
    times = panel.numbers["times"]
    cells = panel.explorer.shown["pairs"].cells.get_array()
    assert cells.shape == (len(times), len(times))
    there = np.isfinite(truth[np.array(times) - 1])
    last = np.ma.filled(cells[-1], np.nan)
    np.testing.assert_allclose(last[there], truth[np.array(times) - 1][there], atol=1e-6)
    middle = len(times) // 2
    one = jac.norms_to(times[middle])[times[0]]
    assert (cells.mask[middle, 0] if not np.isfinite(one)
            else cells[middle, 0] == pytest.approx(one, abs=1e-6))


# -- every corner ----------------------------------------------------------------------------
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("cell", ["tanh", "relu", "logistic", "identity"])
def test_every_corner_can_be_shown(panel, cell):
    """Extremes of size, with the longest and shortest times and one and many units."""
    for (init, T, n), rho, (gain, bias) in itertools.product(
            (("gaussian", 2, 1), ("nonnormal", 2, 32), ("gaussian", 2000, 1)), (0.0, 3.0),
            ((0.0, -3.0), (10.0, 3.0))):
        panel.set(cell=cell, init=init, rho=rho, T=T, n=n, gain=gain, bias=bias)
        assert panel.live.reading
        assert not np.isnan(panel.numbers["product"]).any()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("seed", range(3))
def test_random_points_show_what_flow_says(panel, seed):
    rng = np.random.default_rng(seed)
    for _ in range(4):
        values = {name: anywhere(control, rng) for name, control in panel.controls.items()}
        panel.set(**values | {"T": int(rng.choice((2, 3, 7, 30, 70, 200)))})
        expect_read_back(panel)


@pytest.mark.parametrize("number", PRESETS)
def test_presets_are_read_back(panel, number):
    expect_read_back(preset(panel, number))


# -- what the presets claim ------------------------------------------------------------------
def test_first_it_grows_with_a_radius_below_one(panel):
    product = preset(panel, "1").numbers["product"]
    W = panel.numbers["net"].params["W_a[1]"]
    assert W.tolist() == [[0.9, 1.0], [0.0, 0.9]]
    assert panel.numbers["bounds"].spectrum.radius == pytest.approx(0.9)
    assert 3.8 < 10 ** product.max() < 4.0
    assert 50 < np.argmax(product) + 1 < 69
    assert product[0] < -1
    assert "3.9 times as large" in panel.live.reading


def test_radius_three_vanishes_by_saturation(panel):
    preset(panel, "2")
    spectrum = panel.numbers["bounds"].spectrum
    assert spectrum.radius == pytest.approx(3)
    assert spectrum.sigma_1 == pytest.approx(3)
    assert panel.numbers["product"][0] < -20 < 20 < panel.numbers["bound"][0]
    assert panel.numbers["saturation"].mean < 0.1
    assert "has lost a factor" in panel.live.reading


def test_an_orthogonal_matrix_does_not_hold_it_under_tanh(panel):
    preset(panel, "3")
    assert np.allclose(panel.numbers["singular values"], 1)
    assert panel.numbers["product"][0] < -20
    panel.set(cell="identity")
    assert np.allclose(panel.numbers["product"], 0)


def test_relu_and_identity_hold_it_until_the_units_close(panel):
    preset(panel, "4")
    assert np.allclose(panel.numbers["product"], 0)
    assert "as large as it was" in panel.live.reading
    panel.set(bias=-1.0)
    assert panel.numbers["product"][0] == -np.inf
    assert "exactly 0 from t =" in panel.live.reading


def test_it_explodes_though_the_units_are_driven(panel):
    """A rate above 0 with every seed: chaos, and no run that stands still."""
    preset(panel, "5")
    assert "has grown by a factor" in panel.live.reading
    for seed in range(10):
        panel.set(seed=seed)
        assert panel.numbers["product"][0] > 8
        assert panel.numbers["saturation"].mean < 0.9
    panel.set(gain=10.0)
    assert panel.numbers["product"][0] < -6


@pytest.mark.parametrize("standing", [False, True])
def test_between_bound_and_product_stand_slopes_and_directions(panel, standing):
    """Where no slope is below 1 the bound is missed by twelve decades all the same."""
    preset(panel, "2")
    if standing:
        panel.set(init="radius", rho=1.5, gain=0.0)
    n = panel.numbers
    assert n["bound"][0] - n["product"][0] > 11
    assert (n["saturation"].mean == pytest.approx(1)) == standing
    assert "so slopes and directions decide" in panel.live.reading


def test_a_linear_layer_of_radius_1_is_not_said_to_keep_its_size(panel):
    panel.set(cell="identity", init="nonnormal", n=8, T=2000)
    assert "The product has grown by a factor 3·10¹⁹" in panel.live.reading
    assert "ρ = 1 lets it neither vanish nor explode" in panel.live.reading
    assert "as a power of the time it may grow" in panel.live.reading


def test_no_run_is_above_its_bound(panel):
    for number in PRESETS:
        preset(panel, number)
        assert (panel.numbers["product"] <= panel.numbers["bound"] + 1e-9).all()


# -- beyond float64 --------------------------------------------------------------------------
def test_what_overflows_is_said_with_its_logarithm(panel):
    panel.set(cell="identity", init="identity", rho=3.0, T=2000)
    assert panel.numbers["product"][0] == pytest.approx(1999 * np.log10(3))
    assert "In float64 this product is inf" in panel.live.reading
    assert "float64 overflow: a⟨t⟩ is not finite from t = 6" in panel.live.reading
    assert "|a⟨T⟩| = " in panel.live.reading
    assert panel.explorer.shown["decay"].ends["inf"].get_visible()
    panel.set(rho=0.5)
    assert panel.numbers["product"][0] == pytest.approx(1999 * np.log10(0.5))
    assert "In float64 this product is 0" in panel.live.reading
    assert panel.explorer.shown["decay"].ends["0"].get_visible()


def test_a_run_without_numbers_is_shown_up_to_its_last_ones(panel):
    panel.set(cell="relu", init="identity", rho=3.0, T=2000, bias=1.0)
    end = len(panel.numbers["product"])
    assert 500 < end < 700
    assert f"shown from t = {end}" in panel.live.reading
    assert len(panel.numbers["product"]) == end
    expect_lines_of_powers(panel, panel.numbers["bounds"].spectrum)


# -- controls, words, table ------------------------------------------------------------------
def test_the_seed_refuses_nonsense_and_keeps_the_picture(panel):
    before = panel.live.frame
    field = panel.controls["seed"].field
    for nonsense in ("", "x", "-1", "--5", "10000", "1.5", "9" * 5000):
        field.value = nonsense
        assert panel.controls["seed"].complaint.value == "want a whole number from 0 to 9999"
        assert panel.live.frame == before
    field.value = "7"
    assert panel.values.seed == 7
    assert panel.live.frame != before


def test_what_cannot_change_the_picture_is_disabled(panel):
    inert = panel.controls["gain"], panel.controls["bias"], panel.controls["seed"].field
    assert not any(control.disabled for control in inert)
    panel.set(cell="identity", init="nonnormal")
    assert all(control.disabled for control in inert)
    before = panel.live.film.pixels().copy()
    panel.set(gain=5.0, bias=1.0, seed=5)
    assert np.array_equal(panel.live.film.pixels(), before)
    panel.set(init="gaussian")
    assert [control.disabled for control in inert] == [True, True, False]


def test_pin_keeps_the_truth_as_a_ghost(panel):
    kept = panel.numbers["product"]
    panel.pin()
    panel.set(rho=1.5, T=70)
    ghost = panel.explorer.shown["decay"].lines["ghost"]
    np.testing.assert_allclose(ghost.get_ydata(), kept)
    assert (ghost.get_xdata()[[0, -1]] == [21, 70]).all()  # both runs end at one place
    assert "[Pinned: The product has lost" in panel.live.reading
    panel.reset()
    assert len(ghost.get_ydata()) == 0


def test_the_tables_hold_what_is_plotted(panel):
    panel.set(T=20, n=4)
    numbers = panel.numbers
    decay, spectrum, slopes, pairs = (table["rows"] for table in panel._tables())
    for t, row in enumerate(decay, 1):
        assert row == [f"t = {t}", *(f"{numbers[name][t - 1]:.4g}" for name in
                                     ("product", "bound", "radius"))]
    assert [row[1] for row in spectrum] == [f"{s:.4g}" for s in numbers["singular values"]]
    assert [row[3] for row in slopes] == [str(count) for count in numbers["slopes"]]
    for s, row in enumerate(pairs, 1):
        assert row == [f"s = {s}", *(f"{v:.4g}" for v in numbers["pairs"][s - 1, :s]),
                       *[""] * (20 - s)]


def test_start_values_are_taken_or_refused_with_a_sentence():
    before = len(live_widgets())
    for wrong, sentence in (({"rho": 4.0}, "rho must be from 0.0 to 3.0, got 4.0"),
                            ({"cell": "lstm"}, "cell must be one of 'tanh'.*, got 'lstm'"),
                            ({"speed": 1}, "no control 'speed'")):
        with pytest.raises(ValueError, match=sentence):
            rl.vanishing_and_exploding(**wrong)
    assert len(live_widgets()) == before
    panel = rl.vanishing_and_exploding(rho=0.5, T=20)
    assert (panel.values.rho, panel.values.T) == (0.5, 20)
    panel.close()
    assert len(live_widgets()) == before


# -- the parts -------------------------------------------------------------------------------
@pytest.mark.parametrize(("log10", "text"), [
    (0, "1"), (-np.inf, "0"), (np.nan, "not a number"), (0.592, "3.9"), (2.3345, "216"),
    (-6, "10⁻⁶"), (-12.4, "4·10⁻¹³"), (5.9999, "10⁶"), (953.8, "6·10⁹⁵³"), (-2.5, "0.0032")])
def test_powers_are_written_short(log10, text):
    assert power(log10) == text


def test_a_nonnormal_start_has_one_eigenvalue_and_a_chain():
    W = initial.nonnormal(None, 3, 0.9)
    assert W.tolist() == [[0.9, 1, 0], [0, 0.9, 1], [0, 0, 0.9]]
    assert np.array_equal(rl.Network(1, 3, 1, init="nonnormal", scale=0.9).params["W_a[1]"], W)

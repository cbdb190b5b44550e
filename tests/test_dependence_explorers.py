"""The explorers of dependence and calibration: right wherever their controls can stand."""
import itertools

import ipywidgets
import numpy as np
import pytest
from stops import stops

import rnnlib as rl
from rnnlib import probability
from rnnlib.probability import evaluation

pytestmark = pytest.mark.filterwarnings("error")


def trained_on_nothing(seed=0, n=1, units=3):
    """A network whose predictions differ from time to time, as after training."""
    net = rl.Network(n + 1, units, 1, loss="logistic", seed=seed)
    for name, value in net.params.items():
        net.params[name] = 2 * np.random.default_rng(seed).normal(size=value.shape)
    return net


RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(12, 1)), RNG.integers(0, 2, size=12).astype(float)
FORECASTS = {"fair": np.full(60, 0.5), "random": RNG.random(60)}
OBSERVED = (RNG.random(60) < FORECASTS["random"]).astype(float)


@pytest.fixture
def coupled(kept):
    return kept(rl.coupled_responses())


@pytest.fixture
def feedings(kept):
    return kept(rl.two_feedings(trained_on_nothing(), X, Y))


@pytest.fixture
def calibrated(kept):
    return kept(rl.forecast_calibration(FORECASTS, OBSERVED))


def buttons(panel):
    return {child.description: child for child in panel.children[1].children
            if isinstance(child, ipywidgets.Button)}


# -- coupled responses -----------------------------------------------------------------------
def demand_tables(panel):
    """Tables and costs are lawful, and the artists show them."""
    v, n = panel.values, panel.numbers
    for name in ("true", "product"):
        assert n[name].shape == (2 ** v.T, 2 ** v.T)
        np.testing.assert_allclose(n[name].sum(axis=1), 1)
        image = panel.explorer.shown[name].cells
        np.testing.assert_array_equal(image.get_array(), n[name])
        assert image.norm.vmax >= max(n["true"].max(), n["product"].max()) - 1e-12
        assert image.norm.vmin == 0
    assert n["costs"].shape == (v.T,)
    assert n["costs"].sum() == pytest.approx(n["total"], abs=1e-9)
    # the cost from the tables themselves; all x are equally likely
    possible = n["true"] > 0
    p, q = n["true"][possible], n["product"][possible]
    nats = (p * np.log(p / q)).sum() / 2 ** v.T
    assert n["total"] == pytest.approx(nats / probability.UNITS[v.unit], abs=1e-9)
    costs = panel.explorer.shown["costs"]
    bars, whole = costs.bars, costs.whole
    assert [bar.get_visible() for bar in bars] == [k < v.T for k in range(len(bars))]
    np.testing.assert_allclose([bar.get_height() for bar in bars[:v.T]], n["costs"])
    # each stands on the one before, and the last reaches the whole
    np.testing.assert_allclose([bar.get_y() for bar in bars[:v.T]],
                               [0, *np.cumsum(n["costs"])[:-1]])
    assert whole.get_height() == pytest.approx(n["total"])
    assert costs.ax.get_ylim()[1] > n["total"]
    assert panel.live.reading in panel.live.label


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("seed", range(3))
def test_corners_and_random_points_have_lawful_tables(coupled, seed):
    rng = np.random.default_rng(seed)
    at = {name: stops(control) for name, control in coupled.controls.items()}
    for _ in range(12):
        chosen = {name: values[rng.integers(len(values))] for name, values in at.items()}
        coupled.set(**chosen)
        demand_tables(coupled)
        coupled.controls["coupling"].value = rng.random()
        demand_tables(coupled)


def test_the_numbers_are_those_of_the_library(coupled):
    coupled.set(process="second-order chain", coupling=0.5, T=4, feedback=1, unit="bits")
    joint = probability.second_order(4)
    np.testing.assert_allclose(coupled.numbers["true"].ravel(), 16 * joint.p.ravel())
    np.testing.assert_allclose(coupled.numbers["product"].ravel(),
                               16 * probability.projection(joint, feedback=1).p.ravel())
    np.testing.assert_allclose(coupled.numbers["costs"],
                               probability.costs(joint, feedback=1, unit="bits"), atol=1e-12)


def test_equal_probabilities_have_equal_colours_in_both_tables(coupled):
    coupled.set(process="y follows the next x", coupling=1.0)
    one, other = (coupled.explorer.shown[name].cells for name in ("true", "product"))
    assert coupled.numbers["true"].max() > 2 * coupled.numbers["product"].max()
    assert one.norm.vmax == other.norm.vmax


def test_small_tables_have_their_numbers_written_in(coupled):
    coupled.set(T=2)
    texts = coupled.explorer.shown["true"].numbers
    for text, p in zip(texts, coupled.numbers["true"].ravel(), strict=True):
        assert text.get_text() == f"{100 * p:.1f}"
    coupled.set(T=3)
    assert not any(text.get_text() for text in texts)


@pytest.mark.parametrize("T", [2, 3, 4])
def test_rows_and_columns_are_named_after_the_outcomes(coupled, T):
    coupled.set(T=T)
    ax = coupled.explorer.shown["product"].ax
    wanted = [f"{k:0{T}b}" for k in range(2 ** T)]
    assert [label.get_text() for label in ax.get_xticklabels()] == wanted
    assert [label.get_text() for label in ax.get_yticklabels()] == wanted


def test_the_presets_show_what_they_promise(coupled):
    press = buttons(coupled)
    press["1 the notes' product"].click()
    assert coupled.numbers["total"] > 0.2
    press["2 the y before is fed"].click()
    assert coupled.numbers["total"] < 1e-9
    np.testing.assert_allclose(coupled.numbers["true"], coupled.numbers["product"])
    assert "KL = 0 nats = 0 + 0 + 0" in coupled.live.reading
    press["3 second order, the y before is fed"].click()
    assert coupled.numbers["total"] > 0.1
    coupled.controls["feedback"].value = "all"
    assert coupled.numbers["total"] < 1e-9
    press["4 a later x, all earlier y are fed"].click()
    assert coupled.numbers["total"] > 0.4
    coupled.controls["look_ahead"].value = 1
    assert coupled.numbers["total"] < 1e-9


def test_the_coupling_moves_the_joint_alone(coupled):
    coupled.set(process="coupled neighbours", coupling=0.0)
    product = coupled.numbers["product"]
    np.testing.assert_allclose(coupled.numbers["true"], product)
    coupled.set(process="coupled neighbours", coupling=1.0)
    np.testing.assert_allclose(coupled.numbers["product"], product)
    assert coupled.numbers["total"] == pytest.approx(2 * 0.319, abs=0.002)


@pytest.mark.parametrize("T", [2, 3, 4])
def test_a_moved_coupling_leaves_both_scales_alone(coupled, T):
    for process in stops(coupled.controls["process"]):
        coupled.set(process=process, T=T, coupling=0.0)
        seen = []
        for coupling in np.linspace(0, 1, 21):
            coupled.controls["coupling"].value = coupling
            demand_tables(coupled)
            seen.append((coupled.explorer.shown["product"].cells.norm.vmax,
                         coupled.explorer.shown["costs"].ax.get_ylim()))
        assert len(set(seen)) == 1
        # and they are no larger than what is shown at the end needs
        assert seen[0][0] < 2 * coupled.numbers["true"].max()


def test_a_pinned_total_stays_as_a_line_in_its_own_unit_only(coupled):
    total = coupled.numbers["total"]
    coupled.pin()
    coupled.set(feedback=1)
    np.testing.assert_array_equal(coupled.explorer.shown["costs"].ghost.get_ydata(), [total, total])
    assert "[Pinned: KL = 0.230 nats" in coupled.live.reading
    coupled.set(unit="bits")
    assert not len(coupled.explorer.shown["costs"].ghost.get_ydata())


def test_bits_are_nats_over_log_2(coupled):
    nats = coupled.numbers["costs"]
    coupled.set(unit="bits")
    np.testing.assert_allclose(coupled.numbers["costs"], nats / np.log(2), atol=1e-11)
    assert coupled.explorer.shown["costs"].ax.get_title(loc="left") == "cost in bits"


def test_a_preset_shows_what_it_promises_wherever_the_call_began(kept):
    panel = kept(rl.coupled_responses(process="coupled neighbours", T=4, coupling=0.0, unit="bits"))
    buttons(panel)["2 the y before is fed"].click()
    assert "KL = 0 bits = 0 + 0 + 0" in panel.live.reading
    assert panel.numbers["true"].max() > 0.5
    panel.reset()
    assert (panel.values.process, panel.values.T) == ("coupled neighbours", 4)


def test_costs_and_probabilities_are_tables_of_their_own(coupled):
    costs, tables = coupled.explorer.tables(coupled.values, coupled.numbers)
    assert costs["rows"][-1] == ["KL", f"{coupled.numbers['total']:.3f}"]
    assert [time for time, _ in costs["rows"]] == ["t = 1", "t = 2", "t = 3", "KL"]
    assert tables["header"] == ["x", "y", "P(y | x)", "the product"]
    assert tables["rows"][9][:2] == ["001", "001"]
    assert tables["rows"][9][2] == f"{coupled.numbers['true'][1, 1]:.4f}"


# -- two feedings ----------------------------------------------------------------------------
def demand_feedings(panel):
    v, n, net = panel.values, panel.numbers, panel.explorer.net
    lines, rows = panel.explorer.shown["lines"], panel.explorer.shown["rows"]
    np.testing.assert_array_equal(n["true"], Y)
    np.testing.assert_array_equal(n["drawn"][:v.known], Y[:v.known])
    for name, fed in (("forced", Y), ("free", n["drawn"])):
        x = np.column_stack([X, np.concatenate([[0], fed[:-1]])])
        np.testing.assert_allclose(n[name], net.forward(x).y_hat.over_time()[:, 0, 0])
        np.testing.assert_array_equal(getattr(lines, name).get_ydata(), n[name])
    shown = {name: line.get_xdata() for name, line in rows.marks.items()}
    t = np.arange(1, len(Y) + 1)
    np.testing.assert_array_equal(shown["true"], t[Y == 1])
    np.testing.assert_array_equal(shown["drawn"], t[n["drawn"] == 1])
    np.testing.assert_array_equal(shown["drawn zeros"], t[n["drawn"] == 0])
    np.testing.assert_array_equal(shown["differ"], t[n["drawn"] != Y])
    assert lines.known.get_xdata()[0] == v.known + 0.5


def test_the_feedings_are_right_wherever_the_controls_stand(feedings):
    for known, seed in itertools.product(range(len(Y) + 1), (0, 7, 9999)):
        feedings.set(known=known, seed=seed)
        demand_feedings(feedings)


def test_they_go_together_until_the_first_response_that_differs(feedings):
    for seed in range(20):
        feedings.set(known=3, seed=seed)
        n = feedings.numbers
        differ = np.flatnonzero(n["drawn"] != n["true"])
        first = differ[0] if differ.size else len(Y)
        assert first >= 3
        np.testing.assert_array_equal(n["forced"][:first + 1], n["free"][:first + 1])
        if differ.size:
            assert f"They part at t = {first + 1} and differ at {differ.size}" in \
                feedings.live.reading


def test_with_true_responses_only_both_are_teacher_forcing(feedings):
    buttons(feedings)["3 true ones only"].click()
    np.testing.assert_array_equal(feedings.numbers["forced"], feedings.numbers["free"])
    assert "Its own are the true ones." in feedings.live.reading
    net = feedings.explorer.net
    nats = -probability.log_probability(net, X, Y[:, None], feedback=True)[0] / len(Y)
    assert f"surprise by {nats:.2f} nats a time if they are fed" in feedings.live.reading


def test_a_network_that_is_fed_nothing_else_can_be_shown(kept):
    panel = kept(rl.two_feedings(trained_on_nothing(n=0), np.zeros((12, 0)), Y))
    panel.set(known=0)
    assert panel.numbers["free"].shape == (12,)


def test_a_pinned_run_stays_as_a_ghost(feedings):
    kept_back = feedings.numbers["free"]
    feedings.pin()
    feedings.set(known=0, seed=3)
    np.testing.assert_array_equal(feedings.explorer.shown["lines"].ghost.get_ydata(), kept_back)
    assert "[Pinned: They part" in feedings.live.reading


@pytest.mark.parametrize(("net", "y", "sentence"), [
    (rl.Network(2, 3, 2), Y, "net must be a Network with the loss 'logistic' and n_y = 1"),
    (rl.Network(3, 3, 2, loss="logistic"), Y, "net must be a Network with the loss 'logistic'"),
    (trained_on_nothing(), Y[:, None], r"y must have shape \(T,\), .* got \(12, 1\)"),
    (trained_on_nothing(n=2), Y, "x must have shape"),
    (trained_on_nothing(), Y + 1, "y must hold zeros and ones")])
def test_what_cannot_be_fed_gets_one_sentence(net, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        rl.two_feedings(net, X, y)


# -- calibration -----------------------------------------------------------------------------
def test_the_calibration_shown_is_that_of_the_library(calibrated):
    for name, bins in itertools.product(FORECASTS, (2, 7, 20)):
        calibrated.set(forecast=name, bins=bins)
        found = evaluation.calibration(FORECASTS[name], OBSERVED, bins=bins)
        points, counts = (calibrated.explorer.shown[name] for name in ("calibration", "counts"))
        np.testing.assert_array_equal(points.points.get_xdata(), found.forecast)
        np.testing.assert_array_equal(points.points.get_ydata(), found.frequency)
        for line, least, most in zip(points.intervals.get_segments(), found.least, found.most,
                                     strict=True):
            np.testing.assert_allclose(line[:, 1], [least, most])
        assert [bar.get_height() for bar in counts.bars if bar.get_height()] == list(found.count)
        assert counts.ax.get_ylim()[1] >= found.count.max()


def test_the_reading_counts_the_intervals_that_reach_the_diagonal(calibrated):
    calibrated.set(forecast="fair", bins=2)
    share = OBSERVED.mean()
    least, most = evaluation.wilson(OBSERVED.sum(), 60)
    holds = int(least <= 0.5 <= most)
    assert f"“fair”: {holds} of 1 intervals reach the diagonal" in calibrated.live.reading
    assert "0.693 nats a place" in calibrated.live.reading
    assert calibrated.numbers["frequency"] == pytest.approx([share])


def test_a_pinned_calibration_stays_as_hollow_points(calibrated):
    kept_back = calibrated.numbers
    calibrated.pin()
    calibrated.set(forecast="random")
    np.testing.assert_array_equal(calibrated.explorer.shown["calibration"].ghost.get_ydata(),
                                  kept_back["frequency"])
    assert "[Pinned: Forecast “fair”" in calibrated.live.reading


def test_no_forecast_gets_one_sentence():
    with pytest.raises(ValueError, match="forecasts is empty, but at least one is wanted"):
        rl.forecast_calibration({}, OBSERVED)


# -- whose loss is lower -----------------------------------------------------------------------
def test_a_gain_is_called_one_only_where_its_interval_leaves_0(kept):
    rng = np.random.default_rng(0)
    losses = {"one": rng.random(400), "worse": 1 + rng.random(400), "better": rng.random(400) - 1}
    losses["near"] = losses["one"] + rng.normal(0.05, 0.5, 400)
    panel = kept(rl.compared_losses(losses, model="one", judged=100))
    for n in (10, 100, 400):
        panel.set(judged=n)
        gains = panel.explorer.shown["gains"]
        np.testing.assert_allclose(gains.points.get_xdata(), [
            (losses[name] - losses["one"])[:n].mean() for name in ("worse", "better", "near")])
        low, high = panel.numbers["low"][2], panel.numbers["high"][2]
        word = "better" if low > 0 else "worse" if high < 0 else "perhaps no better"
        assert panel.live.reading == (f"On {n} places “one” is better than “worse”, worse than "
                                      f"“better”, {word} than “near”.")
        assert [t.get_text() for t in gains.ax.get_yticklabels()] == ["worse", "better", "near"]


@pytest.mark.filterwarnings("error")
def test_equal_models_are_compared_in_silence(kept):
    panel = kept(rl.compared_losses({"one": np.arange(20), "same": np.arange(20)}))
    assert panel.live.reading == "On 20 places “one” is perhaps no better than “same”."


@pytest.mark.parametrize(("losses", "sentence"), [
    ({}, "losses must be .* of two models or more"), ({"a": np.ones(20)}, "of two models or more"),
    ({"a": np.ones(20), "b": np.ones(21)}, "losses must be"),
    ({"a": np.ones(9), "b": np.ones(9)}, "D at least 10"),
    ({"a": np.ones((20, 2)), "b": np.ones((20, 2))}, "losses must be"),
    ({"a": np.ones(20), "b": np.full(20, np.nan)}, "losses must be finite"),
])
def test_losses_that_cannot_be_compared_get_a_sentence(losses, sentence):
    with pytest.raises(ValueError, match=sentence):
        rl.compared_losses(losses)

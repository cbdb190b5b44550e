"""The explorer of cliffs works wherever its controls can stand, and shows what it computed."""
import itertools

import ipywidgets
import numpy as np
import pytest
from live_controls import live_widgets
from stops import stops

import rnnlib as rl
from rnnlib.charts.surface import STEPS
from rnnlib.explorers.cliffs import ALONG, B, W
from rnnlib.learning import surface

pytestmark = pytest.mark.filterwarnings("error")
KINDS = {"no steps": [], "plain": ["plain"], "clipped by norm": ["by norm"],
         "clipped by element": ["by element"], "all three": list(STEPS)}
DRAWN = "surface", "losses", "gradients"


@pytest.fixture
def cliffs(kept):
    """Makes panels and closes them after the test."""

    def make(**options):
        return kept(rl.cliffs_and_clipping(**options))

    return make


def buttons(panel):
    return {child.description: child for child in panel.children[1].children
            if isinstance(child, ipywidgets.Button)}


def points(artist):
    return np.column_stack(artist.get_data())


def demand_faithful(panel):
    """The artists show what the library computes for the controls' values."""
    v, shown = panel.values, panel.explorer.shown
    seen = shown["surface"]
    run = surface.one_unit(v.T, 0.4, a0=v.a0)
    np.testing.assert_array_equal(seen.loss.get_array(), surface.error_surface(run, W, B).loss)
    np.testing.assert_array_equal(points(seen.wall)[:, 1], surface.wall(W, v.a0).b)
    cut = surface.error_surface(run, [v.w], ALONG).loss[:, 0]
    np.testing.assert_array_equal(shown["cut"].loss.get_xdata(), cut)
    for name in STEPS:
        if name not in KINDS[v.shown]:
            assert not any(len(points(shown[chart].paths[name])) for chart in DRAWN)
            continue
        path = surface.descent(run, (v.w, v.b), rate=v.rate, steps=60, threshold=v.threshold,
                               clip={"by norm": "norm", "by element": "element"}.get(name))
        np.testing.assert_array_equal(points(seen.paths[name]), path.points[:v.k + 1])
        for chart, values in (("losses", path.loss), ("gradients", path.steepness)):
            drawn = shown[chart].paths[name].get_ydata()
            wanted = values[:v.k + 1]
            np.testing.assert_array_equal(drawn, np.where(wanted > 0, wanted, np.nan))
    starts = points(seen.start)
    np.testing.assert_array_equal(starts, [(v.w, v.b)] if KINDS[v.shown] else np.zeros((0, 2)))


# -- corners and random points ---------------------------------------------------------------
@pytest.mark.usefixtures("undrawn")
def test_every_stop_of_every_control_can_be_shown(cliffs):
    panel = cliffs()
    for name, control in panel.controls.items():
        panel.reset()
        for value in stops(control):
            control.value = value
            assert panel.live.reading, name
            demand_faithful(panel)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("seed", range(3))
def test_random_points_show_what_was_computed(cliffs, seed):
    rng = np.random.default_rng(seed)
    panel = cliffs()
    for _ in range(8):
        panel.set(shown=rng.choice(list(KINDS)).item(), k=int(rng.integers(61)),
                  T=int(rng.integers(1, 101)), a0=float(rng.uniform(-0.9, 0.9)),
                  w=float(rng.uniform(0.6, 1.8)), b=float(rng.uniform(-0.6, 0.6)),
                  rate=rng.choice(stops(panel.controls["rate"])).item(),
                  threshold=rng.choice(stops(panel.controls["threshold"])).item())
        demand_faithful(panel)


@pytest.mark.parametrize("target", [-1, 0, 0.4, 1])
def test_every_target_of_a_tanh_unit_can_be_shown(cliffs, target):
    panel = cliffs(target=target)
    low, high = panel.explorer.shown["surface"].loss.get_clim()
    assert (low, high) == (0, (1 + abs(target)) ** 2 / 2)
    assert panel.numbers["loss"].max() <= high


# -- what the presets promise ----------------------------------------------------------------
def test_the_presets_show_what_they_say(cliffs):
    panel = cliffs()
    press = buttons(panel)
    press["1 thrown off"].click()
    assert "thrown off from step 6" in panel.live.reading
    press["2 clipped by norm"].click()
    assert "thrown" not in panel.live.reading
    assert "none turned" in panel.live.reading
    press["3 clipped by element"].click()
    assert "thrown" not in panel.live.reading
    assert "turned by up to 39.2°" in panel.live.reading
    press["4 a smaller rate"].click()
    assert "thrown off from step 56" in panel.live.reading
    press["5 T = 5: no wall yet"].click()
    assert "thrown" not in panel.live.reading
    press["6 the surface alone"].click()
    assert "the wall stands at b = -0.03" in panel.live.reading
    start = {name: c.value for name, c in panel.controls.items()} | {"shown": "plain"}
    press["reset"].click()
    assert vars(panel.values) == start


def test_without_a_wall_the_reading_says_so(cliffs):
    panel = cliffs()
    panel.set(shown="no steps", w=0.8)
    assert "At w = 0.8 no wall stands." in panel.live.reading
    assert np.isnan(panel.explorer.shown["cut"].wall.get_ydata()).all()


@pytest.mark.parametrize("T", [1, 5, 8])
def test_with_few_steps_the_reading_says_that_no_wall_stands_yet(cliffs, T):
    panel = cliffs(T=T, shown="no steps")
    assert "no wall stands yet; it will at b = -0.03" in panel.live.reading
    assert panel.numbers["surface"].steepness.max() < 200
    assert " 1 steps" not in panel.live.reading


@pytest.mark.parametrize("a0", [-0.9, 0.9])
def test_on_the_arc_the_reading_promises_a_power_of_T(cliffs, a0):
    """There the factor of a step is 1, and the grid is steep all the same."""
    panel = cliffs(T=100, a0=a0, shown="no steps")
    assert "the factor of a step is 1, and the gradient grows as a power of T" in panel.live.reading
    assert "100 steps by" not in panel.live.reading
    on = surface.wall([1.3], a0)
    assert on.factor == 1
    beyond = on.b * (1 + np.geomspace(1e-6, 5, 2000))
    steepest = [surface.error_surface(surface.one_unit(T, 0.4, a0=a0), [1.3], beyond)
                .steepness.max() for T in (50, 100, 200)]
    # about T³, while a factor of 1.1 alone would give 10⁴ for 100 steps more
    assert all(5 < later / earlier < 9 for earlier, later in itertools.pairwise(steepest))


def test_the_threshold_is_marked_where_it_clips(cliffs):
    panel = cliffs()
    level = panel.explorer.shown["gradients"].level
    assert len(level.get_ydata()) == 0
    panel.set(shown="clipped by norm", threshold=2.0)
    assert list(level.get_ydata()) == [2.0, 2.0]


def test_pin_keeps_path_and_cut_until_pressed_again(cliffs):
    panel = cliffs()
    panel.set(shown="clipped by norm", T=20)
    kept, cut = panel.numbers["by norm: w, b"], panel.numbers["along the cut"]
    buttons(panel)["pin"].click()
    panel.set(shown="plain", T=50)
    np.testing.assert_array_equal(points(panel.explorer.shown["surface"].ghost), kept)
    np.testing.assert_array_equal(panel.explorer.shown["cut"].ghost.get_xdata(), cut)
    assert "[Pinned: clipped by norm, T = 20, rate 0.1, clip at 1.]" in panel.live.reading
    panel.set(shown="no steps")
    buttons(panel)["pin"].click()
    assert len(points(panel.explorer.shown["surface"].ghost)) == 0
    assert len(panel.explorer.shown["cut"].ghost.get_xdata()) == len(ALONG)
    buttons(panel)["pin"].click()
    assert panel.pinned is None
    assert len(panel.explorer.shown["cut"].ghost.get_xdata()) == 0


def test_tables_hold_what_is_plotted(cliffs):
    panel = cliffs()
    panel.set(shown="all three", k=3)
    panel.live.open_table()
    assert len(panel.live.tables[0]["rows"]) == 3 * 4
    assert panel.live.tables[0]["rows"][0][:4] == ["plain", "0", "1.3", "0.15"]
    along = panel.live.tables[1]
    assert along["header"] == ["b", "loss J"]
    assert len(along["rows"]) == len(ALONG)
    panel.set(shown="no steps")
    panel.live.open_table()
    assert panel.live.tables == [along], "the cut is at the same w"


# -- bad input, exceptions, tidiness ---------------------------------------------------------
@pytest.mark.parametrize(("target", "error", "sentence"), [
    (2, ValueError, "target must lie from -1 to 1"), ("x", TypeError, "target must be a real"),
    (np.nan, ValueError, "target must be finite")])
def test_bad_input_gets_one_sentence(target, error, sentence):
    before = len(live_widgets())
    with pytest.raises(error, match=sentence):
        rl.cliffs_and_clipping(target=target)
    assert len(live_widgets()) == before


@pytest.mark.parametrize(("shown", "offered"), [
    ("no steps", set()), ("plain", {"k", "b", "rate"}),
    ("clipped by norm", {"k", "b", "rate", "threshold"}),
    ("all three", {"k", "b", "rate", "threshold"})])
def test_only_what_matters_can_be_set(cliffs, shown, offered):
    panel = cliffs()
    panel.set(shown=shown)
    for name in ("k", "b", "rate", "threshold"):
        control = panel.controls[name]
        assert (not control.disabled) == (control.layout.display is None) == (name in offered)

"""The table of truncated gradients: which pairs are kept, how wrong the gradient is."""
import ipywidgets
import numpy as np
import pytest
from live_controls import live_widgets

import rnnlib as rl
from rnnlib.learning.training import kept_pairs, truncated_backward

pytestmark = pytest.mark.filterwarnings("error")


def run(T, units=(3,), m=1, seed=0):
    net = rl.Network(n_x=2, units=units, n_y=1, loss="squared", seed=seed)
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((T, 2, m)), rng.standard_normal((T, 1, m))
    a0 = [rng.standard_normal((n, m)) for n in units]
    return net, net.forward(x, y, a0), (x, y, a0)


@pytest.fixture
def table(kept):
    """Makes tables and closes them after the test."""
    return lambda net, fwd, **options: kept(rl.truncated_table(net, fwd, **options))


def buttons(panel):
    return {child.description: child for child in panel.children[1].children
            if isinstance(child, ipywidgets.Button)}


def veiled(panel):
    return panel.explorer.shown["items"].veil.get_array()[..., 3] > 0


@pytest.mark.parametrize(("T", "units", "m", "name"), [
    (1, (1,), 1, "W_a[1]"), (2, (2,), 1, "b[1]"), (7, (3, 2), 2, "W_x[2]"), (7, (3,), 1, "W_y")])
def test_every_window_and_stride_is_the_truncated_gradient(table, T, units, m, name):
    net, fwd, (x, y, a0) = run(T, units, m)
    panel = table(net, fwd, name=name)
    full = net.backward(fwd).params[name]
    for window in range(1, T + 1):
        for stride in range(1, window + 1):
            panel.set(window=window, stride=stride)
            kept = kept_pairs(T, window, stride)
            assert np.array_equal(veiled(panel), np.tri(T, dtype=bool) & ~kept)
            found = truncated_backward(net, x, y, window=window, stride=stride, a0=a0)[name]
            error = np.linalg.norm(found - full) / np.linalg.norm(full)
            assert panel.numbers["error"] == pytest.approx(error, rel=1e-9, abs=1e-14)
            assert panel.numbers["total"] == pytest.approx(np.linalg.norm(found))
            assert f"{int(kept.sum())} of {T * (T + 1) // 2} pairs" in panel.live.reading
            here = panel.explorer.shown["errors"].here.get_xydata()[0]
            foot = panel.explorer.shown["errors"].ax.get_ylim()[0]
            assert here == pytest.approx((window, max(error, foot)), rel=1e-6)


def test_a_window_over_all_times_is_said_to_be_the_full_gradient(table):
    net, fwd, _ = run(8)
    panel = table(net, fwd)
    buttons(panel)["4 everything"].click()
    assert "the gradient is the full one" in panel.live.reading
    assert not veiled(panel).any()
    buttons(panel)["1 one time only"].click()
    assert vars(panel.values) == {"window": 1, "stride": 1}
    buttons(panel)["3 in blocks"].click()
    assert vars(panel.values) == {"window": 2, "stride": 2}


def test_a_stride_is_never_longer_than_the_window(table):
    net, fwd, _ = run(9)
    panel = table(net, fwd, window=6)
    panel.controls["stride"].value = 6
    panel.controls["window"].value = 4
    assert vars(panel.values) == {"window": 4, "stride": 4}
    panel.controls["window"].value = 9
    assert panel.controls["stride"].max == 9
    assert panel.values.stride == 4
    panel.reset()
    assert vars(panel.values) == {"window": 6, "stride": 1}


def test_curves_are_the_errors_of_all_windows(table):
    net, fwd, _ = run(6)
    panel = table(net, fwd)
    for name, curve in panel.explorer.shown["errors"].curves.items():
        for window in range(1, 6):
            panel.set(window=window, stride=1 if name == "stride 1" else window)
            assert curve.get_ydata()[window - 1] == pytest.approx(panel.numbers["error"])


def test_the_line_goes_around_the_kept_pairs(table):
    net, fwd, _ = run(3)
    panel = table(net, fwd, window=1)
    x, y = panel.explorer.shown["items"].edge.get_data()
    drawn = {frozenset([(x[i], y[i]), (x[i + 1], y[i + 1])]) for i in range(0, len(x), 3)}
    wanted = set()
    for t in (1, 2, 3):  # a square around each cell of the diagonal
        corners = [(t - .5, t - .5), (t + .5, t - .5), (t + .5, t + .5), (t - .5, t + .5)]
        wanted |= {frozenset([corners[i], corners[i - 1]]) for i in range(4)}
    assert drawn == wanted


def test_pin_keeps_line_and_point(table):
    net, fwd, _ = run(6)
    panel = table(net, fwd, window=2)
    edge = panel.explorer.shown["items"].edge.get_xydata()
    buttons(panel)["pin"].click()
    panel.set(window=5)
    np.testing.assert_array_equal(panel.explorer.shown["items"].ghost.get_xydata(), edge)
    assert panel.explorer.shown["errors"].ghost.get_xdata()[0] == 2
    assert "[Pinned: Window 2, stride 1" in panel.live.reading


@pytest.mark.parametrize("factor", [0.0, 1e200])
def test_a_gradient_that_is_zero_or_overflows_can_be_shown(table, factor):
    net = rl.Network(n_x=1, units=(2,), n_y=1, cell="identity", loss="squared")
    net.params["W_a[1]"] = factor * np.eye(2)
    net.params["W_y"] = np.ones((1, 2)) * (factor > 0)
    panel = table(net, net.forward(np.ones((5, 1)), np.ones((5, 1))))
    for window in (1, 3, 5):
        panel.set(window=window)
        assert "there is no relative error" in panel.live.reading
        assert len(panel.explorer.shown["errors"].here.get_xdata()) == 0


def test_the_table_has_a_row_for_each_window(table):
    net, fwd, _ = run(6)
    panel = table(net, fwd)
    panel.live.open_table()
    assert len(panel.live.tables[0]["rows"]) == 6
    assert panel.live.tables[0]["header"] == ["window", "stride 1", "stride = window"]


@pytest.mark.parametrize(("options", "error", "sentence"), [
    ({"name": "W_q"}, ValueError, "name must be one of"),
    ({"window": 0}, ValueError, "window must be at least 1, got 0"),
    ({"window": 7}, ValueError, "window must be at most T = 6, got 7"),
    ({"window": 2.5}, TypeError, "window must be a whole number")])
def test_bad_input_gets_one_sentence(options, error, sentence):
    net, fwd, _ = run(6)
    before = len(live_widgets())
    with pytest.raises(error, match=sentence):
        rl.truncated_table(net, fwd, **options)
    assert len(live_widgets()) == before

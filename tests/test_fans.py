"""What 20 seeds show beside the one: found when the hand rests, drawn, said, in the tables."""
from time import process_time
from types import SimpleNamespace

import numpy as np
import pytest

import rnnlib as rl

pytestmark = pytest.mark.filterwarnings("error")
# of each explorer: its chart with the band, a line of it, the name of that line's fan
FANS = {"vanishing_and_exploding": ("decay", "product", "fan"),
        "gated_cells": ("cells", "lstm", "lstm, 20 seeds")}


@pytest.fixture(params=FANS)
def of(request, kept):
    """(panel with small sizes, chart, line, name of the fan)"""
    panel = kept(getattr(rl, request.param)(T=20, n=4, seeds=True))
    chart, line, fan = FANS[request.param]
    return panel, lambda: panel.explorer.shown[chart], line, fan


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_band_reaches_over_what_each_seed_alone_shows(of, theme):
    panel, chart, line, fan = of
    panel.live.theme = theme
    panel.live.rest()
    found, values = panel.numbers[fan], vars(panel.values)
    for seed in (0, 7, 19):
        alone = panel.explorer.numbers(SimpleNamespace(**{**values, "seed": seed}))[line]
        np.testing.assert_allclose(found[seed], alone, atol=1e-9)
    corners = chart().bands[line].get_xy()
    assert set(corners[:, 0]) == set(range(1, 21))
    at_first = corners[corners[:, 0] == 1, 1]
    np.testing.assert_allclose((at_first.min(), at_first.max()),
                               (found[:, 0].min(), found[:, 0].max()))
    low, high = chart().ax.get_ylim() if line == "lstm" else (0, 1)
    heights = corners[:, 1] if line == "lstm" else chart().decades.transform(corners)[:, 1]
    assert low <= heights.min() < heights.max() <= high


def test_it_is_found_at_rest_said_and_in_the_tables(of):
    panel, chart, line, fan = of
    assert fan not in panel.numbers
    assert "20 seeds" not in panel.live.reading
    tables = len(panel._tables())
    panel.live.rest()
    low, median, high = (f(panel.numbers[fan], axis=0) for f in (np.min, np.median, np.max))
    assert f"{rl.style.power(low[0])} to {rl.style.power(high[0])}" in panel.live.reading
    assert panel.live.reading in panel.live.label
    assert f"{fan} (20, 20): " in panel.live.summary
    assert len(panel._tables()) == tables + 1
    table = panel._tables()[-1]
    column = next(k for k, word in enumerate(table["header"])
                  if word in ("LSTM, median", "true product, median"))
    assert np.allclose([float(row[column]) for row in table["rows"]], median, rtol=1e-3)


def test_while_the_hand_moves_no_other_seed_is_asked(of, monkeypatch):
    panel, chart, line, _ = of
    monkeypatch.setattr(panel.explorer, "at_rest", None)
    for rho in (0.0, 1.0, 2.5):
        panel.set(rho=rho)
        assert len(chart().bands[line].get_xy()) <= 2


def test_it_goes_with_the_switch_and_stays_in_what_is_pinned(of):
    panel, chart, line, fan = of
    panel.live.rest()
    said = panel.live.reading
    panel.pin()
    panel.set(seeds=False, rho=0.5)
    panel.live.rest()
    assert fan not in panel.numbers
    before, _, pinned = panel.live.reading.partition("[Pinned: ")
    assert "20 seeds" not in before
    assert pinned[:pinned.index(")")] in said
    assert len(chart().bands[line].get_xy()) <= 2


def test_the_stored_output_has_it(of):
    panel, *_ = of
    assert "20 seeds (median): " in panel.live.still()["text/plain"]


def test_at_rest_the_dearest_fan_is_found_in_seconds(of):
    panel, *_ = of
    panel.set(**{name: panel.controls[name].options[-1][1] for name in ("T", "n")})
    start = process_time()
    panel.live.rest()
    assert process_time() - start < 5


@pytest.mark.parametrize("cell", ["relu", "identity"])
def test_a_fan_of_runs_that_overflow_or_close_has_no_gap(kept, cell):
    panel = kept(rl.vanishing_and_exploding(cell=cell, rho=3.0, T=1000, n=2, seeds=True))
    for bias in (0.0, -3.0):
        panel.set(bias=bias, init="gaussian")
        panel.live.rest()
        assert not np.isnan(panel.numbers["fan"]).any()
        assert (panel.numbers["fan"][:, -1] == 0).all()

"""The weather explorer shows the days and forecasts that its controls name, read from artists."""
import itertools

import numpy as np
import pytest
from matplotlib.dates import num2date
from stops import stops

import rnnlib as rl

pytestmark = pytest.mark.filterwarnings("error")
WEATHER = rl.sequences.seattle_weather()
D = len(WEATHER)
# tomorrow as today: no forecast for the first day
TODAY = np.concatenate([[np.nan], WEATHER.temp_max[:-1]])
LATE = np.where(WEATHER.years == 2015, 20.0, np.nan)


@pytest.fixture
def window(kept):
    """Makes panels and closes them after the test."""

    def make(forecasts=None, **options):
        return kept(rl.weather_window(WEATHER, forecasts, **options))

    return make


def line(panel, name):
    """{day: number} of a line as drawn, without gaps."""
    x, y = panel.explorer.shown["series"].lines[name].get_data()
    days = np.asarray(x, "datetime64[D]")
    return {day: value for day, value in zip(days, y, strict=True) if not np.isnan(value)}


def test_the_lines_are_the_days_chosen(window):
    panel = window({"as today": TODAY}, days=30, first="2013-06-01")
    start = panel.controls["first"].value
    days = WEATHER.dates[start:start + 30]
    assert abs(days[0] - np.datetime64("2013-06-01")) <= np.timedelta64(3, "D")
    assert line(panel, "observed") == dict(zip(days, WEATHER.temp_max[start:], strict=False))
    # what is forecast for a day stands at that day and is the day before's temperature
    assert line(panel, "forecast") == dict(zip(days, WEATHER.temp_max[start - 1:], strict=False))
    low, high = (num2date(number).date() for number in panel.explorer.shown["series"].ax.get_xlim())
    assert low == (days[0] - np.timedelta64(1, "D")).astype(object)
    assert high == days[-1].astype(object)
    panel.controls["first"].value = 0
    panel.reset()
    assert panel.values.first == start


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("days", [1, 60, 365, D - 1])
@pytest.mark.parametrize("forecasts", [None, {"as today": TODAY, "late": LATE}])
def test_every_corner_can_be_shown(window, days, forecasts):
    panel = window(forecasts, days=days)
    corners = [(stops(c)[0], stops(c)[-1]) for c in panel.controls.values()]
    for values in itertools.product(*corners):
        panel.set(**dict(zip(panel.controls, values, strict=True)))
        first = panel.values.first
        assert panel.live.reading.startswith(str(WEATHER.dates[first]))
        assert len(panel.numbers["observed"]) == days


@pytest.mark.usefixtures("undrawn")
def test_random_points_are_pictures_of_their_own_days(window):
    rng = np.random.default_rng(0)
    panel = window({"as today": TODAY, "late": LATE}, days=40)
    for _ in range(15):
        panel.set(first=rng.choice(stops(panel.controls["first"])).item(),
                  forecast=str(rng.choice(stops(panel.controls["forecast"]))))
        values, shown = panel.values, line(panel, "forecast")
        every = {"as today": TODAY, "late": LATE}.get(values.forecast, np.full(D, np.nan))
        part = slice(values.first, values.first + 40)
        known = ~np.isnan(every[part])
        assert shown == dict(zip(WEATHER.dates[part][known], every[part][known], strict=True))


@pytest.mark.parametrize("quantity", ["temp_max", "temp_min", "precipitation"])
def test_every_quantity_stays_inside_its_axis(window, quantity):
    panel = window(quantity=quantity, days=100)
    low, high = panel.explorer.shown["series"].ax.get_ylim()
    observed = getattr(WEATHER, quantity)
    assert low < observed.min() < observed.max() < high


def test_the_reading_says_both_errors(window):
    panel = window({"as today": TODAY}, days=60, first="2014-01-01")
    k = panel.values.first
    here = np.sqrt(np.mean((WEATHER.temp_max[k - 1:k + 59] - WEATHER.temp_max[k:k + 60]) ** 2))
    everywhere = np.sqrt(np.mean(np.diff(WEATHER.temp_max) ** 2))
    assert f"error {here:.2f} °C in these days, {everywhere:.2f} °C in all" in panel.live.reading


def test_days_without_a_forecast_are_said(window):
    panel = window({"late": LATE}, first="2013-01-01")
    assert "none in these days" in panel.live.reading
    assert line(panel, "forecast") == {}


def test_a_pinned_forecast_stays_and_follows_the_days(window):
    panel = window({"as today": TODAY, "late": LATE}, first="2015-05-01")
    panel.pin()
    panel.set(forecast="late", first=stops(panel.controls["first"])[-1])
    days = list(line(panel, "observed"))
    assert list(line(panel, "ghost")) == days
    assert line(panel, "ghost")[days[5]] == line(panel, "observed")[days[4]]
    assert set(line(panel, "forecast").values()) == {20.0}
    assert "“late”" in panel.live.reading
    assert "“as today”" in panel.live.reading
    panel.reset()
    assert line(panel, "ghost") == {}


def test_the_legend_names_what_is_there(window):
    panel = window({"as today": TODAY, "late": LATE}, first="2015-05-01")

    def names():
        return [text.get_text() for text in panel.explorer.shown["series"].legend.get_texts()]

    assert names() == ["observed", "forecast"]
    panel.pin()
    assert names() == ["observed", "forecast", "pinned forecast"]
    panel.reset()
    panel.controls["forecast"].value = "none"
    assert names() == ["observed"]


def test_the_table_has_a_row_for_each_day(window):
    panel = window({"as today": TODAY}, days=20)
    panel.live.open_table()
    table = panel.live.tables[0]
    assert table["header"] == ["day", "observed", "as today"]
    assert len(table["rows"]) == 20
    assert table["rows"][0] == ["2012-01-01", "12.8", "none"]
    assert table["rows"][1] == ["2012-01-02", "10.6", "12.8"]


def test_missing_days_are_gaps(window):
    hole = np.where(np.arange(D) < 90, np.nan, WEATHER.temp_max)
    weather = rl.sequences.Weather(WEATHER.dates, WEATHER.precipitation, hole, WEATHER.temp_min)
    panel = rl.weather_window(weather, {"as today": TODAY})
    assert line(panel, "observed") == {}
    assert "nothing observed" in panel.live.reading
    panel.close()


@pytest.mark.parametrize(("options", "sentence"), [
    ({"days": 0}, "days must be at least 1, got 0"),
    ({"days": 2.5}, "days must be a whole number"),
    ({"days": D}, f"days is {D}, but the weather has {D}"),
    ({"first": "yesterday"}, "first is 'yesterday', but a day"),
    ({"quantity": "wind"}, "quantity"),
    ({"forecasts": {"net": [1.0, 2.0]}}, "the forecast 'net' has shape"),
])
def test_bad_input_gets_one_sentence(window, options, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        window(**options)


@pytest.mark.parametrize(("forecast", "observed", "error"), [
    ([1.0, 2.0], [1.0, 2.0], 0), ([3.0, 0.0], [0.0, 4.0], np.sqrt(12.5)),
    ([np.nan, 5.0], [7.0, 2.0], 3), ([1.0, 5.0], [np.nan, 2.0], 3),
    ([np.nan], [1.0], np.nan), ([], [], np.nan)])
def test_the_error_counts_what_both_know(forecast, observed, error):
    assert rl.sequences.rms_error(forecast, observed) == pytest.approx(error, nan_ok=True)


def test_an_error_between_shapes_is_refused():
    with pytest.raises(ValueError, match=r"forecast has shape \(2,\) and observed \(3,\)"):
        rl.sequences.rms_error([1, 2], [1, 2, 3])


@pytest.mark.parametrize("forecasts", [None, {"as today": TODAY, "late": LATE}])
def test_the_presets_lead_to_the_windows_they_name(window, forecasts):
    panel = window(forecasts, days=60)
    most, least = panel.children[1].children[1:3]
    found = []
    for preset in (most, least):
        preset.click()
        shown = panel.numbers["observed"]
        found.append(shown.mean() if forecasts is None
                     else rl.sequences.rms_error(panel.numbers["forecast"], shown))
    every = []
    for first in stops(panel.controls["first"]):
        shown = WEATHER.temp_max[first:first + 60]
        every.append(shown.mean() if forecasts is None
                     else rl.sequences.rms_error(TODAY[first:first + 60], shown))
    assert found == [max(every), min(every)]


def test_a_forecast_that_is_nowhere_has_no_presets(window):
    panel = window({"none": np.full(D, np.nan)}, days=60)
    assert [b.description for b in panel.children[1].children] == ["pin", "reset"]

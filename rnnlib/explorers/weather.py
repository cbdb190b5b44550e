"""The weather explorer: a stretch of the daily weather to slide through, with forecasts over it."""
from collections.abc import Mapping
from numbers import Number

import numpy as np

from rnnlib import arguments
from rnnlib.charts.series import Series
from rnnlib.explorers.explorer import Explorer
from rnnlib.sequences import Weather, rms_error
from rnnlib.style import digits
from rnnlib.widgets.controls import choice, steps
from rnnlib.widgets.panel import Panel

_QUANTITIES = {
    "temp_max": ("highest temperature of the day", "°C"),
    "temp_min": ("lowest temperature of the day", "°C"),
    "precipitation": ("rain and melted snow of the day", "mm"),
}
_NO_FORECAST = "none"
# days between the slider's stops
_STRIDE = 7


def weather_window(weather, forecasts=None, *, quantity="temp_max", days=60, first=None):
    """A live picture of some days of the weather, to slide through, and forecasts to compare.

    weather    a `rnnlib.sequences.Weather`
    forecasts  {name: (D,) numbers}, one for each day of the weather and standing at the day that
               it is about; NaN where there is none. The first is shown at the start.
    quantity   "temp_max", "temp_min" or "precipitation"
    days       how many days are seen at once; first: the first of them, as "2015-01-01"

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds the arrays that are shown.

    Notes: the error in the shown days may be far from the error in all days.
    """
    arguments.choice("quantity", quantity, _QUANTITIES)
    days = arguments.count("days", days)
    arguments.a(Weather, "weather", weather)
    if days >= len(weather):
        raise ValueError(f"days is {days}, but the weather has {len(weather)}: fewer are wanted, "
                         "so that there is something to slide through")
    explorer = WeatherWindow(weather, _forecasts(forecasts, len(weather)), quantity, days)
    starts = explorer.starts
    return Panel(explorer, {"first": starts[_nearest(weather.dates[starts], first)]})


def _forecasts(forecasts, D):
    """The forecasts as float arrays (D,)."""
    found = {}
    forecasts = {} if forecasts is None else arguments.a(Mapping, "forecasts", forecasts)
    for name, values in forecasts.items():
        values = arguments.real("forecasts", values)
        if values.shape != (D,):
            raise ValueError(f"the forecast {name!r} has shape {values.shape}, but ({D},) is "
                             "wanted: one number for each day of the weather, NaN for none")
        found[arguments.legible(str(name))] = values
    return found


def _nearest(dates, first):
    """The number of the stop nearest to the day that was asked for; the first if none was."""
    if first is None:
        return 0
    try:
        if isinstance(first, (Number, bool)):
            raise ValueError
        day = np.datetime64(first, "D")
    except (ValueError, TypeError):
        day = np.datetime64("NaT", "D")
    if np.isnat(day):
        raise ValueError(f"first is {arguments.shown(first)}, but a day such as '2015-01-01' is "
                         "wanted")
    return int(np.abs(dates - day).argmin())


class WeatherWindow(Explorer):
    """What `weather_window` shows."""

    size = (760, 400)

    def __init__(self, weather, forecasts, quantity, days):
        self.weather, self.forecasts, self.days = weather, forecasts, days
        self.what, self.unit = _QUANTITIES[quantity]
        self.observed = getattr(weather, quantity)
        self.starts = range(0, len(weather) - days + 1, _STRIDE)
        self.caption = f"Daily weather: {self.what}, {days} days at a time"
        every = np.concatenate([self.observed, *forecasts.values()])
        low, high = np.nanmin(every), np.nanmax(every)
        edge = 0.04 * (high - low) or 1
        self.charts = {"series": (Series, [0.09, 0.12, 0.89, 0.78], {
            "label": f"{self.what}, {self.unit}", "limits": (low - edge, high + edge)})}
        self.presets = self._presets()

    def _presets(self):
        """Where to look: the windows with the largest and the smallest error or, without a
        forecast, with the largest and the smallest numbers."""
        words, seen, fixed = ("1 the most", "2 the least"), self.observed, {}
        for name, forecast in [*self.forecasts.items()][:1]:
            words, fixed = ("1 far off", "2 close"), {"forecast": name}
            seen = (forecast - self.observed) ** 2
        seen = np.ma.masked_invalid(seen)
        means = np.ma.masked_invalid([np.ma.filled(seen[k:k + self.days].mean(), np.nan)
                                      for k in self.starts])
        ends = (means.argmax(), means.argmin()) if means.count() else ()
        return {text: {"first": self.starts[k], **fixed}
                for text, k in zip(words, ends, strict=False)}

    def controls(self):
        days = [(str(self.weather.dates[k]), k) for k in self.starts]
        controls = {"first": steps("first day", "", days, 0)}
        if self.forecasts:
            names = [*self.forecasts, _NO_FORECAST]
            controls["forecast"] = choice("forecast", "ŷ", names, names[0])
        return controls

    def numbers(self, values):
        found = {"observed": self.observed[self._days(values)]}
        forecast = self._forecast(values, _name(values))
        return found if forecast is None else found | {"forecast": forecast}

    def _days(self, values):
        """The rows of the days that are seen."""
        return slice(values.first, values.first + self.days)

    def _forecast(self, values, name):
        """A forecast for the days that are seen, or None."""
        return self.forecasts[name][self._days(values)] if name in self.forecasts else None

    def show(self, values, numbers, pinned):
        ghost = self._forecast(values, _name(pinned.values)) if pinned else None
        self.shown["series"].show(self.weather.dates[self._days(values)], numbers["observed"],
                                  numbers.get("forecast"), ghost)

    def said(self, values, numbers):
        days = self.weather.dates[self._days(values)]
        said = f"{days[0]} to {days[-1]}: {self._range(numbers['observed'])}."
        return f"{said} {self._error(values, _name(values))}".strip()

    def kept(self, values, numbers):
        return f"{_name(values)}."

    def reading(self, values, numbers, pinned):
        """Also how far off the pinned forecast is in the days that are seen now."""
        said = super().reading(values, numbers, pinned)
        if not pinned or _name(pinned.values) == _name(values):
            return said
        return f"{said} {self._error(values, _name(pinned.values))}".strip()

    def _range(self, observed):
        if np.isnan(observed).all():
            return "nothing observed"
        low, high = np.nanmin(observed), np.nanmax(observed)
        return f"observed {low:.1f} to {high:.1f} {self.unit}"

    def _error(self, values, name):
        """How far off a forecast is, in the days that are seen and in all."""
        if name not in self.forecasts:
            return ""
        here = rms_error(self._forecast(values, name), self.observed[self._days(values)])
        everywhere = rms_error(self.forecasts[name], self.observed)
        if np.isnan(here):
            return f"Forecast “{name}”: none in these days."
        return (f"Forecast “{name}”: root mean square error {here:.2f} {self.unit} in these days, "
                f"{everywhere:.2f} {self.unit} in all its days.")

    def tables(self, values, numbers):
        columns = {_name(values) if name == "forecast" else name: column
                   for name, column in numbers.items()}
        rows = [[str(day), *(_told(number) for number in row)] for day, *row in
                zip(self.weather.dates[self._days(values)], *columns.values(), strict=True)]
        return [{"caption": f"{self.what}, {self.unit}", "header": ["day", *columns],
                 "rows": rows}]


def _name(values):
    """The forecast that is seen."""
    return getattr(values, "forecast", _NO_FORECAST)


def _told(number):
    return "none" if np.isnan(number) else digits(number)

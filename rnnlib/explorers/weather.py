"""The weather explorer: a stretch of the daily weather to slide through, with forecasts over it."""
import numpy as np

from rnnlib import arguments
from rnnlib.charts import draw
from rnnlib.sequences import rms_error
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
    if days >= len(weather):
        raise ValueError(f"days is {days}, but the weather has {len(weather)}: fewer are wanted, "
                         "so that there is something to slide through")
    view = _WeatherView(weather, _forecasts(forecasts, len(weather)), quantity, days)
    starts = range(0, len(weather) - days + 1, _STRIDE)
    controls = {"first": steps("first day", "", [(str(weather.dates[k]), k) for k in starts],
                               starts[_nearest(weather.dates[starts], first)])}
    if view.forecasts:
        names = [*view.forecasts, _NO_FORECAST]
        controls["forecast"] = choice("forecast", "ŷ", names, names[0])
    return Panel(view, controls, size=(760, 400), presets=_presets(view, starts))


def _presets(view, starts):
    """Where to look: the windows with the largest and the smallest error or, without a
    forecast, with the largest and the smallest numbers."""
    if view.forecasts:
        words = ("1 far off", "2 close")
        name, forecast = next(iter(view.forecasts.items()))
        measure = [rms_error(forecast[k:k + view.days], view.observed[k:k + view.days])
                   for k in starts]
        fixed = {"forecast": name}
    else:
        words, fixed = ("1 the most", "2 the least"), {}
        measure = [np.nanmean(view.observed[k:k + view.days])
                   if np.isfinite(view.observed[k:k + view.days]).any() else np.nan
                   for k in starts]
    if np.isnan(measure).all():
        return {}
    ends = np.nanargmax(measure), np.nanargmin(measure)
    return {text: {"first": starts[k], **fixed} for text, k in zip(words, ends, strict=True)}


def _forecasts(forecasts, D):
    """The forecasts as float arrays (D,)."""
    found = {}
    for name, values in (forecasts or {}).items():
        values = np.asarray(values, float)
        if values.shape != (D,):
            raise ValueError(f"the forecast {name!r} has shape {values.shape}, but ({D},) is "
                             "wanted: one number for each day of the weather, NaN for none")
        found[str(name)] = values
    return found


def _nearest(dates, first):
    """The number of the stop nearest to the day that was asked for; the first if none was."""
    if first is None:
        return 0
    try:
        first = np.datetime64(first, "D")
    except ValueError:
        raise ValueError(f"first is {first!r}, but a day such as '2015-01-01' is wanted") from None
    return int(np.abs(dates - first).argmin())


class _WeatherView:
    """What `weather_window` shows."""

    def __init__(self, weather, forecasts, quantity, days):
        self.weather, self.forecasts, self.days = weather, forecasts, days
        self.what, self.unit = _QUANTITIES[quantity]
        self.observed = getattr(weather, quantity)
        self.caption = f"Daily weather: {self.what}, {days} days at a time"

    def numbers(self, values):
        found = {"observed": self.observed[self._shown(values)]}
        forecast = self._forecast(values)
        return found if forecast is None else found | {"forecast": forecast}

    def _shown(self, values):
        return slice(values.first, values.first + self.days)

    def _name(self, values):
        return getattr(values, "forecast", _NO_FORECAST)

    def _forecast(self, values, name=None):
        """The forecast for the days shown, or None."""
        name = name or self._name(values)
        return self.forecasts[name][self._shown(values)] if name in self.forecasts else None

    def draw(self, figure, theme):
        ax = figure.add_axes([0.09, 0.12, 0.89, 0.78])
        every = np.concatenate([self.observed, *self.forecasts.values()])
        low, high = np.nanmin(every), np.nanmax(every)
        edge = 0.04 * (high - low) or 1
        self.artists = draw.draw_series(
            ax, self.weather.dates[:self.days], self.observed[:self.days], theme=theme,
            limits=(low - edge, high + edge), label=f"{self.what}, {self.unit}")
        return draw.moving_series(self.artists)

    def move(self, values, numbers, pinned):
        ghost = self._forecast(values, self._name(pinned.values)) if pinned else None
        draw.move_series(self.artists, self.weather.dates[self._shown(values)],
                         numbers["observed"], numbers.get("forecast"), ghost=ghost)

    def reading(self, values, numbers, pinned):
        days = self.weather.dates[self._shown(values)]
        said = [f"{days[0]} to {days[-1]}: {self._range(numbers['observed'])}."]
        names = [self._name(values), *([self._name(pinned.values)] if pinned else [])]
        said += [self._error(values, name) for name in dict.fromkeys(names)]
        if pinned:
            said.append(f"[Pinned: {names[-1]}.]")
        return " ".join(filter(None, said))

    def _range(self, observed):
        if np.isnan(observed).all():
            return "nothing observed"
        low, high = np.nanmin(observed), np.nanmax(observed)
        return f"observed {low:.1f} to {high:.1f} {self.unit}"

    def _error(self, values, name):
        """How far off a forecast is, in the days shown and in all."""
        if name not in self.forecasts:
            return ""
        here = rms_error(self._forecast(values, name), self.observed[self._shown(values)])
        everywhere = rms_error(self.forecasts[name], self.observed)
        if np.isnan(here):
            return f"Forecast “{name}”: none in these days."
        return (f"Forecast “{name}”: root mean square error {here:.2f} {self.unit} in these days, "
                f"{everywhere:.2f} {self.unit} in all its days.")

    def table(self, values, numbers):
        columns = {"observed": numbers["observed"], self._name(values): numbers.get("forecast")}
        columns = {name: column for name, column in columns.items() if column is not None}
        rows = [[str(day), *(_told(number) for number in row)] for day, *row in
                zip(self.weather.dates[self._shown(values)], *columns.values(), strict=True)]
        return {"caption": f"{self.what}, {self.unit}", "header": ["day", *columns], "rows": rows}


def _told(number):
    return "none" if np.isnan(number) else f"{number:.4g}"

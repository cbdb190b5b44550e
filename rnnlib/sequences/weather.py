"""Real weather, day by day, and forecasts for the next day.

Arrays are as everywhere in the course: x (T, n_x, m), one column per example.
"""
import codecs
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlib.arguments import a, choice, count, real, regular, shown, texts
from rnnlib.arguments import path as path_of

_COLUMNS = ("precipitation", "temp_max", "temp_min")


@dataclass(frozen=True, eq=False)
class Weather:
    """Daily weather: dates (D,) datetime64[D], precipitation (D,) in mm, temperatures (D,) in C.

    The arrays are read-only; a missing value is NaN.
    """

    dates: np.ndarray
    precipitation: np.ndarray
    temp_max: np.ndarray
    temp_min: np.ndarray

    def __post_init__(self):
        for name in ("dates", *_COLUMNS):
            getattr(self, name).setflags(write=False)

    def __len__(self):
        return len(self.dates)

    def __repr__(self):
        return f"Weather({len(self)} days, {self.dates[0]} to {self.dates[-1]})"

    @property
    def years(self):
        """The year of each day (D,), whole numbers."""
        return self.dates.astype("datetime64[Y]").astype(int) + 1970


def seattle_weather():
    """The daily weather of Seattle, 2012 to 2015 (1461 days, none missing).

    Source: NOAA, public domain; see rnnlib/sequences/data/README.md.
    """
    return read_weather(Path(__file__).parent / "data" / "seattle_weather.csv")


def read_weather(file):
    """The weather in a CSV file with columns date, precipitation, temp_max, temp_min.

    file: a path. An empty field is a missing value (NaN). As spreadsheets save it, fields may be
    separated by ";" or tabs, numbers then have a comma, and the file be UTF-16. ValueError, naming
    the line, for a missing column, a field that is no number or no date, and days that do not
    follow each other.
    """
    lines = _text(Path(path_of("file", file)).read_bytes()).splitlines() or [""]
    between = next((sign for sign in ";\t" if sign in lines[0]), ",")
    reader = csv.DictReader(lines, delimiter=between)
    missing = [name for name in ("date", *_COLUMNS) if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"the file has no column {missing[0]!r} in its first line, "
                         f"{shown(lines[0])}; it needs date, {', '.join(_COLUMNS)}")
    rows = [_row(line, fields, "." if between == "," else ",")
            for line, fields in enumerate(reader, start=2) if any(fields.values())]
    if not rows:
        raise ValueError("the file has no days, but at least one is wanted")
    dates, *columns = zip(*rows, strict=True)
    return Weather(_consecutive(np.array(dates)), *map(np.array, columns))


def _text(data):
    """The text in the bytes of a file, in UTF-16 if they begin as that does."""
    if data.startswith(b"PK"):
        raise ValueError("the file is a spreadsheet's own, but text is wanted: save it as CSV")
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if utf_16 else "utf-8-sig", errors="replace")


def _row(line, fields, point):
    """The day and its numbers; an empty field is NaN, an infinity or a field more is refused."""
    try:
        day = np.datetime64(fields["date"], "D")
        numbers = [float((fields[name] or "nan").replace(point, ".")) for name in _COLUMNS]
    except ValueError:
        day, numbers = np.datetime64("NaT", "D"), []
    if np.isnat(day) or np.isinf(numbers).any() or None in fields:
        raise ValueError(f"line {line} of the file has {', '.join(map(str, fields.values()))}, but "
                         "a date like 2012-01-31 and three numbers or empty fields are wanted")
    return day, *numbers


def _consecutive(dates):
    gaps = np.flatnonzero(np.diff(dates) != np.timedelta64(1, "D"))
    if gaps.size:
        raise ValueError(f"after {dates[gaps[0]]} comes {dates[gaps[0] + 1]}, but every day is "
                         "wanted once and in order: write a missing day with empty fields")
    return dates


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of a quantity, to standardise it and to undo that."""

    mean: np.ndarray
    sd: np.ndarray

    def standardise(self, values):
        """(values - mean) / sd."""
        return (values - self.mean) / self.sd

    def undo(self, values):
        """mean + sd * values: standardised values in their own unit again."""
        return self.mean + self.sd * values


@dataclass(frozen=True, eq=False)
class Part:
    """Some windows of a series: x (T, n_x, m), y (T, 1, m), the days (T, m) that y is about."""

    x: np.ndarray
    y: np.ndarray
    dates: np.ndarray

    def __post_init__(self):
        for array in (self.x, self.y, self.dates):
            array.setflags(write=False)

    def __repr__(self):
        return f"Part(x {self.x.shape}, y {self.y.shape}, {self.dates.min()} to {self.dates.max()})"


@dataclass(frozen=True, eq=False)
class Forecast:
    """Training and held-out windows, and the scales that the training days have set.

    scale_x: of the inputs, mean and sd (n_x, 1); scale_y: of the target, two numbers, so that
    `scale_y.undo(fwd.y_hat[t])` is in the target's own unit.
    """

    train: Part
    held_out: Part
    scale_x: Scale
    scale_y: Scale
    inputs: tuple
    target: str


def tomorrow(weather, T=14, *, held_out=(2015,), inputs=_COLUMNS, target="temp_max", every=None):
    """Windows of T days for the question: what is tomorrow's `target`, given the days so far?

    At time t of a window x is the day's inputs and y the target of the day after, both
    standardised with mean and standard deviation of the training years alone.
    held_out: the years kept for testing; all other years are for training. every: days from one
    window's first day to the next one's (None: T, so that no day is forecast twice).
    A window lies wholly in the training years or wholly in the held-out years; one that would
    need a missing value (NaN) is left out.
    """
    names = _columns(inputs, target)
    a(Weather, "weather", weather)
    kept_back = _held_out(weather, held_out)
    T = count("T", T)
    starts = _starts(len(weather), T, T if every is None else count("every", every))
    days = starts + np.arange(T + 1)[:, np.newaxis]
    known = np.logical_and.reduce([~np.isnan(getattr(weather, n)) for n in (*names, target)])
    inside = {True: known & kept_back, False: known & ~kept_back}
    x = np.stack([getattr(weather, name) for name in names])
    y = getattr(weather, target)[np.newaxis]
    scales = [_scale(values, ~kept_back) for values in (x, y)]
    x, y = (scale.standardise(v) for scale, v in zip(scales, (x, y), strict=True))
    parts = [_part(x, y, weather.dates, days[:, inside[part][days].all(axis=0)], part)
             for part in (False, True)]
    scale_x, scale_y = scales
    return Forecast(*parts, scale_x, Scale(scale_y.mean.item(), scale_y.sd.item()), names, target)


def rms_error(forecast, observed):
    """The root of the mean squared difference, over the places where both are known.

    forecast, observed: arrays of one shape, NaN where nothing is known, in the same unit as the
    answer. NaN if there is no such place.
    """
    forecast, observed = real("forecast", forecast), real("observed", observed)
    if forecast.shape != observed.shape:
        raise ValueError(f"forecast has shape {forecast.shape} and observed {observed.shape}, "
                         "but one of each is wanted at every place")
    off = (forecast - observed)[~np.isnan(forecast) & ~np.isnan(observed)]
    return float(np.sqrt(np.mean(off**2))) if off.size else float("nan")


def _part(x, y, dates, days, held_out):
    """The windows whose day numbers are the columns of days (T+1, m)."""
    if days.shape[1] == 0:
        raise ValueError(f"no window of {len(days)} days without a missing value lies in the "
                         f"{'held-out' if held_out else 'training'} years: take a smaller T or "
                         "other years")
    return Part(x[:, days[:-1]].transpose(1, 0, 2), y[:, days[1:]].transpose(1, 0, 2),
                dates[days[1:]])


def _scale(values, days):
    """Mean and sd (n, 1) of the known values among these days."""
    columns = [row[days & ~np.isnan(row)] for row in values]
    if any(column.size == 0 or np.ptp(column) == 0 for column in columns):
        raise ValueError("a column has no two different values in the training years, so it "
                         "cannot be standardised")
    return Scale(*(np.array([[measure(column)] for column in columns])
                   for measure in (np.mean, np.std)))


def _starts(D, T, every):
    if T + 1 > D:
        raise ValueError(f"T is {T}, but {D} days hold at most T = {D - 1}")
    return np.arange(0, D - T, every)


def _columns(inputs, target):
    choice("target", target, _COLUMNS)
    return tuple(choice("inputs", name, _COLUMNS) for name in texts("inputs", inputs, least=1))


def _held_out(weather, years):
    """Which days are held out (D,)."""
    years = np.atleast_1d(regular("held_out", years)).ravel()
    strange = [year for year in years.tolist() if year not in weather.years]
    if strange:
        raise ValueError(f"held_out names {shown(strange[0])}, but the weather has the years "
                         f"{weather.years.min()} to {weather.years.max()}")
    held_out = np.isin(weather.years, years)
    if held_out.all() or not held_out.any():
        raise ValueError("held_out has to leave some years for training and keep some for testing")
    return held_out

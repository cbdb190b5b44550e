"""Sequences to work on.

- `words`: sentences as one-hot vectors, batches of different lengths;
- `weather`: real weather, and forecasts for the next day;
- `names`, `spelling`: first names as characters, and what a network makes of them;
- `tasks`: tasks made to order, with the loss of chance.
"""
from rnnlib.sequences.names import first_names
from rnnlib.sequences.weather import (
    Forecast,
    Part,
    Scale,
    Weather,
    read_weather,
    rms_error,
    seattle_weather,
    tomorrow,
)
from rnnlib.sequences.words import OneHot, Padded, one_hot, pad

__all__ = [
    "Forecast", "OneHot", "Padded", "Part", "Scale", "Weather", "first_names", "one_hot", "pad",
    "read_weather", "rms_error", "seattle_weather", "tomorrow",
]

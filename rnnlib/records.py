"""Read-only records of a run, addressed as the notes address them: by layer and time.

This is the only place that turns a layer or a time into a row of an array.
An array over time has T rows (times 1..T) or T + 1 rows (times 0..T: row 0 is the start).
"""
from functools import lru_cache
from operator import index

import numpy as np

from rnnlib.arguments import shown


def frozen(array):
    """`array` itself, from now on read-only."""
    array.flags.writeable = False
    return array


def checked(what, value, valid):
    """`value` as an int within the range `valid`, which never wraps round.

    IndexError outside the range; TypeError for what is no whole number.
    """
    if type(value) is not int:
        try:
            value = index(value if not isinstance(value, (bool, np.bool_)) else None)
        except TypeError:
            raise TypeError(f"{what} must be a whole number, got {shown(value)}") from None
    if value not in valid:
        raise IndexError(f"{what} must be {valid.start}..{valid.stop - 1}, got {shown(value)}")
    return value


def address(what, value, wanted):
    """The two numbers of an address, not looked at yet; TypeError for what is no pair."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise TypeError(f"{what} an address [{wanted}], got [{shown(value)}]")
    return value


class OverTime:
    """One quantity at every time: `rec[t]`, a read-only array.

    `array` has T or T + 1 rows, `T` is the last time, `name` serves the error messages.
    IndexError for a time outside `rec.times()`; a negative time is not counted from the end.
    """

    __slots__ = ("_array", "_name", "_times")

    def __init__(self, name, array, T):
        self._name = name
        self._array = frozen(array)
        self._times = range(T + 1 - len(array), T + 1)

    def __getitem__(self, t):
        return self._array[checked(f"time t of {self._name}", t, self._times) - self._times.start]

    def over_time(self):
        """The whole read-only array; its first row is the time `times().start`."""
        return self._array

    def times(self):
        """The times that have a value, as a range."""
        return self._times

    def __len__(self):
        return len(self._times)

    def __iter__(self):
        return iter(self._array)

    def __repr__(self):
        return f"{self._name}[t], t={spoken(self._times)}, each {self._array.shape[1:]}"


class Record:
    """One quantity at every layer and time: `rec[l, t]`, a read-only array.

    `arrays` maps each layer to its array over time. IndexError outside the addresses.
    """

    __slots__ = ("_name", "_rows", "_layers")

    def __init__(self, name, arrays, T):
        self._name = name
        self._rows = {l: OverTime(f"{name}[{l}, t]", array, T) for l, array in arrays.items()}
        self._layers = range(min(arrays), max(arrays) + 1)

    def __getitem__(self, at):
        l, t = address(f"{self._name} wants", at, "layer, time")
        return self._row(l)[t]

    def _row(self, l):
        return self._rows[checked(f"layer l of {self._name}", l, self._layers)]

    def over_time(self, l):
        """The read-only array of layer l; its first row is the time `times(l).start`."""
        return self._row(l).over_time()

    def times(self, l):
        """The times at which layer l has a value, as a range."""
        return self._row(l).times()

    @property
    def layers(self):
        """The layers that have a value, as a range."""
        return self._layers

    def __repr__(self):
        times = "; ".join(f"l={l}: t={spoken(self.times(l))}" for l in self._layers)
        return f"{self._name}[l, t], {times}"


class ByLayer:
    """One quantity for each layer: `rec[l]`, a read-only array."""

    __slots__ = ("_name", "_arrays", "_layers")

    def __init__(self, name, arrays):
        self._name = name
        self._arrays = {l: frozen(array) for l, array in arrays.items()}
        self._layers = range(min(arrays), max(arrays) + 1)

    def __getitem__(self, l):
        return self._arrays[checked(f"layer l of {self._name}", l, self._layers)]

    @property
    def layers(self):
        """The layers that have a value, as a range."""
        return self._layers

    def __repr__(self):
        return f"{self._name}[l], l={spoken(self._layers)}"


class LossAndUse:
    """The addresses (loss time s, time of use t), both 1..T, of a table: [s, t] is its cell."""

    __slots__ = ("_name", "_times")

    def __init__(self, name, T):
        self._name = name
        self._times = range(1, T + 1)

    def __getitem__(self, at):
        s, t = address(f"the items of {self._name} want", at, "loss time, time of use")
        return (checked(f"loss time s of {self._name}", s, self._times) - 1,
                checked(f"time of use t of {self._name}", t, self._times) - 1)


@lru_cache(maxsize=64)
def pairs(T, rows):
    """The first `rows` pairs (loss time s, time of use t <= s), as two arrays counted from 0.

    They are ordered by the distance s - t, then by t: at distance 0 all T times, at distance
    k the first T - k. So what acts at once only, with no path through time, is the first T.
    """
    distance = np.repeat(np.arange(T), np.arange(T, 0, -1))[:rows]
    t = np.concatenate([np.arange(T - k) for k in range(T)])[:rows]
    return frozen(distance + t), frozen(t)


def spoken(numbers):
    """A range as it is written in the notes: 1..T."""
    return f"{numbers.start}..{numbers.stop - 1}"


def clear_padding(array, padded):
    """`array` over time (T or T + 1 rows), in place 0 wherever `padded` (T, m) says so."""
    if padded is not None:
        T = len(padded)
        where = padded if array.ndim == 2 else padded[:, None, :]
        np.copyto(array[-T:], 0.0, where=where)
    return array

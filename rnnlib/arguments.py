"""Arguments made fit for use, or one sentence that names what came and what is wanted.

Every room may import this one: a person who passes something wrong meets the same kind of
sentence everywhere, and meets it before anything has been changed.
"""
from numbers import Integral, Real

import numpy as np


def count(name, value, least=1, most=None):
    """`value` as an int in least..most. TypeError for what is no whole number."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {shown(value)}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    if most is not None and value > most:
        raise ValueError(f"{name} must be at most {most}, got {value}")
    return int(value)


def number(name, value, least=-np.inf):
    """`value` as a finite float, at least `least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a real number, got {shown(value)}")
    if not np.isfinite(value) or value < least:
        wanted = "finite" if least == -np.inf else f"finite and at least {least:g}"
        raise ValueError(f"{name} must be {wanted}, got {value}")
    return float(value)


def share(name, value, without=()):
    """`value` as a float from 0 to 1, but for the ends named in `without`."""
    value = number(name, value)
    if not 0 <= value <= 1 or value in without:
        ends = f" without {' and '.join(map(str, without))}" if without else ""
        raise ValueError(f"{name} must be from 0 to 1{ends}, got {value:g}")
    return value


def choice(name, value, options):
    """`value`, which must be one of the strings in `options`."""
    if not isinstance(value, str) or value not in options:
        listed = ", ".join(repr(option) for option in options)
        raise ValueError(f"{name} must be one of {listed}, got {shown(value)}")
    return value


def generator(seed):
    """The numpy Generator for a whole number, itself for a Generator, a fresh one for None."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise type(error)("seed must be a whole number of at least 0, a numpy Generator or "
                          f"None, got {shown(seed)}") from None


def real(name, value):
    """A fresh float64 array of the real numbers in `value`, of any shape.

    TypeError for text, objects and complex numbers; ValueError for ragged nesting.
    """
    array = regular(name, value)
    if array.dtype.kind not in "biuf":
        what = "None" if value is None else f"dtype {array.dtype}"
        raise TypeError(f"{name} must hold real numbers, got {what}")
    return np.array(array, dtype=np.float64, order="C")


def regular(name, value):
    """`value` as an array of whatever dtype it has; ValueError for ragged nesting."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a regular array, got rows of different shapes") from None


def shaped(name, array, shape, meaning):
    """`array`, which must have the given shape; `meaning` says it in letters."""
    if array.shape != tuple(shape):
        raise ValueError(f"{name} must have shape {tuple(shape)} = {meaning}, got {array.shape}")
    return array


def finite(name, array):
    """`array`, in which nothing may be nan or infinite."""
    good = np.isfinite(array)
    if not good.all():
        where = tuple(int(i) for i in np.argwhere(~good)[0])
        index = ", ".join(map(str, where))
        raise ValueError(f"{name} must be finite, but {name}[{index}] is {array[where]}")
    return array


def shown(value):
    """A short text for a value in an error message."""
    text = repr(value)
    return text if len(text) <= 40 else f"a {type(value).__name__}"

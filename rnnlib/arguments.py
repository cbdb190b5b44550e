"""Arguments made fit for use, or one sentence that names what came and what is wanted.

Every room may import this one: a person who passes something wrong meets the same kind of
sentence everywhere, and meets it before anything has been changed.
"""
import re
from collections.abc import Mapping
from numbers import Integral, Real
from pathlib import Path

import numpy as np

# whole numbers beyond what a machine counts in are refused before anything is made of them
LARGEST = 2 ** 53
# so many numbers are made at the word of one call, 800 MB
MOST = 10 ** 8
_LARGEST_FLOAT = float(np.finfo(float).max)


def a(kind, name, value, more=""):
    """`value`, which must be of this class; `more` says where such a thing comes from."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}{more}, got {shown(value)}")
    return value


def several(name, value, what):
    """`value` as a list of `what`; a text is one thing and not several."""
    if isinstance(value, (str, bytes, Mapping)) or not np.iterable(value):
        raise TypeError(f"{name} must be a sequence of {what}, got {shown(value)}")
    return list(value)


def texts(name, value, least=0):
    """A tuple of texts; one text is one of them."""
    found = (value,) if isinstance(value, str) else tuple(several(name, value, "texts"))
    strange = [text for text in found if not isinstance(text, str)]
    if strange:
        raise TypeError(f"{name} must hold texts, got {shown(strange[0])}")
    if len(found) < least:
        raise ValueError(f"{name} must hold at least {least}, got {len(found)}")
    return found


def legible(text):
    """The text without what no page can hold, a � instead: controls, halves of a sign."""
    return re.sub("[^\t\n -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
                  "\N{REPLACEMENT CHARACTER}", text)


def count(name, value, least=1, most=None):
    """`value` as an int in least..most. TypeError for what is no whole number."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {shown(value)}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {shown(value)}")
    most = LARGEST if most is None else most
    if value > most:
        raise ValueError(f"{name} must be at most {most}, got {shown(value)}")
    return int(value)


def path(name, value, of="file"):
    """`value` as the Path of a file or a folder: text or a Path. A number would be a stream that is
    open."""
    written = isinstance(value, (str, Path)) and "\0" not in str(value)
    if not written or of == "file" and not Path(value).name:
        raise TypeError(f"{name} must be the path of a {of}, got {shown(value)}")
    return Path(value)


def flag(name, value):
    """`value`, which must be true or false, as a bool."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def room(name, count):
    """ValueError, before anything is made, if `count` numbers would be too many for a machine."""
    if count > MOST:
        raise ValueError(f"{name} must be smaller: {shown(count)} numbers would have to be kept, "
                         f"and at most {MOST} are")


def number(name, value, least=-np.inf):
    """`value` as a finite float, at least `least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a real number, got {shown(value)}")
    # a whole number or a fraction may be beyond float64
    if not -np.inf < value < np.inf or abs(value) > _LARGEST_FLOAT or value < least:
        wanted = "finite" if least == -np.inf else f"finite and at least {least:g}"
        raise ValueError(f"{name} must be {wanted}, got {shown(value)}")
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


def known(what, name, names):
    """`name`, which must be one of `names`; KeyError for any other."""
    if not isinstance(name, str) or name not in names:
        raise KeyError(f"no {what} {shown(name)}; there are {', '.join(names)}")
    return name


def generator(seed):
    """The numpy Generator for a whole number, itself for a Generator, a fresh one for None."""
    whole = isinstance(seed, Integral) and not isinstance(seed, (bool, np.bool_))
    if not whole and seed is not None and not isinstance(seed, np.random.Generator) or (
            whole and seed < 0):
        raise (ValueError if whole else TypeError)(
            "seed must be a whole number of at least 0, a numpy Generator or None, "
            f"got {shown(seed)}")
    return np.random.default_rng(seed)


def real(name, value):
    """A fresh float64 array of the real numbers in `value`, of any shape.

    TypeError for text, objects and complex numbers; ValueError for ragged nesting and for an
    array of which numbers are masked.
    """
    array = regular(name, value)
    if array.dtype.kind not in "biuf":
        what = "None" if value is None else f"dtype {array.dtype}"
        raise TypeError(f"{name} must hold real numbers, got {what}")
    return np.array(array, dtype=np.float64, order="C")


def regular(name, value):
    """`value` as an array of whatever dtype it has; ValueError for ragged nesting, masked numbers.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"{name} must not have masked numbers, got {value.mask.sum()} of "
                         f"{value.size}: fill them or leave them out")
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a regular array, got rows of different shapes") from None


def shaped(name, array, shape, meaning):
    """`array`, which must have the given shape; `meaning` says it in letters."""
    if array.shape != tuple(shape):
        raise ValueError(f"{name} must have shape {tuple(shape)} = {meaning}, got {array.shape}")
    return array


def ending(name, array, shape):
    """`array`, whose last axes must have the given shape."""
    if array.ndim < len(shape) or array.shape[array.ndim - len(shape):] != tuple(shape):
        inner = ", ".join(map(str, shape))
        raise ValueError(f"{name} must have shape (..., {inner}), got {array.shape}")
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
    try:
        text = repr(value)
    except Exception:  # whatever it is, the sentence that is asked for is another
        text = ""
    return text if 0 < len(text) <= 40 else f"a {type(value).__name__}"

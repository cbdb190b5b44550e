"""What every chart is: drawn once, without data, and then put where data say.

Sizes are CSS pixels (see `style.rc`).
"""
from sys import intern

import numpy as np
from matplotlib.artist import Artist
from matplotlib.patches import Polygon

from rnnlib import style


class Chart:
    """One kind of picture in one axes.

        class Slope(Chart):
            def draw(self):
                self.line = self.make_line("W_a", linewidth=3)

            def show(self, y):
                self.put(self.line, data=over_time(y))

        chart = Slope(ax, "dark")
        chart.show([1, 2, 3])

    draw(**options)  makes every artist once and keeps each as an attribute, alone or in a list
                     or dict. It knows no data; options are what the chart is made for, such as T.
    show(...)        puts the artists where data say, and nothing else: what is seen is a
                     function of the last call.

    `moving` are the artists that `show` changes, as the film wants to know them.
    """

    def __init__(self, ax, theme="light", **options):
        self.ax, self.theme, self.ink, self.ground = ax, theme, style.INK[theme], \
            style.BACKGROUND[theme]
        self.moving, self._seen = [], {}
        self.draw(**options)

    def draw(self):
        """Make every artist once."""
        raise NotImplementedError

    def show(self):
        """Put the artists where data say."""
        raise NotImplementedError

    @property
    def artists(self):
        """{name: artist}, those of a list as "name 0", "name 1", ..., of a dict "name key"."""
        return dict(_named(vars(self).items()))

    # -- making: once, in draw ---------------------------------------------------------------
    def colour(self, role):
        """The colour of a role in this theme; None is ink."""
        return style.colour(role, self.theme) if role else self.ink

    def moves(self, artist):
        """Register an artist that `show` will change."""
        self.moving.append(artist)
        return artist

    def make_line(self, role=None, **look):
        """A line without points, in the colour of a role, that moves."""
        return self.moves(self.ax.plot([], [], **{"color": self.colour(role), **look})[0])

    def make_text(self, x, y, words="", **look):
        """A text that moves, at a place in shares of the axes."""
        return self.moves(self.ax.text(x, y, words, **{"transform": self.ax.transAxes, **look}))

    def make_sample(self, role, x, y, length=0.07, **look):
        """A piece of a line at a place in shares of the axes, for a legend."""
        return self.ax.plot([x, x + length], [y, y], transform=self.ax.transAxes, clip_on=False,
                            **{"color": self.colour(role), **look})[0]

    def make_band(self, role=None, **look):
        """A shaded range without points, in the colour of a role, that moves."""
        return self.moves(self.ax.add_patch(Polygon(
            np.zeros((1, 2)), **{"color": self.colour(role), "alpha": 0.2, "linewidth": 0,
                                 **look})))

    # -- putting: whenever data come, in show ------------------------------------------------
    def put(self, artist, **properties):
        """Give an artist properties, only where they differ: setting marks it to be drawn."""
        for name, value in properties.items():
            if not _same(_method(artist, "get", name)(), value):
                _method(artist, "set", name)(*value if name == "data" else (value,))

    def put_limits(self, xlim=None, ylim=None):
        """Limits of the axes; even the same ones would redraw everything."""
        for name, limits in (("xlim", xlim), ("ylim", ylim)):
            if limits is not None and not _same(_method(self.ax, "get", name)(), limits):
                _method(self.ax, "set", name)(*limits)

    def is_new(self, name, value):
        """Whether this value differs from the last one under this name: for what is dear."""
        if name in self._seen and _same(self._seen[name], value):
            return False
        self._seen[name] = value
        return True


def _method(artist, verb, name):
    # Python's cache of methods finds a name by its identity and keeps it: a new string for
    # every call is never found, and thousands of them stay.
    return getattr(artist, intern(f"{verb}_{name}"))


def over_time(y, T=None):
    """(t, y) of a line over t = 1, 2, ...; a gap where y is not finite. With T its end stands
    there, so that runs of several lengths go back side by side, and none beyond t = 1."""
    y = np.asarray(() if y is None else y, float)[-(T or 0):]
    first = 1 + T - len(y) if T else 1
    return np.arange(first, first + len(y)), np.where(np.isfinite(y), y, np.nan)


def around(t, low, high):
    """The outline of a band from low to high over times t, (2K + 1, 2); none of them: (1, 2).

    What is not finite is 10^-1000 and less: below every axis.
    """
    edge = np.array([[*t, *t[::-1]], [*low, *high[::-1]]]).T
    closed = np.concatenate([edge, edge[:1]]) if len(edge) else np.zeros((1, 2))
    return np.where(np.isfinite(closed), closed, -1e4)


def step_above(value):
    """The next of 0, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, ... that is not below this value."""
    if value <= 0:
        return 0.0
    if value <= 1:
        return 1.0
    steps = np.array([1, 1.5, 2, 3, 4, 5, 7, 10]) * 10.0 ** np.floor(np.log10(value))
    return float(steps[np.searchsorted(steps, value * (1 - 1e-12))])


def _named(items):
    for name, value in items:
        if isinstance(value, Artist):
            yield name, value
        elif isinstance(value, dict) and not name.startswith("_"):
            yield from _named((f"{name} {key}", part) for key, part in value.items())
        elif isinstance(value, (list, tuple)) and name not in ("moving", "_seen"):
            yield from _named((f"{name} {k}", part) for k, part in enumerate(value))


def _same(old, new):
    if isinstance(new, (tuple, list)) and isinstance(old, (tuple, list)):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(old, np.ndarray) or isinstance(new, np.ndarray):
        old, new = np.asarray(old), np.asarray(new)
        kind = {"equal_nan": True} if old.dtype.kind == new.dtype.kind == "f" else {}
        return old.shape == new.shape and np.array_equal(old, new, **kind)
    return type(old) is type(new) and old == new or (
        isinstance(old, (int, float)) and isinstance(new, (int, float)) and old == new)

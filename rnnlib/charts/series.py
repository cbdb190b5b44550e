"""A chart of a series over calendar time, and of forecasts of it."""
import numpy as np
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from rnnlib.charts.chart import Chart

_SAID = {"observed": "observed", "forecast": "forecast", "ghost": "pinned forecast"}


class Series(Chart):
    """Days from left to right: what was observed as dots, a forecast as a line over them.

    draw: label of the numbers' axis, with the unit; limits (low, high) of that axis, the same
    for all windows, so that they can be compared.

    Notes: a line hides how far off it is where a series is steep. Read the error straight up
    and down, at one day.
    """

    def draw(self, *, label, limits):
        # a forecast is what W_y gives out, so it has the colour of W_y
        self.lines = {
            "observed": self.make_line(marker="o", linewidth=0.8, zorder=2),
            "ghost": self.make_line("W_y", linestyle=":", linewidth=3, zorder=3),
            "forecast": self.make_line("W_y", linewidth=3, zorder=4)}
        self.legend, axis = None, self.ax.xaxis
        self.ax.set(ylabel=label, ylim=limits)
        axis.set_major_locator(AutoDateLocator(minticks=3, maxticks=9))
        # beside the axis the year alone: its own default names the month of the last tick
        axis.set_major_formatter(ConciseDateFormatter(
            axis.get_major_locator(), offset_formats=["", *["%Y"] * 5]))

    def show(self, dates, observed, forecast=None, ghost=None):
        """dates (D,) datetime64[D], in order; observed (D,), NaN leaves a gap; forecast (D,),
        drawn at the day it is about, or None; ghost another one, kept to compare."""
        given = {"observed": observed, "forecast": forecast, "ghost": ghost}
        for name, values in given.items():
            self.put(self.lines[name], data=([], []) if values is None else (dates, values))
        # dots that touch are no dots: the more days, the smaller
        self.put(self.lines["observed"], markersize=float(np.clip(450 / len(dates), 1, 6)))
        edge = np.timedelta64(12, "h")
        self.put_limits(tuple(date2num([dates[0] - edge, dates[-1] + edge])))
        there = [name for name, values in given.items() if values is not None]
        if self.is_new("there", there):
            self.legend = self.ax.legend(
                [self.lines[name] for name in there], [_SAID[name] for name in there], ncols=3,
                loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)

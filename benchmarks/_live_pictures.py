"""The kernel's half of `live_charts.py`: one chart, one slider, shown by six techniques.

Every technique shows the gradient's norm against time (logarithmic, T = 50) of three cells, a
ghost and a line for the bound, 720 by 520 CSS pixels, and follows a slider for the spectral
radius. They share the numbers, the drawing and the moving; what differs is how a picture gets
to the page. `TECHNIQUES` names them.
"""
import io

import ipywidgets
import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import rnnlib as rl
from rnnlib import style
from rnnlib.explorers.explorer import Explorer
from rnnlib.widgets.controls import slider
from rnnlib.widgets.panel import Panel

T, UNITS = 50, 16
CELLS = ("tanh", "logistic", "identity")
LOOKS = dict(zip(CELLS, ("W_x", "from_above", "W_y")))
SIZE = (720, 520)
LOW, HIGH, START = 0.5, 1.5, 1.0
LIMITS = 1e-30, 1e10
TIMES = np.arange(1, T + 1)


class GradientChart(Explorer):
    """The chart as an explorer; the other techniques use its parts."""

    caption, size = "Size of the gradient against time, for three cells", SIZE

    def __init__(self):
        rng = np.random.default_rng(0)
        self._x = rng.normal(size=(T, 2, 1))
        self._at_end = np.zeros((T, UNITS, 1))
        self._at_end[-1] = rng.normal(size=(UNITS, 1))
        self._nets = [rl.Network(2, (UNITS,), 1, cell=cell, loss="squared", init="radius")
                      for cell in CELLS]
        self._W_a = self._nets[0].params["W_a[1]"].copy()
        self.ghost = self.norms(START)

    def norms(self, rho):
        """Three curves and the bound: (4, T)."""
        rows = []
        for net in self._nets:
            net.params["W_a[1]"] = rho * self._W_a
            bwd = net.backward(net.forward(self._x), d_a=self._at_end)
            rows.append(np.linalg.norm(bwd.a.over_time(1)[-T:, :, 0], axis=1))
        return np.array([*rows, rows[0][-1] * rho ** (T - TIMES)])

    def controls(self):
        return {"rho": radius()}

    def numbers(self, values):
        return {"norms": self.norms(values.rho)}

    def draw(self, figure, theme):
        ax = figure.add_axes([0.12, 0.12, 0.84, 0.78])
        ax.set(yscale="log", xlim=(0, T + 1), ylim=LIMITS, xlabel="time t",
               ylabel="size of dJ/da at t")
        self.pinned, = ax.plot(TIMES, self.ghost[0], ":", color=style.INK[theme], label="pinned")
        self.lines = [ax.plot(TIMES, self.ghost[0], color=style.colour(role, theme), label=cell,
                              dashes=style.ROLES[role].dash or (1, 0))[0]
                      for cell, role in LOOKS.items()]
        self.lines += ax.plot(TIMES, self.ghost[3], "--", color=style.INK[theme], linewidth=1.2,
                              label="spectral radius alone")
        ax.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
        return [self.pinned, *self.lines]

    def show(self, values, numbers, pinned):
        for line, norms in zip(self.lines, numbers["norms"], strict=True):
            line.set_ydata(norms)
        if pinned:
            self.pinned.set_ydata(pinned.numbers["norms"][0])

    def said(self, values, numbers):
        first, last = numbers["norms"][0, [0, -1]]
        return (f"On the way back from t = {T} to t = 1 the gradient changes by a factor "
                f"{first / last:.1e}.")

    def tables(self, values, numbers):
        rows = [[f"t = {t}", *(f"{v:.4g}" for v in column)]
                for t, column in zip(TIMES, numbers["norms"].T, strict=True)]
        return [{"caption": self.caption, "header": ["time t", *CELLS, "bound"], "rows": rows}]

    def move_to(self, rho):
        """Compute and move, for the techniques without a panel."""
        self.show(None, {"norms": self.norms(rho)}, None)


def radius():
    """The slider that every technique has."""
    return slider("spectral radius", "ρ", LOW, HIGH, START, step=0.01)


def ours():
    """A panel of this library, the ghost pinned."""
    panel = Panel(GradientChart())
    panel.pin()
    return panel


def floor():
    """No picture: the callback sets the text of a label. No chart can be faster."""
    label = ipywidgets.Label(str(START))
    return _following(label, lambda rho: setattr(label, "value", str(rho)))


def interact():
    """A new figure for every value, through pyplot and the cell's output."""
    from matplotlib import pyplot

    chart = GradientChart()

    def show(rho):
        with rc_context(style.rc()):
            chart.draw(pyplot.figure(figsize=_inches(SIZE)), "light")
            chart.move_to(rho)
            pyplot.show()

    return ipywidgets.interactive(show, rho=radius())


def image():
    """One figure, drawn anew for every value, its PNG given to an `Image` widget."""
    chart, figure = GradientChart(), _figure()

    def png():
        out = io.BytesIO()
        with rc_context(style.rc()):
            figure.savefig(out, format="png", dpi=72)
        return out.getvalue()

    def show(rho):
        chart.move_to(rho)
        picture.value = png()

    chart.draw(figure, "light")
    picture = ipywidgets.Image(value=png(), format="png")
    return _following(picture, show)


def ipympl():
    """One figure on ipympl's canvas."""
    from matplotlib import pyplot

    before = pyplot.get_backend()
    from ipympl.backend_nbagg import Canvas, FigureManager

    # the import alone takes pyplot over, and `interact` stands in the same notebook
    pyplot.switch_backend(before)
    chart, figure = GradientChart(), _figure()
    canvas = Canvas(figure)
    FigureManager(canvas, 0)
    with rc_context(style.rc()):
        chart.draw(figure, "light")

    def show(rho):
        chart.move_to(rho)
        canvas.draw_idle()

    return _following(canvas, show)


def bqplot():
    """Numbers to bqplot: one mark with all five lines, so one message for each value."""
    import bqplot as bq

    chart = GradientChart()
    scales = {"x": bq.LinearScale(min=0, max=T + 1),
              "y": bq.LogScale(min=LIMITS[0], max=LIMITS[1])}
    colours = [style.colour(LOOKS[cell]) for cell in CELLS]

    def rows(rho):
        return np.vstack([chart.norms(rho), chart.ghost[:1]])

    lines = bq.Lines(x=TIMES, y=rows(START), scales=scales, stroke_width=2.5,
                     colors=[*colours, *[style.INK["light"]] * 2])
    axes = [bq.Axis(scale=scales["x"], label="time t"),
            bq.Axis(scale=scales["y"], orientation="vertical", label="size of dJ/da at t")]
    figure = bq.Figure(marks=[lines], axes=axes, animation_duration=0, layout={
        "width": f"{SIZE[0]}px", "height": f"{SIZE[1]}px"})
    return _following(figure, lambda rho: setattr(lines, "y", rows(rho)))


def _following(show, act):
    """A slider above what shows the picture; `act(rho)` follows every new value."""
    rho = radius()
    rho.observe(lambda change: act(change["new"]), "value")
    return ipywidgets.VBox([rho, show])


def _inches(size):
    return size[0] / 72, size[1] / 72


def _figure():
    figure = Figure(figsize=_inches(SIZE), dpi=72)
    FigureCanvasAgg(figure)
    return figure


TECHNIQUES = {make.__name__: make for make in (floor, ours, interact, ipympl, bqplot, image)}

"""The pictures over layer and time can be read back from their artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnnlib import style
from rnnlib.charts.lattice import GradientNorms
from rnnlib.style import power


def shown(log10, *, theme="light", cells=64, **options):
    """A chart of these norms in our settings, rendered once."""
    with matplotlib.rc_context(style.rc(theme)):
        figure = Figure((840 / 72, 300 / 72), dpi=72)
        FigureCanvasAgg(figure)
        chart = GradientNorms(figure.add_axes([0.12, 0.2, 0.75, 0.7]), theme, cells=cells)
        chart.show(log10, **options)
        figure.canvas.draw()
    return chart


def norms(L=3, T=8, seed=0):
    return np.random.default_rng(seed).uniform(-6, 2, (L, T))


def told(chart):
    """{(l, t): text} of the numbers in the cells."""
    return {tuple(round(v) for v in text.get_position()[::-1]): text.get_text()
            for text in chart.numbers if text.get_text()}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_norm_stands_at_its_layer_and_time(theme):
    log10 = norms()
    chart = shown(log10, theme=theme)
    assert np.array_equal(chart.cells.get_array().filled(np.nan), log10)
    assert list(chart.cells.get_extent()) == [0.5, 8.5, 0.5, 3.5]
    assert chart.cells.origin == "lower"
    assert told(chart) == {(l + 1, t + 1): power(v) for (l, t), v in np.ndenumerate(log10)}
    assert [text.get_text() for text in chart.ax.get_yticklabels()] == [
        "layer 1", "layer 2", "layer 3"]


def test_the_colours_span_whole_decades_and_say_which():
    chart = shown(np.array([[-2.3, -0.4]]))
    assert chart.cells.get_clim() == (-3, 0)
    assert [end.get_text() for end in chart.ends] == ["10⁻³", "1"]


def test_zero_and_what_is_not_finite_get_marks_and_no_number():
    chart = shown(np.array([[-np.inf, -1.0], [np.nan, np.inf]]))
    assert told(chart) == {(1, 2): "0.1"}
    assert chart.zeros.get_xydata().tolist() == [[1, 1]]
    assert chart.not_finite.get_xydata().tolist() == [[1, 2], [2, 2]]
    assert chart.marks.get_text() == "○ exactly 0   ✕ not finite"


def test_other_sizes_can_follow_and_numbers_stay_where_they_have_room():
    chart = shown(norms())
    chart.show(norms(4, 12, seed=1))
    assert chart.ax.get_xlim() == (0.5, 12.5)
    assert chart.ax.get_ylim() == (0.5, 4.5)
    assert len(told(chart)) == 48
    chart.show(norms(2, 30))
    assert told(chart) == {}


def test_the_frames_stand_around_their_cells():
    chart = shown(norms(), target=(2, 5), ghost=(1, 3))
    assert chart.frames["target"].get_bbox().bounds == (4.5, 1.5, 1, 1)
    assert chart.frames["ghost"].get_bbox().bounds == (2.5, 0.5, 1, 1)
    chart.show(norms())
    assert not chart.frames["target"].get_visible()
    assert not chart.frames["ghost"].get_visible()

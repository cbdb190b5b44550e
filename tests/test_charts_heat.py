"""What heat maps share can be read back from its artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from rnnlib import style
from rnnlib.charts.heat import HeatMap, whole_decades

pytestmark = pytest.mark.filterwarnings("error")


class Map(HeatMap):
    """A map of decades and one cell of another image beside it."""

    def draw(self, origin="lower"):
        cmap = style.sizes(self.theme)
        self.cells = self.make_cells(cmap, -1, 0, origin=origin)
        self.whole = self.make_cells(cmap, extent=(10, 11, 10, 12))
        self.make_ends(self.cells, [1.02, 0, 0.02, 1])
        self.make_bar(self.cells, [1.1, 0, 0.02, 1], [0, 1])
        self.make_marks()
        self.make_numbers(12)

    def show(self, log10, whole=0.0, **options):
        rows, columns = np.shape(log10)
        across = (0.5, columns + 0.5)
        self.put(self.cells, extent=(*across, 0.5, rows + 0.5))
        self.put_cells({self.cells: log10, self.whole: [[whole]]}, whole_decades(log10),
                       **{"log": True, "told": style.power} | options)


def drawn(*args, theme="light", origin="lower", **options):
    """A map in our settings, rendered once."""
    with matplotlib.rc_context(style.rc(theme)):
        figure = Figure((10, 4), dpi=72)
        FigureCanvasAgg(figure)
        chart = Map(figure.add_axes([0.1, 0.1, 0.7, 0.8]), theme, origin=origin)
        chart.show(*args, **options)
        figure.canvas.draw()
    return chart


def told(chart):
    """{(x, y): text} of the numbers in the cells."""
    return {text.get_position(): text.get_text() for text in chart.numbers if text.get_text()}


LOG10 = np.array([[-2.0, -1.0, -np.inf], [np.nan, 0.0, np.inf]])


@pytest.mark.parametrize(("origin", "y"), [("lower", (1, 2)), ("upper", (2, 1))])
def test_numbers_and_marks_stand_in_their_cells(origin, y):
    chart = drawn(LOG10, origin=origin)
    assert told(chart) == {(1, y[0]): "0.01", (2, y[0]): "0.1", (2, y[1]): "1", (10.5, 11): "1"}
    assert chart.zeros.get_xydata().tolist() == [[3, y[0]]]
    assert chart.not_finite.get_xydata().tolist() == [[1, y[1]], [3, y[1]]]
    assert chart.marked() == ["zeros", "not_finite"]


def test_what_is_masked_is_no_cell():
    chart = drawn(np.ma.array(LOG10, mask=~np.isfinite(LOG10)), whole=np.nan)
    assert chart.not_finite.get_xydata().tolist() == [[10.5, 11]]
    assert not len(chart.zeros.get_xdata())
    assert len(told(chart)) == 3


def test_without_logarithms_nothing_is_exactly_0():
    chart = drawn(LOG10, log=False)
    assert chart.marked() == ["not_finite"]
    assert len(chart.not_finite.get_xdata()) == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ink_is_read_on_its_cell(theme):
    chart = drawn(LOG10, theme=theme)
    for text in chart.numbers[:4]:
        fill = chart.cells.to_rgba(np.log10(float(text.get_text())))[:3]
        assert style.contrast(to_hex(text.get_color()), fill) >= 4.5


def test_more_cells_than_texts_stay_without_numbers():
    chart = drawn(np.zeros((3, 4)))
    assert told(chart) == {}
    chart.show(np.zeros((3, 3)))
    assert len(told(chart)) == 10
    chart.show(np.zeros((3, 3)), told=None)
    assert told(chart) == {}


def test_room_is_asked_in_pixels():
    chart = drawn(LOG10)  # 504 x 230 px
    assert chart.has_room(10, 10)
    assert not chart.has_room(11, 1)
    assert not chart.has_room(1, 11)


def test_all_images_are_on_one_scale_and_its_bar_follows():
    chart = drawn(LOG10)
    assert chart.cells.norm is chart.whole.norm is chart.bar.norm
    chart.show([[-5.0, 2.0]], cmap=style.signs())
    assert chart.whole.get_clim() == (chart.bar.vmin, chart.bar.vmax) == (-5, 2)
    assert chart.bar.cmap == chart.whole.get_cmap() == style.signs()
    assert {chart.bar.solids, chart.bar.dividers, chart.fill} <= set(chart.artists.values())


def test_the_same_numbers_leave_all_as_it_is():
    chart = drawn(LOG10)
    for artist in (*chart.moving, chart.ax):
        artist.stale = False
    chart.show(LOG10)
    assert not any(artist.stale for artist in (*chart.moving, chart.ax))
    masked = np.ma.array(LOG10, mask=LOG10 == 0)
    chart.show(masked)
    assert chart.cells.stale


@pytest.mark.parametrize(("log10", "ends"), [
    ([[-2.3, -0.4]], (-3, 0)), ([[-40.0, 0.0]], (-16, 0)), ([[-np.inf, np.nan]], (-1, 0)),
    ([[0.0]], (-1, 0)), ([[300.0, 305.5]], (300, 306)),
    (np.ma.array([9.0, 0.5], mask=[True, False]), (0, 1))])
def test_a_scale_of_decades_is_neither_empty_nor_endless(log10, ends):
    assert whole_decades(log10) == ends

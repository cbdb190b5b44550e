"""Surfaces, paths on them, and cuts can be read back from their artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from rnnlib import style
from rnnlib.charts.surface import STEPS, Along, Cut, Surface
from rnnlib.learning import surface

pytestmark = pytest.mark.filterwarnings("error")
W, B = np.linspace(0.5, 1.5, 11), np.linspace(-1, 1, 21)
BAD = [np.nan, np.inf, -np.inf, 0.0, 1e308, 5e-324]
PATH = np.array([[1.0, 0.5], [0.9, 0.2], [40.0, -900.0]])


def some(T=5, **change):
    """A surface; `change` puts other numbers in its place."""
    whole = surface.error_surface(surface.one_unit(T, 0.4, a0=0.1), W, B)
    return surface.Surface(**{**vars(whole), **change})


def picture(kind, *shown, theme="light", options=None, **marks):
    """A chart, made with its options, that shows what is given, rendered once."""
    with matplotlib.rc_context(style.rc(theme)):
        figure = Figure((8, 6), dpi=72)
        FigureCanvasAgg(figure)
        chart = kind(figure.subplots(), theme, **options or {})
        chart.show(*shown, **marks)
        figure.canvas.draw()
    return chart


def xy(artist):
    return np.column_stack(artist.get_data())


def along(*shown, **marks):
    return picture(Along, *shown, **marks, options={"label": "J", "limits": (1e-3, 10), "last": 9})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_surface_stands_at_its_parameters(theme):
    whole, wall = some(), surface.wall(W, 0.1).b
    chart = picture(Surface, whole, wall=wall, theme=theme, cut=1.2, paths={"plain": PATH},
                    ghost=PATH[:2])
    assert chart.loss.get_extent() == [0.5, 1.5, -1, 1]
    np.testing.assert_array_equal(chart.loss.get_array(), whole.loss)
    assert chart.loss.get_clim() == (0, whole.loss.max())
    np.testing.assert_array_equal(xy(chart.wall), np.column_stack([W, wall]))
    np.testing.assert_array_equal(xy(chart.paths["plain"]), PATH)
    np.testing.assert_array_equal(xy(chart.ghost), PATH[:2])
    np.testing.assert_array_equal(xy(chart.start), PATH[:1])
    np.testing.assert_array_equal(xy(chart.cut), [[1.2, -1], [1.2, 1]])
    assert chart.ax.get_xlim() == (0.5, 1.5), "a path that is thrown off changes no limits"
    assert chart.ax.get_ylim() == (-1, 1)


def test_what_is_not_given_is_not_there():
    chart = picture(Surface, some())
    for artist in set(chart.moving) - {chart.loss}:
        assert len(xy(artist)) == 0


def test_a_given_top_makes_surfaces_comparable():
    chart = picture(Surface, some(), options={"top": 3.0})
    chart.show(some(T=50))
    assert chart.loss.get_clim() == (0, 3.0)


@pytest.mark.parametrize("bad", BAD)
def test_any_loss_can_be_drawn(bad):
    chart = picture(Surface, some(loss=np.full((21, 11), bad)))
    assert chart.loss.get_clim()[1] > 0
    assert chart.loss.get_array().mask.all() != np.isfinite(bad)
    picture(Cut, B, np.full(21, bad), options={"top": 1.0}, wall=bad if bad != 1e308 else 0)
    first = along({"plain": [bad, 1.0]}).paths["plain"].get_ydata()[0]
    assert first == bad if bad > 0 else np.isnan(first)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308])
def test_any_path_can_be_drawn(bad):
    path = np.array([[1.0, 0.0], [bad, -bad]])
    picture(Surface, some(), paths=dict.fromkeys(STEPS, path), ghost=path)


@pytest.mark.parametrize(("kind", "first", "later", "marks"), [
    (Surface, lambda: [some()], lambda: [some(T=30)],
     {"paths": {"by norm": PATH}, "cut": 0.7, "wall": surface.wall(W, 0.3).b}),
    (Cut, lambda: [B, B**2], lambda: [B, np.abs(B)], {"ghost": B**2, "wall": 0.3})])
def test_moving_gives_the_same_as_drawing_anew(kind, first, later, marks):
    moved, fresh = picture(kind, *first()), picture(kind, *later(), **marks)
    with matplotlib.rc_context(style.rc()):
        moved.show(*later(), **marks)
        moved.ax.figure.canvas.draw()
    np.testing.assert_array_equal(*(np.asarray(chart.ax.figure.canvas.buffer_rgba())
                                    for chart in (moved, fresh)))


def test_a_quantity_along_a_path_and_the_level_across():
    chart = along({"by element": [1.0, 0.1]}, level=0.5, ghost=[2.0])
    np.testing.assert_array_equal(xy(chart.paths["by element"]), [[0, 1.0], [1, 0.1]])
    np.testing.assert_array_equal(xy(chart.level), [[-1, 0.5], [10, 0.5]])
    np.testing.assert_array_equal(xy(chart.ghost), [[0, 2.0]])
    assert len(xy(chart.paths["plain"])) == 0
    assert chart.ax.get_visible()
    assert not along({}).ax.get_visible(), "no axes without a path"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_is_legible_and_lines_have_contrast(theme):
    chart = picture(Surface, some(), theme=theme, paths={"plain": PATH})
    for text in chart.ax.figure.findobj(Text):
        assert text.get_fontsize() >= style.TEXT_PX
    for part in zip(*STEPS.values(), strict=True):
        assert len(set(part)) == len(STEPS), "each kind has its colour, dash and marker"


def test_exactly_0_has_a_ring_at_the_lower_edge():
    chart = along({"plain": [1.0, 0.0, 0.0], "by norm": [1.0, 0.5, 0.1]})
    assert xy(chart.zeros["plain"]).tolist() == [[1, 0], [2, 0]]
    assert len(xy(chart.zeros["by norm"])) == 0
    chart.show({"plain": [1.0, 2.0]})
    assert len(xy(chart.zeros["plain"])) == 0

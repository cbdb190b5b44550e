"""The itemised table can be read back from its artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from rnnlib import style
from rnnlib.charts.itemised import GAP, SCALES, Itemised

SIZES = (1, 2, 6, 8, 9, 30)


def table(T, seed=0):
    return np.tril(np.random.default_rng(seed).standard_normal((T, T)))


def sums(items):
    with np.errstate(all="ignore"):
        return {"by_loss": items.sum(axis=1), "by_use": items.sum(axis=0), "total": items.sum()}


def picture(items, theme="light", **options):
    """The chart of a table, rendered once."""
    with matplotlib.rc_context(style.rc(theme)):
        figure = Figure((10, 7.2), dpi=72)
        FigureCanvasAgg(figure)
        chart = Itemised(figure.add_axes([0.1, 0.11, 0.76, 0.76]), theme, T=len(items))
        chart.show(items, **(sums(items) | options))
        figure.canvas.draw()
    return chart


def shown(image):
    return image.get_array().filled(np.nan)


def marks(line):
    return {(x, y) for x, y in line.get_xydata()}


def words(chart):
    return [text.get_text() for text in chart.legend.get_texts()] if chart.legend else []


@pytest.mark.parametrize("T", SIZES)
@pytest.mark.parametrize("scale", ["sign", "share"])
def test_signed_numbers_stand_at_their_times(T, scale):
    items = table(T)
    chart = picture(items, scale=scale)
    lower = np.tri(T, dtype=bool)
    assert np.array_equal(shown(chart.cells)[lower], items[lower])
    assert np.isnan(shown(chart.cells)[~lower]).all()
    assert chart.cells.get_extent() == [0.5, T + 0.5, T + 0.5, 0.5]
    assert np.array_equal(shown(chart.by_loss)[:, 0], items.sum(axis=1))
    assert np.array_equal(shown(chart.by_use)[0], items.sum(axis=0))
    assert shown(chart.total) == pytest.approx(items.sum())


@pytest.mark.parametrize("T", SIZES)
def test_sizes_are_shown_in_decades(T):
    items = np.abs(table(T)) * 10.0 ** -np.arange(T)
    chart = picture(items)
    lower = np.tri(T, dtype=bool)
    assert 10 ** shown(chart.cells)[lower] == pytest.approx(items[lower])


def test_signs_are_symmetric_about_zero_and_sizes_span_whole_decades():
    chart = picture(table(5), scale="sign")
    low, high = chart.cells.get_clim()
    assert low == -high
    chart = picture(np.tril(np.full((3, 3), 0.02)))
    low, high = chart.cells.get_clim()
    assert (low, high) == (-2, 0)


def test_parts_share_one_colour_scale():
    chart = picture(table(5), scale="sign")
    assert len({image.norm for image in (chart.cells, chart.by_loss, chart.by_use,
                                         chart.total)}) == 1


def test_a_later_use_is_no_cell_whatever_stands_there():
    items = np.abs(table(4))
    spoiled = items + np.triu(np.full((4, 4), np.nan), 1)
    clean = picture(items)
    chart = picture(spoiled, **sums(items))
    assert np.array_equal(shown(clean.cells), shown(chart.cells), equal_nan=True)
    assert marks(chart.not_finite) == set()
    path = chart.no_cells.get_path()
    for s in range(1, 5):
        for t in range(1, 5):
            assert path.contains_point((t, s)) == (t > s)


def test_zeros_and_what_is_not_finite_get_marks_and_a_legend():
    items = np.tril(np.ones((4, 4)))
    items[2, 1], items[3, 0], items[3, 3] = 0, np.inf, np.nan
    chart = picture(items, by_loss=[1, 0, 1, np.inf], by_use=[1, 2, 3, np.nan], total=np.inf)
    end = 4 + 1 + GAP
    assert marks(chart.zeros) == {(2, 3), (end, 2)}
    assert marks(chart.not_finite) == {(1, 4), (4, 4), (end, 4), (4, end), (end, end)}
    assert words(chart) == ["no path: t > s", "exactly 0", "not finite"]


def test_the_legend_names_only_what_is_there():
    assert words(picture(np.ones((1, 1)))) == []
    assert words(picture(np.tril(np.ones((3, 3))))) == ["no path: t > s"]
    assert words(picture(np.zeros((1, 1)))) == ["exactly 0"]


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 0.0, 1e308, 5e-324])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.filterwarnings("error")
def test_any_number_everywhere_can_be_drawn(bad, scale):
    items = np.full((3, 3), bad)
    chart = picture(items, scale=scale, by_loss=[bad] * 3, by_use=[bad] * 3, total=bad)
    assert len(marks(chart.not_finite)) == (0 if np.isfinite(bad) else 6 + 3 + 3 + 1)


@pytest.mark.parametrize("scale", SCALES)
def test_what_was_shown_before_leaves_no_trace(scale):
    items, later = np.abs(table(6)), np.abs(table(6, seed=1)) * 1e-4
    chart, fresh = picture(items, row=2, column=5), picture(later, scale=scale, row=6,
                                                            ghost=(None, 1))
    with matplotlib.rc_context(style.rc()):
        chart.show(later, scale=scale, row=6, ghost=(None, 1), **sums(later))
        chart.ax.figure.canvas.draw()
    moved, anew = (np.asarray(c.ax.figure.canvas.buffer_rgba()) for c in (chart, fresh))
    assert np.array_equal(moved, anew)


@pytest.mark.parametrize("T", SIZES)
def test_marks_enclose_their_row_and_column_up_to_the_sum(T):
    chart = picture(table(T), scale="sign", row=T, column=1)
    assert chart.lines["row"].get_bbox().bounds == pytest.approx((0.5, T - 0.5, T + 1 + GAP, 1))
    assert chart.lines["column"].get_bbox().bounds == pytest.approx((0.5, 0.5, 1, T + 1 + GAP))
    assert not chart.lines["ghost row"].get_visible()
    assert not chart.lines["ghost column"].get_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("T", SIZES)
def test_all_text_is_legible(T, scale, theme):
    items = table(T) * 1e-3
    chart = picture(np.abs(items) if scale == "size" else items, scale=scale, theme=theme)
    for text in chart.ax.figure.findobj(Text):
        assert text.get_fontsize() >= style.TEXT_PX
    width = chart.ax.transData.transform([(0, 0), (1, 0)])[:, 0]
    for text in chart.numbers:
        assert text.get_window_extent().width < np.diff(width) + 1, text.get_text()


@pytest.mark.parametrize("scale", SCALES)
def test_numbers_in_cells_are_the_numbers(scale):
    items = np.abs(table(5)) + 0.1
    chart = picture(items, scale=scale)
    lower = [float(items[s, t]) for s in range(5) for t in range(s + 1)]
    for value, text in zip(lower, chart.numbers):
        unit = 0.01 if scale == "share" else 1
        assert float(text.get_text()) * unit == pytest.approx(value, rel=0.06)


def test_small_numbers_keep_their_sign_and_power():
    items = np.tril(np.array([[1.0, 0], [-2e-5, 3e-12]]))
    assert [text.get_text() for text in picture(items, scale="sign").numbers[:3]] == [
        "1", "-2·10⁻⁵", "3·10⁻¹²"]
    assert picture(items, what="what it is").title.get_text() == "what it is"

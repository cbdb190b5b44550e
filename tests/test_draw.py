"""The itemised table can be read back from its artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from rnnlib import style
from rnnlib.charts import draw

SIZES = (1, 2, 6, 8, 9, 30)


def table(T, seed=0):
    return np.tril(np.random.default_rng(seed).standard_normal((T, T)))


def sums(items):
    with np.errstate(all="ignore"):
        return {"by_loss": items.sum(axis=1), "by_use": items.sum(axis=0), "total": items.sum()}


def picture(items, theme="light", **options):
    """(figure, artists) of a drawn table."""
    with matplotlib.rc_context(style.rc(theme)):
        figure = Figure((10, 7.2), dpi=72)
        FigureCanvasAgg(figure)
        artists = draw.draw_itemised(figure.add_axes([0.1, 0.11, 0.76, 0.76]), items,
                                     **{"theme": theme, **(sums(items) | options)})
        figure.canvas.draw()
    return figure, artists


def shown(artists, part="cells"):
    return artists[part].get_array().filled(np.nan)


def marks(artists, name):
    return {(x, y) for x, y in artists[name].get_xydata()}


@pytest.mark.parametrize("T", SIZES)
@pytest.mark.parametrize("scale", ["sign", "share"])
def test_signed_numbers_stand_at_their_times(T, scale):
    items = table(T)
    _, artists = picture(items, scale=scale)
    lower = np.tri(T, dtype=bool)
    assert np.array_equal(shown(artists)[lower], items[lower])
    assert np.isnan(shown(artists)[~lower]).all()
    assert artists["cells"].get_extent() == [0.5, T + 0.5, T + 0.5, 0.5]
    assert np.array_equal(shown(artists, "by_loss")[:, 0], items.sum(axis=1))
    assert np.array_equal(shown(artists, "by_use")[0], items.sum(axis=0))
    assert shown(artists, "total") == pytest.approx(items.sum())


@pytest.mark.parametrize("T", SIZES)
def test_sizes_are_shown_in_decades(T):
    items = np.abs(table(T)) * 10.0 ** -np.arange(T)
    _, artists = picture(items)
    lower = np.tri(T, dtype=bool)
    assert 10 ** shown(artists)[lower] == pytest.approx(items[lower])


def test_signs_are_symmetric_about_zero_and_sizes_span_whole_decades():
    _, artists = picture(table(5), scale="sign")
    low, high = artists["cells"].get_clim()
    assert low == -high
    _, artists = picture(np.tril(np.full((3, 3), 0.02)))
    low, high = artists["cells"].get_clim()
    assert (low, high) == (-2, 0)


def test_parts_share_one_colour_scale():
    _, artists = picture(table(5), scale="sign")
    assert len({artists[part].norm for part in draw.PARTS}) == 1


def test_a_later_use_is_no_cell_whatever_stands_there():
    items = table(4)
    spoiled = items + np.triu(np.full((4, 4), np.nan), 1)
    _, clean = picture(items)
    _, artists = picture(spoiled, **sums(items))
    assert np.array_equal(shown(clean), shown(artists), equal_nan=True)
    assert marks(artists, "not_finite") == set()
    path = artists["no_cells"].get_path()
    for s in range(1, 5):
        for t in range(1, 5):
            assert path.contains_point((t, s)) == (t > s)


def test_zeros_and_what_is_not_finite_get_marks_and_a_legend():
    items = np.tril(np.ones((4, 4)))
    items[2, 1], items[3, 0], items[3, 3] = 0, np.inf, np.nan
    _, artists = picture(items, by_loss=[1, 0, 1, np.inf], by_use=[1, 2, 3, np.nan], total=np.inf)
    end = 4 + 1 + draw.GAP
    assert marks(artists, "zeros") == {(2, 3), (end, 2)}
    assert marks(artists, "not_finite") == {(1, 4), (4, 4), (end, 4), (4, end), (end, end)}
    legend = [text.get_text() for text in artists["legend"].get_texts()]
    assert legend == ["no path: t > s", "exactly 0", "not finite"]


def test_the_legend_names_only_what_is_there():
    assert picture(np.ones((1, 1)))[1]["legend"] is None
    legend = picture(np.tril(np.ones((3, 3))))[1]["legend"]
    assert [text.get_text() for text in legend.get_texts()] == ["no path: t > s"]


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 0.0, 1e308, 5e-324])
@pytest.mark.parametrize("scale", draw.SCALES)
@pytest.mark.filterwarnings("error")
def test_any_number_everywhere_can_be_drawn(bad, scale):
    items = np.full((3, 3), bad)
    _, artists = picture(items, scale=scale, by_loss=[bad] * 3, by_use=[bad] * 3, total=bad)
    assert len(marks(artists, "not_finite")) == (0 if np.isfinite(bad) else 6 + 3 + 3 + 1)


@pytest.mark.parametrize("scale", draw.SCALES)
def test_moving_a_picture_gives_the_same_as_drawing_it_anew(scale):
    items, later = np.abs(table(6)), np.abs(table(6, seed=1)) * 1e-4
    figure, artists = picture(items, scale="size", row=2, column=5)
    _, fresh = picture(later, scale=scale, row=6, ghost=(None, 1))
    with matplotlib.rc_context(style.rc()):
        draw.move_itemised(artists, later, scale=scale, row=6, ghost=(None, 1), **sums(later))
        figure.canvas.draw()
    moved, anew = (np.asarray(a["ax"].figure.canvas.buffer_rgba()) for a in (artists, fresh))
    assert np.array_equal(moved, anew)


@pytest.mark.parametrize("T", SIZES)
def test_marks_enclose_their_row_and_column_up_to_the_sum(T):
    _, artists = picture(table(T), scale="sign", row=T, column=1)
    assert artists["row"].get_bbox().bounds == pytest.approx((0.5, T - 0.5, T + 1 + draw.GAP, 1))
    assert artists["column"].get_bbox().bounds == pytest.approx((0.5, 0.5, 1, T + 1 + draw.GAP))
    assert not artists["ghost_row"].get_visible()
    assert not artists["ghost_column"].get_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scale", draw.SCALES)
@pytest.mark.parametrize("T", SIZES)
def test_all_text_is_legible(T, scale, theme):
    figure, artists = picture(np.abs(table(T)) * 1e-3, scale=scale, theme=theme)
    for text in figure.findobj(Text):
        assert text.get_fontsize() >= style.TEXT_PX
    width = artists["ax"].transData.transform([(0, 0), (1, 0)])[:, 0]
    for text in artists["numbers"]:
        assert text.get_window_extent().width < np.diff(width) + 1, text.get_text()


@pytest.mark.parametrize("scale", draw.SCALES)
def test_numbers_in_cells_are_the_numbers(scale):
    items = np.abs(table(5)) + 0.1
    _, artists = picture(items, scale=scale)
    lower = [float(items[s, t]) for s in range(5) for t in range(s + 1)]
    for value, text in zip(lower, artists["numbers"]):
        unit = 0.01 if scale == "share" else 1
        assert float(text.get_text()) * unit == pytest.approx(value, rel=0.06)


def test_every_artist_is_returned_and_those_that_move_are_named():
    figure, artists = picture(table(6), scale="sign", what="what it is")
    known = {id(a) for value in artists.values()
             for a in (value if isinstance(value, list) else [value])}
    made = [*artists["ax"].images, *artists["ax"].patches, *artists["ax"].lines,
            *artists["ax"].texts, artists["ax"].get_legend()]
    assert {id(a) for a in made} <= known
    assert artists["title"].get_text() == "what it is"
    assert len(draw.moving(artists)) == len(draw.MOVING) - 1 + 21 + 13

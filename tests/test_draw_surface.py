"""Kept pairs of times and errors can be read back from their artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnnlib import style
from rnnlib.charts import draw

pytestmark = pytest.mark.filterwarnings("error")


def picture(draw_it, *args, theme="light", **options):
    """(figure, artists) of anything that draws on one Axes."""
    with matplotlib.rc_context(style.rc(theme)):
        figure = Figure((8, 6), dpi=72)
        FigureCanvasAgg(figure)
        artists = draw_it(figure.subplots(), *args, theme=theme, **options)
        figure.canvas.draw()
    return figure, artists


def xy(artist):
    return np.column_stack(artist.get_data())


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())


def test_moving_gives_the_same_as_drawing_anew():
    kept = np.eye(6, dtype=bool)
    cases = [
        (draw.draw_kept, draw.move_kept, (kept,), (np.tri(6, dtype=bool),), {"ghost": kept}),
    ]
    for draw_it, move, first, later, options in cases:
        figure, artists = picture(draw_it, *first)
        with matplotlib.rc_context(style.rc()):
            move(artists, *later, **options)
            moved = pixels(figure)
        fresh, _ = picture(draw_it, *later, **options)
        np.testing.assert_array_equal(moved, pixels(fresh))


def test_errors_and_the_place_on_them():
    errors = {"stride 1": [0.5, 0.1, 0.0], "stride = window": [0.6, np.nan, 1e-15]}
    figure, artists = picture(draw.draw_errors, errors, here=(2, 0.1), ghost=(3, 0.0))
    np.testing.assert_array_equal(xy(artists["curves"]["stride 1"]),
                                  [[1, 0.5], [2, 0.1], [3, np.nan]])
    np.testing.assert_array_equal(xy(artists["here"]), [[2, 0.1]])
    np.testing.assert_array_equal(xy(artists["ghost"]), [[3, 0.05]])
    draw.move_errors(artists, (1, np.nan))
    assert len(xy(artists["here"])) == len(xy(artists["ghost"])) == 0
    assert [t.get_text() for t in figure.axes[0].get_legend().get_texts()] == list(errors)


def test_only_cells_that_are_cut_off_are_veiled():
    kept = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1]], dtype=bool)
    _, artists = picture(draw.draw_kept, kept)
    veil = artists["veil"].get_array()[..., 3]
    assert np.argwhere(veil > 0).tolist() == [[2, 0]]
    assert artists["veil"].get_extent() == [0.5, 3.5, 3.5, 0.5]


@pytest.mark.parametrize("cells", [np.zeros((3, 3)), np.ones((1, 1)), np.ones((4, 4)),
                                   np.eye(5), np.tri(6)])
def test_the_line_separates_what_is_kept(cells):
    _, artists = picture(draw.draw_kept, cells)
    line = xy(artists["edge"]).reshape(-1, 3, 2)
    sides = np.abs(np.diff(np.pad(cells, 1), axis=0)).sum()
    sides += np.abs(np.diff(np.pad(cells, 1), axis=1)).sum()
    assert len(line) == sides
    inside = np.pad(cells, 1)
    for one, other, _ in line:
        middle, along = (one + other) / 2, other - one
        across = along[::-1] / 2
        beside = [tuple((middle + sign * across).astype(int)[::-1]) for sign in (1, -1)]
        assert inside[beside[0]] != inside[beside[1]]

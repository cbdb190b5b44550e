"""Surfaces, paths on them, cuts, and kept pairs of times can be read back from their artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from rnnlib import style
from rnnlib.charts import draw
from rnnlib.learning import surface

pytestmark = pytest.mark.filterwarnings("error")
W, B = np.linspace(0.5, 1.5, 11), np.linspace(-1, 1, 21)
BAD = [np.nan, np.inf, -np.inf, 0.0, 1e308, 5e-324]


def some(T=5, **change):
    """A surface; `change` puts other numbers in its place."""
    whole = surface.error_surface(surface.one_unit(T, 0.4, a0=0.1), W, B)
    return surface.Surface(**{**vars(whole), **change})


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


PATH = np.array([[1.0, 0.5], [0.9, 0.2], [40.0, -900.0]])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_surface_stands_at_its_parameters(theme):
    whole, wall = some(), surface.wall(W, 0.1).b
    _, artists = picture(draw.draw_surface, whole, wall=wall, theme=theme, cut=1.2,
                         paths={"plain": PATH}, ghost=PATH[:2])
    assert artists["loss"].get_extent() == [0.5, 1.5, -1, 1]
    np.testing.assert_array_equal(artists["loss"].get_array(), whole.loss)
    assert artists["loss"].get_clim() == (0, whole.loss.max())
    np.testing.assert_array_equal(xy(artists["wall"]), np.column_stack([W, wall]))
    np.testing.assert_array_equal(xy(artists["plain"]), PATH)
    np.testing.assert_array_equal(xy(artists["ghost"]), PATH[:2])
    np.testing.assert_array_equal(xy(artists["start"]), PATH[:1])
    np.testing.assert_array_equal(xy(artists["cut"]), [[1.2, -1], [1.2, 1]])
    assert artists["ax"].get_xlim() == (0.5, 1.5), "a path that is thrown off changes no limits"
    assert artists["ax"].get_ylim() == (-1, 1)


def test_what_is_not_given_is_not_there():
    _, artists = picture(draw.draw_surface, some())
    for name in set(draw.SURFACE_MOVES) - {"loss"}:
        assert len(xy(artists[name])) == 0


def test_a_given_top_makes_surfaces_comparable():
    _, artists = picture(draw.draw_surface, some(), top=3.0)
    draw.move_surface(artists, some(T=50))
    assert artists["loss"].get_clim() == (0, 3.0)


@pytest.mark.parametrize("bad", BAD)
def test_any_loss_can_be_drawn(bad):
    _, artists = picture(draw.draw_surface, some(loss=np.full((21, 11), bad)))
    assert artists["loss"].get_clim()[1] > 0
    assert artists["loss"].get_array().mask.all() != np.isfinite(bad)
    picture(draw.draw_cut, B, np.full(21, bad), top=1.0, wall=bad if bad != 1e308 else 0)
    _, along = picture(draw.draw_along, {"plain": [bad, 1.0]}, label="J", limits=(1e-3, 1))
    first = along["plain"].get_ydata()[0]
    assert first == bad if bad > 0 else np.isnan(first)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308])
def test_any_path_can_be_drawn(bad):
    path = np.array([[1.0, 0.0], [bad, -bad]])
    picture(draw.draw_surface, some(), paths=dict.fromkeys(draw.STEPS, path), ghost=path)


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())


def test_moving_gives_the_same_as_drawing_anew():
    kept = np.eye(6, dtype=bool)
    cases = [
        (draw.draw_surface, draw.move_surface, (some(),), (some(T=30),),
         {"paths": {"by norm": PATH}, "cut": 0.7, "wall": surface.wall(W, 0.3).b}),
        (draw.draw_cut, draw.move_cut, (B, B**2), (B, np.abs(B)), {"ghost": B**2, "wall": 0.3}),
        (draw.draw_kept, draw.move_kept, (kept,), (np.tri(6, dtype=bool),), {"ghost": kept}),
    ]
    for draw_it, move, first, later, options in cases:
        figure, artists = picture(draw_it, *first)
        with matplotlib.rc_context(style.rc()):
            move(artists, *later, **options)
            moved = pixels(figure)
        fresh, _ = picture(draw_it, *later, **options)
        np.testing.assert_array_equal(moved, pixels(fresh))


def test_a_quantity_along_a_path_and_the_level_across():
    _, artists = picture(draw.draw_along, {"by element": [1.0, 0.1]}, label="J", last=9,
                         limits=(1e-3, 10), level=0.5, ghost=[2.0])
    np.testing.assert_array_equal(xy(artists["by element"]), [[0, 1.0], [1, 0.1]])
    np.testing.assert_array_equal(xy(artists["level"]), [[-1, 0.5], [10, 0.5]])
    np.testing.assert_array_equal(xy(artists["ghost"]), [[0, 2.0]])
    assert len(xy(artists["plain"])) == 0


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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_is_legible_and_lines_have_contrast(theme):
    figure, _ = picture(draw.draw_surface, some(), theme=theme, paths={"plain": PATH})
    for text in figure.findobj(Text):
        assert text.get_fontsize() >= style.TEXT_PX
    looks = {(role, dash, marker) for role, dash, marker in draw.STEPS.values()}
    for part in zip(*looks, strict=True):
        assert len(set(part)) == len(draw.STEPS), "each kind has its colour, dash and marker"

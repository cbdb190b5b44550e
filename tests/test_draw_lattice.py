"""The pictures over layer and time can be read back from their artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnnlib import style
from rnnlib.charts import lattice as draw_lattice
from rnnlib.style import power


def drawn(draw, *args, theme="light", size=(840, 300), **options):
    """Artists of a picture in our settings, rendered once."""
    with matplotlib.rc_context(style.rc(theme)):
        figure = Figure((size[0] / 72, size[1] / 72), dpi=72)
        FigureCanvasAgg(figure)
        artists = draw(figure.add_axes([0.12, 0.2, 0.75, 0.7]), *args, theme=theme, **options)
        figure.canvas.draw()
    return artists


def norms(L=3, T=8, seed=0):
    return np.random.default_rng(seed).uniform(-6, 2, (L, T))


def told(artists):
    """{(l, t): text} of the numbers in the cells."""
    return {tuple(round(v) for v in text.get_position()[::-1]): text.get_text()
            for text in artists["numbers"] if text.get_text()}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_norm_stands_at_its_layer_and_time(theme):
    log10 = norms()
    artists = drawn(draw_lattice.draw_gradient_norms, log10, theme=theme)
    assert np.array_equal(artists["cells"].get_array().filled(np.nan), log10)
    assert artists["cells"].get_extent() == [0.5, 8.5, 0.5, 3.5]
    assert artists["cells"].origin == "lower"
    assert told(artists) == {(l + 1, t + 1): power(v) for (l, t), v in np.ndenumerate(log10)}
    assert [text.get_text() for text in artists["ax"].get_yticklabels()] == [
        "layer 1", "layer 2", "layer 3"]


def test_the_colours_span_whole_decades_and_say_which():
    artists = drawn(draw_lattice.draw_gradient_norms, np.array([[-2.3, -0.4]]))
    assert artists["cells"].get_clim() == (-3, 0)
    assert [end.get_text() for end in artists["ends"]] == ["10⁻³", "1"]
    draw_lattice.move_gradient_norms(artists, [[-2.3, -0.4]], limits=(-5, 1))
    assert artists["cells"].get_clim() == (-5, 1)


@pytest.mark.parametrize(("log10", "ends"), [
    ([[-40.0, 0.0]], (-16, 0)), ([[-np.inf, np.nan]], (-1, 0)), ([[0.0]], (-1, 0)),
    ([[300.0, 305.5]], (300, 306))])
def test_a_scale_is_neither_empty_nor_endless(log10, ends):
    assert draw_lattice.whole_decades(np.array(log10)) == ends


def test_zero_and_what_is_not_finite_get_marks_and_no_number():
    log10 = np.array([[-np.inf, -1.0], [np.nan, np.inf]])
    artists = drawn(draw_lattice.draw_gradient_norms, log10)
    assert told(artists) == {(1, 2): "0.1"}
    assert artists["zeros"].get_xydata().tolist() == [[1, 1]]
    assert artists["not_finite"].get_xydata().tolist() == [[1, 2], [2, 2]]
    assert artists["marks"].get_text() == "○ exactly 0   ✕ not finite"


def test_other_sizes_can_follow_and_numbers_stay_where_they_have_room():
    artists = drawn(draw_lattice.draw_gradient_norms, norms(), most=(4, 16))
    log10 = norms(4, 12, seed=1)
    draw_lattice.move_gradient_norms(artists, log10, labels=["a", "b", "c", "d"])
    assert artists["ax"].get_xlim() == (0.5, 12.5)
    assert artists["ax"].get_ylim() == (0.5, 4.5)
    assert len(told(artists)) == 48
    draw_lattice.move_gradient_norms(artists, norms(2, 30))
    assert told(artists) == {}


def test_the_frames_stand_around_their_cells():
    artists = drawn(draw_lattice.draw_gradient_norms, norms(), target=(2, 5), ghost=(1, 3))
    assert artists["target"].get_bbox().bounds == (4.5, 1.5, 1, 1)
    assert artists["ghost"].get_bbox().bounds == (2.5, 0.5, 1, 1)
    draw_lattice.move_gradient_norms(artists, norms())
    assert not artists["target"].get_visible()
    assert not artists["ghost"].get_visible()


def test_all_that_moves_is_named():
    artists = drawn(draw_lattice.draw_gradient_norms, norms())
    moving = draw_lattice.moving_gradient_norms(artists)
    assert {artists["cells"], artists["target"], *artists["numbers"], *artists["ends"]} <= {
        *moving}
    assert artists["ax"] not in moving

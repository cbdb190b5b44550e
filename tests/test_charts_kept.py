"""Kept pairs of times and errors can be read back from their artists."""
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnnlib import style
from rnnlib.charts.kept import Errors, Kept

pytestmark = pytest.mark.filterwarnings("error")


def drawn(kind, *args, options, **shown):
    """A chart in our settings, rendered once."""
    with matplotlib.rc_context(style.rc()):
        figure = Figure((8, 6), dpi=72)
        FigureCanvasAgg(figure)
        chart = kind(figure.subplots(), **options)
        chart.show(*args, **shown)
        figure.canvas.draw()
    return chart


def table(kept, **shown):
    """A table of sizes with these pairs kept."""
    T = len(kept)
    return drawn(Kept, np.ones((T, T)), np.ones(T), np.ones(T), 1.0, options={"T": T}, kept=kept,
                 **shown)


def xy(artist):
    return np.column_stack(artist.get_data())


def test_another_pinned_one_leaves_no_trace():
    kept, later = np.eye(6, dtype=bool), np.tri(6, dtype=bool)
    chart, fresh = table(kept, ghost=later), table(later, ghost=kept)
    with matplotlib.rc_context(style.rc()):
        chart.show(np.ones((6, 6)), np.ones(6), np.ones(6), 1.0, kept=later, ghost=kept)
        chart.ax.figure.canvas.draw()
    moved, anew = (np.asarray(c.ax.figure.canvas.buffer_rgba()) for c in (chart, fresh))
    np.testing.assert_array_equal(moved, anew)


def test_errors_and_the_place_on_them():
    errors = {"stride 1": [0.5, 0.1, 0.0], "stride = window": [0.6, np.nan, 1e-15]}
    chart = drawn(Errors, errors, (2, 0.1), (3, 0.0), options={"T": 3, "names": [*errors]})
    np.testing.assert_array_equal(xy(chart.curves["stride 1"]), [[1, 0.5], [2, 0.1], [3, np.nan]])
    np.testing.assert_array_equal(xy(chart.here), [[2, 0.1]])
    np.testing.assert_array_equal(xy(chart.ghost), [[3, 0.05]])
    chart.show(errors, (1, np.nan))
    assert len(xy(chart.here)) == len(xy(chart.ghost)) == 0
    assert [text.get_text() for text in chart.legend.get_texts()] == list(errors)


def test_only_cells_that_are_cut_off_are_veiled():
    kept = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1]], dtype=bool)
    chart = table(kept)
    veil = chart.veil.get_array()[..., 3]
    assert np.argwhere(veil > 0).tolist() == [[2, 0]]
    assert chart.veil.get_extent() == [0.5, 3.5, 3.5, 0.5]


@pytest.mark.parametrize("cells", [np.zeros((3, 3)), np.ones((1, 1)), np.ones((4, 4)),
                                   np.eye(5), np.tri(6)])
def test_the_line_separates_what_is_kept(cells):
    line = xy(table(cells).edge).reshape(-1, 3, 2)
    sides = np.abs(np.diff(np.pad(cells, 1), axis=0)).sum()
    sides += np.abs(np.diff(np.pad(cells, 1), axis=1)).sum()
    assert len(line) == sides
    inside = np.pad(cells, 1)
    for one, other, _ in line:
        middle, along = (one + other) / 2, other - one
        across = along[::-1] / 2
        beside = [tuple((middle + sign * across).astype(int)[::-1]) for sign in (1, -1)]
        assert inside[beside[0]] != inside[beside[1]]

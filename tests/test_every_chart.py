"""The laws of every chart: each artist has a name, and the same data give the same pixels (that
it forgets the data before is a law of every explorer)."""
import explorer_cases as cases
import numpy as np
import pytest
from matplotlib.figure import Figure

from rnnlib.charts.chart import Chart, over_time, step_above

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(params=cases.EXPLORERS)
def panel(request, kept):
    return kept(cases.explorer(request.param))


def inside(ax):
    """What was put into an axes and those inside it, without the axes' own furniture."""
    own = {*ax.spines.values(), ax.patch, ax.title, ax._left_title, ax._right_title}
    parts = (*ax.lines, *ax.texts, *ax.patches, *ax.collections, *ax.images)
    return {part for part in parts if part not in own}.union(*map(inside, ax.child_axes))


@pytest.mark.usefixtures("undrawn")
def test_every_artist_can_be_reached_by_name(panel):
    for preset in ({}, *panel.explorer.presets.values()):
        panel.set(**preset)
        for chart in panel.explorer.shown.values():
            assert isinstance(chart, Chart)
            named = set(chart.artists.values())
            assert set(chart.moving) <= named
            assert inside(chart.ax) <= named, [
                part for part in inside(chart.ax) if part not in named]


def test_drawn_twice_it_shows_the_same_pixels(panel):
    film, seen = panel.live.film, []
    for _ in range(2):
        panel.live.refresh()
        seen.append(film.pixels().copy())
        film.figure.stale = True
    np.testing.assert_array_equal(*seen)


class Slope(Chart):
    def draw(self):
        self.line = self.make_line("W_a")
        self.words = self.make_text(0, 1.1)

    def show(self, y):
        self.put(self.line, data=over_time(y))
        self.put(self.words, text=f"{len(y)} numbers")
        self.put_limits((0, 5), (0, 1))


def test_a_property_is_set_only_where_it_differs():
    ax = Figure().subplots()
    chart = Slope(ax)
    chart.show([1.0, np.nan])
    for artist in (chart.line, chart.words, ax):
        artist.stale = False
    chart.show([1.0, np.nan])
    assert not chart.line.stale
    assert not chart.words.stale
    assert not ax.stale
    chart.show([1.0, 2.0])
    assert chart.line.stale


@pytest.mark.parametrize(("value", "above"), [(0, 0), (-1, 0), (0.2, 1), (1.2, 1.5), (4.2, 5),
                                              (7.1, 10), (10, 10), (120, 150)])
def test_steps_are_round_and_not_below(value, above):
    assert step_above(value) == above

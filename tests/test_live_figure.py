"""A live picture is at every moment the one a fresh drawing would give."""
import base64
import gc
import io
import itertools
import json
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from ink import laid
from live_controls import live_widgets
from matplotlib.backends.backend_agg import RendererAgg
from memory import grown
from PIL import Image

from rnnlib import style
from rnnlib.widgets.film import Film
from rnnlib.widgets.live_figure import LiveFigure

ROOT = Path(__file__).resolve().parents[1]
SIZE = (200, 120)


class Scene:
    """A line, a dot, a text and a title, each of which can be moved."""

    def __init__(self, film=None):
        self.film = film or Film(SIZE)
        if film is None:
            self.film.moving = self.draw(self.film.figure, "light")

    def draw(self, figure, _theme):
        self.ax = figure.add_axes([0.2, 0.2, 0.7, 0.6])
        self.ax.set(xlim=(0, 1), ylim=(0, 1))
        self.line, = self.ax.plot([0, 1], [0, 1], zorder=2)
        self.dot, = self.ax.plot([0.5], [0.5], "o", zorder=4)
        self.text = self.ax.text(0.5, 0.5, "", zorder=3)
        return [self.dot, self.line, self.text]

    def change(self, what, value):
        {"line": lambda: self.line.set_ydata([0, value]),
         "dot": lambda: self.dot.set_xdata([value]),
         "text": lambda: self.text.set_text(f"{value:.2f}" if value > 0.3 else ""),
         "hide": lambda: self.dot.set_visible(value > 0.5),
         "limits": lambda: self.ax.set_ylim(0, 1 + value),
         "title": lambda: self.ax.set_title(f"{value:.1f}")}[what]()


CHANGES = ("line", "dot", "text", "hide", "limits", "title")


def plain(film, ratio):
    """The picture by matplotlib's own renderer, which knows no words of earlier pictures."""
    film._renderers[ratio] = RendererAgg(*(side * ratio for side in SIZE), 72 * ratio)
    return film.pixels(ratio)


@pytest.mark.parametrize("seed", range(4))
def test_a_picture_never_depends_on_the_pictures_before_it(seed):
    rng = np.random.default_rng(seed)
    scene, done = Scene(), []
    for _ in range(25):
        step = rng.choice(CHANGES), rng.uniform()
        done.append(step)
        scene.change(*step)
        ratio = int(rng.choice([1, 1, 2]))
        fresh = Scene()
        for earlier in done:
            fresh.change(*earlier)
        assert np.array_equal(scene.film.pixels(ratio), plain(fresh.film, ratio)), done


@pytest.mark.parametrize("ratio", [1, 2])
def test_two_pictures_that_take_turns_do_not_meet(ratio):
    scenes, alone = (Scene(), Scene()), (Scene(), Scene())
    for k in range(6):
        for pair, value in ((scenes, 0.4 + 0.1 * k), (alone, 0.4 + 0.1 * k)):
            pair[0].change("text", value)
            pair[1].change("dot", value)
        for scene, other in zip(scenes, alone):
            assert np.array_equal(scene.film.pixels(ratio), plain(other.film, ratio))


def test_words_turned_moved_and_in_another_size_are_those_of_matplotlib():
    scene, fresh = Scene(), Scene()
    for x, angle, size, words in [(0.5, 0, 10, "ρ = 0.95"), (0.25, 0, 10, "ρ = 0.95"),
                                  (0.2513, 90, 10, "ρ = 0.95"), (0.25, 30, 14, "ρ = 0.95"),
                                  (0.25, 0, 10, "two\nlines"), (0.5, 0, 10, "$\\frac{1}{2}$")] * 2:
        for each in (scene, fresh):
            each.text.set(x=x, rotation=angle, size=size, text=words, color=(x, 0, 0))
        assert np.array_equal(scene.film.pixels(), plain(fresh.film, 1)), (angle, words)


def test_few_pictures_keep_their_fixed_parts():
    films = [Scene().film for _ in range(4)]
    for film in (*films, films[0]):
        film.pixels(), film.pixels(2)
    assert [sorted(film._backgrounds) for film in films] == [[1, 2], [], [], [1]]


def test_a_sharp_pen_goes_with_the_last_picture_that_needs_it():
    scenes = Scene(), Scene(Film((60, 40)))
    scenes[1].film.moving = scenes[1].draw(scenes[1].film.figure, "light")
    pens = []
    for scene in scenes:
        scene.film.pixels(2)
        pens.append(weakref.ref(scene.film._renderers[2]))
    gc.collect()
    assert [ref() is None for ref in pens] == [True, False]


@pytest.mark.parametrize(("what", "redrawn"), [("line", 0), ("dot", 0), ("text", 0), ("hide", 0),
                                               ("limits", 1), ("title", 1)])
def test_only_a_change_of_what_does_not_move_redraws_the_background(what, redrawn, monkeypatch):
    scene, drawn = Scene(), []
    for ratio in (1, 2):
        scene.film.pixels(ratio)
    draw = type(scene.film.figure).draw
    monkeypatch.setattr(type(scene.film.figure), "draw",
                        lambda figure, renderer: (drawn.append(1), draw(figure, renderer)))
    scene.change(what, 0.7)
    for _ in range(3):
        scene.film.pixels(1)
    assert len(drawn) == redrawn


@pytest.mark.parametrize("what", ["line", "dot"])
def test_what_stays_below_and_above_the_change_is_not_drawn_again(what, monkeypatch):
    scene = Scene()
    for k in range(3):
        scene.change(what, k / 3)
        scene.film.pixels()
    drawn = []
    for name in ("line", "text", "dot"):
        monkeypatch.setattr(getattr(scene, name), "draw", lambda _, name=name: drawn.append(name))
    scene.change(what, 0.9)
    scene.film.pixels()
    assert drawn == [what]


# -- the widget ------------------------------------------------------------------------------
@pytest.fixture
def live():
    """A live figure with a moving dot; `live.at` is where the dot stands."""
    scene = Scene(film=object())

    def move():
        scene.dot.set_xdata([figure.at])
        return {"reading": f"the dot is at {figure.at}", "label": f"a dot at {figure.at}"}

    LiveFigure.at = 0.5
    figure = LiveFigure(scene.draw, None, size=SIZE, caption="A dot", summary="dot (1,): 0.5")
    figure.scene, figure._move = scene, move
    figure.refresh()
    yield figure
    figure.close()
    del LiveFigure.at


def decoded(png, mode="RGB"):
    return np.array(Image.open(io.BytesIO(base64.b64decode(png))).convert(mode))


def shown(live):
    """The pixels that the page makes of the newest frame, (height, width, 3)."""
    if "png" in live.frame:
        return decoded(live.frame["png"])
    assert live.frame["ground"] == live.ground["number"]
    ground = decoded(live.ground["png"], "RGBA")
    return laid(ground, base64.b64decode(live.frame["ink"]))[..., :3]


def test_moving_sends_a_small_picture_and_rest_a_sharp_one_of_the_same(live):
    live.at = 0.9
    live.refresh()
    assert shown(live).shape == (SIZE[1], SIZE[0], 3)
    small = shown(live)
    live.rest()
    sharp = shown(live)
    assert sharp.shape == (2 * SIZE[1], 2 * SIZE[0], 3)
    halved = np.array(Image.fromarray(sharp).resize(SIZE, Image.BOX))
    assert np.abs(halved.astype(float) - small).mean() < 6


def test_a_picture_on_its_ground_is_the_picture_itself(live):
    for at in (0.1, 0.9, 0.5, 0.5):
        live.at = at
        live.refresh()
        assert "ink" in live.frame
        assert np.array_equal(shown(live), live.film.pixels()[..., :3])


def test_what_changes_too_much_is_sent_whole_until_the_hand_rests(live):
    for seed in (0, 1):
        noise = np.random.default_rng(seed).random((90, 180))
        live.scene.ax.imshow(noise, extent=(0, 1, 0, 1), aspect="auto")
        live.refresh()
        assert "png" in live.frame
        assert np.array_equal(shown(live), live.film.pixels()[..., :3])
    number = live.ground["number"]
    live.rest()
    assert live.ground["number"] == number + 1
    live.refresh()
    assert "ink" in live.frame


def test_the_ground_is_sent_again_only_if_it_is_another(live):
    live.rest()
    before = live.ground
    for at in (0.1, 0.9):
        live.at = at
        live.refresh()
        live.rest()
    assert live.ground is before


def test_the_last_value_is_the_one_shown(live):
    for at in np.linspace(0, 1, 20):
        live.at = float(at)
        live.refresh()
    live.rest()
    last = shown(live)
    live.at = 0.0
    live.refresh()
    live.at = 1.0
    live.refresh()
    live.rest()
    assert np.array_equal(last, shown(live))


def test_rest_sends_nothing_that_is_there_already(live):
    live.rest()
    before = live.frame
    live.rest()
    assert live.frame is before


@pytest.mark.parametrize(("asked", "given"), [(1, 2), (2, 2), (3, 3), (8, 3)])
def test_sharpness_follows_the_screen_within_bounds(live, asked, given):
    live.rest(asked)
    assert shown(live).shape[0] == given * SIZE[1]


def test_the_theme_changes_the_colours_and_keeps_figure_and_state(live):
    figure, corner = live.film.figure, {}
    live.at = 0.25
    for theme in ("dark", "light", "dark"):
        live.theme = theme
        corner[theme] = "#{:02x}{:02x}{:02x}".format(*shown(live)[0, 0])
        assert live.frame["theme"] == theme
        assert live.scene.dot.get_xdata() == [0.25]
    assert corner == style.BACKGROUND
    assert live.film.figure is figure


def test_texts_change_with_the_picture(live):
    live.at = 0.125
    live.refresh()
    assert live.label == "a dot at 0.125"
    assert live.reading == "the dot is at 0.125"


def test_a_reader_without_kernel_gets_a_sharp_picture_and_words(live):
    bundle, about = live._repr_mimebundle_()
    assert about["image/png"] == {"width": SIZE[0], "height": SIZE[1], "alt": live.label}
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert picture.size == (2 * SIZE[0], 2 * SIZE[1])
    assert bundle["text/plain"].splitlines() == ["A dot", "dot (1,): 0.5", "the dot is at 0.5"]
    json.dumps(bundle)


def test_the_table_is_sent_only_while_it_is_open(live):
    calls = itertools.count(1)
    live._tables = lambda: [{"caption": "x", "header": ["a"], "rows": [[str(next(calls))]]}]
    live.rest()
    assert live.tables == []
    live._handle_custom_msg({"kind": "table", "open": True}, [])
    assert live.tables[0]["rows"] == [["1"]]
    live.rest()
    assert live.tables[0]["rows"] == [["2"]]
    live._handle_custom_msg({"kind": "table", "open": False}, [])
    assert live.tables == []


def test_an_exception_while_moving_is_not_swallowed(live):
    live._move = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        live.refresh()


def test_a_hundred_figures_leave_nothing_behind():
    def one():
        live = LiveFigure(Scene(film=object()).draw, size=SIZE)
        live.refresh()
        figure = weakref.ref(live.film.figure)
        live.close()
        return weakref.ref(live), figure

    one()
    before = len(live_widgets())
    refs = [ref for _ in range(100) for ref in one()]
    gc.collect()
    assert len(live_widgets()) == before
    assert not [ref for ref in refs if ref() is not None]


def test_pictures_do_not_pile_up(live):
    def run(n):
        for k in range(n):
            live.at = k / n
            live.refresh()
            if k % 10 == 0:
                live.rest()

    assert grown(run, 50, 200) < 100_000


def test_a_closed_picture_keeps_no_pixels(live):
    # a notebook's Out keeps every widget that a cell has shown
    live.rest()
    pixels = [weakref.ref(renderer) for renderer in live.film._renderers.values()]
    live.close()
    vars(live.scene).clear()  # a text keeps the renderer that drew it
    gc.collect()
    assert pixels
    assert all(ref() is None for ref in pixels)
    assert live.film is None


def test_our_settings_of_matplotlib_end_with_the_drawing(live):
    before = dict(matplotlib.rcParams)
    live._move = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        live.refresh()
    assert dict(matplotlib.rcParams) == before


FOREIGN = {"figure.constrained_layout.use": True, "lines.marker": "o", "path.sketch": (1, 100, 2),
           "font.family": ["monospace"], "figure.subplot.left": 0.4}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("settings", [
    FOREIGN, {"figure.autolayout": True}, "classic", "seaborn-v0_8-poster"], ids=str)
def test_a_readers_settings_of_matplotlib_change_no_picture(settings):
    def seen():
        live = LiveFigure(Scene(object()).draw, size=SIZE)
        live.theme = "dark"
        return live.still()["image/png"], live.close()

    wanted = seen()
    with matplotlib.rc_context():
        matplotlib.style.use(settings)
        theirs = dict(matplotlib.rcParams)
        assert seen() == wanted
        assert dict(matplotlib.rcParams) == theirs


def slow_to_draw(live):
    """Makes the next drawing slow; an event that tells when it has begun."""
    class Slow(type(live.scene.line)):
        def draw(self, renderer):
            began.set()
            time.sleep(0.1)
            super().draw(renderer)

    began = threading.Event()
    live.scene.line.__class__ = Slow
    live.scene.line.stale = True
    return began


def test_a_second_thread_waits_until_the_picture_is_drawn(live):
    # JupyterLab has what the page says handled in a subshell, a thread of its own
    live.rest()
    alone, seen = shown(live), []
    live.refresh()
    live.observe(lambda change: seen.append(change.new), "frame")
    began = slow_to_draw(live)
    page = threading.Thread(target=live.rest)
    page.start()
    assert began.wait(5)
    live.refresh()
    page.join()
    assert [frame["ratio"] for frame in seen] == [2, 1]
    assert np.array_equal(decoded(seen[0]["png"]), alone)


@pytest.mark.parametrize("late", ["rest", "_draw_anew"])
def test_closing_waits_for_a_second_thread_and_what_comes_late_does_nothing(live, late):
    def page(action):
        try:
            action()
        except Exception as error:
            failed.append(error)

    began, failed = slow_to_draw(live), []
    hands = [threading.Thread(target=page, args=(live.rest,)),
             threading.Thread(target=page, args=(getattr(live, late),))]
    hands[0].start()
    assert began.wait(5)
    live.close()
    hands[1].start()
    for hand in hands:
        hand.join()
    assert not failed
    assert live.film is None


def test_a_program_that_ends_with_an_open_panel_ends_quietly():
    said = subprocess.run([sys.executable, "-c", "import rnnlib; panel = rnnlib.stacked_layers()"],
                          cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stderr == ""


def test_no_global_list_of_figures_is_loaded():
    code = ("import sys, rnnlib.explorers.itemised, rnnlib.explorers.vanishing\n"
            "print('matplotlib.pyplot' in sys.modules)")
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    assert said.stdout.strip() == "False"


def test_for_a_screen_it_is_drawn_so_that_its_smallest_words_are_as_high_as_asked():
    live = LiveFigure(Scene(Film(SIZE)).draw, size=SIZE)
    own = live.size
    live.fill([1400, 1000], 26)
    least = live.film.smallest_text()
    assert live.size == pytest.approx([1400 * least / 26, 1000 * least / 26], abs=1)
    assert live.film.pixels(2).shape[1::-1] == tuple(2 * side for side in live.size)
    live.fill([100, 100], 26)  # no smaller than its words have room
    assert live.size == [round(0.9 * side) for side in own]
    live.fill()
    assert live.size == own
    live.close()


def test_a_size_that_is_left_leaves_the_picture_as_it_was():
    live = LiveFigure(Scene(Film(SIZE)).draw, size=SIZE)
    before = live.film.pixels(1).copy()
    live.fill([1600, 1200], 20)
    live.fill()
    assert np.array_equal(live.film.pixels(1), before)
    live.close()

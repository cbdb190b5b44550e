"""The explorer of names works whatever is typed, and shows what is true."""
import itertools

import ipywidgets
import numpy as np
import pytest
from live_controls import live_widgets

import rnnlib as rl
from rnnlib.charts import names as draw_names
from rnnlib.explorers.names import MOST_LETTERS
from rnnlib.sequences.names import ALPHABET, Split, first_names, n_gram
from rnnlib.sequences.spelling import followed, log_probability, sample, spelled

pytestmark = pytest.mark.filterwarnings("error")
ALL = first_names().split()
SPLIT = Split(("maria", *ALL.train[:300]), ALL.held_out[:40])
NET = rl.Network(27, 8, 27, "gru", seed=3)
HACK = "<img src=x onerror=alert(1)>"


@pytest.fixture
def names(kept):
    """Makes panels and closes them after the test."""

    def make(net=NET, **options):
        return kept(rl.names_explorer(net, SPLIT, **options))

    return make


def texts(artists):
    return [artist.get_text() for artist in artists]


def demand_faithful(panel):
    """The artists show the name, the numbers and the made-up names."""
    v, shown = panel.values, panel.explorer.shown
    one, k = spelled(NET, v.name), len(v.name) + 1
    bars = shown["spelling"].bars
    np.testing.assert_array_equal([bar.get_height() for bar in bars[:k]], one.probabilities)
    assert not any(bar.get_height() for bar in bars[k:])
    signs = [draw_names.END_SHOWN if sign == "." else sign for sign in one.text]
    assert texts(shown["spelling"].signs) == signs + [""] * (draw_names.MOST_PLACES - k)
    for place in range(k):
        best = ALPHABET[one.foretold[place].argmax()]
        best = draw_names.END_SHOWN if best == "." else best
        assert shown["spelling"].likeliest[0][place].get_text().split()[0] == best
    assert shown["spelling"].ax.get_xlim() == (-0.5, k - 0.5)
    heat = shown["units"].cells
    np.testing.assert_array_equal(heat.get_array(), panel.numbers["units"])
    assert heat.get_array().shape == (8, k), "of 8 units all have room"
    assert heat.get_extent()[:2] == [-0.5, k - 0.5]
    drawn = sample(NET, draw_names.NAMES_SHOWN, temperature=v.temperature, most=MOST_LETTERS,
                   seed=v.seed)
    for name, text in zip(drawn.names, texts(shown["made up"].names), strict=True):
        assert name.startswith(text.rstrip("…")) or (name, text) == ("", "(no letter)")
    assert panel.live.reading in panel.live.label


# -- controls --------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["a", "bo", "Elizabeth", " mary ", "z" * MOST_LETTERS])
def test_any_name_can_be_shown(names, typed):
    panel = names()
    panel.controls["name"].field.value = typed
    assert panel.values.name == typed.strip().lower()
    assert panel.controls["name"].complaint.value == ""
    demand_faithful(panel)


@pytest.mark.usefixtures("undrawn")
def test_every_corner_can_be_shown(names):
    panel = names()
    controls = panel.controls
    ends = {"name": ["a", "q" * MOST_LETTERS], "order": controls["order"].options,
            "temperature": [controls["temperature"].min, controls["temperature"].max],
            "seed": [0, 9999]}
    for corner in itertools.product(*ends.values()):
        panel.set(**dict(zip(ends, corner, strict=True)))
        demand_faithful(panel)


def test_every_preset_can_be_shown(names):
    panel = names()
    for preset in panel.explorer.presets.values():
        panel.set(**preset)
        demand_faithful(panel)


@pytest.mark.parametrize(("typed", "sentence"), [
    ("Zoë", "has 'ë'; 'zoe' would do"), ("ann lee", "'annlee' would do"), ("", "at least one"),
    ("x" * 16, "at most 15 letters, got 16"), ("3", "has '3'"), (".", "has '.'"),
    ("$x$", "has '$'; 'x' would do"), ("<b>", "has '<'; 'b' would do"),
    (HACK, "at most 15 letters"), ("\\frac", "has '\\\\'"),
])
def test_what_is_no_name_gets_a_sentence_and_the_picture_stays(names, typed, sentence):
    panel = names()
    before, frame = panel.numbers, panel.live.frame
    name = panel.controls["name"]
    name.field.value = typed
    assert sentence in name.complaint.value
    assert panel.numbers is before
    assert panel.live.frame == frame
    assert panel.values.name == "maria"
    panel.controls["temperature"].value = 0.5
    assert len(typed) < 2 or typed not in panel.live.label + panel.live.summary
    name.field.value = "ann"
    assert (name.complaint.value, panel.values.name) == ("", "ann")


def test_what_is_typed_is_never_html(names):
    """The sentence stands in a Label, which the page writes as text; nothing typed reaches an
    HTML widget or the bundle of the stored output."""
    panel = names()
    panel.controls["name"].field.value = "<b onclick=1>"
    assert type(panel.controls["name"].complaint) is ipywidgets.Label
    assert not [w for w in live_widgets() if isinstance(w, ipywidgets.HTML)]
    data, _ = panel._repr_mimebundle_()
    assert "text/html" not in data
    assert "<b" not in data["text/plain"]


def test_a_field_leaves_alone_what_means_the_same_and_follows_a_new_value(names):
    name = names().controls["name"]
    name.field.value = " Ann"
    assert (name.value, name.field.value) == ("ann", " Ann")
    name.field.value = "7"
    name.value = "bo"
    assert (name.field.value, name.complaint.value) == ("bo", "")


# -- numbers and words -----------------------------------------------------------------------
def test_the_bars_are_the_surprise_of_three_models(names):
    panel = names(name="James")
    found = panel.numbers["surprise"]
    np.testing.assert_allclose(found, [
        -log_probability(NET, "james")[0],
        *(-n_gram(SPLIT.train, order).log_probability("james") for order in (4, 2))])
    widths = [bar.get_width() for bar in panel.explorer.shown["surprise"].bars]
    np.testing.assert_allclose(widths / found, (widths / found)[0])
    assert f"“james” surprises the network by {found[0]:.1f} nats" in panel.live.reading


@pytest.mark.parametrize(("order", "feature"), [
    ("follow vowels", "vowel"), ("count letters", "place"), ("follow the end", "end"),
    ("see a letter twice", "twice")])
def test_the_units_are_those_that_follow_it_best(names, order, feature):
    net = rl.Network(27, 30, 27, "gru", seed=3)
    panel = names(net)
    assert panel.numbers["units"].shape == (30, 6)
    panel.set(order=order, name="alexandra")
    r = followed(net, SPLIT.train).r[feature]
    best = sorted(np.argsort(-np.abs(r))[:draw_names.UNITS_NAMED], key=lambda k: -r[k])
    np.testing.assert_array_equal(panel.numbers["units"], spelled(net, "alexandra").a[0].T[best])
    told = texts(panel.explorer.shown["units"].words)
    assert told == [f"{k + 1}:  {r[k]:+.2f}" for k in best]
    # the words stand beside their rows, the first at the top
    y = [text.get_position()[1] for text in panel.explorer.shown["units"].words]
    np.testing.assert_allclose(y, 1 - (np.arange(12) + 0.5) / 12)
    panel.controls["order"].value = "all"
    assert set(texts(panel.explorer.shown["units"].words)) == {""}


def test_known_names_are_marked(names, monkeypatch):
    real, held = SPLIT.train[0], SPLIT.held_out[0]
    monkeypatch.setattr("rnnlib.explorers.names.sample", lambda *_, **__: rl.spelling.Drawn(
        (real, held, "qqq", "ann", ""), (True, True, True, False, True)))
    panel = names()
    shown = panel.explorer.shown["made up"]
    marks = [draw_names.KINDS[kind][0] for kind in ("learned", "held out", "new", "cut off", "new")]
    assert texts(shown.marks)[:5] == marks
    assert [artist.get_weight() for artist in shown.names[:3]] == ["normal", "bold", "normal"]
    assert "Of 5 names made up, 1 are among those it learned, 1 among those" in panel.live.reading
    assert texts(shown.names)[4:6] == ["(no letter)", ""]


@pytest.mark.parametrize(("name", "words"), [
    (SPLIT.train[3], "it was trained on this name"), (SPLIT.held_out[3], "this name was held out"),
    ("xqzvk", "this name is in no list")])
def test_the_reading_says_whether_the_name_is_known(names, name, words):
    assert words in names(name=name).live.reading


def test_pin_keeps_the_surprise_for_comparison(names):
    panel = names()
    before = panel.numbers["surprise"]
    panel.pin()
    panel.controls["name"].field.value = "alexandra"
    widths = np.array([bar.get_width() for bar in panel.explorer.shown["surprise"].bars])
    ghost = panel.explorer.shown["surprise"].ghost.get_xdata()
    np.testing.assert_allclose(ghost / before, widths / panel.numbers["surprise"])
    assert "[Pinned: “maria” surprises" in panel.live.reading


def test_the_tables_hold_all_that_is_plotted(names):
    panel = names(order="follow vowels")
    panel.live.open_table()
    signs, surprise, units, made_up = (table["rows"] for table in panel.live.tables)
    assert [row[0] for row in signs] == [*"maria", draw_names.END_SHOWN]
    assert [float(row[1]) for row in signs] == pytest.approx(
        panel.numbers["probabilities"], rel=1e-3)
    assert [row[0] for row in surprise] == ["network", "4-gram", "bigram"]
    for rows, name in ((surprise, "surprise"), (units, "units")):
        found = np.array([[float(number) for number in row[1:]] for row in rows])
        wanted = panel.numbers[name].reshape(found.shape)
        np.testing.assert_allclose(found, wanted, rtol=5e-3)
    told = texts(panel.explorer.shown["units"].words)[:8]
    assert [row[0] for row in units] == [f"unit {words.partition(':')[0]}" for words in told]
    assert [row[0] for row in made_up] == [
        name or "(no letter)" for name in panel.numbers["drawn"].names]


def test_layers_and_cells_of_any_kind(names):
    panel = names(rl.Network(27, (4, 3), 27, "lstm"))
    assert panel.numbers["units"].shape == (3, 6)


@pytest.mark.parametrize(("make", "error", "sentence"), [
    (lambda: rl.names_explorer(rl.Network(3, 2, 3), SPLIT), ValueError, "n_x = n_y = 27"),
    (lambda: rl.names_explorer(NET, SPLIT, name="zoë"), ValueError, "has 'ë'"),
])
def test_what_does_not_fit_gets_a_sentence(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()

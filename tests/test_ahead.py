"""What is sent ahead is what the kernel would show; a hand that moves is never kept waiting."""
import asyncio
import json

import explorer_cases as cases
import pytest
from memory import left_behind

import rnnlib as rl
from rnnlib.widgets import ahead, background
from rnnlib.widgets.ahead import heard_of, neighbours, steps_of
from rnnlib.widgets.controls import slider


def sent(panel, name, act=None, far=True, round=1):
    """The pictures that the page gets while the hand is on a control; `act(pictures)` is called
    between two of them."""
    said, pictures = [], []
    panel.live.send = lambda message: (said if message["kind"] == "heard" else pictures).append(
        message)

    async def page():
        hand = [*panel.controls].index(name)
        panel.live._handle_custom_msg({"kind": "hand", "hand": hand, "round": round, "far": far,
                                       "at": 7}, [])
        while background._under_way:
            await asyncio.sleep(0)
            if act:
                act(pictures)

    asyncio.run(page())
    assert said == [{"kind": "heard", "at": 7, "far": far}]
    assert all(message["round"] == round for message in pictures)
    return [message["picture"] for message in pictures]


def frame(panel):
    """What the page has of the kernel's own answer."""
    return {**panel.live.frame, "label": panel.live.label, "reading": panel.live.reading}


def choose(panel, name, picture):
    """Have the page choose the value that a picture belongs to."""
    trait = heard_of(panel.controls[name])[1]
    setattr(panel.controls[name], trait, picture["of"][[*panel.controls].index(name)])


@pytest.fixture
def panel(kept):
    return kept(rl.vanishing_and_exploding(T=7, n=2))


@pytest.fixture
def near_only(monkeypatch):
    monkeypatch.setattr(ahead, "SPARE", 0)


@pytest.mark.parametrize("explorer", cases.EXPLORERS)
def test_it_is_what_the_kernel_shows_and_leaves_the_picture_as_it_is(
        explorer, kept, near_only, monkeypatch):
    monkeypatch.setattr(ahead, "NEAR", 1)
    panel = kept(cases.explorer(explorer))
    hands = {control.told["kind"]: name for name, control in panel.controls.items()
             if [*neighbours(control)] and name not in panel.explorer.narrows}
    for name in hands.values():
        before = panel.live.film.pixels().copy()
        pictures = sent(panel, name)
        assert (panel.live.film.pixels() == before).all()
        assert pictures
        for picture in pictures:
            choose(panel, name, picture)
            assert frame(panel) == json.loads(json.dumps(picture))


@pytest.mark.parametrize("explorer", cases.EXPLORERS)
def test_a_control_that_narrows_no_other_changes_no_other(explorer, kept):
    panel = kept(cases.explorer(explorer))
    panel._holding = True
    for name, control in panel.controls.items():
        before = vars(panel.values)
        for value in [] if name in panel.explorer.narrows else neighbours(control):
            control.value = value
            assert vars(panel.values) == {**before, name: value}
        control.value = before[name]


def test_the_nearest_come_first_and_once(panel, near_only):
    first = [picture["of"][0] for picture in sent(panel, "rho")]
    assert first[:4] == pytest.approx([1.05, 0.95, 1.1, 0.9])
    panel.set(rho=1.05)
    then = [picture["of"][0] for picture in sent(panel, "rho")]
    assert not set(first) & set(then)
    assert [picture["of"][0] for picture in sent(panel, "rho", round=2)][:2] == [1.1, 1.0]


def test_what_fits_is_sent_where_the_machine_has_time(panel, monkeypatch):
    monkeypatch.setattr(ahead, "SPARE", float("inf"))
    monkeypatch.setattr(ahead, "MOST", 1_000_000)
    sizes = [len(picture.get("png") or picture["ink"]) for picture in sent(panel, "rho")]
    assert 2 * ahead.NEAR < len(sizes) < 60
    assert sum(sizes) - sizes[-1] < 1_000_000 <= sum(sizes)


def test_another_picture_ends_it(panel):
    moved = sent(panel, "rho", lambda got: len(got) == 3 and panel.set(T=20))
    assert len(moved) == 3


def test_a_pin_a_theme_and_a_size_have_pictures_of_their_own(panel, near_only):
    bases, first = set(), sent(panel, "rho")
    for act in (panel.pin, lambda: panel.live.set_trait("theme", "dark"),
                lambda: panel.live.fill([1400, 1000], 26), panel.pin):
        act()
        pictures = sent(panel, "rho")
        assert len(pictures) >= len(first) - 1
        bases |= {picture["base"] for picture in pictures}
        assert {picture["base"] for picture in pictures} == {panel.live.frame["base"]}
    assert len(bases) == 4


def test_a_page_that_is_near_and_a_control_that_narrows_others_get_none(panel, kept):
    assert sent(panel, "rho", far=False) == []
    assert sent(panel, "seed") == []
    assert sent(kept(rl.stacked_layers()), "T") == []


def test_the_pages_slider_gives_these_values_to_the_last_bit():
    # read in a page: 1.25 is not among them
    assert steps_of(slider("", "", 0.0, 3.0, 1.0, 0.05))[24:27] == [1.2, 1.2500000000000002, 1.3]
    assert steps_of(slider("", "", 2, 9, 3, 2)) == [2, 4, 6, 8]


def test_nothing_is_left_behind():
    def used():
        panel = rl.vanishing_and_exploding(T=7, n=2)
        sent(panel, "rho", lambda got: len(got) == 2 and panel.close())
        return panel

    assert left_behind(used) == (0, 0)

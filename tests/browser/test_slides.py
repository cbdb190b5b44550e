"""Both lectures as their decks, from a folder: no kernel, no network, nothing cut, all alive."""
import re
import subprocess
import sys

import axe
import harness
import pytest
from playwright.sync_api import expect

from tools.notebooks import ROOT
from tools.slides import lectures

NAMES = "forward", "backward_and_vanishing"
HALL, SMALLER = {"width": 1920, "height": 1080}, {"width": 1280, "height": 720}
LAST_ROW = 26 / 1080
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}
HERE = "Reveal.getIndices().h"
# all of a slide that is outside it, or cut off by a part that would have to scroll
CUT = """(section) => {
  const box = section.getBoundingClientRect(), out = [];
  for (const node of section.querySelectorAll('*')) {
    if (node.closest('.notes')) continue;
    const { width, height, left, right, top, bottom } = node.getBoundingClientRect();
    const hides = node.matches('.rnnlib-room') || (getComputedStyle(node).overflow !== 'visible'
      && node.matches('.rg, .frame, pre, figure, .wide, .equation'));
    const scrolls = hides && (node.scrollHeight > node.clientHeight + 1
      || node.scrollWidth > node.clientWidth + 1);
    const outside = width && height && (left < box.left - 1 || right > box.right + 1
      || top < box.top - 1 || bottom > box.bottom + 1);
    if (scrolls || outside) out.push(node.outerHTML.slice(0, 120));
  }
  return out;
}"""
# the smallest of the slide's own words, as a share of the screen's height
SMALLEST = """(section) => {
  const words = [...section.querySelectorAll(':is(.told, .code) *')].filter((node) =>
    !node.closest('math') && [...node.childNodes].some((one) => one.nodeType === 3
      && one.textContent.trim()));
  return Math.min(...words.map((node) => parseFloat(getComputedStyle(node).fontSize)))
    * Reveal.getScale() / innerHeight;
}"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The folder of both decks, with short recordings, written in a process of its own: it runs
    kernels, whose loops must not meet the browser's."""
    folder = tmp_path_factory.mktemp("slides")
    write = [sys.executable, "-m", "tools.slides", *NAMES, "--to", folder, "--values", *"321"]
    done = subprocess.run(write, text=True, check=False, capture_output=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def opened(decks, browser):
    """A function: name of a deck -> its page, open; quiet at the end."""
    window = harness.Page(browser)

    def open_(name, size=HALL, place=""):
        window.page.set_viewport_size(size)
        window.page.goto(f"{decks.as_uri()}/{name}.html{place}")
        window.page.wait_for_function("window.Reveal?.isReady()")
        return window.page

    yield open_
    found = window.console_errors, window.outgoing
    window.close()
    assert found == ([], [])


def at(page, name):
    """The slide of a name, shown with its picture there."""
    page.evaluate("name => { location.hash = `/${name}`; }", name)
    section = page.locator(f"section#{name}.present")
    section.wait_for()
    for figure in section.locator("[data-recording]").all():
        figure.locator(".settings").wait_for()
    return section


def slides_of(name, kind=lambda slide: True):
    return [slide.name for slide in lectures.lecture(name).slides if kind(slide)]


def shown(page, name):
    """A slide with all that it asks and answers."""
    section = at(page, name)
    while page.evaluate("Reveal.availableFragments().next"):
        page.evaluate("Reveal.nextFragment()")
    return section


@pytest.mark.parametrize("size", [HALL, SMALLER], ids=lambda size: str(size["height"]))
@pytest.mark.parametrize("name", NAMES)
def test_every_slide_is_whole_and_read_from_the_last_row(opened, name, size):
    page = opened(name, size)
    assert page.evaluate("Reveal.getTotalSlides()") == len(slides_of(name))
    for slide in slides_of(name):
        section = shown(page, slide)
        assert section.evaluate(CUT) == [], slide
        assert section.evaluate(SMALLEST) >= LAST_ROW, slide
        assert section.locator(":is(.graph, figure)").count() <= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_stepper_steps_by_key_and_every_explorer_moves_by_its_slider(opened, name):
    page, moved = opened(name), {"steps": 0, "sliders": 0, "graphs": 0}
    for slide in slides_of(name, lambda slide: slide.cell):
        section = at(page, slide)
        if section.locator(".steps input").count():
            moved["steps"] += 1
            section.locator(".steps input").press("ArrowRight")
            step = lectures_step(name, slide)
            expect(section.locator("span.count")).to_have_text(re.compile(rf"^{step + 1} / \d+$"))
        elif section.locator("figure").count():
            moved["sliders"] += 1
            place = section.locator("[data-asked]")
            before = place.get_attribute("data-asked")
            slider = section.locator("input[type=range]:enabled").first
            slider.press("ArrowLeft")
            if place.get_attribute("data-asked") == before:  # it stood at its lower end
                slider.press("ArrowRight")
            assert place.get_attribute("data-asked") != before
        elif section.locator(".stage").count():
            moved["graphs"] += 1
            section.locator(".stage").press("ArrowUp")
            expect(section.locator(".cursor")).to_have_count(1)
        assert section.evaluate("node => node.classList.contains('present')")
    print(moved)
    assert moved["steps"] > 0
    assert moved["sliders"] + moved["graphs"] > 3


def lectures_step(name, slide):
    """At which step the stepper of a slide stands, as the list says."""
    (found,) = (one for one in lectures.lecture(name).slides if one.name == slide)
    return found.step or 1


def test_the_index_leads_to_the_decks_and_to_paper(decks):
    links = re.findall(r'href="([^"]+\.html[^"]*)"', (decks / "index.html").read_text("utf-8"))
    assert {link.partition("?")[0] for link in links} == {f"{name}.html" for name in NAMES}
    assert sum(link.endswith("?view=print") for link in links) == len(NAMES)


def test_arrows_step_inside_a_stepper_and_turn_outside(opened):
    page = opened("forward")
    section = at(page, "forward-steps")
    count, here = page.locator("#forward-steps span.count"), page.evaluate(HERE)
    section.get_by_role("button", name="Next step").click()
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text(re.compile("^3 / "))
    assert page.evaluate(HERE) == here
    page.keyboard.press("Escape")
    for _ in range(3):  # question and answer, then the next slide
        page.keyboard.press("ArrowRight")
    assert page.evaluate(HERE) == here + 1
    expect(count).to_have_text(re.compile("^3 / "))


@pytest.mark.parametrize("css", ["span.steps input", "[data-do=next]", ".stage", "select"])
def test_a_clicker_turns_the_slide_wherever_the_focus_is(opened, css):
    page = opened("backward_and_vanishing")
    section = at(page, "two-ways-meet")
    here, said = page.evaluate(HERE), section.locator("span.count").inner_text()
    section.locator(css).first.focus()
    page.keyboard.press("PageDown")
    assert page.evaluate(HERE) == here + 1
    page.keyboard.press("PageUp")
    assert page.evaluate(HERE) == here
    assert section.locator("span.count").inner_text() == said


def test_a_slider_keeps_its_arrows_and_a_picture_fills_the_screen(opened):
    page = opened("backward_and_vanishing")
    section = at(page, "one-number-moves")
    here, place = page.evaluate(HERE), section.locator("[data-asked]")
    section.locator("input[type=range]").first.press("Home")
    before = place.get_attribute("data-asked")
    page.keyboard.press("ArrowRight")
    assert place.get_attribute("data-asked") != before
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement?.tagName === 'FIGURE'")
    page.keyboard.press("PageDown")
    assert page.evaluate(HERE) == here
    page.keyboard.press("f")
    page.wait_for_function("!document.fullscreenElement")


@pytest.mark.parametrize(("deck", "name", "states"), [
    ("forward", "loop", [(0, 0), (1, 0), (1, 1)]),  # what has a picture shows it first
    ("forward", "by-hand", [(0, 0), (1, 0), (1, 1)]),
    ("backward_and_vanishing", "what-notices", [(1, 0), (1, 1)])])
def test_a_prediction_is_asked_then_answered(opened, deck, name, states):
    page = opened(deck)
    at(page, name)
    question, answer = page.locator(f"#{name} .asked"), page.locator(f"#{name} .answer")
    for state in states:
        assert (question.is_visible(), answer.is_visible()) == state
        page.keyboard.press("PageDown")
    expect(page.locator(f"#{name}.present")).to_have_count(0)


def test_the_speaker_sees_minute_question_and_mistake(opened):
    page = opened("forward")
    at(page, "loop")
    with page.context.expect_page() as opening:
        page.keyboard.press("s")
    notes = opening.value.locator(".speaker-controls-notes .value")
    for words in ("Minute: 7 to 11", "Ask: ", "Often got wrong: ", "The answer in full: 4 times"):
        expect(notes).to_contain_text(words)
    opening.value.close()


@pytest.mark.parametrize("theme", GROUNDS)
def test_the_deck_follows_the_theme(opened, theme):
    page = opened("forward")
    page.emulate_media(color_scheme=theme)
    section = at(page, "every-unit")
    for css in ("body", ".present .rg"):
        expect(page.locator(css)).to_have_css("background-color", GROUNDS[theme])
    expect(section).to_have_css("background-color", GROUNDS[theme])


@pytest.mark.parametrize("name", NAMES)
def test_paper_has_a_page_for_each_slide_and_nothing_is_cut(opened, name):
    page = opened(name, place="?view=print")
    page.wait_for_function("""() => [...document.querySelectorAll('[data-recording]')].every(
        (figure) => figure.querySelector('.settings'))""")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", paper)) == len(slides_of(name))
    page.emulate_media(media="print")
    for section in page.locator("section").all():
        assert section.evaluate(CUT) == []
        assert section.locator(".answer:visible").count() == section.locator(".answer").count()


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("kind", ["h2", ".graph", "[data-recording]", ".code", ".answer"])
def test_axe_finds_nothing_on_a_slide_of_each_kind(opened, kind, theme):
    page = opened(NAMES[1])
    page.emulate_media(color_scheme=theme)
    shown(page, page.locator(f"section:has({kind})").first.get_attribute("id"))
    assert axe.findings(page) == []

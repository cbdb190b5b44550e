"""The pages under a real hand, opened from a folder: no server, no kernel, no network."""
from statistics import median

import frames
import harness
import pytest

from tools.notebooks import all_notebooks

PAGES = ["index", *(path.stem for path in all_notebooks())]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
GROUND = """() => [getComputedStyle(document.body).backgroundColor,
  ...[...document.querySelectorAll('.rg')].map(g => getComputedStyle(g).backgroundColor)]"""
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}
STEPPER = "03_backpropagation_through_time"


@pytest.fixture
def opened(site, browser):
    """A function: name of a page -> that page, open; quiet at the end."""
    window = harness.Page(browser)

    def open_(name):
        window.page.goto((site / f"{name}.html").as_uri())
        return window.page

    yield open_
    found = window.console_errors, window.outgoing
    window.close()
    assert found == ([], [])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_in_both_themes_and_on_a_phone(opened, name):
    page = opened(name)
    assert page.locator(".graph").count() == page.locator(".graph > .rg").count()
    for theme, ground in GROUNDS.items():
        page.emulate_media(color_scheme=theme)
        assert set(page.evaluate(GROUND)) == {ground}
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SIDEWAYS) == 0


def test_a_stepper_steps_by_click_and_by_key_at_once(opened):
    page = opened(STEPPER)
    root = page.locator(".graph").first
    said = [root.locator(".say").inner_text()]
    root.get_by_role("button", name="Next step").click()
    said.append(root.locator(".say").inner_text())
    page.keyboard.press("ArrowRight")
    said.append(root.locator(".say").inner_text())
    assert len(set(said)) == 3
    assert root.locator("span.count").inner_text().startswith("3 ")
    page.keyboard.press("Home")
    found = frames.after_each_press(page, root, ["ArrowRight"] * 12)
    print(found)
    assert median(found.frames) <= 2, found
    assert root.locator(".equation math").count() >= 1


def test_each_stepper_goes_its_own_way(opened):
    page = opened(STEPPER)
    counts = page.locator(".graph span.count")
    before = counts.all_inner_texts()
    page.locator(".graph").nth(1).get_by_role("button", name="Last step").click()
    after = counts.all_inner_texts()
    assert [k for k, (old, new) in enumerate(zip(before, after)) if old != new] == [1]


def test_an_answer_opens_by_key(opened):
    page = opened(STEPPER)
    answer = page.locator("details").first
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.evaluate("node => node.open")
    assert len(answer.inner_text()) > len("Answer") + 10

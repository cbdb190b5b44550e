"""The pages under a real hand, opened from a folder and from a server: no kernel, no network."""
import base64
import subprocess
import sys
from statistics import median

import axe
import frames
import harness
import pytest
from playwright.sync_api import expect

import rnnlib as rl
from tools.handouts import put_on_paper
from tools.notebooks import ROOT, all_notebooks, code_cells, read, same_picture

PAGES = ["index", *(path.stem for path in all_notebooks())]
CHARTS = [path.stem for path in all_notebooks() if any(
    "image/png" in output.get("data", {}) for _, cell in code_cells(read(path))
    for output in cell.outputs)]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
GROUND = """() => [getComputedStyle(document.body).backgroundColor,
  ...[...document.querySelectorAll('.rg')].map(g => getComputedStyle(g).backgroundColor)]"""
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}
STEPPER = "03_backpropagation_through_time"
NOTEBOOK = ROOT / "notebooks" / f"{STEPPER}.ipynb"
EXPLORER, LINES = "06_stacked_layers", "02_forward_propagation"  # which has no heat map
COLOURS = """() => [...document.querySelectorAll('main *')].map(getComputedStyle).map(
  style => [style.color, style.fill, style.stroke, style.backgroundColor].join())"""
ON_PAPER = """({width, height}) => {
  const all = (kinds) => [...document.querySelectorAll(`main :is(${kinds})`)];
  const box = (node) => node.getBoundingClientRect();
  const cut = all('.graph svg, figure > .wide, figure > .wide > * > svg, img, math, pre, table')
    .filter((node) => box(node).right > width);
  const broken = all('.graph, figure').filter((node) => box(node).height > height
    || getComputedStyle(node).breakInside !== 'avoid');
  return [cut, broken].map((nodes) => nodes.map((node) => node.outerHTML.slice(0, 200)));
}"""
# what the policy says to a handler and to a script in the page's text
SMUGGLED = """() => new Promise((done) => {
  const said = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    if (said.push(effectiveDirective) === 2) done(said.sort());
  });
  document.body.insertAdjacentHTML('beforeend', "<img src='none.png' onerror='hacked = 1'>");
  const script = document.createElement('script');
  script.textContent = 'hacked = 1';
  document.body.append(script);
})"""
# within a browser's margins A4 is the narrower, Letter the lower
PAPER = {"width": 718, "height": 979}


@pytest.fixture
def opened(site, browser):
    """A function: name of a page -> that page, open; quiet at the end."""
    window = harness.Page(browser)

    def open_(name, where=None):
        window.page.goto(f"{where or site.as_uri()}/{name}.html")
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
        harness.demand(lambda: set(page.evaluate(GROUND)),
                       lambda found, ground=ground: found == {ground})
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        harness.demand(lambda: page.evaluate(SIDEWAYS), lambda over: over == 0)


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
    plays = page.evaluate("""() => {
      const all = [...document.querySelectorAll('.graph [data-do=play]')];
      all[1].click();
      const found = all.map((button) => button.ariaLabel);
      all[1].click();
      return found; }""")
    assert [k for k, play in enumerate(plays) if play == "Pause (space)"] == [1]


@pytest.mark.parametrize("where", ["folder", "served"])
def test_a_script_that_came_into_a_page_does_not_run(site, browser, request, where):
    window = harness.Page(browser)
    address = site.as_uri() if where == "folder" else request.getfixturevalue(where)
    window.page.goto(f"{address}/00_start_here.html")
    assert window.quiet
    assert window.page.evaluate(SMUGGLED) == ["script-src-attr", "script-src-elem"]
    assert window.page.evaluate("window.hacked") is None
    window.close()


# ---------------------------------------------------------------- on paper

def printed(page, **media):
    """A page as it goes to paper, each of its explorers loaded."""
    recorded(page)
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print", **media)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_on_paper_and_no_picture_broken(opened, name):
    page = opened(name)
    printed(page)
    harness.demand(lambda: page.evaluate(ON_PAPER, PAPER), lambda found: found == [[], []])


@pytest.mark.parametrize("name", [STEPPER, EXPLORER])
def test_paper_is_the_same_from_a_dark_page(opened, name):
    page, shown = opened(name), {}
    for theme in GROUNDS:
        printed(page, color_scheme=theme)
        assert set(page.evaluate(GROUND)) == {GROUNDS["light"]}
        shown[theme] = page.evaluate(COLOURS)
        page.emulate_media(media="screen")
    assert shown["dark"] == shown["light"]


def test_paper_shows_what_is_read_and_the_answers_that_were_opened(opened):
    page = opened(STEPPER)
    for name in ("Skip", "Open the answer"):
        page.locator(".question").nth(1).get_by_role("button", name=name).click()
    printed(page)
    assert [one.is_visible() for one in page.locator(".question .why").all()].count(True) == 1
    for other in page.locator(":is(button, input, nav, aside, .about, figure .note)").all():
        assert not other.is_visible()
    for one in page.locator(":is(.say, .equation, .legend)").all():
        assert one.is_visible()
    for one in page.locator("h2").all():
        expect(one).to_have_css("break-after", "avoid")
    # else the legend's scale of colours stays white
    expect(page.locator(".graph .legend").first).to_have_css("print-color-adjust", "exact")


def test_only_a_stepper_that_was_not_moved_shows_another_step_on_paper(opened):
    page = opened(STEPPER)
    stored = next(output.data["text/plain"] for _, cell in code_cells(read(NOTEBOOK))
                  for output in cell.outputs if "image/svg+xml" in output.get("data", {}))
    said, other = (page.locator(".graph .say").nth(k) for k in (0, 1))
    page.locator(".graph").nth(1).get_by_role("button", name="Next step").click()
    before = said.inner_text(), other.inner_text()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert f"Now: {said.inner_text()}." in stored
    assert other.inner_text() == before[1]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert (said.inner_text(), other.inner_text()) == before


def test_a_handout_is_the_page_on_paper(opened, site):
    address = f"{site.as_uri()}/{LINES}.html"
    closed, answered = (put_on_paper(opened(LINES), address, answers=shown)
                        for shown in (False, True))
    assert closed.count(b"/Type /Page\n") >= 5
    assert len(answered) > len(closed)
    assert b"/Subtype /Image" not in closed


def test_the_command_prints_the_notebooks_that_are_named(tmp_path):
    command = [sys.executable, "-m", "tools.handouts", "00", "--into", tmp_path]
    said = subprocess.run(command, cwd=ROOT, text=True, check=True, capture_output=True).stdout
    assert said == f"{tmp_path / '00_start_here.pdf'}\n"
    assert (tmp_path / "00_start_here.pdf").read_bytes().startswith(b"%PDF")


def test_charts_are_lines_on_paper(opened):
    page = opened(LINES)
    assert b"/Subtype /Image" in page.pdf(format="A4")  # not loaded yet, so stored pictures
    recorded(page)
    assert b"/Subtype /Image" not in page.pdf(format="Letter")


# ---------------------------------------------------------------- recorded explorers

@pytest.fixture
def served(site):
    """The address of the site on a server, in a folder of its own."""
    with harness.serving(site.parent) as address:
        yield f"{address}/{site.name}"


def recorded(page):
    """The recorded explorers of a page, each loaded as a reader comes to it."""
    figures = page.locator("[data-recording]").all()
    for figure in figures:
        figure.scroll_into_view_if_needed()
        figure.locator(".settings").wait_for()
    return figures


def seen(figure):
    """What a recorded explorer shows: the place of each control, and its sentence."""
    return (figure.locator("[role=img]").get_attribute("data-asked"),
            figure.locator(".reading").inner_text())


@pytest.mark.parametrize("name", CHARTS)
def test_every_control_of_a_recording_moves_by_key(opened, name):
    page = opened(name)
    for figure in recorded(page):
        start = seen(figure)
        reset = figure.get_by_role("button", name="reset")
        controls = figure.locator(".settings :is(input, select)").all()
        for control in [one for one in controls if one.is_enabled()]:
            switch = control.get_attribute("type") == "checkbox"
            places = set()
            for key in ["Space"] if switch else ["ArrowRight", "ArrowLeft", "ArrowLeft"]:
                control.press(key)
                places.add(seen(figure)[0])
            assert places - {start[0]}
            assert control.evaluate("node => node === document.activeElement")
            reset.press("Enter")
            assert seen(figure) == start
        buttons, places = figure.locator(".settings button:not(.rnnlib-screen)").all(), set()
        for button in buttons:
            button.press("Enter")
            places.add(seen(figure)[0])
        assert len(places) > 1 or len(buttons) == 1
        assert seen(figure) == start  # by the last of them


def test_a_recording_looks_as_in_the_kernel_in_both_themes(opened, kept):
    page, panel, shown = opened(EXPLORER), kept(rl.parameter_count()), {}
    picture = recorded(page)[0].locator("[role=img] svg")
    for theme, ground in GROUNDS.items():
        page.emulate_media(color_scheme=theme)
        expect(picture.locator("path").first).to_have_css("fill", ground)
        shown[theme] = picture.evaluate("node => node.outerHTML")
    for theme, svg in shown.items():
        panel.live.theme = theme
        page.set_content(f"<body style='margin: 0'>{svg}")  # at a whole pixel
        pictures = page.locator("svg").screenshot(), panel.live.film.png(1)
        assert same_picture(*(base64.b64encode(png).decode() for png in pictures))


def test_a_recording_works_from_a_server(opened, served):
    page = opened(EXPLORER, served)
    figure = recorded(page)[0]
    found = frames.after_each_press(page, figure, ["ArrowLeft", "ArrowRight"] * 6, "layers",
                                    frames.RECORDED)
    print(found)
    assert median(found.frames) <= 2, found


def test_tables_and_what_does_not_move_say_so(opened):
    page = opened(EXPLORER)
    figure = recorded(page)[0]
    figure.get_by_text("Numbers as a table").click()
    table = figure.locator("table").first
    before = table.inner_text()
    figure.get_by_role("slider").first.press("ArrowLeft")
    assert figure.locator("table").first.inner_text() != before
    assert figure.locator(".settings :disabled").count() > 0
    assert "A grey control" in figure.locator(".note").inner_text()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_page(opened, name):
    page = opened(name)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    if name in (STEPPER, EXPLORER):  # half a minute each: two stand for all pages
        recorded(page)
        page.emulate_media(color_scheme="dark")
        assert axe.findings(page, tags=axe.COLOURS) == []
        page.emulate_media(color_scheme="light")
    assert axe.findings(page) == []

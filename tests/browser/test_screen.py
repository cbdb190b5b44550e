"""A picture on the whole screen: all of it is seen, its words from the last row, and its keys work.

The last row wants words of 26 of 1080 px. Graphs and steppers have them; explorers do but where
charts are full.
"""
import contextlib

import harness
import pytest
from explorer_cases import EXPLORERS
from playwright.sync_api import expect

HALL, SMALLER = {"width": 1920, "height": 1080}, {"width": 1280, "height": 720}
LAST_ROW = 26 / 1080
# charts, and a stepper of two gated layers, with more in them than words have room for
CROWDED = {"coupled_responses": 0.85, "names_explorer": 0.85, "parameter_count": 0.9,
           "stacked_layers": 0.85, "backward lstm layer": 0.65}
CASES = f"import sys\nsys.path.insert(0, {str(harness.course.HERE / 'tests')!r})\n" \
    "import explorer_cases as cases\nfrom rnnlib.widgets.live_figure import ONE_AT_A_TIME\n"
FULL, NEXT_FRAME = "document.fullscreenElement", "requestAnimationFrame"
UNSEEN = f"""() => {{
  const root = {FULL};
  const out = [...root.querySelectorAll(':not(.noUi-origin)')].filter(node => {{
    const {{ width, right, bottom, left, top }} = node.getBoundingClientRect();
    return width && (right > innerWidth + 1 || bottom > innerHeight + 1 || left < -1 || top < -1);
  }});
  return [root.scrollHeight - innerHeight, out.length, out[0]?.outerHTML.slice(0, 80)];
}}"""
# the height of a graph's smallest words, numbers and indices
WORDS = f"""() => Math.min(...[...{FULL}.querySelectorAll(
  'button, select, .say, .count, .about, .bar > span, .key span, text, mn, mi, mo, mtext')].filter(
  node => node.textContent.trim() && node.getClientRects().length).map(
  node => parseFloat(getComputedStyle(node).fontSize) * node.currentCSSZoom))"""
# [what is not seen, the smallest words] at each step of a stepper, and of a graph
STEPS = f"""() => {{
  const slider = {FULL}.querySelector('.steps input'), found = [];
  for (let k = 0; k <= (slider?.max ?? 0); k++) {{
    if (slider) slider.value = k;
    slider?.dispatchEvent(new Event('input', {{ bubbles: true }}));
    found.push([({UNSEEN})(), ({WORDS})()]);
  }}
  return found;
}}"""
STEPPERS = ("forward tanh unit", "backward tanh unit", "backward lstm layer", "forward gru layer")


@contextlib.contextmanager
def opened(lab, browser, name, *cells):
    notebook = harness.Notebook.of(browser, lab, name, CASES, *cells)
    notebook.page.set_viewport_size(HALL)
    yield notebook
    notebook.demand_quiet()
    notebook.close()


@pytest.fixture(scope="module")
def panels(lab, browser):
    cells = [f"p{k} = cases.explorer({name!r})\np{k}" for k, name in enumerate(EXPLORERS)]
    with opened(lab, browser, "panels", *cells) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def steppers(lab, browser):
    cells = ["S = cases.steppers()\nS['unrolled tanh unit']", *(f"S[{one!r}]" for one in STEPPERS)]
    with opened(lab, browser, "steppers", *cells) as notebook:
        yield notebook


def entered(notebook, root):
    """The picture on the whole screen, entered by its key."""
    if notebook.page.evaluate(f"() => {FULL} !== null"):  # a test before has failed
        notebook.page.evaluate("() => document.exitFullscreen()")
    root.scroll_into_view_if_needed()
    root.locator(".rnnlib-screen").press("f")
    # a graph hears of it, and takes the room, a frame later
    notebook.page.wait_for_function(f"() => {FULL}?.matches(':not(.rg), .whole')")
    return root


def left(notebook):
    """Back in the page, by the key again."""
    notebook.page.keyboard.press("f")
    notebook.page.wait_for_function(f"() => !{FULL}")


def demand_whole(page):
    """All is seen; the page lays itself out a little after its size has changed."""
    harness.demand(lambda: page.evaluate(UNSEEN), lambda unseen: unseen == [0, 0, None])


def height_of_words(panels, k, canvas):
    """The height on the screen of a chart's smallest words."""
    # another thread of the kernel may be drawing just now
    scale = float(panels.python(f"with ONE_AT_A_TIME: print(p{k}.live.film.smallest_text() "
                                f"/ p{k}.live.size[0])"))
    return scale * canvas.bounding_box()["width"]


@pytest.mark.parametrize("name", EXPLORERS)
def test_all_of_an_explorer_is_seen_from_the_last_row(panels, name):
    k, page = EXPLORERS.index(name), panels.page
    root = entered(panels, panels.output(k + 1).locator(".rnnlib-panel"))
    canvas = root.locator("canvas")
    for screen in (HALL, SMALLER):
        page.set_viewport_size(screen)
        # the kernel has drawn it for this room, sharp, and it fills the height or the width
        page.wait_for_function("""node => {
          const { width, height, right, bottom } = node.getBoundingClientRect();
          return node.width >= width && Math.abs(node.width / node.height - width / height) < .01
            && (innerHeight - bottom < 30 || innerWidth - right < 30);
        }""", arg=canvas.element_handle())
        demand_whole(page)
        wanted = screen["height"] * LAST_ROW * CROWDED.get(name, 1)
        # the kernel's size for the room comes a little later than the room
        harness.demand(lambda: height_of_words(panels, k, canvas),
                       lambda words, wanted=wanted: words >= wanted)
    page.set_viewport_size(HALL)
    left(panels)
    panels.demand_python(f"print(*p{k}.live.size)", panels.python(f"print(*p{k}.explorer.size)"))


def test_digits_choose_a_preset_on_the_whole_screen_alone(panels):
    k, page = EXPLORERS.index("vanishing_and_exploding"), panels.page
    root = panels.output(k + 1).locator(".rnnlib-panel")
    root.locator(".noUi-handle").first.focus()
    page.keyboard.press("2")
    panels.demand_python(f"print(p{k}.values.rho)", "1.0")
    entered(panels, root)
    page.keyboard.press("2")
    panels.demand_python(f"print(p{k}.values.rho)", "3.0")
    page.keyboard.press("ArrowLeft")  # the hand is on the first slider
    panels.demand_python(f"print(p{k}.values.rho < 3)", "True")
    left(panels)


def test_the_button_leads_there_and_back_and_says_so(panels):
    root = panels.output(1).locator(".rnnlib-panel")
    button = root.get_by_role("button", name="Full screen (f)")
    for pressed in ("true", "false"):
        button.press("Enter")
        expect(button).to_have_attribute("aria-pressed", pressed)


@pytest.mark.parametrize("css", ["input[type=text]", "select", ".widget-readout"])
def test_where_letters_are_typed_f_is_a_letter(panels, css):
    root = panels.output(EXPLORERS.index("names_explorer") + 1).locator(".rnnlib-panel")
    root.locator(css).first.press("f")
    panels.python("0")  # and back
    assert panels.page.evaluate(f"() => {FULL}") is None


@pytest.mark.parametrize("name", STEPPERS)
def test_all_of_a_stepper_is_seen_at_each_step(steppers, name):
    page, last_row = steppers.page, LAST_ROW * CROWDED.get(name, 1)
    root = entered(steppers, steppers.output(STEPPERS.index(name) + 2).locator(".rg"))
    for screen, step in ((SMALLER, 1), (HALL, 3)):
        page.set_viewport_size(screen)
        page.evaluate(f"() => new Promise({NEXT_FRAME})")  # before it the page is told its size
        page.keyboard.press("Home")
        steps = int(root.locator("span.count").inner_text().split("/")[1])
        for k in range(2, steps, step):
            for _ in range(step):
                page.keyboard.press("PageDown")
            demand_whole(page)
            assert page.evaluate(WORDS) >= screen["height"] * last_row, k
        page.keyboard.press("End")
        page.keyboard.press("PageUp")
        expect(root.locator("span.count")).to_have_text(f"{steps - 1} / {steps}")
    left(steppers)


def test_each_key_steps_once_on_the_whole_screen(steppers):
    root = entered(steppers, steppers.output(2).locator(".rg"))
    for key, where, step in (("Home", "input", 1), ("ArrowRight", "input", 2),
                             ("PageDown", "input", 3), ("PageDown", ".stage", 4),
                             ("ArrowRight", ".stage", 4), ("PageUp", ".stage", 3)):
        root.locator(where).press(key)  # on the stage arrows move the cursor
        expect(root.locator("span.count")).to_have_text(f"{step} / 22")
    left(steppers)


def test_a_graph_without_steps_fills_the_screen(steppers):
    entered(steppers, steppers.output(1).locator(".rg"))
    demand_whole(steppers.page)
    assert steppers.page.evaluate(WORDS) >= HALL["height"] * LAST_ROW
    left(steppers)


def test_controls_stand_beside_the_picture_where_there_is_room(panels):
    """On a projector at 150 %, the notebook alone: 1280 px less the margins of the cell."""
    panels.page.set_viewport_size(HALL)
    for k in range(len(EXPLORERS)):
        root = panels.output(k + 1).locator(".rnnlib-panel")
        harness.demand(
            lambda root=root: [root.locator(css).first.bounding_box()
                               for css in ("canvas", ":is(.noUi-handle, select)")],
            lambda boxes: boxes[1]["x"] < boxes[0]["x"]
            and boxes[1]["y"] < boxes[0]["y"] + boxes[0]["height"])


def test_on_a_narrow_page_no_slider_is_squeezed(panels):
    panels.page.set_viewport_size({"width": 460, "height": 800})
    for k in range(len(EXPLORERS)):
        tracks = panels.output(k + 1).locator(".noUi-target")
        harness.demand(lambda tracks=tracks: [track.bounding_box()["width"] for track
                                              in tracks.all() if track.is_visible()],
                       lambda widths: min(widths, default=80) >= 80)
    panels.page.set_viewport_size(HALL)


@pytest.mark.parametrize("page", ["02_forward_propagation", "03_backpropagation_through_time",
                                  "06_stacked_layers", "07_gated_cells"])
def test_on_pages_without_a_kernel_too(site, browser, page):
    window = harness.Page(browser)
    window.page.goto(f"{site.as_uri()}/{page}.html")
    for screen in (SMALLER, HALL):
        window.page.set_viewport_size(screen)
        for root in window.page.locator(".rg").all():
            entered(window, root)
            demand_whole(window.page)
            for unseen, words in window.page.evaluate(STEPS):
                assert unseen == [0, 0, None]
                assert words >= screen["height"] * LAST_ROW
            left(window)
    for root in window.page.locator("[data-recording]").all():
        entered(window, root)
        demand_whole(window.page)
        left(window)
    assert window.quiet
    window.close()

"""A panel for the eye at the keyboard and for the ear: rings, names and complaints."""
import harness
import pytest

from rnnlib.style import BACKGROUND, contrast

RING = """node => {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
  const hex = outlineColor.match(/\\d+/g).slice(0, 3)
    .map(v => Number(v).toString(16).padStart(2, '0')).join('');
  return [outlineStyle, parseFloat(outlineWidth), '#' + hex];
}"""
TOPS = """node => ['.noUi-handle', '.rnnlib-reading', 'canvas'].map(
  css => node.querySelector(css).getBoundingClientRect().top)"""
CONTROLS = [".noUi-handle", ".widget-readout", "select", "input[type=text]", "button", "summary",
            "details .rnnlib-scroll"]


@pytest.fixture(scope="module")
def notebook(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "panel", "import rnnlib as rl\n"
                                   "panel = rl.vanishing_and_exploding()\npanel")
    notebook.output(0).locator("summary").click()
    notebook.output(0).locator("table").first.wait_for()
    yield notebook
    notebook.demand_quiet()
    notebook.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_focus_is_seen_on_every_control(notebook, theme):
    notebook.theme(theme)
    notebook.page.keyboard.press("Shift")  # whoever uses the keyboard sees rings
    for css in CONTROLS:
        control = notebook.output(0).locator(css).first
        control.focus()
        style, width, colour = control.evaluate(RING)
        assert (style, width) == ("solid", 3), css
        assert contrast(colour, BACKGROUND[theme]) >= 3, css


def test_a_finger_hits_every_handle(notebook):
    """24 px of it, wherever its slider stands."""
    hit = """node => {
      node.scrollIntoView({ block: 'center' });
      const { left, right, top, bottom } = node.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      return [[-12, 0], [11, 0], [0, -12], [0, 11]].map(([across, down]) =>
        node.contains(document.elementFromPoint(x + across, y + down)));
    }"""
    for handle in notebook.output(0).locator(".noUi-handle").all():
        assert handle.evaluate(hit) == [True] * 4


def test_everything_that_takes_the_focus_has_a_role_and_a_name(notebook):
    output = notebook.output(0)
    output.get_by_role("group", name="What is left of a gradient").wait_for()
    assert output.get_by_role("slider", name="spectral radius ρ").count() == 1
    number = output.get_by_role("textbox", name="spectral radius ρ as a number")
    assert number.inner_text() == "1.00"


def test_the_sentence_is_seen_with_the_sliders(notebook):
    """In the 599 px that a projector at 150 % leaves for cells, whatever becomes of the picture."""
    harness.demand(lambda: notebook.output(0).evaluate(TOPS), lambda tops: tops == sorted(tops)
                   and tops[-1] < tops[0] + 599)


def test_a_page_that_is_zoomed_gets_a_sharper_picture(notebook):
    page, (width, height) = notebook.page, notebook.page.viewport_size.values()
    zoom = page.context.new_cdp_session(page)
    zoom.send("Emulation.setDeviceMetricsOverride", {
        "width": width // 2, "height": height // 2, "deviceScaleFactor": 3, "mobile": False})
    notebook.output(0).locator("canvas[data-ratio='3']").wait_for(state="attached")
    zoom.send("Emulation.clearDeviceMetricsOverride")
    page.wait_for_function(f"innerWidth === {width}")


def test_a_slider_says_its_value_whoever_sets_it(notebook):
    steps = notebook.output(0).get_by_role("slider", name="time steps T")
    for T in (70, 20, 50):
        notebook.python(f"panel.set(T={T})")
        notebook.output(0).locator(f".noUi-handle[aria-valuetext='{T}']").wait_for()
        assert steps.get_attribute("aria-valuetext") == str(T)


def test_a_wrong_input_is_said(notebook):
    output = notebook.output(0)
    seed = output.get_by_role("textbox", name="seed")
    said = output.get_by_role("status").filter(has_text="want a whole number")
    assert (seed.get_attribute("aria-invalid"), said.count()) == ("false", 0)
    seed.fill("abc")
    seed.press("Enter")
    said.wait_for()
    assert seed.get_attribute("aria-invalid") == "true"
    assert seed.get_attribute("aria-describedby") == said.get_attribute("id")
    seed.fill("0")
    seed.press("Enter")
    said.wait_for(state="detached")
    assert seed.get_attribute("aria-invalid") == "false"

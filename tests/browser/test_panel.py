"""A panel for the eye at the keyboard."""
import harness
import pytest

from rnnlib.style import BACKGROUND, contrast

RING = """node => {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
  const hex = outlineColor.match(/\\d+/g).slice(0, 3)
    .map(v => Number(v).toString(16).padStart(2, '0')).join('');
  return [outlineStyle, parseFloat(outlineWidth), '#' + hex];
}"""
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

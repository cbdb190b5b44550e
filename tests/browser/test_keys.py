"""A key pressed in a control is the control's, and those of JupyterLab with Ctrl stay its own."""
import string
from dataclasses import dataclass

import harness
import pytest

SETUP = """\
import ipywidgets
import numpy as np
import rnnlib as rl
from rnnlib import names, training
net = rl.Network(n_x=3, units=(4, 2), n_y=2, seed=0)
fwd = net.forward(np.eye(3), [0, 1, 0])"""
NAMES = """\
split = names.Split(names.first_names().split().train[:300], ())
rl.names_explorer(rl.Network(27, 4, 27, seed=3), split)"""
TRAINED = """\
run = training.fit(rl.Network(27, 4, 27), names.characters(split.train), epochs=9999)
rl.watch_training(run)"""
PANEL, GRAPH, STEPS, TYPED, TRAINING = 1, 2, 3, 4, 5
CELLS = [SETUP, "panel = rl.vanishing_and_exploding()\npanel",
         "rl.unrolled_graph(net, 3)", "rl.backward_stepper(net, fwd)", NAMES, TRAINED]
KINDS = {
    "slider": (PANEL, ".noUi-handle"), "slider's number": (PANEL, ".widget-readout"),
    "list": (PANEL, "select"), "whole number": (PANEL, "input[type=text]"),
    "button": (PANEL, "button"), "summary": (PANEL, "summary"),
    "table": (PANEL, "details .rnnlib-scroll"), "check box": (PANEL, "input[type=checkbox]"),
    "text field": (TYPED, "input[type=text]"), "graph": (GRAPH, ".stage"),
    "weight": (GRAPH, ".bar button"), "stepper's button": (STEPS, "[data-do=next]"),
    "stepper's slider": (STEPS, "input[type=range]"), "stepper's list": (STEPS, "select"),
    "stepper's graph": (STEPS, ".stage"), "training's button": (TRAINING, "button"),
}
# a key that JupyterLab takes for commands, alone, with Shift, and twice
KEYS = [*string.ascii_lowercase, *"0123456789", *string.ascii_uppercase,
        *(2 * letter for letter in "0di"), "ArrowDown", "ArrowLeft", "Backspace", "Delete"]
FOUND = f"""node => {{
  const {{ content, sessionContext }} = {harness.CURRENT};
  const {{ kernel }} = sessionContext.session;
  return [content.widgets.map(cell => cell.model.type), content.activeCellIndex, content.mode,
    kernel.id, document.querySelectorAll('.jp-Dialog').length, document.activeElement === node];
}}"""
ACTIVATE = f"""index => {{
  const {{ content }} = {harness.CURRENT};
  content.activeCellIndex = index;
}}"""
COUNT = f"index => {harness.CURRENT}.content.widgets[index].model.executionCount"


@dataclass(frozen=True)
class Place:
    """A control on the page: its notebook, its cell and where it stands."""

    notebook: harness.Notebook
    cell: int
    control: object

    @property
    def page(self):
        return self.notebook.page

    def press(self, key):
        self.control.focus()
        self.page.keyboard.press(key)


@pytest.fixture(scope="module")
def notebook(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "keys", *CELLS)
    notebook.demand_quiet()
    # a control that comes later, when the panel has long been on the page
    notebook.python("row = panel.children[0]\n"
                    "row.children += (ipywidgets.Checkbox(description='later'),)")
    notebook.output(PANEL).locator("summary").click()
    notebook.output(PANEL).locator("table").first.wait_for()
    yield notebook
    notebook.demand_quiet()
    notebook.close()


@pytest.fixture
def place(notebook, request):
    """The control of the kind that a test is given."""
    cell, css = KINDS[request.param]
    notebook.page.evaluate(ACTIVATE, cell)
    return Place(notebook, cell, notebook.output(cell).locator(css).first)


def of_kinds(*names):
    return pytest.mark.parametrize("place", names or list(KINDS), indirect=True)


@of_kinds()
def test_no_key_in_a_control_reaches_the_notebook(place):
    place.control.focus()
    before = place.control.evaluate(FOUND)
    for key in KEYS:
        for part in key if len(key) == 2 else [key]:
            place.page.keyboard.press(part)
        assert place.control.evaluate(FOUND) == before, f"after {key}"
    place.page.wait_for_timeout(100)  # a dialog or a new kernel takes a moment
    assert place.control.evaluate(FOUND) == before


@of_kinds("list")
def test_a_list_takes_a_letter_for_itself(place):
    place.notebook.python("panel.set(cell='tanh')")
    place.page.wait_for_timeout(1100)  # letters of one second are one word
    place.press("r")
    place.notebook.demand_python("print(panel.values.cell)", "relu")


# ipywidgets' text fields stop every key, those with Ctrl as well
@of_kinds(*(kind for kind in KINDS if kind not in ("text field", "whole number")))
def test_ctrl_b_and_ctrl_s_are_jupyterlabs(place):
    collapsed = "() => window.jupyterapp.shell.leftCollapsed"
    before = place.page.evaluate(collapsed)
    for wanted in (not before, before):
        place.press("Control+b")
        assert place.page.evaluate(collapsed) == wanted
    place.page.evaluate(
        f"() => {{ const {{ model }} = {harness.CURRENT}.context; model.dirty = true; }}")
    place.press("Control+s")
    place.page.wait_for_function(f"() => !{harness.CURRENT}.context.model.dirty")


@of_kinds("slider", "list", "button", "summary", "graph", "stepper's slider", "stepper's graph")
@pytest.mark.parametrize("keys", ["Control+Enter", "Shift+Enter"])
def test_the_keys_that_run_a_cell_run_it(place, keys):
    before = place.page.evaluate(COUNT, place.cell)
    place.press(keys)
    place.page.wait_for_function(f"([index, before]) => ({COUNT})(index) > before",
                                 arg=[place.cell, before])
    place.control.wait_for()
    active = place.control.evaluate(FOUND)[1]
    assert active == place.cell + (keys == "Shift+Enter")

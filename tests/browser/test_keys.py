"""A key pressed in a control is the control's, in JupyterLab and in Notebook 7; those with Ctrl
stay the front end's."""
import string
import time
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
(watched := rl.watch_training(run))"""
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
# a key that front ends take for commands, alone, with Shift, and twice
# all but f, which gives a picture the whole screen (test_screen.py)
KEYS = [*string.ascii_lowercase.replace("f", ""), *"0123456789", *string.ascii_uppercase,
        *(2 * letter for letter in "0di"), "ArrowUp", "ArrowRight", "PageDown",
        "ArrowDown", "ArrowLeft", "Backspace", "Delete", "Enter"]
# those that Notebook 7 does the most with
FEW = [*"abcmrxyz", "00", "dd", "ArrowUp", "ArrowRight", "PageDown", "ArrowDown", "ArrowLeft",
       "Delete", "Enter"]
CLICKS = """node => {
  if (!node.clicks) {
    node.clicks = 0;
    node.addEventListener('click', () => { node.clicks += 1; });
  }
  return node.clicks;
}"""
VALUE = "node => node.value"
STEP, ABOUT = (f"node => node.closest('.rg').querySelector('{part}').textContent"
               for part in (".count", ".about"))
# kind: the keys it takes, and what one of them at least must change, wherever it stands
PROMISES = {
    "slider": (["ArrowRight", "ArrowLeft"], "node => node.getAttribute('aria-valuetext')"),
    "slider's number": (["1"], "node => node.textContent"),
    "list": (["ArrowUp", "ArrowDown"], VALUE), "whole number": (["1", "Backspace"], VALUE),
    "button": (["Enter"], CLICKS), "summary": (["Enter"], "node => node.parentElement.open"),
    "check box": ([" "], "node => node.checked"), "text field": (["a"], VALUE),
    "graph": (["ArrowRight", "ArrowLeft"], ABOUT),
    "weight": (["Enter"], "node => node.getAttribute('aria-pressed')"),
    "stepper's button": (["Enter"], CLICKS),
    "stepper's graph": (["ArrowRight", "ArrowLeft"], ABOUT),
    "stepper's slider": (["ArrowRight", "ArrowLeft"], STEP),
    "stepper's list": (["ArrowUp", "ArrowDown"], VALUE),
    "training's button": (["Enter"], CLICKS),
}
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
# of Notebook 7, while its shortcuts read settings that others are still loading
LOADING = "uncaught: Cannot read properties of undefined (reading 'schema')"
COUNT = f"index => {harness.CURRENT}.content.widgets[index].model.executionCount"


class Notebook7(harness.Lab):
    """A server of Notebook 7, which has another page, and JupyterLab's cells and commands."""

    program, app, page = "notebook", "JupyterNotebookApp", "notebooks"


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
def notebook7(tmp_path_factory, browser):
    server = Notebook7(tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("settings"))
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["lab", "notebook7"])
def notebook(browser, request):
    server = request.getfixturevalue(request.param)
    notebook = harness.Notebook.of(browser, server, "keys", *CELLS)
    if LOADING in notebook.console_errors:
        notebook.console_errors.remove(LOADING)
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
    # beside the other controls a training would only take the processor's time
    notebook.python(f"watched.{'resume' if cell == TRAINING else 'pause'}()")
    notebook.page.evaluate(ACTIVATE, cell)
    return Place(notebook, cell, notebook.output(cell).locator(css).first)


def of_kinds(*names):
    return pytest.mark.parametrize("place", names or list(KINDS), indirect=True)


def test_beside_the_controls_keys_are_the_front_ends(notebook):
    notebook.page.locator(".jp-InputPrompt").nth(GRAPH).click()
    before = len(notebook.cells())
    for keys, cells in (["b"], before + 1), (["d", "d"], before):
        for key in keys:
            notebook.page.keyboard.press(key)
        notebook.page.wait_for_function(f"n => ({harness.CELLS})().length === n", arg=cells)


@of_kinds()
def test_no_key_in_a_control_reaches_the_notebook(place):
    place.control.focus()
    before = place.control.evaluate(FOUND)
    for key in FEW if isinstance(place.notebook.lab, Notebook7) else KEYS:
        for part in key if len(key) == 2 else [key]:
            place.page.keyboard.press(part)
        assert place.control.evaluate(FOUND) == before, f"after {key}"
    place.page.wait_for_timeout(100)  # a dialog or a new kernel takes a moment
    assert place.control.evaluate(FOUND) == before


@of_kinds(*PROMISES)
def test_each_control_does_what_its_keys_promise(place, request):
    keys, read = PROMISES[request.node.callspec.params["place"]]
    place.notebook.python("panel.reset()")  # other values may switch a control off
    place.page.wait_for_timeout(200)
    place.control.focus()
    before, seen = place.control.evaluate(FOUND), {place.control.evaluate(read)}
    for key in keys:
        place.page.keyboard.press(key)
        end = time.monotonic() + 2
        while len(seen) == 1 and time.monotonic() < end:
            seen.add(place.control.evaluate(read))
    harness.demand(lambda: seen | {place.control.evaluate(read)}, lambda seen: len(seen) > 1)
    assert place.control.evaluate(FOUND) == before
    assert before[-1]  # it had the focus


@of_kinds("list")
def test_a_list_takes_a_letter_for_itself(place):
    place.notebook.python("panel.set(cell='tanh')")
    place.page.wait_for_timeout(1100)  # letters of one second are one word
    place.press("r")
    place.notebook.demand_python("print(panel.values.cell)", "relu")


# Notebook 7 has other panels, and cells that are run in the same way
JUPYTERLAB = pytest.mark.parametrize("notebook", ["lab"], indirect=True)


# ipywidgets' text fields stop every key, those with Ctrl as well
@of_kinds(*(kind for kind in KINDS if kind not in ("text field", "whole number")))
@JUPYTERLAB
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


RUN = pytest.mark.parametrize("keys", ["Control+Enter", "Shift+Enter"])


@of_kinds("slider", "graph")
@RUN
def test_the_keys_that_run_a_cell_run_it(place, keys):
    before = place.page.evaluate(COUNT, place.cell)
    place.press(keys)
    place.page.wait_for_function(f"([index, before]) => ({COUNT})(index) > before",
                                 arg=[place.cell, before])
    place.control.wait_for()
    active = place.control.evaluate(FOUND)[1]
    assert active == place.cell + (keys == "Shift+Enter")


@JUPYTERLAB
@of_kinds("list", "button", "summary", "stepper's slider", "stepper's graph")
@RUN
def test_they_run_it_from_other_kinds_too(place, keys):
    test_the_keys_that_run_a_cell_run_it(place, keys)

"""What readers do to a notebook beside reading it: cells twice and backwards, interrupts, the same
notebook in two tabs, a kernel that starts anew."""
import json

import harness
import pytest
from playwright.sync_api import expect

from rnnlib.predictions import PREDICTIONS
from rnnlib.reader.kept import FILE, home

SETUP = """\
import numpy as np
import rnnlib as rl
from rnnlib import training
net = rl.Network(2, 2, 2, seed=0)
task, held_out = (rl.tasks.temporal_order(10, m, seed=m) for m in (60, 30))"""
TRAIN = """\
trained = rl.Network(6, 4, 4, seed=0)
run = training.fit(trained, task, held_out, epochs=10**6)
watched = rl.watch_training(run)
watched"""
ASKED = "uses of the loop"
CELLS = [SETUP, "panel = rl.vanishing_and_exploding()\npanel",
         "rl.backward_stepper(net, net.forward(np.eye(3, 2), [0, 1, 1]))",
         f'rl.predict("{ASKED}")', TRAIN]
EXPLORER, STEPPER, QUESTION, TRAINING = range(1, len(CELLS))
SAID = """(node, part) => {
  const { content } = getComputedStyle(node, part);
  return content === 'none' ? '' : JSON.parse(content);
}"""
CONTROLS = "button:not(.rnnlib-screen), input, select, .noUi-handle, summary"
RUN = "the cells above and this one."
WIDGETS = "from ipywidgets.widgets import widget; print(len(widget._instances))"
AS_FRESH = """\
fresh = rl.vanishing_and_exploding()
fresh.live.theme = panel.live.theme
fresh.set(**vars(panel.values))
for one in (panel, fresh):
    one.live.refresh()
print(panel.live.reading == fresh.live.reading,
      np.array_equal(panel.live.film.pixels(), fresh.live.film.pixels()))
fresh.close()"""


@pytest.fixture(scope="module")
def notebook(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "habits", *CELLS)
    yield notebook
    notebook.close()
    (home() / FILE).unlink(missing_ok=True)


def demand_quiet(*notebooks):
    for notebook in notebooks:
        # JupyterLab's debugger complains of a kernel that ends soon after its start
        notebook.console_errors[:] = [error for error in notebook.console_errors
                                      if "debugger state" not in error]
        notebook.demand_quiet()


def reading(notebook):
    return notebook.output(EXPLORER).locator(".rnnlib-reading")


def demand_alive(notebook, *others):
    """The explorer's picture, its sentence with it, follows a key, and the stepper steps; other
    tabs follow."""
    before, handle = reading(notebook).inner_text(), handle_of(notebook)
    low = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemin")
    handle.press("ArrowRight" if low else "ArrowLeft")
    expect(reading(notebook)).not_to_have_text(before)
    for other in others:
        expect(reading(other)).to_have_text(reading(notebook).inner_text())
    demand_steps(notebook, *others)


def demand_steps(notebook, *others):
    for key, count in (("End", "16 / 16"), ("ArrowLeft", "15 / 16")):
        notebook.output(STEPPER).get_by_role("slider", name="Step").press(key)
        for one in (notebook, *others):
            expect(one.output(STEPPER).locator("span.count")).to_have_text(count)


def handle_of(notebook):
    return notebook.output(EXPLORER).locator(".noUi-handle").first


def demand_without_kernel(notebook):
    """What cannot move any more says what to do; the stepper goes on."""
    explorer, training, asked = (notebook.output(k) for k in (EXPLORER, TRAINING, QUESTION))
    for node, part, said in [
            (explorer.locator(".rnnlib-panel"), "::before", f"To move it, run {RUN}"),
            (training.locator(".rnnlib-panel"), "::before",
             f"Its kernel ended before the training did. To begin anew, run {RUN}"),
            (asked.locator(".rnnlib-choices"), "::after", f"To answer, run {RUN}")]:
        harness.demand(lambda node=node, part=part: node.evaluate(SAID, part),
                       lambda found, said=said: found == said)
    for output in (explorer, training, asked):
        assert not any(control.is_visible() for control in output.locator(CONTROLS).all())
    assert reading(notebook).is_visible()
    assert training.locator(".rnnlib-reading").is_hidden()
    demand_steps(notebook)


def pause(notebook):
    notebook.output(TRAINING).get_by_role("button", name="Pause").press("Enter")
    notebook.demand_python("print(watched.state)", "paused")


def test_cells_run_twice_backwards_at_once_and_all_again(notebook):
    widgets = notebook.python(WIDGETS)
    for cell in (0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 3, 2, 1, 0):
        notebook.run_cell(cell)
    notebook.page.evaluate(f"k => Promise.all([k, k, k].map({harness.RUN_CELL}))", EXPLORER)
    for _ in range(2):
        notebook.run_all()
    demand_alive(notebook)
    notebook.demand_python(WIDGETS, widgets)
    demand_quiet(notebook)


def test_interrupts_in_a_drag_and_in_a_training(notebook):
    notebook.demand_python("print(watched.state)", "running")
    page, before = notebook.page, reading(notebook).inner_text()
    handle_of(notebook).scroll_into_view_if_needed()
    rail, knob = (notebook.output(EXPLORER).locator(css).first.bounding_box()
                  for css in (".noUi-base", ".noUi-handle"))
    y = knob["y"] + knob["height"] / 2
    page.mouse.move(knob["x"] + knob["width"] / 2, y)
    page.mouse.down()
    for k in range(20):
        page.mouse.move(rail["x"] + rail["width"] * k / 20, y)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    page.mouse.up()
    notebook.demand_python("print(watched.state)", "stopped")
    notebook.output(TRAINING).get_by_text("Interrupted after update").wait_for()
    assert notebook.python(
        "print(training.mean_loss(trained, held_out) == run.best_loss)") == "True"
    expect(reading(notebook)).not_to_have_text(before)
    notebook.demand_python("print(f'{panel.values.rho:.2f}')",
                           handle_of(notebook).get_attribute("aria-valuetext"))
    notebook.demand_python(AS_FRESH, "True True")
    demand_alive(notebook)
    demand_quiet(notebook)


def test_two_tabs_on_one_notebook(notebook, lab, browser):
    notebook.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    other = harness.Notebook(browser, lab, "habits.ipynb")
    demand_alive(other, notebook)
    demand_alive(notebook, other)
    # a panel is where its cell was run last
    for hand, rest in ((other, notebook), (notebook, other)):
        hand.run_cell(EXPLORER)
        reading(rest).wait_for(state="detached")
        demand_alive(hand)
    answer(other, 1)
    expect(notebook.output(QUESTION).locator(".said")).to_contain_text(
        PREDICTIONS[ASKED].choices[1])
    demand_quiet(notebook, other)
    other.leave()


def answer(notebook, chosen):
    """Chooses by keys, and looks into the file of what is kept."""
    asked = notebook.output(QUESTION)
    option = asked.get_by_role("radio").nth(chosen)
    expect(option).to_be_enabled()
    option.press("Space")
    asked.get_by_role("button", name="Commit").press("Enter")
    asked.get_by_role("button", name="Open the answer").press("Enter")
    expect(asked.locator(".said")).to_contain_text("You said")
    kept = json.loads((home() / FILE).read_text("utf-8"))
    assert kept["predictions"][ASKED]["chosen"] == PREDICTIONS[ASKED].choices[chosen]


def test_a_kernel_started_anew_under_live_pictures(notebook):
    (home() / FILE).unlink(missing_ok=True)  # what is answered asks for no kernel
    notebook.run_all()
    pause(notebook)
    notebook.page.evaluate(f"() => {harness.CURRENT}.sessionContext.session.kernel.restart()")
    notebook.page.wait_for_function(harness.READY)
    demand_without_kernel(notebook)
    # nothing is sent where nobody listens
    notebook.theme("dark")
    notebook.page.set_viewport_size({"width": 1100, "height": 800})
    notebook.shot(TRAINING, "habits-restarted-dark")
    notebook.theme("light")
    notebook.shot(TRAINING, "habits-restarted")
    notebook.run_all()
    demand_alive(notebook)
    demand_quiet(notebook)

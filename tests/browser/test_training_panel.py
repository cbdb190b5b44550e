"""The panel of a training under a real hand, in a real JupyterLab, while the kernel trains."""
import time
from statistics import median

import harness
import pytest

MAKE = """\
import rnnlib as rl
from rnnlib import names, training
split = names.first_names().split()
data, held_out = (names.characters(part[:n]) for part, n in
                  [(split.train, 3000), (split.held_out, 100)])
net = rl.Network(27, 32, 27, seed=0)
run = training.fit(net, data, held_out, epochs=2000, batch=32, clip=5.0)"""
WATCH = """\
panel = rl.watch_training(run, baselines={"<b>bigram</b>": 2.34},
                          probe=names.characters(["maria"]))
# where the training stands when a click arrives
clicks = []
for button in (panel.go_button, panel.stop_button):
    button.on_msg(lambda *_: clicks.append(run.records[-1].update))
panel"""
PANEL, BELOW = 1, 2
CELLS = [MAKE, WATCH, "print(panel.state, 6 * 7)"]
# milliseconds from the click to the word that says it has been heard
CLICK = """async ([button, word]) => {
  const start = performance.now();
  button.click();
  while (button.textContent.trim() !== word) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


@pytest.fixture(scope="module")
def notebook(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "training_panel", *CELLS)
    yield notebook
    notebook.close()


@pytest.fixture
def output(notebook):
    """The panel's place on the page, training; quiet at the end."""
    if notebook.python("print(panel.run.ended)") == "True":
        notebook.python("run = training.fit(net, data, held_out, epochs=2000, batch=32)")
        notebook.run_cell(PANEL)
    notebook.demand_python("print(panel.state)", "running")
    yield notebook.output(PANEL)
    notebook.demand_quiet()


def updates(notebook):
    return int(notebook.python("print(run.records[-1].update)"))


def button(output, word):
    return output.get_by_role("button", name=word, exact=True)


def test_pause_and_resume_are_heard_within_one_update(notebook, output):
    waited = []
    for _ in range(5):
        waited.append(notebook.page.evaluate(
            CLICK, [button(output, "Pause").element_handle(), "Resume"]))
        arrived, halted = map(int, notebook.python(
            "print(clicks[-1], run.records[-1].update)").split())
        assert halted - arrived <= 1
        time.sleep(0.2)
        assert updates(notebook) == halted
        button(output, "Resume").press("Enter")
        notebook.demand_python(f"print(run.records[-1].update > {halted} + 3)", "True")
    print(f"click to halted: median {median(waited):.0f} ms, worst {max(waited):.0f} ms")
    assert median(waited) < 500


def test_the_picture_and_the_line_follow_it(notebook, output):
    line = output.locator(".rnnlib-line")
    canvas = output.locator("canvas")
    before, start = line.inner_text(), time.monotonic()
    first = int(canvas.get_attribute("data-pictures"))
    notebook.page.wait_for_function(
        "([canvas, wanted]) => Number(canvas.dataset.pictures) >= wanted",
        arg=[canvas.element_handle(), first + 4])
    seconds = time.monotonic() - start
    drawn = int(canvas.get_attribute("data-pictures")) - first
    assert drawn / seconds < 6, "drawing would take too much of the time"
    assert line.inner_text() != before
    assert "update" in canvas.get_attribute("aria-label")
    assert "<b>" not in line.inner_html()


def test_a_cell_below_is_run_meanwhile(notebook, output):
    before, took = updates(notebook), []
    while not took or min(took) > 2 and len(took) < 5:  # what else the machine does comes and goes
        start = time.perf_counter()
        notebook.run_cell(BELOW)
        took.append(time.perf_counter() - start)
        assert notebook.output(BELOW).inner_text().strip() == "running 42"
    assert min(took) < 2, took
    notebook.demand_python(f"print(run.records[-1].update > {before} + 3)", "True")


def test_stop_keeps_the_best(notebook, output):
    button(output, "Stop").press("Space")
    notebook.demand_python("print(panel.state, run.ended)", "stopped True")
    arrived, halted = map(int, notebook.python(
        "print(clicks[-1], run.records[-1].update)").split())
    assert halted - arrived <= 1
    assert notebook.python("print(training.mean_loss(net, held_out) == run.best_loss)") == "True"
    output.get_by_text("Stopped after update").wait_for()
    assert not button(output, "Stop").is_enabled()
    assert not button(output, "Pause").is_enabled()
    output.locator("canvas[data-ratio='2']").wait_for()


def test_the_interrupt_button_of_jupyterlab_stops_it(notebook, output):
    assert output.is_visible()
    notebook.page.evaluate(
        "() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    notebook.demand_python("print(panel.state)", "stopped")
    output.get_by_text("Interrupted after update").wait_for()


def test_the_buttons_are_heard_while_a_cell_waits_for_the_end(notebook, output):
    if notebook.python("import ipykernel; print(ipykernel.version_info[0] >= 7)") != "True":
        pytest.skip("an ipykernel before 7 hears them after the cell")
    notebook.page.evaluate(f"code => {{ window.answer = ({harness.ASK})(code); }}",
                           "print(await panel.finished())")
    time.sleep(0.5)
    button(output, "Stop").click()
    assert notebook.page.evaluate("() => window.answer") == (
        "Stopped. The network has its best parameters.")


def test_running_the_cell_again_leaves_one_training(notebook, output):
    notebook.python("old = panel")
    notebook.run_cell(PANEL)
    notebook.demand_python("print(panel is not old, panel.state)", "True running")
    made = updates(notebook)
    notebook.demand_python(f"print(run.records[-1].update > {made} + 3)", "True")
    assert notebook.python("from rnnlib.widgets.background import _under_way; "
                            "print(len(_under_way), old.comm)") == "1 None"

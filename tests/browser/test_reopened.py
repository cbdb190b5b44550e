"""A notebook on its second day, and on its first: what `course.py open` sees to."""
import re
import shutil
import sys
import urllib.request

import harness
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import course
from tools.notebooks import code_cells, prepare, text_of

MAKE = """\
import numpy as np
import rnnlib as rl
net = rl.Network(n_x=2, units=2, n_y=2, seed=0)
rl.backward_stepper(net, net.forward(np.eye(3, 2), [0, 1, 1]))"""
# the whole screen needs no kernel
CONTROLS = "button:not(.rnnlib-screen), input, select, .noUi-handle, summary"
SAID_BEFORE = "element => getComputedStyle(element, '::before').content"
SAID_AFTER = SAID_BEFORE.replace("before", "after")
COLOURS = """canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
STORED = "notebooks/03_backpropagation_through_time.ipynb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab with what `course.py open` gives it: settings, and trust in the notebooks."""
    folder, settings = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("settings")
    (folder / "notebooks").mkdir()
    shutil.copy(course.HERE / STORED, folder / STORED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course, "HERE", folder)
        patch.setattr(course, "VENV", folder / ".venv")
        patch.setattr(course, "venv_python", lambda: sys.executable)
        patch.setenv("JUPYTER_CONFIG_PATH", str(course.VENV / "etc" / "jupyter"))
        patch.setenv("JUPYTER_DATA_DIR", harness.own_settings(settings)["JUPYTER_DATA_DIR"])
        course.settle_lab()
        course.trust_notebooks()
        server = harness.Lab(folder, settings)
    yield server
    server.stop()


def test_a_stored_notebook_shows_its_graphs_before_it_is_run(lab, open_notebook):
    stored = [output for _, cell in code_cells(nbformat.read(lab.folder / STORED, 4))
              for output in cell.outputs if "image/svg+xml" in output.get("data", {})]
    shown = open_notebook(STORED).page.locator(".jp-RenderedSVG:visible")
    shown.nth(len(stored) - 1).wait_for()
    assert shown.count() == len(stored) > 0


def test_a_notebook_run_and_saved_lives_on_when_opened_again(lab, open_notebook):
    cells = [new_code_cell(source) for source in (
        MAKE, "rl.vanishing_and_exploding()", 'rl.predict("uses of the loop")')]
    (lab.folder / "mine.ipynb").write_text(text_of(prepare(new_notebook(cells=cells))), "utf-8")
    notebook = open_notebook("mine.ipynb")
    notebook.run_all()
    notebook.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    notebook.close()  # and its kernel ends

    # exported, it shows its stored pictures and wants no program of a host for its widgets
    exported = urllib.request.urlopen(urllib.request.Request(
        f"{lab.url}/nbconvert/html/mine.ipynb", headers={"Authorization": f"token {lab.token}"}))
    page = exported.read().decode()
    assert "html-manager" not in page
    assert re.findall(r'<img[^>]* src="data:image/(\w+)', page) == ["svg", "png"]

    notebook = open_notebook("mine.ipynb", anew=True)
    stepper, chart = (notebook.output(k) for k in (0, 1))
    chart.locator("canvas").wait_for()
    count = stepper.locator("span.count")
    assert count.inner_text() == "1 / 16"
    stepper.get_by_role("slider", name="Step").press("ArrowRight")
    assert count.inner_text() == "2 / 16"
    # an explorer shows its last picture, and what to do in place of controls that nobody hears
    panel = chart.locator(".rnnlib-panel")
    assert panel.evaluate(SAID_BEFORE) == '"To move it, run the cells above and this one."'
    assert "The product has lost" in chart.locator(".rnnlib-reading").inner_text()
    assert chart.locator("canvas").evaluate(COLOURS) > 20
    assert not any(control.is_visible() for control in chart.locator(CONTROLS).all())
    # a prediction shows its question
    asked = notebook.output(2).locator(".rnnlib-choices")
    assert asked.evaluate(SAID_AFTER) == '"To answer, run the cells above and this one."'
    assert not any(control.is_visible() for control in asked.locator(CONTROLS).all())
    assert [stepper.locator(".rg").evaluate(SAID_BEFORE), chart.locator(".rnnlib-figure").evaluate(
        SAID_BEFORE)] == ["none"] * 2
    notebook.demand_quiet()
    harness.picture("reopened", chart)

    notebook.run_cell(0)
    notebook.run_cell(1)
    chart.locator(".noUi-handle").first.wait_for()
    assert panel.evaluate(SAID_BEFORE) == "none"

"""A cell that is run again and again does not fill the page's memory."""
import harness
import pytest

# plain ipywidgets, as many as an explorer has, take 0.8 MB of the page each time
RUNS, WARM, MOST = 12, 3, 1e6
SETUP = """\
import numpy as np
import rnnlib as rl
net = rl.Network(n_x=3, units=(4, 2), n_y=2, seed=0)
fwd = net.forward(np.ones((5, 3)), [0, 1, 0, 1, 0])"""
# a cell, and what is there once it has been drawn
VIEWS = {"explorer": ("rl.vanishing_and_exploding()", "canvas[data-ratio='2']"),
         "stepper": ("rl.backward_stepper(net, fwd)", ".rg .U.at")}


@pytest.fixture(scope="module")
def notebook(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "heap", SETUP,
                                   *(cell for cell, _ in VIEWS.values()))
    yield notebook
    notebook.demand_quiet()
    notebook.close()


@pytest.mark.parametrize("kind", VIEWS)
def test_a_cell_run_again_leaves_little(notebook, kind):
    cell, (_, drawn) = 1 + list(VIEWS).index(kind), VIEWS[kind]

    def run(times):
        for _ in range(times):
            notebook.run_cell(cell)
            notebook.output(cell).locator(drawn).first.wait_for()
        notebook.page.wait_for_timeout(500)  # a ground comes after the sharp picture
        return notebook.held()

    before = run(WARM)
    growth = (run(RUNS) - before) / RUNS
    print(f"{kind}: {growth / 1e6:.2f} MB for each run")
    assert growth < MOST

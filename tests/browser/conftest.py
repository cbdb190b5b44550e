"""One JupyterLab, one Chromium and one window for all browser tests of a process."""
import shutil

import hall
import harness
import pytest

import course
from tools.browser import chromium


@pytest.fixture(scope="session")
def lab(tmp_path_factory, browser):  # the browser is still there when the server ends
    """A JupyterLab server that shows a copy of notebooks/."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(course.HERE / "notebooks", folder / "notebooks",
                    ignore=shutil.ignore_patterns(".*"))
    server = harness.Lab(folder, tmp_path_factory.mktemp("settings"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def open_notebook(lab, browser):
    """A function: (path below the lab's folder) -> Notebook, closed after the test."""
    opened = []

    def open_(path, **size):
        opened.append(harness.Notebook(browser, lab, path, **size))
        return opened[-1]

    yield open_
    for notebook in opened:
        notebook.close()


@pytest.fixture
def use_notebook(open_notebook):
    """A function that opens a notebook, runs all, looks at every panel as in a hall, and uses
    every control by mouse and keyboard."""
    def use(path):
        notebook = open_notebook(f"notebooks/{path.name}")
        notebook.run_all()
        notebook.demand_quiet()
        hall.demand_seen(notebook)
        notebook.use_every_control()
        notebook.demand_quiet()
    return use

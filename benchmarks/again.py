"""A cell with an explorer run a hundred times: what the kernel and the page keep of it.

    python3 course.py bench again
    .venv/bin/python benchmarks/again.py [--json]

In a real JupyterLab the cell is run ten times, looked at, and run a hundred times more, each time
until its sharp picture is there. Exits with 1 if more is kept than a lesson can bear.
"""
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]
os.environ["PYTHONPATH"] = str(ROOT)  # the kernel runs elsewhere

# first of all: it sets the threads before numpy loads
from benchmarks.engine import Figure, main  # noqa: E402, I001

import harness  # noqa: E402

from tools.browser import chromium  # noqa: E402

WARM, RUNS = 10, 100
CELL = "rl.vanishing_and_exploding()"
DRAWN = "canvas[data-ratio='2']"
SETUP = """\
import gc, json, threading
from pathlib import Path
from ipywidgets.widgets import widget
import matplotlib.pyplot as plt
import rnnlib as rl
def kept():
    gc.collect()
    words = Path('/proc/self/smaps_rollup').read_text().split()
    return json.dumps({
        'kernel': int(words[words.index('Pss:') + 1]) * 1024, 'widgets': len(widget._instances),
        'threads': threading.active_count(), 'files': len(list(Path('/proc/self/fd').iterdir())),
        'figures': len(plt.get_fignums())})"""
# what may be kept of all runs: the goals are in bytes; of things there is none
MOST = {"kernel": 5e6, "page": 60e6, "widgets": 0, "threads": 0, "files": 0, "figures": 0,
        "nodes": 0}


def seen(notebook):
    """What kernel and page hold now."""
    notebook.page.wait_for_timeout(2000)  # a ground comes after the sharp picture
    kernel = json.loads(notebook.python("print(kept())"))
    page = notebook.held()
    return {**kernel, "page": page,
            "nodes": notebook.page.evaluate("document.querySelectorAll('*').length")}


def run(notebook, times):
    """Runs the cell so many times, as a reader does."""
    for _ in range(times):
        notebook.run_cell(1)
        notebook.output(1).locator(DRAWN).first.wait_for()


def figures():
    """All figures, one after another."""
    with (tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as settings,
          chromium() as browser):
        lab = harness.Lab(folder, settings)
        try:
            notebook = harness.Notebook.of(browser, lab, "again", SETUP, CELL)
            run(notebook, WARM)
            before = seen(notebook)
            run(notebook, RUNS)
            yield from told(before, seen(notebook))
            notebook.close()
        finally:
            lab.stop()


def told(before, after):
    """A figure for each kind of thing."""
    for what, most in MOST.items():
        grown, in_bytes = after[what] - before[what], what in ("kernel", "page")
        words = [f"{number / 1e6:.1f} MB" if in_bytes else f"{number}"
                 for number in (grown, before[what], after[what], most)]
        yield Figure(f"{what} after {RUNS} runs more", f"+{words[0]}", f"{words[1]} -> {words[2]}",
                     grown, f"<= {words[3]}", grown <= most)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

"""The stepper's figures: Python time and size, frames from a key press to the changed picture.

    python benchmarks/stepper.py [--json]

The Python figures are for n_x = 3, units = (4, 2), n_y = 2, T = 12. The frames are counted in a
real JupyterLab in a real Chromium with the kernel stopped, and left out where there is no
browser. Exits with 1 if a figure is missed.
"""
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

# first of all: it sets the threads before numpy loads
from benchmarks.engine import Figure, main, medians, milli  # noqa: E402, I001

import numpy as np  # noqa: E402

import course  # noqa: E402
import rnnlib as rl  # noqa: E402

SECONDS, BYTES, FRAMES = 0.3, 300_000, 2
SIZES = {"n_x": 3, "units": (4, 2), "n_y": 2}
PRESSES = 40
NOTEBOOK = f"""\
import numpy as np
import rnnlib as rl
net = rl.Network(**{SIZES})
rng = np.random.default_rng(1)
fwd = net.forward(rng.normal(size=(12, 3)), rng.integers(2, size=12))
rl.backward_stepper(net, fwd)"""
STEPPERS = {"forward": rl.forward_stepper, "backward": rl.backward_stepper}


def example(T=12):
    """(net, fwd)."""
    net, rng = rl.Network(**SIZES), np.random.default_rng(1)
    return net, net.forward(rng.normal(size=(T, 3)), rng.integers(2, size=T))


def shown(make, net, fwd):
    """Make a stepper and its output bundle, as a notebook does, and let go of it."""
    view = make(net, fwd)
    view._repr_mimebundle_()
    view.close()


def appearing(name):
    """The Python time until a stepper appears."""
    (spent,) = medians(partial(shown, STEPPERS[name], *example()))
    return Figure(f"{name} stepper, T = 12, appears", milli(spent), "", spent,
                  f"<= {SECONDS} s", spent <= SECONDS)


def weighing(name):
    """The size of what is sent to the browser."""
    view = STEPPERS[name](*example())
    size = len(json.dumps(view.get_state(), ensure_ascii=False).encode())
    parts = {part: len(json.dumps(value, ensure_ascii=False).encode())
             for part, value in view.scene.items()}
    view.close()
    largest = max(parts, key=parts.get)
    return Figure(f"{name} stepper, T = 12, size", f"{size / 1e3:.0f} kB",
                  f"{largest} {parts[largest] / 1e3:.0f} kB", size / 1e3, f"<= {BYTES / 1e3:g} kB",
                  size <= BYTES)


def stepping():
    """Frames from key press to changed picture, with the kernel stopped; the median counts."""
    import frames
    import harness
    from nbformat.v4 import new_code_cell, new_notebook

    from tools.browser import chromium
    from tools.notebooks import prepare, text_of

    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page = Path(folder) / "work"
        page.mkdir()
        nb = prepare(new_notebook(cells=[new_code_cell(NOTEBOOK)]))
        (page / "stepper.ipynb").write_text(text_of(nb), encoding="utf-8")
        lab = harness.Lab(page, folder)
        try:
            notebook = harness.Notebook(browser, lab, "stepper.ipynb")
            notebook.run_all()
            notebook.stop_kernel()
            root = notebook.output(0).locator(".rg")
            found = frames.after_each_press(notebook.page, root, ["ArrowRight"] * PRESSES)
        finally:
            lab.stop()
    middle = median(found.frames)
    return Figure(f"a step, no kernel, {PRESSES} key presses",
                  f"{middle:g} frames, worst {max(found.frames)}",
                  f"{median(found.milliseconds):.0f} ms, worst {max(found.milliseconds):.0f} ms",
                  middle, f"<= {FRAMES}", middle <= FRAMES)


def figures():
    """All figures, one after another."""
    for name in STEPPERS:
        yield appearing(name)
        yield weighing(name)
    if course.find_browser():
        yield stepping()
    else:
        print("no browser: the frames of a step were not measured", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

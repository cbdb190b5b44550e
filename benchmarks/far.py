"""A kernel far away: frames from a key press to the changed picture, and pictures of a drag.

    python3 course.py bench far
    .venv/bin/python benchmarks/far.py [--json]

What page and server of a real JupyterLab say comes 150 ms late each way. Of notebook 04's first
explorer one control is changed, the hand goes to the spectral radius and presses a key one second
after that change, and four more; later a real mouse drags it. Also told: what the kernel has to
do for it. Exits with 1 if a figure is missed.
"""
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]
os.environ["PYTHONPATH"] = str(ROOT)  # the kernel runs elsewhere

# first of all: it sets the threads before numpy loads
from benchmarks.engine import Figure, main  # noqa: E402, I001

import frames  # noqa: E402
import harness  # noqa: E402
import psutil  # noqa: E402
from distance import Distance  # noqa: E402

from tools.browser import chromium  # noqa: E402

SECONDS, AFTER = 0.15, 1.0  # each way; of the first press after the other control's change
ROUNDS, PRESSES, FRAMES = 8, 5, 2
REST_SECONDS, DRAG_SECONDS, PER_SECOND = 8, 3, 30
CELL = "import os\nimport rnnlib as rl\npanel = rl.vanishing_and_exploding()\npanel"
COUNT = f"""() => {{
  Object.assign(window, {{ ahead: 0, letters: 0, pictures: 0 }});
  {harness.CURRENT}.sessionContext.session.kernel.iopubMessage.connect((_, {{ content }}) => {{
    const { '{ kind, picture }' } = content.data?.content ?? {{}};
    if (kind !== 'ahead') return;
    window.ahead += 1;
    window.letters += (picture.png ?? picture.ink).length;
  }});
  new MutationObserver((changes) => {{
    const last = changes.at(-1);
    window.pictures += last.target.dataset.of !== last.oldValue;
  }}).observe(document.querySelector('.rnnlib-picture canvas'),
    {{ attributeFilter: ['data-of'], attributeOldValue: true }});
}}"""


def pressing(notebook):
    """Frames of all presses, round after round, and those of the first of each round."""
    output, found = notebook.output(0), []
    T, rho = (output.get_by_role("slider", name=name) for name in ("time steps", "spectral"))
    for k in range(ROUNDS):
        there, back = ("ArrowRight", "ArrowLeft") if k % 2 else ("ArrowLeft", "ArrowRight")
        T.focus()
        notebook.page.keyboard.press(there)
        changed = time.monotonic()
        rho.focus()
        notebook.page.wait_for_timeout(1000 * (AFTER - time.monotonic() + changed))
        found.append(frames.after_each_press(notebook.page, output, [back] * PRESSES,
                                             slider="spectral", shows=frames.PICTURE))
        notebook.page.wait_for_timeout(2000)
    return found


def dragging(notebook):
    """Changed pictures per second of a drag to and fro."""
    handle = notebook.output(0).get_by_role("slider", name="spectral").bounding_box()
    rail = notebook.output(0).locator(".noUi-base").first.bounding_box()
    x, y, step = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2, 4
    mouse = notebook.page.mouse
    mouse.move(x, y)
    notebook.page.wait_for_timeout(1000 * REST_SECONDS)
    mouse.down()
    before, end = notebook.page.evaluate("window.pictures"), time.monotonic() + DRAG_SECONDS
    while time.monotonic() < end:
        if not rail["x"] < x + step < rail["x"] + rail["width"]:
            step = -step
        x += step
        mouse.move(x, y)
    pictures = notebook.page.evaluate("window.pictures") - before
    mouse.up()
    return pictures / DRAG_SECONDS


def figures():
    """All figures, one after another."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as settings:
        lab = harness.Lab(folder, settings)
        try:
            with chromium() as browser, Distance(lab) as far:
                far.seconds = SECONDS
                notebook = harness.Notebook.of(browser, far.lab, "far", CELL)
                yield from measured(notebook)
                notebook.close()
        finally:
            lab.stop()


def measured(notebook):
    """What is told of the notebook's explorer."""
    notebook.page.evaluate(COUNT)
    kernel = psutil.Process(int(notebook.python("print(os.getpid())")))
    found = pressing(notebook)
    for words, taken in (("first", [one.frames[:1] for one in found]),
                         ("every", [one.frames for one in found])):
        counts = sum(taken, ())
        yield Figure(f"{words} press, {1000 * SECONDS:g} ms away", f"{median(counts):g} frames",
                     f"worst {max(counts)} of {len(counts)}", median(counts), f"<= {FRAMES}",
                     median(counts) <= FRAMES)
    before, spent = notebook.page.evaluate("window.ahead"), sum(kernel.cpu_times()[:2])
    rate = dragging(notebook)
    yield Figure("drag", f"{rate:.1f} pictures/s", f"load {os.getloadavg()[0]:.1f}", rate,
                 f">= {PER_SECOND}", rate >= PER_SECOND)
    ahead, letters = notebook.page.evaluate("[window.ahead, window.letters]")
    spent = sum(kernel.cpu_times()[:2]) - spent
    yield Figure("kernel's CPU for a rest and a drag", f"{spent:.2f} s",
                 f"{ahead - before} pictures ahead", spent, "told", True)
    yield Figure("sent ahead in all", f"{letters / 1e6:.1f} MB", f"{ahead} pictures",
                 letters / 1e6, "told", True)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

"""Live charts in a real JupyterLab and Chromium: ours, the usual ways, and the floor.

    python3 course.py bench live_charts
    .venv/bin/python benchmarks/live_charts.py [press] [drag] [sharp] [memory] [--json] ...

press   a key on the slider to the new picture; techniques take turns, press by press
drag    a real mouse drags the slider for 3 s with every core busy: pictures per second, the size
        of the box and blank frames, and whether the last value is the one shown
sharp   on a screen with two pixels per CSS pixel: from the mouse's release to a sharp picture
memory  10,000 slider events: what the kernel's and the page's process grow by

The floor is a slider whose callback sets a label's text. All techniques stand in one notebook,
with one kernel; ipympl and bqplot are left out where they are not installed. Exits with 1 if a
figure is missed; the machine's load is told beside them. `--remembering floor` shows how much of
the page's memory is JupyterLab's own, not yet collected.
"""
import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "browser")]
os.environ["PYTHONPATH"] = str(HERE.parent)  # the kernel runs elsewhere

# first: it keeps linear algebra to one thread, before numpy loads
from benchmarks.engine import Figure, told  # noqa: E402, I001

import harness  # noqa: E402
import nbformat  # noqa: E402
import psutil  # noqa: E402

from tools.browser import chromium  # noqa: E402

# how the page knows that a technique has a new picture
KINDS = {"floor": "text", "ours": "canvas", "interact": "img", "ipympl": "canvas",
         "bqplot": "path", "image": "img"}
# our median may be at most this many times that of each
SHARES = {"floor": 2.0, "interact": 1 / 6, "ipympl": 0.6, "bqplot": 1.0}
DRAG_SECONDS, PICTURES_PER_SECOND = 3.0, 8
SHARP_MS, KERNEL_MB, PAGE_MB = 250, 5, 150
WARM_EVENTS, EVENT_MS = 500, 5
PARTS = ("press", "drag", "sharp", "memory")


# ---------------------------------------------------------------- the page

class Charts(harness.Notebook):
    """A notebook that shows some techniques, one a cell, with the page's half loaded."""

    def __init__(self, browser, lab, names, **size):
        write_notebook(lab.folder / "charts.ipynb", names)
        super().__init__(browser, lab, "charts.ipynb", height=1100, **size)
        self.names = names
        self.run_all()
        self.page.add_script_tag(path=HERE / "live_charts.js")
        for name in names:
            self.handle(name).wait_for()
            self.page.evaluate("([name, kind, node]) => bench.watch(name, kind, node)",
                               [name, KINDS[name], self.root(name).element_handle()])
        self.demand_quiet()

    def root(self, name):
        return self.output(1 + self.names.index(name))

    def handle(self, name):
        return self.root(name).locator(".noUi-handle")

    def ask(self, what, *arguments):
        """What a function of live_charts.js gives."""
        return self.page.evaluate(f"words => bench.{what}(...words)", list(arguments))

    def settle(self, name):
        self.ask("settled", name)

    def pictures(self, name):
        return self.page.evaluate("name => bench.seen[name].pictures", name)

    def press(self, name, key):
        """{applied, painted}: ms from a key on the slider to the new picture."""
        self.handle(name).focus()
        self.settle(name)
        self.ask("nextPicture", name)
        self.page.keyboard.press(key)
        return self.page.evaluate("name => bench.seen[name].arriving", name)

    def shown(self, name):
        """The pixels of a canvas at rest, as text."""
        self.settle(name)
        return self.root(name).locator("canvas").first.evaluate("node => node.toDataURL()")

    def kernel(self):
        """The kernel's process."""
        return psutil.Process(int(self.cells()[0].outputs[0]["text"]))


def write_notebook(path, names):
    """A notebook that makes each technique in a cell of its own."""
    first = "import os\n\nfrom benchmarks import _live_pictures as charts\n\nprint(os.getpid())"
    sources = [first, *(f"charts.{name}()" for name in names)]
    # without a named kernel JupyterLab would ask which
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": kernel}), path)


@contextlib.contextmanager
def lab_and_browser():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as settings:
        lab = harness.Lab(folder, settings)
        try:
            with chromium() as browser:
                yield lab, browser
        finally:
            lab.stop()


# ---------------------------------------------------------------- press

def press(lab, browser, options):
    """A key press to the new picture, techniques in turns."""
    charts = Charts(browser, lab, options.techniques)
    spent = {name: [] for name in options.techniques}
    for k in range(options.warm + options.presses):
        for name in options.techniques:
            # fifteen steps up, fifteen down: every press brings another value
            took = charts.press(name, "ArrowRight" if k // 15 % 2 == 0 else "ArrowLeft")
            if k >= options.warm:
                spent[name].append(took)
    charts.close()
    yield from compared(spent)


def compared(spent):
    """Each technique's median and 90th percentile, and our ratio to it."""
    ours = spread([took["painted"] for took in spent["ours"]])
    for name, takes in spent.items():
        median, high = spread([took["painted"] for took in takes])
        applied, _ = spread([took["applied"] for took in takes])
        share = SHARES.get(name)
        yield Figure(
            f"press to picture, {name}", f"ours {ours[0]:.0f} ms",
            f"median {median:.0f}, p90 {high:.0f} (applied {applied:.0f})", ours[0] / median,
            f"<= {share:.2f}" if share else "told", not share or ours[0] <= share * median)


def spread(numbers):
    """Median and 90th percentile."""
    return statistics.median(numbers), statistics.quantiles(numbers, n=10)[-1]


# ---------------------------------------------------------------- drag

def drag(lab, browser, options):
    """Pictures per second while the mouse drags and all cores are busy, and their box."""
    charts = Charts(browser, lab, options.techniques)
    for name in options.techniques:
        with busy(os.cpu_count()):
            pictures, box = dragged(charts, name, box=name == "ours")
        rate = pictures / DRAG_SECONDS
        yield Figure(f"drag, {name}", f"{rate:.1f} pictures/s", f"{pictures} in 3 s", rate,
                     f">= {PICTURES_PER_SECOND}" if name == "ours" else "told",
                     name != "ours" or rate >= PICTURES_PER_SECOND)
        if name == "ours":
            faults = box["blank"] + len(box["boxes"]) - 1
            yield Figure("frames blank, other sizes of the box", f"{faults}",
                         f"{box['frames']} frames, {'; '.join(box['boxes'])}", faults, "0",
                         faults == 0)
    wrong = sum(last_value_lost(charts, k) for k in range(options.drags))
    yield Figure("drags whose last value was not shown", f"{wrong}", f"{options.drags} drags",
                 wrong, "0", wrong == 0)
    charts.close()


@contextlib.contextmanager
def busy(cores):
    """As many processes as cores that do nothing but count."""
    counting = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                for _ in range(cores)]
    try:
        yield
    finally:
        for process in counting:
            process.kill()
            process.wait()


def dragged(charts, name, seconds=DRAG_SECONDS, box=False):
    """How many pictures a drag of some seconds brought, and what `watchBox` saw if asked."""
    charts.settle(name)
    mouse, ways = charts.page.mouse, way(charts, name)
    watching = charts.page.evaluate_handle(
        "([name, box]) => box ? bench.watchBox(name) : () => null", [name, box])
    mouse.move(*next(ways))
    mouse.down()
    before, end = charts.pictures(name), time.monotonic() + seconds
    while time.monotonic() < end:
        mouse.move(*next(ways))
    pictures = charts.pictures(name) - before
    mouse.up()
    charts.settle(name)
    return pictures, watching.evaluate("stop => stop()")


def way(charts, name, pixels=4):
    """Places of the mouse on the slider: from the knob to the right end, and to and fro."""
    handle = charts.handle(name)
    handle.scroll_into_view_if_needed()
    knob = handle.bounding_box()
    rail = charts.root(name).locator(".noUi-base").bounding_box()
    x, y, step = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2, pixels
    while True:
        yield x, y
        if not rail["x"] < x + step < rail["x"] + rail["width"]:
            step = -step
        x += step


def last_value_lost(charts, k):
    """Whether after a short drag another picture stands there than the same value brings when
    it is set calmly, by keys."""
    dragged(charts, "ours", 0.4 + 0.1 * (k % 4))
    released, handle = charts.shown("ours"), charts.handle("ours")
    there, back = (("ArrowLeft", "ArrowRight") if k % 2 else ("ArrowRight", "ArrowLeft"))
    handle.press(there)
    beside = charts.shown("ours")
    handle.press(back)
    return released != charts.shown("ours") or released == beside


# ---------------------------------------------------------------- sharp

def sharp(lab, browser, options):
    """From the release of the mouse to a picture of two pixels per CSS pixel."""
    charts, took = Charts(browser, lab, ["ours"], device_scale_factor=2), []
    for _ in range(options.drags):
        charts.settle("ours")
        ways = way(charts, "ours")
        charts.page.mouse.move(*next(ways))
        charts.page.mouse.down()
        for _ in range(20):
            charts.page.mouse.move(*next(ways))
        arriving = charts.page.evaluate_handle("() => ({ ms: bench.sharpAfterRelease('ours') })")
        charts.page.mouse.up()
        took.append(arriving.evaluate("it => it.ms"))
    charts.close()
    median, high = spread(took)
    yield Figure("release to sharp picture", f"{median:.0f} ms",
                 f"p90 {high:.0f}, {len(took)} drags", median, f"<= {SHARP_MS} ms",
                 median <= SHARP_MS)


# ---------------------------------------------------------------- memory

def memory(lab, browser, options):
    """What many slider events leave in the kernel, and at most in the page's process."""
    charts = Charts(browser, lab, [options.remembering])
    name, kernel = options.remembering, charts.kernel()
    charts.ask("manyEvents", name, WARM_EVENTS, EVENT_MS)
    charts.settle(name)
    before, page = kernel.memory_info().rss, page_process(browser)
    page_before, pictures, most = page.memory_info().rss, charts.pictures(name), 0
    running = charts.page.evaluate_handle(
        "words => ({ done: bench.manyEvents(...words).then(() => { bench.over = true; }) })",
        [name, options.events, EVENT_MS])
    while not charts.page.evaluate("bench.over"):
        most = max(most, page.memory_info().rss)
        time.sleep(0.25)
    running.dispose()
    charts.settle(name)
    grown = {"kernel": kernel.memory_info().rss - before,
             "page": max(most, page.memory_info().rss) - page_before}
    told_beside = f"{options.events} events, {charts.pictures(name) - pictures} pictures"
    charts.close()
    for what, most_mb in (("kernel", KERNEL_MB), ("page", PAGE_MB)):
        mb = grown[what] / 1e6
        yield Figure(f"memory of the {what}, {name}", f"+{mb:.1f} MB", told_beside, mb,
                     f"< {most_mb} MB", mb < most_mb)


def page_process(browser):
    """The largest renderer of the browser: the one that holds the notebook."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return max((psutil.Process(p["id"]) for p in processes if p["type"] == "renderer"),
               key=lambda process: process.memory_info().rss)


# ---------------------------------------------------------------- the command

def installed():
    """The techniques that this environment has."""
    missing = [name for name in ("ipympl", "bqplot") if find_spec(name) is None]
    if missing:
        print(f"not compared with {' and '.join(missing)}: install requirements-bench.txt for it",
              file=sys.stderr)
    return [name for name in KINDS if name not in missing]


def command_line():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--techniques", nargs="+", choices=KINDS, default=installed())
    parser.add_argument("--presses", type=int, default=30, help="presses of each technique")
    parser.add_argument("--warm", type=int, default=3, help="presses before those")
    parser.add_argument("--drags", type=int, default=8, help="short drags of ours")
    parser.add_argument("--events", type=int, default=10_000, help="slider events for memory")
    parser.add_argument("--remembering", choices=KINDS, default="ours",
                        help="whose memory is measured")
    return parser


def main(words=None):
    """Measure the parts, print them; the exit status."""
    parser = command_line()
    options = parser.parse_args(words)
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"part must be one of {', '.join(PARTS)}, got {part!r}")
    if "ours" not in options.techniques:
        options.techniques.append("ours")
    measure, found = {"press": press, "drag": drag, "sharp": sharp, "memory": memory}, []
    with lab_and_browser() as (lab, browser):
        for part in options.parts or PARTS:
            found += measure[part](lab, browser, options)
            print(f"{part}: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
                  file=sys.stderr, flush=True)
    return told(found, options.json)


if __name__ == "__main__":
    sys.exit(main())

"""The site's figures: how long it takes to write, its bytes, and how fast its pictures come.

    python benchmarks/site.py [--json]

It writes the whole site into a folder of its own. Bytes are those that travel: packed, as servers
send them, but of the whole site as they lie. Exits with 1 if a figure is missed.
"""
import gzip
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

# first of all: it sets the threads before a kernel starts
from benchmarks.engine import Figure, main  # noqa: I001

from tools.browser import chromium
from tools.site.__main__ import write

MINUTES, MEGABYTES = 8, 25
INDEX, PAGE, RECORDING = 100, 300, 700  # kB
FIRST_SECONDS, STEP_FRAMES, SLIDE_FRAMES = 1, 1, 2
STEPPER, EXPLORER = "03_backpropagation_through_time", "04_vanishing_and_exploding"


def packed(*paths):
    """kB of files as a server sends them."""
    return sum(len(gzip.compress(path.read_bytes())) for path in paths) / 1e3


def largest(what, sizes, most):
    """The figure of the largest of these, in kB."""
    name = max(sizes, key=sizes.get)
    return Figure(what, f"{sizes[name]:.0f} kB", name, sizes[name], f"<= {most} kB",
                  sizes[name] <= most)


def weights(folder):
    """What travels."""
    shared = folder / "site.css", folder / "site.js"
    index, *pages = sorted(folder.glob("*.html"), key=lambda path: path.stem != "index")
    yield largest("the index, with what all pages share", {"": packed(index, *shared)}, INDEX)
    yield largest("the largest page before its recordings, packed",
                  {path.stem: packed(path, *shared) for path in pages}, PAGE)
    yield largest("the largest recording, packed",
                  {path.stem: packed(path) for path in (folder / "recordings").iterdir()},
                  RECORDING)


def opening(page, folder):
    """Seconds from nothing to the first picture, of the slowest page."""
    spent = []
    for path in sorted(folder.glob("[0-9]*.html")):
        start = perf_counter()
        page.goto(path.as_uri())
        page.locator(".graph .stage, figure img").first.wait_for()
        spent.append(perf_counter() - start)
    slowest, middle = max(spent), median(spent)
    return Figure("first picture of a page from disk", f"{slowest:.2f} s at most",
                  f"{middle:.2f} s median", slowest, f"<= {FIRST_SECONDS} s",
                  slowest <= FIRST_SECONDS)


def moving(what, found, most):
    """The figure of key presses."""
    middle = median(found.frames)
    return Figure(what, f"{middle:g} frames, worst {max(found.frames)}",
                  f"{median(found.milliseconds):.0f} ms, worst {max(found.milliseconds):.0f} ms",
                  middle, f"<= {most}", middle <= most)


def by_hand(folder):
    """What a reader waits for."""
    import frames
    import harness

    with chromium() as browser:
        page = harness.Page(browser).page
        yield opening(page, folder)
        page.goto((folder / f"{STEPPER}.html").as_uri())
        found = frames.after_each_press(page, page.locator(".graph").first,
                                        ["ArrowRight"] * 12 + ["ArrowLeft"] * 8)
        yield moving("a stepper's step", found, STEP_FRAMES)
        page.goto((folder / f"{EXPLORER}.html").as_uri())
        figure = page.locator("[data-recording]").first
        figure.scroll_into_view_if_needed()
        figure.locator("svg").wait_for()
        found = frames.after_each_press(page, figure, ["ArrowRight", "ArrowLeft"] * 10,
                                        "spectral radius ρ", frames.RECORDED)
        yield moving("a recorded slider's step", found, SLIDE_FRAMES)


def figures():
    """All figures, one after another."""
    with tempfile.TemporaryDirectory() as place:
        folder, start = Path(place), perf_counter()
        files = write(folder)
        minutes = (perf_counter() - start) / 60
        yield Figure("writing the whole site", f"{minutes:.1f} min", f"{len(files)} files", minutes,
                     f"<= {MINUTES} min", minutes <= MINUTES)
        whole = sum(path.stat().st_size for path in files) / 1e6
        yield Figure("the whole site", f"{whole:.1f} MB", "", whole, f"<= {MEGABYTES} MB",
                     whole <= MEGABYTES)
        yield from weights(folder)
        yield from by_hand(folder)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

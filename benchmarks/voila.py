"""Notebook 09 by Voila: when its first explorer answers, and the memory of every reader.

    python3 course.py bench voila
    .class/bin/python benchmarks/voila.py [--json]

Voila is started with the README's words; the readers come one after another. The time counts from
the request for the page to the answer of the first explorer, a training that goes on meanwhile: its
first button, pressed as soon as its picture is there, has become another one. Memory is PSS, of the
kernels when all cells have run and all pages are still open. Exits with 1 if a figure is missed.
"""
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# first of all: it sets the threads before a kernel starts
from benchmarks.engine import Figure, main  # noqa: I001

import psutil

import course
from benchmarks._student import cpu, free_ports, megabytes
from tools.browser import chromium

ROOT = course.HERE
NOTEBOOK = "09_training_on_real_sequences"
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
WORDS = ["--strip_sources=False", "--progressive_rendering=True",
         "--MappingKernelManager.cull_interval=60", "--MappingKernelManager.cull_idle_timeout=600"]
READERS, USABLE_SECONDS, START_SECONDS, RUN_SECONDS = 3, 15, 60, 180
PRESS = """root => new Promise(done => {
  const button = root.querySelector('button');
  const before = button.textContent;
  button.click();
  const look = () => button.textContent !== before ? done() : setTimeout(look, 20);
  look();
})"""


@contextlib.contextmanager
def voila(folder):
    """(process, address) of a Voila that shows the course's notebooks."""
    (port,) = free_ports(1)
    env = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    with open(Path(folder) / "voila.log", "w") as log:
        process = psutil.Popen([sys.executable, "-m", "voila", ROOT / "notebooks", *WORDS,
                                "--no-browser", f"--port={port}"], env=env, cwd=folder,
                               stdout=log, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        await_answer(url)
        yield process, f"{url}/voila/render/{NOTEBOOK}.ipynb"
    finally:
        everybody = [process, *process.children(recursive=True)]
        for each in everybody:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.terminate()
        for each in psutil.wait_procs(everybody, timeout=10)[1]:
            each.kill()


def await_answer(url):
    """Wait until a server answers there."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            return urllib.request.urlopen(url, timeout=START_SECONDS).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def reads(browser, url):
    """Seconds until a new reader has the first explorer's picture, and until it has answered."""
    page, begun = browser.new_page(), time.perf_counter()
    page.goto(url, wait_until="commit")
    panel = page.locator(".rnnlib-panel").first
    panel.locator("canvas[data-pictures]").wait_for(timeout=RUN_SECONDS * 1e3)
    seen = time.perf_counter() - begun
    panel.evaluate(PRESS)
    answered = time.perf_counter() - begun
    panel.evaluate(PRESS)  # it goes on
    return seen, answered


def settle(kernels):
    """Wait until no kernel computes any more."""
    end, before = time.monotonic() + RUN_SECONDS, None
    while time.monotonic() < end and before != (now := [round(cpu(each), 1) for each in kernels]):
        before = now
        time.sleep(3)


def figures():
    """All figures, one after another."""
    with tempfile.TemporaryDirectory() as folder, voila(folder) as (server, url):
        with chromium() as browser:
            found = []
            for _ in range(READERS):
                found.append(reads(browser, url))
                kernels = server.children(recursive=True)
                settle(kernels)
            held = sum(map(megabytes, kernels)) / len(kernels)
        seen, answered = zip(*found)
        middle = statistics.median(answered)
        yield Figure("09 by Voila, first explorer answers", f"{middle:.1f} s",
                     f"seen after {statistics.median(seen):.1f} s; each of {READERS}: "
                     + ", ".join(f"{each:.1f}" for each in answered), middle,
                     f"<= {USABLE_SECONDS} s", middle <= USABLE_SECONDS)
        yield Figure("a reader of 09", f"{held:.0f} MB", f"Voila {megabytes(server):.0f} MB",
                     held, "told", True)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

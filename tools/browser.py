"""A headless Chromium, Chrome or Edge of this machine: for the browser tests, and to draw graphs.

JupyterLab shows no SVG of a notebook that it does not trust, so a stored graph stands there as a
PNG, too.
"""
import base64
import contextlib
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

import course

# headless, and silent: a browser that looks for updates would itself send requests out
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"]


@contextlib.contextmanager
def chromium():
    """The browser, driven by playwright; FileNotFoundError with what to do where there is none."""
    executable = course.find_browser()
    if executable is None:
        raise FileNotFoundError(course.NO_BROWSER)
    sandbox = ["--no-sandbox"] if course.is_root() else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS + sandbox)
        try:
            yield browser
        finally:
            browser.close()


def drawn(svgs, ratio=2):
    """PNGs in base64 of the texts of SVGs, with `ratio` pixels for each of theirs."""
    def draw():
        with chromium() as browser:
            page = browser.new_page(device_scale_factor=ratio, java_script_enabled=False)
            return [_drawn(page, svg) for svg in svgs]

    # a thread of its own: playwright wants one without another event loop, such as a test's
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(draw).result()


def _drawn(page, svg):
    page.set_content(f"<!doctype html><body style='margin: 0'>{svg}")
    out = io.BytesIO()
    _flat(Image.open(io.BytesIO(page.locator("svg").first.screenshot()))).save(
        out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def _flat(image):
    """An image in its 256 most frequent colours, a third as long: areas and lines keep theirs
    exactly, the rest, which is edges, gets the nearest."""
    pixels = np.asarray(image.convert("RGB")).astype(int)
    codes, index, counts = np.unique(pixels @ [1 << 16, 1 << 8, 1], return_inverse=True,
                                     return_counts=True)
    colours = codes[:, None] >> [16, 8, 0] & 255
    kept = colours[np.argsort(-counts, kind="stable")[:256]]
    nearest = [((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours]
    flat = Image.fromarray(np.array(nearest, np.uint8)[index].reshape(pixels.shape[:2]), "P")
    flat.putpalette(kept.astype(np.uint8).tobytes())
    return flat

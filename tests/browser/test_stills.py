"""The stored pictures, where nothing runs: a notebook not trusted, an HTML page, paper."""
import base64
import io
import json

import harness
import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter
from PIL import Image
from traitlets.config import Config

import course
from rnnlib.style import ROLES
from tools import browser as tools_browser
from tools.notebooks import ROOT, code_cells, read

NAME = "03_backpropagation_through_time.ipynb"
# the width of the text on A4 with nbconvert's margins, in pixels of CSS
PAPER = 698


@pytest.fixture(scope="module")
def stored():
    """[(data, metadata)] of every picture of a notebook."""
    return [(output.data, output.metadata) for _, cell in code_cells(read(
        ROOT / "notebooks" / NAME)) for output in cell.outputs
        if "image/png" in output.get("data", {})]


def size(png):
    return Image.open(io.BytesIO(base64.b64decode(png))).size


def test_a_graph_drawn_has_its_size_and_its_colours(stored):
    data, metadata = next((d, m) for d, m in stored if "image/svg+xml" in d)
    (png,) = tools_browser.drawn([data["image/svg+xml"]])
    about = metadata["image/png"]
    assert size(png) == size(data["image/png"]) == (2 * about["width"], 2 * about["height"])
    colours = np.array([colour for _, colour in Image.open(io.BytesIO(
        base64.b64decode(png))).convert("RGB").getcolors()])
    for role in ("W_x", "W_a", "W_y"):  # colours that mean something are still those
        wanted = [int(ROLES[role].light[k:k + 2], 16) for k in (1, 3, 5)]
        assert abs(colours - wanted).max(axis=1).min() == 0


def test_a_notebook_that_is_not_trusted_shows_every_picture(open_notebook, stored):
    notebook = open_notebook(f"notebooks/{NAME}", width=1600)  # room for the widest
    shown = notebook.page.locator(".jp-RenderedImage img:visible")
    shown.nth(len(stored) - 1).wait_for()
    sizes = shown.evaluate_all("images => images.map(i => [i.naturalWidth, i.width, i.height])")
    assert sizes == [[2 * about["width"], about["width"], about["height"]]
                     for _, metadata in stored for about in [metadata["image/png"]]]


@pytest.fixture(scope="module")
def exported():
    """The notebook as HTML, as JupyterLab of the course exports it after it was run and saved."""
    nb = nbformat.read(ROOT / "notebooks" / NAME, 4)
    nb.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"1": {}}}}
    for _, cell in code_cells(nb):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                output.data["application/vnd.jupyter.widget-view+json"] = {"model_id": "1"}
    config = Config(json.loads(json.dumps(course.LAB_SETTINGS["jupyter_config"])))
    return HTMLExporter(config=config).from_notebook_node(nb)[0]


def test_a_page_made_of_it_shows_the_pictures_and_asks_for_no_widgets(exported):
    assert "widget" not in "".join(line for line in exported.splitlines() if "src=" in line)
    assert "application/vnd.jupyter.widget" not in exported


def test_no_picture_is_cut_off_on_paper(browser, exported, stored, tmp_path):
    page = harness.Page(browser, width=PAPER, height=1000)
    page.page.emulate_media(media="print")
    page.page.set_content(exported, wait_until="domcontentloaded")
    boxes = page.page.locator(".jp-RenderedImage img").evaluate_all(
        "images => images.map(i => [i.getBoundingClientRect().right, i.width / i.height])")
    page.close()
    assert len(boxes) == len(stored)
    for (right, shape), (_, metadata) in zip(boxes, stored):
        about = metadata["image/png"]
        assert right <= PAPER
        assert shape == pytest.approx(about["width"] / about["height"], rel=0.02)

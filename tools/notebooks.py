"""Run notebooks and store their outputs, so that a second run writes the same bytes.

    python -m tools.notebooks [--check] [notebook ...]     (python3 course.py notebooks ...)

Each notebook runs in a fresh kernel in its own folder. What changes from run to run or from
machine to machine is not stored: widget views and their state, timings, tracebacks, the
kernel's Python version. --check writes nothing and says which cells would change. A graph that is
new gets a PNG beside its SVG, which wants a browser.
"""
import argparse
import base64
import copy
import io
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

from rnnlib.environment import release

ROOT = Path(__file__).resolve().parents[1]
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SVG, PNG = "image/svg+xml", "image/png"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LOOK_AWAY = "nbval-ignore-output"
# against an endless loop: a recording takes minutes where other programs are at work
CELL_SECONDS = 900
# Two renderings of one figure by different matplotlib releases differ in their antialiasing
# and hinting. Means over blocks of this many pixels hide that, and still show a moved line.
# Releases before 3.11 set letters by another program, in other widths.
BLOCK = 8
BLOCK_TOLERANCE = 0.1
BLOCKS_ALLOWED = 0.01 if release(matplotlib.__version__) >= (3, 11) else 0.05
# Such a mean takes one colour for another like it. So what is flat in one picture, with this share
# of its pixels, must be in the other with the second share at least, but for so many of 255.
FLAT, FOUND, COLOUR_TOLERANCE = 0.002, 0.0005, 3


def all_notebooks():
    """The course's notebooks in reading order."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path):
    """A notebook as stored; nothing is added to it."""
    return nbformat.from_dict(nbformat.reader.reads(Path(path).read_text(encoding="utf-8")))


def text_of(nb):
    """The text of a notebook's file."""
    # nbformat.v4, because nbformat itself would add random cell ids
    return nbformat.v4.writes(nb).rstrip("\n") + "\n"


def code_cells(nb):
    """(number from 1 among all cells, cell) for every code cell with code in it."""
    return [(i, c) for i, c in enumerate(nb.cells, 1)
            if c.cell_type == "code" and c.source.strip()]


# ---------------------------------------------------------------- running

@contextmanager
def live(nb, folder):
    """A NotebookClient whose kernel runs in the folder; the kernel ends with the block."""
    client = NotebookClient(
        nb, timeout=CELL_SECONDS, iopub_timeout=CELL_SECONDS, startup_timeout=CELL_SECONDS,
        kernel_name="python3", record_timing=False, store_widget_state=False,
        coalesce_streams=True,
        # it would warn of an unencrypted way to us, on this machine
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}})
    client.reset_execution_trackers()
    # what a reader has answered beside the notebooks is not stored in them
    with TemporaryDirectory() as kept, client.setup_kernel(
            env={**os.environ, "RNNLIB_KEPT": kept}):
        yield client


def run_cells(client):
    """Runs all cells in order; raises CellExecutionError at the first that raises."""
    for index, cell in enumerate(client.nb.cells):
        client.execute_cell(cell, index)


def executed(nb, folder):
    """A run copy of the notebook."""
    nb = copy.deepcopy(nb)
    with live(nb, folder) as client:
        run_cells(client)
    return nb


def has_picture(cell):
    """Whether an output of a code cell holds an image."""
    return any(kind.startswith("image/") for output in cell.get("outputs", ())
               for kind in output.get("data", ()))


# ---------------------------------------------------------------- what is stored

def prepare(nb):
    """The notebook with its fixed metadata, readable cell ids and no trailing spaces."""
    nb = copy.deepcopy(nb)
    nb.nbformat, nb.nbformat_minor = 4, 5
    nb.metadata = nbformat.from_dict(METADATA)
    taken = {cell.get("id") for cell in nb.cells}
    for number, cell in enumerate(nb.cells, 1):
        if not cell.get("id"):
            cell.id = free_id(f"{cell.cell_type}-{number:02d}", taken)
        cell.source = "\n".join(line.rstrip() for line in cell.source.strip("\n").split("\n"))
        for passing in ("execution", "collapsed", "scrolled", "trusted"):
            cell.metadata.pop(passing, None)
    return nb


def free_id(wanted, taken):
    while wanted in taken:
        wanted += "-"
    taken.add(wanted)
    return wanted


def strip_outputs(nb):
    """Removes, in place, what no other run or machine would reproduce; gives the notebook."""
    for _, cell in code_cells(nb):
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if output.output_type == "error":
                output.traceback = []
        cell.outputs = [o for o in cell.outputs if o.get("data", True)]
    return nb


def fresh(stored, folder):
    """The notebook as it should be stored now."""
    return settled(stored, executed(prepare(stored), folder))


def settled(stored, run):
    """A run notebook as it should be stored: stripped, and with pictures that look the same as
    the stored ones kept byte for byte. What another machine may round otherwise, and nbval is told
    to look away from, stays as long as its cell's source does."""
    nb = strip_outputs(copy.deepcopy(run))
    for old, new in zip(stored.cells, nb.cells, strict=True):
        if LOOK_AWAY in new.metadata.get("tags", ()) and old.source == new.source:
            new.outputs = old.outputs or new.outputs
        keep_pictures(old.get("outputs", []), new.get("outputs", []))
    return nb


def keep_pictures(stored, new):
    """Puts stored PNGs back into new outputs, where all else is equal and they look the same; a
    PNG that was drawn of an SVG looks like that."""
    for old, output in zip(stored, new, strict=False):
        png, old_png = (o.get("data", {}).get(PNG) for o in (output, old))
        if old_png and without_png(old) == without_png(output) and (
                same_picture(old_png, png) if png else SVG in output.data):
            output.data[PNG] = old_png


def without_png(output):
    kept = {k: v for k, v in output.items() if k != "data"}
    return kept | {k: v for k, v in output.get("data", {}).items() if k != PNG}


def draw_graphs(nb):
    """Puts a PNG beside each SVG that has none, in place: a notebook that is not trusted shows no
    SVG. Gives the notebook."""
    bare = [output.data for _, cell in code_cells(nb) for output in cell.outputs
            if SVG in output.get("data", {}) and PNG not in output.data]
    if bare:
        from tools.browser import drawn  # who draws nothing needs no browser

        for data, png in zip(bare, drawn([data[SVG] for data in bare]), strict=True):
            data[PNG] = png
    return nb


def same_picture(a, b):
    """Whether two PNGs (base64) look the same: equal size and nearly equal block by block."""
    if a == b:
        return True
    if not (has_colours(a, b) and has_colours(b, a)):
        return False
    a, b = (block_means(png) for png in (a, b))
    if a.shape != b.shape:
        return False
    return float((np.abs(a - b).max(axis=-1) > BLOCK_TOLERANCE).mean()) <= BLOCKS_ALLOWED


def has_colours(a, b):
    """Whether the flat colours of one PNG (base64) are in another."""
    wanted, found = colours(a, FLAT), colours(b, FOUND)
    return not (np.abs(wanted[:, None] - found).max(axis=2).min(axis=1, initial=255)
                > COLOUR_TOLERANCE).any()


def colours(png, share):
    """The colours (0..255) that fill 3 x 3 pixels in so large a share of a PNG, (colours, 3)."""
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), dtype=int)
    codes = image @ [1 << 16, 1 << 8, 1]
    # edges of letters and lines are mixed, otherwise by each release: they fill no such square
    corners = codes[:-2, 2:], codes[2:, :-2], codes[2:, 2:], codes[1:-1, 1:-1]
    filled = codes[:-2, :-2][np.all([codes[:-2, :-2] == one for one in corners], axis=0)]
    found, counts = np.unique(filled, return_counts=True)
    found = found[counts >= share * codes.size]
    return np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)


def block_means(png):
    """Mean colour (0..1) of every BLOCK x BLOCK block of a PNG, shape (rows, columns, 4)."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    pixels = np.asarray(image, dtype=float) / 255
    edge = [(0, -size % BLOCK) for size in pixels.shape[:2]] + [(0, 0)]
    pixels = np.pad(pixels, edge, mode="edge")
    rows, columns = (size // BLOCK for size in pixels.shape[:2])
    return pixels.reshape(rows, BLOCK, columns, BLOCK, 4).mean(axis=(1, 3))


# ---------------------------------------------------------------- comparing

def changes(stored, new):
    """Sentences that say where two notebooks differ; empty when they are the same."""
    found = [f"cell {i} ({new_cell.id}): {what} would change"
             for i, (cell, new_cell) in enumerate(zip(stored.cells, new.cells, strict=True), 1)
             for what in sorted(set(cell) | set(new_cell))
             if cell.get(what) != new_cell.get(what)]
    if stored.metadata != new.metadata:
        found.append("the notebook's metadata would change")
    return found


def stale(path):
    """Sentences that say how the stored notebook differs from a fresh run."""
    stored = read(path)
    new = fresh(stored, Path(path).parent)
    found = changes(stored, new)
    if not found and text_of(new) != Path(path).read_text(encoding="utf-8"):
        found = ["the layout of the file would change"]
    return found


def regenerate(path):
    """Runs a notebook and stores it; gives whether the file changed."""
    path = Path(path)
    before = path.read_text(encoding="utf-8")
    after = text_of(draw_graphs(fresh(read(path), path.parent)))
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def main(words=None):
    """Regenerates or checks the named notebooks, else all; gives the exit code."""
    parser = argparse.ArgumentParser(prog="notebooks", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, say what would change")
    parser.add_argument("notebook", nargs="*", type=Path)
    options = parser.parse_args(words)
    failed = False
    for path in options.notebook or all_notebooks():
        try:
            if options.check:
                found = stale(path)
                failed |= bool(found)
                print("\n  ".join([f"{path.name}: {'would change' if found else 'same'}", *found]))
            else:
                print(f"{path.name}: {'stored' if regenerate(path) else 'same'}", flush=True)
        except (CellExecutionError, FileNotFoundError) as error:
            failed = True
            print(f"{path.name}: nothing stored\n{error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

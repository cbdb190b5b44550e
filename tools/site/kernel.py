"""What lives on a notebook's page, taken from a kernel in which the notebook was run."""
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from nbformat.v4 import new_code_cell

from tools.notebooks import has_picture, live, prepare, read
from tools.site import graphs

# In the notebook's kernel, beside its names: the recording of what a cell showed, if that is an
# explorer's panel.
RECORD = """\
import pathlib
from rnnlib.widgets import panel, recording
if isinstance(shown, panel.Panel):
    if room:
        shown.live.fill(*room)
        shown.explorer.size = tuple(shown.live.size)
    made = recording.recorded(shown, most)
    pathlib.Path(path).write_text(recording.packed(made), encoding="ascii")
"""


def taken(path, most, wanted=None, room=None):
    """What lives of a notebook, by its cells' ids: `graphs` {id: traits} and `recordings`
    {id: packed}. It is run up to its last picture; where there is none, nothing runs.

    most    how many values of an explorer's controls are recorded, see `recording.recorded`
    wanted  ids of the cells whose pictures are wanted; all without
    room    ((width, height), text): charts are recorded as they are drawn for an area of the
            screen, see `LiveFigure.fill`; in their own size without
    """
    nb = prepare(read(path))
    found = SimpleNamespace(graphs={}, recordings={})
    pictures = {index: cell for index, cell in enumerate(nb.cells)
                if has_picture(cell) and (wanted is None or cell.id in wanted)}
    if not pictures:
        return found
    with live(nb, path.parent) as client, tempfile.TemporaryDirectory() as folder:
        client.store_widget_state = True
        for index, cell in enumerate(nb.cells[:max(pictures) + 1]):
            client.execute_cell(cell, index)
            if index in pictures and not graphs.has_graph(cell):
                record(client, cell, most, room, Path(folder) / cell.id, found)
        found.graphs = {cell.id: graphs.traits(cell, client.widget_state)
                        for cell in pictures.values() if graphs.has_graph(cell)}
    print(f"{path.name}: run and recorded", file=sys.stderr, flush=True)  # all take minutes
    return found


def record(client, cell, most, room, path, found):
    """Has the kernel record what a cell that was just run shows, if it can be recorded."""
    names = (f"shown=Out.get({cell.execution_count}), most={tuple(most)}, room={room!r}, "
             f"path={str(path)!r}")
    client.execute_cell(new_code_cell(f"exec({RECORD!r}, dict({names}))"), 0,
                        store_history=False)
    if path.exists():
        found.recordings[cell.id] = path.read_text("ascii")

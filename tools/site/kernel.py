"""What lives on a notebook's page, taken from a kernel in which the notebook was run."""
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
    made = recording.recorded(shown, most)
    pathlib.Path(path).write_text(recording.packed(made), encoding="ascii")
"""


def taken(path, most):
    """What lives of a notebook, by its cells' ids: `graphs` {id: traits} and `recordings`
    {id: packed}. It is run up to its last picture; where there is none, nothing runs.

    most  how many values of an explorer's controls are recorded, see `recording.recorded`
    """
    nb = prepare(read(path))
    found = SimpleNamespace(graphs={}, recordings={})
    pictures = [index for index, cell in enumerate(nb.cells) if has_picture(cell)]
    if not pictures:
        return found
    with live(nb, path.parent) as client, tempfile.TemporaryDirectory() as folder:
        client.store_widget_state = True
        for index, cell in enumerate(nb.cells[:pictures[-1] + 1]):
            drawn = has_picture(cell)
            client.execute_cell(cell, index)
            if drawn and not graphs.has_graph(cell):
                record(client, cell, most, Path(folder) / cell.id, found)
        found.graphs = {cell.id: graphs.traits(cell, client.widget_state)
                        for cell in nb.cells if graphs.has_graph(cell)}
    return found


def record(client, cell, most, path, found):
    """Has the kernel record what a cell that was just run shows, if it can be recorded."""
    names = f"shown=Out.get({cell.execution_count}), most={tuple(most)}, path={str(path)!r}"
    client.execute_cell(new_code_cell(f"exec({RECORD!r}, dict({names}))"), 0,
                        store_history=False)
    if path.exists():
        found.recordings[cell.id] = path.read_text("ascii")

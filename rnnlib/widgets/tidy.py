"""Letting go: ipywidgets keeps every widget in a global table until it is closed.

A cell that is run a hundred times would otherwise keep a hundred figures and graphs.
"""
CLOSED = "This picture is closed: its cell was run again, and shows a new one."
_of_cell = {}  # cell id -> (id of the execution, the widgets it made)


def one_per_cell(widget):
    """Remember which notebook cell made this widget; close what its earlier run had made.

    Outside a notebook nothing is remembered.
    """
    cell, execution = _this_cell()
    if cell is None:
        return
    last, widgets = _of_cell.get(cell, (execution, []))
    if last != execution:
        for old in widgets:
            old.close()
        widgets = []
    _of_cell[cell] = (execution, [*widgets, widget])


def _this_cell():
    """(cell id, execution id) of the cell being run, or (None, None) outside a notebook."""
    import IPython

    shell = IPython.get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = request.get("metadata", {}).get("cellId")
    return cell, request.get("header", {}).get("msg_id")

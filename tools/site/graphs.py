"""Graphs and steppers as they are in a notebook that has just been run, without its kernel.

The browser gets the script and the style that JupyterLab gets, and of each graph the four traits
that travel there.
"""
import json

from rnnlib.graph.view import GraphView
from tools.notebooks import SVG, WIDGET_VIEW

TRAITS = "scene", "frame", "by", "selection"


def has_graph(cell):
    """Whether a stored cell shows a graph."""
    return any(SVG in output.get("data", {}) for output in cell.get("outputs", ()))


def traits(cell, widgets):
    """What the browser must know of the graph that a run cell shows."""
    (view,) = (output.data[WIDGET_VIEW]["model_id"] for output in cell.outputs
               if WIDGET_VIEW in output.get("data", {}))
    return {name: widgets[view][name] for name in TRAITS}


def as_script(found):
    """States as JSON that may stand in a <script> element: no "<" that could end it."""
    return json.dumps(found, ensure_ascii=False, allow_nan=False,
                      separators=(",", ":")).replace("<", "\\u003c")


def classic(module, name="graphModule"):
    """A module's text as the value of a classic script, since a page opened from a folder may load
    no module."""
    before, export, after = module.partition("export default ")
    if not export or "\nimport " in module:
        raise ValueError("a picture's script must import nothing and export one default")
    return f"const {name} = (() => {{\n{before}return {after}}})();\n"


def script():
    """The graph's script for pages without modules."""
    return classic(str(GraphView._esm))


def style():
    """The graph's own style."""
    return str(GraphView._css)

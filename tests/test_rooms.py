"""The import law of the design: numbers never know pictures, and no room looks upwards."""
import ast
import sys
from pathlib import Path

import pytest

import rnnlib

HOUSE = Path(rnnlib.__file__).parent

# what each room may import besides the standard library and itself; a folder is one room
NUMBERS = {"numpy", "arguments"}
BELOW_NETWORK = NUMBERS | {"records", "activations", "losses", "cells"}
ON_NETWORK = BELOW_NETWORK | {"network"}
LAW = {
    "arguments": {"numpy"},
    "records": {"numpy"},
    "activations": NUMBERS,
    "losses": NUMBERS | {"activations", "records"},
    "cells": NUMBERS | {"activations", "losses", "records"},
    "network": BELOW_NETWORK,
    "flow": ON_NETWORK,
    # a second opinion: it shares no code with what it checks
    "gradcheck": {"numpy"},
    "exercises": ON_NETWORK | {"probability", "flow", "gradcheck", "graph", "learning",
                               "sequences"},
    "probability": ON_NETWORK,
    "learning": ON_NETWORK,
    "sequences": ON_NETWORK | {"probability"},
    # its view alone may load a widget: see test_only_the_view_of_the_graph_is_a_widget
    "graph": ON_NETWORK | {"style", "anywidget", "traitlets", "widgets"},
    # asks whether the environment is right, from inside Jupyter
    "environment": {"jupyter_core"},
    "style": {"matplotlib"},
    "charts": {"numpy", "matplotlib", "style"},
    # PIL comes with matplotlib, and writes its images
    "widgets": {"numpy", "matplotlib", "PIL", "ipywidgets", "anywidget", "traitlets", "IPython",
                "style", "arguments"},
}
# the room at the top, which may import everything
TOP = {"explorers"}


def rooms():
    """{room: its files}; the package's own file loads lazily and is no room."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        inside = path.relative_to(HOUSE)
        if inside != Path("__init__.py"):
            found.setdefault(inside.parts[0].removesuffix(".py"), []).append(path)
    return found


def imported(source):
    """The packages, and the rooms of the house, that a source text imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports inside the house are written out from rnnlib"
            inner = [f"rnnlib.{alias.name}" for alias in node.names]
            modules = inner if node.module == "rnnlib" else [node.module]
        else:
            continue
        names |= {_room(module) for module in modules}
    return names


def _room(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "rnnlib" and len(parts) > 1 else parts[0]


def foreign(names):
    """Those that are not part of Python."""
    return names - sys.stdlib_module_names


@pytest.mark.parametrize("room", sorted(set(rooms()) - TOP))
def test_a_room_imports_only_what_the_law_allows(room):
    assert room in LAW, f"{room} has no row in the law: add one, as low as it can stand"
    for path in rooms()[room]:
        extra = foreign(imported(path.read_text(encoding="utf-8"))) - LAW[room] - {room}
        assert not extra, f"{path.relative_to(HOUSE)} may not import {', '.join(sorted(extra))}"


@pytest.mark.parametrize("room", LAW)
def test_the_law_allows_no_way_back(room):
    seen, ahead = set(), set(LAW[room])
    while ahead:
        seen |= ahead
        ahead = set().union(*(LAW.get(other, set()) for other in ahead)) - seen
    assert room not in seen


@pytest.mark.parametrize(("source", "names"), [
    ("import numpy as np", {"numpy"}),
    ("from matplotlib.figure import Figure", {"matplotlib"}),
    ("from rnnlib import charts, losses", {"charts", "losses"}),
    ("from rnnlib.cells.rnn import RNN", {"cells"}),
    ("def f():\n    import rnnlib.widgets.panel", {"widgets"}),
])
def test_an_import_is_seen_however_it_is_written(source, names):
    assert imported(source) == names


def test_the_package_itself_loads_no_library():
    assert foreign(imported((HOUSE / "__init__.py").read_text(encoding="utf-8"))) == set()

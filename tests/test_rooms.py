"""The import law of the design: numbers never know pictures, and no room looks upwards."""
import ast
import re
import sys
from pathlib import Path

import pytest

import rnnlib

HOUSE = Path(rnnlib.__file__).parent

ENGINE = ("arguments", "records", "activations", "losses", "cells", "runs", "network")
ROW = re.compile(r"^\| `([\w/]+)` \| .* \| (.*) \|$", re.MULTILINE)


def law():
    """{room or file of it: what it may import}, as CONTRIBUTING has it; None is everything."""
    text = (HOUSE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = {place.rstrip("/"): words.split(", ") for place, words in ROW.findall(text)}
    return {place: None if words == ["everything"] else
            {name for word in words for name in (ENGINE if word == "the engine" else (word,))}
            for place, words in rows.items()}


LAW = law()


def places():
    """{row of the law: its files}; the package's own file loads lazily and is no room."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        inside = path.relative_to(HOUSE).with_suffix("").as_posix()
        if inside != "__init__":
            place = inside if inside in LAW else inside.partition("/")[0]
            found.setdefault(place, []).append(path)
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


def test_every_room_has_its_row_and_every_row_its_room():
    assert set(places()) == set(LAW)


@pytest.mark.parametrize("place", sorted(set(places())))
def test_a_room_imports_only_what_the_law_allows(place):
    if LAW[place] is None:
        return
    for path in places()[place]:
        extra = (foreign(imported(path.read_text(encoding="utf-8"))) - LAW[place]
                 - {place.partition("/")[0]})
        assert not extra, f"{path.relative_to(HOUSE)} may not import {', '.join(sorted(extra))}"


@pytest.mark.parametrize("room", sorted(place for place, names in LAW.items() if names))
def test_the_law_allows_no_way_back(room):
    seen, ahead = set(), set(LAW[room]) - {room.partition("/")[0]}
    while ahead:
        seen |= ahead
        ahead = set().union(*(LAW.get(other) or set() for other in ahead)) - seen
    assert room not in seen


@pytest.mark.parametrize(("package", "allowed"), [
    ("matplotlib", {"style", "charts", "widgets"}),
    ("ipywidgets", {"widgets"}), ("anywidget", {"graph/view", "widgets"})])
def test_pictures_and_widgets_stay_upstairs(package, allowed):
    assert {place for place, names in LAW.items() if names and package in names} == allowed


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


# ---- only records.py turns an address into a row

# a second opinion and plain answers write rows out
WITH_ROWS = {"records.py", "gradcheck.py"}


def rows(source):
    """Subscripts such as v[t - 1] or v[first - 1:last], which count from 0 what has an address."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Subscript)]
    starts = [(node, node.slice.lower if isinstance(node.slice, ast.Slice) else node.slice)
              for node in found]
    return [ast.unparse(node) for node, at in starts
            if isinstance(at, ast.BinOp) and isinstance(at.op, ast.Sub)
            and isinstance(at.left, ast.Name) and isinstance(at.right, ast.Constant)]


def test_only_records_turn_an_address_into_a_row():
    wanting = {inside for path in HOUSE.rglob("*.py") if rows(path.read_text(encoding="utf-8"))
               and not (inside := path.relative_to(HOUSE).as_posix()).startswith("exercises/")}
    assert wanting <= WITH_ROWS, f"ask a record in {', '.join(sorted(wanting - WITH_ROWS))}"


@pytest.mark.parametrize(("source", "count"), [
    ("v[t - 1]", 1), ("units[l - 2]", 1), ("v[first - 1:last]", 1), ("fwd.a[l, t - 1]", 0),
    ("v[t]", 0), ("v[-1]", 0)])
def test_a_row_is_seen_however_it_is_written(source, count):
    assert len(rows(source)) == count

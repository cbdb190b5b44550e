"""How large the house may be, in lines: who wants more room makes some first."""
import ast
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "rnnlib"
# lines of all .py files below a folder, docstrings and blank lines included
MOST = {"rnnlib/alone": 670, "rnnlib/beliefs": 1035, "rnnlib/charts": 2080,
        "rnnlib/exercises": 3300, "rnnlib/explorers": 2990, "rnnlib/predictions": 2215,
        "rnnlib": 23680, "tests": 25440}
MOST_IN_A_FILE, MOST_FLAT = 400, 10
MOST_IN_A_FUNCTION, NINE_OF_TEN = 31, 12


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("folder", MOST)
def test_a_room_is_no_larger_than_promised(folder):
    assert sum(map(lines, (ROOT / folder).rglob("*.py"))) <= MOST[folder]


def test_no_file_is_too_long_to_be_read():
    long = {str(path.relative_to(ROOT)): lines(path) for pattern in ("*.py", "*.js", "*.css")
            for path in HOUSE.rglob(pattern) if lines(path) > MOST_IN_A_FILE}
    assert not long


def test_few_files_lie_flat():
    assert len(list(HOUSE.glob("*.py"))) <= MOST_FLAT


def test_functions_fit_on_a_screen():
    sizes = []
    for path in HOUSE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        source = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                sizes.append((written(node, source), f"{path.name}:{node.name}"))
    assert max(sizes)[0] <= MOST_IN_A_FUNCTION, max(sizes)
    assert np.percentile([size for size, _ in sizes], 90) <= NINE_OF_TEN


def written(function, source):
    """Lines of a function's body without docstring, comments and blank lines."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = first.end_lineno if is_docstring else first.lineno - 1
    return sum(bool(line.strip()) and not line.strip().startswith("#")
               for line in source[start:function.end_lineno])

"""The library is told on the site, name by name, and the examples in its docstrings run."""
import ast
import inspect
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup

import rnnlib as rl
from tools.site import library

ROOT = Path(rl.__file__).parent
# lines that begin with a call of the library, and those below them that are indented alike
EXAMPLE = re.compile(r"^( *)(?:import rnnlib|(?:\w+ = )?rl\.[\w.]+\().*(?:\n\1.+)*", re.MULTILINE)


def examples():
    """What stands in a docstring as code that asks the library something."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                words = ast.get_docstring(node, clean=False) or ""
                found += [pytest.param(textwrap.dedent(block[0]), id=f"{path.relative_to(ROOT)}")
                          for block in EXAMPLE.finditer(words)]
    return found


@pytest.mark.parametrize("code", examples())
def test_an_example_in_a_docstring_runs(code, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLIB_KEPT", str(tmp_path))
    rng = np.random.default_rng(0)
    x, y, net = rng.normal(size=(4, 3)), [0, 1, 1, 0], rl.Network(3, (4, 2), 2)
    exec(code, {"rl": rl, "x": x, "y": y, "net": net, "fwd": net.forward(x, y),
                "W_a": rng.normal(size=(3, 3)), "a": np.ones(3), "backward": lambda *_: None})


def test_every_public_name_is_told_on_its_page():
    told = BeautifulSoup(library.page().html, "html.parser")
    for name, thing in library.names().items():
        heading = told.find(id=name)
        assert heading.get_text().startswith(f"rl.{name}")
        assert heading.find_next("pre").get_text() == inspect.getdoc(thing)
    assert {*rl.__all__, "Network.forward", "flow.itemised", "gradcheck.Report.ok"} <= {
        heading["id"] for heading in told.find_all(["h2", "h3", "h4"])}
    assert " at 0x" not in told.get_text()

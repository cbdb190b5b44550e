"""What the front page says and shows is so."""
import re
from pathlib import Path

import pytest

from tools import readme_picture

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "rnnlib/sequences/data/README.md",
         "tests/solutions/README.md", "docs/teaching.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    missing = [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]
    assert not missing


def test_the_table_lists_every_notebook():
    listed = re.findall(r"\(notebooks/(\w+\.ipynb)\)", (ROOT / "README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_the_picture_is_what_the_stepper_shows_today():
    assert readme_picture.PATH.read_text(encoding="utf-8") == readme_picture.picture()


def test_the_code_of_the_readme_runs():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    rl, net, fwd, bwd = (names[name] for name in ("rl", "net", "fwd", "bwd"))
    assert (bwd.a[1, 2] == bwd.from_above[1, 2] + bwd.from_next[1, 2]).all()
    assert rl.gradcheck.check(net, names["x"], names["y"])
    assert fwd.loss > 0

"""All tests on several workers: what belongs together stays together, in a bearable order."""
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
STARTS_A_KERNEL = re.compile(r"^from jupyter_client|\bnotebooks\.live[(]", re.MULTILINE)


def test_with_n_alone_a_notebooks_cells_stay_on_one_worker(tmp_path):
    for name in "ab":
        cells = [new_code_cell("n = 0", execution_count=1), *(
            new_code_cell(f"n += 1\nassert n == {k}", execution_count=k + 1) for k in range(1, 9))]
        nbformat.write(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-n", "2", "-p", "no:cacheprovider",
         "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, tmp_path],
        cwd=ROOT, capture_output=True, text=True)
    assert "18 passed" in ended.stdout, ended.stdout
    assert "2 workers" in ended.stdout


def is_kernels(item):
    return item.path.suffix == ".ipynb" or item.get_closest_marker("kernel")


def test_no_kernel_starts_where_a_browser_runs(request):
    """Of the tests of this run, which may be all."""
    browser = ["browser" in item.path.parts for item in request.session.items]
    kernels = [k for k, item in enumerate(request.session.items) if is_kernels(item)]
    assert max(kernels, default=-1) < (browser.index(True) if any(browser) else len(browser))


def test_who_starts_kernels_says_so(request):
    files = {item.path: item for item in request.session.items if item.path.suffix == ".py"}
    silent = [path.name for path, item in files.items() if not is_kernels(item)
              and STARTS_A_KERNEL.search(path.read_text(encoding="utf-8"))]
    assert silent == []

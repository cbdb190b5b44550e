"""What every test, and every kernel that a test starts, finds around it.

Set before numpy loads: one thread for linear algebra, since our matrices are small and the
machine of the tests may have two cores. The person's own IPython and Jupyter settings stay
outside: a test must not depend on them, nor write into them.
"""
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import matplotlib
import pytest

for limit in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(limit, "1")

# kept until the process ends: kernels write into it up to then
_settings = tempfile.TemporaryDirectory(prefix="course-test-settings-", ignore_cleanup_errors=True)
for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
    os.environ[name] = os.path.join(_settings.name, name.lower())
    os.makedirs(os.environ[name])
# a person's own answers beside the notebooks are no part of a test
os.environ["RNNLIB_KEPT"] = _settings.name

matplotlib.use("Agg")


# these take minutes: on several workers they must not be the last to begin
LONG = "test_notebooks.py", "test_even_notebooks.py", "test_odd_notebooks.py"


def place(item):
    """Kernels come first and the browser last, since its event loop must not meet those of the
    kernels in one process: a worker takes files in this order, so it never does."""
    if "browser" in item.path.parts:
        return 2
    return int(item.path.suffix != ".ipynb" and not item.get_closest_marker("kernel"))


def pytest_collection_modifyitems(items):
    """In each place the long files first, so that workers end together; cells may take long."""
    tests = Counter(item.path for item in items)
    for cell in items:
        if hasattr(cell, "output_timeout"):  # nbval's 5 s, which a busy machine may need
            cell.output_timeout = 60
    items.sort(key=lambda item: (place(item), item.path.name not in LONG, -tests[item.path],
                                 str(item.path)))


SITE_SECONDS = 1200


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The folder of the whole site, with short recordings, written once for all workers, in a
    process of its own: it runs kernels, whose loops must not meet the browser's."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    folder, said = base / "site", base / "site.txt"
    try:
        (base / "site-begun").mkdir()
    except FileExistsError:  # by another worker
        end = time.monotonic() + SITE_SECONDS
        while not said.exists() and time.monotonic() < end:
            time.sleep(0.2)
    else:
        write = [sys.executable, "-m", "tools.site", folder, "--values", "2", "1", "1"]
        done = subprocess.run(write, text=True, check=False, capture_output=True,
                              cwd=Path(__file__).resolve().parents[1])
        said.write_text(done.stdout if done.returncode == 0 else done.stderr, encoding="utf-8")
    assert said.read_text(encoding="utf-8").endswith("index.html\n")
    return folder


@pytest.fixture
def kept():
    """Takes the panels that a test makes, hands them back, and closes them after the test."""
    made = []

    def keep(panel):
        made.append(panel)
        return panel

    yield keep
    for panel in made:
        panel.close()


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A folder of the test's own, in which Python runs and a reader's words are kept."""
    monkeypatch.delenv("RNNLIB_KEPT")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def undrawn():
    """Explorers move their artists and make no picture of them, for whoever reads the artists:
    that all can be drawn is asked in test_every_explorer.py."""
    import live_controls

    from rnnlib.widgets.live_figure import LiveFigure
    with live_controls.undrawn(LiveFigure):
        yield

"""The JupyterLab of the site, without a network: all but Pyodide's distribution lies beside it.

That distribution cannot be had here, so no notebook has been run there: what runs is the kernel,
the widgets, and those parts of rnnlib that need no numpy.
"""
import hashlib
import json
import shutil
import zipfile

import harness
import pytest

import course
from tools.notebooks import all_notebooks, read
from tools.site import live

START_SECONDS, MOST_BYTES = 600, 50_000_000
# compiled, or needed by what is compiled alone
ELSEWHERE = {"numpy", "matplotlib", "pillow", "contourpy", "kiwisolver", "cycler", "fonttools",
             "pyparsing", "python-dateutil", "pytz"}
SHOWN = "document.querySelector('.jp-mod-active .jp-InputPrompt').textContent"
WIDGETS = """\
import anywidget, traitlets
class Said(anywidget.AnyWidget):
    _esm = "export default {render({model, el}) {el.textContent = 'heard: ' + model.get('words')}}"
    words = traitlets.Unicode().tag(sync=True)
said = Said(words="nothing")
said.words = "it runs"
said"""
# two files of rnnlib for which a browser's Python, without threads, is another place
ALONE = """\
import rnnlib as rl
from pathlib import Path
limit, background = {}, {}
for name, names in {"exercises/limit.py": limit, "widgets/background.py": background}.items():
    exec((Path(rl.__file__).parent / name).read_text(), names)
seen = []
work = background["Background"]((seen.append(k) for k in range(3)), lambda: None)
await work.over()
print(rl.check_environment().findings[0], limit["within"](1, lambda: seen), work.state)"""


@pytest.fixture(scope="module")
def lite(tmp_path_factory):
    """The folder of the JupyterLab, below that of a site."""
    if not (live.is_there() or shutil.which("npm")):
        pytest.skip(live.NO_NPM)
    folder = tmp_path_factory.mktemp("site") / "live"
    live.write(folder)
    return folder


def told(lite, name):
    return json.loads((lite / name).read_text("utf-8"))


def test_the_notebooks_and_the_settings_are_there(lite):
    stored = {path.name: read(path) for path in all_notebooks()}
    assert {path.name: read(path) for path in (lite / "files").iterdir()} == stored
    assert {one["name"] for one in told(lite, "api/contents/all.json")["content"]} == set(stored)
    assert told(lite, "overrides.json").items() >= course.LAB_SETTINGS[
        "labconfig/default_setting_overrides"].items()
    extensions = told(lite, "jupyter-lite.json")["jupyter-config-data"]["federated_extensions"]
    assert {one["name"] for one in extensions} == {*live.EXTENSIONS, live.KERNEL}
    assert sum(path.stat().st_size for path in lite.rglob("*") if path.is_file()) <= MOST_BYTES
    link = live.address(f"{all_notebooks()[3].stem}.html").partition("?path=")
    assert (lite.parent / link[0]).is_file()
    assert link[2] in stored


def test_every_package_lies_beside_the_kernel_or_where_pyodide_has_it(lite):
    config = told(lite, "jupyter-lite.json")["jupyter-config-data"]["litePluginSettings"]
    assert config[f"{live.KERNEL}:kernel"]["pyodideUrl"] == "./static/pyodide/pyodide.mjs"
    folder = lite / "static" / "pyodide"
    known = told(folder, "pyodide-lock.json")["packages"]
    beside = {name: folder / one["file_name"] for name, one in known.items()
              if "/" not in one["file_name"]}
    for name, path in beside.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == known[name]["sha256"]
    for name in known.keys() - beside.keys():
        assert known[name]["file_name"] == "/".join([
            live.pyodide().PYODIDE_CDN_URL, live.core_list()["packages"][name]["file_name"]])
    assert set(beside.values()) == set(folder.glob("*.whl"))
    assert set(live.closure({"packages": known}, ["rnnlib"])) - set(beside) == ELSEWHERE
    held = zipfile.ZipFile(beside["rnnlib"]).namelist()
    assert {"rnnlib/network.py", "rnnlib/graph/view.css"} <= set(held)


@pytest.fixture(scope="module")
def window(lite, browser):
    """A window with notebook 00 and a kernel that waits."""
    made = harness.Page(browser)
    with harness.serving(lite.parent) as address:
        made.page.goto(f"{address}/{live.address('00_start_here.html')}")
        made.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(
            timeout=1000 * START_SECONDS)
        yield made
        made.close()


def say_yes(page):
    """Accepts what the front end asks: where its list of kernels came late, which one to take."""
    for button in page.locator("dialog.jp-Dialog .jp-mod-accept").all():
        button.click()


def typed(page, code):
    """Whether a new cell after the notebook's first has this code: what is pressed while the page
    still builds itself may go elsewhere."""
    say_yes(page)
    page.locator(".jp-Notebook .jp-Cell").first.click(position={"x": 5, "y": 5})
    for key in ("Escape", "b", "y", "Enter"):
        page.keyboard.press(key)
    page.keyboard.insert_text(code)
    found = page.evaluate("document.querySelector('.jp-mod-active .cm-content')?.innerText ?? ''")
    return found.split() == code.split()


def has_run(page):
    """Whether the cell has been run."""
    say_yes(page)
    return page.evaluate(f"/\\d/.test({SHOWN})")


def ran(page, code):
    """The output of a new cell after the notebook's first."""
    harness.demand(lambda: typed(page, code), bool, START_SECONDS)
    page.keyboard.press("Control+Enter")
    harness.demand(lambda: has_run(page), bool, START_SECONDS)
    return page.locator(".jp-mod-active .jp-OutputArea")


def test_a_kernel_starts_and_shows_widgets_from_its_own_files(window):
    assert "\n✓ numpy" in window.page.locator(".jp-OutputArea").first.inner_text()  # as stored
    assert "emscripten" in ran(window.page, "import sys; sys.platform").inner_text()
    ran(window.page, WIDGETS).get_by_text("heard: it runs").wait_for()
    assert window.outgoing == []


def test_rnnlib_is_installed_by_its_import_and_numpy_asked_of_pyodide(window):
    said = ran(window.page, ALONE)
    said.get_by_text("Python is new enough. [0, 1, 2] finished").wait_for()
    host = live.pyodide().PYODIDE_CDN_URL
    assert {url.removeprefix(host + "/").partition("-")[0].replace("_", "-")
            for url in window.outgoing} == ELSEWHERE

"""A JupyterLab that runs in the reader's own browser, beside the pages: site/live/.

    python -m tools.site.live       gets what building it needs into .live/, unless it is there

JupyterLite is JupyterLab as files, and Pyodide is Python for a browser. The site holds both, the
notebooks, rnnlib, and what the kernel and the widgets need that is written in Python alone. numpy,
matplotlib and pillow are compiled for the browser: the reader's gets them from Pyodide's own
distribution. The kernel finds all of it in Pyodide's list of packages, and installs what a cell
imports.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

import course
from tools.notebooks import ROOT, all_notebooks, read

LITE = ROOT / ".live"
TOOLS, CORE, WHEELS, STAMP = (LITE / name for name in ("tools", "core", "wheels", "done.txt"))
REQUIREMENTS = ROOT / "requirements-live.txt"
CORE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip",
              "pyodide-lock.json")
# what the kernel asks for when it starts, and the widgets, of Pyodide's list
NEEDED = "micropip", "packaging", "ipython", "jedi", "typing-extensions"
# what that list lacks, as this environment has it, with what each needs
ADDED = {"comm": ["traitlets"], "psygnal": [],
         "ipywidgets": ["comm", "ipython", "traitlets"],
         "anywidget": ["ipywidgets", "psygnal", "typing-extensions"]}
OURS = {"rnnlib": ["numpy", "matplotlib", "pillow", "ipywidgets", "anywidget"]}
EXTENSIONS = "@jupyter-widgets/jupyterlab-manager", "anywidget"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# what a wheel of rnnlib is made of
SOURCE = ("rnnlib", "notebooks", "tests/solutions", "pyproject.toml", "setup.py", "README.md",
          "LICENSE")
NO_NPM = ("The JupyterLab for the browser needs npm once, to get Pyodide, and found none. Install "
          "Node.js, which has it, then start the same command again.")


def run(*words, cwd=LITE, env=None):
    """Runs a command that says nothing unless it fails."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, env=env, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise course.Trouble(f"{done.stdout[-2000:]}\n{Path(words[0]).stem} failed (its own words "
                             "stand above). Check that this machine is online, then start the "
                             "same command again.")


def pip(*words, **options):
    run(sys.executable, "-m", "pip", *words, "-q", "--disable-pip-version-check", **options)


def address(page):
    """Where the notebook of a page opens, as that page links to it."""
    return f"live/lab/index.html?path={Path(page).stem}.ipynb"


# ---------------------------------------------------------------- what it is built of

def wanted():
    """What must be the same for .live/ to stay as it is."""
    versions = [f"{name} {metadata.version(name)}" for name in ADDED]
    return "\n".join([REQUIREMENTS.read_text("utf-8"), *versions])


def is_there():
    """Whether .live/ has what building needs."""
    return STAMP.exists() and STAMP.read_text("utf-8") == wanted()


def fetch():
    """Gets JupyterLite, Pyodide's core and wheels into .live/."""
    if is_there():
        return
    npm = shutil.which("npm")
    if not npm:
        raise course.Trouble(NO_NPM)
    print("Getting JupyterLite and Pyodide, 25 MB ...", flush=True)
    shutil.rmtree(LITE, ignore_errors=True)
    LITE.mkdir()
    pip("install", "--target", TOOLS, "-r", REQUIREMENTS)
    run(npm, "pack", "--silent", f"pyodide@{pyodide().PYODIDE_VERSION}")
    (archive,) = LITE.glob("pyodide-*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(CORE, filter="data")
    archive.unlink()
    get_wheels(core_list())
    STAMP.write_text(wanted(), encoding="utf-8")


def pyodide():
    """The kernel's own words on the Pyodide that it needs."""
    if str(TOOLS) not in sys.path:
        sys.path.append(str(TOOLS))
    from jupyterlite_pyodide_kernel import constants

    return constants


def core_list():
    """Pyodide's list of packages."""
    return json.loads((CORE / "package" / "pyodide-lock.json").read_text("utf-8"))


def get_wheels(known):
    """Downloads what is needed of the list, and what it lacks, as wheels of Python alone."""
    versions = {name: known["packages"][name]["version"] for name in closure(known, NEEDED)}
    versions |= {name: metadata.version(name) for name in ADDED}
    pip("download", "--no-deps", "--only-binary=:all:", "--platform=any", "--implementation=py",
        "--abi=none", f"--python-version={pyodide().PYODIDE_PYTHON_VERSION}", "--dest", WHEELS,
        *(f"{name}=={version}" for name, version in versions.items()))


def closure(known, names):
    """Names of the list with all that they need."""
    found, left = [], list(names)
    while left:
        name = canonicalize_name(left.pop())
        if name not in found:
            found.append(name)
            left += known["packages"][name]["depends"]
    return sorted(found)


# ---------------------------------------------------------------- how it is built

def write(folder):
    """Writes the JupyterLab into a folder; gives the paths of its files."""
    fetch()
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as made:
        here = Path(made)
        write_kernel(here / "static" / "pyodide")
        (here / "files").mkdir()
        # read and written: stored lines as a list would be shown with a comma before each
        texts = {Path("files", path.name): read(path) for path in all_notebooks()}
        for name, told in (texts | settings()).items():
            (here / name).write_text(json.dumps(told), encoding="utf-8")
        env = dict(os.environ, PYTHONPATH=str(TOOLS))
        run(sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", folder.resolve(),
            cwd=here, env=env)
    return [path for path in folder.rglob("*") if path.is_file()]


def settings():
    """{file's name: what it says} for JupyterLite."""
    shared = Path("share", "jupyter", "labextensions")
    extensions = [*(Path(sys.prefix, shared, name) for name in EXTENSIONS), TOOLS / shared / KERNEL]
    return {
        "jupyter_lite_config.json": {"LiteBuildConfig": {
            "apps": ["lab"], "no_sourcemaps": True, "no_unused_shared_packages": True,
            "ignore_sys_prefix": True, "federated_extensions": list(map(str, extensions))}},
        "overrides.json": course.LAB_SETTINGS["labconfig/default_setting_overrides"]}


def write_kernel(folder):
    """Pyodide's core, the wheels that lie beside it, and the list that names them."""
    folder.mkdir(parents=True)
    for name in CORE_FILES:
        shutil.copy(CORE / "package" / name, folder)
    for wheel in WHEELS.iterdir():
        shutil.copy(wheel, folder)
    make_wheel(folder)
    (folder / "pyodide-lock.json").write_text(json.dumps(listed(folder)), encoding="utf-8")


def make_wheel(folder):
    """rnnlib's wheel, made of a copy: setuptools leaves what it makes where it works."""
    with tempfile.TemporaryDirectory() as copy:
        for name in SOURCE:
            path = ROOT / name
            (shutil.copytree if path.is_dir() else shutil.copy)(path, Path(copy) / name)
        pip("wheel", "--no-deps", "--wheel-dir", folder, copy, cwd=copy)


def listed(folder):
    """Pyodide's list of packages with the wheels of a folder in it; the others are where Pyodide
    has them."""
    known = core_list()
    for package in known["packages"].values():
        package["file_name"] = f"{pyodide().PYODIDE_CDN_URL}/{package['file_name']}"
    for name, needs in (ADDED | OURS).items():
        known["packages"][name] = {
            "name": name, "imports": [name], "depends": needs, "install_dir": "site",
            "package_type": "package", "unvendored_tests": False}
    for wheel in folder.glob("*.whl"):
        name, version, *_ = parse_wheel_filename(wheel.name)
        known["packages"][name] |= {
            "file_name": wheel.name, "version": str(version),
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
    return known


if __name__ == "__main__":
    try:
        fetch()
    except course.Trouble as trouble:
        sys.exit(f"tools.site.live: {trouble}")

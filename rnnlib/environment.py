"""Whether this machine can show the course: one sentence for each thing that it needs. And its
notebooks, for who has installed the package alone.

Standard library only, so that it can answer where numpy or ipywidgets is missing.
"""
import argparse
import shutil
import sys
from dataclasses import dataclass
from glob import escape, glob
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

# The lower bounds of requirements.txt and pyproject.toml, which a test compares with these.
# ipywidgets may be the older one that Google Colab has; requirements.txt asks for more.
OLDEST_PYTHON = (3, 11)
OLDEST = {"numpy": (2, 1), "matplotlib": (3, 10), "ipywidgets": (7, 7, 1), "anywidget": (0, 9, 21)}
OLDEST_LAB = (4, 4, 4)
# JupyterLab's own halves of the widgets, as folders below a data folder of Jupyter
LAB_PARTS = {"ipywidgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}
HERE = Path(__file__).resolve().parent
REMEDY = "Close JupyterLab and start the course with: python3 course.py open"


@dataclass(frozen=True)
class Finding:
    """One thing that the course needs: whether it is well, and a sentence that says so."""

    ok: bool
    text: str

    def __str__(self):
        signs = "✓✗"
        try:
            signs.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
        except UnicodeEncodeError:  # a terminal with few letters
            signs = "+-"
        return f"{signs[not self.ok]} {self.text}"


@dataclass(frozen=True, repr=False)
class Environment:
    """The findings about this machine; true if all is well. Shown as one line for each."""

    findings: tuple

    @property
    def ok(self):
        """Whether nothing is missing."""
        return all(finding.ok for finding in self.findings)

    def __bool__(self):
        return self.ok

    def __repr__(self):
        last = "All is well." if self.ok else f"Not all is well. {REMEDY}"
        return "\n".join([*map(str, self.findings), last])


def check_environment():
    """The Environment of this Python: its version, the packages' versions, and widgets.

    What is well is said without version numbers; what is not names what is there and what is
    wanted. Nothing is imported, installed or asked of the network.
    """
    return Environment((python(sys.version_info[:3]),
                        *(package(name, version_of(name), OLDEST[name]) for name in OLDEST),
                        widgets(in_a_notebook(), version_of("jupyterlab"), data_folders())))


def python(version):
    """The finding about Python's version, a tuple."""
    return _new_enough("Python", version, OLDEST_PYTHON)


def package(name, version, oldest):
    """The finding about a package: its version as text, None where it is not installed."""
    if version is None:
        return Finding(False, f"{name} is not installed; {_dotted(oldest)} or newer is wanted.")
    return _new_enough(name, release(version), oldest)


def widgets(notebook, lab, folders):
    """The finding about live pictures: in a notebook?, JupyterLab's version or None, folders.

    Another program than JupyterLab brings its own half of the widgets, which Python cannot see.
    """
    if not notebook:
        return Finding(False, "Widgets cannot show: this is no notebook with a kernel.")
    if lab is None:
        return Finding(True, "This environment has no JupyterLab: widgets show if your program "
                             "can show ipywidgets and anywidget.")
    found = package("JupyterLab", lab, OLDEST_LAB)
    if not found.ok:
        return found
    # as JupyterLab looks for them: in its eyes a folder's name is a pattern
    missing = [name for name, part in LAB_PARTS.items()
               if not any(glob(str(Path(folder) / "labextensions" / part)) for folder in folders)]
    if missing:
        odd = next((str(folder) for folder in folders if escape(str(folder)) != str(folder)), None)
        why = f" It takes the name of {odd} for a pattern: move the course." if odd else ""
        return Finding(False, "Widgets cannot show: JupyterLab lacks its half of "
                              f"{' and '.join(missing)}.{why}")
    return Finding(True, "Widgets can show: this is a notebook, and JupyterLab has its half of "
                         "ipywidgets and anywidget.")


def release(version):
    """The leading numbers of a version: (8, 1, 9) of "8.1.9rc1.dev0"."""
    numbers = []
    for part in version.split("."):
        digits = part[:len(part) - len(part.lstrip("0123456789"))]
        if digits:
            numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)


def version_of(name):
    """The installed version of a package as text, None where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def in_a_notebook():
    """Whether this Python runs under a kernel, which is what carries a widget's messages."""
    shell = sys.modules.get("IPython")
    shell = shell and shell.get_ipython()
    return hasattr(shell, "kernel")


def data_folders():
    """Jupyter's data folders, in the order in which it looks through them."""
    if find_spec("jupyter_core") is None:
        return [Path(sys.prefix) / "share" / "jupyter"]
    from jupyter_core.paths import jupyter_path

    return jupyter_path()


def _new_enough(name, version, oldest):
    if version < oldest:
        return Finding(False, f"{name} is {_dotted(version)}; {_dotted(oldest)} or newer is "
                              "wanted.")
    return Finding(True, f"{name} is new enough.")


def _dotted(numbers):
    return ".".join(map(str, numbers))


# ---------------------------------------------------------------- the command `rnnlib`

def stored():
    """The paths of the course's notebooks: inside an installed package, beside a cloned one."""
    inside = HERE / "notebooks"
    return sorted((inside if inside.is_dir() else HERE.parent / "notebooks").glob("*.ipynb"))


def copied(folder):
    """The paths of the notebooks, copied into a folder that has none of them yet.

    FileExistsError: what is there may be a reader's work, so then nothing is written.
    """
    new = {folder / path.name: path for path in stored()}
    taken = next(filter(Path.exists, new), None)
    if taken:
        raise FileExistsError(f"folder {folder} has {taken.name} already, which may be your work; "
                              "name another folder: rnnlib notebooks FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(path, place)) for place, path in new.items()]


def main(words=None):
    """The course's notebooks for who installed the package.

    rnnlib notebooks [folder]        gives the exit code
    """
    parser = argparse.ArgumentParser(prog="rnnlib", description=main.__doc__.splitlines()[0])
    notebooks = parser.add_subparsers(dest="command", required=True).add_parser(
        "notebooks", help="copy the course's notebooks into a folder, by default: notebooks")
    notebooks.add_argument("folder", nargs="?", type=Path, default=Path("notebooks"))
    try:
        first, *_ = copied(parser.parse_args(words).folder)
    except OSError as error:
        print(f"rnnlib: {error}", file=sys.stderr)
        return 1
    print(f"Begin with {first}: open it in JupyterLab, or whatever shows notebooks.")
    return 0

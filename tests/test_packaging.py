"""What pip installs is the library, notebooks and solutions; a source archive is the course."""
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import exercises
import pytest
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from test_rooms import foreign, imported

from rnnlib import environment as command

ROOT = Path(__file__).resolve().parents[1]
NO_SOURCE = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
MADE = shutil.ignore_patterns(".git", ".venv", ".colab", ".live", ".lowest", ".slides",
                              ".*_cache", ".coverage", "*.egg-info", "build", "colab", "dist",
                              "site", "slides", "test-output")
ARCHIVE = "from setuptools import build_meta; import sys; build_meta.build_sdist(sys.argv[1])"
# some of its own, of the library, the pages and a notebook; that all are there another test says
OWN_TESTS = ["-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/test_records.py",
             "tests/test_readme.py", "notebooks/00_start_here.ipynb"]
USED = """\
import explorer_cases as cases
import rnnlib as rl
assert len(rl.names.first_names()) > 1000
for name in ("task_success", "weather_window"):
    live = cases.explorer(name).live
    assert live.still()["image/png"] and "render" in live._esm and live._css
stepper = rl.backward_stepper(*cases.run())
assert stepper.still().startswith("<svg") and "render" in stepper._esm and stepper._css
assert "def loss" in rl.hint("loss", step=4).solution
print(rl.__file__)
"""
# what a package that is declared brings with it, and what is asked for before it is imported
BROUGHT = {"PIL": "pillow", "traitlets": "ipywidgets", "IPython": "ipywidgets"}
ASKED_FOR = {"jupyter_core"}


def run(*words, path=(), cwd):
    """What a Python prints that looks into the folders `path` first."""
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, path)))
    done = subprocess.run([sys.executable, *map(str, words)], cwd=cwd, env=env, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def no_source(folder, names):
    """What of a folder of this tree is made, and no part of the course."""
    return NO_SOURCE(folder, names) | (MADE(folder, names) if Path(folder) == ROOT else set())


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """The source archive of this tree, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    shutil.copytree(ROOT, folder / "tree", ignore=no_source)
    run("-c", ARCHIVE, folder, cwd=folder / "tree")
    (archive,) = folder.glob("rnnlib-*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def wheel(sdist):
    """The wheel that pip makes of the source archive."""
    run("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index",
        "-w", sdist.parent, sdist, cwd=sdist.parent)
    (made,) = sdist.parent.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel):
    """The folder into which pip has put the wheel alone."""
    run("-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target",
        folder := wheel.parent / "installed", wheel, cwd=wheel.parent)
    return folder


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def tracked():
    """The files that git knows of; those of others in this folder are no part of the course."""
    try:
        said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True,
                              check=False).stdout
    except FileNotFoundError:
        return set()
    return {name for name in said.split("\0") if (ROOT / name).is_file()}


def test_the_archive_holds_every_file_of_the_course(sdist):
    known = tracked() or files(sdist.parent / "tree")
    assert "course.py" in known
    assert known <= files(sdist)


def test_the_archives_own_tests_run(sdist):
    assert " passed" in run(*OWN_TESTS, path=[sdist], cwd=sdist)


def test_the_wheel_holds_what_a_reader_asks_for_and_nothing_else(wheel):
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    notebooks = {f"rnnlib/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    library = {f"rnnlib/{name}" for name in files(ROOT / "rnnlib") if "__pycache__" not in name}
    solutions = {f"rnnlib/solutions/{path.name}" for path in exercises.SOLUTIONS.glob("*.py")}
    assert held == library | notebooks | solutions
    assert "rnnlib/sequences/data/README.md" in held  # where the data are from, and their licences


def test_what_is_installed_needs_no_folder_beside_it(installed, tmp_path):
    said = run("-c", USED, path=[installed, ROOT / "tests"], cwd=tmp_path)
    assert Path(said.strip()).is_relative_to(installed)


def test_its_command_copies_the_notebooks_and_never_overwrites_one(installed, tmp_path):
    script = "import sys, rnnlib.environment; sys.exit(rnnlib.environment.main())"
    words = "-c", script, "notebooks", "my course"
    assert "00_start_here.ipynb" in run(*words, path=[installed], cwd=tmp_path)
    copies = sorted((tmp_path / "my course").iterdir())
    assert [p.read_bytes() for p in copies] == [p.read_bytes() for p in command.stored()]
    copies[0].write_text("mine")
    copies[1].unlink()
    with pytest.raises(AssertionError, match="has 00_start_here.ipynb already"):
        run(*words, path=[installed], cwd=tmp_path)
    assert copies[0].read_text() == "mine"
    assert not copies[1].exists()


def test_the_command_stands_in_a_scripts_folder(installed, tmp_path):
    (script,) = (installed / "bin").glob("rnnlib*")
    done = subprocess.run([script, "notebooks"], cwd=tmp_path, check=True,
                          env=dict(os.environ, PYTHONPATH=str(installed)))
    assert done.returncode == 0
    assert len(list((tmp_path / "notebooks").iterdir())) == len(command.stored()) > 0


def test_a_clone_copies_its_own_notebooks(tmp_path, capsys):
    assert command.main(["notebooks", str(tmp_path)]) == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert command.main(["notebooks", str(tmp_path)]) == 1
    assert "name another folder" in capsys.readouterr().err


def test_the_metadata_are_what_an_index_takes(wheel):
    (path,) = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/METADATA")]
    text = zipfile.ZipFile(wheel).read(path).decode()
    found = Metadata.from_email(text, validate=True)  # as PyPI reads it
    assert found.license_expression == "MIT"
    assert found.description.startswith("# Recurrent networks")
    assert found.classifiers
    assert found.keywords


def test_what_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {Requirement(line).name for line in project["dependencies"]}
    names = foreign(set().union(*(imported(path.read_text(encoding="utf-8"))
                                  for path in (ROOT / "rnnlib").rglob("*.py"))))
    rooms = {path.stem for path in (ROOT / "rnnlib").iterdir()} | {"rnnlib"}
    assert {BROUGHT.get(name, name) for name in names - rooms - ASKED_FOR} == declared

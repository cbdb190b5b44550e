"""course.py meets the systems it will meet: an old Python, a missing piece, no browser."""
import ast
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook

import course

SUCCEEDS = course.succeeds


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The course in another folder (with a space in its name), where nothing is installed."""
    here = tmp_path / "the course"
    here.mkdir()
    for name in (*course_files(), "course.py"):
        shutil.copy(course.HERE / name, here)
    monkeypatch.setattr(course, "HERE", here)
    monkeypatch.setattr(course, "VENV", here / ".venv")
    monkeypatch.setattr(course, "STAMP", here / ".venv" / "installed.json")
    return here


def course_files():
    return (course.RUNTIME, course.DEVELOPMENT, course.TORCH, course.PEERS, course.SITE,
            course.LOWEST, course.COLAB, course.CLASS, "pyproject.toml")


@pytest.fixture
def commands(folder, monkeypatch):
    """Commands that course.py would run, kept instead; each succeeds unless a word is in
    `fail`. Making an environment makes its Python."""
    kept, fail = [], set()

    def succeeds(*command, **_):
        kept.append(words := [str(word) for word in command])
        if fail & set(words):
            return False
        if "venv" in words:
            course.venv_python().parent.mkdir(parents=True, exist_ok=True)
            course.venv_python().touch()
        return True

    monkeypatch.setattr(course, "succeeds", succeeds)
    return SimpleNamespace(kept=kept, fail=fail, pip=lambda: [c for c in kept if "-e" in c])


# ---------------------------------------------------------------- setting up

def test_the_first_start_makes_the_environment_and_the_second_does_nothing(commands):
    course.set_up()
    assert [c[-1] for c in commands.kept if "venv" in c] == [str(course.VENV)]
    assert len(commands.pip()) == 1
    commands.kept.clear()
    course.set_up()
    assert commands.kept == []


def test_tests_add_to_what_opening_installed_and_opening_takes_nothing_away(commands):
    course.set_up()
    course.set_up(course.DEVELOPMENT, course.TORCH)
    assert len(commands.pip()) == 2
    assert any(word.endswith(course.TORCH) for word in commands.pip()[1])
    course.set_up()
    course.set_up(course.DEVELOPMENT)
    assert len(commands.pip()) == 2


@pytest.mark.parametrize("name", [course.RUNTIME, "pyproject.toml"])
def test_a_changed_file_is_installed_anew(commands, folder, name):
    course.set_up()
    (folder / name).write_text((folder / name).read_text() + "\n# new\n")
    course.set_up()
    assert len(commands.pip()) == 2


@pytest.mark.parametrize("change", [{"python": "3.99"}, {"folder": "/elsewhere"}])
def test_another_python_or_a_moved_folder_clears_the_environment(commands, change):
    course.set_up()
    stamp = json.loads(course.STAMP.read_text())
    stamp["identity"].update(change)
    course.STAMP.write_text(json.dumps(stamp))
    commands.kept.clear()
    course.set_up()
    assert any("--clear" in c for c in commands.kept)
    assert len(commands.pip()) == 1


def test_an_environment_that_a_person_made_is_not_cleared(commands):
    course.VENV.mkdir()
    course.set_up()
    assert not any("--clear" in c for c in commands.kept)


def test_an_interrupted_installation_is_taken_up_again(commands):
    commands.fail.add("-e")
    with pytest.raises(course.Trouble, match="pip could not install requirements.txt .*online"):
        course.set_up()
    commands.fail.clear()
    course.set_up()
    assert sum("venv" in c for c in commands.kept) == 1


# ---------------------------------------------------------------- a missing piece

def test_without_ensurepip_this_pythons_pip_fills_the_environment(commands):
    commands.fail.add("import ensurepip, venv")
    course.make_venv()
    assert any("--without-pip" in c for c in commands.kept)
    assert [str(course.venv_python()), "install", "-q", "pip"] == commands.kept[-1][-4:]


def test_without_any_pip_debians_root_installs_venv(commands, monkeypatch):
    commands.fail |= {"import pip, venv", "import ensurepip, venv"}

    def apt_install(package):
        commands.fail.discard("import ensurepip, venv")
        return package == "python{}.{}-venv".format(*sys.version_info)

    monkeypatch.setattr(course, "apt_install", apt_install)
    monkeypatch.setattr(course, "is_debian", lambda: True)
    monkeypatch.setattr(course, "is_root", lambda: True)
    course.make_venv()
    assert course.venv_python().exists()


@pytest.mark.parametrize(("debian", "remedy"), [(True, r"sudo apt-get install python3\.\d+-venv"),
                                                (False, r"python\.org")])
def test_others_are_told_the_one_command(commands, monkeypatch, capsys, debian, remedy):
    commands.fail |= {"import pip, venv", "import ensurepip, venv"}
    monkeypatch.setattr(course, "is_debian", lambda: debian)
    monkeypatch.setattr(course, "is_root", lambda: False)
    assert course.main(["open"]) == 1
    said = capsys.readouterr().err
    assert re.search(remedy, said)
    assert said.count("\n") == 1


@pytest.fixture
def started_by_root(tmp_path, monkeypatch):
    """A function that starts course.py in a folder, in a process of its own, on a Debian whose
    apt-get only notes what is asked; gives (exit code, what was said, what apt-get was asked)."""
    asked, apt = tmp_path / "asked", tmp_path / "bin" / "apt-get"
    apt.parent.mkdir()
    apt.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(apt.parent), prepend=os.pathsep)
    root = "import os; os.geteuid = lambda: 0; import course; raise SystemExit(course.main())"

    def start(folder):
        shutil.copy(course.HERE / "course.py", folder)
        ended = subprocess.run([sys.executable, "-c", root, "open"], cwd=folder,
                               env=dict(os.environ, PYTHONPATH=""),
                               stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True)
        return ended.returncode, ended.stdout, asked.exists() and asked.read_text()

    return start


NO_PLACE = {
    "a separator of paths": (f"RNN{os.pathsep} week 3", lambda here: None,
                             rf"course\.py: The name of the folder .* has '{os.pathsep}' in it"),
    "a pattern": ("RNN [1]", lambda here: None,
                  r"course\.py: The name of the folder .* has one of \[ \* \? in it"),
    "no folder": ("plain", lambda here: (here / ".venv").write_text("mine"),
                  r"\.venv[^\n]*\ncourse\.py: Python could not make .*words stand above"),
}


@pytest.mark.parametrize("case", NO_PLACE)
def test_root_installs_nothing_where_the_folder_is_at_fault(tmp_path, started_by_root, case):
    name, spoil, wanted = NO_PLACE[case]
    (here := tmp_path / name).mkdir()
    spoil(here)
    code, said, asked = started_by_root(here)
    assert (code, asked) == (1, False)
    assert re.search(wanted, said)
    assert "ensurepip" not in said


def test_pip_installs_here_whatever_a_person_has_set(folder, monkeypatch):
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", str(folder / "elsewhere"))
    asks = "import os; exit(os.environ['PIP_USER'] != '0' or 'PIP_TARGET' in os.environ)"
    assert course.pip(sys.executable, "-c", asks)
    assert not SUCCEEDS(sys.executable, "-c", asks)


def test_a_home_that_cannot_be_written_is_replaced(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder / "nowhere"))
    monkeypatch.setenv("USERPROFILE", str(folder / "nowhere"))
    assert course.one_thread()["HOME"] == str(course.VENV / "home")
    assert (course.VENV / "home").is_dir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    assert course.one_thread()["HOME"] == str(folder)


def test_a_file_is_meant_from_where_the_command_was_typed(started, folder, tmp_path, monkeypatch):
    (there := tmp_path / "there").mkdir()
    (there / "00.ipynb").touch()
    monkeypatch.chdir(there)
    for command in ("test", "notebooks"):
        course.main([command, "-k", "a", "00.ipynb", "tests/test_flow.py", "00.ipynb::b"])
    wanted = ("-k", "a", str(there / "00.ipynb"), "tests/test_flow.py", f"{there / '00.ipynb'}::b")
    assert started == [("-m", "pytest", *wanted), ("-m", "tools.notebooks", *wanted)]


def test_what_a_terminal_cannot_show_stops_nothing(tmp_path):
    (here := tmp_path / "Übung").mkdir()
    (here / ".venv").write_text("mine")
    shutil.copy(course.HERE / "course.py", here)
    for encoding in ("ascii", "cp1252"):
        ended = subprocess.run([sys.executable, "course.py", "open"], cwd=here, text=True,
                               env=dict(os.environ, PYTHONIOENCODING=encoding, PYTHONPATH=""),
                               encoding=encoding, capture_output=True)
        assert "course.py: Python could not make the environment" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_read_only_folder_is_named(commands, folder, monkeypatch, capsys):
    monkeypatch.setattr(os, "access", lambda path, how: path != str(folder))
    assert course.main(["open"]) == 1
    said = capsys.readouterr().err
    assert f"{folder} is read-only" in said
    assert said.count("\n") == 1
    assert commands.kept == []


@pytest.mark.parametrize("old", [(2, 7, 18), (3, 8, 1)])
def test_an_old_python_gets_a_sentence(monkeypatch, old):
    monkeypatch.setattr(sys, "version_info", old)
    monkeypatch.setitem(sys.modules, "pathlib", None)  # which 2.7 has not
    said = r"^course.py: The course needs Python 3\.11 or newer; this is Python {}\.{} .*\bopen$"
    with pytest.raises(SystemExit, match=said.format(*old)):
        runpy.run_path(str(course.HERE / "course.py"))


def newer_than_2_7(node):
    """Whether Python 2.7 cannot read a node. A call may have one * behind all words, and one **."""
    if isinstance(node, ast.Call):
        stars = [isinstance(given, ast.Starred) for given in node.args]
        return any(stars[:-1]) or sum(word.arg is None for word in node.keywords) > 1
    return (isinstance(node, (ast.JoinedStr, ast.Nonlocal, ast.YieldFrom, ast.AnnAssign))
            or any(isinstance(part, ast.Starred) for part in getattr(node, "elts", ()))
            or bool(getattr(node, "kwonlyargs", None) or getattr(node, "annotation", None)))


def test_it_can_be_read_by_pythons_that_are_too_old():
    text = (course.HERE / "course.py").read_text(encoding="utf-8")
    # ast checks the grammar of that version, so no old Python is needed here
    tree = ast.parse(text, feature_version=(3, 7))
    assert [ast.unparse(node) for node in ast.walk(tree) if newer_than_2_7(node)] == []
    assert text.isascii()
    assert tree.body[1].module == "__future__"  # else print is no function there


# ---------------------------------------------------------------- JupyterLab

def test_opening_settles_jupyterlab_also_in_an_environment_of_before(started, folder):
    course.set_up()  # as one made before a setting: nothing is left to install
    assert course.main(["open"]) == 7
    etc = course.VENV / "etc" / "jupyter"
    written = {path.relative_to(etc).with_suffix("").as_posix(): json.loads(path.read_text())
               for path in etc.rglob("*.json")}
    assert written == course.LAB_SETTINGS
    assert written["labconfig/default_setting_overrides"][
        "@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}


def test_opening_trusts_the_notebooks_as_they_are_now(started, folder, monkeypatch, tmp_path):
    (data := tmp_path / "data").mkdir()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(data))
    monkeypatch.setattr(course, "venv_python", lambda: sys.executable)
    monkeypatch.setattr(course, "set_up", lambda: None)
    monkeypatch.setattr(course, "succeeds", SUCCEEDS)
    path = folder / "notebooks" / "00 a.ipynb"
    path.parent.mkdir()

    def trusted():
        with NotebookNotary(data_dir=str(data)) as notary:
            return notary.check_signature(nbformat.read(path, 4))

    for text in ("1", "2"):
        path.write_text(nbformat.writes(new_notebook(cells=[new_code_cell(text, id="a")])))
        assert not trusted()
        assert course.main(["open"]) == 7
        assert trusted()


# ---------------------------------------------------------------- the browser

@pytest.fixture
def no_browsers(monkeypatch):
    monkeypatch.delenv("COURSE_BROWSER", raising=False)
    monkeypatch.setattr(shutil, "which", lambda command: None)
    monkeypatch.setattr(course, "BROWSER_APPS", {})
    monkeypatch.setattr(course, "playwright_browser", lambda: None)


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_a_browser_is_found_where_the_system_keeps_it(no_browsers, monkeypatch, tmp_path, system):
    app = tmp_path / "Google" / "browser"
    app.parent.mkdir()
    app.touch()
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(course, "BROWSER_APPS", {
        system: ("{NoSuchFolderAnywhere}/x", "{ProgramFiles}/no", "{ProgramFiles}/Google/browser")})
    assert course.find_browser() == str(app)


def test_the_named_browser_has_the_last_word(monkeypatch):
    monkeypatch.setenv("COURSE_BROWSER", sys.executable)
    assert course.find_browser() == sys.executable
    monkeypatch.setenv("COURSE_BROWSER", "/no/such/browser")
    assert course.find_browser() is None


@pytest.mark.parametrize(("root", "asked"), [(True, "apt-get"), (False, "playwright")])
def test_a_missing_browser_is_fetched(no_browsers, commands, monkeypatch, capsys, root, asked):
    monkeypatch.setattr(course, "is_debian", lambda: True)
    monkeypatch.setattr(course, "is_root", lambda: root)
    course.set_up_browser()
    assert any(asked in c for c in commands.kept)
    assert course.NO_BROWSER in capsys.readouterr().err


# ---------------------------------------------------------------- the commands

@pytest.fixture
def threads():
    """How many threads for linear algebra each command was given; None: as many as cores."""
    return []


@pytest.fixture
def started(commands, monkeypatch, threads):
    """Command lines of the environment's Python, kept instead of run."""
    kept = []

    def run(*words, env=None):
        kept.append(words)
        threads.append((env or {}).get("OPENBLAS_NUM_THREADS"))
        return 7

    monkeypatch.setattr(course, "run", run)
    monkeypatch.setattr(course, "set_up_browser", lambda: kept.append(("browser",)))
    return kept


@pytest.fixture
def cores(monkeypatch):
    """A function that gives this machine so many cores."""
    def give(number):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(number), raising=False)
    give(1)
    return give


@pytest.mark.parametrize(("number", "words"), [(1, ()), (2, ("-n", "2")), (64, ("-n", "4"))])
def test_all_tests_share_the_cores(started, cores, number, words):
    cores(number)
    course.main(["test", "-x"])
    assert started == [("browser",), ("-m", "pytest", *words, "-x")]
    course.main(["test", "tests/test_a.py"])
    assert started[2:] == [("-m", "pytest", "tests/test_a.py")]


@pytest.mark.usefixtures("cores")
@pytest.mark.parametrize(("words", "wanted"), [
    (["test"], [("browser",), ("-m", "pytest")]),
    (["test", "tests/test_a.py", "-k", "torch"],
     [("-m", "pytest", "tests/test_a.py", "-k", "torch")]),
    (["test", "--torch", "a/browser"], [("browser",), ("-m", "pytest", "a/browser")]),
    (["notebooks", "--check"], [("-m", "tools.notebooks", "--check")]),
    (["site", "there"], [("-m", "tools.site", "there")]),
    (["beliefs", "there"], [("-m", "rnnlib.beliefs", os.path.abspath("there"))]),
    (["slides", "03"], [("-m", "tools.slides", "03")]),
    (["exam", "--seed", "7"], [("-m", "tools.exam", "--seed", "7")]),
    (["bench", "b", "a"], [("browser",), ("-m", "benchmarks.b"), ("-m", "benchmarks.a")])])
def test_each_command_passes_its_words_and_its_exit_code_on(started, words, wanted):
    assert course.main(words) == 7
    assert started == wanted


@pytest.mark.usefixtures("cores")
@pytest.mark.parametrize(("option", "place", "lists", "wanted"), [
    ("--lowest", ".lowest", (course.RUNTIME, course.DEVELOPMENT, course.LOWEST),
     [("browser",), ("-m", "pytest")]),
    ("--colab", ".colab", (course.COLAB,), [("-m", "pytest", "notebooks")])])
def test_other_releases_have_an_environment_of_their_own(started, commands, folder, option, place,
                                                         lists, wanted):
    assert course.main(["test", option]) == 7
    assert started == wanted
    assert course.venv_python().is_relative_to(folder / place)
    (pip,) = commands.pip()
    assert [word for word in pip if word.endswith(".txt")] == [str(folder / name) for name in lists]


def test_benchmarks_of_a_class_have_an_environment_of_their_own(started, commands, folder):
    assert course.main(["bench", "hub", "b"]) == 7
    assert started == [("browser",), ("-m", "benchmarks.b"), ("browser",), ("-m", "benchmarks.hub")]
    assert course.venv_python().is_relative_to(folder / ".class")
    assert str(folder / course.CLASS) in commands.pip()[1]


@pytest.mark.parametrize("command", ["open", "test", "notebooks", "bench", "site", "slides",
                                     "handouts", "exam", "beliefs"])
def test_every_kernel_has_one_thread_for_linear_algebra(started, threads, folder, monkeypatch,
                                                        command):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "one.py").touch()
    assert course.main([command]) == 7
    assert threads == ["1"]


def test_every_benchmark_runs(started, folder):
    (folder / "benchmarks").mkdir()
    for name in ("two.py", "one.py", "__init__.py"):
        (folder / "benchmarks" / name).touch()
    assert course.main(["bench"]) == 7
    assert started == [("browser",), ("-m", "benchmarks.one"), ("-m", "benchmarks.two")]


def test_torch_is_installed_when_asked_for(started, commands):
    course.main(["test", "--torch"])
    assert any(word.endswith(course.TORCH) for word in commands.pip()[0])


def test_the_course_opens_on_its_first_notebook(started, folder):
    assert course.main(["open", "--no-browser"]) == 7
    words = started[0]
    assert words[:2] == ("-m", "jupyterlab")
    assert words[2] == folder / "notebooks" / course.START
    assert words[-1] == "--no-browser"
    assert ("--allow-root" in words) == course.is_root()


def test_it_answers_from_any_folder(tmp_path):
    said = subprocess.run([sys.executable, course.HERE / "course.py", "--help"], cwd=tmp_path,
                          capture_output=True, text=True, check=True).stdout
    assert {"open", "test", "notebooks", "bench", "site", "beliefs"} <= set(said.split())
    assert {"open", "test", "notebooks", "bench", "site", "slides"} <= set(said.split())


def bounds(lines, mark=">="):
    """{name: version} of requirements' lines."""
    return dict(re.match(rf"([a-z\d-]+){mark}([\d.]+)$", line).groups() for line in lines
                if mark in line and not line.startswith("#"))


def listed(name, mark=">="):
    return bounds((course.HERE / name).read_text().splitlines(), mark)


PACKAGE = bounds(tomllib.loads((course.HERE / "pyproject.toml").read_text())
                 ["project"]["dependencies"])


def test_the_package_needs_no_more_than_the_requirements_say():
    runtime = listed(course.RUNTIME)
    assert PACKAGE.keys() < runtime.keys()
    same = PACKAGE.keys() - {"ipywidgets"}  # Colab has 7.7.1; the course is opened with 8
    assert all(PACKAGE[name] == runtime[name] for name in same)


def test_every_lower_bound_stands_in_a_list_that_is_tested_together():
    lowest, colab = listed(course.LOWEST, "=="), listed(course.COLAB, "==")

    def same(pin, bound):
        return pin == bound or pin.rpartition(".")[0] == bound  # 2.1.0 for 2.1

    assert all(same(lowest[name], bound) for name, bound in listed(course.RUNTIME).items())
    assert all(same(colab[name], PACKAGE[name]) for name in colab.keys() & PACKAGE)
    assert PACKAGE.keys() - colab.keys() == {"pillow"}  # as matplotlib brings it


def test_the_tests_have_what_the_site_needs():
    assert listed(course.SITE).items() <= listed(course.DEVELOPMENT).items()

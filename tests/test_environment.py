"""The answer about the environment: true and without versions if all is well, else it says what."""
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

import rnnlib as rl
from rnnlib import environment
from rnnlib.environment import Environment, Finding, package, python, release, widgets

ROOT = Path(__file__).resolve().parents[1]


def bounds(lines):
    """{package: lower bound} of requirement lines."""
    found = (re.fullmatch(r"([\w-]+)>=([\d.]+)", line.strip()) for line in lines)
    return {line[1]: release(line[2]) for line in found if line}


def test_the_bounds_are_those_of_the_package_and_of_the_course():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    declared = bounds(project["dependencies"])
    assert "pillow" in declared  # which matplotlib asks for: no finding of its own
    assert declared == environment.OLDEST | {"pillow": declared["pillow"]}
    assert release(project["requires-python"].removeprefix(">=")) == environment.OLDEST_PYTHON
    course = bounds((ROOT / "requirements.txt").read_text("utf8").splitlines())
    assert course.pop("jupyterlab") == environment.OLDEST_LAB
    assert course.keys() == declared.keys()
    assert all(course[name] >= oldest for name, oldest in declared.items())


@pytest.mark.parametrize(("version", "numbers"), [
    ("2.1", (2, 1)), ("8.1.9", (8, 1, 9)), ("0.9.21rc1", (0, 9, 21)), ("2.4.0.dev3", (2, 4, 0)),
    ("3.11.0+local.1", (3, 11, 0)), ("unknown", ()),
])
def test_the_numbers_of_a_version(version, numbers):
    assert release(version) == numbers


@pytest.mark.parametrize(("finding", "ok", "text"), [
    (python((3, 11, 0)), True, "Python is new enough."),
    (python((3, 14, 2)), True, "Python is new enough."),
    (python((3, 9, 18)), False, "Python is 3.9.18; 3.11 or newer is wanted."),
    (package("numpy", "2.1", (2, 1)), True, "numpy is new enough."),
    (package("numpy", "2.10.1", (2, 9)), True, "numpy is new enough."),
    (package("numpy", "1.26.4", (2, 1)), False, "numpy is 1.26.4; 2.1 or newer is wanted."),
    (package("numpy", None, (2, 1)), False, "numpy is not installed; 2.1 or newer is wanted."),
    (widgets(False, "4.6.6", []), False, "Widgets cannot show: this is no notebook with a "
                                         "kernel."),
    (widgets(True, "4.4.3", []), False, "JupyterLab is 4.4.3; 4.4.4 or newer is wanted."),
    (widgets(True, "4.6.6", []), False, "Widgets cannot show: JupyterLab lacks its half of "
                                        "ipywidgets and anywidget."),
])
def test_each_finding_in_words(finding, ok, text):
    assert finding == Finding(ok, text)


def test_jupyterlab_needs_both_halves_of_the_widgets(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    (one / "labextensions" / "anywidget").mkdir(parents=True)
    assert widgets(True, "4.6.6", [one, other]).text.endswith("lacks its half of ipywidgets.")
    (other / "labextensions" / "@jupyter-widgets" / "jupyterlab-manager").mkdir(parents=True)
    assert widgets(True, "4.6.6", [one, other]).ok


def test_a_folder_that_jupyterlab_takes_for_a_pattern_is_told(tmp_path):
    folder = tmp_path / "week [1]"
    for part in environment.LAB_PARTS.values():
        (folder / "labextensions" / part).mkdir(parents=True)
    found = widgets(True, "4.6.6", [tmp_path, folder])
    assert not found.ok
    assert f"It takes the name of {folder} for a pattern: move the course." in found.text


@pytest.mark.parametrize("letters", ["ascii", "cp1252", "cp437", "utf-8"])
def test_what_a_terminal_cannot_show_is_told_without_it(letters, monkeypatch):
    monkeypatch.setattr("sys.stdout", SimpleNamespace(encoding=letters))
    shown = [repr(rl.check(name, answer)) for name, answer in (("parameter_count", 3),
                                                               ("clip_by_norm", None))]
    shown += map(str, (Finding(True, "a"), Finding(False, "b")))
    assert "".join(shown).encode(letters)
    assert shown[-2:] == (["✓ a", "✗ b"] if letters == "utf-8" else ["+ a", "- b"])


def test_other_programs_are_not_called_wrong():
    found = widgets(True, None, [])
    assert found.ok
    assert "no JupyterLab" in found.text


def test_a_package_that_is_missing_has_no_version():
    assert environment.version_of("a-package-of-no-one") is None
    assert release(environment.version_of("numpy")) >= (2, 1)


def test_the_whole_answer():
    good, bad = Finding(True, "numpy is new enough."), Finding(False, "anywidget is missing.")
    assert Environment((good,))
    assert repr(Environment((good,))) == "✓ numpy is new enough.\nAll is well."
    assert not Environment((good, bad))
    assert repr(Environment((good, bad))).splitlines() == [
        "✓ numpy is new enough.", "✗ anywidget is missing.",
        "Not all is well. Close JupyterLab and start the course with: python3 course.py open"]


def test_this_environment_outside_a_notebook():
    found = rl.environment.check_environment()
    *others, last = found.findings
    assert all(finding.ok for finding in others), found
    assert last == widgets(False, None, [])
    assert not re.search(r"\d", "".join(finding.text for finding in others))

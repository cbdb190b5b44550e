"""The files that bring the course to other hosts ask for what there is: commands, files, releases.

None of these hosts can be asked here; what is read is what each of them would run.
"""
import re
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import course

ROOT = course.HERE
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# what else a step may run: the Python Packaging Authority's own, of what pyproject.toml says
OTHERS = "pipx run build", "pipx run twine check --strict dist/*"
EXPRESSION = re.compile(r"\$\{\{ (?:matrix\.(\w+)|[\w.]+) \}\}")


def jobs(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()


def matrix(job, name):
    """The values of a name in a job's matrix."""
    found = job.get("strategy", {}).get("matrix", {})
    return found.get(name, [row[name] for row in found.get("include", []) if name in row])


def steps(key):
    return [pytest.param(job, step[key], id=f"{path.stem}: {step[key]}") for path in WORKFLOWS
            for job in jobs(path) for step in job["steps"] if key in step]


def written_out(job, words):
    """The words of a step for each value of the matrix in them, at most one."""
    name = next((name for name in EXPRESSION.findall(words) if name), None)
    return [EXPRESSION.sub(value, words) for value in matrix(job, name)] if name else [words]


@pytest.mark.parametrize(("job", "words"), steps("run"))
def test_a_step_runs_a_command_of_the_course(job, words):
    assert written_out(job, words)
    for line in written_out(job, words):
        if line not in OTHERS:
            python, script, *rest = line.split()
            assert (python, script) == ("python", "course.py")
            _, unknown = course.command_line().parse_known_args(rest)
            assert unknown == []


@pytest.mark.parametrize(("job", "action"), steps("uses"))
def test_an_action_has_a_version(job, action):
    assert re.fullmatch(r"actions/[\w-]+@v\d+", action)


def test_all_pythons_that_are_promised_run_on_three_systems():
    (job,) = [job for path in WORKFLOWS for job in jobs(path) if matrix(job, "system")]
    named = [line.rpartition(" ")[2] for line in PROJECT["classifiers"]
             if re.search(r"Python :: 3\.\d+$", line)]
    assert matrix(job, "python") == named
    assert {name.partition("-")[0] for name in matrix(job, "system")} == {
        "ubuntu", "macos", "windows"}
    assert all(version in SpecifierSet(PROJECT["requires-python"]) for version in named)


def test_the_folder_that_is_published_is_the_one_that_is_written():
    (path,) = [step["with"]["path"] for file in WORKFLOWS for job in jobs(file)
               for step in job["steps"] if "pages-artifact" in step.get("uses", "")]
    assert f"/{path}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()

"""The files that bring the course to other hosts ask for what there is: commands, files, releases.

None of these hosts can be asked here; what is read is what each of them would run.
"""
import json
import os
import re
import stat
import subprocess
import sys
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
    """The values of a name in a job's matrix, those that stand there alone last."""
    found = job.get("strategy", {}).get("matrix", {})
    alone = [row[name] for row in found.get("include", []) if name in row]
    return [*dict.fromkeys([*found.get(name, []), *alone])]


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


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_names_nothing_that_its_matrix_lacks(path):
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    # "on" is True in YAML
    assert set(whole) <= {"name", True, "permissions", "concurrency", "jobs"}
    for job in jobs(path):
        assert {"runs-on", "timeout-minutes", "steps"} <= set(job)
        asked = re.findall(r"matrix\.(\w+)", json.dumps(job))
        assert all(matrix(job, name) for name in asked)
        assert all(len({"run", "uses"} & set(step)) == 1 for step in job["steps"])


@pytest.mark.parametrize(("job", "action"), steps("uses"))
def test_an_action_has_a_version(job, action):
    assert re.fullmatch(r"actions/[\w-]+@v\d+", action)


def test_all_pythons_that_are_promised_run_on_three_systems_with_newest_and_oldest_releases():
    (job,) = [job for path in WORKFLOWS for job in jobs(path) if matrix(job, "system")]
    named = [line.rpartition(" ")[2] for line in PROJECT["classifiers"]
             if re.search(r"Python :: 3\.\d+$", line)]
    assert matrix(job, "python") == named
    assert {name.partition("-")[0] for name in matrix(job, "system")} == {
        "ubuntu", "macos", "windows"}
    assert job["strategy"]["matrix"]["releases"] == ["", "--lowest"]
    assert matrix(job, "releases")[2:] == ["--colab"]
    assert all(version in SpecifierSet(PROJECT["requires-python"]) for version in named)


def test_the_folder_that_is_published_is_the_one_that_is_written():
    (path,) = [step["with"]["path"] for file in WORKFLOWS for job in jobs(file)
               for step in job["steps"] if "pages-artifact" in step.get("uses", "")]
    assert f"/{path}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


# ---------------------------------------------------------------- Binder, and a container

def test_binder_installs_the_course_on_a_python_that_may_have_it():
    folder = ROOT / ".binder"
    lists = re.findall(r"^-r (\S+)$", (folder / "requirements.txt").read_text("utf-8"), re.M)
    assert [(folder / name).resolve() for name in lists] == [ROOT / course.RUNTIME]
    version = re.fullmatch(r"python-([\d.]+)", (folder / "runtime.txt").read_text("utf-8").strip())
    assert version[1] in SpecifierSet(PROJECT["requires-python"])


@pytest.mark.skipif(os.name == "nt", reason="Binder is a Linux")
def test_binder_can_run_its_scripts():
    for name in ("postBuild", "start"):
        path = ROOT / ".binder" / name
        assert path.stat().st_mode & stat.S_IXUSR
        assert subprocess.run(["sh", "-n", path], check=False).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Binder is a Linux")
def test_binder_settles_jupyterlab_as_opening_does(tmp_path):
    """With a `python` that installs nothing, and takes another folder for its own."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"""#!/bin/sh
[ "$1" = -m ] && echo "$@" && exit
(echo "import sys; sys.prefix = '{tmp_path}'"; cat) | exec '{sys.executable}' "$@"
""")
    python.chmod(0o755)
    env = dict(os.environ, PATH=f"{python.parent}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run([ROOT / ".binder" / "postBuild"], cwd=ROOT, env=env, check=True,
                          capture_output=True, text=True)
    assert done.stdout.splitlines()[0] == "-m pip install --no-deps -e ."
    etc = tmp_path / "etc" / "jupyter"
    written = {path.relative_to(etc).with_suffix("").as_posix(): json.loads(path.read_text())
               for path in etc.rglob("*.json")}
    assert written == course.LAB_SETTINGS


@pytest.mark.skipif(os.name == "nt", reason="Binder is a Linux")
def test_binders_kernels_have_one_thread_for_linear_algebra():
    said = subprocess.run([ROOT / ".binder" / "start", "env"], check=True, capture_output=True,
                          text=True, env={"PATH": os.environ["PATH"]}).stdout.split()
    alone = {f"{name}=1" for name in limits()}
    assert alone <= set(said)


def test_a_container_installs_what_there_is():
    found = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    words = found["postCreateCommand"].split()
    assert words[words.index("-r") + 1] == course.RUNTIME
    assert words[-2:] == ["-e", "."]
    assert found["image"].rpartition(":")[2] in SpecifierSet(PROJECT["requires-python"])
    assert found["containerEnv"] == dict.fromkeys(limits(), "1")


def limits():
    """The variables that course.py sets for every kernel."""
    return {name for name, value in course.one_thread().items()
            if name.endswith("_NUM_THREADS") and value == "1"}

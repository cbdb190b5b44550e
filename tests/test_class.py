"""What a class is served with: the hub's settings, and the benchmarks that give its sizes."""
import asyncio
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from harness import Lab
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from traitlets.config import PyFileConfigLoader

import course
from benchmarks import _student, hub, voila

CELLS = "import rnnlib as rl", "rl.vanishing_and_exploding(n=2, T=5)"


def spawner():
    """What docs/class_hub.py adds to a hub's own settings: environment and arguments."""
    config = PyFileConfigLoader("class_hub.py", str(course.HERE / "docs")).load_config()
    return config.Spawner.environment.get_value({}), config.Spawner.args.get_value([])


def test_kernels_of_a_class_have_one_thread_as_everywhere():
    environment, _ = spawner()
    limits = {name for name in course.one_thread() if name.endswith("_NUM_THREADS")}
    assert {name for name, value in environment.items() if value == "1"} >= limits


@pytest.mark.parametrize("words", [spawner()[1], voila.WORDS])
def test_idle_kernels_end(words):
    told = dict(re.findall(r"--MappingKernelManager\.(\w+)=(\w+)", " ".join(words)))
    assert set(told) <= set(MappingKernelManager.class_traits(config=True))
    assert 0 < int(told["cull_interval"]) < int(told["cull_idle_timeout"])


def test_the_readme_says_the_words_that_are_measured():
    readme = " ".join((course.HERE / "README.md").read_text("utf-8").split())
    assert f"voila notebooks {' '.join(voila.WORDS)}" in readme
    assert " ".join(f"{name}={value}" for name, value in voila.ENVIRONMENT.items()) in readme
    assert "docs/class_hub.py" in readme


async def seen(student):
    """Have a student run the cells and move the slider; the process's memory and what it used."""
    (explorer,) = [found for k, cell in enumerate(CELLS)
                   if (found := await student.run(f"cell-{k}", cell))]
    waited = [await student.move(explorer, value) for value in explorer.values[:3]]
    waited.append(await student.rest(explorer))
    assert all(0 < seconds < _student.SECONDS for seconds in waited)
    with pytest.raises(RuntimeError, match="cell-2: ZeroDivisionError"):
        await student.run("cell-2", "1 / 0")
    assert 20 < _student.megabytes(student.kernel) < 400
    assert _student.cpu(student.kernel) > 0
    return explorer


@pytest.mark.kernel
def test_a_student_of_the_benchmark_runs_cells_and_moves_a_slider(tmp_path):
    async def main():
        student = await _student.Student.begin(f"{lab.url}/", lab.token)
        await seen(student)
        await student.leave()

    lab = Lab(tmp_path, tmp_path)
    try:
        asyncio.run(main())
        assert lab.ask("kernels") == []
    finally:
        lab.stop()


@pytest.mark.kernel
@pytest.mark.skipif(not find_spec("jupyterhub"), reason="needs requirements-class.txt")
def test_a_hub_has_its_lesson(tmp_path):
    async def main():
        await served.started()
        student = await served.student("student0")
        student.explorer = await seen(student)
        waited, used = await hub.lesson(served, [student], 2)
        assert waited
        assert used["kernels"] > 0
        environment = student.kernel.environ()
        assert spawner()[0].items() <= environment.items()
        assert set(spawner()[1]) <= set(student.server.cmdline())

    served = hub.Hub(tmp_path, hub.command_line().parse_args([]).proxy)
    try:
        asyncio.run(main())
    finally:
        served.stop()
    assert Path(tmp_path / "student0").exists()

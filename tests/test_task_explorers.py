"""The explorer of the tasks shows what was measured."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.charts.tasks import MODELS
from rnnlib.sequences.tasks import success

pytestmark = pytest.mark.filterwarnings("error")
MEASURED = success()


@pytest.fixture
def shown(kept):
    """Makes panels and closes them after the test."""

    def make(*task):
        return kept(rl.task_success(*task))

    return make


@pytest.mark.parametrize("task", MEASURED.tasks)
def test_the_lines_are_the_means_and_the_marks_the_runs(shown, task):
    panel, lengths = shown(), MEASURED.lengths(task)
    panel.controls["task"].value = task
    chart = panel.explorer.shown["success"]
    for model in MEASURED.models(task):
        runs = [MEASURED.right(task, model, T) for T in lengths]
        np.testing.assert_array_equal(chart.means[model].get_ydata(), np.mean(runs, axis=1))
        np.testing.assert_array_equal(chart.runs[model].get_ydata(), np.ravel(runs))
        near = chart.runs[model].get_xdata().reshape(len(lengths), -1)
        assert (np.abs(near - np.arange(len(lengths))[:, None]) < 0.1).all()
    assert [tick.get_text() for tick in chart.ax.get_xticklabels()] == [str(T) for T in lengths]
    chance = rl.tasks.TASKS[task](20, 1).chance_right
    assert chart.chance.get_ydata() == [chance, chance]
    assert ("delay" in chart.ax.get_xlabel()) == (task == "copy")


def test_the_models_are_those_of_the_file():
    for task in MEASURED.tasks:
        assert set(MEASURED.models(task)) == set(MODELS)


def test_the_reading_says_how_far_each_model_gets(shown):
    panel = shown("temporal order")
    assert "RNN T = 10; RNN, clipped T = 30; GRU, clipped T = 50" in panel.live.reading
    panel.explorer.success = rl.tasks.Success(tuple(
        (*row[:5], 0.1) for row in MEASURED.rows))
    panel.controls["task"].value = "copy"
    assert panel.live.reading.count("nowhere") == 4


def test_pin_keeps_the_words_for_comparison(shown):
    panel = shown()
    panel.pin()
    panel.controls["task"].value = "adding"
    assert "up to: RNN nowhere" in panel.live.reading
    assert "[Pinned: temporal order, RNN T = 10;" in panel.live.reading


def test_a_task_can_be_asked_for(shown):
    panel = shown("copy")
    panel.controls["task"].value = "adding"
    panel.reset()
    assert panel.values.task == "copy"
    with pytest.raises(ValueError, match="task must be one of"):
        rl.task_success("parity")


def test_the_table_has_the_share_of_each_run(shown):
    panel = shown("adding")
    panel.live.open_table()
    table = panel.live.tables[0]
    assert table["header"] == ["T", *MODELS]
    assert len(table["rows"][0][1].split(", ")) == 4

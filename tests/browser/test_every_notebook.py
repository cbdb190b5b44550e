"""Every notebook as a person meets it: open, run all, use every control by mouse and keyboard."""
import pytest

from tools.notebooks import all_notebooks


@pytest.mark.parametrize("path", all_notebooks(), ids=[p.stem for p in all_notebooks()])
def test_runs_and_every_control_moves_its_picture(open_notebook, path):
    notebook = open_notebook(f"notebooks/{path.name}")
    notebook.run_all()
    notebook.demand_quiet()
    notebook.use_every_control()
    notebook.demand_quiet()

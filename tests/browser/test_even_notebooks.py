"""Notebooks 00, 02, ... as a person meets them; another worker may take the odd ones."""
import pytest

from tools.notebooks import all_notebooks


@pytest.mark.parametrize("path", all_notebooks()[::2], ids=lambda path: path.stem)
def test_runs_and_every_control_moves_its_picture(use_notebook, path):
    use_notebook(path)

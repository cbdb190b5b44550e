"""Notebooks 01, 03, ... as a person meets them; the others are in test_even_notebooks.py."""
import pytest

from tools.notebooks import all_notebooks


@pytest.mark.parametrize("path", all_notebooks()[1::2], ids=lambda path: path.stem)
def test_runs_and_every_control_moves_its_picture(use_notebook, path):
    use_notebook(path)

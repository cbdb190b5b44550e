"""The copies for Google Colab install the course there, and do nothing elsewhere."""
import sys
from types import ModuleType

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tools import colab, notebooks

SOURCE = "git+https://host.invalid/somebody/course"


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colab")
    assert colab.main([SOURCE, str(folder)]) == 0
    return {path.name: notebooks.read(path) for path in folder.iterdir()}


def test_each_copy_is_its_notebook_behind_one_more_cell(copies):
    assert copies.keys() == {path.name for path in notebooks.all_notebooks()}
    for path in notebooks.all_notebooks():
        first, *others = copies[path.name].cells
        assert first.cell_type == "code"
        assert others == notebooks.read(path).cells
        assert copies[path.name].metadata == notebooks.read(path).metadata


@pytest.mark.parametrize("there", [True, False])
def test_the_cell_installs_on_colab_alone_and_nothing_but_the_course(copies, monkeypatch, there):
    asked = []
    if there:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    shell = InteractiveShell()
    shell.register_magic_function(asked.append, magic_name="pip")
    shell.run_cell(copies["00_start_here.ipynb"].cells[0].source).raise_error()
    assert asked == [f"install -q --no-deps {SOURCE}"] * there

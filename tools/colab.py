"""Copies of the notebooks for Google Colab: their first cell installs the course there.

    python -m tools.colab SOURCE [folder]          (colab/ unless told)

SOURCE is what pip can install there: git+https:// and the address of a repository that holds the
course, or the address of a wheel. The cell is in copies only, since SOURCE is known to whoever
publishes them; elsewhere than on Colab it does nothing.
"""
import argparse
import sys
from pathlib import Path

from nbformat.v4 import new_code_cell

from tools.notebooks import all_notebooks, prepare, read, text_of

# Without its dependencies: Colab has them, and ipywidgets must stay the one that its pages show.
INSTALL = """\
# On Google Colab this installs the course; elsewhere it does nothing.
import sys
if "google.colab" in sys.modules:
    %pip install -q --no-deps {source}"""


def for_colab(path, source):
    """The stored notebook behind a cell that installs the course from the source."""
    nb = read(path)
    nb.cells.insert(0, new_code_cell(INSTALL.format(source=source), id="on-colab"))
    return prepare(nb)


def main(words=None):
    """Writes the copies; gives the exit code."""
    parser = argparse.ArgumentParser(prog="colab", description=__doc__.splitlines()[0])
    parser.add_argument("source", help="what pip installs: git+https://..., a wheel's address")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("colab"))
    options = parser.parse_args(words)
    options.folder.mkdir(parents=True, exist_ok=True)
    for path in all_notebooks():
        text = text_of(for_colab(path, options.source))
        (options.folder / path.name).write_text(text, encoding="utf-8", newline="\n")
    print(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

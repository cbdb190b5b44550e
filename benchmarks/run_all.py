"""How long Run All takes in each notebook, from the start of its kernel to its last cell.

    python benchmarks/run_all.py [--json]

As `course.py open` runs it: one thread for linear algebra, a kernel of its own. Exits with 1 if
a notebook takes longer than a reader should wait.
"""
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# first of all: it sets the threads before a kernel starts
from benchmarks.engine import Figure, main  # noqa: I001

from tools import notebooks

SECONDS, LONGER = 20, {"09_training_on_real_sequences": 40}


def run_all(path):
    """The figure of one notebook."""
    nb = notebooks.prepare(notebooks.read(path))
    start = perf_counter()
    notebooks.executed(nb, path.parent)
    spent, most = perf_counter() - start, LONGER.get(path.stem, SECONDS)
    cells = sum(1 for _ in notebooks.code_cells(nb))
    return Figure(f"Run All of {path.stem}", f"{spent:.1f} s", f"{cells} cells", spent,
                  f"<= {most} s", spent <= most)


def figures():
    """All notebooks, one after another."""
    return map(run_all, notebooks.all_notebooks())


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

"""Exercises of a notebook, their checks and their solutions: see solutions/README.md."""
import json
from copy import deepcopy
from pathlib import Path

from rnnlib.exercises.hints import solutions

SOLUTIONS = Path(__file__).parent / "solutions"


def tagged(nb, kind):
    """{NAME: cell} for every code cell with a tag KIND:NAME."""
    return {tag.removeprefix(f"{kind}:"): cell for cell in nb.cells
            for tag in cell.metadata.get("tags", ()) if tag.startswith(f"{kind}:")}


def solutions_of(path):
    """{NAME: source} for a notebook; empty when it has no solution file."""
    file = SOLUTIONS / f"{Path(path).stem}.py"
    return solutions(file.read_text(encoding="utf-8")) if file.exists() else {}


def unmatched(nb, solved):
    """Sentences about exercises without a check or a solution, and about what has no exercise."""
    exercises, checks = tagged(nb, "exercise"), tagged(nb, "check")
    return [*(f"exercise {n} has no check" for n in exercises if n not in checks),
            *(f"exercise {n} has no solution" for n in exercises if n not in solved),
            *(f"check {n} has no exercise" for n in checks if n not in exercises),
            *(f"solution {n} has no exercise" for n in solved if n not in exercises),
            *(f"exercise {n} has no hole: nothing raises NotImplementedError"
              for n, cell in exercises.items() if "NotImplementedError" not in cell.source)]


def solve(nb, solved):
    """A copy of the notebook with every solution in its cell."""
    nb = deepcopy(nb)
    for name, cell in tagged(nb, "exercise").items():
        cell.source = solved[name]
    return nb


def question(nb):
    """Code that prints, as JSON, {NAME: truth of the check's answer, or None for no answer};
    to be run in the kernel that has run the notebook."""
    counts = {name: cell.execution_count for name, cell in tagged(nb, "check").items()}
    return (f"import json; print(json.dumps({{n: None if Out.get(i) is None else bool(Out[i]) "
            f"for n, i in json.loads({json.dumps(counts)!r}).items()}}))")

"""The engine's figures: speed against PyTorch, itemised gradients, surfaces, time to import.

    python benchmarks/engine.py [--json]

Both sides compute in float64 on one thread, on the same data, in runs that take turns; a figure
is the ratio of the medians. Exits with 1 if a figure is missed.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

# before numpy loads, or it has no effect
for limit in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[limit] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

import rnnlib as rl  # noqa: E402

N_Y = 4
# (units, examples, T): at most this share of PyTorch's time
AGAINST_TORCH = {(16, 1, 50): 0.25, (32, 8, 100): 0.5, (128, 32, 100): 1.2}
# cells that are told for information, with no share to keep to, beside torch.nn's of that name
GATED = {"lstm": "LSTM", "gru": "GRU"}
IMPORT_SECONDS = 0.3
SURFACE_SECONDS = 0.5


@dataclass(frozen=True)
class Figure:
    """One measured figure beside the one to reach."""

    what: str
    ours: str
    other: str
    measured: float
    wanted: str
    reached: bool


def medians(*runs, seconds=2.0):
    """The median time of each run in seconds; they take turns for about `seconds` in all."""
    times = [[] for _ in runs]
    for run in runs:
        run()
    end = perf_counter() + seconds
    while perf_counter() < end or len(times[0]) < 7:
        for run, spent in zip(runs, times):
            start = perf_counter()
            run()
            spent.append(perf_counter() - start)
    return [statistics.median(spent) for spent in times]


def example(n, m, T, cell="tanh"):
    """net, x and y: n units, as many inputs, m examples."""
    rng = np.random.default_rng(0)
    net = rl.Network(n, (n,), N_Y, cell)
    return net, rng.normal(size=(T, n, m)), rng.integers(N_Y, size=(T, m))


def engine_pass(net, x, y):
    """Forward and backward with everything kept."""
    return net.backward(net.forward(x, y))


def torch_pass(n, x, y, cell="RNN"):
    """A function that does the same with a layer of torch.nn, nn.Linear and autograd."""
    import torch

    torch.set_num_threads(1)
    layer, output = getattr(torch.nn, cell)(n, n).double(), torch.nn.Linear(n, N_Y).double()
    weights = [*layer.parameters(), *output.parameters()]
    x = torch.tensor(x).permute(0, 2, 1).contiguous().requires_grad_()
    y = torch.tensor(y).reshape(-1)

    def run():
        for W in (*weights, x):
            W.grad = None
        a, _ = layer(x)
        scores = output(a).reshape(-1, N_Y)
        torch.nn.functional.cross_entropy(scores, y, reduction="sum").backward()

    return run


def against_torch(size, share):
    """The figure for one size."""
    net, x, y = example(*size)
    ours, theirs = medians(partial(engine_pass, net, x, y), torch_pass(size[0], x, y))
    return Figure(f"forward + backward, (n, m, T) = {size}", milli(ours),
                  f"PyTorch {milli(theirs)}", ours / theirs, f"<= {share}", ours <= share * theirs)


def gated_against_torch(cell, size):
    """The figure for a gated cell at one size, for information."""
    net, x, y = example(*size, cell)
    ours, theirs = medians(partial(engine_pass, net, x, y),
                           torch_pass(size[0], x, y, GATED[cell]))
    return Figure(f"{cell}, (n, m, T) = {size}", milli(ours), f"PyTorch {milli(theirs)}",
                  ours / theirs, "any", True)


def itemised(n=32, T=100, times=50):
    """The table of norms from one sweep, against one backward pass for each loss time.

    A pass gives one row of the same table: the norms of its terms. What the passes take without
    reading their terms is told beside it.
    """
    net, x, y = example(n, 1, T)
    fwd = net.forward(x, y)
    runs = [net.forward(x, y, mask=np.arange(T) == s) for s in range(T)]

    def passes():
        return [net.backward(run) for run in runs]

    def rows():
        return [np.linalg.norm(net.backward(run).terms("W_a[1]"), axis=(1, 2)) for run in runs]

    def sweep():
        return rl.flow.itemised(net, fwd, "W_a[1]").norms

    np.testing.assert_allclose(sweep(), rows(), rtol=1e-9, atol=1e-15)
    ours, theirs, bare = medians(sweep, rows, passes)
    return Figure(f"itemised gradients, n = {n}, T = {T}", milli(ours),
                  f"{T} passes {milli(theirs)} (bare {milli(bare)})", theirs / ours,
                  f">= {times}", theirs >= times * ours)


def error_surface(points=200, T=50):
    """The loss and its gradient on a grid over (w, b), with a loss at every time."""
    fwd = rl.surface.one_unit(T, 0.0, a0=0.2, every_time=True)
    w, b = np.linspace(-3, 3, points), np.linspace(-2, 2, points)
    spent, = medians(partial(rl.surface.error_surface, fwd, w, b))
    return Figure(f"error surface, {points} x {points} points, T = {T}", milli(spent), "", spent,
                  f"<= {SURFACE_SECONDS} s", spent <= SURFACE_SECONDS)


def importing():
    """What the package and its engine add to their libraries, each time in a fresh process."""
    base = "import numpy, matplotlib, ipywidgets"
    with_engine = f"{base}, rnnlib; rnnlib.Network; rnnlib.flow; rnnlib.gradcheck"
    without, whole = medians(partial(fresh, base), partial(fresh, with_engine), seconds=8.0)
    added = whole - without
    return Figure("import rnnlib and its engine", f"adds {milli(added)}",
                  f"libraries {milli(without)}", added, f"<= {IMPORT_SECONDS} s",
                  added <= IMPORT_SECONDS)


def fresh(statement):
    """Run one statement in a new interpreter."""
    subprocess.run([sys.executable, "-c", statement], check=True,
                   cwd=Path(__file__).resolve().parents[1])


def milli(seconds):
    """Seconds as text."""
    return f"{seconds * 1e3:.2f} ms"


def figures():
    """All figures, one after another."""
    for size, share in AGAINST_TORCH.items():
        yield against_torch(size, share)
    for cell in GATED:
        for size in AGAINST_TORCH:
            yield gated_against_torch(cell, size)
    yield itemised()
    yield error_surface()
    yield importing()


def main(about=__doc__, figures=figures):
    """Print the table, or JSON; return the exit status."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    as_json = parser.parse_args().json
    found = list(figures())
    return told(found, as_json)


def told(found, as_json=False):
    """Print figures as a table or as JSON; the exit status, 1 if one is missed."""
    if as_json:
        print(json.dumps([asdict(figure) for figure in found], indent=1))
    else:
        for f in found:
            print(f"{f.what:42} {f.ours:16} {f.other:38} {f.measured:8.3f} {f.wanted:9} "
                  f"{'reached' if f.reached else 'MISSED'}")
    return 0 if all(figure.reached for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())

"""How far back can each kind of network be taught to remember? Measured on three tasks.

    python benchmarks/tasks.py [--json]     a few points again, beside those in the file
    python benchmarks/tasks.py --write      all points, into rnnlib/sequences/data/task_success.csv

All networks have 32 units, orthogonal recurrent weights and 32 new examples an update; one task
gives all of them the same optimiser. A run ends when 95 of 100 fresh examples are answered right,
or after 2000 updates. Exits with 1 if a figure is missed.
"""
import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# first of all: it sets the threads before numpy loads
from benchmarks.engine import Figure, told  # noqa: I001

import numpy as np

import rnnlib as rl
from rnnlib.learning.optimisers import Adam, SGD
from rnnlib.sequences.tasks import SUCCESS_CSV, TASKS, success
from rnnlib.learning.training import fit

UNITS, BATCH, UPDATES, LOOK_EVERY, ENOUGH = 32, 32, 2000, 50, 0.95
SEEDS = range(4)
# what is drawn again and again: 200 updates until an example comes back in another order
EXAMPLES, FRESH = 200 * BATCH, 1000
# the words of the file: the kind of cell, and the largest norm of a gradient
MODELS = {"RNN": ("tanh", None), "RNN, clipped": ("tanh", 1.0), "LSTM, clipped": ("lstm", 1.0),
          "GRU, clipped": ("gru", 1.0)}
RECIPES = {"temporal order": (SGD(0.03, momentum=0.9), (10, 20, 30, 50, 100)),
           "adding": (Adam(0.003), (5, 10, 20, 30, 50)),
           "copy": (Adam(0.003), (5, 10, 20, 40))}
# points that take seconds: which model, at which T, must reach or miss 9 of 10 in the mean
AGAIN = {("temporal order", "RNN, clipped", 20): True, ("temporal order", "RNN", 30): False,
         ("temporal order", "LSTM, clipped", 30): True}


@dataclass(frozen=True)
class Run:
    """One training: after how many updates it ended, and the share of fresh examples right."""

    task: str
    model: str
    T: int
    seed: int
    updates: int
    right: float


def trained(task, model, T, seed):
    """The Run of one network. T is the task's own argument: of `copy` the delay."""
    (cell, clip), (optimiser, _), make = MODELS[model], RECIPES[task], TASKS[task]
    data, look, fresh = (make(T, m, seed=[seed, k]) for k, m in
                         enumerate((EXAMPLES, FRESH, FRESH)))
    net = rl.Network(data.n_x, UNITS, data.n_y, cell, data.loss, init="orthogonal", seed=seed)
    run = fit(net, data, optimiser=optimiser, epochs=UPDATES * BATCH // EXAMPLES, batch=BATCH,
              clip=clip, seed=seed)
    try:
        for update in run:
            if update.update % LOOK_EVERY == 0 and share_right(net, look) >= ENOUGH:
                break
    except FloatingPointError:
        pass  # it has left the numbers: the network as it was before is judged
    return Run(task, model, T, seed, run.records[-1].update, share_right(net, fresh))


def share_right(net, task):
    """The share of the task's examples that the network answers right."""
    return round(float(task.right(net.forward(task.x).y_hat.over_time()).mean()), 3)


def write():
    """Measure all points and write them down."""
    with open(SUCCESS_CSV, "w", encoding="ascii", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(Run.__dataclass_fields__)
        for task, (_, lengths) in RECIPES.items():
            for T in lengths:
                for model in MODELS:
                    for seed in SEEDS:
                        rows.writerow(vars(trained(task, model, T, seed)).values())
                        out.flush()


def figures():
    """Some points again, with the seeds of the file."""
    kept = success()
    for (task, model, T), reaches in AGAIN.items():
        again = np.mean([trained(task, model, T, seed).right for seed in SEEDS])
        before = kept.right(task, model, T).mean()
        yield Figure(f"{task}, {model}, T = {T}: right", f"{again:.2f}",
                     f"in the file {before:.2f}", again, ">= 0.9" if reaches else "< 0.9",
                     bool((again >= 0.9) == reaches and (before >= 0.9) == reaches))


def main():
    """Write the file, or print figures; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write", action="store_true", help="measure all and write the file")
    asked = parser.parse_args()
    if asked.write:
        write()
        return 0
    return told(list(figures()), asked.json)


if __name__ == "__main__":
    sys.exit(main())

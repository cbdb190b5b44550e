"""The figures of training: characters of first names per second against PyTorch; notebook 09's.

    python benchmarks/training.py [--json]

One epoch of a network as large as those of notebook 09, with the same batches in the same order,
Adam and clipping by norm, on both sides. PyTorch gets its batches ready made. Then the small and
the full training of notebook 09, by its own cells: how long they take, and how far below counts of
two and of three characters they come on names held out. Exits with 1 if a figure is missed.
"""
import json
import sys
from functools import partial
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# first of all: it sets the threads before numpy loads
from benchmarks.engine import Figure, main, medians  # noqa: I001

import numpy as np

import rnnlib as rl
from rnnlib.sequences.names import ALPHABET, characters, first_names, n_gram
from rnnlib.learning.optimisers import Adam
from rnnlib.learning.training import fit

BATCH, RATE, CLIP = 32, 0.003, 5.0
AT_LEAST = 1.0
# the notebook's own two sizes: (cell, units, torch's layer, torch's numbers)
OWN = (("gru", 64, "GRU", "float64"), ("gru", 144, "GRU", "float64"))
# the same for information, with no ratio to reach
BESIDE = (("tanh", 64, "RNN", "float64"), ("tanh", 64, "RNN", "float32"),
          ("lstm", 64, "LSTM", "float64"))
NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks/09_training_on_real_sequences.ipynb"
# the notebook's line that is changed for the full training, and how long each may take
FULL, SECONDS = "full = False", {"small": 10.0, "full": 60.0}
# nats per character, at least, below the counts of two and of three characters
BELOW = {2: 0.30, 3: 0.10}


def our_epoch(run, updates):
    """As many updates as an epoch has."""
    for _ in range(updates):
        next(run)


def torch_epoch(batches, layer, units, dtype):
    """A function that trains a layer of torch.nn and a torch.nn.Linear on the batches."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    kind, characters = getattr(torch, dtype), len(ALPHABET)
    rnn = getattr(torch.nn, layer)(characters, units).to(kind)
    output = torch.nn.Linear(units, characters).to(kind)
    weights = [*rnn.parameters(), *output.parameters()]
    adam = torch.optim.Adam(weights, lr=RATE)
    ready = [(torch.tensor(x).permute(0, 2, 1).contiguous().to(kind), torch.tensor(y).reshape(-1))
             for x, y in batches]

    def run():
        for x, y in ready:
            adam.zero_grad()
            a, _ = rnn(x)
            scores = output(a).reshape(-1, characters)
            torch.nn.functional.cross_entropy(scores, y, ignore_index=-1).backward()
            torch.nn.utils.clip_grad_norm_(weights, CLIP)
            adam.step()

    return run


def batches(data, seed=0):
    """The (x, y) of one epoch in the order in which `fit` takes them; -1 in the padding of y."""
    order = np.random.default_rng(seed).permutation(len(data.names))
    for start in range(0, len(order), BATCH):
        examples = order[start:start + BATCH]
        lengths = data.lengths[examples]
        T = lengths.max()
        y = np.where(np.arange(T)[:, None] < lengths, data.y[:T, examples], -1)
        yield data.x[:T][:, :, examples], y


def throughput(data, cell, units, layer, dtype, wanted):
    """Characters per second on both sides; `wanted` is the least ratio, None for any."""
    net = rl.Network(len(ALPHABET), units, len(ALPHABET), cell)
    run = fit(net, data, optimiser=Adam(RATE), epochs=10_000, batch=BATCH, clip=CLIP)
    ready = list(batches(data))
    spent = medians(partial(our_epoch, run, len(ready)),
                    torch_epoch(ready, layer, units, dtype), seconds=5.0)
    ours, theirs = (data.lengths.sum() / seconds for seconds in spent)
    return Figure(f"{cell}, {units} units, names, characters per s", f"{ours:.0f}",
                  f"PyTorch {dtype} {theirs:.0f}", ours / theirs,
                  "any" if wanted is None else f">= {wanted}",
                  wanted is None or bool(ours >= wanted * theirs))


def lesson(full):
    """What the cells of notebook 09 that are tagged "measured" define."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells
            if "measured" in cell["metadata"].get("tags", ())]
    if code.count(FULL) != 1:
        raise ValueError(f"one cell of {NOTEBOOK.name} must be {FULL!r}, got {code.count(FULL)}")
    names = {"np": np, "rl": rl}
    for source in code:
        exec(f"full = {full}" if source == FULL else source, names)
    return names


def taught(which):
    """The figures of the small or the full training of notebook 09."""
    found = lesson(which == "full")
    run, split = found["begun"](), found["split"]
    start = perf_counter()
    for _ in run:
        pass
    spent, most = perf_counter() - start, SECONDS[which]
    yield Figure(f"notebook 09, {which} training", f"{spent:.1f} s", f"{run.last} updates", spent,
                 f"<= {most:g} s", spent <= most)
    for order, least in BELOW.items():
        count = n_gram(split.train, order).nats(split.validation)
        below = count - run.best_loss
        yield Figure(f"notebook 09, {which}: nats below a count of {order}",
                     f"{run.best_loss:.3f}", f"count {count:.3f}", below, f">= {least}",
                     below >= least)


def figures():
    """All figures, one after another."""
    for which in SECONDS:
        yield from taught(which)
    data = characters(first_names().split().train)
    for model in OWN:
        yield throughput(data, *model, AT_LEAST)
    for model in BESIDE:
        yield throughput(data, *model, None)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

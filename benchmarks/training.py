"""The figures of training: characters of first names per second, against PyTorch.

    python benchmarks/training.py [--json]

One epoch of a network of 64 units, with the same batches in the same order, Adam and clipping by
norm, on both sides. PyTorch gets its batches ready made. Exits with 1 if a figure is missed.
"""
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# first of all: it sets the threads before numpy loads
from benchmarks.engine import Figure, main, medians  # noqa: I001

import numpy as np

import rnnlib as rl
from rnnlib.names import ALPHABET, characters, first_names
from rnnlib.optimisers import Adam
from rnnlib.training import fit

N, BATCH, RATE, CLIP = 64, 32, 0.003, 5.0
AT_LEAST = 1.0
# what is told for information, with no ratio to reach: (cell, torch's layer, torch's numbers)
BESIDE = (("tanh", "RNN", "float32"), ("gru", "GRU", "float64"), ("lstm", "LSTM", "float64"))


def our_epoch(run, updates):
    """As many updates as an epoch has."""
    for _ in range(updates):
        next(run)


def torch_epoch(batches, layer, dtype):
    """A function that trains a layer of torch.nn and a torch.nn.Linear on the batches."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    kind, characters = getattr(torch, dtype), len(ALPHABET)
    rnn = getattr(torch.nn, layer)(characters, N).to(kind)
    output = torch.nn.Linear(N, characters).to(kind)
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


def throughput(data, cell, layer, dtype, wanted):
    """Characters per second on both sides; `wanted` is the least ratio, None for any."""
    net = rl.Network(len(ALPHABET), N, len(ALPHABET), cell)
    run = fit(net, data, optimiser=Adam(RATE), epochs=10_000, batch=BATCH, clip=CLIP)
    ready = list(batches(data))
    spent = medians(partial(our_epoch, run, len(ready)), torch_epoch(ready, layer, dtype),
                    seconds=5.0)
    ours, theirs = (data.lengths.sum() / seconds for seconds in spent)
    return Figure(f"{cell}, {N} units, names, characters per s", f"{ours:.0f}",
                  f"PyTorch {dtype} {theirs:.0f}", ours / theirs,
                  "any" if wanted is None else f">= {wanted}",
                  wanted is None or bool(ours >= wanted * theirs))


def figures():
    """All figures, one after another."""
    data = characters(first_names().split().train)
    yield throughput(data, "tanh", "RNN", "float64", AT_LEAST)
    for cell, layer, dtype in BESIDE:
        yield throughput(data, cell, layer, dtype, None)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))

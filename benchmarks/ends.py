"""Numbers at the ends: what is huge, saturated, zero or long is finite or says that it is not.

    python benchmarks/ends.py

Runs of T = 10,000 and of 256 units, and small ones with weights of 1e300, inputs of 1e308 and
saturated gates, go through every function of the engine and of rl.flow; tests/test_ends.py does
the small ones. Exits with 1 after a warning, an error, or a nan among logarithms where the run, and
the derivative that its losses send down, are finite.
"""
import sys
import warnings
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rnnlib as rl
from rnnlib import flow

# {name: (all weights, or None for those of a new network; size of the inputs)}
ENDS = {"no weights": (0.0, 1.0), "huge weights": (1e300, 1.0), "huge negative": (-1e300, 1.0),
        "huge inputs": (None, 1e308), "saturated": (50.0, 20.0), "tiny weights": (1e-308, 1.0)}
LOSSES = {"tanh": "squared", "relu": "softmax", "identity": "squared", "logistic": "softmax",
          "lstm": "squared", "gru": "logistic"}
# (units, T); a table of all pairs of times is made up to this T
LONG, MOST_PAIRS = {(8,): 10_000, (256,): 50}, 200


def problem(cell, end=(None, 1.0), units=(3, 2), T=4):
    """net, x, y of a cell at one end; what is regressed on is as large as the inputs."""
    size, scale = end
    net = rl.Network(2, units, 2, cell, LOSSES[cell], seed=1)
    if size is not None:
        net.params.update({name: np.full(W.shape, size) for name, W in net.params.items()})
    x = np.random.default_rng(0).uniform(-1, 1, (T, 2)) * scale
    y = np.arange(2 * T).reshape(T, 2) % 2
    return net, x, y[:, 0] if net.loss == "softmax" else y * (scale if net.loss == "squared" else 1)


def measured(net, x, y):
    """(name, function) of all that can be asked of this run."""
    fwd = net.forward(x, y)
    bwd, simple, all_pairs = net.backward(fwd), net.cell in rl.activations.ACTIVATIONS, \
        fwd.T <= MOST_PAIRS
    yield "forward", lambda: (fwd.loss, fwd.J.over_time(), fwd.between(1, 2), fwd.example(0))
    yield "overflow_time", lambda: flow.overflow_time(fwd)
    yield "state_norms", lambda: logs(flow.state_norms(net, fwd), net)
    for options in ({}, {"loss_at": "every", "carried": True}, {"loss_at": 1, "per_unit": True}):
        yield "gradient_norms", lambda options=options: logs(
            flow.gradient_norms(net, fwd, **options), net)
    for name in ("W_y", next(iter(net.params))):
        yield "terms", lambda name=name: (bwd.terms(name),)
        yield "split", lambda name=name: of_split(flow.split(net, fwd, name, 2))
        if all_pairs:
            yield "itemised", lambda name=name: of_items(flow.itemised(net, fwd, name))
    for l in range(1, net.L + 1):
        yield "jacobians", lambda l=l: of_jacobians(flow.jacobians(net, fwd, l))
        yield "conditions", lambda l=l: flow.conditions(net, fwd, l)
        yield "paths", lambda l=l: repr(flow.paths(net, fwd, 2, l, 1))
        if simple:
            yield "bounds", lambda l=l: repr(flow.bounds(net, fwd, l))
            yield "saturation", lambda l=l: repr(flow.saturation(net, fwd, l))
        else:
            yield "half_life", lambda l=l: flow.half_life(net, fwd, l)
    if not simple:
        yield "kept", lambda: (flow.kept(net, fwd), flow.log10_kept(net, fwd))
        yield "direct_norms", lambda: flow.direct_norms(net, fwd, np.ones(net.units[-1]))
    grads = dict(bwd.params)
    yield "clip", lambda: (rl.training.clip_by_norm(grads, 1.0),
                           rl.training.clip_by_element(grads, 1.0))
    yield "truncated", lambda: rl.training.truncated_backward(net, x, y, window=2)
    if fwd.T * max(net.units) < 100:
        yield "gradcheck", lambda: repr(rl.gradcheck.check(net, x, y))


def logs(record, net):
    """The logarithms of all layers, which go on where float64 ends."""
    return np.concatenate([record.over_time(l).ravel() for l in range(1, net.L + 1)])


def of_split(split):
    """All that a Split says, asked for; its logarithms."""
    _ = split.near, split.far, split.total, repr(split)
    return np.array([split.log10_near, split.log10_far, split.log10_total])


def of_items(items):
    """All that an Itemised says."""
    return items.norms, items.by_loss, items.by_use, items.total, repr(items)


def of_jacobians(jac):
    """All that Jacobians say, asked for; the logarithms of the bound."""
    _ = jac.to(jac.T), repr(jac), jac.norms_to(jac.T)
    return np.asarray(jac.bounds_to(jac.T))


def troubles(net, x, y):
    """What went wrong, in words: a warning, an error, a nan among logarithms of a finite run."""
    fwd, found = net.forward(x, y), []
    finite = flow.overflow_time(fwd) is None and np.isfinite(
        net.backward(fwd).from_above.over_time(net.L)).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, function in measured(net, x, y):
            try:
                value = function()
            except (ArithmeticError, ValueError, Warning) as error:
                found.append(f"{name}: {error}")
                continue
            if finite and isinstance(value, np.ndarray) and np.isnan(value).any():
                found.append(f"{name}: nan, and the run is finite")
    return found


def main():
    """Print what went wrong and how long each took; the exit code."""
    bad = 0
    runs = {(cell, name): problem(cell, end) for cell in LOSSES for name, end in ENDS.items()}
    runs |= {(cell, f"{units[0]} units, T = {T}"): problem(cell, units=units, T=T)
             for cell in LOSSES for units, T in LONG.items()}
    for (cell, name), run in runs.items():
        began = perf_counter()
        found = troubles(*run)
        bad += len(found)
        print(f"{cell:9}{name:22}{perf_counter() - began:7.2f} s  {'; '.join(found) or 'well'}",
              flush=True)
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())

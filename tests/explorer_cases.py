"""Every explorer and stepper of the course, made with small inputs of its own.

One table for whoever asks the same of all of them: a new explorer gets a row here only if it
cannot be made without arguments.
"""
from functools import cache, partial
from importlib import import_module

import numpy as np

import rnnlib as rl
from rnnlib.explorers.explorer import Explorer
from rnnlib.sequences.names import Split, first_names


@cache
def run(cell="tanh", T=5, units=(3, 2), n_x=2, n_y=2):
    """(net, fwd) with targets, of random weights and inputs."""
    net = rl.Network(n_x, units, n_y, cell, seed=1)
    rng = np.random.default_rng(1)
    return net, net.forward(rng.standard_normal((T, n_x)), rng.integers(0, n_y, T))


def _fed_back():
    net = rl.Network(2, 3, 1, loss="logistic", seed=0)
    rng = np.random.default_rng(0)
    for name, W in net.params.items():
        net.params[name] = 2 * rng.normal(size=W.shape)
    return net, rng.normal(size=(12, 1)), rng.integers(0, 2, 12).astype(float)


def _forecasts():
    rng = np.random.default_rng(0)
    random = rng.random(60)
    return {"fair": np.full(60, 0.5), "random": random}, (rng.random(60) < random).astype(float)


def _losses():
    rng = np.random.default_rng(0)
    return {name: rng.random(40) + more for name, more in (("one", 0), ("same", 0), ("worse", 1))}


def _weather():
    weather = rl.sequences.seattle_weather()
    return weather, {"as today": np.concatenate([[np.nan], weather.temp_max[:-1]])}


def _trained():
    task = rl.tasks.temporal_order(10, 60, seed=0)
    return ({name: [list(rl.training.fit(rl.Network(6, 4, 4, seed=seed), task, epochs=1, clip=clip))
                    for seed in range(3)] for name, clip in (("plain", None), ("by norm", 0.5))},)


def _spelling():
    names = first_names().split()
    return rl.Network(27, 8, 27, "gru", seed=3), Split(("maria", *names.train[:300]),
                                                       names.held_out[:40])


# arguments of the explorers that want some
ARGUMENTS = {
    "compared_losses": lambda: (_losses(),),
    "forecast_calibration": _forecasts,
    "itemised_table": run,
    "names_explorer": _spelling,
    "training_curves": _trained,
    "truncated_table": run,
    "two_feedings": _fed_back,
    "weather_window": _weather,
}
# every function that rnnlib offers whose file has an Explorer
EXPLORERS = tuple(sorted(
    name for name, room in rl._ROOMS.items() if room.startswith("explorers.") and any(
        isinstance(thing, type) and issubclass(thing, Explorer) and thing is not Explorer
        for thing in vars(import_module(f"rnnlib.{room}")).values())))


def explorer(name, /, **options):
    """The explorer of this name with its own small inputs."""
    return getattr(rl, name)(*ARGUMENTS.get(name, tuple)(), **options)


def watched():
    """A training that has run to its end, with a probe and a baseline."""
    task, probe = (rl.tasks.copy(3, m, length=1, symbols=3, seed=seed) for m, seed in
                   ((40, 0), (1, 2)))
    net = rl.Network(task.n_x, 6, task.n_y, "tanh", task.loss, seed=0)
    fit = rl.training.fit(net, task, rl.tasks.copy(3, 30, length=1, symbols=3, seed=1),
                          epochs=4, batch=10)
    panel = rl.watch_training(fit, probe=probe, baselines={"chance": 1.1})
    panel.finish()
    return panel


def stepper_makers():
    """{words: what makes it} of the unrolled graph and both steppers of every kind of cell."""
    makers = {}
    for cell in ("tanh", "relu", "lstm", "gru"):
        net, fwd = run(cell, T=3)
        for level in ("unit", "layer"):
            makers |= {
                f"unrolled {cell} {level}": partial(rl.unrolled_graph, net, fwd=fwd, level=level),
                f"forward {cell} {level}": partial(rl.forward_stepper, net, fwd, level=level),
                f"backward {cell} {level}": partial(rl.backward_stepper, net, fwd, level=level)}
        makers[f"empty {cell}"] = partial(rl.unrolled_graph, net, 4)
    return makers


def steppers():
    """{words: graph view} of them all."""
    return {words: make() for words, make in stepper_makers().items()}

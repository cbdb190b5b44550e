"""Recurrent neural networks whose every number has an address: name, layer, time.

    import rnnlib as rl
    net = rl.Network(n_x=3, units=(4, 2), n_y=2)
    fwd = net.forward(x, y)
    bwd = net.backward(fwd)
    fwd.a[1, 2], bwd.a[1, 2]        # a^{<2>[1]} and dJ/da^{<2>[1]}

Names are loaded when they are first used, so that importing the package costs
next to nothing and the numerical half never loads a widget.
"""
from importlib import import_module

__version__ = "0.1.0"

# public name -> the room it lives in
_ROOMS = {
    "Network": "network",
    "Bidirectional": "probability.bidirectional",
    "Graph": "graph.geometry",
    "beliefs_held": "explorers.held",
    "check": "exercises",
    "hint": "exercises",
    "predict": "predictions",
    "progress": "alone.asked",
    "tomorrow": "alone.asked",
    "check_environment": "environment",
    "cliffs_and_clipping": "explorers.cliffs",
    "compared_losses": "explorers.calibration",
    "coupled_responses": "explorers.coupled",
    "forecast_calibration": "explorers.calibration",
    "gated_cells": "explorers.gated",
    "itemised_table": "explorers.itemised",
    "vanishing_and_exploding": "explorers.vanishing",
    "parameter_count": "explorers.parameters",
    "stacked_layers": "explorers.stacked",
    "names_explorer": "explorers.names",
    "task_success": "explorers.tasks",
    "training_curves": "explorers.curves",
    "truncated_table": "explorers.truncation",
    "two_feedings": "explorers.feedings",
    "watch_training": "explorers.training",
    "weather_window": "explorers.weather",
    "what_do_you_believe": "explorers.inventory",
    "unrolled_graph": "explorers.graphs",
    "forward_stepper": "explorers.graphs",
    "backward_stepper": "explorers.graphs",
}
# rooms, and those inside a folder that have a name of their own here
_MODULES = {
    **{name: name for name in (
        "activations", "alone", "beliefs", "cells", "charts", "environment", "exercises",
        "explorers", "flow", "gradcheck", "graph", "learning", "losses", "network", "predictions",
        "probability", "records", "sequences", "style", "widgets")},
    **{name: f"learning.{name}" for name in ("optimisers", "saving", "surface", "training")},
    **{name: f"sequences.{name}" for name in ("names", "spelling", "tasks")},
    "evaluation": "probability.evaluation",
}

__all__ = sorted([*_ROOMS, *_MODULES])


def __getattr__(name):
    if name in _ROOMS:
        value = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"{__name__}.{_MODULES[name]}")
    else:
        raise AttributeError(f"rnnlib has no name {name!r}; it offers {', '.join(__all__)}")
    globals()[name] = value
    return value


def __dir__():
    return __all__

"""Hostile arguments: what every public function says to what does not fit.

    python -m benchmarks.fuzz [part of a name ...] [--told] [--walks] [--events N] [--seed N]

Each function is called with right arguments of which one is replaced by something hostile. Told
for each are the calls, and how many of them were answered by no sentence of rnnlib's own: in
numpy's or Python's words (foreign), by another exception or a warning (other), by a sentence
that names no argument (astray), and by a result where none can be right (silent).
Then each explorer and stepper goes through random events, and must show what a fresh one shows
(benchmarks/_walks.py); told with it is the most memory that this process has had, before and after.
Exits with 1 if there is anything. `--told` lists each such call, `--walks` makes none.
"""
import argparse
import ast
import faulthandler
import inspect
import json
import os
import re
import resource
import signal
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from datetime import date
from functools import cache, partial
from pathlib import Path
from types import GeneratorType

for limit in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[limit] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import explorer_cases as cases  # noqa: E402
import numpy as np  # noqa: E402

import rnnlib as rl  # noqa: E402
from benchmarks._walks import step_through, walk  # noqa: E402

FINE = "refused", "taken"
BAD = "foreign", "other", "astray", "silent"
# rooms whose functions serve other rooms: a reader meets them through those
INNER = {"cells", "charts", "environment", "explorers", "graph", "learning", "losses", "network",
         "records", "widgets"}
# classes that are called by hand; the others are records, which rnnlib makes
MADE = {"Network", "Bidirectional", "Graph", "SGD", "Adam"}
# of processor time, which does not depend on what else the machine does
SECONDS, BYTES = 5, 4 * 2 ** 30


# --- what is called ---------------------------------------------------------------------------

@cache
def things():
    """Right values for arguments, by name."""
    rng = np.random.default_rng(0)
    net = rl.Network(2, (3, 2), 2, loss="softmax", seed=1)
    gated = rl.Network(2, (3, 2), 2, "lstm", seed=1)
    x, y = rng.normal(size=(4, 2)), np.array([0, 1, 1, 0])
    fwd, joint = net.forward(x, y), rl.probability.first_order(2)
    split = rl.sequences.first_names().split()
    split = type(split)(("maria", *split.train[:40]), split.held_out[:10])
    task, weather = rl.tasks.temporal_order(10, 6), rl.sequences.seattle_weather()
    return {
        "net": net, "fwd": fwd, "bwd": net.backward(fwd), "x": x, "y": y, "layer": 1, "l": 1,
        "name": "W_a[1]", "a0": [np.zeros(3), np.zeros(2)], "c0": [np.zeros(3), np.zeros(2)],
        "lengths": [4], "mask": [1, 1, 1, 0], "d_a": rng.normal(size=(4, 2)), "seed": 0, "T": 4,
        "m": 3, "i": 0, "t": 1, "s": 3, "k": 0, "n_x": 2, "n_y": 2, "units": (3, 2),
        "cell": "lstm", "loss": "softmax", "init": "radius", "scale": 1.0, "forget_bias": 0.5,
        "level": "layer", "length": 3, "by": "layer", "example": 0, "labels": list("abcd"),
        "steps": 2, "window": 3, "stride": 2, "W": np.eye(2), "data": task, "held_out": task,
        "grads": dict(net.params), "threshold": 1.0, "rate": 0.1, "momentum": 0.5, "beta_1": 0.5,
        "beta_2": 0.5, "small": 1e-8, "batch": 4, "epochs": 1, "every": 2, "patience": 2,
        "rate_left": 0.5, "clip": 1.0, "clip_by": "norm", "first": [0.5, 1.0],
        "second": [0.0, 0.1], "over": ("W_a[1]", "b[1]"), "start": [0.5, 0.1], "target": 0.4,
        "w": [1.5], "joint": joint, "p": joint, "q": joint, "of": "y1", "given": "x1",
        "strength": 1.0, "coupling": 0.5, "temperature": 0.5, "unit": "bits", "feedback": 1,
        "look_ahead": 1, "names": ["maria", "ada"], "order": 2, "most": 3, "split": split,
        "weather": weather, "forecast": [0.2, 0.7], "observed": [0, 1], "values": [0.2, 0.7, 0.1],
        "block": 2, "samples": 5, "bins": 5, "ones": [1, 2], "count": [3, 4],
        "words": "the cat sat", "vocabulary": ["the", "cat", "sat"], "sequences": [[0, 1], [1]],
        "task": "copy", "theme": "dark", "delay": 3, "symbols": 3, "back": 2, "down": 1,
        "exercise": "backward", "loss_at": "end", "below": 0.1, "node": "a[1, 2]",
        "z": [0.5, -1.0], "at_once": 2, "tolerance": 1e-10, "conditionals":
        [joint.conditional("y1")], "optimiser": rl.optimisers.SGD(), "before": 0, "known": [1],
        "inputs": np.eye(2), "p_x": [0.5, 0.5], "fwd_gated": gated.forward(x, y),
        "unit_run": rl.surface.one_unit(4, 0.4), "gated": gated, "f": lambda v: (v ** 2).sum(),
        "v": [0.5, 1.0], "gradients": np.eye(2), "file": Path(tempfile.mkdtemp()) / "net.npz",
        "form": "before", "answers": True, "folder": Path(tempfile.mkdtemp()),
    }


def own():
    """Right values of arguments that mean something else in one function: {function: values}."""
    t = things()
    net, joint = t["net"], t["joint"]
    unit = {"fwd": t["unit_run"]}
    gated = {"net": t["gated"], "fwd": t["fwd_gated"]}
    fed = rl.Network(2, 3, 2, loss="softmax")
    names = {"net": rl.Network(27, 4, 27)}
    logistic = rl.Network(2, 3, 1, loss="logistic")
    saved = Path(tempfile.mkdtemp()) / "net.npz"
    rl.saving.save(net, saved)
    csv = Path(rl.sequences.__file__).parent / "data" / "seattle_weather.csv"
    forecasts = {"fair": np.full(20, 0.5)}
    losses = {name: np.arange(20) + k for k, name in enumerate(("one", "other"))}
    return {
        "Network": {}, "Bidirectional": {}, "Graph": {"numbers": True},
        "check": {"exercise": "parameter_count", "answer": 3},
        "compared_losses": {"losses": losses},
        "forecast_calibration": {"forecasts": forecasts, "observed": np.arange(20) % 2},
        "names_explorer": {**names, "name": "maria"},
        "itemised_table": {"selection": None},
        "training_curves": {"runs": {"plain": [list(rl.training.fit(
            rl.Network(6, 4, 4), t["data"], epochs=1))] * 2}},
        "two_feedings": {"net": logistic, "x": np.zeros((12, 1)), "y": np.arange(12) % 2},
        "unrolled_graph": {"numbers": True},
        "weather_window": {"forecasts": {"none": np.zeros(len(t["weather"]))},
                           "quantity": "temp_max", "days": 60, "first": "2013-01-01"},
        # the engine's own loops go through these
        "activations.logistic": None,
        "flow.conditions": {"table": rl.flow.CONDITIONS},
        "flow.direct_norms": {**gated, "d_a": np.ones(2)}, "flow.half_life": gated,
        "flow.kept": gated, "flow.log10_kept": gated,
        "flow.itemised": {"whole": True}, "flow.lyapunov": {"steps": np.ones((3, 2, 2))},
        "flow.gradient_norms": {"carried": False, "per_unit": True},
        "gradcheck.check": {**gated, "given": {"W_y": np.zeros((2, 2))}},
        "gradcheck.gradients": gated,
        "gradcheck.relative_error": {"given": np.ones(3), "exact": np.ones(3)},
        "gradcheck.step_of": None,
        "optimisers.SGD": {}, "optimisers.Adam": {},
        "saving.load": {"file": saved},
        "surface.descent": {**unit, "clip": "norm", "steps": 3},
        "surface.error_surface": unit,
        "surface.one_unit": {"a0": 0.1, "cell": "tanh", "every_time": True},
        "surface.wall": {"a0": 0.1, "cell": "tanh"},
        "training.truncated_backward": {"net": t["gated"]},
        "training.fit": {"net": rl.Network(6, 4, 4), "seed": 1},
        "training.mean_loss": {"net": rl.Network(6, 4, 4)},
        "tasks.temporal_order": {"T": 10},
        "evaluation.calibration": {"level": 0.9}, "evaluation.wilson": {"level": 0.9},
        "evaluation.block_bootstrap": {"level": 0.9},
        "probability.chain": {"step": [[.5, .5], [.5, .5]]},
        "probability.coupled": {"p_y": [[.5, .5], [.5, .5]]},
        "probability.ahead": {"steps": 1},
        "probability.conditional": {"p": joint.conditional("y1", "x1").p},
        "probability.table": {"p": joint.p, "T_x": 2},
        "probability.fed_back": {"net": fed, "x": np.zeros((4, 0))},
        "probability.free_run": {"net": fed, "feedback": True, "x": np.zeros((4, 0))},
        "probability.log_probability": {"feedback": False},
        "probability.network_joint": {"feedback": False, "T": 2},
        "probability.tempered": {"y_hat": [[0.3], [0.7]], "loss": "softmax"},
        "spelling.followed": names, "spelling.log_probability": names, "spelling.sample": names,
        "spelling.spelled": {**names, "name": "maria"},
        "names.class_numbers": {"name": "maria"},
        "sequences.read_weather": {"file": csv},
        "sequences.tomorrow": {"held_out": (2015,), "inputs": ("temp_max",), "target": "temp_max"},
        "tasks.copy": {"length": 2},
        "exercises.hint": {"exercise": "backward", "step": 2},
        "predict": {"name": "uses of the loop"},
        "progress": {"clock": date.today}, "tomorrow": {"notebook": "03", "clock": date.today},
        "watch_training": {"run": rl.training.fit(net, (t["x"], t["y"])), "start": False,
                           "baselines": {"chance": 1.0}, "probe": (t["x"], t["y"])},
        "style.blended": {"share": 50}, "style.colour": {"role": "W_a"},
        "style.contrast": {"one": "#000000", "other": "#ffffff"}, "style.ink_on": {"fill": "#123"},
    }


def functions():
    """{name: function} of all that is called by hand, by the names under which it is found."""
    found = {}
    for public in rl.__all__:
        thing = getattr(rl, public)
        if not inspect.ismodule(thing):
            found[public] = thing
        elif public not in INNER:
            names = getattr(thing, "__all__", None) or [
                name for name, v in vars(thing).items()
                if getattr(v, "__module__", "") == thing.__name__ and name[0] != "_"]
            found |= {f"{public}.{name}": getattr(thing, name) for name in names}
    once = {v: name for name, v in reversed(found.items()) if inspect.isfunction(v)
            or inspect.isclass(v) and name.rpartition(".")[2] in MADE}
    return {name: v for v, name in once.items()}


def methods():
    """{name: (bound method, right arguments)} of the records that functions return."""
    t = things()
    net, fwd, bwd, joint = t["net"], t["fwd"], t["bwd"], t["joint"]
    jac, items = rl.flow.jacobians(net, fwd), rl.flow.itemised(net, fwd, "W_a[1]")
    paths, graph = rl.flow.paths(net, fwd, 3, 1, 1), rl.Graph(2, (3, 2), 2, 4)
    both = rl.Bidirectional(2, 3, 2)
    spelled = rl.spelling.spelled(rl.Network(27, 4, 27), "maria")
    followed = rl.spelling.followed(rl.Network(27, 4, 27), ["maria", "ada"])
    ngram, drawn = rl.names.n_gram(["maria", "ada"], 2), rl.spelling.Drawn(("ada",), (True,))
    run = {name: t[name] for name in ("x", "y", "lengths", "mask")}
    address, tasks = (1, 2), rl.tasks.success()
    rows = [
        (rl.Network(2, (3, 2), 2, "lstm"), "forward", {**run, "a0": t["a0"], "c0": t["c0"]}),
        (net, "backward", {"fwd": fwd, "d_a": t["d_a"]}), (net, "n", {"l": 1}),
        (net, "own", {"fwd": fwd}),
        (net.params, "__getitem__", {"name": "W_y"}),
        (net.params, "__setitem__", {"name": "W_y", "value": np.eye(2)}),
        (fwd, "input", {"l": 1}), (fwd, "uses", {"l": 1}), (fwd, "use", {"name": "W_y"}),
        (fwd, "example", {"i": 0}), (fwd, "between", {"first": 1, "last": 2}),
        (fwd, "run", {"l": 1}), (fwd, "weights", {"l": 1}),
        (bwd, "terms", {"name": "W_y"}), (bwd, "derivatives", {"l": 1}),
        (fwd.a, "__getitem__", {"at": address}), (fwd.a, "over_time", {"l": 1}),
        (fwd.a, "times", {"l": 1}), (fwd.y_hat, "__getitem__", {"t": 1}),
        (bwd.a0, "__getitem__", {"l": 1}),
        (items, "__getitem__", {"address": address[::-1]}), (items, "norm", {"s": 2, "t": 1}),
        (items, "share", {"part": items.by_use}),
        (jac, "__getitem__", {"address": address[::-1]}), (jac, "scaled", {"t": 2, "k": 1}),
        (jac, "norms_to", {"t": 2}), (jac, "bounds_to", {"t": 2}), (jac, "to", {"t": 2}),
        (paths, "nodes", {"i": 0}), (paths, "share", {"part": paths.whole}),
        (joint, "marginal", {"of": "y1"}), (joint, "conditional", {"of": "y1", "given": "x1"}),
        (joint, "entropy", {"of": "y1", "given": "x1", "unit": "bits"}),
        (joint, "mutual_information", {"a": "y1", "b": "x1", "given": "x2", "unit": "bits"}),
        (joint, "sample", {"m": 3, "seed": 0}),
        (ngram, "each", {"name": "maria"}), (ngram, "log_probability", {"name": "maria"}),
        (ngram, "nats", {"names": ["maria"]}),
        (rl.sequences.first_names(), "split", {"validation": 0.1, "test": 0.1, "seed": 0}),
        (spelled, "likeliest", {"most": 3}), (drawn, "known", {"names": ["ada"]}),
        (followed, "best", {"feature": "vowel"}),
        (t["data"], "right", {"y_hat": np.zeros((10, 4, 6))}),
        (tasks, "models", {"task": "copy"}), (tasks, "lengths", {"task": "copy"}),
        (tasks, "right", dict(zip(("task", "model", "T"), tasks.rows[0]))),
        (graph, "n", {"l": 1}), (graph, "__getitem__", {"address": ("a", 1, 2)}),
        (graph, "feeds", {"address": ("a", 1, 2)}), (graph, "fed_by", {"address": ("a", 1, 2)}),
        (graph, "connections", {"bundle": graph.bundles[0]}),
        (both, "forward", run), (both, "backward", {"fwd": both.forward(t["x"], t["y"])}),
        (rl.activations.ACTIVATIONS["tanh"], "__call__", {"z": [0.5, 1.0]}),
    ]
    found = {f"{type(thing).__name__}.{method}": (getattr(thing, method), right)
             for thing, method, right in rows}
    return found | {"Parameters.update": (lambda values: net.params.update(values),
                                          {"values": {"W_y": np.eye(2)}})}


def calls(*parts):
    """{name: (function, right arguments)} of all that has one of the parts in its name.

    KeyError for a function with an argument that no table here has a right value for.
    """
    found, mine, right = methods(), own(), things()
    for name, function in functions().items():
        if mine.get(name, {}) is None or name.startswith("style.") and name not in mine:
            continue
        wanted = [p.name for p in inspect.signature(function).parameters.values()
                  if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        if wanted or name.partition(".")[0] in rl._ROOMS:
            values = mine.get(name, {})
            found[name] = function, {p: values[p] if p in values else right[p] for p in wanted}
    return {name: call for name, call in sorted(found.items())
            if not parts or any(part in name for part in parts)}


# --- what is hostile ----------------------------------------------------------------------------

class Unspeakable:
    """A thing that cannot even be shown."""

    def __repr__(self):
        raise RuntimeError("no text for this")


def _nested():
    nested = []
    nested.append(nested)
    return nested


def hostile():
    """{words: value} of what hardly any argument can be."""
    t = things()
    return {
        "None": None, "True": True, "text": "?", "no text": "", "bytes": b"?", "nan": np.nan,
        "inf": np.inf, "-1": -1, "0": 0, "2.5": 2.5, "-2.5": -2.5, "1j": 1j, "10**20": 10 ** 20,
        "10**9": 10 ** 9, "no list": [], "ragged": [[1, 2], [3]], "nested": _nested(), "dict": {},
        "objects": np.array([{}, None], dtype=object), "texts": ["1", "2"], "class": int,
        "object": object(), "a Forward": t["fwd"], "a Backward": t["bwd"], "a Network": t["net"],
        "both ways": rl.Bidirectional(2, 3, 2),
        "Forward of another": t["fwd_gated"], "unspeakable": Unspeakable(),
        "generator": (v for v in ()), "shape (2, 3, 4, 5)": np.zeros((2, 3, 4, 5)),
        "0-d": np.array(1.0),
    }


def twisted(value):
    """{words: value} of what a right value becomes by one slip; for arrays and lists of them."""
    if not isinstance(value, (np.ndarray, list)):
        return {}
    try:
        array = np.array(value, dtype=float)
    except (ValueError, TypeError):
        return {}
    wrong = array.copy()
    wrong.flat[:1] = np.nan
    masked = np.ma.masked_array(array, np.zeros(array.shape, bool))
    masked.mask.flat[:1] = True
    if not array.size:
        return {"one more axis": array[..., None, None]}
    return {"with nan": wrong, "complex": array + 0j, "as texts": array.astype(str),
            "masked": masked, "one more axis": array[..., None, None], "none of it": array[:0],
            "as objects": array.astype(object)}


# words of what no function takes for an argument whose right value is of this type
_NEVER = {"both ways", "bytes", "1j", "ragged", "nested", "objects", "class", "object", "a Forward",
          "a Backward", "a Network", "unspeakable", "generator", "shape (2, 3, 4, 5)", "dict"}
_NUMBERS = {"text", "no text", "texts", "nan", "inf", "complex", "as texts", "masked",
            "with nan", "as objects"}
NEVER = {
    bool: {"nan"}, int: _NEVER | _NUMBERS | {"2.5", "-2.5", "no list"},
    float: _NEVER | _NUMBERS | {"no list", "True"},
    str: _NEVER | _NUMBERS - {"text", "no text", "texts"} | {"True", "-1", "2.5", "no list"},
    np.ndarray: _NEVER | _NUMBERS | {"no list", "one more axis", "none of it"},
    dict: _NEVER - {"dict"} | _NUMBERS | {"-1", "2.5", "True"},
}
# how a sentence may name an argument instead
ALSO = {"name": "name|parameter", "value": "W_y", "values": "values|parameter|W_y",
        "at": "address|time|layer", "l": "layer", "layer": "layer", "t": "time", "k": "time",
        "s": "time", "i": "example|path", "first": "first|time", "last": "last|time",
        "address": "address|time|layer|node", "names": "name", "words": "words?",
        "data": "data|x must", "probe": "probe|x must",
        "sequences": "sequence", "every": "every|window"}
# what is right there all the same: (function or its end, argument, words)
ALLOWED = {
    ("check", "answer", "*"),  # a wrong answer is no error
    # exercises of one function look at none of these
    ("check", "T", "*"), ("check", "node", "*"), ("check", "seed", "*"),
    # numbers of a run may be nan or infinite, and what is made of them then says so
    *((name, argument, words) for name, argument in (
        ("Activation.__call__", "z"), ("Itemised.share", "part"),
        ("Paths.share", "part"), ("flow.sizes", "gradients"), ("flow.spectrum", "W"),
        ("flow.lyapunov", "steps"), ("Task.right", "y_hat"), ("gradcheck.relative_error", "given"),
        ("gradcheck.relative_error", "exact"), ("gradcheck.check", "given"))
      for words in ("nan", "inf", "with nan")),
    # an array of any shape will do, or one of any shape before its last axes
    *((name, argument, words) for name, argument in (
        ("Activation.__call__", "z"), ("Itemised.share", "part"),
        ("Paths.share", "part"), ("flow.sizes", "gradients"))
      for words in ("no list", "none of it", "one more axis", "shape (2, 3, 4, 5)")),
    *(("gradcheck.complex_step", *told) for told in (
        ("v", "no list"), ("v", "shape (2, 3, 4, 5)"), ("v", "one more axis"), ("v", "none of it"),
        ("f", "class"))),
    # missing values are nan there; sequences differ in length; a table has any axes
    ("sequences.rms_error", "forecast", "with nan"),
    ("sequences.rms_error", "observed", "with nan"),
    ("style.blended", "share", "2.5"), ("style.blended", "share", "-2.5"),
    ("probability.tempered", "y_hat", "one more axis"),
    ("watch_training", "probe", "a Forward"),  # it has x and y
    ("sequences.pad", "sequences", "ragged"), ("probability.table", "p", "one more axis"),
    # this network fits as well; any word names a file; fewer responses, or texts, than times
    ("probability.fed_back", "net", "a Network"), ("probability.free_run", "net", "a Network"),
    ("saving.save", "file", "text"), ("probability.free_run", "known", "no list"),
    ("probability.free_run", "known", "none of it"),
    *((name, "labels", words) for name in ("unrolled_graph", "forward_stepper", "backward_stepper")
      for words in ("no list", "dict", "no text", "generator")),
    # no name, and no variable that is given
    ("Drawn.known", "names", "no list"), ("Drawn.known", "names", "generator"),
    ("names.characters", "names", "generator"), ("names.n_gram", "names", "generator"),
    ("flow.conditions", "table", "generator"), ("flow.conditions", "table", "no list"),
 ("Joint.conditional", "given", "no list"),
    ("Joint.entropy", "given", "no list"), ("Joint.entropy", "of", "no list"),
    *(("Joint.mutual_information", argument, "no list") for argument in ("a", "b", "given")),
    *(("Parameters.update", "values", words) for words in ("no text", "no list", "generator")),
}


def never(value):
    """The words of what cannot stand in this value's place."""
    if isinstance(value, list):
        return NEVER[np.ndarray if not isinstance(value[0], str) else str] - {"texts"}
    for kind in (bool, int, float, str, np.ndarray, dict):
        if isinstance(value, kind):
            return NEVER[kind]
    return set() if value is None else (_NEVER | _NUMBERS)


# --- what comes of it ---------------------------------------------------------------------------

@cache
def _raises(path):
    """The lines of a file of rnnlib on which an exception is raised by hand."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {line for node in ast.walk(tree) if isinstance(node, ast.Raise)
            for line in range(node.lineno, node.end_lineno + 1)}


def told(error):
    """Whether the exception is raised by hand, in rnnlib."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return last.filename.startswith(str(ROOT / "rnnlib")) and last.lineno in _raises(last.filename)


class Late(BaseException):
    """A call that takes too long."""


def _late(*_):
    raise Late


def outcome(function, right, argument, words, value):
    """(one of FINE or BAD, what was said) of one call with `value` for the argument."""
    # a loop in C hears no signal: then the whole run ends, and says where
    faulthandler.dump_traceback_later(20 * SECONDS, exit=True)
    signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = function(**{**right, argument: value})
            if isinstance(found, GeneratorType):
                next(found, None)
    except Late:
        return "other", f"no answer within {SECONDS} s"
    except Exception as error:
        return _refusal(error, right)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
        _tidy()
    return ("silent" if words in never(right[argument]) else "taken"), ""


def _refusal(error, arguments):
    try:
        said = f"{type(error).__name__}: {error}"
    except RuntimeError:
        return "foreign", "an exception that cannot be shown"
    if isinstance(error, Warning) or not isinstance(error, (
            ValueError, TypeError, KeyError, IndexError, OSError)):
        return "other", said
    if not told(error) and not isinstance(error, OSError):
        return "foreign", said
    names = "|".join(rf"\b{name}\b|{ALSO.get(name, name + ' must')}" for name in arguments)
    return ("refused" if re.search(names, said) else "astray"), said


def _tidy():
    """Close the widgets that a call has left."""
    import ipywidgets

    ipywidgets.Widget.close_all()


def started(name, function, right):
    """Controls of an explorer as further arguments: {control: its value}."""
    if not any(p.kind is p.VAR_KEYWORD for p in inspect.signature(function).parameters.values()) \
            or name == "Bidirectional":
        return right
    panel = function(**right)
    return {**right, **{control: c.value for control, c in panel.controls.items()}}


def trials(name, function, right, chosen=lambda *_: True):
    """(argument, words, outcome, what was said) of the calls of one function.

    `chosen` is asked about each, by its number, the right value and the words.
    """
    k = 0
    for argument, value in right.items():
        for words, bad in {**hostile(), **twisted(value)}.items():
            k += 1
            if bad is not value and chosen(k, value, words):
                result, said = outcome(function, right, argument, words, bad)
                yield argument, words, "taken" if _allowed(name, argument, words) else result, said


def apart(name, function, right):
    """The trials of one function in a process of its own, which some calls may take along."""
    ours, theirs = os.pipe()
    if not os.fork():
        os.chdir(tempfile.mkdtemp())  # files are made
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        with open(theirs, "w", encoding="utf-8", errors="replace") as out:
            for trial in trials(name, function, started(name, function, right)):
                print(json.dumps(trial), file=out, flush=True)
        os._exit(0)
    os.close(theirs)
    with open(ours, encoding="utf-8") as told_there:
        yield from map(json.loads, told_there)
    if os.wait()[1]:
        yield "", "the call after the last one", "other", "the process ended"


def _allowed(name, argument, words):
    return any((n, a) == (name, argument) and w in (words, "*") for n, a, w in ALLOWED)


def main():
    """Print the table; 1 if any call came to what none may come to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help="parts of names of functions")
    parser.add_argument("--told", action="store_true", help="list each call that went wrong")
    parser.add_argument("--walks", action="store_true", help="the random events alone")
    parser.add_argument("--events", type=int, default=2000, help="of each explorer")
    parser.add_argument("--seed", type=int, default=0, help="of the events")
    options = parser.parse_args()
    counts = {}
    for name, (function, right) in ({} if options.walks else calls(*options.parts)).items():
        counts[name] = Counter()
        for argument, words, result, said in apart(name, function, right):
            counts[name][result] += 1
            if options.told and result in BAD:
                print(f"{result:8} {name}({argument} = {words}): {said[:150]!r}", flush=True)
    for name, count in {**counts, "all": sum(counts.values(), Counter())}.items():
        print(f"{name:32} {count.total():6} calls" + "".join(
            f"{count[result]:6} {result}" for result in BAD))
    ways = {name: (walk, partial(cases.explorer, name)) for name in cases.EXPLORERS} | {
        name: (step_through, make) for name, make in cases.stepper_makers().items()}
    lost = [name for name, way in ways.items() if options.events and (
        not options.parts or any(part in name for part in options.parts))
        and not _walked(name, *way, options.events, options.seed)]
    return 1 if lost or any(count[result] for count in counts.values() for result in BAD) else 0


def _walked(name, way, make, events, seed):
    """Whether an explorer or a stepper came through so many events; told in a line."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    try:
        way(make, events, seed)
    except Exception as error:
        print(f"{name:32} {events:6} events: {type(error).__name__}: {str(error)[:300]}")
        return False
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{name:32} {events:6} events: as a fresh one, {before:.0f} -> {most:.0f} MB", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())

"""The exercises of 01: shapes and sizes of a network, and what its arrows lead to.

Nodes are named by what stands after `fwd.`: "a[1, 2]", "y_hat[2]", "J[2]".
"""
import re
from collections.abc import Iterable

import numpy as np

from rnnlib.arguments import count
from rnnlib.exercises.feedback import listed, one_line, right, still_open, wrong
from rnnlib.exercises.form import NONE, exercise, pick
from rnnlib.exercises.trial import empty
from rnnlib.exercises.values import Count, Entries, explaining
from rnnlib.graph import Graph
from rnnlib.network import Network


def _shape(came):
    """A tuple of whole numbers; None for what is no shape."""
    if isinstance(came, (tuple, list)) and all(
            isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in came):
        return tuple(int(n) for n in came)
    return None


def _sizes(net):
    return {"n_x": net.n_x, "units": net.units, "n_y": net.n_y}


def _of_params(net):
    """The engine's shapes; a bias may be a vector as well."""
    return _sizes(net), {name: {value.shape, value.shape[:1]} if name.startswith("b")
                         else value.shape for name, value in net.params.items()}


def _shares(n_x, units, n_y, T=1):
    """{layer: how many weights and biases it has}."""
    net = Network(n_x, units, n_y)
    of_layer = {f"layer {l}": f"[{l}]" for l in range(1, net.L + 1)} | {"output layer": "_y"}
    return {words: sum(value.size for name, value in net.params.items() if name.endswith(end))
            for words, end in of_layer.items()}


def _lines(n_x, units, n_y, T):
    """{matrix: how many lines at one time}."""
    return {f"`{name}` at each time": value.size
            for name, value in Network(n_x, units, n_y).params.items() if name.startswith("W")}


def _learned(net, T=None):
    """The size of everything that the engine learns."""
    given = _sizes(net) | ({} if T is None else {"T": count("T", T)})
    return given, sum(value.size for value in net.params.values())


def _stack(_rng, n_x, units, n_y):
    """The sizes of a network and how much it learns."""
    given, many = _learned(Network(n_x, units, n_y))
    return given | {"way": _shares(**given)}, many


def _drawn(net, T):
    """The lines with a weight in the unrolled graph of single units."""
    graph = Graph(net.n_x, net.units, net.n_y, count("T", T), level="unit")
    return _sizes(net) | {"T": T}, sum(
        graph.connections(bundle) for bundle in graph.bundles if bundle.weight)


@exercise("the shape of each parameter", {
    "rows_and_columns_swapped": "rows and columns have changed places: a matrix has a row for each "
        "unit that receives and a column for each one that sends.",
    "copy_per_time": "there is no axis for time: the same matrix is used at every t.",
    "input_of_first_layer": "the columns are those of x, but above the first layer it is the layer "
        "below that sends.",
    "W_a_like_W_x": "the columns are those of what comes from below, but `W_a` takes what the "
        "layer itself sent one time earlier.",
    "W_x_like_W_a": "the columns are those of the layer itself, but `W_x` takes what comes from "
        "below.",
    "side_by_side": "the columns are those of both sources together; here each source has a matrix "
        "of its own.",
    "bias_as_row": "this is a row; time slices have a row for each unit and a column for each "
        "example, so b stands upright.",
    "bias_per_input": "there is one bias for each unit that receives, not for each one that sends.",
}, hints=(
    "Take one matrix. Which units receive through it, and which send? Which of the two are its "
        "rows?",
    "Each layer has three parameters: `W_x` from the layer below (for layer 1 that is x), `W_a` "
        "from itself one time earlier, and b. The output layer has two, and no loop.",
    "`W_x` is (units of the layer, units below), `W_a` is square, b is (units of the layer, 1). "
        "The output layer has a column for each unit of the top layer.",
), about=_of_params, said=Entries(
    read=_shape, wanted="A dict from names to shapes is wanted, such as {'W_y': (2, 3)}",
    strange="This network has no {came}; it has {known}.",
    unlike="{came} came, but a shape such as (4, 3) is wanted.",
    explained="{came}: {sentence}",
    unexplained="{came} is not the shape. Ask how many units receive, and how many send.",
    right="All {many} shapes fit.",
    to_fill_in="Answer with a shape such as (4, 3) for {unfilled}."))
def shapes(n_x, units, n_y, bugs=NONE):
    """{name: shape} of simple layers; a mistake's may hold ... for any number."""
    found = {}
    for l, (n, below) in enumerate(zip(units, (n_x, *units[:-1])), start=1):
        found |= {f"W_x[{l}]": pick(bugs, (n, below), input_of_first_layer=(n, n_x),
                                    W_x_like_W_a=(n, n), side_by_side=(n, n + below)),
                  f"W_a[{l}]": pick(bugs, (n, n), W_a_like_W_x=(n, below),
                                    side_by_side=(n, n + below)),
                  f"b[{l}]": _bias(n, below, bugs)}
    found |= {"W_y": pick(bugs, (n_y, units[-1]), input_of_first_layer=(n_y, n_x)),
              "b_y": _bias(n_y, units[-1], bugs)}
    turned = {name: shape[::-1] for name, shape in found.items() if name.startswith("W")}
    return pick(bugs, found, rows_and_columns_swapped=found | turned,
                copy_per_time={name: (..., *shape) for name, shape in found.items()})


def _bias(n, below, bugs):
    return pick(bugs, (n, 1), bias_as_row=(1, n), bias_per_input=(below, 1))


@exercise("one whole number, all weights and biases with those of the output layer", {
    "n_x_in_every_layer": "Every `W_x` is counted with n_x columns. Only layer 1 sees x; "
        "`W_x^{[l]}` has a column for each unit of layer l - 1.",
    "biases_forgotten": "The biases are not counted.",
    "output_forgotten": "The output layer, `W_y` and `b_y`, is not counted.",
    "output_bias_forgotten": "`b_y` is not counted; the output layer has biases too.",
    "W_a_forgotten": "`W_a`, the loop of each layer, is not counted.",
    "W_a_like_W_x": "`W_a` is counted with as many columns as `W_x`. It takes what its own layer "
        "sent one time earlier, so it is square.",
    "W_a_one_to_one": "Each unit is looped back to itself only; `W_a` connects each unit with "
        "every unit of its layer.",
    "W_y_from_every_layer": "`W_y` is counted with a column for every unit of the stack; only the "
        "top layer feeds the output.",
    "first_layer_feeds_output": "`W_y` is counted with a column for each unit of layer 1; it is "
        "the top layer that feeds the output.",
    "units_counted_twice": "The start states are counted too, or a second bias for each unit. One "
        "bias is enough, and a start state is given, not learned.",
    "gates_counted": "There are four times as many: that is an LSTM. A simple layer has no gates.",
    "once_per_time": "The weights are counted once for each time; it is the same weights at "
        "every t.",
}, hints=(
    "Which parameters does a single layer have? And how many of them does a longer sequence add?",
    "Go from the bottom up: for each layer `W_x`, `W_a` and the biases, where `W_x` depends on "
        "what sends from below. Then the output layer. Add up.",
    "A layer of n units above n_below has n (n_below + n + 1) numbers. The output layer has, for "
        "each output, a number for each top unit and one bias. T is in neither.",
), make=_stack, answer="count",
    sizes=((1, (1,), 1), (3, (2,), 1), (2, (2, 2), 2), (3, (4, 3), 2), (2, (5, 3, 4), 3),
           (7, (2, 2, 6, 1), 4)),
    about=_learned,
    said=Count("how many numbers the network has to learn, biases included", _shares))
def parameter_count(n_x, units, n_y, T=np.nan, bugs=NONE):
    """How many numbers a stack of simple layers has to learn; T where it is known."""
    many = 0
    for n, n_below in zip(units, (n_x, *units[:-1]), strict=True):
        n_below = pick(bugs, n_below, n_x_in_every_layer=n_x)
        W_a = pick(bugs, n * n, W_a_forgotten=0, W_a_like_W_x=n * n_below, W_a_one_to_one=n)
        many += n * n_below + W_a + pick(bugs, n, biases_forgotten=0, units_counted_twice=2 * n)
    many *= pick(bugs, 1, gates_counted=4)
    b_y = pick(bugs, n_y, biases_forgotten=0, output_bias_forgotten=0)
    n_top = pick(bugs, units[-1], W_y_from_every_layer=sum(units),
                 first_layer_feeds_output=units[0])
    many += pick(bugs, n_y * n_top + b_y, output_forgotten=0)
    return pick(bugs, many, once_per_time=T * many)


@exercise("one whole number, the lines with a weight", {
    "one_time_only": "the lines of one time only are counted; they are drawn again at every t.",
    "start_not_drawn": "the lines that leave the start state are left out; `W_a` is used at t = 1.",
    "bias_counted": "the biases are counted as lines, but a bias connects no two units.",
    "output_not_counted": "the lines to y_hat are not counted.",
    "W_a_not_counted": "the lines from one time to the next are not counted.",
    "W_a_one_to_one": "from one time to the next each unit is connected with itself only; `W_a` "
        "connects each unit with every unit of its layer.",
    "losses_counted": "the arrows from y_hat to the losses are counted too; they have no weight.",
}, hints=(
    "Each line in the picture carries one number of some matrix. How often is the same number "
        "drawn?",
    "Count the lines of a single time, matrix by matrix: into each layer from below, into each "
        "layer from the time before, into the output. Then think of all times.",
    "From m senders to n receivers there are m n lines. The start state sends at t = 1 as other "
        "states do later, so every time has equally many. A bias has none.",
), about=_drawn, said=Count("how many lines with a weight connect single units in the network "
                            "unrolled over T times, the start state's included", _lines))
def connections(n_x, units, n_y, T, bugs=NONE):
    """How many lines with a weight the unrolled graph of single units has."""
    W_x = sum(n * n_below for n, n_below in zip(units, (n_x, *units[:-1]), strict=True))
    W_a = pick(bugs, sum(n * n for n in units), W_a_not_counted=0, W_a_one_to_one=sum(units))
    W_y = pick(bugs, n_y * units[-1], output_not_counted=0)
    beside = pick(bugs, 0, bias_counted=sum(units) + n_y, losses_counted=n_y)
    one_time = W_x + W_a + W_y + beside
    return pick(bugs, T * one_time, one_time_only=one_time, start_not_drawn=T * one_time - W_a)


# --- arrows ------------------------------------------------------------------------------------

_NAME = re.compile(r"a\[(?P<l>\d+), *(?P<at>\d+)\]|(?P<name>y_hat|J)\[(?P<t>\d+)\]")


def _address(graph, given):
    """The graph's address of a name such as "a[1, 2]"; None for what names no node."""
    found = isinstance(given, str) and _NAME.fullmatch(given.strip())
    if not found:
        return None
    rows = {"y_hat": graph.L + 1, "J": graph.L + 2}
    name, t = found["name"] or "a", int(found["t"] or found["at"])
    address = name, int(found["l"]) if name == "a" else rows[name], t
    return address if address in graph.places else None


def _said(address):
    name, l, t = address
    return f"a[{l}, {t}]" if name == "a" else f"{name}[{t}]"


class Nodes:
    """A set of names of nodes; the names of what is asked come from the exercise."""

    def verdict(self, exercise, given, want, answer):
        """Feedback that tells every mistake that comes to the same nodes."""
        graph, start = given["graph"], given["start"]
        if empty(answer):
            return still_open("Answer with a set of names such as {'a[1, 1]', 'y_hat[1]', 'J[1]'}: "
                              f"{exercise.returns} `{_said(start)}`.")
        if not isinstance(answer, Iterable):
            return wrong(f"{one_line(repr(answer))} came, but a set of names is wanted, such as "
                         "{'a[1, 1]', 'y_hat[1]'}.")
        places = {_address(graph, name): name
                  for name in ([answer] if isinstance(answer, str) else answer)}
        if None in places:
            return wrong(f"{one_line(repr(places[None]))} is no node here: names are a[l, t] with "
                         f"l from 0 to {graph.L}, y_hat[t] and J[t], with t up to {graph.T}.")
        came = places.keys()
        if came == want:
            return right(f"{listed(sorted(map(_said, want)))}." if want else "Nothing at all.")
        fitting = explaining(exercise, given, lambda guess: guess == came)
        told = " Or: ".join(exercise.mistakes[bug] for bug in fitting)
        return wrong(told[:1].upper() + told[1:] or _first_wrong(came, want), fitting)


def _first_wrong(came, want):
    strange = sorted(came - want, key=lambda place: place[::-1])
    if strange:
        return f"`{_said(strange[0])}` does not belong: follow the arrows that lead there."
    first = min(want - came, key=lambda place: (place[2], place[1]))
    many = len(want - came)
    return (f"{many} node{'s are' if many > 1 else ' is'} missing, the first one at "
            f"t = {first[2]}. Nothing that stands there is wrong.")


def _fed(graph, start):
    """The nodes at the other end of one arrow."""
    return frozenset(bundle.target for bundle in graph.fed_by(start))


def _reached(graph, start):
    """The nodes that a way of arrows leads to."""
    found, edge = set(), {start}
    while edge:
        edge = {other for place in edge for other in _fed(graph, place)} - found
        found |= edge
    return frozenset(found)


def _asks(way):
    """about(net, T, node): the graph of layers, the node, and where `way` leads from there."""
    def about(net, T, node):
        graph = Graph(net.n_x, net.units, net.n_y, count("T", T), level="layer")
        start = _address(graph, node)
        if start is None:
            raise ValueError(f"node must name a node of the graph, such as 'a[1, 2]', got {node!r}")
        return {"graph": graph, "start": start}, way(graph, start)
    return about


@exercise("every node that an arrow leads to straight from", {
    "what_feeds_it": "these are the nodes that feed it: the arrows are followed the wrong way.",
    "everything_later": "this is all that it influences; asked is one arrow's length only.",
    "path_up_missing": "the arrow upwards, within the same time, is missing.",
    "path_next_missing": "the arrow to the next time is missing.",
    "loss_at_once": "the loss is counted, but no arrow leads there past y_hat.",
    "output_at_once": "the prediction is counted, but only the top layer feeds it.",
    "diagonal": "an arrow that goes up and to the right at once is counted: there is none, `W_x` "
        "stays within a time and `W_a` within a layer.",
    "itself": "the node itself is counted: its loop leads to the next time, not back to it.",
}, hints=(
    "In which equations does this state stand on the right-hand side? What stands on the left "
        "there?",
    "Look in two directions: upwards within the same time, and to the right within the same "
        "layer. How far does one arrow go?",
    "a^{<t>[l]} feeds a^{<t>[l+1]}, or y_hat^{<t>} if l is the top layer, and a^{<t+1>[l]} if "
        "there is a next time.",
), about=_asks(_fed), said=Nodes())
def feeds(graph, start, bugs=NONE):
    """The nodes that this one feeds."""
    _, l, t = start
    found = _fed(graph, start)
    sideways = {place for place in found if place[2] > t}
    above = ("a" if l < graph.L else "y_hat", l + 1)
    return pick(bugs, found, what_feeds_it={bundle.source for bundle in graph.feeds(start)},
                everything_later=_reached(graph, start), path_up_missing=sideways,
                path_next_missing=found - sideways, itself=found | {start},
                loss_at_once=found | {("J", graph.L + 2, t)},
                output_at_once=found | {("y_hat", graph.L + 1, t)},
                diagonal=found | {(*above, t + 1)})


@exercise("every node that can be reached along arrows from", {
    "one_arrow_only": "only what one arrow reaches is counted: what it feeds goes on to feed "
        "others.",
    "itself": "the node itself is counted.",
    "same_layer_only": "only its own layer is counted: arrows lead upwards too.",
    "same_time_only": "only its own time is counted: the state is handed on to the next.",
    "later_times_only": "its own time is left out: arrows lead upwards there too.",
    "next_time_only": "the next time is the last one counted, but from there the state is handed "
        "on again.",
    "upper_layers_once": "the layers above are counted at its own time only; what is handed on "
        "along its layer climbs at every later time.",
    "times_before": "times before its own are counted: no arrow leads to the left.",
    "layers_below": "layers below its own are counted: no arrow leads downwards.",
    "losses_left_out": "the losses are left out: each hangs on its y_hat.",
    "y_hat_left_out": "the predictions are left out.",
    "outputs_left_out": "what stands above the top layer, y_hat and J, is left out.",
}, hints=(
    "If this state were a little different, which other numbers of the run would be different "
        "too? Could one of them stand to its left?",
    "Begin with what it feeds; add what those feed; go on until nothing new comes. What is "
        "reached at t + 1 climbs there as well.",
    "At its own time: all that stands above it. At each later time: its own layer and all that "
        "stands above it, up to y_hat and J.",
), about=_asks(_reached), said=Nodes())
def influences(graph, start, bugs=NONE):
    """The nodes that change with this one."""
    _, l, t = start
    found, everything = _reached(graph, start), graph.places.keys()
    above = {place for place in found if place[1] > l}
    later = {place for place in found if place[2] > t}
    losses, y_hat = ({place for place in found if place[0] == name} for name in ("J", "y_hat"))
    return pick(bugs, found, one_arrow_only=_fed(graph, start), itself=found | {start},
                same_layer_only=found - above, same_time_only=found - later,
                later_times_only=later, next_time_only={p for p in found if p[2] <= t + 1},
                upper_layers_once=found - (above & later),
                times_before={p for p in everything if p[1] >= l} - {start},
                layers_below={p for p in everything if p[2] >= t} - {start},
                losses_left_out=found - losses, y_hat_left_out=found - y_hat,
                outputs_left_out=found - losses - y_hat)

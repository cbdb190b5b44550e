"""Questions about sizes: the shapes of the weights, how many parameters, how many connections."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np

from rnnlib.arguments import count
from rnnlib.exercises.feedback import listed, one_line, right, still_open, wrong
from rnnlib.exercises.trial import answered
from rnnlib.network import Network

_SHAPES = {
    "rows_and_columns_swapped":
        "rows and columns have changed places: a matrix has a row for each unit that receives and "
        "a column for each one that sends.",
    "copy_per_time":
        "there is no axis for time: the same matrix is used at every t.",
    "input_of_first_layer":
        "the columns are those of x, but above the first layer it is the layer below that sends.",
    "W_a_like_W_x":
        "the columns are those of what comes from below, but `W_a` takes what the layer itself "
        "sent one time earlier.",
    "W_x_like_W_a":
        "the columns are those of the layer itself, but `W_x` takes what comes from below.",
    "side_by_side":
        "the columns are those of both sources together; here each source has a matrix of its own.",
    "bias_as_row":
        "this is a row; time slices have a row for each unit and a column for each example, so b "
        "stands upright.",
    "bias_per_input":
        "there is one bias for each unit that receives, not for each one that sends.",
}

_PARAMETERS = {
    "bias_not_counted": "the biases are not counted.",
    "output_not_counted": "the output layer, `W_y` and `b_y`, is not counted.",
    "W_a_not_counted": "`W_a`, the loop, is not counted.",
    "W_a_one_to_one": "in the loop each unit is connected with itself only; `W_a` connects each "
                      "unit with every unit of its layer.",
    "W_a_like_W_x": "`W_a` is counted with as many columns as `W_x`; it has one for each unit of "
                    "its own layer.",
    "input_of_first_layer": "each layer is counted with x as its input; above the first layer it "
                            "is the layer below that sends.",
    "once_per_time": "the weights are counted once for each time; it is the same weights at "
                     "every t.",
    "start_state_counted": "the start states are counted too; they are given, not learned.",
}

_CONNECTIONS = {
    "one_time_only": "the lines of one time only are counted; unrolled, they are drawn again at "
                     "every t.",
    "start_not_drawn": "the lines that leave the start state are not counted, but `W_a` is used "
                       "at t = 1 too.",
    "bias_counted": "the biases are counted as lines, but a bias connects no two units.",
    "output_not_counted": "the lines to y_hat are not counted.",
    "W_a_not_counted": "the lines from one time to the next are not counted.",
    "W_a_one_to_one": "from one time to the next each unit is connected with itself only; `W_a` "
                      "connects each unit with every unit of its layer.",
    "losses_counted": "the arrows from y_hat to the losses are counted too, but they carry no "
                      "weight.",
}


@dataclass(frozen=True)
class Question:
    """A question whose answer is one whole number: guesses(net, T) are {bug: wrong number}."""

    asks: str
    want: Callable
    guesses: Callable
    bugs: dict
    times: bool = False


def bugs(name):
    """{bug: sentence} of a question."""
    return dict(_SHAPES if name == "shapes" else QUESTIONS[name].bugs)


def judged(name, answer, net, T):
    """Feedback on an answer to one of QUESTIONS about a network (unrolled over T times)."""
    if not isinstance(net, Network):
        raise TypeError(f"the question {name!r} is about a network: check({name!r}, answer, "
                        f"net=net), got net={one_line(net)}")
    question = QUESTIONS[name]
    if question and (T is not None or question.times):
        T = count("T", T)
    answer, trouble = answered(name, answer)
    if trouble:
        return wrong(trouble)
    if question is None:
        return _shapes_judged(answer, net)
    if answer is None or answer is Ellipsis:
        return still_open(f"Answer with a whole number: {question.asks}.")
    if isinstance(answer, bool) or not isinstance(answer, Real) or not float(answer).is_integer():
        return wrong(f"{one_line(repr(answer))} came, but one whole number is wanted: "
                     f"{question.asks}.")
    return _number_judged(question, int(answer), net, T)


def _number_judged(question, answer, net, T):
    if answer == question.want(net, T):
        return right(f"{answer} it is.")
    guesses = question.guesses(net, T)
    fitting = [bug for bug, guess in guesses.items() if guess == answer]
    if not fitting:
        more = "too many" if answer > question.want(net, T) else "too few"
        return wrong(f"{answer} is {more}. Go from matrix to matrix: rows times columns.")
    told = " Or: ".join(question.bugs[bug] for bug in fitting)
    return wrong(f"{answer} comes out if {told}", fitting)


# --- numbers ---------------------------------------------------------------------------------

def _layers(net):
    """(n, n_below) of each recurrent layer."""
    return list(zip(net.units, (net.n_x, *net.units[:-1]), strict=True))


def _lines(net):
    """How many numbers W_x, W_a, W_y and all biases have."""
    W_x = sum(n * n_below for n, n_below in _layers(net))
    return W_x, sum(n * n for n in net.units), net.n_y * net.units[-1], sum(net.units) + net.n_y


def _parameters(net, T):
    return sum(value.size for value in net.params.values())


def _parameter_guesses(net, T):
    W_x, W_a, W_y, b = _lines(net)
    whole = _parameters(net, T)
    guesses = {"bias_not_counted": whole - b, "output_not_counted": whole - W_y - net.n_y,
               "W_a_not_counted": whole - W_a, "W_a_one_to_one": whole - W_a + sum(net.units),
               "W_a_like_W_x": whole - W_a + W_x,
               "input_of_first_layer": whole - W_x + sum(net.units) * net.n_x,
               "start_state_counted": whole + sum(net.units)}
    return guesses if T is None else guesses | {"once_per_time": T * whole}


def _connections(net, T):
    return T * sum(_lines(net)[:3])


def _connection_guesses(net, T):
    W_x, W_a, W_y, b = _lines(net)
    whole = _connections(net, T)
    return {"one_time_only": whole // T, "start_not_drawn": whole - W_a,
            "bias_counted": whole + T * b, "output_not_counted": whole - T * W_y,
            "W_a_not_counted": whole - T * W_a,
            "W_a_one_to_one": whole - T * (W_a - sum(net.units)),
            "losses_counted": whole + T * net.n_y}


QUESTIONS = {
    "shapes": None,
    "parameters": Question("how many numbers the network has to learn, biases included",
                           _parameters, _parameter_guesses, _PARAMETERS),
    "connections": Question("how many lines with a weight connect single units in the network "
                            "unrolled over T times, the start state's included",
                            _connections, _connection_guesses, _CONNECTIONS, times=True),
}


# --- shapes ----------------------------------------------------------------------------------

def _shapes_judged(answer, net):
    """Feedback on {name: shape}: the first wrong one is told, then the open ones."""
    if answer is None or answer is Ellipsis:
        answer = {}
    if not isinstance(answer, Mapping):
        return wrong(f"A dict from names to shapes is wanted, such as {{'W_y': (2, 3)}}, but this "
                     f"is of type {type(answer).__name__}.")
    strange = [name for name in answer if name not in net.params]
    if strange:
        return wrong(f"This network has no {one_line(repr(strange[0]), 30)}; it has "
                     f"{listed(net.params)}.")
    for name in net.params:
        if answer.get(name, ...) is not None and answer.get(name, ...) is not Ellipsis:
            fault, bug = _shape_fault(net, name, answer[name])
            if fault:
                return wrong(f"`{name}`: {fault}", bug)
    unfilled = [name for name in net.params if answer.get(name) in (None, ...)]
    if unfilled:
        return still_open(f"Answer with a shape such as (4, 3) for {listed(unfilled)}.")
    return right(f"All {len(net.params)} shapes fit.")


def _shape_fault(net, name, came):
    """(sentence, bugs) if the shape of this parameter is wrong, else (None, ())."""
    if not isinstance(came, (tuple, list)) or not all(
            isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in came):
        return f"{one_line(repr(came))} came, but a shape such as (4, 3) is wanted.", ()
    came, want = tuple(int(n) for n in came), net.params[name].shape
    if came == want or (name.startswith("b") and came == want[:1]):
        return None, ()
    fitting = [bug for bug, guess in _shape_guesses(net, name).items() if guess(came)]
    if not fitting:
        return (f"{came} is not the shape. Ask how many units receive, and how many send.", ())
    return f"{came}: {_SHAPES[fitting[0]]}", (fitting[0],)


def _shape_guesses(net, name):
    """{bug: whether a shape comes from it} for one parameter."""
    want = rows, columns = net.params[name].shape
    kind, layer = name.partition("[")[0], name.partition("[")[2].rstrip("]")
    below = _layers(net)[int(layer) - 1][1] if layer else net.units[-1]
    wrong_shapes = {"W_x": {"input_of_first_layer": (rows, net.n_x), "W_x_like_W_a": (rows, rows),
                            "side_by_side": (rows, rows + below)},
                    "W_a": {"W_a_like_W_x": (rows, below), "side_by_side": (rows, rows + below)},
                    "W_y": {"input_of_first_layer": (rows, net.n_x)}}.get(kind, {})
    if kind.startswith("b"):
        wrong_shapes = {"bias_as_row": (1, rows), "bias_per_input": (below, 1)}
    guesses = {bug: lambda came, shape=shape: came == shape for bug, shape in wrong_shapes.items()}
    if kind.startswith("W"):
        guesses = {"rows_and_columns_swapped": lambda came: came == (columns, rows)} | guesses
    return guesses | {"copy_per_time": lambda came: len(came) == 3 and came[1:] == want}

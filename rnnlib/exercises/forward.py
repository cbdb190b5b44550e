"""The exercises of 02: one step forward, the whole run, the loss, a word without a one-hot vector.

Arrays are the exercises' own: one example, a vector per time. x (T, n_x), a (T+1, n) with the
start state in row 0, y_hat and y (T, n_y); one tanh layer, identity output, squared loss.
"""
import numpy as np

from rnnlib.exercises.form import NONE, Quantity, by_letter, exercise, pick, random_network
from rnnlib.losses import LOSSES


def ran(rng, T, n_x, n, n_y):
    """(net, fwd, the arrays by letter) of a random network on a random sequence."""
    net = random_network(rng, n_x, (n,), n_y)
    x, y, a0 = (rng.normal(size=shape) for shape in ((T, n_x), (T, n_y), n))
    fwd = net.forward(x, y, a0=a0)
    return net, fwd, {**by_letter(fwd.params), "x": x, "y": y, "a0": a0,
                      "a": fwd.a.over_time(1)[:, :, 0], "y_hat": fwd.y_hat.over_time()[:, :, 0]}


def _step(rng, n_x, n):
    """A time of the engine, from a start state."""
    _, fwd, run = ran(rng, 1, n_x, n, 1)
    return ({**run, "x_t": run["x"][0], "a_prev": run["a0"], "way": _z(fwd)}, run["a"][1])


def _run(rng, T, n_x, n, n_y):
    """The engine's states and predictions."""
    _, fwd, run = ran(rng, T, n_x, n, n_y)
    return run | {"way": _z(fwd)}, (run["a"], run["y_hat"])


def _z(fwd):
    """What stands before the tanh at the first times."""
    return {f"z^{{<{t}>}}": fwd.z[1, t][:, 0] for t in range(1, min(fwd.T, 2) + 1)}


def _word(rng, T, n_x, n):
    """A time of the engine whose input is one-hot; the first word occurs, and others."""
    net, word, a0 = random_network(rng, n_x, (n,), 1), (T + n) % n_x, rng.normal(size=n)
    fwd = net.forward(np.eye(n_x)[[word]], a0=a0)
    return {**by_letter(fwd.params), "word": np.array(word), "a_prev": a0,
            "way": _z(fwd)}, fwd.a[1, 1][:, 0]


def _errors(rng, T, n_y):
    """Predictions, targets and the engine's squared loss."""
    y_hat, y = rng.normal(size=(2, T, n_y))
    J = LOSSES["squared"].output(y_hat[..., None], y[..., None])[1]
    return {"y_hat": y_hat, "y": y, "way": {"y_hat - y": y_hat - y}}, J.sum()


@exercise("the state `a` (n,) of this time", {
    "bias_forgotten": "The bias `b` never reaches z: the sum that makes z^{<t>} has three terms.",
    "bias_twice": "The bias `b` enters z twice: it is added once for each time, not once for each "
        "matrix.",
    "memory_forgotten": "Nothing comes from the time before: without the loop this is T separate "
        "networks, not a recurrent one.",
    "W_x_and_W_a_swapped": "`W_x` and `W_a` have changed places: ask of each matrix what it "
        "multiplies, the input of this time or the state of the time before. (Where n_x differs "
        "from n the shapes do not even fit.)",
    "W_x_transposed": "`W_x` is transposed: row i holds what unit i takes from the inputs. It fits "
        "only where n_x = n.",
    "W_a_transposed": "`W_a` is transposed. It is square, so every shape fits and only the numbers "
        "tell; going forward, row i holds what unit i takes from the state before.",
    "activation_forgotten": "a equals z: the tanh is missing, so the network is linear.",
    "logistic_activation": "These states come from the logistic function, which lies between 0 and "
        "1; this layer uses tanh, between -1 and 1.",
}, hints=(
    "From how many sources does a unit take something at time t? Which of them is older than t?",
    "First z, a sum: the bias, what `W_a` makes of the state before, what `W_x` makes of the "
        "input. Then the activation of z.",
    "a^{<t>} = tanh(b + W_a a^{<t-1>} + W_x x^{<t>}). Each product is a matrix times a vector, "
        "the matrix on the left.",
), make=_step, answer="a")
def forward_step(W_x, W_a, b, x_t, a_prev, bugs=NONE):
    """a (n,) at time t."""
    return _activation(_net_input(W_x, W_a, b, x_t, a_prev, bugs), bugs)


def _net_input(W_x, W_a, b, x_t, a_prev, bugs):
    """z (n,)."""
    if "W_x_and_W_a_swapped" in bugs:
        W_x, W_a = W_a, W_x
    W_x = pick(bugs, W_x, W_x_transposed=W_x.T)
    W_a = pick(bugs, W_a, W_a_transposed=W_a.T)
    bias = pick(bugs, b, bias_forgotten=0 * b, bias_twice=2 * b)
    memory = pick(bugs, W_a @ a_prev, memory_forgotten=0 * b)
    return bias + memory + W_x @ x_t


def _activation(z, bugs):
    """a (n,) from z (n,)."""
    return pick(bugs, np.tanh(z), activation_forgotten=z, logistic_activation=1 / (1 + np.exp(-z)))


@exercise("`(a, y_hat)`, a (T+1, n) with the start state in row 0 and y_hat (T, n_y)", {
    **forward_step.mistakes,
    "start_ignored": "The start state a^{<0>} is taken as zero, but it is handed in as `a0` and is "
        "not zero here. (If it were always zero, nobody would notice.)",
    "start_not_used": "At t = 1 the state before is taken as zero; it is a^{<0>}, the same that "
        "stands in row 0 of `a`.",
    "start_not_kept": "Row 0 of `a` holds zeros; it has to hold the start state a^{<0>}.",
    "z_fed_back": "What goes on to the next time is z^{<t>}, before the tanh; the next time wants "
        "a^{<t>}.",
    "state_never_updated": "At every time the start state comes in as `the state before`: what "
        "a^{<t>} becomes is never handed on to t+1.",
    "x_one_step_late": "Each time takes the input of the time before it, and the first takes the "
        "last one (row -1 counts from the end). `x` has no row for time 0: which row is x^{<t>}?",
    "x_of_time_before": "Each time takes the input of the time before it, and the first takes "
        "none. z^{<t>} is made from the input of its own time.",
    "y_hat_from_previous": "y_hat^{<t>} looks at a^{<t-1>}, which is one time too old. `a` has a "
        "row more than y_hat: which row of `a` is time t?",
    "y_hat_from_z": "y_hat^{<t>} is made from z^{<t>}, before the tanh; the output layer sees "
        "a^{<t>}.",
    "W_y_transposed": "`W_y` is transposed: row k holds what output k takes from the hidden units. "
        "It fits only where n_y = n.",
    "output_bias_forgotten": "y_hat lacks its own bias, `b_y`.",
    "output_bias_twice": "The bias `b_y` enters y_hat twice.",
    "activation_on_output": "y_hat has gone through a tanh too, so it can never leave -1 to 1; "
        "this output layer is linear.",
}, hints=(
    "What does the layer need at time t that is not in `x`? Where does it come from at t = 1?",
    "Keep a list of states that begins with `a0`. For each row of `x` the last state and this row "
        "make the next one; each y_hat is made from the state of its own time.",
    "z^{<t>} = b + W_a a^{<t-1>} + W_x x^{<t>}, then tanh. `a` has a row more than `x`: a^{<t>} "
        "stands in row t, but x^{<t>} and y_hat^{<t>} in row t - 1.",
), make=_run, answer=(Quantity("a", 0), Quantity("y_hat", 1)))
def forward(W_x, W_a, b, W_y, b_y, x, a0, bugs=NONE):
    """(a (T+1, n), y_hat (T, n_y))."""
    a = [pick(bugs, a0, start_ignored=0 * a0, start_not_kept=0 * a0)]
    a_prev = start = pick(bugs, a0, start_ignored=0 * a0, start_not_used=0 * a0)
    y_hat = []
    for t in range(1, len(x) + 1):
        x_t = pick(bugs, x[t - 1], x_one_step_late=x[t - 2],
                   x_of_time_before=x[t - 2] if t > 1 else 0 * x[0])
        z = _net_input(W_x, W_a, b, x_t, a_prev, bugs)
        a_t = _activation(z, bugs)
        seen = pick(bugs, a_t, y_hat_from_previous=a_prev, y_hat_from_z=z)
        y_hat.append(_output(W_y, b_y, seen, bugs))
        a.append(a_t)
        a_prev = pick(bugs, a_t, z_fed_back=z, state_never_updated=start)
    return np.array(a), np.array(y_hat)


def _output(W_y, b_y, a_t, bugs):
    """y_hat (n_y,) from a (n,)."""
    W_y = pick(bugs, W_y, W_y_transposed=W_y.T)
    z_y = W_y @ a_t + pick(bugs, b_y, output_bias_forgotten=0 * b_y, output_bias_twice=2 * b_y)
    return pick(bugs, z_y, activation_on_output=np.tanh(z_y))


@exercise("one number, J", {
    "half_forgotten": "The factor in front is missing: our squared loss is half the squared "
        "distance, which makes its derivative simple.",
    "loss_at_last_time": "This is J^{<T>}, the loss at the last time; J is the sum over all times.",
    "loss_at_first_time": "This is J^{<1>}, the first time's loss; J is the sum over all times.",
    "mean_over_time": "This is the mean over time; J is a sum, so that each time counts the same "
        "in a short and in a long sequence.",
    "mean_over_entries": "This is a mean over all entries; J is a sum over outputs and times.",
    "distance_not_squared": "The distances are added up as they are; the loss takes their squares.",
    "squared_after_summing": "The outputs' errors are added first and squared afterwards, so that "
        "errors of opposite sign cancel: square each one.",
}, hints=(
    "How large is the error at one time, told as one number? And how does J come from the numbers "
        "of all times?",
    "Take the differences, square each one, add up over outputs and over times. What stands in "
        "front of the sum?",
    "J^{<t>} is half the squared distance between y_hat^{<t>} and y^{<t>}, so half the sum of the "
        "squared errors of its outputs. J is the sum of the J^{<t>}; there is no mean.",
), make=_errors, answer="J")
def loss(y_hat, y, bugs=NONE):
    """J, the sum over t of half the squared distance."""
    e = y_hat - y
    size = pick(bugs, (e**2).sum(axis=1), distance_not_squared=np.abs(e).sum(axis=1),
                squared_after_summing=e.sum(axis=1) ** 2)
    J = pick(bugs, 0.5, half_forgotten=1.0) * size
    return pick(bugs, J.sum(), loss_at_last_time=J[-1], loss_at_first_time=J[0],
                mean_over_time=J.mean(), mean_over_entries=J.sum() / e.size)


@exercise("the state `a` (n,) after the word with this number, without a one-hot vector", {
    "row_for_column": "A row of `W_x` is taken: row i holds what unit i takes from every word. "
        "What one word gives to every unit stands the other way.",
    "word_before": "The column of the word before it in the vocabulary is taken: words are counted "
        "from 0 here, so the number is the column's own.",
    "all_words_at_once": "Every column of `W_x` comes in, as if all words of the vocabulary were "
        "said at once; a one-hot vector has a single 1.",
    **forward_step.tell("bias_forgotten", "bias_twice", "memory_forgotten", "W_a_transposed",
                        "activation_forgotten", "logistic_activation"),
}, hints=(
    "Multiply a small matrix by (0, 1, 0) with pencil and paper. What is left of the matrix?",
    "What a one-hot vector would pick out of `W_x` can be picked without it. The other terms of "
        "z, and the tanh, are those of any step.",
    "Row i of `W_x` holds what unit i takes from every word; one word gives something to every "
        "unit. So keep all rows and take one column: the one with the number `word`.",
), make=_word, letters=("n_x", "n"), answer="a")
def word_step(W_x, W_a, b, word, a_prev, bugs=NONE):
    """a (n,) at a time whose input is a word, given as the number of its column of W_x."""
    column = W_x[word] if "row_for_column" in bugs else pick(
        bugs, W_x[:, word], word_before=W_x[:, word - 1], all_words_at_once=W_x.sum(axis=1))
    return _activation(_net_input(column[:, np.newaxis], W_a, b, np.ones(1), a_prev, bugs), bugs)

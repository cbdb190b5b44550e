"""Laws of rl.check: right answers in any style are accepted, each known bug is called by its name.

The students below write in styles of their own, so that the check is tested against code that
shares nothing with its reference.
"""
import random
import re
from itertools import combinations

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises import decay, gates, probability, reference, spelling, stacks, steps
from rnnlib.exercises.catalogue import SENTENCES
from rnnlib.exercises.form import EXERCISES, SIZES

check = rl.check
EVERY_BUG = [(name, bug) for name, exercise in EXERCISES.items() for bug in exercise.bugs]


def with_bugs(name, *bugs):
    """The plainly written answer with some bugs in it."""
    room = next((room for room in (steps, gates) if name in room.BUGS), reference)
    plain = getattr(room, name)
    return lambda *given: plain(*given, bugs=frozenset(bugs))


# --- students who are right -------------------------------------------------------------------

def forward_with_loops(W_x, W_a, b, W_y, b_y, x, a0):
    states, outputs = [list(a0)], []
    for x_t in x:
        before, now = states[-1], []
        for i in range(len(b)):
            z = b[i] + sum(W_x[i][k] * x_t[k] for k in range(len(x_t)))
            now.append(np.tanh(z + sum(W_a[i][j] * before[j] for j in range(len(before)))))
        states.append(now)
        outputs.append([b_y[k] + sum(W_y[k][i] * now[i] for i in range(len(b)))
                        for k in range(len(b_y))])
    return states, outputs


def forward_all_at_once(W_x, W_a, b, W_y, b_y, x, a0):
    drive = np.einsum("ik,tk->ti", W_x, x) + b
    a = np.vstack([a0, np.zeros_like(drive)])
    for t, d in enumerate(drive):
        a[t + 1] = np.tanh(d + a[t] @ W_a.T)
    return a, a[1:] @ W_y.T + b_y


def backward_all_at_once(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y):
    dz_y = y_hat - y
    dz = dz_y @ W_y * (1 - np.square(a[1:]))
    for t in range(len(x) - 2, -1, -1):
        dz[t] += (1 + a[t + 1]) * (1 - a[t + 1]) * (dz[t + 1] @ W_a)
    return {"b_y": dz_y.sum(0), "W_y": dz_y.T @ a[1:], "b": dz.sum(0), "W_a": dz.T @ a[:-1],
            "W_x": np.einsum("ti,tk->ik", dz, x), "more": "is not looked at"}


def backward_by_complex_step(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y):
    weights = {"W_x": W_x, "W_a": W_a, "b": b, "W_y": W_y, "b_y": b_y}

    def J(w):
        state, total = a0, 0
        for x_t, y_t in zip(x, y, strict=True):
            state = np.tanh(w["W_x"] @ x_t + w["W_a"] @ state + w["b"])
            total = total + ((w["W_y"] @ state + w["b_y"] - y_t) ** 2).sum() / 2
        return total

    def slope(name, index):
        moved = weights[name].astype(complex)
        moved[index] += 1e-30j
        return J(weights | {name: moved}).imag / 1e-30

    return {name: np.array([slope(name, index) for index in np.ndindex(w.shape)]).reshape(w.shape)
            for name, w in weights.items()}


def itemised_backwards(W_a, W_y, a, y_hat, y):
    T = len(y)
    norms = np.zeros((T, T))
    dz = np.zeros((T, a.shape[1]))
    for t in range(T - 1, -1, -1):
        dz = dz @ W_a
        dz[t] = (y_hat[t] - y[t]) @ W_y
        dz = dz * (1 - a[t + 1] ** 2)
        norms[t:, t] = np.linalg.norm(dz[t:], axis=1) * np.linalg.norm(a[t])
    return norms


RIGHT = [
    ("forward", forward_with_loops),
    ("forward", forward_all_at_once),
    ("forward_step", lambda W_x, W_a, b, x_t, a_prev: np.tanh(x_t @ W_x.T + a_prev @ W_a.T + b)),
    ("loss", lambda y_hat, y: np.linalg.norm(y_hat - y) ** 2 / 2),
    ("loss", lambda y_hat, y: 0.5 * np.vdot(y - y_hat, y - y_hat)),
    ("backward_step", lambda W_a, dz_next, from_above: from_above + dz_next @ W_a),
    ("backward", backward_all_at_once),
    ("backward", backward_by_complex_step),
    ("itemised", itemised_backwards),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_in_any_style_are_accepted(name, function, seed):
    feedback = check(name, function, seed=seed)
    assert feedback.ok, feedback
    assert feedback
    assert feedback.bugs == ()
    assert f"{len(SIZES)} random problems" in feedback.text


@pytest.mark.parametrize("name", EXERCISES)
def test_the_plain_answers_agree_with_the_engine(name):
    assert check(name, with_bugs(name)).ok


def test_an_error_of_a_billionth_is_no_rounding_error():
    def nearly(y_hat, y):
        return 0.5 * ((y_hat - y) ** 2).sum() * (1 + 3e-9)
    assert check("loss", nearly).state == "wrong"


# --- each bug by its name ---------------------------------------------------------------------

@pytest.mark.parametrize(("name", "bug"), EVERY_BUG)
def test_every_bug_is_recognised_as_itself(name, bug):
    for seed in range(4):
        feedback = check(name, with_bugs(name, bug), seed=seed)
        assert feedback.bugs == (bug,), f"seed {seed}: {feedback}"
        assert feedback.text.startswith(SENTENCES[bug])
        assert feedback.state == "wrong"


def numbers(exercise, problems, bugs):
    """What these bugs give in every problem, comparable; None where they stop with an error."""
    found = []
    for problem in problems:
        try:
            values = exercise.plain(*problem.arguments.values(), bugs=frozenset(bugs))
        except ValueError:
            found.append(None)
        else:
            found.append(tuple(np.concatenate([np.round(value, 8).ravel() + 0.0
                                               for value in values.values()])))
    return tuple(found)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", EXERCISES)
def test_no_two_bugs_look_alike(name, seed):
    exercise = EXERCISES[name]
    problems = exercise.problems(seed)
    looks = {numbers(exercise, problems, bugs) for bugs in ((), *((b,) for b in exercise.bugs))}
    assert len(looks) == 1 + len(exercise.bugs)


@pytest.mark.parametrize("name", EXERCISES)
def test_two_bugs_at_once_are_recognised_as_both(name):
    """Or as what comes first of all that gives the very same numbers: one bug may hide another."""
    exercise = EXERCISES[name]
    problems = exercise.problems()
    known = [bugs for many in (1, 2) for bugs in combinations(exercise.bugs, many)]
    first = {}
    for bugs in known:
        first.setdefault(numbers(exercise, problems, bugs), bugs)
    pairs = [bugs for looks, bugs in first.items() if len(bugs) == 2 and any(looks)]
    assert len(pairs) > 0.5 * len(known) - len(exercise.bugs) - 8
    for bugs in random.Random(0).sample(pairs, min(12, len(pairs))):
        feedback = check(name, with_bugs(name, *bugs))
        assert feedback.bugs == bugs, feedback
        assert all(SENTENCES[bug] in feedback.text for bug in bugs)


def student_backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y, *, back="W_a.T", g="1 - a[t+1]**2",
                     use="a[t]", weight="dz", hand_on="dz", keep="+=", last="0 * b"):
    """A notebook's usual loop, in which one expression can be another: 0-based, a[t+1] is now."""
    grads = {name: np.zeros_like(w) for name, w in
             (("W_x", W_x), ("W_a", W_a), ("b", b), ("W_y", W_y), ("b_y", b_y))}
    carry = eval(last)
    for t in reversed(range(len(x))):
        dz_y = y_hat[t] - y[t]
        names = {"W_a": W_a, "a": a, "t": t, "carry": carry, "np": np, "dz_y": dz_y}
        da = W_y.T @ dz_y + eval(back, names) @ carry
        names |= {"da": da, "dz": da * eval(g, names)}
        d = eval(weight, names)
        new = {"W_x": np.outer(d, x[t]), "W_a": np.outer(d, eval(use, names)), "b": d,
               "W_y": np.outer(dz_y, a[t + 1]), "b_y": dz_y}
        for name, value in new.items():
            grads[name] = grads[name] + value if keep == "+=" else value
        carry = eval(hand_on, names)
    return grads


@pytest.mark.parametrize(("options", "bug"), [
    ({"back": "W_a"}, "W_a_not_transposed"),
    ({"hand_on": "0 * dz"}, "no_path_through_next"),
    ({"hand_on": "da"}, "slope_missing_on_path"),
    ({"weight": "da"}, "slope_missing_in_weights"),
    ({"g": "1"}, "slope_missing"),
    ({"g": "1 - a[t]**2"}, "slope_one_step_early"),
    ({"g": "1 - np.tanh(a[t+1])**2"}, "slope_of_a"),
    ({"use": "a[t+1]"}, "a_now_for_a_before"),
    ({"keep": "="}, "overwritten"),
])
def test_a_students_own_loop_with_one_slip(options, bug):
    assert check("backward", student_backward).ok

    def backward(*given):
        return student_backward(*given, **options)
    feedback = check("backward", backward)
    assert feedback.bugs == (bug,), feedback
    assert not feedback


def test_what_is_right_beside_a_bug_is_said():
    text = check("backward", with_bugs("backward", "no_path_through_next")).text
    assert text.endswith("Right everywhere: `W_y` and `b_y`.")
    text = check("forward", with_bugs("forward", "output_bias_twice")).text
    assert text.endswith("Right everywhere: `a`.")


def test_two_slips_in_a_students_own_loop():
    def backward(*given):
        return student_backward(*given, back="W_a", use="a[t+1]")
    feedback = check("backward", backward)
    assert set(feedback.bugs) == {"W_a_not_transposed", "a_now_for_a_before"}
    assert feedback.text.startswith("Two things at once.")


def test_a_bug_in_one_gradient_alone_says_which():
    def backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y):
        grads = backward_all_at_once(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y)
        return grads | {"b": grads["b"] / len(x)}
    feedback = check("backward", backward)
    assert feedback.bugs == ("mean_not_sum",)
    assert feedback.text.startswith("Only in `b`:")


def test_different_bugs_in_different_gradients():
    def backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y):
        grads = backward_all_at_once(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y)
        return grads | {"b": grads["b"] / len(x), "b_y": 2 * grads["b_y"], "W_x": -grads["W_x"]}
    feedback = check("backward", backward)
    assert set(feedback.bugs) == {"mean_not_sum", "factor_two", "sign_wrong"}


def test_swapped_matrices_are_named_though_they_stop_for_other_shapes():
    def forward(W_x, W_a, b, W_y, b_y, x, a0):
        return forward_all_at_once(W_a, W_x, b, W_y, b_y, x, a0)
    assert check("forward", forward).bugs == ("W_x_and_W_a_swapped",)


def test_sentences_tell_and_do_not_give_the_code():
    assert {bug for _, bug in EVERY_BUG} == set(SENTENCES)
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    for text in SENTENCES.values():
        assert text[0].isupper() or text.startswith(("`", "a ", "y_hat", "dJ/d"))
        assert text.endswith((".", ")", "?"))
        assert not re.search(r"\.T\b|np\.|@|==|\*\*|\[t", text), text


def test_the_known_bugs_can_be_listed():
    known = rl.exercises.bugs("backward")
    assert tuple(known) == EXERCISES["backward"].bugs
    assert "square" in known["W_a_not_transposed"]
    assert set(rl.exercises.exercises()) == {
        *EXERCISES, *decay.EXERCISES, *probability.EXERCISES, *stacks.EXERCISES,
        *spelling.EXERCISES, "shapes", "parameters", "connections", "feeds", "influences",
        "what_follows"}
    assert "copy_per_time" in rl.exercises.bugs("shapes")


# --- holes, types, shapes, exceptions ---------------------------------------------------------

def hole(*given):
    raise NotImplementedError


@pytest.mark.parametrize("answer", [hole, None, ..., lambda *given: ...])
@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_hole_is_open_and_says_what_to_do(name, answer):
    feedback = check(name, answer)
    assert feedback.state == "open"
    assert not feedback.ok
    assert feedback.text.startswith(f"Write `{name}`: from (")
    assert EXERCISES[name].returns in feedback.text


def changing(W_a, dz_next, from_above):
    from_above += W_a.T @ dz_next
    return from_above


def stopping_when_T_is_large(y_hat, y):
    if len(y) > 3:
        raise RuntimeError("more than\n<b>three</b>")
    return 0.5 * ((y_hat - y) ** 2).sum()


calls = []


def remembering(y_hat, y):
    calls.append(0.5 * ((y_hat - y) ** 2).sum())
    return sum(calls)


def no_row_for_the_start(*given):
    a, y_hat = forward_all_at_once(*given)
    return a[1:], y_hat


TROUBLE = [
    ("loss", 3.0, "`loss` is to be a function, but this is of type float"),
    ("loss", lambda y_hat: 0, r"`loss` is called with \(y_hat, y\), in this order; yours takes"),
    ("loss", lambda y_hat, y: None, r"`loss` returns None \(does it end with a `return`\?\)"),
    ("loss", lambda y_hat, y: "much", "`J` holds text of type"),
    ("loss", lambda y_hat, y: 1j, "`J` holds complex numbers"),
    ("loss", lambda y_hat, y: [[1], [1, 2]], "do its rows differ in length"),
    ("loss", lambda y_hat, y: np.inf, "`J` is inf, but a finite number is wanted"),
    ("loss", lambda y_hat, y: ((y_hat - y) ** 2).sum(axis=1) / 2, r"still to be taken\?$"),
    ("loss", stopping_when_T_is_large,
     r"With T = 4, n_y = 1, `loss` stops in line \d+, `raise RuntimeError\(.*`, with "
     r"RuntimeError \(more than <b>three</b>\)\.$"),
    ("loss", remembering, "gives other numbers when it is called again"),
    ("backward_step", changing, "The numbers are right, but `backward_step` changes its own "
                                "argument `from_above`"),
    ("forward", lambda *given: forward_all_at_once(*given)[0], "returns a ndarray, but wanted is"),
    ("forward", lambda *given: (0, 1, 2), "returns a tuple of length 3"),
    ("forward", lambda *given: (forward_all_at_once(*given)[0], ...), "has no `y_hat` yet"),
    ("forward", no_row_for_the_start, "row 0 is the start state"),
    ("backward", lambda *given: 0, "returns a int, but wanted is a dict"),
    ("backward", lambda *given: {"dW_x": 0}, "The dict has no `W_y`, `b_y`, `W_x`, `W_a` or `b`; "
                                             "the keys that came: 'dW_x'"),
    ("itemised", lambda *given: np.full((len(given[-1]),) * 2, np.nan),
     r"`norms\[0, 0\]` is nan, but a finite number is wanted"),
    ("truncated", lambda *given: (np.ones((2, 2)), 3), "a tuple of 2 things came where one array"),
    ("itemised", lambda *given: np.ones((2, 3)), r"has shape \(2, 3\), but \(1, 1\) is wanted"),
]


@pytest.mark.parametrize(("name", "answer", "sentence"), TROUBLE)
def test_what_is_no_answer_gets_one_sentence(name, answer, sentence):
    feedback = check(name, answer)
    assert feedback.state == "wrong"
    assert re.search(sentence, feedback.text), feedback.text
    assert "\n" not in feedback.text


def test_an_error_in_a_helper_is_told_by_the_students_own_line():
    def backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y):
        return np.linalg.inv(np.zeros((2, 2)))
    text = check("backward", backward).text
    assert re.search(r"in line \d+, `return np.linalg.inv\(.*`, with LinAlgError", text)


def test_printing_is_kept_back_and_said(capsys):
    def talks(y_hat, y):
        print("here I am")
        return 0.5 * ((y_hat - y) ** 2).sum()
    feedback = check("loss", talks)
    assert feedback.ok
    assert "It also prints" in feedback.text
    assert capsys.readouterr().out == ""


def test_a_wrong_function_that_changes_its_arguments_is_told_both():
    def backward_step(W_a, dz_next, from_above):
        from_above += W_a @ dz_next
        return from_above
    feedback = check("backward_step", backward_step)
    assert feedback.bugs == ("W_a_not_transposed",)
    assert "also changes its own argument `from_above`" in feedback.text


# --- no known bug -----------------------------------------------------------------------------

def test_an_unknown_mistake_is_placed():
    def forward(*given):
        a, y_hat = forward_all_at_once(*given)
        a[2:] *= 1.1
        return a, y_hat
    feedback = check("forward", forward)
    assert feedback.bugs == ()
    assert feedback.text.startswith("With T = 3, n_x = 1, n = 1, n_y = 1, `a[2, 0]` (t = 2) is ")
    assert "Up to t = 1 `a` is right." in feedback.text
    assert "Right everywhere: `y_hat`." in feedback.text
    assert "For T = 1 all is right" in feedback.text


def test_the_number_that_came_and_the_one_wanted_are_both_shown():
    problem = EXERCISES["loss"].problems()[0]
    want = float(problem.want["J"])
    text = check("loss", lambda y_hat, y: 0.5 * ((y_hat - y) ** 2).sum() + 1.5).text
    assert f"`J` is {want + 1.5:.4g}, but {want:.4g} is wanted" in text


def test_numbers_that_differ_little_are_shown_with_more_digits():
    text = check("loss", lambda y_hat, y: 0.5 * ((y_hat - y) ** 2).sum() + 1e-7).text
    came, wanted = re.search(r"`J` is (.*), but (.*) is wanted", text).groups()
    assert came != wanted
    assert float(came) - float(wanted) == pytest.approx(1e-7)


def test_a_constant_factor_is_told():
    text = check("loss", lambda y_hat, y: 1.7 * ((y_hat - y) ** 2).sum()).text
    assert "It is 3.4 times what is wanted, in every problem." in text


def test_where_one_unit_is_right_a_product_is_suspected():
    def forward_step(W_x, W_a, b, x_t, a_prev):
        return np.tanh(W_x @ x_t + b + (W_a + np.triu(W_a, 1)) @ a_prev)
    assert "For n = 1 all is right" in check("forward_step", forward_step).text


# --- questions about sizes --------------------------------------------------------------------

NET = rl.Network(n_x=3, units=(4, 2), n_y=5)
SHAPES = {"W_x[1]": (4, 3), "W_a[1]": (4, 4), "b[1]": (4, 1), "W_x[2]": (2, 4), "W_a[2]": (2, 2),
          "b[2]": (2,), "W_y": (5, 2), "b_y": (5, 1)}


@pytest.mark.parametrize("net", [NET, rl.Network(1, (1,), 1), rl.Network(2, (3, 3, 3), 2)])
def test_the_shapes_of_the_engine_are_right(net):
    shapes = {name: value.shape for name, value in net.params.items()}
    assert check("shapes", shapes, net=net).ok
    assert check("parameters", sum(np.prod(s) for s in shapes.values()), net=net).ok


def test_shapes_may_be_lists_and_biases_vectors():
    assert check("shapes", {name: list(shape) for name, shape in SHAPES.items()}, net=NET).ok


@pytest.mark.parametrize(("name", "shape", "bug"), [
    ("W_x[1]", (3, 4), "rows_and_columns_swapped"),
    ("W_x[1]", (4, 4), "W_x_like_W_a"),
    ("W_x[1]", (4, 7), "side_by_side"),
    ("W_x[2]", (2, 3), "input_of_first_layer"),
    ("W_a[1]", (4, 3), "W_a_like_W_x"),
    ("W_a[1]", (9, 4, 4), "copy_per_time"),
    ("W_y", (5, 3), "input_of_first_layer"),
    ("W_y", (2, 5), "rows_and_columns_swapped"),
    ("b[1]", (1, 4), "bias_as_row"),
    ("b[2]", (4, 1), "bias_per_input"),
])
def test_a_wrong_shape_is_named(name, shape, bug):
    feedback = check("shapes", SHAPES | {name: shape}, net=NET)
    assert feedback.bugs == (bug,)
    assert feedback.text.startswith(f"`{name}`: {shape}: ")


@pytest.mark.parametrize(("answer", "state", "sentence"), [
    (..., "open", "`W_x[1]`, `W_a[1]`"),
    (hole, "open", "`W_x[1]`, `W_a[1]`"),
    (lambda: SHAPES, "right", "All 8 shapes fit."),
    (SHAPES | {"b_y": ...}, "open", "such as (4, 3) for `b_y`."),
    ({}, "open", "such as (4, 3) for `W_x[1]`"),
    ((4, 3), "wrong", "A dict from names to shapes is wanted"),
    (SHAPES | {"W_x[3]": (1, 1)}, "wrong", "This network has no 'W_x[3]'"),
    (SHAPES | {"W_y": 10}, "wrong", "`W_y`: 10 came, but a shape such as"),
    (SHAPES | {"W_y": (7, 7)}, "wrong", "(7, 7) is not the shape"),
])
def test_shapes_that_are_open_or_none(answer, state, sentence):
    feedback = check("shapes", answer, net=NET)
    assert feedback.state == state
    assert sentence in feedback.text


PARAMETERS = 12 + 16 + 4 + 8 + 4 + 2 + 10 + 5
CONNECTIONS = 6 * (12 + 16 + 8 + 4 + 10)


@pytest.mark.parametrize(("name", "answer", "bug"), [
    ("parameters", PARAMETERS - 11, "bias_not_counted"),
    ("parameters", PARAMETERS - 15, "output_not_counted"),
    ("parameters", PARAMETERS - 20, "W_a_not_counted"),
    ("parameters", PARAMETERS - 14, "W_a_one_to_one"),
    ("parameters", PARAMETERS * 6, "once_per_time"),
    ("parameters", PARAMETERS + 6, "start_state_counted"),
    ("connections", CONNECTIONS // 6, "one_time_only"),
    ("connections", CONNECTIONS - 20, "start_not_drawn"),
    ("connections", CONNECTIONS + 66, "bias_counted"),
    ("connections", CONNECTIONS - 60, "output_not_counted"),
    ("connections", CONNECTIONS - 120, "W_a_not_counted"),
    ("connections", CONNECTIONS - 84, "W_a_one_to_one"),
    ("connections", CONNECTIONS + 30, "losses_counted"),
])
def test_a_wrong_count_is_named(name, answer, bug):
    feedback = check(name, answer, net=NET, T=6)
    assert bug in feedback.bugs
    assert feedback.text.startswith(f"{answer} comes out if ")


def test_two_counts_that_need_another_net_to_differ():
    net = rl.Network(n_x=4, units=(2,), n_y=3)
    assert check("parameters", 23 + 4, net=net).bugs == ("W_a_like_W_x",)
    deep = rl.Network(n_x=5, units=(4, 2), n_y=3)
    assert "input_of_first_layer" in check("parameters", 20 + 16 + 4 + 10 + 4 + 2 + 9,
                                           net=deep).bugs


def test_the_connections_are_those_of_the_picture():
    graph = rl.Graph(NET.n_x, NET.units, NET.n_y, 6, level="unit")
    drawn = sum(graph.connections(bundle) for bundle in graph.bundles if bundle.weight)
    assert check("connections", drawn, net=NET, T=6).ok
    everything = sum(graph.connections(bundle) for bundle in graph.bundles)
    assert check("connections", everything, net=NET, T=6).bugs == ("losses_counted",)


@pytest.mark.parametrize(("answer", "state", "sentence"), [
    (..., "open", "Answer with a whole number"),
    (None, "open", "Answer with a whole number"),
    ("many", "wrong", "'many' came, but one whole number is wanted"),
    (61.5, "wrong", "61.5 came"),
    (float("nan"), "wrong", "nan came"),
    (float("inf"), "wrong", "inf came"),
    (True, "wrong", "True came"),
    (hole, "open", "Answer with a whole number"),
    (lambda: PARAMETERS, "right", "it is."),
    (lambda net: PARAMETERS, "wrong", "`parameters` stops with TypeError"),
    (lambda: PARAMETERS // 0, "wrong", "with ZeroDivisionError"),
    (10**6, "wrong", "1000000 is too many"),
    (1, "wrong", "1 is too few"),
    (float(PARAMETERS), "right", f"{PARAMETERS} it is."),
])
def test_counts_that_are_open_or_no_number(answer, state, sentence):
    feedback = check("parameters", answer, net=NET)
    assert feedback.state == state
    assert sentence in feedback.text


# --- questions about arrows -------------------------------------------------------------------

DEEP = rl.Network(n_x=2, units=(3, 3, 3), n_y=1)


def asked(name, answer, node="a[2, 2]", net=DEEP, T=4):
    return check(name, answer, net=net, T=T, node=node)


def names(*layers_and_times, outputs=()):
    """Names of the states of (layers, times), and of y_hat and J at the times `outputs`."""
    return {f"a[{l}, {t}]" for layers, times in layers_and_times for l in layers
            for t in times} | {f"{name}[{t}]" for name in ("y_hat", "J") for t in outputs}


LATER = range(3, 5)
ALL = names(((2, 3), LATER), ((3,), (2,)), outputs=(2, 3, 4))


@pytest.mark.parametrize(("name", "node", "answer"), [
    ("feeds", "a[2, 2]", {"a[2, 3]", "a[3, 2]"}),
    ("feeds", "a[2, 4]", ["a[3,4]"]),
    ("feeds", "a[3, 2]", ("y_hat[2]", "a[3, 3]")),
    ("feeds", "a[2, 0]", "a[2, 1]"),
    ("feeds", "a[0, 3]", {"a[1, 3]"}),
    ("feeds", "y_hat[3]", {"J[3]"}),
    ("feeds", "J[3]", set()),
    ("influences", "a[2, 2]", ALL),
    ("influences", "a[2, 2]", lambda: ALL),
    ("influences", "a[3, 4]", names(outputs=(4,))),
    ("influences", "a[3, 0]", names(((3,), range(1, 5)), outputs=range(1, 5))),
])
def test_right_names(name, node, answer):
    assert asked(name, answer, node).ok


@pytest.mark.parametrize("l", [1, 2, 3])
def test_a_start_state_influences_whatever_changes_with_it(l):
    rng = np.random.default_rng(0)
    x, y, a0 = rng.normal(size=(4, 2)), np.zeros(4, dtype=int), rng.normal(size=(3, 3))
    net = rl.Network(n_x=2, units=(3, 3, 3), n_y=2)
    runs = [net.forward(x, y, a0=list(a0 + moved)) for moved in (0, 0.1 * np.eye(3)[[l - 1]].T)]
    values = [{f"a[{k}, {t}]": run.a[k, t] for k in (1, 2, 3) for t in range(1, 5)}
              | {f"{name}[{t}]": getattr(run, name)[t] for name in ("y_hat", "J")
                 for t in range(1, 5)} for run in runs]
    changed = {name for name in values[0] if not np.array_equal(values[0][name], values[1][name])}
    assert asked("influences", changed, f"a[{l}, 0]", net).ok


@pytest.mark.parametrize(("answer", "bug"), [
    ({"a[2, 1]", "a[1, 2]"}, "what_feeds_it"),
    (ALL, "everything_later"),
    ({"a[2, 3]"}, "path_up_missing"),
    ({"a[3, 2]"}, "path_next_missing"),
    ({"a[2, 3]", "a[3, 2]", "J[2]"}, "loss_at_once"),
    ({"a[2, 3]", "a[3, 2]", "y_hat[2]"}, "output_at_once"),
    ({"a[2, 3]", "a[3, 2]", "a[3, 3]"}, "diagonal"),
    ({"a[2, 3]", "a[3, 2]", "a[2, 2]"}, "itself"),
])
def test_wrong_arrows_are_named(answer, bug):
    assert asked("feeds", answer).bugs == (bug,)


@pytest.mark.parametrize(("answer", "bug"), [
    ({"a[2, 3]", "a[3, 2]"}, "one_arrow_only"),
    (ALL | {"a[2, 2]"}, "itself"),
    (names(((2,), LATER)), "same_layer_only"),
    (names(((3,), (2,)), outputs=(2,)), "same_time_only"),
    (names(((2, 3), LATER), outputs=LATER), "later_times_only"),
    (names(((2, 3), (3,)), ((3,), (2,)), outputs=(2, 3)), "next_time_only"),
    (names(((2,), LATER), ((3,), (2,)), outputs=(2,)), "upper_layers_once"),
    (ALL | names(((2, 3), (0, 1)), outputs=(1,)), "times_before"),
    (ALL | names(((0, 1), range(2, 5))), "layers_below"),
    (ALL - names(outputs=(2, 3, 4)) | {f"y_hat[{t}]" for t in (2, 3, 4)}, "losses_left_out"),
    (ALL - {f"y_hat[{t}]" for t in (2, 3, 4)}, "y_hat_left_out"),
    (ALL - names(outputs=(2, 3, 4)), "outputs_left_out"),
])
def test_wrong_influences_are_named(answer, bug):
    assert asked("influences", answer).bugs == (bug,)


def test_every_bug_of_the_arrows_can_be_met():
    table = (test_wrong_arrows_are_named, test_wrong_influences_are_named)
    for name, test in zip(("feeds", "influences"), table, strict=True):
        met = {bug for _, bug in test.pytestmark[0].args[1]}
        assert met == set(rl.exercises.bugs(name))


@pytest.mark.parametrize(("answer", "state", "sentence"), [
    (hole, "open", "every node that can be reached along arrows from `a[2, 2]`"),
    (..., "open", "Answer with a set of names"),
    (3, "wrong", "3 came, but a set of names is wanted"),
    ({"a[2, 5]"}, "wrong", "'a[2, 5]' is no node here"),
    ({("a", 2, 3)}, "wrong", "('a', 2, 3) is no node here"),
    ({"y_hat[0]"}, "wrong", "'y_hat[0]' is no node here"),
    ({"a[1, 1]", "a[2, 3]"}, "wrong", "`a[1, 1]` does not belong"),
    (ALL - {"a[2, 4]", "J[3]"}, "wrong", "2 nodes are missing, the first one at t = 3."),
    (lambda: {}["none"], "wrong", "with KeyError"),
])
def test_names_that_are_open_or_none(answer, state, sentence):
    feedback = asked("influences", answer)
    assert feedback.state == state
    assert sentence in feedback.text


# --- the author's own mistakes, and what is shown ---------------------------------------------

@pytest.mark.parametrize(("call", "error", "sentence"), [
    (lambda: check("sideways", hole), ValueError, "exercise must be one of 'forward_step'"),
    (lambda: rl.exercises.bugs("sideways"), ValueError, "exercise must be one of"),
    (lambda: check("shapes", {}), TypeError, "is about a network"),
    (lambda: check("connections", 3, net=NET), TypeError, "T must be a whole number"),
    (lambda: check("connections", 3, net=NET, T=0), ValueError, "T must be at least 1"),
    (lambda: check("feeds", set(), T=4, node="a[1, 1]"), TypeError, "is about a network"),
    (lambda: asked("feeds", set(), "a[9, 9]"), ValueError, "node must name a node of the graph"),
    (lambda: check("feeds", set(), net=NET, node="a[1, 1]"), TypeError, "T must be a whole"),
])
def test_a_check_that_is_called_wrongly(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_feedback_is_shown_as_text_with_a_sign_and_a_word():
    assert repr(check("loss", hole)).startswith("○ Still open. Write `loss`")
    assert repr(check("loss", lambda y_hat, y: 0)).startswith("✗ Not yet. ")
    assert repr(check("loss", with_bugs("loss"))) == (
        "✓ Right. `loss` agrees with the library on 6 random problems (T from 1 to 5, n_y from 1 "
        "to 3) to 12 digits.")


def test_feedback_in_html_escapes_what_came_from_the_user():
    page = check("loss", stopping_when_T_is_large)._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;three&lt;/b&gt;" in page
    assert "✗ Not yet." in page
    assert "<code>loss</code>" in page


def test_superscripts_of_the_notes_are_set_in_html():
    page = check("forward", with_bugs("forward", "z_fed_back"))._repr_html_()
    assert "a<sup>&lt;t&gt;</sup>" in page


def test_the_same_answer_gets_the_same_words():
    one, other = (check("backward", with_bugs("backward", "slope_missing", "sign_wrong"))
                  for _ in range(2))
    assert one == other

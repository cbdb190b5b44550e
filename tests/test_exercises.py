"""What rl.check says: of right answers in any style, of slips, of what is no answer.

The students below write in styles of their own, so that the check is tested against code that
shares nothing with its plain answers. The laws of all exercises stand in test_every_exercise.py.
"""
import re
import time

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises import trial
from rnnlib.exercises.form import EXERCISES, NONE, exercise, pick
from rnnlib.exercises.likeness import agree

check = rl.check


def with_bugs(name, *bugs):
    """The plainly written answer with some bugs in it."""
    return lambda *given: EXERCISES[name].plain(*given, bugs=frozenset(bugs))


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
    assert "on 6 random problems" in feedback.text


def test_an_error_of_a_billionth_is_no_rounding_error():
    def nearly(y_hat, y):
        return 0.5 * ((y_hat - y) ** 2).sum() * (1 + 3e-9)
    assert check("loss", nearly).state == "wrong"


# --- each bug by its name ---------------------------------------------------------------------

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
    ({"use": "a[1:][t-1]"}, "start_wrapped"),
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


# --- holes, types, shapes, exceptions ---------------------------------------------------------

def hole(*given):
    raise NotImplementedError


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
    ("loss", lambda y_hat, y: (each for each in y), r"returns a generator \(by a `yield`\?\)"),
    ("loss", lambda y_hat, y: "much", "`J` holds text of type"),
    ("loss", lambda y_hat, y: 1j, "`J` holds complex numbers"),
    ("loss", lambda y_hat, y: [[1], [1, 2]], "do its rows differ in length"),
    ("loss", lambda y_hat, y: np.inf, "`J` is inf, but a finite number is wanted"),
    ("loss", lambda y_hat, y: ((y_hat - y) ** 2).sum(axis=1) / 2, r"still to be taken\?$"),
    ("loss", stopping_when_T_is_large,
     r"With T = 4, n_y = 1, `loss` stops in line \d+, `raise RuntimeError\(.*`, with "
     r"RuntimeError \(more than <b>three</b>\)\.$"),
    ("loss", remembering, "gives other numbers when it is called again"),
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


# --- no known bug -----------------------------------------------------------------------------

def test_an_unknown_mistake_is_placed():
    def forward(*given):
        a, y_hat = forward_all_at_once(*given)
        a[2:] *= 1.1
        return a, y_hat
    feedback = check("forward", forward)
    assert feedback.bugs == ()
    assert feedback.text.startswith("With T = 3, n_x = 2, n = 1, n_y = 2, `a[2, 0]` (t = 2) is ")
    assert "Up to t = 1 `a` is right." in feedback.text
    assert "Right everywhere: `y_hat`." in feedback.text
    assert "z^{<2>} = [0.472]" in feedback.text
    assert "With one time all is right" in feedback.text


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


def as_single(*given):
    return (array.astype(np.float32) for array in given)


def with_last_row(found, change):
    a, y_hat = found
    return a, np.concatenate([y_hat[:-1], change(y_hat[-1:])])


def squared(y_hat, y):
    return 0.5 * ((y_hat - y) ** 2).sum()


@pytest.mark.parametrize(("name", "answer", "sentence"), [
    ("loss", lambda y_hat, y: np.float32(squared(y_hat, y)), r"in single precision \(float32\)"),
    ("loss", lambda *given: squared(*map(np.float64, as_single(*given))), "agree to [678] digits"),
    ("loss", lambda *given: squared(*given) * (1 + 2e-8), "agree to 7 digits only"),
    ("cost_in_nats", lambda p, q: (p[p > 0] * np.log10(p[p > 0] / q[p > 0])).sum(),
     r"It is 0.4343 times what is wanted, in every problem. Base 10 \(log10\)"),
    ("loss", lambda *given: -squared(*given), "in every problem. Its sign is turned"),
    ("loss", lambda *given: squared(*given) - 2.5, "It is 2.5 too small, in every problem"),
    ("loss", lambda *given: squared(*given) * len(given[0]), "It is T times what is wanted"),
    ("loss", lambda *given: squared(*given) ** 2, "It is the square of what is wanted"),
    ("loss", lambda *given: np.exp(-squared(*given)), r"With T = 1, n_y = 1 \(`y_hat` = \[\["),
    ("loss", lambda y_hat, y: 0.5 * np.linalg.norm(y_hat - y),
     "It is 0.7071 times the root of what is wanted, in every problem"),
    ("at_temperature", lambda p, temperature: (p / p.max()) ** (1 / temperature),
     r"It does not sum to 1 \(each row, in a table\), as what is wanted does"),
    ("early_stop", lambda losses, patience: (losses.min(), with_bugs("early_stop")(
        losses, patience)[1]), "Right everywhere: `last`. Whole numbers are wanted"),
    ("itemised", lambda *given: with_bugs("itemised")(*given)[::-1], "in the reverse order of"),
    *(("backward", lambda *given, most=most: {name: np.clip(gradient, -most, most) for
       name, gradient in student_backward(*given).items()},
       f"It is what is wanted, cut off at {most} and -{most}") for most in (5, 1)),
    ("forward", lambda *given: with_last_row(forward_all_at_once(*given), np.square),
     "Of several rows only the last is wrong"),
    ("stacked_forward", lambda *given: with_bugs("stacked_forward")(*given)[::-1],
     r"^The results stand in another order; asked is \(a1, a2\)\.$"),
    ("forward_step", lambda W_x, W_a, b, x_t, a_prev: np.tanh(W_x @ x_t - W_a @ a_prev + b),
     "It would be right if `W_a` had the other sign"),
    ("loss", lambda y_hat, y: squared(y_hat, 0) - squared(y, 0),
     "With `y` all zeros it would be right: look at what is made of it"),
    ("loss", lambda y_hat, y: squared(y_hat, 0), "`y` does not come in: the result is the same"),
    ("shifted", lambda y: np.eye(27)[[0, *y]], "the last row is one too many"),
    ("shifted", lambda y: np.eye(27)[[1, 0, *y[:-1]]], "none for the start state"),
])
def test_how_the_numbers_are_related_is_told(name, answer, sentence):
    feedback = check(name, answer)
    assert feedback.state == "wrong"
    assert feedback.bugs == ()
    assert re.search(sentence, feedback.text), feedback.text


def test_what_never_ends_for_other_arguments_is_asked_once(monkeypatch):
    monkeypatch.setattr(trial, "SECONDS", 0.2)

    def strange(y_hat, y):
        while y.sum() not in known:
            pass
        return 3.3
    known = [problem.arguments["y"].sum() for problem in EXERCISES["loss"].problems()]
    start = time.perf_counter()
    assert "`J` is 3.3, but " in check("loss", strange).text
    assert time.perf_counter() - start < 2


def test_where_a_problem_has_no_numbers_nothing_is_said_of_every_problem():
    def turned(y_hat, y):
        return np.nan if len(y) == 4 else -squared(y_hat, y)
    text = check("loss", turned).text
    assert "`J` is -" in text
    assert "in every problem" not in text


def test_what_the_notes_and_a_slip_of_the_sum_give_is_named():
    def forward(W_x, W_a, b, W_y, b_y, x, a0):
        before = np.concatenate([0 * x[:1], x[:-1]])
        return forward_all_at_once(W_x, W_a, b, W_y, b_y, before, a0)

    def backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y):
        found = with_bugs("backward")(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y)
        da_by_dW, total, dz = np.zeros((*W_a.shape, len(b))), 0, 0 * b
        blame = []
        for t in range(len(x), 0, -1):
            blame.insert(0, W_y.T @ (y_hat[t - 1] - y[t - 1]) + W_a.T @ dz)
            dz = (1 - a[t]**2) * blame[0]
        for t in range(1, len(x) + 1):
            da_by_dW = (da_by_dW @ W_a.T + np.einsum("ik,j->ijk", np.eye(len(b)), a[t - 1])) * (
                1 - a[t]**2)
            total = total + da_by_dW @ blame[t - 1]
        return found | {"W_a": total}
    assert check("forward", forward).bugs == ("x_of_time_before",)
    feedback = check("backward", backward)
    assert feedback.bugs == ("counted_again",)
    assert feedback.text.startswith("Only in `W_a`: Uses of a weight count more than once.")


def test_where_one_unit_is_right_a_product_is_suspected():
    def forward_step(W_x, W_a, b, x_t, a_prev):
        return np.tanh(W_x @ x_t + b + (W_a + np.triu(W_a, 1)) @ a_prev)
    assert "With one unit all is right" in check("forward_step", forward_step).text


@pytest.mark.parametrize(("name", "answer", "where"), [
    ("end_to_end", lambda W_a, slopes: np.linalg.matrix_power(W_a, len(slopes)) * (
        slopes.prod(axis=0)[:, None]), "T = 1 or n = 1"),
    ("loss", lambda y_hat, y: 0.5 * (y_hat - y).sum() ** 2, "T = 1 and n_y = 1"),
])
def test_the_sizes_that_alone_come_out_right_are_told(name, answer, where):
    assert f"Of these problems those with {where} come out right" in check(name, answer).text


def test_one_problem_that_comes_out_right_by_accident_is_no_pattern():
    def one_bias_a_layer(n_x, units, n_y):
        sizes = [n_x, *units]
        return sum(n * (m + n) + 1 for m, n in zip(sizes, units)) + n_y * (units[-1] + 1)
    assert "come out right" not in check("parameter_count", one_bias_a_layer).text


FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.make]


# --- steps on the way, where nothing explains an answer ---------

# what a right answer makes of the steps that are told
LEADS = {
    **dict.fromkeys(("parameter_count", "inner_node"), lambda given, way: sum(way.values())),
    **dict.fromkeys(("forward_step", "word_step"), lambda given, way: np.tanh(*way.values())),
    "loss": lambda given, way: sum((e**2).sum() / 2 for e in way.values()),
    "backward_step": lambda given, way: given["from_above"] + sum(way.values()),
    "spectral_radius": lambda given, way: max(abs(*way.values())),
    "logistic_bound": lambda given, way: given["k"] * np.log10(*way.values()),
    "path_count": lambda given, way: sum(way.values()) or 1,
    "lstm_step": lambda given, way: way["o"] * np.tanh(
        way["f"] * given["c_prev"] + way["i"] * way["g"]),
    "gru_step": lambda given, way: way["u"] * given["a_prev"] + (1 - way["u"]) * way["g"],
    "c_back": lambda given, way: given["c_from_next"] + sum(way.values()),
    "conditional_table": lambda given, way: given["p"] / way["P(x)"][:, None],
    "cost_in_nats": lambda given, way: way["cross-entropy"] - way["entropy of p"],
    "sequence_log_probability": lambda given, way: sum(*way.values()),
    "shifted": lambda given, way: np.eye(27)[way["class numbers of its rows"]],
    "nats_per_character": lambda given, way: way["their losses together"] / way["signs in all"],
}


@pytest.mark.parametrize("name", LEADS)
def test_the_steps_that_are_told_lead_to_what_is_wanted(name):
    for problem in EXERCISES[name].problems():
        found = np.asarray(LEADS[name](problem.arguments, problem.way))
        assert agree(found, next(iter(problem.want.values())).reshape(found.shape))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_answer_that_nothing_explains_is_told_a_step(name):
    steps = [problem.steps() for problem in EXERCISES[name].problems()]
    assert any(steps)
    assert all(len(step) < 200 for step in steps)


# --- what is shown ---------------------------------------------

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


def test_a_new_exercise_is_one_place(monkeypatch):
    monkeypatch.setitem(EXERCISES, "doubled", None)  # so that it goes again

    @exercise("twice x (n,)", {"squared": "This is the square.", "as_it_came": "This is x."},
              hints=("How much?", "More of `x`.", "Two of them."),
              make=lambda rng, n: ({"x": (x := rng.normal(size=n))}, x + x))
    def doubled(x, bugs=NONE):
        return pick(bugs, 2 * x, squared=x**2, as_it_came=x)

    assert "doubled" in rl.exercises.exercises()
    assert check("doubled", lambda x: x + x).ok
    assert check("doubled", lambda x: x * x).bugs == ("squared",)
    assert check("doubled", hole).text.startswith("Write `doubled`: from (x) it returns twice x")
    assert rl.exercises.bugs("doubled") == doubled.mistakes
    assert rl.hint("doubled", step=3).hints == doubled.hints

"""An exam is one that can be given: its answers hold, its numbers are drawn, its key is whole."""
import math
import re
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from tools.exam import QUESTIONS
from tools.exam.__main__ import chosen, main, sheet
from tools.exam.form import told
from tools.notebooks import all_notebooks, read

SEEDS = range(200)


@cache
def drawn(name):
    """The question of this name for each seed."""
    return [QUESTIONS[name].drawn(seed) for seed in SEEDS]


def parts(name):
    return [part for one in drawn(name) for part in one.parts]


# ---------------------------------------------------------------- the answers, a second time

def slope(f, v):
    """The derivative of f at v by a complex step: nothing of the library's way back."""
    return f(v + 1e-30j).imag / 1e-30


def numbers_to_learn(n_x, n, n_y, T):
    return n * (n_x + n + 1) + n_y * (n + 1), T * n * (n_x + n + n_y)


def one_unit(w, u, b, x):
    return [[sum(w**(t - s) * (b + u * x[s]) for s in range(t + 1)) for t in range(3)]]


def two_units(W_a, W_x, b, a0, x):
    a = [np.array(a0)]
    for x_t in x:
        z = np.array(b) + np.array(W_a) @ a[-1] + np.array(W_x)[:, 0] * x_t
        a.append(np.where(z > 0, z, 0))
    return a[1:]


def a_loss_is_a_sum(y_hat, y):
    def J(last):
        return np.sum(np.subtract([*y_hat[:3], last], y)**2) / 2
    return J(y_hat[3]), slope(J, y_hat[3])


def two_ways(w, v, a, e):
    def J(a_k, k):
        J = e[k] * v * a_k
        for t in range(k + 1, 3):
            a_k = np.tanh(np.arctanh(a[t]) + w * (a_k - a[t - 1]))
            J += e[t] * v * a_k
        return J
    return [slope(lambda a_k, k=k: J(a_k, k), a[k]) for k in (2, 1, 0)]


def last_state(ws, a, x):
    """The state after inputs x of a linear unit with a weight of its own at each time."""
    for w, x_t in zip(ws, x, strict=True):
        a = w * a + x_t
    return a


def total_and_immediate(w, a0, x):
    return ([last_state([w] * t, a0, x[:t]) for t in (1, 2)],
            slope(lambda moved: last_state([w, w, moved], a0, x), w),
            slope(lambda moved: last_state([moved] * 3, a0, x), w))


def a_matrix_going_back(W_a, W_y, e, dz):
    def along(k, way):
        return slope(lambda a: way(np.where(np.arange(2) == k, a, 0)), 0)

    def up(a):
        return e * (np.array(W_y) @ a)
    return ([along(k, up) for k in range(2)],
            [along(k, lambda a: up(a) + np.array(dz) @ np.array(W_a) @ a) for k in range(2)])


def one_factor(w, k):
    left, steps = 1.0, 0
    while left >= 0.01:
        left, steps = left * w, steps + 1
    return math.prod([w] * k), steps


def slopes(w, a):
    def end(moved):
        for t, before in enumerate([0.0, *a[:2]]):
            moved = np.tanh(np.arctanh(a[t]) + w * (moved - before))
        return moved
    return [slope(end, 0.0)]


def first_it_grows(r, c, k):
    W = np.array([[r, c], [0, r]])
    return abs(np.linalg.eigvals(W)).max(), np.linalg.matrix_power(W, k)[0, 1]


def clipped(g, most):
    g, long = np.array(g), math.hypot(*g)
    return long, g / max(1, long / most), [math.copysign(min(abs(v), most), v) for v in g]


def a_window(w, a0, x):
    return ([last_state([w] * t, a0, x[:t]) for t in (1, 2, 3)],
            *(slope(lambda moved, k=k: last_state([w] * (4 - k) + [moved] * k, a0, x), w)
              for k in (4, 2)))


def numbers_of_a_stack(n_x, n_1, n_2, n_y):
    first, second, out = ((below + own + 1) * own - last * own * own for below, own, last in
                          ((n_x, n_1, 0), (n_1, n_2, 0), (n_2, n_y, 1)))
    return second, first + second + out


def paths_of_a_gradient(s, t, top):
    ways = np.ones((s - t + 1, top))
    for i in range(1, s - t + 1):
        for j in range(1, top):
            ways[i, j] = ways[i - 1, j] + ways[i, j - 1]
    return ways[-1, -1], 1 / ways[-1, -1]


def one_step_of_c(f, i, o, g, before):
    def c(before):
        return before * f + g * i
    return c(before), math.tanh(c(before)) * o, slope(c, before)


def kept_by_a_forget_bias(b, k):
    f = (1 + math.tanh(b / 2)) / 2
    return f, math.prod([f] * k), math.log(0.5, f)


def two_coupled_responses(p, again, after):
    P = np.array([[1 - p], [p]]) * [[1 - after, after], [1 - again, again]]
    Q = P.sum(1, keepdims=True) * P.sum(0)
    return P[1, 1], P.sum(0)[1], Q[1, 1], np.sum(P * np.log(P / Q))


def a_sequence_in_logs(p, T, ones):
    each = np.log([p] * ones + [1 - p] * (T - ones))
    return each.sum(), -each.mean()


def nats_per_sign(p, many):
    return -math.log(math.prod(p)) / 4, -math.log(1 / many)


def temperature(p, tau):
    powers = np.exp(np.log(p) / tau)
    return [powers / powers.sum()]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_comes_out_a_second_way(name):
    again = globals()[name.replace(" ", "_")]
    for one in drawn(name):
        for part, found in zip(one.parts, again(**one.given), strict=True):
            assert np.allclose(part.values, np.ravel(found), rtol=1e-9, atol=1e-9), part.asks


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_working_of_the_key_leads_to_the_answer(name):
    known = {word: getattr(math, word) for word in ("ceil", "comb", "exp", "log", "sqrt", "tanh")}
    for part in parts(name):
        found = [eval(working, known) for working in part.sums]
        assert np.allclose(found, part.values, rtol=1e-9, atol=1e-9), part


# ---------------------------------------------------------------- the numbers

@pytest.mark.parametrize("name", QUESTIONS)
def test_no_answer_can_be_taken_for_another(name):
    for part in parts(name):
        answers = [np.ravel(answer) for answer in (part.answer, *part.slips.values())]
        assert np.isfinite(np.concatenate(answers)).all()
        unit = 10.0**-part.decimals
        assert all(abs(one - other).max() > 0.999 * unit for one, other in combinations(answers, 2))
        # who rounds up and who rounds down a hair must write the same
        low, high = (np.round(part.values + hair, part.decimals) for hair in (-1e-10, 1e-10))
        assert np.array_equal(low, high), part


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_number_that_was_drawn_stands_in_the_question(name):
    for one in drawn(name):
        text = " ".join([one.asks, *(part.asks for part in one.parts)]).replace("-", "−")
        numbers = set(re.findall(r"−?\d+(?:\.\d+)?", text))
        assert {told(v) for given in one.given.values() for v in np.ravel(given)} <= numbers, text


def test_a_seed_draws_the_same_sheet_and_another_one_another():
    for seed in (0, 7):
        assert sheet(seed, chosen([]), True) == sheet(seed, chosen([]), True)
    sheets = {" ".join(one.asks for one in of_seed) for of_seed in zip(*map(drawn, QUESTIONS))}
    assert len(sheets) == len(SEEDS)


def test_a_question_keeps_its_numbers_whatever_else_is_asked():
    assert sheet(7, chosen(["03"])).partition("## 1. ")[2].splitlines()[2:] == \
        sheet(7, list(QUESTIONS.values())[4:7]).partition("## 1. ")[2].splitlines()[2:]


# ---------------------------------------------------------------- the sheet

def test_every_notebook_is_asked_about_and_the_key_says_where_it_is_taught():
    headings = {f"{path.stem[:2]} *{heading}*" for path in all_notebooks()
                for cell in read(path).cells if cell.cell_type == "markdown"
                for heading in re.findall(r"^## (.*)$", cell.source, re.MULTILINE)}
    assert {one.place for one in QUESTIONS.values()} <= headings
    assert [one.notebook for one in QUESTIONS.values()] == sorted(
        one.notebook for one in QUESTIONS.values())
    assert {one.notebook for one in QUESTIONS.values()} == {f"{k:02}" for k in range(1, 10)}
    assert 12 <= len(QUESTIONS) <= 20


def test_it_writes_a_sheet_without_answers_and_a_key_with_all(tmp_path, capsys):
    assert main(["--seed", "7", "8", "--answers", "--into", str(tmp_path)]) == 0
    written = [tmp_path / f"{seed}{end}.html" for seed in (7, 8) for end in ("", "_answers")]
    assert capsys.readouterr().out.splitlines() == [str(path) for path in written]
    asked, key = (path.read_text("utf-8") for path in written[:2])
    many = sum(len(one.drawn(7).parts) for one in QUESTIONS.values())
    assert asked.count('<div class="room">') == key.count('<div class="key">') == many
    assert not any(word in asked for word in ('class="key"', "Slips", "Taught"))
    assert asked.count("<h2") == key.count("<h2") == len(QUESTIONS)
    for text in (asked, key):
        assert "<math" in text
        assert "$" not in text.partition("<main>")[2]
        assert not re.search(r'(?:src|href)="(?!data:)', text)


def test_without_answers_there_is_no_key(tmp_path):
    assert main(["03", "--into", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["1.html"]
    assert (tmp_path / "1.html").read_text("utf-8").count("<h2") == 3


@pytest.mark.parametrize(("words", "said"), [
    (["10"], "no question is on 10; there are some on 01, 02, 03, 04, 05, 06, 07, 08, 09"),
    (["--seed", "-1"], "a seed must be a whole number from 0, got -1")])
def test_what_cannot_be_asked_is_told_and_nothing_is_written(tmp_path, capsys, words, said):
    with pytest.raises(SystemExit):
        main([*words, "--into", str(tmp_path / "exam")])
    assert said in capsys.readouterr().err
    assert not (tmp_path / "exam").exists()

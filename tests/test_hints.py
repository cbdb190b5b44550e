"""Hints of every exercise: three, which lead and do not tell, and then the solution."""
import ast
import inspect
import re

import pytest
from exercises import SOLUTIONS, solutions_of, tagged

import rnnlib as rl
from rnnlib.exercises import hints
from rnnlib.exercises.form import EXERCISES
from tools.notebooks import all_notebooks, read

SOLVED = {name for path in SOLUTIONS.glob("*.py") for name in solutions_of(path)}
each = pytest.mark.parametrize("name", EXERCISES)


@pytest.fixture(autouse=True)
def new_session(monkeypatch):
    monkeypatch.setattr(hints, "_told", {})


def dense(text):
    """Text without spaces and marks of code, in which code is found however it is set."""
    return re.sub(r"[\s`]", "", text)


def written(source):
    """The lines of functions, and in them all that is put together of three names or numbers."""
    bodies = [line for node in ast.parse(source).body for line in node.body]
    lines = [line for part in bodies for line in ast.unparse(part).splitlines()]
    parts = [ast.unparse(node) for body in bodies for node in ast.walk(body)
             if isinstance(node, (ast.BinOp, ast.Call, ast.Compare)) and sum(isinstance(
                 part, (ast.Name, ast.Constant)) for part in ast.walk(node)) >= 3]
    return {dense(code) for code in lines + parts if len(dense(code)) > 6}


# --- what they say -----------------------------------------------------------------------------

@each
def test_there_are_three_different_ones_each_short_and_the_first_asks(name):
    told = EXERCISES[name].hints
    assert len(set(told)) == len(told) == 3
    assert "?" in told[0]
    for text in told:
        assert 4 <= len(text.split()) <= 35, (len(text.split()), text)
        assert text.endswith((".", "?")), text


@each
def test_no_hint_is_the_answer(name):
    exercise = EXERCISES[name]
    code = written(inspect.getsource(exercise.plain))
    if name in SOLVED:
        code |= written(rl.hint(name, step=4).solution)
    assert len(code) > 1
    for text in exercise.hints:
        assert not re.search(r"\.T\b|np\.|@|==|\*|\[t|keepdims|\breturn\b|\bdef\b", text), text
        assert not [line for line in code if line in dense(text)]


@each
def test_what_a_hint_calls_by_name_is_there(name):
    """An argument, what is returned, or what the exercise's own sentences call so."""
    exercise = EXERCISES[name]
    sentences = " ".join([exercise.returns, *exercise.mistakes.values()])
    there = {*exercise.arguments, *(q.name for q in exercise.quantities),
             *re.findall(r"`(\w+)`", sentences)}
    assert set(re.findall(r"`([^`]*)`", " ".join(exercise.hints))) <= there


# --- how they come -----------------------------------------------------------------------------

@each
def test_asked_again_it_tells_one_more_and_at_last_the_solution(name):
    all_three, many = EXERCISES[name].hints, 4 if name in SOLVED else 3
    for step in [1, 2, 3, many, many]:
        told = rl.hint(name)
        assert told.hints == all_three[:step]
        assert bool(told.solution) == (step == 4)
        assert told.more == ("" if step == many else "Run this cell again for the solution."
                             if step == 3 else "Run this cell again for the next hint.")
        assert repr(told).count("Hint ") == min(step, 3)


def test_a_step_is_the_same_whatever_was_told_and_counts_for_nothing():
    assert rl.hint("loss", step=3) == rl.hint("loss", step=3)
    assert rl.hint("loss").hints == rl.hint("loss", step=1).hints
    assert rl.hint("loss").hints == rl.hint("loss", step=2).hints
    assert rl.hint("loss", step=2).more == ""
    assert len(rl.hint("forward").hints) == 1  # each exercise counts for itself


def test_a_solution_is_the_cell_of_every_notebook_that_asks_for_it():
    told = rl.hint("parameter_count", step=4).solution
    for notebook in ("01_unrolled_graph", "06_stacked_layers"):
        cell = solutions_of(f"{notebook}.ipynb")["parameter_count"]
        assert f"# {notebook}\n{cell}" in told
    assert rl.hint("forward_step", step=3).solution == ""  # no notebook asks for it


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_a_notebook_with_exercises_says_before_them_how_to_ask(path):
    nb = read(path)
    said = [re.findall(r'rl\.hint\("(\w+)"\)', cell.source.partition("## Exercises")[2])
            for cell in nb.cells if "## Exercises" in cell.source]
    assert said == [[name] for name in [*tagged(nb, "check")][:1]]


def test_what_it_shows_is_safe_and_says_which_step():
    page = rl.hint("early_stop", step=4)._repr_html_()
    assert [page.count(f"<strong>Hint {k} of 3.</strong>") for k in (1, 2, 3)] == [1, 1, 1]
    assert "<strong>Solution.</strong> <pre><code># 09_training_on_real_sequences\ndef " in page
    assert "last &lt; len(losses)" in page
    assert "a<sup>&lt;t-1&gt;</sup>" in rl.hint("forward", step=3)._repr_html_()
    assert "Run this cell again" in rl.hint("loss")._repr_html_()


@pytest.mark.parametrize("wrong", ["los", "", None, 3])
def test_an_unknown_exercise_gets_the_sentence_of_a_check(wrong):
    with pytest.raises(ValueError, match="exercise must be one of") as of_hint:
        rl.hint(wrong)
    with pytest.raises(ValueError, match="exercise must be one of") as of_check:
        rl.check(wrong, 1)
    assert str(of_hint.value) == str(of_check.value)


@pytest.mark.parametrize(("step", "error", "sentence"), [
    (0, ValueError, "step must be at least 1, got 0"),
    (5, ValueError, "step must be at most 4, got 5"),
    (1.5, TypeError, "step must be a whole number, got 1.5")])
def test_a_step_that_is_none_gets_a_sentence_and_tells_nothing(step, error, sentence):
    with pytest.raises(error, match=sentence):
        rl.hint("loss", step=step)
    assert len(rl.hint("loss").hints) == 1

"""The laws of every exercise, asked of the registry: a new one is tested without a new line.

What students write in styles of their own stands in the files of the notebooks' exercises.
"""
import random
import re
import statistics
import time
from itertools import combinations

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.exercises import trial
from rnnlib.exercises.form import EXERCISES, Exercise

pytestmark = pytest.mark.filterwarnings("error")
MAKE = Exercise.problems
FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.make]
VALUES = [name for name, exercise in EXERCISES.items() if exercise.about]
ARRAYS = [name for name in FUNCTIONS if any(
    np.ndim(value) for value in EXERCISES[name].problems()[0].arguments.values()
    if not isinstance(value, tuple))]
NETS = {"flat": rl.Network(2, (3,), 2), "two layers": rl.Network(3, (4, 2), 5),
        "deep": rl.Network(2, (3, 3, 3), 1)}


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """Problems are made once: some are real trainings. A trial works on copies of them."""
    made = {}

    def problems(exercise, seed=0):
        if (exercise.name, seed) not in made:
            made[exercise.name, seed] = MAKE(exercise, seed)
        return made[exercise.name, seed]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Exercise, "problems", problems)
        yield


def with_bugs(name, *bugs):
    """The plain answer with some bugs in it, as quiet as a student's under `check`."""
    return lambda *given: EXERCISES[name].plain(*given, bugs=frozenset(bugs))


def numbers(exercise, problem, bugs):
    """What these bugs give, comparable; None where they stop with an error."""
    try:
        found = exercise.answer(problem, bugs)
    except ValueError:
        return None
    with np.errstate(over="ignore"):
        return tuple(np.concatenate([np.round(v, 8).ravel() + 0.0 for v in found.values()]))


def alike(exercise, problems, candidates):
    """The candidates, sets of bugs, in groups that give the same numbers in every problem."""
    groups = [list(candidates)]
    for problem in problems:
        split = {}
        for k, group in enumerate(groups):
            for bugs in group:
                looks = numbers(exercise, problem, bugs) if len(group) > 1 else None
                split.setdefault((k, looks), []).append(bugs)
        groups = list(split.values())
    return groups


def told(name):
    """The mistakes that a function can show: one that needs a T, as a count may have, cannot."""
    exercise = EXERCISES[name]
    return [bug for bug in exercise.mistakes if any(
        numbers(exercise, problem, [bug]) for problem in exercise.problems())]


EVERY_BUG = [(name, bug) for name in FUNCTIONS for bug in told(name)]


def hole(*given):
    raise NotImplementedError


# --- the plain answer --------------------------------------------------------------------------

@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_plain_answer_agrees_with_the_engine(name, seed):
    feedback = rl.check(name, with_bugs(name), seed=seed)
    assert feedback.ok, feedback
    assert feedback
    assert feedback.bugs == ()
    assert f"on {len(EXERCISES[name].problems())} random problems" in feedback.text


def test_a_right_answer_is_judged_in_a_tenth_of_a_second():
    """The median over the exercises, problems and all."""
    def seconds(name):
        start = time.perf_counter()
        assert rl.check(name, with_bugs(name), seed=17).ok
        return time.perf_counter() - start

    assert statistics.median(map(seconds, FUNCTIONS)) < 0.1


class Asked(frozenset):
    """No bugs at all; `names` are those that were asked after."""

    names = set()

    def __contains__(self, name):
        self.names.add(name)
        return False


@pytest.mark.parametrize("name", EXERCISES)
def test_the_mistakes_are_places_of_the_plain_answer(name):
    exercise, asked = EXERCISES[name], Asked()
    asked.names = set()
    calls = [problem.arguments for problem in exercise.problems()] if exercise.make else [
        exercise.asked(NETS["deep"], 4, "a[1, 2]")[0]]
    with np.errstate(all="ignore"):
        for given in calls:
            exercise.plain(**given, bugs=asked)
    assert set(exercise.mistakes) <= asked.names
    # two exercises may share a place, and one of them may leave it alone
    assert asked.names <= {bug for other in EXERCISES.values() for bug in other.mistakes}


def test_exercises_draw_numbers_of_their_own_and_the_same_ones_again():
    def drawn(name):
        return MAKE(EXERCISES[name], seed=5)[-1].arguments["a_prev"]

    assert np.array_equal(drawn("gru_step"), drawn("gru_step"))
    assert not np.array_equal(drawn("gru_step"), drawn("word_step"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_unit_comes_with_other_sizes_too(name):
    """Else "for n = 1 all is right" would be true of an answer that one input makes right."""
    sizes = [problem.sizes for problem in EXERCISES[name].problems()]
    others = [[many for letter, many in one.items() if letter.startswith("n_")]
              for one in sizes if one.get("n") == 1]
    if any(others):
        assert any(many > 1 for one in others for many in one)


# --- each bug by its name ----------------------------------------------------------------------

@pytest.mark.parametrize(("name", "bug"), EVERY_BUG)
def test_every_bug_is_recognised_as_itself(name, bug):
    long = max(problem.sizes.get("T", 0) for problem in EXERCISES[name].problems()) > 1000
    for seed in range(2 if long else 4):
        feedback = rl.check(name, with_bugs(name, bug), seed=seed)
        assert feedback.bugs == (bug,), f"seed {seed}: {feedback}"
        assert feedback.text.startswith(EXERCISES[name].mistakes[bug])
        assert feedback.state == "wrong"
        assert not feedback


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_two_bugs_look_alike(name, seed):
    exercise = EXERCISES[name]
    every = [(), *((bug,) for bug in told(name))]
    groups = alike(exercise, exercise.problems(seed), every)
    assert [group for group in groups if len(group) > 1] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_two_bugs_at_once_are_recognised_as_both(name):
    """Or as what comes first of all that gives the very same numbers: one bug may hide another."""
    exercise = EXERCISES[name]
    problems = exercise.problems()
    known = [bugs for many in (0, 1, 2) for bugs in combinations(told(name), many)]
    first = [group[0] for group in alike(exercise, problems, known)]
    pairs = [bugs for bugs in first if len(bugs) == 2
             and any(numbers(exercise, problem, bugs) for problem in problems)]
    assert len(pairs) > 100 or len(told(name)) < 18
    for bugs in random.Random(0).sample(pairs, min(12, len(pairs))):
        feedback = rl.check(name, with_bugs(name, *bugs))
        assert feedback.bugs == bugs, feedback
        assert feedback.text.startswith("Two things at once.")
        assert all(exercise.mistakes[bug] in feedback.text for bug in bugs)


@pytest.mark.parametrize("name", EXERCISES)
def test_sentences_tell_and_do_not_give_the_code(name):
    mistakes = EXERCISES[name].mistakes
    assert rl.exercises.bugs(name) == mistakes
    assert len(set(mistakes.values())) == len(mistakes) >= 3
    for text in mistakes.values():
        if EXERCISES[name].make:
            assert text[0].isupper() or text.startswith(("`", "a ", "y_hat", "dJ/d", "gamma ",
                                                        "sigma_1 ", "x "))
        assert text.endswith((".", ")", "?"))
        assert not re.search(r"\.T\b|np\.|@|==|\*\*|\[t|keepdims", text), text


# --- no answer, and what is done beside it -----------------------------------------------------

@pytest.mark.parametrize("answer", [hole, None, ..., lambda *given: ...])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_untouched_hole_is_open_and_says_what_to_do(name, answer):
    feedback = rl.check(name, answer)
    assert feedback.state == "open"
    assert not feedback.ok
    assert feedback.text == (f"Write `{name}`: from ({', '.join(EXERCISES[name].arguments)}) it "
                             f"returns {EXERCISES[name].returns}. Then run this cell again.")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_no_answer_gets_one_sentence(name):
    for answer, sentence in ((3.0, "is to be a function, but this is of type float"),
                             (lambda: 0, "in this order; yours takes"),
                             (lambda *given: None, r"returns None \(does it end with a"),
                             (lambda *given: ["text"] * 7, "but|text|wanted"),
                             (lambda *given: 1 / 0, "stops in line .* with ZeroDivisionError")):
        feedback = rl.check(name, answer)
        assert feedback.state == "wrong"
        assert re.search(sentence, feedback.text), feedback.text
        assert "\n" not in feedback.text


def runs_for_ever(*given):
    while True:
        pass


@pytest.mark.parametrize("name", EXERCISES)
def test_what_never_ends_is_given_up(name, monkeypatch):
    monkeypatch.setattr(trial, "SECONDS", 0.1)
    about = {} if EXERCISES[name].make else {"net": NETS["flat"], "T": 2, "node": "a[1, 1]"}
    feedback = rl.check(name, runs_for_ever, **about)
    assert feedback.state == "wrong"
    assert "still runs after 0.1 s in line " in feedback.text


@pytest.mark.parametrize("name", ARRAYS)
def test_a_changed_argument_is_told(name):
    def changing(*given, bugs=()):
        found = EXERCISES[name].named(with_bugs(name, *bugs)(*given))
        found = {q: np.array(value) for q, value in found.items()}
        for value in given:
            if np.ndim(value) and not isinstance(value, tuple):
                value += 1
        many = tuple(found.values())
        return {"dict": found, "tuple": many, "one": many[0]}[EXERCISES[name].form]

    feedback = rl.check(name, changing)
    assert feedback.state == "wrong"
    assert f"The numbers are right, but `{name}` changes its own argument" in feedback.text
    bug = told(name)[0]
    feedback = rl.check(name, lambda *given: changing(*given, bugs=[bug]))
    assert feedback.bugs == (bug,)
    assert "also changes its own argument" in feedback.text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_printed_is_kept_back(name, capsys):
    def speaking(*given):
        print("so far")
        return with_bugs(name)(*given)

    assert "also prints" in rl.check(name, speaking).text
    assert capsys.readouterr().out == ""


# --- answers that are no function --------------------------------------------------------------

def asked(name):
    """(what a question is about, given, want) for several networks and nodes."""
    for net in NETS.values():
        for node in ("a[1, 2]", f"a[{net.L}, 0]", f"a[{net.L}, 4]", "a[0, 3]"):
            about = {"net": net, "T": 4, "node": node}
            yield about, *EXERCISES[name].asked(**about)


def as_said(answer):
    """An answer as a person gives it: nodes by name, one of several possible entries."""
    if isinstance(answer, dict):
        return {key: sorted(value, key=str)[0] if isinstance(value, set) else
                tuple(9 if n is ... else n for n in value) if isinstance(value, tuple) else value
                for key, value in answer.items()}
    if isinstance(answer, (set, frozenset)):
        return {f"a[{l}, {t}]" if name == "a" else f"{name}[{t}]" for name, l, t in answer}
    return answer


@pytest.mark.parametrize("name", VALUES)
def test_the_right_value_is_right_and_the_plain_answer_has_it(name):
    for about, given, want in asked(name):
        for answer in (want, EXERCISES[name].plain(**given)):
            assert rl.check(name, as_said(answer), **about).ok
            assert rl.check(name, lambda answer=answer: as_said(answer), **about).ok


@pytest.mark.parametrize("name", VALUES)
def test_every_bug_of_a_value_is_named(name):
    met = set()
    for about, given, want in asked(name):
        for bug in EXERCISES[name].mistakes:
            answer = as_said(EXERCISES[name].plain(**given, bugs=frozenset([bug])))
            feedback = rl.check(name, answer, **about)
            if not feedback.ok and "is no node here" not in feedback.text:
                assert feedback.bugs
                if bug in feedback.bugs:
                    met.add(bug)
                    assert EXERCISES[name].mistakes[bug][1:] in feedback.text
                else:  # a dict tells the first wrong entry, and there the first that explains it
                    assert isinstance(want, dict)
    assert met == set(EXERCISES[name].mistakes)


@pytest.mark.parametrize("answer", [hole, None, ...])
@pytest.mark.parametrize("name", VALUES)
def test_an_untouched_value_is_open(name, answer):
    feedback = rl.check(name, answer, net=NETS["deep"], T=4, node="a[2, 2]")
    assert feedback.state == "open"
    assert feedback.text.startswith("Answer with ")


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_another_kind_gets_one_sentence(name):
    for answer in (object(), lambda: None, lambda: {}["none"], lambda one: one):
        feedback = rl.check(name, answer, net=NETS["deep"], T=4, node="a[2, 2]")
        assert feedback.state == "wrong"
        assert re.search("wanted|None|with KeyError|with TypeError", feedback.text), feedback.text

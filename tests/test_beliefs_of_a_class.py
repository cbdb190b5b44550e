"""A class's files together: three simulated classes whose truth is known, and hostile files."""
import json

import numpy as np
import pytest

from rnnlib.beliefs import FORMS, RIGHT, questions
from rnnlib.beliefs.classroom import collected, finished, main, report, scores
from rnnlib.beliefs.result import Result
from rnnlib.beliefs.scores import gains, items, kr20, student

K = 21


def logistic(z):
    return 1 / (1 + np.exp(-z))


# ---------------------------------------------------------------- three classes

def guessers(rng, N=3000, p=1 / 3):
    """Nobody knows: each answer is a throw of the same die. Truth: p, KR-20 and correlations 0."""
    return rng.random((N, K)) < p


def able(rng, N=4000):
    """(right, chances): abilities and difficulties spread, and the last item asks the wrong way:
    who knows more chooses it less. Truth: chances; reliability, their variance in the total's."""
    ability, hard = rng.normal(size=(N, 1)), np.linspace(-1.5, 1.5, K)
    slopes = np.r_[np.ones(K - 1), -1]
    chances = logistic(slopes * (ability - hard))
    return rng.random((N, K)) < chances, chances


def learners(rng, N, lost=0.4):
    """(before, after): each wrong belief is lost with this chance, no right answer is. Truth: the
    gain."""
    before = rng.random((N, K)) < rng.uniform(0.1, 0.7, size=(N, 1))
    return before, before | (rng.random((N, K)) < lost)


def test_of_guessers_no_question_tells_who_knows():
    right = guessers(np.random.default_rng(0))
    found, error = items(right), 4 / np.sqrt(len(right))
    assert abs(found.difficulty - 1 / 3).max() < error / 2
    assert abs(found.point_biserial).max() < error
    # the item is in the total that the groups are chosen by: sqrt of its share of the variance
    assert np.isclose(found.outer.mean(), outer_of_guessers(), atol=0.01)
    assert abs(kr20(right)) < 0.1


def outer_of_guessers(p=1 / 3, share=0.27):
    """Two normal tails of `share`, in the total's standard deviations, over what one item adds."""
    from statistics import NormalDist
    cut = NormalDist().inv_cdf(1 - share)
    return 2 * NormalDist().pdf(cut) / share * np.sqrt(p * (1 - p) / K)


def test_of_an_able_class_each_question_is_told_by_its_truth():
    right, chances = able(np.random.default_rng(1))
    found = items(right)
    assert np.allclose(found.difficulty, chances.mean(axis=0), atol=0.03)
    assert found.point_biserial[:-1].min() > 0.2 > -0.2 > found.point_biserial[-1]
    assert found.outer[:-1].min() > 0.25 > -0.1 > found.outer[-1]
    # KR-20 is a lower bound of the reliability, and near it where items are nearly alike
    straight, ability = right[:, :-1], chances[:, :-1].sum(axis=1)
    reliability = ability.var() / straight.sum(axis=1).var()
    assert reliability - 0.03 < kr20(straight) < reliability + 0.01
    assert kr20(right) < kr20(straight)


@pytest.mark.parametrize("N", [10, 30])
@pytest.mark.parametrize("which", ["of_class", "of_members"])
def test_the_interval_of_the_gain_holds_the_truth_as_often_as_it_says(which, N):
    rng, held = np.random.default_rng(2), 0
    for _ in range(1500):
        before, after = (one.mean(axis=1) for one in learners(rng, N))
        found = getattr(gains(before, after), which)
        assert found.low < found.mean < found.high
        held += found.low < 0.4 < found.high
    assert 0.93 < held / 1500 < 0.965


def test_a_large_class_shows_the_truth():
    before, after = (one.mean(axis=1) for one in learners(np.random.default_rng(3), 5000))
    found = gains(before, after)
    assert np.isclose(found.of_class.mean, 0.4, atol=0.01)
    assert np.isclose(found.of_members.mean, 0.4, atol=0.01)


# ---------------------------------------------------------------- the formulas, by hand

SMALL = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])


def test_the_formulas_on_four_people_and_three_questions():
    # totals 3, 2, 1, 0: variance 5/4; p (1 - p): 3/16, 4/16, 3/16
    assert np.isclose(kr20(SMALL), 3 / 2 * (1 - (10 / 16) / (5 / 4)))
    found = items(SMALL)
    assert np.allclose(found.difficulty, [0.75, 0.5, 0.25])
    # question 1 is 1 1 1 0 and the rest 2 1 0 0
    assert np.isclose(found.point_biserial[0], np.corrcoef([1, 1, 1, 0], [2, 1, 0, 0])[0, 1])
    # 27 % of four is one: the first against the last
    assert np.allclose(found.outer, 1)


def test_gains_by_hand():
    before, after = np.tile([0.5, 0.0], 3), np.tile([1.0, 0.5], 3)
    found = gains(before, after)
    assert np.isclose(found.of_class.mean, (0.75 - 0.25) / (1 - 0.25))
    assert np.isclose(found.of_members.mean, (1 + 0.5) / 2)
    # single gains 1 and 0.5: each is 0.25 from the mean; Student's 97.5 % of 5 degrees is 2.571
    error = np.sqrt(6 * 0.25**2 / (6 * 5))
    assert np.isclose(found.of_members.error, error)
    assert np.isclose(found.of_members.high - 0.75, 2.571 * error, rtol=3e-3)
    assert gains([1.0, *before], [0.5, *after]).members == 6
    assert gains([1.0, 1.0, *before[:4]], [1.0, 0.9, *after[:4]]).of_class is None


@pytest.mark.parametrize(("degrees", "wanted"), [(4, 2.7764), (9, 2.2622), (29, 2.0452)])
def test_students_quantiles_are_those_of_the_tables(degrees, wanted):
    assert np.isclose(student(0.975, degrees), wanted, rtol=3e-3)


def test_the_order_of_people_is_without_effect():
    right = guessers(np.random.default_rng(4), N=37)
    for one, two in zip(items(right), items(right[::-1]), strict=True):
        assert np.allclose(one, two)


def test_where_nothing_differs_nothing_is_said():
    right = np.ones((5, 3), bool)
    assert np.isnan(kr20(right))
    assert np.isnan(items(right).point_biserial).all()
    assert (items(right).outer == 0).all()


@pytest.mark.parametrize("bad", [[[1, 0]], [[1], [0]], [[2, 0], [0, 1]], [1, 0]])
def test_scores_that_are_none_are_refused(bad):
    for formula in (items, kr20):
        with pytest.raises(ValueError, match="right must be"):
            formula(bad)


def test_people_before_and_after_must_be_the_same():
    with pytest.raises(ValueError, match="after must have shape"):
        gains([0.5, 0.5], [0.5])


# ---------------------------------------------------------------- the command

def answers(right, form, rng):
    """{number: key}: of a wrong answer any wrong key."""
    return {number: RIGHT if good else rng.choice([key for key in question.keys if key != RIGHT])
            for good, (number, question) in zip(right, questions(form).items(), strict=True)}


@pytest.fixture
def a_class(tmp_path):
    """Twelve people's files, the gain that they have by the formula, and their folder."""
    rng = np.random.default_rng(5)
    both = learners(rng, 12)
    for k, pair in enumerate(zip(*both, strict=True)):
        one = Result(f"{k:08x}", {form: answers(right, form, rng)
                                  for form, right in zip(FORMS, pair, strict=True)})
        (tmp_path / f"beliefs-{one.id}.json").write_text(one.text(), encoding="utf-8")
    return tmp_path, both


def test_files_give_the_scores_that_were_put_in(a_class):
    folder, both = a_class
    results, complaints = collected(folder)
    assert complaints == []
    for form, right in zip(FORMS, both, strict=True):
        assert (scores(finished(results, form)) == right).all()


def test_the_report_says_what_the_formulas_say(a_class, capsys):
    folder, both = a_class
    assert main([str(folder)]) == 0
    said = capsys.readouterr().out
    found = gains(*(one.mean(axis=1) for one in both))
    for one in (found.of_class, found.of_members):
        assert f"{one.mean:.2f}, 95 % from {one.low:.2f} to {one.high:.2f}" in said
    for right in both:
        assert f"{right.mean():.0%} right, KR-20 {kr20(right):.2f}" in said
    line = next(line for line in said.splitlines() if line.startswith("07"))
    own = sum(result.held("before")["07"] == "own" for result in collected(folder)[0])
    assert list(map(int, line.split()[1:3])) == [both[0][:, 6].sum(), own]


def test_hostile_files_are_named_one_by_one_and_left_out(a_class, capsys):
    folder, _ = a_class
    before = report(collected(folder)[0])
    first = folder / "beliefs-00000000.json"
    (folder / "again.json").write_bytes(first.read_bytes())  # sorted before the first
    (folder / "other.json").write_text("[]", encoding="utf-8")
    (folder / "bytes.json").write_bytes(b"\xff")
    (folder / "a folder.json").mkdir()
    half = json.loads(first.read_text(encoding="utf-8"))
    half["id"] = "ffffffff"
    for form in FORMS:
        del half["forms"][form]["07"], half["forms"][form]["21"]
    (folder / "sub").mkdir()
    (folder / "sub" / "half.json").write_text(json.dumps(half), encoding="utf-8")
    results, complaints = collected(folder)
    assert len(complaints) == 6
    assert [line.partition(":")[0] for line in complaints] == [
        "a folder.json", "beliefs-00000000.json", "bytes.json", "other.json",
        *["sub/half.json"] * 2]
    assert "form before does not count, question 07, 21 is open" in complaints[4]
    assert report(results)[1:] == before[1:]
    assert main([str(folder)]) == 0
    said = capsys.readouterr().out
    assert all(line in said for line in complaints)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_results_is_said_to_be_so(tmp_path, there, capsys):
    assert main([str(tmp_path if there else tmp_path / "no")]) == 1
    said = capsys.readouterr()
    assert "no results" in said.out or "no folder" in said.err


def test_one_person_is_no_class(tmp_path, capsys):
    one = Result("0" * 8, {form: answers([True] * K, form, None) for form in FORMS})
    (tmp_path / "x.json").write_text(one.text(), encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "For a gain 5 are wanted" in said
    assert "KR-20 " not in said.partition("\n\n")[0]

"""What one believes: every key is the engine's, every place exists, files are read with care."""
import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from test_teaching import NOTEBOOKS, PAGE, ROW

from rnnlib.beliefs import FORMS, RIGHT, questions, result, shorts
from rnnlib.beliefs.form import Question, other, right, row

ROWS = {number: places for number, _, *places in ROW.findall(PAGE)}
each_form = pytest.mark.parametrize("form", FORMS)
EACH = [pytest.param(question, id=f"{form} {number}") for form in FORMS
        for number, question in questions(form).items()]
each_question = pytest.mark.parametrize("question", EACH)


@each_form
def test_each_misconception_has_its_question(form):
    assert list(questions(form)) == list(ROWS) == list(shorts())


@each_question
def test_just_one_choice_holds_and_its_key_says_so(question):
    assert [choice.key for choice in question.choices if choice.holds] == [RIGHT]
    assert question.choices[question.right].key == RIGHT


@each_question
def test_choices_differ_and_each_wrong_one_is_a_belief(question):
    assert 3 <= len(question.choices) <= 4
    assert len({choice.text for choice in question.choices}) == len(question.choices)
    assert all(choice.because for choice in question.choices)
    assert [bool(choice.belief) for choice in question.choices] == [
        choice.key != RIGHT for choice in question.choices]
    assert any(choice.own for choice in question.choices)


@each_question
def test_a_question_is_short(question):
    assert len(question.asks.split()) <= 65
    assert all(len(choice.belief.split()) <= 25 for choice in question.choices)


@each_question
def test_the_place_is_one_of_those_in_the_table_and_a_heading_there(question):
    assert any(question.place in places for places in ROWS[question.number])
    number, heading = question.heading
    text = "\n".join(cell.source for cell in NOTEBOOKS[number].cells)
    assert re.search(rf"^#+ {re.escape(heading)}$", text, re.MULTILINE)


def test_the_forms_ask_the_same_with_other_numbers():
    for one, two in zip(*(questions(form).values() for form in FORMS), strict=True):
        assert {(c.key, c.own) for c in one.choices} == {(c.key, c.own) for c in two.choices}
        assert one.asks != two.asks
        assert (one.short, one.place) == (two.short, two.place)


@each_form
def test_no_place_is_the_right_one_too_often(form):
    assert max(Counter(q.right for q in questions(form).values()).values()) <= len(ROWS) / 3


@pytest.mark.parametrize("choices", [
    (right("1", True, "x"), row("a", "2", True, "b", "c")),
    (right("1", False, "x"), row("a", "2", False, "b", "c")),
    (right("1", False, "x"), row("a", "2", True, "b", "c")),
    (right("1", True, "x"), other("a", "1", False, "b", "c")),
    (right("1", True, "x"), row("a", "2", False, "b", "c"), row("a", "3", False, "b", "c"))])
def test_a_question_with_a_wrong_key_cannot_be_made(choices):
    with pytest.raises(ValueError, match="just the right one"):
        Question("01", "x", "before", "?", choices, "01 *x*")


# ---------------------------------------------------------------- one person's file

@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.delenv("RNNLIB_KEPT", raising=False)
    return result.Own(tmp_path)


def test_an_answer_is_kept_and_found_again(own):
    assert own.result is None
    own.put("before", "01", RIGHT)
    own.put("before", "02", None)
    again = result.Own(own.folder)
    again.put("after", "01", "new arrows")
    assert [path.name for path in own.folder.iterdir()] == [f"beliefs-{again.result.id}.json"]
    assert again.result.forms == {"before": {"01": RIGHT, "02": None},
                                  "after": {"01": "new arrows"}}
    assert again.result.unanswered("before") == list(ROWS)[2:]
    held = again.result.held("before")
    assert [held[number] for number in ("01", "02", "03")] == ["right", "skipped", "open"]
    assert again.result.held("after")["01"] == "other"


def test_each_belief_of_a_row_counts_as_its_own():
    answers = {"15": "short", "20": "reads x"}
    held = result.Result("0" * 8, {"before": answers, "after": {}}).held("before")
    assert held["15"] == held["20"] == "own"


def test_a_file_holds_a_number_by_lot_and_answers_and_nothing_else(own):
    own.put("before", "01", RIGHT)
    told = json.loads(own.path.read_text(encoding="utf-8"))
    assert told.keys() == {"format", "id", "forms"}
    assert own.path.stem == f"beliefs-{told['id']}"
    other = result.Own(own.folder / "elsewhere")
    other.folder.mkdir()
    other.put("before", "01", RIGHT)
    assert other.result.id != told["id"]


def test_what_cannot_be_chosen_is_not_kept(own):
    own.put("before", "01", RIGHT)
    before = own.path.read_bytes()
    for bad in (("before", "99", RIGHT), ("before", "01", "nonsense")):
        with pytest.raises(ValueError, match="no question|no choice"):
            own.put(*bad)
    assert own.path.read_bytes() == before


def test_a_damaged_file_is_left_alone_and_another_begun(own):
    damaged = own.folder / "beliefs-00000000.json"
    damaged.write_text("{", encoding="utf-8")
    own.put("before", "01", RIGHT)
    assert damaged.read_text(encoding="utf-8") == "{"
    assert result.Own(own.folder).path == own.path != damaged


def test_the_environment_may_name_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLIB_KEPT", str(tmp_path))
    assert result.Own().folder == tmp_path


GOOD = result.Result("0123abcd", {"before": {"01": RIGHT}, "after": {"02": None}})


def spoilt(**changes):
    return json.dumps({**json.loads(GOOD.text()), **changes})


HOSTILE = {
    "nothing": ("", "holds no JSON"),
    "bytes": (b"\xff\xfe\x00\x01", "holds no JSON"),
    "half": (GOOD.text()[:-9], "holds no JSON"),
    "deep": ("[" * 90_000, "holds no JSON"),
    "large": ('"' + "x" * result.LARGEST + '"', "more than 100000 bytes"),
    "a list": ("[1, 2]", "JSON of something else"),
    "nan": ("NaN", "JSON of something else"),
    "a notebook": ('{"cells": [], "nbformat": 4}', "JSON of something else"),
    "another format": (spoilt(format="rnnlib beliefs 9"), "JSON of something else"),
    "a name for an id": (spoilt(id="Ada Lovelace"), "eight of 0-9 and a-f"),
    "no id": (spoilt(id=None), "eight of 0-9 and a-f"),
    "a number for an id": (spoilt(id=12345678), "eight of 0-9 and a-f"),
    "no forms": (spoilt(forms=None), "forms must be before and after"),
    "one form": (spoilt(forms={"before": {}}), "forms must be before and after"),
    "a list for a form": (spoilt(forms={"before": [], "after": {}}), "must be an object"),
    "a strange question": (spoilt(forms={"before": {"22": RIGHT}, "after": {}}), "no question"),
    "a strange choice": (spoilt(forms={"before": {"01": "x"}, "after": {}}), "no choice 'x'"),
    "a list for a choice": (spoilt(forms={"before": {"01": []}, "after": {}}), "no choice"),
    "true for a choice": (spoilt(forms={"before": {"01": True}, "after": {}}), "no choice True"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_sentence(name, tmp_path):
    content, sentence = HOSTILE[name]
    path = tmp_path / "x.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=sentence) as trouble:
        result.read(path)
    assert "\n" not in str(trouble.value)
    assert len(str(trouble.value)) < 200


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="no file"):
        result.read(tmp_path)


def test_a_file_written_is_read_as_it_was(tmp_path):
    path = tmp_path / "x.json"
    for one in (GOOD, replace(GOOD, forms={form: {} for form in FORMS})):
        path.write_text(one.text(), encoding="utf-8")
        assert result.read(path) == one

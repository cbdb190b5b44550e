"""The form on the page: what is answered is kept, what is opened names the belief; the picture."""
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.beliefs import FORMS, RIGHT, questions
from rnnlib.beliefs.result import Own, Result
from rnnlib.explorers import held, inventory
from tools.notebooks import ROOT

ANSWERED = {form: dict.fromkeys(questions(form), RIGHT) for form in FORMS}


def form(folder, name="after", **options):
    return rl.what_do_you_believe(name, folder=folder, **options)


def wrong(question):
    return next(k for k, choice in enumerate(question.choices) if not choice.holds)


def test_an_answer_is_kept_and_shown_again(tmp_path, kept):
    first = kept(form(tmp_path))
    question = questions("after")["01"]
    first.asked["01"].commit(wrong(question))
    first.asked["02"].commit()
    key = question.keys[wrong(question)]
    assert Own(tmp_path).result.forms == {"before": {}, "after": {"01": key, "02": None}}
    assert "Answered: 2 of 21; open: 03, 04," in first.line.value
    assert first.own.path.name in first.line.value
    again = kept(form(tmp_path))
    assert [again.asked[number].state for number in ("01", "02", "03")] == [
        "committed", "committed", "asked"]
    assert again.asked["01"].chosen == wrong(question)


def test_the_first_answer_counts(tmp_path, kept):
    asked = kept(form(tmp_path)).asked["01"]
    question = questions("after")["01"]
    asked.commit(wrong(question))
    asked.show_answer()
    asked.ask_again()
    asked.commit(question.right)
    assert Own(tmp_path).result.forms["after"]["01"] != RIGHT


@pytest.mark.parametrize(("options", "opens"), [
    ({"name": "before"}, False), ({"name": "after"}, True),
    ({"name": "before", "answers": True}, True), ({"name": "after", "answers": False}, False)])
def test_the_form_before_opens_no_answer_unless_it_is_asked_to(options, opens, tmp_path, kept):
    asked = kept(form(tmp_path, **options)).asked["05"]
    assert asked.answer == {}
    asked.commit(0)
    assert bool(asked.answer) == opens


def test_an_answer_names_the_belief_what_speaks_against_it_and_the_place(tmp_path, kept):
    asked = kept(form(tmp_path)).asked
    for number, question in questions("after").items():
        k = wrong(question)
        asked[number].commit(k)
        told = asked[number].answer
        assert told["right"] == question.right
        choice = question.choices[k]
        assert "believes" in told["why"]
        words = re.sub("<.*?>", "", told["why"])
        assert words.endswith(f"Settled in {' '.join(question.heading)}")
        assert choice.belief.partition("⟨")[0] in words
        assert 'href="' + question.heading[0] in told["why"]


def test_who_is_right_is_told_of_no_belief(tmp_path, kept):
    asked = kept(form(tmp_path)).asked["01"]
    asked.commit(questions("after")["01"].right)
    assert asked.answer["why"].startswith("Settled in <a")


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path, kept):
    asked = kept(form(tmp_path / "nowhere")).asked["01"]
    asked.commit(0)
    assert asked.note.startswith("This answer could not be kept")
    assert asked.state == "committed"


@pytest.mark.parametrize("bad", ["during", None, 1])
def test_another_form_is_refused(bad):
    with pytest.raises(ValueError, match="form must be one of 'before', 'after', got"):
        rl.what_do_you_believe(bad)


# ---------------------------------------------------------------- without a kernel

class Page(HTMLParser):
    """The links of a page, and whether all that is opened is closed in its order."""

    def __init__(self, html):
        super().__init__()
        self.links, self.open, self.count, self.groups = [], [], {}, set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag != "input":
            self.open.append(tag)
        self.groups |= {value for name, value in attrs if name == "name"}
        self.count[tag] = self.count.get(tag, 0) + 1
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", FORMS)
def test_the_page_asks_and_answers_every_question(name, tmp_path, kept):
    bundle = kept(form(tmp_path, name))._repr_mimebundle_()
    page = Page(bundle["text/html"])
    assert page.count["details"] == page.count["summary"] == len(page.links) == 21
    assert len(page.groups) == 21
    assert page.count["input"] == sum(len(q.choices) for q in questions(name).values())
    for number, question in questions(name).items():
        assert f"{number} " in bundle["text/plain"]
        assert all(choice.text in bundle["text/plain"] for choice in question.choices)
        assert not any(choice.because in bundle["text/plain"] for choice in question.choices)


def test_every_link_leads_to_a_notebook():
    for question in questions("after").values():
        (link,) = Page(inventory.link(question)).links
        assert (ROOT / "notebooks" / link.partition("#")[0]).is_file()


# ---------------------------------------------------------------- the picture

def saved(folder, **forms):
    result = Result("0123abcd", {**{form: {} for form in FORMS}, **forms})
    (folder / "beliefs-0123abcd.json").write_text(result.text(), encoding="utf-8")
    return rl.beliefs_held(folder)


def test_the_picture_shows_what_was_answered(tmp_path, kept):
    before = {**ANSWERED["before"], "01": "new at each time", "02": "total twice", "03": None}
    del before["04"]
    panel = kept(saved(tmp_path, before=before, after=ANSWERED["after"]))
    assert panel.numbers["before"].tolist() == [3, 2, 1, 0, *[4] * 17]
    chart = panel.explorer.shown["held"]
    at = {kind: sorted(zip(*mark.get_data(), strict=True)) for kind, mark in chart.marks.items()}
    assert (at["own"], at["other"], at["skipped"]) == ([(0, 0)], [(0, 1)], [(0, 2)])
    assert len(at["right"]) == 17 + 21
    # a line for each that differs and has both marks
    assert [segment[0][1] for segment in chart.links.get_segments()] == [0, 1, 2]
    assert [text.get_text() for text in chart.words][:5] == [
        "let go", "put right", "put right", "", "known"]
    assert "Before: 17 of 21 right, 1 held. After: 21 of 21 right, 0 held." in panel.live.label


def test_what_is_left_stands_first(tmp_path, kept):
    after = {**ANSWERED["after"], "20": "reads x", "07": "slope once"}
    before = {**ANSWERED["before"], "20": "reads x"}
    panel = kept(saved(tmp_path, before=before, after=after))
    panel.set(rows="what is left first")
    labels = [label.get_text() for label in panel.explorer.shown["held"].ax.get_yticklabels()]
    assert [label[-2:] for label in labels[:3]] == ["20", "07", "01"]
    assert "Held after all: 20." in panel.live.reading
    (table,) = panel._tables()
    assert table["rows"][0] == ["20", "all layers are alike", "held", "held", "still held"]


def test_without_answers_an_example_says_that_it_is_one(tmp_path, kept):
    assert "An example, nobody's answers." in kept(rl.beliefs_held(tmp_path)).live.label
    panel = kept(saved(tmp_path, before=ANSWERED["before"]))
    assert "example" not in panel.live.label
    assert "The form after is not answered yet." in panel.live.label


@pytest.mark.parametrize("before", held.STATES)
@pytest.mark.parametrize("after", held.STATES)
def test_each_pair_has_its_word(before, after):
    word = held.became(before, after)
    assert word in held.BECAME
    assert (word == "") == ("open" in (before, after))
    assert (word in ("still held", "taken up")) == (after == "own" and before != "open")
    assert (word in ("known", "let go", "put right")) == (after == "right" and before != "open")


def test_marks_differ_in_more_than_colour(kept, tmp_path):
    marks = kept(rl.beliefs_held(tmp_path)).explorer.shown["held"].marks.values()
    assert len({mark.get_marker() for mark in marks}) == len(marks)


def test_the_example_has_something_of_everything():
    for name in FORMS:
        found = set(held.example().held(name).values())
        assert {"right", "own", "other"} <= found
    assert json.loads(held.example().text())["id"] == "0" * 8
    assert np.mean([what == "right" for what in held.example().held("after").values()]) > 0.5

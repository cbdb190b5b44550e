"""Predictions: what is asked, that nothing tells before, and what is kept of the reader's word."""
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from bs4 import BeautifulSoup

import rnnlib as rl
from rnnlib.predictions import PREDICTIONS
from rnnlib.predictions.drawn import Truth
from rnnlib.predictions.form import prediction
from rnnlib.reader.kept import FILE
from rnnlib.widgets.markup import plain
from tools.notebooks import ROOT, all_notebooks, read

CALL = re.compile(r'rl\.predict\("(.+)"\)')
LEAST = 4  # signs: what is shorter stands everywhere
NAME = "uses of the loop"
NOTEBOOKS = {path: read(path) for path in all_notebooks()}
each = pytest.mark.parametrize("name", PREDICTIONS)


def cells_of(name):
    """(notebook, its cells before, the cell) wherever a prediction is asked for."""
    return [(path, nb.cells[:k], cell) for path, nb in NOTEBOOKS.items()
            for k, cell in enumerate(nb.cells) if cell.source == f'rl.predict("{name}")']


# ---------------------------------------------------------------- what is asked

@each
def test_an_answer_is_one_of_the_choices_or_a_number(name):
    asked = PREDICTIONS[name]
    assert asked.question.strip()
    assert len(set(asked.choices)) == len(asked.choices) != 1
    assert asked.answer in asked.choices or not asked.choices and asked.off >= 0
    assert asked.why.strip()


@each
def test_curves_stand_beside_all_choices_or_none(name):
    asked = PREDICTIONS[name]
    assert len(asked.pictures) == (len(asked.choices) if asked.curves else 0)
    points = [re.findall(r"([\d.]+),([\d.]+)", picture) for picture in asked.pictures]
    assert len(set(map(str, points))) == len(points)
    heights = [float(y) for curve in points for _, y in curve]
    assert not heights or (min(heights), max(heights)) == (4, 50)  # all on one scale


on_a_curve = pytest.mark.parametrize("name", [n for n, one in PREDICTIONS.items() if one.truth])


def away(truth, choice):
    """How far what a choice says is from the answer, as a share of the picture."""
    x, low, high = truth.choices[choice]
    right, height = truth.answer
    nearest = min(max(height, height if low is None else low), height if high is None else high)
    return np.hypot(truth.place("x", x) - truth.place("x", right),
                    truth.place("y", nearest) - truth.place("y", height))


@on_a_curve
def test_the_right_choice_is_marked_nearest_to_the_truth(name):
    asked = PREDICTIONS[name]
    truth = asked.truth()
    assert tuple(truth.choices) == asked.choices
    distances = {choice: away(truth, choice) for choice in asked.choices}
    nearest, second, *_ = sorted(distances, key=distances.get)
    assert nearest == asked.answer
    assert distances[nearest] < distances[second]


@on_a_curve
def test_a_truth_has_a_mark_for_each_choice_inside_its_picture(name):
    asked = PREDICTIONS[name]
    svg = ElementTree.fromstring(asked.told["chart"]["svg"])
    assert svg.get("role") == "img"
    assert "the answer is" in svg.get("aria-label")
    marks = svg.findall("g[@data-choice]")
    assert [int(mark.get("data-choice")) for mark in marks] == list(range(len(asked.choices)))
    width, height = map(float, svg.get("viewBox").split()[2:])
    places = [(float(one.get("x")), float(one.get("y"))) for one in svg.iter("text")]
    assert all(0 < x < width and 0 < y <= height for x, y in places)


def test_a_truth_without_an_end_is_refused():
    with pytest.raises(ValueError, match=r"y must be finite, got \[ 0. inf\]"):
        Truth(np.arange(2), np.array([0, np.inf]), "t", "a", {})


def test_each_is_asked_once_and_in_the_notebooks_order():
    asked = [found[1] for nb in NOTEBOOKS.values() for cell in nb.cells
             if (found := CALL.search(cell.source))]
    assert asked == list(PREDICTIONS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_prediction_has_a_cell_of_its_own(path):
    assert all(CALL.fullmatch(cell.source) for cell in NOTEBOOKS[path].cells
               if "rl.predict(" in cell.source and cell.cell_type == "code")


# ---------------------------------------------------------------- nothing tells before

def section(cells):
    """The texts and results of some cells from the last heading on, without other predictions."""
    found = []
    for cell in cells[::-1]:
        heading = cell.cell_type == "markdown" and re.search(r"^#+ ", cell.source, re.MULTILINE)
        if not CALL.fullmatch(cell.source):
            found += [cell.source[heading.start() if heading else 0:], *results(cell)]
        if heading:
            break
    return "\n".join(found[::-1])


def results(cell):
    return [output.get("text", "") + output.get("data", {}).get("text/plain", "")
            for output in cell.get("outputs", ())]


def told(text, answer):
    """Whether an answer stands in a text, as words or as a number of its own."""
    plain_answer = re.escape(plain(answer).lower())
    return len(answer) >= LEAST and re.search(
        rf"(?<![\w.−-]){plain_answer}(?![\w]|\.\d)", plain(text).lower()) is not None


@each
def test_the_answer_does_not_stand_before_it(name):
    asked = PREDICTIONS[name]
    ((_, before, _),) = cells_of(name)
    told_before = [words for words in (*asked.choices, asked.said) if told(section(before), words)]
    # where another choice is spoken of as well, it gives nothing away
    assert set(told_before) != {asked.said}
    everything = "\n".join([cell.source for cell in before])
    assert [part for part in re.split(r"(?<=[.!?]) ", asked.why)
            if len(part) > 25 and part in everything] == []


@each
def test_what_is_stored_folds_the_answer_away(name):
    asked = PREDICTIONS[name]
    ((_, _, cell),) = cells_of(name)
    ((data,),) = ([output.data for output in cell.outputs],)
    soup = BeautifulSoup(data["text/html"], "html.parser")
    folded = soup.details.extract().get_text()
    words = "".join(["Predict. ", *map(plain, (asked.question, *asked.choices, asked.then))])
    assert soup.get_text() == words
    assert data["text/plain"] == asked.text()
    assert plain(f"{asked.told['said']} {asked.why}") in folded


@pytest.mark.parametrize(("text", "answer", "truth"), [
    ("it grows 4 times as fast", "4 times", True), ("it grows 14 times", "4 times", False),
    ("a = 2.25.", "2.25", True), ("a = 2.251", "2.25", False), ("a = −0.25", "0.25", False),
    ("It *grows* fast", "grows fast", True), ("t = 0", "0", False)])
def test_an_answer_that_stands_there_is_found(text, answer, truth):
    assert told(text, answer) == truth


# ---------------------------------------------------------------- the reader's word

@pytest.fixture(autouse=True)
def here(own_folder):
    """The reader's own file."""
    return own_folder / FILE


def test_the_answer_is_asked_for_only_when_the_reader_has_committed(kept, monkeypatch):
    found = []
    asked = replace(PREDICTIONS[NAME], find=lambda: found.append(1) or "4 times")
    monkeypatch.setitem(PREDICTIONS, NAME, asked)
    shown = kept(rl.predict(NAME))
    assert not found
    shown.commit(2)
    assert found


def test_a_number_is_told_in_words():
    asked = replace(PREDICTIONS[NAME], choices=(), off=0.05, find=lambda: -0.25)
    assert asked.told["right"] == -0.25
    assert asked.told["said"] == "The answer: −0.25."


def test_what_was_chosen_is_kept_and_shown_again(kept, here):
    first = kept(rl.predict(NAME))
    assert not here.exists()
    first.commit(1)
    first.show_answer()
    entry = json.loads(here.read_text("utf-8"))["predictions"][NAME]
    assert entry.pop("on")
    assert entry == {"chosen": "3 times", "state": "opened"}
    again = kept(rl.predict(NAME))
    assert (again.chosen, again.state, again.answer["right"]) == (1, "opened", 2)
    other = kept(rl.predict("which order"))
    assert other.state == "asked"
    other.commit()
    again.ask_again()
    assert list(json.loads(here.read_text("utf-8"))["predictions"]) == ["which order"]
    assert kept(rl.predict("which order")).chosen is None
    assert list(here.parent.iterdir()) == [here]


def test_what_else_is_kept_stays(kept, here):
    here.write_text('{"opened": {"01": "2026-01-01"}}', encoding="utf-8")
    kept(rl.predict(NAME)).commit(1)
    assert json.loads(here.read_text("utf-8"))["opened"] == {"01": "2026-01-01"}


@pytest.mark.parametrize("past", [
    '{"predictions": {"%s": {"chosen": "7 times", "state": "opened"}}}',
    '{"predictions": {"%s": {"chosen": 2, "state": "gone"}}}', '{"predictions": {"%s": 3}}'])
def test_what_can_no_longer_be_chosen_is_asked_anew(kept, here, past):
    here.write_text(past % NAME, encoding="utf-8")
    assert kept(rl.predict(NAME)).state == "asked"


@pytest.mark.parametrize("broken", ["{", "[]", '{"predictions": 3}', "\udcff"])
def test_a_broken_file_is_said_and_left_alone(kept, here, broken):
    here.write_bytes(broken.encode("utf-8", "surrogateescape"))
    before = here.read_bytes()
    shown = kept(rl.predict(NAME))
    shown.commit(1)
    assert shown.note == ("Nothing is kept: my_course.json: this is not what the course has "
                          "written. Mend it or delete it.")
    assert shown.answer["right"] == 2
    assert here.read_bytes() == before
    here.unlink()
    shown.show_answer()
    assert shown.note == ""


def test_a_folder_that_cannot_be_written_is_no_obstacle(kept, here, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    shown = kept(rl.predict(NAME))
    shown.commit(1)
    assert shown.note.startswith("Nothing is kept: my_course.json: Permission denied.")
    assert shown.state == "committed"


def test_a_prediction_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="name must be one of .*uses of the loop.*, got 'loop'"):
        rl.predict("loop")


def test_no_two_have_one_name():
    with pytest.raises(ValueError, match="there is a prediction 'uses of the loop' already"):
        @prediction("Which?", "a", "b", why="")
        def uses_of_the_loop():
            return "a"


def test_the_reader_is_told_where_it_is_kept_and_git_leaves_it_out():
    for name, words in (("README.md", f"`notebooks/{FILE}`"), (".gitignore", FILE)):
        assert words in (ROOT / name).read_text("utf-8")

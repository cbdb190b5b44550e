"""The lectures' lists: they name what is there, are short enough for a slide, fill their time."""
import re
from dataclasses import replace

import pytest

from rnnlib.predictions import PREDICTIONS
from tools.notebooks import ROOT, all_notebooks, has_picture, read
from tools.slides import lectures, marks
from tools.slides.__main__ import main
from tools.slides.deck import notes

LECTURES = lectures.all_lectures()
# each once: the longer lectures take theirs from the others
SLIDES = {f"{name}-{slide.name}": slide for name, lecture in LECTURES.items()
          for slide in lecture.slides if lecture.minutes == 45}
ASKING = {name: slide for name, slide in SLIDES.items() if slide.predict}
NUMBER = re.compile(r"\d+\.\d+")
LONGEST = 5  # minutes


@pytest.fixture(params=SLIDES)
def slide(request):
    return SLIDES[request.param]


def asked(slide):
    return PREDICTIONS[slide.predict]


def texts(slide):
    """All that is read on a slide, its picture apart."""
    choices = asked(slide).choices if slide.predict else []
    return [slide.heading, slide.words, slide.question, *choices, slide.answer]


def test_there_are_ten_lectures_of_45_minutes_and_two_of_90():
    minutes = [lecture.minutes for lecture in LECTURES.values()]
    assert minutes == [45] * 10 + [90] * 2
    shown = {slide.notebook for slide in SLIDES.values() if slide.cell}
    # what one believes, each asks oneself
    assert shown == {path.stem[:2] for path in all_notebooks()} - {"10"}


def test_the_teachers_page_lists_every_lecture():
    """Where this fails, the rows to be put in stand in the message."""
    rows = [f"| `{name}` {lecture.title} | {lecture.minutes} | {len(lecture.slides)} | "
            f"{', '.join(sorted({slide.notebook for slide in lecture.slides} - {''}))} |"
            for name, lecture in LECTURES.items()]
    page = (ROOT / "docs" / "teaching.md").read_text("utf-8")
    assert [line for line in page.splitlines() if line.startswith("| `")] == rows, "\n".join(rows)


@pytest.mark.parametrize("name", LECTURES)
def test_the_slides_fill_the_time(name):
    lecture = LECTURES[name]
    assert sum(slide.minutes for slide in lecture.slides) == lecture.minutes
    assert all(1 <= slide.minutes <= LONGEST for slide in lecture.slides)
    names = [slide.name for slide in lecture.slides]
    assert len(names) == len(set(names))


def test_a_slide_names_cells_that_are_there(slide):
    assert bool(slide.notebook) == bool(slide.cells)
    assert slide.name == re.sub(r"[^a-z0-9-]", "", slide.name.lower())
    for name in slide.cells:
        assert lectures.cell_of(slide, name).id == name
    if slide.step or slide.preset:
        assert has_picture(lectures.cell_of(slide, slide.cell))


def test_a_slide_has_few_words(slide):
    assert lectures.count(slide.heading) > 0
    assert lectures.count(" ".join(texts(slide))) <= lectures.MOST_WORDS, texts(slide)


def test_a_slide_has_one_picture_at_most(slide):
    if slide.cell:
        cell = lectures.cell_of(slide, slide.cell)
        assert cell.cell_type == "code"
        assert len(cell.outputs) == 1 or not has_picture(cell)
    assert "![" not in "".join(texts(slide))


def test_the_speaker_finds_the_minute_a_question_and_what_goes_wrong(slide):
    told = notes(slide, 12, None)
    assert f"**Minute:** 12 to {12 + slide.minutes}" in told
    for text, name in ((slide.ask, "Ask"), (slide.wrong, "Often got wrong")):
        assert lectures.count(text) >= 3
        assert f"**{name}:** {text}" in told
    if slide.cells:
        assert re.search(rf"\*\*From:\*\* {slide.notebook} \*(?!\d).+\*", told)


def test_numbers_on_a_slide_stand_in_a_notebook(slide):
    everything = "\n".join(path.read_text("utf-8") for path in all_notebooks())
    assert [number for text in texts(slide) for number in NUMBER.findall(text)
            if number not in everything] == []


def test_questions_have_answers(slide):
    assert bool(slide.predict) == bool(slide.question) == bool(slide.answer)


@pytest.mark.parametrize("name", ASKING)
def test_a_prediction_is_one_of_the_notebook(name):
    slide = ASKING[name]
    assert lectures.cell_of(slide, slide.cells[-1]).source == f'rl.predict("{slide.predict}")'


def test_a_prediction_that_the_notebook_does_not_ask_is_told():
    slide = replace(next(iter(ASKING.values())), predict="nobody asks")
    with pytest.raises(LookupError, match="notebook 00 does not ask 'nobody asks'"):
        _ = slide.cells


# ---------------------------------------------------------------- the parts

@pytest.mark.parametrize(("text", "words"), [
    ("two words", 2), ("a formula $a + b$ and", 4), ("$$\nx = 1\n$$ here", 2), ("- 1 · 2 = 2", 3),
    ("[a link](of/many/words.md) <b>x</b>", 3), ("", 0)])
def test_words_are_counted(text, words):
    assert lectures.count(text) == words


def test_lectures_are_chosen_by_the_beginning_of_their_names():
    assert [one.name for one in lectures.chosen(["03", "for"])] == [
        "03a_two_ways", "03b_total_and_immediate", "forward"]
    assert len(lectures.chosen([])) == 12


def test_a_lecture_that_is_not_there_is_told(capsys, tmp_path):
    assert main(["3", "--to", str(tmp_path)]) == 1
    assert "there is no lecture '3'; there are 01_unrolled_graph, " in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_the_lists_are_kept_with_the_notebooks():
    assert lectures.FOLDER == ROOT / "notebooks" / "lectures"
    assert {path.suffix for path in lectures.FOLDER.iterdir()} == {".toml"}


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_the_marks_in_the_cells_are_those_of_the_lists(path):
    """Where this fails: python -m tools.slides --mark"""
    assert marks.marked(path) == read(path)
    kinds = {cell.metadata.slideshow.slide_type for cell in read(path).cells}
    assert "skip" in kinds <= {"slide", "fragment", "skip"}
    assert ("slide" in kinds) == (path.stem[:2] != "10")

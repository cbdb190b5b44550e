"""What the teacher's page says of the notebooks is so: what to show, to ask, what is believed."""
import re

import pytest
from explorer_cases import EXPLORERS, explorer

from rnnlib.exercises import EXERCISES
from rnnlib.predictions import PREDICTIONS
from rnnlib.widgets.markup import plain
from tools.notebooks import ROOT, all_notebooks, has_picture, read
from tools.slides.lectures import all_lectures

NOTEBOOKS = {path.stem[:2]: read(path) for path in all_notebooks()}
PAGE = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d\d) \| (.+?) \| (.*?) ?\| (.*?) ?\|$", re.MULTILINE)
TAG = re.compile(r"misconception-(\d\d)")


def tagged():
    """Of every tagged cell: (number of the misconception, its place in words, the cell)."""
    for number, nb in NOTEBOOKS.items():
        heading = ""
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                heading = ([heading] + re.findall(r"^#+ (.*)$", cell.source, re.MULTILINE))[-1]
            for tag in cell.metadata.get("tags", ()):
                if found := TAG.fullmatch(tag):
                    yield found[1], f"{number} *{heading}*", cell


TAGGED = list(tagged())


def places(number, kind):
    """The places of the tagged cells of a kind, as the page has them."""
    found = [place for one, place, cell in TAGGED if one == number and kind(cell)]
    return ", ".join(dict.fromkeys(found)) or "\N{EN DASH}"


def checks(cell):
    return "assert " in cell.source


@pytest.mark.parametrize(("number", "place"), [(one, place) for one, place, _ in TAGGED])
def test_a_tagged_cell_is_code_that_shows_or_checks(number, place):
    assert number in {row[0] for row in ROW.findall(PAGE)}
    for one, where, cell in TAGGED:
        if (one, where) == (number, place):
            assert cell.cell_type == "code"
            assert has_picture(cell) or checks(cell)


@pytest.mark.parametrize("number", [number for number, *_ in ROW.findall(PAGE)])
def test_each_misconception_is_shown_and_checked(number):
    cells = [cell for one, _, cell in TAGGED if one == number]
    assert any(map(checks, cells))
    assert any(map(has_picture, cells))


def test_the_page_says_where_the_tagged_cells_stand():
    """Where this fails, the table to be put in stands in the message."""
    rows = ROW.findall(PAGE)
    assert [row[0] for row in rows] == [f"{k:02}" for k in range(1, len(rows) + 1)]
    table = [f"| {number} | {text} | {places(number, has_picture)} | {places(number, checks)} |"
             for number, text, *_ in rows]
    assert [line for line in PAGE.splitlines() if ROW.match(line)] == table, "\n".join(table)


def test_every_section_that_the_page_names_is_there():
    named = re.findall(r"(\d\d) \*([^*]+)\*(?: to \*([^*]+)\*)?", PAGE)
    assert len(named) > 10
    for number, *headings in named:
        text = "\n".join(cell.source for cell in NOTEBOOKS[number].cells)
        for heading in filter(None, headings):
            assert re.search(rf"^#+ {re.escape(heading)}", text, re.MULTILINE), heading


# ---------------------------------------------------------------- notebook by notebook

SECTIONS = {number: (title, text) for number, title, text in re.findall(
    r"^### (\d\d) ([^\n]*)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)}
README = (ROOT / "README.md").read_text("utf-8")


def said(number, word):
    """What the points that begin with a word say in a notebook's section, each on one line."""
    points = re.findall(r"^- \*\*(\w[\w ]*)\*\*:? (.*?)(?=^- |\Z)", SECTIONS[number][1],
                        re.MULTILINE | re.DOTALL)
    return [" ".join(text.split()) for kind, text in points if kind == word]


def italics(text):
    return re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", text)


def code(number):
    return "\n".join(cell.source for cell in NOTEBOOKS[number].cells if cell.cell_type == "code")


def counts(number):
    """The line under a notebook's heading: its minutes, as the README has them, its lectures."""
    row = next(line for line in README.splitlines() if line.startswith(f"| [{number} "))
    core, further, exercises = (text.strip() for text in row.split("|")[3:6])
    more = [f"{many} {of}" for many, of in ((further, "more of *Further*"),
                                            (exercises, "of exercises")) if many]
    names = [f"`{name}`" for name, one in all_lectures().items()
             if number in {slide.notebook for slide in one.slides}]
    lectures = f" Lectures: {', '.join(names)}." if names else ""
    return f"{', '.join([f'{core} minutes', *more])}.{lectures}"


def test_every_notebook_has_its_section():
    assert {number: title for number, (title, _) in SECTIONS.items()} == {
        number: nb.cells[0].source.splitlines()[0][5:] for number, nb in NOTEBOOKS.items()}
    assert list(SECTIONS) == sorted(NOTEBOOKS)


def test_the_minutes_are_those_of_the_readme_and_the_lectures_those_there_are():
    """Where this fails, the lines to be put in stand in the message."""
    wanted = {number: counts(number) for number in SECTIONS}
    found = {number: text.strip().splitlines()[0] for number, (_, text) in SECTIONS.items()}
    assert found == wanted, "\n".join(wanted.values())


@pytest.mark.parametrize("number", SECTIONS)
def test_the_order_is_that_of_the_notebook(number):
    headings = [found for cell in NOTEBOOKS[number].cells if cell.cell_type == "markdown"
                for found in re.findall(r"^## (.*)$", cell.source, re.MULTILINE)]
    (order,) = said(number, "Order")
    named = italics(order)
    assert len(named) >= 3
    assert [headings.index(one) for one in named] == sorted(headings.index(one) for one in named)


@pytest.mark.parametrize("number", SECTIONS)
def test_every_picture_and_button_to_show_is_there(number):
    shown = said(number, "Show")
    assert shown
    for text in shown:
        calls = re.findall(r"`(rl\.(\w+)\(.*?\))`", text)
        assert calls
        assert all(call in code(number) for call, _ in calls), calls
        panels = [explorer(name) for _, name in calls if name in EXPLORERS]
        known = {words for one in panels for words in (
            *one.explorer.presets, *(control.told["label"] for control in one.controls.values()))}
        assert set(italics(text)) <= known, known


@pytest.mark.parametrize("number", list(SECTIONS)[:-1])
def test_every_question_is_the_notebooks_own_with_its_answer_and_wrong_choices(number):
    asked = said(number, "Ask")
    assert asked
    for text in asked:
        name, answer, rest = re.match(r"`([^`]+)`: \*\*(.+?)\*\*\.? (.*)", text).groups()
        assert f'rl.predict("{name}")' in code(number)
        prediction = PREDICTIONS[name]
        assert answer == plain(prediction.said)
        wrong = {plain(choice) for choice in prediction.choices} - {answer}
        assert wrong >= set(italics(rest)) > set(), wrong


@pytest.mark.parametrize("number", SECTIONS)
def test_every_misconception_of_the_notebook_is_explained(number):
    (text,) = said(number, "Got wrong")
    assert set(re.findall(r"\((\d\d)\)", text)) == {
        one for one, place, _ in TAGGED if place.startswith(number)}


@pytest.mark.parametrize("number", SECTIONS)
def test_the_exercises_are_named_and_solved(number):
    tags = [tag.removeprefix("exercise:") for cell in NOTEBOOKS[number].cells
            for tag in cell.metadata.get("tags", ()) if tag.startswith("exercise:")]
    named = [re.findall(r"`(\w+)`", text) for text in said(number, "Solutions")]
    assert named == [tags] * bool(tags)
    assert all(EXERCISES[name].plain.__name__ == name for name in tags)
    path = next(path for path in all_notebooks() if path.stem.startswith(number))
    assert (ROOT / "tests/solutions" / f"{path.stem}.py").exists() == bool(tags)

"""What the teacher's page says of the notebooks is so: where each misconception is met."""
import re

import pytest

from tools.notebooks import ROOT, all_notebooks, has_picture, read

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

"""How long a notebook takes, counted; the README says so, and this holds it to the count.

Reading at 150 words a minute (sources are not read), 9 s for a line of code, 65 s for a
prediction or a question of notebook 10, 3 minutes for a picture; an exercise takes 1.5 minutes and
1.6 more for each line of its solution. The README's minutes are rounded to 5 and may be off by 5. A
section whose heading begins with *Further:* can be left out, as an exercise that says so; both are
counted apart.
"""
import ast
import builtins
import re

import nbformat
import pytest
from exercises import solutions_of

from rnnlib.predictions import PREDICTIONS
from tools.notebooks import ROOT, all_notebooks, has_picture, read
from tools.site.questions import CALL

PATHS = all_notebooks()
ROW = re.compile(r"^\| \[(\d\d) .*?\]\(.*?\) \| .*? \| (\d+) \| (\d*) ?\| (\d*) ?\|$", re.MULTILINE)
PER_WORD, PER_LINE, PER_PREDICTION, PER_PICTURE = 1 / 150, 9 / 60, 65 / 60, 3
PER_EXERCISE, PER_SOLVED_LINE = 1.5, 1.6
OFF = 5


def parts(nb):
    """{part: [(text of markdown, or None, and the cell), ...]}, cut at the headings."""
    part, found = "core", {"core": [], "further": [], "sources": [], "exercises": []}
    for cell in nb.cells:
        texts = re.split(r"^(?=##? )", cell.source, flags=re.MULTILINE)
        if asked := CALL.fullmatch(cell.source):
            texts = [read_of(PREDICTIONS[asked[1]])]
        for text in texts if asked or cell.cell_type == "markdown" else [None]:
            if heading := re.match(r"##? (\w+)", text or ""):
                part = heading[1].lower() if heading[1].lower() in found else "core"
            found[part].append((text, cell))
    return found


def read_of(asked):
    """What is read of a prediction: all of it."""
    return " ".join([asked.text(), asked.then, asked.said, asked.why]).replace(
        "Predict.", "**Predict.**", 1)


def words(text):
    """How many words; a formula is one."""
    text = re.sub(r"\$\$?[^$]*\$\$?", " formula ", re.sub(r"<[^>]*>|\]\([^)]*\)", " ", text))
    return sum(any(map(str.isalnum, word)) for word in text.split())


def minutes(pieces):
    """Of reading, running and predicting in some pieces of a notebook."""
    text = "\n".join(text for text, _ in pieces if text)
    code = [cell for text, cell in pieces if text is None]
    lines = sum(bool(line.strip()) for cell in code for line in cell.source.splitlines())
    pictures = sum(map(has_picture, code))
    asked = sum(output.get("data", {}).get("text/html", "").count('class="belief"')
                for cell in code for output in cell.outputs)
    return (words(text) * PER_WORD + lines * PER_LINE + pictures * PER_PICTURE
            + (text.count("**Predict.**") + asked) * PER_PREDICTION)


def of_exercises(path, nb):
    """Minutes of the exercises, and of those that can be left out."""
    solved, text, found = solutions_of(path), "", [0, 0]
    for cell in nb.cells:
        text = cell.source if cell.cell_type == "markdown" else text
        for tag in cell.metadata.get("tags", ()):
            if tag.startswith("exercise:"):
                lines = solved[tag.removeprefix("exercise:")].splitlines()[1:]
                found[". Further.**" in text] += PER_EXERCISE + PER_SOLVED_LINE * sum(
                    bool(line.strip()) for line in lines)
    return found


def counted(path):
    """(core, further, exercises) in minutes."""
    nb = read(path)
    found, (exercises, more) = parts(nb), of_exercises(path, nb)
    return minutes(found["core"]), minutes(found["further"]) + more, exercises


def rounded(many):
    return 5 * round(many / 5) or ""


def test_the_readme_says_how_long_each_notebook_takes():
    """Where this fails, the message holds the columns to be put in."""
    promised = {number: [int(text or 0) for text in texts]
                for number, *texts in ROW.findall((ROOT / "README.md").read_text("utf-8"))}
    truth = {path.stem[:2]: counted(path) for path in PATHS}
    columns = "\n".join(f"{number} | {' | '.join(str(rounded(many)) for many in found)} |"
                        for number, found in truth.items())
    assert promised.keys() == truth.keys(), columns
    for number, found in truth.items():
        for said, many in zip(promised[number], found, strict=True):
            assert abs(said - many) <= OFF, columns


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_can_be_left_out_says_so_in_its_heading(path):
    for cell in read(path).cells:
        tags = cell.metadata.get("tags", ())
        assert ("further" in tags) == (re.search(r"^## Further: ", cell.source, re.M) is not None)


def names(cells):
    """(names that the code of some cells binds, names that it reads from elsewhere)."""
    bound, read = set(), set()
    for cell in cells:
        for node in ast.walk(ast.parse(cell.source)):
            match node:
                case ast.Name(id=name, ctx=context):
                    (read if isinstance(context, ast.Load) else bound).add(name)
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                    bound.add(name)
                case ast.alias(name=name, asname=other):
                    bound.add(other or name)
    return bound, read - bound - set(vars(builtins))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_can_be_left_out_is_needed_nowhere_else(path):
    found = parts(read(path))
    kept, further = ([cell for part in which for text, cell in found[part] if text is None]
                     for which in (("core", "exercises"), ("further",)))
    assert names(kept)[1] & names(further)[0] == set()


def test_a_name_that_only_a_further_section_binds_is_found():
    cells = [nbformat.v4.new_code_cell(source) for source in (
        "import numpy as np\ndef f(x):\n    return x + y", "z = [k for k in range(3)]")]
    assert names(cells) == ({"np", "f", "x", "z", "k"}, {"y"})

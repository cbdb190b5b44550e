"""The lectures: what stands on each slide, as `notebooks/lectures/*.toml` lists it.

A lecture has a `title`, its `minutes` and a list of slides, `[[slide]]`, or takes slides of other
lectures, `[[from]]`, by their names or all. What a slide may say is told at `Slide`.
"""
import re
import tomllib
from dataclasses import dataclass
from functools import cache

from tools.notebooks import ROOT, all_notebooks, read
from tools.site.questions import CALL

FOLDER = ROOT / "notebooks" / "lectures"
MOST_WORDS = 40
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
# what is one word, and what is none
FORMULA, NO_WORD = re.compile(r"\$\$?[^$]+\$\$?"), re.compile(r"<[^>]*>|\]\([^)]*\)")


@dataclass(frozen=True)
class Slide:
    """One slide: a heading, at most 40 words, at most one picture, and notes for the speaker.

    name      by which another lecture takes it
    heading   and words: markdown, with formulas
    minutes   how long it is shown
    notebook  two digits of a notebook; cell is the id of one of its cells
    cell      whose picture stands here, or whose code, if it shows none
    step      at which step a stepper begins, from 1; preset: the text of a recorded button
    predict   the name of a prediction of the notebook, whose choices are shown; the slide asks
              in its own short words, `question`, and answers in `answer`
    ask       the question for the room; wrong: what students get wrong; do: what to press
    """

    name: str
    heading: str
    minutes: int
    ask: str
    wrong: str
    words: str = ""
    notebook: str = ""
    cell: str = ""
    step: int = 0
    preset: str = ""
    predict: str = ""
    question: str = ""
    answer: str = ""
    do: str = ""

    @property
    def cells(self):
        """Ids of the notebook's cells that stand on it, the one that comes first in front."""
        asking = self.predict and asking_cell(self)
        return [one for one in (self.cell, asking) if one]


@dataclass(frozen=True)
class Lecture:
    """A list of slides that takes so many minutes."""

    name: str
    title: str
    minutes: int
    slides: tuple


def all_lectures():
    """{name: lecture}, the ten of 45 minutes first."""
    found = [lecture(path.stem) for path in FOLDER.glob("*.toml")]
    return {one.name: one for one in sorted(found, key=lambda one: (one.minutes, one.name))}


@cache
def lecture(name):
    """A lecture by the name of its file."""
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    slides = [Slide(**row) for row in told.get("slide", ())]
    for part in told.get("from", ()):
        there = {slide.name: slide for slide in lecture(part["lecture"]).slides}
        slides += [there[one] for one in part.get("slides", there)]
    return Lecture(name, told["title"], told["minutes"], tuple(slides))


def chosen(words):
    """The lectures whose names begin as asked; all without. ValueError for what there is not."""
    every = all_lectures()
    for word in words:
        if not any(name.startswith(word) for name in every):
            raise ValueError(f"there is no lecture {word!r}; there are {', '.join(every)}")
    return [one for name, one in every.items() if not words or name.startswith(tuple(words))]


@cache
def notebook(number):
    """(path, notebook) of the notebook whose name begins with two digits."""
    (path,) = (path for path in all_notebooks() if path.stem[:2] == number)
    return path, read(path)


def cell_of(slide, name):
    """A cell of a slide's notebook, by its id."""
    return next(cell for cell in notebook(slide.notebook)[1].cells if cell.id == name)


def asking_cell(slide):
    """The id of the cell that asks a slide's prediction; LookupError where there is none."""
    for cell in notebook(slide.notebook)[1].cells:
        asked = CALL.fullmatch(cell.source)
        if asked and asked[1] == slide.predict:
            return cell.id
    raise LookupError(f"notebook {slide.notebook} does not ask {slide.predict!r}")


def place_of(slide):
    """Where its first cell stands: the notebook's number and the heading, in words."""
    heading = ""
    for cell in notebook(slide.notebook)[1].cells:
        found = HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        if cell.id == slide.cells[0]:
            place = found[0] if cell.source.startswith("#") else heading
            return f"{slide.notebook} *{place.removeprefix(f'{slide.notebook} ')}*"
        heading = [heading, *found][-1]
    raise LookupError(f"notebook {slide.notebook} has no cell {slide.cells[0]}")


def count(text):
    """How many words a text of markdown has; a formula is one."""
    text = NO_WORD.sub(" ", FORMULA.sub(" formula ", text))
    return sum(any(map(str.isalnum, word)) for word in text.split())

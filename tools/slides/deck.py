"""One lecture as a deck: a page of the site's parts that reveal.js turns."""
import copy
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader
from nbformat.v4 import new_notebook

from rnnlib.predictions import PREDICTIONS
from rnnlib.widgets.markup import marked_up
from tools.notebooks import has_picture
from tools.site import graphs, page, text
from tools.slides import lectures, reveal

HERE = Path(__file__).parent
TEMPLATES = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
                        lstrip_blocks=True)


def deck(lecture, live):
    """The deck of a lecture: its file's text as `html`, `pictures` {name: PNG} and `recordings`
    {name: script}.

    live  {notebook's number: what a kernel knew of its pictures}, see `site.kernel.taken`
    """
    made = SimpleNamespace(states={}, pictures={}, recordings={})
    slides, start = [], 0
    for number, slide in enumerate(lecture.slides, 1):
        slides.append(parts(slide, start, f"{number:02}", live, made))
        start += slide.minutes
    made.html = TEMPLATES.get_template("deck.html").render(
        lecture=lecture, slides=slides, states=graphs.as_script(made.states),
        policy=page.POLICY.format(scripts=reveal.written()))
    return made


def parts(slide, start, number, live, made):
    """What the template puts on a slide, as HTML; `picture` or `code` is what its cell shows."""
    cell = slide.cell and copy.deepcopy(lectures.cell_of(slide, slide.cell))
    shown = {"picture" if has_picture(cell) else "code": cell_html(slide, cell, number, live, made)
             } if cell else {}
    asked = PREDICTIONS[slide.predict] if slide.predict else None
    return SimpleNamespace(
        slide=slide, heading=inline(slide.heading), words=text.html_of(slide.words),
        question=inline(slide.question), answer=inline(slide.answer),
        choices=[marked_up(one) for one in asked.choices] if asked else [],
        late=bool(shown or slide.words), notes=text.html_of(notes(slide, start, asked)),
        **{"picture": "", "code": "", **shown})


def cell_html(slide, cell, number, live, made):
    """A cell's picture, live, or its code with what it printed."""
    if not has_picture(cell):
        return text.cells(new_notebook(cells=[cell]))
    found, place = live[slide.notebook], f"{slide.notebook}-{cell.id}"
    if graphs.has_graph(cell):
        place = f"{number}-{place}"
        made.states[place] = found.graphs[cell.id] | (
            {"frame": slide.step - 1} if slide.step else {})
    elif cell.id in found.recordings:
        made.recordings[f"{place}.js"] = page.recording(place, found.recordings[cell.id])
    outputs = [page.shown(output, place, made) for output in cell.outputs]
    return "".join(output.data["text/html"] for output in outputs if "text/html" in
                   output.get("data", {}))


def inline(markdown):
    """Markdown of one paragraph as HTML without the paragraph."""
    return text.html_of(markdown).strip().removeprefix("<p>").removesuffix("</p>")


def notes(slide, start, asked):
    """What the speaker reads, as markdown: the minute, what to do and ask, what goes wrong."""
    lines = {"Minute": f"{start} to {start + slide.minutes}",
             "From": slide.cells and lectures.place_of(slide), "Do": slide.do, "Ask": slide.ask,
             "Often got wrong": slide.wrong,
             "The answer in full": asked and f"{asked.said}. {asked.why}"}
    return "\n\n".join(f"**{name}:** {said}" for name, said in lines.items() if said)

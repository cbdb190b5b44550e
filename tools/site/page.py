"""One notebook as a page: what of its outputs lives here, and what only JupyterLab can do."""
import base64
import copy
from html import escape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from nbformat.v4 import new_output

import rnnlib as rl
from tools.notebooks import SVG, code_cells, read
from tools.site import graphs, questions, text

HERE = Path(__file__).parent
TEMPLATES = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
                        lstrip_blocks=True)
# Scripts are the page's own files and nothing is asked of another host. A page in a folder has no
# host of its own, so files are named. Styles may stand in the text, as in matplotlib's pictures.
POLICY = ("default-src 'none'; script-src 'self' file:{scripts}; img-src 'self' file: data:; "
          "style-src 'self' file: 'unsafe-inline'; frame-src 'self' file:; base-uri 'none'; "
          "form-action 'none'")
# an SVG as an address inside a page: quoted, which packs better than base64
SAFE = " !$'()*+,-./:;=?@_~"
STANDS_STILL = ("This picture stands still here. It moves in JupyterLab: "
                "<code>python3 course.py open</code>")
PROGRESS = "rl.progress()"
KEEPS_NO_LIST = ("This page keeps no list of what you have done. The questions about a notebook "
                 "stand at its end; those that are due are asked in JupyterLab: "
                 "<code>python3 course.py open</code>")
CHECKED = ("This page runs no code. Your answer is written and checked in JupyterLab: "
           "<code>python3 course.py open</code>")


def title(nb):
    """A notebook's main heading."""
    return nb.cells[0].source.splitlines()[0].removeprefix("# ")


def page(path, live):
    """The page of a notebook: `title`, its cells as `html`, `states` {place: traits} of its
    graphs and predictions, `pictures` {name: PNG}, `recordings` {name: script} of its explorers.

    live  what a kernel knew of its graphs and explorers, see `kernel.taken`
    """
    nb = copy.deepcopy(read(path))
    made = SimpleNamespace(title=title(nb), states={}, pictures={}, recordings={})
    for _, cell in code_cells(nb):
        place = f"{path.stem[:2]}-{cell.id}"
        if cell.id in live.graphs:
            made.states[place] = live.graphs[cell.id]
        if cell.id in live.recordings:
            made.recordings[f"{place}.js"] = recording(place, live.recordings[cell.id])
        if asked := questions.asked_by(cell):
            places = [f"{place}-{k}" if k else place for k in range(len(asked))]
            made.states |= zip(places, map(questions.traits, asked))
            cell.outputs = [as_html("\n".join(map(question, places, asked)))]
        elif cell.source == PROGRESS:
            cell.outputs = [as_html(f'<p class="note">{KEEPS_NO_LIST}</p>')]
        cell.outputs = [shown(output, place, made) for output in cell.outputs]
        for tag in cell.metadata.get("tags", ()):
            if tag.startswith("check:"):
                cell.outputs.append(as_html(checked(tag.removeprefix("check:"))))
    made.html = text.cells(nb)
    return made


def shown(output, place, made):
    """An output as the page shows it; its picture goes into what is made."""
    data = output.get("data", {})
    if SVG in data:
        return as_html(graph(place, data))
    if "image/png" in data:
        made.pictures[f"{place}.png"] = base64.b64decode(data["image/png"])
        return as_html(still(place, made, data["text/plain"], output.metadata["image/png"]))
    return as_html(text.linked(data["text/html"])) if "text/html" in data else output


def recording(place, packed):
    """The script that hands a recording to the page."""
    return f'recording("{place}", "{packed}");\n'


def as_html(html):
    return new_output("display_data", {"text/html": html})


def graph(place, data):
    """The place that the script fills; without scripts the stored picture."""
    source = quote(data[SVG], safe=SAFE)
    return (f'<div class="graph" data-state="{place}"><noscript><img alt="'
            f'{escape(data["text/plain"])}" src="data:image/svg+xml,{source}"></noscript></div>')


def checked(exercise):
    """Where an answer is checked, and the exercise's hints and solution, folded away."""
    return f'<p class="note">{CHECKED}</p>{rl.hint(exercise, step=4).folded()}'


def question(place, asked):
    """The place that the script fills; without scripts the answer is folded away."""
    return (f'<div class="question" data-state="{place}"><noscript>{asked.html()}</noscript>'
            '</div>')


def still(place, made, words, told):
    """A chart's stored picture with its words; where it was recorded, the script puts it there."""
    first, _, rest = words.partition("\n")
    said = (f"<details><summary>The picture in words</summary><pre>{escape(words)}</pre></details>"
            if rest else "")
    live = f' data-recording="{place}"' if f"{place}.js" in made.recordings else ""
    return (f'<figure{live}>{text.frame("Chart")}<img src="pictures/{place}.png" '
            f'width="{told["width"]}" height="{told["height"]}" loading="lazy" '
            f'alt="{escape(first)}"></div><figcaption class="note">{STANDS_STILL}</figcaption>'
            f'{said}</figure>')


def whole(made, **links):
    """The text of a page's file."""
    return TEMPLATES.get_template("page.html").render(
        made=made, states=graphs.as_script(made.states), policy=POLICY.format(scripts=""), **links)

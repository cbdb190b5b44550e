"""Write lectures as slides that need neither a kernel nor a network.

    python -m tools.slides [lecture ...] [--to folder] [--values N N N] [--mark]
                                             (python3 course.py slides; slides/ unless told)

A deck a lecture, an index, and what they share. What stands on a slide is listed in
notebooks/lectures/; its picture is the site's: a live graph or stepper, or a recorded explorer.
--mark writes no deck but the lists' marks into the notebooks' cells, see `marks`.
"""
import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import course
from rnnlib.widgets.recording import MOST
from tools.notebooks import ROOT
from tools.site import kernel
from tools.site.__main__ import script, style
from tools.site.page import POLICY
from tools.slides import lectures, marks, reveal
from tools.slides.deck import HERE, TEMPLATES, deck

# pixels of a slide's 1920 x 1080 that a chart has, and the height of its smallest words there
ROOM = (1350, 740), 26


def write(folder, chosen, most=MOST):
    """Writes the decks of some lectures into a folder; gives the paths of all files."""
    for name in ("pictures", "recordings"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    files, live = reveal.write(folder), known(chosen, most)
    texts = {"slides.css": style() + own("slides.css"), "slides.js": script() + own("slides.js")}
    for lecture in chosen:
        made = deck(lecture, live)
        texts[f"{lecture.name}.html"] = made.html
        texts |= {f"recordings/{name}": text for name, text in made.recordings.items()}
        for name, png in made.pictures.items():
            (folder / "pictures" / name).write_bytes(png)
            files.append(folder / "pictures" / name)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [*files, *(folder / name for name in texts), index(folder)]


def own(name):
    return (HERE / name).read_text("utf-8")


def known(chosen, most):
    """{notebook's number: what lives of its pictures}; each notebook is run once for all decks,
    up to its last picture on a slide."""
    wanted = {}
    for slide in (slide for lecture in chosen for slide in lecture.slides if slide.cell):
        wanted.setdefault(slide.notebook, set()).add(slide.cell)

    def taken(number):
        return kernel.taken(lectures.notebook(number)[0], most, wanted[number], ROOM)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(wanted, pool.map(taken, wanted)))


def index(folder):
    """Writes the page that leads to the decks of a folder; gives its path."""
    there = [one for name, one in lectures.all_lectures().items()
             if (folder / f"{name}.html").exists()]
    path = folder / "index.html"
    path.write_text(TEMPLATES.get_template("index.html").render(
        lectures=there, policy=POLICY.format(scripts="")), encoding="utf-8")
    return path


def options_of(words):
    parser = argparse.ArgumentParser(prog="slides", description=__doc__.splitlines()[0])
    parser.add_argument("lectures", nargs="*", help="the beginnings of their names; all without")
    parser.add_argument("--to", type=Path, default=ROOT / "slides", help="the folder")
    parser.add_argument("--values", nargs=3, type=int, default=MOST, metavar="N",
                        help="how many values of an explorer are recorded, as for the site")
    parser.add_argument("--mark", action="store_true",
                        help="write the lists' marks into the notebooks instead")
    return parser.parse_args(words)


def main(words=None):
    """Writes the decks and says where; gives the exit code."""
    options = options_of(words)
    if options.mark:
        print(f"marked: {', '.join(marks.write()) or 'nothing that was not marked'}")
        return 0
    try:
        files = write(options.to, lectures.chosen(options.lectures), options.values)
    except (course.Trouble, ValueError) as trouble:
        print(f"tools.slides: {trouble}", file=sys.stderr)
        return 1
    kilobytes = sum(path.stat().st_size for path in files) // 1000
    print(f"{len(files)} files, {kilobytes} kB: open {options.to / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

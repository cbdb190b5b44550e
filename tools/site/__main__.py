"""Write the course as pages without a kernel, for any host, folder or memory stick.

    python -m tools.site [folder] [--values N N N] [--live]
                                             (python3 course.py site; site/ unless told)

One page a notebook, an index, the library's names, and what they share. Text, code and results
are those stored in the notebooks; graphs and steppers are live, with what they know from a run of
the notebook, explorers move through what was recorded then, and what was predicted stays in the
reader's browser. The pages ask nothing of another host, and open from a folder as from a server.
With --live they lead to a JupyterLab in the browser: see `live`.
"""
import argparse
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import course
from rnnlib.style import BACKGROUND, INK
from rnnlib.widgets.recording import MOST
from tools.notebooks import ROOT, all_notebooks
from tools.site import graphs, kernel, library, live, questions
from tools.site.page import HERE, page, whole
from tools.site.text import code_style, html_of

LINK = {"light": "#0b57a4", "dark": "#8ab8f0"}
WIDGETS = ROOT / "rnnlib" / "widgets"
PICTURE = ROOT / "docs" / "backward_step.svg"
# what of the README is for a reader who has nothing but the pages
SECTIONS = "The notebooks", "Learn from it"


def write(folder, most=MOST, lab=False, notebooks=None):
    """Writes all files of the site into a folder; gives their paths.

    most       how many values of an explorer's controls are recorded, see `recording.recorded`
    lab        whether a JupyterLab for the browser is added
    notebooks  their paths; all unless told
    """
    added = live.write(folder / "live") if lab else []
    pictures, recordings = folder / "pictures", folder / "recordings"
    for one in (pictures, recordings):
        one.mkdir(parents=True, exist_ok=True)
    pages = made_pages(most, notebooks or all_notebooks())
    files = {folder / "site.css": style(), folder / "site.js": script(),
             **texts(folder, pages, lab),
             **{recordings / name: made for one in pages.values()
                for name, made in one.recordings.items()}}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    shutil.copy(PICTURE, folder)
    drawn = {pictures / name: png for made in pages.values() for name, png in made.pictures.items()}
    for path, png in drawn.items():
        path.write_bytes(png)
    return [*files, *drawn, folder / PICTURE.name, *added]


def made_pages(most, paths):
    """{file's name: page} of notebooks; as many are run at once as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(partial(kernel.taken, most=most), paths)
        return {f"{path.stem}.html": page(path, one) for path, one in zip(paths, found)}


def texts(folder, pages, lab=False):
    """{path: text} of the index and the notebooks' pages, each with its neighbours; all lead to
    the JupyterLab for the browser, if there is one."""
    ways = [None, *(SimpleNamespace(href=name, title=made.title) for name, made in pages.items()),
            None]
    made = {name: whole(one, contents=True, before=before, after=after,
                        lab=lab and live.address(name))
            for (name, one), before, after in zip(pages.items(), ways, ways[2:])}
    made |= {name: whole(one, contents=name != "index.html", lab=lab and live.address(min(pages)))
             for name, one in (("index.html", index()), ("library.html", library.page()))}
    return {folder / name: text for name, text in made.items()}


def index():
    """The first page: what the README says to a reader."""
    head, *sections = re.split(r"^## ", (ROOT / "README.md").read_text("utf-8"), flags=re.M)
    chosen = [section for section in sections if section.startswith(SECTIONS)]
    title = head.splitlines()[0].removeprefix("# ")
    text = "\n## ".join([head, *chosen])
    return SimpleNamespace(title=title, html=html_of(text) + library.LINK, states={}, recordings={})


def script():
    """What makes a page's graphs, predictions and explorers live."""
    return graphs.script() + questions.script() + "".join(path.read_text("utf-8") for path in (
        HERE / "site.js", *(WIDGETS / f"{part}.js" for part in ("keys", "elements", "screen")),
        HERE / "recorded.js"))


def style():
    """The style of all pages: theirs, the code's and the graphs'."""
    def colours(theme):
        return (f":root{{--page:{BACKGROUND[theme]};--ink:{INK[theme]};--link:{LINK[theme]};"
                f"color-scheme:{theme}}}")

    return "\n".join((colours("light"),
                      f"@media screen and (prefers-color-scheme: dark){{{colours('dark')}}}",
                      code_style(), (HERE / "site.css").read_text("utf-8"), graphs.style(),
                      questions.style()))


def main(words=None):
    """Writes the site and says where; gives the exit code."""
    parser = argparse.ArgumentParser(prog="site", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument("--values", nargs=3, type=int, default=MOST, metavar="N",
                        help="how many are recorded of an explorer's first slider, of each other "
                        f"control, and of each of two that move together, at most: {MOST}")
    parser.add_argument("--live", action="store_true",
                        help="add a JupyterLab that runs in the reader's browser")
    options = parser.parse_args(words)
    try:
        files = write(options.folder, options.values, options.live)
    except course.Trouble as trouble:
        print(f"tools.site: {trouble}", file=sys.stderr)
        return 1
    folder = options.folder
    kilobytes = sum(path.stat().st_size for path in files) // 1000
    print(f"{len(files)} files, {kilobytes} kB: open {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

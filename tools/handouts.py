"""Print notebooks for paper: handouts/NN_name.pdf, with page numbers.

    python -m tools.handouts [notebook ...] [--answers] [--paper A4|Letter] [--into FOLDER]
                                             (python3 course.py handouts; all unless told)

A Chromium prints the pages without a kernel: charts as lines, steppers at a step with numbers and
its equation, nothing that is pressed. Answers stay closed, and are then not printed, unless asked.
"""
import argparse
import sys
import tempfile
from pathlib import Path

from tools.browser import chromium
from tools.notebooks import ROOT, all_notebooks
from tools.site.__main__ import write

# each explorer as it begins; of its controls nothing moves on paper
LEAST = 2, 1, 1
FOOT = """<div style="width: 100%; padding: 0 12mm; font: 8pt sans-serif; display: flex;
  justify-content: space-between"><span class="title"></span><span><span class="pageNumber"></span>
  / <span class="totalPages"></span></span></div>"""
EDGE = {"top": "14mm", "bottom": "16mm", "left": "12mm", "right": "12mm"}
OPEN = """() => {
  for (const answer of document.querySelectorAll('main details')) answer.open = true;
  for (const words of ['Skip', 'Open the answer'])
    for (const button of document.querySelectorAll('.question button'))
      if (button.textContent === words && !button.hidden) button.click();
}"""


def put_on_paper(page, address, *, answers=False, paper="A4"):
    """The PDF of a page, as bytes; `answers` opens them before."""
    page.goto(address)
    for figure in page.locator("[data-recording]").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".settings").wait_for()
    if answers:
        page.evaluate(OPEN)
    return page.pdf(format=paper, margin=EDGE, display_header_footer=True, footer_template=FOOT,
                    header_template="<span></span>")


def handouts(folder, notebooks, **how):
    """Prints notebooks into a folder; gives the PDFs' paths one by one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as site:
        write(Path(site), LEAST, notebooks=notebooks)
        with chromium() as browser:
            for notebook in notebooks:
                page = browser.new_page(color_scheme="light")
                address = (Path(site) / f"{notebook.stem}.html").as_uri()
                path = folder / f"{notebook.stem}.pdf"
                path.write_bytes(put_on_paper(page, address, **how))
                page.close()
                yield path


def main(words=None):
    """Prints, and says what; gives the exit code."""
    parser = argparse.ArgumentParser(prog="handouts", description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", help="the first letters of their names, as 03")
    parser.add_argument("--answers", action="store_true", help="print the answers, too")
    parser.add_argument("--paper", choices=("A4", "Letter"), default="A4")
    parser.add_argument("--into", type=Path, default=ROOT / "handouts", metavar="FOLDER")
    options = parser.parse_args(words)
    chosen = [path for path in all_notebooks()
              if not options.notebooks or path.name.startswith(tuple(options.notebooks))]
    if not chosen:
        parser.error(f"no notebook begins with {' or '.join(options.notebooks)}")
    for path in handouts(options.into, chosen, answers=options.answers, paper=options.paper):
        print(path, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

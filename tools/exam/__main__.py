"""Write an exam over the course whose numbers a seed draws: exam/7.html, a page to print.

    python -m tools.exam [notebook ...] [--seed N ...] [--answers] [--into FOLDER]
                                             (python3 course.py exam; all notebooks unless told)

The same seed draws the same numbers, another one others: two seeds are two groups in one hall.
--answers writes a key beside each sheet: every answer with its working, what the usual slips lead
to, and where the course teaches it.
"""
import argparse
import re
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from rnnlib.widgets.markup import HIGH
from tools.exam import QUESTIONS
from tools.exam.form import by_hand
from tools.notebooks import ROOT
from tools.site.__main__ import style
from tools.site.text import html_of

HERE = Path(__file__).parent
HEAD = """# Recurrent networks: exam {seed}{key}

{name}A pocket calculator is enough. a⟨2⟩ is a at t = 2, a⟨2⟩[1] that of layer 1. Logarithms are
natural ones. Round at the end only, as each question says.

"""
NAME = 'Name: <span class="name"></span>\n\n'
ROOM = '<div class="room"></div>'


def chosen(notebooks):
    """The questions on some notebooks, by the first letters of their names; all if none is told."""
    return [one for one in QUESTIONS.values() if not notebooks or one.notebook in
            {name[:2] for name in notebooks}]


def sheet(seed, questions, answers=False):
    """The sheet of a seed, or its key, in Markdown."""
    head = HEAD.format(seed=seed, key=", answers" if answers else "", name="" if answers else NAME)
    return head + "\n\n".join(asked(number, one, seed, answers)
                              for number, one in enumerate(questions, 1))


def asked(number, one, seed, answers):
    """One question in Markdown, in a section of its own, which no page breaks."""
    found = one.drawn(seed)
    taught = f" Taught in {one.place}." if answers else ""
    parts = [f"**{letter})** {part.asks} {rounding(part)}\n\n{key(part) if answers else ROOM}"
             for letter, part in zip("abcdef", found.parts)]
    return "\n\n".join(["<section>", f"## {number}. {one.name.capitalize()}", found.asks + taught,
                        *parts, "</section>"])


def rounding(part):
    """How the answer is to be written down, in words."""
    kind = {0: "whole", 1: "1 decimal"}.get(part.decimals, f"{part.decimals} decimals")
    several = len(part.values) > 1
    if part.decimals:
        return f"({f'{len(part.values)} numbers, ' if several else ''}to {kind})"
    return f"({len(part.values)} whole numbers)" if several else "(a whole number)"


def key(part):
    """An answer with its working, and what slips lead to."""
    ways = "; ".join(map(by_hand, part.sums))
    slips = "; ".join(f"{part.said(wrong)}: {slip}" for slip, wrong in part.slips.items())
    slips = slips and f"<br>*Slips.* {slips}."
    return f'<div class="key">\n\n**{part.said(part.answer)}** = {ways}{slips}\n\n</div>'


def page(seed, questions, answers=False):
    """The HTML of a sheet, whole: it asks for no other file."""
    made = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("sheet.html")
    title = f"Exam {seed}{', answers' if answers else ''}"
    text = lettered(sheet(seed, questions, answers))
    return made.render(title=title, style=style(), html=html_of(text))


def lettered(text):
    """Text whose addresses stand high and indices low, as in its formulas, which stay."""
    pieces = re.split(r"(\$[^$]*\$)", text)
    pieces[::2] = [re.sub(r"W_(\w)", r"W<sub>\1</sub>", re.sub(HIGH, r"<sup>\1</sup>", piece))
                   for piece in pieces[::2]]
    return "".join(pieces)


def main(words=None):
    """Writes the sheets, and says which; gives the exit code."""
    parser = argparse.ArgumentParser(prog="exam", description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", help="the first letters of their names, as 03")
    parser.add_argument("--seed", nargs="+", type=int, default=[1], metavar="N", dest="seeds")
    parser.add_argument("--answers", action="store_true", help="write the key, too")
    parser.add_argument("--into", type=Path, default=ROOT / "exam", metavar="FOLDER")
    options = parser.parse_args(words)
    questions = chosen(options.notebooks)
    if not questions:
        parser.error(f"no question is on {' or '.join(options.notebooks)}; there are some on "
                     f"{', '.join(sorted({one.notebook for one in QUESTIONS.values()}))}")
    if min(options.seeds) < 0:
        parser.error(f"a seed must be a whole number from 0, got {min(options.seeds)}")
    options.into.mkdir(parents=True, exist_ok=True)
    for seed in options.seeds:
        for answers in (False, True)[:1 + options.answers]:
            path = options.into / f"{seed}{'_answers' if answers else ''}.html"
            path.write_text(page(seed, questions, answers), encoding="utf-8", newline="\n")
            print(path, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

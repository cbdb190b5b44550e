"""A class's result files together: what was believed, what was gained, how good the questions are.

    python3 course.py beliefs FOLDER
"""
import argparse
import sys
from pathlib import Path

import numpy as np

from rnnlib.arguments import legible
from rnnlib.beliefs.form import FORMS, shorts
from rnnlib.beliefs.result import read
from rnnlib.beliefs.scores import LEAST, gains, items, kr20

WORDS = "right", "own", "other", "skipped"


def collected(folder):
    """(results, complaints): the Results in a folder and those inside it, and a sentence for each
    JSON file, and each unfinished form, that is left out."""
    results, complaints, first = [], [], {}
    for path in sorted(Path(folder).rglob("*.json")):
        name = legible(path.relative_to(folder).as_posix())
        try:
            result = read(path)
        except ValueError as error:
            complaints.append(f"{name}: {error}.")
            continue
        if result.id in first:
            complaints.append(f"{name}: it has the id of {first[result.id]}, which counts alone.")
            continue
        first[result.id] = name
        results.append(result)
        lacks = {form: result.unanswered(form) for form in FORMS if result.forms[form]}
        complaints += [f"{name}: form {form} does not count, question {', '.join(open_)} is open."
                       for form, open_ in lacks.items() if open_]
    return results, complaints


def finished(results, form):
    """{id: {number: what is held}} of those who finished a form."""
    return {result.id: result.held(form) for result in results if not result.unanswered(form)}


def scores(held):
    """Whether each answer is right, (N, K), of what `finished` gives."""
    return np.array([[what == "right" for what in one.values()] for one in held.values()],
                    bool).reshape(-1, len(shorts()))


def report(results):
    """What a class believed before and after, as lines of text."""
    held = {form: finished(results, form) for form in FORMS}
    both = [one for one in held["before"] if one in held["after"]]
    lines = [f"Results: {len(results)}. Form before is finished in {len(held['before'])}, after in "
             f"{len(held['after'])}, both in {len(both)}."]
    shares = [scores({one: held[form][one] for one in both}).mean(axis=1) for form in FORMS]
    lines += _gained(gains(*shares))
    for form in FORMS:
        if len(held[form]) > 1:
            lines += ["", *_questions(form, held[form])]
    return lines


def _gained(found):
    if found.of_class is None:
        return [f"For a gain {LEAST} are wanted who finished both and had something to gain."]
    told = ("Gain of the class (Hake)", found.of_class), (
        f"Mean of the gains of {found.members}, each by itself", found.of_members)
    return [f"{words}: {one.mean:.2f}, 95 % from {one.low:.2f} to {one.high:.2f}."
            for words, one in told]


def _questions(form, held):
    right = scores(held)
    found, counts = items(right), {word: [sum(one[number] == word for one in held.values())
                                          for number in shorts()] for word in WORDS}
    yield f"Form {form}: {right.mean():.0%} right, KR-20 {kr20(right):.2f}."
    yield "no.  right  belief  other  skipped   p    r rest  27 %   the belief"
    for k, (number, words) in enumerate(shorts().items()):
        yield (f"{number}  {counts['right'][k]:6}  {counts['own'][k]:6}  {counts['other'][k]:5}  "
               f"{counts['skipped'][k]:7}  {found.difficulty[k]:4.2f}  "
               f"{found.point_biserial[k]:6.2f}  {found.outer[k]:5.2f}  {words}")


LEGEND = """
belief: how many hold the belief that the question is about; other: another one.
p: share of right answers. r rest: correlation with the rest of the form, nan where nothing differs;
27 %: share right in the upper 27 % of the class less the lower. Near 0 or below 0 a question does
not tell who knows. KR-20: from 0, chance, to 1."""


def main(words=None):
    """Prints what a class's result files say together; gives the exit code."""
    parser = argparse.ArgumentParser(prog="beliefs", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="with the files beliefs-....json of a class")
    folder = parser.parse_args(words).folder
    if not folder.is_dir():
        print(f"beliefs: there is no folder {folder}", file=sys.stderr)
        return 1
    results, complaints = collected(folder)
    print("\n".join(["Left out:", *complaints, ""] if complaints else []), end="")
    if not results:
        print(f"There are no results in {folder}; they are called beliefs-....json.")
        return 1
    print("\n".join([*report(results), LEGEND]))
    return 0

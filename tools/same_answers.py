"""What every exercise says of every known mistake, written down before a change and compared after.

    python -m tools.same_answers write FILE
    python -m tools.same_answers compare FILE

For each exercise: its mistakes with their sentences, in order; where it asks for a function, the
sizes and shapes of its problems; and what `check` says of a right answer, of each mistake, of
some pairs of mistakes and of what is no answer. Random numbers in a sentence are left out: an
exercise may draw others.
"""
import json
import random
import re
import sys
from itertools import combinations
from pathlib import Path

import numpy as np

import rnnlib as rl
from rnnlib.exercises.form import EXERCISES

PAIRS = 12  # of the pairs of mistakes of one exercise
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?|-?\binf\b|\bnan\b")
NETS = {"net": rl.Network(3, (4, 2), 5), "one": rl.Network(2, (3,), 2),
        "deep": rl.Network(2, (3, 3, 3), 1)}
NO_ANSWERS = {"hole": None, "nothing": lambda *_given: None, "number": 3,
              "ones": lambda *_given: np.ones((3, 2))}


def told(feedback):
    """State, bugs and text without its numbers."""
    return [feedback.state, list(feedback.bugs), NUMBER.sub("#", feedback.text)]


def of_function(exercise):
    """What is said of functions, and what they are tried on."""
    pairs = list(combinations(exercise.mistakes, 2))
    some = random.Random(0).sample(pairs, min(PAIRS, len(pairs)))
    said = {name: told(rl.check(exercise.name, answer)) for name, answer in NO_ANSWERS.items()}
    for bugs in ((), *((bug,) for bug in exercise.mistakes), *some):
        def answer(*given, bugs=frozenset(bugs)):
            return exercise.plain(*given, bugs=bugs)
        said["+".join(bugs)] = told(rl.check(exercise.name, answer))
    problems = exercise.problems()
    return {"said": said, "sizes": list(map(str, problems)),
            "shapes": [{name: np.shape(value) for name, value in (*p.arguments.items(),
                                                                  *p.want.items())}
                       for p in problems]}


def of_value(exercise):
    """{what it is about: what is said} of a right answer, of each mistake and of no answer."""
    said = {}
    for name, net in NETS.items():
        for node in ("a[1, 2]", f"a[{net.L}, 0]", "a[0, 3]"):
            about = {"net": net, "T": 4, "node": node}
            for bugs in ((), *((bug,) for bug in exercise.mistakes)):
                answer = guess(exercise, about, bugs)
                said[f"{name} {node} {'+'.join(bugs)}"] = told(
                    rl.check(exercise.name, answer, **about))
    return {"values": said | {key: told(rl.check(exercise.name, answer, **about))
                              for key, answer in NO_ANSWERS.items()}}


def guess(exercise, about, bugs):
    """The plain answer of a question with these mistakes, as a person would give it."""
    given, _ = exercise.asked(**about)
    found = exercise.plain(**given, bugs=frozenset(bugs))
    if isinstance(found, (set, frozenset)):
        return {f"a[{l}, {t}]" if name == "a" else f"{name}[{t}]" for name, l, t in found}
    return found


def everything():
    """{exercise: all that is said}."""
    return {name: {"mistakes": list(exercise.mistakes.items()),
                   **(of_function(exercise) if exercise.make else {}),
                   **(of_value(exercise) if exercise.about else {})}
            for name, exercise in EXERCISES.items()}


def main(verb, file, everything=everything):
    """Write or compare what `everything()` gives; the exit code."""
    now = json.loads(json.dumps(everything()))
    if verb == "write":
        Path(file).write_text(json.dumps(now, indent=1), encoding="utf-8")
        return 0
    before = json.loads(Path(file).read_text(encoding="utf-8"))
    other = list(differences(before, now))
    print(*other, f"{len(now)} entries, {len(other)} differences", sep="\n")
    return bool(other)


def differences(before, now, place=""):
    """A line for each entry that is another one."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in {**before, **now}:
            yield from differences(before.get(key), now.get(key), f"{place}{key}: ")
    elif before != now:
        yield f"{place}{before} is now {now}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

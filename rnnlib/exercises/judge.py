"""The verdict on a student's function: right, or which known bug explains every number of it."""
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rnnlib.exercises.feedback import listed, right, still_open, wrong
from rnnlib.exercises.form import Exercise
from rnnlib.exercises.likeness import TOLERANCE, agree, cut, off, told
from rnnlib.exercises.probe import probed
from rnnlib.exercises.trial import empty, misfit, tried


def judged(exercise, function, seed=0):
    """Feedback on a function that is to solve the exercise."""
    if empty(function):
        return to_fill_in(exercise)
    unfit = misfit(exercise, function)
    if unfit:
        return wrong(unfit)
    pairs = []
    for problem in exercise.problems(seed):
        pairs.append((problem, tried(exercise, function, problem)))
        if pairs[-1][1].endless:
            return wrong(pairs[-1][1].trouble)
    if any(trial.hole for _, trial in pairs):
        return to_fill_in(exercise)
    again = tried(exercise, function, problem)
    if not _same(pairs[-1][1], again):
        return wrong(f"`{exercise.name}` gives other numbers when it is called again with the "
                     "same arguments: it keeps or draws something outside itself.")
    return _Case(exercise, function, tuple(pairs)).verdict()


def to_fill_in(exercise):
    """Feedback for an untouched hole: what to write."""
    return still_open(f"Write `{exercise.name}`: from ({', '.join(exercise.arguments)}) it returns "
                      f"{exercise.returns}. Then run this cell again.")


def _right(problem, trial):
    return _fit(problem, trial.values)


def _fit(problem, values):
    return values is not None and all(
        agree(values[name], want) for name, want in problem.want.items())


def _same(one, other):
    if one.values is None or other.values is None:
        return one.values is other.values
    return all(agree(other.values[name], value) for name, value in one.values.items())


@dataclass(frozen=True)
class _Case:
    """A function tried on every problem: `pairs` of a problem and its trial."""

    exercise: Exercise
    function: Callable
    pairs: tuple

    def verdict(self):
        """Right; or the bugs that explain it; or where it goes wrong first."""
        changed = sorted({name for _, trial in self.pairs for name in trial.changed})
        aside = " (It also prints, which the check keeps back.)" if any(
            trial.printed for _, trial in self.pairs) else ""
        if not all(_right(*pair) for pair in self.pairs):
            text, bugs = (self._explained() or self._explained_apart()
                          or (self._turned() or self._first_wrong(), ()))
            also = f" (It also changes its own argument {listed(changed)}.)" if changed else ""
            return wrong(text + also + aside, bugs)
        if changed:
            return wrong(f"The numbers are right, but `{self.exercise.name}` changes its own "
                         f"argument {listed(changed)}: after the call, whoever called it has "
                         "other numbers in that array.")
        worst = max(off(trial.values[name], want) for problem, trial in self.pairs
                    for name, want in problem.want.items())
        return right(f"`{self.exercise.name}` agrees with the library on {len(self.pairs)} random "
                     f"problems ({self._spans()}) to {12 if worst < 1e-12 else 9} digits.{aside}")

    def _spans(self):
        """T from 1 to 5, n from 1 to 4."""
        sizes = {letter: [problem.sizes[letter] for problem, _ in self.pairs]
                 for letter in self.pairs[0][0].sizes}
        return ", ".join(f"{letter} from {min(v)} to {max(v)}" for letter, v in sizes.items())

    # --- which bug ---------------------------------------------------------------------------

    def _explained(self):
        """(text, bugs) of the bug or the two bugs that account for every number, or None."""
        sentences = self.exercise.mistakes
        for bugs in (some for many in (1, 2) for some in combinations(sentences, many)):
            if self._fits(bugs, self.exercise.quantities):
                told = " ".join(sentences[bug] for bug in bugs)
                return (f"{'Two things at once. ' if len(bugs) > 1 else ''}{told}"
                        f"{self._right_everywhere()}", bugs)
        return None

    def _fits(self, bugs, quantities):
        """Whether the bugs give what the student's function gives, in every problem.

        A bug that stops with an error for some sizes (a matrix that cannot be multiplied there)
        fits where the student's function has no right answer either; it must give numbers
        somewhere.
        """
        seen = 0
        for problem, trial in self.pairs:
            try:
                expected = self.exercise.answer(problem, bugs)
            except ValueError:
                if _right(problem, trial):
                    return False
                if len(bugs) > 1 and trial.values is not None:
                    return False  # of two things at once every number is to be explained
                continue
            if trial.values is None or not all(
                    agree(trial.values[q.name], expected[q.name]) for q in quantities):
                return False
            seen += 1
        return seen > 0

    def _explained_apart(self):
        """The same for bugs that sit in some of the quantities alone, one bug in each."""
        faulty, sentences = self._faulty(), self.exercise.mistakes
        if not faulty or len(self.exercise.quantities) == 1:
            return None
        fitting = {q.name: [bug for bug in sentences if self._fits((bug,), [q])] for q in faulty}
        common = [bug for bug in sentences if all(bug in bugs for bugs in fitting.values())]
        if common:
            return f"Only in {listed(fitting)}: {sentences[common[0]]}", (common[0],)
        if not all(fitting.values()):
            return None
        return (" ".join(f"In `{name}`: {sentences[bugs[0]]}" for name, bugs in fitting.items()),
                tuple(dict.fromkeys(bugs[0] for bugs in fitting.values())))

    def _faulty(self):
        """The quantities that are wrong in some problem."""
        return [q for q in self.exercise.quantities if not all(
            trial.values is None or agree(trial.values[q.name], problem.want[q.name])
            for problem, trial in self.pairs)]

    # --- no known bug: where it goes wrong first ----------------------------------------------

    def _turned(self):
        """Says so if the results are right, but in another order."""
        if all(_fit(problem, trial.turned) for problem, trial in self.pairs):
            order = ", ".join(q.name for q in self.exercise.quantities)
            return f"The results stand in another order; asked is ({order})."
        return ""

    def _first_wrong(self):
        """The first wrong number of the simplest problem, and what is right all the same."""
        problem, trial = next(pair for pair in self.pairs if not _right(*pair))
        if trial.values is None:
            return trial.trouble + self._pattern()
        q = next(q for q in self.exercise.quantities
                 if not agree(trial.values[q.name], problem.want[q.name]))
        value, want = trial.values[q.name], problem.want[q.name]
        bad = np.abs(value - want) > TOLERANCE * (np.abs(want).max() or 1)
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        came, wanted = _apart(value[index], want[index])
        up_to = (f" Up to t = {index[0] + q.first - 1} `{q.name}` is right."
                 if q.first is not None and index[0] > 0 else "")
        return (f"With {problem}{problem.few()}, {q.place(index)} is {came}, but {wanted} is "
                f"wanted.{up_to}{self._right_everywhere()}{self._likeness() or problem.steps()}"
                f"{self._pattern()}")

    def _right_everywhere(self):
        """Which quantities need no look, if others do."""
        if any(trial.values is None for _, trial in self.pairs):
            return ""
        faulty = self._faulty()
        fine = [q.name for q in self.exercise.quantities if q not in faulty]
        return f" Right everywhere: {listed(fine)}." if fine else ""

    def _likeness(self):
        """How what is wrong is related to what is wanted, if every problem has its numbers."""
        if any(trial.values is None for _, trial in self.pairs):
            return ""
        both = [(trial.values[q.name], problem.want[q.name], problem.sizes)
                for problem, trial in self.pairs for q in self._faulty()]
        pairs, sizes = [pair[:2] for pair in both], [sizes for *_, sizes in both]
        problems = [problem for problem, _ in self.pairs]
        sentence = (cut(pairs) or probed(self.exercise, self.function, problems)
                    or told(pairs, sizes))
        return sentence and f" {sentence}"

    def _pattern(self):
        """What sets the problems that came out right apart from the others."""
        good, first = [_right(*pair) for pair in self.pairs], self.pairs[0][0]
        for letter, belongs, text in _PATTERNS:
            # no problem with T = 1 says nothing about T = 1
            if (any(good) and letter in first.sizes
                    and good == [belongs(problem.sizes) for problem, _ in self.pairs]):
                return f" {text}"
        if any(isinstance(value, tuple) for value in first.arguments.values()):
            return ""  # sizes that have no letter may be what sets them apart
        # one problem alone may come out right by its numbers
        links = ((1, "or"), (2, "or"), (2, "and"))[0 if sum(good) > 1 else 2:]
        for many, word in links:
            for some in combinations(first.sizes, many):
                if any(good) and good == [_LINKED[word](problem.sizes[letter] == 1 for letter in
                                          some) for problem, _ in self.pairs]:
                    where = f" {word} ".join(f"{letter} = 1" for letter in some)
                    return f" Of these problems those with {where} come out right, and no others."
        return ""


def _apart(*numbers):
    """The two numbers in as many digits as tell them apart, four at least."""
    texts = ([f"{number:.{digits}g}" for number in numbers] for digits in (4, 6, 8, 17))
    return next(pair for pair in texts if pair[0] != pair[1])


_LINKED = {"or": any, "and": all}
_PATTERNS = (
    ("T", lambda s: s["T"] == 1,
     "With one time all is right, and with several it is not."),
    ("n", lambda s: s["n"] == 1,
     "With one unit all is right, and with several it is not: is it a transpose, the order of a "
     "product, an axis, or a norm?"),
    ("n", lambda s: len({v for k, v in s.items() if k != "T"}) == 1,
     "Where all layers are of one size all is right: is something transposed, or does one size "
     "stand where another belongs?"),
)

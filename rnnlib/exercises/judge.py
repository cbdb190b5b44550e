"""The verdict on a student's function: right, or which known bug explains every number of it."""
from functools import partial
from itertools import combinations

import numpy as np

from rnnlib.exercises.feedback import listed, right, still_open, wrong
from rnnlib.exercises.trial import misfit, tried

TOLERANCE = 1e-9  # relative to a quantity's largest entry; rounding stays near 1e-15


def judged(exercise, function, seed=0):
    """Feedback on a function that is to solve the exercise."""
    unfit = misfit(exercise, function)
    if unfit:
        return wrong(unfit)
    problems, trials = exercise.problems(seed), []
    for problem in problems:
        trials.append(tried(exercise, function, problem))
        if trials[-1].endless:
            return wrong(trials[-1].trouble)
    if any(trial.hole for trial in trials):
        return to_fill_in(exercise)
    again = tried(exercise, function, problems[-1])
    if not _same(trials[-1], again):
        return wrong(f"`{exercise.name}` gives other numbers when it is called again with the "
                     "same arguments: it keeps or draws something outside itself.")
    if all(map(_right, problems, trials)):
        return _all_right(exercise, problems, trials)
    return _not_right(exercise, problems, trials)


def to_fill_in(exercise):
    """Feedback for an untouched hole: what to write."""
    return still_open(f"Write `{exercise.name}`: from ({', '.join(exercise.arguments)}) it returns "
                      f"{exercise.returns}. Then run this cell again.")


def off(value, want):
    """The largest difference relative to the largest entry wanted."""
    size = np.abs(want).max()
    return np.abs(value - want).max() / (size if size > 0 else 1)


def _agree(value, want):
    return off(value, want) <= TOLERANCE


def _right(problem, trial):
    return trial.values is not None and all(
        _agree(trial.values[name], want) for name, want in problem.want.items())


def _same(one, other):
    if one.values is None or other.values is None:
        return one.values is other.values
    return all(_agree(other.values[name], value) for name, value in one.values.items())


def _all_right(exercise, problems, trials):
    changed = sorted({name for trial in trials for name in trial.changed})
    if changed:
        return wrong(f"The numbers are right, but `{exercise.name}` changes its own argument "
                     f"{listed(changed)}: the caller's array is another one afterwards.")
    worst = max(off(trial.values[name], want) for problem, trial in
                zip(problems, trials, strict=True) for name, want in problem.want.items())
    return right(f"`{exercise.name}` agrees with the library on {len(problems)} random problems "
                 f"({_spans(problems)}) to {12 if worst < 1e-12 else 9} digits.{_asides(trials)}")


def _spans(problems):
    """T from 1 to 5, n from 1 to 4."""
    sizes = {letter: [problem.sizes[letter] for problem in problems]
             for letter in problems[0].sizes}
    return ", ".join(f"{letter} from {min(v)} to {max(v)}" for letter, v in sizes.items())


def _asides(trials):
    """What is worth a word besides the verdict."""
    aside = ""
    changed = sorted({name for trial in trials for name in trial.changed})
    if changed:
        aside += f" (It also changes its own argument {listed(changed)}.)"
    if any(trial.printed for trial in trials):
        aside += " (It also prints, which the check keeps back.)"
    return aside


def _not_right(exercise, problems, trials):
    explained = _explained(exercise, problems, trials)
    if explained:
        text, bugs = explained
    else:
        text, bugs = _first_wrong(exercise, problems, trials), ()
    return wrong(text + _asides(trials), bugs)


# --- which bug -------------------------------------------------------------------------------

def _explained(exercise, problems, trials):
    """(text, bugs) of the bug or the two bugs that account for every number; None if none do."""
    fits = partial(_fits, exercise, problems, trials, exercise.quantities)
    for many in (1, 2):
        for bugs in combinations(exercise.bugs, many):
            if fits(bugs):
                return _told(exercise, bugs) + _right_everywhere(exercise, problems, trials), bugs
    return _explained_apart(exercise, problems, trials)


def _told(exercise, bugs):
    """The bugs' sentences."""
    told = [exercise.sentences[bug] for bug in bugs]
    return told[0] if len(told) == 1 else f"Two things at once. {' '.join(told)}"


def _fits(exercise, problems, trials, quantities, bugs):
    """Whether the bugs give what the student's function gives, in every problem.

    A bug that stops with an error for some sizes (a matrix that cannot be multiplied there) fits
    where the student's function has no right answer either; it must give numbers somewhere.
    """
    seen = 0
    for problem, trial in zip(problems, trials, strict=True):
        try:
            expected = exercise.plain(*problem.arguments.values(), bugs=frozenset(bugs))
        except ValueError:
            if _right(problem, trial):
                return False
            continue
        if trial.values is None or not all(
                expected[q.name].shape == trial.values[q.name].shape
                and _agree(trial.values[q.name], expected[q.name]) for q in quantities):
            return False
        seen += 1
    return seen > 0


def _explained_apart(exercise, problems, trials):
    """The same for bugs that sit in some of the quantities alone, one bug in each."""
    faulty = _faulty(exercise, problems, trials)
    if not faulty or len(exercise.quantities) == 1:
        return None
    fitting = {q.name: [bug for bug in exercise.bugs if _fits(
        exercise, problems, trials, [q], (bug,))] for q in faulty}
    common = [bug for bug in exercise.bugs if all(bug in bugs for bugs in fitting.values())]
    if common:
        where = listed(fitting)
        return f"Only in {where}: {exercise.sentences[common[0]]}", (common[0],)
    if not all(fitting.values()):
        return None
    return (" ".join(f"In `{name}`: {exercise.sentences[bugs[0]]}"
                     for name, bugs in fitting.items()),
            tuple(dict.fromkeys(bugs[0] for bugs in fitting.values())))


def _faulty(exercise, problems, trials):
    """The quantities that are wrong in some problem."""
    return [q for q in exercise.quantities if not all(
        trial.values is None or _agree(trial.values[q.name], problem.want[q.name])
        for problem, trial in zip(problems, trials, strict=True))]


# --- no known bug: where it goes wrong first --------------------------------------------------

def _first_wrong(exercise, problems, trials):
    """The first wrong number of the simplest problem, and what is right all the same."""
    problem, trial = next(pair for pair in zip(problems, trials, strict=True) if not _right(*pair))
    if trial.values is None:
        return trial.trouble + _pattern(problems, trials)
    q = next(q for q in exercise.quantities
             if not _agree(trial.values[q.name], problem.want[q.name]))
    value, want = trial.values[q.name], problem.want[q.name]
    bad = np.abs(value - want) > TOLERANCE * (np.abs(want).max() or 1)
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    came, wanted = _apart(value[index], want[index])
    return (f"With {problem}, {q.place(index)} is {came}, but {wanted} is wanted."
            f"{_still_right(exercise, q, index, problems, trials)}"
            f"{_ratio(exercise, problems, trials)}{_pattern(problems, trials)}")


def _apart(*numbers):
    """The two numbers in as many digits as tell them apart, four at least."""
    texts = ([f"{number:.{digits}g}" for number in numbers] for digits in (4, 6, 8, 17))
    return next(pair for pair in texts if pair[0] != pair[1])


def _still_right(exercise, quantity, index, problems, trials):
    text = ""
    if quantity.first is not None and index[0] > 0:
        text = f" Up to t = {index[0] + quantity.first - 1} `{quantity.name}` is right."
    return text + _right_everywhere(exercise, problems, trials)


def _right_everywhere(exercise, problems, trials):
    """Which quantities need no look, if others do."""
    if any(trial.values is None for trial in trials):
        return ""
    faulty = _faulty(exercise, problems, trials)
    fine = [q.name for q in exercise.quantities if q not in faulty]
    return f" Right everywhere: {listed(fine)}." if fine else ""


def _ratio(exercise, problems, trials):
    """Says so if what is wrong is everywhere the same multiple of what is wanted."""
    pairs = [(trial.values[q.name], problem.want[q.name])
             for problem, trial in zip(problems, trials, strict=True) if trial.values is not None
             for q in _faulty(exercise, problems, trials)]
    value, want = (np.concatenate([pair[k].ravel() for pair in pairs]) for k in (0, 1))
    ratio = (value @ want) / (want @ want)
    if len(value) > 1 and ratio != 0 and _agree(value, ratio * want):
        return f" It is {ratio:.4g} times what is wanted, in every problem."
    return ""


_PATTERNS = (
    ("T", lambda s: s["T"] == 1,
     "For T = 1 all is right: look at what goes from one time to another."),
    ("n", lambda s: s["n"] == 1,
     "For n = 1 all is right: look at what joins the units, such as a transpose, the order of a "
     "product or a norm."),
    ("n", lambda s: len({v for k, v in s.items() if k != "T"}) == 1,
     "Where all layers are of one size all is right: look for a transpose, or for one size that "
     "stands where another belongs."),
)


def _pattern(problems, trials):
    """What sets the problems that came out right apart from the others."""
    good = [_right(problem, trial) for problem, trial in zip(problems, trials, strict=True)]
    for letter, belongs, text in _PATTERNS:
        # no problem with T = 1 says nothing about T = 1
        if (any(good) and letter in problems[0].sizes
                and good == [belongs(p.sizes) for p in problems]):
            return f" {text}"
    return ""

"""What a student's function makes of other arguments: where one comes in wrongly, or not at all."""
from dataclasses import replace
from time import monotonic

import numpy as np

from rnnlib.exercises.feedback import listed
from rnnlib.exercises.likeness import agree
from rnnlib.exercises.trial import tried

SECONDS = 2  # for all questions together; a student's function may be slow


def _other(value):
    """Other numbers, and no multiple of these."""
    return value + 0.1 * (1 + np.arange(value.size)).reshape(value.shape)


_CHANGES = (("had the other sign", lambda value: -value),
            ("were twice as large", lambda value: 2 * value),
            ("were half as large", lambda value: value / 2),
            ("were transposed", lambda value: value.T),
            ("came in reverse order", lambda value: value[::-1]),
            ("were one row later", lambda value: np.roll(value, 1, axis=0)),
            ("were one row earlier", lambda value: np.roll(value, -1, axis=0)))


def probed(exercise, function, problems):
    """A sentence on the argument that comes in wrongly, or not at all; "" if there is none.

    The function is asked again with one argument changed: what it then gives may be what is
    wanted for the true one, or what it gave before though the plain answer moves, or at last
    what is wanted.
    """
    numbers = [name for name in exercise.arguments if all(
        np.asarray(problem.arguments[name]).dtype.kind == "f" for problem in problems)]
    wanted, end = [problem.want for problem in problems], monotonic() + SECONDS
    given = [tried(exercise, function, problem).values for problem in problems]
    if None in given:
        return ""
    try:
        for name in numbers:
            for text, change in _CHANGES:
                if _all(exercise, function, problems, name, change, wanted, end):
                    return f"It would be right if `{name}` {text}: look at where it comes in."
        for name in numbers:
            if _matters(exercise, problems, name) and _all(
                    exercise, function, problems, name, _other, given, end):
                return f"`{name}` does not come in: the result is the same whatever it is."
        fine = [name for name in numbers
                if _right_without(exercise, function, problems, name, end)]
        if fine:
            return (f"With {listed(fine[:3], 'or')} all zeros it would be right: look at what is "
                    "made of it.")
    except TimeoutError:
        pass  # what it makes of other arguments is not worth a second wait
    return ""


def _changed(problem, name, change):
    return replace(problem, arguments={**problem.arguments, name: change(problem.arguments[name])})


def _all(exercise, function, problems, name, change, wanted, end):
    """Whether every problem with the argument changed gives what is wanted of it.

    TimeoutError if it is not answered by `end`.
    """
    for problem, want in zip(problems, wanted, strict=True):
        try:
            trial = tried(exercise, function, _changed(problem, name, change))
        except (ValueError, IndexError):  # a number that has no rows
            return False
        if trial.endless or monotonic() > end:
            raise TimeoutError(trial.trouble)
        if trial.values is None or not all(agree(trial.values[q], want[q]) for q in want):
            return False
    return True


def _plain(exercise, problems, name, change):
    """What the plain answer makes of the argument changed, in every problem; None if it cannot."""
    try:
        return [exercise.answer(_changed(problem, name, change)) for problem in problems]
    except ValueError:
        return None


def _matters(exercise, problems, name):
    """Whether the plain answer moves with the argument."""
    moved = _plain(exercise, problems, name, _other) or [problem.want for problem in problems]
    return any(not agree(other[q], want) for problem, other in zip(problems, moved, strict=True)
               for q, want in problem.want.items())


def _right_without(exercise, function, problems, name, end):
    """Whether it is right where the argument is 0, and what is wanted there is not 0 too."""
    wanted = _plain(exercise, problems, name, np.zeros_like)
    return bool(wanted) and all(any(want[q].any() for want in wanted) for q in wanted[0]) and _all(
        exercise, function, problems, name, np.zeros_like, wanted, end)

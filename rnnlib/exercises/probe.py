"""What a student's function makes of other arguments: where one comes in wrongly, or not at all."""
from dataclasses import replace

import numpy as np

from rnnlib.exercises.likeness import agree
from rnnlib.exercises.trial import tried


def _half(value):
    return value / 2


_CHANGES = (("had the other sign", lambda value: -value),
            ("were twice as large", lambda value: 2 * value),
            ("were half as large", _half),
            ("were transposed", lambda value: value.T),
            ("came in reverse order", lambda value: value[::-1]),
            ("were one row later", lambda value: np.roll(value, 1, axis=0)),
            ("were one row earlier", lambda value: np.roll(value, -1, axis=0)))


def probed(exercise, function, problems):
    """A sentence on the argument that comes in wrongly, or not at all; "" if there is none.

    The function is asked again with one argument changed: what it then gives may be what is
    wanted for the true one, or what it gave before though the plain answer moves.
    """
    numbers = [name for name in exercise.arguments if all(
        np.asarray(problem.arguments[name]).dtype.kind == "f" for problem in problems)]
    wanted = [problem.want for problem in problems]
    given = [tried(exercise, function, problem).values for problem in problems]
    try:
        for name in numbers:
            for text, change in _CHANGES:
                if _all(exercise, function, problems, name, change, wanted):
                    return f"It would be right if `{name}` {text}: look at where it comes in."
        for name in numbers:
            if _matters(exercise, problems, name) and _all(
                    exercise, function, problems, name, _half, given):
                return f"`{name}` does not come in: the result is the same whatever it is."
    except TimeoutError:
        pass  # what it makes of other arguments is not worth a second wait
    return ""


def _changed(problem, name, change):
    return replace(problem, arguments={**problem.arguments, name: change(problem.arguments[name])})


def _all(exercise, function, problems, name, change, wanted):
    """Whether every problem with the argument changed gives what is wanted of it.

    The largest ones, which tell most, come first. TimeoutError if the function does not answer.
    """
    for problem, want in zip(problems[::-1], wanted[::-1], strict=True):
        try:
            trial = tried(exercise, function, _changed(problem, name, change))
        except (ValueError, IndexError):  # a number that has no rows
            return False
        if trial.endless:
            raise TimeoutError(trial.trouble)
        if trial.values is None or not all(agree(trial.values[q], want[q]) for q in want):
            return False
    return True


def _matters(exercise, problems, name):
    """Whether the plain answer moves with the argument."""
    return any(not all(agree(exercise.answer(_changed(problem, name, _half))[q], want)
                       for q, want in exercise.answer(problem).items()) for problem in problems)

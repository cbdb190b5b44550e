"""Answers to exercises checked: right, still open, or which known bug explains them.

    rl.check("backward", backward)             # a function of the student's
    rl.check("parameter_count", 38, net=net)   # a number or a dict
    rl.check("feeds", {"a[1, 2]"}, net=net, T=4, node="a[1, 1]")
    rl.hint("backward")                        # help, a step at a time
"""
from dataclasses import replace
from importlib import import_module

from rnnlib import arguments
from rnnlib.exercises import hints, judge, values
from rnnlib.exercises.feedback import Feedback
from rnnlib.exercises.form import EXERCISES
from rnnlib.reader import kept

__all__ = ["Feedback", "bugs", "check", "exercises", "hint"]

# one file a notebook, in their order; each enters its exercises into EXERCISES
for _file in ("graph", "forward", "backward", "decay", "cliffs", "stacks", "gates", "probability",
              "training"):
    import_module(f"{__name__}.{_file}")


def check(exercise, answer, *, net=None, T=None, node=None, seed=0):
    """Feedback on an answer: its `ok`, its `text`, the `bugs` that explain a wrong one.

    exercise: one of `exercises()`. answer: a function for the exercises that ask for one: it is
    tried on random problems, the same ones for the same seed, and compared with the engine. Else
    a number, a dict or a set, or a function of no arguments that returns it. net, T and node: the
    network, the number of times and the node that a question about sizes or arrows is about. A
    wrong answer is no error; an unknown exercise is a ValueError. That a function has passed is
    kept with what else the reader has done.
    """
    asked = _known(exercise)
    if asked.said and (net is not None or asked.make is None):
        found = values.judged(asked, answer, net, T, node)
    else:
        found = judge.judged(asked, answer, seed)
    # a number may stand in a text that shows how a check answers
    trouble = found.ok and callable(answer) and kept.done("checks", asked.name)
    return replace(found, text=f"{found.text} {trouble}") if trouble else found


def hint(exercise, *, step=None):
    """Three hints to an exercise, one more each time it is asked for, and then the solution.

    step: up to which, 1 to 3 or 4 for the solution, whatever was told before; that is not counted.
    An unknown exercise or step is a ValueError.
    """
    return hints.helped(_known(exercise), step)


def exercises():
    """The names that `check` and `hint` know."""
    return tuple(EXERCISES)


def bugs(exercise):
    """The known bugs of an exercise: {name: the sentence that tells it}."""
    return dict(_known(exercise).mistakes)


def _known(exercise):
    return EXERCISES[arguments.choice("exercise", exercise, EXERCISES)]

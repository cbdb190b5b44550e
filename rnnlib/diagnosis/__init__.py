"""Answers to exercises checked: right, still open, or which known bug explains them.

    rl.check("backward", backward)             # a function of the student's
    rl.check("parameters", 38, net=net)        # a number, tuple or dict
"""
from rnnlib import arguments
from rnnlib.diagnosis import catalogue, judge, sizes
from rnnlib.diagnosis.exercises import EXERCISES
from rnnlib.diagnosis.feedback import Feedback

__all__ = ["Feedback", "bugs", "check", "exercises"]


def check(exercise, answer, *, net=None, T=None, seed=0):
    """Feedback on an answer: its `ok`, its `text`, the `bugs` that explain a wrong one.

    exercise: one of `exercises()`. answer: a function for the exercises that ask for one: it is
    tried on random problems, the same ones for the same seed, and compared with the engine. Else
    a number or a dict, or a function of no arguments that returns it. net and T: the network and
    the number of times that a question about sizes is about. A wrong answer is no error; an
    unknown exercise is a ValueError.
    """
    arguments.choice("exercise", exercise, exercises())
    if exercise in sizes.QUESTIONS:
        return sizes.judged(exercise, answer, net, T)
    if answer is None or answer is Ellipsis:
        return judge.to_fill_in(EXERCISES[exercise])
    return judge.judged(EXERCISES[exercise], answer, seed)


def exercises():
    """The names that `check` knows."""
    return (*EXERCISES, *sizes.QUESTIONS)


def bugs(exercise):
    """The known bugs of an exercise: {name: the sentence that tells it}."""
    arguments.choice("exercise", exercise, exercises())
    if exercise in sizes.QUESTIONS:
        return sizes.bugs(exercise)
    return {name: catalogue.SENTENCES[name] for name in EXERCISES[exercise].bugs}

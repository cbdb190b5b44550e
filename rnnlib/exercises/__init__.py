"""Answers to exercises checked: right, still open, or which known bug explains them.

    rl.check("backward", backward)             # a function of the student's
    rl.check("parameters", 38, net=net)        # a number or a dict
    rl.check("feeds", {"a[1, 2]"}, net=net, T=4, node="a[1, 1]")
"""
from rnnlib import arguments
from rnnlib.exercises import (
    catalogue,
    decay,
    influence,
    judge,
    probability,
    sizes,
    spelling,
    stacks,
)
from rnnlib.exercises.feedback import Feedback
from rnnlib.exercises.form import EXERCISES

__all__ = ["Feedback", "bugs", "check", "exercises"]

# rooms with exercises, and bugs, of their own
_ROOMS = decay, probability, stacks, spelling


def check(exercise, answer, *, net=None, T=None, node=None, seed=0):
    """Feedback on an answer: its `ok`, its `text`, the `bugs` that explain a wrong one.

    exercise: one of `exercises()`. answer: a function for the exercises that ask for one: it is
    tried on random problems, the same ones for the same seed, and compared with the engine. Else
    a number, a dict or a set, or a function of no arguments that returns it. net, T and node: the
    network, the number of times and the node that a question about sizes or arrows is about. A
    wrong answer is no error; an unknown exercise is a ValueError.
    """
    arguments.choice("exercise", exercise, exercises())
    if exercise in sizes.QUESTIONS:
        return sizes.judged(exercise, answer, net, T)
    if exercise in influence.QUESTIONS:
        return influence.judged(exercise, answer, net, T, node)
    if exercise in decay.QUESTIONS:
        return decay.judged(exercise, answer)
    asked = next(room[exercise] for room in (EXERCISES, *(room.EXERCISES for room in _ROOMS))
                 if exercise in room)
    if answer is None or answer is Ellipsis:
        return judge.to_fill_in(asked)
    return judge.judged(asked, answer, seed)


def exercises():
    """The names that `check` knows."""
    return (*EXERCISES, *(name for room in _ROOMS for name in room.EXERCISES),
            *sizes.QUESTIONS, *influence.QUESTIONS, *decay.QUESTIONS)


def bugs(exercise):
    """The known bugs of an exercise: {name: the sentence that tells it}."""
    arguments.choice("exercise", exercise, exercises())
    for room in (sizes, influence):
        if exercise in room.QUESTIONS:
            return room.bugs(exercise)
    for room in _ROOMS:
        if exercise in (*room.EXERCISES, *getattr(room, "QUESTIONS", ())):
            return room.bugs(exercise)
    return {name: catalogue.SENTENCES[name] for name in EXERCISES[exercise].bugs}

"""The verdict on an answer that is no function: a whole number, a dict, a set of nodes.

Each class is a way to answer. `verdict(exercise, given, want, answer)` is the feedback, where
`given` are the plain answer's arguments by name and `want` is the right answer.
"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real

from rnnlib.exercises.feedback import listed, one_line, right, still_open, wrong
from rnnlib.exercises.trial import answered, empty


def judged(exercise, answer, net, T, node):
    """Feedback on an answer, or on what a function of no arguments returns."""
    given, want = exercise.asked(net, T, node)
    answer, trouble = answered(exercise.name, answer)
    return wrong(trouble) if trouble else exercise.said.verdict(exercise, given, want, answer)


def explaining(exercise, given, fits):
    """The mistakes whose answer fits(answer)."""
    return [bug for bug in exercise.mistakes
            if fits(exercise.plain(**given, bugs=frozenset([bug])))]


@dataclass(frozen=True)
class Count:
    """One whole number; `asks` says of what."""

    asks: str
    parts: Callable  # of the question's arguments: {what is a part: its share}

    def verdict(self, exercise, given, want, answer):
        """Feedback that tells every mistake that comes to the same number."""
        if empty(answer):
            return still_open(f"Answer with a whole number: {self.asks}.")
        if (isinstance(answer, bool) or not isinstance(answer, Real)
                or not float(answer).is_integer()):
            return wrong(f"{one_line(repr(answer))} came, but one whole number is wanted: "
                         f"{self.asks}.")
        answer = int(answer)
        if answer == want:
            return right(f"{answer} it is.")
        fitting = explaining(exercise, given, lambda guess: guess == answer)
        if not fitting:
            more = "too many" if answer > want else "too few"
            parts = "; ".join(f"{part} = {share}" for part, share in self.parts(**given).items())
            return wrong(f"{answer} is {more}. Count part by part: {parts}.")
        told = [exercise.mistakes[bug] for bug in fitting]
        told = " Or: ".join(sentence[0].lower() + sentence[1:] for sentence in told)
        return wrong(f"{answer} comes out if {told}", fitting)


@dataclass(frozen=True)
class Entries:
    """A dict with an entry for each key of the right answer; the first wrong one is told.

    read(came) is an entry in the form of the right one, None if it is of no such form. A right
    entry or a mistake's may be a set: of all that it can be. The rest are the words.
    """

    read: Callable
    wanted: str       # A dict ... is wanted
    strange: str      # {came} and {known}
    unlike: str       # {came}
    explained: str    # {came} and {sentence}
    unexplained: str  # {came}
    right: str        # {many}
    to_fill_in: str   # {unfilled}

    def verdict(self, exercise, given, want, answer):
        """Feedback on what is filled in, then on what is not."""
        answer = {} if empty(answer) else answer
        if not isinstance(answer, Mapping):
            return wrong(f"{self.wanted}, but this is of type {type(answer).__name__}.")
        strange = [key for key in answer if key not in want]
        if strange:
            return wrong(self.strange.format(came=one_line(repr(strange[0]), 30),
                                             known=listed(want)))
        for key in want:
            fault = None if empty(answer.get(key)) else self._fault(
                exercise, given, want, key, answer[key])
            if fault:
                return wrong(f"`{key}`: {fault[0]}", fault[1])
        unfilled = [key for key in want if empty(answer.get(key))]
        if unfilled:
            return still_open(self.to_fill_in.format(unfilled=listed(unfilled)))
        return right(self.right.format(many=len(want)))

    def _fault(self, exercise, given, want, key, came):
        """(sentence, bugs) if an entry is wrong, else None."""
        read = self.read(came)
        if read is None:
            return self.unlike.format(came=one_line(repr(came), 30)), ()
        if _one_of(read, want[key]):
            return None
        fitting = explaining(exercise, given, lambda guess: _one_of(read, guess.get(key)))[:1]
        if not fitting:
            return self.unexplained.format(came=read), ()
        return self.explained.format(came=read, sentence=exercise.mistakes[fitting[0]]), fitting


def _one_of(came, wanted):
    """Whether an entry is the wanted one; in a wanted tuple, ... stands for anything."""
    if isinstance(wanted, (set, frozenset)):
        return any(_one_of(came, one) for one in wanted)
    if isinstance(wanted, tuple):
        return len(came) == len(wanted) and all(
            w in (c, Ellipsis) for c, w in zip(came, wanted, strict=True))
    return came == wanted

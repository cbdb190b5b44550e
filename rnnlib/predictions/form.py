"""The form of a prediction: a question, what can be chosen, the answer and its reason.

    @prediction("The loop is one arrow. How often do its lines stand in the picture?",
                "once", "3 times", "4 times", then="Point at the button `W_a[1]` and count.",
                why="As often as there are words.")
    def uses_of_the_loop():
        return f"{len(uses)} times"

The function below the decorator gives the answer, one of the choices or a number, from the library
where a line can ask it. It is called when somebody has committed, never before.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from rnnlib.predictions.drawn import sketch
from rnnlib.style import number
from rnnlib.widgets.markup import marked_up, plain

PREDICTIONS = {}  # by name, in the order of the notebooks


@dataclass(frozen=True)
class Prediction:
    """A prediction; see `prediction` for what its parts are."""

    name: str
    title: str
    question: str
    choices: tuple
    why: str
    then: str
    off: float
    curves: Callable | None
    truth: Callable | None
    find: Callable

    @cached_property
    def answer(self):
        """The choice that is right, or the number. ValueError if it is none of the choices."""
        found = self.find()
        if self.choices and found not in self.choices:
            raise ValueError(f"the answer of {self.name!r} must be one of its choices, got {found}")
        return found

    @property
    def pictures(self):
        """The curve of each choice as an SVG, all on one scale; none where there are no curves."""
        found = self.curves() if self.curves else {}
        low, high = (end(map(end, found.values()), default=0) for end in (min, max))
        return [sketch(found[choice], low, high) for choice in self.choices if found]

    @property
    def said(self):
        """The answer in words."""
        return self.answer if self.choices else number(self.answer).replace("-", "−")

    @property
    def told(self):
        """What may be opened once something was chosen: as `Choices` wants it."""
        right = self.choices.index(self.answer) if self.choices else self.answer
        chart = {"chart": {"svg": self.truth().svg()}} if self.truth else {}
        return {"right": right, "off": self.off, **chart,
                "said": f"The answer: {self.said}.", "why": self.why, "then": self.then}

    def html(self):
        """The whole as HTML that needs no script, the answer folded away."""
        pictures = self.pictures or [""] * len(self.choices)
        offers = "".join(f"<li>{picture}{marked_up(choice)}</li>"
                         for picture, choice in zip(pictures, self.choices))
        offers = offers and f"<ul>{offers}</ul>"
        then = f"<p>{marked_up(self.then)}</p>" if self.then else ""
        return (f"<p><strong>{self.title}</strong> {marked_up(self.question)}</p>{offers}{then}"
                f"<details><summary>Answer</summary><p><strong>The answer: "
                f"{marked_up(self.said)}.</strong> {marked_up(self.why)}</p></details>")

    def text(self):
        """The question and its choices as plain text, without the answer."""
        return "\n".join([f"{self.title} {plain(self.question)}",
                          *(f"○ {plain(choice)}" for choice in self.choices)])


def prediction(question, *choices, why, then="", off=0.0, curves=None, truth=None,
               title="Predict.", into=PREDICTIONS):
    """A decorator that enters what gives an answer, with its question, into PREDICTIONS.

    The name is the function's, with spaces. choices: none where a number is asked for; off: how far
    a right one may be from it. why: the reason, without the answer, which stands in front of it.
    then: what to do between the prediction and the answer. All are texts for `markup`. curves: a
    function that gives {choice: values}, drawn small beside the choices. truth: one that gives the
    `Truth` on which the answer and what was chosen are marked. title: the words in front of the
    question; into: where it is entered.
    """
    def entered(find):
        name = find.__name__.replace("_", " ")
        if name in into:
            raise ValueError(f"there is a prediction {name!r} already; give this one another name")
        into[name] = Prediction(name, title, question, choices, why, then, off, curves,
                                truth, find)
        return find

    return entered

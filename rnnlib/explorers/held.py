"""The explorer of what was believed before and after the course."""
import numpy as np

from rnnlib.beliefs import FORMS, RIGHT, questions, shorts
from rnnlib.beliefs.result import Own, Result
from rnnlib.charts.held import Held
from rnnlib.explorers.explorer import Explorer
from rnnlib.widgets.controls import choice
from rnnlib.widgets.panel import Panel

# what became of a belief, first what is left to do
BECAME = "still held", "taken up", "lost", "not settled", "let go", "put right", "known", ""
STATES = "open", "skipped", "other", "own", "right"
WORDS = {"open": "no answer", "skipped": "skipped", "other": "another belief", "own": "held",
         "right": "right"}


def beliefs_held(folder=None, **start):
    """A live picture of which beliefs were held before and after, by the reader's own answers.

    folder  where the reader's file is (`rnnlib.beliefs.result.Own`); without answers there an
            example is shown, which says so
    start   first value of the control rows

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds for each belief from above what
    was held in each form: 0 no answer, 1 skipped, 2 another belief, 3 the belief, 4 right.
    """
    return Panel(BeliefsHeld(Own(folder).result), start)


def example():
    """A made-up Result: a third right before, three quarters after."""
    rng = np.random.default_rng(1)
    return Result("00000000", {form: {
        number: RIGHT if rng.random() < share else str(rng.choice(question.keys))
        for number, question in questions(form).items()}
        for form, share in zip(FORMS, (0.15, 0.7), strict=True)})


class BeliefsHeld(Explorer):
    """What `beliefs_held` shows."""

    caption = "Which beliefs were held before and after"
    size = (860, 660)
    charts = {"held": (Held, [0.45, 0.06, 0.54, 0.89], {"rows": len(shorts())})}

    def __init__(self, result):
        self.mine = result is not None
        held = {form: (result or example()).held(form) for form in FORMS}
        self.held = {number: tuple(held[form][number] for form in FORMS) for number in shorts()}

    def controls(self):
        return {"rows": choice("rows", "", ["in order", "what is left first"], "in order")}

    def _numbered(self, values):
        """The numbers of the beliefs from above."""
        left = values.rows != "in order"
        return sorted(self.held, key=lambda one: BECAME.index(became(*self.held[one])) * left)

    def numbers(self, values):
        shown = [self.held[number] for number in self._numbered(values)]
        return {form: np.array([STATES.index(pair[k]) for pair in shown])
                for k, form in enumerate(FORMS)}

    def show(self, values, numbers, pinned):
        order = self._numbered(values)
        labels = [f"{shorts()[number]}  {number}" for number in order]
        held = {form: [STATES[k] for k in numbers[form]] for form in FORMS}
        self.shown["held"].show(labels, held, [became(*self.held[number]) for number in order])

    def said(self, values, numbers):
        told = [_told(form, numbers[form]) for form in FORMS]
        left = [number for number, pair in self.held.items() if became(*pair) in BECAME[:2]]
        told += [f"Held after all: {', '.join(left)}."] if left else []
        return " ".join([*([] if self.mine else ["An example, nobody's answers."]), *told])

    def tables(self, values, numbers):
        rows = [[number, shorts()[number], *(WORDS[what] for what in self.held[number]),
                 became(*self.held[number]) or "–"] for number in self._numbered(values)]
        return [{"caption": self.caption, "rows": rows,
                 "header": ["number", "belief", *FORMS, "what became of it"]}]


def became(before, after):
    """What became of a belief, one of BECAME."""
    if "open" in (before, after):
        return ""
    if after == "right":
        return {"right": "known", "own": "let go"}.get(before, "put right")
    if after == "own":
        return "still held" if before == "own" else "taken up"
    return "lost" if before == "right" else "not settled"


def _told(form, codes):
    if not codes.any():
        return f"The form {form} is not answered yet."
    count = {what: np.sum(codes == STATES.index(what)) for what in STATES}
    return f"{form.capitalize()}: {count['right']} of {len(codes)} right, {count['own']} held."

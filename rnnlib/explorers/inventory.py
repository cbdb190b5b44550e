"""The form that asks what one believes: its questions on the page, their answers kept in a file."""
from functools import partial
from html import escape
from urllib.parse import quote

import ipywidgets

from rnnlib import arguments, environment
from rnnlib.beliefs import FORMS, questions
from rnnlib.beliefs.result import Own
from rnnlib.widgets.choices import Choices
from rnnlib.widgets.markup import marked_up, plain
from rnnlib.widgets.tidy import one_per_cell

LETTERS = "abcd"


def what_do_you_believe(form, *, answers=None, folder=None):
    """The questions of a form, "before" or "after", each with its choices.

    answers  whether an answer can be opened once its question is answered; by default in the form
             after alone: who has read the answers is not asked the same twice
    folder   where the answers are kept (`rnnlib.beliefs.result.Own`): the file has a number drawn
             by lot and no name, and nothing is sent

    What is answered stays answered, also when the cell is run again. Returns an Inventory:
    `asked` {number: Choices}, `own` the file. ValueError for another form.
    """
    questions(form)  # knows which forms there are
    opens = form == FORMS[-1] if answers is None else arguments.flag("answers", answers)
    return Inventory(form, opens, Own(folder))


class Inventory(ipywidgets.VBox):
    """What `what_do_you_believe` shows."""

    def __init__(self, form, opens, own):
        self.form, self.own, self.line = form, own, ipywidgets.HTML()
        self.asked = {number: self._asked(question, opens)
                      for number, question in questions(form).items()}
        super().__init__([*self.asked.values(), self.line])
        self.add_class("rnnlib-inventory")
        one_per_cell(self)
        self._say()

    def _asked(self, question, opens):
        asked = Asked(question, opens)
        kept = self.own.result.forms[self.form] if self.own.result else {}
        if question.number in kept:
            key = kept[question.number]
            asked.put(None if key is None else question.keys.index(key), "committed")
        asked.observe(partial(self._keep, question), "state")
        return asked

    def _keep(self, question, change):
        # asked again, the first answer counts
        kept = self.own.result.forms[self.form] if self.own.result else {}
        asked = change.owner
        if change.new != "committed" or question.number in kept:
            return
        key = None if asked.chosen is None else question.keys[asked.chosen]
        try:
            self.own.put(self.form, question.number, key)
        except OSError as error:
            asked.note = f"This answer could not be kept in a file: {error.strerror}."
        self._say()

    def _say(self):
        """The line below: how many are answered, and where that is kept."""
        open_ = [number for number, asked in self.asked.items() if asked.state == "asked"]
        many = len(self.asked)
        words = (f"Answered: all {many}." if not open_ else f"Answered: {many - len(open_)} of "
                 f"{many}; open: {', '.join(open_)}.")
        kept = f" Kept in {escape(self.own.path.name)}, without a name." if self.own.path else ""
        self.line.value = f'<p role="status">{words}{kept}</p>'

    def close(self):
        """Take the questions from the page."""
        for child in (*self.children, self.line.layout, self.line.style, self.layout):
            child.close()
        super().close()

    _ipython_display_ = None

    def _repr_mimebundle_(self, **_kwargs):
        # made here, as ipywidgets 7 (Google Colab's) has no bundle to build upon
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"application/vnd.jupyter.widget-view+json": view, "text/html": page(self.form),
                "text/plain": in_words(self.form)}


class Asked(Choices):
    """A question of the form; its answer ends in a link to the cell that settles it."""

    # JupyterLab takes the line from under a link
    _css = f"{Choices._css}\n.rnnlib-choices a {{ color: inherit; text-decoration: underline; }}"

    def __init__(self, question, opens):
        self._link = f" {link(question)}"
        super().__init__(question.asks, [choice.text for choice in question.choices],
                         title=question.number,
                         answered=partial(answer, question) if opens else None)

    def put(self, chosen, state):
        super().put(chosen, state)
        if self.answer:
            self.answer = {**self.answer, "why": self.answer["why"] + self._link}


def answer(question, chosen):
    """What is opened of a question: the right answer and, of another choice, the belief behind it
    with what speaks against it."""
    right = question.choices[question.right]
    wrong = None if chosen in (None, question.right) else question.choices[chosen]
    return {"right": question.right, "said": f"{right.text}: {right.because}.",
            "why": f"{against(wrong)} Settled in" if wrong else "Settled in"}


def against(choice):
    """The belief behind a wrong choice, and what speaks against it."""
    return f"Whoever chooses “{choice.text}” believes: *{choice.belief}* But {choice.because}."


# ---------------------------------------------------------------- for pages without a kernel

def link(question):
    """A link to the cell that settles a question, as HTML; its place in words where no notebook is
    beside the library."""
    number, heading = question.heading
    names = {path.stem[:2]: path.name for path in environment.stored()}
    words = f"{number} {escape(heading)}"
    if number not in names:
        return words
    # the mark that JupyterLab gives a heading
    mark = quote(heading.replace(" ", "-"))
    return f'<a href="{names[number]}#{mark}" target="_blank" rel="noopener">{words}</a>'


def page(form):
    """The form as HTML that asks and answers without a program: each answer can be unfolded, on the
    course's own pages once a choice is made."""
    return "\n".join(_section(question) for question in questions(form).values())


def _section(question):
    right, *_ = [c for c in question.choices if c.holds]
    button = f'<input type="radio" name="{question.form} {question.number}">'
    listed = "".join(f"<li><label>{button} {marked_up(choice.text)}</label></li>"
                     for choice in question.choices)
    wrong = "".join(f"<li>{marked_up(against(choice))}</li>" for choice in question.choices
                    if not choice.holds)
    return (f'<div class="belief"><p><strong>{question.number}</strong> '
            f"{marked_up(question.asks)}</p>\n"
            f'<ol type="a">{listed}</ol>\n<details><summary>Answer</summary><p>'
            f"<strong>{marked_up(right.text)}</strong>: {marked_up(right.because)}.</p>"
            f"<ul>{wrong}</ul><p>Settled in {link(question)}.</p></details></div>")


def in_words(form):
    """The form as plain text: what it asks, without answers."""
    return "\n".join(
        f"{q.number} {plain(q.asks)} " + " ".join(
            f"({letter}) {plain(choice.text)}" for letter, choice in zip(LETTERS, q.choices))
        for q in questions(form).values())

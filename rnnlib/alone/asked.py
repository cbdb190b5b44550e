"""Questions on the page, and above the ones that are due the table of what is done."""
from datetime import date

import ipywidgets

from rnnlib import arguments
from rnnlib.alone.done import NOTEBOOKS, done, due, standing_of
from rnnlib.alone.form import QUESTIONS, of
from rnnlib.predictions import Asked
from rnnlib.reader import kept
from rnnlib.reader.spaced import DAYS
from rnnlib.widgets.tidy import one_per_cell

MOST = 6  # questions at a time
STYLE = ("<style>.rnnlib-done { font: 15px/1.5 system-ui, sans-serif; overflow-x: auto; "
         "color: var(--jp-ui-font-color1, inherit); } .rnnlib-done :is(td, th, caption) { "
         "padding: 2px 12px 2px 0; text-align: left; }</style>")
HEADS = "notebook", "predictions", "checks passed", "last day", "questions"


def tomorrow(notebook, *, clock=date.today):
    """The three questions about a notebook, such as "03", for another day.

    How they are answered is kept in `my_course.json` beside the notebook, and `progress` asks
    them again. clock: a function that gives the day, a date; TypeError for what is none.
    ValueError for a notebook without questions.
    """
    numbers = [number for number in NOTEBOOKS if of(number)]
    return Questions(of(arguments.choice("notebook", notebook, numbers)), _telling(clock))


def progress(*, clock=date.today):
    """What is done in each notebook, as a table, and below it the questions that are due.

    A question is due the day after its notebook was used last, with half of its predictions made;
    3 days after it was right then, and 7 after that. Wrong begins anew. clock: as for `tomorrow`.
    """
    return Progress(_telling(clock))


class Again(Asked):
    """A question that comes back; `counted` is called when an answer has been."""

    def __init__(self, question, clock, counted=lambda: None):
        self._clock, self._counted, self._next = clock, counted, ""
        super().__init__(question)
        self.remember()

    def _recall(self):
        """What was said on another day is not shown: it is asked anew."""

    def _keep(self, change):
        try:
            self._next = self._count() if change.new == "committed" else self._next
        except (OSError, ValueError) as error:
            self._next = self.note = kept.trouble(error)
            return
        # not before: the day tells whether it was right
        self.note = self._next if change.new == "opened" else ""

    def _count(self):
        """Keep how it stands after this answer; gives the sentence that says so."""
        right = self.chosen is not None and abs(self.chosen - self.answer["right"]) <= self.answer[
            "off"]
        today = self._clock()
        now = standing_of(self.prediction.name, today).answered(right, today)
        kept.keep("questions", self.prediction.name, {"right": now.right, "on": f"{now.on}"})
        self._counted()
        return (f"Asked again in notebook 00 from {now.due} on." if now.due else
                f"Right after {', '.join(map(str, DAYS))} days: it is not asked again.")


class Questions(ipywidgets.VBox):
    """Questions, one below the other; `asked` has them in their order."""

    def __init__(self, questions, clock, *, above=(), counted=lambda: None):
        self.asked = [Again(question, clock, counted) for question in questions]
        super().__init__([*above, *self.asked])
        one_per_cell(self)

    def html(self):
        """The questions as HTML that needs no script, each answer folded away."""
        return "\n".join(one.prediction.html() for one in self.asked)

    def text(self):
        """The questions in plain text, without answers."""
        return "\n".join(one.prediction.text() for one in self.asked)

    def close(self):
        """Take the questions from the page."""
        for child in (*self.children, self.layout):
            child.close()
        super().close()

    _ipython_display_ = None

    def _repr_mimebundle_(self, **_kwargs):
        # made here, as ipywidgets 7 (Google Colab's) has no bundle to build upon
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"application/vnd.jupyter.widget-view+json": view, "text/html": self.html(),
                "text/plain": self.text()}


class Progress(Questions):
    """What `progress` shows; `rows` is the table, as text."""

    def __init__(self, clock):
        self.table, self._clock = ipywidgets.HTML(), clock
        self._look()
        names = self.due[:MOST]
        super().__init__([QUESTIONS[name] for name in names], clock, above=[self.table],
                         counted=self._look)

    def _look(self):
        """Read the file again, and say what it holds."""
        today = self._clock()
        try:
            found, self.said = done(today), ""
        except (OSError, ValueError) as error:
            found, self.said = [], kept.trouble(error)
        self.due = due(found, today)
        self.rows = [_row(one, self.due, today) for one in found]
        self.said = self.said or _said(len(self.due))
        self.table.value = STYLE + self._table()

    def _table(self):
        heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
        rows = "".join(f'<tr><th scope="row">{title}</th>' + "".join(
            f"<td>{cell}</td>" for cell in cells) + "</tr>" for title, *cells in self.rows)
        table = (f"<table><caption>What you have done</caption><thead><tr>{heads}</tr></thead>"
                 f"<tbody>{rows}</tbody></table>") if rows else ""
        return f'<div class="rnnlib-done">{table}<p role="status">{self.said}</p></div>'

    def html(self):
        """Table, sentence and questions as HTML."""
        return "\n".join([self._table(), super().html()]).strip()

    def text(self):
        """The same as plain text."""
        rows = ("; ".join([title, *(f"{head}: {cell}" for head, cell in zip(HEADS[1:], cells))])
                for title, *cells in self.rows)
        return "\n".join([*rows, self.said, super().text()]).strip()

    def close(self):
        """Take table and questions from the page."""
        for part in (self.table.layout, self.table.style):
            part.close()
        super().close()


def _telling(clock):
    """`clock`, which must tell a day."""
    if not callable(clock):
        raise TypeError(f"clock must be a function that gives a day, got {arguments.shown(clock)}")
    arguments.a(date, "what clock gives", clock())
    return clock


def _row(found, names, today):
    """A line of the table."""
    now = sum(name in names for name in found.standings)
    days = [one.due for one in found.standings.values() if one.due]
    asked = (f"{now} due" if now else f"from {min(days)} on" if days
             else "all known" if found.standings else "–")
    counts = (f"{many} of {all_}" if all_ else "–" for many, all_ in (
        found.predictions, found.checks))
    return found.title, *counts, f"{found.last or '–'}", asked


def _said(many):
    if not many:
        return ("No question is due. The three about a notebook come once you have made half of "
                "its predictions, the day after.")
    first = f"{many} questions are due" if many > 1 else "One question is due"
    more = f", the first {MOST} of them below; then run this cell again" if many > MOST else ""
    return f"{first}{more}. Answer without looking back."

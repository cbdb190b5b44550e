"""A question that wants an answer first: choices, or a field for a number.

The reader chooses and commits, or skips; only then `answered` is asked what can be opened. What
is chosen stays in the kernel, and counts of a show of hands with it.
"""
from math import isfinite
from numbers import Real
from pathlib import Path

import anywidget
import traitlets as tl

from rnnlib.arguments import choice, shown
from rnnlib.widgets.markup import marked_up
from rnnlib.widgets.script import script, style_sheet
from rnnlib.widgets.tidy import one_per_cell

STATES = "asked", "committed", "opened"
_HERE = Path(__file__).parent


class Choices(anywidget.AnyWidget):
    """A question with its choices.

        asked = Choices("How often?", ["once", "4 times"], title="Predict.",
                        answered=lambda chosen: {"right": 1, "said": "4 times.", "why": "..."})
        asked.commit(1)
        asked.state, asked.chosen     # "committed", 1

    title, question, options  texts (see `markup`), HTML as traits; the title stands in front of the
              question. No options: a number is asked for.
    pictures  an SVG above each option.
    answered  (chosen) -> what may be opened: `right` the index of the right option or the number,
              which may be `off` by so much; texts: `said` the answer in a line, `why`, `then` what
              to do before it is opened; `chart` {"svg": a picture}, in which what has the number
              of an option as `data-choice` is shown when that was chosen. Nothing is opened where
              nothing is `said`.
    chosen    index of an option or a number; None where it was skipped, or a room was asked.
    state     "asked", "committed" or "opened"; who keeps it, observes it.
    hands     how many of a room are for each option, empty unless they are counted.
    note      a line below, for what went wrong.
    """

    _esm = script(_HERE, "keys", "elements", "kernel", "choices")
    _css = style_sheet(_HERE / "choices.css")

    title = tl.Unicode().tag(sync=True)
    question = tl.Unicode().tag(sync=True)
    options = tl.List(tl.Unicode()).tag(sync=True)
    pictures = tl.List(tl.Unicode()).tag(sync=True)
    chosen = tl.Any(None, allow_none=True).tag(sync=True)
    state = tl.Unicode("asked").tag(sync=True)
    hands = tl.List(tl.Int()).tag(sync=True)
    answer = tl.Dict().tag(sync=True)
    note = tl.Unicode().tag(sync=True)

    def __init__(self, question, options=(), *, title="", pictures=(), answered=None, note=""):
        self._answered = answered or (lambda _chosen: {})
        super().__init__(title=marked_up(title), question=marked_up(question), note=note,
                         options=list(map(marked_up, options)), pictures=list(pictures))
        self.on_msg(Choices._from_page)
        one_per_cell(self)

    def commit(self, chosen=None):
        """Take the reader at their word: an option's index or a number, None skips. ValueError for
        what cannot be chosen, and where it is too late."""
        if self.state != "asked":
            raise ValueError(f"there is an answer already: {shown(self.chosen)}")
        self.put(chosen, "committed")

    def put(self, chosen, state):
        """Show a question that was answered before."""
        choice("state", state, STATES)
        if not (chosen is None or self.can_be(chosen)):
            wanted = f"an index below {len(self.options)}" if self.options else "a number"
            raise ValueError(f"chosen must be {wanted}, got {shown(chosen)}")
        with self.hold_sync():
            self.chosen = chosen
            self.answer = {} if state == "asked" else {
                name: marked_up(text) if isinstance(text, str) else text
                for name, text in self._answered(chosen).items()}
            self.state = state

    def can_be(self, chosen):
        """Whether this is an option's index, or a number where one is asked for."""
        if self.options:
            return isinstance(chosen, int) and 0 <= chosen < len(self.options)
        return isinstance(chosen, Real) and isfinite(chosen)

    def show_answer(self):
        """Show the answer to who has committed."""
        if self.state == "committed":
            self.state = "opened"

    def ask_again(self):
        """Forget what was chosen."""
        self.put(None, "asked")

    def _from_page(self, message, _buffers):
        # pressed twice, an answer that has come already stays
        if message["kind"] == "commit" and self.state == "asked":
            self.commit(message["chosen"])
        elif message["kind"] == "open":
            self.show_answer()
        elif message["kind"] == "again":
            self.ask_again()

    def close(self):
        """Take the question from the page and let go of what it asked."""
        self.unobserve_all()
        self._answered = None
        self.layout.close()
        super().close()

    # ipywidgets 7 would show itself by this method and skip the bundle
    _ipython_display_ = None

"""Predictions: a question of a notebook, answered before its answer can be opened.

    rl.predict("uses of the loop")
"""
from datetime import date
from importlib import import_module

from rnnlib import arguments
from rnnlib.predictions.form import PREDICTIONS, Prediction
from rnnlib.reader import kept
from rnnlib.widgets.choices import STATES, Choices

__all__ = ["PREDICTIONS", "Asked", "Prediction", "predict"]

# one file a notebook, from 00 on; each enters its predictions into PREDICTIONS
FILES = ("start", "graph", "forward", "backward", "decay", "cliffs", "stacks", "gates",
         "probability", "training")
for _file in FILES:
    import_module(f"{__name__}.{_file}")


def predict(name):
    """The question of this name, to be answered; ValueError for a name that is not there.

    What was answered is kept in `my_course.json` beside the notebook and shown again.
    """
    asked = Asked(PREDICTIONS[arguments.choice("name", name, PREDICTIONS)])
    asked.remember()
    return asked


class Asked(Choices):
    """A prediction in the page."""

    def __init__(self, prediction):
        self.prediction = prediction
        super().__init__(prediction.question, prediction.choices, title=prediction.title,
                         pictures=prediction.pictures, answered=lambda _chosen: prediction.told)

    def remember(self):
        """Show what the reader has said before, and keep what is said from now on."""
        self._recall()
        self.observe(self._keep, "state")

    def _recall(self):
        try:
            past = kept.told("predictions").get(self.prediction.name)
        except (OSError, ValueError) as error:
            self.note = kept.trouble(error)
            return
        if isinstance(past, dict) and past.get("state") in STATES:
            said, choices = past.get("chosen"), self.prediction.choices
            chosen = choices.index(said) if said in choices else said
            if chosen is None or self.can_be(chosen):
                self.put(chosen, past["state"])

    def _keep(self, _change):
        said, choices = self.chosen, self.prediction.choices
        if choices and said is not None:
            said = choices[said]  # in words: their order may change one day
        past = {"chosen": said, "state": self.state, "on": f"{date.today()}"}
        try:
            kept.keep("predictions", self.prediction.name, None if self.state == "asked" else past)
            self.note = ""
        except (OSError, ValueError) as error:
            self.note = kept.trouble(error)

    def _repr_mimebundle_(self, **kwargs):
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/html": self.prediction.html(),
                "text/plain": self.prediction.text()}, metadata

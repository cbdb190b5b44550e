"""The form of a question for another day: that of a prediction, and a number such as "03.1"."""
from rnnlib.predictions.form import prediction

QUESTIONS = {}  # by name, in the order of the notebooks


def about(notebook):
    """A decorator as `prediction`, that enters a question about a notebook, such as "03"."""
    def question(text, *choices, **parts):
        title = f"{notebook}.{1 + len(of(notebook))}"
        return prediction(text, *choices, title=title, into=QUESTIONS, **parts)

    return question


def of(notebook):
    """The questions about a notebook."""
    return [one for one in QUESTIONS.values() if one.title.startswith(f"{notebook}.")]

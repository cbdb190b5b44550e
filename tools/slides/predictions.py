"""What a notebook asks its reader to predict. How a prediction is written is known here alone."""
import re
from types import SimpleNamespace

MARK = re.compile(r"\*\*Predict\b\.?\*\*")
CHOICES = re.compile(r"\*(\[.+?\])\*(?=\s|$|[,.)?])", re.DOTALL)
ANSWER = re.compile(r"<details><summary>Answer</summary>(.*?)</details>", re.DOTALL)


def prediction(nb, name, which=1):
    """A prediction of a notebook: `question`, `choices`, a list of texts, and `answer`, all in
    markdown; LookupError where there is none.

    name   the id of the cell that asks; which: the how-manyth prediction of that cell
    """
    index = next(k for k, cell in enumerate(nb.cells) if cell.id == name)
    here, *after = [cell.source for cell in nb.cells[index:] if cell.cell_type == "markdown"]
    asked = MARK.split(here)[1:]
    if len(asked) < which:
        raise LookupError(f"cell {name} asks for {len(asked)} predictions, not for {which}")
    text = asked[which - 1]
    question = text.partition("<details>")[0].split("\n\n")[0].strip()
    rows = CHOICES.findall(question)
    following = MARK.split(after[0])[0] if which == len(asked) and after else ""
    return SimpleNamespace(question=CHOICES.sub("", question).strip(),
                           choices=re.findall(r"\[(.+?)\](?=\s*\[|$)", rows[0]) if rows else [],
                           answer=answer(text, following))


def answer(text, following):
    """The answer that can be opened, here or in what follows, or else what the text says next."""
    found = ANSWER.search(text) or ANSWER.search(following)
    if found:
        return found[1].strip()
    return "" if following.startswith("#") else following.split("\n\n")[0]

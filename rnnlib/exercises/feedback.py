"""What a check shows: one sentence with a sign and a word, as text and as HTML."""
import html
import re
import sys
from dataclasses import dataclass

# sign and word carry the verdict, the line's style repeats it: never colour alone
_SIGNS = {"right": ("\N{CHECK MARK}", "Right.", "solid"),
          "wrong": ("\N{BALLOT X}", "Not yet.", "dashed"),
          "open": ("\N{WHITE CIRCLE}", "Still open.", "dotted")}


@dataclass(frozen=True, repr=False)
class Feedback:
    """A verdict on an answer: `state` is "right", "wrong" or "open", `text` says why.

    `bugs` are the names of the known bugs that explain a wrong answer, if any do.
    """

    state: str
    text: str
    bugs: tuple = ()

    @property
    def ok(self):
        """Whether the answer is right."""
        return self.state == "right"

    def __bool__(self):
        return self.ok

    def __repr__(self):
        sign, word, _ = _SIGNS[self.state]
        letters = getattr(sys.stdout, "encoding", None) or "utf-8"  # of a terminal, few perhaps
        return f"{sign} {word} {self.text}".encode(letters, "replace").decode(letters)

    def _repr_html_(self):
        sign, word, line = _SIGNS[self.state]
        return (f'<div role="status" style="border-left: 0.3em {line}; padding: 0.3em 0.8em">'
                f"<strong>{sign} {word}</strong> {as_html(self.text)}</div>")


def as_html(text):
    """Text made safe first; then `code` and the notes' superscripts a^{<t>} are set."""
    text = html.escape(text)
    text = re.sub(r"\^\{([^{}]*)\}", r"<sup>\1</sup>", text)
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", text)


def right(text):
    """Feedback for a right answer."""
    return Feedback("right", text)


def wrong(text, bugs=()):
    """Feedback for a wrong answer and the bugs that explain it."""
    return Feedback("wrong", text, tuple(bugs))


def still_open(text):
    """Feedback for a hole that nobody has filled yet."""
    return Feedback("open", text)


def one_line(value, most=90):
    """What came from the user on one line, cut where it grows long."""
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[:most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def listed(names, last="and"):
    """`a`, `b` and `c`."""
    names = [f"`{name}`" for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"

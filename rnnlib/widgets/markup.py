"""The course's words, as its texts write them, as HTML and as plain text."""
import html
import re

CODE, STRONG, EMPHASIS = r"`([^`]+)`", r"\*\*(\S(?:.*?\S)??)\*\*", r"\*(\S(?:.*?\S)??)\*"
# an address of the notes, ⟨t⟩ or ⟨t⟩[l], stands high behind its letter
HIGH = r"(?<=[^\s(])(⟨[^⟩]*⟩(?:\[\w+\])?)"


def marked_up(text):
    """Text as HTML: made safe first; then `code`, **strong**, *emphasis* and a⟨t⟩[l] are set."""
    # what is code keeps its stars and brackets
    pieces = re.split(CODE, html.escape(text, quote=False))
    return "".join(f"<code>{piece}</code>" if k % 2 else _set(piece)
                   for k, piece in enumerate(pieces))


def _set(text):
    for tag, pattern in (("strong", STRONG), ("em", EMPHASIS), ("sup", HIGH)):
        text = re.sub(pattern, rf"<{tag}>\1</{tag}>", text)
    return text


def plain(text):
    """Text without its marks."""
    for pattern in (CODE, STRONG, EMPHASIS):
        text = re.sub(pattern, r"\1", text)
    return text

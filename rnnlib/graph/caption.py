"""A step's sentence and equation as lines of text: below its still picture, and read out.

The live view sets equations in two dimensions (mathml.js). Here a vector is (a, b), a matrix its
rows in brackets, a fraction a/b, a unit a small number: a₁⟨2⟩[1].
"""
from itertools import pairwise
from xml.etree import ElementTree as ET

from rnnlib.style import ROLES, colour

_LINE, _LETTER = 24, 7.8  # px: from line to line; a sign on the average, in a wide font
_MOST = 6  # entries of a matrix that is written out
_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def words(line):
    """A line of tokens (see equations.py) as text."""
    return "".join(text for text, _ in _parts(line)).strip()


def below(step, y, width, theme):
    """(SVG texts of a step from height y on, the width they need, the height where they end)."""
    lines, texts = [[(step["say"], "")]], []
    for line in map(_parts, step["eq"]):
        begins = [k for k, (text, _) in enumerate(line) if text == " = "][1:]
        lines += [line[a:b] for a, b in pairwise(
            [0, *(begins if _width(line) > width else ()), len(line)])]
    for line in lines:
        look = "font-size:15px" if texts else "font-size:17px;font-weight:600"
        x, y = 34 if line[0][0] == " = " else 10, y + _LINE
        texts.append(ET.Element("text", {"x": str(x), "y": str(y),
                                         "style": f"{look};text-anchor:start"}))
        for text, role in line:
            look = {"style": f"fill:{colour(role, theme)};text-decoration:{ROLES[role].mark}"
                    } if role else {}
            ET.SubElement(texts[-1], "tspan", look).text = text
    return texts, max(width, *map(_width, lines)), y + _LINE // 2


def _width(line):
    return 44 + round(_LETTER * sum(len(text) for text, _ in line))


def _parts(line):
    """(text, role) of each token of a line."""
    found = []
    for before, token in pairwise(["", *line]):
        if isinstance(token, str):
            found.append((f" {token} " if token in "=+·⊙−" else token, ""))
        else:
            text, role = _spelt(*token)
            found.append((" " * (not isinstance(before, str)) + text.replace("-", "−"), role))
    return found


def _spelt(kind, what, *more):
    match kind:
        case "s":
            sub, sup, *more = *more, *[""] * (2 - len(more))
            text = what + "".join(part.translate(_SMALL) if part.isdigit() else f"_{part}"
                                  for part in sub.split(",") if part) + ("²" if sup == "2" else sup)
        case "d":
            text = f"∂J/∂{words([what])}"
        case "g":
            text = words(what) + "".join(f" ({caption})" for caption in more[1:])
        case "p":
            text = _listed(" · ".join(f"({v})" if v[0] == "-" else v for v in pair)
                           for pair in what).replace(",", " +")
        case "m" if len(what) * len(what[0]) > _MOST:
            text = f"{len(what)} × {len(what[0])} numbers"
        case _:
            text = _listed(what[0] if kind == "m" and len(what) == 1 else what)
    return text, more[0] if more else ""


def _listed(what):
    return what if isinstance(what, str) else f"({', '.join(map(_listed, what))})"

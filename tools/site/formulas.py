"""Formulas as the browser draws them itself: TeX to MathML, when the page is made."""
from xml.etree import ElementTree

from latex2mathml.converter import convert

SPACE = "http://www.w3.org/1998/Math/MathML"
ROW, TABLE, NAME = (f"{{{SPACE}}}{tag}" for tag in ("mrow", "mtable", "mi"))
BRACE = "\u23df"
ElementTree.register_namespace("", SPACE)


def mathml(tex, display="inline"):
    """The <math> element of a formula; ValueError names what cannot be made one."""
    root = ElementTree.fromstring(convert(tex.strip(), display=display))
    for element in [*root.iter()]:
        # a command that latex2mathml does not know it hands through
        if (element.text or "").startswith("\\"):
            raise ValueError(f"{element.text} in the formula {tex!r} cannot be made MathML")
        by_style(element)
    return ElementTree.tostring(root, encoding="unicode")


def by_style(element):
    """Leaves a wide brace, and the parentheses of a matrix, to the page's style: stretched signs
    need a mathematical font, which many machines lack. So does it with the gap after "log"."""
    inner = [*element]
    for name, after in zip(inner, inner[1:]):
        if name.tag == NAME and len(name.text) > 1 and after.text != "(":
            name.set("class", "word")
    if len(inner) == 2 and inner[1].text == BRACE:
        element.tag = ROW
        element.set("class", "brace")
        element.remove(inner[1])
    for before, table, after in zip(inner, inner[1:], inner[2:]):
        if table.tag == TABLE and (before.text, after.text) == ("(", ")"):
            before.tag, before.text = ROW, None
            before.set("class", "round")
            before.append(table)
            element.remove(table)
            element.remove(after)

"""Equations as short lists of tokens, which the browser turns into MathML.

A line is a list of tokens, each a string (an operator or a word, set as it is) or a list
whose first entry says what it is:

- ``["s", base, sub, sup, role]`` a symbol with scripts;
- ``["n", text, role]`` a number;
- ``["v", [text, ...], role]`` a column vector; ``["m", [[text, ...], ...], role]`` a matrix;
- ``["p", [[text, text], ...], role]`` a sum of products;
- ``["f", [token, ...], [token, ...], role]`` a fraction;
- ``["g", [token, ...], role, caption]`` a group with a caption below.

The role gives colour and underline, the same as the arrow's in the graph. Empty entries at a
token's end are left out: hundreds of steps are sent at once.
"""
from rnnlib.style import number


def _token(*parts):
    while not parts[-1]:
        parts = parts[:-1]
    return list(parts)


def symbol(base, l=None, t=None, *, sub="", role="", transposed=False):
    """base with <t>[l] above and sub below, such as z^{<2>[1]}."""
    above = ("" if t is None else f"⟨{t}⟩") + ("" if l is None else f"[{l}]")
    return _token("s", base, str(sub), above + ("⊤" if transposed else ""), role)


def weight(name, *, entry="", role="", transposed=False):
    """A parameter by its name in the notes: "W_a[1]" is W with a below and [1] above."""
    base, _, layer = name.partition("[")
    letter, _, sub = base.partition("_")
    sub = ",".join(part for part in (sub, entry) if part)
    above = f"[{layer}" if layer else ""
    return _token("s", letter, sub, above + ("⊤" if transposed else ""), role)


def slope_of_loss(of, role="", top="∂J"):
    """dJ/d(of) as a fraction."""
    return _token("f", [top], ["∂", of], role)


def value(v, role=""):
    """One number."""
    return _token("n", number(v), role)


def vector(values, role=""):
    """A column vector; a single number stands without brackets."""
    texts = [number(v) for v in values]
    return _token("n", texts[0], role) if len(texts) == 1 else _token("v", texts, role)


def matrix(rows, role=""):
    """A matrix of numbers."""
    return _token("m", [[number(v) for v in row] for row in rows], role)


def products(left, right, role=""):
    """left[0] right[0] + left[1] right[1] + ..."""
    return _token("p", [[number(a), number(b)] for a, b in zip(left, right)], role)


def group(tokens, role, caption=""):
    """Tokens that belong together, with a caption below."""
    return _token("g", tokens, role, caption)

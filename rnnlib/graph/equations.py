"""Equations as short lists of tokens, which the browser turns into MathML.

A line is a list of tokens, each a string (an operator or a word, set as it is) or a list
whose first entry says what it is:

- ``["s", base, sub, sup, role]`` a symbol with scripts;
- ``["n", text, role]`` a number;
- ``["v", [text, ...], role]`` a column vector; ``["m", [[text, ...], ...], role]`` a matrix;
- ``["p", [[text, text], ...], role]`` a sum of products;
- ``["d", token]`` the derivative of the loss by that symbol;
- ``["g", [token, ...], role, caption]`` a group with a caption below.

The role gives colour and underline, the same as the arrow's in the graph. Empty entries at a
token's end are left out: hundreds of steps are sent at once.
"""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnlib.style import number


@dataclass(frozen=True)
class Addend:
    """One term of a sum in an equation: its symbols, numbers (n,), and how a unit spells it out."""

    role: str
    tokens: list
    numbers: np.ndarray
    spelt: Callable


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


def slope_of_loss(of):
    """dJ/d(of), which the browser sets as a fraction."""
    return _token("d", of)


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


def summed(of, addends, total, unit):
    """The lines of a sum: its symbols, of one unit its products; then its numbers."""
    terms = [addend.tokens if unit < 0 else addend.spelt(unit) for addend in addends]
    numbers = [vector(addend.numbers[part_of(unit)], addend.role) for addend in addends]
    return [[of, "=", *joined(terms)], ["=", *joined(numbers), "=", vector(total[part_of(unit)])]]


def joined(tokens, wrap=False):
    """Tokens with + between them, in brackets if asked."""
    line = sum_of([[token] for token in tokens])
    return ["(", *line, ")"] if wrap else line


def sum_of(parts):
    """Lists of tokens with + between them."""
    line = list(parts[0])
    for part in parts[1:]:
        line += ["+", *part]
    return line


def times_of(left, right, times):
    """The tokens of a product; a negative number stands in brackets after the sign."""
    second = vector(right)
    negative = second[0] == "n" and second[1].startswith("-")
    return [vector(left), times, *(["(", second, ")"] if negative else [second])]


def chained(ways, unit):
    """Left and right numbers of all products of several ways."""
    pairs = [way.products(unit) for way in ways]
    return tuple(np.concatenate(side) for side in zip(*pairs))


def part_of(unit):
    """The rows of a unit; of all units for -1."""
    return slice(None) if unit < 0 else slice(unit, unit + 1)


def sub_of(unit):
    """A unit as a subscript, counted from 1; nothing for all units."""
    return "" if unit < 0 else unit + 1

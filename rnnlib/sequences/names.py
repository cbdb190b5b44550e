"""First names as sequences of characters: the data, their split, and what a network is fed.

A network reads a name as it guesses it: x at time t is the character before, y the character at
t. Before the first character, and after the last one, stands the end sign END; so a name of k
letters has k + 1 times, and its first x is the end sign.
"""
import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlib import arguments
from rnnlib.records import frozen

END = "."
ALPHABET = (END, *"abcdefghijklmnopqrstuvwxyz")
_COLUMN = {character: column for column, character in enumerate(ALPHABET)}
# letters that are no letter with an accent to Unicode
_UNDIVIDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe",
                            "þ": "th"})
_CSV = Path(__file__).parent / "data" / "names_1990.csv"


@dataclass(frozen=True, eq=False)
class FirstNames:
    """Distinct first names (N of them, sorted, in small letters) and how frequent they are.

    female, male (N,): per cent of the women, and of the men, who bear the name; NaN where the
    name is not among those counted for that sex. Both are read-only.
    """

    names: tuple
    female: np.ndarray
    male: np.ndarray

    def __len__(self):
        return len(self.names)

    def __repr__(self):
        return f"FirstNames({len(self)} names, {self.names[0]} to {self.names[-1]})"

    def split(self, validation=0.1, test=0.1, *, seed=0):
        """Split of the names at random: these shares to choose by and to judge by, the rest to
        train on.

        The same seed gives the same split. ValueError where one of the three would be empty.
        """
        shares = [arguments.number(name, share, least=0.0)
                  for name, share in (("validation", validation), ("test", test))]
        chosen, judged = (round(share * len(self)) for share in shares)
        if not (chosen and judged and chosen + judged < len(self)):
            raise ValueError("validation and test must leave names to each of the three parts, got "
                             f"{validation:g} and {test:g} of {len(self)} names")
        order = arguments.generator(seed).permutation(len(self))
        shuffled = tuple(self.names[i] for i in order)
        held = chosen + judged
        return Split(shuffled[held:], shuffled[:chosen], shuffled[chosen:held])


@dataclass(frozen=True)
class Split:
    """The names to train on, to choose by and to judge by: no name is in two of these."""

    train: tuple
    validation: tuple
    test: tuple = ()

    held_out = property(lambda self: (*self.validation, *self.test), doc="All not trained on.")

    def __repr__(self):
        return (f"Split({len(self.train)} names to train on, {len(self.validation)} to choose by, "
                f"{len(self.test)} to judge by)")


@dataclass(frozen=True, eq=False)
class Characters:
    """Names as a batch: x (T, 27, m) one-hot, y (T, m) class numbers, lengths (m,); read-only.

    T is one more than the letters of the longest name. What stands after a name's end, 0 in x
    and in y, counts nowhere as long as the lengths go to the network too.
    """

    names: tuple
    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray

    def __repr__(self):
        return f"Characters({len(self.names)} names, {self.lengths.sum()} characters)"


def first_names():
    """The 5163 distinct first names of the United States' census of 1990.

    Source: US Census Bureau, public domain; see rnnlib/sequences/data/README.md.
    """
    with open(_CSV, encoding="ascii", newline="") as text:
        rows = list(csv.DictReader(text))
    female, male = (frozen(np.array([float(row[sex] or "nan") for row in rows]))
                    for sex in ("female", "male"))
    return FirstNames(tuple(row["name"] for row in rows), female, male)


def class_numbers(name):
    """The class numbers (k + 1,) of a name's k characters and of the end sign, by ALPHABET.

    Capitals count as small letters. TypeError for what is no text, ValueError for no text at
    all and for a character that is not in the alphabet; the sentence then says which name of
    plain letters would do, if there is one.
    """
    if not isinstance(name, str):
        raise TypeError(f"a name must be text, got {arguments.shown(name)}")
    letters = name.lower()
    if not letters:
        raise ValueError("a name must have at least one letter, got none")
    strange = [c for c in letters if c not in _COLUMN or c == END]
    if strange:
        plain = _plain(name)
        hint = f"; {plain!r} would do" if plain and len(plain) <= 40 else ""
        raise ValueError(f"a name must consist of the letters a to z, but {arguments.shown(name)} "
                         f"has {strange[0]!r}{hint}")
    return np.array([*(_COLUMN[c] for c in letters), _COLUMN[END]])


def _plain(name):
    """The letters a to z of a name, those with accents without them."""
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_UNDIVIDED))
    return "".join(c for c in apart if c in _COLUMN and c != END)


def characters(names):
    """Characters: the names (one text, or several) as the batch that a network is fed.

    TypeError or ValueError for a name with a character outside the alphabet.
    """
    names = arguments.texts("names", names, least=1)
    rows = [class_numbers(name) for name in names]
    lengths = np.array([len(row) for row in rows])
    y = np.zeros((lengths.max(), len(rows)), dtype=np.intp)
    for i, row in enumerate(rows):
        y[:len(row), i] = row
    before = np.vstack([np.full((1, len(rows)), _COLUMN[END]), y[:-1]])
    x = np.zeros((len(y), len(ALPHABET), len(rows)))
    times, examples = np.nonzero(np.arange(len(y))[:, None] < lengths)
    x[times, before[times, examples], examples] = 1.0
    return Characters(names, frozen(x), frozen(y), frozen(lengths))


@dataclass(frozen=True, eq=False)
class NGram:
    """How probable each character is, given the order - 1 before it: a count, made smooth.

    probabilities has `order` axes of 27: the last is the character, those before it are the
    characters before, END where the name has not begun. Read-only.
    """

    order: int
    probabilities: np.ndarray

    def each(self, name):
        """The probability of each of a name's k characters and of its end, (k + 1,)."""
        return self.probabilities[_windows(class_numbers(name), self.order)]

    def log_probability(self, name):
        """The natural logarithm of the probability of a whole name, end sign included."""
        return float(np.log(self.each(name)).sum())

    def nats(self, names):
        """The mean of -log probability over all characters of the names, end signs included."""
        names = arguments.texts("names", names, least=1)
        return -sum(map(self.log_probability, names)) / sum(len(name) + 1 for name in names)

    def __repr__(self):
        return f"NGram(order={self.order})"


def n_gram(names, order):
    """NGram of the names: order 2 is a bigram, 3 a trigram; at most 5.

    Each order is mixed with the next lower one, down to 27 equally probable characters:

        P(c | h) = (N(h c) + D(h) P(c | h less its oldest)) / (N(h) + D(h)),

    with N(h c) how often c came after h, N(h) their sum over c, D(h) how many different c came.
    Where h never came the lower order stands alone. There is nothing to tune.

    Source: Witten & Bell 1991, interpolated as in Chen & Goodman 1999.
    """
    order = arguments.count("order", order, most=5)
    rows = [class_numbers(name) for name in arguments.texts("names", names, least=1)]
    counts = np.zeros((len(ALPHABET),) * order)
    for row in rows:
        np.add.at(counts, _windows(row, order), 1.0)
    P = np.full(len(ALPHABET), 1 / len(ALPHABET))
    for oldest in range(order - 1, -1, -1):
        N = counts.sum(axis=tuple(range(oldest)))
        D = (N > 0).sum(axis=-1, keepdims=True)
        P = (N + np.where(D == 0, 1, D) * P) / np.where(D == 0, 1, N.sum(-1, keepdims=True) + D)
    return NGram(order, frozen(P))


def _windows(row, order):
    """Each character with the order - 1 before it, as the index of a table with `order` axes."""
    padded = np.concatenate([np.full(order - 1, _COLUMN[END]), row])
    return tuple(padded[i:i + len(row)] for i in range(order))

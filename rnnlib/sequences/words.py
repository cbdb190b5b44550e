"""Sentences as one-hot vectors, and batches of sequences of different lengths.

Arrays are as everywhere in the course: x (T, n_x, m), one column per example.
"""
from typing import NamedTuple

import numpy as np

from rnnlib.arguments import regular, several, shown


class OneHot(NamedTuple):
    """A sentence as vectors: x (T, n_x), and the vocabulary whose order the columns follow."""

    x: np.ndarray
    vocabulary: tuple


class Padded(NamedTuple):
    """Sequences side by side: x (T, n_x, m) or (T, m), and how long each one is, (m,)."""

    x: np.ndarray
    lengths: np.ndarray


def one_hot(words, vocabulary=None):
    """One row per word with a single 1 in the word's own column: x (T, n_x), with the vocabulary.

    words: a sentence (cut at blanks) or a sequence of words. vocabulary: the words that have a
    column; None takes the sentence's own words in the order in which they first come.
    ValueError for an empty sentence and for a word that is not in the vocabulary.
    """
    words = _words(words, "words")
    columns = _vocabulary(words if vocabulary is None else vocabulary, given=vocabulary is not None)
    unknown = [word for word in words if word not in columns]
    if unknown:
        raise ValueError(f"the word {unknown[0]!r} is not in the vocabulary, which has "
                         f"{_some(columns)}: add it or choose another word")
    x = np.zeros((len(words), len(columns)))
    for row, word in zip(x, words, strict=True):
        row[columns[word]] = 1
    return OneHot(x, tuple(columns))


def _words(words, name):
    if isinstance(words, str):
        words = words.split()
    if not np.iterable(words):
        raise TypeError(f"{name} is a {type(words).__name__}, but a sentence or a list of words "
                        "is wanted")
    words = list(words)
    if not words:
        raise ValueError(f"{name} is empty, but at least one word is wanted")
    strange = [word for word in words if not isinstance(word, str)]
    if strange:
        raise TypeError(f"{name} holds {shown(strange[0])}, but every word has to be a string")
    return words


def _vocabulary(words, given):
    """Column number of each word."""
    words = _words(words, "vocabulary")
    distinct = list(dict.fromkeys(words))
    if given and len(distinct) < len(words):
        twice = next(word for word in distinct if words.count(word) > 1)
        raise ValueError(f"vocabulary has the word {twice!r} twice, but every word has one column")
    return {word: column for column, word in enumerate(distinct)}


def _some(words, most=8):
    shown = ", ".join(repr(word) for word in list(words)[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"


def pad(sequences):
    """Sequences of different lengths as one batch (x, lengths), zeros after each one's end.

    sequences: m arrays (T_i, n_x), giving x (T, n_x, m), or m arrays (T_i,) of class numbers,
    giving (T, m) of the same kind; T is the longest. Nothing after an example's end counts as
    long as the lengths are handed to `net.forward` too.
    """
    arrays = [regular(f"sequence {i} of sequences", sequence)
              for i, sequence in enumerate(several("sequences", sequences, "arrays"))]
    _check_sequences(arrays)
    lengths = np.array([len(array) for array in arrays])
    x = np.zeros((lengths.max(), *arrays[0].shape[1:], len(arrays)), np.result_type(*arrays))
    for i, array in enumerate(arrays):
        x[:len(array), ..., i] = array
    return Padded(x, lengths)


def _check_sequences(arrays):
    if not arrays:
        raise ValueError("sequences is empty, but at least one sequence is wanted")
    for i, array in enumerate(arrays):
        if array.ndim not in (1, 2) or array.dtype.kind not in "biuf":
            raise ValueError(f"sequence {i} has shape {array.shape} and type {array.dtype}, but "
                             "numbers of shape (T, n_x) or (T,) are wanted")
        if len(array) == 0:
            raise ValueError(f"sequence {i} has no times, but at least one is wanted")
        if array.shape[1:] != arrays[0].shape[1:]:
            raise ValueError(f"sequence {i} has {array.shape[1:]} numbers at a time and sequence "
                             f"0 has {arrays[0].shape[1:]}, but all have to have as many")

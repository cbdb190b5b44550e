"""How a student's numbers are related to those wanted, where no known mistake explains them."""
import numpy as np

TOLERANCE = 1e-9  # relative to a quantity's largest entry; rounding stays near 1e-15
CLOSE = 1e-5      # single precision stays below this
_BASES = {1 / np.log(10): "Base 10 (log10) stands where the natural logarithm is wanted?",
          1 / np.log(2): "Base 2 (log2) stands where the natural logarithm is wanted?",
          np.log2(10): "Base 2 (log2) stands where base 10 is wanted?",
          np.log(10): "The natural logarithm stands where one to the base 10 is wanted?",
          np.log(2): "The natural logarithm stands where one to the base 2 is wanted?",
          -1: "Its sign is turned."}
_KIN = (("the transpose of", lambda want: want.T),
        ("in the reverse order of", lambda want: want[::-1]),
        ("one place late against", lambda want: np.roll(want, 1, axis=0)),
        ("one place early against", lambda want: np.roll(want, -1, axis=0)),
        ("the absolute value of", np.abs), ("the square of", np.square),
        ("the root of", lambda want: np.sqrt(np.abs(want))), ("the exponential of", np.exp),
        ("the logarithm of", lambda want: np.log(np.abs(want))),
        ("1 minus", lambda want: 1 - want), ("1 divided by", lambda want: 1 / want))


def off(value, want):
    """The largest difference relative to the largest entry wanted."""
    size = np.abs(want).max()
    return np.abs(value - want).max() / (size if size > 0 else 1)


def agree(value, want):
    """Whether two arrays of one shape are the same but for rounding."""
    return off(value, want) <= TOLERANCE


def told(pairs, sizes):
    """A sentence on pairs (value, want) of arrays, one or more for each of the sizes; or ""."""
    return _close(pairs) or _multiple(pairs) or _by_size(pairs, sizes) or _kin(pairs) or (
        _rows(pairs) or _of_a_kind(pairs))


def cut(pairs):
    """A sentence if all is what is wanted, but no larger than some number; or ""."""
    value, want = (np.concatenate([pair[k].ravel() for pair in pairs]) for k in (0, 1))
    most = np.abs(value).max()
    beyond = np.abs(want) > most * (1 + TOLERANCE)
    return (f"It is what is wanted, cut off at {most:.4g} and -{most:.4g}." if beyond.sum() > 1
            and most and agree(value, np.clip(want, -most, most)) else "")


def _close(pairs):
    worst = max(off(*pair) for pair in pairs)
    if worst > CLOSE:
        return ""
    if all(np.array_equal(value, value.astype(np.float32)) for value, _ in pairs):
        return ("All its numbers are in single precision (float32), good for 7 digits; the check "
                "asks for 9: which array is made with that dtype?")
    return (f"Its numbers agree to {max(1, int(-np.log10(worst)))} digits only: is something "
            "rounded, clipped, held in single precision (float32), or taken by a difference?")


def _multiple(pairs):
    """If all are the same multiple of what is wanted, or the same number more than it."""
    value, want = (np.concatenate([pair[k].ravel() for pair in pairs]) for k in (0, 1))
    ratio, more = _ratio(value, want), (value - want).mean()
    if ratio:
        named = next((f" {text}" for base, text in _BASES.items() if np.isclose(ratio, base)), "")
        return f"It is {ratio:.4g} times what is wanted, in every problem.{named}"
    if len(value) > 1 and agree(value, want + more):
        return f"It is {abs(more):.4g} too {'large' if more > 0 else 'small'}, in every problem."
    return ""


def _ratio(value, want):
    """By which number all that is wanted is multiplied; 0 if there is no such number."""
    ratio = (value @ want) / (want @ want)
    return ratio if len(value) > 1 and agree(value, ratio * want) else 0


def _by_size(pairs, sizes):
    for letter in sizes[0]:
        many = [size[letter] for size in sizes]
        if isinstance(many[0], (int, np.integer)) and len(set(many)) > 1:
            if all(agree(v, want * n) for (v, want), n in zip(pairs, many, strict=True)):
                return f"It is {letter} times what is wanted, in every problem."
            if all(agree(v * n, want) for (v, want), n in zip(pairs, many, strict=True)):
                return f"It is what is wanted divided by {letter}, in every problem."
    return ""


def _kin(pairs):
    for text, kin in _KIN:
        with np.errstate(all="ignore"):
            like = [kin(want) if want.ndim else kin(want[None])[0] for _, want in pairs]
        if all(np.shape(guess) == value.shape and np.isfinite(guess).all() and guess.any()
               for (value, _), guess in zip(pairs, like, strict=True)):
            ratio = _ratio(*(np.concatenate([each.ravel() for each in all_])
                             for all_ in ([value for value, _ in pairs], like)))
            if ratio:
                times = "" if np.isclose(ratio, 1) else f"{ratio:.4g} times "
                return f"It is {times}{text} what is wanted, in every problem."
    return ""


def _rows(pairs):
    """Which rows alone are wrong, or never."""
    rows = [np.abs(value - want).reshape(len(want), -1).max(axis=1) > TOLERANCE * (
        np.abs(want).max() or 1) for value, want in pairs if want.ndim and len(want) > 1]
    rows = [bad for bad in rows if bad.any()]
    for verdict, found in (("wrong", rows), ("right", [~bad for bad in rows])):
        for name, k in (("first", 0), ("last", -1)):
            if found and all(row[k] and row.sum() == 1 for row in found):
                return f"Of several rows only the {name} is {verdict}, in every problem."
    return ""


def _of_a_kind(pairs):
    """What all that is wanted has in common, and this has not: whole numbers, or the sum 1."""
    values, wants = zip(*pairs, strict=True)
    if not any((want % 1).any() for want in wants) and any((value % 1).any() for value in values):
        return "Whole numbers are wanted."
    of_rows = [[np.atleast_1d(each).sum(axis=-1) for each in all_] for all_ in (wants, values)]
    wanted, came = (all(np.allclose(sums, 1) for sums in each) for each in of_rows)
    return "It does not sum to 1 (each row, in a table), as what is wanted does." * (wanted > came)

"""Fans: what 20 seeds show beside the one of the picture, found once the hand rests."""
from types import SimpleNamespace

import numpy as np

from rnnlib.style import digits, power
from rnnlib.widgets.controls import switch

# those of a fan, whichever seed the picture has
SEEDS = range(20)


def asked():
    """The control that asks for a fan, as narrow as its words: the line has room for no more."""
    control = switch(f"{len(SEEDS)} seeds", "", False)
    control.layout.width = "auto"
    return control


def found(of_one, values):
    """What `of_one` finds with each of SEEDS in place of the seed: (20, ...)."""
    return np.array([of_one(SimpleNamespace(**{**vars(values), "seed": seed}))
                     for seed in SEEDS])


def spread(sizes):
    """Smallest, median and largest of a fan (20, ...) of log10 sizes, (3, ...)."""
    return np.array([sizes.min(axis=0), np.median(sizes, axis=0), sizes.max(axis=0)])


def said(fans):
    """Fans {words: (20,) log10 sizes} in a sentence: ends, and in brackets medians."""
    told = [(words, *map(power, spread(sizes))) for words, sizes in fans.items()]
    return f" With {len(SEEDS)} seeds (median): " + "; ".join(
        f"{words}{low} to {high} ({median})" for words, low, median, high in told) + "."


def table(times, fans):
    """The table of fans {words: (20, K) log10 sizes} at times (K,)."""
    parts = ("smallest", "median", "largest")
    return {"caption": f"log10 of sizes at t, with the seeds {SEEDS[0]} to {SEEDS[-1]}",
            "header": ["time", *(f"{words}, {part}" for words in fans for part in parts)],
            "rows": [[f"t = {t}", *map(digits, row)] for t, row in zip(
                times, np.concatenate([*map(spread, fans.values())]).T, strict=True)]}

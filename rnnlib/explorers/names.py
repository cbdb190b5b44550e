"""The explorer of a network that has learned names: one's own name, names made up, hidden units."""
from functools import lru_cache

import numpy as np

from rnnlib import arguments
from rnnlib.charts.names import (
    KINDS,
    LIKELIEST,
    MOST_PLACES,
    NAMES_SHOWN,
    UNITS_NAMED,
    MadeUp,
    Spelling,
    Surprise,
    Units,
    shown,
)
from rnnlib.explorers.explorer import Explorer
from rnnlib.network import plain
from rnnlib.sequences.names import Split, class_numbers, n_gram
from rnnlib.sequences.spelling import followed, sample, spelled
from rnnlib.style import digits
from rnnlib.widgets.controls import TextField, WholeNumber, choice, slider
from rnnlib.widgets.panel import Panel

MOST_LETTERS = MOST_PLACES - 1
# what the shown units follow, by the words of the control
_ORDERS = {"all": None, "follow vowels": "vowel", "follow the end": "end",
           "count letters": "place", "see a letter twice": "twice"}


def names_explorer(net, split, *, name="maria", **start):
    """A live picture of how a network spells: a name of one's own, and names it makes up.

    net    a Network trained on names: 27 inputs, 27 outputs, softmax
    split  the Split of `rl.names` that it was trained on: for the counts of two and four
           characters beside it, and to tell which of the names that it makes up are known
    name   what stands in the text field at the start
    start  first values of the other controls by name: order, temperature, seed

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds what is plotted,
    `panel.numbers["drawn"]` the names made up. ValueError or TypeError for what does not fit.

    Notes: the surprise is -log probability of the whole name; a longer name is more surprising.
    By a feature those units are chosen that follow it best over the names trained on, the
    number beside a unit is its correlation with it.
    """
    plain(net)
    arguments.a(Split, "split", split)
    return Panel(NamesExplorer(net, split), {"name": _read(name), **start})


def _read(text):
    """The name in what was typed; ValueError says what is wrong with it."""
    name = arguments.a(str, "name", text).strip()
    if len(name) > MOST_LETTERS:
        raise ValueError(f"a name here has at most {MOST_LETTERS} letters, got {len(name)}")
    class_numbers(name)
    return name.lower()


class NamesExplorer(Explorer):
    """What `names_explorer` shows."""

    caption = ("How the network spells a name: the probability of each letter with what was "
               "expected instead, the hidden units at each letter, and names it makes up")
    size = 900, 590
    presets = {
        "1 nobody's name": {"name": "xqzvk", "order": "all"},
        "2 who knows vowels?": {"name": "anastasia", "order": "follow vowels"},
        "3 cold": {"temperature": 0.3, "seed": 0},
        "4 hot": {"temperature": 2.0, "seed": 0},
    }

    def __init__(self, net, split):
        self.net, self.train, self.held_out = net, frozenset(split.train), frozenset(split.held_out)
        # in the order of the bars
        self.counts = {"4-gram": n_gram(split.train, 4), "bigram": n_gram(split.train, 2)}
        self.models = "network", *self.counts
        self.followed = followed(net, split.train)
        # they stay while a name is typed
        self._drawn = lru_cache(maxsize=4)(lambda temperature, seed: sample(
            net, NAMES_SHOWN, temperature=temperature, most=MOST_LETTERS, seed=seed))
        self.charts = {"spelling": (Spelling, [0.1, 0.64, 0.55, 0.32]),
                       "units": (Units, [0.1, 0.03, 0.55, 0.34]),
                       "surprise": (Surprise, [0.79, 0.75, 0.2, 0.18], {"models": self.models}),
                       "made up": (MadeUp, [0.73, 0.16, 0.26, 0.46])}

    def controls(self):
        return {
            "name": TextField("a name", "", _read, "maria"),
            "order": choice("units", "", list(_ORDERS), "all"),
            "temperature": slider("temperature", "", 0.1, 3.0, 1.0, 0.1),
            "seed": WholeNumber("seed of the draw", "", 0, 9999, 0),
        }

    def numbers(self, values):
        spelling = spelled(self.net, values.name)
        return {"probabilities": spelling.probabilities,
                "units": spelling.a[-1].T[self._units(values)],
                "surprise": np.array([-spelling.log_probability, *(
                    -count.log_probability(values.name) for count in self.counts.values())]),
                "spelling": spelling, "drawn": self._drawn(values.temperature, values.seed)}

    def _units(self, values):
        """Which units are shown: all, or those that follow a feature best, from r > 0 to r < 0."""
        feature = _ORDERS[values.order]
        if feature is None:
            return np.arange(self.net.units[-1])
        r = self.followed.r[feature]
        best = np.argsort(-np.abs(r), kind="stable")[:UNITS_NAMED]
        return best[np.argsort(-r[best], kind="stable")]

    def _words(self, values):
        """What the shown units are, and a text for each if they were chosen."""
        feature = _ORDERS[values.order]
        if feature is None:
            return f"{self.net.units[-1]} hidden units, as each sign is foretold", ()
        return (f"hidden units that {values.order}: unit, correlation",
                [f"{k + 1}:  {self.followed.r[feature][k]:+.2f}" for k in self._units(values)])

    def _kinds(self, drawn):
        """For each made-up name, which of the lists it is in."""
        return [("cut off" if not ended else "learned" if name in self.train else
                 "held out" if name in self.held_out else "new")
                for name, ended in zip(drawn.names, drawn.ended)]

    def show(self, values, numbers, pinned):
        one, drawn, charts = numbers["spelling"], numbers["drawn"], self.shown
        charts["spelling"].show(one.text, numbers["probabilities"], one.likeliest(LIKELIEST))
        charts["units"].show(numbers["units"], *self._words(values))
        charts["surprise"].show(numbers["surprise"], pinned.numbers["surprise"] if pinned else ())
        charts["made up"].show(drawn.names, self._kinds(drawn))

    def said(self, values, numbers):
        kinds = self._kinds(numbers["drawn"])
        return (f"{self.kept(values, numbers)} Of {len(kinds)} names made up, "
                f"{kinds.count('learned')} are among those it learned, "
                f"{kinds.count('held out')} among those held out.")

    def kept(self, values, numbers):
        own, *others = numbers["surprise"]
        listed = ("it was trained on this name" if values.name in self.train else
                  "this name was held out" if values.name in self.held_out else
                  "this name is in no list")
        against = ", ".join(f"{nats:.1f} for the {name}"
                            for name, nats in zip(self.counts, others, strict=True))
        return (f"“{values.name}” surprises the network by {own:.1f} nats, "
                f"{own / len(numbers['probabilities']):.2f} a sign ({against}); {listed}.")

    def tables(self, values, numbers):
        one, drawn = numbers["spelling"], numbers["drawn"]
        signs = [shown(sign) for sign in one.text]
        return [
            {"caption": f"“{values.name}” sign by sign",
             "header": ["sign", "probability", "expected"],
             "rows": [[sign, digits(p), ", ".join(f"{shown(s)} {q:.3g}" for s, q in row)]
                      for sign, p, row in zip(signs, numbers["probabilities"],
                                              one.likeliest(LIKELIEST), strict=True)]},
            {"caption": f"Surprise at “{values.name}”", "header": ["model", "nats"],
             "rows": [[model, digits(nats)]
                      for model, nats in zip(self.models, numbers["surprise"], strict=True)]},
            {"caption": "Hidden units as each sign is foretold",
             "header": ["unit", *(f"{k} {sign}" for k, sign in enumerate(signs, 1))],
             "rows": [[f"unit {k + 1}", *(f"{value:.3g}" for value in row)]
                      for k, row in zip(self._units(values), numbers["units"], strict=True)]},
            {"caption": "Names made up", "header": ["name", "what it is"],
             "rows": [[name or "(no letter)", KINDS[kind][2]]
                      for name, kind in zip(drawn.names, self._kinds(drawn), strict=True)]}]

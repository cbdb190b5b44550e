"""The explorer of a network that has learned names: one's own name, names made up, hidden units."""
import numpy as np

from rnnlib.charts import names as draw_names
from rnnlib.sequences.names import class_numbers, n_gram
from rnnlib.sequences.spelling import followed, sample, spelled
from rnnlib.widgets.controls import TextField, WholeNumber, choice, slider
from rnnlib.widgets.panel import Panel

MOST_LETTERS = draw_names.MOST_PLACES - 1
# what the shown units follow, by the words of the control
_ORDERS = {"all": None, "follow vowels": "vowel", "follow the end": "end",
           "count letters": "place", "see a letter twice": "twice"}
_PRESETS = {
    "1 nobody's name": {"name": "xqzvk"},
    "2 who knows vowels?": {"name": "anastasia", "order": "follow vowels"},
    "3 cold": {"temperature": 0.3},
    "4 hot": {"temperature": 2.0},
}


def names_explorer(net, split, *, name="maria"):
    """A live picture of how a network spells: a name of one's own, and names it makes up.

    net    a Network trained on names: 27 inputs, 27 outputs, softmax
    split  the Split of `rl.names` that it was trained on: for the counts of two and three
           characters beside it, and to tell which of the names that it makes up are known
    name   what stands in the text field at the start

    Returns a Panel (`rnnlib.widgets.panel`); its controls are name, temperature, seed and order.
    `panel.numbers` holds what is plotted, `panel.view.drawn` the names made up.
    ValueError or TypeError for what does not fit.

    Notes: the surprise is -log probability of the whole name; a longer name is more surprising.
    By a feature those units are chosen that follow it best over the names trained on, the
    number beside a unit is its correlation with it.
    """
    view = _NamesView(net, split)
    controls = {
        "name": TextField("a name", "", _read, name),
        "order": choice("units", "", list(_ORDERS), "all"),
        "temperature": slider("temperature", "", 0.1, 3.0, 1.0, 0.1),
        "seed": WholeNumber("seed of the draw", "", 0, 9999, 0),
    }
    return Panel(view, controls, size=(900, 590), presets=_PRESETS)


def _read(text):
    """The name in what was typed; ValueError says what is wrong with it."""
    name = text.strip()
    if len(name) > MOST_LETTERS:
        raise ValueError(f"a name here has at most {MOST_LETTERS} letters, got {len(name)}")
    class_numbers(name)
    return name.lower()


class _NamesView:
    """What `names_explorer` shows."""

    caption = ("How the network spells a name: the probability of each letter with what was "
               "expected instead, the hidden units at each letter, and names it makes up")

    def __init__(self, net, split):
        self.net, self.train, self.held_out = net, frozenset(split.train), frozenset(split.held_out)
        # in the order of the bars
        self.counts = {"trigram": n_gram(split.train, 3), "bigram": n_gram(split.train, 2)}
        self.followed = followed(net, split.train)
        self._drawn = {}

    def numbers(self, values):
        spelling = spelled(self.net, values.name)
        self.spelling, self.drawn = spelling, self._names(values.temperature, values.seed)
        return {"probabilities": spelling.probabilities,
                "units": spelling.a[-1].T[self._shown(values)],
                "surprise": np.array([-spelling.log_probability, *(
                    -count.log_probability(values.name) for count in self.counts.values())])}

    def _shown(self, values):
        """Which units are shown: all, or those that follow a feature best, from r > 0 to r < 0."""
        feature = _ORDERS[values.order]
        if feature is None:
            return np.arange(self.net.units[-1])
        r = self.followed.r[feature]
        best = np.argsort(-np.abs(r), kind="stable")[:draw_names.UNITS_NAMED]
        return best[np.argsort(-r[best], kind="stable")]

    def _words(self, values):
        """What the shown units are, and a text for each if they were chosen."""
        feature = _ORDERS[values.order]
        if feature is None:
            return {"what": f"{self.net.units[-1]} hidden units, as each sign is foretold"}
        return {"what": f"hidden units that {values.order}: unit, correlation",
                "words": [f"{k + 1}:  {self.followed.r[feature][k]:+.2f}"
                          for k in self._shown(values)]}

    def _names(self, temperature, seed):
        """The names made up at this temperature with this seed; the last ones are kept."""
        if (temperature, seed) not in self._drawn:
            self._drawn = {(temperature, seed): sample(
                self.net, draw_names.NAMES_SHOWN, temperature=temperature, most=MOST_LETTERS,
                seed=seed)}
        return self._drawn[temperature, seed]

    def _kinds(self):
        """For each made-up name, which of the lists it is in."""
        return [("cut off" if not ended else "learned" if name in self.train else
                 "held out" if name in self.held_out else "new")
                for name, ended in zip(self.drawn.names, self.drawn.ended)]

    def _nats(self, numbers):
        return dict(zip(("network", *self.counts), numbers["surprise"], strict=True))

    def draw(self, figure, theme):
        one = self.spelling
        self.artists = {
            "spelling": draw_names.draw_spelling(
                figure.add_axes([0.1, 0.64, 0.55, 0.32]), one.text, one.probabilities,
                one.likeliest(draw_names.LIKELIEST), theme=theme),
            "units": draw_names.draw_units(figure.add_axes([0.1, 0.03, 0.55, 0.34]), one.a[-1].T,
                                           theme=theme),
            "surprise": draw_names.draw_surprise(figure.add_axes([0.79, 0.75, 0.2, 0.18]),
                                                 dict.fromkeys(("network", *self.counts), 1.0),
                                                 theme=theme),
            "drawn": draw_names.draw_drawn(figure.add_axes([0.73, 0.16, 0.26, 0.46]),
                                           self.drawn.names, self._kinds(), theme=theme)}
        return [artist for name, part in self.artists.items()
                for artist in getattr(draw_names, f"moving_{name}")(part)]

    def move(self, values, numbers, pinned):
        one, ghost = self.spelling, pinned and pinned.numbers
        draw_names.move_spelling(self.artists["spelling"], one.text, numbers["probabilities"],
                                 one.likeliest(draw_names.LIKELIEST))
        draw_names.move_units(self.artists["units"], numbers["units"], **self._words(values))
        draw_names.move_surprise(self.artists["surprise"], self._nats(numbers),
                                 ghost=ghost and self._nats(ghost))
        draw_names.move_drawn(self.artists["drawn"], self.drawn.names, self._kinds())

    def reading(self, values, numbers, pinned):
        said = [self._told(values, numbers), self._made_up()]
        if pinned:
            said.append(f"[Pinned: {self._told(pinned.values, pinned.numbers)}]")
        return " ".join(said)

    def _told(self, values, numbers):
        nats = self._nats(numbers)
        listed = ("it was trained on this name" if values.name in self.train else
                  "this name was held out" if values.name in self.held_out else
                  "this name is in no list")
        against = ", ".join(f"{nats[name]:.1f} for the {name}" for name in self.counts)
        return (f"“{values.name}” surprises the network by {nats['network']:.1f} nats, "
                f"{nats['network'] / len(numbers['probabilities']):.2f} a sign ({against}); "
                f"{listed}.")

    def _made_up(self):
        kinds = self._kinds()
        return (f"Of {len(kinds)} names made up, {kinds.count('learned')} are among those it "
                f"learned, {kinds.count('held out')} among those held out.")

    def table(self, values, numbers):
        rows = [[draw_names.END_SHOWN if sign == "." else sign, f"{p:.4g}",
                 ", ".join(f"{draw_names.END_SHOWN if s == '.' else s} {q:.3g}" for s, q in row)]
                for sign, p, row in zip(self.spelling.text, numbers["probabilities"],
                                        self.spelling.likeliest(draw_names.LIKELIEST))]
        made_up = [[name or "(no letter)", "made up", draw_names.KINDS[kind][2]]
                   for name, kind in zip(self.drawn.names, self._kinds())]
        return {"caption": f"“{values.name}” sign by sign; then the names made up",
                "header": ["sign", "probability", "expected"], "rows": rows + made_up}

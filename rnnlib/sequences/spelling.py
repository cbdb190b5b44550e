"""Names as a trained network spells them: how probable one is, new ones, what its units follow.

A network for names reads and foretells the 27 signs of `rl.names.ALPHABET`, by softmax.
"""
from dataclasses import dataclass

import numpy as np

from rnnlib import arguments, probability
from rnnlib.network import plain
from rnnlib.records import frozen
from rnnlib.sequences.names import ALPHABET, END, characters, class_numbers

VOWELS = "aeiou"


@dataclass(frozen=True, eq=False)
class Spelling:
    """How a network reads one name of k letters, sign by sign; all arrays are read-only.

    text: the k letters and the end sign. foretold (k + 1, 27): what the network expects at each
    place, before it sees what stands there. probabilities (k + 1,): of what does stand there.
    nats (k + 1,): minus their logarithms, from the scores, where no probability underflows.
    a: for each layer (k + 1, n), its state when it foretells this place.
    """

    text: str
    foretold: np.ndarray
    probabilities: np.ndarray
    nats: np.ndarray
    a: tuple

    @property
    def log_probability(self):
        """The natural logarithm of the probability of the whole name, end sign included."""
        return -float(self.nats.sum())

    def likeliest(self, most=3):
        """At each place the `most` most probable signs with their probabilities, falling."""
        most = arguments.count("most", most, most=len(ALPHABET))
        best = np.argsort(-self.foretold, axis=1, kind="stable")[:, :most]
        return [[(ALPHABET[c], float(row[c])) for c in places]
                for row, places in zip(self.foretold, best)]

    def __repr__(self):
        return f"Spelling({self.text!r}, log probability {self.log_probability:.4g})"


def spelled(net, name):
    """The Spelling of one name. ValueError or TypeError for what is no name or no such network."""
    _for_names(net)
    class_numbers(name)
    batch = characters([name])
    fwd = net.forward(batch.x, batch.y)
    y_hat, y = fwd.y_hat.over_time()[:, :, 0], batch.y[:, 0]
    states = tuple(frozen(fwd.a.over_time(l)[1:, :, 0].copy()) for l in range(1, net.L + 1))
    return Spelling("".join(ALPHABET[c] for c in y), frozen(y_hat.copy()),
                    frozen(y_hat[np.arange(len(y)), y]), frozen(fwd.J.over_time()[:, 0].copy()),
                    states)


def log_probability(net, names):
    """The natural logarithm of the probability of each name, end sign included: (m,).

    ValueError or TypeError for a name with a character outside the alphabet.
    """
    _for_names(net)
    batch = characters(names)
    return probability.log_probability(net, batch.x, batch.y, lengths=batch.lengths)


@dataclass(frozen=True)
class Drawn:
    """Names that a network made up. ended: for each, whether the network has ended it itself.

    What had not ended after so many letters as were allowed stands in `names` without its rest.
    A name may be empty, "", if the network ends before the first letter.
    """

    names: tuple
    ended: tuple

    def known(self, names):
        """For each drawn name, whether it is one of these names."""
        names = frozenset(arguments.texts("names", names))
        return tuple(name in names and ended for name, ended in zip(self.names, self.ended))

    def __len__(self):
        return len(self.names)


def sample(net, m, *, temperature=1.0, most=20, seed=0):
    """Drawn: m names, each sign drawn from what the network foretells after those before it.

    temperature: above 0; below 1 the probable becomes more probable, above 1 less (see
    `rnnlib.probability.tempered`). most: the largest number of letters; a name that has not ended
    by then is cut off there. The same seed gives the same names.
    ValueError or TypeError for what does not fit.
    """
    _for_names(net)
    m, most = arguments.count("m", m), arguments.count("most", most)
    arguments.room("m", m * (most + 1) * len(ALPHABET))
    y = probability.free_run(net, np.zeros((most + 1, 0, m)), feedback=True,
                            before=ALPHABET.index(END), temperature=temperature, seed=seed)
    texts = ["".join(ALPHABET[c] for c in column) for column in y.T]
    ended = tuple(END in text for text in texts)
    return Drawn(tuple(text.partition(END)[0][:most] for text in texts), ended)


# --- what the units follow -------------------------------------------------------------------

@dataclass(frozen=True, eq=False)
class Followed:
    """How far each unit of a layer goes along with something that can be seen in the names.

    r: {feature: (n,)}, the correlation of each unit with it, over all signs of some names.
    """

    r: dict

    def best(self, feature):
        """(unit, correlation) of the unit, counted from 1, that follows the feature best."""
        arguments.choice("feature", feature, tuple(self.r))
        k = int(np.abs(self.r[feature]).argmax())
        return k + 1, float(self.r[feature][k])

    def __repr__(self):
        told = (f"{name}: unit {self.best(name)[0]}, r = {self.best(name)[1]:.2f}"
                for name in self.r)
        return f"Followed({'; '.join(told)})"


def followed(net, names, layer=None):
    """Followed: what the units of a layer (None: the highest) have to do with these features.

    The state belongs to the place that is foretold next. "vowel": the letter just read is one of
    a, e, i, o, u; "place": how many letters have been read; "end": the name ends here; "twice":
    the letter just read is the same as that before.
    ValueError or TypeError for what does not fit.

    Notes: of 64 units one goes along with anything, by chance. Choose the unit on some names and
    judge it on others.
    """
    _for_names(net)
    batch = characters(names)
    layer = net.L if layer is None else arguments.count("layer", layer, 1, net.L)
    fwd = net.forward(batch.x, batch.y, lengths=batch.lengths)
    a = fwd.a.over_time(layer)[1:].transpose(0, 2, 1)[fwd.mask.over_time()]
    return Followed({name: frozen(_correlations(a, feature[fwd.mask.over_time()]))
                     for name, feature in _features(batch).items()})


def _features(batch):
    """{name: (T, m)}: what can be seen at each place of the names."""
    read = batch.x.argmax(axis=1)
    before = np.vstack([np.full((1, read.shape[1]), -1), read[:-1]])
    places = np.broadcast_to(np.arange(len(read))[:, None], read.shape)
    return {"vowel": np.isin(read, [ALPHABET.index(v) for v in VOWELS]), "place": places,
            "end": batch.y == ALPHABET.index(END), "twice": read == before}


def _correlations(a, feature):
    """The correlation of each column of a (N, n) with feature (N,); 0 where one is constant."""
    a, feature = a - a.mean(axis=0), feature - feature.mean()
    size = np.linalg.norm(a, axis=0) * np.linalg.norm(feature)
    return np.divide(feature @ a, size, where=size > 0, out=np.zeros(a.shape[1]))


def _for_names(net):
    """`net`, which must read and foretell the signs of the alphabet."""
    signs = len(ALPHABET)
    if (plain(net).n_x, net.n_y, net.loss) != (signs, signs, "softmax"):
        raise ValueError(f"net must have n_x = n_y = {signs} and the loss 'softmax', a class for "
                         f"each letter and the end, got n_x = {net.n_x}, n_y = {net.n_y} and "
                         f"{net.loss!r}")
    return net

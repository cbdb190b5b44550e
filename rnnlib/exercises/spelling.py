"""Exercises about training on names: what is fed, how loss is told, when to stop, how to draw.

Each function below is the plain answer, with the ways in which it is got wrong. The truth that
an answer is held to comes from `names`, `training` and `dependence`, never from these functions.
"""
from dataclasses import dataclass

import numpy as np

from rnnlib import probability
from rnnlib.exercises.form import Exercise, Problem, Quantity
from rnnlib.exercises.reference import NONE, pick
from rnnlib.learning.optimisers import SGD
from rnnlib.learning.training import fit, mean_loss
from rnnlib.network import Network
from rnnlib.sequences.names import ALPHABET, characters

SENTENCES = {
    # x against y
    "x_is_y":
        "x and y are the same: the network is shown the very sign that it is to foretell, and "
        "copying it would make its loss 0. x is one sign late.",
    "x_is_ahead":
        "x is one sign ahead of y: the network is shown the future and asked for the past.",
    "rolled_ahead":
        "x is rolled the wrong way: it is one sign ahead of y, and the network is shown the "
        "future.",
    "starts_with_nothing":
        "x begins with zeros. The end sign stands before the first letter too: that is how the "
        "network knows that a name begins.",
    "starts_with_first_letter":
        "x begins with the first letter, which is what y asks for there. Before the first letter "
        "stands the end sign.",
    "two_late":
        "x is two signs late: it keeps back a sign that has been read already.",
    # nats per character
    "per_name":
        "This is the mean over names of what a whole name costs. Asked is the cost of a sign: "
        "divide by how many signs there are in all, the ends included.",
    "not_divided":
        "This is the sum. Divide it by how many signs there are in all, the ends included.",
    "in_bits":
        "These are bits (log2); nats are natural logarithms. One bit is 0.693 nats.",
    "end_forgotten":
        "The end is left out. Knowing where a name ends is part of the work: it counts as a sign.",
    "end_not_counted":
        "The sum has the end signs in it, but it is divided by the number of letters alone.",
    "mean_of_means":
        "Each name's own mean is taken first, so that a sign of a short name weighs more than one "
        "of a long name. Sum over all signs, then divide once.",
    "padding_counts":
        "The padding is counted as signs: the sum is divided by T times m.",
    "padding_summed":
        "What stands after a name's end is in the sum. Those places are no signs of the name.",
    "sign_missing":
        "The minus is missing: log p is negative, and the loss is -log p.",
    "log_of_mean":
        "This is the logarithm of the mean probability; asked is the mean of the logarithms.",
    "perplexity":
        "This is exp of the answer, the perplexity: among how many equally likely signs one would "
        "have to guess.",
    # temperature
    "multiplied":
        "The logarithms are multiplied by the temperature. They are divided by it: a low "
        "temperature makes the differences larger.",
    "softmax_of_p":
        "The probabilities themselves go into the exponential; their logarithms should.",
    "always_likeliest":
        "This always takes the most probable sign. That is the limit of temperature 0; at another "
        "temperature the others keep a share.",
    "not_normalised":
        "The result does not sum to 1.",
    "p_divided":
        "These are the probabilities p again, as if the temperature did not come in. (Were they "
        "divided by it? To make the sum 1 undoes that.) It belongs into the exponent.",
    "power_of_e_missing":
        "This takes log p / temperature as if it were a probability: the exponential is missing.",
    # early stopping
    "whole_course":
        "The best of the whole course is taken, also of looks after the training had stopped. At "
        "that time nobody has seen them.",
    "patience_not_reset":
        "The looks in vain are counted from the start. A new best sets the count back to 0.",
    "against_last_look":
        "Each look is compared with the one before. It is in vain if it is no better than the best "
        "so far.",
    "one_too_few":
        "It stops one look too early: after `patience` looks in vain, not patience - 1.",
    "one_too_many":
        "It stops one look too late: after `patience` looks in vain, not patience + 1.",
    "last_is_kept":
        "It keeps the parameters of the last look. The best ones are those of the lowest loss.",
    "swapped":
        "The two stand in the other order: asked is (best, last).",
    "counted_from_1":
        "The looks are counted from 1. Look 0 is the one before the first update.",
    "highest_is_best":
        "The highest loss is taken for the best.",
    "never_stops":
        "It goes on to the end: patience does not come in.",
}

BUGS = {
    "shifted": ("x_is_y", "x_is_ahead", "starts_with_nothing", "starts_with_first_letter",
                "two_late", "rolled_ahead"),
    "nats_per_character": ("per_name", "not_divided", "in_bits", "end_forgotten", "mean_of_means",
                           "end_not_counted", "padding_counts", "padding_summed", "sign_missing",
                           "log_of_mean", "perplexity"),
    "at_temperature": ("multiplied", "softmax_of_p", "always_likeliest", "not_normalised",
                       "p_divided", "power_of_e_missing"),
    "early_stop": ("whole_course", "patience_not_reset", "against_last_look", "one_too_few",
                   "one_too_many", "last_is_kept", "swapped", "counted_from_1", "highest_is_best",
                   "never_stops"),
}


# --- the functions, plainly and with bugs ------------------------------------------------------

def shifted(y, bugs=NONE):
    """x (T, 27), one-hot, for the class numbers y (T,) of a name and its end sign."""
    late = np.concatenate([[y[0] if "starts_with_first_letter" in bugs else 0], y[:-1]])
    seen = pick(bugs, late, x_is_y=y, x_is_ahead=np.append(y[1:], 0),
                two_late=np.concatenate([[0], late[:-1]]), rolled_ahead=np.roll(y, -1))
    x = np.eye(len(ALPHABET))[seen.astype(int)]
    if "starts_with_nothing" in bugs:
        x[0] = 0.0
    return x


def nats_per_character(p, lengths, bugs=NONE):
    """The mean of -log p over all characters; p (T, m) is 1/2 after a name's end."""
    time = np.arange(len(p))[:, None]
    last = pick(bugs, lengths, end_forgotten=lengths - 1)
    there = (time < last) | ("padding_summed" in bugs)
    log = np.log2 if "in_bits" in bugs else np.log
    lost = np.where(there, -log(p), 0.0)
    each = lost.sum(axis=0)
    if "log_of_mean" in bugs:
        return -np.log(p[there].mean())
    mean = each.sum() / pick(bugs, last.sum(), per_name=len(last), not_divided=1,
                             padding_counts=p.size, end_not_counted=(lengths - 1).sum())
    return pick(bugs, mean, mean_of_means=(each / last).mean(), sign_missing=-mean,
                perplexity=np.exp(mean))


def at_temperature(p, temperature, bugs=NONE):
    """The probabilities p (n_y,) at a temperature."""
    log = np.log(p)
    z = pick(bugs, log / temperature, multiplied=log * temperature, softmax_of_p=p / temperature)
    q = pick(bugs, np.exp(z), always_likeliest=(p == p.max()).astype(float), p_divided=p,
             power_of_e_missing=z)
    return q if "not_normalised" in bugs else q / q.sum()


def early_stop(losses, patience, bugs=NONE):
    """(best, last): the look whose parameters are kept and the one after which it stops."""
    better = np.greater if "highest_is_best" in bugs else np.less
    patience = pick(bugs, patience, one_too_few=patience - 1, one_too_many=patience + 1,
                    never_stops=len(losses))
    best = in_vain = last = 0
    for k in range(1, len(losses)):
        if in_vain >= patience:
            break
        last = k
        is_best = better(losses[k], losses[best])
        if is_best:
            best = k
        counts = better(losses[k], losses[k - 1]) if "against_last_look" in bugs else is_best
        in_vain = in_vain if counts and "patience_not_reset" in bugs else \
            0 if counts else in_vain + 1
    best = pick(bugs, best, whole_course=int(np.argmin(losses)), last_is_kept=last)
    best, last = pick(bugs, (best, last), swapped=(last, best),
                      counted_from_1=(best + 1, last + 1))
    return np.array(best), np.array(last)


# --- the problems, with the library's answers --------------------------------------------------

_NAMES = (("al",), ("bo", "elizabeth"), ("ann", "eve", "christopher"), ("maria", "jo", "anna"))


@dataclass(frozen=True)
class Spelt(Exercise):
    """An exercise on names: `made(rng)` gives its problems."""

    made: object = None

    bugs = property(lambda self: BUGS[self.name], doc="The names of the known bugs.")
    sentences = property(lambda self: SENTENCES, doc="{bug: the sentence that tells it}.")

    def problems(self, seed=0):
        """Problems of different sizes, the same ones for the same seed."""
        return list(self.made(np.random.default_rng(seed)))


def _shifts(_rng):
    for name in ("al", "eve", "anna", "christopher"):
        batch = characters(name)
        yield Problem({"y": batch.y[:, 0]}, {"x": batch.x[:, :, 0]}, {"T": len(batch.y)})


def _losses(rng):
    for names in _NAMES:
        batch = characters(names)
        net = Network(len(ALPHABET), 4, len(ALPHABET), seed=rng, scale=2.0)
        net.params["b_y"] = rng.normal(size=len(ALPHABET))
        y_hat = net.forward(batch.x, batch.y, lengths=batch.lengths).y_hat.over_time()
        p = np.take_along_axis(y_hat, batch.y[:, None, :], axis=1)[:, 0]
        # a network gives something in the padding as well; what it is must not matter
        p = np.where(np.arange(len(p))[:, None] < batch.lengths, p, 0.5)
        yield Problem({"p": p, "lengths": batch.lengths},
                      {"nats": np.array(mean_loss(net, batch))},
                      {"T": len(p), "m": len(names)})


def _temperatures(rng):
    for n, temperature in ((2, 1.0), (3, 0.5), (4, 2.0), (27, 0.25)):
        p = rng.dirichlet(np.ones(n))
        yield Problem({"p": p, "temperature": np.array(temperature)},
                      {"p_new": probability.tempered(p[:, None], temperature)[:, 0]}, {"n_y": n})


def _courses(rng):
    """Real trainings with a rate so large that the loss on held-out data goes up and down."""
    for patience in (2, 3, 4, 6):
        seed = int(rng.integers(1000))
        whole, stopped = (_training(seed, limit) for limit in (None, patience))
        yield Problem(
            {"losses": np.array([record.held_out_loss for record in whole.records]),
             "patience": np.array(patience)},
            {"best": np.array(stopped.best_update), "last": np.array(stopped.records[-1].update)},
            {"patience": patience})


def _training(seed, patience):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(3, 2, 12)), rng.integers(0, 2, size=(3, 12))
    run = fit(Network(2, 3, 2, seed=rng), (x[..., :8], y[:, :8]), (x[..., 8:], y[:, 8:]),
              optimiser=SGD(2.0), epochs=15, batch=4, every=1, patience=patience, seed=seed)
    for _ in run:
        pass
    return run


EXERCISES = {exercise.name: exercise for exercise in (
    Spelt("shifted", ("y",), (Quantity("x", 1),),
          f"x (T, {len(ALPHABET)}), one-hot: what the network is fed when it is to foretell y",
          "one", None, lambda *given, bugs: {"x": shifted(*given, bugs)}, ("T",), _shifts),
    Spelt("nats_per_character", ("p", "lengths"), (Quantity("nats"),),
          "one number, the mean of -log p over all signs of all names", "one", None,
          lambda *given, bugs: {"nats": np.array(nats_per_character(*given, bugs))}, ("T", "m"),
          _losses),
    Spelt("at_temperature", ("p", "temperature"), (Quantity("p_new"),),
          "the probabilities (n_y,) at this temperature", "one", None,
          lambda *given, bugs: {"p_new": at_temperature(*given, bugs)}, ("n_y",), _temperatures),
    Spelt("early_stop", ("losses", "patience"), (Quantity("best"), Quantity("last")),
          "`(best, last)`: the look whose parameters are kept, and the look after which the "
          "training stops, counted from 0", "tuple", None,
          lambda *given, bugs: dict(zip(("best", "last"), early_stop(*given, bugs), strict=True)),
          ("patience",), _courses),
)}


def bugs(name):
    """{bug: sentence} of an exercise of this file."""
    return {bug: SENTENCES[bug] for bug in BUGS[name]}

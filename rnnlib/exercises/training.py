"""The exercises of 09: what is fed, how loss is told, how to draw, when to stop."""
import numpy as np

from rnnlib import probability
from rnnlib.exercises.form import NONE, Quantity, exercise, pick
from rnnlib.exercises.probability import spread
from rnnlib.learning.optimisers import SGD
from rnnlib.learning.training import fit, mean_loss
from rnnlib.network import Network
from rnnlib.sequences.names import ALPHABET, characters


def _shift(_rng, name):
    """A name and its end as the library feeds them."""
    batch = characters(name)
    x = batch.x[:, :, 0]
    way = {"class numbers of its rows": x.argmax(axis=1)}
    return {"y": batch.y[:, 0], "T": len(batch.y), "way": way}, x


def _losses(rng, *names):
    """What a network gives to the signs of some names, and its mean loss."""
    batch = characters(names)
    net = Network(len(ALPHABET), 4, len(ALPHABET), seed=rng, scale=2.0)
    net.params["b_y"] = 6 * rng.normal(size=len(ALPHABET))
    y_hat = net.forward(batch.x, batch.y, lengths=batch.lengths).y_hat.over_time()
    p = np.take_along_axis(y_hat, batch.y[:, None, :], axis=1)[:, 0]
    # a network gives something in the padding as well; what it is must not matter
    p = np.where(np.arange(len(p))[:, None] < batch.lengths, p, 0.5)
    sizes = {"T": len(p), "m": len(names)}
    mean, signs = mean_loss(net, batch), batch.lengths.sum()
    way = {"signs in all": signs, "their losses together": mean * signs}
    return {"p": p, "lengths": batch.lengths, "way": way, **sizes}, mean


def _probabilities(rng, n_y, temperature):
    """Probabilities, and what the library draws from at this temperature."""
    p = spread(rng, n_y)
    p_new = probability.tempered(p[:, None], temperature)[:, 0]
    way = {"largest divided by smallest": p_new.max() / p_new.min()}
    return {"p": p, "temperature": np.array(temperature), "way": way}, p_new


def _course(rng, patience, rate=2.0):
    """A real training: a large rate makes the held-out loss go up and down, none leaves it."""
    while True:
        seed = int(rng.integers(1000))
        whole = _trained(seed, rate, None)
        losses = np.array([record.held_out_loss for record in whole.records])
        stopped = whole if patience > len(losses) else _trained(seed, rate, patience)
        # in the first ones the best of all comes after the stop, then a new best after one in vain
        best = stopped.best_update
        if not rate or (best < whole.best_update if patience < 3
                        else (np.diff(losses[:best + 1]) > 0).any()):
            last = stopped.records[-1].update
            records = losses == np.minimum.accumulate(losses)
            way = {"looks at a loss that is the lowest so far": np.flatnonzero(records)}
            return ({"losses": losses, "patience": np.array(patience), "way": way}, (best, last))


def _trained(seed, rate, patience):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(3, 2, 12)), rng.integers(0, 2, size=(3, 12))
    run = fit(Network(2, 3, 2, seed=rng), (x[..., :8], y[:, :8]), (x[..., 8:], y[:, 8:]),
              optimiser=SGD(rate), epochs=10, batch=4, every=1, patience=patience, seed=seed)
    for _ in run:
        pass
    return run


@exercise(f"x (T, {len(ALPHABET)}), one-hot: what the network is fed when it is to foretell y", {
    "x_is_y": "x and y are the same: the network is shown the very sign that it is to foretell, "
        "and copying it would make its loss 0. x is one sign late.",
    "x_is_ahead": "x is one sign ahead of y: it sees the future and is to tell the past.",
    "starts_with_nothing": "x begins with zeros. The end sign stands before the first letter too: "
        "that is how the network knows that a name begins.",
    "starts_with_first_letter": "x begins with the first letter, which is what y asks for there. "
        "Before the first letter stands the end sign.",
    "two_late": "x is two signs late: it keeps back a sign that has been read already.",
    "class_before": "Each class number is one too small: what is late by one is the sign, in time, "
        "and not its number in the alphabet.",
    "rolled_ahead": "x is rolled the wrong way: it is one sign ahead of y, and the network is "
        "shown the future.",
}, hints=(
    "When the network is to foretell the third sign of a name, what may it have seen? And before "
        "the first sign?",
    "Put the end sign in front, let all signs move one place later, drop the last. Then make each "
        "of them a one-hot row.",
    "The first row has its 1 in column 0, the end sign's. Every other row has it in the column "
        "that `y` names one row earlier. There are as many rows as `y` has numbers.",
), make=_shift, sizes=(("al",), ("zoe",), ("anna",), ("christopher",)), letters=("T",),
    answer=Quantity("x", 1))
def shifted(y, bugs=NONE):
    """x (T, 27), one-hot, for the class numbers y (T,) of a name and its end sign."""
    late = np.concatenate([[y[0] if "starts_with_first_letter" in bugs else 0], y[:-1]])
    seen = pick(bugs, late, x_is_y=y, x_is_ahead=np.append(y[1:], 0),
                two_late=np.concatenate([[0], late[:-1]]), rolled_ahead=np.roll(y, -1))
    seen = pick(bugs, seen, class_before=y - 1)
    x = np.eye(len(ALPHABET))[seen.astype(int)]
    if "starts_with_nothing" in bugs:
        x[0] = 0.0
    return x


@exercise("one number, the mean of -log p over all signs of all names", {
    "per_name": "This is the mean over names of what a whole name costs. Asked is the cost of a "
        "sign: divide by how many signs there are in all, the ends included.",
    "not_divided": "This is the sum. Divide it by how many signs there are, the ends included.",
    "in_bits": "These are bits (log2); nats are natural logarithms. One bit is 0.693 nats.",
    "end_forgotten": "The end is left out. Knowing where a name ends is part of the work: it "
        "counts as a sign.",
    "mean_of_means": "Each name's own mean is taken first, so that a sign of a short name weighs "
        "more than one of a long name. Sum over all signs, then divide once.",
    "end_not_counted": "The sum has the end signs in it, but it is divided by the number of "
        "letters alone.",
    "padding_counts": "The padding is counted as signs: the sum is divided by T times m.",
    "padding_summed": "What stands after a name's end is in the sum. Those places are no signs of "
        "the name.",
    "sign_missing": "The minus is missing: log p is negative, and the loss is -log p.",
    "log_of_mean": "This is the logarithm of the mean probability; asked is the mean of the "
        "logarithms.",
    "perplexity": "This is exp of the answer, the perplexity: among how many equally likely signs "
        "one would have to guess.",
}, hints=(
    "Which places of `p` hold a sign that came, and how many are there in all? Should a sign "
        "count more because its name is short?",
    "Mark the places inside the names: true or false, in the shape of `p`. Add up -log p over "
        "them, then divide once by their number.",
    "Row t, counted from 0, is inside name i if t is below its length: compare a column of row "
        "numbers with `lengths`. The last such place is the end, and it counts.",
), make=_losses, letters=("T", "m"), answer="nats",
    sizes=(("al",), ("bo", "elizabeth"), ("ann", "eve", "christopher"), ("maria", "jo", "anna")))
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


@exercise("the probabilities (n_y,) at this temperature", {
    "multiplied": "The logarithms are multiplied by the temperature. They are divided by it: a low "
        "temperature makes the differences larger.",
    "softmax_of_p": "The probabilities go into the exponential; their logarithms should.",
    "always_likeliest": "This always takes the most probable sign. That is the limit of "
        "temperature 0; at another temperature the others keep a share.",
    "not_normalised": "The result does not sum to 1.",
    "p_divided": "These are the probabilities p again, as if the temperature did not come in. "
        "(Were they divided by it? To make the sum 1 undoes that.) It belongs in the exponent.",
    "power_of_e_missing": "This takes log p / temperature as if it were a probability: the "
        "exponential is missing.",
}, hints=(
    "What should come out at temperature 1? Near 0? At a very high one? What could be done to `p` "
        "that does all three?",
    "Go to logarithms, let the temperature act there, come back, and see to it that the sum is 1.",
    "Divide log p by the temperature: a low one makes differences larger. The exponential of that "
        "is p^{1/temperature}, and it still has to be divided by its sum.",
), make=_probabilities, sizes=((2, 1.0), (3, 0.5), (4, 2.0), (27, 0.25)), letters=("n_y",),
    answer="p_new")
def at_temperature(p, temperature, bugs=NONE):
    """The probabilities p (n_y,) at a temperature."""
    log = np.log(p)
    z = pick(bugs, log / temperature, multiplied=log * temperature, softmax_of_p=p / temperature)
    q = pick(bugs, np.exp(z), always_likeliest=(p == p.max()).astype(float), p_divided=p,
             power_of_e_missing=z)
    return q if "not_normalised" in bugs else q / q.sum()


@exercise("`(best, last)`: the look whose parameters are kept, and the look after which the "
          "training stops, counted from 0", {
    "whole_course": "The best of the whole course is taken, also of looks after the training had "
        "stopped. At that time nobody has seen them.",
    "patience_not_reset": "Looks in vain are counted from the start. A new best sets them to 0.",
    "against_last_look": "Each look is compared with the one before. It is in vain if it is no "
        "better than the best so far.",
    "ties_are_better": "A look with the same loss as the best so far is taken for a new best. It "
        "is in vain: it must be lower.",
    "first_in_vain": "Look 0 is counted as a look in vain. It is the first best.",
    "one_too_few": "It stops one look too early: after `patience` looks in vain, not patience - 1.",
    "one_too_many": "It stops one look too late: after `patience` looks in vain, not patience + 1.",
    "last_is_kept": "It keeps the last look's parameters. The best have the lowest loss.",
    "swapped": "The two stand in the other order: asked is (best, last).",
    "counted_from_1": "The looks are counted from 1. Look 0 is the one before the first update.",
    "highest_is_best": "The highest loss is taken for the best.",
    "never_stops": "It goes on to the end: patience does not come in.",
}, hints=(
    "Walk along `losses` and cover what is still to come. What do you have to remember at each "
        "look?",
    "From look 1 on: is it lower than the best so far? Then it is the new best, and counting "
        "begins again. If not, it was one more in vain. When is it enough?",
    "The looks in vain are how many looks lie between the best one and now. At `patience` of them "
        "stop: what comes later is never seen, however low.",
), make=_course, answer=("best", "last"), letters=("patience",),
    sizes=((1, 2.0), (2, 2.0), (3, 2.0), (5, 2.0), (99, 2.0), (2, 0.0)))
def early_stop(losses, patience, bugs=NONE):
    """(best, last): the look whose parameters are kept and the one after which it stops."""
    better = pick(bugs, np.less, highest_is_best=np.greater, ties_are_better=np.less_equal)
    patience = pick(bugs, patience, one_too_few=patience - 1, one_too_many=patience + 1,
                    never_stops=len(losses))
    best = in_vain = last = 0
    for k in range(pick(bugs, 1, first_in_vain=0), len(losses)):
        last = k
        is_best = better(losses[k], losses[best])
        if is_best:
            best = k
        counts = better(losses[k], losses[k - 1]) if "against_last_look" in bugs else is_best
        in_vain = in_vain if counts and "patience_not_reset" in bugs else \
            0 if counts else in_vain + 1
        if in_vain >= patience:
            break
    best = pick(bugs, best, whole_course=int(np.argmin(losses)), last_is_kept=last)
    return pick(bugs, (best, last), swapped=(last, best), counted_from_1=(best + 1, last + 1))

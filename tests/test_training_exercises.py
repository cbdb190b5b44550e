"""The exercises about training on names: right answers in other styles, students' slips."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.learning.training import mean_loss
from rnnlib.sequences.names import ALPHABET, characters
from rnnlib.sequences.spelling import sample


def shift(before="np.concatenate([[0], y[:-1]])", first=None):
    """A student's shift in which one expression can be another."""
    def shifted(y):
        x = np.zeros((len(y), 27))
        x[np.arange(len(y)), eval(before, {"np": np, "y": y})] = 1
        if first is not None:
            x[0] = first
        return x
    return shifted


def shift_by_looking_up(y):
    return np.array([np.arange(27) == k for k in (0, *y[:-1])]).astype(int)


def nats(formula):
    """A student's loss; there (T, m) is true at a name's characters, lost (T, m) is -log p."""
    def nats_per_character(p, lengths):
        there = np.arange(len(p))[:, None] < lengths
        return eval(formula, {"np": np, "p": p, "lengths": lengths, "there": there,
                              "lost": -np.log(p)})
    return nats_per_character


def nats_name_by_name(p, lengths):
    total = places = 0
    for i, k in enumerate(lengths):
        total -= sum(np.log(p[t, i]) for t in range(k))
        places += k
    return total / places


def temperature(formula):
    def at_temperature(p, temperature):
        return eval(formula, {"np": np, "p": p, "T": temperature})
    return at_temperature


def stop(better="losses[k] < losses[best]", reset="0", enough="in_vain == patience",
         result="(best, k)"):
    """A student's early stopping in which one expression can be another."""
    def early_stop(losses, patience):
        best = in_vain = k = 0
        for k in range(1, len(losses)):
            names = {"losses": losses, "k": k, "best": best}
            if eval(better, names):
                best, in_vain = k, eval(reset, {"in_vain": in_vain})
            else:
                in_vain += 1
            if eval(enough, {"in_vain": in_vain, "patience": patience}):
                break
        return eval(result, {"best": best, "k": k, "losses": losses, "np": np})
    return early_stop


def stop_by_slices(losses, patience):
    for last in range(1, len(losses)):
        best = int(np.argmin(losses[:last + 1]))
        if last - best >= patience:
            return best, last
    return best, last


def first_in_vain(losses, patience):
    best = in_vain = k = 0
    for k, loss in enumerate(losses):
        best, in_vain = (k, 0) if loss < losses[best] else (best, in_vain + 1)
        if in_vain == patience:
            break
    return best, k


@pytest.mark.parametrize(("name", "function"), [
    ("shifted", shift()), ("shifted", shift("np.roll(y, 1)")), ("shifted", shift_by_looking_up),
    ("nats_per_character", nats("lost[there].mean()")),
    ("nats_per_character", nats("(lost * there).sum() / lengths.sum()")),
    ("nats_per_character", nats_name_by_name),
    ("at_temperature", temperature("p**(1 / T) / np.sum(p**(1 / T))")),
    ("at_temperature", temperature("np.exp(np.log(p) / T - np.logaddexp.reduce(np.log(p) / T))")),
    ("early_stop", stop()), ("early_stop", stop_by_slices),
])
def test_right_ways(name, function):
    for seed in range(3):
        feedback = rl.check(name, function, seed=seed)
        assert feedback.ok, feedback


@pytest.mark.parametrize(("name", "function", "bug"), [
    ("shifted", shift("y"), "x_is_y"),
    ("shifted", shift("np.roll(y, -1)"), "rolled_ahead"),
    ("shifted", shift("np.append(y[1:], 0)"), "x_is_ahead"),
    ("shifted", shift(first=0), "starts_with_nothing"),
    ("shifted", shift("np.concatenate([y[:1], y[:-1]])"), "starts_with_first_letter"),
    ("nats_per_character", nats("lost[there].sum() / len(lengths)"), "per_name"),
    ("nats_per_character", nats("lost[there].sum()"), "not_divided"),
    ("nats_per_character", nats("lost[there].mean() / np.log(2)"), "in_bits"),
    ("nats_per_character", lambda p, lengths: nats("lost[there].mean()")(p, lengths - 1),
     "end_forgotten"),
    ("nats_per_character", nats("((lost * there).sum(axis=0) / lengths).mean()"), "mean_of_means"),
    ("nats_per_character", nats("(lost * there).mean()"), "padding_counts"),
    ("nats_per_character", nats("lost.sum() / lengths.sum()"), "padding_summed"),
    ("nats_per_character", nats("np.log(p[there]).mean()"), "sign_missing"),
    ("nats_per_character", nats("-np.log(p[there].mean())"), "log_of_mean"),
    ("nats_per_character", nats("np.exp(lost[there].mean())"), "perplexity"),
    ("nats_per_character", nats("lost[there].sum() / (lengths - 1).sum()"), "end_not_counted"),
    ("at_temperature", temperature("p**T / (p**T).sum()"), "multiplied"),
    ("at_temperature", temperature("np.exp(p / T) / np.exp(p / T).sum()"), "softmax_of_p"),
    ("at_temperature", temperature("np.eye(len(p))[p.argmax()]"), "always_likeliest"),
    ("at_temperature", temperature("p**(1 / T)"), "not_normalised"),
    ("at_temperature", temperature("p / T / (p / T).sum()"), "p_divided"),
    ("at_temperature", temperature("p"), "p_divided"),
    ("at_temperature", temperature("np.log(p) / T / (np.log(p) / T).sum()"), "power_of_e_missing"),
    ("early_stop", stop(result="(int(np.argmin(losses)), k)"), "whole_course"),
    ("early_stop", stop(reset="in_vain"), "patience_not_reset"),
    ("early_stop", stop(enough="in_vain == patience - 1"), "one_too_few"),
    ("early_stop", stop(enough="in_vain > patience"), "one_too_many"),
    ("early_stop", stop(result="(k, k)"), "last_is_kept"),
    ("early_stop", stop(result="(k, best)"), "swapped"),
    ("early_stop", stop(result="(best + 1, k + 1)"), "counted_from_1"),
    ("early_stop", stop("losses[k] > losses[best]"), "highest_is_best"),
    ("early_stop", stop("losses[k] <= losses[best]"), "ties_are_better"),
    ("early_stop", first_in_vain, "first_in_vain"),
    ("early_stop", stop(enough="False"), "never_stops"),
])
def test_slips_are_called_by_their_names(name, function, bug):
    feedback = rl.check(name, function)
    assert not feedback.ok
    assert feedback.bugs == (bug,), feedback


def test_a_look_compared_with_the_one_before_is_told():
    def early_stop(losses, patience):
        best = in_vain = k = 0
        for k in range(1, len(losses)):
            in_vain = 0 if losses[k] < losses[k - 1] else in_vain + 1
            best = k if losses[k] < losses[best] else best
            if in_vain == patience:
                break
        return best, k

    assert rl.check("early_stop", early_stop).bugs == ("against_last_look",)


def test_a_matrix_that_lies_on_its_side_gets_a_hint():
    assert "rows and columns" in str(rl.check("shifted", lambda y: shift()(y).T))


# --- the right answers are what the library does -----------------------------------------------

def test_the_shift_feeds_a_network_as_the_library_does():
    batch = characters("elizabeth")
    np.testing.assert_array_equal(shift()(batch.y[:, 0]), batch.x[:, :, 0])


def test_the_loss_is_that_of_the_training():
    batch, net = characters(["al", "elizabeth"]), rl.Network(27, 3, 27, seed=1)
    y_hat = net.forward(batch.x, batch.y, lengths=batch.lengths).y_hat.over_time()
    p = np.take_along_axis(y_hat, batch.y[:, None, :], axis=1)[:, 0]
    found = nats_name_by_name(p, batch.lengths)
    assert found == pytest.approx(mean_loss(net, batch))


def test_the_temperature_is_that_of_the_drawing():
    net = rl.Network(27, 3, 27, seed=1)
    first = net.forward(np.eye(27)[:1]).y_hat[1][:, 0]
    p = temperature("p**(1 / T) / np.sum(p**(1 / T))")(first, 0.2)
    begun = [name[:1] or "." for name in sample(net, 3000, temperature=0.2, most=1).names]
    k = p.argmax()
    assert begun.count(ALPHABET[k]) / 3000 == pytest.approx(p[k], abs=0.05)

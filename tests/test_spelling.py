"""Laws of rl.spelling: probabilities that sum to one, names drawn by them, honest units."""
import itertools

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.learning.training import mean_loss
from rnnlib.sequences.names import ALPHABET, characters
from rnnlib.sequences.spelling import followed, log_probability, sample, spelled

NAMES = ("ada", "bo", "elizabeth", "aa")


def network(cell="gru", units=5, seed=0, letters=26):
    """A network that foretells the end and the first letters only, if there shall be few."""
    net = rl.Network(27, units, 27, cell, seed=seed)
    rest = np.arange(27)[:, None] > letters
    net.params["b_y"] = np.where(rest, -800.0, 0.0)
    return net


# --- one name --------------------------------------------------------------------------------

@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("cell", "units"), [("tanh", 4), ("gru", (3, 2)), ("lstm", 3)])
def test_a_name_is_read_sign_by_sign(cell, units, name):
    net = network(cell, units)
    found = spelled(net, name.capitalize())
    assert found.text == name + "."
    np.testing.assert_allclose(found.foretold.sum(axis=1), 1.0)
    own = [found.foretold[k, ALPHABET.index(c)] for k, c in enumerate(found.text)]
    np.testing.assert_array_equal(found.probabilities, own)
    assert [a.shape for a in found.a] == [(len(name) + 1, n) for n in net.units]
    # what stands later cannot be seen
    np.testing.assert_allclose(spelled(net, name + "zz").foretold[:len(name)],
                               found.foretold[:-1], rtol=1e-12)


def test_all_log_probabilities_are_one_and_the_same():
    net = network()
    each = [spelled(net, name).log_probability for name in NAMES]
    np.testing.assert_allclose(log_probability(net, NAMES), each)
    signs = sum(len(name) + 1 for name in NAMES)
    assert mean_loss(net, characters(NAMES)) == pytest.approx(-sum(each) / signs)


def test_a_logarithm_comes_from_the_scores_where_the_probability_underflows():
    net = network()
    net.params["b_y"] = np.where(np.arange(27) == 0, -800.0, 0.0)
    found = spelled(net, "anna")
    assert found.probabilities[-1] == 0
    assert found.log_probability == pytest.approx(log_probability(net, ["anna"])[0])
    assert found.log_probability > -900


@pytest.mark.parametrize("most", [-3, 0, 28, 2.5, None])
def test_so_many_signs_as_there_are_can_be_the_likeliest(most):
    with pytest.raises((ValueError, TypeError), match="most must be"):
        spelled(network(), "ada").likeliest(most)


def test_the_likeliest_signs_come_first():
    found = spelled(network(), "ada")
    for row, places in zip(found.foretold, found.likeliest(4), strict=True):
        assert [p for _, p in places] == sorted(row)[:-5:-1]
        assert all(row[ALPHABET.index(c)] == p for c, p in places)


def test_what_is_read_cannot_be_changed():
    found = spelled(network(), "ada")
    for array in (found.foretold, found.probabilities, found.nats, *found.a):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


# --- names made up ---------------------------------------------------------------------------

@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_names_come_as_often_as_they_are_probable(temperature):
    """Two letters and the end, at most two letters: every outcome can be counted."""
    net, m = network(letters=2), 4000
    drawn = sample(net, m, temperature=temperature, most=2, seed=3)
    assert len(drawn) == m
    for length in range(3):
        for name in map("".join, itertools.product("ab", repeat=length)):
            # a probability of its own, by the foretold of a longer name
            foretold = spelled(net, f"{name}a").foretold ** (1 / temperature)
            foretold /= foretold.sum(axis=1, keepdims=True)
            p = np.prod([foretold[k, ALPHABET.index(c)] for k, c in enumerate(name + ".")])
            times = sum(n == name and e for n, e in zip(drawn.names, drawn.ended, strict=True))
            assert abs(times - m * p) < 5 * np.sqrt(m * p * (1 - p)) + 1e-9


def test_the_same_seed_draws_the_same_names():
    net = network()
    assert sample(net, 5, seed=1) == sample(net, 5, seed=1) != sample(net, 5, seed=2)


def test_what_does_not_end_is_cut_off_and_says_so():
    net = network()
    net.params["b_y"] = np.where(np.arange(27)[:, None] == 0, -800.0, 0.0)
    drawn = sample(net, 3, most=7)
    assert [len(name) for name in drawn.names] == [7, 7, 7]
    assert drawn.ended == (False,) * 3
    assert drawn.known(drawn.names) == (False,) * 3, "no name: it has no end"
    net.params["b_y"] = np.where(np.arange(27)[:, None] == 0, 800.0, 0.0)
    assert sample(net, 2).names == ("", "")
    assert sample(net, 2).ended == (True, True)


def test_a_name_of_the_largest_length_may_end():
    drawn = sample(network(letters=1), 200, most=3)
    full = {ended for name, ended in zip(drawn.names, drawn.ended, strict=True) if len(name) == 3}
    assert full == {True, False}
    assert all(set(name) <= {"a"} for name in drawn.names)


def test_a_low_temperature_repeats_the_likeliest_name():
    net = network(seed=4)
    names = sample(net, 20, temperature=1e-6, most=9).names
    assert len(set(names)) == 1
    likeliest = ALPHABET[spelled(net, "a").foretold[0].argmax()]
    assert names[0][:1] == likeliest.strip(".")


def test_known_names_are_found():
    drawn = rl.spelling.Drawn(("ada", "adb", "bo"), (True, True, False))
    assert drawn.known(["ada", "bo"]) == (True, False, False)


# --- what the units follow -------------------------------------------------------------------

def test_a_unit_that_is_told_the_vowels_is_found():
    net = network("tanh", 4)
    for name in ("W_a[1]", "W_x[1]"):
        net.params[name] = np.zeros(net.params[name].shape)
    W_x = np.zeros((4, 27))
    W_x[2, [ALPHABET.index(v) for v in "aeiou"]] = -1.0
    net.params["W_x[1]"] = W_x
    found = followed(net, NAMES)
    assert found.best("vowel") == (3, pytest.approx(-1.0))
    assert found.r["vowel"][[0, 1, 3]].tolist() == [0, 0, 0], "a constant follows nothing"
    assert "vowel: unit 3, r = -1.00" in repr(found)


def test_a_unit_that_counts_follows_the_place():
    net = network("identity", 2)
    net.params.update({"W_x[1]": np.zeros((2, 27)), "W_a[1]": np.eye(2), "b[1]": [[1.0], [0.0]]})
    assert followed(net, NAMES).best("place") == (1, pytest.approx(1.0))


def test_the_features_by_hand():
    batch = characters(["aab", "b"])
    found = {name: f[:, 0].tolist() for name, f in rl.spelling._features(batch).items()}
    assert found["vowel"] == [False, True, True, False]
    assert found["place"] == [0, 1, 2, 3]
    assert found["end"] == [False, False, False, True]
    assert found["twice"] == [False, False, True, False]


def test_a_layer_can_be_chosen():
    net = network("gru", (4, 3))
    assert followed(net, NAMES).r["end"].shape == (3,)
    assert followed(net, NAMES, layer=1).r["end"].shape == (4,)
    one = spelled(net, "ada").a[0]
    r = followed(net, "ada", layer=1).r["place"]
    np.testing.assert_allclose(r, [np.corrcoef(unit, range(4))[0, 1] for unit in one.T])


# --- what does not fit -----------------------------------------------------------------------

@pytest.mark.parametrize("use", [lambda net: spelled(net, "ada"), lambda net: sample(net, 1),
                                 lambda net: log_probability(net, "ada"),
                                 lambda net: followed(net, NAMES)])
@pytest.mark.parametrize(("net", "error", "sentence"), [
    (None, TypeError, "net must be a Network, got None"),
    (rl.Network(27, 3, 26), ValueError, "n_x = n_y = 27 .* got n_x = 27, n_y = 26"),
    (rl.Network(27, 3, 27, loss="squared"), ValueError, "loss 'softmax'.* and 'squared'"),
])
def test_another_network_is_refused(use, net, error, sentence):
    with pytest.raises(error, match=sentence):
        use(net)


@pytest.mark.parametrize(("call", "error", "sentence"), [
    (lambda net: spelled(net, "zoë"), ValueError, "has 'ë'; 'zoe' would do"),
    (lambda net: spelled(net, 3), TypeError, "a name must be text"),
    (lambda net: log_probability(net, ["ada", ""]), ValueError, "at least one letter"),
    (lambda net: sample(net, 0), ValueError, "m must be at least 1"),
    (lambda net: sample(net, 2, most=0), ValueError, "most must be at least 1"),
    (lambda net: sample(net, 2, temperature=0), ValueError, "temperature must be above 0"),
    (lambda net: sample(net, 2, seed=-1), ValueError, "seed must be a whole number"),
    (lambda net: followed(net, NAMES, layer=2), ValueError, "layer must be at most 1"),
    (lambda net: followed(net, NAMES).best("length"), ValueError, "feature must be one of"),
])
def test_what_does_not_fit_gets_a_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(network())


# --- the notebook's training -----------------------------------------------------------------

@pytest.mark.parametrize(("full", "units"), [(False, 64), (True, 144)])
def test_the_small_and_the_full_training_differ_by_one_line(full, units):
    """The benchmark measures the notebook's own cells; how long they take is its business."""
    from benchmarks.training import lesson

    found = lesson(full)
    run = found["begun"]()
    assert run.net.units == (units,)
    assert run.last == 8 * -(-len(found["split"].train) // 32)
    assert len(run.records) == 1, "not begun"
    assert found["validation"].names == found["split"].validation

"""Exact joint distributions: sums, the chain rule, what a product costs, networks, bad input."""
import itertools
import math

import numpy as np
import pytest

import rnnlib as rl
from rnnlib import probability as dep

EXACT = 1e-12
# (T_x, sizes of all variables), x first: lengths that differ, one time, no inputs, no responses
SHAPES = [(2, (2, 3, 2, 2)), (3, (2, 2, 2, 3)), (1, (2, 2, 3, 2)), (0, (3, 2, 4)), (1, (3, 4)),
          (4, (2,) * 8)]
# what a model sees of earlier responses and of later inputs
SIGHTS = [(0, 0), (1, 0), (0, 1), (2, 1), ("all", 0), (0, "all"), ("all", "all")]


def drawn_joint(T_x, sizes, seed=0, zeros=0.0):
    """A Joint of random probabilities, of which a share is 0."""
    rng = np.random.default_rng(seed)
    p = rng.random(sizes) ** 3 * (rng.random(sizes) >= zeros)
    return dep.table(p / p.sum(), T_x=T_x)


def drawn_joints():
    return [drawn_joint(*shape, seed, zeros) for seed, shape in enumerate(SHAPES)
            for zeros in (0.0, 0.4)]


def plain_sum(p, values):
    """The sum of p * values over the places where p is not 0, term by term."""
    return math.fsum(a * b for a, b in zip(np.ravel(p), np.ravel(values)) if a > 0)


def weights(p, of):
    """The entropy of a marginal of an array in nats, written out; `of` are axes."""
    rest = tuple(axis for axis in range(p.ndim) if axis not in of)
    p = p.sum(axis=rest)
    with np.errstate(divide="ignore"):
        return -plain_sum(p, np.log(p))


# Sums, marginals, conditionals

@pytest.mark.parametrize("joint", drawn_joints(), ids=repr)
def test_a_joint_and_its_marginals_and_conditionals_sum_to_1(joint):
    assert joint.p.sum() == pytest.approx(1, abs=EXACT)
    for k in range(1, len(joint.names)):
        of, given = joint.names[:k], joint.names[k:]
        marginal, behind = joint.marginal(of), joint.conditional(of, given)
        axes = tuple(range(k, joint.p.ndim))
        np.testing.assert_allclose(marginal.p, joint.p.sum(axis=axes), atol=EXACT)
        over_of = behind.p.sum(axis=tuple(range(len(given), len(joint.names))))
        possible = joint.marginal(given).p > 0
        np.testing.assert_allclose(over_of[possible], 1, atol=EXACT)
        assert np.isnan(over_of[~possible]).all()


@pytest.mark.parametrize("joint", drawn_joints(), ids=repr)
def test_a_joint_is_the_product_of_its_chain_rule_conditionals_in_any_order(joint):
    rng = np.random.default_rng(1)
    for _ in range(3):
        order = [str(name) for name in rng.permutation(joint.names)]
        again = dep.product(joint.conditional(name, order[:k]) for k, name in enumerate(order))
        assert again.names == tuple(order)
        np.testing.assert_allclose(again.marginal(joint.names).p, joint.p, atol=EXACT)


def test_a_sum_that_is_1_but_for_rounding_is_made_1():
    assert dep.table([0.5, 0.5 + 5e-10]).p.sum() == pytest.approx(1, abs=1e-15)


def test_a_marginal_has_the_order_in_which_it_is_named():
    joint = drawn_joint(2, (2, 3, 4, 5))
    assert joint.marginal("y2 x1").sizes == {"y2": 5, "x1": 2}
    np.testing.assert_allclose(joint.marginal("y2 x1").p, joint.p.sum(axis=(1, 2)).T)


# Measures

@pytest.mark.parametrize("joint", drawn_joints(), ids=repr)
def test_entropies_and_informations_are_the_textbook_s_sums(joint):
    p, n = joint.p, len(joint.names)
    for a, b, c in itertools.permutations(range(n), 3) if n > 2 else [(0, 1, 1)]:
        names = [joint.names[axis] for axis in (a, b, c)]
        H_ac, H_bc, H_abc, H_c = (weights(p, s) for s in ({a, c}, {b, c}, {a, b, c}, {c}))
        assert joint.entropy(names[0], given=names[2] if n > 2 else names[1]) == pytest.approx(
            H_ac - H_c, abs=EXACT)
        if n > 2:
            assert joint.mutual_information(names[0], names[1], given=names[2]) == pytest.approx(
                H_ac + H_bc - H_abc - H_c, abs=EXACT)
    assert joint.entropy() == pytest.approx(weights(p, set(range(n))), abs=EXACT)


@pytest.mark.parametrize("seed", range(20))
def test_no_measure_is_ever_negative(seed):
    # almost independent: what is measured is as small as rounding
    rng = np.random.default_rng(seed)
    p = np.multiply.outer(np.multiply.outer(*rng.dirichlet([1, 1, 1], 2)), rng.dirichlet([1, 1]))
    p *= 1 + 1e-15 * rng.normal(size=p.shape)
    joint = dep.table(p / p.sum())
    for a, b, c in itertools.permutations(joint.names):
        assert joint.mutual_information(a, b) >= 0
        assert 0 <= joint.mutual_information(a, b, given=c) < 1e-15
        assert joint.entropy(a, given=(b, c)) >= 0
    assert 0 <= dep.kl(joint, dep.projection(joint)) < 1e-15


@pytest.mark.parametrize("seed", range(20))
def test_what_follows_for_certain_has_no_entropy_left(seed):
    p = np.zeros((2, 6, 7))
    p[np.arange(6) % 2, np.arange(6)] = np.random.default_rng(seed).random((6, 7))
    assert 0 <= dep.table(p / p.sum()).entropy("y1", given="y2") < 1e-15


def test_a_tiny_divergence_keeps_its_digits():
    step = 1e-9
    near = dep.table([0.5 + step, 0.5 - step])
    assert dep.kl(near, dep.table([0.5, 0.5])) == pytest.approx(2 * step**2, rel=1e-6)


def test_bits_are_nats_by_log_2():
    joint = drawn_joint(2, (2, 3, 2, 2))
    for measure in (
            lambda unit: joint.entropy("y1", given="x1", unit=unit),
            lambda unit: joint.mutual_information("y1", "y2", given="x1", unit=unit),
            lambda unit: dep.kl(joint, dep.projection(joint), unit=unit),
            lambda unit: dep.costs(joint, unit=unit)):
        np.testing.assert_allclose(measure("bits"), measure("nats") / math.log(2), rtol=1e-15)
    assert dep.table([0.25] * 4).entropy(unit="bits") == 2


def test_zero_probabilities_count_nothing_or_infinitely_much():
    certain, fair, other = (dep.table(p) for p in ([1.0, 0.0], [0.5, 0.5], [0.0, 1.0]))
    assert certain.entropy() == 0
    assert dep.kl(certain, fair) == pytest.approx(math.log(2))
    assert dep.kl(fair, certain) == dep.kl(certain, other) == math.inf
    assert dep.kl(certain, certain) == 0
    copied = dep.table([[0.5, 0.0], [0.0, 0.5]])
    assert copied.mutual_information("y1", "y2", unit="bits") == pytest.approx(1)
    assert copied.entropy("y1", given="y2") == 0


def test_a_probability_too_small_for_a_float_is_still_no_zero():
    def coin(log_odds):
        z = np.array([log_odds, -log_odds])
        return dep.Joint(("y1",), -np.logaddexp(0.0, z))
    assert coin(2000.0).p[0] == 0
    assert dep.kl(coin(3000.0), coin(2000.0)) == 0
    assert dep.kl(coin(-2000.0), coin(2000.0)) == pytest.approx(2000)


def test_kl_does_not_mind_the_order_of_the_axes():
    p, q = drawn_joint(1, (2, 3, 2), 1), drawn_joint(1, (2, 3, 2), 2)
    wanted = plain_sum(p.p, np.log(p.p / q.p))
    assert dep.kl(p, q) == pytest.approx(wanted, abs=EXACT)
    assert dep.kl(p, q.marginal("y2 x1 y1")) == pytest.approx(wanted, abs=EXACT)


# The cost of a product

@pytest.mark.parametrize(("feedback", "look_ahead"), SIGHTS)
@pytest.mark.parametrize("joint", drawn_joints(), ids=repr)
def test_the_cost_is_the_sum_of_conditional_informations(joint, feedback, look_ahead):
    sight = {"feedback": feedback, "look_ahead": look_ahead}
    product = dep.projection(joint, **sight)
    assert product.names == joint.names
    assert product.p.sum() == pytest.approx(1, abs=EXACT)
    costs = dep.costs(joint, **sight)
    assert costs.shape == (joint.T_y,)
    assert dep.kl(joint, product) == pytest.approx(costs.sum(), abs=EXACT)
    if feedback == look_ahead == "all":
        assert costs.sum() == 0
        np.testing.assert_allclose(product.p, joint.p, atol=EXACT)


def test_the_notes_product_is_written_out():
    p = drawn_joint(2, (2, 3, 2, 2)).p
    q = np.zeros_like(p)
    for x1, x2, y1, y2 in np.ndindex(p.shape):
        q[x1, x2, y1, y2] = (p[x1, x2].sum() * p[x1, :, y1].sum() / p[x1].sum()
                             * p[x1, x2, :, y2].sum() / p[x1, x2].sum())
    np.testing.assert_allclose(dep.projection(dep.table(p, T_x=2)).p, q, atol=EXACT)


def test_a_product_does_not_mind_the_order_of_the_axes():
    joint = drawn_joint(2, (2, 3, 2, 4))
    turned = joint.marginal("y2 x1 y1 x2")
    assert dep.projection(turned).names == turned.names
    np.testing.assert_allclose(
        dep.projection(turned).marginal(joint.names).p, dep.projection(joint).p, atol=EXACT)
    np.testing.assert_allclose(dep.costs(turned), dep.costs(joint), atol=EXACT)


@pytest.mark.parametrize(("T_x", "T_y", "sight", "seen", "unseen"), [
    (3, 3, {}, "x1 x2", "y1 x3"),
    (3, 3, {"feedback": 1}, "x1 x2 y1", "x3"),
    (3, 3, {"look_ahead": 1}, "x1 x2 x3", "y1"),
    (1, 3, {}, "x1", "y1"),
    (4, 2, {"feedback": 5}, "x1 x2 y1", "x3 x4"),
    (0, 2, {}, "", "y1"),
])
def test_a_factor_names_what_the_second_response_sees(T_x, T_y, sight, seen, unseen):
    joint = dep.table(np.full((2,) * (T_x + T_y), 0.5**(T_x + T_y)), T_x=T_x)
    assert dep.factors(joint, **sight)[1] == (("y2",), tuple(seen.split()), tuple(unseen.split()))


@pytest.mark.parametrize("sight", [{}, {"feedback": 1}, {"look_ahead": 1}])
def test_every_other_product_of_the_same_form_costs_more(sight):
    joint, rng = drawn_joint(3, (2,) * 6), np.random.default_rng(0)
    least = dep.kl(joint, dep.projection(joint, **sight))
    parts = [(factor.of, factor.seen) for factor in dep.factors(joint, **sight)]
    parts = [joint.conditional(*part) for part in [("x1 x2 x3", ()), *parts]]
    for k, size in itertools.product(range(len(parts)), (1e-3, 0.1, 1.0)):
        moved = parts[k].p * np.exp(size * rng.normal(size=parts[k].p.shape))
        axes = tuple(range(len(parts[k].given), moved.ndim))
        moved /= moved.sum(axis=axes, keepdims=True)
        other = [*parts[:k], dep.conditional(moved, parts[k].of, parts[k].given), *parts[k + 1:]]
        assert dep.kl(joint, dep.product(other)) > least


# Instructive distributions

def test_the_slider_moves_the_joint_and_none_of_the_factors():
    free = dep.coupled(0.0)
    costs = []
    for coupling in (-1.0, -0.5, 0.0, 0.3, 0.6, 1.0):
        joint = dep.coupled(coupling)
        np.testing.assert_allclose(dep.projection(joint).p, free.p, atol=EXACT)
        costs.append(dep.costs(joint).sum())
    assert costs[2] == pytest.approx(0, abs=EXACT)
    assert costs[0] > costs[1] > costs[2] < costs[3] < costs[4] < costs[5]


@pytest.mark.parametrize(("coupling", "p_11"), [(1.0, 0.2), (-1.0, 0.0), (0.0, 0.06), (0.5, 0.13)])
def test_coupled_responses_share_a_random_number(coupling, p_11):
    # rates 0.2 and 0.3 of a one: at most 0.2 of both, at least none, 0.06 if independent
    joint = dep.coupled(coupling, T=2, p_y=[[0.8, 0.2], [0.7, 0.3]])
    assert known(joint, 0, 1)[1, 1] == pytest.approx(p_11, abs=EXACT)


@pytest.mark.parametrize("p_y", [[[1.0, 0.0], [0.5, 0.5]], [[0.2, 0.3, 0.5]], [[0.1] * 10] * 3])
@pytest.mark.parametrize("coupling", [-1, -0.3, 0, 1])
def test_a_coupling_of_any_alphabet_keeps_the_rates(p_y, coupling):
    joint = dep.coupled(coupling, T=2, p_y=p_y)
    wanted = np.broadcast_to(np.asarray(p_y)[None], (len(p_y), *np.shape(p_y)))
    np.testing.assert_allclose(joint.conditional("y2", "x1 x2").p, wanted, atol=EXACT)


@pytest.mark.parametrize("strength", [0.5, 1.0, 3.0])
def test_the_last_response_fed_back_pays_for_a_first_order_chain_only(strength):
    first, second = (chain(5, strength=strength) for chain in (dep.first_order, dep.second_order))
    assert dep.costs(first).sum() > 0.01
    assert dep.costs(first, feedback=1).sum() == pytest.approx(0, abs=EXACT)
    assert dep.costs(second, feedback=1).sum() > 0.01
    assert dep.costs(second, feedback=2).sum() == pytest.approx(0, abs=EXACT)


def test_a_chain_has_the_given_step():
    step = np.random.default_rng(0).dirichlet([1, 1, 1], size=(2, 3, 3))
    p_x = dep.table([[[0.1, 0.2], [0.0, 0.1]], [[0.3, 0.1], [0.15, 0.05]]], T_x=3)
    joint = dep.chain(step, 3, p_x=p_x)
    np.testing.assert_allclose(joint.marginal("x1 x2 x3").p, p_x.p, atol=EXACT)
    np.testing.assert_allclose(joint.conditional("y3", "x3 y1 y2").p, step, atol=EXACT)
    np.testing.assert_allclose(joint.conditional("y2", "x2 y1").p, step.mean(axis=1), atol=EXACT)
    fixed = dep.chain(step, 2, p_x=[0.25, 0.75])
    assert fixed.marginal("x2").p == pytest.approx([0.25, 0.75])


def test_a_chain_under_inputs_that_tell_of_each_other_still_needs_no_look_ahead():
    copied = dep.table(np.eye(2)[:, :, None] * np.eye(2) / 2, T_x=3)
    joint = dep.chain(dep.first_order(2).conditional("y2", "x2 y1").p, 3, p_x=copied)
    assert dep.costs(joint, feedback=1).sum() == pytest.approx(0, abs=EXACT)


def test_only_a_look_ahead_pays_for_later_inputs():
    joint = dep.ahead(4, steps=2)
    assert dep.costs(joint).sum() > 0.1
    assert dep.costs(joint, feedback="all").sum() == pytest.approx(dep.costs(joint).sum())
    assert dep.costs(joint, look_ahead=1).sum() > 0.1
    for look_ahead in (2, "all"):
        assert dep.costs(joint, look_ahead=look_ahead).sum() == pytest.approx(0, abs=EXACT)


# Samples, within 4.5 standard errors: for some 100 numbers, by chance once in 1000 seeds

def assert_rates(counted, p, m):
    assert np.all(np.abs(counted / m - p) <= 4.5 * np.sqrt(p * (1 - p) / m) + EXACT)


def known(joint, *first):
    """The probabilities of the other variables once the first ones are known."""
    return joint.p[first] / joint.p[first].sum()


def counts(draws, sizes):
    return np.bincount(np.ravel_multi_index(draws, sizes), minlength=math.prod(sizes))


@pytest.mark.parametrize("joint", [drawn_joint(2, (2, 3, 2, 2), 5, 0.4), dep.coupled(0.7)],
                         ids=repr)
def test_samples_have_the_joint_s_rates(joint):
    m = 20_000
    draws = joint.sample(m, seed=1)
    assert draws.shape == (len(joint.names), m)
    assert_rates(counts(draws, joint.log_p.shape), joint.p.ravel(), m)
    assert np.isfinite(joint.log_p[tuple(draws)]).all()
    np.testing.assert_array_equal(draws, joint.sample(m, seed=np.random.default_rng(1)))
    assert not np.array_equal(draws, joint.sample(m, seed=2))


@pytest.mark.parametrize("columns", [1, 3])
def test_what_is_impossible_is_not_even_drawn_on_an_edge(columns):
    p = np.repeat([[0.0], [0.5], [0.0], [0.5 - 1e-15], [0.0]], columns, axis=1)
    u = np.array([0.0, 0.5 + 1e-15, np.nextafter(1.0, 0.0)])
    np.testing.assert_array_equal(dep.joint.drawn(p, u), [1, 3, 3])


def test_the_mean_surprise_of_samples_is_the_entropy():
    joint, m = dep.first_order(4), 20_000
    surprise = -joint.log_p[tuple(joint.sample(m, seed=3))]
    assert surprise.mean() == pytest.approx(joint.entropy(), abs=4 * surprise.std() / m**0.5)


# Networks: loss, outputs, what a response is fed back as

NETS = [("tanh", "softmax", 3), ("lstm", "softmax", 2), ("gru", "logistic", 1),
        ("tanh", "logistic", 2)]


def responding(cell, loss, n_y, n, seed=0):
    """A Network with n_x = n whose predictions are far from equal."""
    net = rl.Network(n, (4, 3), n_y, cell, loss, seed=seed)
    net.params.update({name: 2 * W for name, W in net.params.items()})
    return net


def as_targets(net, codes):
    """Outcomes of y (T, m) as the network wants them."""
    if net.loss == "softmax":
        return codes
    digits = [(codes >> (net.n_y - 1 - i)) & 1 for i in range(net.n_y)]
    return np.stack(digits, axis=1).astype(float)


@pytest.mark.parametrize("feedback", [False, True])
@pytest.mark.parametrize(("cell", "loss", "n_y"), NETS)
def test_every_outcome_has_its_own_log_probability(cell, loss, n_y, feedback, monkeypatch):
    monkeypatch.setattr(dep.networks, "_BLOCK", 100)
    T, n = 3, 2
    net = responding(cell, loss, n_y, n + n_y * feedback)
    joint = dep.network_joint(net, T, feedback=feedback, p_x=[0.3, 0.7])
    assert joint.p.sum() == pytest.approx(1, abs=EXACT)
    codes = np.indices(joint.log_p.shape).reshape(2 * T, -1)
    x, y = np.eye(n)[codes[:T]].transpose(0, 2, 1), as_targets(net, codes[T:])
    log_p = dep.log_probability(net, x, y, feedback=feedback)
    log_p += np.log([0.3, 0.7])[codes[:T]].sum(axis=0)
    np.testing.assert_allclose(joint.log_p[tuple(codes)], log_p, atol=EXACT)


@pytest.mark.parametrize(("cell", "loss", "n_y"), NETS)
def test_a_network_s_predictions_are_the_conditionals_of_its_joint(cell, loss, n_y):
    net = responding(cell, loss, n_y, 2)
    joint = dep.network_joint(net, 3)
    behind = joint.conditional("y3", "x1 x2 x3 y2").p
    for x1, x2, x3, y2 in np.ndindex(behind.shape[:-1]):
        y_hat = net.forward(np.eye(2)[[x1, x2, x3]]).y_hat[3].ravel()
        if loss == "logistic":
            rates = [(1 - q, q) for q in y_hat]
            y_hat = [math.prod(pair) for pair in itertools.product(*rates)]
        np.testing.assert_allclose(behind[x1, x2, x3, y2], y_hat, atol=EXACT)
    # it makes both of the assumptions, so that its product costs nothing
    assert dep.costs(joint).sum() == pytest.approx(0, abs=EXACT)


@pytest.mark.parametrize(("cell", "loss", "n_y"), NETS)
def test_a_network_fed_back_looks_at_all_responses_and_never_ahead(cell, loss, n_y):
    net = responding(cell, loss, n_y, 2 + n_y)
    joint = dep.network_joint(net, 3, feedback=True)
    # far above rounding, which is some 1e-16; how much it is depends on the cell
    assert dep.costs(joint).sum() > 1e-6
    # its state carries on what it was fed: the last response alone is not all it uses
    assert dep.costs(joint, feedback=1).sum() > 1e-6
    assert dep.costs(joint, feedback="all").sum() == pytest.approx(0, abs=EXACT)
    x = np.eye(2)[[1, 0, 1]]
    y = as_targets(net, np.array([[1], [0], [1]]))
    y_hat = net.forward(dep.fed_back(net, x, y)).y_hat
    log_p = joint.conditional("y2", "x1 x2 y1").log_p[1, 0, 1]
    code = math.prod(1 - y_hat[2].ravel()) if loss == "logistic" else y_hat[2][0, 0]
    assert log_p[0] == pytest.approx(math.log(code), abs=EXACT)


def test_a_response_is_fed_back_one_time_later():
    net = rl.Network(4, 3, 3)
    np.testing.assert_array_equal(
        dep.fed_back(net, [[7.0], [8.0], [9.0]], [2, 0, 1])[:, :, 0],
        [[7, 0, 0, 0], [8, 0, 0, 1], [9, 1, 0, 0]])


def test_a_network_may_be_fed_its_responses_only():
    net = responding("tanh", "softmax", 3, 3)
    joint = dep.network_joint(net, 3, feedback=True)
    y_hat = net.forward([[0, 0, 0], [0, 0, 1], [1, 0, 0]]).y_hat
    wanted = y_hat[1][2, 0] * y_hat[2][0, 0] * y_hat[3][1, 0]
    assert joint.marginal("y1 y2 y3").p[2, 0, 1] == pytest.approx(wanted, abs=EXACT)
    nothing = np.zeros((3, 0))
    assert dep.log_probability(net, nothing, [2, 0, 1], feedback=True) == pytest.approx(
        math.log(wanted), abs=EXACT)


def test_the_vectors_of_the_inputs_are_chosen():
    net = responding("tanh", "softmax", 2, 1)
    inputs = [[-1.0], [0.5], [2.0]]
    joint = dep.network_joint(net, 2, inputs=inputs)
    y_hat = net.forward([inputs[2], inputs[0]]).y_hat[2].ravel()
    np.testing.assert_allclose(joint.conditional("y2", "x1 x2").p[2, 0], y_hat)
    assert dep.network_joint(net, 2).sizes["x1"] == 2


def test_a_long_sequence_has_a_log_probability_where_no_table_could():
    net, T = responding("gru", "logistic", 1, 3), 3000
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(T, 2, 2)), rng.integers(0, 2, size=(T, 1, 2))
    nats = dep.log_probability(net, x, y, feedback=True, lengths=[T, 10])
    y_hat = net.forward(dep.fed_back(net, x, y)).y_hat.over_time()
    by_time = np.log(np.where(y == 1, y_hat, 1 - y_hat))[:, 0]
    np.testing.assert_allclose(nats, [by_time[:, 0].sum(), by_time[:10, 1].sum()], rtol=1e-11)
    assert nats[0] < -1000


@pytest.mark.parametrize("feedback", [False, True])
@pytest.mark.parametrize(("cell", "loss", "n_y"), NETS)
def test_free_runs_have_the_rates_of_the_joint(cell, loss, n_y, feedback):
    T, m = 3, 5000
    net = responding(cell, loss, n_y, 2 + n_y * feedback)
    rates = known(dep.network_joint(net, T, feedback=feedback), 1, 0, 0)
    x = np.repeat(np.eye(2)[[1, 0, 0]][:, :, None], m, axis=2)
    y = dep.free_run(net, x, feedback=feedback, seed=4)
    np.testing.assert_array_equal(y, dep.free_run(net, x, feedback=feedback, seed=4))
    if loss == "logistic":
        y = sum(y[:, i].astype(int) << (n_y - 1 - i) for i in range(n_y))
    assert_rates(counts(y, rates.shape), rates.ravel(), m)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
@pytest.mark.parametrize(("cell", "loss", "n_y"), NETS)
def test_a_temperature_changes_the_rates_by_its_power(cell, loss, n_y, temperature):
    m, net = 5000, responding(cell, loss, n_y, 2)
    x = np.repeat(np.eye(2)[:1, :, None], m, axis=2)
    y_hat = net.forward(x[..., :1]).y_hat[1]
    p = y_hat if loss == "softmax" else np.stack([1 - y_hat, y_hat])
    p = p ** (1 / temperature) / (p ** (1 / temperature)).sum(axis=0)
    y = dep.free_run(net, x, temperature=temperature, seed=4)[0]
    if loss == "softmax":
        assert_rates(counts(y[None], (n_y,)), p.ravel(), m)
    for i in range(n_y if loss == "logistic" else 0):
        assert_rates(counts(y[i].astype(int)[None], (2,)), p[:, i].ravel(), m)


def test_a_temperature_near_0_takes_the_most_probable_and_loses_no_digit():
    p = np.array([[0.2, 0.0], [0.5, 1e-300], [0.3, 1.0]])
    np.testing.assert_array_equal(dep.tempered(p, 1e-4), [[0, 0], [1, 0], [0, 1]])
    np.testing.assert_allclose(dep.tempered(p, 1e9)[:, 0], 1 / 3)
    np.testing.assert_array_equal(dep.tempered(p, 1.0), p)


@pytest.mark.parametrize(("loss", "scores"), [("softmax", [0, 800]), ("logistic", [-800, -800])])
def test_a_high_temperature_brings_back_what_has_underflowed(loss, scores):
    net = rl.Network(1, 2, 2, loss=loss)
    net.params.update({"W_y": np.zeros((2, 2)), "b_y": scores})
    y = dep.free_run(net, np.ones((1, 1, 4000)), temperature=800.0)
    p = 1 / (1 + np.e)  # e^-800 to the power 1/800, made to sum to 1
    assert_rates(np.count_nonzero(y == (loss == "logistic")), p, y.size)


@pytest.mark.parametrize(("loss", "n_y", "before"), [("softmax", 3, 2), ("logistic", 2, [1, 0])])
def test_a_free_run_can_begin_with_a_response(loss, n_y, before):
    net, x = responding("gru", loss, n_y, 2 + n_y), np.ones((1, 2, 4000))
    y = dep.free_run(net, x, feedback=True, before=before, seed=1)[0]
    fed = np.concatenate([[1.0, 1.0], np.eye(3)[2] if loss == "softmax" else before])
    y_hat = net.forward(fed[None]).y_hat[1].ravel()
    rates = y.mean(axis=1) if loss == "logistic" else counts(y[None], (3,)) / 4000
    np.testing.assert_allclose(np.ravel(rates), y_hat, atol=5 / (2 * np.sqrt(4000)))


@pytest.mark.parametrize(("cell", "loss", "n_y"), NETS)
def test_known_responses_come_first_and_the_rest_is_drawn_from_what_follows_them(cell, loss, n_y):
    T, m = 3, 5000
    net = responding(cell, loss, n_y, 2 + n_y)
    x = np.repeat(np.eye(2)[[1, 0, 0]][:, :, None], m, axis=2)
    first = dep.free_run(net, x[:1, :, :1], feedback=True, seed=1)
    held = np.repeat(first, m, axis=-1)
    y = dep.free_run(net, x, feedback=True, known=held, seed=4)
    np.testing.assert_array_equal(y[:1], held)
    code = np.asarray(first[0]).ravel().astype(int)
    code = int(code[0]) if loss == "softmax" else sum(
        bit << (n_y - 1 - i) for i, bit in enumerate(code.tolist()))
    rates = known(dep.network_joint(net, T, feedback=True), 1, 0, 0, code)
    if loss == "logistic":
        y = sum(y[:, i].astype(int) << (n_y - 1 - i) for i in range(n_y))
    assert_rates(counts(y[1:], rates.shape), rates.ravel(), m)


def test_a_run_whose_responses_are_all_known_draws_nothing():
    net = responding("tanh", "softmax", 3, 5)
    x, y = np.eye(2)[[0, 1, 1]], [2, 0, 1]
    np.testing.assert_array_equal(dep.free_run(net, x, feedback=True, known=y)[:, 0], y)
    np.testing.assert_array_equal(dep.free_run(net, x, feedback=True, known=[]),
                                  dep.free_run(net, x, feedback=True))


def test_nothing_given_is_changed_and_nothing_made_can_be():
    p, step = np.full((2, 2), 0.25), np.full((2, 2, 2), 0.5)
    joint = dep.table(p, T_x=1)
    dep.chain(step, 3)
    assert p.flags.writeable
    assert (p == 0.25).all()
    assert (step == 0.5).all()
    for log_p in (joint.log_p, joint.marginal("y1").log_p,
                  joint.conditional("y1", "x1").log_p, dep.projection(joint).log_p):
        with pytest.raises(ValueError, match="read-only"):
            log_p[0] = 0.0


# Bad input: one sentence each

PAIR = dep.table(np.full((2, 2), 0.25), T_x=1)
NET = rl.Network(2, 3, 2)


def test_a_network_whose_outputs_overflow_has_no_joint():
    net = rl.Network(2, 3, 2)
    net.params["W_y"] = np.full((2, 3), 1e308)
    net.params["b[1]"] = np.full(3, 5.0)
    with pytest.raises(ValueError, match="net must predict finite log-probabilities, but"):
        dep.network_joint(net, 2)


@pytest.mark.parametrize(("call", "error", "sentence"), [
    (lambda: dep.free_run(NET, np.ones((1, 2)), temperature=0), ValueError,
     "temperature must be above 0, got 0"),
    (lambda: dep.free_run(NET, np.ones((1, 2)), temperature="1"), TypeError,
     "temperature must be a real number, got '1'"),
    (lambda: dep.free_run(NET, np.ones((1, 2)), before=1), ValueError,
     "before is for feedback, which is off, got 1"),
    (lambda: dep.free_run(NET, np.ones((1, 0)), feedback=True, before=[0, 1]), TypeError,
     r"before must be a whole number, got \[0, 1\]"),
    (lambda: dep.free_run(NET, np.ones((1, 0)), feedback=True, before=2), ValueError,
     "before must be at most 1, got 2"),
    (lambda: dep.free_run(rl.Network(2, 3, 2, loss="logistic"), np.ones((1, 0)), feedback=True,
                          before=[0, 2]), ValueError, "before must hold zeros and ones, got 2"),
    (lambda: dep.table(np.full((10,) * 6 + (2,), 1.0)), ValueError,
     "the table of p would have 2000000 outcomes, but at most 1000000 can be listed"),
    (lambda: dep.network_joint(NET, 11), ValueError,
     "the table of x1 to y11 would have 4194304 outcomes, but at most 1000000 can be listed"),
    (lambda: dep.first_order(12), ValueError, "16777216 outcomes, but at most 1000000"),
    (lambda: dep.first_order(10**8), ValueError, "T must be at most 32, got 100000000"),
    (lambda: dep.network_joint(NET, 10**9), ValueError, "T must be at most 1000000, got 10"),
    (lambda: dep.tempered([[0.5], [0.5]], 0), ValueError, "temperature must be above 0, got 0"),
    (lambda: dep.tempered([[0.0], [0.0]], 2), ValueError, "y_hat must hold probabilities"),
    (lambda: dep.log_probability(NET, np.ones((2, 2)), None), ValueError,
     "y must hold the responses whose probability is asked for, got None"),
    (lambda: dep.free_run(NET, np.ones((2, 2)), known=[[0.5]]), ValueError,
     "known must hold class numbers 0..1, got 0.5"),
    (lambda: dep.table([0.5, -0.1, 0.6]), ValueError,
     r"p must hold probabilities, at least 0, but p\[1\] is -0.1"),
    (lambda: dep.table([[0.5, 0.4]]), ValueError, "p must sum to 1 within 1e-09, got the sum 0.9"),
    (lambda: dep.table([0.5, np.nan]), ValueError, r"p must be finite, but p\[1\] is nan"),
    (lambda: dep.table(1.0), ValueError, "p must have an axis for each variable"),
    (lambda: dep.table([]), ValueError, r"at least one outcome, got shape \(0,\)"),
    (lambda: dep.table(["a"]), TypeError, "p must hold real numbers"),
    (lambda: dep.table([1.0], T_x=2), ValueError, "T_x must be at most 1, got 2"),
    (lambda: dep.conditional([[0.5, 0.5], [0.5, 0.6]], "y1", "x1"), ValueError,
     "p must sum to 1 within 1e-09, got the sum 1.1"),
    (lambda: dep.conditional([0.5, 0.5], "y1", "x1"), ValueError,
     r"p must have 2 axes, one for each of x1 y1, got shape \(2,\)"),
    (lambda: dep.product([dep.conditional([1.0], "y1"), dep.conditional([1.0], "y1")]), ValueError,
     "y1 comes twice in the product"),
    (lambda: dep.product([dep.conditional([[1.0]], "y1", "x1")]), ValueError,
     r"Conditional P\(y1 \| x1\) needs x1, which has to come before it"),
    (lambda: dep.product([dep.conditional([1.0], "x1"),
                          dep.conditional([[1.0]] * 2, "y1", "x1")]), ValueError,
     r"x1 has 2 outcomes in Conditional P\(y1 \| x1\) and 1 before"),
    (lambda: dep.product([]), ValueError, "conditionals must hold at least one Conditional"),
    (lambda: dep.product([[1.0]]), TypeError, r"conditionals must hold Conditionals, got \[1.0\]"),
    (lambda: PAIR.marginal("y2"), ValueError, "of names 'y2', but the variables are x1 y1"),
    (lambda: PAIR.marginal("y1 y1"), ValueError, "of must name each variable once, but names y1"),
    (lambda: PAIR.marginal(""), ValueError, "of must name at least one variable, got none"),
    (lambda: PAIR.marginal(3), TypeError, "of must be names like 'y1 y2' or a sequence of them"),
    (lambda: PAIR.mutual_information("x1", "x1"), ValueError, "x1 stands in a and in b"),
    (lambda: PAIR.entropy(unit="hartleys"), ValueError, "unit must be one of 'nats', 'bits'"),
    (lambda: PAIR.sample(-1), ValueError, "m must be at least 0, got -1"),
    (lambda: PAIR.sample(1, seed="a"), TypeError, "seed must be a whole number of at least 0"),
    (lambda: dep.kl(PAIR, dep.table([1.0])), ValueError, "must be about the same variables"),
    (lambda: dep.kl(PAIR, PAIR.p), TypeError, "q must be a Joint, got"),
    (lambda: dep.costs(PAIR, feedback=-1), ValueError, "feedback must be at least 0, got -1"),
    (lambda: dep.costs(PAIR, look_ahead="most"), ValueError, "look_ahead must be one of 'all'"),
    (lambda: dep.costs(PAIR.marginal("x1")), ValueError, "with at least y1, got x1"),
    (lambda: dep.projection(dep.first_order(3).marginal("x1 y1 y3")), ValueError, "without a gap"),
    (lambda: dep.coupled(1.5), ValueError, r"coupling must be -1..1, got 1.5"),
    (lambda: dep.chain([[[0.5, 0.5]]], 2), ValueError, r"step must have shape \(k_x, k_y"),
    (lambda: dep.chain([[0.5, 0.5]], 2, p_x=[0.5, 0.5]), ValueError, r"p_x must have shape \(1,\)"),
    (lambda: dep.chain([[0.5, 0.5]] * 2, 2, p_x=PAIR), ValueError, "p_x must be a Joint of x1 x2"),
    (lambda: dep.network_joint(rl.Network(1, 2, 1, loss="squared"), 2), ValueError,
     "net must have the loss 'softmax' or 'logistic'"),
    (lambda: dep.log_probability("net", [[1.0]], [0]), TypeError, "net must be a Network"),
    (lambda: dep.network_joint(NET, 2, inputs=[[1.0]]), ValueError,
     r"inputs must have shape \(k_x, 2\), a row for each outcome of x, got \(1, 1\)"),
    (lambda: dep.network_joint(rl.Network(3, 2, 2), 2, inputs=np.eye(3), feedback=True), ValueError,
     r"inputs must have shape \(k_x, 1\), a row for each outcome of x, beside the response"),
    (lambda: dep.free_run(NET, [[1.0, 0.0]], known=[0, 1]), ValueError,
     r"known must have shape \(k, 1\) with k up to T = 1, got \(2,\)"),
    (lambda: dep.free_run(NET, [[1.0, 0.0]], known=1), ValueError, "known must have shape"),
    (lambda: dep.fed_back(NET, [[1.0, 2.0]], [0]), ValueError,
     r"x must have shape \(T, 0, m\) or \(T, 0\), beside the response fed back,"),
    (lambda: dep.fed_back(rl.Network(1, 2, 2), [[1.0]], [0]), ValueError,
     "net must have at least n_y = 2 inputs for the response fed back, got n_x = 1"),
    (lambda: dep.log_probability(NET, [[1.0, 0.0]], [2]), ValueError,
     "y must hold class numbers 0..1, got 2"),
])
def test_bad_input_gets_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)

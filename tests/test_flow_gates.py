"""What the gates alone keep: products of f or u, against the backward pass."""
import numpy as np
import pytest
from engine_cases import Case

import rnnlib as rl

GATE = {"lstm": "f", "gru": "u"}


def alone(cell, T=6, n=3, bias=1.0):
    """A run of a net without recurrent weights: only the direct way is left."""
    net = rl.Network(2, (n,), 1, cell, "squared", init="identity", scale=0.0, seed=3,
                     forget_bias=bias)
    x = np.random.default_rng(3).normal(size=(T, 2))
    return net, net.forward(x, np.ones((T, 1)), mask=np.arange(T) == T - 1)


@pytest.mark.parametrize("cell", GATE)
def test_what_is_kept_is_the_product_of_the_gates(cell):
    net, fwd, _ = Case(cell, "squared", units=(4, 2), lengths=(5, 5)).run()
    kept, shares = rl.flow.log10_kept(net, fwd), rl.flow.kept(net, fwd)
    for l in (1, 2):
        gate = getattr(fwd, GATE[cell])
        np.testing.assert_array_equal(shares.over_time(l), gate.over_time(l))
        for t in range(fwd.T + 1):
            product = np.prod([gate[l, k] for k in range(t + 1, fwd.T + 1)], axis=0)
            np.testing.assert_allclose(10 ** kept[l, t], product * np.ones_like(gate[l, 1]),
                                       rtol=1e-12)


@pytest.mark.parametrize("cell", GATE)
def test_without_recurrent_weights_the_direct_way_is_the_whole(cell):
    net, fwd = alone(cell)
    whole = rl.flow.gradient_norms(net, fwd, carried=True).over_time(1)[:, 0]
    direct = rl.flow.direct_norms(net, fwd, net.backward(fwd).a[1, fwd.T][:, 0])
    np.testing.assert_allclose(direct[:-1], whole[:-1], atol=1e-12)


@pytest.mark.parametrize("lengths", [None, (4, 6)])
def test_what_is_carried_is_both_lines_of_an_lstm(lengths):
    net, fwd, _ = Case("lstm", "squared", units=(3, 2), T=6, lengths=lengths).run()
    bwd = net.backward(fwd)
    norms = rl.flow.gradient_norms(net, fwd, loss_at="every", carried=True)
    for l in (1, 2):
        for t in range(fwd.T + 1):
            both = np.concatenate([bwd.a[l, t], bwd.c_from_next[l, t]])
            np.testing.assert_allclose(10 ** norms[l, t], np.linalg.norm(both, axis=0),
                                       rtol=1e-11, atol=1e-300)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("bias", "steps"), [(0.0, 1.0), (40.0, np.log(2) * np.exp(40.0))])
def test_the_half_life_of_a_bias_alone(bias, steps):
    net, _ = alone("lstm", bias=bias)
    fwd = net.forward(np.zeros((5, 2)))
    assert rl.flow.half_life(net, fwd) == pytest.approx(steps)


def test_far_beyond_float64_the_direct_way_goes_on():
    net, _ = alone("lstm", bias=-20.0)
    fwd = net.forward(np.zeros((500, 2)))
    lost = rl.flow.direct_norms(net, fwd, np.ones(3))
    assert lost[0] - lost[-1] == pytest.approx(-500 * (20 + np.exp(-20)) / np.log(10))


@pytest.mark.parametrize(("ask", "sentence"), [
    (rl.flow.log10_kept, "net must have a cell with gates, 'lstm' or 'gru', got 'tanh'"),
    (lambda net, fwd: rl.flow.half_life(net, fwd), "net must have a cell with gates"),
    (lambda net, fwd: rl.flow.direct_norms(net, fwd, np.ones(3)), "the run of one example, got 2"),
    (lambda net, fwd: rl.flow.direct_norms(net, fwd.example(0), np.ones(9)), "d_a must have shape"),
])
def test_what_does_not_fit_gets_one_sentence(ask, sentence):
    net, fwd, _ = Case("tanh", "squared").run()
    with pytest.raises(ValueError, match=sentence):
        ask(net, fwd)

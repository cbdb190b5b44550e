"""Gradient and state norms against time: the plain ones where float64 reaches."""

import numpy as np
import pytest
from engine_cases import CASES, Case

import rnnlib as rl
from rnnlib.cells import CELLS

DEEP = [Case(cell, "squared", units=(4, 2, 3), lengths=(5, 3)) for cell in CELLS]


def only(fwd, loss_at):
    """Where just these losses are, (T, 1) or (T, m)."""
    times = np.arange(1, fwd.T + 1)[:, None]
    chosen = {"every": times > 0, "end": times == fwd.lengths}.get(loss_at, times == loss_at)
    return chosen


@pytest.mark.parametrize("case", CASES + DEEP, ids=str)
@pytest.mark.parametrize("loss_at", ["end", "every", 1])
def test_norms_are_those_of_the_backward_pass(case, loss_at):
    net, fwd, _ = case.run()
    bwd = net.backward(fwd.counting(only(fwd, loss_at)))
    norms = rl.flow.gradient_norms(net, fwd, loss_at=loss_at)
    assert norms.layers == range(1, net.L + 1)
    for l in norms.layers:
        for t in norms.times(l):
            np.testing.assert_allclose(10 ** norms[l, t], np.linalg.norm(bwd.a[l, t], axis=0),
                                       rtol=1e-11, atol=1e-300)


def test_a_derivative_from_outside_takes_the_place_of_the_loss():
    net, fwd, _ = Case(lengths=(5, 2)).run()
    d_a = np.random.default_rng(1).normal(size=(fwd.T, 3, fwd.m))
    bwd = net.backward(fwd, d_a=d_a)
    norms = rl.flow.gradient_norms(net, fwd, loss_at="every", d_a=d_a)
    for l in norms.layers:
        for t in norms.times(l):
            np.testing.assert_allclose(10 ** norms[l, t], np.linalg.norm(bwd.a[l, t], axis=0),
                                       rtol=1e-11)


def long_run(factor, cell="identity", T=2000, n=4, units=None):
    """A run with W_a = factor times an orthogonal matrix, from a start of 0 with no input."""
    net = rl.Network(1, units or (n,), 1, cell, "squared", seed=2, init="orthogonal", scale=factor)
    return net, net.forward(np.zeros((T, 1)), np.ones((T, 1)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [0.01, 0.9, 1.0, 1.1, 100.0])
def test_two_thousand_steps_are_a_straight_line_down_to_and_up_to_4000_digits(factor):
    net, fwd = long_run(factor)
    norms = rl.flow.gradient_norms(net, fwd).over_time(1)[:, 0]
    assert np.isfinite(norms).all()
    np.testing.assert_allclose(np.diff(norms), -np.log10(factor), atol=1e-9)
    if factor in (0.01, 100.0):
        assert abs(norms[0]) > 3990
        end = net.forward(np.zeros((2000, 1)), np.ones((2000, 1)), mask=np.arange(2000) == 1999)
        plain = net.backward(end).a[1, 0]
        assert not plain.any() if factor < 1 else not np.isfinite(plain).any()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_losses_at_every_time_sum_up_beyond_float64(factor):
    """One unit with W_a = w: dJ/da at t is w_y (y_hat - y) (1 + w + w^2 + ...)."""
    net, fwd = long_run(factor, n=1)
    w = float(net.params["W_a[1]"][0, 0])
    norms = rl.flow.gradient_norms(net, fwd, loss_at="every").over_time(1)[:, 0]
    # at t the series has T - t + 1 terms, the largest of which is the last for |w| > 1
    k = np.arange(1999, -1, -1)
    large = np.log10(np.abs(w)) * np.maximum(k, 0) - np.log10(np.abs(1 - 1 / w))
    small = np.full(2000, -np.log10(np.abs(1 - w)))
    expected = large if factor > 1 else small
    found = norms[1:] - np.log10(np.abs(net.params["W_y"][0, 0]))
    np.testing.assert_allclose(found[:-200], expected[:-200], rtol=1e-11, atol=1e-11)


@pytest.mark.filterwarnings("error")
def test_units_far_in_saturation_still_have_their_slope():
    """tanh'(25) = 7.7e-22, which 1 - a^2 = 0 cannot say."""
    net, _ = long_run(1.0, cell="tanh")
    net.params["b[1]"] = np.full(4, 25.0)
    net.params["W_a[1]"] = np.eye(4)
    fwd = net.forward(np.zeros((200, 1)), np.ones((200, 1)))
    norms = rl.flow.gradient_norms(net, fwd).over_time(1)[:, 0]
    slope = 2 * np.log10(1 / np.cosh(26.0))
    np.testing.assert_allclose(np.diff(norms)[1:], -slope, rtol=1e-9)
    assert norms[0] < -4000


@pytest.mark.filterwarnings("error")
def test_where_the_run_overflows_its_loss_does_too_and_the_layers_alone_do_not():
    net, _ = long_run(100.0)
    fwd = net.forward(np.ones((2000, 1)), np.ones((2000, 1)))
    assert 150 < rl.flow.overflow_time(fwd) < 160
    assert not np.isfinite(rl.flow.gradient_norms(net, fwd)[1, 0]).any()
    norms = rl.flow.gradient_norms(net, fwd, d_a=np.ones((2000, 4)))
    np.testing.assert_allclose(norms[1, 0], np.log10(2.0) + 4000, rtol=1e-9)
    states = rl.flow.state_norms(net, fwd)
    np.testing.assert_allclose(np.diff(states.over_time(1)[1000:, 0]), 2, rtol=1e-6)
    assert rl.flow.overflow_time(long_run(1.0)[1]) is None


@pytest.mark.parametrize("case", CASES + DEEP, ids=str)
def test_state_norms_are_those_of_the_run(case):
    net, fwd, _ = case.run()
    states = rl.flow.state_norms(net, fwd)
    for l in states.layers:
        for t in states.times(l):
            np.testing.assert_allclose(10 ** states[l, t], np.linalg.norm(fwd.a[l, t], axis=0),
                                       rtol=1e-11)


@pytest.mark.parametrize(("wrong", "error", "sentence"), [
    (lambda n, f: rl.flow.gradient_norms(n, f, loss_at="last"), ValueError,
     "loss_at must be one of 'end', 'every', got 'last'"),
    (lambda n, f: rl.flow.gradient_norms(n, f, loss_at=6), IndexError,
     r"loss_at must be 1\.\.5, got 6"),
    (lambda n, f: rl.flow.gradient_norms(n, f, d_a=np.zeros((5, 2, 2))), ValueError,
     r"d_a must have shape \(5, 3, 2\)"),
    (lambda n, f: rl.flow.gradient_norms(n, n.forward(f.x.over_time())), ValueError,
     "backward needs a loss"),
    (lambda n, f: rl.flow.state_norms(n, None), TypeError, "fwd must be a Forward, got None"),
])
def test_what_does_not_fit_is_refused(wrong, error, sentence):
    net, fwd, _ = Case().run()
    with pytest.raises(error, match=sentence):
        wrong(net, fwd)

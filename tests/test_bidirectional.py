"""Laws of a network that reads both ways."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.probability.bidirectional import turned

KINDS = [("tanh", "logistic", (3,)), ("relu", "squared", (2, 3)), ("gru", "softmax", (3,)),
         ("lstm", "logistic", (2, 2))]
LENGTHS = np.array([4, 2, 1])


def problem(cell, loss, units, seed=0):
    """(net, x, y) with three examples of 4 times."""
    rng = np.random.default_rng(seed)
    net = rl.Bidirectional(2, units, 2, cell, loss, seed=seed)
    y = rng.integers(0, 2, (4, 3)) if loss == "softmax" else rng.integers(0, 2, (4, 2, 3)) * 1.0
    return net, rng.standard_normal((4, 2, 3)), y


def plain_loss(net, params, x, y, lengths, mask):
    """The loss for complex parameters, example by example, by the steps of `rl.gradcheck`."""
    step = rl.gradcheck.step_of(net.right.cell, net.right.kind.equations)
    total = 0
    for i, T in enumerate(lengths):
        tops = {way: [] for way in ("right", "left")}
        for way, order in (("right", range(T)), ("left", range(T)[::-1])):
            states = {l: [np.zeros(n) for _ in net.right.kind.equations.states]
                      for l, n in enumerate(net.right.units, 1)}
            for t in order:
                a = x[t, :, i]
                for l in states:
                    states[l] = step(lambda name, l=l, way=way: params[f"{way}.{name}[{l}]"], a,
                                     *states[l])
                    a = states[l][0]
                tops[way].append(a)
        for t, a, b in zip(range(T), tops["right"], tops["left"][::-1], strict=True):
            z_y = (params["right.W_y"] @ a + params["left.W_y"] @ b + params["right.b_y"][:, 0])
            total += rl.gradcheck.LOSS[net.right.loss](z_y, np.atleast_1d(y[t, ..., i])) \
                if mask[t, i] else 0j
    return total


@pytest.mark.parametrize("kind", KINDS)
def test_every_derivative_is_that_of_complex_steps(kind):
    net, x, y = problem(*kind)
    mask = np.array([[1, 1, 1], [0, 1, 0], [1, 0, 0], [1, 0, 0]])
    fwd = net.forward(x, y, LENGTHS, mask=mask)
    bwd = net.backward(fwd)
    params = {name: W.astype(complex) for name, W in net.params.items()}
    assert fwd.loss == pytest.approx(plain_loss(net, params, x, y, LENGTHS, mask).real, rel=1e-12)
    assert set(bwd.params) == set(net.params)
    for name, W in net.params.items():
        exact = rl.gradcheck.complex_step(
            lambda V, name=name: plain_loss(net, {**params, name: V}, x, y, LENGTHS, mask), W)
        np.testing.assert_allclose(bwd.params[name], exact, rtol=1e-10, atol=1e-12)
    by_x = bwd.right.x.over_time() + turned(bwd.left.x.over_time(), LENGTHS)
    exact = rl.gradcheck.complex_step(lambda V: plain_loss(net, params, V, y, LENGTHS, mask), x)
    np.testing.assert_allclose(by_x, exact, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_each_response_sees_all_inputs_and_each_way_half_of_them(kind):
    net, x, y = problem(*kind)
    fwd, moved = net.forward(x, y), x.copy()
    moved[3] += 1
    other = net.forward(moved, y)
    for t in (1, 2, 3):
        assert not np.allclose(fwd.y_hat[t], other.y_hat[t])
        np.testing.assert_array_equal(fwd.right.a[1, t], other.right.a[1, t])
        assert not np.allclose(fwd.left.a[1, 4 - t + 1], other.left.a[1, 4 - t + 1])


def test_what_stands_after_an_end_is_not_read():
    net, x, y = problem(*KINDS[0])
    strange = x.copy()
    for i, T in enumerate(LENGTHS):
        strange[T:, :, i] = np.nan
    one, other = net.forward(x, y, LENGTHS), net.forward(strange, y, LENGTHS)
    np.testing.assert_array_equal(one.y_hat.over_time(), other.y_hat.over_time())
    alone = net.forward(x[:2, :, 1], y[:2, :, 1])
    np.testing.assert_allclose(one.y_hat.over_time()[:2, :, 1], alone.y_hat.over_time()[..., 0])


def test_turned_twice_is_as_before():
    array = np.arange(24.0).reshape(4, 2, 3)
    assert turned(array, LENGTHS)[:, 0, 1].tolist() == [7, 1, 13, 19]
    np.testing.assert_array_equal(turned(turned(array, LENGTHS), LENGTHS), array)


def test_it_is_trained_as_a_network_is():
    following = rl.probability.ahead(4, strength=2.0)
    x, y = np.split(following.sample(400, seed=0)[:, None], 2)
    net = rl.Bidirectional(1, 3, 1, loss="logistic")
    before = rl.training.mean_loss(net, (x, y))
    *_, last = rl.training.fit(net, (x, y), optimiser=rl.optimisers.Adam(0.02), epochs=20)
    assert last.loss < 0.8 * before


def test_without_targets_there_is_no_loss():
    net, x, _ = problem(*KINDS[0])
    assert net.forward(x).loss is None
    assert net.forward(x).J is None
    with pytest.raises(ValueError, match="backward needs a loss"):
        net.backward(net.forward(x))


@pytest.mark.parametrize(("call", "error", "sentence"), [
    (lambda net, x, y: net.forward(x[:, :1], y), ValueError, "x must have shape"),
    (lambda net, x, y: net.forward(x, y, [4, 5, 1]), ValueError, "lengths must be 1..4, got 5"),
    (lambda net, x, y: net.backward(net.right.forward(x, y)), TypeError, "must be a run both ways"),
    (lambda net, x, y: net.forward(x).a, AttributeError, "a run both ways has no 'a'"),
    (lambda net, x, y: rl.Bidirectional(2, 0, 1), ValueError, "units of layer 1 must be"),
])
def test_what_does_not_fit_gets_a_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(*problem(*KINDS[0]))


def test_steppers_show_each_way_with_what_the_other_adds():
    net, x, y = problem(*KINDS[0])
    fwd = net.forward(x[..., 0], y[..., 0])
    for part, run in ((net.right, fwd.right), (net.left, fwd.left)):
        steps = rl.forward_stepper(part, run).steps
        [line] = [step["eq"][0] for step in steps if step["at"] == "y_hat,2,2"]
        assert " from the other way" in line
    one_way = net.right.forward(x[..., 0], y[..., 0])
    assert "from the other way" not in str(rl.forward_stepper(net.right, one_way).steps)
    back = rl.backward_stepper(net.left, fwd.left, net.backward(fwd).left)
    assert back.steps[0]["at"] == "J,3,4"

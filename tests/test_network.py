"""The network: its laws, whatever the cell, the loss, the lengths and the mask."""
import numpy as np
import pytest
from engine_cases import CASES, GATED_CELLS, SIMPLE, Case

import rnnlib as rl


@pytest.fixture(params=CASES, ids=str)
def run(request):
    return request.param.run()


@pytest.fixture(params=SIMPLE, ids=str)
def simple(request):
    return request.param.run()


def test_the_equations_hold_at_every_address(simple):
    net, fwd, _ = simple
    g = rl.activations.ACTIVATIONS[net.cell]
    for l in range(1, net.L + 1):
        W_x, W_a, b = (net.params[f"{name}[{l}]"] for name in ("W_x", "W_a", "b"))
        for t in range(1, fwd.T + 1):
            alive = t <= fwd.lengths
            z = b + W_a @ fwd.a[l, t - 1] + W_x @ fwd.a[l - 1, t]
            np.testing.assert_allclose(fwd.z[l, t], z * alive, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(fwd.a[l, t], g(z) * alive, rtol=1e-12, atol=1e-14)


def test_a_total_derivative_is_the_sum_of_the_two_paths(run):
    net, fwd, bwd = run
    for l in range(1, net.L + 1):
        assert not bwd.from_next[l, fwd.T].any()
        np.testing.assert_array_equal(bwd.a[l, 0], bwd.from_next[l, 0])
        for t in range(1, fwd.T + 1):
            both = bwd.from_above[l, t] + bwd.from_next[l, t]
            np.testing.assert_array_equal(bwd.a[l, t], both)


def test_what_comes_from_next_time_is_the_start_states_derivative_in_the_rest_of_the_run(run):
    net, fwd, bwd = run
    for t in range(1, fwd.T):
        rest = net.backward(fwd.between(t + 1, fwd.T))
        for l in range(1, net.L + 1):
            np.testing.assert_allclose(rest.a0[l], bwd.from_next[l, t], rtol=1e-11, atol=1e-14)
            if net.cell == "lstm":
                np.testing.assert_allclose(rest.c0[l], bwd.c_from_next[l, t], rtol=1e-11,
                                           atol=1e-14)


def test_a_derivative_goes_back_in_time_by_the_transpose(simple):
    net, fwd, bwd = simple
    for l in range(1, net.L + 1):
        for t in range(1, fwd.T + 1):
            before = net.params[f"W_a[{l}]"].T @ bwd.z[l, t]
            np.testing.assert_allclose(bwd.from_next[l, t - 1], before, atol=1e-14)


def test_a_derivative_passes_the_activation_by_its_slope(simple):
    net, fwd, bwd = simple
    g = rl.activations.ACTIVATIONS[net.cell]
    for l in range(1, net.L + 1):
        for t in range(1, fwd.T + 1):
            alive = t <= fwd.lengths
            np.testing.assert_array_equal(fwd.slope[l, t], g.slope(fwd.a[l, t]) * alive)
            np.testing.assert_array_equal(bwd.z[l, t], bwd.a[l, t] * fwd.slope[l, t])


def down(net, bwd, l, t):
    """What layer l sends down at t: through every W_x that it has."""
    gates = {"lstm": "ofig", "gru": "rug"}.get(net.cell)
    through = [("W_x", "z")] if gates is None else [(f"W_x{k}", f"z_{k}") for k in gates]
    return sum(net.params[f"{W}[{l}]"].T @ getattr(bwd, z)[l, t] for W, z in through)


def test_what_a_layer_sends_down_is_what_the_next_one_gets_from_above(run):
    net, fwd, bwd = run
    for t in range(1, fwd.T + 1):
        np.testing.assert_allclose(bwd.from_above[net.L, t], net.params["W_y"].T @ bwd.z_y[t],
                                   atol=1e-14)
        np.testing.assert_allclose(bwd.x[t], down(net, bwd, 1, t), atol=1e-14)
        np.testing.assert_array_equal(bwd.a[0, t], bwd.x[t])
        for l in range(1, net.L):
            np.testing.assert_allclose(bwd.from_above[l, t], down(net, bwd, l + 1, t), atol=1e-14)


def test_a_gradient_is_the_sum_of_its_terms(run):
    net, fwd, bwd = run
    assert list(bwd.params) == list(net.params)
    for name, grad in bwd.params.items():
        terms = bwd.terms(name)
        assert terms.shape == (fwd.T, *net.params[name].shape)
        np.testing.assert_allclose(terms.sum(axis=0), grad, rtol=1e-12, atol=1e-13)


def test_a_term_is_the_derivative_times_what_the_weight_multiplied(simple):
    net, fwd, bwd = simple
    for t in range(1, fwd.T + 1):
        dz = bwd.z[1, t]
        np.testing.assert_allclose(bwd.terms("W_a[1]")[t - 1], dz @ fwd.a[1, t - 1].T, atol=1e-14)
        np.testing.assert_allclose(bwd.terms("W_x[1]")[t - 1], dz @ fwd.a[0, t].T, atol=1e-14)
        np.testing.assert_allclose(bwd.terms("b[1]")[t - 1][:, 0], dz.sum(axis=1), atol=1e-14)


def every(rec):
    """The records of all quantities that a layer has."""
    return [getattr(rec, name) for name in rec.run(1)]


def test_nothing_counts_after_an_examples_end(run):
    _, fwd, bwd = run
    for i, end in enumerate(fwd.lengths):
        for t in range(end + 1, fwd.T + 1):
            assert fwd.J[t][i] == 0
            for record in (fwd.z_y, fwd.y_hat, bwd.z_y, bwd.x):
                assert not record[t][:, i].any()
            for record in (*every(fwd), *every(bwd)):
                assert not any(record[l, t][:, i].any() for l in record.layers)


def test_the_loss_is_the_sum_of_its_parts_and_counts_where_the_mask_says(run):
    _, fwd, bwd = run
    assert fwd.loss == pytest.approx(sum(fwd.J[t].sum() for t in range(1, fwd.T + 1)))
    for t in range(1, fwd.T + 1):
        off = ~fwd.mask[t]
        assert not fwd.J[t][off].any()
        assert not bwd.z_y[t][:, off].any()


def test_an_example_in_a_batch_is_the_example_alone(run):
    net, fwd, bwd = run
    for i, T in enumerate(fwd.lengths):
        x = fwd.a.over_time(0)[:T, :, i]
        y = fwd.y.over_time()[:T, ..., i]
        a0 = [fwd.a[l, 0][:, i] for l in range(1, net.L + 1)]
        c0 = [fwd.c[l, 0][:, i] for l in range(1, net.L + 1)] if net.cell == "lstm" else None
        alone = net.forward(x, y, a0, mask=fwd.mask.over_time()[:T, i], c0=c0)
        back = net.backward(alone)
        np.testing.assert_allclose(alone.J.over_time()[:, 0], fwd.J.over_time()[:T, i], rtol=1e-10)
        np.testing.assert_allclose(back.a0[1][:, 0], bwd.a0[1][:, i], atol=1e-13)
        for record, whole in zip(every(alone), every(fwd)):
            np.testing.assert_allclose(record.over_time(1)[..., 0],
                                       whole.over_time(1)[:len(record.over_time(1)), :, i],
                                       atol=1e-13)
        for t in range(1, T + 1):
            np.testing.assert_allclose(back.x[t][:, 0], bwd.x[t][:, i], atol=1e-13)


def test_one_example_of_a_run_is_that_run_for_it_alone(run):
    net, fwd, bwd = run
    for i in range(fwd.m):
        one = fwd.example(i)
        assert (one.m, one.T, one.kind) == (1, fwd.T, fwd.kind)
        assert one.lengths.tolist() == [fwd.lengths[i]]
        np.testing.assert_array_equal(one.mask.over_time()[:, 0], fwd.mask.over_time()[:, i])
        assert one.loss == pytest.approx(sum(fwd.J[t][i] for t in range(1, fwd.T + 1)))
        for name in ("z_y", "y_hat", "J"):
            for t in range(1, fwd.T + 1):
                np.testing.assert_array_equal(getattr(one, name)[t][..., 0],
                                              getattr(fwd, name)[t][..., i])
        back = net.backward(one)
        for l in one.a.layers:
            for t in one.a.times(l):
                np.testing.assert_array_equal(one.a[l, t][:, 0], fwd.a[l, t][:, i])
                np.testing.assert_allclose(back.a[l, t][:, 0], bwd.a[l, t][:, i], atol=1e-13)
    for name, grad in bwd.params.items():
        parts = [net.backward(fwd.example(i)).params[name] for i in range(fwd.m)]
        np.testing.assert_allclose(sum(parts), grad, rtol=1e-10, atol=1e-12)


def test_one_example_cannot_be_changed_and_one_that_is_not_there_is_refused():
    net, fwd, _ = Case().run()
    with pytest.raises(ValueError, match="read-only"):
        fwd.example(0).a[1, 1][0] = 9
    for i in (-1, 2):
        with pytest.raises(IndexError, match="example i"):
            fwd.example(i)
    assert net.forward(np.ones((2, 3))).example(0).loss is None


@pytest.mark.parametrize("cell", ["tanh", *GATED_CELLS])
@pytest.mark.parametrize(("first", "last"), [(1, 5), (1, 2), (3, 4), (5, 5)])
def test_a_part_of_a_run_is_the_run_that_starts_where_it_was(first, last, cell):
    net, fwd, _ = Case(cell, lengths=(5, 3)).run()
    part = fwd.between(first, last)
    assert last - first + 1 == part.T
    np.testing.assert_array_equal(part.lengths, [part.T, min(max(0, 4 - first), part.T)])
    for l in (1, 2):
        for t in range(part.T + 1):
            np.testing.assert_array_equal(part.a[l, t], fwd.a[l, first - 1 + t])
    rows = slice(first - 1, last)
    one = fwd.example(0)
    again = net.forward(one.a.over_time(0)[rows], one.y.over_time()[rows],
                        mask=one.mask.over_time()[rows],
                        a0=[one.a[l, first - 1] for l in (1, 2)],
                        c0=[one.c[l, first - 1] for l in (1, 2)] if cell == "lstm" else None)
    part = part.example(0)
    assert part.loss == pytest.approx(again.loss, rel=1e-12)
    for name, grad in net.backward(again).params.items():
        np.testing.assert_allclose(net.backward(part).params[name], grad, rtol=1e-11, atol=1e-13)


def test_targets_and_mask_are_found_by_their_time(run):
    _, fwd, _ = run
    y, mask = fwd.y.over_time(), fwd.mask.over_time()
    for t in range(1, fwd.T + 1):
        np.testing.assert_array_equal(fwd.y[t], y[t - 1])
        np.testing.assert_array_equal(fwd.mask[t], mask[t - 1])
    for record in (fwd.y, fwd.mask):
        with pytest.raises(IndexError, match=f"must be 1..{fwd.T}, got 0"):
            record[0]


def test_a_layer_has_its_size_its_weights_and_its_run(run):
    net, fwd, bwd = run
    assert [net.n(l) for l in range(net.L + 2)] == [net.n_x, *net.units, net.n_y]
    for l in range(1, net.L + 1):
        assert len(fwd.weights(l)) > 2
        assert all(W is fwd.params[f"{name}[{l}]"] for name, W in fwd.weights(l).items())
        assert fwd.run(l)["a"] is fwd.a.over_time(l)
        assert bwd.run(l) is bwd.derivatives(l)
    for l, ask in ((-1, net.n), (net.L + 2, net.n), (0, fwd.run), (net.L + 1, fwd.run)):
        with pytest.raises(IndexError, match="layer l must be"):
            ask(l)


def test_a_run_that_counts_elsewhere_is_the_run_with_that_mask(run):
    net, fwd, _ = run
    where = np.random.default_rng(3).random((fwd.T, fwd.m)) < 0.5
    states = {f"{s}0": [fwd.run(l)[s][0] for l in range(1, net.L + 1)]
              for s in fwd.kind.equations.states}
    again = net.forward(fwd.x.over_time(), fwd.y.over_time(), lengths=fwd.lengths,
                        mask=fwd.mask.over_time() & where, **states)
    part = fwd.counting(where)
    assert part.loss == pytest.approx(again.loss)
    for name, grad in net.backward(again).params.items():
        np.testing.assert_allclose(net.backward(part).params[name], grad, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("first", "last"), [(0, 3), (2, 6), (4, 3), (-1, 2)])
def test_a_part_lies_inside_the_run(first, last):
    _, fwd, _ = Case().run()
    with pytest.raises(IndexError, match=r"(first|last) must be \d\.\.5, got"):
        fwd.between(first, last)


@pytest.mark.parametrize("loss", ["softmax", "logistic", "squared"])
def test_gradients_from_outside_take_the_place_of_the_loss(loss):
    net, fwd, bwd = Case(loss=loss, lengths=(4, 2)).run()
    x, a0 = fwd.a.over_time(0), [fwd.a[l, 0] for l in (1, 2)]
    bare = net.forward(x, a0=a0, lengths=fwd.lengths)
    d_a = bwd.from_above.over_time(2)
    same = net.backward(bare, d_a=d_a)
    for name in net.params:
        wanted = 0 if name.endswith("_y") else bwd.params[name]
        np.testing.assert_allclose(same.params[name], wanted, atol=1e-13)


def test_backward_uses_the_parameters_of_the_run():
    net, fwd, bwd = Case().run()
    net.params["W_a[1]"] = np.zeros((4, 4))
    net.params["W_y"][...] = 0.0
    again = net.backward(fwd)
    for name in net.params:
        np.testing.assert_array_equal(again.params[name], bwd.params[name])


@pytest.mark.parametrize("record", ["forward", "backward"])
def test_a_run_cannot_be_changed(record):
    _, fwd, bwd = Case().run()
    rec = fwd if record == "forward" else bwd
    with pytest.raises(AttributeError):
        rec.params = {}
    with pytest.raises(TypeError):
        rec.params["W_y"] = 0
    for array in (rec.a[1, 1], rec.z_y[1], rec.params["W_y"]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1.0


def test_forward_keeps_no_hold_on_what_it_was_given():
    net, x, y = rl.Network(2, 3, 2), np.ones((4, 2, 1)), np.zeros((4, 1), int)
    fwd = net.forward(x, y)
    x[:], y[:] = 9, 1
    assert np.all(fwd.a[0, 1] == 1)
    assert not fwd.y.over_time().any()


@pytest.mark.parametrize("loss", ["softmax", "logistic", "squared"])
def test_one_example_may_come_without_its_last_axis(loss):
    case = Case(loss=loss, m=1, mask=False)
    net, (x, y, a0, *_) = case.net(), case.data()
    with_axis = net.forward(x, y, a0)
    without = net.forward(x[:, :, 0], y[..., 0], [a[:, 0] for a in a0])
    np.testing.assert_array_equal(without.J.over_time(), with_axis.J.over_time())


@pytest.mark.parametrize("nowhere", [np.nan, np.inf, 7.5, -3])
@pytest.mark.parametrize("loss", ["softmax", "logistic", "squared"])
@pytest.mark.parametrize("cell", ["tanh", *GATED_CELLS])
def test_the_padding_is_never_read(cell, loss, nowhere):
    case = Case(cell, loss, lengths=(5, 2))
    net, (x, y, a0, lengths, mask) = case.net(), case.data()
    x, y = x.astype(float), y.astype(float)
    clean = net.backward(net.forward(x, y, a0, lengths, mask=mask))
    x[2:, :, 1], y[2:, ..., 1] = nowhere, nowhere
    dirty = net.backward(net.forward(x, y, a0, lengths, mask=mask))
    for name in net.params:
        np.testing.assert_array_equal(dirty.params[name], clean.params[name])


def test_overflow_is_shown_and_not_warned_of():
    net = rl.Network(1, 1, 1, cell="identity", loss="squared")
    net.params["W_a[1]"] = [[1e200]]
    net.params["W_x[1]"] = net.params["W_y"] = [[1.0]]
    with np.errstate(all="raise"):
        fwd = net.forward(np.ones((4, 1)), np.zeros((4, 1)))
        bwd = net.backward(fwd)
    assert np.isinf(fwd.a[1, 4])
    assert np.isinf(fwd.loss)
    assert not np.isfinite(bwd.params["W_a[1]"])


INITS = {
    "orthogonal": lambda W, c: np.testing.assert_allclose(W @ W.T, c * c * np.eye(50), atol=1e-12),
    "identity": lambda W, c: np.testing.assert_array_equal(W, c * np.eye(50)),
    "radius": lambda W, c: np.testing.assert_allclose(np.abs(np.linalg.eigvals(W)).max(), c),
    "gaussian": lambda W, c: np.testing.assert_allclose(W.std(), c / np.sqrt(50), rtol=0.05),
}


@pytest.mark.parametrize("scale", [0.5, 1.3])
@pytest.mark.parametrize("init", INITS)
def test_recurrent_matrices_start_as_asked(init, scale):
    net = rl.Network(2, (50, 50), 2, init=init, scale=scale, seed=3)
    for name in ("W_a[1]", "W_a[2]"):
        INITS[init](net.params[name], scale)
    assert not net.params["b[1]"].any()
    assert not net.params["b_y"].any()


def test_a_seed_decides_the_parameters():
    first, same, other = (rl.Network(2, 3, 2, seed=s).params["W_a[1]"] for s in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)
    from_generator = rl.Network(2, 3, 2, seed=np.random.default_rng(1)).params["W_a[1]"]
    np.testing.assert_array_equal(from_generator, first)


def test_parameters_have_the_notes_names_and_shapes():
    net = rl.Network(n_x=3, units=(4, 2), n_y=5)
    shapes = {name: array.shape for name, array in net.params.items()}
    assert list(shapes.items()) == [
        ("W_x[1]", (4, 3)), ("W_a[1]", (4, 4)), ("b[1]", (4, 1)),
        ("W_x[2]", (2, 4)), ("W_a[2]", (2, 2)), ("b[2]", (2, 1)),
        ("W_y", (5, 2)), ("b_y", (5, 1))]
    assert all(array.dtype == np.float64 for array in net.params.values())


def test_assignment_copies_and_takes_a_flat_bias():
    net, b = rl.Network(3, 2, 2), np.array([1, 2])
    net.params["b[1]"] = b
    b[:] = 9
    np.testing.assert_array_equal(net.params["b[1]"], [[1.0], [2.0]])
    net.params["b[1]"] -= 1.0
    np.testing.assert_array_equal(net.params["b[1]"], [[0.0], [1.0]])


def test_without_targets_there_is_no_loss():
    fwd = rl.Network(2, 3, 2).forward(np.ones((4, 2)))
    assert fwd.J is None
    assert fwd.loss is None
    assert fwd.y is None

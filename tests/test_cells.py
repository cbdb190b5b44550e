"""The cells alone, for a layer with an input and a gradient from above of any kind."""
import numpy as np
import pytest
from engine_cases import ACTIVATIONS

from rnnlib import gradcheck
from rnnlib.cells import CELLS
from rnnlib.records import pairs

T, N, N_X, M = 4, 3, 2, 2
RNG = np.random.default_rng(5)
X, ABOVE = RNG.normal(size=(T, N_X, M)), RNG.normal(size=(T, N, M))
STARTS = {"a": RNG.normal(size=(N, M)), "c": RNG.normal(size=(N, M))}


def layer(name):
    """cell, params, run."""
    cell = CELLS[name]
    rng = np.random.default_rng(6)
    params = {key: rng.normal(size=shape) for key, shape in cell.shapes(N, N_X).items()}
    return cell, params, cell.forward(params, X, starts(cell))


def starts(cell):
    """The start states that the cell has."""
    return {state: STARTS[state] for state in cell.states}


def pre_activations(cell, run):
    """The names of the derivatives that the cell's parameters meet."""
    return [derivative for derivative, _ in cell.uses(run, X)]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_forward_is_the_recurrence(name):
    cell, params, run = layer(name)
    a = STARTS["a"]
    for t in range(T):
        z = params["b"] + params["W_a"] @ a + params["W_x"] @ X[t]
        a = cell.g(z)
        np.testing.assert_allclose(run["z"][t], z, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(run["a"][t + 1], a, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", CELLS)
def test_backward_is_the_adjoint_of_forward(name):
    """The same number from both sides: <above, change of a> = <dJ/dx, change of x> + ..."""
    cell, params, run = layer(name)
    d = cell.backward(params, run, ABOVE)
    step, rng = 1e-6, np.random.default_rng(8)
    dx, d0 = rng.normal(size=X.shape), {s: rng.normal(size=(N, M)) for s in cell.states}
    ends = [cell.forward(params, X + h * dx, {s: STARTS[s] + h * d0[s] for s in d0})["a"][1:]
            for h in (step, -step)]
    forwards = (ABOVE * (ends[0] - ends[1])).sum() / (2 * step)
    backwards = (cell.below(params, d) * dx).sum() + sum((d[s][0] * d0[s]).sum() for s in d0)
    np.testing.assert_allclose(backwards, forwards, rtol=1e-7)


@pytest.mark.parametrize("name", CELLS)
def test_items_add_up_over_the_loss_times(name):
    cell, params, run = layer(name)
    of_all, d = cell.itemised(params, run, ABOVE), cell.backward(params, run, ABOVE)
    for z in pre_activations(cell, run):
        items = of_all[z]
        assert items.shape == (T * (T + 1) // 2, N, M)
        sums = np.zeros((T, N, M))
        np.add.at(sums, pairs(T, len(items))[1], items)
        np.testing.assert_allclose(sums, d[z], rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", CELLS)
def test_an_item_depends_on_its_own_loss_only(name):
    cell, params, run = layer(name)
    items = cell.itemised(params, run, ABOVE)
    losses, uses = pairs(T, T * (T + 1) // 2)
    for s in range(T):
        only = np.zeros_like(ABOVE)
        only[s] = ABOVE[s]
        d = cell.backward(params, run, only)
        for z in pre_activations(cell, run):
            np.testing.assert_allclose(items[z][losses == s], d[z][uses[losses == s]], rtol=1e-11,
                                       atol=1e-15)


def test_pairs_are_ordered_by_distance():
    losses, uses = pairs(3, 6)
    assert list(zip(losses.tolist(), uses.tolist())) == [
        (0, 0), (1, 1), (2, 2), (1, 0), (2, 1), (2, 0)]
    assert pairs(3, 3)[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", CELLS)
def test_initial_parameters_have_the_shapes_the_cell_declares(name):
    cell = CELLS[name]
    first = cell.initial(np.random.default_rng(0), N, N_X, lambda rng, n: np.eye(n))
    assert {key: value.shape for key, value in first.items()} == cell.shapes(N, N_X)
    for key, value in first.items():
        if key.startswith("W_a"):
            np.testing.assert_array_equal(value, np.eye(N))
        assert value.any() == key.startswith("W")


@pytest.mark.parametrize("name", CELLS)
def test_a_step_jacobian_is_what_pull_transposes(name):
    cell, params, run = layer(name)
    steps = cell.step_jacobian(params, run)
    # at a of the last time alone, where nothing comes from a later time: one step of backward
    above = np.zeros((T, N * len(cell.states), M))
    above[:, :N] = ABOVE
    dz, before = cell.pull(params, run, above)
    np.testing.assert_allclose(np.einsum("tmij,tim->tjm", steps, above), before, atol=1e-13)
    d = cell.backward(params, run, ABOVE)
    for z in pre_activations(cell, run):
        np.testing.assert_allclose(dz[z][-1], d[z][-1], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(before[-1, :N], d["from_next"][-2], rtol=1e-12, atol=1e-14)
    if "c" in cell.states:
        np.testing.assert_allclose(before[-1, N:], d["c_from_next"][-2], rtol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_pull_takes_derivatives_at_every_state(name):
    cell, params, run = layer(name)
    d = np.random.default_rng(9).normal(size=(T, N * len(cell.states), M))
    found = np.einsum("tmij,tim->tjm", cell.step_jacobian(params, run), d)
    np.testing.assert_allclose(found, cell.pull(params, run, d)[1], atol=1e-13)


@pytest.mark.parametrize("open_or_shut", [1, 12])
@pytest.mark.parametrize("name", CELLS)
def test_a_step_jacobian_is_the_complex_step_derivative(name, open_or_shut):
    cell, params, _ = layer(name)
    params = {key: value * open_or_shut for key, value in params.items()}
    run = cell.forward(params, X, starts(cell))
    steps = cell.step_jacobian(params, run)
    for t in range(T):
        for i in range(M):
            before = np.concatenate([run[state][t, :, i] for state in cell.states])

            def after(v, row, t=t, i=i):
                states = gradcheck.step_of(name, cell)(params.get, X[t, :, i],
                                              *np.split(v, len(cell.states)))
                return np.concatenate(states)[row]

            for row in range(len(before)):
                exact = gradcheck.complex_step(lambda v, row=row: after(v, row), before)
                assert gradcheck.relative_error(steps[t, i, row], exact) < 1e-10

"""The simple cell alone, for a layer with an input and a gradient from above of any kind."""
import numpy as np
import pytest

from rnnlib.cells import CELLS
from rnnlib.records import pairs

T, N, N_X, M = 4, 3, 2, 2
RNG = np.random.default_rng(5)
X, ABOVE = RNG.normal(size=(T, N_X, M)), RNG.normal(size=(T, N, M))
START = {"a": RNG.normal(size=(N, M))}


def layer(name):
    """cell, params, run."""
    cell = CELLS[name]
    rng = np.random.default_rng(6)
    params = {key: rng.normal(size=shape) for key, shape in cell.shapes(N, N_X).items()}
    return cell, params, cell.forward(params, X, START)


@pytest.mark.parametrize("name", CELLS)
def test_forward_is_the_recurrence(name):
    cell, params, run = layer(name)
    a = START["a"]
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
    dx, da0 = rng.normal(size=X.shape), rng.normal(size=(N, M))
    ends = [cell.forward(params, X + h * dx, {"a": START["a"] + h * da0})["a"][1:]
            for h in (step, -step)]
    forwards = (ABOVE * (ends[0] - ends[1])).sum() / (2 * step)
    backwards = (cell.below(params, d) * dx).sum() + (d["a"][0] * da0).sum()
    np.testing.assert_allclose(backwards, forwards, rtol=1e-7)


@pytest.mark.parametrize("name", CELLS)
def test_items_add_up_over_the_loss_times(name):
    cell, params, run = layer(name)
    items = cell.itemised(params, run, ABOVE)["z"]
    assert items.shape == (T * (T + 1) // 2, N, M)
    sums = np.zeros((T, N, M))
    np.add.at(sums, pairs(T, len(items))[1], items)
    np.testing.assert_allclose(sums, cell.backward(params, run, ABOVE)["z"], rtol=1e-11)


@pytest.mark.parametrize("name", CELLS)
def test_an_item_depends_on_its_own_loss_only(name):
    cell, params, run = layer(name)
    items = cell.itemised(params, run, ABOVE)["z"]
    losses, uses = pairs(T, len(items))
    for s in range(T):
        only = np.zeros_like(ABOVE)
        only[s] = ABOVE[s]
        dz = cell.backward(params, run, only)["z"]
        np.testing.assert_allclose(items[losses == s], dz[uses[losses == s]], rtol=1e-11)


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
    np.testing.assert_array_equal(first["W_a"], np.eye(N))


@pytest.mark.parametrize("name", CELLS)
def test_a_step_jacobian_is_what_pull_transposes(name):
    cell, params, run = layer(name)
    steps = cell.step_jacobian(params, run)
    dz, before = cell.pull(params, run, ABOVE)
    np.testing.assert_allclose(np.einsum("tmij,tim->tjm", steps, ABOVE), before, atol=1e-13)
    # the last step back is that of backward, since nothing comes from a later time
    d = cell.backward(params, run, ABOVE)
    np.testing.assert_allclose(dz["z"][-1], d["z"][-1], rtol=1e-12)
    np.testing.assert_allclose(before[-1], d["from_next"][-2], rtol=1e-12, atol=1e-14)

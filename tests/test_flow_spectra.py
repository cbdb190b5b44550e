"""Spectra, bounds and saturation: the inequalities between them hold on every run."""
import numpy as np
import pytest
from engine_cases import Case

import rnnlib as rl
from rnnlib.activations import ACTIVATIONS as SIMPLE


def run(cell, seed=0, T=40, n=6, scale=1.5, gain=1.0):
    net = rl.Network(2, n, 1, cell, "squared", seed=seed, init="radius", scale=scale)
    rng = np.random.default_rng(seed)
    return net, net.forward(gain * rng.normal(size=(T, 2)), np.zeros((T, 1)))


@pytest.mark.parametrize("factor", [1e-200, 1.0, 1e200])
def test_a_spectrum_is_that_of_numpy(factor):
    W = np.random.default_rng(1).normal(size=(5, 5))
    found = rl.flow.spectrum(factor * W)
    e = np.linalg.eigvals(W)
    np.testing.assert_allclose(np.sort_complex(found.eigenvalues / factor), np.sort_complex(e))
    np.testing.assert_allclose(found.singular_values, factor * np.linalg.svd(W)[1])
    np.testing.assert_allclose(found.log10_moduli,
                               np.sort(np.log10(np.abs(e)))[::-1] + np.log10(factor))
    np.testing.assert_allclose(found.angles, np.angle(found.eigenvalues))
    assert found.radius == pytest.approx(factor * np.abs(e).max())
    assert found.sigma_1 == pytest.approx(factor * np.linalg.norm(W, 2))
    assert found.radius <= found.sigma_1


@pytest.mark.parametrize("cell", SIMPLE)
@pytest.mark.parametrize("seed", range(3))
def test_every_bound_holds_and_the_tighter_lies_below_the_looser(cell, seed):
    net, fwd = run(cell, seed)
    truth = rl.flow.jacobians(net, fwd).norms_to(fwd.T)
    bounds = rl.flow.bounds(net, fwd)
    for lower, upper in [(truth, bounds.steps), (bounds.steps, bounds.slopes),
                         (bounds.slopes, bounds.worst)]:
        assert (lower <= upper + 1e-9).all()
    assert bounds.worst[-1] == bounds.radius[-1] == 0
    W = bounds.spectrum
    np.testing.assert_allclose(bounds.worst[0], fwd.T * np.log10(SIMPLE[cell].gamma * W.sigma_1))
    np.testing.assert_allclose(bounds.radius[0], fwd.T * np.log10(W.radius))


def test_in_a_linear_layer_the_truth_comes_to_the_slope_of_the_radius():
    net, fwd = run("identity", T=2000, scale=0.8)
    truth, bounds = rl.flow.jacobians(net, fwd).norms_to(2000), rl.flow.bounds(net, fwd)
    steps = slice(0, 1000)
    np.testing.assert_allclose(np.diff(truth[steps]).mean(), np.diff(bounds.radius[steps]).mean(),
                               rtol=1e-3)


def test_a_histogram_counts_every_slope_of_the_run_once():
    net, fwd, _ = Case(lengths=(5, 2)).run()
    found = rl.flow.saturation(net, fwd, below=0.5, bins=7)
    slopes = np.concatenate([1 - fwd.a.over_time(1)[1:n + 1, :, i].ravel() ** 2
                             for i, n in enumerate((5, 2))])
    assert found.counts.sum() == slopes.size == 28
    np.testing.assert_array_equal(found.counts, np.histogram(slopes, 7, (0, 1))[0])
    assert found.share == pytest.approx((slopes < 0.5).mean())
    assert found.mean == pytest.approx(slopes.mean())


def test_larger_inputs_saturate_more_and_slopes_of_the_logistic_end_at_a_quarter():
    shares = [rl.flow.saturation(*run("tanh", gain=gain)).share for gain in (0.1, 1.0, 10.0)]
    assert shares == sorted(shares)
    assert shares[2] > shares[0] + 0.3
    assert rl.flow.saturation(*run("logistic")).edges[-1] == 0.25


@pytest.mark.filterwarnings("error")
def test_slopes_that_are_no_numbers_are_left_out():
    net, fwd = run("relu", T=400, scale=100.0)
    assert np.isnan(fwd.slope[1, 400]).any() or not np.isfinite(fwd.a[1, 400]).all()
    found = rl.flow.saturation(net, fwd)
    assert found.counts.sum() <= 400 * 6
    assert np.isfinite(found.mean)


@pytest.mark.parametrize("measure", [rl.flow.bounds, rl.flow.saturation])
def test_what_one_matrix_and_one_slope_decide_is_not_asked_of_gates(measure):
    net, fwd, _ = Case("gru", m=1).run()
    with pytest.raises(ValueError, match="fwd must be the run of a simple cell.*got one of 'gru'"):
        measure(net, fwd)


@pytest.mark.parametrize(("wrong", "sentence"), [
    (lambda net, fwd: rl.flow.spectrum(np.zeros((2, 3))), "W must be a square matrix"),
    (lambda net, fwd: rl.flow.bounds(net, fwd), "fwd must be the run of one example, got 2"),
    (lambda net, fwd: rl.flow.saturation(net, fwd, bins=0), "bins must be at least 1, got 0"),
    (lambda net, fwd: rl.flow.saturation(net, fwd, below=-1), "below must be finite and at least"),
])
def test_what_does_not_fit_is_refused(wrong, sentence):
    net, fwd, _ = Case().run()
    with pytest.raises(ValueError, match=sentence):
        wrong(net, fwd)

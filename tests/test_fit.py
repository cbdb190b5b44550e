"""Laws of rnnlib.learning.training.fit: its path, its records, and what is kept however it ends."""
import signal
from itertools import islice

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.learning import training
from rnnlib.learning.optimisers import SGD, Adam
from rnnlib.learning.training import fit, mean_loss
from rnnlib.sequences.names import characters, first_names
from rnnlib.sequences.tasks import adding, copy

TASK, HELD_OUT = copy(3, 40, length=1, symbols=3), copy(3, 30, length=1, symbols=3, seed=1)


def network(task=TASK, seed=0, units=6, cell="tanh"):
    return rl.Network(task.n_x, units, task.n_y, cell, task.loss, seed=seed)


def values(params):
    return np.concatenate([W.ravel() for W in params.values()])


def path(**options):
    """Where three epochs lead."""
    net = network()
    for _ in fit(net, TASK, epochs=3, batch=16, **options):
        pass
    return values(net.params)


# --- one update ------------------------------------------------------------------------------

@pytest.mark.parametrize("options", [{}, {"clip": 1e-3}, {"clip": 1e-3, "clip_by": "element"},
                                     {"window": 2}, {"window": 3, "stride": 2}])
def test_an_update_is_a_step_along_the_gradient_of_the_mean_loss(options):
    net, rule = network(), dict(options)
    before = net.params.snapshot()
    run = fit(net, TASK, optimiser=SGD(0.5), batch=40, **options)
    update = next(run)
    fwd = network().forward(TASK.x, TASK.y, mask=TASK.mask)
    places = fwd.mask.over_time().sum()
    if "window" in rule:
        grads = training.truncated_backward(network(), TASK.x, TASK.y, mask=TASK.mask, **rule)
    else:
        grads = network().backward(fwd).params
    mean = {name: g / places for name, g in grads.items()}
    clipped, norm = training.clip_by_norm(mean, rule.get("clip", 1e9))
    if "clip_by" in rule:
        clipped = training.clip_by_element(mean, rule["clip"])
    assert update.loss == pytest.approx(fwd.loss / places)
    assert update.gradient_norm == pytest.approx(norm), "before clipping"
    for name, W in net.params.items():
        np.testing.assert_allclose(W, before[name] - 0.5 * clipped[name], rtol=1e-12, atol=1e-15)


def test_clipping_caps_the_norm_of_a_step():
    net, threshold = network(), 0.01
    before = values(net.params)
    update = next(fit(net, TASK, optimiser=SGD(1.0), clip=threshold))
    assert update.gradient_norm > threshold
    assert np.linalg.norm(values(net.params) - before) == pytest.approx(threshold)


def test_padding_neither_counts_nor_is_computed():
    batch = characters(["al", "elizabeth", "jo"])
    data, short = batch, characters(["al", "jo"])
    net = rl.Network(27, 5, 27)
    together = mean_loss(net, data, at_once=3)
    assert mean_loss(net, data, at_once=1) == pytest.approx(together)
    each = [mean_loss(net, part) * part.lengths.sum() for part in (short, characters("elizabeth"))]
    assert sum(each) / data.lengths.sum() == pytest.approx(together)


# --- the path --------------------------------------------------------------------------------

def test_the_same_seed_takes_the_same_path():
    np.testing.assert_array_equal(path(seed=5), path(seed=5))
    assert (path(seed=5) != path(seed=6)).any()


@pytest.mark.parametrize("optimiser", [SGD(0.5), SGD(0.1, momentum=0.9), Adam(0.02)])
def test_the_loss_falls_on_a_tiny_task(optimiser):
    net = network()
    run = fit(net, TASK, HELD_OUT, optimiser=optimiser, epochs=40, batch=10, clip=1.0)
    *_, last = run
    assert run.records[0].loss > 0.9 * TASK.chance_loss
    assert last.loss < 0.2 * TASK.chance_loss
    assert mean_loss(net, HELD_OUT) < 0.3 * HELD_OUT.chance_loss
    fwd = net.forward(HELD_OUT.x)
    assert HELD_OUT.right(fwd.y_hat.over_time()).all()


def test_names_are_learned_from_the_file_on():
    names = first_names().split()
    net = rl.Network(27, 12, 27, "gru")
    run = fit(net, characters(names.train[:200]), characters(names.held_out[:100]),
              optimiser=Adam(0.02), epochs=3)
    for _ in run:
        pass
    assert run.records[0].held_out_loss > 3.2
    assert run.best_loss < 2.8


def test_the_adding_problem_and_a_pair_can_be_fitted_too():
    task = adding(4, 20)
    net = rl.Network(2, 3, 1, loss="squared")
    with_mask, whole = next(fit(net, task)), next(fit(net, (task.x, task.y)))
    assert with_mask.loss != whole.loss
    assert next(fit(net, (task.x[..., 0], task.y[..., 0]))).epoch == 1


@pytest.mark.parametrize("optimiser", [SGD(0.5), SGD(0.1, momentum=0.9), Adam(0.02)])
@pytest.mark.parametrize("left", [0.0, 0.4, 1.0])
def test_the_rate_falls_in_a_straight_line(optimiser, left):
    """All of the data at every update and the same gradient: only the rate can differ."""
    net = network()
    run = fit(net, TASK, optimiser=optimiser, epochs=5, batch=TASK.m, rate_left=left)
    memory = optimiser.first(values(net.params).size)
    for k in range(5):
        before = values(net.params)
        fwd = net.forward(TASK.x, TASK.y, mask=TASK.mask)
        g = values(net.backward(fwd).params) / fwd.mask.over_time().sum()
        step, memory = optimiser.step(g, memory)
        next(run)
        share = 1 - k / 5 * (1 - left)
        np.testing.assert_allclose(values(net.params) - before, share * step, rtol=1e-7, atol=1e-12)


# --- the records -----------------------------------------------------------------------------

def test_the_records_tell_the_course_of_the_run():
    run = fit(network(), TASK, HELD_OUT, epochs=2, batch=15)
    seen = list(run)
    assert run.records[1:] == tuple(seen)
    assert [u.update for u in seen] == [1, 2, 3, 4, 5, 6]
    assert [u.epoch for u in seen] == [1, 1, 1, 2, 2, 2]
    assert [u.held_out_loss is not None for u in run.records] == [True, *[False, False, True] * 2]
    assert run.records[0].loss == pytest.approx(mean_loss(network(), TASK))
    seconds = [u.seconds for u in run.records]
    assert seconds == sorted(seconds)
    with pytest.raises(AttributeError):
        seen[0].loss = 0.0
    assert "update 6 of 6, ended" in repr(run)


def test_held_out_is_looked_at_as_often_as_asked():
    run = fit(network(), TASK, HELD_OUT, epochs=2, batch=10, every=3)
    looked = [u.update for u in run if u.held_out_loss is not None]
    assert looked == [3, 6, 8]


def test_while_it_runs_the_network_is_that_of_the_moment():
    net, seen = network(), []
    for update in fit(net, TASK, HELD_OUT, optimiser=SGD(0.3), epochs=2, batch=20):
        seen.append(values(net.params))
        if update.held_out_loss is not None:
            assert mean_loss(net, HELD_OUT) == pytest.approx(update.held_out_loss)
    assert len({params.tobytes() for params in seen}) == 4


# --- how it ends -----------------------------------------------------------------------------

def worsening():
    """A net that is right already, and a run whose steps are too large to keep it so."""
    net = network()
    for _ in fit(net, TASK, optimiser=Adam(0.05), epochs=20, batch=20):
        pass
    return net, fit(net, TASK, HELD_OUT, optimiser=Adam(5.0), epochs=10, batch=20, patience=3)


def test_early_stopping_restores_the_best():
    net, run = worsening()
    best = values(net.params)
    seen = list(run)
    assert seen[-1].epoch == 3, "three looks without a new best"
    assert run.best_update == 0
    assert seen[-1].held_out_loss > 2 * run.best_loss
    np.testing.assert_array_equal(values(net.params), best)
    assert mean_loss(net, HELD_OUT) == run.best_loss


def break_off(run):
    for update in run:
        if update.update == 3:
            break


def close(run):
    for _ in range(3):
        next(run)
    run.close()


def interrupt_the_loop(run):
    def loop():
        for update in run:
            if update.update == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loop()


def interrupt_an_update(run):
    class Interrupted:
        def __next__(self):
            # what the kernel's interrupt button sends
            signal.raise_signal(signal.SIGINT)

    for _ in range(3):
        next(run)
    run._order = Interrupted()
    # a program started in the background ignores interrupts; a kernel's cell never does
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            next(run)
    finally:
        signal.signal(signal.SIGINT, before)


def take_some(run):
    assert len(list(islice(run, 3))) == 3


def interrupt_a_look(run):
    look, run._every = run._look, 3

    def interrupted():
        run._look = look
        raise KeyboardInterrupt

    for _ in range(2):
        next(run)
    run._look = interrupted
    with pytest.raises(KeyboardInterrupt):
        next(run)


ENDS = [break_off, close, interrupt_the_loop, interrupt_an_update, interrupt_a_look, take_some]


@pytest.mark.parametrize("end", ENDS)
def test_a_stopped_run_goes_back_to_the_best(end):
    net, run = worsening()
    best = values(net.params)
    end(run)
    assert run.ended
    np.testing.assert_array_equal(values(net.params), best)


@pytest.mark.parametrize("end", ENDS)
def test_a_stopped_run_keeps_what_it_had(end):
    net = network()
    run = fit(net, TASK, HELD_OUT, optimiser=SGD(0.3), epochs=5, batch=10)
    end(run)
    # stopped within an epoch, before held_out was looked at: the newest is looked at now
    assert run.best_update == 3
    assert mean_loss(net, HELD_OUT) == run.best_loss < run.records[0].held_out_loss
    assert len(run.records) == 4


@pytest.mark.parametrize("end", ENDS)
def test_without_held_out_the_newest_stay(end):
    net, other = network(), network()
    end(fit(net, TASK, batch=10))
    run = fit(other, TASK, batch=10)
    for _ in range(3):
        next(run)
    np.testing.assert_array_equal(values(net.params), values(other.params))


def test_an_ended_run_cannot_go_on():
    net = network()
    run = fit(net, TASK, batch=10)
    close(run)
    kept = values(net.params)
    run.close()
    assert list(run) == []
    with pytest.raises(StopIteration):
        next(run)
    np.testing.assert_array_equal(values(net.params), kept)


def test_no_step_is_taken_out_of_the_numbers():
    net = network()
    run = fit(net, TASK, HELD_OUT, optimiser=SGD(1e308), batch=10)
    with pytest.raises(FloatingPointError, match="take a smaller rate, or clip"):
        for _ in run:
            pass
    assert run.ended
    assert np.isfinite(values(net.params)).all()
    assert mean_loss(net, HELD_OUT) == run.best_loss <= run.records[0].held_out_loss


# --- what does not fit -----------------------------------------------------------------------

BAD_X = np.where(np.arange(40) == 39, np.nan, TASK.x)


@pytest.mark.parametrize(("data", "options", "error", "sentence"), [
    (7, {}, TypeError, r"data must be a record with x and y, or the pair \(x, y\), got 7"),
    ((TASK.x, TASK.y[:-1]), {}, ValueError, r"data must have x of shape \(T, n_x, m\) and a y"),
    ((TASK.x[:, :-1], TASK.y), {}, ValueError, "x must have shape"),
    ((TASK.x, TASK.y + 9), {}, ValueError, "y must hold class numbers 0..2"),
    ((BAD_X, TASK.y), {}, ValueError, "x must be finite"),
    (TASK, {"held_out": (BAD_X, TASK.y)}, ValueError, "x must be finite"),
    (TASK, {"held_out": 7}, TypeError, "held_out must be a record"),
    (TASK, {"optimiser": "adam"}, TypeError, "optimiser must be an SGD or Adam"),
    (TASK, {"epochs": 0}, ValueError, "epochs must be at least 1"),
    (TASK, {"batch": 2.5}, TypeError, "batch must be a whole number"),
    (TASK, {"clip": -1}, ValueError, "clip must be finite and at least 0"),
    (TASK, {"clip_by": "size"}, ValueError, "clip_by must be one of 'norm', 'element'"),
    (TASK, {"stride": 2}, ValueError, "stride is for a window"),
    (TASK, {"window": 1, "stride": 2}, ValueError, "stride must be at most window"),
    (TASK, {"patience": 2}, ValueError, "patience and every are for held_out"),
    (TASK, {"held_out": TASK, "patience": 0}, ValueError, "patience must be at least 1"),
    (TASK, {"held_out": TASK, "every": 0}, ValueError, "every must be at least 1"),
    (TASK, {"rate_left": 1.5}, ValueError, "rate_left must be from 0 to 1"),
    (TASK, {"rate_left": "0"}, TypeError, "rate_left must be a real number"),
    (TASK, {"seed": -1}, ValueError, "seed must be a whole number"),
])
def test_what_does_not_fit_is_refused_before_anything_changes(data, options, error, sentence):
    net = network()
    before = values(net.params)
    with pytest.raises(error, match=sentence):
        fit(net, data, **options)
    np.testing.assert_array_equal(values(net.params), before)


def test_a_mask_that_counts_nowhere_is_refused():
    class Nowhere:
        x, y, mask = TASK.x, TASK.y, np.zeros(TASK.T, dtype=bool)

    with pytest.raises(ValueError, match="mask must be true somewhere"):
        fit(network(), Nowhere)
    Nowhere.mask = np.ones(3)
    with pytest.raises(ValueError, match="mask must have shape"):
        fit(network(), Nowhere)

"""Error surfaces of one unit: exact, walled where the start state parts two ends, descended."""
import math
from time import process_time

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.learning.surface import descent, error_surface, one_unit, wall

NAMES = ("W_x[1]", "W_a[1]", "b[1]", "W_y", "b_y")


def unit_run(cell="tanh", loss="squared", mask=None, length=None, T=6):
    """A net of one unit with input, and a run of it."""
    rng = np.random.default_rng(3)
    net = rl.Network(1, 1, 1, cell, loss, seed=1)
    net.params.update({"b[1]": [0.3], "b_y": [-0.2]})
    y = rng.random((T, 1))
    return net, net.forward(rng.normal(size=(T, 1)), y.round() if loss == "logistic" else y, [0.4],
                            mask=mask, lengths=None if length is None else [length])


def run_at(net, fwd, values):
    """x, y, a0, lengths and mask of `fwd`, given to a net with these values."""
    net.params.update({name: [[value]] for name, value in values.items()})
    given = fwd.a.over_time(0), fwd.y.over_time(), [fwd.a[1, 0]], fwd.lengths
    return net.forward(*given, mask=fwd.mask.over_time()), given


@pytest.mark.parametrize("over", [("W_a[1]", "b[1]"), ("W_x[1]", "W_y"), ("b_y", "W_a[1]")])
@pytest.mark.parametrize(("cell", "loss", "mask", "length"), [
    ("tanh", "squared", None, None), ("tanh", "logistic", [0, 1, 0, 0, 1, 0], None),
    ("logistic", "squared", [0, 0, 0, 0, 0, 1], None), ("logistic", "logistic", None, 4),
    ("relu", "squared", None, 3), ("identity", "squared", [1, 0, 0, 0, 1, 1], 5),
    ("tanh", "squared", [0, 0, 0, 0, 0, 1], 4),
])
def test_a_point_is_the_network_with_those_parameters(cell, loss, mask, length, over):
    net, fwd = unit_run(cell, loss, mask, length)
    first, second = np.array([-1.3, 0.4, 1.7]), np.array([-0.6, 0.9])
    surface = error_surface(fwd, first, second, over)
    assert surface.loss.shape == surface.steepness.shape == (2, 3)
    assert surface.gradient.shape == (2, 2, 3)
    for i, j in np.ndindex(3, 2):
        again, given = run_at(net, fwd, dict(zip(over, (first[i], second[j]))))
        assert surface.loss[j, i] == pytest.approx(again.loss, rel=1e-12)
        grads = net.backward(again).params
        steps = rl.gradcheck.gradients(net, *given, mask=fwd.mask.over_time())
        for derivative, name in zip(surface.gradient[:, j, i], over):
            assert derivative == pytest.approx(grads[name].item(), rel=1e-11, abs=1e-14)
            assert derivative == pytest.approx(steps[name].item(), rel=1e-11, abs=1e-14)
        assert surface.steepness[j, i] == pytest.approx(np.linalg.norm(surface.gradient[:, j, i]))


@pytest.mark.parametrize("every_time", [False, True])
def test_the_smallest_network_is_written_out(every_time):
    T, w, b, a0, target = 9, 1.4, -0.3, 0.2, 0.6
    a, losses = a0, []
    for _ in range(T):
        a = math.tanh(w * a + b)
        losses.append((a - target) ** 2 / 2)
    fwd = one_unit(T, target, a0=a0, every_time=every_time)
    wanted = sum(losses) if every_time else losses[-1]
    assert error_surface(fwd, [w], [b]).loss.item() == pytest.approx(wanted, rel=1e-13)


def test_a_large_grid_is_the_same_as_its_points(monkeypatch):
    fwd = one_unit(8, 0.5, a0=0.1)
    first, second = np.linspace(-2, 2, 13), np.linspace(-1, 1, 7)
    whole = error_surface(fwd, first, second)
    monkeypatch.setattr(rl.surface, "BLOCK", 5)
    parts = error_surface(fwd, first, second)
    for name in ("loss", "gradient", "steepness"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-13)


def test_a_surface_of_200_by_200_points_takes_less_than_half_a_second():
    fwd = one_unit(50, 0.0, a0=0.2, every_time=True)
    # time of the processor, so that what else runs here does not count; benchmarks/ has the clock's
    spent = []
    for _ in range(3):
        start = process_time()
        error_surface(fwd, np.linspace(-3, 3, 200), np.linspace(-2, 2, 200))
        spent.append(process_time() - start)
    assert min(spent) < 0.5


def test_without_a_counted_loss_the_surface_is_flat():
    net, fwd = unit_run(mask=[0] * 6)
    for name in NAMES[:-1]:
        surface = error_surface(fwd, [0.5, 1.0], [2.0], (name, "b_y"))
        assert not surface.loss.any()
        assert not surface.gradient.any()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cell", ["identity", "relu"])
def test_overflow_is_shown(cell):
    fwd = one_unit(400, 0.0, a0=1.0, cell=cell)
    surface = error_surface(fwd, [0.5, 100.0], [0.0, 1.0])
    assert np.isfinite(surface.loss[:, 0]).all()
    assert np.isfinite(surface.gradient[:, :, 0]).all()
    assert np.isposinf(surface.loss[:, 1]).all()
    assert not np.isfinite(surface.steepness[:, 1]).any()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("start", "points"), [((1.5, 0.1), 2), ((100.0, 0.0), 1)])
def test_a_path_ends_where_nothing_is_finite(start, points):
    path = descent(one_unit(400, 0.0, a0=1.0, cell="identity"), start, rate=1.0, steps=10)
    assert path.lost
    assert len(path.points) == len(path.loss) == points
    assert np.isfinite(path.loss[:-1]).all()
    assert not np.isfinite(path.steepness[-1])
    assert repr(path).endswith("lost")
    assert not descent(one_unit(5, 0.0), (0.5, 0.1), rate=1.0, steps=10).lost


@pytest.mark.parametrize("name", ["first", "second", "loss", "gradient", "steepness"])
def test_a_surface_cannot_be_written(name):
    surface = error_surface(one_unit(3, 0.0), [1.0], [0.0])
    with pytest.raises(ValueError, match="read-only"):
        getattr(surface, name)[...] = 1.0


# --- the wall ---

STARTS = [("tanh", 0.0), ("tanh", 0.3), ("tanh", -0.6), ("tanh", 0.9), ("tanh", 1.0),
          ("tanh", -2.5), ("logistic", 0.5), ("logistic", 0.0), ("logistic", 0.7)]


def jumps(cell, a0, w, b, T=1000):
    """How much the end a^{<T>} changes from each value of b to the next; the start state is a0.

    Read off the computed surface: with the target below every state the loss says the state.
    """
    surface = error_surface(one_unit(T, -1.0, a0=a0, cell=cell), [w], b)
    return np.abs(np.diff(np.sqrt(2 * surface.loss[:, 0]) - 1))


@pytest.mark.parametrize("w", [-6.2, -3.7, 0.6, 1.3, 2.4, 5.1, 9.3])
@pytest.mark.parametrize(("cell", "a0"), STARTS)
def test_the_surface_jumps_at_the_wall_and_nowhere_else(cell, a0, w):
    b = np.linspace(-12.003, 12.004, 1201)
    sizes, at = jumps(cell, a0, w, b), wall([w], a0, cell).b[0]
    found = np.flatnonzero(sizes > 0.15)
    if np.isnan(at):
        assert not len(found)
    else:
        assert len(found) == 1
        assert b[found[0]] - 1e-4 <= at <= b[found[0] + 1] + 1e-4


@pytest.mark.parametrize(("a0", "w"), [(0.0, 1.3), (0.3, 1.5), (-0.6, 2.0), (0.3, -1.6), (0.0, -2)])
def test_on_the_line_the_start_state_is_an_unstable_fixed_point(a0, w):
    on = wall([w], a0)
    assert np.tanh(w * a0 + on.b[0]) == pytest.approx(a0, abs=1e-15)
    assert on.factor[0] == pytest.approx(w * (1 - a0 ** 2))
    assert abs(on.factor[0]) > 1
    near = wall([0.99 * np.sign(w) / (1 - a0 ** 2)], a0)
    assert np.isnan(near.b[0]) or near.factor[0] == 1.0, "there it is stable"


@pytest.mark.parametrize(("a0", "w"), [(0.0, 1.3), (0.3, 1.5), (-0.6, 2.0), (0.3, -1.6), (0.0, -2)])
def test_on_the_line_the_gradient_grows_as_the_factor_to_the_power_T(a0, w):
    """da^{<T>}/db = (1 - a0^2)(1 + f + ... + f^(T-1)), and a0 times that by w: at right angles."""
    on, target = wall([w], a0), -1.0
    for T in (1, 2, 10, 25):
        surface = error_surface(one_unit(T, target, a0=a0), [w], on.b)
        d_b = (a0 - target) * (1 - a0 ** 2) * (on.factor[0] ** np.arange(T)).sum()
        np.testing.assert_allclose(surface.gradient[:, 0, 0], [a0 * d_b, d_b], rtol=1e-6)


@pytest.mark.parametrize("T", [20, 30, 40])
@pytest.mark.parametrize(("cell", "a0", "w"), [("tanh", 0.0, 1.3), ("tanh", 0.3, 1.5),
                                               ("tanh", 0.3, -1.6), ("tanh", 0.0, -1.5),
                                               ("logistic", 0.6, 5.5)])
def test_the_largest_gradient_lies_on_the_line(cell, a0, w, T):
    on = wall([w], a0, cell)
    width = abs(on.factor[0]) ** -T
    far = np.geomspace(width / 10, 1.0, 200)
    b = on.b[0] + np.concatenate([-far[::-1], [0.0], far])
    steepest = np.argmax(error_surface(one_unit(T, -1.0, a0=a0, cell=cell), [w], b).steepness)
    assert abs(b[steepest] - on.b[0]) <= width
    assert width < 0.02


@pytest.mark.parametrize(("a0", "w"), [(0.9, 1.5), (2.0, 2.0), (-0.8, 1.5), (0.9, 3.0)])
def test_the_largest_gradient_nears_the_arc_with_the_square_of_T(a0, w):
    on = wall([w], a0)
    assert on.factor[0] == 1.0
    for T, within in ((50, 0.15), (200, 0.05), (400, 0.025)):
        ahead = np.pi ** 2 / (np.sqrt(1 - 1 / w) * T ** 2)
        share = np.linspace(-3, 3, 1201)
        b = on.b[0] - np.sign(a0) * share * ahead
        steepest = np.argmax(error_surface(one_unit(T, -3.0, a0=a0), [w], b).steepness)
        assert share[steepest] == pytest.approx(1.0, abs=within)


@pytest.mark.parametrize(("cell", "a0"), [("tanh", 0.6), ("tanh", -0.8), ("logistic", 0.8)])
def test_the_arc_touches_the_line_and_begins_at_the_cusp(cell, a0):
    scale, lowest = (1, 1) if cell == "tanh" else (4, 4)
    state = a0 if cell == "tanh" else 2 * a0 - 1
    end = scale / (1 - state ** 2)
    w = end + np.array([-1e-4, -1e-5, 1e-5, 1e-4])
    arc, _, _, line = np.diff(wall(w, a0, cell).b)[[0, 0, 1, 2]] / np.diff(w)[[0, 0, 1, 2]]
    assert arc == pytest.approx(line, abs=1e-3)
    assert line == pytest.approx(-a0)
    no, cusp = wall([lowest, lowest + 1e-9], a0, cell).b
    assert np.isnan(no)
    assert cusp == pytest.approx(0 if cell == "tanh" else -2, abs=1e-4)


# --- descent ---

# the way down to the valley crosses the wall
THROWN = {"start": (1.3, -0.1), "target": 0.0, "a0": 0.3, "T": 50, "rate": 0.05, "steps": 60}


def path(clip=None, threshold=1.0, **other):
    how = THROWN | other
    fwd = one_unit(how["T"], how["target"], a0=how["a0"])
    return fwd, descent(fwd, how["start"], rate=how["rate"], steps=how["steps"], clip=clip,
                        threshold=threshold)


@pytest.mark.parametrize("clip", [None, "norm", "element"])
def test_every_step_goes_against_its_record(clip):
    fwd, down = path(clip)
    np.testing.assert_array_equal(down.points[0], THROWN["start"])
    np.testing.assert_allclose(np.diff(down.points, axis=0), -down.rate * down.step, atol=1e-14)
    assert len(down.loss) == len(down.points) == len(down.gradient) == len(down.step) + 1 == 61
    for k in (0, 5, 30, 60):
        at = error_surface(fwd, down.points[k, :1], down.points[k, 1:])
        assert down.loss[k] == pytest.approx(at.loss.item(), rel=1e-9, abs=1e-30)
        np.testing.assert_allclose(down.gradient[k], at.gradient[:, 0, 0], rtol=1e-9, atol=1e-18)
        assert down.steepness[k] == pytest.approx(at.steepness.item(), rel=1e-9, abs=1e-18)


def test_a_plain_path_is_thrown_off_and_clipped_ones_arrive():
    _, plain = path()
    thrown = int(np.argmax(plain.steepness))
    assert plain.steepness[thrown] > 200
    assert np.linalg.norm(np.diff(plain.points, axis=0)[thrown]) > 10
    assert plain.loss[-1] > 0.49
    assert plain.steepness[-1] < 1e-9, "it does not come back: out there the surface is flat"
    for clip in ("norm", "element"):
        _, clipped = path(clip)
        assert clipped.loss[-1] < 1e-6
        assert np.linalg.norm(clipped.points - THROWN["start"], axis=1).max() < 1


def test_the_plain_gradient_is_taken_as_it_is():
    _, plain = path()
    np.testing.assert_array_equal(plain.step, plain.gradient[:-1])
    assert not plain.clipped.any()
    assert not plain.turned.any()


def test_clipping_by_norm_keeps_the_direction_and_by_element_turns_it():
    _, norm = path("norm", 0.5)
    _, element = path("element", 0.5)
    assert norm.clipped.any()
    assert norm.turned.max() < 1e-5
    assert np.linalg.norm(norm.step, axis=1).max() <= 0.5 * (1 + 1e-15)
    assert np.abs(element.step).max() <= 0.5
    assert 10 < element.turned.max() <= 45
    np.testing.assert_array_equal(element.turned[~element.clipped], 0)
    for down in (norm, element):
        long = (down.steepness if down is norm else np.abs(down.gradient).max(axis=1))[:-1] > 0.5
        np.testing.assert_array_equal(down.clipped, long)


def test_no_steps_is_a_path_too():
    _, down = path(steps=0)
    assert len(down.points) == 1
    assert down.step.shape == (0, 2)
    assert len(down.clipped) == len(down.turned) == 0


def test_a_threshold_of_nothing_stands_still():
    _, down = path("element", 0.0, steps=3)
    assert (down.points == THROWN["start"]).all()
    assert not down.turned.any()


# --- bad input ---

def small():
    return one_unit(3, 0.0)


def other_run(**kind):
    net = rl.Network(**({"n_x": 1, "units": 1, "n_y": 1, "loss": "squared"} | kind))
    return net.forward(np.zeros((3, net.n_x)), np.zeros(3 if net.loss == "softmax"
                                                        else (3, net.n_y)))


def two_examples():
    return rl.Network(1, 1, 1, loss="squared").forward(np.zeros((3, 1, 2)), np.zeros((3, 1, 2)))


@pytest.mark.parametrize(("wrong", "error", "sentence"), [
    (lambda: error_surface("run", [1], [0]), TypeError, "fwd must be a Forward, got 'run'"),
    (lambda: error_surface(other_run(n_x=2), [1], [0]), ValueError, "a run of one unit.*n_x=2"),
    (lambda: error_surface(other_run(units=2), [1], [0]), ValueError, r"got one of .*\(2,\)"),
    (lambda: error_surface(other_run(n_y=2), [1], [0]), ValueError, "a run of one unit.*n_y=2"),
    (lambda: error_surface(other_run(loss="softmax"), [1], [0]), ValueError, "'softmax'"),
    (lambda: error_surface(two_examples(), [1], [0]), ValueError, r"got 2: take one, fwd\.example"),
    (lambda: error_surface(rl.Network(1, 1, 1, loss="squared").forward(np.zeros((3, 1))), [1], [0]),
     ValueError, "fwd must have a loss: give y to forward"),
    (lambda: error_surface(small(), [[1.0]], [0]), ValueError, r"first must have shape \(n,\)"),
    (lambda: error_surface(small(), [1], []), ValueError, "second must have shape"),
    (lambda: error_surface(small(), [1, np.nan], [0]), ValueError, r"first\[1\] is nan"),
    (lambda: error_surface(small(), [1], [0], ("w", "b")), ValueError, "over must name two of"),
    (lambda: error_surface(small(), [1], [0], ("W_y", "W_y")), ValueError, "over must name two of"),
    (lambda: error_surface(small(), [1], [0], "W_y"), ValueError, "over must name .* got 'W_y'"),
    (lambda: error_surface(small(), [1], [0], 7), ValueError, "over must name two of .* got 7"),
    (lambda: one_unit(0, 0.0), ValueError, "T must be at least 1, got 0"),
    (lambda: one_unit(3, np.inf), ValueError, "target must be finite, got inf"),
    (lambda: one_unit(3, 0.0, a0="x"), TypeError, "a0 must be a real number, got 'x'"),
    (lambda: one_unit(3, 0.0, cell="sin"), ValueError, "cell must be one of .* got 'sin'"),
    (lambda: descent(small(), (1, 2, 3), rate=1, steps=1), ValueError, r"start must .* got \(3,\)"),
    (lambda: descent(small(), (1, np.inf), rate=1, steps=1), ValueError, r"start\[1\] is inf"),
    (lambda: descent(small(), (1, 0), rate=-1, steps=1), ValueError, "rate must be .* got -1"),
    (lambda: descent(small(), (1, 0), rate=1, steps=1.5), TypeError, "steps must be a whole"),
    (lambda: descent(small(), (1, 0), rate=1, steps=1, clip="l2"), ValueError,
     "clip must be one of 'norm', 'element', got 'l2'"),
    (lambda: descent(small(), (1, 0), rate=1, steps=1, threshold=-1), ValueError, "threshold must"),
    (lambda: wall([np.inf]), ValueError, r"w\[0\] is inf"),
    (lambda: wall(2.0), ValueError, r"w must have shape \(n,\)"),
    (lambda: wall([2.0], cell="relu"), ValueError, "cell must be one of 'tanh', 'logistic'"),
    (lambda: wall([2.0], a0=np.nan), ValueError, "a0 must be finite, got nan"),
])
def test_what_does_not_fit_is_said_in_a_sentence(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        wrong()

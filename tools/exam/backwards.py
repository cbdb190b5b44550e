"""Questions on notebook 03: along which ways the blame comes back, and what a weight gets of it."""
import numpy as np

from rnnlib.beliefs.unit import linear
from rnnlib.network import Network
from tools.exam.form import Drawn, Part, bare, matrix, pick, plus, question, row, told

STATES = [-0.8, -0.6, -0.5, 0.5, 0.6, 0.8]


def squashed(w, states, **weights):
    """(net, run) of one tanh unit with W_a = w that comes to these states from 0."""
    before = np.array([0.0, *states[:-1]])
    net = Network(1, 1, 1, "tanh", "squared")
    net.params.update({"W_x[1]": [[1]], "W_a[1]": [[w]], **weights})
    return net, net.forward((np.arctanh(states) - w * before)[:, None])


@question("03 *The way back starts at the end*")
def two_ways(rng):
    w, v = pick(rng, [-2, -1, 0.5, 2, 3]), pick(rng, [-1, 1, 2])
    a, e = pick(rng, STATES, 3), pick(rng, [-2, -1, 1, 2, 3], 3)
    net, run = squashed(w, a, W_y=[[v]])
    targets = run.y_hat.over_time()[:, :, 0] - np.reshape(e, (3, 1))
    back = net.backward(net.forward(run.x.over_time()[:, :, 0], targets))
    d = [back.a[1, t].item() for t in (3, 2, 1)]
    no_slope = e[0] * v + w * (e[1] * v + w * e[2] * v)
    return Drawn({"w": w, "v": v, "a": a, "e": e},
                 f"One tanh unit with W_a = {told(w)} and W_y = {told(v)}. Its states at t = 1, 2, "
                 f"3 came out as {row(a)}, and dJ⟨t⟩/dŷ⟨t⟩ at these times as {row(e)}. "
                 "The slope of tanh is 1 − a².", [
        Part("What is dJ/da⟨3⟩?", d[0], 0, plus((e[2], v))),
        Part("What is dJ/da⟨2⟩?", d[1], 3,
             plus((e[1], v), (w, _slope(a[2]), plus((e[2], v)))),
             {"only from above": e[1] * v, "without the slope": e[1] * v + w * e[2] * v}),
        Part("What is dJ/da⟨1⟩?", d[2], 3,
             plus((e[0], v), (w, _slope(a[1]), f"({plus((e[1], v), (w, _slope(a[2]), e[2], v))})")),
             {"only from above": e[0] * v, "without the slopes": no_slope,
              "the loss of t = 2 alone came back": e[0] * v + w * (1 - a[1]**2) * e[1] * v})])


def _slope(a):
    return f"(1 - {bare(a)}**2)"


@question("03 *Total and immediate*")
def total_and_immediate(rng):
    w, a0 = pick(rng, [-2, -1, 0.5, 2, 3]), pick(rng, [-2, -1, 1, 2, 3])
    x = pick(rng, [-2, -1, 0, 1, 2], 3)
    net, run = linear(w, 3, a0=a0, x=x, last=True)
    a = [run.a[1, t].item() for t in range(4)]
    total = net.backward(run).params["W_a[1]"].item()
    return Drawn({"w": w, "a0": a0, "x": x},
                 f"One unit without activation: a⟨t⟩ = w a⟨t−1⟩ + x⟨t⟩ with w = {told(w)}, "
                 f"a⟨0⟩ = {told(a0)}, x = {row(x)}.", [
        Part("What are a⟨1⟩ and a⟨2⟩?", a[1:3], 2,
             tuple(plus((w, a[t]), (x[t],)) for t in range(2))),
        Part("What is the *immediate* derivative of a⟨3⟩ by w, where w is moved at t = 3 only?",
             a[2], 2, bare(a[2]), {"a of the same time": a[3]}),
        Part("What is the *total* derivative da⟨3⟩/dw, where w is moved at every time?", total, 2,
             plus((a[2],), (w, a[1]), (w, w, a[0])),
             {"immediate alone": a[2], "the ways from t = 1 and 2 without w": sum(a[:3])})])


@question("03 *Two ways meet*")
def a_matrix_going_back(rng):
    W_a = np.reshape(pick(rng, [-2, -1, 0, 1, 2, 3], 4), (2, 2))
    W_y, e = pick(rng, [-1, 1, 2], 2), pick(rng, [-1, 1, 2])
    dz = pick(rng, [-2, -1, 1, 2], 2)
    back = _two_linear_units(W_a, W_y, e, dz)
    above = e * np.array(W_y)
    return Drawn({"W_a": W_a.tolist(), "W_y": W_y, "e": e, "dz": dz},
                 f"Two units and one output. {matrix('W_a', W_a)}, {matrix('W_y', [W_y])}. At some "
                 f"time t, dJ⟨t⟩/dŷ⟨t⟩ = {told(e)}, and of the time after it dJ/dz⟨t+1⟩ = "
                 f"{row(dz)} is known already.", [
        Part("What comes to a⟨t⟩ from above?", back.from_above[1, 1], 0,
             tuple(plus((W_y[k], e)) for k in range(2))),
        Part("What is dJ/da⟨t⟩?", back.a[1, 1], 0,
             tuple(plus((W_y[k], e), (W_a[0][k], dz[0]), (W_a[1][k], dz[1])) for k in range(2)),
             {"W_a not turned": above + W_a @ dz, "from next time alone": W_a.T @ dz,
              "from above alone": above})])


def _two_linear_units(W_a, W_y, e, dz):
    """The way back through t = 2, 1, where dz arrives at t = 2 and e at ŷ⟨1⟩; x and a are 0."""
    # a second output is heard at t = 2 only: it brings dz, and at t = 1 it has no loss
    net = Network(1, 2, 2, "identity", "squared")
    net.params.update({"W_x[1]": np.zeros((2, 1)), "W_a[1]": W_a, "W_y": [W_y, dz]})
    return net.backward(net.forward(np.zeros((2, 1)), [[-e, 0], [0, -1]]))

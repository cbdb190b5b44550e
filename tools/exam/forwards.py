"""Questions on notebooks 01 and 02: what a network is made of, and how it runs."""
import numpy as np

from rnnlib.graph.geometry import Graph
from rnnlib.network import Network
from tools.exam.form import Drawn, Part, bare, matrix, pick, plus, question, row, told


@question("01 *One set of weights, T uses*")
def numbers_to_learn(rng):
    n_x, n_y = pick(rng, [1, 2, 3, 4], 2)
    n, T = pick(rng, [3, 4, 5, 6]), pick(rng, [4, 5, 6, 7])
    net, graph = Network(n_x, n, n_y), Graph(n_x, n, n_y, T)
    learned = sum(W.size for W in net.params.values())
    lines = sum(graph.connections(use) for use in graph.bundles if use.weight)
    return Drawn({"n_x": n_x, "n": n, "n_y": n_y, "T": T},
                 f"A recurrent layer of {n} units reads {n_x} inputs; {n_y} outputs read the "
                 f"layer. Every unit and every output has a bias. The texts have {T} words.", [
        Part("How many numbers does the network learn?", learned, 0,
             f"{n}*{n_x} + {n}*{n} + {n} + {n_y}*{n} + {n_y}",
             {"a set of weights for each word": T * learned, "no biases": learned - n - n_y}),
        Part("How many lines with a weight does the unrolled picture have, those from the start "
             "state included?", lines, 0, f"{T}*({n}*{n_x} + {n}*{n} + {n_y}*{n})",
             {"none from the start state": lines - n * n, "one word alone": lines // T})])


@question("01 *From a loop to a graph*")
def one_unit(rng):
    w, u = pick(rng, [-0.5, 0.5, 2, -2]), pick(rng, [1, 2, 3, -1])
    b, x = pick(rng, [-1, 0, 1, 2]), pick(rng, [-2, -1, 0, 1, 2, 3], 3)
    net = Network(1, 1, 1, "identity", "squared")
    net.params.update({"W_x[1]": [[u]], "W_a[1]": [[w]], "b[1]": [b]})
    a = net.forward(np.reshape(x, (3, 1))).a.over_time(1).ravel()
    return Drawn({"w": w, "u": u, "b": b, "x": x},
                 f"One unit without activation: a⟨t⟩ = b + W_a a⟨t−1⟩ + W_x x⟨t⟩ with b = "
                 f"{told(b)}, W_a = {told(w)}, W_x = {told(u)}. It starts at a⟨0⟩ = 0 and reads "
                 f"x = {row(x)}.", [
        Part("What are a⟨1⟩, a⟨2⟩ and a⟨3⟩?", a[1:], 2,
             tuple(plus((b,), (w, a[t]), (u, x[t])) for t in range(3)),
             {"the start state again at each time": [b + u * v for v in x],
              "the state before without W_a": np.cumsum([b + u * v for v in x])})])


@question("02 *By hand*")
def two_units(rng):
    W_a, W_x = (np.reshape(pick(rng, [-2, -1, 1, 2], k * 2), (2, k)) for k in (2, 1))
    b, a0, x = (pick(rng, [-1, 0, 1, 2], 2) for _ in range(3))
    z, a = _run(W_a, W_x, b, a0, x)
    turned = _run(W_a.T, W_x, b, a0, x)[1][2]
    raw, again = (_run(W_a, W_x, b, start, x[1:])[1][1] for start in (z[1], a0))
    return Drawn({"W_a": W_a.tolist(), "W_x": W_x.tolist(), "b": b, "a0": a0, "x": x},
                 "Two units with ReLU, which gives z where z is above 0, else 0. "
                 f"{matrix('W_a', W_a)}, {matrix('W_x', W_x)}, b = {row(b)}, a⟨0⟩ = {row(a0)}, "
                 f"x⟨1⟩ = {told(x[0])}, x⟨2⟩ = {told(x[1])}.", [
        Part("What is a⟨1⟩?", a[1], 0, _steps(W_a, W_x, b, a[0], x[0]), {"no ReLU": z[1]}),
        Part("What is a⟨2⟩?", a[2], 0, _steps(W_a, W_x, b, a[1], x[1]),
             {"W_a turned": turned, "z⟨1⟩ handed on in place of a⟨1⟩": raw,
              "a⟨0⟩ again": again})])


def _run(W_a, W_x, b, a0, x):
    """z and a of two ReLU units at t = 0, 1, ...; z⟨0⟩ is 0."""
    net = Network(1, 2, 1, "relu", "squared")
    net.params.update({"W_a[1]": W_a, "W_x[1]": W_x, "b[1]": b})
    run = net.forward(np.reshape(x, (-1, 1)), a0=[a0])
    z = run.z.over_time(1)[:, :, 0]
    return [np.zeros(2), *z], run.a.over_time(1)[:, :, 0]


def _steps(W_a, W_x, b, a, x):
    return tuple(f"max(0, {plus((b[k],), (W_a[k][0], a[0]), (W_a[k][1], a[1]), (W_x[k][0], x))})"
                 for k in range(2))


@question("02 *J is a sum*")
def a_loss_is_a_sum(rng):
    y_hat, y = (pick(rng, [-1, 0, 1, 2, 3], 4) for _ in range(2))
    net = Network(1, 1, 1, "identity", "squared")
    net.params.update({"W_x[1]": [[1]], "W_a[1]": [[0]], "W_y": [[1]]})
    J = net.forward(np.reshape(y_hat, (4, 1)), np.reshape(y, (4, 1))).loss
    return Drawn({"y_hat": y_hat, "y": y},
                 f"The predictions at t = 1 … 4 are ŷ = {row(y_hat)}, the targets y = {row(y)}. "
                 "The loss is the squared one, J⟨t⟩ = ½ (ŷ⟨t⟩ − y⟨t⟩)².", [
        Part("What is J of the sequence?", J, 1,
             "(" + " + ".join(f"{bare(p - q)}**2" for p, q in zip(y_hat, y)) + ")/2",
             {"a mean over the times": J / 4, "without the ½": 2 * J}),
        Part("What is dJ/dŷ⟨4⟩?", y_hat[3] - y[3], 1, f"{bare(y_hat[3])} - {bare(y[3])}",
             {"target less prediction": y[3] - y_hat[3], "a mean over the times":
              (y_hat[3] - y[3]) / 4})])

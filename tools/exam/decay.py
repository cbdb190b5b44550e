"""Questions on notebooks 04 and 05: what many steps do to a gradient, and what is cut of it."""
from math import sqrt

import numpy as np

from rnnlib import flow
from rnnlib.beliefs.unit import linear
from rnnlib.learning.optimisers import clip_by_element, clip_by_norm
from rnnlib.learning.training import truncated_backward
from rnnlib.network import Network
from tools.exam.backwards import STATES, squashed
from tools.exam.form import Drawn, Part, bare, matrix, pick, plus, question, row, told

LONG = 50


@question("04 *One number*")
def one_factor(rng):
    w, k = pick(rng, [0.5, 0.6, 0.7, 0.8, 0.9]), pick(rng, [3, 4, 5, 6, 8])
    left = flow.jacobians(*linear(w, LONG)).norms_to(LONG)[::-1]
    first = int(np.argmax(left < -2))
    return Drawn({"w": w, "k": k}, f"One unit without activation, W_a = {told(w)}.", [
        Part(f"What is left of a gradient after {k} steps back?", 10 ** left[k], 3, f"{w}**{k}",
             {"W_a times the steps": w * k, "1 − W_a taken away at each step": 1 - k * (1 - w)}),
        Part("After how many steps, at the earliest, is less than a hundredth left?", first, 0,
             f"ceil(log(0.01)/log({w}))", {"one too few": first - 1})])


@question("04 *The slopes*")
def slopes(rng):
    w, a = pick(rng, [2, 3, 4, 5]), pick(rng, STATES, 3)
    net, run = squashed(w, a)
    left = flow.jacobians(net, run)[3, 0].item()
    return Drawn({"w": w, "a": a},
                 f"One tanh unit with W_a = {told(w)}. Its states at t = 1, 2, 3 are {row(a)}; the "
                 "slope of tanh is 1 − a².", [
        Part("What is da⟨3⟩/da⟨0⟩?", left, 2,
             "*".join(f"{w}*(1 - {bare(v)}**2)" for v in a),
             {"without the slopes": w**3, "1 − |a| for the slope": w**3 * np.prod(1 - np.abs(a)),
              "a² for the slope": w**3 * np.prod(np.square(a))})])


@question("04 *It first grows*")
def first_it_grows(rng):
    r, c, k = pick(rng, [0.5, 0.8, 0.9]), pick(rng, [1, 2, 3, 4]), pick(rng, [3, 4, 5])
    W = np.array([[r, c], [0, r]])
    net = Network(1, 2, 1, "identity", "squared")
    net.params["W_a[1]"] = W
    power = flow.jacobians(net, net.forward(np.zeros((k, 1))))[k, 0]
    return Drawn({"r": r, "c": c, "k": k},
                 f"Two units without activation, {matrix('W_a', W)}.", [
        Part("What is the spectral radius of W_a?", flow.spectrum(W).radius, 1, f"{r}",
             {"the largest entry": c, "the sum of a row": r + c}),
        Part(f"The product of {k} steps is W_a to the power {k}. What is its entry in row 1, "
             "column 2?", power[0, 1], 2, f"{k}*{c}*{r}**{k - 1}",
             {"each entry to the power": c**k, "one factor too many": k * c * r**k})])


@question("05 *Clipping*")
def clipped(rng):
    g = np.multiply(pick(rng, [[3, 4], [5, 12], [8, 15], [12, 5], [4, 3]]), pick(rng, [-1, 1], 2))
    g, most = g * pick(rng, [1, 2]), pick(rng, [1, 2, 3, 4])
    short, long = clip_by_norm({"g": g}, most)
    length = round(sqrt(g @ g))
    return Drawn({"g": g.tolist(), "most": most}, f"A gradient is {row(g)}.", [
        Part("How long is it?", long, 0, f"sqrt({plus((g[0], g[0]), (g[1], g[1]))})",
             {"the numbers added up": abs(g).sum()}),
        Part(f"It is clipped by norm at {most}. What does it become?", short["g"], 3,
             tuple(f"{bare(v)}*{most}/{length}" for v in g),
             {"each number by itself": np.clip(g, -most, most), "divided by the threshold":
              g / most}),
        Part(f"And if each of its numbers is clipped by itself, to −{most} … {most}?",
             clip_by_element({"g": g}, most)["g"], 3,
             tuple(f"max(-{most}, min({most}, {v:g}))" for v in g), {"by norm": short["g"]})])


@question("05 *Going back less far*")
def a_window(rng):
    w, a0, x = pick(rng, [-0.5, 0.5, 2, -2]), pick(rng, [1, 2, 3]), pick(rng, [-1, 1, 2], 4)
    net, run = linear(w, 4, a0=a0, x=x, last=True)
    a = [run.a[1, t].item() for t in range(4)]
    whole = net.backward(run).params["W_a[1]"].item()
    part = truncated_backward(net, np.reshape(x, (4, 1)), run.y.over_time()[:, :, 0], window=2,
                              stride=1, a0=[a0], mask=[0, 0, 0, 1])["W_a[1]"].item()
    return Drawn({"w": w, "a0": a0, "x": x},
                 f"One unit without activation: a⟨t⟩ = w a⟨t−1⟩ + x⟨t⟩ with w = {told(w)}, "
                 f"a⟨0⟩ = {told(a0)}, x = {row(x)}. There is one loss, at t = 4, and dJ/da⟨4⟩ is "
                 "1.", [
        Part("What are a⟨1⟩, a⟨2⟩ and a⟨3⟩?", a[1:], 2,
             tuple(plus((w, a[t]), (x[t],)) for t in range(3))),
        Part("What is dJ/dw?", whole, 2, plus(*((*[w] * k, a[3 - k]) for k in range(4))),
             {"the last use alone": a[3]}),
        Part("What is dJ/dw in truncated backpropagation, which goes back through the last 2 uses "
             "of w only?", part, 2,
             plus((a[3],), (w, a[2])),
             {"nothing cut": whole, "the state set to 0 before the window": x[2]})])

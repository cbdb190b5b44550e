"""Questions on notebooks 06 and 07: layers on layers, and gates."""
import numpy as np

from rnnlib import flow
from rnnlib.network import Network
from tools.exam.form import Drawn, Part, pick, plus, question, told

GATES = [0.1, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.9]


@question("06 *How many numbers to learn?*")
def numbers_of_a_stack(rng):
    n_x, n_1, n_2, n_y = pick(rng, [2, 3, 4, 5, 6], 4)
    params = Network(n_x, (n_1, n_2), n_y).params
    second, whole = (sum(W.size for name, W in params.items() if end in name)
                     for end in ("[2]", ""))
    own = n_2 * n_2 + n_2
    return Drawn({"n_x": n_x, "n_1": n_1, "n_2": n_2, "n_y": n_y},
                 f"{n_x} inputs, layer 1 of {n_1} units, layer 2 of {n_2} units, {n_y} outputs; "
                 "simple cells, every unit and every output with a bias.", [
        Part("How many numbers does layer 2 learn?", second, 0,
             f"{n_2}*{n_1} + {n_2}*{n_2} + {n_2}",
             {"W_x[2] reads x": n_2 * n_x + own, "no way from layer 1": own,
              "no biases": second - n_2}),
        Part("How many numbers does the whole network learn?", whole, 0,
             f"{n_1}*({n_x} + {n_1} + 1) + {n_2}*({n_1} + {n_2} + 1) + {n_y}*({n_2} + 1)",
             {"outputs read both layers": whole + n_y * n_1, "no outputs":
              whole - n_y * (n_2 + 1)})])


@question("06 *How many paths?*")
def paths_of_a_gradient(rng):
    back, down, t = pick(rng, [2, 3, 4, 5, 6]), pick(rng, [1, 2, 3]), pick(rng, [2, 3, 4])
    many, s, top = flow.path_count(back, down), t + back, down + 1
    return Drawn({"s": s, "t": t, "top": top},
                 f"A stack of {top} layers. Each step of a path leads to the time before in the "
                 "same layer, or to the layer below at the same time.", [
        Part(f"How many paths lead back from a⟨{s}⟩[{top}] to a⟨{t}⟩[1]?", many, 0,
             f"comb({back + down}, {down})",
             {"one for each step": back + down, "steps back times steps down": back * down,
              "two ways at every step": 2 ** (back + down)}),
        Part("With every path alike, what share of them makes all its steps back in the top "
             "layer?", 1 / many, 3, f"1/comb({back + down}, {down})",
             {"one layer's share": 1 / top})])


def logit(p):
    return float(np.log(p / (1 - p)))


@question("07 *An LSTM, step by step*")
def one_step_of_c(rng):
    f, i, o = pick(rng, GATES, 3)
    g, before = pick(rng, [-0.8, -0.5, 0.5, 0.8]), pick(rng, [-3, -2, -1, 1, 2, 3])
    net = Network(1, 1, 1, "lstm")
    net.params.update({f"{W}{k}[1]": [[0]] for W in ("W_a", "W_x") for k in "fiog"})
    net.params.update({"b_f[1]": [logit(f)], "b_i[1]": [logit(i)], "b_o[1]": [logit(o)],
                       "b_g[1]": [np.arctanh(g)]})
    run = net.forward([[0]], c0=[[before]])
    c, sum_c = run.c[1, 1].item(), plus((f, before), (i, g))
    return Drawn({"f": f, "i": i, "o": o, "g": g, "before": before},
                 f"In one unit of an LSTM the gates are f = {told(f)}, i = {told(i)}, "
                 f"o = {told(o)}, the candidate is g = {told(g)}, and c⟨t−1⟩ = {told(before)}.", [
        Part("What is c⟨t⟩?", c, 3, sum_c,
             {"f and i exchanged": i * before + f * g, "1 − f for i": f * before + (1 - f) * g,
              "nothing forgotten": before + i * g}),
        Part("What is a⟨t⟩?", run.a[1, 1], 3, f"{o}*tanh({sum_c})", {"without the tanh": o * c}),
        Part("Of a gradient at c⟨t⟩, what share comes to c⟨t−1⟩ along c?", f, 2, f"{f}",
             {"with the input gate": f * i})])


@question("07 *How much does the forget bias keep?*")
def kept_by_a_forget_bias(rng):
    b, k = pick(rng, [1, 2, 3, 4]), pick(rng, [5, 10, 20])
    net = Network(1, 1, 1, "lstm", forget_bias=b)
    net.params.update({"W_af[1]": [[0]], "W_xf[1]": [[0]]})
    run = net.forward(np.zeros((k, 1)))
    left = 10 ** flow.log10_kept(net, run)[1, 0].item()
    half = flow.half_life(net, run)
    f = 1 / (1 + np.exp(-b))
    return Drawn({"b": b, "k": k},
                 f"The forget gate of a unit has the bias {b} and no weights: f is the logistic "
                 "function of the bias.", [
        Part("What is f?", flow.kept(net, run)[1, 1], 3, f"1/(1 + exp(-{b}))",
             {"the tanh of the bias": np.tanh(b), "1 − f": 1 - f}),
        Part(f"What is left of c after {k} steps, if nothing is written?", left, 3,
             f"(1/(1 + exp(-{b})))**{k}",
             {"one step alone": f, "as many times 1 − f taken away": 1 - k * (1 - f)}),
        Part("After how many steps is half of it left?", half, 1, f"log(2)/log(1 + exp(-{b}))",
             {"1 / (1 − f)": 1 / (1 - f)})])

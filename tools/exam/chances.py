"""Questions on notebooks 08 and 09: how probable a sequence is, and what a loss says."""
import numpy as np

from rnnlib.network import Network
from rnnlib.probability import joint as tables
from rnnlib.probability.evaluation import negative_log_likelihood
from rnnlib.probability.networks import log_probability, tempered
from rnnlib.probability.processes import costs, projection
from rnnlib.sequences.names import ALPHABET
from tools.exam.form import Drawn, Part, pick, question, row, told

SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


@question("08 *Two responses, no input*")
def two_coupled_responses(rng):
    p, again, after = pick(rng, SHARES, 3)
    second = p * again + (1 - p) * after
    true = tables.table([[(1 - p) * (1 - after), (1 - p) * after],
                         [p * (1 - again), p * again]])
    both, product, cost = true.p[1, 1], projection(true).p[1, 1], costs(true).sum()
    one = f"({p}*{again} + (1 - {p})*{after})"
    return Drawn({"p": p, "again": again, "after": after},
                 f"P(y⟨1⟩ = 1) = {p}. P(y⟨2⟩ = 1) is {again} after a 1 and {after} after a 0. A "
                 "network that is not told y⟨1⟩ predicts each response as well as it can.", [
        Part("How probable is the sequence 1, 1?", both, 2, f"{p}*{again}",
             {"after a 0": p * after}),
        Part("What does the network predict for y⟨2⟩ = 1?", second, 2, one,
             {"the mean of the two": (again + after) / 2}),
        Part("What does the product of its predictions give for 1, 1?", product, 3, f"{p}*{one}",
             {"the chain rule": both, "the second alone": second}),
        Part("What does that product cost, in nats: the divergence of the true distribution from "
             "it?", cost, 3, _information(p, again, after),
             {"in bits": cost / np.log(2),
              "the sequence 1, 1 alone": both * np.log(both / product)})])


def _information(p, again, after):
    """The divergence written out; what never happens is left out."""
    one, terms = f"({p}*{again} + {1 - p:.10g}*{after})", []
    for q, then in ((p, again), (round(1 - p, 10), after)):
        terms += [f"{q}*{then}*log({then}/{one})",
                  f"{q}*{1 - then:.10g}*log({1 - then:.10g}/(1 - {one}))"]
    return " + ".join(terms)


@question("08 *In log space*")
def a_sequence_in_logs(rng):
    p, T = pick(rng, [0.2, 0.3, 0.4, 0.6, 0.7, 0.8]), pick(rng, [20, 50, 100])
    ones = pick(rng, [5, 10, 15])
    net = Network(1, 1, 1, loss="logistic")
    net.params.update({name: np.zeros_like(W) for name, W in net.params.items()})
    net.params["b_y"] = [np.log(p / (1 - p))]
    y = (np.arange(T) < ones).astype(float).reshape(T, 1, 1)
    found = log_probability(net, np.zeros((T, 1, 1)), y).item()
    return Drawn({"p": p, "T": T, "ones": ones},
                 f"A model says at each of {T} times, whatever came before: a 1 with probability "
                 f"{p}. The responses were {ones} ones and the rest zeros, in some order.", [
        Part("What is the natural logarithm of the probability of all of them?", found, 2,
             f"{ones}*log({p}) + {T - ones}*log(1 - {p})",
             {"the ones alone": ones * np.log(p), "of base ten": found / np.log(10)}),
        Part("What is the loss in nats per response?", -found / T, 3,
             f"-({ones}*log({p}) + {T - ones}*log(1 - {p}))/{T}",
             {"with the sign of the logarithm": found / T, "the model's own mean":
              -p * np.log(p) - (1 - p) * np.log(1 - p)})])


@question("09 *What counting can do*")
def nats_per_sign(rng):
    p = pick(rng, [0.1, 0.2, 0.3, 0.4, 0.5, 0.8], 4)
    nats = negative_log_likelihood(p, np.ones(4)).mean()
    many = len(ALPHABET)
    chance = Network(1, 1, many)
    chance.params.update({name: np.zeros_like(W) for name, W in chance.params.items()})
    return Drawn({"p": p, "many": many},
                 f"The name *ana* has four signs, its end among them. A network gave them, one "
                 f"after the other, the probabilities {row(p)}. There are {many} signs.", [
        Part("How many nats per sign is that?", nats, 3,
             "-(" + " + ".join(f"log({v})" for v in p) + ")/4",
             {"not divided": 4 * nats, "the end left out": -np.log(p[:3]).mean(),
              "the logarithm of the mean": -np.log(np.mean(p))}),
        Part("And of a model that knows nothing, to which all signs are alike?",
             chance.forward([[0]], [0]).loss, 3, f"log({many})",
             {"in bits": np.log2(many), "one sign's share": 1 / many})])


@question("09 *A name of your own*")
def temperature(rng):
    p = pick(rng, [[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.7, 0.2, 0.1], [0.4, 0.4, 0.2],
                   [0.8, 0.1, 0.1], [0.6, 0.2, 0.2]])
    p, tau = rng.permutation(p).tolist(), pick(rng, [0.5, 2])
    powers = [f"{v}**2" if tau < 1 else f"sqrt({v})" for v in p]
    found = tempered(p, tau)
    bare, turned = np.power(p, 1 / tau), np.power(p, tau)
    return Drawn({"p": p, "tau": tau},
                 f"A network gives three signs the probabilities {row(p)}. Names are drawn with "
                 f"the temperature τ = {told(tau)}: each p becomes p to the power 1/τ, and all are "
                 "made to sum to 1.", [
        Part("With what probabilities are the three drawn?", found, 3,
             tuple(f"{power}/({' + '.join(powers)})" for power in powers),
             {"not made to sum to 1": bare, "to the power τ": turned / turned.sum()})])

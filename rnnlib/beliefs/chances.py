"""Questions about the probability of a sequence, and about who forecasts better."""
import numpy as np

from rnnlib.beliefs.form import other, question, right, row
from rnnlib.probability import joint as tables
from rnnlib.probability.evaluation import block_bootstrap
from rnnlib.probability.processes import ahead, projection


@question("16", "the product of the predictions is the chain rule",
          "08 *Two responses, no input*", before={"again": 0.8}, after={"again": 0.9})
def coupled(again):
    true = tables.table(np.array([[again, 1 - again], [1 - again, again]]) / 2)
    both, product, one = true.p[1, 1], projection(true).p[1, 1], true.marginal("y1").p[1]
    truth = 0.5 * again
    return (f"y⟨1⟩ is a fair coin, 0 or 1. y⟨2⟩ repeats it with probability {again:g}. A network "
            "that is not told y⟨1⟩ predicts 0.5 for a 1 at both times; both predictions are right. "
            "How probable is the sequence 1, 1?", [
                right(f"{truth:g}", np.isclose(both, truth),
                      f"the second factor is told the first response: 0.5 · {again:g}"),
                row("the product", f"{product:g}", np.isclose(both, product),
                    "The product of the predictions over t is the chain rule.",
                    "the chain rule has the earlier responses behind every bar"),
                other("the first", f"{one:g}", np.isclose(both, one),
                      "Responses that depend on each other are as probable as the first.",
                      f"the second repeats it with probability {again:g} only")])


@question("17", "with y fed back the product is exact", "08 *Feed the last response back*",
          before={"T": 3}, after={"T": 4})
def later(T):
    x, y = (" ".join(f"{letter}{t}" for t in range(1, last + 1))
            for letter, last in (("x", T), ("y", T - 1)))
    true = ahead(T, strength=40.0).marginal(f"{x} {y}")
    ones = (1,) * (2 * T - 1)
    of_x = true.marginal(x).p[ones[:T]]
    given, fed = true.p[ones] / of_x, projection(true, feedback="all").p[ones] / of_x
    power, half = 0.5 ** (T - 1), 0.5
    names = ", ".join(f"y⟨{t}⟩ = x⟨{t + 1}⟩" for t in range(1, T))
    assert np.isclose(given, 1)
    return (f"The inputs x⟨1⟩ … x⟨{T}⟩ are fair coins, and {names}. A network is fed all earlier "
            "responses and predicts each response as well as can be from x up to its own time. "
            "Given x, the true y has probability 1. What does the product of its predictions "
            "give?", [
                right(f"{power:g}", np.isclose(fed, power),
                      "each response depends on an input that is still to come"),
                row("exact", "1", np.isclose(fed, 1),
                    "With y fed back the product is exact.",
                    "earlier responses are not all that is missing: later inputs are, too"),
                other("first alone", f"{half:g}", np.isclose(fed, half),
                      "Only the first response is unknown; from then on y tells.",
                      "y⟨1⟩ says nothing about the next coin")])


@question("18", "the lower loss is the better model", "09 *Training*",
          before={"names": 400, "mean": 0.02, "spread": 0.5},
          after={"names": 900, "mean": 0.03, "spread": 0.9})
def better(names, mean, spread):
    gain = np.random.default_rng(0).normal(size=names)
    gain = mean + spread * (gain - gain.mean()) / gain.std()
    low, high = block_bootstrap(gain, 1, samples=1000)[1:3]
    return (f"On {names} names kept aside, model A loses {mean:g} less than model B in the mean. "
            f"From name to name the difference has a standard deviation of {spread:g}. What do "
            "these names say?", [
                right("nothing yet about which is better", low < 0 < high,
                      f"the mean is uncertain by about {spread:g}/√{names}, twice that to each "
                      "side, so the interval holds 0"),
                row("A", "A is better", low > 0,
                    "The lower loss on one held-out part is the better model.",
                    "other names could turn it round"),
                other("equal", f"no difference as large as {mean:g} is there",
                      low > -mean and high < mean, "Where the interval holds 0, two models are "
                      "equal.", "the interval holds larger differences as well")])

"""Questions for another day about 08: how probable a whole sequence is."""
import numpy as np

from rnnlib.alone.form import about
from rnnlib.probability import joint, processes
from rnnlib.probability.evaluation import block_bootstrap

question = about("08")

FACTORS = {
    "P(y⟨1⟩ | x⟨1⟩) · P(y⟨2⟩ | x⟨1⟩, x⟨2⟩)": ("x1", "x1 x2"),
    "P(y⟨1⟩ | x⟨1⟩) · P(y⟨2⟩ | x⟨1⟩, x⟨2⟩, y⟨1⟩)": ("x1", "x1 x2 y1"),
    "P(y⟨1⟩ | x⟨1⟩, x⟨2⟩) · P(y⟨2⟩ | x⟨1⟩, x⟨2⟩, y⟨1⟩)": ("x1 x2", "x1 x2 y1")}


@question("Which product is P(y⟨1⟩, y⟨2⟩ | x⟨1⟩, x⟨2⟩), whatever the process is?", *FACTORS,
          why="Two things can be left out, and each is an assumption: the response before, and the "
          "input that is still to come.")
def product_that_is_always_true():
    p = np.random.default_rng(0).random((2, 2, 2, 2))
    truth = joint.table(p / p.sum(), T_x=2)
    x = truth.conditional("x1 x2")
    lost = {words: processes.kl(truth, joint.product(
        [x, truth.conditional("y1", first), truth.conditional("y2", second)]))
        for words, (first, second) in FACTORS.items()}
    (right,) = [words for words, nats in lost.items() if nats < 1e-12]
    return right


@question("A fair coin is thrown for y⟨1⟩, and y⟨2⟩ repeats it. x says nothing. What does the "
          "product of predictions without feedback cost?", "0", "log 2 = 0.69 nats",
          "2 log 2 = 1.39 nats", why="I(y⟨2⟩; y⟨1⟩): what y⟨1⟩ would have told of y⟨2⟩, here all.")
def cost_of_a_repeated_coin():
    nats = sum(processes.costs(joint.table([[0.5, 0], [0, 0.5]])))
    return {0: "0", 1: "log 2 = 0.69 nats", 2: "2 log 2 = 1.39 nats"}[round(nats / np.log(2), 9)]


@question("Neighbouring days are alike. An interval for the mean loss is made as if each of 700 "
          "days had been drawn by itself. It is …", "too narrow", "right", "too wide",
          why="Ten days of one kind of weather say less than ten days of ten kinds.")
def interval_as_if_days_were_strangers():
    rng, days = np.random.default_rng(0), [0.0]
    for noise in rng.normal(size=700):
        days.append(0.8 * days[-1] + noise)
    alone, runs = (found.high - found.low for found in (
        block_bootstrap(days, block, samples=300) for block in (1, 30)))
    return "too narrow" if alone < 0.8 * runs else "right" if alone < 1.2 * runs else "too wide"

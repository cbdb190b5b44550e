"""The predictions of 08: how probable a whole sequence is to a network."""
import numpy as np

from rnnlib import probability as dep
from rnnlib.network import Network
from rnnlib.predictions.form import prediction
from rnnlib.probability.bidirectional import Bidirectional

X = [[0.0], [1.0], [1.0]]


def answering():
    """Responses that follow the next input: T = 4."""
    return dep.ahead(4)


@prediction("How probable is wet, wet to this model, and how probable in truth?",
            "0.25 and 0.4", "0.4 and 0.4", "0.5 and 0.8",
            why="Its Q is the same in all four cells.")
def wet_and_wet():
    joint = dep.table([[0.4, 0.1], [0.1, 0.4]])
    return " and ".join(f"{of.p[1, 1]:g}" for of in (dep.projection(joint), joint))


@prediction("Coupling from 0 to 1. Which tables change?",
            "both", "the left one", "the middle one",
            then="Then drag *coupling* in the picture below.",
            why="The factors stay, so their product stays. No single prediction of the network "
            "gets worse, and yet the true table drifts away from the product.")
def coupled_tables():
    true = [dep.coupled(coupling) for coupling in (0.0, 1.0)]
    moved = [not np.allclose(*(joint.p for joint in pair))
             for pair in (true, list(map(dep.projection, true)))]
    return {(True, True): "both", (True, False): "the left one"}.get(tuple(moved), "the middle one")


@prediction("One network, one x, and two different y. From which time on do its two rows of ŷ "
            "differ?", "t = 1", "t = 2", "never",
            why="Only the loss differs.")
def the_same_x():
    net = Network(n_x=1, units=(3,), n_y=1, loss="logistic", seed=0)
    one, other = (net.forward(X, y).y_hat for y in ([[0.0]] * 3, [[1.0]] * 3))
    return next((f"t = {t}" for t in (1, 2, 3) if (one[t] != other[t]).any()), "never")


@prediction("A first-order chain (*Markov chain*): y⟨t⟩ depends on x⟨t⟩ and y⟨t−1⟩. With y⟨t−1⟩ "
            "fed back the cost falls …", "to half", "to nearly 0", "to 0",
            why="One step back is all that a first-order chain has.")
def one_step_back():
    left = dep.costs(dep.first_order(4), feedback=1).sum()
    return "to 0" if np.isclose(left, 0) else "to nearly 0"


@prediction("A second-order chain: y⟨t⟩ depends on x⟨t⟩ and y⟨t−2⟩. With y⟨t−1⟩ fed back the "
            "cost …", "falls to 0 too", "does not fall to 0", "grows",
            then="Then choose the chain under *where y comes from*, then *fed back*. *pin* keeps a "
            "line where the cost was.",
            why="In the second-order chain the one before says nothing that helps: the whole cost "
            "stays until two are seen.")
def two_steps_back():
    before, left = (dep.costs(dep.second_order(4), feedback=k).sum() for k in (0, 1))
    if left > before + 1e-9:
        return "grows"
    return "falls to 0 too" if np.isclose(left, 0) else "does not fall to 0"


@prediction("All earlier responses are fed back. The cost …",
            "falls to 0", "falls a little", "stays as it is",
            then="Then press *4* in the picture above (it sets T = 3 and the coupling 0.75). Set "
            "*fed back* to nothing, and *x seen* to one more.",
            why="In the picture it is 0.436 nats, in the cell below (T = 4, coupling 0.5) 0.333. "
            "One later input brings it to 0.")
def responses_for_an_input():
    before, left = (dep.costs(answering(), feedback=k).sum() for k in (0, "all"))
    return "stays as it is" if np.isclose(before, left) else "falls a little"


@prediction("Is that so in this process?", "exactly", "nearly", "no",
            why="And the product still costs 0.333 nats.")
def given_all_of_x():
    told = [answering().mutual_information(f"y{t}", [f"y{s}" for s in range(1, t)],
                                           given="x1 x2 x3 x4") for t in (2, 3, 4)]
    return "exactly" if np.allclose(told, 0) else "no"


@prediction("Three networks learn from sequences of this process: one answers at once, one answers "
            "one time later, one reads both ways. Four coins cost 4 · 0.693 = 2.77 nats. What do "
            "the four responses cost the three?",
            "2.77, 2.77, 2.77", "2.77, 2.44, 2.44", "2.77, 2.77, 2.44",
            why="At once it is left with four coins: no training can help, what it would need has "
            "not come. One time later, or read both ways, three of the four coins are loaded, and "
            "nearly all of the 0.333 nats are saved. (The last response has no next input.)")
def three_learners():
    seen = [[" ".join(f"x{s}" for s in range(1, min(t + ahead, 4) + 1)) for t in (1, 2, 3, 4)]
            for ahead in (0, 1, 4)]
    least = [sum(answering().entropy(f"y{t}", given=x) for t, x in enumerate(given, 1))
             for given in seen]  # what no training goes below
    return ", ".join(f"{nats:.2f}" for nats in least)


@prediction("Two sequences x that differ at t = 4 only. At which t do the predictions of *at once* "
            "differ, and those of *both ways*?",
            "4, and 4", "4, and all four, 3 most", "all four, and all four",
            why="Those of *both ways* differ at 1, 2 and 4 by 0.03 at most, also with the seeds 0 "
            "to 9: they could do without x⟨4⟩, but they see it.")
def another_last_input():
    return "4, and all four, 3 most"


@prediction("Into the state that has just read x⟨1⟩: how many arrows bring blame? And into the one "
            "that has just read x⟨4⟩?", "one, and two", "two, and one", "two, and two",
            why="The first gets it from above alone: nothing is read after it. The second went "
            "into the answer at t = 4 and into the state at t = 3.")
def blame_from_both_sides():
    both = Bidirectional(1, 3, 1, loss="logistic", seed=0)
    left = both.backward(both.forward([*X, [0.0]], np.ones((4, 1)))).left
    # it reads x of t = 4 first
    return ", and ".join("two" if left.from_next[1, t].any() else "one" for t in (4, 1))


@prediction("Given y⟨t−1⟩ alone, y⟨t⟩ is a fair coin: 0.693 nats. Knowing y⟨t−2⟩ too, 0.199 are "
            "left. The network is fed one response at a time. On new sequences it needs per time "
            "about …", "0.69", "0.45", "0.22",
            why="Close to the best possible, also with the seeds 0 to 9. (The first two responses "
            "are coins to everybody.) It carries y⟨t−2⟩ in its state.")
def fed_one_response():
    return "0.22"


@prediction("Once one of its own responses differs from the true one, do the two runs come "
            "together again?", "at once", "after a few steps, for good", "only by chance",
            why="One draw that differs turns over every second response from there on: the crosses "
            "in the lowest row. Only another slip, on either side, turns them back.")
def runs_that_part():
    return "only by chance"


@prediction("Which chance do the ten that have seen slips give to this y⟨12⟩?",
            "all above 0.9", "all below 0.1", "anything",
            why="A slip, and what comes after it, is what they have learned from.")
def slips_seen():
    return "all above 0.9"


@prediction("And which chance do the other ten give to it?",
            "all above 0.9", "all below 0.1", "anything",
            why="What a network does after a slip that it has never met is left to the chance of "
            "its start. No loss on sequences like those of its training would tell: they never "
            "ask.")
def slips_never_seen():
    return "anything"


@prediction("Free runs of 20 responses, from each network that has never seen a slip. How many "
            "keep the rule from beginning to end?", "hardly any", "about half", "most",
            why="So it is in each of the ten.")
def free_runs_without_a_slip():
    return "most"


@prediction("The probability of 3000 responses, each predicted with 0.4: is it above the smallest "
            "number of float64, 5e-324?", "yes", "no",
            why="On the machine the product is 0. Its logarithm is an ordinary number.")
def product_of_3000():
    return "yes" if np.full(3000, 0.4).prod() > 0 else "no"


@prediction("With yesterday's rain each time: network, regression, counts. Which needs the fewest "
            "nats per held-out day?",
            "the network, by far", "the regression, by far", "all about the same",
            why="The state adds nothing that would show here. Yesterday's rain helps network and "
            "regression alike, by 0.03 nats.")
def memory_for_rain():
    return "all about the same"


@prediction("For the surprise itself and for the difference: how much wider does the interval "
            "become with runs of three weeks?", "both a lot", "the first more", "neither",
            why="That of the surprise becomes 1.6 times as wide, that of the difference 1.1 to 1.4 "
            "times (seeds 0 to 9). In the difference most of what neighbours share has cancelled.")
def runs_of_three_weeks():
    return "the first more"


@prediction("Which of the six forecasts is calibrated and useless all the same?",
            "network, without y", "network, with y", "regression, without y", "regression, with y",
            "rate", "month, with y", then="Then choose it under *forecast ŷ*.",
            why="It is one point, near the diagonal, and says the same on every day of a year. "
            "Calibration asks whether the words are true; the nats also ask how much they say. "
            "None of the other five is quite calibrated: of each one to four intervals miss the "
            "diagonal.")
def calibrated_and_useless():
    return "rate"

"""The predictions of 03: along which ways blame comes back."""
import numpy as np

from rnnlib import flow, gradcheck
from rnnlib.network import Network
from rnnlib.predictions.drawn import Truth
from rnnlib.predictions.form import prediction

TIMES = 1, 2, 3


def blamed(**options):
    """The network of 03 with its run and the way back."""
    net = Network(n_x=1, units=(2,), n_y=1, cell="tanh", loss="squared")
    net.params.update({"W_x[1]": [[0.5], [-0.6]], "W_a[1]": [[0.2, 0.9], [-0.4, 0.5]],
                       "W_y": [[0.9, 0.1]]})
    run = net.forward([[0.5], [1], [1]], [[1], [1], [-1]], a0=[[0.5], [-0.5]], **options)
    return net, run, net.backward(run)


def yes_or_no(truth):
    return "yes" if truth else "no"


@prediction("At s = 3, along u comes v · 2 = 18 and along v comes u · 2s = 36. J is 2s³. What is "
            "dJ/ds?",
            "36", "54", "648",
            why="18 + 36, and so it is by 6s².")
def ways_add():
    return f"{gradcheck.complex_step(lambda s: (2 * s * s**2).sum(), np.array([3.0])).item():.0f}"


@prediction("A state hands itself on through W_y (up) and through W_a (to the next time). Blame "
            "comes back along the same ways, against the arrows. How many ways lead back to a⟨3⟩, "
            "and how many to a⟨2⟩?",
            "1 and 1", "1 and 2", "2 and 2",
            then="Run the next cell and press ▶ (not *play*) until the counter says 3 / 16; after "
            "the first ▶ the key → does the same. (J's blame for itself is 1; there it starts. The "
            "bars below the equation get their turn later.)",
            why="At t = 3 only W_y brings blame. At t = 2 the state went up *and* on to t = 3.")
def ways_back():
    back = blamed()[2]
    ways = [sum(record[1, t].any() for record in (back.from_above, back.from_next))
            for t in (3, 2)]
    return f"{ways[0]} and {ways[1]}"


@prediction("At t = 3, a = (−0.152, −0.724). Which unit keeps more of its blame?", "unit 1",
            "unit 2",
            "both the same",
            why="It keeps 98 %, unit 2 keeps 48 %: it is closer to −1, where tanh is flat.")
def past_the_tanh():
    first, second = 1 - blamed()[1].a[1, 3][:, 0]**2
    return "unit 1" if first > second else "unit 2"


@prediction("Unit 1 (the upper one) goes up with weight 0.9 and to the next time with 0.2 and "
            "−0.4. Unit 2 goes up with 0.1 and to the next time with 0.9 and 0.5. Through which "
            "way does more blame come back to each?",
            "unit 1 up, unit 2 up", "unit 1 up, unit 2 next time", "both next time",
            then="Run the next cell, then press ▶ once. Thick lines are large weights, dashed "
            "lines negative ones.",
            why="Unit 1: −1.037 from above, 0.124 from next time. Unit 2: −0.115 from above, 0.645 "
            "from next time. Unit 2 hardly touches ŷ at its own time; its blame comes from t = 3, "
            "and it turns the sign of the sum.")
def two_ways():
    back = blamed()[2]
    up = np.abs(back.from_above[1, 2]) > np.abs(back.from_next[1, 2])
    return {(True, True): "unit 1 up, unit 2 up", (False, False): "both next time"}.get(
        tuple(up[:, 0].tolist()), "unit 1 up, unit 2 next time")


@prediction("And with the slip of the notes, where dJ/da of t = 3, (0.712, 0.079), is added as it "
            "is: does unit 2 at least keep the right sign?",
            "yes",
            "no",
            why="−0.115 from above and 0.079 leave it negative; through W_a come 0.645.")
def slip_of_the_notes():
    back = blamed()[2]
    slip = back.from_above[1, 2] + back.a[1, 3]
    return yes_or_no(slip[1] * back.a[1, 2][1] > 0)


@prediction("Add 0.1 to W_a at t = 2 only. Which states change?", "a⟨2⟩ only", "a⟨2⟩ and a⟨3⟩",
            "all three",
            why="a⟨2⟩, by (−0.072, −0.035), and a⟨3⟩, by (−0.045, 0.005): it moves because a⟨2⟩ "
            "did.")
def one_use_moved():
    net, run, _ = blamed()
    net.params["W_a[1]"] += 0.1
    moved = net.forward([[1]], a0=run.a[1, 1])
    net.params["W_a[1]"] -= 0.1
    later = net.forward([[1]], a0=moved.a[1, 1])
    return "a⟨2⟩ and a⟨3⟩" if (later.a[1, 1] != run.a[1, 3]).any() else "a⟨2⟩ only"


@prediction("For W_x the term of one time is dz at t times which x? And for W_y it is dz_y at t "
            "times which a?",
            "x of t − 1, a of t − 1", "x of t − 1, a of t", "x of t, a of t − 1", "x of t, a of t",
            why="Of t, both times; only W_a reaches one time back.")
def what_the_weight_multiplies():
    _, run, back = blamed()
    of_x, of_y = (sum(back.z[1, t] @ run.a[0, t].T for t in TIMES),
                  sum((run.y_hat[t] - run.y[t]) @ run.a[1, t].T for t in TIMES))
    same = np.allclose(of_x, back.params["W_x[1]"]), np.allclose(of_y, back.params["W_y"])
    return "x of t, a of t" if all(same) else "x of t − 1, a of t − 1"


def bars():
    """The terms of row 1, column 2 of dJ/dW_a, one a time."""
    return blamed()[2].terms("W_a[1]")[:, 0, 1]


@prediction("Which time adds most to dJ/dW_a in size?", "t = 1", "t = 2", "t = 3",
            then="Run the next cell and press ▶|, the last step.",
            why="The first use adds most, 0.656.")
def largest_bar():
    return f"t = {1 + int(np.argmax(np.abs(bars())))}"


@prediction("And do all three push the same way?", "yes", "no",
            why="The last one, −0.490, pulls the other way, and the sum is 0.741.")
def bars_of_one_sign():
    return yes_or_no(len(set(np.sign(bars()))) == 1)


@prediction("Rows are losses, columns are uses. How many of the 9 cells are empty?", "0", "3", "6",
            why="The loss at s = 1 was over before W_a was used at t = 2 and t = 3: no arrow leads "
            "from a later use to an earlier loss.")
def empty_cells():
    net, run, _ = blamed()
    return f"{int((~flow.itemised(net, run, 'W_a[1]', whole=True).whole.any(axis=(2, 3))).sum())}"


@prediction("Count the loss at t = 3 only. Which part of the table is left?", "the last row",
            "the last column",
            "one cell",
            why="0.052, −0.078 and −0.490 for our entry. One loss still blames every use before "
            "it.")
def one_loss_left():
    terms = blamed(mask=[False, False, True])[2].terms("W_a[1]")
    return "the last row" if terms.any(axis=(1, 2)).all() else "one cell"


@prediction("At t = 2, what reaches layer 2, and what reaches layer 1?",
            "layer 2: next time only, layer 1: both ways", "both layers: both ways",
            "both layers: nothing",
            then="Run the next cell, then go to a⟨2⟩[2] and on to a⟨2⟩[1]: click them, or press ▶. "
            "(Is the last column cut off? Close the file list with Ctrl+B.)",
            why="At t = 2 layer 2 gets 0 from above: the loss there does not count. The way "
            "exists, what comes along it is 0. Layer 1 gets blame along both ways.")
def two_layers_one_loss():
    net = Network(n_x=2, units=(3, 2), n_y=1, loss="squared", seed=1)
    back = net.backward(net.forward(np.eye(3)[:, :2], np.ones((3, 1)), mask=[False, False, True]))
    above = [back.from_above[l, 2].any() for l in (2, 1)]
    return {(False, True): "layer 2: next time only, layer 1: both ways",
            (True, True): "both layers: both ways"}.get(tuple(above), "both layers: nothing")


SIZES = {"0.1": 1e-1, "0.001": 1e-3, "0.00001": 1e-5, "1e-17": 1e-17}


def error(h):
    """How wrong the central difference of tanh at 0.9 is."""
    return abs((np.tanh(0.9 + h) - np.tanh(0.9 - h)) / (2 * h) - (1 - np.tanh(0.9)**2))


def errors():
    """The truth of the error, from the largest h on."""
    powers = np.arange(1, 18)
    marks = {said: (np.log10(h), *2 * (np.log10(error(h)),)) for said, h in SIZES.items()}
    return Truth(-powers, np.log10([error(10.0**-k) for k in powers]), "h",
                 "error of the difference", marks, "xy", at=4)


@prediction("Which h gives the smallest error of the central difference?", *SIZES, truth=errors,
            why="Up to there the error falls as h²: h a hundred times smaller, error ten thousand "
            "times smaller. At h = 1e-17 the weight does not move at all: 0.9 + 1e-17 is 0.9, the "
            "difference is 0, and the error is the whole gradient.")
def best_step():
    return min(SIZES, key=lambda text: error(SIZES[text]))


@prediction("Which line is it?", "`da = ...`", "`dz = ...`", "`total += ...`", "`dz_next = dz`",
            why="It has `W_a @ dz_next`. W_a is square, so it fits with and without `.T`.")
def wrong_line():
    return "`da = ...`"


@prediction("Which of these tests notices?", "the shape is (2, 2)",
            "a step against the gradient lowers J",
            "the gradient check: compare with the complex step",
            why="Only this one. The shape is right, and the step does lower J.")
def test_that_notices():
    return "the gradient check: compare with the complex step"

"""The predictions of 01: what an unrolled network is made of."""
import numpy as np

from rnnlib.graph.geometry import Graph
from rnnlib.network import Network
from rnnlib.predictions.drawn import Truth
from rnnlib.predictions.form import prediction


def review():
    """The network that reads a review of four words, and its graph."""
    net = Network(n_x=2, units=(3,), n_y=1, loss="logistic", seed=3)
    return net, Graph(net.n_x, net.units, net.n_y, T=4)


def learned(net):
    """How many numbers a network learns."""
    return sum(value.size for value in net.params.values())


@prediction("The loop is one arrow. How often do its lines stand in the unrolled picture?",
            "once", "3 times", "4 times", "5 times",
            then="Now point at the button `W_a[1]` above the picture and count.",
            why="As often as there are words. The first lines leave the start state at t = 0, the "
            "last ones arrive at t = 4. Nothing leaves t = 4 to the right. The widest line stands "
            "in the same place each time: it is the same weight.")
def uses_of_the_loop():
    return f"{sum(use.weight == 'W_a[1]' for use in review()[1].bundles)} times"


def by_hand():
    """The states of one unit that keeps half, reading 1, 0, 2."""
    one = Network(n_x=1, units=(1,), n_y=1, cell="identity", loss="squared")
    one.params["W_x[1]"], one.params["W_a[1]"] = [[1.0]], [[0.5]]
    run = one.forward([[1], [0], [2]])
    return [run.a[1, t].item() for t in (1, 2, 3)]


@prediction("What is a⟨3⟩?", "2", "2.25", "2.5", "3",
            truth=lambda: Truth(np.arange(1, 4), by_hand(), "t", "a⟨t⟩", {
                said: (3, float(said), float(said)) for said in ("2", "2.25", "2.5", "3")}),
            why="a⟨1⟩ = 0.5 · 0 + 1 = 1, a⟨2⟩ = 0.5 · 1 + 0 = 0.5, a⟨3⟩ = 0.5 · 0.5 + 2 = 2.25. "
            "The 0.25 is what is left of the first input.")
def one_unit_by_hand():
    return f"{by_hand()[-1]:g}"


@prediction("How many lines with a weight does the picture have, and how many *different* weights "
            "do they stand for?", "18 and 18", "72 and 18", "72 and 72",
            why="Each weight is drawn four times. Each time has the lines of W_x (3 · 2), of W_a "
            "(3 · 3) and of W_y (1 · 3).")
def lines_and_weights():
    net, graph = review()
    lines = sum(graph.connections(use) for use in graph.bundles if use.weight)
    return f"{lines} and {sum(net.params[name].size for name in ('W_x[1]', 'W_a[1]', 'W_y'))}"


@prediction("A sequence with T = 300 would draw 5400 lines. How many numbers does its network "
            "learn?", "22", "300", "6600",
            why="Whatever T is.")
def numbers_for_300_words():
    return f"{learned(review()[0])}"


@prediction("Take unit 2 of a[1] at t = 3. How many lines end in it, and how many leave it?",
            "1 and 2", "2 and 2", "5 and 3", "5 and 4",
            then="Now click on that unit. The sentence under the picture counts.",
            why="It is fed by the 3 units of a⟨2⟩[1], its own earlier self included, and by the 2 "
            "inputs of x⟨3⟩. It feeds the 3 units of a⟨4⟩[1] and the prediction ŷ⟨3⟩. A line is "
            "wide where the weight is large, dashed where it is negative. (Only in the folded "
            "drawing do dashes and dots just tell the weights apart.)")
def lines_of_one_unit():
    W_x, W_a, W_y = (review()[0].params[name] for name in ("W_x[1]", "W_a[1]", "W_y"))
    return f"{len(W_a[1]) + len(W_x[1])} and {len(W_a[:, 1]) + len(W_y[:, 1])}"


@prediction("2 inputs, 3 units, 1 output. Which of W_x, W_a, W_y is square? Would it stay square "
            "with other numbers of inputs and units?", "none", "W_a", "W_x and W_a",
            why="It stays so: sender and receiver are the same layer, one time apart. W_x need not "
            "be square: its sender is the layer below.")
def square_matrix():
    square = [name for name, value in review()[0].params.items() if len(set(value.shape)) == 1
              and name.startswith("W")]
    return " and ".join(name.removesuffix("[1]") for name in square)


@prediction("How many columns has W_x[2]?", "1", "2", "3",
            then="Now point at its button: where do its lines start?",
            why="It takes the 3 units of a[1], not the 2 inputs.")
def columns_of_layer_two():
    return f"{layers().params['W_x[2]'].shape[1]}"


@prediction("How many numbers does layer 2 learn?", "8", "10", "12",
            why="2 · 3 + 2 · 2 + 2 = 12: n · (n_below + n + 1).")
def numbers_of_layer_two():
    params = layers().params
    return f"{sum(params[name].size for name in ('W_x[2]', 'W_a[2]', 'b[2]'))}"


def layers():
    """The network of two layers."""
    return Network(n_x=2, units=(3, 2), n_y=1, loss="logistic", seed=3)


@prediction("The start state is zero. What does W_a contribute to z⟨1⟩? And is it used at t = 1 at "
            "all?", "0", "its first column", "its diagonal",
            why="With a zero start state W_a changes nothing at t = 1. It is used all the same: "
            "another start state, and something of W_a appears.")
def nothing_from_the_start():
    net = review()[0]
    given = net.params["W_a[1]"] @ np.zeros((3, 1))
    return "its first column" if given.any() else "0"


@prediction("Put the number 99 into the filled-up places of x. Does J change? And dJ/dW_a?",
            "by a lot", "a little", "not at all",
            why="What stands after an example's end is not read, has no loss, and sends no "
            "gradient back.")
def after_the_end():
    net = review()[0]
    x, y = np.zeros((4, 2, 2)), np.ones((4, 1, 2))
    filled = x.copy()
    filled[2:, :, 1] = 99
    before, after = (net.forward(one, y, lengths=[4, 2]).loss for one in (x, filled))
    return "not at all" if before == after else "by a lot"


@prediction("Two layers. Which comes first, a⟨2⟩[1] or a⟨1⟩[2]?", "the first", "the second",
            "either",
            then="In the picture of two layers, under *Shapes*, follow the lines from each node to "
            "what it feeds, and on from there: do you ever come to the other?",
            why="No way leads from one to the other, so time by time and layer by layer are both "
            "allowed.")
def which_order():
    graph = Graph(2, (3, 2), 1, T=3)

    def leads(source, target):
        return target == source or any(leads(source, use.source) for use in graph.feeds(target))

    first, second = ("a", 1, 2), ("a", 2, 1)
    return "the first" if leads(first, second) else (
        "the second" if leads(second, first) else "either")

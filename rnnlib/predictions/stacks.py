"""The predictions of 06: what a second layer adds."""
from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from rnnlib.explorers.stacked import StackedLayers
from rnnlib.flow import gradient_norms
from rnnlib.flow.paths import path_count, paths
from rnnlib.graph.geometry import Graph
from rnnlib.network import Network
from rnnlib.predictions.drawn import Truth
from rnnlib.predictions.form import prediction

WIDTHS = 4, 3, 2


def stack(units=WIDTHS):
    """The stack of three widths."""
    return Network(n_x=3, units=units, n_y=2, loss="squared", seed=3)


def ran():
    """The stack, and its run over three inputs with a loss at t = 3 alone."""
    x, y = (np.random.default_rng(seed).normal(size=(3, k)).round(1)
            for seed, k in ((1, 3), (2, 2)))
    return stack(), stack().forward(x, y, mask=[False, False, True])


@prediction("What is the shape of W_x of layer 2? The picture tells.", "(3, 3)", "(3, 4)", "(4, 3)",
            why="Layer 2 has 3 units, and the 4 of layer 1 send to it.")
def shape_of_layer_two():
    return f"{stack().params['W_x[2]'].shape}"


@prediction("And the shape of W_x of layer 1?", "(4, 3)", "(3, 4)", "(4, 4)",
            why="Layer 1 has 4 units and sees 3 inputs. Here one looks like the other turned "
            "round; that is chance.")
def shape_of_layer_one():
    return f"{stack().params['W_x[1]'].shape}"


@prediction("Twice as many units in each layer: 8, 6, 4. About how many times as many parameters?",
            "2", "3", "4",
            why="W_a has 4 times as many, and W_x between two layers that both double; where x or "
            "y stands at one end it is only 2 times, as for the biases of the layers.")
def twice_as_many_units():
    before, after = (sum(W.size for W in stack(units).params.values())
                     for units in (WIDTHS, (8, 6, 4)))
    return f"{after / before:.0f}"


@prediction("And which of these changes W_a of layer 1?", "n_x", "units of layer 1", "both",
            then="Now move the sliders: each matrix is drawn to scale, its formula beside it.",
            why="W_a connects layer 1 with itself.")
def what_changes_the_square_matrix():
    seen, wide = (Network(n_x, (n, 3, 2), 2).params["W_a[1]"].shape != (4, 4)
                  for n_x, n in ((5, 4), (3, 5)))
    return "both" if seen and wide else "n_x" if seen else "units of layer 1"


@prediction("Which order of computation is allowed?", "time by time, upwards in each",
            "layer by layer, all times in each", "both",
            why="What a node needs stands to its left or below it, and was computed before it.")
def order_of_computation():
    graph = Graph(3, WIDTHS, 2, T=3)

    def allowed(order):
        """Whether each node's sources, but for x and the start states, come before it."""
        return all(not {use.source for use in graph.feeds(node)} & set(order[k:])
                   for k, node in enumerate(order))

    times = allowed([("a", l, t) for t in (1, 2, 3) for l in (1, 2, 3)])
    layers = allowed([("a", l, t) for l in (1, 2, 3) for t in (1, 2, 3)])
    if times and layers:
        return "both"
    return "time by time, upwards in each" if times else "layer by layer, all times in each"


@prediction("At a⟨3⟩[1], the last time: along how many ways does blame come? And at a⟨2⟩[1]?",
            "none", "one", "two", why="There is no next time. At t = 2 there are two.")
def ways_back_at_the_end():
    return ("none", "one", "two")[len(Graph(1, (2, 1), 1, T=3).fed_by(("a", 1, 3)))]


@prediction("Of the 9 nodes a⟨t⟩[l], to how many do two ways lead back? And how many get blame "
            "other than 0 along both?", "4 and 4", "6 and 4", "6 and 6", "9 and 6",
            then="Now step with ← → and count. Here a box is a whole layer at one time, and its "
            "number the norm of what arrives.",
            why="At t = 3 nothing comes from a next time; to the other 6 nodes two ways lead. But "
            "the top layer gets 0 from above at t = 1 and t = 2, where the loss does not count.")
def two_ways_back():
    net, fwd = ran()
    bwd, graph = net.backward(fwd), Graph(net.n_x, net.units, net.n_y, T=3)
    nodes = [(l, t) for l in (1, 2, 3) for t in (1, 2, 3)]
    ways = sum(len(graph.fed_by(("a", *node))) == 2 for node in nodes)
    both = sum(bwd.from_above[node].any() and bwd.from_next[node].any() for node in nodes)
    return f"{ways} and {both}"


@prediction("2 steps back and 2 layers down. How many paths?", "2", "4", "6", "8",
            why="Of 4 steps choose the 2 that go down.")
def two_back_and_two_down():
    return f"{path_count(back=2, down=2)}"


@prediction("Are the six shares alike?", "yes, 17 % each", "no, one is up to twice another",
            "no, up to many times",
            why="The largest path brings 46 %, the smallest 6 %. The largest goes back in layer 3, "
            "down, back in layer 2, down.")
def shares_of_the_paths():
    shares = paths(*ran(), s=3, layer=1, t=1).shares
    if np.ptp(shares) < 0.01:
        return "yes, 17 % each"
    return ("no, one is up to twice another" if shares.max() <= 2 * shares.min()
            else "no, up to many times")


@prediction("100 steps back and 2 layers down. How many paths?", "102", "5151", "10³⁰",
            truth=lambda: Truth(
                np.arange(101), [np.log10(path_count(k, 2)) for k in range(101)], "steps back",
                "paths, 2 layers down", {"102": (100, np.log10(102), np.log10(102)),
                                         "5151": (100, np.log10(5151), np.log10(5151)),
                                         "10³⁰": (100, 30, 30)}, "y"),
            why="It is 102 · 101 / 2.")
def a_hundred_back_and_two_down():
    return f"{path_count(back=100, down=2)}"


def shown(preset):
    """The paths of a preset of the picture."""
    return StackedLayers().numbers(SimpleNamespace(**StackedLayers.presets[preset]))["paths"]


@prediction("Preset *1 every path alike*: a linear stack, each W_a the identity. Of the 15 paths, "
            "what does the largest bring?", "1/15", "half", "all",
            then="Now press it in the picture below.",
            why="Every path makes the same 4 steps back and 2 down, only in another order, and the "
            "identity does not mind the order. Which of the 15 wears the arrowheads means nothing.")
def every_path_alike():
    share = Fraction(shown("1 every path alike").shares.max()).limit_denominator(99)
    return {"1/2": "half", "1": "all"}.get(f"{share}", f"{share}")


@prediction("Preset *2 layer 1 forgets*: W_a of radius 0.5 in layer 1, of 1.3 above. Where does "
            "the largest path make its 4 steps back? And with *3 layer 1 keeps*, the other way "
            "round?", "in layer 1", "in the layers above", "some of each",
            then="Now press both in the picture above.",
            why="With these weights all 4 in layer 3, and then down. With *3*, in layer 1: down "
            "first, and then back.")
def the_forgetful_layer():
    found = shown("2 layer 1 forgets")
    first = [l for l, _ in found.nodes(found.largest)].count(1) - 1
    return {0: "in the layers above", 4: "in layer 1"}.get(first, "some of each")


@prediction("Ten of each, from ten seeds, learn from the same sequences for the same time. Which "
            "do better on new ones?", "one layer", "two layers", "the larger ones", "all alike",
            why="At equal numbers one layer and two cannot be told apart.")
def one_layer_or_two():
    return "the larger ones"


@prediction("Each unit gets a blame of exactly 0.1. What is the norm of the layer?",
            "0.1, 0.1, 0.1", "0.14, 0.2, 0.4", "0.2, 0.4, 1.6", why="It is √n · 0.1.")
def norm_of_a_wide_layer():
    return ", ".join(f"{np.linalg.norm(np.full(n, 0.1)):.2g}" for n in (2, 4, 16))


def along_the_diagonal():
    """log10 of the gradient's norm in ten layers and ten times, from the last node of both on."""
    net = Network(n_x=4, units=(16,) * 10, n_y=1, loss="squared", seed=0)
    rng = np.random.default_rng(0)
    fwd = net.forward(rng.normal(size=(10, 4)), rng.normal(size=(10, 1)))
    norms = gradient_norms(net, fwd)
    return [norms[k, k].item() for k in range(10, 0, -1)]


@prediction("Now 9 back *and* 9 down, a⟨1⟩[1], 18 steps away. What is the norm there?",
            "about 0.01, lost twice", "about 0.1", "more than at the start",
            truth=lambda: Truth(
                np.arange(0, 20, 2), (norms := along_the_diagonal()),
                "steps back and down", "norm of the gradient", {
                    "about 0.01, lost twice": (18, -2, -2), "about 0.1": (18, -1, -1),
                    "more than at the start": (18, norms[0], None)}, "y"),
            why="It is 5.4. Each path is 18 steps long, and most of them bring less than 0.01. But "
            "there are 48620; to each of the two corners before leads one. And 5.4 is what is left "
            "after half of them have pulled against the other half.")
def the_far_corner():
    norms = along_the_diagonal()
    if norms[-1] > norms[0]:
        return "more than at the start"
    return "about 0.1" if norms[-1] > -1.5 else "about 0.01, lost twice"


@prediction("How often does today's input x⟨T⟩ go through a tanh before ŷ⟨T⟩: in one layer with "
            "T = 100, and in a stack of 3?", "1 and 1", "1 and 3", "100 and 100", "100 and 300",
            why="Time is deep for what is old and shallow for what is new: in one layer, today's "
            "input is turned into the output by one tanh. That is the other answer: a second layer "
            "works on today's input once more before it answers.")
def once_through_a_tanh():
    def on_the_way(units):
        net = Network(n_x=3, units=units, n_y=2, loss="squared", seed=3)
        today = paths(net, net.forward(np.ones((3, 3)), np.ones((3, 2))), s=3, layer=1, t=3)
        return len(today.nodes(0))

    return f"{on_the_way((4,))} and {on_the_way(WIDTHS)}"

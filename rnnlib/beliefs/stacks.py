"""Questions about layers above each other."""
import numpy as np

from rnnlib import flow
from rnnlib.beliefs.form import other, question, right, row
from rnnlib.beliefs.unit import pair
from rnnlib.network import Network


@question("20", "all layers are alike", "06 *Three layers, three widths*",
          before={"n_x": 3, "units": (4, 2)}, after={"n_x": 2, "units": (5, 3)})
def shapes(n_x, units):
    first, second = units
    shape = Network(n_x, units, 1).params["W_x[2]"].shape
    return (f"{n_x} inputs, a layer of {first} units, above it one of {second} units. What is the "
            "shape of W_x of layer 2 (rows, columns)?", [
                right(pair((second, first)), shape == (second, first),
                      "a row for each unit that receives, a column for each one that sends"),
                row("reads x", pair((second, n_x)), shape == (second, n_x),
                    "W_x of the first layer is like the others.",
                    "no layer but the first reads x itself"),
                row("same widths", pair((first, first)), shape == (first, first),
                    "All layers have the same number of units.",
                    "each layer may have a width of its own"),
                other("sends in rows", pair((first, second)), shape == (first, second),
                      "The rows send and the columns receive.",
                      "in W_x a the columns meet a, which is below")])


@question("21", "depth in layers is like depth in time", "06 *What a step costs*",
          before={"L": 3, "T": 100}, after={"L": 2, "T": 60})
def depth(L, T):
    net = Network(1, (2,) * L, 1, "tanh", "squared")
    zeros = np.zeros((T, 1))
    found = len(flow.paths(net, net.forward(zeros, zeros), s=T, layer=1, t=T).nodes(0))
    return (f"A stack of {L} tanh layers has read {T} words. Through how many tanh does the last "
            f"input, x⟨{T}⟩, go before ŷ⟨{T}⟩?", [
                right(str(L), found == L, "one for each layer: time is deep for what is old only"),
                row("T deep", str(T), found == T,
                    "Depth in time does for every input what depth in layers does.",
                    "the last input makes no step in time"),
                other("L T deep", str(L * T), found == L * T,
                      "An input goes through the whole unrolled network.",
                      f"only x⟨1⟩ meets all {T} times"),
                other("one", "1", found == 1, "A stack is one function at each time.",
                      "each of its layers has a tanh of its own")])

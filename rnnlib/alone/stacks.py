"""Questions for another day about 06: what a second layer adds."""
import numpy as np

from rnnlib.alone.form import about
from rnnlib.flow.paths import path_count
from rnnlib.network import Network

question = about("06")


@question("Three layers. Layer 1 gets one unit more. Which matrices change their shape?",
          "W_x[1], W_a[1]", "W_x[1], W_a[1], W_x[2]", "all of W_x and W_a",
          why="Rows receive, columns send: layer 1 has a row more in its own two, and layer 2 a "
          "column more for what it now hears.")
def matrices_of_one_unit_more():
    before, after = (Network(n_x=3, units=(n, 3, 3), n_y=1).params for n in (4, 5))
    changed = [name for name in before
               if name.startswith("W") and before[name].shape != after[name].shape]
    return {("W_x[1]", "W_a[1]"): "W_x[1], W_a[1]",
            ("W_x[1]", "W_a[1]", "W_x[2]"): "W_x[1], W_a[1], W_x[2]"}.get(
        tuple(changed), "all of W_x and W_a")


@question("Blame goes 3 steps back and 1 layer down. How many paths are there?", "1", "3", "4",
          why="The layer can be changed before the first step back, after each of the three, at 4 "
          "times in all.")
def one_layer_down():
    return f"{path_count(3, 1)}"


@question("Blame comes to a⟨2⟩[1] from a⟨2⟩[2] and from a⟨3⟩[1]. At t = 3 all units of layer 1 "
          "are saturated. What arrives?", "all but nothing",
          "what comes from above, next to nothing from t = 3",
          "what comes from t = 3, next to nothing from above",
          why="Each way is multiplied by the slope of the node that it comes from, here about 0 at "
          "a⟨3⟩[1] and ordinary at a⟨2⟩[2].")
def one_way_saturated():
    net = Network(n_x=1, units=(2, 2), n_y=1, loss="squared", seed=1)
    bwd = net.backward(net.forward([[0.5], [0.5], [1e4]], [[2], [2], [2]]))
    above, later = (np.abs(way[1, 2]).max() > 1e-6 for way in (bwd.from_above, bwd.from_next))
    return {(True, False): "what comes from above, next to nothing from t = 3",
            (False, True): "what comes from t = 3, next to nothing from above"}.get(
        (bool(above), bool(later)), "all but nothing")

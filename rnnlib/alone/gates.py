"""Questions for another day about 07: how a number survives a hundred steps."""
import math

import numpy as np

from rnnlib.alone.form import about
from rnnlib.network import Network

question = about("07")

WIDE = 50.0  # a bias that opens a gate


@question("f = 0.99 at every step. What is the half-life of c, in steps?", "about 7", "about 70",
          "about 700", why="ln 2 / −ln 0.99 = 69.")
def half_life_of_a_number():
    return f"about {round(math.log(2) / -math.log(0.99) / 10) * 10}"


@question("f = 1, i = 1 and g = 1 at every step, c⟨0⟩ = 0. What is c⟨50⟩?", "0", "1", "50",
          why="An open gate writes again each time, and c adds it up. Neither a slope nor a tanh "
          "holds it: that is why c can leave the range from −1 to 1, and a cannot.")
def c_that_adds():
    net = Network(n_x=1, units=(1,), n_y=1, cell="lstm")
    net.params.update({f"W_{k}[1]": [[0]] for k in ("af", "ai", "ag", "xf", "xi", "xg")})
    net.params.update({f"b_{k}[1]": [WIDE] for k in "fig"})
    return f"{net.forward(np.zeros((50, 1))).c[1, 50].item():g}"


@question("A GRU as this course writes it, a = u a⟨t−1⟩ + (1 − u) g. u = 1 in all units: what is "
          "a⟨t⟩?", "a⟨t−1⟩", "the new g", "half of each",
          why="u keeps. In other papers u is the share of the new, so read the equation before you "
          "set a bias.")
def gru_that_keeps():
    net = Network(n_x=1, units=(2,), n_y=1, cell="gru", forget_bias=WIDE, seed=0)
    fwd = net.forward([[1]], a0=[0.3, -0.6])
    return {(True, False): "a⟨t−1⟩", (False, True): "the new g"}.get(
        (np.allclose(fwd.a[1, 1], fwd.a[1, 0]), np.allclose(fwd.a[1, 1], fwd.g[1, 1])),
        "half of each")

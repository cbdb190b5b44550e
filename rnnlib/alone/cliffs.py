"""Questions for another day about 05: walls, clipping, truncation."""
import numpy as np

from rnnlib.alone.form import about
from rnnlib.learning.optimisers import clip_by_norm
from rnnlib.learning.training import truncated_backward
from rnnlib.network import Network

question = about("05")


@question("Clipped by norm at 2. One gradient has length 1, another length 8. How many times as "
          "long is the second step?", "as long", "twice", "8 times",
          why="The first stays as it is, the second is cut to the threshold.")
def two_clipped_steps():
    one, other = (clip_by_norm({"W": np.array([length])}, 2)[0]["W"].item() for length in (1, 8))
    return {1: "as long", 2: "twice", 8: "8 times"}[other / one]


@question("At the wall the start state is a fixed point at which each step multiplies by 1.5. T "
          "goes from 20 to 40. How many times as steep is the wall now?", "2", "about 30",
          "about 3000",
          why="20 more factors: 1.5²⁰ = 3325. And the wall is as many times narrower.")
def a_wall_in_time():
    net = Network(n_x=1, units=(1,), n_y=1, loss="squared")
    net.params.update({"W_a[1]": [[1.5]], "W_x[1]": [[0]], "b[1]": [0], "W_y": [[1]]})
    early, late = (abs(net.backward(net.forward(np.zeros((T, 1)), np.ones((T, 1)),
                                                mask=np.arange(T) == T - 1)).params["b[1]"].item())
                   for T in (20, 40))
    times = late / early
    return "about 3000" if times > 1000 else "about 30" if times > 10 else "2"


@question("Truncated, window and stride 5. Can the prediction at t = 12 depend on the input at "
          "t = 2? And does the gradient tell how?", "yes, and yes", "yes, and no", "no, and no",
          why="The state is carried on across the cuts, only the way back ends there.")
def across_the_cuts():
    net = Network(n_x=1, units=(2,), n_y=1, loss="squared", seed=1)
    x, y, last = np.ones((12, 1)), np.ones((12, 1)), np.arange(12) == 11
    other = x.copy()
    other[1] = 0.5  # the input of t = 2
    depends = net.forward(x).y_hat[12] != net.forward(other).y_hat[12]
    # what the input of t = 2 is multiplied by: alone in x it is all of dJ/dW_x
    x[:] = 0
    x[1] = 1
    told = truncated_backward(net, x, y, window=5, stride=5, mask=last)["W_x[1]"]
    return " and ".join(("yes," if depends else "no,", "yes" if told.any() else "no"))

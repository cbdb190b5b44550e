"""Questions for another day about 02: what a network knows at time t."""
import numpy as np

from rnnlib.alone.form import about
from rnnlib.network import Network

question = about("02")


@question("What does W_a multiply at t + 1?", "z⟨t⟩", "a⟨t⟩", "ŷ⟨t⟩",
          why="The state is what came out of g. z was only on the way to it, and ŷ leads out of "
          "the network.")
def handed_on():
    net = Network(n_x=1, units=(2,), n_y=2, loss="squared", seed=1)
    x = [[1], [-1]]
    fwd = net.forward(x)
    came = fwd.z[1, 2] - net.params["b[1]"] - net.params["W_x[1]"] @ fwd.a[0, 2]
    said = {"z⟨t⟩": fwd.z[1, 1], "a⟨t⟩": fwd.a[1, 1], "ŷ⟨t⟩": fwd.y_hat[1]}
    (found,) = [name for name, v in said.items() if np.allclose(net.params["W_a[1]"] @ v, came)]
    return found


@question("Two sentences begin differently and are equal from the sixth word on. By chance both "
          "have led to the same a⟨5⟩. How do the predictions from t = 6 on compare?",
          "they are equal", "they differ less and less", "that depends on the first five words",
          why="Of the first five words nothing else is left that could make them differ.")
def same_state_same_future():
    net = Network(n_x=1, units=(2,), n_y=1, cell="relu", loss="squared", seed=0)
    net.params["W_x[1]"] = [[1], [2]]
    # below 0 a ReLU is 0, for whatever input
    one, other = (net.forward([[first], [-50], [1], [2]]) for first in (3, 5))
    assert (one.a[1, 1] != other.a[1, 1]).all()
    assert np.array_equal(one.a[1, 2], other.a[1, 2])
    same = all(np.array_equal(one.y_hat[t], other.y_hat[t]) for t in (3, 4))
    return "they are equal" if same else "that depends on the first five words"


@question("A vocabulary of 1000 words, one-hot, and 50 units. How many of the 50 000 numbers "
          "in W_x say something about z⟨t⟩ of one t?", "50", "1000", "50 000",
          why="The other words' columns are multiplied by 0.")
def numbers_of_one_word():
    W_x, word = Network(n_x=1000, units=(50,), n_y=1).params["W_x[1]"], np.eye(1000)[:, [7]]
    return f"{np.count_nonzero(W_x * word.T)}"

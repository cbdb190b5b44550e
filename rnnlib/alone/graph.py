"""Questions for another day about 01: the unrolled graph."""
import numpy as np

from rnnlib.alone.form import about
from rnnlib.network import Network

question = about("01")


def learned(n_x, n):
    """How many numbers a layer learns."""
    params = Network(n_x=n_x, units=(n,), n_y=1).params
    return sum(params[name].size for name in ("W_x[1]", "W_a[1]", "b[1]"))


@question("A layer has 5 units above 3 inputs. It gets one unit more. How many more numbers does "
          "it learn?", "9", "10", "15",
          why="A row of 3 + 6 + 1 for the new unit; and each of the other 5 has one more to hear.")
def one_unit_more():
    return f"{learned(3, 6) - learned(3, 5)}"


@question("All numbers in column 2 of W_a become 0. What has changed?",
          "unit 2 hears no unit any more", "no unit hears unit 2 any more",
          "unit 2 is 0 at every time",
          why="Rows receive, columns send: in z⟨t⟩ column 2 is what a⟨t−1⟩ of unit 2 is "
          "multiplied by.")
def column_of_zeros():
    net = Network(n_x=1, units=(3,), n_y=1)
    W_a = net.params["W_a[1]"].copy()
    W_a[:, 1] = 0
    net.params["W_a[1]"] = W_a
    plain, sends, hears = (net.forward([[1]], a0=a0).a[1, 1]
                           for a0 in ([0, 0, 0], [0, 1, 0], [1, 0, 0]))
    if np.array_equal(sends, plain) and hears[1] != plain[1]:
        return "no unit hears unit 2 any more"
    return "unit 2 hears no unit any more" if plain[1] else "unit 2 is 0 at every time"


@question("Sequences of 3 and of 5 times stand side by side in one array with 5 rows, and "
          "`lengths` is handed in. How many J⟨t⟩ are added up?", "5", "8", "10",
          why="The short one ends after 3: what fills its column up is not counted.")
def losses_side_by_side():
    x, y = np.ones((5, 1, 2)), np.full((5, 1, 2), 9)
    fwd = Network(n_x=1, units=(2,), n_y=1, loss="squared").forward(x, y, lengths=[3, 5])
    return f"{sum(np.count_nonzero(fwd.J[t]) for t in range(1, 6))}"

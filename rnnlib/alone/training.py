"""Questions for another day about 09: what a network learns of names."""
import numpy as np

from rnnlib.alone.form import about
from rnnlib.learning.training import mean_loss
from rnnlib.network import Network

question = about("09")


@question("A name of 5 signs; to each of them and to the end the network gives the chance 1/2. "
          "What is its loss, as notebook 09 counts it?", "log 2 = 0.69", "5 log 2 = 3.47",
          "6 log 2 = 4.16", why="A mean over the six, not a sum: long and short names can be "
          "compared.")
def loss_of_a_name():
    net = Network(n_x=1, units=(1,), n_y=2)
    net.params.update({name: 0 * value for name, value in net.params.items()})  # knows nothing
    loss = mean_loss(net, (np.zeros((6, 1)), np.zeros(6, int)))
    return {1: "log 2 = 0.69", 5: "5 log 2 = 3.47", 6: "6 log 2 = 4.16"}[round(loss / np.log(2), 9)]


@question("The looks at the validation names gave 2.31, 2.24, 2.19, 2.22, 2.27, then the "
          "training was over. Which parameters are kept, and where is their loss reported?",
          "of the third look, on the test names", "of the third look, on the validation names",
          "of the last look, on the test names",
          why="The validation has chosen, so its number is too good: it is the smallest of five.")
def look_that_is_kept():
    looks, rng = np.array([2.31, 2.24, 2.19, 2.22, 2.27]), np.random.default_rng(0)
    # five looks that are equally good, again and again: how good does the chosen one seem?
    seems = rng.normal(size=(1000, 5)).min(axis=1).mean()
    names = "validation" if seems > -0.1 else "test"
    look = ("first", "second", "third", "fourth", "last")[looks.argmin()]
    return f"of the {look} look, on the {names} names"


@question("One network is 0.03 nats better than another, the interval goes from −0.01 to 0.07. "
          "On four times as many names the difference is again 0.03. About where does its interval "
          "lie?",
          "from −0.04 to 0.10", "as before", "from 0.01 to 0.05",
          why="Four times as many halve the width. Only now does the difference say something.")
def interval_of_four_times_as_many():
    half = (0.07 - -0.01) / 2 / np.sqrt(4)
    return f"from {0.03 - half:.2f} to {0.03 + half:.2f}"

"""The prediction of 00."""
from rnnlib.network import Network
from rnnlib.predictions.form import prediction


@prediction("In the picture, how many lines end in the top unit of a[1] at t = 2?", "2", "3", "4",
            then="**Move.** Point at that unit and read the sentence under the picture.",
            why="Two from the state before, through W_a[1], and two from the input of the same "
            "time, through W_x[1].")
def lines_into_a_unit():
    params = Network(n_x=2, units=(2,), n_y=2, seed=4).params
    return f"{params['W_a[1]'][0].size + params['W_x[1]'][0].size}"

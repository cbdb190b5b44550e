"""Cells: one recurrent layer over the whole of time, its equations beside their adjoints.

A cell offers, with arrays over time (T, n, m) and start states {state: (n, m)}:

- `states`: the names of what it carries from one time to the next; `a` comes first;
- `keeping`: its bias that decides how long a state is kept, None if no gate does;
- `shapes(n, n_x)`: its parameters' names and shapes, in the order of `net.params`;
- `initial(rng, n, n_x, recurrent)`: first values for them;
- `forward(params, x, start)`: every quantity of the layer over time, by name;
- `backward(params, run, above)`: their total derivatives, and the two paths;
- `itemised(params, run, above)`: those of its pre-activations, kept apart for each loss time;
  one row for each pair of times, in the order of `rnnlib.records.pairs`;
- `step_jacobian(params, run)`: the derivative of the state at t by the state at t - 1,
  (T, m, N, N) with N numbers in a state: the `states` one below the other;
- `pull(params, run, d)`: (derivatives of the pre-activations by name, derivative of the state
  before) for derivatives d (T, N, m) of the state, one step back at every time at once;
- `below(params, d)`: what that sends down to the layer's input;
- `uses(run, x)`: which derivative meets which input in each parameter's gradient.

A cell keeps nothing between calls, and knows nothing of lengths, losses or other layers.
"""
from rnnlib.activations import ACTIVATIONS
from rnnlib.cells.gru import GRU
from rnnlib.cells.lstm import LSTM
from rnnlib.cells.rnn import RNN

CELLS = {**{name: RNN(g) for name, g in ACTIVATIONS.items()}, "lstm": LSTM(), "gru": GRU()}

"""Cells: one recurrent layer over the whole of time, its equations beside their adjoints.

A cell is described in its own file and known everywhere: `register(cell)` is all a new one needs.
It offers, with arrays over time (T, n, m) and start states {state: (n, m)}:

- `name`, by which a network is asked for it, and `words`, what a page calls it;
- `anatomy`: its parts, what feeds what and the words for a step (`rnnlib.cells.anatomy`);
- `states`: the names of what it carries from one time to the next; `a` comes first;
- `keeps`: the `Kept` that says which gate decides how long a state is kept, None if none does;
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

`backward` gives the total derivative of every quantity under its name, and of `a` the two paths
`from_above` and `from_next`; of another state such as `c` they are `c_from_a`, `c_from_next`.
A cell keeps nothing between calls, and knows nothing of lengths, losses or other layers. One
that has been registered may offer `plainly(W, x, *states)`, its step for `rnnlib.gradcheck`.
"""
from rnnlib.activations import ACTIVATIONS
from rnnlib.cells.gru import GRU
from rnnlib.cells.lstm import LSTM
from rnnlib.cells.rnn import RNN

CELLS = {cell.name: cell for cell in (*map(RNN, ACTIVATIONS.values()), LSTM(), GRU())}
_OWN = frozenset(CELLS)
_OFFERED = ("name", "words", "anatomy", "states", "keeps", "shapes", "initial", "forward",
            "backward", "itemised", "step_jacobian", "pull", "below", "uses")


def register(cell):
    """Make a new cell known everywhere, by its name.

    ValueError for a name that is taken, and for an anatomy that is not that of its equations;
    TypeError for what does not offer all that a cell must.
    """
    missing = [name for name in _OFFERED if not hasattr(cell, name)]
    if missing:
        raise TypeError(f"cell must offer {', '.join(missing)}, got {cell!r}")
    _check_anatomy(cell.anatomy, cell)
    if cell.name in CELLS:
        raise ValueError(f"cell must have a new name, got {cell.name!r}; there are "
                         f"{', '.join(CELLS)}")
    CELLS[cell.name] = cell


def _check_anatomy(anatomy, cell):
    names = [part.name for part in anatomy.parts]
    told = set().union(*(part.parameters for part in anatomy.parts))
    for what, found, wanted in (
            ("lines", sorted(name for line in anatomy.lines for name in line), sorted(names)),
            ("states", anatomy.states, tuple(cell.states)),
            ("parameters", told, set(cell.shapes(1, 1))),
            ("names of one letter", [name for name in names if len(name) == 1], names)):
        if found != wanted:
            raise ValueError(f"anatomy of {cell.name!r} must have the {what} {wanted}, "
                             f"got {found}")


def forget(name):
    """Undo `register`. ValueError for a cell that was not registered."""
    if name in _OWN or name not in CELLS:
        raise ValueError(f"name must be that of a cell that was registered, got {name!r}")
    del CELLS[name]


def gated():
    """The names of all cells with gates."""
    return tuple(name for name, cell in CELLS.items() if cell.anatomy.gated)

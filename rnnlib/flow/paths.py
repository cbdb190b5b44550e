"""The ways a gradient can take through the lattice of layers and times, one by one."""
from dataclasses import dataclass, field
from functools import cached_property
from math import comb

import numpy as np

from rnnlib import arguments
from rnnlib.flow.jacobians import one_example, step_jacobians
from rnnlib.flow.scaled import overflow_shows
from rnnlib.records import OverTime, Record, checked, frozen
from rnnlib.runs import above_top, top_derivative

# so many paths at most are listed one by one
LIMIT = 50_000
# one of the two numbers of steps at most, or the count takes minutes to find
FAR = 10_000


def path_count(back, down):
    """How many paths make `back` steps back in time and `down` layers down, in any order.

    An exact whole number, however large: of back + down steps, choose those that go down.
    """
    back, down = (arguments.count(name, value, least=0)
                  for name, value in (("back", back), ("down", down)))
    if min(back, down) > FAR:
        raise ValueError(f"back or down must be at most {FAR}, got {back} and {down}")
    return comb(back + down, down)


@dataclass(frozen=True, repr=False, eq=False)
class Paths:
    """All paths from J^{<s>} to a^{<t>[l]}: how many, what each brings, what passes each edge.

    J^{<s>} enters at the top, at a^{<s>[L]}. Each step then goes back to the time before in the
    same layer (by W_a) or down to the layer below at the same time (by W_x). A path brings a
    vector (n,), the product of the Jacobians of its steps; their sum is `whole`, the total
    derivative dJ^{<s>}/da^{<t>[l]}.

    Always there: `count`, exact; `whole` (n,); `edges`, {(from, to): vector (n,)} with nodes
    (layer, time), the sum of all paths that take this edge.
    Where there are at most LIMIT paths (else ValueError): `vectors` (P, n); `sizes` (P,), their
    norms; `shares` (P,) as in `share`; `nodes(i)` and `largest`, the number of the largest.

    Notes: of a gated cell a step takes along the whole state, through all gates; within it there
    are ways that are not told apart here.
    """

    s: int
    t: int
    layer: int
    L: int
    whole: np.ndarray
    edges: dict = field(repr=False)
    # {edge: its Jacobian}, and dJ^{<s>} by the state of the top layer at s
    _steps: dict = field(repr=False)
    _start: np.ndarray = field(repr=False)

    @property
    def count(self):
        """How many paths there are."""
        return path_count(self.s - self.t, self.L - self.layer)

    @cached_property
    def _listed(self):
        """(vectors (P, N) of the state at the target, layers {l: how often each path stays})."""
        if self.count > LIMIT:
            raise ValueError(f"there are {self.count} paths, and at most {LIMIT} are listed one by "
                             "one; count, whole and edges take in all of them")
        found = {(self.L, self.s): (self._start[None], np.empty((1, 0), int))}
        for node in self._nodes():
            arrived = [_gone(found[before], self._steps[before, node], goes_down)
                       for before, goes_down in _before(node) if before in found]
            if arrived:
                found[node] = tuple(np.concatenate(part) for part in zip(*arrived, strict=True))
        return found[self.layer, self.t]

    def _nodes(self):
        """(layer, time) of the lattice, each after those that lead to it."""
        return [(l, t) for l in range(self.L, self.layer - 1, -1)
                for t in range(self.s, self.t - 1, -1)]

    @property
    def vectors(self):
        """What each path brings to the target, (P, n)."""
        return frozen(self._listed[0][:, :len(self.whole)])

    @cached_property
    @overflow_shows
    def sizes(self):
        """The norm of what each path brings, (P,)."""
        return frozen(np.linalg.norm(self.vectors, axis=1))

    @property
    def shares(self):
        """What share of the whole each path brings, (P,); they add up to 1."""
        return self.share(self.vectors)

    @property
    def largest(self):
        """The number of the path that brings the largest vector; of equal ones, the first."""
        return int(np.argmax(self.sizes >= self.sizes.max() * (1 - 1e-9)))

    def nodes(self, i):
        """The nodes (layer, time) of path i, from (L, s) to (layer, t)."""
        goes_down = self._listed[1][checked("path i", i, range(self.count))]
        node, nodes = (self.L, self.s), [(self.L, self.s)]
        for down in goes_down:
            node = (node[0] - 1, node[1]) if down else (node[0], node[1] - 1)
            nodes.append(node)
        return nodes

    @overflow_shows
    def share(self, part):
        """What share of the whole `part` (..., n) is: its component along the whole.

        nan where the whole is zero or infinite. Notes: a share may be negative, or more than 1,
        when paths pull against each other.
        """
        part = arguments.ending("part", arguments.real("part", part), self.whole.shape)
        scale = np.abs(self.whole).max()
        whole = self.whole / scale
        return (part / scale) @ whole / (whole @ whole)

    def __repr__(self):
        return (f"Paths from J<{self.s}> to a<{self.t}>[{self.layer}]: {self.count} of "
                f"{self.s - self.t} steps back and {self.L - self.layer} down")


def _before(node):
    """The two nodes from which this one can be reached, and whether the step goes down."""
    l, t = node
    return ((l, t + 1), 0), ((l + 1, t), 1)


def _gone(arrived, jacobian, goes_down):
    """(vectors, steps) of the paths that arrived at a node, one step on."""
    vectors, steps = arrived
    with np.errstate(all="ignore"):
        vectors = vectors @ jacobian
    return vectors, np.column_stack([steps, np.full(len(steps), goes_down)])


def paths(net, fwd, s, layer, t):
    """The Paths from the loss at time s to a^{<t>[layer]}, 1 <= t <= s, for a run of one example.

    IndexError for a time or layer that is not there, also after the example's end; ValueError
    for a run without targets or of several examples (`fwd.example(i)` is the run of one).
    """
    fwd = one_example(net, fwd)
    s = checked("loss time s", s, range(1, fwd.T + 1))
    layer = checked("layer", layer, range(1, fwd.L + 1))
    t = checked("time t", t, range(1, s + 1))
    with np.errstate(all="ignore"):
        start, steps = _start(fwd, s), _steps(fwd, s, layer, t)
        brings = _onwards(steps, (layer, t))
        arrives = _arriving(steps, (fwd.L, s), start)
        n = fwd.kind.n(layer)
        edges = {(u, v): frozen((arrives[u] @ J @ brings[v])[:n]) for (u, v), J in steps.items()}
    whole = frozen(arrives[layer, t][:n])
    return Paths(s, t, layer, fwd.L, whole, edges, steps, start)


def _start(fwd, s):
    """dJ^{<s>} by the state of the top layer at s, (N,): only a feeds the output."""
    states = fwd.kind.equations.states
    n = fwd.kind.n(fwd.L)
    start = np.zeros(n * len(states))
    start[:n] = OverTime("dJ/da", above_top(fwd, top_derivative(fwd)), fwd.T)[s][:, 0]
    return start


def _steps(fwd, s, layer, t):
    """{(node, next node): Jacobian (N, N of the next)}, in the order in which they are taken."""
    back = Record("back", {l: step_jacobians(fwd, l)[:, 0] for l in range(layer, fwd.L + 1)}, fwd.T)
    down = {l: OverTime("down", _down(fwd, l), fwd.T) for l in range(layer + 1, fwd.L + 1)}
    steps = {}
    for l in range(fwd.L, layer - 1, -1):
        for time in range(s, t - 1, -1):
            if l > layer:
                steps[(l, time), (l - 1, time)] = down[l][time]
            if time > t:
                steps[(l, time), (l, time - 1)] = back[l, time]
    return steps


def _down(fwd, l):
    """The Jacobians of the state of layer l by that of the layer below, at each time (T, N, N).

    The cell gives only products with a derivative, so each row of the identity is one.
    """
    cell, n_states = fwd.kind.equations, len(fwd.kind.equations.states)
    N, n_below = n_states * fwd.kind.n(l), fwd.kind.n(l - 1)
    found = np.zeros((fwd.T, N, n_states * n_below))
    for row, e in enumerate(np.eye(N)):
        d = np.broadcast_to(e[:, None], (fwd.T, N, 1))
        dz, _ = cell.pull(fwd.weights(l), fwd.run(l), d)
        found[:, row, :n_below] = cell.below(fwd.weights(l), dz)[:, :, 0]
    return found


def _arriving(steps, first, start):
    """{node: the sum of what all paths from the first node bring there}."""
    found = {first: start}
    for (u, v), jacobian in steps.items():
        found[v] = found.get(v, 0.0) + found[u] @ jacobian
    return found


def _onwards(steps, last):
    """{node: the sum of the Jacobians of all ways on from there to the last node}."""
    sizes = {v: jacobian.shape[1] for (_, v), jacobian in steps.items()}
    found = {last: np.eye(sizes[last])} if steps else {}
    for (u, v), jacobian in reversed(steps.items()):
        found[u] = found.get(u, 0.0) + jacobian @ found[v]
    return found

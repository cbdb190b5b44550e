"""What each step of a forward or backward pass shows: values, lit connections, words, equation.

A step is a plain dict, sent to the browser once with all others:

- ``at`` the node's address as "name,l,t"; ``unit`` the unit, or -1 for the whole layer;
- ``say`` the step in words;
- ``set`` what becomes known: [address, first unit, [text, ...], norm text or None, [share, ...]],
  a share being the value in per cent of the largest on its scale, None if it is not finite;
- ``held`` where the node does not show its own quantity: the name of what it shows, z;
- ``on`` connections to light: [bundle, "r" | "c" | "*", index, role];
- ``eq`` lines of tokens (see equations.py);
- ``terms`` in a backward step: the time whose terms of the weights' gradients are now known,
  and the layer, as [l, t] or, of a gate k alone, [l, t, k].

Nothing is computed here but the single terms of the sums that the equations spell out.
"""
import numpy as np

from rnnlib.graph.backward_steps import BackwardSteps
from rnnlib.style import number, share

# a run that explodes is shown as it is: inf and nan in the numbers, no warning on the page
_silently = np.errstate(over="ignore", invalid="ignore")


class Steps(BackwardSteps):
    """The steps of a run of one example: through its layers, and what stands below and above.

    graph : the Graph that shows them; fwd : a Forward with m = 1; bwd : its Backward, which
    only backward steps need.
    """

    @_silently
    def forward(self, by="layer"):
        """Steps of the forward pass, "layer" by layer or "unit" by unit."""
        found = [self._start()]
        for name, l, t in self.graph.forward_order():
            found += _by_unit(self._ahead(name, l), l, t, self.graph, by)
        return _written(found, self.scales("forward"))

    @_silently
    def backward(self, by="layer"):
        """Steps of the backward pass, "layer" by layer or "unit" by unit."""
        found = []
        for name, l, t in self.graph.backward_order():
            found += _by_unit(self._back(name, l), l, t, self.graph, by)
        return _written(found, self.scales("backward"))

    def known(self):
        """One step that shows every value of the run at once."""
        places = [address for address in self.graph.places if address[2] <= self.graph.length]
        [step] = _written([{
            "at": None, "unit": -1, "say": "", "on": [], "eq": [],
            "set": [self._known(*address, self._value(*address)) for address in places]}],
            self.scales("forward"))
        return step

    def scales(self, kind):
        """Largest finite magnitude behind each node colour: {scale name: number}."""
        run = self.fwd if kind == "forward" else self.bwd
        inputs, end, parts = run.a.over_time(0), self.graph.length, self.anatomy.parts
        found = {"x": _largest(inputs[:end]), "a": _largest(
            (run.y_hat if kind == "forward" else run.z_y).over_time()[:end])}
        for part in parts:
            scale = self._scale(part.name, 1)
            sizes = (_largest(getattr(run, part.name).over_time(l)[:end + 1])
                     for l in range(1, self.graph.L + 1))
            found[scale] = max(found.get(scale, 0.0), *sizes)
        # gradients share one scale, so that they can be compared over the layers
        return found if kind == "forward" else dict.fromkeys(found, max(found.values()))

    @_silently
    def terms(self):
        """Terms and partial sums, from the last time backwards, of every weight's gradient.

        {name: {"shape": [n, n_in], "terms": [[text, ...] per time], "sums": likewise, "bars":
        {"terms": ..., "sums": ...}, each number in per cent of the largest of its entry}}, the
        entries of a matrix in row-major order.
        """
        found = {}
        for name in self.graph.shapes:
            terms = np.stack([self._term(name, t) for t in range(1, self.graph.length + 1)])
            sums = np.cumsum(terms[::-1], axis=0)[::-1]
            both = {"terms": terms.reshape(len(terms), -1), "sums": sums.reshape(len(sums), -1)}
            largest = [_largest(v) for v in np.concatenate([*both.values()]).T]
            found[name] = {"shape": terms.shape[1:], **{
                way: [[number(v) for v in row] for row in rows] for way, rows in both.items()},
                "bars": {way: [_shares(row, largest) for row in rows]
                         for way, rows in both.items()}}
        return found


def _by_unit(make, l, t, graph, by):
    if by == "layer" or not 1 <= l <= graph.L:
        return [step for step in [make(l, t, -1)] if step]
    return [make(l, t, unit) for unit in range(graph.n(l))]


def _written(steps, scales):
    """Steps whose values have become texts, and shares of the largest value on their scale."""
    for step in steps:
        step["set"] = [
            [at, first, [number(v) for v in values], norm if norm is None else number(norm),
             _shares(values, [scales.get(scale, 0.0)] * len(values))]
            for at, first, values, norm, scale in step["set"]]
    return steps


def _shares(values, largest):
    """What part of its largest each value is, in per cent: thousands are sent at once."""
    shares = [share(float(v), of) for v, of in zip(values, largest, strict=True)]
    return [v if v is None else round(100 * v) for v in shares]


def _largest(values):
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))

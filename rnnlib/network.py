"""The stack: recurrent layers 1..L, one output layer above them, forward and backward.

    z^{<t>[l]} = b + W_a a^{<t-1>[l]} + W_x a^{<t>[l-1]},  a = g(z),  a^{<t>[0]} = x^{<t>}
    (or the equations of `rnnlib.cells.lstm` or `rnnlib.cells.gru`)
    z_y^{<t>}  = W_y a^{<t>[L]} + b_y,  y_hat = the loss's own function of z_y,  J = sum of J^{<t>}
"""
from collections.abc import MutableMapping
from types import MappingProxyType

import numpy as np

from rnnlib import arguments
from rnnlib.cells import CELLS, dense, gated, initial
from rnnlib.losses import LOSSES
from rnnlib.records import clear_padding, frozen
from rnnlib.runs import Backward, Forward, Kind, above_top, sweep, top_derivative, total


class Parameters(MutableMapping):
    """The parameters by name: "W_x[1]", "W_a[1]", "b[1]", ..., "W_y", "b_y"; float64 arrays.

    Assignment copies, after it has checked name, shape and finiteness; a bias (n, 1) may also
    be given as (n,). Names can neither be added nor deleted. `update` changes all or nothing.
    """

    def __init__(self, arrays):
        self._arrays = dict(arrays)

    def __getitem__(self, name):
        return self._arrays[self._known(name)]

    def __setitem__(self, name, value):
        self._arrays[name] = self._fitted(name, value)

    def __delitem__(self, name):
        raise TypeError(f"parameters cannot be deleted, not even {name!r}")

    def __iter__(self):
        return iter(self._arrays)

    def __len__(self):
        return len(self._arrays)

    def __repr__(self):
        return "\n".join(f"{name}: {array.shape}" for name, array in self._arrays.items())

    def update(self, *args, **kwargs):
        """Assign several at once; if one of them does not fit, none is changed."""
        try:
            values = dict(*args, **kwargs)
        except (TypeError, ValueError):
            raise TypeError("update wants a mapping of names of parameters to arrays, got "
                            f"{arguments.shown(args[0])}") from None
        self._arrays.update(
            {name: self._fitted(name, value) for name, value in values.items()})

    def snapshot(self):
        """A read-only copy of all of them, as they are now."""
        return MappingProxyType({name: frozen(W.copy()) for name, W in self._arrays.items()})

    def _known(self, name):
        return arguments.known("parameter", name, self._arrays)

    def _fitted(self, name, value):
        shape = self[name].shape
        value = arguments.real(name, value)
        if shape[1] == 1 and value.shape == shape[:1]:
            value = value[:, None]
        arguments.shaped(name, value, shape, "(units, inputs)" if shape[1] > 1 else "(units, 1)")
        return arguments.finite(name, value)


class Network:
    """A network of recurrent layers, with `units` of each, bottom first, and one output layer.

    n_x inputs, n_y outputs; `cell` and `loss` are names: "lstm", "gru" or the activation of a
    simple cell (`rnnlib.cells.CELLS`), and one of `rnnlib.losses.LOSSES`. `seed` is a whole
    number or a numpy Generator. `init` says how the recurrent matrices start: "gaussian"
    (standard deviation scale / sqrt(n)), "orthogonal" (scale times an orthogonal matrix),
    "identity" (scale I), "radius" (gaussian, with spectral radius scale), "nonnormal" (scale I
    and 1 above the diagonal). The other matrices are gaussian / sqrt(inputs), biases 0; but the
    bias of the gate that decides how long a state is kept (b_f of an LSTM, b_u of a GRU) is
    `forget_bias`, 1 if that is not given.
    ValueError or TypeError for what does not fit.
    """

    def __init__(self, n_x, units, n_y, cell="tanh", loss="softmax", *, seed=0,
                 init="gaussian", scale=1.0, forget_bias=None):
        self.kind = Kind(arguments.count("n_x", n_x), _units(units), arguments.count("n_y", n_y),
                         arguments.choice("cell", cell, CELLS),
                         arguments.choice("loss", loss, LOSSES))
        draw = initial.RECURRENT[arguments.choice("init", init, initial.RECURRENT)]
        scale = arguments.number("scale", scale, least=0.0)
        self._cell, self._loss = CELLS[cell], LOSSES[loss]
        arguments.room("n_x, units or n_y", self.n_y * (self.units[-1] + 1) + sum(
            rows * columns for l in range(1, self.L + 1)
            for rows, columns in self.kind.shapes(l).values()))
        keeping = self._keeping(forget_bias)
        self.params = Parameters(
            self._first(arguments.generator(seed), lambda rng, n: draw(rng, n, scale), keeping))

    def _keeping(self, forget_bias):
        """{the cell's own name of a bias: the value it starts with}."""
        keeps = self._cell.keeps
        if keeps is not None:
            forget_bias = 1.0 if forget_bias is None else forget_bias
            return {keeps.bias: keeps.sign * arguments.number("forget_bias", forget_bias)}
        if forget_bias is not None:
            wanted = " or ".join(map(repr, gated()))
            raise ValueError(f"forget_bias is for a cell with gates, {wanted}, and must be None "
                             f"for {self.cell!r}, got {arguments.shown(forget_bias)}")
        return {}

    def _first(self, rng, recurrent, keeping):
        first = {}
        for l in range(1, self.L + 1):
            values = self._cell.initial(rng, self.n(l), self.n(l - 1), recurrent)
            for name, bias in keeping.items():
                values[name] += bias
            first |= {f"{name}[{l}]": value for name, value in values.items()}
        first["W_y"] = initial.gaussian(rng, self.n_y, self.units[-1])
        first["b_y"] = np.zeros((self.n_y, 1))
        return first

    n_x = property(lambda self: self.kind.n_x, doc="The number of inputs.")
    units = property(lambda self: self.kind.units, doc="The number of units of each layer.")
    n_y = property(lambda self: self.kind.n_y, doc="The number of outputs.")
    cell = property(lambda self: self.kind.cell, doc="The cell's name.")
    loss = property(lambda self: self.kind.loss, doc="The loss's name.")
    L = property(lambda self: self.kind.L, doc="The number of recurrent layers.")

    def n(self, l):
        """The number of units of layer l; layer 0 is the input, layer L + 1 the output."""
        return self.kind.n(l)

    def __repr__(self):
        return str(self.kind)

    def forward(self, x, y=None, a0=None, lengths=None, *, mask=None, c0=None):
        """A Forward: every quantity of one run of the network over time.

        x (T, n_x, m); y (T, m) class numbers for softmax, else (T, n_y, m); one example may
        come without its last axis. a0 (n, m), or a sequence with one for each layer; None is 0.
        c0 likewise, for the other state of an LSTM.
        lengths (m,), each 1..T: what stands in x and y after an example's end is never read.
        mask (T,) or (T, m), true where the loss counts; y is read nowhere else.
        ValueError or TypeError for what does not fit. Overflow shows as inf or nan.
        """
        x = _examples("x", x, self.n_x)
        T, _, m = x.shape
        lengths, padded = _spans(lengths, T, m)
        arguments.finite("x", clear_padding(x, padded))
        off = _uncounted(mask, padded, T, m)
        y = None if y is None else self._loss.targets(y, (T, self.n_y, m), off)
        starts = self._starts({"a": a0, "c": c0}, m)
        params = self.params.snapshot()
        with np.errstate(all="ignore"):
            runs = self._runs(params, x, starts, padded)
            z_y, y_hat, J = self._output(params, runs[self.L]["a"][1:], y, padded, off)
        return Forward(
            T=T, m=m, lengths=frozen(lengths), kind=self.kind, params=params,
            loss=total(J), padded=padded,
            _runs={l: _all_frozen(run) for l, run in runs.items()},
            _timed=_all_frozen({"x": x, "z_y": z_y, "y_hat": y_hat, "J": J, "y": y,
                                "mask": _counts(off, T, m)}))

    def _starts(self, given, m):
        """For each layer {state: (n, m)}, of the states that the cell has."""
        for state, value in given.items():
            if value is not None and state not in self._cell.states:
                raise ValueError(f"{state}0 must be None for the cell {self.cell!r}, which carries "
                                 f"no {state}, got {arguments.shown(value)}")
        by_state = [_starts(f"{state}0", given[state], self.units, m)
                    for state in self._cell.states]
        return [dict(zip(self._cell.states, of_layer)) for of_layer in zip(*by_state)]

    def _runs(self, params, x, starts, padded):
        """{layer: its quantities over time by name}, 0 after an example's end."""
        runs = {}
        for l, start in enumerate(starts, 1):
            weights = {name: params[full] for name, full in self.kind.names[l].items()}
            run = self._cell.forward(weights, x, start)
            for array in run.values():
                clear_padding(array, padded)
            runs[l] = run
            x = run["a"][1:]
        return runs

    def _output(self, params, a, y, padded, off):
        """z_y, y_hat and J (None without y), 0 after an example's end."""
        z_y = dense.at_every_time(params["W_y"], a)
        z_y += params["b_y"]
        clear_padding(z_y, padded)
        y_hat, J = self._loss.output(z_y, y)
        if J is not None:
            clear_padding(J, off)
        return z_y, clear_padding(y_hat, padded), J

    def own(self, fwd):
        """`fwd`, which must be a Forward of a network like this one but for parameters."""
        arguments.a(Forward, "fwd", fwd)
        if fwd.kind != self.kind:
            raise ValueError(f"fwd must come from a network like this one, {self}, got one "
                             f"from {fwd.kind}")
        return fwd

    def backward(self, fwd, *, d_a=None):
        """A Backward: the total derivative of the loss by every quantity of the run `fwd`.

        With d_a (T, n, m) at the top layer's a, this takes the place of the loss. The parameters
        are those of the run, even if the network's were assigned since. ValueError or TypeError
        for what does not fit.
        """
        self.own(fwd)
        d_a = _outside("d_a", d_a, fwd, self.n(self.L))
        with np.errstate(all="ignore"):
            dz_y = top_derivative(fwd) if d_a is None else np.zeros((fwd.T, self.n_y, fwd.m))
            above = above_top(fwd, dz_y) if d_a is None else d_a
            runs = sweep(fwd, above, self._cell.backward)
            d_x = self._cell.below(fwd.weights(1), runs[1])
            grads = _gradients(fwd, {**runs, self.L + 1: {"z_y": dz_y}})
        return Backward(forward=fwd, params=grads,
                        _runs={l: _all_frozen(run) for l, run in runs.items()},
                        _timed=_all_frozen({"x": d_x, "z_y": dz_y}))


def _gradients(fwd, d):
    """{name: dJ/dW} of all parameters, for the derivatives d of layers 1..L + 1."""
    grads = {}
    for l, d_l in d.items():
        for derivative, inputs in fwd.uses(l):
            grads |= dense.gradients(d_l[derivative], inputs)
    return MappingProxyType({name: frozen(grads[name]) for name in fwd.params})


def _all_frozen(arrays):
    """`arrays` by name, from now on read-only; what is None stays None."""
    for array in arrays.values():
        if array is not None:
            frozen(array)
    return MappingProxyType(arrays)


def _units(units):
    """Numbers of units as a tuple; one whole number means one layer."""
    try:
        # bytes are a sequence of whole numbers, but nobody means that
        units = (units,) if isinstance(units, bytes) else tuple(units)
    except TypeError:
        units = (units,)
    if not units:
        raise ValueError("units must name at least one layer, got none")
    return tuple(arguments.count(f"units of layer {l}", n) for l, n in enumerate(units, 1))


def _examples(name, value, n):
    """A fresh (T, n, m) array; (T, n) is taken as one example."""
    array = arguments.real(name, value)
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[1] != n or 0 in array.shape:
        raise ValueError(f"{name} must have shape (T, {n}, m) or (T, {n}) with T and m at least "
                         f"1, got {np.shape(value)}")
    return array


def _spans(lengths, T, m):
    """The lengths (m,), and where the padding is (T, m), None if nowhere."""
    if lengths is None:
        return np.full(m, T), None
    given = arguments.regular("lengths", lengths)
    if given.dtype.kind not in "iu":
        raise TypeError(f"lengths must hold whole numbers, got dtype {given.dtype}")
    arguments.shaped("lengths", given, (m,), "(m,), one for each example")
    if given.min() < 1 or given.max() > T:
        wrong = given[(given < 1) | (given > T)][0]
        raise ValueError(f"lengths must be 1..{T}, got {wrong}")
    padded = np.arange(T)[:, None] >= given
    return given.astype(np.intp), frozen(padded) if padded.any() else None


def _counts(off, T, m):
    """Where the loss counts, (T, m)."""
    return np.ones((T, m), dtype=bool) if off is None else ~off


def _uncounted(mask, padded, T, m):
    """Where the loss does not count (T, m): in the padding, and where `mask` is false."""
    if mask is None:
        return padded
    given = arguments.real("mask", mask)
    if given.shape == (T,):
        given = given[:, None]
    elif given.shape != (T, m):
        raise ValueError(f"mask must have shape ({T},) or ({T}, {m}) = (T,) or (T, m), "
                         f"got {given.shape}")
    if not np.all((given == 0) | (given == 1)):
        raise ValueError("mask must hold true or false (1 or 0) only")
    off = np.broadcast_to(given == 0, (T, m))
    return off if padded is None else off | padded


def _starts(name, value, units, m):
    """One start state (n, m) for each layer; 0 where none is given."""
    if value is None:
        return [np.zeros((n, m)) for n in units]
    given = _by_layer(name, value, units, m)
    if len(given) != len(units):
        raise ValueError(f"{name} must give one start state for each of the {len(units)} layers, "
                         f"got {len(given)}")
    return [_start(f"{name} of layer {l}", a, n, m)
            for l, (a, n) in enumerate(zip(given, units), 1)]


def _by_layer(name, value, units, m):
    """Start states as a list, one for each layer; for one layer `value` may be the entry itself."""
    listed = isinstance(value, (list, tuple)) and all(
        arguments.regular(name, a).ndim for a in value)
    if len(units) == 1 and (not listed or arguments.regular(name, value).shape == (units[0], m)):
        return [value]
    if not np.iterable(value):
        raise TypeError(f"{name} must be a sequence with one start state for each layer, "
                        f"got {arguments.shown(value)}")
    return list(value)


def _start(name, value, n, m):
    array = arguments.real(name, value)
    if m == 1 and array.shape == (n,):
        array = array[:, None]
    return arguments.finite(name, arguments.shaped(name, array, (n, m), "(n, m)"))


def _outside(name, value, fwd, n):
    """A derivative from outside (T, n, m), 0 in the padding; None stays None."""
    if value is None:
        return None
    array = _examples(name, value, n)
    arguments.shaped(name, array, (fwd.T, n, fwd.m), "(T, n, m)")
    return arguments.finite(name, clear_padding(array, fwd.padded))


def a_network(name, value):
    """The Network `value`, or what has its parameters and runs; TypeError for anything else."""
    # a Backward has both names, but its forward is the run that it is of
    if hasattr(value, "params") and callable(getattr(value, "forward", None)):
        return value
    order = ": the network comes first" if isinstance(value, Forward) else ""
    raise TypeError(f"{name} must be a Network, got {arguments.shown(value)}{order}")


def own(net, fwd):
    """`fwd`, a run of a network like `net`; TypeError or ValueError for what is none."""
    return plain(net).own(fwd)


def plain(net):
    """`net`, a Network itself and not only what has its parameters and runs."""
    return arguments.a(Network, "net", a_network("net", net))

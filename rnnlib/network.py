"""The stack: recurrent layers 1..L, one output layer above them, forward and backward.

    z^{<t>[l]} = b + W_a a^{<t-1>[l]} + W_x a^{<t>[l-1]},  a = g(z),  a^{<t>[0]} = x^{<t>}
    (or the equations of `rnnlib.cells.lstm` or `rnnlib.cells.gru`)
    z_y^{<t>}  = W_y a^{<t>[L]} + b_y,  y_hat = the loss's own function of z_y,  J = sum of J^{<t>}
"""
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from rnnlib import arguments
from rnnlib.cells import CELLS, dense, gated, initial
from rnnlib.losses import LOSSES
from rnnlib.records import ByLayer, OverTime, Record, checked, clear_padding, frozen


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
        values = dict(*args, **kwargs)
        self._arrays.update(
            {name: self._fitted(name, value) for name, value in values.items()})

    def snapshot(self):
        """A read-only copy of all of them, as they are now."""
        return MappingProxyType({name: frozen(W.copy()) for name, W in self._arrays.items()})

    def _known(self, name):
        if name not in self._arrays:
            raise KeyError(f"no parameter {name!r}; there are {', '.join(self._arrays)}")
        return name

    def _fitted(self, name, value):
        shape = self[name].shape
        value = arguments.real(name, value)
        if shape[1] == 1 and value.shape == shape[:1]:
            value = value[:, None]
        arguments.shaped(name, value, shape, "(units, inputs)" if shape[1] > 1 else "(units, 1)")
        return arguments.finite(name, value)


class _Addressed:
    """What Forward and Backward share: a record for each quantity, made when first asked for.

    `layers` holds one dict of arrays for each recurrent layer, by the cell's own names;
    `over_time` those arrays that have a time and no layer. `x` is also layer 0 of `a`.
    """

    def __getattr__(self, name):
        # called only for what is not there yet, and the record made here then stays
        layers, over_time = (self.__dict__.get(part, ()) for part in ("layers", "over_time"))
        if layers and name in layers[0]:
            arrays = {l: layer[name] for l, layer in enumerate(layers, 1)}
            record = Record(name, {0: over_time["x"], **arrays} if name == "a" else arrays, self.T)
        elif name in over_time:
            array = over_time[name]
            record = None if array is None else OverTime(name, array, self.T)
        else:
            raise AttributeError(f"{type(self).__name__} has no {name!r}; its quantities are "
                                 f"{', '.join(self._names())}")
        self.__dict__[name] = record
        return record

    def _names(self):
        return list(dict.fromkeys([*(self.layers[0] if self.layers else ()), *self.over_time]))

    def __dir__(self):
        return [*super().__dir__(), *self._names()]


@dataclass(frozen=True, repr=False, eq=False)
class Forward(_Addressed):
    """One run forwards: z[l, t], a[l, t], z_y[t], y_hat[t], J[t], loss; nothing can be changed.

    Of a gated cell, in place of z, all the quantities in its equations: f[l, t], z_f[l, t], ...
    a[0, t] is the input and a[l, 0] the start state. Arrays at one address are (n, m), J[t] is
    (m,), loss a float: the sum over times and examples. After an example's end all is 0.
    J, y and loss are None for a run without targets. `params` are those of this run.
    """

    T: int
    m: int
    lengths: np.ndarray
    mask: np.ndarray
    kind: "Kind"
    params: MappingProxyType
    y: np.ndarray | None
    loss: float | None
    padded: np.ndarray | None
    layers: list
    over_time: dict

    @property
    def L(self):
        """The number of recurrent layers."""
        return len(self.layers)

    @cached_property
    def slope(self):
        """g'(z), the slope of the activation: a Record like z."""
        cell = self.kind.equations
        return Record("slope", {l: clear_padding(cell.slope(layer), self.padded)
                                for l, layer in enumerate(self.layers, 1)}, self.T)

    def input(self, l):
        """What layer l is fed at t = 1..T, (T, n, m): x for l = 1, the top a for l = L + 1."""
        return self.over_time["x"] if l == 1 else self.layers[l - 2]["a"][1:]

    def uses(self, l):
        """[(derivative, {full parameter name: input})] of layer l; L + 1 is the output layer."""
        x = self.input(l)
        if l > self.L:
            return [("z_y", {"W_y": x, "b_y": None})]
        groups = self.kind.equations.uses(self.layers[l - 1], x)
        full = self.kind.names[l]
        return [(d, {full[name]: v for name, v in inputs.items()}) for d, inputs in groups]

    def use(self, name):
        """(l, derivative, input) of one parameter; KeyError for an unknown name."""
        for l in range(1, self.L + 2):
            for derivative, inputs in self.uses(l):
                if name in inputs:
                    return l, derivative, inputs[name]
        raise KeyError(f"no parameter {name!r}; there are {', '.join(self.params)}")

    def example(self, i):
        """The run of example i (0..m-1) alone, a Forward with m = 1 and the same T."""
        i = checked("example i", i, range(self.m))

        def pick(v):
            return None if v is None else frozen(v[..., i:i + 1])

        over_time = {name: pick(v) for name, v in self.over_time.items()}
        return replace(
            self, m=1, lengths=pick(self.lengths), mask=pick(self.mask), y=pick(self.y),
            padded=pick(self.padded), over_time=over_time,
            layers=[{name: pick(v) for name, v in layer.items()} for layer in self.layers],
            loss=None if self.J is None else float(over_time["J"].sum()))

    def between(self, first, last):
        """The part of the run at times first..last, a Forward that numbers them from 1.

        Its start states are those that the whole run had reached at first - 1. An example that
        had ended by then has length 0.
        """
        first = checked("first", first, range(1, self.T + 1))
        last = checked("last", last, range(first, self.T + 1))

        def cut(v):
            # an array with a row for the start keeps one: the state before `first`
            return None if v is None else v[first - 1:last + len(v) - self.T]

        over_time = {name: cut(v) for name, v in self.over_time.items()}
        return replace(
            self, T=last - first + 1, mask=cut(self.mask), y=cut(self.y),
            lengths=frozen(np.clip(self.lengths, first - 1, last) - (first - 1)),
            padded=cut(self.padded), over_time=over_time,
            layers=[{name: cut(v) for name, v in layer.items()} for layer in self.layers],
            loss=None if self.J is None else float(over_time["J"].sum()))

    def layer(self, l):
        """The parameters of recurrent layer l by the cell's own names."""
        return {name: self.params[full] for name, full in self.kind.names[l].items()}

    def __repr__(self):
        return f"Forward(T={self.T}, m={self.m}, loss={self.loss}) of {self.kind}"


@dataclass(frozen=True, repr=False, eq=False)
class Backward(_Addressed):
    """The derivatives of the loss: a[l, t], z[l, t], x[t], z_y[t], a0[l], params[name].

    Of a gated cell, in place of z, those by its gates: f[l, t], z_f[l, t], ...; for an LSTM also
    c[l, t] = c_from_a[l, t] + c_from_next[l, t], and c0[l].
    a[l, t] is the total dJ/da^{<t>[l]} = from_above[l, t] + from_next[l, t]: the two paths.
    from_next[l, T] is 0, since after T there is no next time. Nothing can be changed.
    """

    forward: Forward
    params: MappingProxyType
    layers: list
    over_time: dict

    @property
    def T(self):
        """The number of times."""
        return self.forward.T

    @cached_property
    def a0(self):
        """The derivatives by the start states, by layer: a0[l]."""
        return self._by_start("a")

    @cached_property
    def c0(self):
        """The derivatives by an LSTM's start states c, by layer: c0[l]."""
        if "c" not in self.layers[0]:
            raise AttributeError("this cell carries no c")
        return self._by_start("c")

    def _by_start(self, state):
        return ByLayer(f"{state}0", {l: d[state][0] for l, d in enumerate(self.layers, 1)})

    def terms(self, name):
        """The gradient of one parameter through each time of its use: (T, *shape), new.

        Their sum over the first axis is `params[name]`. KeyError for an unknown name.
        """
        l, derivative, x = self.forward.use(name)
        with np.errstate(all="ignore"):
            return dense.terms(self.derivatives(l)[derivative], x)

    def derivatives(self, l):
        """The arrays over time of layer l by name; layer L + 1 is the output layer."""
        return self.over_time if l > self.forward.L else self.layers[l - 1]

    def __repr__(self):
        return f"Backward of {self.forward!r}"


@dataclass(frozen=True)
class Kind:
    """What makes two networks alike but for the values of their parameters."""

    n_x: int
    units: tuple
    n_y: int
    cell: str
    loss: str

    @property
    def equations(self):
        """The cell itself: its equations, adjoints and anatomy (`rnnlib.cells`)."""
        return CELLS[arguments.choice("cell", self.cell, CELLS)]

    def shapes(self, l):
        """{the cell's own name: shape} of recurrent layer l."""
        return self.equations.shapes(self.units[l - 1], (self.n_x, *self.units)[l - 1])

    @cached_property
    def names(self):
        """For each recurrent layer l {the cell's own name: full name}, as "W_a": "W_a[1]"."""
        return {l: {name: f"{name}[{l}]" for name in self.shapes(l)}
                for l in range(1, len(self.units) + 1)}

    def __str__(self):
        return (f"Network(n_x={self.n_x}, units={self.units}, n_y={self.n_y}, "
                f"cell={self.cell!r}, loss={self.loss!r})")


class Network:
    """A network of recurrent layers with `units[l - 1]` units in layer l and one output layer.

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
        for l, (n, n_in) in enumerate(zip(self.units, (self.n_x, *self.units)), 1):
            values = self._cell.initial(rng, n, n_in, recurrent)
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
    L = property(lambda self: len(self.kind.units), doc="The number of recurrent layers.")

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
            layers = self._layers(params, x, starts, padded)
            z_y, y_hat, J = self._output(params, layers[-1]["a"][1:], y, padded, off)
        return Forward(
            T=T, m=m, lengths=frozen(lengths), mask=frozen(_counts(off, T, m)), kind=self.kind,
            params=params, y=None if y is None else frozen(y),
            loss=None if J is None else float(J.sum()), padded=padded,
            layers=[_all_frozen(layer) for layer in layers],
            over_time=_all_frozen({"x": x, "z_y": z_y, "y_hat": y_hat, "J": J}))

    def _starts(self, given, m):
        """For each layer {state: (n, m)}, of the states that the cell has."""
        for state, value in given.items():
            if value is not None and state not in self._cell.states:
                raise ValueError(f"{state}0 must be None for the cell {self.cell!r}, which carries "
                                 f"no {state}, got {arguments.shown(value)}")
        by_state = [_starts(f"{state}0", given[state], self.units, m)
                    for state in self._cell.states]
        return [dict(zip(self._cell.states, of_layer)) for of_layer in zip(*by_state)]

    def _layers(self, params, x, starts, padded):
        layers = []
        for l, start in enumerate(starts, 1):
            weights = {name: params[full] for name, full in self.kind.names[l].items()}
            run = self._cell.forward(weights, x, start)
            for array in run.values():
                clear_padding(array, padded)
            layers.append(run)
            x = run["a"][1:]
        return layers

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
        if not isinstance(fwd, Forward):
            raise TypeError(f"fwd must be a Forward, got {arguments.shown(fwd)}")
        if fwd.kind != self.kind:
            raise ValueError(f"fwd must come from a network like this one, {self}, got one "
                             f"from {fwd.kind}")
        return fwd

    def backward(self, fwd, *, d_a=None, d_y=None):
        """A Backward: the total derivative of the loss by every quantity of the run `fwd`.

        With d_a (T, n, m) at the top layer's a, or d_y (T, n_y, m) at y_hat, or both, these
        take the place of the loss. The parameters are those of the run, even if the network's
        were assigned since. ValueError or TypeError for what does not fit.
        """
        self.own(fwd)
        d_a = _outside("d_a", d_a, fwd, self.units[-1])
        d_y = _outside("d_y", d_y, fwd, self.n_y)
        with np.errstate(all="ignore"):
            dz_y = top_derivative(fwd, d_a, d_y)
            above = dense.at_every_time(fwd.params["W_y"].T, dz_y)
            if d_a is not None:
                above += d_a
            layers = sweep(fwd, above, self._cell.backward)
            d_x = self._cell.below(fwd.layer(1), layers[0])
            grads = _gradients(fwd, [*layers, {"z_y": dz_y}])
        return Backward(forward=fwd, params=grads,
                        layers=[_all_frozen(layer) for layer in layers],
                        over_time=_all_frozen({"x": d_x, "z_y": dz_y}))


def top_derivative(fwd, d_a=None, d_y=None):
    """dJ/dz_y (T, n_y, m), 0 where nothing counts; d_a or d_y take the place of the loss."""
    loss, y_hat = LOSSES[fwd.kind.loss], fwd.over_time["y_hat"]
    if d_y is not None:
        return loss.pull(y_hat, d_y)
    if d_a is not None:
        return np.zeros(y_hat.shape)
    if fwd.y is None:
        raise ValueError("backward needs a loss: give y to forward, or d_a or d_y to backward")
    dz_y = loss.gradient(y_hat, fwd.y)
    np.copyto(dz_y, 0.0, where=~fwd.mask[:, None, :])
    return dz_y


def sweep(fwd, above, step, lowest=1):
    """The derivatives of the layers lowest..L, one dict of arrays for each.

    `above` is the derivative that reaches the top layer's a; `step` is the cell's `backward`
    or `itemised`, which takes it through one layer.
    """
    layers = [step(fwd.layer(fwd.L), fwd.layers[-1], above)]
    for l in range(fwd.L - 1, lowest - 1, -1):
        above = fwd.kind.equations.below(fwd.layer(l + 1), layers[0])
        layers.insert(0, step(fwd.layer(l), fwd.layers[l - 1], above))
    return layers


def _gradients(fwd, d):
    """{name: dJ/dW} of all parameters, for the derivatives d of layers 1..L + 1."""
    grads = {}
    for l, d_l in enumerate(d, 1):
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
        units = tuple(units)
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
    listed = isinstance(value, (list, tuple)) and all(np.ndim(a) > 0 for a in value)
    if len(units) == 1 and (not listed or np.shape(value) == (units[0], m)):
        return [value]
    if not np.iterable(value):
        raise TypeError(f"{name} must be a sequence with one start state for each layer, "
                        f"got {value!r}")
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

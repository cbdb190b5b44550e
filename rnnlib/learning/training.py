"""Training: truncated backpropagation through time, and `fit`."""
from dataclasses import dataclass
from time import perf_counter
from types import MappingProxyType

import numpy as np

from rnnlib import arguments
from rnnlib.learning.optimisers import SGD, Adam, clip_by_element, clip_by_norm
from rnnlib.network import a_network, plain
from rnnlib.records import frozen


def truncated_backward(net, x, y, *, window, stride=None, a0=None, lengths=None, mask=None,
                       c0=None):
    """The truncated gradient {name: array}, read-only: by parameter, as `bwd.params` is.

    The run forwards is the whole one, and every state is carried on. Going back, the times are
    cut into blocks of `stride` that end at e = stride, 2 stride, ..., and at T. The losses of a
    block go back together from e, through the times e, e - 1, ..., e - window + 1, no further.
    So of all pairs (loss time s, time of use t) exactly those are kept for which

        e(s) - window < t <= s,   e(s) = the end of the block in which s lies,

    and a loss sees its last window - (e(s) - s) times of use: `window` of them at the end of a
    block, window - stride + 1 at its beginning. stride=1 gives every loss the whole window;
    stride=None means stride=window, blocks that nothing crosses; only a last block shorter than
    the others reaches into the one before. With window >= T nothing is cut off. x, y, a0,
    lengths, mask and c0 are those of `net.forward`.
    ValueError or TypeError for what does not fit, such as a stride longer than the window.

    Notes: what is left out is not noise: it is the same long-range part at every step, so more
    steps do not average it away. Within a block, early losses reach less far than late ones.

    Source: Williams & Peng 1990, where this is BPTT(window; stride); also written k2 and k1.
    """
    plain(net)
    window, stride = _cuts(window, stride)
    return _truncated(net, net.forward(x, y, a0, lengths, mask=mask, c0=c0), window, stride)


def _truncated(net, fwd, window, stride):
    """The truncated gradient of a run that is there already."""
    total = {name: np.zeros(W.shape) for name, W in net.params.items()}
    time = np.arange(1, fwd.T + 1)[:, None]
    for start in range(0, fwd.T, stride):
        e = min(start + stride, fwd.T)
        of_block = fwd.counting((start < time) & (time <= e))
        part = net.backward(of_block.between(max(1, e - window + 1), e))
        with np.errstate(all="ignore"):
            for name, grad in part.params.items():
                total[name] += grad
    return MappingProxyType({name: frozen(grad) for name, grad in total.items()})


def kept_pairs(T, window, stride=None):
    """Which pairs `truncated_backward` keeps: (T, T) of true and false, [s - 1, t - 1].

    Rows are loss times s, columns times of use t, as in `rnnlib.flow.Itemised.norms`.
    ValueError or TypeError for what does not fit.
    """
    T = arguments.count("T", T)
    arguments.room("T", T * T)
    window, stride = _cuts(window, stride)
    s, t = np.arange(1, T + 1)[:, None], np.arange(1, T + 1)
    e = np.minimum(-(-s // stride) * stride, T)
    return frozen((e - window < t) & (t <= s))


def _cuts(window, stride):
    window = arguments.count("window", window)
    if stride is None:
        return window, window
    stride = arguments.count("stride", stride)
    if stride > window:
        raise ValueError(f"stride must be at most window = {window}, or losses would be left out "
                         f"altogether, got {stride}")
    return window, stride


@dataclass(frozen=True)
class Update:
    """What one update did. Losses are means per place where the loss counts.

    update: 1, 2, ...; epoch: the pass through the data in which it lies, 1, 2, ...
    loss: of the update's own examples, before the step. held_out_loss: after the step; None
    where it was not looked at. gradient_norm: of the gradient of `loss`, before clipping.
    seconds: work so far; what others do between two updates is not counted.
    """

    update: int
    epoch: int
    loss: float
    held_out_loss: float | None
    gradient_norm: float | None
    seconds: float


def mean_loss(net, data, *, at_once=256):
    """The loss of the network on the data, a mean over all places where it counts.

    data as for `fit`; `at_once` examples go through the network together.
    ValueError or TypeError for what does not fit.
    """
    a_network("net", net)
    return _mean_loss(net, _data("data", data), arguments.count("at_once", at_once))


def _mean_loss(net, data, at_once=256):
    J, places = 0.0, 0
    for start in range(0, data.m, at_once):
        fwd = data.run(net, np.arange(start, min(start + at_once, data.m)))
        J, places = J + fwd.loss, places + int(np.count_nonzero(fwd.mask.over_time()))
    if not places:
        raise ValueError("mask must be true somewhere, or no loss counts")
    return J / places


def fit(net, data, held_out=None, *, optimiser=None, epochs=10, batch=32, clip=None,
        clip_by="norm", window=None, stride=None, patience=None, every=None, rate_left=1.0,
        seed=0):
    """A Fit: the training of `net`, not begun; each step of its iteration is one update.

        for update in fit(net, data, held_out, clip=5.0):
            print(update.epoch, update.loss)

    data: a record with x and y, and lengths and mask if it has any (`rl.names.Characters`,
    `rl.tasks.Task`, a `Part` of the weather), or the pair (x, y). held_out: the same kind of
    thing, to be judged on. optimiser: SGD or Adam of `rl.optimisers` (None: Adam()).
    epochs: passes through the data, in another order each time, `batch` examples an update.
    clip: the largest norm, or with clip_by="element" the largest number, of a gradient (None:
    as it is). window, stride: those of `truncated_backward` (None: backpropagation in full).
    every: updates from one look at held_out to the next (None: one at the end of each epoch).
    patience: looks without a new best before it stops (None: all epochs). rate_left: the share
    of the optimiser's rate that is left after the last update, 0..1; it falls to it in a
    straight line (1: it stays). seed: of the order.

    The gradient is that of the mean loss per place that counts in the batch, so a good rate
    does not depend on the number of examples or times.
    ValueError or TypeError for what does not fit, before anything is changed.
    """
    a_network("net", net)
    optimiser = Adam() if optimiser is None else optimiser
    if not isinstance(optimiser, (SGD, Adam)):
        raise TypeError("optimiser must be an SGD or Adam of rnnlib.learning.optimisers, got "
                        f"{arguments.shown(optimiser)}")
    if held_out is None and (patience is not None or every is not None):
        raise ValueError("patience and every are for held_out data, which is None")
    data = _data("data", data)
    batch = min(arguments.count("batch", batch), data.m)
    per_epoch = -(-data.m // batch)
    return Fit(
        net, data, None if held_out is None else _data("held_out", held_out), optimiser,
        last=arguments.count("epochs", epochs) * per_epoch, batch=batch,
        every=per_epoch if every is None else arguments.count("every", every),
        patience=None if patience is None else arguments.count("patience", patience),
        rate_left=arguments.share("rate_left", rate_left), gradient=_gradient_rule(window, stride),
        clipped=_clip_rule(clip, clip_by), order=_order(data.m, batch, seed))


class Fit:
    """A training that is under way: `for update in run`, or one at a time by `next(run)`.

    While it runs, `net.params` are those of the moment. When it ends, `net.params` become the
    best: those with the lowest loss on held_out at any look, the last of which is taken at the
    end; without held_out the newest. It ends after the last epoch, when patience is over, by
    `close()`, by leaving a for loop (break, an exception, the kernel's interrupt), and by an
    interrupt within an update. It cannot be taken up again; `fit` begins a new one.

    records: (Update, ...), all so far; the first is update 0, before any step, whose loss is
    that of all data. last: the number of the last update, if patience does not end it before.
    best_loss, best_update: of the lowest loss on held_out. ended: true or false.
    FloatingPointError in place of a step to what is no number; the best stays then too.
    """

    def __init__(self, net, data, held_out, optimiser, *, last, batch, every, patience, rate_left,
                 gradient, clipped, order):
        self.net, self._data, self._held_out, self._optimiser = net, data, held_out, optimiser
        self.last, self._every, self._patience = last, every, patience
        self._rate_left = rate_left
        self._per_epoch = -(-data.m // batch)
        self._gradient, self._clipped, self._order = gradient, clipped, order
        self._memory = optimiser.first(sum(W.size for W in net.params.values()))
        self.ended, self.best_loss, self.best_update = False, None, None
        # updates made, the one at which held_out was last looked at, looks without a new best
        self._made, self._looked, self._in_vain = 0, None, 0
        self._best = None
        start = perf_counter()
        # reads all data once: what does not fit is refused here, and the curve begins at 0
        loss, judged = _mean_loss(net, data), self._look()
        self._records = [Update(0, 0, loss, judged, None, perf_counter() - start)]
        self._seconds = self._records[0].seconds

    records = property(lambda self: tuple(self._records), doc="All updates so far, from 0.")

    @property
    def finished(self):
        """Whether it went as far as it was asked to: all updates, or patience was at its end."""
        return self.last == self._made or self._in_vain == self._patience

    def __repr__(self):
        state = "ended" if self.ended else "under way"
        return f"Fit({self.net!r}, update {self._records[-1].update} of {self.last}, {state})"

    def __iter__(self):
        # a generator is closed when a for loop is left, however it is left
        try:
            while (update := next(self, None)) is not None:
                yield update
        finally:
            self.close()

    def __next__(self):
        k = self._made + 1
        if self.ended or k > self.last or self._in_vain == self._patience:
            self.close()
            raise StopIteration
        start, judged = perf_counter(), None
        try:
            loss, norm = self._step(k)
            try:
                if k % self._every == 0 or k == self.last:
                    judged = self._look()
            finally:  # the step is made, also where an interrupt ends the look
                self._seconds += perf_counter() - start
                epoch = 1 + (k - 1) // self._per_epoch
                self._records.append(Update(k, epoch, loss, judged, norm, self._seconds))
        except BaseException:
            self.close()
            raise
        return self._records[-1]

    def close(self):
        """End the training; the network has its best parameters. Nothing if it has ended."""
        if self.ended:
            return
        self.ended = True
        try:
            if self._looked != self._made:
                self._look()
        finally:
            if self._best is not None:
                self.net.params.update(self._best)

    def _step(self, k):
        """(loss, norm of its gradient) of update k, and the step is made."""
        net = self.net
        fwd = self._data.run(net, next(self._order))
        places = max(1, int(np.count_nonzero(fwd.mask.over_time())))
        g = _flat(self._gradient(net, fwd)) / places
        g, norm = self._clipped(g)
        with np.errstate(all="ignore"):
            step, memory = self._optimiser.step(g, self._memory)
            params = _flat(net.params) + self._share_of_rate(k) * step
        if not np.isfinite(params).all():
            raise FloatingPointError(f"update {k} would leave the numbers (loss "
                                     f"{fwd.loss / places:.3g}, norm of the gradient {norm:.3g}): "
                                     "take a smaller rate, or clip the gradient")
        net.params.update(_parts(params, net.params))
        self._memory, self._made = memory, k
        return fwd.loss / places, norm

    def _share_of_rate(self, k):
        """What update k takes of the optimiser's step, which is its rate times something."""
        return 1 - (1 - self._rate_left) * (k - 1) / self.last

    def _look(self):
        """The loss on held_out as the network is now, None without; a new best is kept."""
        if self._held_out is None:
            return None
        loss = _mean_loss(self.net, self._held_out)
        self._looked, self._in_vain = self._made, self._in_vain + 1
        if self._best is None or loss < self.best_loss:
            self._best, self._in_vain = self.net.params.snapshot(), 0
            self.best_loss, self.best_update = loss, self._made
        return loss


def _flat(arrays):
    """All numbers of the arrays as one vector."""
    return np.concatenate([array.ravel() for array in arrays.values()])


def _parts(vector, like):
    """The vector's numbers as arrays again: {name: array of that shape}."""
    parts, start = {}, 0
    for name, array in like.items():
        parts[name] = vector[start:start + array.size].reshape(array.shape)
        start += array.size
    return parts


def _gradient_rule(window, stride):
    """A function of (net, fwd): the gradient by parameter, in full or truncated."""
    if window is None:
        if stride is not None:
            raise ValueError(f"stride is for a window, which is None, got {stride}")
        return lambda net, fwd: net.backward(fwd).params
    window, stride = _cuts(window, stride)
    return lambda net, fwd: _truncated(net, fwd, window, stride)


def _clip_rule(clip, clip_by):
    """A function of a vector: (clipped, its norm before)."""
    arguments.choice("clip_by", clip_by, ("norm", "element"))
    # a threshold that no norm is beyond
    clip = np.finfo(float).max if clip is None else arguments.number("clip", clip, least=0.0)

    def clipped(g):
        short, norm = clip_by_norm({"g": g}, clip)
        return (short if clip_by == "norm" else clip_by_element({"g": g}, clip))["g"], norm

    return clipped


def _order(m, batch, seed):
    """Endlessly the examples of the next update; each epoch has an order of its own."""
    rng = arguments.generator(seed)

    def order():
        while True:
            shuffled = rng.permutation(m)
            for start in range(0, m, batch):
                yield shuffled[start:start + batch]

    return order()


@dataclass(frozen=True, eq=False)
class _Data:
    """x (T, n_x, m), y (T, m) or (T, n_y, m), lengths (m,) or None, mask (T,), (T, m) or None."""

    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray | None
    mask: np.ndarray | None

    m = property(lambda self: self.x.shape[2])

    def run(self, net, examples):
        """A Forward of some examples, no longer than the longest of them."""
        lengths = None if self.lengths is None else self.lengths[examples]
        T = len(self.x) if lengths is None else lengths.max()
        mask = self.mask if self.mask is None or self.mask.ndim == 1 else self.mask[:, examples]
        # a run that overflows says so by its loss
        with np.errstate(over="ignore"):
            return net.forward(self.x[:T, :, examples], self.y[:T, ..., examples],
                               lengths=lengths, mask=None if mask is None else mask[:T])


def _data(name, data):
    """`data` as _Data; the network itself looks at the numbers."""
    x, y = data if isinstance(data, (tuple, list)) and len(data) == 2 else (
        getattr(data, part, None) for part in ("x", "y"))
    if x is None or y is None:
        raise TypeError(f"{name} must be a record with x and y, or the pair (x, y), got "
                        f"{arguments.shown(data)}")
    x, y = arguments.regular("x", x), arguments.regular("y", y)
    if x.ndim == 2:
        x, y = x[..., None], y[..., None]
    if x.ndim != 3 or 0 in x.shape or y.shape[:1] + y.shape[-1:] != (len(x), x.shape[2]):
        raise ValueError(f"{name} must have x of shape (T, n_x, m) and a y for each of the T "
                         f"times and m examples, got x {x.shape} and y {y.shape}")
    lengths, mask = (getattr(data, part, None) for part in ("lengths", "mask"))
    T, m = len(x), x.shape[2]
    if lengths is not None:
        lengths = arguments.shaped("lengths", arguments.regular("lengths", lengths), (m,),
                                   "(m,), one for each example")
    if mask is not None and np.shape(mask) not in ((T,), (T, m)):
        raise ValueError(f"mask must have shape ({T},) or ({T}, {m}) = (T,) or (T, m), got "
                         f"{np.shape(mask)}")
    return _Data(x, y, lengths, None if mask is None else np.asarray(mask))

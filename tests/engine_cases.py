"""The runs on which the engine's laws are tested: every cell and loss, and the corner cases."""
from dataclasses import dataclass
from itertools import product

import numpy as np

import rnnlib as rl


@dataclass(frozen=True)
class Case:
    """One network with its data; all that is random comes from the seed."""

    cell: str = "tanh"
    loss: str = "softmax"
    units: tuple = (4, 3)
    T: int = 5
    m: int = 2
    n_x: int = 3
    n_y: int = 2
    lengths: tuple | None = None
    mask: bool = True
    start: bool = True
    seed: int = 7

    def __str__(self):
        ends = "" if self.lengths is None else f"-ends{self.lengths}"
        return (f"{self.cell}-{self.loss}-{self.units}-T{self.T}-m{self.m}{ends}"
                f"{'-mask' * self.mask}{'-a0' * self.start}").replace(" ", "")

    def net(self):
        """The network, with biases that are not 0."""
        net = rl.Network(self.n_x, self.units, self.n_y, self.cell, self.loss, seed=self.seed)
        rng = np.random.default_rng(self.seed + 1)
        for name, W in net.params.items():
            if name.startswith("b"):
                net.params[name] = rng.normal(size=W.shape) / 2
        return net

    def data(self):
        """x, y, a0, lengths, mask, as `forward` takes them."""
        rng = np.random.default_rng(self.seed + 2)
        x = rng.normal(size=(self.T, self.n_x, self.m))
        a0 = [rng.normal(size=(n, self.m)) for n in self.units] if self.start else None
        mask = rng.random((self.T, self.m)) < 0.6 if self.mask else None
        return x, self.targets(rng), a0, self.lengths, mask

    def c0(self):
        """The start states c of an LSTM; None for other cells."""
        if self.cell != "lstm" or not self.start:
            return None
        rng = np.random.default_rng(self.seed + 3)
        return [rng.normal(size=(n, self.m)) for n in self.units]

    def targets(self, rng):
        """Targets that fit the loss."""
        if self.loss == "softmax":
            return rng.integers(self.n_y, size=(self.T, self.m))
        y = rng.normal(size=(self.T, self.n_y, self.m))
        return (y > 0).astype(float) if self.loss == "logistic" else y

    def run(self):
        """(net, fwd, bwd)."""
        net = self.net()
        x, y, a0, lengths, mask = self.data()
        fwd = net.forward(x, y, a0, lengths, mask=mask, c0=self.c0())
        return net, fwd, net.backward(fwd)


ACTIVATIONS = ("tanh", "relu", "logistic", "identity")
LOSSES = ("softmax", "logistic", "squared")

GATED_CELLS = ("lstm", "gru")

SIMPLE = [
    *(Case(cell, loss, lengths=(5, 2)) for cell, loss in product(ACTIVATIONS, LOSSES)),
    *(Case(cell, "squared", mask=False, start=False) for cell in ACTIVATIONS),
    Case(T=1), Case(T=1, m=1, mask=False), Case(units=(1,), n_x=1, n_y=1, loss="squared"),
    Case(units=(1, 1), n_x=1, n_y=1, m=1, T=1, loss="logistic", mask=False),
    Case(units=(3,), m=1), Case(units=(2, 5, 3), m=3, T=6, lengths=(1, 6, 3)),
    Case(units=(4,), m=4, lengths=(1, 1, 1, 1), T=3), Case(n_y=1),
]

GATED = [case for cell in GATED_CELLS for case in (
    *(Case(cell, loss, units=(3, 2), lengths=(5, 2)) for loss in LOSSES),
    Case(cell, "squared", units=(2, 3), mask=False, start=False),
    Case(cell, T=1), Case(cell, units=(1,), n_x=1, n_y=1, loss="squared"),
    Case(cell, units=(1, 1), n_x=1, n_y=1, m=1, T=1, loss="logistic", mask=False),
    Case(cell, units=(3,), m=1), Case(cell, units=(2, 3, 1), m=3, T=4, lengths=(1, 4, 3)),
    Case(cell, units=(2,), m=3, lengths=(1, 1, 1), T=3),
)]

CASES = [*SIMPLE, *GATED]

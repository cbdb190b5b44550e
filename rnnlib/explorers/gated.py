"""The explorer of gated cells: the same gradient on its way back through every kind of cell."""
import numpy as np

from rnnlib import flow
from rnnlib.cells import CELLS, gated
from rnnlib.charts.cells import Gates, Remains
from rnnlib.explorers import fans
from rnnlib.explorers.explorer import Explorer, rows_over_time
from rnnlib.network import Network
from rnnlib.style import digits, number, power
from rnnlib.widgets.controls import WholeNumber, slider, steps
from rnnlib.widgets.panel import Panel

N_X = 4
_TIMES = (2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500)
_UNITS = (1, 2, 4, 8, 16, 32)
# log10 of the smallest number that float64 tells from 0
_SMALLEST = -323.31


def gated_cells(**start):
    """A live picture of one gradient on its way back through a tanh RNN, a GRU and an LSTM; and
    through every other cell with gates that has been registered (`rnnlib.cells`).

    start    first values of controls by name: rho, T (2..500), n, bias, gain, seed, seeds (bands
             over the seeds 0 to 19, at rest). ValueError for what a control cannot show

    Returns a Panel (`rnnlib.widgets.panel`). `panel.numbers` holds what is plotted, sizes as
    log10 from 0 at t = T; `panel.numbers["runs"]` the network and the run of each cell, by name.

    Notes: the size is that of dJ/da, with what comes back to c beside it in an LSTM; the loss
    stands at t = T alone. Each recurrent matrix of each gate has the spectral radius rho; the
    cells have different weights, so compare slopes of lines and not single numbers.
    """
    return Panel(GatedCells(), start)


class GatedCells(Explorer):
    """What `gated_cells` shows."""

    caption = ("What is left of the gradient of a loss at t = T, on its way back through a tanh "
               "RNN, a GRU and an LSTM; and how open the gates are that keep the state")
    presets = {words: {"bias": bias, "rho": rho, "n": n, "T": 100, "gain": 1.0, "seed": 2}
               for words, bias, rho, n in (
                   ("1 the RNN dies, the LSTM holds", 5.0, 1.0, 16),
                   ("2 forget bias -2: the LSTM dies too", -2.0, 1.0, 16),
                   ("3 it explodes all the same", 1.0, 10.0, 32),
                   ("4 what holds the path", 5.0, 0.0, 16))}

    def __init__(self):
        called = {"tanh": "tanh RNN", **{cell: CELLS[cell].words for cell in gated()}}
        self.gates = {}
        for cell in filter(lambda cell: CELLS[cell].keeps, gated()):
            share, words = CELLS[cell].keeps.words, CELLS[cell].words
            self.gates[f"{share} of the {words}" if share in self.gates else share] = cell
        self.called = {**called, "direct": "LSTM, through f alone"}
        self.charts = {
            "cells": (Remains, [0.11, 0.37, 0.86, 0.5], {"called": self.called}),
            "gates": (Gates, [0.11, 0.11, 0.86, 0.16], {"cells": self.gates, "called": called})}

    def controls(self):
        return {
            "bias": slider("forget bias", "b_f, b_u", -2.0, 10.0, 5.0, 0.25),
            "rho": slider("radius of W_a", "ρ", 0.0, 10.0, 1.0, 0.1),
            "T": steps("time steps", "T", [(str(T), T) for T in _TIMES], 100),
            "n": steps("units", "n", [(str(n), n) for n in _UNITS], 16),
            "gain": slider("size of the inputs", "", 0.0, 5.0, 1.0, 0.25),
            "seed": WholeNumber("seed", "", 0, 9999, 2),
            "seeds": fans.asked(),
        }

    def numbers(self, values):
        runs = self._runs(values)
        return {**_lines(runs),
                **{gate: flow.kept(*runs[cell]).over_time(1).mean(axis=(1, 2))
                   for gate, cell in self.gates.items()}, "runs": runs}

    def _runs(self, values):
        return {cell: _run(cell, values) for cell in ("tanh", *sorted(gated()))}

    def at_rest(self, values, numbers):
        if not values.seeds or _fan_of("tanh") in numbers:
            return {}
        found = fans.found(lambda one: [*_lines(self._runs(one)).values()], values)
        return {_fan_of(name): found[:, k] for k, name in enumerate(_lines(numbers["runs"]))}

    def _fans(self, numbers):
        """{words: (20, T)} of the lines, or {}."""
        return {words: numbers[_fan_of(name)] for name, words in self.called.items()
                if _fan_of(name) in numbers}

    def show(self, values, numbers, pinned):
        ghosts = pinned and pinned.numbers
        self.shown["cells"].show(numbers, ghosts, {
            words: fans.spread(sizes) for words, sizes in self._fans(numbers).items()})
        self.shown["gates"].show(numbers, ghosts)

    def said(self, values, numbers):
        steps = flow.half_life(*numbers["runs"]["lstm"])
        said = (f"By t = 1 {self.kept(values, numbers)} "
                f"f alone halves c every {number(float(f'{steps:.3g}'))} steps in the average "
                f"unit, and leaves {power(numbers['direct'][0])} of the gradient of all units "
                "together.")
        if any(-np.inf < numbers[cell][0] < _SMALLEST for cell in numbers["runs"]):
            said += " Below 10⁻³²³ float64 alone would hold 0; the picture adds logarithms."
        return said

    def kept(self, values, numbers):
        at_first = {f"{words} ": sizes[:, 0] for words, sizes in self._fans(numbers).items()}
        return f"{_fates(numbers)}." + (fans.said(at_first) if at_first else "")

    def tables(self, values, numbers):
        names, of_seeds = (*self.called, *self.gates), self._fans(numbers)
        return [{"caption": "log10 of what is left of the gradient at t, from 0 at t = T; means "
                            "of gates over the units",
                 "header": ["time", *self.called.values(),
                            *(f"mean {gate}" for gate in self.gates)],
                 "rows": rows_over_time([numbers[name] for name in names], digits)},
                *([fans.table(range(1, values.T + 1), of_seeds)] if of_seeds else [])]


def _run(cell, values):
    """(network, run) of one kind of cell that the controls describe."""
    forget_bias = values.bias if CELLS[cell].keeps else None
    net = Network(N_X, (values.n,), 1, cell, "squared", seed=values.seed, init="radius",
                  scale=values.rho, forget_bias=forget_bias)
    x = np.random.default_rng(values.seed).standard_normal((values.T, N_X))
    return net, net.forward(values.gain * x)


def _lines(runs):
    """{line: log10 of what is left at t = 1..T} of the runs of one seed."""
    net, fwd = runs["lstm"]
    return {**{cell: _left(*run) for cell, run in runs.items()},
            "direct": flow.direct_norms(net, fwd, _at_end(net))[1:]}


def _fan_of(line):
    return f"{line}, {len(fans.SEEDS)} seeds"


def _at_end(net):
    """dJ/da^{<T>} (n,) of a loss at t = T, scaled to length 1: its direction is that of W_y."""
    W_y = net.params["W_y"][0]
    return W_y / np.linalg.norm(W_y)


def _left(net, fwd):
    """log10 of what is left of the gradient at t = 1..T, exactly 0 at T."""
    d_a = np.zeros((fwd.T, net.units[-1]))
    d_a[-1] = _at_end(net)
    norms = flow.gradient_norms(net, fwd, d_a=d_a, carried=True).over_time(1)[1:, 0]
    return norms - norms[-1]


def _fates(numbers):
    """What became of the gradient in each cell by t = 1, in words."""
    words = {cell: CELLS[cell].words for cell in gated()} | {"tanh": "RNN"}
    return ", ".join(f"the {words[cell]} {_fate(numbers[cell][0])}" for cell in numbers["runs"])


def _fate(left):
    if left == -np.inf:
        return "has exactly 0 left"
    if left > 1:
        return f"has made it {power(left)} times as large"
    return f"has lost a factor {power(-left)}" if left < -1 else f"keeps {power(left)}"

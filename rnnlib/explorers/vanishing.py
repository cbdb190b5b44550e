"""The explorer of vanishing and exploding gradients: what decides how much comes back to t = 1."""
from types import SimpleNamespace

import numpy as np

from rnnlib import flow
from rnnlib.cells import CELLS
from rnnlib.charts.decay import LARGEST, SMALLEST, Decay, Pairs, Slopes, Spectrum
from rnnlib.explorers import fans
from rnnlib.explorers.explorer import Explorer, rows_over_time
from rnnlib.flow.scaled import Scaled
from rnnlib.network import Network
from rnnlib.style import digits, number, power
from rnnlib.widgets.controls import WholeNumber, choice, slider, steps
from rnnlib.widgets.panel import Panel

N_X = 4
_TIMES = (2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000)
_UNITS = (1, 2, 4, 8, 16, 32)
_INITS = {
    "gaussian, radius exactly ρ": "radius",
    "gaussian, radius about ρ": "gaussian",
    "orthogonal, times ρ": "orthogonal",
    "identity, times ρ": "identity",
    "non-normal: ρ, 1 above": "nonnormal",
}
_NOT_RANDOM = ("identity", "nonnormal")
# between so many times at most the products are shown pair by pair; a fan has so many
_PAIRS, _FAN = 30, 40
# fits a JupyterLab of 1280 px with its file list open
_WIDTH, _HEIGHT = 840, 640
_START = {"rho": 1.0, "T": 50, "n": 16, "cell": "tanh", "gain": 1.0, "bias": 0.0,
          "init": "radius", "seed": 0}


def vanishing_and_exploding(**start):
    """A live picture of what is left of a gradient on its way back from t = T.

    start    first values of controls by name: rho, T (2..2000), n, cell ("tanh", "relu",
             "logistic", "identity"), gain, bias, init ("radius", "gaussian", "orthogonal",
             "identity", "nonnormal"), seed, seeds (a band over the seeds 0 to 19, once the hand
             rests). ValueError for what a control cannot show.

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds what is plotted, sizes as
    log10, and "net" and "fwd", the network and its run.

    Notes: the truth is the spectral norm of da^{<T>}/da^{<t>}, what is left in the direction
    that keeps most; the gradient of a loss at T keeps that much or less.
    """
    return Panel(VanishingAndExploding(), start)


class VanishingAndExploding(Explorer):
    """What `vanishing_and_exploding` shows."""

    caption = ("What is left of a gradient on its way back from t = T: the true product of step "
               "Jacobians, its bound, powers of the spectral radius; and what they come from")
    size = (_WIDTH, _HEIGHT)
    together = "rho", "T"
    charts = {"decay": (Decay, (0.095, 0.535, 0.485, 0.345), {"seeds": len(fans.SEEDS)}),
              "pairs": (Pairs, (0.095, 0.08, 0.485, 0.345)),
              # a square
              "spectrum": (Spectrum, (0.685, 0.52, 0.3, 0.3 * _WIDTH / _HEIGHT)),
              "slopes": (Slopes, (0.685, 0.08, 0.3, 0.25))}
    presets = {words: {**_START, **values} for words, values in {
        "1 first it grows": {"cell": "identity", "init": "nonnormal", "n": 2, "rho": 0.9, "T": 70},
        "2 radius 3, and it vanishes": {"init": "orthogonal", "rho": 3.0, "gain": 10.0},
        "3 orthogonal is not enough": {"init": "orthogonal", "rho": 1.0, "T": 200},
        "4 ReLU and identity": {"cell": "relu", "init": "identity", "gain": 0.25, "bias": 0.5},
        "5 it explodes": {"init": "gaussian", "rho": 3.0, "n": 32, "gain": 0.25, "T": 200},
    }.items()}

    def controls(self):
        first = SimpleNamespace(**_START)
        cells = [(cell.words, name) for name, cell in CELLS.items() if not cell.anatomy.gated]
        controls = {
            "rho": slider("spectral radius", "ρ", 0.0, 3.0, first.rho, 0.05),
            "T": steps("time steps", "T", [(str(T), T) for T in _TIMES], first.T),
            "n": steps("units", "n", [(str(n), n) for n in _UNITS], first.n),
            "cell": choice("activation", "g", cells, first.cell),
            "gain": slider("size of the inputs", "", 0.0, 10.0, first.gain, 0.25),
            "bias": slider("bias", "b", -3.0, 3.0, first.bias, 0.25),
            "init": choice("first values of", "W_a", list(_INITS.items()), first.init),
            "seed": WholeNumber("seed", "", 0, 9999, first.seed),
            "seeds": fans.asked(),
        }

        def fit(_change=None):
            # nothing to see: in a linear layer no slope depends on the run
            linear = controls["cell"].value == "identity"
            controls["gain"].disabled = controls["bias"].disabled = linear
            controls["seed"].field.disabled = linear and controls["init"].value in _NOT_RANDOM

        for name in ("cell", "init"):
            controls[name].observe(fit, "value")
        return controls

    def numbers(self, values):
        net, fwd = _run(values)
        jacobians = _jacobians(net, fwd)
        bounds, slopes = flow.bounds(net, fwd), flow.saturation(net, fwd)
        times, pairs = _pairs(jacobians)
        e, later = bounds.spectrum.eigenvalues, values.T - jacobians.T
        return {"product": jacobians.norms_to(jacobians.T)[1:], "bound": bounds.worst[1 + later:],
                "radius": np.round(bounds.radius[1 + later:], 12) + 0.0,  # less is rounding
                "eigenvalues, real part": e.real, "eigenvalues, imaginary part": e.imag,
                "singular values": bounds.spectrum.singular_values, "slopes": slopes.counts,
                "pairs": pairs, "net": net, "fwd": fwd, "bounds": bounds, "saturation": slopes,
                "times": times}

    def at_rest(self, values, numbers):
        if not values.seeds or "fan" in numbers:
            return {}
        times = np.unique(np.linspace(1, values.T, _FAN).astype(int))
        return {"fan times": times, "fan": fans.found(lambda one: _sizes_at(times, one), values)}

    def show(self, values, numbers, pinned):
        shown, bounds = self.shown, numbers["bounds"]
        shown["decay"].show(numbers, pinned and pinned.numbers["product"], _fan(numbers),
                            pinned and _fan(pinned.numbers))
        shown["pairs"].show(numbers["pairs"], numbers["times"])
        shown["spectrum"].show(bounds.spectrum, bounds.gamma)
        shown["slopes"].show(numbers["saturation"], bounds.gamma)

    def said(self, values, numbers):
        return " ".join([self.kept(values, numbers), _allowed(values, numbers),
                         *_overflow(values, numbers)])

    def kept(self, values, numbers):
        fate = _fate(numbers["product"])
        return fate + fans.said({"": numbers["fan"][:, 0]}) if "fan" in numbers else fate

    def tables(self, values, numbers):
        spectrum, slopes, times = (numbers["bounds"].spectrum, numbers["saturation"],
                                   numbers["times"])
        numbered = [f"{i}" for i in range(1, 1 + max(values.n, len(slopes.counts)))]
        return [
            {"caption": "log10 of sizes at t, from 0 at t = T",
             "header": ["time", "true product", "bound (γσ₁)ᵏ", "ρᵏ"],
             "rows": [row for t, row in enumerate(rows_over_time(
                 [numbers[name] for name in ("product", "bound", "radius")], digits), 1)
                 if t in (1, *times)]},
            {"caption": "Singular values and eigenvalues of W_a, the largest first",
             "header": ["number", "singular value", "|eigenvalue|", "eigenvalue"],
             "rows": [[i, digits(sigma), digits(abs(e)), f"{e.real:.4g} {e.imag:+.4g}i"]
                      for i, sigma, e in zip(numbered, spectrum.singular_values,
                                             spectrum.eigenvalues)]},
            {"caption": "How many units and times have a slope in each bin",
             "header": ["bin", "slope from", "to", "units and times"],
             "rows": [[i, digits(low), digits(high), str(count)] for i, low, high, count in
                      zip(numbered, slopes.edges, slopes.edges[1:], slopes.counts)]},
            {"caption": "log10 of the sizes of the products between pairs of times, s after t",
             "header": ["later time", *(f"t = {t}" for t in times)],
             "rows": [[f"s = {s}", *map(digits, row[:k]), *[""] * (len(times) - k)]
                      for k, (s, row) in enumerate(zip(times, numbers["pairs"], strict=True), 1)]},
            *([fans.table(numbers["fan times"], {"true product": numbers["fan"]})]
              if "fan" in numbers else []),
        ]


def _allowed(values, numbers):
    """What W_a alone promised."""
    bounds = numbers["bounds"]
    rho, step = bounds.spectrum.radius, bounds.gamma * bounds.spectrum.sigma_1
    if values.cell == "identity":
        return f"Linear: ρ = {number(round(rho, 3))} {_long_run(rho)}."
    if step < 1 - 1e-9:
        return f"γσ₁ = {number(round(step, 3))} is below 1: it had to vanish."
    if step < 1 + 1e-9:
        return "γσ₁ = 1: it cannot grow, and nothing is promised beyond that."
    return (f"γσ₁ = {number(round(step, 3))} is above 1: the bound allows "
            f"{power(numbers['bound'][0])}, so slopes and directions decide.")


def _overflow(values, numbers):
    """What float64 could not hold, with its logarithm."""
    net, fwd, left = numbers["net"], numbers["fwd"], numbers["product"][0]
    if left > LARGEST or -np.inf < left < SMALLEST:
        yield (f"In float64 this product is {'inf' if left > 0 else 0}; the picture adds "
               "logarithms.")
    if at := flow.overflow_time(fwd):
        state = flow.state_norms(net, fwd)[1, values.T][0]
        yield (f"float64 overflow: a⟨t⟩ is not finite from t = {at} on; in logarithms |a⟨T⟩| = "
               f"{power(state)}.")
    if len(numbers["product"]) < values.T:
        yield f"The way back is shown from t = {len(numbers['product'])}."


def _run(values):
    """The network that the controls describe, and its run over random inputs."""
    net = Network(N_X, (values.n,), 1, values.cell, "squared", seed=values.seed,
                  init=values.init, scale=values.rho)
    net.params["b[1]"] = np.full(values.n, values.bias)
    x = np.random.default_rng(values.seed).standard_normal((values.T, N_X))
    return net, net.forward(values.gain * x)


def _jacobians(net, fwd):
    """The Jacobians up to the last time at which all of them are finite."""
    jacobians = flow.jacobians(net, fwd)
    good = np.isfinite(jacobians.steps.over_time()).all(axis=(1, 2))
    if good.all():
        return jacobians
    end = max(int(np.argmin(good)), 1)
    return flow.jacobians(net, fwd.between(1, end))


def _pairs(jacobians):
    """Times, at most `_PAIRS` and the last one among them, and log10 sizes between each two."""
    step = -(-jacobians.T // _PAIRS)
    times = list(range(jacobians.T, 0, -step))[::-1]
    return times, np.zeros((1, 1)) if len(times) == 1 else _leaps(jacobians, times).norms


def _leaps(jacobians, times):
    """The products between neighbours of `times`, as Jacobians of their own."""
    leaps = [jacobians.scaled(t, k) for k, t in zip(times, times[1:])]
    return flow.Jacobians(len(leaps), None, Scaled(
        np.stack([leap.mantissa for leap in leaps]), np.stack([leap.exponent for leap in leaps])))


def _sizes_at(times, values):
    """log10 of the true product at some times (K,), from the last of them with finite numbers."""
    jacobians = _jacobians(*_run(values))
    leaps = _leaps(jacobians, np.minimum(times, jacobians.T))
    return leaps.norms_to(leaps.T)


def _fan(numbers):
    """What `Decay` shows of a fan, if there is one."""
    return (numbers["fan times"], fans.spread(numbers["fan"])) if "fan" in numbers else None


def _fate(product):
    """What has become of the product of all steps back to t = 1, in words."""
    left, peak = product[0], int(np.argmax(product))
    if left == -np.inf:
        gone = int(np.flatnonzero(product == -np.inf)[-1]) + 1
        return f"The product is exactly 0 from t = {gone} back: no open way is left."
    if abs(left) < 0.005:
        said = "At t = 1 the product is as large as it was at t = T."
    elif left < -1:
        said = f"The product has lost a factor {power(-left)} by t = 1."
    elif left < 0:
        said = f"The product keeps {100 * 10 ** left:.0f} % of its size to t = 1."
    else:
        said = f"The product has grown by a factor {power(left)} by t = 1."
    if product[peak] > max(0.5, left + 0.5):
        said += f" On the way, at t = {peak + 1}, it was {power(product[peak])} times as large."
    return said


def _long_run(rho):
    """What rho says of a linear layer."""
    if abs(rho - 1) < 1e-9:
        return "lets it neither vanish nor explode; as a power of the time it may grow"
    return "makes it grow in the long run" if rho > 1 else "makes it vanish in the long run"

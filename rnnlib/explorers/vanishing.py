"""The explorer of vanishing and exploding gradients: what decides how much comes back to t = 1."""
import numpy as np

from rnnlib import flow
from rnnlib.charts import decay as draw_flow
from rnnlib.flow.scaled import Scaled
from rnnlib.network import Network
from rnnlib.style import number, power
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
_CELLS = {"tanh": "tanh", "ReLU": "relu", "logistic": "logistic", "linear": "identity"}
# between so many times at most the products are shown pair by pair
_PAIRS = 30
# fits a JupyterLab of 1280 px with its file list open
_WIDTH, _HEIGHT = 840, 640
# left, bottom, width and height of each part; the spectrum's is a square
_PLACES = {
    "decay": (0.095, 0.535, 0.485, 0.345),
    "pairs": (0.095, 0.08, 0.485, 0.345),
    "spectrum": (0.685, 0.52, 0.3, 0.3 * _WIDTH / _HEIGHT),
    "slopes": (0.685, 0.08, 0.3, 0.25),
}
_PRESETS = {
    "1 first it grows": {"cell": "identity", "init": "nonnormal", "n": 2, "rho": 0.9, "T": 70},
    "2 radius 3, and it vanishes": {"init": "orthogonal", "rho": 3.0, "gain": 10.0},
    "3 orthogonal is not enough": {"init": "orthogonal", "rho": 1.0, "T": 200},
    "4 ReLU and identity": {"cell": "relu", "init": "identity", "gain": 0.25, "bias": 0.5},
    "5 it explodes": {"rho": 1.5, "gain": 0.0},
}


def vanishing_and_exploding(**start):
    """A live picture of what is left of a gradient on its way back from t = T.

    start    first values of controls by name: rho, T (2..2000), n, cell ("tanh", "relu",
             "logistic", "identity"), gain, bias, init ("radius", "gaussian", "orthogonal",
             "identity", "nonnormal"), seed. ValueError for what a control cannot show.

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds what is plotted, sizes as
    log10; `panel.view.net` and `panel.view.fwd` the network and its run.

    Notes: the truth is the spectral norm of da^{<T>}/da^{<t>}, what is left in the direction
    that keeps most; the gradient of a loss at T keeps that much or less.
    """
    controls = {
        "rho": slider("spectral radius", "ρ", 0.0, 3.0, 1.0, 0.05),
        "T": steps("time steps", "T", [(str(T), T) for T in _TIMES], 50),
        "n": steps("units", "n", [(str(n), n) for n in _UNITS], 16),
        "cell": choice("activation", "g", list(_CELLS.items()), "tanh"),
        "gain": slider("size of the inputs", "", 0.0, 10.0, 1.0, 0.25),
        "bias": slider("bias", "b", -3.0, 3.0, 0.0, 0.25),
        "init": choice("first values of", "W_a", list(_INITS.items()), "radius"),
        "seed": WholeNumber("seed", "", 0, 9999, 0),
    }
    def fit(_change=None):
        # nothing to see: in a linear layer no slope depends on the run
        linear = controls["cell"].value == "identity"
        controls["gain"].disabled = controls["bias"].disabled = linear
        controls["seed"].field.disabled = linear and controls["init"].value in _NOT_RANDOM

    for name in ("cell", "init"):
        controls[name].observe(fit, "value")
    panel = Panel(_FlowView(), controls, size=(_WIDTH, _HEIGHT), presets=_PRESETS)
    if start:
        _set_start(panel, start)
    return panel


def _set_start(panel, start):
    """Give controls their first values, all or none."""
    unknown = [name for name in start if name not in panel.controls]
    trouble = f"there is no control {unknown[0]!r}; there are {', '.join(panel.controls)}" if (
        unknown) else next(filter(None, (_misfit(name, panel.controls[name], value)
                                         for name, value in start.items())), None)
    if trouble:
        panel.close()
        raise ValueError(trouble)
    panel.set(**start)


def _misfit(name, control, value):
    """A sentence if the control cannot have this value, else None."""
    if hasattr(control, "options"):
        offered = [option for _, option in control.options]
        if value not in offered:
            return f"{name} must be one of {', '.join(map(repr, offered))}, got {value!r}"
    elif hasattr(control, "max") and not control.min <= value <= control.max:
        return f"{name} must be from {control.min} to {control.max}, got {value!r}"
    return None


class _FlowView:
    """What `vanishing_and_exploding` shows."""

    caption = ("What is left of a gradient on its way back from t = T: the true product of step "
               "Jacobians, its bound, powers of the spectral radius; and what they come from")

    def numbers(self, values):
        self.net, self.fwd = _run(values)
        jacobians, self.end = _jacobians(self.net, self.fwd)
        self.bounds = flow.bounds(self.net, self.fwd)
        self.slopes = flow.saturation(self.net, self.fwd)
        self.times, pairs = _pairs(jacobians)
        e = self.bounds.spectrum.eigenvalues
        back = values.T - self.end
        return {"product": jacobians.norms_to(jacobians.T)[1:],
                "bound": self.bounds.worst[1 + back:], "radius": self.bounds.radius[1 + back:],
                "eigenvalues, real part": e.real, "eigenvalues, imaginary part": e.imag,
                "singular values": self.bounds.spectrum.singular_values,
                "slopes": self.slopes.counts, "pairs": pairs}

    def draw(self, figure, theme):
        sizes = {name: np.zeros(2) for name in ("product", "bound", "radius")}
        ax = {name: figure.add_axes(place) for name, place in _PLACES.items()}
        self.artists = {
            "decay": draw_flow.draw_decay(ax["decay"], sizes, theme=theme),
            "pairs": draw_flow.draw_pairs(ax["pairs"], np.zeros((2, 2)), [1, 2], theme=theme),
            "spectrum": draw_flow.draw_spectrum(ax["spectrum"], self.bounds.spectrum,
                                                theme=theme),
            "slopes": draw_flow.draw_slopes(ax["slopes"], self.slopes, theme=theme)}
        return [artist for name, part in self.artists.items()
                for artist in getattr(draw_flow, f"moving_{name}")(part)]

    def move(self, values, numbers, pinned):
        a, gamma = self.artists, self.bounds.gamma
        draw_flow.move_decay(a["decay"], numbers, ghost=pinned and pinned.numbers["product"])
        draw_flow.move_pairs(a["pairs"], numbers["pairs"], self.times)
        draw_flow.move_spectrum(a["spectrum"], self.bounds.spectrum, gamma)
        draw_flow.move_slopes(a["slopes"], self.slopes, gamma)

    def reading(self, values, numbers, pinned):
        said = [_fate(numbers["product"]), self._allowed(values, numbers),
                self._overflow(values, numbers)]
        if pinned:
            said.append(f"[Pinned: {_fate(pinned.numbers['product'])}]")
        return " ".join(filter(None, said))

    def _allowed(self, values, numbers):
        """What W_a alone promised."""
        rho, sigma_1 = self.bounds.spectrum.radius, self.bounds.spectrum.sigma_1
        step = self.bounds.gamma * sigma_1
        if values.cell == "identity":
            return f"Linear: ρ = {number(round(rho, 3))} {_long_run(rho)}."
        if step < 1 - 1e-9:
            return f"γσ₁ = {number(round(step, 3))} is below 1: it had to vanish."
        if step < 1 + 1e-9:
            return "γσ₁ = 1: it cannot grow, and nothing is promised beyond that."
        return (f"γσ₁ = {number(round(step, 3))} is above 1: the bound allows "
                f"{power(numbers['bound'][0])}, so the slopes decide.")

    def _overflow(self, values, numbers):
        """What float64 could not hold, with its logarithm."""
        said, left = [], numbers["product"][0]
        beyond = left > draw_flow.LARGEST or -np.inf < left < draw_flow.SMALLEST
        if beyond:
            said.append(f"In float64 this product is {'inf' if left > 0 else 0}; the picture "
                        "adds logarithms.")
        at = flow.overflow_time(self.fwd)
        if at:
            state = flow.state_norms(self.net, self.fwd)[1, values.T][0]
            said.append(f"float64 overflow: a⟨t⟩ is not finite from t = {at} on; in logarithms "
                        f"|a⟨T⟩| = {power(state)}.")
        if self.end < values.T:
            said.append(f"The way back is shown from t = {self.end}.")
        return " ".join(said)

    def table(self, values, numbers):
        times = [t for t in self.times if t <= self.end]
        rows = [[f"t = {t}", *(_digits(numbers[name][t - 1]) for name in
                               ("product", "bound", "radius"))] for t in times]
        s = self.bounds.spectrum
        rows += [["", "singular value", "|eigenvalue|", "eigenvalue"]]
        rows += [[f"{i}", _digits(sigma), _digits(abs(e)), f"{e.real:.4g} {e.imag:+.4g}i"]
                 for i, (sigma, e) in enumerate(zip(s.singular_values, s.eigenvalues,
                                                    strict=True), 1)]
        edges = self.slopes.edges
        rows += [["", "slope from", "to", "units and times"]]
        rows += [[f"{i}", _digits(low), _digits(high), str(count)] for i, (low, high, count) in
                 enumerate(zip(edges[:-1], edges[1:], self.slopes.counts, strict=True), 1)]
        rows += [["pairs", *(f"t = {t}" for t in self.times)]]
        rows += [[f"s = {t}", *map(_digits, row[:k])] for k, (t, row) in
                 enumerate(zip(self.times, numbers["pairs"], strict=True), 1)]
        return {"caption": "log10 of sizes; singular values and eigenvalues; slopes; log10 of "
                           "the products between pairs of times",
                "header": ["", "true product", "bound (γσ₁)ᵏ", "ρᵏ"], "rows": rows}


def _run(values):
    """The network that the controls describe, and its run over random inputs."""
    net = Network(N_X, (values.n,), 1, values.cell, "squared", seed=values.seed,
                  init=values.init, scale=values.rho)
    net.params["b[1]"] = np.full(values.n, values.bias)
    x = np.random.default_rng(values.seed).standard_normal((values.T, N_X))
    return net, net.forward(values.gain * x)


def _jacobians(net, fwd):
    """The Jacobians up to the last time at which all of them are finite, and that time."""
    jacobians = flow.jacobians(net, fwd)
    good = np.isfinite(jacobians.steps.over_time()).all(axis=(1, 2))
    if good.all():
        return jacobians, fwd.T
    end = max(int(np.argmin(good)), 1)
    return flow.jacobians(net, fwd.between(1, end)), end


def _pairs(jacobians):
    """Times, at most `_PAIRS` and the last one among them, and log10 sizes between each two."""
    step = -(-jacobians.T // _PAIRS)
    times = list(range(jacobians.T, 0, -step))[::-1]
    if len(times) == 1:
        return times, np.zeros((1, 1))
    leaps = [jacobians.scaled(t, k) for k, t in zip(times, times[1:])]
    whole = Scaled(np.stack([leap.mantissa for leap in leaps]),
                   np.stack([leap.exponent for leap in leaps]))
    return times, flow.Jacobians(len(leaps), None, whole).norms


def _fate(product):
    """What has become of the gradient at t = 1, in words."""
    left, peak = product[0], int(np.argmax(product))
    if left == -np.inf:
        gone = int(np.flatnonzero(product == -np.inf)[-1]) + 1
        return f"The gradient is exactly 0 from t = {gone} back: no open way is left."
    if abs(left) < 0.005:
        said = "The gradient comes back to t = 1 as large as it was."
    elif left < -1:
        said = f"The gradient has lost a factor {power(-left)} by t = 1."
    elif left < 0:
        said = f"The gradient keeps {100 * 10 ** left:.0f} % of its size to t = 1."
    else:
        said = f"The gradient has grown by a factor {power(left)} by t = 1."
    if product[peak] > max(0.5, left + 0.5):
        said += f" On the way, at t = {peak + 1}, it was {power(product[peak])} times as large."
    return said


def _long_run(rho):
    """What rho says of a linear layer."""
    if abs(rho - 1) < 1e-9:
        return "leaves the long run open"
    return "makes it grow in the long run" if rho > 1 else "makes it vanish in the long run"


def _digits(value):
    return f"{value:.4g}"

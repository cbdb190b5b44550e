"""The explorer of cliffs: the error surface of one unit, its wall, and three ways to step."""
from functools import lru_cache

import numpy as np

from rnnlib import arguments
from rnnlib.charts.surface import Along, Cut, Surface
from rnnlib.explorers.explorer import Explorer
from rnnlib.learning import surface
from rnnlib.style import number
from rnnlib.widgets.controls import choice, slider, steps
from rnnlib.widgets.panel import Panel

# what is seen of the surface: the values of w and of b, and those along the cut
W, B, ALONG = np.linspace(0.6, 1.8, 121), np.linspace(-0.6, 0.6, 121), np.linspace(-0.6, 0.6, 481)
_CLIPS = {"plain": None, "by norm": "norm", "by element": "element"}
_SHOWN = {"no steps": (), "plain": ("plain",), "clipped by norm": ("by norm",),
          "clipped by element": ("by element",), "all three": tuple(_CLIPS)}
_RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_THRESHOLDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
_STEPS = 60
_FIRST = {"shown": "plain", "k": _STEPS, "T": 50, "a0": 0.1, "w": 1.3, "b": 0.15, "rate": 0.1,
          "threshold": 1.0}
# what is plotted of a path, and its name in a Descent
_OF_PATH = {"w, b": "points", "loss": "loss", "gradient": "steepness"}
# a wall is where T steps multiply the gradient by more than this
_STANDS = 10
# a step longer than this would cross the whole picture: it throws the path off
_THROWN = 1.2


def cliffs_and_clipping(*, target=0.4, **start):
    """A live error surface of one tanh unit over (w, b), and descent on it, plain and clipped.

    target    what a^{<T>} should be, a number from -1 to 1
    start     first values of controls by name: shown, k, T, a0, w, b, rate, threshold

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds the surface's loss, the
    wall, the loss along the cut and the points of each path with their losses and gradients;
    "surface" and "descents" are the Surface and {name: Descent} that they come from.

    Notes: the picture shows a part of the plane. A path that leaves it goes on outside; the
    reading says where it is. No surface on a grid shows how steep a wall is.
    """
    target = arguments.number("target", target)
    if not -1 <= target <= 1:
        raise ValueError(f"target must lie from -1 to 1, where a tanh unit can be, got {target}")
    return Panel(CliffsAndClipping(target), start)


class CliffsAndClipping(Explorer):
    """What `cliffs_and_clipping` shows."""

    caption = "Loss of one tanh unit over its weight w and its bias b, and steps down from a start"
    size = (840, 470)
    together = "shown", "k"
    presets = {words: {**_FIRST, **change} for words, change in (
        ("1 thrown off", {}),
        ("2 clipped by norm", {"shown": "clipped by norm"}),
        ("3 clipped by element", {"shown": "clipped by element"}),
        ("4 a smaller rate", {"rate": 0.01}),
        ("5 T = 5: no wall yet", {"T": 5}),
        ("6 the surface alone", {"shown": "no steps"}))}

    def __init__(self, target):
        self.target = target
        # the last loss shown: the farthest that a state can be from the target
        top = {"top": (1 + abs(target)) ** 2 / 2}
        self.charts = {
            "surface": (Surface, [0.085, 0.125, 0.42, 0.745], top),
            "cut": (Cut, [0.53, 0.125, 0.135, 0.745], top),
            "losses": (Along, [0.78, 0.545, 0.21, 0.325],
                       {"label": "loss J", "limits": (1e-6, 10), "last": _STEPS}),
            "gradients": (Along, [0.78, 0.125, 0.21, 0.325],
                          {"label": "gradient", "limits": (1e-4, 1e4), "last": _STEPS,
                           "under": "k  (dashed: clip at)"})}

    def controls(self):
        first = _FIRST
        controls = {
            "shown": choice("steps", "", list(_SHOWN), first["shown"]),
            "k": slider("steps taken", "k", 0, _STEPS, first["k"]),
            "T": slider("time steps", "T", 1, 100, first["T"]),
            "a0": slider("start state", "a⟨0⟩", -0.9, 0.9, first["a0"], 0.05),
            "w": slider("start and cut at", "w", float(W[0]), float(W[-1]), first["w"], 0.01),
            "b": slider("start at", "b", float(B[0]), float(B[-1]), first["b"], 0.01),
            "rate": steps("learning rate", "", [(f"{r:g}", r) for r in _RATES], first["rate"]),
            "threshold": steps("clip at", "", [(f"{c:g}", c) for c in _THRESHOLDS],
                               first["threshold"]),
        }

        def fit(_change=None):
            """Only what matters for the steps that are shown can be set."""
            names = _SHOWN[controls["shown"].value]
            for control in ("k", "b", "rate"):
                _offer(controls[control], bool(names))
            _offer(controls["threshold"], any(_CLIPS[name] for name in names))

        fit()
        controls["shown"].observe(fit, "value")
        return controls

    def numbers(self, values):
        whole = _surface(values.T, self.target, values.a0)
        found = {"loss": whole.loss, "wall": surface.wall(W, values.a0).b,
                 "along the cut": surface.error_surface(whole.run, [values.w], ALONG).loss[:, 0],
                 "surface": whole, "descents": {}}
        for name in _SHOWN[values.shown]:
            path = _descent(values.T, self.target, values.a0, (values.w, values.b), values.rate,
                            _CLIPS[name], values.threshold)
            found["descents"][name] = path
            found |= {f"{name}: {what}": getattr(path, part)[:values.k + 1]
                      for what, part in _OF_PATH.items()}
        return found

    def show(self, values, numbers, pinned):
        paths, losses, gradients = ({name: numbers[f"{name}: {what}"] for name in
                                     numbers["descents"]} for what in _OF_PATH)
        # of what was pinned, the first path
        first = next(iter(pinned.numbers["descents"]), None) if pinned else None
        kept = {what: pinned.numbers[f"{first}: {what}"] for what in _OF_PATH} if first else {}
        shown = self.shown
        shown["surface"].show(numbers["surface"], wall=numbers["wall"], paths=paths,
                              ghost=kept.get("w, b"), cut=values.w)
        shown["cut"].show(ALONG, numbers["along the cut"],
                          ghost=pinned and pinned.numbers["along the cut"],
                          wall=surface.wall([values.w], values.a0).b[0])
        shown["losses"].show(losses, ghost=kept.get("loss"))
        clips = any(_CLIPS[name] for name in paths)
        shown["gradients"].show(gradients, ghost=kept.get("gradient"),
                                level=values.threshold if clips else None)

    def said(self, values, numbers):
        told = [_told(name, path, values.k) for name, path in numbers["descents"].items()]
        return " ".join([f"T = {values.T}.", *(told or [_wall(values, numbers["surface"])])])

    def kept(self, values, numbers):
        return (f"{values.shown}, T = {values.T}, rate {values.rate:g}, clip at "
                f"{values.threshold:g}.")

    def tables(self, values, numbers):
        path = [[name, str(k), *map(number, (*point, J, steep))]
                for name in numbers["descents"]
                for k, (point, J, steep) in enumerate(zip(*(
                    numbers[f"{name}: {what}"] for what in _OF_PATH), strict=True))]
        cut = zip(ALONG, numbers["along the cut"], strict=True)
        tables = [
            {"caption": self.caption, "rows": path, "header": [
                "steps", "k", "w", "b", "loss J", "size of the gradient"]},
            {"caption": f"Loss along the cut at w = {number(values.w)}", "header": ["b", "loss J"],
             "rows": [[*map(number, pair)] for pair in cut]}]
        return [table for table in tables if table["rows"]]


def _offer(control, offered):
    """Show a control or take it from the page."""
    control.disabled = not offered
    control.layout.display = None if offered else "none"


# the last ones are kept: a hand on "steps taken" asks for the same ones again and again
@lru_cache(maxsize=2)
def _surface(T, target, a0):
    return surface.error_surface(surface.one_unit(T, target, a0=a0), W, B)


@lru_cache(maxsize=8)
def _descent(T, target, a0, start, rate, clip, threshold):
    """The whole Descent of one kind."""
    return surface.descent(surface.one_unit(T, target, a0=a0), start, rate=rate, steps=_STEPS,
                           clip=clip, threshold=threshold)


def _wall(values, whole):
    """Where the wall stands on the cut, or will stand when T grows, and how steep it is."""
    at = surface.wall([values.w], values.a0)
    b, factor = number(at.b[0]), at.factor[0]
    grid = ("The steepest point of this grid has a gradient of "
            f"{number(np.nanmax(whole.steepness))}.")
    if np.isnan(at.b[0]):
        return f"At w = {number(values.w)} no wall stands. {grid}"
    if factor == 1:
        return (f"At w = {number(values.w)} a wall builds up at b = {b} as T grows: two resting "
                "values meet there, the factor of a step is 1, and the gradient grows as a power "
                f"of T. {grid}")
    with np.errstate(over="ignore"):
        grown = abs(factor) ** values.T
    many = f", {values.T} steps by {number(grown)}" if values.T > 1 else ""
    stands = "the wall stands" if grown > _STANDS else "no wall stands yet; it will"
    return (f"At w = {number(values.w)} {stands} at b = {b}: there each step multiplies the "
            f"gradient by {number(factor)}{many}. {grid}")


def _told(name, path, k):
    """What the first k steps of a path did, in a sentence."""
    long = np.linalg.norm(np.diff(path.points[:k + 1], axis=0), axis=1) > _THROWN
    w, b = (number(v) for v in path.points[min(k, len(path.points) - 1)])
    loss, steep = (number(v[min(k, len(path.loss) - 1)]) for v in (path.loss, path.steepness))
    end = f"after step {k} loss {loss}, gradient {steep} at w = {w}, b = {b}"
    if long.any():
        at = int(long.argmax())
        end = (f"thrown off from step {at} (loss {number(path.loss[at])}, gradient "
               f"{number(path.steepness[at])}); {end}")
    clipped = path.clipped[:k]
    if clipped.any():
        turned = path.turned[:k].max()
        end += (f"; {int(clipped.sum())} of {len(clipped)} steps clipped, "
                + (f"turned by up to {turned:.1f}°" if turned > 0.05 else "none turned"))
    return f"{name.capitalize()}: {end}."

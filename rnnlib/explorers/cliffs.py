"""The explorer of cliffs: the error surface of one unit, its wall, and three ways to step."""
import numpy as np

from rnnlib import arguments
from rnnlib.charts import draw
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
_OF_PATH = ("w, b", "loss", "gradient")
# a step longer than this would cross the whole picture: it throws the path off
_THROWN = 1.2


def cliffs_and_clipping(*, target=0.4):
    """A live error surface of one tanh unit over (w, b), and descent on it, plain and clipped.

    target    what a^{<T>} should be, a number from -1 to 1

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds the surface's loss, the
    wall, the loss along the cut and the points of each path with their losses and gradients.

    Notes: the picture shows a part of the plane. A path that leaves it goes on outside; the
    reading says where it is. No surface on a grid shows how steep a wall is.
    """
    target = arguments.number("target", target)
    if not -1 <= target <= 1:
        raise ValueError(f"target must lie from -1 to 1, where a tanh unit can be, got {target}")
    controls = {
        "shown": choice("steps", "", list(_SHOWN), "plain"),
        "k": slider("steps taken", "k", 0, _STEPS, _STEPS),
        "T": slider("time steps", "T", 1, 100, 50),
        "a0": slider("start state", "a⟨0⟩", -0.9, 0.9, 0.1, 0.05),
        "w": slider("start and cut at", "w", float(W[0]), float(W[-1]), 1.3, 0.01),
        "b": slider("start at", "b", float(B[0]), float(B[-1]), 0.15, 0.01),
        "rate": steps("learning rate", "", [(f"{r:g}", r) for r in _RATES], 0.1),
        "threshold": steps("clip at", "", [(f"{c:g}", c) for c in _THRESHOLDS], 1.0),
    }

    def fit(_change=None):
        """Only what matters for the steps that are shown can be set."""
        names = _SHOWN[controls["shown"].value]
        for control in ("k", "b", "rate"):
            _offer(controls[control], bool(names))
        _offer(controls["threshold"], any(_CLIPS[name] for name in names))

    fit()
    controls["shown"].observe(fit, "value")
    return Panel(_CliffView(target), controls, size=(840, 470), presets={
        "1 thrown off": {},
        "2 clipped by norm": {"shown": "clipped by norm"},
        "3 clipped by element": {"shown": "clipped by element"},
        "4 a smaller rate": {"rate": 0.01},
        "5 T = 5: no wall yet": {"T": 5},
        "6 the surface alone": {"shown": "no steps"},
    })


def _offer(control, offered):
    """Show a control or take it from the page."""
    control.disabled = not offered
    control.layout.display = None if offered else "none"


class _CliffView:
    """What `cliffs_and_clipping` shows; what was computed last is kept."""

    caption = "Loss of one tanh unit over its weight w and its bias b, and steps down from a start"

    def __init__(self, target):
        self.target = target
        # the last loss shown: the farthest that a state can be from the target
        self.top = (1 + abs(target)) ** 2 / 2
        self._surfaces, self._descents = {}, {}

    def _surface(self, values):
        """(run, Surface) of these T and start state."""
        key = values.T, values.a0
        if key not in self._surfaces:
            run = surface.one_unit(values.T, self.target, a0=values.a0)
            self._surfaces = {key: (run, surface.error_surface(run, W, B))}
        return self._surfaces[key]

    def _descent(self, values, name):
        """The whole Descent of one kind."""
        key = tuple(value for name, value in vars(values).items() if name not in ("shown", "k"))
        if key not in self._descents:
            self._descents = {key: {}}
        known = self._descents[key]
        if name not in known:
            known[name] = surface.descent(
                self._surface(values)[0], (values.w, values.b), rate=values.rate, steps=_STEPS,
                clip=_CLIPS[name], threshold=values.threshold)
        return known[name]

    def numbers(self, values):
        run, whole = self._surface(values)
        found = {"loss": whole.loss, "wall": surface.wall(W, values.a0).b,
                 "along the cut": surface.error_surface(run, [values.w], ALONG).loss[:, 0]}
        for name in _SHOWN[values.shown]:
            path, taken = self._descent(values, name), slice(values.k + 1)
            parts = path.points, path.loss, path.steepness
            found |= {f"{name}: {what}": part[taken]
                      for what, part in zip(_OF_PATH, parts, strict=True)}
        return found

    def draw(self, figure, theme):
        wide = figure.add_axes([0.085, 0.125, 0.42, 0.745])
        cut = figure.add_axes([0.53, 0.125, 0.135, 0.745])
        above = figure.add_axes([0.78, 0.545, 0.21, 0.325])
        below = figure.add_axes([0.78, 0.125, 0.21, 0.325])
        empty = surface.error_surface(surface.one_unit(1, self.target), W, B)
        self.surface = draw.draw_surface(wide, empty, top=self.top, theme=theme)
        self.cut = draw.draw_cut(cut, ALONG, 0 * ALONG, top=self.top, theme=theme)
        self.losses = draw.draw_along(above, {}, label="loss J", limits=(1e-6, 10), last=_STEPS,
                                      theme=theme)
        self.gradients = draw.draw_along(below, {}, label="gradient", last=_STEPS,
                                         limits=(1e-4, 1e4), theme=theme)
        above.tick_params(labelbottom=False)
        below.set_xlabel("k  (dashed: clip at)")
        draw.legend_of_surface(figure, self.surface)
        self.beside = above, below
        moving = (*(self.surface[name] for name in draw.SURFACE_MOVES),
                  *(self.cut[name] for name in ("loss", "ghost", "wall")),
                  *self.losses.values(), *self.gradients.values())
        return list(moving)

    def move(self, values, numbers, pinned):
        paths, losses, gradients = (
            {name: numbers[f"{name}: {what}"] for name in _SHOWN[values.shown]}
            for what in _OF_PATH)
        kept = self._pinned(pinned)
        draw.move_surface(self.surface, self._surface(values)[1], wall=numbers["wall"],
                          paths=paths, ghost=kept.get("w, b"), cut=values.w)
        draw.move_cut(self.cut, ALONG, numbers["along the cut"],
                      ghost=pinned and pinned.numbers["along the cut"],
                      wall=surface.wall([values.w], values.a0).b[0])
        draw.move_along(self.losses, losses, ghost=kept.get("loss"))
        for ax in self.beside:
            # on change only: it redraws everything
            if ax.get_visible() != bool(paths):
                ax.set_visible(bool(paths))
        clips = any(_CLIPS[name] for name in paths)
        draw.move_along(self.gradients, gradients, ghost=kept.get("gradient"),
                        level=values.threshold if clips else None)

    def _pinned(self, pinned):
        """The first path of what was pinned."""
        names = _SHOWN[pinned.values.shown] if pinned else ()
        if not names:
            return {}
        return {what: pinned.numbers[f"{names[0]}: {what}"] for what in _OF_PATH}

    def reading(self, values, numbers, pinned):
        said = [f"T = {values.T}.", *([self._told(values, name) for name in _SHOWN[values.shown]]
                                      or [self._wall(values)])]
        if pinned:
            said.append(f"[Pinned: {_setting(pinned.values)}.]")
        return " ".join(said)

    def _wall(self, values):
        """Where the wall stands on the cut, and how steep it is."""
        at = surface.wall([values.w], values.a0)
        steepest = number(np.nanmax(self._surface(values)[1].steepness))
        grid = f"The steepest point of this grid has a gradient of {steepest}."
        if np.isnan(at.b[0]):
            return f"At w = {number(values.w)} no wall stands. {grid}"
        with np.errstate(over="ignore"):
            grown = number(abs(at.factor[0]) ** values.T)
        return (f"At w = {number(values.w)} the wall stands at b = {number(at.b[0])}: there each "
                f"step multiplies the gradient by {number(at.factor[0])}, {values.T} steps by "
                f"{grown}. {grid}")

    def _told(self, values, name):
        """What one path did, in a sentence."""
        path, k = self._descent(values, name), values.k
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

    def table(self, values, numbers):
        rows = [[name, str(k), *(number(v) for v in (*point, J, steep))]
                for name in _SHOWN[values.shown]
                for k, (point, J, steep) in enumerate(zip(*(
                    numbers[f"{name}: {what}"] for what in _OF_PATH), strict=True))]
        if not rows:
            return {"caption": f"Loss along the cut at w = {number(values.w)}",
                    "header": ["b", "loss J"],
                    "rows": [[number(b), number(J)] for b, J in zip(
                        ALONG, numbers["along the cut"], strict=True)]}
        return {"caption": self.caption,
                "header": ["steps", "k", "w", "b", "loss J", "size of the gradient"],
                "rows": rows}


def _setting(values):
    """What was set when a picture was pinned."""
    return f"{values.shown}, T = {values.T}, rate {values.rate:g}, clip at {values.threshold:g}"

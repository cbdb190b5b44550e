"""The explorer of cliffs: the error surface of one unit, its wall, and three ways to step."""
import numpy as np

from rnnlib import draw, surface
from rnnlib.style import number
from rnnlib.widgets.panel import Panel, slider, steps

# what is seen of the surface: the values of w and of b
W, B = np.linspace(0.5, 2.0, 121), np.linspace(-0.7, 0.5, 97)
_CLIPS = {"plain": None, "by norm": "norm", "by element": "element"}
_RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_THRESHOLDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_TRIES = 60
# a step this many times longer than the picture is wide has been thrown off
_THROWN = 1.0


def cliffs_and_clipping(*, target=0.0):
    """A live error surface of one tanh unit over (w, b), and descent on it, plain and clipped.

    target    what a^{<T>} should be

    Returns a Panel (`rnnlib.widgets.panel`); `panel.numbers` holds the surface's loss, the
    wall and the three paths.

    Notes: the picture shows a part of the plane. A path that leaves it goes on outside; the
    reading says where it ended.
    """
    controls = {
        "T": slider("time steps", "T", 1, 100, 50),
        "a0": slider("start state", "a⟨0⟩", -0.9, 0.9, 0.3, 0.05),
        "w": slider("start of the descent", "w", 0.5, 2.0, 1.3, 0.01),
        "b": slider("start of the descent", "b", -0.7, 0.5, -0.1, 0.01),
        "rate": steps("learning rate", "", [(f"{r:g}", r) for r in _RATES], 0.05),
        "threshold": steps("clip at", "", [(f"{c:g}", c) for c in _THRESHOLDS], 1.0),
    }
    return Panel(_CliffView(target), controls, size=(920, 470), presets={
        "1 thrown off": {},
        "2 no wall yet": {"T": 5},
        "3 a small rate": {"rate": 0.005},
        "4 the threshold too high": {"threshold": 10.0},
    })


class _CliffView:
    """What `cliffs_and_clipping` shows."""

    caption = "Loss of one tanh unit over its weight w and its bias b, and steps down from a start"

    def __init__(self, target):
        self.target = target
        self._surfaces = {}

    def _surface(self, values):
        """The surface belongs to T and the start state; only the last one is kept."""
        key = values.T, values.a0
        if key not in self._surfaces:
            run = surface.one_unit(values.T, self.target, a0=values.a0)
            self._surfaces = {key: (run, surface.error_surface(run, W, B))}
        return self._surfaces[key]

    def _paths(self, values):
        run, _ = self._surface(values)
        return {name: surface.descent(run, (values.w, values.b), rate=values.rate, steps=_TRIES,
                                      clip=clip, threshold=values.threshold)
                for name, clip in _CLIPS.items()}

    def numbers(self, values):
        self.paths = self._paths(values)
        found = {"loss": self._surface(values)[1].loss,
                 "wall": surface.wall(W, values.a0).b}
        for name, path in self.paths.items():
            found |= {f"{name}: w, b": path.points, f"{name}: loss": path.loss}
        return found

    def draw(self, figure, theme):
        wide = figure.add_axes([0.08, 0.13, 0.55, 0.76])
        narrow = figure.add_axes([0.76, 0.13, 0.22, 0.76])
        run = surface.one_unit(1, self.target)
        empty = surface.error_surface(run, W, B)
        self.artists = draw.draw_surface(wide, empty, None, {}, theme=theme)
        self.losses = draw.draw_losses(narrow, {}, theme=theme)
        narrow.set_xlim(-1, _TRIES + 1)
        return [*draw.moving_surface(self.artists), *self.losses.values()]

    def move(self, values, numbers, pinned):
        draw.move_surface(self.artists, self._surface(values)[1],
                          surface.wall(W, values.a0),
                          {name: path.points for name, path in self.paths.items()})
        draw.move_losses(self.losses, {name: path.loss for name, path in self.paths.items()})

    def reading(self, values, numbers, pinned):
        return " ".join(f"{name.capitalize()}: {self._told(path)}."
                        for name, path in self.paths.items())

    def _told(self, path):
        lengths = np.linalg.norm(np.diff(path.points, axis=0), axis=1)
        w, b = path.points[-1]
        end = f"loss {number(path.loss[-1])} at w = {number(w)}, b = {number(b)}"
        if lengths.size and not lengths.max() <= _THROWN:
            k = int(np.argmax(~(lengths <= _THROWN)))
            return f"thrown off at step {k} by a gradient of {number(path.steepness[k])}, {end}"
        clipped = int(path.clipped.sum())
        return f"{end}" + (f", {clipped} of {len(path.step)} steps clipped" if clipped else "")

    def table(self, values, numbers):
        rows = [[name, str(k), *(number(v) for v in (*point, J, steep))]
                for name, path in self.paths.items()
                for k, (point, J, steep) in enumerate(
                    zip(path.points, path.loss, path.steepness))]
        return {"caption": self.caption,
                "header": ["steps", "k", "w", "b", "loss J", "size of the gradient"],
                "rows": rows}

"""Small pictures of a prediction: the curves to choose among, the truth beside what was said."""
from dataclasses import dataclass
from html import escape

import numpy as np
from matplotlib.ticker import MaxNLocator

from rnnlib.style import number, power

WIDTH, HEIGHT = 460, 210
# of the axes, left, right, top, bottom: there is room for a word right of the curve's end
LEFT, RIGHT, TOP, BOTTOM = 64, 380, 30, 168
DOT, HALF_BAND = 6, 7
NEAR, LINE = 80, 18  # as wide as a word with its mark, as high as a line of text


@dataclass(frozen=True, eq=False)
class Truth:
    """The curve that settles a question, and where each choice would lie beside it.

    x, y       its points; log10 of them on an axis that `powers` names, "x", "y" or "xy"
    along, up  what x and y are, in words
    choices    {choice: (x, low, high)}: what it says y is there; None is the end of the axis
    at         the index of the point that is the answer, the last one unless told
    """

    x: np.ndarray
    y: np.ndarray
    along: str
    up: str
    choices: dict
    powers: str = ""
    at: int = -1

    def __post_init__(self):
        for name in ("x", "y"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name} must be finite, got {getattr(self, name)}")

    @property
    def answer(self):
        """The point that is the answer, (x, y)."""
        return self.x[self.at], self.y[self.at]

    def ticks(self, name):
        """Values for the marks of an axis, from below everything to above it."""
        found = self._values(name)
        whole = name in self.powers or np.array_equal(found, np.round(found))
        return MaxNLocator(4, integer=whole).tick_values(min(found), max(found))

    def _values(self, name):
        """All that must find room on an axis: a mark without an end stands for some height, too."""
        if name == "x":
            return [*self.x, *(x for x, _, _ in self.choices.values())]
        marks = [ends for _, *ends in self.choices.values()]
        found = [*self.y, *(end for ends in marks for end in ends if end is not None)]
        room = 0.15 * np.ptp(found)
        return [*found, *(high - room for low, high in marks if low is None),
                *(low + room for low, high in marks if high is None)]

    def place(self, name, value):
        """Where a value is along an axis, 0 to 1."""
        ticks = self.ticks(name)
        return (value - ticks[0]) / (ticks[-1] - ticks[0])

    def text(self, name, value):
        """A value of an axis in words."""
        return power(float(value)) if name in self.powers else number(value).replace("-", "−")

    def svg(self):
        """The curve with its answer, and a mark for each choice, of which the page shows one."""
        across, down = (lambda x: LEFT + (RIGHT - LEFT) * self.place("x", x),
                        lambda y: BOTTOM - (BOTTOM - TOP) * self.place("y", y))
        points = " ".join(f"{across(x):.1f},{down(y):.1f}" for x, y in zip(self.x, self.y))
        x, y = across(self.answer[0]), down(self.answer[1])
        return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.said)}">'
                f'{self._axes(across, down)}<polyline points="{points}"/>'
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}"/>'
                f'<text x="{x + 14:.1f}" y="{y - 6:.1f}">answer</text>'
                f'{"".join(self._mark(k, across, down) for k in range(len(self.choices)))}</svg>')

    @property
    def said(self):
        """The picture in words."""
        (x, y), first = self.answer, (self.x[0], self.y[0])
        return (f"{self.up}, {self.along}: {self.text('y', first[1])} at "
                f"{self.text('x', first[0])}; the answer is {self.text('y', y)} at "
                f"{self.text('x', x)}")

    def _axes(self, across, down):
        rows = "".join(f'<text class="tick" text-anchor="end" x="{LEFT - 8}" y="{down(y) + 5:.1f}">'
                       f'{self.text("y", y)}</text>' for y in self.ticks("y"))
        columns = "".join(f'<text class="tick" text-anchor="middle" x="{across(x):.1f}" '
                          f'y="{BOTTOM + 18}">{self.text("x", x)}</text>' for x in self.ticks("x"))
        return (f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>{rows}{columns}'
                f'<text x="{LEFT}" y="{TOP - 14}">{escape(self.up)}</text>'
                f'<text text-anchor="middle" x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 4}">'
                f'{escape(self.along)}</text>')

    def _mark(self, k, across, down):
        x, low, high = list(self.choices.values())[k]
        ends = [self.ticks("y")[0 if low is None else -1] if end is None else end
                for end in (low, high)]
        x, bottom, top = across(x), *map(down, ends)
        middle = (bottom + top) / 2
        word = self._beside(x, middle, across(self.answer[0]), down(self.answer[1]))
        shape = (f'<rect x="{x - HALF_BAND:.1f}" y="{top:.1f}" width="{2 * HALF_BAND}" '
                 f'height="{bottom - top:.1f}"/>' if low != high else
                 f'<path d="M{x:.1f} {middle - 9:.1f}l9 9l-9 9l-9 -9z"/>')
        return (f'<g class="yours" data-choice="{k}" hidden="">{shape}'
                f'<text x="{x + 14:.1f}" y="{word:.1f}">you</text></g>')

    @staticmethod
    def _beside(x, y, answer_x, answer_y):
        """Where a word at a mark is not in the answer's way: beside, else below or above it."""
        taken = answer_y - 6
        if abs(x - answer_x) > NEAR or abs(y + 5 - taken) >= LINE:
            return min(y + 5, BOTTOM - 3)
        below = y >= answer_y and taken + LINE < BOTTOM
        return taken + LINE if below else taken - LINE


def sketch(values, low, high):
    """A curve of some values as a small SVG, in the colour of the text; said by its choice."""
    width, height, edge = 110, 54, 4
    points = (f"{edge + k * (width - 2 * edge) / (len(values) - 1):.1f},"
              f"{height - edge - (value - low) / (high - low) * (height - 2 * edge):.1f}"
              for k, value in enumerate(values))
    return (f'<svg width="{width}" height="{height}" aria-hidden="true"><path d="M1 1V{height - 1}'
            f'H{width}" fill="none" stroke="currentColor" opacity=".5"/><polyline fill="none" '
            f'points="{" ".join(points)}" stroke="currentColor" stroke-width="2.5"/></svg>')

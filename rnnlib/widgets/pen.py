"""matplotlib's renderer with a memory for words.

Laying out and drawing glyphs is two fifths of what a moving picture costs, and most of its words
were in an earlier picture.
"""
from weakref import WeakValueDictionary

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg

# words, each at one place between two pixels: one to six kB
MOST = 500
_pens = WeakValueDictionary()


def pen(width, height, dpi):
    """The pen of all pictures of this size in pixels: each begins by overwriting all of them."""
    size = width, height, dpi
    found = _pens.get(size)
    if found is None:
        found = _pens[size] = Pen(*size)
    return found


class Pen(RendererAgg):
    """Draws the pixels that RendererAgg draws."""

    def __init__(self, *size):
        super().__init__(*size)
        self._plain, self._known = self._renderer, {}  # what was drawn longest ago is first

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if ismath:  # its fractions have bars, which are no glyphs
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        # moved by whole pixels, words look the same
        right, down = int(x // 1), int(y // 1)
        key = s, hash(prop), angle, gc.get_antialiased(), x - right, y - down
        glyphs = self._known.pop(key, None)
        if glyphs is None:
            glyphs = self._traced(right, down, gc, x, y, s, prop, angle, ismath, mtext)
        else:
            for shape, left, bottom, turn in glyphs:
                self._plain.draw_text_image(shape, left + right, bottom + down, turn, gc)
        if glyphs:
            self._known[key] = glyphs
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    def _traced(self, right, down, *words):
        """Draw words; their glyphs and places, from (right, down)."""
        self._renderer = trace = Trace(self._plain)
        try:
            super().draw_text(*words)
        finally:
            self._renderer = self._plain
        return [(np.array(shape), left - right, bottom - down, turn)
                for shape, left, bottom, turn in trace.glyphs]


class Trace:
    """What draws for a renderer, and remembers the glyphs."""

    def __init__(self, plain):
        self._plain, self.glyphs = plain, []

    def draw_text_image(self, shape, left, bottom, turn, gc):
        self.glyphs.append((shape, left, bottom, turn))
        self._plain.draw_text_image(shape, left, bottom, turn, gc)

    def __getattr__(self, name):
        return getattr(self._plain, name)

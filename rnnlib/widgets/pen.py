"""matplotlib's renderer with a memory for words, and for artists that stay as they are.

Laying out and drawing glyphs is two fifths of what a moving picture costs, and most of its words
were in an earlier picture; what an artist asks of its renderer takes longer to find than to do.
"""
from contextlib import contextmanager
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
        self._known = {}  # what was drawn longest ago is first

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
                self._renderer.draw_text_image(shape, left + right, bottom + down, turn, gc)
        if glyphs:
            self._known[key] = glyphs
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    def _traced(self, right, down, *words):
        """Draw words; their glyphs and places, from (right, down)."""
        with self.traced() as drawn:
            super().draw_text(*words)
        return [(shape, left - right, bottom - down, turn)
                for _, (shape, left, bottom, turn, _), _ in drawn]

    @contextmanager
    def traced(self):
        """Remember what is drawn meanwhile, in the list that it gives, for `draw_again`."""
        before, self._renderer = self._renderer, Trace(self._renderer)
        self._update_methods()  # some of ours are the renderer's own
        try:
            yield self._renderer.drawn
        finally:
            self._renderer = before
            self._update_methods()

    def draw_again(self, drawn):
        """Draw what was drawn while it was traced."""
        for name, words, named in drawn:
            getattr(self._renderer, name)(*words, **named)


class Trace:
    """What draws for a renderer, and remembers what: the names of methods, and their words."""

    def __init__(self, renderer):
        self._renderer, self.drawn = renderer, []

    def __getattr__(self, name):
        method = getattr(self._renderer, name)
        if not name.startswith("draw_"):
            return method

        def draw(*words, **named):
            if name == "draw_text_image":  # a font's own pixels are soon those of other words
                words = np.array(words[0]), *words[1:]
            method(*words, **named)
            self.drawn.append((name, words, named))

        return draw

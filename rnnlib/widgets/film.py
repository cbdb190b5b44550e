"""The pictures of one matplotlib figure, of which only what changed is drawn again."""
import io
import weakref

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from rnnlib import style
from rnnlib.widgets.pen import Pen, pen

# how many films keep the fixed parts of sharp pictures, and of moving ones
KEEPING = {True: 1, False: 2}


class Film:
    """One Figure for good and its pictures at any sharpness; only what changed is redrawn.

    size    (width, height) in CSS pixels; the figure has 72 dots per inch, so a font size
            or a line width of matplotlib is in CSS pixels too
    moving  the artists that may change between pictures; everything else is drawn once and
            copied, and so are the lowest moving artists as long as they stay as they are;
            others that stay ask the renderer the same as before.
            matplotlib itself tells what went stale: `artist.stale` is set by every setter,
            and `figure.stale` by every change of an artist that does not move (new limits,
            a new title).
    """

    _keeping = {True: [], False: []}  # weak: those that keep fixed parts, sharp ones or not

    def __init__(self, size):
        self.size = size
        self.figure = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72)
        FigureCanvasAgg(self.figure)
        # one for each sharpness, shared with other films of this size
        self._renderers = {}
        self.moving = ()

    def resize(self, size):
        """Another size; what was drawn must be drawn anew."""
        self.size = tuple(size)
        self.figure.set_size_inches(size[0] / 72, size[1] / 72)
        self._renderers.clear()

    def draw_anew(self, draw, theme):
        """Draw all anew in a theme; draw(figure, theme) gives the artists that will move."""
        self.figure.clear()
        self.figure.set_facecolor(style.BACKGROUND[theme])
        self.moving = draw(self.figure, theme)

    @property
    def moving(self):
        return self._moving

    @moving.setter
    def moving(self, artists):
        self._moving = sorted(artists, key=lambda artist: artist.get_zorder())
        for artist in self._moving:
            artist.set_animated(True)
        # picture number of each artist's last change; where the last change begins
        self._changed, self._picture, self._low = [0] * len(self._moving), 0, 0
        self._forget()

    def smallest_text(self):
        """The height of the smallest words that are seen, in CSS pixels."""
        return min((text.get_fontsize() for text in self.figure.findobj(Text)
                    if text.get_visible() and text.get_text().strip()), default=style.TEXT_PX)

    def pixels(self, ratio=1):
        """The picture at `ratio` pixels per CSS pixel, (height, width, 4) uint8, valid until
        the next call, also of another film's."""
        self._note_changes()
        pixels, n = self._unmoved(ratio)
        self._draw(self._renderer(ratio), n, None)
        return pixels

    def png(self, ratio=1):
        """The picture as the bytes of a PNG file, short enough to be kept in a notebook."""
        out = io.BytesIO()
        flat = Image.fromarray(self.pixels(ratio)).convert("RGB")
        # a chart has few colours: with 256 of them the file is a third as long
        flat.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def svg(self):
        """The picture as the text of an SVG file: lines as paths, words as words."""
        # only a recording wants it: a notebook need not wait for it
        from matplotlib.backends.backend_svg import RendererSVG

        self._note_changes()
        self._resolve(1)
        out = io.StringIO()
        renderer = RendererSVG(*self.size, out, metadata=dict.fromkeys(
            ("Creator", "Date", "Format", "Type")))
        self.figure.draw(renderer)
        self._draw(renderer, 0, None)
        renderer.finalize()
        return out.getvalue()

    def ground(self):
        """What stays when the artists move on that moved last: pixels (height, width, 4)."""
        self._note_changes()
        return self._unmoved(1)[0].copy()

    def free(self):
        """Let go of all artists and pixels; the picture is then an empty one."""
        self.figure.clear()
        self.moving = ()
        self._renderers.clear()
        self._forget()

    def _forget(self):
        # by sharpness: the fixed part; (n, picture number, fixed part with n moving artists)
        self._backgrounds, self._copies = {}, {}
        self._traces = {}  # by number of an artist: picture number, what it drew

    def _unmoved(self, ratio):
        """The picture up to the last change, and how many of the moving artists it includes."""
        renderer = self._renderer(ratio)
        n = self._restore(renderer, ratio)
        self._draw(renderer, n, self._low)
        if n < self._low and ratio == 1:  # sharp ones are few, and four times as large
            region = renderer.copy_from_bbox(self.figure.bbox)
            self._copies[ratio] = self._low, self._picture, region
        return np.asarray(renderer.buffer_rgba()), max(n, self._low)

    def _note_changes(self):
        if self.figure.stale:
            self._forget()
        stale = [i for i, artist in enumerate(self._moving) if artist.stale]
        if stale:
            self._picture, self._low = self._picture + 1, stale[0]
        for i in stale:
            self._changed[i] = self._picture
            # said here, since artists that are invisible or empty do not say so when drawn
            self._moving[i].stale = False

    def _renderer(self, ratio):
        """The renderer of this sharpness, the figure set to it."""
        self._resolve(ratio)
        if ratio not in self._renderers:
            width, height = (round(side * ratio) for side in self.size)
            self._renderers[ratio] = pen(width, height, 72 * ratio)
        return self._renderers[ratio]

    def _resolve(self, ratio):
        # a new resolution alone marks a figure as stale, though nothing in it changed
        if self.figure.dpi != 72 * ratio:
            self.figure.dpi = 72 * ratio
            self.figure.stale = False

    def _restore(self, renderer, ratio):
        """Copy what did not change; how many of the moving artists that includes."""
        n, picture, region = self._copies.get(ratio, (0, 0, None))
        if region is None or max(self._changed[:n], default=0) > picture:
            n, region = 0, self._background(renderer, ratio)
        renderer.restore_region(region)
        return n

    def _background(self, renderer, ratio):
        if ratio not in self._backgrounds:
            self._make_room(ratio > 1)
            renderer.clear()
            self.figure.draw(renderer)
            self._backgrounds[ratio] = renderer.copy_from_bbox(self.figure.bbox)
        return self._backgrounds[ratio]

    def _make_room(self, sharp):
        """Have other films let go of fixed parts, which are large: the hand is at one picture."""
        films = [ref() for ref in Film._keeping[sharp]]
        films = [*(film for film in films if film not in (None, self)), self]
        for film in films[:-KEEPING[sharp]]:
            film._forget_sharp() if sharp else film._forget()
        Film._keeping[sharp] = [weakref.ref(film) for film in films[-KEEPING[sharp]:]]

    def _forget_sharp(self):
        for kept in (self._backgrounds, self._renderers):
            for ratio in [ratio for ratio in kept if ratio > 1]:
                del kept[ratio]
        for text in self.figure.findobj(Text):
            text._renderer = None  # as it began: it keeps the one that drew it last

    def _draw(self, renderer, first, last):
        for i, artist in list(enumerate(self._moving))[first:last]:
            if isinstance(renderer, Pen) and self.figure.dpi == 72:  # moving: sharp ones are few
                self._draw_or_repeat(i, renderer)
            else:
                artist.draw(renderer)

    def _draw_or_repeat(self, i, renderer):
        picture, drawn = self._traces.get(i, (-1, ()))
        if picture >= self._changed[i]:
            renderer.draw_again(drawn)
            return
        with renderer.traced() as drawn:
            self._moving[i].draw(renderer)
        self._traces[i] = self._picture, drawn

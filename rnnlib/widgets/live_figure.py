"""A matplotlib figure that follows sliders, in one canvas of the page.

Why a canvas of our own and not an `Image` widget: every new value of an `Image` becomes a new
blob URL in an <img>, and the browser keeps the decoded pictures of replaced URLs until it runs
short of memory (hundreds of MB after a few hundred pictures; ipywidgets issues 2263 and 3170).
Here a picture is decoded to an ImageBitmap, painted on the one canvas and closed at once, which
frees its pixels by the standard's own promise, so there is no URL to revoke. A canvas also keeps
its last pixels until the next ones are painted in the same browser task: no flicker, and its box
has a fixed size.

Why base64 text and not bytes: at least one hosted notebook service hands on custom widgets'
state without its binary buffers, and a picture is only 10 to 40 kB.
"""
import base64
import io
import sys
import threading
import weakref
from contextlib import contextmanager
from pathlib import Path

import anywidget
import matplotlib
import numpy as np
import traitlets as tl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from rnnlib import style
from rnnlib.widgets import encode
from rnnlib.widgets.script import script
from rnnlib.widgets.pen import pen

# pixels per CSS pixel of the picture at rest, at least and at most
SHARP, SHARPEST = 2, 3
SQUEEZED = 0.9  # of its own width and height, at least, where a picture is drawn for a screen
# how many films keep the fixed parts of sharp pictures, and of moving ones
KEEPING = {True: 1, False: 2}
# JupyterLab gives what the page says to a second thread of the kernel (a subshell) while a cell
# runs in the first; a figure, its numbers and matplotlib's settings bear one of them at a time
ONE_AT_A_TIME = threading.RLock()
_HERE = Path(__file__).parent


class Film:
    """One Figure for good and its pictures at any sharpness; only what changed is redrawn.

    size    (width, height) in CSS pixels; the figure has 72 dots per inch, so a font size
            or a line width of matplotlib is in CSS pixels too
    moving  the artists that may change between pictures; everything else is drawn once and
            copied, and so are the lowest moving artists as long as they stay as they are.
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
        return min(text.get_fontsize() for text in self.figure.findobj(Text)
                   if text.get_visible() and text.get_text().strip())

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

    def _forget(self):
        # by sharpness: the fixed part; (n, picture number, fixed part with n moving artists)
        self._backgrounds, self._copies = {}, {}

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
        for artist in self._moving[first:last]:
            artist.draw(renderer)


class LiveFigure(anywidget.AnyWidget):
    """A picture that is drawn once and then moved.

        def draw(figure, theme):
            line, = figure.subplots().plot(t, w * t)
            return [line]

        def move():
            line.set_ydata(w.value * t)
            return {"reading": f"the slope is {w.value}"}

        live = LiveFigure(draw, move, label="a straight line")
        w.observe(lambda change: live.refresh(), "value")

    draw     (figure, theme) -> the artists that will move. Called at the start and again,
             on the cleared figure, when the reader's theme changes.
    move     () -> texts. Puts the moving artists where they belong now; a dict of the texts
             that change with the picture (label, reading, summary, caption), or None.
    tables   () -> [{"caption", "header", "rows"}]: the plotted numbers, when the reader asks.
    add      () -> whether it found more to show: what is too dear while the hand moves.
    size     (width, height) in CSS pixels; the box in the page never has another size.
    label    text alternative: what the picture shows now.
    reading  one line in words above the picture.
    summary  what the stored output says of controls and arrays; is not shown in the page.
    caption  what the picture is; first line of the stored output.

    While `refresh` is called the picture has one pixel per CSS pixel, and only the pixels that
    differ from `ground` are sent, where they are few. When no new one came for a tenth of a
    second, the page asks for a sharp one (`rest`), and gets the next ground with it.
    """

    _esm = script(_HERE, "keys", "elements", "screen", "live_figure")
    _css = (_HERE / "live_figure.css").read_text(encoding="utf-8")

    frame = tl.Dict().tag(sync=True)
    ground = tl.Dict().tag(sync=True)
    size = tl.List(tl.Int()).tag(sync=True)
    theme = tl.Enum(("light", "dark"), "light").tag(sync=True)
    label = tl.Unicode().tag(sync=True)
    reading = tl.Unicode().tag(sync=True)
    tables = tl.List().tag(sync=True)
    caption = tl.Unicode().tag(sync=True)
    summary = tl.Unicode()

    def __init__(self, draw, move=None, *, tables=None, add=None, size=(720, 520), **texts):
        self.film, self._own_size = Film(size), size
        self._draw, self._move, self._tables, self._add = draw, move, tables, add
        self._table_open, self._ground = False, None
        super().__init__(size=list(size), **texts)
        self.on_msg(LiveFigure._from_page)
        self._draw_anew()

    def refresh(self, ratio=1):
        """Move the artists to where they belong now and show the picture."""
        with styled(self.theme), self.hold_sync():
            self._put()
            self._show(ratio)

    def _put(self):
        for name, text in ((self._move and self._move()) or {}).items():
            setattr(self, name, text)

    def rest(self, ratio=SHARP):
        """Show the same picture sharp, with what there is to add, and the tables of its numbers
        if the reader opened them."""
        ratio = min(max(ratio, SHARP), SHARPEST)
        with styled(self.theme), self.hold_sync():
            if self._draw is None:  # another thread has closed it meanwhile
                return
            added = self._complete()
            self.open_table(self._table_open)
            if added or self.frame["ratio"] != ratio:
                self._show(ratio)

    def _complete(self):
        if added := self._add is not None and self._add():
            self._put()
        return added

    def fill(self, area=None, text=None):
        """Draw the picture for an area of the screen, (width, height) in pixels, where its smallest
        text is to be `text` pixels high; in its own size without. It is made smaller than that by
        a tenth at most, or its words would not find room."""
        with ONE_AT_A_TIME, self.hold_sync():
            size = self._own_size
            if area is not None:
                size = [round(max(SQUEEZED * least, side * self.film.smallest_text() / text))
                        for least, side in zip(size, area)]
            if self._draw is not None and list(size) != self.size:
                self.film.resize(size)
                self.size = list(size)
                self._draw_anew()

    def open_table(self, is_open=True):
        """Send the tables of the plotted numbers, now and at every rest, or stop sending them."""
        self._table_open = is_open
        self.tables = self._tables() if is_open and self._tables else []

    def still(self):
        """The mime bundle for readers without a kernel: a sharp PNG, and a text that says the
        caption, the summary and the reading."""
        with styled(self.theme), self.hold_sync():
            if self._complete():
                self._show(SHARP)
            png = _text(self.film.png(SHARP))
        texts = self.caption, self.summary, self.reading or self.label
        return {"image/png": png, "text/plain": "\n".join(filter(None, texts))}

    def about(self, alt=None):
        """The bundle's metadata; the label, unless told, is the picture's alternative."""
        width, height = self.size
        return {"image/png": {"width": width, "height": height, "alt": alt or self.label}}

    def close(self):
        """Take the picture from the page and let go of everything it held."""
        if self.comm is None:  # closed: while rubbish is collected no lock may be waited for
            return
        self.unobserve_all()
        # a notebook's Out keeps what a cell has shown, and a picture has 20 MB of pixels; while the
        # interpreter shuts down they go anyway, and a figure cannot be cleared any more
        if not sys.is_finalizing():
            with ONE_AT_A_TIME:
                self._draw = self._move = self._tables = self._add = self._ground = None
                self.film.free()
        self.layout.close()
        super().close()

    def _show(self, ratio):
        pixels = self.film.pixels(ratio)
        ink = encode.ink(pixels, self._ground) if ratio == 1 else None
        if ink is None:
            picture = {"png": _text(encode.png(pixels))}
        else:
            picture = {"ink": _text(ink), "ground": self.ground["number"]}
        self.frame = {**picture, "ratio": ratio, "theme": self.theme}
        if ratio > 1:
            self._lay_ground()

    def _lay_ground(self):
        """Send what the next movement will leave alone, while the hand rests and time is free."""
        pixels = self.film.ground()
        if not np.array_equal(pixels, self._ground):
            self._ground = pixels
            self.ground = {"number": self.ground.get("number", 0) + 1,
                           "png": _text(encode.png(pixels))}

    @tl.observe("theme")
    def _draw_anew(self, _change=None):
        with styled(self.theme):
            if self._draw is None:  # another thread has closed it meanwhile
                return
            self.film.draw_anew(self._draw, self.theme)
            self.refresh(SHARP)

    def _from_page(self, message, _buffers):
        if message["kind"] == "rest":
            self.rest(message["ratio"])
        elif message["kind"] == "fill":
            self.fill(message["area"], message["text"])
        elif message["kind"] == "table":
            self.open_table(message["open"])

    # ipywidgets 7 would show itself by this method and skip the bundle
    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs):
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        return {**bundle, **self.still()}, {**metadata, **self.about()}


@contextmanager
def styled(theme):
    """matplotlib in our settings. Its own `rc_context` copies all 300 of them, at every picture."""
    ours = style.rc(theme)
    with ONE_AT_A_TIME:
        before = {name: matplotlib.rcParams[name] for name in ours}
        matplotlib.rcParams.update(ours)
        try:
            yield
        finally:
            matplotlib.rcParams.update(before)


def _text(data):
    """Bytes as the text that the page gets."""
    return base64.b64encode(data).decode()

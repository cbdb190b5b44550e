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
import sys
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import anywidget
import matplotlib
import traitlets as tl

from rnnlib import style
from rnnlib.widgets import encode
from rnnlib.widgets.film import Film
from rnnlib.widgets.script import script, style_sheet

# pixels per CSS pixel of the picture at rest, at least and at most
SHARP, SHARPEST = 2, 3
SQUEEZED = 0.9  # of its own width and height, at least, where a picture is drawn for a screen
# JupyterLab gives what the page says to a second thread of the kernel (a subshell) while a cell
# runs in the first; a figure, its numbers and matplotlib's settings bear one of them at a time
ONE_AT_A_TIME = threading.RLock()
NOT_SEEN = "backend", "interactive"  # settings of no picture
_HERE = Path(__file__).parent


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
    ahead    a `rnnlib.widgets.ahead.Ahead`: pictures of values that are not yet chosen.
    controls [model id, trait] of the controls, whose values the page can see.
    size     (width, height) in CSS pixels; the box in the page never has another size.
    label    text alternative: what the picture shows now.
    reading  one line in words above the picture.
    summary  what the stored output says of controls and arrays; is not shown in the page.
    caption  what the picture is; first line of the stored output.

    While `refresh` is called the picture has one pixel per CSS pixel, and only the pixels that
    differ from `ground` are sent, where they are few. When no new one came for a tenth of a
    second, the page asks for a sharp one (`rest`), and gets the next ground with it.
    """

    _esm = script(_HERE, "keys", "elements", "kernel", "screen", "ahead", "live_figure")
    _css = style_sheet(_HERE / "live_figure.css")

    frame = tl.Dict().tag(sync=True)
    ground = tl.Dict().tag(sync=True)
    size = tl.List(tl.Int()).tag(sync=True)
    theme = tl.Enum(("light", "dark"), "light").tag(sync=True)
    label = tl.Unicode().tag(sync=True)
    reading = tl.Unicode().tag(sync=True)
    tables = tl.List().tag(sync=True)
    caption = tl.Unicode().tag(sync=True)
    controls = tl.List().tag(sync=True)
    summary = tl.Unicode()

    def __init__(self, draw, move=None, *, tables=None, add=None, ahead=None,
                 size=(720, 520), **traits):
        with styled("light"):  # a new figure asks the settings how it is laid out
            self.film, self._own_size, self._ahead = Film(size), size, ahead
        self._draw, self._move, self._tables, self._add = draw, move, tables, add
        self._table_open, self._ground = False, None
        super().__init__(size=list(size), **traits)
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
            if self._draw is None:  # another thread has closed it meanwhile
                return
            size = self._own_size
            if area is not None:
                size = [round(max(SQUEEZED * least, side * self.film.smallest_text() / text))
                        for least, side in zip(size, area)]
            if list(size) != self.size:
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
                self._ahead = None
                self.film.free()
                self.film = None
        self.layout.close()
        super().close()
        self.frame, self.ground, self.tables = {}, {}, []

    def _show(self, ratio):
        place = self._ahead.place() if self._ahead else {}
        self.frame = {**self._picture(ratio), **place}
        if ratio > 1:
            self._lay_ground()

    def _picture(self, ratio):
        pixels = self.film.pixels(ratio)
        ink = encode.ink(pixels, self._ground) if ratio == 1 else None
        if ink is None:
            picture = {"png": _text(encode.png(pixels))}
        else:
            picture = {"ink": _text(ink), "ground": self.ground["number"]}
        return {**picture, "ratio": ratio, "theme": self.theme}

    def picture(self, lay):
        """What the page is sent of the artists as they stand, as it is while the hand moves; with
        `lay` after what will stay when they move on."""
        if lay:
            self._lay_ground()
        return self._picture(1)

    def _lay_ground(self):
        """Send what the next movement will leave alone, while the hand rests and time is free.

        Where that is nearly the last one, ink on the last one is short too, and what the page has
        of pictures to come stays of use.
        """
        pixels = self.film.ground()
        if encode.ink(pixels, self._ground, encode.MOST_INK / 4) is None:
            self._ground = pixels
            self.ground = {"number": self.ground.get("number", 0) + 1,
                           "png": _text(encode.png(pixels))}

    @tl.observe("theme")
    def _draw_anew(self, _change=None):
        with styled(self.theme):
            if self._draw is None:  # another thread has closed it meanwhile
                return
            self.film.draw_anew(self._draw, self.theme)
            if self._ahead:
                self._ahead.renew()
            self.refresh(SHARP)

    def _from_page(self, message, _buffers):
        if message["kind"] == "rest":
            self.rest(message["ratio"])
        elif message["kind"] == "fill":
            self.fill(message["area"], message["text"])
        elif message["kind"] == "table":
            self.open_table(message["open"])
        elif message["kind"] == "hand" and self._ahead:
            self._ahead.asked(message)

    # ipywidgets 7 would show itself by this method and skip the bundle
    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs):
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        return {**bundle, **self.still()}, {**metadata, **self.about()}


@contextmanager
def styled(theme):
    """matplotlib in our settings, and its own defaults where a reader has set others.

    Its own `rc_context` copies all 300 of them, at every picture."""
    wanted, now = _settings(theme), matplotlib.rcParams
    with ONE_AT_A_TIME:
        before = {name: now[name] for name, value in wanted.items()
                  if now[name] is not value and now[name] != value}
        now.update({name: wanted[name] for name in before})
        try:
            yield
        finally:
            now.update(before)


@cache
def _settings(theme):
    own = matplotlib.rcParamsDefault
    return {name: own[name] for name in own if name not in NOT_SEEN} | style.rc(theme)


def _text(data):
    """Bytes as the text that the page gets."""
    return base64.b64encode(data).decode()

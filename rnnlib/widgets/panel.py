"""Controls around a live picture: what every explorer has in common.

An explorer (`rnnlib.explorers.explorer`) says which controls it has, numbers from values, artists
from numbers, a sentence, tables. The panel does the rest: labels, presets, pin, reset, one picture
per change, a stored output that can be read without a kernel, and tidying up after itself.
"""
from numbers import Number
from types import SimpleNamespace

import ipywidgets
import numpy as np

from rnnlib.style import ROUNDING
from rnnlib.widgets.ahead import Ahead, heard_of
from rnnlib.widgets.controls import Press, misfit, offered
from rnnlib.widgets.live_figure import ONE_AT_A_TIME, LiveFigure
from rnnlib.widgets.tidy import CLOSED, one_per_cell

LOST = "The graph that this followed is gone: run this cell again to follow the new one."


class Surrounded(ipywidgets.VBox):
    """A live picture, `live`, and what stands above it: one output, closed as a whole.

    Running a notebook cell again closes those which that cell made before.
    """

    def __init__(self, above, live):
        self.live = live
        super().__init__([*above, live])
        self.add_class("rnnlib-panel")
        one_per_cell(self)

    def close(self):
        """Take everything from the page and let go of it, observers included."""
        self.close_parts(self)
        super().close()
        self.children = ()  # a notebook's Out keeps what a cell has shown, and would keep them

    def close_parts(self, widget):
        """Close what a widget is made of."""
        # layouts and styles are widgets too, with a place of their own in ipywidgets' table;
        # no module-level name in here: a panel may be closed while the interpreter shuts down
        for child in getattr(widget, "children", ()):
            self.close_parts(child)
            child.close()
        for part in (getattr(widget, "style", None), getattr(widget, "layout", None)):
            if hasattr(part, "close"):
                part.close()

    _ipython_display_ = None

    def _repr_mimebundle_(self, **_kwargs):
        # made here, as ipywidgets 7 (Google Colab's) has no bundle to build upon
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return ({"application/vnd.jupyter.widget-view+json": view, **self.live.still()},
                self.live.about())


class Panel(Surrounded):
    """Controls, a live picture that follows them, and a sentence that says what is seen.

        panel = Panel(explorer, {"rho": 0.5})
        panel.values.rho, panel.numbers["norms"], panel.controls["rho"]

    explorer  a `rnnlib.explorers.explorer.Explorer`
    start     {name: value}, what the call asks for: the start to which reset goes back.
              ValueError for what a control cannot show

    Exceptions of the explorer pass through the controls' `observe`.
    """

    def __init__(self, explorer, start=None):
        self.explorer, self.controls = explorer, explorer.controls()
        self._begin(start or {})
        self._start = {name: control.value for name, control in self.controls.items()}
        self._holding, self.pinned, self._shared, self._lost = False, None, None, ""
        self.numbers = explorer.numbers(self.values)
        self._ahead = Ahead(self)
        live = LiveFigure(explorer.draw, self._move, tables=self._tables, add=self._add,
                          ahead=self._ahead, size=explorer.size, caption=explorer.caption,
                          controls=[*map(heard_of, self.controls.values())])
        for control in self.controls.values():
            control.observe(self._follow, "value")
        super().__init__([row(*self.controls.values()), self._buttons(explorer.presets)], live)

    def _begin(self, start):
        """Give controls their first values, all or none."""
        try:
            self._put(start)
        except (ValueError, TypeError):
            for control in self.controls.values():
                self.close_parts(control)
                control.close()
            raise

    def _put(self, values):
        """Give controls these values, in the controls' order: one may set the range of those
        after it. ValueError for what a control cannot show."""
        unknown = [name for name in values if name not in self.controls]
        if unknown:
            raise ValueError(f"there is no control {unknown[0]!r}; there are "
                             f"{', '.join(self.controls)}")
        for name, control in self.controls.items():
            if name in values:
                trouble = misfit(name, control, values[name])
                if trouble:
                    raise ValueError(trouble if name in trouble else f"{name}: {trouble}")
                control.value = values[name]

    def described(self):
        """The explorer as data that JSON can hold: caption, size, controls in their order with
        their start values, presets. Enough to build the controls without a kernel."""
        return {"caption": self.explorer.caption, "size": list(self.explorer.size),
                "controls": [{"name": name, **control.told, "start": self._start[name]}
                             for name, control in self.controls.items()],
                "presets": {words: dict(values)
                            for words, values in self.explorer.presets.items()}}

    @property
    def values(self):
        """The controls' present values, as attributes."""
        return SimpleNamespace(**{name: c.value for name, c in self.controls.items()})

    def set(self, **values):
        """Give several controls their values at once, all or none; the picture is drawn once.

        ValueError, with everything as it was, for what a control cannot show, and when closed.
        """
        with ONE_AT_A_TIME:
            if self.explorer is None:
                raise ValueError(CLOSED)
            before = {name: control.value for name, control in self.controls.items()}
            self._holding = True
            try:
                self._put(values)
            except (ValueError, TypeError):
                self._put(before)
                raise
            finally:
                self._holding = False
            self._follow()

    def reset(self):
        """Every control back to its start, and nothing pinned."""
        self.pinned = None
        self.set(**self._start)

    def pin(self):
        """Keep what is shown now as a ghost, or let it go where nothing has moved since."""
        now = SimpleNamespace(values=self.values, numbers=self.numbers)
        self.pinned = None if self.pinned and self.pinned.values == now.values else now
        self._follow()

    def share_selection(self, source, control, address):
        """Let one control and the time of `source.selection` follow each other.

        source   any object with a trait `selection`: [name, layer, time] or None
        control  the name of a control whose value is a time, or 0 for none
        address  time -> [name, layer, time], for a time chosen here

        Once the source is closed, as by its cell run again, the reading says so.
        """
        def there(_change):
            time = (source.selection or [None, None, 0])[2]
            self.controls[control].value = time if time in offered(self.controls[control]) else 0

        def back(_change):
            time, now = self.controls[control].value, source.selection
            if time != (now or [None, None, 0])[2] and (time or now):
                source.selection = address(time) if time else None

        def gone(change):
            if change["new"] is None:
                self._lost = f" {LOST}"
                self._follow()

        self._shared = source, {"selection": there, "comm": gone}
        for trait, told in self._shared[1].items():
            source.observe(told, trait)
        self.controls[control].observe(back, "value")
        there(None)

    def close(self):
        if self.comm is None:  # closed, or never opened
            return
        if self._shared:
            source, observers = self._shared
            for trait, told in observers.items():
                source.unobserve(told, trait)
            self._shared = None
        for control in self.controls.values():
            control.unobserve_all()
        self._ahead.close()
        super().close()
        self.explorer.shown = {}  # its artists keep the renderers that drew them
        self.explorer, self.controls, self.numbers, self.pinned = None, {}, {}, None

    def _buttons(self, presets):
        start = [] if not presets else [ipywidgets.Label("Look here:")]
        shown = [Press(text, lambda values=values: self.set(**{**self._start, **values}))
                 for text, values in presets.items()]
        return row(*start, *shown,
                   Press("pin", self.pin, "keep this picture as a ghost; again, unmoved: let go"),
                   Press("reset", self.reset, "every control back to its start")
                   ).add_class("rnnlib-offers")

    def _follow(self, _change=None):
        with ONE_AT_A_TIME:
            # another thread may have closed it meanwhile
            if not self._holding and self.comm is not None:
                self.numbers = self.explorer.numbers(self.values)
                self.live.refresh()

    def _move(self):
        values, numbers = self.values, self.numbers
        self.explorer.show(values, numbers, self.pinned)
        self._ahead.moved(values, numbers)
        return {**self.texts(values, numbers),
                "summary": f"{self._spoken()}\n{summary(numbers)}"}

    def texts(self, values, numbers):
        """What is said of the picture of these values: reading and label."""
        reading = self.explorer.reading(values, numbers, self.pinned) + self._lost
        return {"reading": reading, "label": f"{self.explorer.caption}. {reading}"}

    def _add(self):
        more = self.explorer.at_rest(self.values, self.numbers)
        self.numbers = {**self.numbers, **more}
        return bool(more)

    def _tables(self):
        return self.explorer.tables(self.values, self.numbers)

    def _spoken(self):
        return "; ".join(f"{c.description} = {_shown(c)}" for c in self.controls.values())


def summary(numbers):
    """One line for each array or number: name, shape, and min, mean, max to four digits."""
    return "\n".join(_line(name, np.asarray(array, dtype=float))
                     for name, array in numbers.items()
                     if isinstance(array, (np.ndarray, Number)))


def _line(name, array):
    finite = array[np.isfinite(array)]
    if not finite.size:
        return f"{name} {array.shape}: nothing finite"
    values = np.array([finite.min(), finite.mean(), finite.max()])
    # what rounding left of 0 differs from machine to machine
    values[abs(values) < ROUNDING * abs(values).max()] = 0
    low, mean, high = (f"{value:.4g}" for value in values)
    rest = "" if finite.size == array.size else f" ({array.size - finite.size} not finite)"
    return f"{name} {array.shape}: min {low}, mean {mean}, max {high}{rest}"


def _shown(control):
    """A control's value as the reader sees it: the option's text where there is one."""
    label = getattr(control, "label", None)
    return label if label is not None else control.value


def row(*children):
    """A row of widgets that goes on in the next line where the page is narrow."""
    return ipywidgets.Box(children, layout={"flex_flow": "row wrap", "align_items": "center",
                                            "grid_gap": "0 1.2em"})

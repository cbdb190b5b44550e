"""Controls around a live picture: what every explorer has in common.

An explorer says which controls it has and gives a `View`: numbers from values, artists from
numbers, a sentence, a table. The panel does the rest: labels, presets, pin, reset, one picture
per change, a stored output that can be read without a kernel, and tidying up after itself.
"""
import re
from types import SimpleNamespace
from typing import Protocol

import ipywidgets
import numpy as np
import traitlets as tl

from rnnlib.widgets.live_figure import ONE_AT_A_TIME, LiveFigure
from rnnlib.widgets.tidy import one_per_cell


class View(Protocol):
    """What a panel wants to know. `values`: the controls' values as attributes."""

    caption: str

    def numbers(self, values) -> dict:
        """Everything that is plotted: {name: array}."""

    def draw(self, figure, theme) -> list:
        """Draw what is there for every value; the artists that will move."""

    def move(self, values, numbers, pinned) -> None:
        """Put the artists where these numbers belong; `pinned` is None or what was kept as a
        ghost: an object with .values and .numbers."""

    def reading(self, values, numbers, pinned) -> str:
        """One line that says what is seen."""

    def table(self, values, numbers) -> dict:
        """The numbers for a screen reader and for copying: caption, header, rows of texts."""


# -- controls --------------------------------------------------------------------------------
def _labelled(kind, words, symbol, value, **traits):
    description = f"{words} {symbol}".strip()
    return kind(value=value, description=description, style={"description_width": "initial"},
                layout={"width": "26em", "max_width": "100%"}, **traits)


def slider(label, symbol, low, high, value, step=None):
    """A slider with its name in plain words and the symbol of the notes beside it."""
    whole = all(isinstance(number, int) for number in (low, high, value, step or 1))
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    step = step or (1 if whole else (high - low) / 100)
    return _labelled(kind, label, symbol, value, min=low, max=high, step=step)


def steps(label, symbol, options, value):
    """A slider over a few named values: pairs (text, value)."""
    # ipywidgets leaves the text of the first option empty until the slider has been moved
    text = {option: text for text, option in options}.get(value, "")
    return _labelled(ipywidgets.SelectionSlider, label, symbol, value, options=options,
                     label=text)


def choice(label, symbol, options, value):
    """A drop-down list."""
    return _labelled(ipywidgets.Dropdown, label, symbol, value, options=options)


def switch(label, symbol, value):
    """A check box."""
    return _labelled(ipywidgets.Checkbox, label, symbol, value, indent=False)


class WholeNumber(ipywidgets.HBox):
    """A text field for a whole number. Nonsense leaves `value` alone and says so beside it."""

    value = tl.Int()

    def __init__(self, label, symbol, low, high, value):
        self._range = range(low, high + 1)
        self.field = _labelled(ipywidgets.Text, label, symbol, str(value),
                               continuous_update=False)
        self.complaint = ipywidgets.Label()
        super().__init__([self.field, self.complaint], value=value)
        self.description = self.field.description
        self.field.observe(self._read, "value")
        self.observe(self._write, "value")

    def _read(self, _change):
        text = self.field.value.strip()
        # so many digits at most: Python refuses to read a number of thousands of them
        good = re.fullmatch(r"-?\d{1,18}", text) and int(text) in self._range
        low, high = self._range[0], self._range[-1]
        self.complaint.value = "" if good else f"want a whole number from {low} to {high}"
        if good:
            self.value = int(text)

    def _write(self, _change):
        self.field.value = str(self.value)


class TextField(ipywidgets.HBox):
    """A text field. `read` makes the value of what is typed; a ValueError of it is said beside
    the field, as text and never as HTML, and leaves `value` alone."""

    value = tl.Unicode()

    def __init__(self, label, symbol, read, value):
        self._value_of = read
        self.field = _labelled(ipywidgets.Text, label, symbol, value)
        self.complaint = ipywidgets.Label()
        super().__init__([self.field, self.complaint], value=read(value),
                         layout={"flex_flow": "row wrap"})
        self.description = self.field.description
        self.field.observe(self._read, "value")
        self.observe(self._write, "value")

    def _read(self, _change):
        try:
            value = self._value_of(self.field.value)
        except ValueError as error:
            self.complaint.value = str(error)
            return
        self.complaint.value, self.value = "", value

    def _write(self, _change):
        # what is being typed is left as it is, if it means the same
        try:
            same = self._value_of(self.field.value) == self.value
        except ValueError:
            same = False
        if not same:
            self.field.value = self.value

    def close(self):
        """Take the field from the page and let go of its reader."""
        self._value_of = None
        super().close()


class Press(ipywidgets.Button):
    """A button whose action may fail aloud: `Button.on_click` logs exceptions and goes on."""

    def __init__(self, description, action, tooltip=""):
        super().__init__(description=description, tooltip=tooltip, layout={"width": "auto"})
        self._action = action

    def click(self):
        """Do what the button is for."""
        self._action()

    def close(self):
        """Take the button from the page; its action would keep the panel alive."""
        self._action = None
        super().close()


# -- the panel -------------------------------------------------------------------------------
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
        self._close_parts(self)
        super().close()

    def _close_parts(self, widget):
        # layouts and styles are widgets too, with a place of their own in ipywidgets' table;
        # no module-level name in here: a panel may be closed while the interpreter shuts down
        for child in getattr(widget, "children", ()):
            self._close_parts(child)
            child.close()
        for part in (getattr(widget, "style", None), getattr(widget, "layout", None)):
            if hasattr(part, "close"):
                part.close()

    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, **self.live.still()}


class Panel(Surrounded):
    """Controls, a live picture that follows them, and a sentence that says what is seen.

        panel = Panel(view, {"rho": slider("spectral radius", "ρ", 0.0, 2.0, 1.0)},
                      presets={"it dies": {"rho": 0.5}})
        panel.values.rho, panel.numbers["norms"], panel.controls["rho"]

    view      a `View`
    controls  {name: widget with a `value`}
    presets   {text of the button: {name: value}}; what is not named goes to its start value
    size      (width, height) of the picture in CSS pixels

    Exceptions of the view pass through the controls' `observe`.
    """

    def __init__(self, view, controls, *, presets=None, size=(720, 520)):
        self.view, self.controls = view, controls
        self._start = {name: control.value for name, control in controls.items()}
        self._holding, self.pinned, self._shared = False, None, None
        self.numbers = view.numbers(self.values)
        live = LiveFigure(view.draw, self._move, table=self._table, size=size,
                          caption=view.caption)
        for control in controls.values():
            control.observe(self._follow, "value")
        super().__init__([flow(*controls.values()), self._buttons(presets or {})], live)

    @property
    def values(self):
        """The controls' present values, as attributes."""
        return SimpleNamespace(**{name: c.value for name, c in self.controls.items()})

    def set(self, **values):
        """Give several controls their values at once; the picture is drawn once."""
        with ONE_AT_A_TIME:
            self._holding = True
            try:
                for name, value in values.items():
                    self.controls[name].value = value
            finally:
                self._holding = False
            self._follow()

    def reset(self):
        """Every control back to its start, and nothing pinned."""
        self.pinned = None
        self.set(**self._start)

    def pin(self):
        """Keep what is shown now as a ghost; press again to let it go."""
        now = SimpleNamespace(values=self.values, numbers=self.numbers)
        self.pinned = None if self.pinned and self.pinned.values == now.values else now
        self._follow()

    def share_selection(self, source, control, address):
        """Let one control and the time of `source.selection` follow each other.

        source   any object with a trait `selection`: [name, layer, time] or None
        control  the name of a control whose value is a time, or 0 for none
        address  time -> [name, layer, time], for a time chosen here
        """
        def there(_change):
            time = (source.selection or [None, None, 0])[2]
            self.controls[control].value = time if time in self._times(control) else 0

        def back(_change):
            time, now = self.controls[control].value, source.selection
            if time != (now or [None, None, 0])[2] and (time or now):
                source.selection = address(time) if time else None

        self._shared = source, there
        source.observe(there, "selection")
        self.controls[control].observe(back, "value")
        there(None)

    def _times(self, control):
        return dict(self.controls[control].options).values()

    def close(self):
        if self.comm is None:  # closed, or never opened
            return
        if self._shared:
            source, there = self._shared
            source.unobserve(there, "selection")
            self._shared = None
        for control in self.controls.values():
            control.unobserve_all()
        super().close()
        self.view = None  # its artists keep the renderers that drew them

    def _buttons(self, presets):
        start = [] if not presets else [ipywidgets.Label("Look here:")]
        shown = [Press(text, lambda values=values: self.set(**{**self._start, **values}))
                 for text, values in presets.items()]
        return flow(*start, *shown,
                     Press("pin", self.pin, "keep this picture as a ghost; again: let it go"),
                     Press("reset", self.reset, "every control back to its start"))

    def _follow(self, _change=None):
        with ONE_AT_A_TIME:
            # another thread may have closed it meanwhile
            if not self._holding and self.view is not None:
                self.numbers = self.view.numbers(self.values)
                self.live.refresh()

    def _move(self):
        values, numbers = self.values, self.numbers
        self.view.move(values, numbers, self.pinned)
        reading = self.view.reading(values, numbers, self.pinned)
        return {"reading": reading, "label": f"{self.view.caption}. {reading}",
                "summary": f"{self._spoken()}\n{summary(numbers)}"}

    def _table(self):
        return self.view.table(self.values, self.numbers)

    def _spoken(self):
        return "; ".join(f"{c.description} = {_shown(c)}" for c in self.controls.values())


def summary(numbers):
    """One line for each array: name, shape, and min, mean, max to four digits."""
    return "\n".join(_line(name, np.asarray(array, dtype=float))
                     for name, array in numbers.items())


def _line(name, array):
    finite = array[np.isfinite(array)]
    if not finite.size:
        return f"{name} {array.shape}: nothing finite"
    low, mean, high = (f"{value:.4g}" for value in (finite.min(), finite.mean(), finite.max()))
    rest = "" if finite.size == array.size else f" ({array.size - finite.size} not finite)"
    return f"{name} {array.shape}: min {low}, mean {mean}, max {high}{rest}"


def _shown(control):
    """A control's value as the reader sees it: the option's text where there is one."""
    label = getattr(control, "label", None)
    return label if label is not None else control.value


def flow(*children):
    """A row of widgets that goes on in the next line where the page is narrow."""
    return ipywidgets.Box(children, layout={"flex_flow": "row wrap", "align_items": "center",
                                            "grid_gap": "0 1.2em"})

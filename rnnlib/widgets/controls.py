"""Controls of an explorer: sliders, lists, switches, fields, and buttons that may fail aloud.

Each keeps what it is as data in `told`, so that a page without a kernel can build it too.
"""
import re
from numbers import Integral, Number, Real

import ipywidgets
import traitlets as tl

from rnnlib.arguments import shown


def _labelled(kind, words, symbol, value, **traits):
    description = f"{words} {symbol}".strip()
    return kind(value=value, description=description, style={"description_width": "initial"},
                layout={"width": "26em", "max_width": "100%"}, **traits)


def _told(control, kind, words, symbol, **more):
    """The control, with what it is as data."""
    control.told = {"kind": kind, "label": words, "symbol": symbol, **more}
    return control


def slider(label, symbol, low, high, value, step=None):
    """A slider with its name in plain words and the symbol of the notes beside it."""
    whole = all(isinstance(number, int) for number in (low, high, value, step or 1))
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    step = step or (1 if whole else (high - low) / 100)
    return _told(_labelled(kind, label, symbol, value, min=low, max=high, step=step),
                 "slider", label, symbol, low=low, high=high, step=step)


def steps(label, symbol, options, value):
    """A slider over a few named values: pairs (text, value)."""
    # ipywidgets leaves the text of the first option empty until the slider has been moved
    text = {option: text for text, option in options}.get(value, "")
    return _told(_labelled(ipywidgets.SelectionSlider, label, symbol, value, options=options,
                           label=text), "steps", label, symbol, options=_pairs(options))


def choice(label, symbol, options, value):
    """A drop-down list."""
    return _told(_labelled(ipywidgets.Dropdown, label, symbol, value, options=options),
                 "choice", label, symbol, options=_pairs(options))


def switch(label, symbol, value):
    """A check box."""
    return _told(_labelled(ipywidgets.Checkbox, label, symbol, value, indent=False),
                 "switch", label, symbol)


def _pairs(options):
    """[text, value] of each option."""
    return [list(option) if isinstance(option, tuple) else [str(option), option]
            for option in options]


def offered(control):
    """The values that a control can have: all of a list, both ends of a range; None for a text."""
    told = control.told
    if "low" in told:  # an explorer may narrow a slider while it is used
        return [getattr(control, "min", told["low"]), getattr(control, "max", told["high"])]
    return listed(told)


def listed(told):
    """The values that a described control lists; None where it has a range or a text."""
    if told["kind"] == "switch":
        return [False, True]
    return [value for _, value in told["options"]] if "options" in told else None


def misfit(name, control, value):
    """A sentence if the control cannot have this value, else None."""
    if isinstance(control, TextField):
        return control.meaning(value)[1]
    values = offered(control)
    if "low" in control.told:
        low, high = values
        whole = isinstance(control, (ipywidgets.IntSlider, WholeNumber))
        fits = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
        return None if fits and low <= value <= high else (
            f"{name} must be {'a whole number ' * whole * (not fits)}from {low} to {high}, "
            f"got {shown(value)}")
    return None if values is None or any(_same(value, option) for option in values) else (
        f"{name} must be one of {', '.join(map(repr, values))}, got {shown(value)}")


def _same(value, option):
    """Whether a value is this option: not an array, and not True for 1."""
    simple = isinstance(value, (str, Number, tuple, type(None)))
    return simple and isinstance(value, bool) == isinstance(option, bool) and value == option


class WholeNumber(ipywidgets.HBox):
    """A text field for a whole number. Nonsense leaves `value` alone and says so beside it."""

    value = tl.Int()

    def __init__(self, label, symbol, low, high, value):
        self._range = range(low, high + 1)
        _told(self, "whole number", label, symbol, low=low, high=high)
        self.field = _labelled(ipywidgets.Text, label, symbol, str(value),
                               continuous_update=False)
        self.complaint = ipywidgets.Label().add_class("rnnlib-complaint")
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
        _told(self, "text", label, symbol)
        self.field = _labelled(ipywidgets.Text, label, symbol, value)
        self.complaint = ipywidgets.Label().add_class("rnnlib-complaint")
        super().__init__([self.field, self.complaint], value=read(value),
                         layout={"flex_flow": "row wrap"})
        self.description = self.field.description
        self.field.observe(self._read, "value")
        self.observe(self._write, "value")

    def meaning(self, text):
        """(value, None) of a text, or (None, a sentence) if it means nothing here."""
        if not isinstance(text, str):
            return None, f"a text is wanted here, got {shown(text)}"
        try:
            return self._value_of(text), None
        except ValueError as error:
            return None, str(error)

    def _read(self, _change):
        value, trouble = self.meaning(self.field.value)
        self.complaint.value = trouble or ""
        if trouble is None:
            self.value = value

    def _write(self, _change):
        # what is being typed is left as it is, if it means the same
        if self.meaning(self.field.value)[0] != self.value:
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

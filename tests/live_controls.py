"""Moves every control of every live widget of a kernel, as a hand in the browser would.

Loaded inside the kernel of a notebook under test. `watch()` before the cells run, `exercise()`
after them; `troubles()` gives what went wrong, on the way or in a callback that swallowed it.
"""
import logging
import sys
import traceback
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import ipywidgets as w
from ipywidgets.widgets import widget as registry
from ipywidgets.widgets import widget_selection, widget_selectioncontainer
from traitlets import Bool, Enum, Int

SHOWS_ONLY = (w.Label, w.HTML, w.HTMLMath, w.Image, w.Audio, w.Video, w.Valid, w.IntProgress,
              w.FloatProgress)
# controls without ends or options; visited at the values given here
OTHERS = {w.Text: ("", "x", "3"), w.Textarea: ("", "x"), w.IntText: (-1, 0, 7),
          w.FloatText: (-1.5, 0.0, 7.5), w.ColorPicker: ("#000000", "#ffffff")}
CLICK = {"event": "click"}
OPTIONS = 20  # of a list that are visited, at most
NODES = 6  # of a graph, selected one after another: each may redraw every chart beside it

_troubles, _blind = [], ExitStack()


class _Keep(logging.Handler):
    def emit(self, record):
        _troubles.append(f"logged by {record.name}: {self.format(record)}")


def watch():
    """From here on keeps every traceback shown and every warning that traitlets or comm log."""
    for name in ("traitlets", "comm", "Comm"):
        logging.getLogger(name).addHandler(_Keep(logging.WARNING))
    shell = sys.modules["IPython"].get_ipython()
    show = shell.showtraceback

    def keep_and_show(*args, **kwargs):
        kind, value, _ = sys.exc_info()
        _troubles.append(f"{kind.__name__}: {value}")
        return show(*args, **kwargs)

    shell.showtraceback = keep_and_show


def troubles():
    """What went wrong since `watch`, as sentences."""
    return list(_troubles)


def live_widgets():
    """Every open widget of this kernel, oldest first (ipywidgets 8 and 7 keep them apart)."""
    known = getattr(registry, "_instances", None)
    return list((w.Widget.widgets if known is None else known).values())


def exercise():
    """Visits every stop of every control, then all again from the last to the first, so that
    controls meet in more than one combination; gives how many stops there were. Of the pictures
    of one explorer the first is drawn, on the way there: to draw takes most of the time."""
    stops = [(control, stop) for control in live_widgets() for stop in stops_of(control)]
    figures = [widget for widget in live_widgets() if hasattr(widget, "film")]
    first = {figure.caption: figure for figure in figures[::-1]}.values()
    with undrawn(*(figure for figure in figures if figure not in first)):
        visit_all(stops)
    with undrawn(*figures):
        visit_all(stops[::-1])
    return len(stops)


@contextmanager
def undrawn(*figures):
    """While it lasts these live figures move their artists and make no pictures of them; the
    class stands for all."""
    with ExitStack() as stack:
        for figure in figures:
            stack.enter_context(patch.object(figure, "_show", lambda *_: None))
        yield


def draw(pictures):
    """From here on live figures make pictures, or only move their artists and store none."""
    from rnnlib.widgets import film, live_figure

    _blind.close()
    if not pictures:
        _blind.enter_context(undrawn(live_figure.LiveFigure))
        _blind.enter_context(patch.object(film.Film, "png", lambda *_: b""))


def visit_all(stops):
    """Takes each control to its stop, and keeps what it raises on the way."""
    for control, stop in stops:
        try:
            visit(control, stop)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            _troubles.append(f"{label(control)} {stop}: {type(error).__name__}: {error} "
                             f"(in {last.name}, line {last.lineno})")


def label(control):
    return f"{type(control).__name__}({getattr(control, 'description', '')!r})"


def visit(control, stop):
    """What arrives from the browser when a hand sets the control: a click, or traits."""
    if stop == CLICK:
        control._handle_custom_msg(CLICK, [])
    else:
        control.set_state(stop)


def stops_of(control):
    """Every place the control must be taken to: traits in the browser's form, or a click."""
    if getattr(control, "disabled", False) or isinstance(control, SHOWS_ONLY):
        return []
    if isinstance(control, w.Button):
        return [CLICK]
    if hasattr(control, "_esm"):
        return stops_of_graph(control) if hasattr(control, "graph") else stops_of_view(control)
    if isinstance(control, widget_selectioncontainer._SelectionContainer):
        return [{"selected_index": i} for i in range(len(control.children))]
    if isinstance(control, widget_selection._MultipleSelection):
        last = len(control.options) - 1
        return [{"index": pair} for pair in ((0, 0), (0, last), (last, last))]
    if isinstance(control, widget_selection._Selection):
        last = len(control.options) - 1
        # of hundreds of days some, evenly, and both ends
        return [{"index": i} for i in sorted({*range(0, last, -(-last // OPTIONS) or 1), last})]
    return [{"value": value} for value in values_of(control)]


def values_of(control):
    """The values of a number, a range, a switch or a text field."""
    if isinstance(control, w.FloatLogSlider):
        return [control.base**control.min, control.base**control.max]
    if hasattr(control, "min") and hasattr(control, "max"):
        low, high = control.min, control.max
        if isinstance(control.value, tuple):
            return [(low, low), (low, high), (high, high)]
        middle = (low + high) / 2
        return [low, int(middle) if isinstance(low, int) else middle, high]
    if isinstance(getattr(control, "value", None), bool):
        return [True, False]
    if isinstance(control, w.ValueWidget) and type(control) not in OTHERS:
        raise TypeError(f"no rule for the control {label(control)}: add it to live_controls.py")
    return OTHERS.get(type(control), ())


def stops_of_graph(view):
    """Every step of a graph view at every detail, and some nodes to select."""
    nodes = list(view.graph.places)
    return [*({"by": by, "frame": i} for by, steps in view.scene["steps"].items()
              for i in range(len(steps))),
            *({"selection": list(node)} for node in nodes[::max(len(nodes) // NODES, 1)]),
            {"selection": None}]


def stops_of_view(view):
    """Every switch, choice and bounded count among the traits of a widget with JavaScript."""
    own = {n: t for n, t in view.traits(sync=True).items()
           if not n.startswith("_") and t.this_class not in w.DOMWidget.__mro__}
    return [{name: value} for name, trait in own.items() for value in values_of_trait(trait)]


def values_of_trait(trait):
    if isinstance(trait, Bool):
        return [True, False]
    if isinstance(trait, Enum):
        return list(trait.values)
    if isinstance(trait, Int) and None not in (trait.min, trait.max):
        return [trait.min, trait.max]
    return []

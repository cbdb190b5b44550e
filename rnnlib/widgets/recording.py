"""What an explorer shows at many settings, for pages that have no kernel.

From the start, a recording moves the first slider through its range, each other control to a few of
its values, and two controls that the lessons move together to a few pairs. Vectors and not pixels:
sharp at every size, and what two pictures share is kept once.
"""
import base64
import copy
import gzip
import json
import re
from itertools import product
from types import SimpleNamespace

from rnnlib.style import BACKGROUND
from rnnlib.widgets.controls import listed
from rnnlib.widgets.film import Film
from rnnlib.widgets.live_figure import styled

# values of the first slider, of each other control, and of each of two together, at most
MOST = 31, 7, 5
SLIDERS = "slider", "steps"
PATH = re.compile(r'(?<= d=")[^"]+')
LONG = re.compile(r"(\.\d)\d+")
# matplotlib numbers its groups; several pictures on one page may not share a name
BAR = re.compile(r'<g id="QuadMesh_\d+"')
NAME = re.compile(r'(?<=<g) id="[^"]*"')


class Recorder:
    """Pictures, sentences and tables of a panel's explorer at other settings; the panel itself
    stays as it is.

    panel  a `rnnlib.widgets.panel.Panel`
    """

    def __init__(self, panel):
        self.told = panel.described()
        self.start = {control["name"]: control["start"] for control in self.told["controls"]}
        self.explorer, self._close_parts = panel.explorer, panel.close_parts
        self._controls = self.explorer.controls()
        self._stages = {theme: Stage(self.explorer, theme) for theme in BACKGROUND}

    def values(self, asked):
        """{name: value} of all controls when from the start these are set, {name: value}: one may
        narrow another."""
        for name, value in {**self.start, **asked}.items():
            self._controls[name].value = value
        return {name: control.value for name, control in self._controls.items()}

    def state(self, values):
        """What is seen at these values of all controls: a dict of said, tables and svg
        {theme: text}."""
        values = SimpleNamespace(**values)
        numbers = self.explorer.numbers(values)
        numbers = {**numbers, **self.explorer.at_rest(values, numbers)}
        return {"said": self.explorer.reading(values, numbers, None),
                "tables": self.explorer.tables(values, numbers),
                "svg": {theme: stage.svg(values, numbers)
                        for theme, stage in self._stages.items()}}

    def reached(self, most=MOST):
        """All that a recording shows, the start first: pairs of {name: value} that differ from
        the start as asked, and the values of all controls then."""
        every = ((asked, self.values(asked))
                 for asked in settings(self.told, self.explorer.together, most))
        return [(asked, values) for asked, values in every if asked.items() <= values.items()]

    def close(self):
        """Let go of all artists and controls."""
        for control in self._controls.values():
            self._close_parts(control)
            control.close()
        for stage in self._stages.values():
            stage.film.free()


class Stage:
    """An explorer's charts in one theme, on a film of their own."""

    def __init__(self, explorer, theme):
        self.explorer, self.theme = copy.copy(explorer), theme
        with styled(theme):
            self.film = Film(explorer.size)
            self.film.draw_anew(self.explorer.draw, theme)

    def svg(self, values, numbers):
        """The picture of these numbers, as SVG."""
        with styled(self.theme):
            self.explorer.show(values, numbers, None)
            return short(self.film.svg())


def short(svg):
    """An SVG for a page: without XML's head, in pixels, its paths to a tenth of one."""
    svg = re.sub(r'pt"(?= height| viewBox)', '"', svg[svg.index("<svg"):], count=2)
    # the page would show through the seams of a colour bar
    svg = BAR.sub('<g shape-rendering="crispEdges"', svg)
    return PATH.sub(lambda path: LONG.sub(r"\1", path[0]), NAME.sub("", svg))


def recorded(panel, most=MOST):
    """The recording of a panel's explorer, as JSON can hold it.

    most  values of the first slider, of each other control, and of each of two together, at most

    A control's place is a number: its value's in `texts`. `states` lists what is seen: asked and
    shown (a place of every control), said, tables, svg {theme: pairs of places (first, end) in
    `lines`, which joined are the picture}. `presets` are {text: places}; the first state is the
    start.
    """
    recorder, lines = Recorder(panel), {}
    told = recorder.told
    reached = recorder.reached(most)
    seen = [recorder.state(values) for _, values in reached]
    recorder.close()
    known = {control["name"]: occurring(control, [values[control["name"]] for _, values in reached])
             for control in told["controls"]}

    def places(values):
        return [known[name].index(value) for name, value in {**recorder.start, **values}.items()]

    return {
        "caption": told["caption"], "size": told["size"],
        "controls": [{"kind": one["kind"], "label": one["label"], "symbol": one["symbol"],
                      "texts": [text_of(one, value) for value in known[one["name"]]]}
                     for one in told["controls"]],
        "presets": {words: places(values) for words, values in told["presets"].items()},
        "states": [{**state, "asked": places(asked), "shown": places(values),
                    "svg": {theme: runs(svg.splitlines(), lines)
                            for theme, svg in state["svg"].items()}}
                   for (asked, values), state in zip(reached, seen)],
        "lines": [*lines]}


def packed(recording):
    """A recording as base64 text of gzipped JSON."""
    text = json.dumps(recording, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def settings(told, together=(), most=MOST):
    """What a recording asks for, the start first: dicts {name: value} of what differs from it.

    told  a panel's description; together and most: as above
    """
    controls = {control["name"]: control for control in told["controls"]}
    first = next((name for name, one in controls.items() if one["kind"] in SLIDERS), None)
    asked = [{}, *told["presets"].values(),
             *({name: value} for name, control in controls.items()
               for value in some(control, most[0 if name == first else 1])),
             *(dict(zip(together, pair)) for pair in product(
                 *(some(controls[name], most[2]) for name in together)))]
    changes = [{name: value for name, value in one.items() if value != controls[name]["start"]}
               for one in asked]
    return [one for k, one in enumerate(changes) if one not in changes[:k]]


def some(control, most):
    """At most so many of a described control's values, evenly, both ends among them, and the
    start; of one value the end that is farther from the start."""
    every = every_value(control)
    last, gaps = len(every) - 1, min(most, len(every)) - 1
    start = every.index(control["start"])
    far = [round(k * last / gaps) for k in range(gaps + 1)] if gaps > 0 else [
        last * (2 * start <= last)]
    return [every[k] for k in sorted({start, *far})]


def every_value(control):
    """All values of a described control in their order; of a field its start alone."""
    start = control["start"]
    if "step" in control:
        low, step = control["low"], control["step"]
        count = round((control["high"] - low) / step) + 1
        # nine decimals, since 3 * 0.1 is not 0.3; a start may lie between two steps
        return sorted({start, *(round(low + k * step, 9) for k in range(count))})
    return listed(control) or [start]


def occurring(control, values):
    """The different ones of a control's values, in the control's own order; others come last."""
    every = every_value(control)
    every += [value for value in values if value not in every]
    return [value for k, value in enumerate(every) if value in values and value not in every[:k]]


def runs(lines, known):
    """A picture's lines as pairs (first, end) of places among the known ones, which grow."""
    found = []
    for place in (known.setdefault(line, len(known)) for line in lines):
        if found and found[-1] == place:
            found[-1] += 1
        else:
            found += [place, place + 1]
    return found


def text_of(control, value):
    """A control's value as the reader sees it."""
    for text, option in control.get("options", ()):
        if option == value:
            return text
    return f"{value:.10g}" if isinstance(value, float) else str(value)

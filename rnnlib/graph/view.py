"""The unrolled graph as a widget: drawn once by Python, brought to life by the browser.

Everything the reader can step through is sent once, when the widget is made (`scene`). After
that only three small things travel, both ways: which step is shown (`frame`), at which detail
(`by`) and which node is pinned (`selection`). So stepping needs no kernel.
"""
import re
from itertools import chain
from operator import itemgetter
from pathlib import Path

import anywidget
import traitlets as tl

from rnnlib.arguments import choice, legible, several, shown
from rnnlib.graph.caption import words
from rnnlib.graph.svg import draw_graph, key, still
from rnnlib.style import BACKGROUND, INK, ROLES, number
from rnnlib.widgets.script import script, style_sheet
from rnnlib.widgets.tidy import one_per_cell

_HERE = Path(__file__).parent


def _theme_css():
    """The roles' colours as CSS variables, light and dark.

    JupyterLab, VS Code and Colab say their theme in an attribute; where that is missing, the
    reader's system decides.
    """
    def variables(theme):
        colours = {"bg": BACKGROUND[theme], "ink": INK[theme]}
        colours |= {role: getattr(look, theme) for role, look in ROLES.items()}
        return "".join(f"--{name}:{colour};" for name, colour in colours.items())

    dark = variables("dark")
    return (f".rg{{{variables('light')}}}\n"
            'body[data-jp-theme-light="false"] .rg,html[theme="dark"] .rg,'
            f'body[data-vscode-theme-kind]:not([data-vscode-theme-kind*="light"]) .rg{{{dark}}}\n'
            "@media screen and (prefers-color-scheme: dark){html:not([theme]) "
            f"body:not([data-jp-theme-light],[data-vscode-theme-kind]) .rg{{{dark}}}}}\n")


class GraphView(anywidget.AnyWidget):
    """An unrolled graph that can be explored and, if it has steps, stepped through.

    graph : the Graph to draw.
    steps : {"layer": [step, ...], "unit": [...]} from :class:`rnnlib.graph.steps.Steps`.
    known : one step with all values, for a graph without steps.
    scales : {scale name: largest magnitude}, the full colour of a node.
    terms : the terms of the weights' gradients, drawn as one bar per time.
    forward : {node: [text, ...]}, the values of the run that a backward pass is of, said in words.
    weights : {name: array} for the lines' widths. labels : one text per time.
    description : the text alternative.

    Traits that travel: ``frame`` (index of the step), ``by`` (key of steps), ``selection``
    ([name, layer, time] with an optional unit, or None). A view with steps keeps them together:
    the selection is the node of the step, a selected node is gone to, a change of detail keeps
    the place. Only a node that no step makes known, after the example's end, is pinned alone.
    """

    _esm = script(_HERE, "../widgets/keys", "../widgets/kernel", "../widgets/screen", "elements",
                  "mathml", "stage", "grid", "words", "terms", "fit", "hall", "clock", "view")
    _css = _theme_css() + style_sheet(_HERE / "view.css")

    scene = tl.Dict().tag(sync=True)
    frame = tl.Int(0).tag(sync=True)
    by = tl.Unicode("layer").tag(sync=True)
    selection = tl.List(default_value=None, allow_none=True).tag(sync=True)

    def __init__(self, graph, *, steps=None, known=None, scales=None, terms=None,
                 forward=None, weights=None, labels=None, description="", hint="", by="layer"):
        labels = _texts("labels", labels, graph.T)
        choice("by", by, tuple(steps or ("layer", "unit")))
        self.graph, self._weights, self._labels = graph, weights, labels
        side, unrolled = draw_graph(graph, weights=weights, labels=labels).markup()
        super().__init__(by=by, scene={
            "side": side, "unrolled": unrolled, "steps": steps or {}, "known": known,
            "terms": terms, "forward": forward, "description": description, "hint": hint,
            "shapes": graph.shapes, "T": graph.T, "L": graph.L, "length": graph.length,
            "columns": [graph.column_x(t) for t in range(graph.T + 1)],
            "telling": {detail: _telling(found, graph.length, bool(terms))
                        for detail, found in (steps or {}).items()},
            "quantity": "∂J/∂" if terms else "", "legend": _legend(graph, steps, scales, weights)})
        self._agreed = False
        # only now: a new view has no selection
        self.observe(self._keep_place, "by")
        self.observe(self._select_step, ["frame", "by"])
        self.observe(self._go_to_selection, "selection")
        one_per_cell(self)

    @tl.validate("frame")
    def _frame_within(self, proposal):
        count = len(self.steps)
        if count and not 0 <= proposal["value"] < count:
            raise tl.TraitError(f"frame must be 0..{count - 1}, got {proposal['value']}")
        return proposal["value"]

    @tl.validate("by")
    def _by_known(self, proposal):
        return choice("by", proposal["value"], tuple(self.scene["steps"]) or ("layer",))

    @tl.validate("selection")
    def _selection_in_graph(self, proposal):
        value = proposal["value"]
        if not value:
            return None
        try:
            address = self.graph[tuple(value[:3])].address
        except (KeyError, ValueError, TypeError):
            raise tl.TraitError("selection must be None or [name, layer, time] of a node of the "
                                f"graph, got {shown(value)}") from None
        return [*address, *value[3:4]]

    def set_state(self, sync_data):
        """Take over what the browser sends, where the three already agree with each other."""
        self._agreed = True
        try:
            super().set_state(sync_data)
        finally:
            self._agreed = False

    def _keep_place(self, change):
        before, now = (self.scene["steps"].get(change[when], []) for when in ("old", "new"))
        if now and not self._agreed:
            self.frame = _same_place(before[self.frame], now)

    def _select_step(self, _change):
        if self.steps and not self._agreed:
            self.selection = _address(self.steps[self.frame])

    def _go_to_selection(self, _change):
        if not self.steps or not self.selection or self._agreed:
            return
        at, unit = key(self.selection[:3]), (*self.selection[3:], -1)[0]
        if at != self.steps[self.frame]["at"]:
            found = (k for k, step in enumerate(self.steps) if step["at"] == at
                     and (unit < 0 or step["unit"] in (unit, -1)))
            # all start states become known in one step, which stands at the first of them
            among = (k for k, step in enumerate(self.steps)
                     if at in map(itemgetter(0), step["set"]))
            if (k := next(chain(found, among), None)) is not None:
                self.frame = k
                self._select_step(None)

    @property
    def steps(self):
        """The list of steps at the present detail, empty if there are none."""
        return self.scene.get("steps", {}).get(self.by, []) if self.scene else []

    def close(self):
        """Take the view from the page and let go of it, layout included."""
        self.layout.close()
        super().close()  # of which who follows the selection is told
        self.unobserve_all()
        self.scene = {"steps": {}}  # a notebook's Out keeps what a cell has shown

    # ---- for readers without a kernel

    def still(self, theme="light"):
        """What is told by now (see `_told`) as one SVG document that needs nothing outside it."""
        texts, shares = self._shown()
        drawing = draw_graph(self.graph, weights=self._weights, labels=self._labels)
        return still(self.graph, drawing, shares, texts, step=(self._told() or [None])[-1],
                     title=self.text(), theme=theme)

    def text(self):
        """The text alternative: what the still picture shows."""
        lines = [line for step in self._told()[-1:]
                 for line in (f"Now: {step['say']}", *map(words, step["eq"]))]
        # an equation goes on in a line that begins with =
        return " ".join([self.scene["description"], *(f"{line}." for line in lines)]).replace(
            ". =", " =")

    def _told(self):
        """The steps up to the present one, or, before the first is left, to the telling one."""
        return self.steps[:(self.frame or self.scene["telling"].get(self.by, 0)) + 1]

    def _shown(self):
        known = self._told() or [self.scene["known"] or {}]
        texts, shares = {}, {}
        for step in known:
            for address, first, values, norm, sizes in step.get("set", ()):
                text, share = texts.setdefault(address, []), shares.setdefault(address, [])
                last = first + len(values)
                text += [""] * (last - len(text))
                share += [0] * (last - len(share))
                text[first:last], share[first:last] = values, sizes
                if self.graph.level == "layer" and norm is not None:
                    text[0] = norm
        return texts, shares

    # ipywidgets 7 would show itself by this method and skip the bundle
    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs):
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        svg, alt = self.still(), self.text()
        width, height = map(int, re.search(r' width="(\d+)" height="(\d+)"', svg).groups())
        # of the PNG, too, that is drawn when outputs are stored with the course
        about = dict.fromkeys(("image/svg+xml", "image/png"),
                              {"width": width, "height": height, "alt": alt})
        return {**bundle, "image/svg+xml": svg, "text/plain": alt}, {**metadata, **about}


def _address(step):
    """The node of a step as a selection."""
    name, l, t = step["at"].split(",")
    return [name, int(l), int(t)]


def _telling(steps, end, back):
    """The step that a picture which does not move shows, since at the first next to nothing is
    known: forward where a past first meets an input, backward the last of the last time that gives
    terms: what a lesson may ask first, how two ways meet, is not seen yet."""
    meeting = ["1", str(min(2, end))]
    return [k for k, step in enumerate(steps) if (
        step.get("terms", "  ")[1] == end if back else step["at"].split(",")[1:] == meeting)][-back]


def _same_place(step, steps):
    """Index of the step, at another detail, that says the same but for the unit."""
    def about(other):
        return other["at"], re.sub(r", unit \d+", "", other["say"])

    return next((k for k, other in enumerate(steps) if about(other) == about(step)), 0)


def _texts(name, values, most):
    """A list of at most so many texts, or None."""
    if values is None:
        return None
    found = several(name, values, "texts")
    if not all(isinstance(value, str) for value in found):
        raise TypeError(f"{name} must be a list of texts, got {shown(values)}")
    if len(found) > most:
        raise ValueError(f"{name} must be at most {most} texts, one per time, got {len(found)}")
    return [*map(legible, found)]


def _legend(graph, steps, scales, weights):
    """What lines, colours and dashes mean, as markup of our own."""
    def line(role, dash="", width=3):
        return (f'<svg width="34" height="14" aria-hidden="true"><path d="M1 7H33" fill="none" '
                f'stroke="var(--{role})" stroke-width="{width}" stroke-dasharray="{dash}"/></svg>')

    def told(role, words=None, width=3):
        # at unit level a dash means a negative weight, at layer level it belongs to the role
        look = ROLES[role]
        dash = " ".join(map(str, look.dash)) if graph.level == "layer" else ""
        return line(role, dash, width), f"{look.way} {words or look.label}"

    keys = [told(role, role) for role in ("W_x", "W_a", "W_y")]
    if graph.anatomy.gated:
        keys += [told("kept", width=5), told("unit")]
    if weights and graph.level == "unit":
        keys += [(line("ink", "5 4"), "negative weight"),
                 (line("ink", "", 1) + line("ink", "", 5), "small, large weight")]
    backward = steps and any("terms" in step for step in next(iter(steps.values())))
    if backward:
        keys += [told("from_above"), told("from_next")]
    if scales:
        gap = " (with a gap like a −)" * (graph.level == "layer")
        keys.append((_scale_bar(), f"negative{gap} … positive; {_full_colour(scales, backward)}"))
    if graph.level == "layer" and scales:
        keys.append(("", "the number of a layer is its norm ‖·‖"))
    if graph.length < graph.T:
        keys.append(("", f"dotted: after the example's end (T = {graph.length})"))
    return "".join(f'<span class="key">{mark}<span>{words}</span></span>' for mark, words in keys)


def _scale_bar():
    ends = ("negative", 0), ("negative", 60), ("positive", 60)
    stops = [f"color-mix(in srgb, var(--{role}) {share}%, var(--bg))" for role, share in
             (ends[1], ends[0], ends[2])]
    return (f'<span style="display:inline-block;width:80px;height:14px;border:1px solid '
            f'var(--ink);background:linear-gradient(90deg,{",".join(stops)})"></span>')


def _full_colour(scales, backward):
    if backward:
        return f"full colour at a gradient of {number(scales['a'])}"
    own = "".join(f"{number(scales[name])} for {name}, " for name in scales if name != "a")
    return f"full colour at {own}{number(scales['a'])} for the rest"


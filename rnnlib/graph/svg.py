"""SVG of a Graph: the one drawing that both the live view and the still picture use.

The markup carries no style of its own but classes and a few data attributes, by which the
style sheet and the browser's script find things:

- ``g.B`` a bundle (one use of one matrix): data-w weight name, data-t time, data-s and data-d the
  source's and target's address; its paths in row-major order of the matrix (row i, column j).
  A bundle of class "each" has no matrix: path j leads from unit j to unit j.
- ``g.P`` a place: data-k address; ``g.U`` in it one unit (unit level) or ``rect.c`` one cell per
  unit (layer level).
- ``g.R`` a row header, data-l its layer, ``g.C`` a column header, data-t its time.
"""
import re
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from xml.etree import ElementTree as ET

from rnnlib.cells.anatomy import bare
from rnnlib.graph import caption
from rnnlib.style import BACKGROUND, INK, ROLES, blended
from rnnlib.style import colour as theme_colour

SIDE = 244  # width of the part that holds the row headers and the folded view
_LETTER = 7.5  # px, a letter of a label on the average
_BORDERED = 5  # px, the width from which a cell has a border
_NARROW_COLUMN = 60  # px, below which a column header is the bare number
FOOT = 48  # height of the column headers: a line for the time, one for the reader's label
_ROOM = 640  # width that a still picture's sentence and equation have at least
_FOLDED_X, _FOLDED_W, _FOLDED_H = 126, 56, 30
LONG = 7  # signs of a number, above which it is set smaller
_ROW_NAMES = {"y_hat": "ŷ", "J": "J"}


@dataclass(frozen=True)
class Drawing:
    """The two parts of the picture: ``side`` stays in view, ``unrolled`` scrolls."""

    side: ET.Element
    unrolled: ET.Element

    def markup(self):
        """(side, unrolled) as strings, for the browser."""
        return _string(self.side), _string(self.unrolled)


def draw_graph(graph, *, weights=None, labels=None):
    """The drawing of a graph.

    weights : {name: (n, n_in) array}, gives each line its width class and the sign's dash;
        without it all lines are alike.
    labels : one short text per time, such as the words of a sentence, set below the times.
    """
    return Drawing(_side(graph), _unrolled(graph, weights or {}, labels or ()))


def key(address):
    """An address as one string: ("a", 1, 2) is "a,1,2"."""
    return ",".join(map(str, address))


# ---- the unrolled part

def _unrolled(graph, weights, labels):
    svg = _svg(graph.width, graph.height + FOOT)
    svg.set("class", graph.level)
    columns = _add(svg, "g", {"class": "columns"})
    of_time = dict(enumerate(labels, 1))
    for t in range(graph.T + 1):
        _column(columns, graph, t, of_time.get(t, ""))
    lines = _add(svg, "g", {"class": "bundles"})
    for bundle in graph.bundles:
        _bundle(lines, graph, bundle, weights.get(bundle.weight))
    _gate_names(svg, graph)
    nodes = _add(svg, "g", {"class": "nodes"})
    for place in graph.places.values():
        _place(nodes, graph, place)
    return svg


def _column(parent, graph, t, label):
    x, ghost = graph.column_x(t), " ghost" if t > graph.length else ""
    g = _add(parent, "g", {"class": "C" + ghost, "data-t": str(t)})
    width = (graph.column_width if t else graph.start_width) - 6
    _add(g, "rect", {"class": "band", "x": _n(x - width / 2), "y": "0", "width": _n(width),
                     "height": _n(graph.height + FOOT), "rx": "6"})
    narrow = graph.column_width < _NARROW_COLUMN
    _text(g, x, graph.height + 18, str(t) if narrow else f"t = {t}", "time")
    if label or t == 0:
        fitted = _fitted(label or "start", width)
        _text(g, x, graph.height + 38, fitted, "label")
        if fitted.endswith("…"):
            _add(g, "title").text = label


def _fitted(label, width):
    """The label as far as the column has room for it; the whole one shows under the pointer."""
    room = max(2, int(width / _LETTER))
    return label if len(label) <= room else label[:room - 1] + "…"


def _bundle(parent, graph, bundle, weight):
    sources, targets = graph[bundle.source], graph[bundle.target]
    ghost = " ghost" if bundle.ghost else ""
    each = " each" if bundle.each else ""
    g = _add(parent, "g", {"class": f"B {bundle.kind}{each}{ghost}", "data-w": bundle.weight or "",
                           "data-t": str(bundle.t), "data-s": key(bundle.source),
                           "data-d": key(bundle.target)})
    largest = abs(weight).max() if weight is not None else 0
    for i, target in enumerate(targets.units):
        for j, source in enumerate(sources.units):
            if bundle.each and i != j:
                continue
            path = {"d": _line(source, target, graph.metrics, bundle.sideways)}
            if largest > 0 and graph.level == "unit":
                path["class"] = _size_class(weight[i, j], largest)
            _add(g, "path", path)


def _size_class(w, largest):
    """w1 to w4 by quarters of the largest weight, and n for a negative one."""
    share = abs(w) / largest
    size = f"w{min(4, 1 + int(4 * share))}" if share == share else "w4"
    return size + (" n" if w < 0 else "")


def _line(source, target, metrics, sideways):
    """From the source's edge to the target's, sideways to the next time, else upwards."""
    (x0, y0), (x1, y1) = source, target
    if sideways:
        x0, x1 = x0 + metrics.unit_w / 2, x1 - metrics.unit_w / 2
    else:
        y0, y1 = y0 - metrics.unit_h / 2, y1 + metrics.unit_h / 2
    x0, y0, x1, y1 = map(round, (x0, y0, x1, y1))
    return f"M{x0} {y0}l{x1 - x0} {y1 - y0}"  # whole pixels: most of the markup is such lines


def _place(parent, graph, place):
    ghost = " ghost" if place.ghost else ""
    g = _add(parent, "g", {"class": f"P {_class_of(place.address[0])}{ghost}",
                            "data-k": key(place.address)})
    units = _units_of(graph, place.address)
    if graph.level == "unit":
        for x, y in place.units:
            _unit(g, x, y, graph.metrics, graph.numbers)
    else:
        _cells(g, *place.centre, graph.metrics, units, graph.numbers)


def _class_of(name):
    """A place's class: its name, but for an LSTM's c, since "c" is the class of what is filled."""
    return "state" if name == "c" else name


def _gate_names(svg, graph):
    """Above the first unit of each part that shares its line with others, its name."""
    shared = [name for names in graph.anatomy.lines if len(names) > 1 for name in names]
    group = _add(svg, "g", {"class": "names"}) if shared else None
    for (name, _, _), place in graph.places.items():
        if name in shared:
            (x, y), *_ = place.units
            _text(group, x, y - graph.metrics.unit_h / 2 - 4, name, "gate")


def _unit(parent, x, y, m, numbers):
    g = _add(parent, "g", {"class": "U", "transform": f"translate({_n(x)} {_n(y)})"})
    _add(g, "rect", {"class": "c", "x": _n(-m.unit_w / 2), "y": _n(-m.unit_h / 2),
                     "width": _n(m.unit_w), "height": _n(m.unit_h), "rx": _n(m.unit_h / 2)})
    if numbers:
        _add(g, "text", {"y": "4.5"})


def _cells(parent, x, y, m, units, numbers):
    """A box for the whole layer with one cell per unit and, below, room for one number."""
    w, h = m.unit_w, m.unit_h
    wide = (w - 8) / units
    # of many cells the borders would hide the colours
    g = _add(parent, "g", {"class": "U many" if wide < _BORDERED else "U",
                           "transform": f"translate({_n(x)} {_n(y)})"})
    _add(g, "rect", {"class": "box", "x": _n(-w / 2), "y": _n(-h / 2), "width": _n(w),
                     "height": _n(h), "rx": "6"})
    height = 13 if numbers else h - 8
    for j in range(units):
        _add(g, "rect", {"class": "c", "x": _n(-w / 2 + 4 + j * wide), "y": _n(-h / 2 + 4),
                         "width": _n(wide), "height": _n(height)})
    if numbers:
        _add(g, "text", {"y": _n(h / 2 - 5)})


def _units_of(graph, address):
    return next(n for name, l, n in graph.rows if (name, l) == address[:2])


# ---- row headers and the folded view

def _side(graph):
    svg = _svg(SIDE, graph.height + FOOT)
    for line in graph.lines:
        _row_header(svg, graph, *line)
    for below, line in pairwise(graph.lines):
        _folded_arrow(svg, graph, below, line)
    for l in range(1, graph.L + 1) if graph.anatomy.gated else ():
        _folded_ways(svg, graph, l)
    for names, l, _ in graph.lines:
        _folded_node(svg, graph.row_y(names[0], l), names, l)
    _text(svg, _FOLDED_X, graph.height + 18, "folded", "time")
    return svg


def _row_header(svg, graph, names, l, n):
    y = graph.row_y(names[0], l)
    g = _add(svg, "g", {"class": "R", "data-l": str(l)})
    _add(g, "rect", {"class": "band", "x": "2", "y": _n(y - 21), "width": "90", "height": "42",
                     "rx": "6"})
    _text(g, 10, y - 3, _row_name(names, l), "row")
    what = {0: "input", graph.L + 1: "output"}.get(l, "unit")
    words = "loss at t" if names == ("J",) else f"{n} {what}{'s' if n > 1 else ''}"
    _text(g, 10, y + 14, words + (" each" if len(names) > 1 else ""), "what")


def _row_name(names, l):
    return _ROW_NAMES.get(names[0]) or ("x" if l == 0 else f"{' '.join(names)} [{l}]" if
                                        len(names) > 1 else f"{names[0]}[{l}]")


def _folded_node(svg, y, names, l):
    g = _add(svg, "g", {"class": "F", "data-l": str(l)})
    _add(g, "rect", {"class": "box", "x": _n(_FOLDED_X - _FOLDED_W / 2),
                     "y": _n(y - _FOLDED_H / 2), "width": str(_FOLDED_W),
                     "height": str(_FOLDED_H), "rx": "6"})
    _text(g, _FOLDED_X, y + 5, " ".join(names) if len(names) > 1 else _row_name(names, l), "name")


def _folded_arrow(svg, graph, below, line):
    """The way up into this line, with its matrix; and the loop if a simple layer stands there."""
    names, l, _ = line
    y0 = graph.row_y(below[0][0], below[1]) - _FOLDED_H / 2
    y1 = graph.row_y(names[0], l) + _FOLDED_H / 2
    weights, label = _way_up(graph, names, l, inner=below[1] == l)
    x = _FOLDED_X
    tip = f"M{x - 5} {_n(y1 + 8)}l5 -7l5 7"
    _folded_line(svg, weights, label, f"M{x} {_n(y0)}V{_n(y1 + 2)}", tip,
                 (x - 10, (y0 + y1) / 2 + 5, "end"))
    if names == ("a",) and not graph.anatomy.gated:
        _folded_loop(svg, f"W_a[{l}]", graph.row_y("a", l))


def _way_up(graph, names, l, inner):
    """(weights on the arrow into a line, separated by spaces, its label)."""
    if names == ("J",) or inner:
        return "", ""
    if names == ("y_hat",):
        return "W_y", "W_y"
    return _matrices_of(graph, "W_x", l), f"W_x[{l}]"


def _matrices_of(graph, kind, l):
    """The names of a layer's matrices of one kind, separated by spaces."""
    return " ".join(name for name in graph.shapes
                    if name.startswith(kind) and name.endswith(f"[{l}]"))


def _folded_loop(svg, weights, y):
    """A loop at the right of a box; without weights, that of a state kept unit by unit."""
    x = _FOLDED_X + _FOLDED_W / 2
    path = f"M{_n(x - 14)} {_n(y - 15)}c4 -24 44 -22 40 15c0 12 -10 12 -24 8"
    _folded_line(svg, weights, weights, path, f"M{_n(x + 9)} {_n(y + 3)}l-7 5l7 5",
                 (x + 30, y + 5, "start"), kind="W_a" if weights else "kept")


def _folded_ways(svg, graph, l):
    """From a gated layer's a back to its gates, through W_a; and the loop of what is kept."""
    kept = [bare(link.source) for part in graph.anatomy.parts for link in part.links
            if link.kind == "kept"]
    y_a, y_gates = graph.row_y("a", l), graph.row_y(graph.anatomy.lines[0][0], l)
    x = _FOLDED_X + _FOLDED_W / 2
    if "a" in kept:
        y_a += 8  # below the end of its own loop
    path = f"M{_n(x)} {_n(y_a)}C{_n(x + 48)} {_n(y_a)} {_n(x + 48)} {_n(y_gates)} "\
           f"{_n(x + 3)} {_n(y_gates)}"
    _folded_line(svg, _matrices_of(graph, "W_a", l), f"W_a[{l}]", path,
                 f"M{_n(x + 9)} {_n(y_gates - 5)}l-7 5l7 5", (x + 40, (y_a + y_gates) / 2 + 5,
                                                            "start"))
    for state in kept:
        _folded_loop(svg, "", graph.row_y(state, l))


def _folded_line(svg, weights, label, path, tip, at, kind=None):
    """An arrow: a wide invisible line to point at, the line itself and its tip."""
    kind = kind or weights[:3] or "J"
    g = _add(svg, "g", {"class": f"M {kind}", "data-w": weights})
    for name, d in (("hit", path), ("line", path), ("tip", tip)):
        _add(g, "path", {"d": d, "class": name})
    if label:
        x, y, anchor = at
        _text(g, x, y, label, "weight", anchor)


# ---- the still picture

def still(graph, drawing, shares=None, texts=None, *, step=None, title, theme="light"):
    """The picture as one SVG document with its own colours and a text alternative.

    shares : {address: [each unit's share of the largest value, in per cent, with its sign]};
    texts : {address: [text of each unit]};
    step : a step (see steps.py) whose connections are lit and whose sentence and equation stand
    below the graph.
    Nothing in it depends on a style sheet or a script outside it, so that it can be shown
    where no program runs.
    """
    width, height, below = SIDE + graph.width, graph.height + FOOT, ()
    if step:
        below, width, height = caption.below(step, height, max(width, _ROOM), theme)
    svg = _svg(width, height)
    svg.set("role", "img")
    _add(svg, "title").text = title
    _add(svg, "style").text = still_style(
        theme, gates=graph.anatomy.gated, cells=graph.level == "layer")
    _add(svg, "rect", {"width": "100%", "height": "100%", "fill": BACKGROUND[theme]})
    svg.append(drawing.side)
    part = _add(svg, "g", {"transform": f"translate({SIDE} 0)"})
    unrolled = _filled(drawing.unrolled, shares or {}, texts or {}, theme)
    for index, axis, unit, role in step["on"] if step else ():
        _light(graph, unrolled, index, axis, unit, theme_colour(role, theme))
    part.append(unrolled)
    svg.extend(below)
    return _string(svg)


def _light(graph, unrolled, index, axis, unit, colour):
    """Draw a bundle's row ("r"), column ("c") or all of it ("*") in full ink."""
    bundle = graph.bundles[index]
    columns = len(graph[bundle.source].units)
    for k, path in enumerate(unrolled.findall("g[@class='bundles']/g")[index]):
        own = k if bundle.each else k // columns if axis == "r" else k % columns
        if axis == "*" or unit == own:
            path.set("style", f"stroke:{colour};opacity:1;stroke-width:2.5")


def _filled(unrolled, shares, texts, theme):
    """A copy of the drawing with every node's colours and numbers set."""
    copy = deepcopy(unrolled)
    for place in copy.iter("g"):
        address = place.get("data-k")
        if address is None:
            continue
        for rect, share in zip(place.iterfind(".//rect[@class='c']"), shares.get(address, ())):
            rect.set("style", f"fill:{blended(share, theme)}")
            if unrolled.get("class") == "layer" and (share or 0) < 0:
                rect.set("class", "c minus")
        for text, words in zip(place.iter("text"), texts.get(address, ())):
            text.text = words.replace("-", "−")
            if len(words) > LONG:
                text.set("class", "long")
    return copy


@lru_cache
def still_style(theme, **more):
    """The style sheet of the live view with this theme's colours written into it; more of its
    parts: gates, cells."""
    css = files(__package__).joinpath("view.css").read_text("utf8")
    drawing = "".join(css.partition(f"/* {part} */")[2].partition(f"/* end of {part} */")[0]
                      for part in ("drawing", *(name for name in more if more[name])))
    drawing = re.sub(r"/\*.*?\*/", "", drawing, flags=re.S)
    colours = {"bg": BACKGROUND[theme], "ink": INK[theme]}
    colours |= {role: getattr(look, theme) for role, look in ROLES.items()}
    drawing = re.sub(r"var\(--([\w]+)\)", lambda m: colours[m[1]], drawing)
    return re.sub(r"\s+", " ", drawing.replace(".rg ", "")).strip()


# ---- small things

def _svg(width, height):
    return ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "width": _n(width),
                              "height": _n(height), "viewBox": f"0 0 {_n(width)} {_n(height)}"})


def _add(parent, tag, attributes=None):
    return ET.SubElement(parent, tag, attributes or {})


def _text(parent, x, y, words, name, anchor=None):
    attributes = {"x": _n(x), "y": _n(y), "class": name}
    if anchor:
        attributes["text-anchor"] = anchor
    _add(parent, "text", attributes).text = words


def _n(v):
    """A length with at most one decimal, to keep the markup small."""
    return f"{round(v, 1):g}"


def _string(element):
    return ET.tostring(element, encoding="unicode")

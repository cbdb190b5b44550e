"""Where each quantity of a recurrent network stands in its picture, and in what order to visit it.

Geometry only: no number of a run is known here. Lengths are CSS pixels at 100 %, x to the
right, y downwards as in SVG. Time runs left to right and layers bottom to top: inputs below,
predictions and losses above, start states in a column of their own at t = 0. What a layer
consists of, and what feeds what in it, its cell says (`rnnlib.cells.anatomy`); places,
connections and visiting orders follow from it.
"""
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from rnnlib.arguments import a, choice, count, flag, shown
from rnnlib.cells import CELLS
from rnnlib.cells.anatomy import back, bare
from rnnlib.records import checked

LEVELS = ("unit", "layer")
MAX_STEPS = {"unit": 12, "layer": 30}
MAX_LAYERS = 4
# connections of single units: 32 in one layer over 12 times, which a browser shows at once
MAX_LINES = 20_000

# a pre-activation stands inside the node of what it becomes; here that of the output
OUTPUT = {"z_y": "y_hat"}


@dataclass(frozen=True)
class Metrics:
    """Sizes in px: a unit's width and height, the slant from unit to unit, gaps between groups."""

    unit_w: float
    unit_h: float
    slant_x: float
    slant_y: float
    gap_x: float
    gap_y: float
    gap_group: float = 8.0  # between the groups of one line, along which units of equal rank stand


# The units of a layer stand on a slant, so that neither the connections that run upwards (W_x)
# nor those that run to the right (W_a) fall on top of one another.
METRICS = {
    ("unit", True): Metrics(60, 23, 24, 27, 62, 46),
    ("unit", False): Metrics(22, 22, 22, 25, 72, 50),
    ("layer", True): Metrics(60, 38, 0, 0, 64, 46),
    ("layer", False): Metrics(44, 30, 0, 0, 56, 46),
}
# Groups that stand side by side need less slant: the next group hides what a line runs into.
GATED_METRICS = {
    ("unit", True): Metrics(60, 23, 14, 27, 44, 40),
    ("unit", False): Metrics(22, 22, 12, 25, 54, 44),
    ("layer", True): Metrics(60, 36, 0, 0, 40, 44),
    ("layer", False): Metrics(38, 28, 0, 0, 44, 44),
}
_MARGIN = 18.0  # above the top row, whose header is taller than its node
# from so many steps on, columns move closer together
CLOSE = {
    ("unit", False): (7, Metrics(16, 16, 14, 20, 48, 46)),
    ("layer", True): (13, Metrics(60, 36, 0, 0, 16, 44)),
    ("layer", False): (13, Metrics(34, 26, 0, 0, 20, 44)),
}


@dataclass(frozen=True)
class Place:
    """A quantity's place: the centres of its units (one centre at layer level) and their box."""

    address: tuple
    units: tuple
    box: tuple  # left, top, right, bottom
    ghost: bool = False

    @property
    def centre(self):
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True)
class Bundle:
    """One use of a weight matrix at time t: all connections from a source to a target.

    ``weight`` is None for connections without one: from a prediction to its loss, and the links
    inside a gated cell; ``link`` then is their kind.
    """

    weight: str | None
    t: int
    source: tuple
    target: tuple
    ghost: bool = False
    link: str = "J"

    @property
    def kind(self):
        """W_x, W_a, W_y, J, unit or kept: the bundle's role without its gate and layer."""
        return self.weight[:3] if self.weight else self.link

    @property
    def sideways(self):
        """Whether it leads on to the next time."""
        return self.source[2] < self.t

    @property
    def each(self):
        """Whether unit j of the source feeds unit j of the target alone."""
        return not self.weight and self.link != "J"


class Graph:
    """The unrolled graph of a stack of recurrent layers under one output layer.

    ``graph["a", l, t]`` is the :class:`Place` of layer l at time t, by the same address that
    finds its value in a run; layer 0 is the input, time 0 the start state. ``y_hat`` stands in
    row L + 1 and ``J`` in row L + 2. ``z`` shares the place of the ``a`` that it becomes. Of a
    gated cell every gate has places too, ``graph["f", l, t]``, and an LSTM's ``c``.

    Parameters
    ----------
    n_x, units, n_y : number of inputs, units of each recurrent layer (bottom first), outputs.
    T : number of time steps drawn.
    level : "unit" draws each unit and each connection, "layer" one node per layer and time.
    length : steps that the shown example really has; later ones are ghosts. Default T.
    numbers : leave room for a number in every node.
    cell : the name of a cell, as a network has it; all simple cells look alike.

    Raises ValueError or TypeError, naming the argument, for sizes that cannot be drawn.
    """

    def __init__(self, n_x, units, n_y, T, *, level="unit", length=None, numbers=True,
                 cell="tanh"):
        choice("level", level, LEVELS)
        self.cell = choice("cell", cell, CELLS)
        self.anatomy = CELLS[cell].anatomy
        units = _numbers(units)
        if not 1 <= len(units) <= MAX_LAYERS:
            raise ValueError(f"units has {len(units)} layers; the picture holds 1 to {MAX_LAYERS}")
        self.n_x, self.n_y = count("n_x", n_x), count("n_y", n_y)
        self.units = tuple(count("units", n) for n in units)
        self.T = _steps(T, level)
        self.level, self.numbers = level, flag("numbers", numbers)
        self.length = T if length is None else count("length", length, most=T)
        self.L = len(units)
        if level == "unit" and (lines := self.T * sum(
                rows * columns for name, (rows, columns) in self.shapes.items()
                if name[0] != "b")) > MAX_LINES:
            raise ValueError(f"units must be fewer at level 'unit': there would be {lines} lines, "
                             f"and at most {MAX_LINES} are drawn; level 'layer' shows them all")
        self.metrics = self._metrics()

    def n(self, l):
        """The number of units of layer l; layer 0 is the input, layer L + 1 the output."""
        return (self.n_x, *self.units, self.n_y)[checked("layer l", l, range(self.L + 2))]

    def _metrics(self):
        kind = self.level, self.numbers
        if self.anatomy.gated:
            return GATED_METRICS[kind]
        many, close = CLOSE.get(kind, (self.T + 1, None))
        return close if many <= self.T else METRICS[kind]

    # ---- what there is

    @cached_property
    def lines(self):
        """(names side by side, layer, number of units each) of every line, bottom to top."""
        hidden = [(names, l, n) for l, n in enumerate(self.units, start=1)
                  for names in self.anatomy.lines]
        return ((("a",), 0, self.n_x), *hidden,
                (("y_hat",), self.L + 1, self.n_y), (("J",), self.L + 2, 1))

    @cached_property
    def rows(self):
        """(name, layer, number of units) of every quantity, bottom to top, left to right."""
        return tuple((name, l, n) for names, l, n in self.lines for name in names)

    @cached_property
    def shapes(self):
        """Shape of every parameter, by its name in the notes."""
        found = {}
        for l, (n_x, n) in enumerate(pairwise((self.n_x, *self.units)), start=1):
            found |= {f"{name}[{l}]": shape for part in self.anatomy.parts
                      for name, shape in CELLS[self.cell].shapes(n, n_x).items()
                      if name in part.parameters}
        return found | {"W_y": (self.n_y, self.units[-1]), "b_y": (self.n_y, 1)}

    @cached_property
    def places(self):
        """Place of every address (read-only mapping)."""
        found = {}
        for name, l, n in self.rows:
            first = 0 if self._recurrent(name, l) else 1
            for t in range(first, self.T + 1):
                found[name, l, t] = self._place((name, l, t), n)
        return MappingProxyType(found)

    def __getitem__(self, address):
        try:
            name, l, t = address
            return self.places[self._same_place.get(name, name), l, t]
        except (KeyError, TypeError, ValueError):
            inner = self.anatomy.visits if self.anatomy.gated else ("a", "z")
            names = ", ".join((*inner, "y_hat", "J"))
            raise KeyError(f"the graph has no node {shown(address)}; names are {names}, layers "
                           f"0 to {self.L + 2}, times 0 to {self.T}") from None

    @cached_property
    def _same_place(self):
        return OUTPUT | self.anatomy.inside

    @cached_property
    def bundles(self):
        """Every use of every matrix and every link, in the order of time, bottom to top."""
        found = []
        for t in range(1, self.T + 1):
            for l in range(1, self.L + 1):
                for part in self.anatomy.parts:
                    found += self._into(part, l, t)
            top, out = ("a", self.L, t), ("y_hat", self.L + 1, t)
            found.append(self._bundle("W_y", top, out))
            found.append(self._bundle(None, out, ("J", self.L + 2, t)))
        return tuple(found)

    def _into(self, part, l, t):
        """The bundles that end in one part of a layer at time t."""
        target = part.name, l, t
        for W in part.matrices:
            source = ("a", l - 1, t) if W.startswith("W_x") else address(part.past, l, t)
            yield self._bundle(f"{W}[{l}]", source, target)
        for link in part.links:
            yield self._bundle(None, address(link.source, l, t), target, link.kind)

    def feeds(self, address):
        """Bundles that end in this node: what it is made of."""
        place = self[address].address
        return tuple(bundle for bundle in self.bundles if bundle.target == place)

    def fed_by(self, address):
        """Bundles that start in this node: the ways by which the loss depends on it."""
        place = self[address].address
        return tuple(bundle for bundle in self.bundles if bundle.source == place)

    def connections(self, bundle):
        """Number of lines of a bundle: one per weight or link at unit level, else one."""
        if a(Bundle, "bundle", bundle).each:
            return len(self[bundle.target].units)
        return len(self[bundle.source].units) * len(self[bundle.target].units)

    # ---- in what order

    def forward_order(self):
        """Addresses in the order in which a forward pass computes them."""
        order = []
        for t in range(1, self.length + 1):
            order.append(("a", 0, t))
            order += [(name, l, t) for l in range(1, self.L + 1) for name in self.anatomy.visits]
            order += [("y_hat", self.L + 1, t), ("J", self.L + 2, t)]
        return tuple(order)

    def backward_order(self):
        """Addresses in the order in which a backward pass computes dJ/d(each of them)."""
        order = []
        for t in range(self.length, 0, -1):
            order += [("J", self.L + 2, t), ("z_y", self.L + 1, t)]
            order += [(name, l, t) for l in range(self.L, 0, -1)
                      for name in self.anatomy.visits[::-1]]
            order.append(("a", 0, t))
        return tuple(order) + tuple((name, l, 0) for l in range(self.L, 0, -1)
                                    for name in self.anatomy.states)

    # ---- where it stands

    @cached_property
    def column_width(self):
        """Distance from one time step to the next."""
        widest = max(self._extent(n)[0] + (len(names) - 1) * self._pitch
                     for names, _, n in self.lines)
        return widest + self.metrics.gap_x

    @cached_property
    def start_width(self):
        """Width of the start column: that of the others, but it has no gates to make room for."""
        if not self.anatomy.gated:
            return self.column_width
        return max(self._extent(n)[0] for n in self.units) + self.metrics.gap_x

    @cached_property
    def width(self):
        """Width of the unrolled part, start column included."""
        return self.start_width + self.column_width * self.T

    @cached_property
    def _row_centres(self):
        y, found = _MARGIN, {}
        for names, l, n in reversed(self.lines):
            height = self._extent(n)[1]
            found |= {(name, l): y + height / 2 for name in names}
            y += height + self.metrics.gap_y
        return found, y - self.metrics.gap_y + _MARGIN / 2

    @property
    def height(self):
        """Height of all rows."""
        return self._row_centres[1]

    def row_y(self, name, l):
        """Height at which a row's centre stands."""
        return self._row_centres[0][name, l]

    def column_x(self, t):
        """Where the column of time t has its centre; t = 0 is the start column."""
        return self.start_width + self.column_width * (t - 0.5) if t else self.start_width / 2

    @cached_property
    def _pitch(self):
        """Distance of two groups in one line; their slants run side by side."""
        return self.metrics.unit_w + self.metrics.gap_group

    @cached_property
    def _offsets(self):
        """How far right of its column's centre each part of a layer stands."""
        return {name: (k - (len(names) - 1) / 2) * self._pitch
                for names in self.anatomy.lines for k, name in enumerate(names)}

    def _extent(self, n):
        m = self.metrics
        steps = n - 1 if self.level == "unit" else 0
        return steps * m.slant_x + m.unit_w, steps * m.slant_y + m.unit_h

    def _place(self, address, n):
        name, l, t = address
        x, y, m = self.column_x(t) + self._offsets.get(name, 0), self.row_y(name, l), self.metrics
        steps = range(n if self.level == "unit" else 1)
        middle = (len(steps) - 1) / 2
        units = tuple((x + (j - middle) * m.slant_x, y + (j - middle) * m.slant_y) for j in steps)
        w, h = self._extent(n)
        box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        return Place(address, units, box, ghost=t > self.length)

    def _bundle(self, weight, source, target, link="J"):
        return Bundle(weight, target[2], source, target, target[2] > self.length, link)

    def _recurrent(self, name, l):
        return name in self.anatomy.states and l >= 1

    def __repr__(self):
        cell = f", cell={self.cell!r}" if self.anatomy.gated else ""
        return (f"Graph(n_x={self.n_x}, units={self.units}, n_y={self.n_y}, T={self.T}, "
                f"level={self.level!r}{cell})")


def address(quantity, l, t):
    """The address of a quantity of layer l as the cell calls it at time t: "c'" is c at t - 1."""
    return bare(quantity), l, t - back(quantity)


def _numbers(units):
    """units as a tuple, also of a single number."""
    try:
        return tuple(units) if not isinstance(units, bytes) else (units,)
    except TypeError:
        return (count("units", units),)


def _steps(T, level):
    """T, which must not be more than the level can show."""
    if level == "unit" and MAX_STEPS["unit"] < (T := count("T", T)) <= MAX_STEPS["layer"]:
        raise ValueError(f"T must be at most {MAX_STEPS['unit']} at level 'unit', got {T}; "
                         f"level 'layer' shows up to {MAX_STEPS['layer']}")
    return count("T", T, most=MAX_STEPS[level])

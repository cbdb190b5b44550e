"""The drawing read back: every connection, its order, width and sign; the still picture alone."""
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.graph import caption
from rnnlib.graph.equations import (
    group,
    matrix,
    products,
    slope_of_loss,
    symbol,
    value,
    vector,
    weight,
)
from rnnlib.graph.svg import draw_graph, key, still, still_style
from rnnlib.graph.view import GraphView
from rnnlib.style import BACKGROUND, ROLES, TEXT_PX

SVG = "{http://www.w3.org/2000/svg}"
CELLS = ["tanh", "lstm", "gru"]


def drawn(level="unit", labels=None, units=(4, 2), T=3, **options):
    """(graph, net, the unrolled part parsed back from its markup)."""
    graph = rl.Graph(3, units, 2, T, level=level, **options)
    net = rl.Network(3, units, 2, graph.cell, seed=1)
    weights = {name: W for name, W in net.params.items() if name.startswith("W")}
    markup = draw_graph(graph, weights=weights, labels=labels).markup()
    return graph, net, [ET.fromstring(part) for part in markup]


def bundles(unrolled):
    return [g for g in unrolled.iter(f"{SVG}g") if g.get("class", "").startswith("B ")]


@pytest.mark.parametrize("level", ["unit", "layer"])
@pytest.mark.parametrize("units", [(1,), (4, 2), (2, 3, 1, 4)])
@pytest.mark.parametrize("cell", CELLS)
def test_every_connection_is_drawn_once(level, units, cell):
    graph, _, (_, unrolled) = drawn(level, units=units, length=2, cell=cell)
    found = bundles(unrolled)
    assert [(g.get("data-w"), g.get("data-t"), g.get("data-s"), g.get("data-d")) for g in found] \
        == [(b.weight or "", str(b.t), key(b.source), key(b.target)) for b in graph.bundles]
    sizes = dict.fromkeys(graph.places, 1)
    if level == "unit":
        sizes = {a: {(n, l): m for n, l, m in graph.rows}[a[:2]] for a in graph.places}
    for g, bundle in zip(found, graph.bundles, strict=True):
        many = 1 if bundle.kind in ("unit", "kept") else sizes[bundle.source]
        assert len(list(g)) == many * sizes[bundle.target]
        assert ("ghost" in g.get("class")) == (bundle.t > 2)


@pytest.mark.parametrize("cell", CELLS)
def test_paths_are_in_row_major_order_of_their_matrix(cell):
    graph, _, (_, unrolled) = drawn(cell=cell)
    for g, bundle in zip(bundles(unrolled), graph.bundles, strict=True):
        sources, targets = graph[bundle.source].units, graph[bundle.target].units
        ends = [tuple(map(int, re.findall(r"-?\d+", path.get("d")))) for path in g]
        for k, (x0, y0, dx, dy) in enumerate(ends):
            (i, j), m = divmod(k, len(sources)), graph.metrics
            if bundle.kind in ("unit", "kept"):  # from each unit to its own
                i = j = k
            onward = bundle.kind in ("W_a", "kept")
            off = (m.unit_w / 2, 0) if onward else (0, -m.unit_h / 2)
            start = np.add(sources[j], off)
            end = np.subtract(targets[i], off)
            assert abs(np.subtract((x0, y0), start)).max() <= 0.5
            assert abs(np.subtract((x0 + dx, y0 + dy), end)).max() <= 0.5


@pytest.mark.parametrize("cell", CELLS)
def test_width_follows_size_and_the_dash_follows_sign(cell):
    graph, net, (_, unrolled) = drawn(cell=cell)
    for g, bundle in zip(bundles(unrolled), graph.bundles, strict=True):
        if bundle.weight is None:
            assert all(path.get("class") is None for path in g)
            continue
        W = net.params[bundle.weight].ravel()
        widths = [int(path.get("class")[1]) for path in g]
        assert [path.get("class").endswith(" n") for path in g] == list(W < 0)
        assert max(widths) == widths[abs(W).argmax()] == 4
        order = np.argsort(abs(W))
        assert list(np.array(widths)[order]) == sorted(widths)
        assert all(abs(w) / abs(W).max() <= k / 4 + 1e-12 for w, k in zip(W, widths))


@pytest.mark.parametrize("value", [0.0, np.inf, np.nan])
def test_weights_without_a_largest_one_are_drawn_all_the_same(value):
    graph = rl.Graph(2, (2,), 1, 2)
    with np.errstate(all="ignore"):
        drawing = draw_graph(graph, weights={"W_a[1]": np.full((2, 2), value)})
    assert len(bundles(ET.fromstring(drawing.markup()[1]))) == len(graph.bundles)


@pytest.mark.parametrize("level", ["unit", "layer"])
def test_labels_are_text_and_never_markup(level):
    words = ["<script>alert(1)</script>", "a & b", '"quoted"']
    _, _, (_, unrolled) = drawn(level, labels=words)
    assert not [node for node in unrolled.iter() if node.tag.endswith("script")]
    shown = [text.text for text in unrolled.iter(f"{SVG}text") if text.get("class") == "label"]
    hidden = iter(title.text for title in unrolled.iter(f"{SVG}title"))
    for text, word in zip(shown, ["start", *words], strict=True):
        if text != word:  # too long for its column: the whole word is the title
            assert word.startswith(text.removesuffix("…"))
            assert next(hidden) == word
    assert not list(hidden)


def test_no_text_is_smaller_than_the_house_allows():
    found = re.findall(r"font(?:-size)?:[^;}]*?([\d.]+)px", GraphView._css)
    sizes = [float(size) for size in found]
    assert len(sizes) >= 8
    assert min(sizes) >= TEXT_PX
    # scripts of an equation are set at about 0.71 of its size
    math = float(re.search(r"\.equation math\s*\{[^}]*font-size: ([\d.]+)px", GraphView._css)[1])
    assert 0.7 * math >= TEXT_PX
    assert "font" not in "".join(draw_graph(rl.Graph(3, (4, 2), 2, 3)).markup())


@pytest.mark.parametrize("level", ["unit", "layer"])
@pytest.mark.parametrize(("cell", "gates"), [("lstm", "figo"), ("gru", "ru"), ("tanh", "")])
def test_gates_side_by_side_carry_their_names(cell, gates, level):
    graph, _, (_, unrolled) = drawn(level, cell=cell)
    found = [(text.text, float(text.get("x"))) for text in unrolled.iter(f"{SVG}text")
             if text.get("class") == "gate"]
    wanted = [(k, round(graph[k, l, t].units[0][0], 1))
              for l in (1, 2) for k in gates for t in (1, 2, 3)]
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("cell", CELLS)
def test_the_folded_view_shows_every_matrix_once(cell):
    graph, _, (side, _) = drawn(cell=cell)
    arrows = [g for g in side.iter(f"{SVG}g") if g.get("class").startswith("M ")]
    names = [name for g in arrows for name in g.get("data-w").split()]
    assert sorted(names) == sorted(name for name in graph.shapes if name.startswith("W"))
    assert sum(g.get("class") == "M kept" for g in arrows) == (0 if cell == "tanh" else graph.L)


@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru"])
def test_what_only_gates_need_is_left_out_of_a_simple_picture(cell, picture):
    root, _, _ = picture(cell=cell)
    style = root.find(f"{SVG}style").text
    assert (ROLES["kept"].light in style) == ("kept" in style) == (cell != "tanh")


@pytest.fixture
def picture(kept):
    """A function: a backward stepper's still picture, parsed and as text, and its view."""
    def picture_(level="unit", theme="light", cell="tanh", **options):
        net = rl.Network(3, (4, 2), 2, cell, seed=1)
        x = np.random.default_rng(0).normal(size=(4, 3))
        view = kept(rl.backward_stepper(net, net.forward(x, [0, 1, 1, 0]), level=level,
                                        **options))
        view.frame = 9
        return ET.fromstring(view.still(theme)), view.still(theme), view

    return picture_


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("level", ["unit", "layer"])
def test_the_still_picture_stands_alone(level, theme, picture):
    root, text, view = picture(level, theme)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == view.text()
    assert "var(" not in text
    assert "color-mix" not in text
    assert not re.search(r"url\(|href|@import|<script", text)
    assert root.find(f"{SVG}rect").get("fill") == BACKGROUND[theme]
    # every class in the drawing that the live style sheet colours has its rule here
    assert ROLES["W_a"].light in still_style("light")
    assert ROLES["W_a"].dark in still_style("dark")


@pytest.mark.parametrize("level", ["unit", "layer"])
@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru"])
def test_the_still_picture_shows_the_numbers_known_so_far_and_no_others(level, cell, picture):
    root, _, view = picture(level, cell=cell)
    wanted = {}
    for step in view.steps[:view.frame + 1]:
        for address, first, texts, norm, _ in step["set"]:
            held = wanted.setdefault(address, {})
            held.update({0: norm} if level == "layer" else dict(enumerate(texts, first)))
    for place in root.iter(f"{SVG}g"):
        address = place.get("data-k")
        if address:
            shown = {j: text.text.replace("−", "-") for j, text in
                     enumerate(place.iter(f"{SVG}text")) if text.text}
            assert shown == wanted.get(address, {}), address


@pytest.mark.parametrize("level", ["unit", "layer"])
def test_a_negative_cell_without_a_number_has_a_gap(level, picture):
    root, text, view = picture(level)
    _, shares = view._shown()
    for place in root.iter(f"{SVG}g"):
        if address := place.get("data-k"):
            cells = [rect.get("class") for rect in place.iter(f"{SVG}rect")][level == "layer":]
            negative = [share < 0 for share in shares.get(address, [0] * len(cells))]
            assert [name == "c minus" for name in cells] == [
                level == "layer" and sign for sign in negative], address
    assert any(share < 0 for cells in shares.values() for share in cells)
    assert ("clip-path: polygon(evenodd," in text) == (level == "layer")


@pytest.mark.parametrize("n", [8, 32])
def test_of_many_cells_no_border_hides_the_colours(n):
    graph = rl.Graph(3, n, 2, 2, level="layer")
    root = ET.fromstring(still(graph, draw_graph(graph), title="x"))
    boxes = {place.get("data-k"): place.find(f"{SVG}g").get("class")
             for place in root.iter(f"{SVG}g") if place.get("data-k")}
    assert (boxes["a,1,1"], boxes["a,0,1"]) == ("U many" if n == 32 else "U", "U")


@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru"])
def test_the_still_picture_lights_what_the_step_lights(cell, picture):
    root, _, view = picture(cell=cell)
    step = view.steps[view.frame]
    assert step["on"]
    bright = [k for k, g in enumerate(bundles(root))
              if any("opacity:1" in (path.get("style") or "") for path in g)]
    assert bright == sorted(index for index, *_ in step["on"])


def written(root):
    """The lines of text below the graph."""
    return ["".join(text.itertext()) for text in root.findall(f"{SVG}text")]


@pytest.mark.parametrize("by", ["layer", "unit"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("make", [rl.forward_stepper, rl.backward_stepper])
def test_every_still_picture_says_its_step_and_fits(make, cell, by):
    net = rl.Network(3, (4, 2), 2, cell, seed=1)
    view = make(net, net.forward(np.ones((3, 3)), [0, 1, 1]), by=by)
    for k, step in enumerate(view.steps):
        view.frame = k
        root = ET.fromstring(view.still())
        said, *lines = written(root)
        shown = view._told()[-1]
        assert shown == step or k == 0
        assert said == shown["say"]
        equation = " ".join(map(caption.words, shown["eq"]))
        assert " ".join("".join(lines).split()) == " ".join(equation.split()) or (
            "".join("".join(lines).split()) == "".join(equation.split()))
        assert view.text().split("Now: ")[1].startswith(f"{said}. ")
        assert max(float(text.get("y")) for text in root.findall(f"{SVG}text")) < float(
            root.get("height")) - 10
        assert max(map(len, lines)) * 7.8 < float(root.get("width"))
    view.close()


LINES = {
    "= 0.183": ["=", value(0.183)], "z₁⟨2⟩[1] = −1 · (−2)": [
        symbol("z", 1, 2, sub=1), "=", value(-1), "·", "(", value(-2), ")"],
    "∂J/∂z_f⟨2⟩": [slope_of_loss(symbol("z", None, 2, sub="f"))],
    "W_a[1]⊤ a⟨1⟩ (from above) + (1, −2)": [
        group([weight("W_a[1]", transposed=True), symbol("a", None, 1)], "W_a", "from above"), "+",
        vector([1, -2])],
    "((−1) · 2 + 3 · (−4))": [products([-1, 3], [2, -4], "W_x")],
    "((1, 2), (3, 4))": [matrix([[1, 2], [3, 4]])], "(1, 2)": [matrix([[1, 2]])],
    "4 × 3 numbers": [matrix(np.ones((4, 3)))], "½(0.5 − 1)²": [
        "½", ["s", "(0.5 − 1)", "", "2"]],
    "tanh(z⟨1⟩)": ["tanh", "(", symbol("z", None, 1), ")"], "−log 0.5": ["−log ", value(0.5)],
}


@pytest.mark.parametrize("wanted", LINES)
def test_an_equation_in_one_line_reads_as_it_is_read(wanted):
    assert caption.words(LINES[wanted]) == wanted


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_term_below_the_picture_has_its_role_s_colour_and_mark(theme, picture):
    root, _, view = picture(theme=theme)
    for role in ("from_above", "from_next"):
        (mark, *_) = [part.get("style") for part in root.findall(f"{SVG}text/{SVG}tspan")
                      if ROLES[role].mark in (part.get("style") or "")
                      and getattr(ROLES[role], theme) in part.get("style")]
        assert mark.startswith("fill:")


@pytest.mark.parametrize("cell", CELLS)
def test_a_stepper_at_its_beginning_is_stored_at_a_step_that_gives_little_away(cell):
    """Forward where a past meets an input for the first time, backward within the last time."""
    net = rl.Network(3, (4, 2), 2, cell, seed=1)
    fwd = net.forward(np.ones((5, 3)), [0, 1, 1, 0, 1], lengths=[4])
    for make, known in ((rl.forward_stepper, {"0", "1", "2"}), (rl.backward_stepper, {"4"})):
        view = make(net, fwd)
        texts, _ = view._shown()
        assert view.frame == 0
        assert {address.split(",")[2] for address in texts} == known
        assert len(texts) > 3
        assert view._told()[-1]["eq"]
        assert (view._told()[-1]["on"] or view._told()[-1]["terms"]) != []
        view.frame = 1
        assert view._told()[-1] == view.steps[1]
        view.close()


def test_drawing_twice_gives_the_same_picture():
    graph = rl.Graph(3, (4, 2), 2, 3)
    one, two = (still(graph, draw_graph(graph), title="x") for _ in range(2))
    assert one == two

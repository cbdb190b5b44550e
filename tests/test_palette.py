"""Roles are told apart by eyes that see few colours, or by another look in the same picture."""
import itertools
import re
from importlib.resources import files

import colour_vision
import explorer_cases as cases
import numpy as np
import pytest
from colour_vision import EYES, apart, difference
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from rnnlib import style
from rnnlib.charts.decay import Pairs
from rnnlib.charts.names import Units

THEMES = ("light", "dark")
CSS = files("rnnlib.graph").joinpath("view.css").read_text("utf8")
FAR = 8  # CIEDE2000; about 2 is seen side by side


# from the table of Sharma, Wu and Dalal (2005)
@pytest.mark.parametrize(("one", "other", "known"), [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195), ((50, 0, 0), (50, -1, 2), 2.3669),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ((50, 2.5, 0), (73, 25, -18), 27.1492)])
def test_the_distance_is_the_published_one(one, other, known):
    assert difference(one, other) == pytest.approx(known, abs=1e-4)
    assert difference(other, one) == pytest.approx(known, abs=1e-4)


@pytest.mark.parametrize("eyes", EYES)
def test_white_and_greys_stay_what_they_are(eyes):
    for grey in ("#ffffff", "#777777", "#000000"):
        L, *tint = colour_vision.seen(grey, eyes)
        assert tint == pytest.approx([0, 0], abs=0.1)
        assert pytest.approx(colour_vision.seen(grey, "usual")[0], abs=0.1) == L


def near(one, other, theme, eyes=tuple(EYES)):
    """Whether some eyes take two roles for one by their colours."""
    found = apart(style.colour(one, theme), style.colour(other, theme))
    return min(found[name] for name in eyes) < FAR


def cues(role):
    look = style.ROLES[role]
    return look.dash, look.mark, look.way


@pytest.mark.parametrize("theme", THEMES)
def test_two_roles_differ_by_colour_to_all_eyes_or_by_another_cue(theme):
    pairs = list(itertools.combinations(style.ROLES, 2))
    assert [pair for pair in pairs if near(*pair, theme) and len(set(map(cues, pair))) == 1] == []
    assert [pair for pair in pairs if near(*pair, theme, ["usual"])] == []


# ---- where they are drawn

def rule(selector):
    (found,) = re.findall(rf"{re.escape(selector)} \{{(.*?)\}}", CSS)
    return found


def roles_in(token):
    """The roles of an equation's token and of those in it."""
    if isinstance(token, str):
        return {token} & style.ROLES.keys()
    return set().union(*map(roles_in, token))


@pytest.fixture(scope="module")
def graphs():
    views = cases.steppers()
    yield views
    for view in views.values():
        view.close()


def test_terms_of_one_equation_have_marks_of_their_own(graphs):
    shown = {frozenset(roles_in(line)) for view in graphs.values()
             for steps in view.scene["steps"].values() for step in steps for line in step["eq"]}
    assert max(map(len, shown)) >= 3
    for roles in shown:
        assert len({style.ROLES[role].mark for role in roles}) == len(roles), roles
    for role in set().union(*shown):
        side, _, kind = style.ROLES[role].mark.partition(" ")
        found = re.findall(r"border-(\w+): [\d.]+px (\w+)", rule(f".rg .t-{role}"))
        assert found == ([({"over": "top", "under": "bottom"}[side[:-4]], kind)] if kind else [])


def test_a_legend_says_a_lines_way_in_words_and_as_it_is_drawn(graphs):
    for name, view in graphs.items():
        for role in re.findall(r'stroke="var\(--(\w+)\)"', view.scene["legend"]):
            if role not in style.ROLES:
                continue
            look, layer = style.ROLES[role], view.graph.level == "layer"
            dash = " ".join(map(str, look.dash)) if layer else ""
            assert re.search(rf'--{role}\)" stroke-width="\d" stroke-dasharray="{dash}"/></svg>'
                             rf"<span>{look.way} \w", view.scene["legend"]), (name, role)
            drawn = ".B.unit" if role == "unit" else (
                ".B.from_next" if role == "from_next" else f".{role}")
            if look.dash:
                assert f"stroke-dasharray: {dash};" in rule(f".rg .layer {drawn} path") or not layer


def looks(ax, theme):
    """{role: how what has its colour is drawn} of an axes; words count where they are."""
    names = {style.colour(role, theme): role for role in style.ROLES}
    found = {}
    for artist in [*ax.get_children(), *ax.texts]:
        for colour, look in _look(artist) if artist.get_visible() else ():
            found.setdefault(names.get(to_hex(colour)), set()).add(look)
    found.pop(None, None)
    return found


def _look(artist):
    if isinstance(artist, Line2D):
        line = artist.get_linestyle(), artist._unscaled_dash_pattern[1], artist.get_linewidth()
        full = to_hex(artist.get_markerfacecolor()) == to_hex(artist.get_color())
        mark = artist.get_marker(), artist.get_fillstyle(), full
        yield artist.get_color(), (*map(str, line), *mark)
    elif isinstance(artist, Collection):
        inked = artist.get_edgecolor() if len(artist.get_edgecolor()) else artist.get_facecolor()
        for colour, line in zip(inked, itertools.cycle(artist.get_linestyle()), strict=False):
            yield colour, (type(artist).__name__, str(line[1]), artist.get_hatch())
    elif isinstance(artist, Patch):
        yield artist.get_facecolor(), (type(artist).__name__, artist.get_hatch())
    elif getattr(artist, "get_text", str)():
        yield artist.get_color(), ("words", artist.get_text())


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", cases.EXPLORERS)
def test_a_chart_tells_its_roles_apart_without_colour(name, kept):
    panel = kept(cases.explorer(name))
    for theme in THEMES:
        panel.live.theme = theme
        for preset in ({}, *panel.explorer.presets.values()):
            panel.set(**preset)
            for chart in panel.explorer.shown.values():
                assert chart.theme == theme
                found = looks(chart.ax, theme)
                assert [pair for pair in itertools.combinations(found, 2)
                        if near(*pair, theme) and found[pair[0]] == found[pair[1]]] == []


def test_lines_that_differ_by_colour_alone_are_found():
    ax = Figure().subplots()
    for role in ("W_x", "W_a"):
        ax.plot([1, 2], color=style.colour(role))
    assert looks(ax, "light")["W_x"] == looks(ax, "light")["W_a"]
    ax.lines[0].set_linestyle("--")
    assert looks(ax, "light")["W_x"] != looks(ax, "light")["W_a"]


def over_ground(colour, opacity, theme):
    ground = np.array(to_rgb(style.BACKGROUND[theme]))
    return tuple(ground + opacity * (np.array(to_rgb(colour)) - ground))


@pytest.mark.parametrize("theme", THEMES)
def test_connections_at_rest_are_seen_from_the_last_row(theme):
    """2.2 : 1 where they are counted, 3 : 1 for whoever asks for more contrast."""
    more = CSS.split("(prefers-contrast: more)")[1].partition("\n}")[0]
    for least, css in (2.2, rule(".rg .B path")), (3, more):
        opacity = float(re.search(r"opacity: ([\d.]+)", css)[1])
        for role in ("W_x", "W_a", "W_y", "unit", "kept"):
            shown = over_ground(style.colour(role, theme), opacity, theme)
            assert style.contrast(shown, style.BACKGROUND[theme]) >= least, role


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", [Units, Pairs])
def test_the_scale_of_signs_keeps_its_sign_in_grey(kind, theme):
    assert not near("negative", "positive", theme)
    values = np.array([[-1.0, np.nan, 0.5], [0.2, -0.1, 0.0], [1.0, -0.7, -0.3]])
    chart = kind(Figure().subplots(), theme)
    chart.show(values, *([[1, 2, 3]] if kind is Pairs else []))
    assert chart.negative.get_color() == chart.ground
    (image,) = chart.ax.images
    left, right, bottom, top = image.get_extent()
    x, y = chart.negative.get_data()
    columns = np.floor((x - left) / (right - left) * 3).astype(int)
    rows = np.floor((y - top) / (bottom - top) * 3).astype(int)
    if image.origin == "lower":
        rows = 2 - rows
    assert set(zip(rows, columns)) == set(zip(*np.nonzero(values < 0)))

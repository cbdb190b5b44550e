"""Charts of names, letter by letter: what was foretold, what the units did, names made up.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves. Each place of a name is a column, the first at x = 0.
"""
import numpy as np
from matplotlib.colors import Normalize

from rnnlib import style

# columns, and of the likeliest signs the rows under a column
MOST_PLACES, LIKELIEST = 16, 3
# up to so many columns a probability has room beside its sign
_ROOMY = 12
# how the end sign is written, since a dot is overlooked
END_SHOWN = "\N{WHITE SQUARE}"
# where a made-up name stands: its mark, whether it is bold, its words
KINDS = {"learned": ("\N{CHECK MARK}", False, "one it was trained on"),
         "held out": ("\N{BLACK CIRCLE}", True, "real, but held out"),
         "new": (" ", False, "in no list"),
         "cut off": ("\N{HORIZONTAL ELLIPSIS}", False, "had not ended")}
NAMES_SHOWN, _NAME_ROWS = 16, 8
# so many units have room for words beside their rows
UNITS_NAMED = 12


def draw_spelling(ax, signs, probabilities, likeliest, *, theme="light"):
    """Bars: how probable each sign of a name was, and under it what was expected more.

    signs          the k letters and the end sign "."
    probabilities  (k + 1,) of these signs
    likeliest      for each place [(sign, probability), ...], the LIKELIEST most probable

    Returns {name: artist}. In a long name there is no room for the probabilities under it.
    """
    ink, bar = style.INK[theme], style.colour("W_y", theme)
    artists = {"ax": ax, "theme": theme,
               "bars": ax.bar(range(MOST_PLACES), 0, width=0.72, color=bar, zorder=2).patches}
    for name, y, look in (("signs", -0.1, {"size": 18, "weight": "bold", "color": ink}),
                          *((f"likeliest {i}", -0.25 - 0.12 * i, {"size": 13, "color": ink})
                            for i in range(LIKELIEST))):
        artists[name] = [ax.text(k, y, "", ha="center", va="center", **look,
                                 transform=ax.get_xaxis_transform()) for k in range(MOST_PLACES)]
    artists["numbers"] = [ax.text(k, 0, "", ha="center", va="bottom", size=13, color=bar)
                          for k in range(MOST_PLACES)]
    ax.text(-0.015, -0.1, f"{END_SHOWN}: end", transform=ax.transAxes, ha="right", va="center")
    ax.text(-0.015, -0.25 - 0.06 * (LIKELIEST - 1), "expected,\nper cent", ha="right",
            va="center", transform=ax.transAxes)
    ax.set(ylim=(0, 1.08), yticks=[0, 0.5, 1], ylabel="probability", xticks=[])
    move_spelling(artists, signs, probabilities, likeliest)
    return artists


def moving_spelling(artists):
    """The artists of `draw_spelling` that `move_spelling` changes, as a flat list."""
    return [a for name in ("bars", "numbers", "signs", *_ROWS) for a in artists[name]]


_ROWS = tuple(f"likeliest {i}" for i in range(LIKELIEST))


def move_spelling(artists, signs, probabilities, likeliest):
    """Show another name in a picture made by `draw_spelling`."""
    if not _new(artists, (signs, *probabilities)):
        return
    ink, own = style.INK[artists["theme"]], style.colour("W_y", artists["theme"])
    for k in range(MOST_PLACES):
        there = k < len(signs)
        p = probabilities[k] if there else 0.0
        artists["bars"][k].set_height(p)
        artists["numbers"][k].set(text=_per_cent(p) if there else "", y=p + 0.02)
        artists["signs"][k].set_text(_sign(signs[k]) if there else "")
        for i, row in enumerate(_ROWS):
            sign, q = likeliest[k][i] if there else ("", 0.0)
            hit = there and sign == signs[k]
            beside = f" {_per_cent(q)}" if len(signs) <= _ROOMY else ""
            artists[row][k].set(text=f"{_sign(sign)}{beside}" if there else "",
                                color=own if hit else ink, weight="bold" if hit else "normal")
    _set_places(artists["ax"], len(signs))


def _sign(sign):
    return END_SHOWN if sign == "." else sign


def _per_cent(p):
    """A probability in per cent, short enough for a column."""
    return f"{100 * p:.0f}" if p >= 0.005 else "0"


def draw_units(ax, a, *, what="", words=(), theme="light"):
    """Heat map: the units' values down, the places of a name across; the scale is -1..1.

    a      (n, k + 1)
    what   which units these are; stands above
    words  a text for each of up to UNITS_NAMED rows, or none at all

    Returns {name: artist}.
    """
    artists = {"ax": ax, "values": ax.imshow(
        np.zeros((1, 1)), cmap=style.signs(theme), norm=Normalize(-1, 1), aspect="auto",
        interpolation="nearest", extent=(-0.5, 0.5, 0, 1))}
    bar = ax.figure.colorbar(artists["values"], cax=ax.inset_axes([1.015, 0, 0.015, 1]),
                             ticks=[-1, 0, 1])
    bar.outline.set_visible(False)
    artists["what"] = ax.text(0, 1.03, "", transform=ax.transAxes, va="bottom")
    artists["words"] = [ax.text(-0.015, 0, "", transform=ax.transAxes, ha="right", va="center",
                                size=13) for _ in range(UNITS_NAMED)]
    ax.set(ylim=(0, 1), yticks=[], xticks=[])
    ax.spines[:].set_visible(False)
    move_units(artists, a, what=what, words=words)
    return artists


def moving_units(artists):
    """The artists of `draw_units` that `move_units` changes, as a flat list."""
    return [artists["values"], artists["what"], *artists["words"]]


def move_units(artists, a, *, what="", words=()):
    """Show other values in a picture made by `draw_units`."""
    if not _new(artists, (what, *words, *np.shape(a), *np.ravel(a))):
        return
    places = np.shape(a)[1]
    artists["values"].set_data(a)
    artists["values"].set_extent((-0.5, places - 0.5, 0, 1))
    artists["what"].set_text(what)
    for k, text in enumerate(artists["words"]):
        there = k < len(words)
        text.set(text=words[k] if there else "", y=1 - (k + 0.5) / len(words) if there else 0)
    _set_places(artists["ax"], places)


def draw_surprise(ax, nats, *, ghost=None, theme="light"):
    """Level bars: the surprise at one name, in nats, of several models; shorter is better.

    nats   {model: -log probability of the whole name}
    ghost  the same of a name kept for comparison, or None

    Returns {name: artist}.
    """
    y, look = np.arange(len(nats)), {"height": 0.62, "zorder": 2}
    own = style.colour("W_y", theme)
    artists = {"ax": ax, "bars": ax.barh(y, 0, **look).patches,
               "ghost": ax.plot([], [], color=style.colour("W_a", theme), linestyle="", marker="|",
                                markersize=20, mew=2.5, zorder=4)[0],
               "numbers": [ax.text(0, k, "", va="center") for k in y]}
    for k, bar in enumerate(artists["bars"]):
        bar.set_color(own if k == 0 else style.colour("b", theme))
    ax.set(yticks=y, yticklabels=list(nats), ylim=(len(nats) - 0.4, -0.6), xticks=[])
    ax.tick_params(length=0)
    ax.spines["bottom"].set_visible(False)
    ax.text(-0.48, 1.08, "surprise, nats: less is better", transform=ax.transAxes)
    move_surprise(artists, nats, ghost=ghost)
    return artists


def moving_surprise(artists):
    """The artists of `draw_surprise` that `move_surprise` changes, as a flat list."""
    return [*artists["bars"], artists["ghost"], *artists["numbers"]]


def move_surprise(artists, nats, *, ghost=None):
    """Show another name in a picture made by `draw_surprise`; the same models."""
    ghost = ghost or {}
    if not _new(artists, (*nats.values(), *ghost.values())):
        return
    # room for the numbers; the scale is that of this name: only lengths side by side count
    longest = 1.3 * max([*nats.values(), *ghost.values()])
    for bar, number, value in zip(artists["bars"], artists["numbers"], nats.values(), strict=True):
        bar.set_width(value / longest)
        number.set(text=f" {value:.1f}", x=value / longest)
    artists["ghost"].set_data([value / longest for value in ghost.values()], range(len(ghost)))
    if artists["ax"].get_xlim() != (0, 1):
        artists["ax"].set_xlim(0, 1)


def draw_drawn(ax, names, kinds, *, theme="light"):
    """Names that a network made up, one below the other in two columns, with their marks.

    names  up to NAMES_SHOWN texts; kinds  for each one of KINDS

    Returns {name: artist}. The marks' legend stands below.
    """
    places = [(0.5 * (k // _NAME_ROWS), 1 - (k % _NAME_ROWS + 0.5) / _NAME_ROWS)
              for k in range(NAMES_SHOWN)]
    artists = {"ax": ax, "theme": theme,
               "marks": [ax.text(x, y, "", va="center") for x, y in places],
               "names": [ax.text(x + 0.07, y, "", va="center", parse_math=False)
                         for x, y in places]}
    for k, kind in enumerate(("learned", "held out", "cut off")):
        mark, _, words = KINDS[kind]
        ax.text(0, -0.07 - 0.1 * k, f"{mark}  {words}", va="center", size=13)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    ax.set_title("made up by the network", fontsize=style.CHART_TEXT_PX)
    move_drawn(artists, names, kinds)
    return artists


def moving_drawn(artists):
    """The artists of `draw_drawn` that `move_drawn` changes, as a flat list."""
    return [*artists["marks"], *artists["names"]]


def move_drawn(artists, names, kinds):
    """Show other names in a picture made by `draw_drawn`."""
    held = style.colour("W_a", artists["theme"])
    for k, (mark, name) in enumerate(zip(artists["marks"], artists["names"], strict=True)):
        kind = kinds[k] if k < len(names) else "new"
        sign, bold, _ = KINDS[kind]
        look = {"color": held if bold else style.INK[artists["theme"]],
                "weight": "bold" if bold else "normal"}
        mark.set(text=sign, **look)
        name.set(text=_short(names[k]) if k < len(names) else "", **look)


def _short(name):
    """A name that fits into its column; the empty one is said, or it would not be seen."""
    if not name:
        return "(no letter)"
    return name if len(name) <= 12 else f"{name[:11]}\N{HORIZONTAL ELLIPSIS}"


def _new(artists, shown):
    """Whether a picture shows something else than before: what stays need not be drawn anew."""
    before, artists["shown"] = artists.get("shown"), shown
    return shown != before


def _set_places(ax, places):
    """Room for so many columns; even the same limits would make all be drawn anew."""
    xlim = -0.5, places - 0.5
    if ax.get_xlim() != xlim:
        ax.set_xlim(*xlim)

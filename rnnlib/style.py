"""Colours by role, line styles and sizes, the same in every picture, chart and equation.

A role never speaks by colour alone: it also has a dash pattern (lines) and a line over or under
its terms in equations. Each colour comes twice, for light and for dark backgrounds, with at
least 4.5 : 1 contrast against it, since the same colours set text. The hues start from the
colour-blind-safe set of Okabe and Ito (2008) and are darkened or lightened for contrast.
"""
import math
from dataclasses import dataclass

from rnnlib import arguments


@dataclass(frozen=True)
class Role:
    """How one kind of quantity looks: two colours, a dash pattern (px), a line over or under its
    terms, a label, and the way that its connections are gone."""

    light: str
    dark: str
    dash: tuple = ()
    mark: str = "none"
    label: str = ""
    way: str = ""


# told apart with each of the three colour blindnesses; in grey by dash, mark, way and words
ROLES = {
    "forward": Role("#3b3b3b", "#d8d8d8", label="values going forward"),
    "from_above": Role("#9a2f78", "#f28fcb", (), "overline solid",
                       "gradient from above (same time)", "↓"),
    "from_next": Role("#5a4500", "#f0cc3c", (8, 3, 2, 3), "overline dashed",
                      "gradient from next time", "←"),
    "W_x": Role("#0067a3", "#66b8ee", (), "underline solid", "W_x: from the layer below", "↑"),
    "W_a": Role("#b8341c", "#ff7f5c", (7, 3), "underline dashed",
                "W_a: from one step earlier", "→"),
    "W_y": Role("#1f7a3d", "#66d68a", (2, 3), "underline dotted", "W_y: to the output", "↑"),
    "b": Role("#5a5a5a", "#b5b5b5", (1, 3), label="b: the bias"),
    "kept": Role("#5a3cb4", "#b7a3ff", (), "underline double",
                 "kept from one step earlier, unit by unit", "→"),
    "unit": Role("#747474", "#8f8f8f", (12, 3), "overline double",
                 "gate and candidate, unit by unit", "↑"),
    # the two ends of the diverging scale of node fills; zero is the background
    "negative": Role("#1b357f", "#5a82ff", (5, 3), label="negative"),
    "positive": Role("#b35806", "#e8912d", label="positive"),
}

BACKGROUND = {"light": "#ffffff", "dark": "#111111"}
INK = {"light": "#1a1a1a", "dark": "#ececec"}
# ink of what is out of focus, as a share of the full ink
FAINT = 0.125
# smallest text in a picture at 100 %, in CSS pixels
TEXT_PX = 12


def colour(role, theme="light"):
    """The colour of a role, as a hex string, for theme "light" or "dark"."""
    return getattr(ROLES[arguments.choice("role", role, ROLES)], _theme(theme))


def _theme(theme):
    return arguments.choice("theme", theme, BACKGROUND)


# The matplotlib side. matplotlib is imported inside the functions: the SVG pictures need the
# roles above and should not pay for a plotting library they do not use.
CHART_TEXT_PX = 15


def rc(theme="light"):
    """The matplotlib settings of every chart, a dict for `matplotlib.rc_context`.

    Sizes are CSS pixels, because charts are laid out at 72 dots per inch, where matplotlib's
    point is one pixel.
    """
    ink, ground = INK[_theme(theme)], BACKGROUND[theme]
    inked = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color",
             "hatch.color")
    return {
        "figure.dpi": 72,
        "figure.facecolor": ground,
        "axes.facecolor": ground,
        "legend.facecolor": ground,
        **dict.fromkeys(inked, ink),
        "font.size": CHART_TEXT_PX,
        "axes.titlesize": CHART_TEXT_PX + 2,
        "axes.titlelocation": "left",
        "legend.fontsize": CHART_TEXT_PX - 1,
        "legend.frameon": False,
        "lines.linewidth": 2.5,
        "axes.linewidth": 1.2,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "hatch.linewidth": 0.8,
        "svg.hashsalt": "rnnlib",
        "svg.fonttype": "none",
    }


def sizes(theme="light"):
    """Colour map for sizes: the nearer to the background, the smaller (cividis, which keeps
    its order for the colour-blind and in grey)."""
    from matplotlib import colormaps

    return colormaps["cividis_r" if _theme(theme) == "light" else "cividis"]


def signs(theme="light"):
    """Colour map from the role "negative" over the background to the role "positive"."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = colour("negative", theme), BACKGROUND[theme], colour("positive", theme)
    return LinearSegmentedColormap.from_list(f"signs-{theme}", ends)


def contrast(one, other):
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    from matplotlib.colors import is_color_like, to_rgb

    def luminance(c):
        if not hasattr(c, "__len__") or not is_color_like(c):
            raise ValueError("a fill, one and other must be colours such as '#0067a3', got "
                             f"{arguments.shown(c)}")
        parts = ((v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4) for v in to_rgb(c))
        return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def ink_on(fill):
    """Black or white, whichever is better read on a fill of this colour: at least 4.5 : 1."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, fill))


def number(v):
    """v as text, for nodes, equations and tables alike: 0.285, 12.3, -9.1·10⁻⁴.

    Three decimals between 0.001 and 10, three digits up to 1000, else two digits and a power of
    ten; inf and nan are called by their names. The page shows the ASCII minus as −.
    """
    v = float(v)
    size = abs(v)
    if v == 0 or size != size or size == float("inf"):
        return f"{v:g}".replace("-0", "0")
    if 0.001 <= size < 9.9995:
        return f"{v:.3f}".rstrip("0").rstrip(".")
    if size < 999.5 and size >= 0.001:
        return f"{v:.3g}"
    mantissa, _, exponent = f"{size:.1e}".partition("e")
    return ("-" if v < 0 else "") + _times_power(mantissa.removesuffix(".0"), int(exponent))


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(log10, least=-3):
    """10 to this power as text: plain near 1, above `least`, else one digit and a power of ten."""
    if not math.isfinite(log10):
        return {-math.inf: "0", math.inf: "inf"}.get(log10, "not a number")
    if least < log10 < 3.9995:
        return f"{10 ** log10:.2g}" if 10 ** log10 < 99.5 else f"{10 ** log10:.0f}"
    exponent = math.floor(log10)
    digit = round(10 ** (log10 - exponent))
    return _times_power(*(("1", exponent + 1) if digit == 10 else (str(digit), exponent)))


def digits(v, count=4):
    """v with so many digits, as tables have it: every program can read it."""
    return f"{v:.{count}g}"


def _times_power(digits, exponent):
    """digits times a power of ten as text; the power alone for a 1."""
    return f"{'' if digits == '1' else f'{digits}·'}{whole_power(exponent)}"


def whole_power(exponent):
    """10 to a whole power as text."""
    return f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"


def tick(log10):
    """A whole power of ten as text, 1 for the zeroth; nothing between two of them."""
    if abs(log10 - round(log10)) > 1e-9:
        return ""
    return "1" if round(log10) == 0 else whole_power(round(log10))


def short(v):
    """v as text for a cell: two digits near 1, else one digit and a power of ten."""
    v = float(v)
    if v == 0 or not math.isfinite(v):
        return number(v)
    # with a sign before it there is no room for 0.0027
    return f"-{power(math.log10(-v), -2)}" if v < 0 else power(math.log10(v))


# below this a number is what rounding left
ROUNDING = 1e-9


def fixed(v, decimals=3):
    """v with so many decimals as text; plain 0 where only rounding is left."""
    return "0" if abs(v) < ROUNDING else f"{v:.{decimals}f}"


def per_cent(share):
    """A share in per cent as text: two digits, from 100 % on all four of a whole number."""
    percent = 100 * float(share) + 0.0  # of -0.0 it makes 0.0
    if abs(percent) < 99.5:
        return f"{percent:.2g} %"
    return f"{percent:.0f} %" if abs(percent) < 9999.5 else f"{number(percent)} %"


# how much of the role's colour a node of the largest value takes on
FULL_SHARE = 0.6


def share(v, largest):
    """v as a share of `largest`, with its sign; 0 of nothing, None if v is not finite."""
    if not math.isfinite(v):
        return None
    return v / largest if largest > 0 else 0.0


def blended(share, theme="light"):
    """The fill of a node whose value is this share of the largest, in per cent, with its sign."""
    share = arguments.number("share", 0 if share is None else share) / 100
    end = colour("negative" if share < 0 else "positive", theme)
    pairs = [(int(end[k:k + 2], 16), int(BACKGROUND[theme][k:k + 2], 16)) for k in (1, 3, 5)]
    mix = [round(b + (c - b) * FULL_SHARE * min(1.0, abs(share))) for c, b in pairs]
    return "#" + "".join(f"{m:02x}" for m in mix)

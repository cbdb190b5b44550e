"""Colours can be read on both backgrounds, and mean what their roles say."""
import matplotlib
import numpy as np
import pytest

from rnnlib import style

THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", style.ROLES)
def test_a_role_can_be_read_on_its_background(role, theme):
    assert style.contrast(style.colour(role, theme), style.BACKGROUND[theme]) >= 4.5


def test_contrast_has_the_known_ends():
    assert style.contrast("black", "white") == pytest.approx(21)
    assert style.contrast("#777777", "#777777") == pytest.approx(1)
    assert style.contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_chart_settings_are_matplotlibs_and_legible(theme):
    with matplotlib.rc_context(style.rc(theme)):
        assert matplotlib.rcParams["figure.facecolor"] == style.BACKGROUND[theme]
        for text in ("font.size", "legend.fontsize", "axes.titlesize"):
            assert matplotlib.rcParams[text] >= style.TEXT_PX


@pytest.mark.parametrize("theme", THEMES)
def test_sizes_go_steadily_away_from_the_background(theme):
    ground = style.contrast(style.BACKGROUND[theme], "black")
    away = [abs(style.contrast(c, "black") - ground) for c in style.sizes(theme)(np.arange(256))]
    assert np.all(np.diff(away) > -1e-9)


@pytest.mark.parametrize("theme", THEMES)
def test_signs_run_from_negative_over_the_background_to_positive(theme):
    ends = style.colour("negative", theme), style.BACKGROUND[theme], style.colour("positive", theme)
    for at, colour in zip((0.0, 0.5, 1.0), ends, strict=True):
        shown = style.signs(theme)(at)[:3]
        assert shown == pytest.approx(matplotlib.colors.to_rgb(colour), abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", [style.sizes, style.signs])
def test_numbers_can_be_read_on_every_fill(scale, theme):
    for fill in scale(theme)(np.arange(256)):
        assert style.contrast(style.ink_on(fill), fill) >= 4.5


@pytest.mark.parametrize(("v", "text"), [
    (0, "0"), (-0.0, "0"), (0.2851, "0.285"), (-0.3, "-0.3"), (9.9994, "9.999"), (12.345, "12.3"),
    (999.4, "999"), (1000, "10³"), (9120, "9.1·10³"), (-9.14e-4, "-9.1·10⁻⁴"), (-1e5, "-10⁵"),
    (9.97e-5, "10⁻⁴"), (3e-300, "3·10⁻³⁰⁰"), (np.inf, "inf"), (-np.inf, "-inf"), (np.nan, "nan")])
def test_a_number_is_written_in_one_way(v, text):
    assert style.number(v) == text


@pytest.mark.parametrize("theme", THEMES)
def test_a_nodes_fill_is_a_share_of_the_way_to_full_colour(theme):
    assert style.blended(0, theme) == style.blended(None, theme) == style.BACKGROUND[theme]
    assert style.blended(500, theme) == style.blended(100, theme) != style.blended(50, theme)
    assert style.blended(-100, theme) != style.blended(100, theme)
    assert style.share(-3.0, 6.0) == -0.5
    assert style.share(1.0, 0.0) == 0
    assert style.share(np.inf, 6.0) is None


@pytest.mark.parametrize("ends", [("negative", "positive"), ("from_above", "from_next"),
                                  ("W_x", "W_a")])
def test_what_must_be_told_apart_does_not_differ_by_colour_alone(ends):
    one, other = (style.ROLES[role] for role in ends)
    assert one.dash != other.dash


@pytest.mark.parametrize(("text", "wanted"), [
    (style.tick(-3.0), "10⁻³"), (style.tick(0.0), "1"), (style.tick(1.0), "10¹"),
    (style.tick(0.5), ""), (style.power(1.999), "100"),
    (style.power(1.99), "98"), (style.short(-0.12345), "-0.12"), (style.short(250.0), "250"),
    (style.short(-2e-10), "-2·10⁻¹⁰"),
    (style.short(0.0027), "0.0027"), (style.short(-0.0027), "-3·10⁻³"),
    (style.short(0.0), "0"), (style.short(np.inf), "inf"),
    (style.short(np.nan), "nan"), (style.per_cent(0.0514), "5.1 %"), (style.per_cent(0.75), "75 %"),
    (style.per_cent(-0.996), "-100 %"), (style.per_cent(12.345), "1234 %"),
    (style.fixed(0.2304), "0.230"), (style.fixed(-1e-12), "0"), (style.fixed(12.345, 1), "12.3"),
    (style.per_cent(-1e308), "-inf %"), (style.per_cent(1e200), "10²⁰² %")])
def test_numbers_are_written_in_one_way(text, wanted):
    assert text == wanted

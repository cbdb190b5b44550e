"""axe-core finds nothing in what the course puts into JupyterLab's output areas, in both themes.

The pages of the site and the slides are asked in their own files.
"""
import re

import axe
import explorer_cases
import harness
import pytest

from rnnlib import style

KINDS = [*(f"cases.explorer({name!r})" for name in explorer_cases.EXPLORERS), "cases.watched()",
         "rl.unrolled_graph(net, fwd=fwd)", "rl.backward_stepper(net, fwd)",
         "rl.forward_stepper(*gated, level='layer')", 'rl.predict("uses of the loop")',
         "rl.what_do_you_believe('after')"]
SETUP = f"""\
import sys
sys.path.insert(0, {str(harness.course.HERE / "tests")!r})
import explorer_cases as cases
import rnnlib as rl
net, fwd = cases.run(T=12)
gated = cases.run("lstm", T=3)
turn = iter([{", ".join(f"lambda: {kind}" for kind in KINDS)}])"""
# whether it is all there, its table open; of that a few rows, which are alike and thousands
DRAWN = """() => {
  const [, shown] = document.querySelectorAll('.jp-Notebook-cell');
  const figure = shown.querySelector('.rnnlib-figure');
  if (!figure) return shown.querySelector('.rg, .rnnlib-choices') !== null;
  const details = figure.querySelector('details');
  details.open = true;
  details.querySelectorAll('tr:nth-child(n + 4)').forEach(row => row.remove());
  return details.querySelector('table') && figure.closest('.rnnlib-panel').role === 'group';
}"""


@pytest.mark.parametrize(("theme", "tags"), [("light", None), ("dark", axe.COLOURS)])
def test_axe_finds_nothing_in_what_is_shown(lab, browser, theme, tags):
    notebook = harness.Notebook.of(browser, lab, "axe", SETUP, "None")
    page, found = notebook.page, {}
    notebook.theme(theme)
    # else contrast is not looked at: JupyterLab's own body has no height
    page.add_style_tag(content="body { height: 100vh; }")
    notebook.cell(1).locator(".cm-content").fill("next(turn)()")
    for kind in KINDS:
        notebook.run_cell(1)
        page.wait_for_function(DRAWN)
        found[kind] = axe.findings(page, ".jp-OutputArea-output", tags)
    notebook.demand_quiet()
    notebook.theme("light")
    notebook.close()
    assert found == dict.fromkeys(KINDS, [])


# [ink, ground] of words, lines and borders, as the page has them
INKS = """() => {
  const seen = (css, ink, ground) => [...document.querySelectorAll(css)].map(node =>
    [getComputedStyle(node)[ink], getComputedStyle(node.closest(ground)).backgroundColor]);
  return [...seen('.rg .frame text:not(:empty)', 'fill', '.frame'),
    ...seen('.rg .legend span span', 'color', '.legend'),
    ...seen('.rg .frame:not(.attend) .B:not(.on) path', 'stroke', '.frame')];
}"""
BORDERS = """() => [...document.querySelectorAll('.rnnlib-panel :is(.noUi-target, button)')]
  .map(node => parseFloat(getComputedStyle(node).borderTopWidth))"""
MOVES = "() => document.getAnimations().filter(({ effect }) => " \
        "effect.target.closest('.jp-OutputArea-output')).length"


def test_colours_of_the_readers_own_leave_all_to_be_seen(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "forced", SETUP, "rl.backward_stepper(net, fwd)",
                                   "cases.explorer('parameter_count')")
    page = notebook.page
    for cell, css in (1, ".rg .legend"), (2, ".rnnlib-picture"), (2, ".noUi-target"):
        notebook.output(cell).locator(css).first.wait_for()
    page.emulate_media(forced_colors="active", color_scheme="dark")
    inks, borders, moves = (page.evaluate(what) for what in (INKS, BORDERS, MOVES))
    page.emulate_media(forced_colors="none", color_scheme="light")
    notebook.close()
    assert len(inks) > 50
    for pair in set(map(tuple, inks)):
        one, other = (tuple(int(v) / 255 for v in re.findall(r"\d+", css)[:3]) for css in pair)
        assert style.contrast(one, other) >= 4.5, pair
    assert len(borders) > 3
    assert min(borders) >= 1
    assert moves == 0

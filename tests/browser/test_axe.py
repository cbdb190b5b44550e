"""axe-core finds nothing in what the course puts into JupyterLab's output areas, in both themes.

The pages of the site and the slides are asked in their own files.
"""
import axe
import explorer_cases
import harness
import pytest

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

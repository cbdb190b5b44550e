"""What a reader types as a name is text and nothing else, in a real JupyterLab."""
import harness
import pytest

MAKE = """\
import rnnlib as rl
from rnnlib.sequences.names import Split, first_names
names = first_names().split()
split = Split(names.train[:300], names.held_out[:30])
panel = rl.names_explorer(rl.Network(27, 8, 27, "gru", seed=3), split)
panel"""
SHOW = """\
import ipywidgets
from rnnlib.widgets.choices import Choices
hack = "</title></script><img src=hacked onerror='hacked=1'><script>hacked=1</script>"
net, answer = rl.Network(2, 2, 2, seed=0), {"right": 0, "said": hack, "why": hack, "then": hack}
asked = Choices(hack, [hack], title=hack, answered=lambda chosen: answer, note=hack)
asked.commit(0)
asked.show_answer()
display(rl.check("parameter_count", hack, net=net), asked, rl.unrolled_graph(net, 2, labels=[hack]),
        rl.compared_losses({hack: range(40), "other": [0, 2] * 20}),
        rl.forecast_calibration({hack: [0.2, 0.8] * 20}, [0, 1] * 20))"""
HACKS = ("<img src=x onerror='hacked=1'>", "<b onclick=1>", "$\\frac{1}{2}$", "</script>")


@pytest.fixture
def field(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "typed_names", MAKE)
    yield notebook, notebook.output(0), notebook.output(0).get_by_role("textbox", name="a name")
    notebook.demand_quiet()
    notebook.close()


def test_what_is_typed_is_text_and_a_strange_letter_gets_a_sentence(field):
    notebook, output, name = field
    output.locator("canvas").wait_for()
    reading = output.get_by_text("“maria” surprises")
    reading.wait_for()
    name.fill("Zoë")
    output.get_by_text("has 'ë'; 'zoe' would do").wait_for()
    for hack in HACKS:
        name.fill(hack)
        notebook.demand_python("print(panel.controls['name'].field.value)", hack)
        assert output.locator("img, b, script").count() == 0
        assert notebook.page.evaluate("window.hacked") is None
        assert reading.is_visible(), "the picture stays"
        assert notebook.python("print(panel.values.name)") == "maria"
    # one that is short enough to be quoted, angle brackets and all
    name.fill("<b onclick=1>")
    output.get_by_text("'<b onclick=1>' has '<'; 'bonclick' would do").wait_for()
    name.fill("Zoe")
    output.get_by_text("“zoe” surprises").wait_for()
    assert output.get_by_text("would do").count() == 0


def test_no_text_of_a_cell_is_run_or_asked_for(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "hacked", "import rnnlib as rl", SHOW)
    asked = []
    notebook.page.on("request", lambda request: asked.append(request.url))
    notebook.run_all()
    output = notebook.output(1)
    for shown in ("canvas >> nth=1", ".rg svg .label", ".rnnlib-choices .why", "[role=status]"):
        output.locator(shown).first.wait_for()
    assert output.get_by_text("<img src=hacked").count() > 3
    made = output.locator("[onerror], script, [src*=hacked]")
    assert made.evaluate_all("nodes => nodes.map((node) => node.parentNode.outerHTML)") == []
    assert notebook.page.evaluate("window.hacked") is None
    assert not [url for url in asked if "hacked" in url.rpartition("/")[2]]
    notebook.demand_quiet()
    harness.picture("hacked", output)
    notebook.close()

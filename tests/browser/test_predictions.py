"""A prediction by keyboard alone: in JupyterLab, and on a page without a kernel."""
import json
from types import SimpleNamespace

import harness
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from playwright.sync_api import expect

from rnnlib.alone.form import of
from rnnlib.predictions import PREDICTIONS
from rnnlib.reader.kept import FILE, home
from tools.notebooks import all_notebooks, read, text_of
from tools.site.__main__ import script, style
from tools.site.page import page as made_page
from tools.site.page import whole
from tools.site.questions import asked_by

NAME = "uses of the loop"
ASKED = PREDICTIONS[NAME]


def by_key(page, root):
    """Chooses the second by a digit, corrects it by an arrow, commits and opens, by keys alone."""
    root.locator("input[type=radio]").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert ASKED.said not in root.locator(".said").inner_text()
    page.keyboard.press("Enter")
    expect(root.get_by_role("button", name="Open the answer")).to_be_focused()
    assert ASKED.why not in root.inner_text()
    page.keyboard.press("Enter")
    expect_opened(root)
    expect(root.get_by_role("button", name="Ask again")).to_be_focused()


def expect_opened(root):
    expect(root.get_by_role("status").last).to_have_text(
        f"✗ You said: {ASKED.choices[1]}. The answer: {ASKED.said}.")
    expect(root.get_by_role("radio", name=ASKED.choices[1])).to_be_checked()
    expect(root.locator(".why")).to_contain_text("as there are words")


def hands_up(page, root):
    """Counts hands by keys and reads the bars."""
    root.get_by_label("Show of hands", exact=True).press("Space")
    for k, many in enumerate((1, 5, 12, 2)):
        root.locator("input[type=number]").nth(k).press("Control+a")
        page.keyboard.type(str(many))
    expect(root.locator(".share")).to_have_text([f"{many} of 20" for many in (1, 5, 12, 2)])
    widths = root.locator(".bar").evaluate_all("bars => bars.map(bar => bar.style.width)")
    assert widths == ["5%", "25%", "60%", "10%"]
    root.get_by_role("button", name="Commit").press("Enter")
    root.get_by_role("button", name="Open the answer").press("Enter")
    expect(root.get_by_role("status").last).to_have_text(f"The answer: {ASKED.said}.")


def marked_beside_the_truth(page, root):
    """Commits to the last choice, skips the next time: the picture marks what was said, alone."""
    chart = root.locator(".chart svg")
    radios = root.locator("input[type=radio]")
    radios.last.press("Space")
    page.keyboard.press("Enter")
    opening = root.get_by_role("button", name="Open the answer")
    expect(opening).to_be_focused()
    expect(chart).to_have_count(0)
    opening.press("Enter")
    expect(chart).to_be_visible()
    visible = chart.locator("[data-choice]:visible")
    expect(visible).to_have_count(1)
    expect(visible).to_have_attribute("data-choice", str(radios.count() - 1))
    harness.picture("prediction-truth", root)
    root.get_by_role("button", name="Ask again").press("Enter")
    root.get_by_role("button", name="Skip").press("Enter")
    opening.press("Enter")
    expect(chart).to_be_visible()
    expect(visible).to_have_count(0)


def test_the_truth_is_drawn_beside_what_was_said(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "truth",
                                   'import rnnlib as rl\nrl.predict("below one")')
    marked_beside_the_truth(notebook.page, notebook.page.locator(".rnnlib-choices"))
    notebook.theme("dark")
    notebook.shot(0, "prediction-truth-dark")
    notebook.theme("light")
    notebook.demand_quiet()
    notebook.close()
    (home() / FILE).unlink()


def test_a_prediction_is_made_by_keyboard_and_kept(lab, browser):
    notebook = harness.Notebook.of(browser, lab, "asked",
                                   f'import rnnlib as rl\nrl.predict("{NAME}")')
    root = notebook.page.locator(".rnnlib-choices")
    by_key(notebook.page, root)
    kept = json.loads((home() / FILE).read_text("utf-8"))
    assert kept["predictions"][NAME]["chosen"] == ASKED.choices[1]
    notebook.run_all()
    expect_opened(root)
    notebook.theme("dark")
    notebook.shot(0, "prediction-dark")
    notebook.theme("light")
    root.get_by_role("button", name="Ask again").press("Enter")
    expect(root.get_by_role("radio").first).to_be_focused()
    hands_up(notebook.page, root)
    notebook.shot(0, "prediction-hands")
    notebook.demand_quiet()
    notebook.close()
    (home() / FILE).unlink()


def test_what_is_due_is_answered_by_keyboard_and_the_table_follows(lab, browser):
    made = {name: {"on": "2020-01-01"} for name, one in PREDICTIONS.items()
            if one.find.__module__.endswith(".backward")}
    (home() / FILE).write_text(json.dumps({"predictions": made}), encoding="utf-8")
    notebook = harness.Notebook.of(browser, lab, "alone", "import rnnlib as rl\nrl.progress()")
    page, asked = notebook.page, of("03")
    row = page.get_by_role("row", name="03 Backpropagation through time")
    expect(row.get_by_role("cell")).to_have_text(["15 of 15", "0 of 3", "2020-01-01", "3 due"])
    root = page.locator(".rnnlib-choices").first
    root.locator("input[type=radio]").first.focus()
    page.keyboard.press(str(1 + asked[0].choices.index(asked[0].answer)))
    page.keyboard.press("Enter")
    expect(root.get_by_role("button", name="Open the answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(root.get_by_role("status").last).to_contain_text("✓ You said:")
    expect(root.locator(".note")).to_contain_text("Asked again in notebook 00 from")
    expect(row.get_by_role("cell").last).to_have_text("2 due")
    kept = json.loads((home() / FILE).read_text("utf-8"))["questions"]
    assert {name: entry["right"] for name, entry in kept.items()} == {asked[0].name: 1}
    notebook.shot(0, "progress-light")
    notebook.theme("dark")
    notebook.shot(0, "progress-dark")
    notebook.theme("light")
    notebook.demand_quiet()
    notebook.close()
    (home() / FILE).unlink()


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """The folder of a page with all predictions and questions of 01 and nothing else."""
    folder = tmp_path_factory.mktemp("pages")
    nb = read(all_notebooks()[1])
    cells = [new_markdown_cell("# Asked"), *(c for c in nb.cells if asked_by(c))]
    path = folder / "01_asked.ipynb"
    path.write_text(text_of(new_notebook(cells=cells)), encoding="utf-8")
    made = made_page(path, SimpleNamespace(graphs={}, recordings={}))
    for name, text in {"asked.html": whole(made), "site.css": style(), "site.js": script()}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_asks_without_a_kernel(asking, browser, theme):
    window = harness.Page(browser)
    page = window.page
    page.emulate_media(color_scheme=theme)
    page.goto(f"{asking.as_uri()}/asked.html")
    root = page.locator(".rnnlib-choices").first
    by_key(page, root)
    page.reload()
    expect_opened(root)
    second = page.locator(".rnnlib-choices").nth(1)
    expect(second).to_have_attribute("data-state", "asked")
    marked_beside_the_truth(page, second)
    root.get_by_role("button", name="Ask again").press("Enter")
    hands_up(page, root)
    harness.picture(f"predictions-{theme}", page)
    last = page.locator(".rnnlib-choices").last
    last.locator("input[type=radio]").first.focus()
    page.keyboard.press(str(1 + of("01")[2].choices.index(of("01")[2].answer)))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(last.get_by_role("status").last).to_contain_text("✓ You said:")
    window.close()
    assert (window.console_errors, window.outgoing) == ([], [])


def test_without_a_script_the_answer_is_folded_away(asking, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{asking.as_uri()}/asked.html")
    answer = page.locator("details").first
    expect(answer.get_by_text("as there are words")).to_be_hidden()
    answer.locator("summary").click()
    expect(answer.get_by_text("as there are words")).to_be_visible()
    context.close()

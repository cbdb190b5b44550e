"""The form is filled in by keyboard, its answers are kept, opened and found again."""
import json

import harness

from rnnlib.beliefs import RIGHT, questions
from rnnlib.explorers import inventory
from tools.site.__main__ import style

FORM = 'import rnnlib as rl\nrl.what_do_you_believe("after", folder=".")'


def kept(lab):
    """What the file beside the notebook holds of the form after."""
    (path,) = lab.folder.glob("beliefs-*.json")
    return json.loads(path.read_text(encoding="utf-8"))["forms"]["after"]


def test_a_form_is_filled_in_by_keyboard_and_kept(browser, lab):
    nb = harness.Notebook.of(browser, lab, "believe", FORM, 'rl.beliefs_held(".")')
    first, question = nb.page.locator(".rnnlib-choices").first, questions("after")["01"]
    first.locator("input[type=radio]").first.focus()
    nb.page.keyboard.press(str(1 + question.right))
    nb.page.keyboard.press("Enter")
    nb.page.get_by_text("Answered: 1 of 21").wait_for()
    assert kept(lab) == {"01": RIGHT}
    first.get_by_role("button", name="Open the answer").press("Enter")
    first.get_by_role("link", name="01 One set of weights, T uses").wait_for()
    second = nb.page.locator(".rnnlib-choices").nth(1)
    wrong = next(k for k, choice in enumerate(questions("after")["02"].choices) if choice.own)
    second.get_by_role("radio").nth(wrong).check()
    second.get_by_role("button", name="Commit").click()
    nb.page.get_by_text("Answered: 2 of 21").wait_for()
    second.get_by_role("button", name="Open the answer").click()
    second.get_by_text(questions("after")["02"].choices[wrong].belief).wait_for()
    nb.run_cell(1)
    nb.page.get_by_text("After: 1 of 21 right, 1 held.").first.wait_for()
    nb.demand_quiet()
    harness.picture("beliefs", nb.page)
    nb.run_cell(0)  # what was answered stays answered
    nb.page.get_by_text("Answered: 2 of 21").wait_for()
    assert nb.page.locator(".rnnlib-choices").nth(1).get_by_role("radio").nth(wrong).is_checked()
    nb.close()


def test_on_a_page_without_a_kernel_who_has_chosen_may_open_the_answer(browser, tmp_path):
    html = tmp_path / "form.html"
    html.write_text(f"<!doctype html><style>{style()}</style>{inventory.page('after')}", "utf-8")
    sheet = harness.Page(browser)
    sheet.page.goto(html.as_uri())
    answers = sheet.page.locator("details")
    assert [answer.is_visible() for answer in answers.all()[:2]] == [False, False]
    sheet.page.keyboard.press("Tab")
    sheet.page.keyboard.press("Space")
    assert [answer.is_visible() for answer in answers.all()[:2]] == [True, False]
    sheet.page.keyboard.press("Tab")
    sheet.page.keyboard.press("Enter")
    assert answers.first.get_by_role("link").is_visible()
    assert sheet.quiet
    sheet.close()

"""The harness notices what it is there to notice, shown on small notebooks made to misbehave."""
import harness
import pytest

PICTURE = """\
import ipywidgets as w
shown = w.HTML()
def show(change=None):
    words = [str(c.value) for c in controls if hasattr(c, 'value')] + [str(clicks)]
    shown.value = '<svg width="600" height="60"><text y="40">%s</text></svg>' % ' '.join(words)
def click(_):
    clicks.append(1)
    show()
"""
CONTROLS = PICTURE + """\
clicks, play, button = [], w.Play(max=50, interval=100), w.Button(description='more')
controls = [
    w.IntSlider(2, 0, 5), w.FloatRangeSlider(value=(1, 2), max=4), w.SelectionSlider(options='abc'),
    w.Dropdown(options=['p', 'q', 'r']), w.ToggleButtons(options=['u', 'v']),
    w.RadioButtons(options=['up', 'next']), w.Checkbox(),
    w.BoundedIntText(3, 0, 9), w.Text('7'), w.ToggleButton(description='on'),
    play, button]
for control in controls:
    control.observe(show, 'value')
button.on_click(click)
show()
w.VBox([*controls, shown]).add_class('keeps-keys')"""
LIST = PICTURE + """\
clicks, controls = [], [w.Dropdown(options=['p', 'q', 'r'])]
controls[0].observe(show, 'value')
show()
w.VBox([*controls, shown])"""
# what the course's panels do with their keys; JupyterLab takes the arrow keys of others
KEEP = """addEventListener('keydown', (event) => {
  if (event.target.closest('.keeps-keys'))
    event.target.toggleAttribute('data-lm-suppress-shortcuts', true);
}, true)"""
PANEL = """\
import ipywidgets as w
def panel():
    slider, buttons, shown = w.IntSlider(1, 0, 5), [w.Button(description=d) for d in 'pq'], w.HTML()
    def add(_):
        shown.value += '|'
    slider.observe(add, 'value')
    for button in buttons:
        button.on_click(add)
    return w.VBox([slider, *buttons, shown]).add_class('keeps-keys')"""
DEAF = PICTURE + """\
clicks, controls = [], []
show()
w.VBox([w.IntSlider(1, 0, 5), shown])"""


@pytest.fixture
def run(lab, browser):
    """Runs a notebook of the given cells in the browser; gives it, open."""
    opened = []

    def run_(*sources):
        opened.append(harness.Notebook.of(browser, lab, "scratch", *sources))
        return opened[-1]

    yield run_
    for notebook in opened:
        notebook.close()


def test_a_good_notebook_is_quiet(run):
    notebook = run("x = 2", "x + 1")
    notebook.demand_quiet()
    assert [c.count for c in notebook.code_cells()] == [1, 2]
    assert notebook.cells()[1].outputs[0]["data"]["text/plain"] == "3"


def test_a_failing_cell_is_noticed(run):
    notebook = run("1 + 1", "1 / 0")
    assert notebook.errors() == ["cell 1: ZeroDivisionError: division by zero"]
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.demand_quiet()


def test_words_on_stderr_are_noticed(run):
    with pytest.raises(AssertionError, match="careful"):
        run("import sys; print('careful', file=sys.stderr)").demand_quiet()


@pytest.fixture
def page(browser):
    empty = harness.Page(browser)
    yield empty
    empty.close()


def run_script(page, script):
    page.page.evaluate(f"() => {{ {script} }}")
    page.page.wait_for_timeout(300)


@pytest.mark.parametrize("script", [
    "fetch('https://example.org/x.js').catch(() => 0)",
    "new WebSocket('wss://example.org/y').onerror = () => 0",
    "document.body.append(Object.assign(new Image(), {src: 'http://example.org/z.png'}))"])
def test_a_request_that_would_leave_is_refused_and_noticed(page, script):
    run_script(page, script)
    assert [url.split("/")[2] for url in page.outgoing] == ["example.org"]


@pytest.mark.parametrize("script", ["console.error('from the page')",
                                    "setTimeout(() => { throw Error('from the page') })"])
def test_an_error_in_the_console_is_noticed(page, script):
    run_script(page, script)
    assert [text.removeprefix("uncaught: ") for text in page.console_errors] == ["from the page"]


def test_a_request_and_a_console_error_make_a_notebook_fail(run):
    notebook = run("1")
    notebook.demand_quiet()
    run_script(notebook, "console.error('from the page')")
    with pytest.raises(AssertionError, match="from the page"):
        notebook.demand_quiet()
    notebook.console_errors.clear()
    run_script(notebook, "document.body.append(Object.assign(new Image(), {src: '//example.org'}))")
    notebook.console_errors.clear()
    with pytest.raises(AssertionError, match=r"example\.org"):
        notebook.demand_quiet()


def test_every_kind_of_control_is_used_by_mouse_and_keyboard(run):
    notebook = run(CONTROLS)
    run_script(notebook, KEEP)
    done = notebook.use_every_control()
    notebook.demand_quiet()
    assert {words.split(", ")[1] for words in done} == set(harness.hands.KINDS)
    assert sum("arrow key" in words or "keyboard" in words for words in done) == 10


def test_a_control_that_moves_nothing_is_noticed(run, monkeypatch):
    monkeypatch.setattr(harness.hands, "CHANGE_SECONDS", 5)
    with pytest.raises(AssertionError, match="slider, dragged: the picture did not change"):
        run(DEAF).use_every_control()


def test_a_key_that_the_front_end_takes_is_noticed(run):
    with pytest.raises(AssertionError, match="ArrowDown: the focus went from the control"):
        run(LIST).use_every_control()


def test_a_panel_met_again_is_moved_once(run):
    notebook = run(PANEL, "panel()", "panel()")
    run_script(notebook, KEEP)
    done = notebook.use_every_control()
    assert [words.split(", ")[0] for words in done] == ["cell 1"] * 5 + ["cell 2"] * 2
    assert done[-2:] == ["cell 2, slider, dragged", "cell 2, slider, arrow key"]


def test_a_control_that_leaves_its_canvas_as_it_was_is_noticed(run, monkeypatch):
    # the second one: the first is judged by a screenshot, the others by the canvas
    monkeypatch.setattr(harness.hands, "CHANGE_SECONDS", 9)
    deaf = run("import rnnlib as rl\npanel = rl.cliffs_and_clipping()\n"
               "panel.controls['T'].unobserve(panel._follow, 'value')\npanel")
    done = harness.hands.use_control
    moved = []
    monkeypatch.setattr(harness.hands, "use_control", lambda *given: [
        moved.append(words) or words for words in done(*given)])
    with pytest.raises(AssertionError, match="slider, dragged: the picture did not change"):
        deaf.use_every_control()
    assert moved == ["slider, dragged", "slider, arrow key"]


def test_a_control_may_say_that_it_changes_no_picture(run):
    notebook = run("import ipywidgets as w\nw.IntSlider().add_class('changes-no-picture')")
    assert notebook.use_every_control() == []


def test_a_control_without_a_rule_is_noticed(run):
    with pytest.raises(AssertionError, match="no rule"):
        run("import ipywidgets as w; w.Select(options=['a', 'b'])").use_every_control()


def test_the_page_outlives_its_kernel_and_changes_theme(run):
    notebook = run("1 + 1")
    notebook.stop_kernel()
    light = harness.hands.look(notebook.cell(0))
    notebook.theme("dark")
    assert harness.hands.look(notebook.cell(0)) != light
    assert notebook.shot(0, "harness-dark").stat().st_size > 500
    notebook.theme("light")

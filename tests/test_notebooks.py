"""Every notebook: what is stored, what a fresh run gives, every control, every exercise.

nbval compares text and JSON cell by cell in the same pytest run; here stands what it cannot see.
"""
import json
from copy import deepcopy
from pathlib import Path

import exercises
import hygiene
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rnnlib.widgets.recording import MOST
from tools import browser, notebooks
from tools.site import kernel

NOTEBOOKS = notebooks.all_notebooks()
pytestmark = pytest.mark.kernel
NAMES = [path.stem for path in NOTEBOOKS]

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)


def ask(client, source):
    """What a line of code prints in the kernel of a notebook, leaving its counts alone."""
    cell = new_code_cell(source)
    client.nb.cells.append(cell)  # nbclient wants a place for what it runs
    client.execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    client.nb.cells.pop()
    return "".join(o.text for o in cell.outputs if o.get("name") == "stdout")


def ask_controls(client, call):
    """The value of a call into live_controls.py inside the kernel."""
    folder = str(Path(__file__).parent)
    return json.loads(ask(client, (
        f"import sys; sys.path.insert(0, {folder!r}); import live_controls, json; "
        f"sys.path.remove({folder!r}); print(json.dumps(live_controls.{call}))")))


def answers(client):
    return json.loads(ask(client, exercises.question(client.nb)))


# shows a training that goes on between two runs of the cell
GOES_ON = "rl.watch_training("


def run_cell(client, index, **options):
    """Runs a cell under its id, as JupyterLab does, so that what its last run made is closed."""
    cell = client.nb.cells[index]
    client.kc.session.metadata = {"cellId": cell.get("id")}
    client.execute_cell(cell, index, **options)
    client.kc.session.metadata = {}
    return cell


def aside(client, index, checked):
    """Runs a cell without a place in the history. IPython puts what it shows in the place of the
    last cell's; if that was a check, its answer is put back."""
    if checked:
        ask(client, "_shown = dict(Out)")
    cell = run_cell(client, index, store_history=False)
    if checked:
        ask(client, "Out.update(_shown)")
    return cell


def run_twice(client):
    """Runs each cell twice before the next; gives those whose second run shows something else.
    Only the second is kept, and what later cells make of it."""
    unlike, checked = [], False
    for index, cell in enumerate(client.nb.cells):
        again = cell.cell_type == "code" and GOES_ON not in cell.source
        if blind := again and notebooks.has_picture(cell):  # the first run's is not looked at
            ask_controls(client, "draw(False)")
        first = shown(aside(client, index, checked)) if again else None
        if blind:
            ask_controls(client, "draw(True)")
        second = shown(run_cell(client, index))
        if again and first != second:
            unlike.append(f"cell {index + 1}")
        if cell.cell_type == "code":
            checked = any(tag.startswith("check:") for tag in cell.metadata.get("tags", ()))
    return unlike


def shown(cell):
    """The outputs of a cell but for their PNGs and counts, as they are now."""
    nb = notebooks.strip_outputs(new_notebook(cells=[deepcopy(cell)]))
    for output in nb.cells[0].get("outputs", ()):
        output.get("data", {}).pop("image/png", None)
        output.pop("execution_count", None)
    return nb.cells[0].get("outputs")


def raising(client):
    """The cells that raise when each is run alone, every name being what the last cell left."""
    found = []
    ask(client, "_left = dict(globals())")
    for index, cell in enumerate(client.nb.cells):
        if cell.cell_type == "code" and GOES_ON not in cell.source:
            # not a panel that its cell, run again, has closed and made anew
            ask(client, "globals().update({name: thing for name, thing in _left.items() "
                        "if getattr(thing, 'comm', True) is not None})")
            try:
                run_cell(client, index, store_history=False)
            except CellExecutionError as error:
                found.append(f"cell {index + 1}: {error.ename}: {error.evalue}")
    return found


class Run:
    """A stored notebook and its live run, each cell twice, with what the kernel says afterwards."""

    def __init__(self, path, stored, client):
        ask_controls(client, "watch()")
        self.unlike = run_twice(client)
        self.path, self.stored, self.client = path, stored, client
        self.new = notebooks.settled(stored, client.nb)


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=NAMES)
def run(request):
    """One run of a notebook, shared by the tests below; pytest groups them by notebook."""
    stored = notebooks.read(request.param)
    with notebooks.live(notebooks.prepare(stored), request.param.parent) as client:
        yield Run(request.param, stored, client)


def test_there_are_notebooks():
    assert NOTEBOOKS


@each_notebook
def test_is_stored_well(path):
    assert hygiene.complaints(notebooks.read(path)) == []


@each_notebook
def test_every_exercise_has_a_check_and_a_solution(path):
    assert exercises.unmatched(notebooks.read(path), exercises.solutions_of(path)) == []


def test_stored_outputs_and_pictures_are_those_of_a_fresh_run(run):
    assert notebooks.changes(run.stored, run.new) == []


def test_a_cell_run_again_shows_the_same(run):
    assert run.unlike == []


def test_untouched_exercises_are_not_called_solved(run):
    assert set(answers(run.client).values()) <= {False}


def test_every_control_can_be_moved_everywhere(run):
    run.client.timeout = 600  # hundreds of pictures, on a machine that may be busy
    ask_controls(run.client, "exercise()")
    assert ask_controls(run.client, "troubles()") == []


def test_each_cell_runs_again_when_all_have_run(run):
    """A reader goes back to one cell, past all that was defined since and every control moved."""
    ask_controls(run.client, "draw(False)")  # from here on what is said counts, not its picture
    assert raising(run.client) == []


def test_solutions_pass_every_check(run):
    """What stands before the first exercise knows no solution, so it need not be run again."""
    nb = run.client.nb = exercises.solve(run.client.nb, exercises.solutions_of(run.path))
    solved = list(exercises.tagged(nb, "exercise").values())
    for index in range(nb.cells.index(solved[0]) if solved else len(nb.cells), len(nb.cells)):
        run_cell(run.client, index)
    assert list(answers(run.client).values()) == [True] * len(solved)


# ---------------------------------------------------------------- the tests' own tests

def good_notebook():
    """A small notebook that no rule complains about."""
    picture = new_output("display_data", data={"image/png": "iVBORw0KGgo=",
                                               "text/plain": "W_a = 0.5; J: min 0.1, max 2.3"},
                         metadata={kind: {"width": 1, "height": 1, "alt": "J"}
                                   for kind in ("image/png", "image/svg+xml")})
    return nbformat.from_dict(new_notebook(metadata=deepcopy(notebooks.METADATA), cells=[
        new_markdown_cell("# A question\n![two arrows](x.png)"),
        new_code_cell("x = 1", execution_count=1),
        new_code_cell("x", execution_count=2, outputs=[picture])]))


def spoil(**what):
    """A change of the last cell: its source, tags or the text and data of its output."""
    def change(nb):
        cell = nb.cells[-1]
        cell.source = what.get("source", cell.source)
        cell.metadata.update(what.get("metadata", {}))
        cell.outputs[0]["data"].update(what.get("data", {}))
        cell.outputs += what.get("more", [])
    return change


BAD = {
    "has_the_kernel": lambda nb: nb.metadata.pop("kernelspec"),
    "run_in_order": lambda nb: nb.cells[1].update(execution_count=None),
    "no_error": spoil(more=[new_output("error", ename="ValueError", evalue="", traceback=[])]),
    "no_error (stderr)": spoil(more=[new_output("stream", name="stderr", text="careful")]),
    "no_address": spoil(data={"text/plain": "W_a: <Widget at 0x7f33aa10>"}),
    "no_address (path)": spoil(data={"text/plain": "read /home/me/x.csv"}),
    "no_trailing_semicolon": spoil(source="x;"),
    "no_widget_state": lambda nb: nb.metadata.update(widgets={}),
    "no_widget_state (view)": spoil(data={notebooks.WIDGET_VIEW: {"model_id": "1"}}),
    "pictures_speak": spoil(data={"text/plain": "<Figure size 640x480 with 1 Axes>"}),
    "pictures_speak (nothing)": spoil(data={"text/plain": ""}),
    "pictures_speak (svg)": spoil(data={"text/html": "<svg viewBox='0 0 1 1'></svg>"}),
    "graphs_show_untrusted": lambda nb: nb.cells[-1].outputs[0].update(
        data={"text/plain": "J", "image/svg+xml": "<svg><title>J</title></svg>"}),
    "pictures_tell_their_size": lambda nb: nb.cells[-1].outputs[0].update(metadata={}),
    "images_have_alternatives": lambda nb: nb.cells[0].update(source="![](x.png)"),
    "images_have_alternatives (html)": spoil(data={"text/html": "<img src='x.png'>"}),
    "not_too_big": spoil(data={"image/png": "A" * hygiene.SIZE_CAP}),
    "looking_away_has_a_reason": spoil(metadata={"tags": ["nbval-ignore-output"]}),
    "looking_away_has_a_reason (comment)": spoil(source="# NBVAL_SKIP\nx"),
    "one_minus": lambda nb: nb.cells[0].update(source="x = -1"),
    "short_cells": spoil(source="x\n" * 16),
    "no_prediction_in_text": lambda nb: nb.cells[0].update(source="**Predict.** *[1] [2]*"),
}


def test_a_good_notebook_raises_no_complaint():
    assert hygiene.complaints(good_notebook()) == []


@pytest.mark.parametrize("case", BAD)
def test_each_rule_notices(case):
    nb = good_notebook()
    BAD[case](nb)
    rule = getattr(hygiene, case.split()[0])
    assert rule in hygiene.RULES
    assert len(list(rule(nb))) == 1
    assert len(hygiene.complaints(nb)) == 1


def test_a_reason_allows_to_look_away():
    nb = good_notebook()
    spoil(metadata={"tags": ["nbval-ignore-output"], "reason": "prints the time"})(nb)
    assert hygiene.complaints(nb) == []


EXERCISE = """\
def double(x):
    raise NotImplementedError"""
CHECK = """\
def answer():
    try:
        return double(2) == 4
    except NotImplementedError:
        return False
answer()"""
WIDGETS = """\
import ipywidgets as w
slider, button = w.IntSlider(1, 1, 5), w.Button()
slider.observe(lambda change: 1 / (5 - change.new), 'value')
button.on_click(lambda _: {}['missing'])
w.VBox([slider, button])"""


def scratch_notebook(*sources):
    """An unrun notebook; a source may be (source, tag)."""
    nb = new_notebook()
    for source in sources:
        source, *tags = (source,) if isinstance(source, str) else source
        nb.cells.append(new_code_cell(source, metadata={"tags": tags} if tags else {}))
    return nb


@pytest.fixture
def run_live(tmp_path):
    """Runs a notebook, then gives what a question to its kernel answers."""
    def run_and_ask(nb, question):
        with notebooks.live(nb, tmp_path) as client:
            return question(Run(tmp_path, nb, client))
    return run_and_ask


def test_errors_in_callbacks_are_found(run_live):
    def move(run):
        stops = ask_controls(run.client, "exercise()")
        return stops, ask_controls(run.client, "troubles()")

    stops, found = run_live(scratch_notebook(WIDGETS), move)
    assert stops == 2 * (3 + 1)  # the cell has run twice, and the widgets of both runs are there
    assert sum("division by zero" in sentence for sentence in found) >= 1
    assert sum("KeyError" in sentence for sentence in found) == 2 * 2


@pytest.mark.parametrize(("makes", "uses", "unlike"), [
    ("n = 0", "n += 1\nn", ["cell 2"]), ("n = 0", "print(n := n + 1)", ["cell 2"]),
    ("n = 0", "n += 1", []), ("n = 0", "n = 1\nn", [])])
def test_a_cell_that_counts_on_is_found(run_live, makes, uses, unlike):
    stored = scratch_notebook(makes, uses, "print(n)")
    assert run_live(stored, lambda run: run.unlike) == unlike


def test_a_cell_that_shows_something_leaves_the_check_before_it_alone(run_live):
    nb = scratch_notebook((EXERCISE, "exercise:double"), (CHECK, "check:double"), "'yes'")
    assert run_live(nb, lambda run: answers(run.client)) == {"double": False}


@pytest.mark.parametrize(("later", "found"), [
    ("y = 0", []), ("x = 0", ["cell 2: ZeroDivisionError: division by zero"])])
def test_a_name_taken_twice_is_found(run_live, later, found):
    stored = scratch_notebook("x = 2", "1 / x", later)
    assert run_live(stored, lambda run: raising(run.client)) == found


@pytest.mark.parametrize(("solution", "truth"), [
    (None, False), ("def double(x):\n    return 2 * x", True),
    ("def double(x):\n    return 2 + x + x", False)])
def test_a_check_is_asked_for_its_truth(run_live, solution, truth):
    nb = scratch_notebook((EXERCISE, "exercise:double"), (CHECK, "check:double"))
    if solution:
        nb = exercises.solve(nb, {"double": solution})
    assert run_live(nb, lambda run: answers(run.client)) == {"double": truth}


def test_a_missing_partner_is_named():
    nb = scratch_notebook((EXERCISE, "exercise:double"), (CHECK, "check:half"), ("1", "exercise:x"))
    assert exercises.unmatched(nb, {"x": "1", "y": "2"}) == [
        "exercise double has no check", "exercise x has no check",
        "exercise double has no solution", "check half has no exercise",
        "solution y has no exercise",
        "exercise x has no hole: nothing raises NotImplementedError"]


def test_a_solution_file_is_read_cell_by_cell():
    text = '"""About."""\n\n# exercise: one\na = 1\n# a comment\n\n# exercise: two\nb = 2\n'
    assert exercises.solutions(text) == {"one": "a = 1\n# a comment", "two": "b = 2"}


# ---------------------------------------------------------------- tools/notebooks.py

PLOT = """\
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([0, 1], [0, {height}]); ax.set_ylim(0, 2)
fig"""


def write(path, nb):
    path.write_text(notebooks.text_of(nb), encoding="utf-8")
    return path


@pytest.mark.parametrize(("tags", "source", "kept"), [
    (["nbval-ignore-output"], "x", True), (["nbval-ignore-output"], "y", False), ([], "x", False)])
def test_what_nbval_looks_away_from_stays_as_long_as_its_source(tags, source, kept):
    stored, run = (new_notebook(cells=[new_code_cell(code, metadata={"tags": tags}, outputs=[
        new_output("stream", text=text)])]) for code, text in (("x", "1.23"), (source, "1.24")))
    assert (notebooks.settled(stored, run).cells[0].outputs[0].text == "1.23") == kept


def graph(svg="<svg/>", **data):
    """An output with a graph, in a notebook."""
    return new_notebook(cells=[new_code_cell("x", outputs=[new_output(
        "display_data", data={"image/svg+xml": svg, "text/plain": "x", **data})])])


def test_a_graph_is_drawn_again_only_when_it_is_another(monkeypatch):
    """Its PNG differs from machine to machine, so whose SVG is the same keeps it."""
    monkeypatch.setattr(browser, "drawn", lambda svgs: [f"PNG of {svg}" for svg in svgs])
    stored = notebooks.draw_graphs(graph("<svg>1</svg>"))
    assert stored.cells[0].outputs[0].data["image/png"] == "PNG of <svg>1</svg>"
    stored.cells[0].outputs[0].data["image/png"] = "as another machine drew it"
    for svg, png in (("<svg>1</svg>", "as another machine drew it"),
                     ("<svg>2</svg>", "PNG of <svg>2</svg>")):
        new = notebooks.draw_graphs(notebooks.settled(stored, graph(svg)))
        assert new.cells[0].outputs[0].data["image/png"] == png


def test_a_second_run_writes_the_same_bytes(tmp_path):
    nb = scratch_notebook("import ipywidgets as w   ", "print('a'); w.IntSlider()", PLOT.format(
        height=1))
    del nb.cells[0]["id"]
    path = write(tmp_path / "x.ipynb", nb)
    assert notebooks.regenerate(path)
    first = path.read_bytes()
    assert b"code-01" in first
    assert b"widget-view" not in first
    assert not notebooks.regenerate(path)
    assert path.read_bytes() == first
    assert notebooks.stale(path) == []


def test_a_run_for_the_pages_says_that_it_is_done_and_warns_of_nothing(tmp_path, capfd):
    nb = scratch_notebook("1 + 1")
    nb.cells[0].outputs = [new_output("display_data", {"image/png": ""})]
    kernel.taken(write(tmp_path / "x.ipynb", nb), MOST)
    said = capfd.readouterr()
    assert "x.ipynb: run and recorded\n" in said.err
    assert "WARNING" not in said.err
    assert said.out == ""


def test_check_names_the_cell_that_would_change(tmp_path, capsys):
    path = write(tmp_path / "x.ipynb", scratch_notebook("1 + 1", "2 + 2"))
    notebooks.regenerate(path)
    nb = notebooks.read(path)
    nb.cells[1].outputs[0]["data"]["text/plain"] = "5"
    before = write(path, nb).read_bytes()
    assert notebooks.main(["--check", str(path)]) == 1
    assert f"cell 2 ({nb.cells[1].id}): outputs would change" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_a_cell_that_raises_is_loud_and_stores_nothing(tmp_path, capsys):
    path = write(tmp_path / "x.ipynb", scratch_notebook("1 / 0"))
    before = path.read_bytes()
    assert notebooks.main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before


def drawn(draw):
    """A figure as a PNG in base64; `draw` fills its axes."""
    import base64
    import io

    from matplotlib.figure import Figure

    figure = Figure()
    draw(figure.subplots())
    figure.savefig(file := io.BytesIO(), format="png")
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture(scope="module")
def plots():
    """PNGs of three figures: a line, the line a little differently drawn, a moved line."""
    def line(height, **style):
        def draw(ax):
            ax.plot([0, 1], [0, height], **style)
            ax.set_ylim(0, 2)

        return drawn(draw)

    return line(1), line(1, linewidth=1.6), line(1.1)


def test_pictures_are_compared_by_their_look(plots):
    line, nearly, moved = plots
    assert line != nearly
    assert notebooks.same_picture(line, nearly)
    assert not notebooks.same_picture(line, moved)


@pytest.mark.parametrize(("colour", "same"), [("#b84a00", True), ("#b94b01", True),
                                               ("#b8331d", False)])
def test_a_bar_of_another_colour_is_another_picture(colour, same):
    def bars(colour):
        return drawn(lambda ax: ax.bar([0, 1, 2], [0, 0.04, 0.1], color=colour, width=0.1))

    assert notebooks.same_picture(bars("#b84a00"), bars(colour)) == same


def test_a_picture_that_looks_the_same_keeps_its_stored_bytes(plots):
    line, nearly, moved = plots

    def stored_after(new, text="a line"):
        old = new_output("display_data", data={"image/png": line, "text/plain": "a line"})
        output = new_output("display_data", data={"image/png": new, "text/plain": text})
        notebooks.keep_pictures([old], [output])
        return output.data["image/png"]

    assert stored_after(nearly) == line
    assert stored_after(moved) == moved
    assert stored_after(deepcopy(nearly), text="another line") == nearly

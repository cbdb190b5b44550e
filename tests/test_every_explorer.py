"""The laws of every explorer: whoever adds one is tested here without a new line."""
import inspect
import itertools
import json
from time import process_time

import explorer_cases as cases
import ipywidgets
import numpy as np
import pytest
from live_controls import undrawn
from memory import grown, kept_closed, left_behind

import rnnlib as rl
from benchmarks._walks import any_value, demand_as_fresh, event
from rnnlib.explorers.explorer import Explorer
from rnnlib.widgets.controls import offered
from rnnlib.widgets.live_figure import LiveFigure, styled
from rnnlib.widgets.recording import Stage

pytestmark = pytest.mark.filterwarnings("error")
RANDOM, EVENTS = 6, 100
KEPT_BYTES = 100_000
SECONDS = 2  # of processor time, which does not depend on what else the machine does


@pytest.fixture(params=cases.EXPLORERS)
def name(request):
    return request.param


def made(name, /, **options):
    """An explorer whose first picture is not drawn: the stored output asks for it."""
    with undrawn(LiveFigure):
        return cases.explorer(name, **options)


@pytest.fixture
def panel(name, kept):
    return kept(made(name))


def buttons(panel):
    return {child.description: child for child in panel.children[1].children
            if isinstance(child, ipywidgets.Button)}


def ends(panel):
    """{control: first and last value} of those that have any."""
    return {name: (values[0], values[-1]) for name, control in panel.controls.items()
            if (values := offered(control))}


def together(panel, pick):
    """What all controls hold once each in turn has got `pick(name, control)`: one may narrow
    those after it. The panel itself stays as it was."""
    before = vars(panel.values)
    panel._holding = True
    for name, control in panel.controls.items():
        control.value = pick(name, control)
    found = vars(panel.values)
    panel._put(before)
    panel._holding = False
    return found


def state(panel):
    """What is seen: values, sentence, pixels of the light theme."""
    panel.live.theme = "light"
    panel.live.refresh()
    return vars(panel.values), panel.live.reading, panel.live.film.pixels().copy()


def demand_same(one, other):
    assert one[:2] == other[:2]
    np.testing.assert_array_equal(one[2], other[2])


def demand_told(panel):
    """The picture has its sentence, its text alternative and its tables."""
    assert panel.live.reading
    assert panel.live.reading in panel.live.label
    for table in (tables := panel._tables()):
        assert table["caption"]
        assert all(table["header"])
        assert {len(row) for row in table["rows"]} <= {len(table["header"])}
        assert all(isinstance(cell, str) for row in table["rows"] for cell in row)
    json.dumps(tables)


def covering(levels):
    """Few choices {name: value} in which each value of a name meets each value of every other."""
    names, todo, rows = list(levels), set(_meetings(levels)), []
    while todo:
        row = dict(min(todo))
        for name in sorted(levels.keys() - row.keys(), key=names.index):
            row[name] = max(range(len(levels[name])), key=lambda i: len(
                todo & {_met((name, i), other) for other in row.items()}))
        todo -= {_met(*pair) for pair in itertools.combinations(row.items(), 2)}
        rows.append({name: levels[name][i] for name, i in row.items()})
    return rows


def _meetings(levels):
    for one, other in itertools.combinations(levels, 2):
        for i, j in itertools.product(range(len(levels[one])), range(len(levels[other]))):
            yield _met((one, i), (other, j))


def _met(one, other):
    return tuple(sorted((one, other)))


def test_few_choices_hold_every_pair():
    rows = covering({"a": [1, 2, 3], "b": "xy", "c": "uvw", "d": [0, 1]})
    for one, other in itertools.combinations("abcd", 2):
        levels = ({row[name] for row in rows} for name in (one, other))
        assert {(row[one], row[other]) for row in rows} == {*itertools.product(*levels)}
    assert [{row[name] for row in rows} for name in "ab"] == [{1, 2, 3}, {"x", "y"}]
    assert len(rows) < 15  # all together would be 36


def test_every_pair_of_ends_and_random_points_can_be_shown(panel):
    """Each end of each control beside each end and the start of every other, and within time; in
    the dark, where colours differ, artists are moved there, and drawn at the random points."""
    rng, at, start = np.random.default_rng(0), ends(panel), vars(panel.values)
    dark = Stage(panel.explorer, "dark")
    levels = {name: [*dict.fromkeys((*both, start[name]))] for name, both in at.items()}
    for row in covering(levels) or [{name: end} for name, both in at.items() for end in both]:
        values = together(panel, lambda name, _, row=row: row.get(name, start[name]))
        begun = process_time()
        panel.set(**values)
        assert process_time() - begun < SECONDS, values
        demand_told(panel)
        with styled("dark"):
            dark.explorer.show(panel.values, panel.numbers, None)
    for panel.live.theme in ("light", "dark"):
        for _ in range(RANDOM):
            panel.set(**together(panel, lambda _, control: any_value(rng, control)))
            demand_told(panel)


def test_every_option_has_a_picture_or_a_sentence_of_its_own(panel):
    panel.live.refresh()  # a rest asks what is shown
    with undrawn(panel.live):
        for name, control in panel.controls.items():
            options = offered(control) if control.told["kind"] in ("choice", "switch") else ()
            seen = set()
            for option in options:
                panel.set(**{**vars(panel.values), name: option})
                panel.live.rest()
                seen.add((panel.live.reading, panel.live.film.pixels().tobytes()))
            assert len(seen) == len(options), name
            panel.reset()


def test_numbers_are_a_function_of_the_values_alone(panel, name, kept):
    explorer, values, numbers = panel.explorer, panel.values, panel.numbers
    seen, other = explorer.tables(values, numbers), kept(made(name))
    rng = np.random.default_rng(2)
    with undrawn(other.live):
        for control in other.controls.values():
            control.value = any_value(rng, control)
    explorer.numbers(other.values)
    assert explorer.reading(values, numbers, None) == panel.live.reading
    assert explorer.tables(values, numbers) == seen
    again = explorer.numbers(values)
    assert list(again) == list(numbers)
    for key, value in numbers.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(again[key], value)
    assert explorer.reading(values, again, None) == panel.live.reading
    assert explorer.tables(values, again) == seen


def test_pin_keeps_the_picture_and_lets_it_go(panel):
    fresh = state(panel)
    buttons(panel)["pin"].click()
    assert "[Pinned" in panel.live.reading
    panel.pin()
    demand_same(state(panel), fresh)
    panel.pin()
    for preset in panel.explorer.presets.values():
        panel.set(**preset)
        assert "[Pinned" in panel.live.reading
        demand_told(panel)
    panel.reset()
    demand_same(state(panel), fresh)


def test_a_preset_sets_what_it_names_and_the_rest_as_the_call_asked(panel):
    start = vars(panel.values)
    with undrawn(panel.live):  # they are drawn above, beside a ghost
        for words, preset in panel.explorer.presets.items():
            for name, control in panel.controls.items():
                control.value = any_value(np.random.default_rng(len(name)), control)
            buttons(panel)[words].click()
            assert vars(panel.values) == {**start, **preset}
            demand_told(panel)


def test_reset_goes_back_to_what_the_call_asked_for(name, kept):
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in
               inspect.signature(getattr(rl, name)).parameters.values()):
        pytest.skip("this explorer is called with data, and has one start")
    plain = kept(made(name))
    for seed in range(2):
        rng = np.random.default_rng(seed)
        with undrawn(plain.live):
            for control in plain.controls.values():
                control.value = any_value(rng, control)
        asked = vars(plain.values)
        panel = kept(made(name, **asked))
        fresh = state(panel)
        with undrawn(panel.live):
            for control in panel.controls.values():
                control.value = any_value(rng, control)
        panel.reset()
        assert vars(panel.values) == asked
        demand_same(state(panel), fresh)
    with pytest.raises(ValueError, match="no control 'nonsense'"):
        cases.explorer(name, nonsense=1)


def test_what_a_control_cannot_show_is_refused_and_changes_nothing(panel):
    asked, frame = vars(panel.values), panel.live.frame
    first, (low, _) = next(iter(ends(panel).items()))
    for name, control in panel.controls.items():
        bad = ["<b>"] if offered(control) is None else ["nonsense", np.nan, (9, 9, 9)]
        for value in bad:
            with pytest.raises(ValueError, match=f"^{name} must be (a whole number )?from|letter|"
                                                 f"^{name} must be one of"):
                panel.set(**{first: low, name: value})
    with pytest.raises(ValueError, match="no control 'nonsense'; there are "):
        panel.set(**{first: low, "nonsense": 1})
    assert vars(panel.values) == asked
    assert panel.live.frame is frame


def test_after_many_events_it_is_what_a_fresh_one_is(panel, name, kept):
    first, rng = state(panel), np.random.default_rng(4)
    with undrawn(panel.live):
        for _ in range(EVENTS):
            event(panel, rng)
    demand_as_fresh(panel, kept(cases.explorer(name)))
    panel.reset()
    demand_same(state(panel), first)


def test_it_describes_itself_as_data(panel):
    assert isinstance(panel.explorer, Explorer)
    assert set(panel.explorer.shown) == set(panel.explorer.charts)
    told = json.loads(json.dumps(panel.described()))
    assert told["caption"] == panel.explorer.caption
    assert [control["name"] for control in told["controls"]] == list(panel.controls)
    for control in told["controls"]:
        assert {"kind", "label", "symbol", "start"} <= set(control)
        widget = panel.controls[control["name"]]
        assert f"{control['label']} {control['symbol']}".strip() == widget.description
    assert list(told["presets"]) == list(panel.explorer.presets)
    assert tuple(told["size"]) == panel.live.film.size


def test_the_stored_output_speaks(panel):
    bundle, about = panel._repr_mimebundle_()
    assert about["image/png"] == dict(zip(("width", "height", "alt"), (
        *panel.explorer.size, panel.live.label)))
    assert bundle["text/plain"].startswith(panel.explorer.caption)
    for control in panel.controls.values():
        assert f"{control.description} = " in bundle["text/plain"]
    assert panel.live.reading in bundle["text/plain"]
    assert len(bundle["image/png"]) < 300_000


def test_an_exception_is_not_swallowed(panel, monkeypatch):
    def stumble(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(panel.explorer, "said", stumble)
    name, control = next((name, control) for name, control in panel.controls.items()
                         if offered(control))
    other = next(value for value in offered(control) if value != control.value)
    with pytest.raises(ZeroDivisionError):
        control.value = other


def test_closing_leaves_nothing_behind(name):
    def panel():
        made = cases.explorer(name)
        with undrawn(made.live):
            for control, slider in made.controls.items():
                if control not in ("T", "n") and offered(slider):
                    made.set(**{control: offered(slider)[-1]})
        made.pin()
        return made

    assert left_behind(panel, times=2) == (0, 0)


def test_what_a_cell_has_shown_keeps_little_once_it_is_closed(name):
    assert kept_closed(lambda: made(name)) < KEPT_BYTES


def test_other_numbers_replace_the_old_ones(panel):
    """The drawing itself is held to this in test_live_figure."""
    values = [vars(panel.values), together(panel, lambda _, control: any_value(
        np.random.default_rng(5), control, least=True))]

    def drag(n):
        for k in range(n):
            panel.set(**values[k % 2])
            panel._tables()

    with undrawn(panel.live):
        assert grown(drag, 4, 16) < 8_000

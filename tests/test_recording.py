"""What is recorded of an explorer: the kernel's own pictures, sentences and tables, packed."""
import base64
import gzip
import json

import numpy as np
import pytest
from explorer_cases import EXPLORERS, explorer
from live_controls import live_widgets

from rnnlib.widgets import recording
from rnnlib.widgets.recording import Recorder, every_value, recorded, runs, settings, short, some

SLIDER = {"name": "w", "kind": "slider", "low": 0.0, "high": 0.5, "step": 0.1, "start": 0.3}
LIST = {"name": "cell", "kind": "choice", "options": [["plain", "tanh"], ["gated", "gru"]],
        "start": "gru"}
SWITCH = {"name": "seeds", "kind": "switch", "start": False}
FIELD = {"name": "seed", "kind": "whole number", "low": 0, "high": 99, "start": 7}
FEW = 3, 2, 2


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_recording_shows_what_the_kernel_shows(name, kept):
    """In both themes, after the start; of all that is asked for one, at random."""
    panel = kept(explorer(name))
    recorder = Recorder(panel)
    reached = [values for _, values in recorder.reached()]
    recorder.state(reached[0])
    values = reached[np.random.default_rng(len(name)).integers(len(reached))]
    state = recorder.state(values)
    recorder.close()
    panel.set(**values)
    panel.live.rest()
    assert vars(panel.values) == values
    assert state["said"] == panel.live.reading
    panel.live.open_table()
    assert state["tables"] == panel.live.tables
    for theme, svg in state["svg"].items():
        panel.live.theme = theme
        panel.live.rest()
        with recording.styled(theme):
            assert svg == short(panel.live.film.svg())


def test_to_record_leaves_the_panel_as_it_is(kept):
    panel = kept(explorer("vanishing_and_exploding"))
    before = panel.values, panel.live.frame, panel.live.reading, panel.explorer.shown
    open_before = len(live_widgets())
    recorded(panel, (1, 1, 1))
    assert (panel.values, panel.live.frame, panel.live.reading, panel.explorer.shown) == before
    assert len(live_widgets()) == open_before


def test_a_recording_can_be_unpacked_into_its_pictures(kept):
    panel = kept(explorer("two_feedings"))
    made = recorded(panel, FEW)
    text = gzip.decompress(base64.b64decode(recording.packed(made))).decode()
    assert json.loads(text) == made
    recorder = Recorder(panel)
    asked = recorder.reached(FEW)
    assert len(asked) == len(made["states"])
    for (_, values), state in zip(asked, made["states"]):
        texts = [control["texts"][place]
                 for control, place in zip(made["controls"], state["shown"])]
        assert texts == [str(value) for value in values.values()]
        for theme, pairs in state["svg"].items():
            lines = [line for first, end in zip(pairs[::2], pairs[1::2])
                     for line in made["lines"][first:end]]
            assert lines == recorder.state(values)["svg"][theme].splitlines()
    recorder.close()


@pytest.mark.parametrize("name", EXPLORERS)
def test_places_lead_to_states(name, kept, monkeypatch):
    monkeypatch.setattr(Recorder, "state", lambda *_: {"svg": {}})
    panel = kept(explorer(name))
    made = recorded(panel)
    assert [*made["presets"]] == [*panel.explorer.presets]
    asked = [tuple(state["asked"]) for state in made["states"]]
    assert len(set(asked)) == len(asked)
    assert {tuple(places) for places in made["presets"].values()} <= set(asked)
    sizes = [len(control["texts"]) for control in made["controls"]]
    for state in made["states"]:
        for places in state["asked"], state["shown"]:
            assert all(0 <= place < size for place, size in zip(places, sizes, strict=True))
    assert all(len(set(control["texts"])) == len(control["texts"]) for control in made["controls"])


# ---------------------------------------------------------------- what is asked for

@pytest.mark.parametrize(("control", "wanted"), [
    (SLIDER, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
    ({**SLIDER, "start": 0.25}, [0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5]),
    ({**SLIDER, "low": 2, "high": 5, "step": 1, "start": 2}, [2, 3, 4, 5]),
    (LIST, ["tanh", "gru"]), (SWITCH, [False, True]), (FIELD, [7])])
def test_every_value_of_a_control(control, wanted):
    assert every_value(control) == wanted


@pytest.mark.parametrize("most", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("control", [SLIDER, LIST, SWITCH, FIELD])
def test_some_values_hold_both_ends_and_the_start(control, most):
    found, every = some(control, most), every_value(control)
    assert {every[0], every[-1], control["start"]} <= {*found, *([] if most > 1 else every)}
    assert control["start"] in found
    assert found == [value for value in every if value in found]
    assert min(2, len(every)) <= len(found) <= most + 1


def test_settings_are_the_start_the_presets_one_by_one_and_pairs():
    told = {"controls": [SWITCH, SLIDER, LIST], "presets": {"1": {"w": 0.5, "cell": "tanh"}}}
    found = settings(told, ("w", "cell"), (6, 2, 2))
    assert found[0] == {}
    assert {"w": 0.5, "cell": "tanh"} in found
    assert [one for one in found if [*one] == ["w"]] == [{"w": w} for w in (0, 0.1, 0.2, 0.4, 0.5)]
    assert {"seeds": True} in found
    assert {"w": 0.0, "cell": "tanh"} in found
    assert len(found) == len({str(sorted(one.items())) for one in found})
    assert settings(told, (), (1, 1, 1))[1] == {"w": 0.5, "cell": "tanh"}


def test_runs_find_what_two_pictures_share():
    known = {}
    assert runs(["a", "b", "c"], known) == [0, 3]
    assert runs(["a", "x", "c", "a"], known) == [0, 1, 3, 4, 2, 3, 0, 1]
    assert [*known] == ["a", "b", "c", "x"]

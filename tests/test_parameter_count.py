"""The picture of a network's matrices shows those of `net.params`, and counts them right."""
import itertools

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.explorers.parameters import MOST_LAYERS, MOST_UNITS

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def counted(kept):
    """Makes panels and closes them after the test."""
    return lambda: kept(rl.parameter_count())


def texts(panel):
    """{name: the shape written beside it}."""
    shown = (text.get_text() for text in panel.explorer.shown["shapes"].shapes)
    return dict(text.split("\n") for text in shown if text)


def demand_faithful(panel):
    """Blocks, texts, table and total are those of the network's own parameters."""
    v, net, shown = panel.values, panel.numbers["net"], panel.explorer.shown["shapes"]
    units = tuple(getattr(v, f"n_{l}") for l in range(1, v.layers + 1))
    assert (net.n_x, net.units, net.n_y, net.cell) == (v.n_x, units, v.n_y, v.cell)
    total = sum(W.size for W in net.params.values())
    assert panel.numbers["sizes"].sum() == total
    assert f"= {total} parameters" in shown.words.get_text()
    blocks = [block for block in shown.blocks if block.get_visible()]
    assert len(blocks) == 3 * v.layers + 2 == len(texts(panel))
    cell = blocks[0].get_width() / v.n_x
    sides = {(round(b.get_height() / cell), round(b.get_width() / cell)) for b in blocks}
    assert sides == {W.shape for W in net.params.values()}
    each = [int(text.split("= ")[-1].split("·")[-1]) for text in texts(panel).values()]
    assert sum(each) == total
    rows = [text.get_text() for text in shown.sums if text.get_text()]
    assert sum(int(row.removeprefix("= ")) for row in rows) == total
    assert panel.live.reading in panel.live.label


def test_every_end_of_every_control_can_be_shown(counted):
    panel = counted()
    demand_faithful(panel)
    for control in panel.controls.values():
        panel.reset()
        for value in ([control.min, control.max] if hasattr(control, "max")
                      else [option for _, option in control.options]):
            control.value = value
            demand_faithful(panel)


@pytest.mark.usefixtures("undrawn")
def test_corners_can_be_shown(counted):
    panel, ends = counted(), (1, MOST_UNITS)
    for layers, n_x, n_1, n_2, cell in itertools.product(
            (1, MOST_LAYERS), ends, ends, ends, ("tanh", "gru", "lstm")):
        panel.set(layers=layers, n_x=n_x, n_1=n_1, n_2=n_2, cell=cell)
        demand_faithful(panel)


def test_the_formula_stands_beside_each_matrix(counted):
    panel = counted()
    assert texts(panel) == {
        "W_x[1]": "4·3 = 12", "W_a[1]": "4·4 = 16", "b[1]": "4",
        "W_x[2]": "3·4 = 12", "W_a[2]": "3·3 = 9", "b[2]": "3",
        "W_x[3]": "2·3 = 6", "W_a[3]": "2·2 = 4", "b[3]": "2", "W_y": "2·2 = 4", "b_y": "2"}
    assert panel.live.reading.startswith("32 + 24 + 12 + 6 = 74 parameters: from below 30")
    panel.set(cell="lstm", layers=1)
    assert texts(panel)["W_x[1]"] == "4·4·3 = 48"
    assert texts(panel)["b[1]"] == "4·4 = 16"
    panel.set(cell="gru", layers=1)
    assert texts(panel)["W_a[1]"] == "3·4·4 = 48"
    assert texts(panel)["b[1]"] == "4·4 = 16"


def test_layers_that_are_not_there_have_no_control(counted):
    panel = counted()
    panel.controls["layers"].value = 2
    assert [panel.controls[f"n_{l}"].disabled for l in (1, 2, 3, 4)] == [False, False, True, True]
    panel.controls["layers"].value = 4
    assert not panel.controls["n_4"].disabled


def test_pin_keeps_the_outlines_at_the_new_scale(counted):
    panel = counted()
    before = [block.get_height() for block in panel.explorer.shown["shapes"].blocks
              if block.get_visible()]
    panel.pin()
    panel.set(n_1=16)
    ghosts = [g for g in panel.explorer.shown["shapes"].ghosts if g.get_visible()]
    after = [ghost.get_height() for ghost in ghosts]
    np.testing.assert_allclose(np.divide(after, before), after[0] / before[0])
    assert "[Pinned: 32 + 24 + 12 + 6 = 74 parameters.]" in panel.live.reading


def test_presets_and_table(counted):
    panel = counted()
    for preset in panel.explorer.presets.values():
        panel.set(**preset)
        demand_faithful(panel)
    panel.reset()
    [table] = panel._tables()
    assert table["rows"][3] == ["W_x[2]", "3", "4", "12"]

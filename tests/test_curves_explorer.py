"""Finished trainings, clipped and not: the picture shows their updates and the range of all."""
from types import SimpleNamespace

import explorer_cases as cases
import numpy as np
import pytest

import rnnlib as rl

pytestmark = pytest.mark.filterwarnings("error")


def updates(*losses):
    return [SimpleNamespace(loss=loss, gradient_norm=loss / 2) for loss in losses]


def test_lines_are_a_seed_and_bands_all_of_them(kept):
    panel = kept(cases.explorer("training_curves", threshold=0.5))
    curves, shown = panel.explorer.curves, panel.explorer.shown
    for seed in (0, 2):
        panel.set(seed=seed)
        for k, what in enumerate(("loss", "gradient")):
            for name in ("plain", "by norm"):
                line, band = shown[what].paths[name], shown[what].bands[name]
                np.testing.assert_array_equal(line.get_ydata(), curves[name][k, seed])
                np.testing.assert_array_equal(panel.numbers[f"{name}: {what}"], line.get_ydata())
                corners = band.get_xy()[:-1].reshape(2, -1, 2)
                np.testing.assert_array_equal(corners[0, :, 1], curves[name][k].min(axis=0))
                np.testing.assert_array_equal(corners[1, ::-1, 1], curves[name][k].max(axis=0))
            low, high = shown[what].ax.get_ylim()
            assert low <= min(both[k].min() for both in curves.values())
            assert high >= max(both[k].max() for both in curves.values())
    assert set(shown["gradient"].level.get_ydata()) == {0.5}
    assert not len(shown["loss"].level.get_ydata())
    assert [text.get_text() for text in shown["loss"].legend.get_texts()] == [
        "plain", "clipped by norm"]


def test_the_sentence_tells_the_seed_and_the_range(kept):
    panel = kept(rl.training_curves({"plain": [updates(4, 1), updates(4, 3)]}, seed=1))
    assert panel.live.reading == (
        "Plain: the last loss is 3, with all seeds 1 to 3; the largest gradient 2.")
    assert panel._tables()[0]["rows"] == [["1", "4", "2"], ["2", "3", "1.5"]]


def test_a_loss_that_is_0_or_not_finite_leaves_a_gap(kept):
    panel = kept(rl.training_curves({"plain": [updates(2, 0, np.inf, 1)]}))
    assert np.isnan(panel.explorer.shown["loss"].paths["plain"].get_ydata()[1])
    panel.live.film.pixels(2)


@pytest.mark.parametrize(("runs", "sentence"), [
    ({}, "runs must be named plain, by norm, by element, got none"),
    ({"fast": [updates(1)]}, "got fast"),
    ({"plain": []}, "equally many seeds and Updates"),
    ({"plain": [[]]}, "equally many seeds and Updates"),
    ({"plain": [updates(1), updates(1, 2)]}, "equally many seeds and Updates"),
    ({"plain": [updates(1)], "by norm": [updates(1, 2)]}, "equally many seeds and Updates")])
def test_runs_that_do_not_fit_are_refused(runs, sentence):
    with pytest.raises(ValueError, match=sentence):
        rl.training_curves(runs)

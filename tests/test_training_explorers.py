"""The panel of a training: it shows what is true, does what its buttons say, and lets go."""
import asyncio
import gc
import json
import weakref
from types import SimpleNamespace

import numpy as np
import pytest
from live_controls import live_widgets
from matplotlib.figure import Figure

import rnnlib as rl
from rnnlib import flow, style
from rnnlib.charts.losses import Losses
from rnnlib.explorers.training import SMOOTH, UNDER_WAY
from rnnlib.learning import training
from rnnlib.learning.optimisers import SGD
from rnnlib.sequences.names import characters
from rnnlib.sequences.tasks import adding, copy

pytestmark = pytest.mark.filterwarnings("error")
TASK, HELD_OUT = copy(3, 40, length=1, symbols=3), copy(3, 30, length=1, symbols=3, seed=1)
PROBE = copy(3, 1, length=1, symbols=3, seed=2)


def network(task=TASK, units=6):
    return rl.Network(task.n_x, units, task.n_y, "tanh", task.loss, seed=0)


def begun(held_out=HELD_OUT, net=None, **options):
    options = {"epochs": 4, "batch": 10, **options}
    return training.fit(net or network(), TASK, held_out, **options)


@pytest.fixture
def watch(kept):
    return lambda run=None, **options: kept(rl.watch_training(run or begun(), **options))


def values(params):
    return np.concatenate([W.ravel() for W in params.values()])


async def until(condition):
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("waited in vain")


def demand_faithful(panel):
    """The artists show the records, the probe's run with the present parameters, and the best."""
    run, shown = panel.run, panel.explorer.shown
    records = run.records
    line = shown["losses"].train
    np.testing.assert_array_equal(line.get_xdata(), [r.update for r in records])
    width = max(1, round(SMOOTH * run.last))
    means = [records[0].loss] + [np.mean([r.loss for r in records[max(1, k - width + 1):k + 1]])
                                 for k in range(1, len(records))]
    np.testing.assert_allclose(line.get_ydata(), means)
    looks = [(r.update, r.held_out_loss) for r in records if r.held_out_loss is not None]
    if looks and run.best_update > looks[-1][0]:  # the look that is taken at a stop
        looks.append((run.best_update, run.best_loss))
    np.testing.assert_array_equal(shown["losses"].held_out.get_xydata(),
                                  np.reshape(looks, (-1, 2)))
    best = [(run.best_update, run.best_loss)] if looks else []
    np.testing.assert_array_equal(shown["losses"].best.get_xydata(), np.reshape(best, (-1, 2)))
    if panel.explorer.probe is not None:
        fwd = panel.net.forward(PROBE.x, PROBE.y, mask=PROBE.mask)
        norms = flow.gradient_norms(panel.net, fwd)
        np.testing.assert_array_equal(shown["norms"].cells.get_array().data[0],
                                      norms.over_time(1)[1:, 0])
        items = flow.itemised(panel.net, fwd, panel.explorer.name)
        np.testing.assert_array_equal(panel.numbers["items"], items.norms)
    assert panel.line.value.startswith(f"update {records[-1].update} of {run.last}, epoch")
    assert panel.line.value in panel.live.label
    assert panel.bar.value == records[-1].update


# -- to its end ------------------------------------------------------------------------------
@pytest.mark.parametrize("held_out", [HELD_OUT, None])
@pytest.mark.parametrize("probe", [PROBE, None])
def test_finish_runs_it_to_its_end_and_shows_it(watch, held_out, probe):
    panel = watch(begun(held_out), probe=probe, baselines={"chance": 1.1})
    assert panel.state == "waiting", "no event loop runs here"
    assert UNDER_WAY in panel._dom_classes
    demand_faithful(panel)
    closing = panel.finish()
    demand_faithful(panel)
    assert (panel.state, panel.run.ended, panel.run.records[-1].update) == ("finished", True, 16)
    assert str(closing) == ("Finished. The network has its best parameters." if held_out else
                            "Finished. The network has its last parameters.")
    assert panel.bar.bar_style == "success"
    assert UNDER_WAY not in panel._dom_classes
    assert all(button.disabled for button in (panel.go_button, panel.stop_button))


def test_it_leads_where_the_plain_loop_leads(watch):
    alone, watched = network(), network()
    for _ in begun(net=alone):
        pass
    watch(begun(net=watched), probe=PROBE).finish()
    np.testing.assert_array_equal(values(watched.params), values(alone.params))


def test_a_run_that_has_begun_is_taken_up(watch):
    run = begun()
    for _ in range(5):
        next(run)
    panel = watch(run)
    demand_faithful(panel)
    panel.finish()
    assert [r.update for r in run.records] == list(range(17))


def test_a_run_that_has_ended_is_shown(watch):
    run = begun()
    run.close()
    panel = watch(run)
    assert panel.state == "finished"
    demand_faithful(panel)
    assert str(panel.finish()) == "Ended. The network has its best parameters."
    assert panel.live.reading.startswith("Ended after update 0.")


def test_what_leaves_the_numbers_is_said_and_the_best_kept(watch):
    # identity units of a large rate run away
    net = rl.Network(TASK.n_x, 6, TASK.n_y, "identity", TASK.loss, seed=0)
    run = training.fit(net, TASK, HELD_OUT, optimiser=SGD(1e80), epochs=50, batch=10)
    panel = watch(run, probe=PROBE)
    closing = panel.finish()
    assert panel.state == "failed"
    assert "would leave the numbers" in panel.live.reading
    assert str(closing) == "Failed. The network has its best parameters."
    assert panel.bar.bar_style == "danger"
    assert training.mean_loss(net, HELD_OUT) == run.best_loss


def test_an_interrupt_keeps_what_it_had(watch):
    panel = watch()
    count = iter(range(10))
    step = panel.run._step

    def interrupted(k):
        if next(count) == 4:
            raise KeyboardInterrupt
        return step(k)

    panel.run._step = interrupted
    assert str(panel.finish()) == "Interrupted. The network has its best parameters."
    assert (panel.state, panel.run.ended, len(panel.run.records)) == ("stopped", True, 5)
    assert training.mean_loss(panel.net, HELD_OUT) == panel.run.best_loss
    demand_faithful(panel)


def test_an_interrupt_while_the_bar_moves_ends_it_as_anywhere(watch):
    panel = watch(begun(epochs=100_000))

    def interrupted(change):
        panel.bar.unobserve(interrupted, "value")
        raise KeyboardInterrupt

    panel.bar.observe(interrupted, "value")
    assert str(panel.finish()) == "Interrupted. The network has its best parameters."
    assert (panel.state, panel.run.ended, panel.bar.bar_style) == ("stopped", True, "warning")
    demand_faithful(panel)


def test_the_bar_keeps_its_width_and_its_place_beside_the_buttons(watch):
    panel = watch()
    wide = panel.bar.layout.width
    assert (panel.bar.min, panel.bar.max, panel.bar.bar_style) == (0, panel.run.last, "")
    panel.finish()
    assert panel.bar.layout.width == wide
    assert panel.children[0].children == (panel.go_button, panel.stop_button, panel.bar)


def test_a_bug_is_raised(watch):
    panel = watch()
    panel.explorer.numbers = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        panel.finish()
    assert (panel.state, panel.run.ended) == ("failed", True)


# -- in an event loop, by its buttons --------------------------------------------------------
def test_it_trains_by_itself_and_obeys_its_buttons(watch):
    async def main():
        panel = watch(begun(epochs=100_000), probe=PROBE)
        assert (panel.state, panel.go_button.description) == ("running", "Pause")
        records = panel.run._records
        await until(lambda: len(records) > 5)
        panel.go_button.click()
        made = len(records)
        assert (panel.state, panel.go_button.description) == ("paused", "Resume")
        demand_faithful(panel)
        assert f"Paused after update {made - 1}." in panel.live.reading
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(records) == made
        panel.go_button.click()
        await until(lambda: len(records) > made + 5)
        panel.stop_button.click()
        assert (panel.state, panel.run.ended) == ("stopped", True)
        assert panel.live.reading.startswith(f"Stopped after update {len(records) - 1}. ")
        assert training.mean_loss(panel.net, HELD_OUT) == panel.run.best_loss
        demand_faithful(panel)
        assert str(panel.finish()) == "Stopped. The network has its best parameters."

    asyncio.run(main())


def test_a_cell_can_wait_for_the_end_while_the_buttons_are_heard(watch):
    async def main():
        panel = watch(begun(epochs=100_000), start=False)
        waiting = asyncio.create_task(panel.finished())
        await until(lambda: len(panel.run._records) > 3)
        assert panel.live.reading.startswith("A cell waits for its end, and other cells")
        panel.stop_button.click()
        assert str(await waiting) == "Stopped. The network has its best parameters."

    asyncio.run(main())


def test_a_cell_that_trains_says_how_to_stop_it(watch):
    panel, said = watch(), []
    panel.live.observe(lambda change: said.append(change.new), "reading")
    panel.finish()
    assert said[0].startswith("A cell trains it to its end. The kernel's interrupt button")


def test_another_theme_does_not_touch_the_network(watch):
    # the page asks for it in another thread, perhaps in the middle of an update
    panel = watch(probe=PROBE)
    panel.net.forward = panel.explorer.numbers = None
    panel.live.theme = "dark"
    assert panel.live.frame["theme"] == "dark"


def test_start_false_waits_for_the_button(watch):
    async def main():
        panel = watch(start=False)
        assert (panel.state, panel.go_button.description) == ("waiting", "Start")
        panel.go_button.click()
        await until(lambda: panel.state == "finished")
        demand_faithful(panel)

    asyncio.run(main())


def test_while_it_runs_no_picture_is_drawn_sharp_on_demand(watch):
    async def main():
        panel = watch(begun(epochs=100_000))
        assert panel.live.frame["ratio"] == 1
        panel.live.rest()
        assert panel.live.frame["ratio"] == 1
        panel.pause()
        assert panel.live.frame["ratio"] == 2

    asyncio.run(main())


def test_pictures_are_few(watch, monkeypatch):
    clock = SimpleNamespace(now=0.0, shown=[])
    monkeypatch.setattr("rnnlib.explorers.training.perf_counter", lambda: clock.now)
    panel = watch(begun(epochs=100))
    refresh = panel.live.refresh

    def slow(ratio):
        clock.shown.append(clock.now)
        clock.now += cost
        refresh(ratio)

    panel.live.refresh = slow
    step = panel.run._step

    def timed(k):
        clock.now += 0.01
        return step(k)

    panel.run._step = timed
    cost = 0.1
    panel.finish()
    assert len(clock.shown) * cost <= 0.25 * 400 * 0.01 + 3 * cost
    assert clock.shown[-1] >= 4.0, "the last state is shown"
    demand_faithful(panel)


# -- words, table, stored output -------------------------------------------------------------
def test_words_are_shown_as_they_were_typed(watch):
    typed = r"_<b>$\frac$</b>"
    panel = watch(baselines={typed: 1.0, "near it": 1.001})
    texts = panel.explorer.shown["losses"].words
    assert [text.get_text() for text in texts] == [f"{typed} 1", "near it 1"]
    low, high = sorted(text.get_window_extent().y0 for text in texts)
    assert high - low > 12, "they do not lie on each other"


def test_losses_are_in_nats_unless_they_are_squares(watch):
    assert "nats" in watch().line.value
    task = adding(5, 20)
    panel = watch(training.fit(network(task), task, epochs=2))
    assert "nats" not in panel.line.value
    assert "nats" not in panel.explorer.shown["losses"].ax.get_ylabel()


@pytest.mark.parametrize("losses", [
    [3.7, 3.4], [3.29, 3.27], [3.2873, 3.2851], [3.2853, 3.2851], [8e-4, 2e-4], [0.09991, 0.0999],
    [3.31e-5, 3.3e-5], [9e-9, 1e-9], [9.9991, 9.999], [999.1, 999], [12346, 12345], [2e6, 2e5]])
def test_long_numbers_leave_the_words_beside_them_whole(watch, losses):
    panel = watch(start=False)
    chart = panel.explorer.shown["losses"]
    chart.show((np.arange(2), losses), ((), ()))
    panel.live.film.pixels()
    axis, (low, high) = chart.ax.yaxis, chart.ax.get_ylim()
    there = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    ticks = [tick.label1 for tick in there]
    words = axis.label.get_window_extent()
    assert 0 <= words.x0 < words.x1 <= min(tick.get_window_extent().x0 for tick in ticks) + 1
    assert min(text.get_fontsize() for text in ticks) >= style.TEXT_PX
    power = next(k for k in range(-20, 20) if axis.label.get_text() == "loss, {}nats".format(
        f"{style.whole_power(k)} " if k else ""))
    told = [float(tick.get_text()) * 10.0 ** power for tick in ticks]
    np.testing.assert_allclose(told, [tick.get_loc() for tick in there])
    assert len(told) > 1
    assert not axis.offsetText.get_visible()  # it would lie on the legend


def test_losses_above_the_picture_are_marked(watch):
    panel = watch(baselines={"chance": 1.1})
    numbers = dict(panel.numbers)
    numbers["loss"] = np.arange(4), np.array([1.2, 1.0, 50.0, np.nan])
    panel.explorer.show(numbers)
    shown = panel.explorer.shown["losses"]
    assert shown.ax.get_ylim()[1] < 3
    np.testing.assert_array_equal(shown.above.get_xdata(), [2])


@pytest.mark.parametrize("seed", range(20))
def test_every_loss_is_inside_the_picture_or_marked(seed):
    rng = np.random.default_rng(seed)
    n, last = int(rng.integers(1, 400)), 400
    updates, losses = np.arange(n), np.exp(rng.normal(scale=rng.choice([0.001, 1, 4]), size=n))
    losses[rng.random(n) < 0.1] = rng.choice([np.nan, np.inf, losses[0]])
    looks = updates[::7]
    chance = float(np.exp(rng.normal()))
    chart = Losses(Figure(figsize=(8, 3), dpi=72).subplots(), last=last,
                   baselines={"chance": chance})
    chart.show((updates, losses), (looks, losses[looks]))
    (left, right), (low, high) = chart.ax.get_xlim(), chart.ax.get_ylim()
    marked = set(chart.above.get_xdata())
    for loss in losses:
        assert np.isnan(loss) or low <= loss <= high or (loss > high and marked)
    assert low <= chance <= high
    assert left < 0 <= n - 1 < right
    # the axis is no longer than it needs to be, in halves
    assert right < 2.1 * max(n - 1, last / 32)


def test_the_tables_hold_the_looks_and_the_baselines(watch):
    panel = watch(baselines={"chance": 1.1})
    panel.finish()
    panel.live.open_table()
    losses, baselines = panel.live.tables
    looks = [r for r in panel.run.records if r.held_out_loss is not None]
    assert [row[0] for row in losses["rows"]] == [f"update {r.update}" for r in looks]
    assert losses["rows"][0][2] == f"{looks[0].held_out_loss:.4g}"
    assert baselines["rows"] == [["chance", "1.1"]]
    for table in panel.live.tables:
        assert all(table["header"])
        assert {len(row) for row in table["rows"]} == {len(table["header"])}
    json.dumps(panel.live.tables)


def test_every_artist_can_be_reached_by_name(watch):
    panel = watch(probe=PROBE, baselines={"chance": 1.1})
    for chart in panel.explorer.shown.values():
        ax = chart.ax
        made = {*ax.lines, *ax.texts, *ax.patches, *ax.collections, *ax.images}
        assert made <= set(chart.artists.values())


def test_without_held_out_data_the_table_holds_some_updates(watch):
    panel = watch(begun(None))
    panel.finish()
    panel.live.open_table()
    rows = panel.live.tables[0]["rows"]
    assert rows[-1] == ["update 16", f"{panel.numbers['loss'][1][-1]:.4g}", ""]


def test_the_stored_output_speaks(watch, capsys):
    panel = watch(probe=PROBE)
    bundle, _ = panel._repr_mimebundle_()
    assert "update 0 of 16, epoch 0: loss" in bundle["text/plain"]
    assert "items (5, 5): min" in bundle["text/plain"]
    assert len(bundle["image/png"]) < 200_000
    closing, about = panel.finish()._repr_mimebundle_()
    assert about["image/png"]["alt"] == f"{panel.live.caption}. {closing['text/plain']}"
    assert closing["text/plain"] == "Finished. The network has its best parameters."
    assert closing["image/png"] == panel.live.still()["image/png"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("options", "sentence"), [
    ({"run": "a run"}, "run must be a Fit"),
    ({"baselines": 2.3}, "baselines must map words to losses"),
    ({"baselines": {"chance": "high"}}, r"baselines\['chance'\]"),
    ({"probe": TASK.x}, "probe must be a record with x and y"),
    ({"probe": TASK}, "probe must be one example, got 40"),
    ({"name": "W_z", "probe": PROBE}, "name must be one of"),
])
def test_bad_input_gets_one_sentence(options, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        rl.watch_training(**{"run": begun(), **options})


def test_a_name_can_be_the_probe(watch):
    data = characters(["maria", "jo"])
    net = rl.Network(27, 5, 27, seed=0)
    panel = watch(training.fit(net, data, epochs=1), probe=characters(["maria"]))
    assert panel.numbers["items"].shape == (6, 6)


# -- tidiness --------------------------------------------------------------------------------
def test_closing_makes_no_further_update_and_leaves_the_run_as_it_is():
    async def main():
        panel = rl.watch_training(begun(epochs=100_000))
        await until(lambda: len(panel.run._records) > 3)
        run, made = panel.run, len(panel.run._records)
        panel.close()
        panel.close()
        for _ in range(100):
            await asyncio.sleep(0)
        assert (len(run._records), run.ended) == (made, False)
        assert panel.finish()._repr_mimebundle_() == (
            {"text/plain": "The panel is closed; the training is as it was."}, {})
        assert not run.ended

    asyncio.run(main())


def test_a_closed_panel_that_is_kept_keeps_no_pixels():
    # a notebook's Out keeps what its cells have shown
    panel = rl.watch_training(begun(), probe=PROBE)
    pixels = [weakref.ref(renderer) for renderer in panel.live.film._renderers.values()]
    panel.close()
    gc.collect()
    assert pixels
    assert all(ref() is None for ref in pixels)


def test_running_again_and_again_leaves_nothing_behind():
    async def main():
        seen, run = [], begun(epochs=100_000)

        async def one():
            panel = rl.watch_training(run, probe=PROBE)
            made = len(run._records)
            await until(lambda: len(run._records) > made)
            seen.append((weakref.ref(panel), weakref.ref(panel.live.film.figure)))
            panel.close()

        await one()
        before = len(live_widgets())
        for _ in range(5):
            await one()
        await asyncio.sleep(0)
        assert len(live_widgets()) == before
        assert len(asyncio.all_tasks()) == 1
        return seen

    seen = asyncio.run(main())
    gc.collect()
    assert [ref() for refs in seen for ref in refs] == [None] * len(seen) * 2

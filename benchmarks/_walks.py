"""Random events on an explorer: whatever was done before, it shows what a fresh one shows.

A walk is told by its seed: the same seed makes the same events.
"""
import numpy as np
from live_controls import live_widgets

from rnnlib.widgets.controls import offered


def any_value(rng, control, least=False):
    """A value that the control can have; of a list of sizes one of the smaller half if `least`."""
    values = offered(control)
    if values is None:
        return control.value
    if "options" in control.told or control.told["kind"] == "switch":
        halved = least and control.told["kind"] == "steps"
        return values[rng.integers(-(-len(values) // 2) if halved else len(values))]
    low, high = values
    if isinstance(low, int):
        return int(rng.integers(low, high + 1))
    return float(low + control.step * rng.integers(round((high - low) / control.step) + 1))


def event(panel, rng):
    """One thing that a hand does: mostly it moves a control."""
    names, live = list(panel.controls), panel.live
    if rng.random() < 0.7:
        control = panel.controls[names[rng.integers(len(names))]]
        control.value = any_value(rng, control, least=True)
        return
    presets = [lambda values=values: panel.set(**values)
               for values in panel.explorer.presets.values()]
    acts = [panel.pin, panel.reset, *presets, lambda: several(panel, rng), live.rest,
            lambda: setattr(live, "theme", ("dark", "light")[live.theme == "dark"]),
            lambda: live.open_table(bool(rng.integers(2)))]
    acts[rng.integers(len(acts))]()


def several(panel, rng):
    """Two controls at once; what one of them has narrowed for the other is refused whole."""
    before = vars(panel.values)
    chosen = rng.choice(list(panel.controls), min(2, len(panel.controls)), replace=False)
    try:
        panel.set(**{str(name): any_value(rng, panel.controls[name], least=True)
                     for name in chosen})
    except ValueError:
        assert vars(panel.values) == before


def demand_as_fresh(panel, fresh):
    """The panel is what a fresh one is with the same values, theme and pinned picture."""
    fresh.live.theme = panel.live.theme
    if panel.pinned:
        fresh.set(**vars(panel.pinned.values))
        fresh.pin()
    fresh.set(**vars(panel.values))
    for look in ("refresh", "rest"):
        for one in (panel, fresh):
            getattr(one.live, look)()
        assert vars(panel.values) == vars(fresh.values)
        assert (panel.live.reading, panel.live.label) == (fresh.live.reading, fresh.live.label)
        assert panel._tables() == fresh._tables()
        for name, value in fresh.numbers.items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(panel.numbers[name], value)
        np.testing.assert_array_equal(panel.live.film.pixels(), fresh.live.film.pixels())


def walk(make, events, seed, every=50):
    """Walk through so many events, with a look at a fresh explorer after every few of them; closed,
    it leaves no widget."""
    open_, rng, panel = live_widgets(), np.random.default_rng(seed), make()
    for k in range(1, events + 1):
        event(panel, rng)
        if k % every == 0 or k == events:
            fresh = make()
            demand_as_fresh(panel, fresh)
            fresh.close()
    panel.close()
    assert live_widgets() == open_


def step(view, rng):
    """One thing that a hand does with a stepper or a graph."""
    nodes, details = list(view.graph.places), list(view.scene["steps"])
    acts = [lambda: setattr(view, "selection", nodes[rng.integers(len(nodes))]),
            lambda: setattr(view, "selection", None)]
    if details:
        acts += 2 * [lambda: setattr(view, "frame", int(rng.integers(len(view.steps))))]
        acts.append(lambda: setattr(view, "by", details[rng.integers(len(details))]))
    acts[rng.integers(len(acts))]()


def step_through(make, events, seed, every=50):
    """Walk through a stepper or a graph; after every few events it shows what a fresh one shows at
    this step with this selection, and closed it leaves no widget."""
    open_, rng, view = live_widgets(), np.random.default_rng(seed), make()
    for k in range(1, events + 1):
        step(view, rng)
        if k % every and k != events:
            continue
        fresh = make()
        fresh.by, fresh.frame, fresh.selection = view.by, view.frame, view.selection
        assert (fresh.by, fresh.frame, fresh.selection) == (view.by, view.frame, view.selection)
        assert fresh.text() == view.text()
        for theme in ("light", "dark"):
            assert fresh.still(theme) == view.still(theme)
        fresh.close()
    view.close()
    assert live_widgets() == open_

"""Pictures of the values that the hand may choose next, in the page before it chooses.

Where the page is far from its kernel, every press of a slider waits for the network. So when the
hand rests on a control, the kernel draws what its neighbouring values show and sends it, one
picture between two of its messages; ahead.js plays them at once. The kernel's own answer follows
and is what stays.

A picture belongs to the values of all controls, as the page has them, and to a `base`: the number
of a pin, a theme and a size. The page shows it for these alone.
"""
from time import perf_counter, thread_time
from types import SimpleNamespace

from rnnlib.widgets.background import Background
from rnnlib.widgets.controls import listed
from rnnlib.widgets.live_figure import styled

# values to each side that are sent in any case; characters of all pictures
NEAR, MOST = 5, 5_000_000
# the others are sent while the machine has time: seconds by the clock for each of our own
SPARE = 1.5


class Ahead:
    """What a panel's page gets for values that were not chosen yet.

    panel  a `rnnlib.widgets.panel.Panel`
    """

    def __init__(self, panel):
        self._panel, self._pinned, self._base = panel, None, 0
        self._shown = self._job = self._basis = None
        self._known, self._sent = {}, 0

    def renew(self):
        """Give up what was sent: the picture has another theme, size or pin."""
        self._base += 1

    def moved(self, values, numbers):
        """Remember what the artists show now; what is being sent beside other values ends."""
        if self._panel.pinned is not self._pinned:
            self._pinned = self._panel.pinned
            self.renew()
        self._shown = values, numbers

    def close(self):
        """End what is being sent."""
        self._shown = self._job = None

    def place(self, values=None):
        """What the picture of these values, by default those shown, belongs to."""
        values = values or self._shown[0]
        return {"base": self._base, "of": [in_page(control, getattr(values, name))
                                           for name, control in self._panel.controls.items()]}

    def asked(self, message):
        """The hand is on the control of number `hand`. Answers at once, so that the page can tell
        how far away it is; where it says `far`, pictures follow.

        A page that has let go of what it had comes with another `round`.
        """
        self._panel.live.send({"kind": "heard", "at": message["at"], "far": message["far"]})
        if message["far"]:
            self._job = message
            Background(self._steps(message), told=lambda: None).start()

    def _steps(self, job):
        """Send a picture a step until the page has them, another is shown or asked for."""
        live, name = self._panel.live, [*self._panel.controls][job["hand"]]
        if name in self._panel.explorer.narrows:
            return
        shown, clock, own = self._shown, 0, 0
        for place, value in enumerate(neighbours(self._panel.controls[name])):
            with styled(live.theme):
                if self._job is not job or self._shown is not shown or not self._has_room(job):
                    return
                values = SimpleNamespace(**{**vars(shown[0]), name: value})
                if self._is_known(values):
                    continue
                clock, own = clock - perf_counter(), own - thread_time()
                self._send(values, lay=own == 0)
                clock, own = clock + perf_counter(), own + thread_time()
            if place >= 2 * NEAR and clock > SPARE * own:
                return
            yield

    def _has_room(self, job):
        basis = job["round"], self._base
        if basis != self._basis:  # what was sent is gone
            self._basis, self._known, self._sent = basis, {}, 0
        return self._sent < MOST

    def _is_known(self, values):
        ground = self._known.get(str(self.place(values)), 0)
        return ground is None or ground == self._panel.live.ground["number"]

    def _send(self, values, lay):
        """Send the picture of these values; the artists stay where they are."""
        panel, live = self._panel, self._panel.live
        numbers = panel.explorer.numbers(values)
        try:
            panel.explorer.show(values, numbers, panel.pinned)
            picture = live.picture(lay)
        finally:
            panel.explorer.show(*self._shown, panel.pinned)
        live.send({"kind": "ahead", "round": self._basis[0],
                   "picture": {**picture, **self.place(values), **panel.texts(values, numbers)}})
        self._known[str(self.place(values))] = picture.get("ground")
        self._sent += len(picture.get("png") or picture["ink"])


def in_page(control, value):
    """A control's value as the page has it: the place of an option, the text of a field."""
    if hasattr(control, "field"):
        return control.field.value
    return listed(control.told).index(value) if "options" in control.told else value


def heard_of(control):
    """[model, trait] whose changes the page can see before the kernel hears of them."""
    if hasattr(control, "field"):
        return [control.field.model_id, "value"]
    return [control.model_id, "index" if "options" in control.told else "value"]


def neighbours(control):
    """The values that the hand can choose next, the nearest first."""
    every = listed(control.told) or ([] if "step" not in control.told else steps_of(control))
    if not every:
        return
    here = (round((control.value - every[0]) / control.step) if "step" in control.told
            else every.index(control.value))
    for away in range(1, len(every)):
        yield from (every[k] for k in (here + away, here - away) if 0 <= k < len(every))


def steps_of(slider):
    """A slider's values, to the last bit those that the page's slider gives: it counts in per
    cents of its range."""
    low, span = slider.min, slider.max - slider.min
    if isinstance(low, int):
        return [*range(low, slider.max + 1, slider.step)]
    part = slider.step * 100 / span
    return [slider.max if k * part >= 100 else k * part * span / 100 + low
            for k in range(round(span / slider.step) + 1)]

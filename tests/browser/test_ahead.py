"""A kernel 150 ms away: a control's next values are seen at once, and no picture is a wrong one."""
import json
import random
from statistics import median

import frames
import harness
import pytest
from distance import Distance

from rnnlib.widgets.ahead import NEAR

SECONDS = 0.15  # each way
# Two charts of one panel: what `a` moves is sent as ink, what `tint` moves as whole pictures.
CELL = """\
import hashlib, json
import numpy as np
from rnnlib.explorers.explorer import Explorer
from rnnlib.widgets.controls import choice, slider, switch
from rnnlib.widgets.live_figure import styled
from rnnlib.widgets.panel import Panel

class Tinted(Explorer):
    caption, size = "A line on a tint", (300, 200)
    def controls(self):
        return {"a": slider("slope", "a", 0.0, 3.0, 1.0, 0.05),
                "tint": slider("tint", "", 0, 20, 5),
                "way": choice("way", "", [("up", 1), ("down", -1)], 1),
                "wide": switch("wide", "", False)}
    def numbers(self, values):
        return {"y": values.way * values.a}
    def draw(self, figure, theme):
        self.ax = figure.add_axes([0.1, 0.1, 0.8, 0.8])
        self.ax.set(xlim=(0, 1), ylim=(-3, 3))
        self.ghost, = self.ax.plot([0, 1], [9, 9], "--")
        self.line, = self.ax.plot([0, 1], [0, 0])
        noise = np.random.default_rng(0).random((160, 240))
        self.area = self.ax.imshow(noise, extent=(0, 1, -3, 3), aspect="auto", zorder=0)
        return [self.area, self.ghost, self.line]
    def show(self, values, numbers, pinned):
        self.ghost.set_ydata([0, pinned.numbers["y"]] if pinned else [9, 9])
        self.line.set(ydata=[0, numbers["y"]], linewidth=6 if values.wide else 2)
        if self.area.get_clim() != (limits := (0, 1 + values.tint)):
            self.area.set_clim(limits)
    def said(self, values, numbers):
        side = "above" if values.way > 0 else "below"
        return f"{values.a:.3f} {side}, tint {values.tint}, {values.wide}"

panel, other = Panel(Tinted()), Panel(Tinted())
pins, pin = [None], panel.pin
def keep_pin():
    pin()
    pins.append(panel.pinned)
panel.children[1].children[0]._action = keep_pin

def seen(a, tint, way, wide, pinned, ratio=1):
    other.pinned = pinned
    other.set(a=a, tint=tint, way=[1, -1][way], wide=wide)
    with styled("light"):
        pixels = hashlib.sha256(other.live.film.pixels(ratio)).hexdigest()
    return [other.live.label, other.live.reading, pixels]
panel"""
# keeps of every picture what stood there: [values, ratio, label, sentence, pixels]
KEEP = """figure => {
  const canvas = figure.querySelector('canvas');
  const hex = bytes =>
    [...new Uint8Array(bytes)].map(b => b.toString(16).padStart(2, '0')).join('');
  const { seen, look } = window.kept = { seen: [], look: async () => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const found = [JSON.parse(canvas.dataset.of), Number(canvas.dataset.ratio),
      canvas.ariaLabel, figure.querySelector('.rnnlib-reading').textContent];
    return [...found, hex(await crypto.subtle.digest('SHA-256', data))];
  } };
  new MutationObserver(() => seen.push(look()))
    .observe(canvas, { attributes: true, attributeFilter: ['data-pictures'] });
}"""
# of the last round: the page takes no picture of an earlier one
COUNT = f"""() => {{
  Object.assign(window, {{ ahead: 0, round: 0 }});
  {harness.CURRENT}.sessionContext.session.kernel.iopubMessage.connect((_, {{ content }}) => {{
    const {{ kind, round }} = content.data?.content ?? {{}};
    if (kind !== 'ahead' || round < window.round) return;
    if (round > window.round) Object.assign(window, {{ ahead: 0, round }});
    window.ahead += 1;
  }});
}}"""
QUIET = """([before, wanted]) => {
  const time = performance.now();
  if (window.ahead !== window.counted) Object.assign(window, { counted: window.ahead, time });
  return window.round > before && window.ahead >= wanted && time - window.time > 1000;
}"""
MOVES, REST_AFTER = 500, 50


class Far(harness.Notebook):
    """A notebook whose kernel is far away once it is open; what comes ahead is counted."""

    def run_all(self, **seconds):
        self.lab.far.seconds = SECONDS
        self.page.evaluate(COUNT)
        super().run_all(**seconds)

    def rest_on(self, name, other):
        """The hand comes to a slider from another one, and rests until its neighbours are there
        and nothing more is under way."""
        before = self.page.evaluate("window.round")
        self.slider(other).focus()
        self.slider(name).focus()
        self.page.wait_for_function(QUIET, arg=[before, 2 * NEAR])

    def slider(self, name):
        return self.output(0).get_by_role("slider", name=name)

    def settled(self):
        """[label, sentence, pixels] once the kernel has nothing more to say."""
        canvas, quiet, before = self.output(0).locator("canvas"), 0, None
        while quiet < 3:
            now = canvas.get_attribute("data-pictures"), self.python("")
            quiet = quiet + 1 if now == before and canvas.get_attribute("data-ratio") == "2" else 0
            before = now
            self.page.wait_for_timeout(150)
        return self.page.evaluate("window.kept.look()")


@pytest.fixture(scope="module")
def notebook(lab, browser):
    with Distance(lab) as far:
        notebook = Far.of(browser, far.lab, "ahead", CELL)
        notebook.output(0).locator("canvas[data-ratio='2']").wait_for()
        notebook.output(0).locator(".rnnlib-figure").evaluate(KEEP)
        yield notebook
        notebook.demand_quiet()
        far.seconds = 0
        notebook.close()


def test_a_neighbour_is_seen_within_two_frames_of_the_press(notebook):
    steps = ["ArrowRight"] * NEAR + ["ArrowLeft"] * 2 * NEAR + ["ArrowRight"] * NEAR
    for name, other in (("slope", "tint"), ("tint", "slope")):
        notebook.page.mouse.move(2, 2)
        notebook.rest_on(name, other)
        found = frames.after_each_press(notebook.page, notebook.output(0), steps, name,
                                        frames.PICTURE)
        print(f"{name}: {found}")
        assert median(found.frames) <= 2


def move(notebook, rng):
    """One thing that a hand, or a cell, may do."""
    name = rng.choice(["slope"] * 6 + ["tint"] * 4 + ["way", "wide", "pin", "reset", "kernel"])
    output, keys = notebook.output(0), notebook.page.keyboard
    if name in ("slope", "tint"):
        notebook.slider(name).focus()
        keys.press(rng.choice(["ArrowLeft", "ArrowRight"] * 6 + ["PageUp", "PageDown", "Home"]))
    elif name == "way":
        output.locator("select").select_option(rng.choice(["up", "down"]))
    elif name == "wide":
        output.locator("input[type=checkbox]").press("Space")
    elif name == "kernel":
        notebook.python(f"panel.set(a={rng.randrange(60) / 20}, tint={rng.randrange(20)})")
    else:
        output.get_by_role("button", name=name).click()
    notebook.page.wait_for_timeout(rng.choice([0, 0, 0, 0, 10, 30, 100, 300, 700]))


def test_no_picture_is_ever_that_of_other_values_or_words(notebook):
    rng, wrong = random.Random(0), []
    for k in range(MOVES):
        move(notebook, rng)
        if (k + 1) % REST_AFTER == 0:
            of, ratio, *shown = notebook.settled()
            wanted = json.loads(notebook.python(
                "print(json.dumps([panel.live.frame['of'], "
                f"seen(*panel.live.frame['of'], panel.pinned, {ratio})]))"))
            if wanted != [of, shown]:
                wrong.append((k, of, shown, wanted))
    assert not wrong, json.dumps(wrong[0], indent=1)
    seen = notebook.page.evaluate("Promise.all(window.kept.seen)")
    moving = {json.dumps(picture): picture for picture in seen if picture[1] == 1}
    known = notebook.python(
        f"moving = json.loads({json.dumps(json.dumps([*moving.values()]))})\n"
        "print(sum(any(seen(*of, pinned) == shown for pinned in pins) "
        "for of, _, *shown in moving))")
    print(f"{len(seen)} pictures, {len(moving)} different ones while moving")
    assert int(known) == len(moving) > 100

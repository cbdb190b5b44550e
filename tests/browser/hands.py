"""What a hand does with a control, and whether the picture beside it follows.

A control that rightly changes no picture (it only keeps a reader's guess) says so in Python:
control.add_class("changes-no-picture").
"""
import hashlib
import io
import time
from functools import partial

from PIL import Image

CHANGE_SECONDS = 40  # as long as a busy machine may take: no promise of speed
# a picture is at rest when it has looked the same for this long (a live one sharpens after a drag)
REST_SECONDS = 0.4
# the same for a canvas, which says itself when it is sharp
SHARP_SECONDS = 0.1
# what is a control, by kind; a Play comes before the slider it is often linked to, which will be
# taken to its end. The buttons inside a Play or a ToggleButtons belong to that. ipywidgets'
# Select is left out on purpose: JupyterLab takes its arrow keys away to move between cells, so
# it cannot be used by keyboard; a Dropdown or RadioButtons can.
KINDS = {
    "play": ".widget-play",
    "slider": ".widget-slider",
    "dropdown": ".widget-dropdown",
    "toggle buttons": ".widget-toggle-buttons",
    "radio buttons": ".widget-radio",
    "checkbox": ".widget-checkbox",
    "number": ".widget-text:has(input[type=number])",
    "text": ".widget-text:has(input[type=text])",
    "toggle button": ".widget-toggle-button:not(.widget-toggle-buttons *)",
    "button": ".widget-button:not(.widget-toggle-button, .widget-toggle-buttons *, .widget-play *)",
}
SHOWS_ONLY = (".widget-html, .widget-htmlmath, .widget-label, .widget-progress, .widget-hprogress, "
              ".widget-valid")
EVERY = (".widget-inline-hbox, .widget-toggle-buttons, .widget-button, .widget-toggle-button, "
         ".widget-play")
UNKNOWN = f":is({EVERY}):not({SHOWS_ONLY}, {', '.join(KINDS.values())}, :is({EVERY}) *)"
# Controls are made clear, not hidden, when the picture beside them is looked at: what is hidden
# loses the keyboard's focus.
CLEAR = f".course-look :is({EVERY}):not({SHOWS_ONLY}) {{ opacity: 0 !important; }}"
# The other cells are away while one cell's controls are moved: else each picture lays out and
# paints a page of sixty cells again, which takes most of the time.
ALONE = ".course-alone .jp-Notebook-cell:not(.course-here) { display: none; }"
TO_BE_ALONE = """index => {
  const cells = [...document.querySelectorAll('.jp-Notebook-cell')];
  cells.forEach((cell, k) => cell.classList.toggle('course-here', k === index));
  cells[0].closest('.jp-Notebook').classList.toggle('course-alone', index !== null);
}"""
# of a text only what stands beside it, not what is in it
NAMES = """nodes => nodes.map(node => {
  const label = node.querySelector('.widget-label, legend') ?? node;
  return label.textContent.trim();
})"""
# what has the focus in a control's place, if that is still there and can be used
TAKER = """node => {
  const { activeElement: now } = document;
  const kept = node === now || node.contains(now) || !node.isConnected || node.disabled;
  return kept ? null : now.outerHTML.slice(0, 80);
}"""
QUIET = """node => !!node.closest('.changes-no-picture') || node.disabled
    || !!node.querySelector(':disabled, [disabled]')"""


LIVE = ".rnnlib-figure canvas"
# Waits in the page until what its live canvases show, and what stands in words beside them, is
# sharp and stays (without `before`), or is another; gives it, or null when the time is over. A
# canvas is a hash (FNV-1a) of its pixels, taken anew when a picture has come. They are read from
# a copy: reading would change how the browser keeps the canvas itself.
CANVASES = f"""async (root, {{ before, quiet, limit }}) => {{
  const canvases = () => [...root.querySelectorAll('{LIVE}')];
  const words = () => [...root.querySelectorAll('.rnnlib-figure, .widget-html')];
""" + """
  const known = window.courseHashes ??= new WeakMap();
  function hashOf(canvas) {
    const { width, height, dataset: { pictures } } = canvas;
    const last = known.get(canvas);
    if (last?.pictures === pictures && last.width === width) return last.hash;
    const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    const colours = new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer);
    let hash = 2166136261;
    for (let i = 0; i < colours.length; i++) hash = Math.imul(hash ^ colours[i], 16777619);
    known.set(canvas, { pictures, width, hash });
    return hash;
  }
  const look = () => [...canvases().map(hashOf), ...words().map(w => w.textContent)].join();
  const sharp = () => canvases().every(c => c.dataset.ratio >= 2);
  const end = performance.now() + limit;
  let seen = look(), since = performance.now();
  while (performance.now() < end) {
    if (before !== null && seen !== before) return seen;
    if (before === null && sharp() && performance.now() - since >= quiet) return seen;
    await new Promise(resolve => setTimeout(resolve, 20));
    const now = look();
    if (now !== seen) [seen, since] = [now, performance.now()];
  }
  return null;
}"""


# ---------------------------------------------------------------- looking

def look(locator):
    """A hash of the pixels that an element shows now."""
    image = Image.open(io.BytesIO(locator.screenshot(animations="disabled"))).convert("RGB")
    return hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()


def look_beside(output):
    """A hash of an output area without its controls, which change when they are moved."""
    output.evaluate("node => node.classList.add('course-look')")
    try:
        return look(output)
    finally:
        output.evaluate("node => node.classList.remove('course-look')")


class Watch:
    """What `see()` gives: waited for until it rests, and until it is another."""

    def __init__(self, see, rest_seconds=REST_SECONDS):
        self.see, self.rest_seconds = see, rest_seconds

    def at_rest(self):
        """What is seen once it has stayed the same, or None if it does not come to rest."""
        end = time.monotonic() + CHANGE_SECONDS
        while time.monotonic() < end:
            seen = self.see()
            time.sleep(self.rest_seconds)
            if self.see() == seen:
                return seen
        return None

    def changed(self, before):
        """Whether something else is seen within CHANGE_SECONDS."""
        end = time.monotonic() + CHANGE_SECONDS
        while time.monotonic() < end:
            if self.see() != before:
                return True
            time.sleep(0.05)
        return False


class Canvases:
    """The same for an output's live canvases: the same news as a screenshot, in less time."""

    def __init__(self, output):
        self.output = output.element_handle()  # not looked for anew at every picture

    def at_rest(self):
        return self._wait(None)

    def changed(self, before):
        return self._wait(before) is not None

    def _wait(self, before):
        return self.output.evaluate(CANVASES, {
            "before": before, "quiet": 1000 * SHARP_SECONDS, "limit": 1000 * CHANGE_SECONDS})


def demand_change(shows, act, what):
    """Does `act()` and fails unless `shows` then is another."""
    before = shows.at_rest()
    if before is None:
        raise AssertionError(f"{what}: the picture was not at rest within {CHANGE_SECONDS} s")
    act()
    if not shows.changed(before):
        raise AssertionError(f"{what}: the picture did not change within {CHANGE_SECONDS} s")


# ---------------------------------------------------------------- using

def use_controls(notebook, output, seen_before=False):
    """Moves every control in an output area and demands that the picture beside it changes;
    gives what was done, in words.

    Of a panel that was `seen_before` only the first is moved: it is the same explorer with other
    starts, and from those the kernel's tests move it everywhere.
    """
    unknown = output.locator(UNKNOWN)
    if unknown.count():
        raise AssertionError("no rule in hands.py for the control with the classes "
                             + unknown.first.get_attribute("class"))
    shows, done = Watch(partial(look_beside, output)), []
    for kind, css in KINDS.items():
        used = 0
        for control in output.locator(css).all():
            # asked when it is its turn: those before it may have taken it away
            if not control.is_visible() or control.evaluate(QUIET):
                continue
            moves = use_control(notebook, shows, kind, control)
            # of a row of buttons one is pressed by keyboard too: they differ in what they call
            done += moves if kind != "button" or not used else [next(moves)]
            used += 1
            if seen_before:
                return done
            # that the page shows its canvas has been seen with the first control
            shows = Canvases(output) if output.locator(LIVE).count() else shows
    return done


def names(output):
    """What stands on and beside the controls of an output area."""
    return tuple(output.locator(f":is({EVERY}):not({SHOWS_ONLY})").evaluate_all(NAMES))


def use_control(notebook, picture, kind, control):
    """Makes every move of one control, and yields each in words."""
    for words, act, shows in MOVES[kind](notebook, control):
        if shows:
            picture.at_rest()  # so that the kernel has no drawing left to do
        demand_change(shows or picture, act, f"{kind}, {words}")
        yield f"{kind}, {words}"


def by_key(control, key):
    """An act: press a key on a control, which keeps the focus: a front end that takes the key for
    a command of its own moves it to a cell, and that alone changes how an output looks."""
    def press():
        control.press(key)
        taker = control.evaluate(TAKER)
        if taker:
            raise AssertionError(f"{key}: the focus went from the control to {taker}")
    return press


def move_play(notebook, control):
    button = control.locator("button").first
    yield "played", button.click, None
    button.click()  # a pause, so that the picture can come to rest again


def move_slider(notebook, slider):
    for handle in slider.locator(".noUi-handle").all():
        yield "dragged", lambda h=handle: drag_to_far_end(notebook.page, slider, h), None
        low = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemin")
        yield "arrow key", by_key(handle, "ArrowRight" if low else "ArrowLeft"), None


def drag_to_far_end(page, slider, handle):
    """Drags a handle to the end that it is farther from."""
    handle.scroll_into_view_if_needed()
    rail, knob = slider.locator(".noUi-base").bounding_box(), handle.bounding_box()
    x, y = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
    left, right = rail["x"], rail["x"] + rail["width"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(right if right - x > x - left else left, y, steps=8)
    page.mouse.up()


def move_dropdown(notebook, dropdown):
    """Another option and back by mouse, then one by keyboard; that each option has a picture of
    its own is asked of every explorer without a browser."""
    select = dropdown.locator("select")
    now, last = select.evaluate("node => [node.selectedIndex, node.options.length - 1]")
    for i in (0 if now else last, now):
        yield f"option {i} chosen", lambda i=i: select.select_option(index=i), None
    at_end = select.evaluate("node => node.selectedIndex === node.options.length - 1")
    yield "arrow key", by_key(select, "ArrowUp" if at_end else "ArrowDown"), None


def move_toggle_buttons(notebook, group):
    buttons = group.locator("button").all()
    return choose_each(sorted(buttons, key=lambda b: "mod-active" in b.get_attribute("class")))


def move_radio(notebook, group):
    return choose_each(sorted(group.locator("input").all(), key=lambda b: b.is_checked()))


def choose_each(choices):
    """Each of several choices, the active one last; then the first once more, by keyboard."""
    for choice in choices:
        yield f"{words_on(choice)} clicked", choice.click, None
    yield f"{words_on(choices[0])} by keyboard", by_key(choices[0], "Space"), None


def words_on(button):
    return repr(button.inner_text() or button.get_attribute("value") or "")


def move_checkbox(notebook, control):
    box = control.locator("input")
    yield "clicked", box.click, None
    yield "by keyboard", by_key(box, "Space"), None


def move_number(notebook, control):
    field = control.locator("input")
    yield "arrow up", by_key(field, "ArrowUp"), None
    yield "arrow down", by_key(field, "ArrowDown"), None


def move_text(notebook, control):
    """A text field is moved to the next whole number, or to a text with a letter more."""
    field = control.locator("input")
    old = field.input_value()
    new = str(int(old) + 1) if old.isdecimal() else f"{old}a"
    for word, text in (("typed", new), ("typed back", old)):
        yield word, lambda text=text: type_into(notebook.page, field, text), None


def type_into(page, field, text):
    field.click(click_count=3)  # selects what is there
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def move_toggle_button(notebook, button):
    yield f"{words_on(button)} clicked", button.click, None
    yield f"{words_on(button)} by keyboard", by_key(button, "Space"), None


def move_button(notebook, button):
    yield f"{words_on(button)} clicked", button.click, None
    # "back to the start", pressed twice, rightly shows the same; that it arrives is enough
    calls = Watch(notebook.kernel_calls, SHARP_SECONDS)
    yield f"{words_on(button)} by keyboard", by_key(button, "Space"), calls


MOVES = {
    "play": move_play, "slider": move_slider, "dropdown": move_dropdown,
    "toggle buttons": move_toggle_buttons, "radio buttons": move_radio,
    "checkbox": move_checkbox, "number": move_number, "text": move_text,
    "toggle button": move_toggle_button, "button": move_button,
}

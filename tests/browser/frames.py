"""How many browser frames pass between a key press and the changed picture.

Counted in the page itself with requestAnimationFrame: frame 1 is the first frame after the
key's event. What a frame's callback finds in the document is what that frame paints.
"""
from dataclasses import dataclass
from statistics import median

STEPPER = """() => root.querySelector('.count').textContent
    + [...root.querySelectorAll('.hot, .at')].length + root.querySelector('.equation').innerHTML
    + [...root.querySelectorAll('.scroll text')].map(text => text.textContent).join()"""
RECORDED = "() => root.querySelector('[role=img] svg').innerHTML"
PICTURE = "() => root.querySelector('canvas').dataset.of"  # the values that a live picture shows
WATCH = """root => {
  const shows = SHOWS;
  const found = window.rgFrames = [];
  root.addEventListener('keydown', event => {
    const before = shows(), pressed = event.timeStamp;
    let frames = 0;
    const look = () => {
      frames += 1;
      if (shows() === before && frames < 60) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel(); // its message comes after the paint
      port2.onmessage = () => found.push([frames, performance.now() - pressed]);
      port1.postMessage(0);
    };
    requestAnimationFrame(look);
  }, { capture: true });
}"""


@dataclass(frozen=True)
class Frames:
    """Frames and milliseconds of every key press."""

    frames: tuple
    milliseconds: tuple

    def __str__(self):
        return (f"{len(self.frames)} presses: median {median(self.frames):g} frames, worst "
                f"{max(self.frames)}; median {median(self.milliseconds):.0f} ms, worst "
                f"{max(self.milliseconds):.0f} ms to the painted picture")


def after_each_press(page, root, keys, slider="Step", shows=STEPPER):
    """Presses the keys one after another on a slider; Frames.

    shows  JavaScript: a function without arguments that gives what `root` shows, as text
    """
    root.evaluate(WATCH.replace("SHOWS", shows))
    root.get_by_role("slider", name=slider).focus()
    for pressed, key in enumerate(keys, 1):
        page.keyboard.press(key)
        page.wait_for_function("n => window.rgFrames.length === n", arg=pressed)
    return Frames(*zip(*page.evaluate("window.rgFrames")))

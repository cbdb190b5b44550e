"""What every picture shows, written down before a change of form and compared after it.

    python -m tools.same_pictures write FILE
    python -m tools.same_pictures compare FILE

For each explorer at its start, at each preset and at both ends of each control, in both themes:
a hash of the pixels at two pixels per CSS pixel, and the sentence. For each stepper a hash of
its scene with all frames. Pixels are those of one matplotlib on one machine: write and compare
there.
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import explorer_cases as cases  # noqa: E402
from stops import ends  # noqa: E402

from tools import same_answers  # noqa: E402


def digest(data):
    """A short hash of bytes, of an array or of what JSON can hold."""
    if isinstance(data, np.ndarray):
        data = f"{data.shape}{data.dtype}".encode() + np.ascontiguousarray(data).tobytes()
    if not isinstance(data, bytes):
        data = json.dumps(data, sort_keys=True, default=str).encode()
    return hashlib.sha256(data).hexdigest()[:16]


def presets(panel):
    """The buttons that are no pin and no reset."""
    return {button.description: button for button in panel.children[1].children
            if hasattr(button, "click") and button.description not in ("pin", "reset")}


def shown(panel):
    """The sentence, the numbers and the pixels in both themes."""
    seen = {"reading": panel.live.reading, "summary": panel.live.summary}
    for theme in ("light", "dark"):
        panel.live.theme = theme
        panel.live.refresh(2)
        seen[theme] = digest(panel.live.film.pixels(2))
    return seen


def pictures(name):
    """{setting: what is shown} of one explorer."""
    panel = cases.explorer(name)
    found = {f"{name}: start": shown(panel)}
    for words, button in presets(panel).items():
        button.click()
        found[f"{name}: {words}"] = shown(panel)
    for control, widget in panel.controls.items():
        for end in ends(widget) if hasattr(widget, "options") or hasattr(widget, "max") \
                or hasattr(widget, "_range") else ():
            panel.reset()
            panel.set(**{control: end})
            found[f"{name}: {control} = {end}"] = shown(panel)
    panel.reset()
    panel.pin()
    for control, widget in list(panel.controls.items())[:1]:
        if hasattr(widget, "options") or hasattr(widget, "max"):
            panel.set(**{control: ends(widget)[1]})
    found[f"{name}: pinned"] = shown(panel)
    panel.close()
    return found


def everything():
    """{picture: what it shows} of the whole course."""
    found = {}
    for name in cases.EXPLORERS:
        found |= pictures(name)
        print(name, flush=True)
    panel = cases.watched()
    found["watch_training"] = shown(panel)
    panel.close()
    for words, view in cases.steppers().items():
        found[words] = {"scene": digest(dict(view.scene))}
        view.close()
    return found


if __name__ == "__main__":
    sys.exit(same_answers.main(*sys.argv[1:], everything=everything))

"""What the page does with ink, in Python, pixel by pixel as `encode.ink` describes it."""
import numpy as np

from rnnlib.widgets.encode import ABOVE, BEFORE, GROUND, OWN


def laid(ground, ink):
    """The ground (height, width, 4) uint8 with the ink in its places."""
    count, *words = np.frombuffer(ink, "<u4").tolist()
    runs, colours = words[:count], iter(words[count:])
    out, at = np.ascontiguousarray(ground).copy().view(np.uint32).ravel(), 0
    back = {ABOVE: ground.shape[1], BEFORE: 1}
    for length, like in (divmod(run, 4) for run in runs):
        for i in range(at, at + length) if like != GROUND else ():
            out[i] = next(colours) if like == OWN else out[i - back[like]]
        at += length
    assert next(colours, None) is None
    return out.view(np.uint8).reshape(ground.shape)

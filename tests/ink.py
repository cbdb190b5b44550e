"""What the page does with ink, in Python, pixel by pixel as `encode.ink` describes it."""
import numpy as np

from rnnlib.widgets.encode import ABOVE, BEFORE, GROUND, OWN


def laid(ground, ink):
    """The ground (height, width, 4) uint8 with the ink in its places."""
    own = 4 + 2 * int.from_bytes(ink[:4], "little")
    runs = np.frombuffer(ink[4:own], "<u2").tolist()
    colours = iter(np.frombuffer(ink[own:], np.uint8).reshape(-1, 3))
    out, at = np.array(ground).reshape(-1, 4), 0
    back = {ABOVE: ground.shape[1], BEFORE: 1}
    for length, like in (divmod(run, 4) for run in runs):
        for i in range(at, at + length) if like != GROUND else ():
            out[i, :3] = next(colours) if like == OWN else out[i - back[like], :3]
        at += length
    assert next(colours, None) is None
    return out.reshape(ground.shape)

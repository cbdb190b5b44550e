"""What the page does with ink, in Python, pixel by pixel as `encode.ink` describes it."""
import numpy as np


def laid(ground, ink):
    """The ground (height, width, 4) uint8 with the ink in its places."""
    words = np.frombuffer(ink, "<u4")
    runs = words[0]
    skips, lengths, colours = np.split(words[1:], [runs, 2 * runs])
    out, at = np.ascontiguousarray(ground).copy().view(np.uint32).ravel(), 0
    for skip, length in zip(skips, lengths, strict=True):
        at += skip
        out[at:at + length], colours = colours[:length], colours[length:]
        at += length
    assert not colours.size
    return out.view(np.uint8).reshape(ground.shape)

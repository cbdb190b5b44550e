"""Pictures on their way to the page: whole as PNG, or as what differs from one it has already.

A slider's every event sends a picture, so these are written for speed: what differs takes a part
of the time of a PNG, here and in the browser, where it can be painted at once.
"""
import struct
import zlib

import numpy as np

# bytes of ink for each of a picture's pixels: with more of them a PNG is shorter
MOST_INK = 1 / 4
LONGEST = 2 ** 14 - 1  # run of ink, in pixels
# a run of ink: as in the ground, like the row above, like the pixel before, colours of its own
GROUND, ABOVE, BEFORE, OWN = range(4)


def png(pixels):
    """Pixels (height, width, 4) uint8, all opaque, as the bytes of a PNG file.

    PNG writers try five filters on every row, which takes most of their time. Charts are flat:
    rows without a filter come out as short.
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # a row starts with 0: no filter
    for colour in range(3):
        rows[:, 1 + colour::3] = pixels[..., colour]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join([b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header),
                     _chunk(b"IDAT", zlib.compress(rows, 1)), _chunk(b"IEND", b"")])


def _chunk(kind, data):
    return b"".join([struct.pack(">I", len(data)), kind, data,
                     struct.pack(">I", zlib.crc32(kind + data))])


def ink(pixels, ground, most=MOST_INK):
    """The pixels that differ from `ground`, as bytes; None without a ground, and where it takes
    more bytes than `most` for each pixel of the picture.

    Both are (height, width, 4) uint8, all opaque. Charts are flat here, too: most of what differs
    is like its neighbour. The picture, row after row, comes in runs: how many there are (uint32);
    of each four times its length, and what it is like, GROUND and so on (uint16, low byte first);
    then red, green and blue of the pixels that have their own.
    """
    if ground is None or ground.shape != pixels.shape:
        return None
    new, old = (np.ascontiguousarray(p).view(np.uint32).ravel() for p in (pixels, ground))
    at, width = np.flatnonzero(new != old), pixels.shape[1]
    colours = new[at]
    like = np.where((colours == new.take(at - 1)) & (at >= 1), BEFORE, OWN)
    like[(colours == new.take(at - width)) & (at >= width)] = ABOVE
    first = np.flatnonzero((np.diff(at, prepend=-2) != 1) | (np.diff(like, prepend=-1) != 0))
    starts, lengths = at[first], np.diff(first, append=at.size)
    skips = starts - np.concatenate([[0], starts + lengths])[:-1]
    runs = _short(np.stack([skips, lengths], axis=1).ravel(),
                  np.stack([np.full(first.size, GROUND), like[first]], axis=1).ravel())
    own = colours[like == OWN].view(np.uint8).reshape(-1, 4)[:, :3]
    if 2 * runs.size + own.size > most * new.size:
        return None
    return struct.pack("<I", runs.size) + runs.astype("<u2").tobytes() + own.tobytes()


def _short(lengths, like):
    """Runs as numbers, none of them empty and none too long."""
    parts = -(-lengths // LONGEST)
    runs = 4 * LONGEST + np.repeat(like, parts)
    runs[np.cumsum(parts)[parts > 0] - 1] -= 4 * (parts * LONGEST - lengths)[parts > 0]
    return runs

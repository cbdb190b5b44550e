"""A picture for the page is the picture, whichever way it goes."""
import io

import numpy as np
import pytest
from ink import laid
from PIL import Image

from rnnlib.widgets import encode


def picture(height, width, seed=0):
    pixels = np.random.default_rng(seed).integers(256, size=(height, width, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    return pixels


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (40, 7)])
def test_a_png_holds_every_pixel(shape):
    pixels = picture(*shape)
    assert np.array_equal(Image.open(io.BytesIO(encode.png(pixels))), pixels[..., :3])


def test_runs_of_any_length_are_ink_too():
    ground = picture(300, 200)
    for changed in (slice(40_000, 40_001), slice(1, 60_000), slice(59_999, 60_000)):
        pixels = ground.copy()
        pixels.reshape(-1, 4)[changed] = 9, 9, 9, 255
        ink = encode.ink(pixels, ground)
        assert np.array_equal(laid(ground, ink), pixels)
        assert len(ink) < 500


CHANGES = {
    "nothing": [], "the first pixel": [0], "the last one": [32 * 40 - 1],
    "over the end of a row": range(30, 50), "here and there": [0, 1, 5, 700, 702, 1279],
}


@pytest.mark.parametrize("change", CHANGES)
def test_ink_on_its_ground_is_the_picture(change):
    ground = picture(32, 40)
    pixels = ground.copy()
    pixels.reshape(-1, 4)[list(CHANGES[change]), :3] ^= 1
    ink = encode.ink(pixels, ground)
    assert np.array_equal(laid(ground, ink), pixels)
    assert len(ink) <= 4 + 12 * len(CHANGES[change])


def test_what_is_like_its_neighbours_costs_little():
    ground = picture(32, 40)
    pixels = ground.copy()
    pixels[5:20, 10:30] = pixels[0, 0]
    pixels[12:, :, :3] = 7
    ink = encode.ink(pixels, ground)
    assert np.array_equal(laid(ground, ink), pixels)
    assert len(ink) < 4 * (3 * 15 + 32)


def test_no_ink_without_a_ground_or_for_too_much():
    ground = picture(32, 40)
    assert encode.ink(ground, None) is None
    assert encode.ink(ground, picture(32, 41)) is None
    assert encode.ink(picture(32, 40, seed=1), ground) is None

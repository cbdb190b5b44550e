"""How far two colours are from each other, to the eyes that a class has, and in grey.

Colour blindness: Machado, Oliveira and Fernandes (2009), "A physiologically-based model for
simulation of color vision deficiency", severity 1. Distance: CIEDE2000, as in Sharma, Wu and
Dalal (2005). Neither is in a package that is still cared for.
"""
import numpy as np
from matplotlib.colors import to_rgb

EYES = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def seen(colour, eyes):
    """(L*, a*, b*) of a colour as these eyes have it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(EYES[eyes] @ linear, 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """CIEDE2000 between two (L*, a*, b*)."""
    (L1, a1, b1), (L2, a2, b2) = one, other
    flat = _pull((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    a1, a2 = (a * (1 + (1 - flat) / 2) for a in (a1, a2))
    C1, C2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if C1 * C2 else 0
    h = (h1 + turn / 2) % 360 if C1 * C2 else h1 + h2
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    cos = [np.cos(np.radians(k * h - at)) for k, at in ((1, 30), (2, 0), (3, -6), (4, 63))]
    T = 1 + np.dot([-0.17, 0.24, 0.32, -0.20], cos)
    dL = (L2 - L1) / (1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2))
    dC = (C2 - C1) / (1 + 0.045 * C)
    dH = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * C * T)
    blue = np.sin(np.radians(60 * np.exp(-((h - 275) / 25) ** 2)))
    return np.sqrt(dL ** 2 + dC ** 2 + dH ** 2 - 2 * _pull(C) * blue * dC * dH)


def _pull(C):
    return np.sqrt(C ** 7 / (C ** 7 + 25.0 ** 7))


def apart(one, other):
    """{eyes: CIEDE2000} of two colours."""
    return {eyes: difference(seen(one, eyes), seen(other, eyes)) for eyes in EYES}

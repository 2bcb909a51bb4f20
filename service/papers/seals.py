"""Red round seals on a page: where they are, and their rim unrolled so that its letters stand in a line."""

from collections.abc import Iterator

import cv2
import numpy as np

from domain.geometry import Box
from service.papers.pictures import Pixels

# Shares of the page's width: a seal of 4 cm on A4 is about 0.19.
_LEAST_SHARE, _MOST_SHARE = 0.07, 0.45
_ROUND = (0.75, 1.34)
_LEAST_RIM = 0.55
"""Share of directions in which there is red near the rim: a ring, not a word in red."""
_STRIP_HEIGHT_PX = 64


def red_of(pixels: Pixels) -> Pixels:
    """255 where a point is red, 0 elsewhere."""
    hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV)
    low = cv2.inRange(hsv, np.array([0, 60, 60]), np.array([12, 255, 255]))
    high = cv2.inRange(hsv, np.array([165, 60, 60]), np.array([180, 255, 255]))
    return np.asarray(low | high, dtype=np.uint8)


def seals_on(pixels: Pixels) -> Iterator[tuple[Box, Pixels]]:
    """Each seal with its rim as a strip, dark letters on white."""
    red = red_of(pixels)
    height, width = red.shape
    size = max(3, width // 60)
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    for left, top, wide, high, _area in stats[1:count]:
        if not _LEAST_SHARE <= wide / width <= _MOST_SHARE or not _ROUND[0] <= wide / high <= _ROUND[1]:
            continue
        part = red[top : top + high, left : left + wide]
        unrolled = _unrolled(part)
        if _rim(unrolled) < _LEAST_RIM:
            continue
        box = Box.clipped(left / width, top / height, (left + wide) / width, (top + high) / height)
        if box is not None:
            yield box, _strip(unrolled)


def _unrolled(part: Pixels) -> Pixels:
    """Rows from the rim to the middle, columns clockwise from the bottom."""
    high, wide = part.shape
    radius = max(high, wide) / 2
    around = round(2 * np.pi * radius)
    polar = cv2.warpPolar(part, (round(radius), around), (wide / 2, high / 2), radius, cv2.INTER_LINEAR)
    turned = np.rot90(polar)
    return np.ascontiguousarray(np.roll(turned, -turned.shape[1] // 4, axis=1), dtype=np.uint8)


def _rim(unrolled: Pixels) -> float:
    near = unrolled[: max(1, unrolled.shape[0] // 5)]
    return float(np.mean(near.max(axis=0) > 96))


def _strip(unrolled: Pixels) -> Pixels:
    """The letters between ring and middle, cut to where there are any."""
    depth = unrolled.shape[0]
    # The ring itself is where almost every direction is red; letters begin below it.
    rows = (unrolled > 96).mean(axis=1)
    ring = [row for row in range(depth // 3) if rows[row] > 0.6]
    first = (ring[-1] if ring else 0) + max(1, depth // 40)
    letters = unrolled[first : max(first + 4, round(depth * 0.52))]
    inked = np.flatnonzero((letters > 96).any(axis=0))
    if inked.size:
        letters = letters[:, max(0, inked[0] - 6) : inked[-1] + 7]
    scale = _STRIP_HEIGHT_PX / letters.shape[0]
    grown = cv2.resize(255 - letters, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(grown, 8, 8, 16, 16, cv2.BORDER_CONSTANT, value=255)
    return np.ascontiguousarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR), dtype=np.uint8)

"""Makes faces unrecognisable and screens unreadable before a picture is written anywhere."""

from collections.abc import Iterable

import cv2
import numpy as np

from domain.frame import Pixels
from domain.geometry import Box, Polygon

# A face becomes about this many blocks wide: too few to know anybody by, enough to see that it is a face.
BLOCKS = 8
# Finders draw boxes tightly; hair, ears and chin go with the face. Share of the box added on each side.
MARGIN = 0.15


def masked(pixels: Pixels, faces: Iterable[Box]) -> Pixels:
    """A copy of a picture of shape (height, width, 3) in which each face is a coarse mosaic.

    Each block is the mean of its pixels, so nothing finer than a block is left in the data.
    """
    result = pixels.copy()
    height, width = pixels.shape[:2]
    for face in faces:
        left, right = _edges(face.left, face.right, width)
        top, bottom = _edges(face.top, face.bottom, height)
        if left < right and top < bottom:
            result[top:bottom, left:right] = _mosaic(pixels[top:bottom, left:right])
    return result


def unreadable(pixels: Pixels, screens: Iterable[Polygon]) -> Pixels:
    """A copy of a picture of shape (height, width, 3) in which each screen's area is a coarse mosaic.

    Of a screen as wide as the whole picture nothing is left but some colours.
    """
    result = pixels.copy()
    height, width = pixels.shape[:2]
    for screen in screens:
        across, down = [corner.x for corner in screen.corners], [corner.y for corner in screen.corners]
        left, right = _edges(min(across), max(across), width)
        top, bottom = _edges(min(down), max(down), height)
        if left < right and top < bottom:
            result[top:bottom, left:right] = _mosaic(pixels[top:bottom, left:right])
    return result


def _edges(low: float, high: float, size: int) -> tuple[int, int]:
    margin = (high - low) * MARGIN
    return max(0, int((low - margin) * size)), min(size, int(np.ceil((high + margin) * size)))


def _mosaic(part: Pixels) -> Pixels:
    height, width = part.shape[:2]
    block = max(1, -(-min(height, width) // BLOCKS))
    small = cv2.resize(part, (max(1, width // block), max(1, height // block)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)

"""Boxes drawn on pictures, for people who look at them."""

import colorsys
import hashlib
from collections.abc import Sequence

import cv2
import numpy as np

from domain.frame import Pixels
from domain.geometry import Box

Colour = tuple[int, int, int]
"""Blue, green, red in [0, 255]."""


def colour_of(label: str) -> Colour:
    """A bright colour that is always the same for a name."""
    hue = int.from_bytes(hashlib.sha256(label.encode()).digest()[:2], "big") / 65536
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.85, 1.0)
    return int(blue * 255), int(green * 255), int(red * 255)


def draw_box(pixels: Pixels, box: Box, text: str, colour: Colour) -> None:
    """Draw into the pixels, the text above the box or inside it at the upper edge."""
    height, width = pixels.shape[:2]
    left, top = int(box.left * width), int(box.top * height)
    right, bottom = int(np.ceil(box.right * width)) - 1, int(np.ceil(box.bottom * height)) - 1
    cv2.rectangle(pixels, (left, top), (right, bottom), colour, 2)
    (text_width, text_height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1)
    base = top - 3 if top > text_height + 4 else top + text_height + 4
    start = max(0, min(left, width - text_width - 2))
    cv2.rectangle(pixels, (start, base - text_height - 2), (start + text_width + 2, base + 3), colour, -1)
    cv2.putText(pixels, text, (start + 1, base), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)


def fit(pixels: Pixels, side_px: int) -> Pixels:
    """A new picture, scaled so that its longer side has `side_px` pixels."""
    height, width = pixels.shape[:2]
    scale = side_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.array(cv2.resize(pixels, size, interpolation=method), dtype=np.uint8)


def grid(pictures: Sequence[Pixels], *, columns: int, cell_px: int) -> Pixels:
    """Pictures of at most `cell_px` a side on one dark sheet, row by row.

    A row is as high as the highest picture, and the gaps between rows are those between columns.
    """
    rows = -(-len(pictures) // columns)
    tallest, widest = (max((picture.shape[axis] for picture in pictures), default=cell_px) for axis in (0, 1))
    step = tallest + cell_px - widest
    sheet = np.full((max(1, rows) * step, columns * cell_px, 3), 40, dtype=np.uint8)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        height, width = picture.shape[:2]
        sheet[row * step : row * step + height, column * cell_px : column * cell_px + width] = picture
    return sheet

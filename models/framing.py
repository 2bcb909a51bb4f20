"""How a person is cut out of a picture for a network that judges one person at a time.

Training and serving share this file, for a network that sees people framed otherwise than it learnt them is another
network. Boxes of whole persons and of busts come out alike: the part of the box below `tallest_widths` times its
width is left out, so a head takes about a third of the crop's height in both.
"""

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from models.manifest import ManifestPart

Pixels = npt.NDArray[np.uint8]
Edges = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the picture; they may lie outside of it."""

PADDING_LEVEL = 114  # grey, out of 255: what the networks of this project see around their pictures


class Framing(ManifestPart):
    """Size of a crop in pixels, and which part of a person's box it shows."""

    width_px: int = Field(default=96, ge=32)
    height_px: int = Field(default=128, ge=32)
    margin: float = Field(default=0.06, ge=0.0, le=1.0, description="of the box's width, left, right and above")
    tallest_widths: float = Field(default=1.5, gt=0.0, description="height of what is shown, in widths of the box")


def shown_part(box: Edges, framing: Framing) -> Edges:
    """The part of a person's box that the crop shows, with its margins."""
    left, top, right, bottom = box
    width = right - left
    margin = framing.margin * width
    return left - margin, top - margin, right + margin, min(bottom, top + framing.tallest_widths * width)


def cut_out(pixels: Pixels, part: Edges, framing: Framing) -> Pixels:
    """The part, scaled as a whole into the middle of a grey canvas; at its upper edge, where heads are.

    `pixels` and the result have shape (height, width, 3), uint8. What lies outside of the picture is grey. Raises
    ValueError for a part without area.
    """
    left, top, right, bottom = part
    if right <= left or bottom <= top:
        raise ValueError(f"expected a part with left < right and top < bottom, got {part}")
    scale = min(framing.width_px / (right - left), framing.height_px / (bottom - top))
    canvas = np.full((framing.height_px, framing.width_px, 3), PADDING_LEVEL, dtype=np.uint8)
    height, width = pixels.shape[:2]
    inside = (max(0, round(left)), max(0, round(top)), min(width, round(right)), min(height, round(bottom)))
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        return canvas
    shift = (framing.width_px - scale * (right - left)) / 2 - scale * left
    x1, x2 = _within(scale * inside[0] + shift, scale * inside[2] + shift, framing.width_px)
    y1, y2 = _within(scale * (inside[1] - top), scale * (inside[3] - top), framing.height_px)
    method = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    patch = pixels[inside[1] : inside[3], inside[0] : inside[2]]
    canvas[y1:y2, x1:x2] = cv2.resize(patch, (x2 - x1, y2 - y1), interpolation=method)
    return canvas


def planes(crops: list[Pixels]) -> npt.NDArray[np.float32]:
    """Crops as a network's input: RGB in [0, 1], shape (N, 3, height, width)."""
    stacked = np.stack(crops)[..., ::-1].transpose(0, 3, 1, 2)
    return np.ascontiguousarray(stacked, dtype=np.float32) / np.float32(255.0)


def _within(low: float, high: float, size: int) -> tuple[int, int]:
    """Whole pixels of a canvas, at least one."""
    first = min(max(0, round(low)), size - 1)
    return first, max(first + 1, min(size, round(high)))

"""A picture of any shape on the smallest canvas that a network takes, and the way back.

A 16:9 picture on a square canvas is 44 % padding that costs as much as picture: 36 ms for 416x416 against
21 ms for 416x256 (YOLO11n, one thread). So the canvas follows the picture, padded only up to the stride.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from domain.frame import Picture, Pixels
from domain.geometry import FloatArray
from models.manifest import ColourOrder, NetworkInput

PADDING_LEVEL = 114  # grey of YOLO's own letterbox, out of 255: what the networks saw around their pictures
_KEPT_CANVASES = 8  # shapes of picture per session whose buffers are kept; 0.4 to 5 MB each


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterbox:
    """Where a scaled picture lies on its canvas; all in pixels. The padding is shared out to both sides."""

    canvas_width: int
    canvas_height: int
    scaled_width: int
    scaled_height: int
    left: int
    top: int

    @classmethod
    def fit(cls, width: int, height: int, *, longest_side: int, stride: int) -> Self:
        """Scale the longest side to `longest_side`; the canvas is the next multiple of the stride in both.

        1280x720 at 416 with stride 32: 416x234 on 416x256. Raises ValueError for an empty picture.
        """
        scale = longest_side / _require_sides(width, height)
        scaled_width, scaled_height = (max(1, round(side * scale)) for side in (width, height))
        canvas_width, canvas_height = (-(-side // stride) * stride for side in (scaled_width, scaled_height))
        return cls._centred(canvas_width, canvas_height, scaled_width, scaled_height)

    @classmethod
    def fit_canvas(cls, width: int, height: int, *, canvas_width: int, canvas_height: int) -> Self:
        """Scale the picture to the largest that fits into a canvas of fixed size."""
        _require_sides(width, height)
        scale = min(canvas_width / width, canvas_height / height)
        scaled_width = min(canvas_width, max(1, round(width * scale)))
        scaled_height = min(canvas_height, max(1, round(height * scale)))
        return cls._centred(canvas_width, canvas_height, scaled_width, scaled_height)

    @classmethod
    def for_network(cls, width: int, height: int, network: NetworkInput, longest_side: int | None = None) -> Self:
        """The letterbox of a picture for one network; a fixed input size beats `longest_side`."""
        if network.fixed_size:
            size = network.fixed_size
            return cls.fit_canvas(width, height, canvas_width=size.width_px, canvas_height=size.height_px)
        return cls.fit(width, height, longest_side=longest_side or network.longest_side_px, stride=network.stride)

    @classmethod
    def _centred(cls, canvas_width: int, canvas_height: int, scaled_width: int, scaled_height: int) -> Self:
        return cls(
            canvas_width=canvas_width,
            canvas_height=canvas_height,
            scaled_width=scaled_width,
            scaled_height=scaled_height,
            left=(canvas_width - scaled_width) // 2,
            top=(canvas_height - scaled_height) // 2,
        )

    def to_fractions(self, boxes: FloatArray) -> FloatArray:
        """Canvas pixels to fractions of the picture, for boxes of shape (N, 4). Parts in the padding lie outside 0..1.

        Each axis is divided by its own scaled side: rounding that side to whole pixels stretched the picture
        a little, and this undoes exactly that.
        """
        origin = np.array([self.left, self.top, self.left, self.top], dtype=np.float32)
        return np.asarray((boxes - origin) / self._sides, dtype=np.float32)

    def to_pixels(self, boxes: FloatArray) -> FloatArray:
        """Fractions of the picture to canvas pixels, for boxes of shape (N, 4)."""
        origin = np.array([self.left, self.top, self.left, self.top], dtype=np.float32)
        return np.asarray(boxes * self._sides + origin, dtype=np.float32)

    @property
    def _sides(self) -> FloatArray:
        sides = (self.scaled_width, self.scaled_height, self.scaled_width, self.scaled_height)
        return np.array(sides, dtype=np.float32)


def _require_sides(width: int, height: int) -> int:
    if width < 1 or height < 1:
        raise ValueError(f"a picture needs width and height of at least 1, got {width}x{height}")
    return max(width, height)


class PlaneWriter:
    """Turns pictures into a network's input. Keeps buffers between calls, so it belongs to one thread.

    Measured on 416x234: splitting into byte planes and multiplying those into the buffer takes 0.12 ms,
    cv2.dnn.blobFromImage with a bordered copy 0.22 ms.
    """

    def __init__(self, network: NetworkInput) -> None:
        self._factor = np.float32(1.0 / network.value_divisor)
        self._is_rgb = network.colour_order is ColourOrder.RGB
        self._canvases: OrderedDict[tuple[int, Letterbox], FloatArray] = OrderedDict()

    def write(self, pictures: list[Picture], letterbox: Letterbox) -> FloatArray:
        """Planes of shape (N, 3, height, width); the array is written anew by the next call.

        The pictures are asked for at their scaled size, so a decoder's picture is converted and scaled in
        one pass. Raises ValueError where a picture hands out other pixels than it was asked for.
        """
        planes = self._canvas(len(pictures), letterbox)
        for place, picture in enumerate(pictures):
            pixels = picture.bgr(letterbox.scaled_width, letterbox.scaled_height)
            self._write_one(pixels, planes[place], letterbox)
        return planes

    def _write_one(self, pixels: Pixels, planes: FloatArray, letterbox: Letterbox) -> None:
        expected = (letterbox.scaled_height, letterbox.scaled_width, 3)
        if pixels.shape != expected or pixels.dtype != np.uint8:
            raise ValueError(f"expected uint8 pixels of shape {expected}, got {pixels.dtype} of {pixels.shape}")
        order = (2, 1, 0) if self._is_rgb else (0, 1, 2)
        channels = cv2.split(pixels)
        bottom, right = letterbox.top + letterbox.scaled_height, letterbox.left + letterbox.scaled_width
        for plane, channel in zip(planes, order, strict=True):
            inside = plane[letterbox.top : bottom, letterbox.left : right]
            np.multiply(channels[channel], self._factor, out=inside, dtype=np.float32)

    def _canvas(self, count: int, letterbox: Letterbox) -> FloatArray:
        """A buffer whose padding is already grey. Pictures of one letterbox never touch its padding."""
        key = (count, letterbox)
        if key in self._canvases:
            self._canvases.move_to_end(key)
            return self._canvases[key]
        shape = (count, 3, letterbox.canvas_height, letterbox.canvas_width)
        canvas = np.full(shape, PADDING_LEVEL * self._factor, dtype=np.float32)
        self._canvases[key] = canvas
        if len(self._canvases) > _KEPT_CANVASES:
            self._canvases.popitem(last=False)
        return canvas

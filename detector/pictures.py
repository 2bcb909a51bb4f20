"""A picture that is already an array."""

import cv2
import numpy as np

from domain.frame import Luma, Pixels


class PixelPicture:
    """BGR pixels of shape (height, width, 3), uint8, as a `domain.frame.Picture`. Any thread."""

    def __init__(self, pixels: Pixels) -> None:
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
            raise ValueError(f"expected uint8 pixels of shape (height, width, 3), got {pixels.dtype} {pixels.shape}")
        self._pixels = pixels

    @property
    def width(self) -> int:
        return int(self._pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self._pixels.shape[0])

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        """See domain.frame.Picture. Scaled down by area, up linearly; the array must not be written to."""
        size = (width or self.width, height or self.height)
        if size == (self.width, self.height):
            return self._pixels
        shrinks = size[0] < self.width and size[1] < self.height
        scaled = cv2.resize(self._pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        return np.asarray(scaled, dtype=np.uint8)

    def luma(self, width: int, height: int) -> Luma:
        """See domain.frame.Picture."""
        return np.asarray(cv2.cvtColor(self.bgr(width, height), cv2.COLOR_BGR2GRAY), dtype=np.uint8)

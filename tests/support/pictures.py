"""Pictures and frames made for tests."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np

from domain.frame import Frame, Luma, Pixels
from domain.ids import CameraId

EPOCH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # a Monday, 16:00 in Shanghai


class ArrayPicture:
    """A picture that is already an array of shape (height, width, 3), uint8, BGR."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels

    @property
    def width(self) -> int:
        return int(self._pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self._pixels.shape[0])

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        if width is None or height is None:
            return self._pixels
        scaled = cv2.resize(self._pixels, (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(scaled, dtype=np.uint8)

    def luma(self, width: int, height: int) -> Luma:
        return np.asarray(cv2.cvtColor(self.bgr(width, height), cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def grey_picture(width: int = 64, height: int = 48, level: int = 128) -> ArrayPicture:
    return ArrayPicture(np.full((height, width, 3), level, dtype=np.uint8))


def make_frame(
    camera_id: str = "camera-1", sequence: int = 1, seconds: float = 0.0, picture: ArrayPicture | None = None
) -> Frame:
    """A frame `seconds` after EPOCH on both clocks."""
    return Frame(
        camera_id=CameraId(camera_id),
        sequence=sequence,
        captured_at=EPOCH + timedelta(seconds=seconds),
        clock=1000.0 + seconds,
        picture=picture or grey_picture(),
    )

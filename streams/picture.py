"""A decoder's picture, converted only when somebody looks at it.

Measured on 1280x720 (PyAV 18, one thread, milliseconds of processor time): whole picture to BGR 0.4; scaled to
640x360 in the same pass 0.7 with area averaging, 0.75 bilinear, 0.9 bicubic; converting whole and scaling with
OpenCV afterwards 0.7 and 2.7 MB more memory traffic. PyAV's default of as many swscale threads as cores costs
0.58 for the whole picture instead of 0.4.
"""

import threading
from typing import cast

import av
import numpy as np
from av.video.reformatter import Interpolation

from domain.frame import Pixels

_FORMAT = "bgr24"


class AvPicture:
    """An `av.VideoFrame` as a domain picture. Any thread may call any method.

    The lock is needed: swscale's context hangs on the frame, and PyAV changes the frame's colour tags while
    it converts.
    """

    __slots__ = ("_frame", "_lock")

    def __init__(self, frame: av.VideoFrame) -> None:
        self._frame = frame
        self._lock = threading.Lock()

    @property
    def width(self) -> int:
        return self._frame.width

    @property
    def height(self) -> int:
        return self._frame.height

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        """See `domain.frame.Picture`. The array is the caller's own. Raises ValueError on a size below 1."""
        target = (width or self.width, height or self.height)
        if min(target) < 1:
            raise ValueError(f"a picture needs at least one pixel, got {target[0]}x{target[1]}")
        shrinks = target[0] < self.width or target[1] < self.height
        with self._lock:
            converted = self._frame.reformat(
                width=target[0],
                height=target[1],
                format=_FORMAT,
                interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR,
                threads=1,
            )
        pixels = cast("Pixels", converted.to_ndarray())  # bgr24 is uint8; the library cannot say so
        # A camera that already sends BGR: the array would be the decoder's own memory.
        return np.array(pixels) if converted is self._frame else pixels

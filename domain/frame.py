"""One decoded picture of one camera, with the two clocks that it was taken by."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.ids import CameraId

Pixels = npt.NDArray[np.uint8]
Luma = npt.NDArray[np.uint8]


class Picture(Protocol):
    """Pixels that are converted only when somebody looks at them.

    A decoder's picture stays in its native layout (YUV planes): the network needs it small, evidence needs
    it whole, and most pictures are never needed as evidence. Methods may be called from any thread.
    """

    @property
    def width(self) -> int:
        """Width in pixels."""
        ...

    @property
    def height(self) -> int:
        """Height in pixels."""
        ...

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        """Pixels as uint8 of shape (height, width, 3) in BGR order, scaled to the given size if one is given."""
        ...

    def luma(self, width: int, height: int) -> Luma:
        """Brightness as uint8 of shape (height, width), as cheaply as the picture can give it.

        Range and weighting are the source's own: good for comparing two pictures of one camera, for nothing else.
        """
        ...


def require_utc(name: str, value: datetime) -> None:
    """Raise ValueError unless the instant is aware and in UTC."""
    if value.tzinfo is not UTC and value.utcoffset() != timedelta(0):  # nearly all are UTC itself: asking takes longer
        raise ValueError(f"{name} must be an aware UTC instant, got {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One decoded picture.

    `captured_at` says when (UTC wall clock, for people and records); `clock` is the same moment on the
    process's monotonic clock in seconds. Ages, dwell and timeouts use `clock`, so a wall clock that jumps
    changes no decision. `sequence` grows by at least one per frame of a camera.
    """

    camera_id: CameraId
    sequence: int
    captured_at: datetime
    clock: float
    picture: Picture

    def __post_init__(self) -> None:
        require_utc("captured_at", self.captured_at)

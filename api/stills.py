"""A camera's newest picture as a small JPEG, and only while it is fresh."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

import cv2

from api.errors import NoFreshPictureError
from api.figure_ports import WatchedCamera
from domain.frame import Frame
from domain.ids import CameraId
from domain.organisation import Camera
from streams.ports import Fleet

JPEG_QUALITY = 80
MOST_KEPT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    content: bytes
    captured_at: datetime
    age_seconds: float


def fresh_limit_seconds(analysed_fps: float, fresh_seconds: float) -> float:
    """How old a picture may be: the setting, or three pictures' time of a camera that is looked at rarely."""
    return max(fresh_seconds, 3.0 / analysed_fps)


def still_size(width: int, height: int, greatest_width: int) -> tuple[int, int]:
    """Width and height of the still: even numbers (decoders' planes want them), never above the picture's own."""
    if width <= greatest_width:
        return width, height
    return greatest_width - greatest_width % 2, max(2, round(height * greatest_width / width / 2) * 2)


class StillMaker:
    """Scales and encodes each picture once, however many pages show it. Any thread; an encoding takes milliseconds."""

    def __init__(self, fleet: Fleet, *, greatest_width: int, fresh_seconds: float) -> None:
        self._fleet = fleet
        self._greatest_width = greatest_width
        self._fresh_seconds = fresh_seconds
        self._kept: OrderedDict[CameraId, tuple[Frame, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def limit_seconds(self, camera: Camera | WatchedCamera) -> float:
        return fresh_limit_seconds(camera.analysed_fps, self._fresh_seconds)

    def still(self, camera: Camera, clock: float) -> Still:
        """The newest picture. Raises NoFreshPictureError: an old one is never shown as if it were now."""
        limit = self.limit_seconds(camera)
        frame = self._fleet.latest_frame(camera.camera_id)
        if frame is None:
            raise NoFreshPictureError(camera.camera_id, None, limit)
        age = max(0.0, clock - frame.clock)
        if age > limit:
            raise NoFreshPictureError(camera.camera_id, age, limit)
        return Still(content=self._encoded(frame), captured_at=frame.captured_at, age_seconds=age)

    def _encoded(self, frame: Frame) -> bytes:
        with self._lock:
            kept = self._kept.get(frame.camera_id)
        if kept is not None and kept[0] is frame:
            return kept[1]
        content = _jpeg(frame, self._greatest_width)
        with self._lock:
            self._kept[frame.camera_id] = (frame, content)
            self._kept.move_to_end(frame.camera_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return content


def _jpeg(frame: Frame, greatest_width: int) -> bytes:
    picture = frame.picture
    width, height = still_size(picture.width, picture.height, greatest_width)
    encoded, content = cv2.imencode(".jpg", picture.bgr(width, height), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    assert encoded, "a picture of this size can always be encoded"
    return bytes(content.tobytes())

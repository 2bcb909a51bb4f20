"""A camera's picture for a person who says whether its place may be watched; shown, and kept nowhere."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2

from api.errors import BusyError, CameraNotShownError, PictureNotSeenError
from api.stills import JPEG_QUALITY, still_size
from domain.frame import Picture
from domain.geometry import Polygon
from domain.ids import CameraId, UserId
from domain.organisation import Camera, Source
from streams.errors import StreamError
from streams.ports import Fleet
from streams.privacy_mask import blacked

AT_ONCE = 2  # cameras that are opened at a time: each may take seconds
MOST_SHOWN = 1_000
VALID_SECONDS = 900.0
WIDTH_PX = 1280


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPicture:
    content: bytes
    sha256: str


class FirstPictures:
    """Any thread; `take` waits for the camera. Remembers by checksum which pictures were shown to whom, no pixels."""

    def __init__(self, fleet: Fleet, open_picture: Callable[[Source], Picture], clock: Callable[[], float]) -> None:
        self._fleet = fleet
        self._open_picture = open_picture
        self._clock = clock
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._shown: OrderedDict[tuple[CameraId, UserId, str], float] = OrderedDict()

    def take(self, camera: Camera, private: Sequence[Polygon], user_id: UserId) -> FirstPicture:
        """What the camera shows now, its private parts black. Raises CameraNotShownError and BusyError."""
        picture = blacked(self._picture(camera), private)
        width, height = still_size(picture.width, picture.height, WIDTH_PX)
        encoded, content = cv2.imencode(".jpg", picture.bgr(width, height), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        assert encoded, "a picture of this size can always be encoded"
        shown = FirstPicture(content=bytes(content), sha256=hashlib.sha256(bytes(content)).hexdigest())
        with self._lock:
            self._shown[camera.camera_id, user_id, shown.sha256] = self._clock()
            while len(self._shown) > MOST_SHOWN:
                self._shown.popitem(last=False)
        return shown

    def require_seen(self, camera_id: CameraId, user_id: UserId, sha256: str) -> None:
        """Raise PictureNotSeenError unless this picture was shown to this account within a quarter of an hour."""
        with self._lock:
            at = self._shown.get((camera_id, user_id, sha256))
        if at is None or self._clock() - at > VALID_SECONDS:
            raise PictureNotSeenError(camera_id)

    def _picture(self, camera: Camera) -> Picture:
        """Of a camera that is watched the newest picture; any other is opened for one."""
        frame = self._fleet.latest_frame(camera.camera_id) if camera.is_watched else None
        if frame is not None:
            return frame.picture
        if not self._room.acquire(blocking=False):
            raise BusyError("other cameras are being opened: try again")
        try:
            return self._open_picture(camera.analysed_source)
        except StreamError as error:
            raise CameraNotShownError(camera.camera_id, error.code.value) from None
        finally:
            self._room.release()

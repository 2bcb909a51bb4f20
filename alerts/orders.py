"""What the rules ask the recorder to put on record, and the room for the pictures that wait there."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

import cv2
import numpy as np

from alerts import life
from alerts.ports import CameraPlace
from domain.alert import Alert, Evidence
from domain.detection import Observation
from domain.frame import Frame, Pixels
from domain.ids import AlertId, CameraId
from domain.violation import Violation

# 15 pictures of 1080p: some 47 MB as a decoder keeps them (1.5 bytes a pixel).
_RAW_PIXELS = 32_000_000
# Beyond them 1080p takes 0.2 to 1 MB a picture at this quality.
_PACKED_BYTES = 64 * 1024 * 1024
_PACKED_QUALITY = 95


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseOrder:
    """A violation to be put on record, with the picture that confirmed it.

    `frame` is None where there was no room for one more picture (see PictureRoom). `observation` is None where nothing
    was seen: an alert about a device, which has no evidence. `note` goes with the first step.
    """

    alert_id: AlertId
    violation: Violation
    place: CameraPlace
    observation: Observation | None
    frame: Frame | None
    raised_at: datetime
    note: str = ""

    def alert(self, evidence: Sequence[Evidence]) -> Alert:
        """The alert as it begins."""
        return life.raise_alert(
            self.violation,
            alert_id=self.alert_id,
            enterprise_id=self.place.enterprise_id,
            site_id=self.place.site_id,
            local_day=self.violation.confirmed_at.astimezone(ZoneInfo(self.place.timezone)).date(),
            evidence=evidence,
            now=self.raised_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOrder:
    """A violation that is over."""

    alert_id: AlertId
    last_seen_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOrder:
    """A camera goes: the clips of its alerts are made now, of what there is. `is_done` is set afterwards."""

    camera_id: CameraId
    is_done: threading.Event = field(default_factory=threading.Event)


class PackedPicture:
    """A picture as JPEG in memory: a tenth of its size, unpacked whenever somebody looks at it. Any thread."""

    def __init__(self, pixels: Pixels) -> None:
        """Raises ValueError if the picture cannot be packed."""
        self.height, self.width = pixels.shape[:2]
        is_packed, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _PACKED_QUALITY])
        if not is_packed:
            raise ValueError(f"a picture of {self.width}x{self.height} cannot be packed")
        self._content = content

    @property
    def size_bytes(self) -> int:
        return int(self._content.nbytes)

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        """See `domain.frame.Picture`."""
        pixels = cast("Pixels", cv2.imdecode(self._content, cv2.IMREAD_COLOR))
        size = (width or self.width, height or self.height)
        if size == (self.width, self.height):
            return pixels
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def luma(self, width: int, height: int) -> Pixels:
        """Brightness, of shape (height, width)."""
        return np.asarray(cv2.cvtColor(self.bgr(width, height), cv2.COLOR_BGR2GRAY), dtype=np.uint8)


@dataclass(slots=True)
class _Waiting:
    frame: Frame | None
    raw_pixels: int = 0
    packed_bytes: int = 0
    orders: int = field(default=1)


class PictureRoom:
    """Bounds the memory of pictures that wait for their still, however slowly stills are made. Any thread.

    Up to `raw_pixels` wait as they are, more are packed as JPEG on the caller's thread (some 10 ms for 1080p) up to
    `packed_bytes`, and beyond that a picture is given up: its alert goes on record without a still. Orders
    about one frame share its picture. What is packed here is not masked yet and never leaves the memory.
    """

    def __init__(self, raw_pixels: int = _RAW_PIXELS, packed_bytes: int = _PACKED_BYTES) -> None:
        self._raw_pixels = raw_pixels
        self._packed_bytes = packed_bytes
        self._lock = threading.Lock()
        self._waiting: dict[tuple[CameraId, int], _Waiting] = {}

    def enter(self, frame: Frame) -> Frame | None:
        """The frame to wait with: itself, one with its picture packed, or None. `leave` once for each call."""
        with self._lock:
            waiting = self._waiting.get(_key(frame))
            if waiting is not None:
                waiting.orders += 1
                return waiting.frame
            waiting = self._waiting[_key(frame)] = self._admitted(frame)
            return waiting.frame

    def leave(self, observation: Observation) -> None:
        """One order about the observation's frame needs its picture no more."""
        with self._lock:
            key = (observation.camera_id, observation.sequence)
            waiting = self._waiting.get(key)
            if waiting is not None:
                waiting.orders -= 1
                if waiting.orders == 0:
                    del self._waiting[key]

    def _admitted(self, frame: Frame) -> _Waiting:
        pixels = frame.picture.width * frame.picture.height
        # One always fits, whatever its size.
        if not self._waiting or self._total("raw_pixels") + pixels <= self._raw_pixels:
            return _Waiting(frame, raw_pixels=pixels)
        if self._total("packed_bytes") >= self._packed_bytes:
            return _Waiting(None)
        try:
            packed = PackedPicture(frame.picture.bgr())
        except Exception:  # noqa: BLE001 - a supervisor: whatever a decoder's picture does, the alert goes on
            return _Waiting(None)
        return _Waiting(replace(frame, picture=packed), packed_bytes=packed.size_bytes)

    def _total(self, name: str) -> int:
        return sum(getattr(waiting, name) for waiting in self._waiting.values())


def _key(frame: Frame) -> tuple[CameraId, int]:
    return frame.camera_id, frame.sequence

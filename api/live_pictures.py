"""Pictures for people who look on: each camera's is encoded once per interval, whoever and however many look.

Nothing is decoded for them: they are pictures that were decoded for the analysis. One thread of low priority encodes,
one picture after the other; where it does not keep up, everybody gets fewer pictures and the analysis none the less.
"""

import asyncio
import base64
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import cv2
import structlog

from api.metrics import LIVE_PICTURE_SECONDS
from api.ports import Look, LookSource
from api.stills import fresh_limit_seconds
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId
from domain.organisation import Camera
from streams.ports import CameraCondition, Fleet

log = structlog.get_logger(__name__)

LOWEST_PRIORITY = 15  # of the encoding thread; 0 is that of the others, 19 the least that Linux knows
ALIGNED_SECONDS = 1.0  # a picture that was looked at is shown with its boxes if it is behind the newest by no more
BOXES_SECONDS = 2.5  # the gate looks every 2 seconds at the latest; boxes that are older say nothing
WATCH_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class LivePicture:
    """One encoded picture. `version` grows with each; `look` is what was seen in it, None where nobody looked."""

    camera_id: CameraId
    version: int
    content: bytes = field(repr=False)
    captured_at: datetime
    clock: float
    width_px: int
    height_px: int
    look: Observation | None

    def event(self, now: float, *, is_masked: bool = False) -> bytes:
        """As a server-sent event that tells its age at `now` of the frames' clock; masked: without its pixels."""
        told = self._masked if is_masked else self._whole
        return f'event: picture\ndata: {{"age_seconds":{max(0.0, now - self.clock):.2f},'.encode() + told

    @cached_property
    def _whole(self) -> bytes:
        return self._told(base64.b64encode(self.content).decode())

    @cached_property
    def _masked(self) -> bytes:
        return self._told(None)

    def _told(self, jpeg: str | None) -> bytes:
        """What is the same for all who look, encoded once: the rest of the event."""
        data = {
            "camera_id": self.camera_id,
            "version": self.version,
            "captured_at": self.captured_at.isoformat(),
            "width_px": self.width_px,
            "height_px": self.height_px,
            "jpeg": jpeg,
            **seen(self.look),
        }
        return json.dumps(data, separators=(",", ":")).removeprefix("{").encode() + b"\n\n"


def seen(look: Observation | None) -> dict[str, Any]:
    """Boxes and regions in fractions of the picture; `looked_at` is null where there is no look to show."""
    if look is None:
        return {"looked_at": None, "boxes": [], "regions": []}
    return {
        "looked_at": look.captured_at.isoformat(),
        "boxes": [
            {
                "track_id": track.track_id,
                "label": track.label,
                "confidence": round(track.confidence, 3),
                "is_confirmed": track.is_confirmed,
                **{edge: round(getattr(track.box, edge), 4) for edge in ("left", "top", "right", "bottom")},
                "attire": {worn.attribute: worn.state.value for worn in track.attire},
            }
            for track in look.tracks
            if track.is_visible
        ],
        "regions": [
            {
                "name": region.name,
                "state": region.state,
                "is_breach": region.is_breach,
                "corners": [[round(corner.x, 4), round(corner.y, 4)] for corner in region.region.corners],
            }
            for region in look.region_states
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    frame: Frame
    picture: LivePicture
    made_clock: float


class LivePictures:
    """The newest picture of each camera that somebody looks at. Event loop only, but for the encoding."""

    def __init__(
        self,
        fleet: Fleet,
        looks: LookSource,
        *,
        clock: Callable[[], float],
        interval_seconds: float,
        longest_px: int,
        quality: int,
        fresh_seconds: float,
    ) -> None:
        self._fleet = fleet
        self._looks = looks
        self._clock = clock
        self._interval_seconds = interval_seconds
        self._longest_px = longest_px
        self._quality = quality
        self._fresh_seconds = fresh_seconds
        self._kept: dict[CameraId, _Kept] = {}
        self._making: dict[CameraId, asyncio.Task[LivePicture | None]] = {}
        self._encoder: ThreadPoolExecutor | None = None
        self._version = 0
        self._is_stopped = False

    def stop(self) -> None:
        """End the thread after the picture that it is at."""
        self._is_stopped = True
        if self._encoder is not None:
            self._encoder.shutdown(wait=False, cancel_futures=True)

    async def current(self, camera: Camera) -> LivePicture | None:
        """The camera's picture, at most an interval behind its newest; None where it has no fresh one."""
        now = self._clock()
        self._looks.watch(camera.camera_id, now + WATCH_SECONDS)
        frame, look = self._choice(camera, now)
        if frame is None:
            self._kept.pop(camera.camera_id, None)
            return None
        kept = self._kept.get(camera.camera_id)
        if kept is not None and (kept.frame is frame or now - kept.made_clock < self._interval_seconds):
            return kept.picture if self._is_fresh(camera, kept.frame, now) else None
        making = self._making.get(camera.camera_id)
        if making is None:
            making = asyncio.get_running_loop().create_task(self._make(frame, look, now))
            self._making[camera.camera_id] = making
            making.add_done_callback(lambda _: self._making.pop(camera.camera_id, None))
        return await asyncio.shield(making)  # whoever leaves leaves the others their picture

    def _is_fresh(self, camera: Camera, frame: Frame, now: float) -> bool:
        return now - frame.clock <= fresh_limit_seconds(camera.analysed_fps, self._fresh_seconds)

    def _choice(self, camera: Camera, now: float) -> tuple[Frame | None, Observation | None]:
        """The picture to show, and what was seen in it: the one that was looked at if it is nearly the newest."""
        status = self._fleet.status(camera.camera_id)
        newest = self._fleet.latest_frame(camera.camera_id)
        if not camera.is_watched or status is None or status.condition is CameraCondition.OFFLINE or newest is None:
            return None, None
        if not self._is_fresh(camera, newest, now):
            return None, None
        return _aligned(newest, self._looks.latest(camera.camera_id))

    async def _make(self, frame: Frame, look: Observation | None, now: float) -> LivePicture | None:
        if self._is_stopped:
            return None
        if self._encoder is None:
            self._encoder = ThreadPoolExecutor(1, "live-pictures", initializer=_step_back)
        try:
            content, width, height = await asyncio.get_running_loop().run_in_executor(
                self._encoder, self._encoded, frame
            )
        except Exception:  # a foreign picture raises what it likes; the next one may be sound
            log.exception("live_picture_failed", camera_id=frame.camera_id)
            return None
        self._version += 1
        picture = LivePicture(
            camera_id=frame.camera_id,
            version=self._version,
            content=content,
            captured_at=frame.captured_at,
            clock=frame.clock,
            width_px=width,
            height_px=height,
            look=look,
        )
        self._kept[frame.camera_id] = _Kept(frame=frame, picture=picture, made_clock=now)
        return picture

    def _encoded(self, frame: Frame) -> tuple[bytes, int, int]:
        with LIVE_PICTURE_SECONDS.time():
            width, height = live_size(frame.picture.width, frame.picture.height, self._longest_px)
            pixels = frame.picture.bgr(width, height)
            is_encoded, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
            assert is_encoded, "a picture of this size can always be encoded"
            return bytes(content.tobytes()), width, height


def live_size(width: int, height: int, longest_px: int) -> tuple[int, int]:
    """Width and height with the longer side at most so long: even numbers, never above the picture's own."""
    scale = longest_px / max(width, height)
    if scale >= 1:
        return width, height
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _aligned(newest: Frame, look: Look | None) -> tuple[Frame, Observation | None]:
    if look is None or newest.clock - look.observation.clock > BOXES_SECONDS:
        return newest, None
    if look.frame is not None and newest.clock - look.observation.clock <= ALIGNED_SECONDS:
        return look.frame, look.observation
    return newest, look.observation


def _step_back() -> None:
    """The analysis goes first. Where the system forbids it the thread works at the common priority."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)

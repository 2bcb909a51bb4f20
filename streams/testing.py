"""Stand-ins for tests: a clock that is turned by hand, cameras that play what they are told, a fleet in memory."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from domain.frame import Frame, Luma, Pixels
from domain.ids import CameraId
from domain.organisation import Camera, Source
from streams.errors import StreamError
from streams.ports import CameraCondition, Clip, StatusListener, StreamProperties, StreamState, StreamStatus
from streams.settings import StreamSettings
from streams.sources.ports import DecodedPicture, Encoding, OpenSource, SourcePacket

START_UTC = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class FakeClock:
    """Both clocks stand still until they are turned; `jump_wall` moves only the one that people see."""

    def __init__(self) -> None:
        self._monotonic = 1000.0
        self._utc = START_UTC

    def monotonic(self) -> float:
        return self._monotonic

    def utc(self) -> datetime:
        return self._utc

    def advance(self, seconds: float) -> None:
        self._monotonic += seconds
        self._utc += timedelta(seconds=seconds)

    def jump_wall(self, seconds: float) -> None:
        self._utc += timedelta(seconds=seconds)


class FlatPicture:
    """A picture of one grey level."""

    def __init__(self, width: int = 64, height: int = 36, level: int = 128) -> None:
        self._width = width
        self._height = height
        self._level = level

    @property
    def width(self) -> int:
        return self._width

    @property
    def height(self) -> int:
        return self._height

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        return np.full((height or self._height, width or self._width, 3), self._level, dtype=np.uint8)

    def luma(self, width: int, height: int) -> Luma:
        return np.full((height, width), self._level, dtype=np.uint8)


def make_packet(
    pts_seconds: float | None = 0.0,
    *,
    is_keyframe: bool = True,
    is_corrupt: bool = False,
    payload: bytes = b"packet",
    dts_seconds: float | None = None,
) -> SourcePacket:
    return SourcePacket(
        payload=payload,
        pts_seconds=pts_seconds,
        dts_seconds=pts_seconds if dts_seconds is None else dts_seconds,
        is_keyframe=is_keyframe,
        is_corrupt=is_corrupt,
    )


Step = SourcePacket | StreamError | Callable[[], None]
"""A packet to give, an error to raise, or something to do first (turn a clock, block)."""


class ScriptedSource:
    """Plays its steps and then ends. One picture per packet, damaged where the packet is."""

    profile: str | None = "Main"
    reordered_pictures = 0

    def __init__(self, steps: Iterable[Step], *, fps: float | None = None, size: tuple[int, int] = (64, 36)) -> None:
        self._steps = deque(steps)
        self._fps = fps
        self._size = size
        self.wanted: list[bool] = []
        self.is_closed = False

    @property
    def properties(self) -> StreamProperties:
        return StreamProperties(codec="h264", width_px=self._size[0], height_px=self._size[1], declared_fps=self._fps)

    @property
    def encoding(self) -> Encoding:
        return Encoding(codec="h264", extradata=b"", width_px=self._size[0], height_px=self._size[1])

    def read(self) -> SourcePacket | None:
        while self._steps:
            step = self._steps.popleft()
            if isinstance(step, StreamError):
                raise step
            if isinstance(step, SourcePacket):
                return step
            step()
        return None

    def decode(self, packet: SourcePacket, *, is_wanted: bool) -> list[DecodedPicture]:
        self.wanted.append(is_wanted)
        return [
            DecodedPicture(
                picture=FlatPicture(*self._size),
                pts_seconds=packet.pts_seconds,
                is_keyframe=packet.is_keyframe,
                is_corrupt=packet.is_corrupt,
            )
        ]

    def decode_alone(self, packet: SourcePacket) -> list[DecodedPicture]:
        return self.decode(packet, is_wanted=True)

    def drain(self) -> list[DecodedPicture]:
        return []

    def close(self) -> None:
        self.is_closed = True


class ScriptedOpener:
    """Opens the next of its sources, or raises the next of its errors; at the end it repeats its last."""

    def __init__(self, *outcomes: OpenSource | StreamError | Callable[[], OpenSource]) -> None:
        self._outcomes = deque(outcomes)
        self._lock = threading.Lock()
        self.asked: list[tuple[Source, StreamSettings]] = []

    def open(self, source: Source, settings: StreamSettings) -> OpenSource:
        with self._lock:
            self.asked.append((source, settings))
            outcome = self._outcomes.popleft() if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, StreamError):
            raise outcome
        return outcome() if callable(outcome) else outcome


class RecordingListener:
    """Remembers what it was told; any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: list[StreamStatus] = []

    def camera_changed(self, status: StreamStatus) -> None:
        with self._lock:
            self._told.append(status)

    def told(self, camera_id: CameraId) -> list[CameraCondition]:
        with self._lock:
            return [status.condition for status in self._told if status.camera_id == camera_id]

    def statuses(self) -> list[StreamStatus]:
        with self._lock:
            return list(self._told)


class InMemoryFleet:
    """`streams.ports.Fleet` and `detector.ports.FrameSupply` without cameras: tests show it frames."""

    def __init__(self, listener: StatusListener | None = None) -> None:
        self._listener = listener
        self._changed = threading.Condition()
        self._cameras: dict[CameraId, Camera] = {}
        self._statuses: dict[CameraId, StreamStatus] = {}
        self._latest: dict[CameraId, Frame] = {}
        self._waiting: dict[CameraId, Frame] = {}
        self._told: dict[CameraId, CameraCondition] = {}
        self.clips: dict[CameraId, bytes] = {}
        """What `save_clip` writes for a camera; None is returned for the others."""

    def add(self, camera: Camera) -> None:
        with self._changed:
            if self._cameras.get(camera.camera_id) == camera:
                return
            self._cameras[camera.camera_id] = camera
            self._statuses.setdefault(camera.camera_id, _unseen(camera))

    def remove(self, camera_id: CameraId) -> None:
        with self._changed:
            for known in (self._cameras, self._statuses, self._latest, self._waiting, self._told):
                known.pop(camera_id, None)

    def statuses(self) -> list[StreamStatus]:
        with self._changed:
            return list(self._statuses.values())

    def status(self, camera_id: CameraId) -> StreamStatus | None:
        with self._changed:
            return self._statuses.get(camera_id)

    def latest_frame(self, camera_id: CameraId) -> Frame | None:
        with self._changed:
            return self._latest.get(camera_id)

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> Clip | None:
        content = self.clips.get(camera_id)
        if content is None:
            return None
        path.write_bytes(content)
        return Clip(path=path, started_at=START_UTC, seconds=end_clock - start_clock, media_type="video/mp4")

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, timeout_seconds)
            chosen = list(self._waiting.values())[:limit]
            for frame in chosen:
                del self._waiting[frame.camera_id]
            return sorted(chosen, key=lambda frame: frame.clock)

    def stop(self) -> None:
        """There is nothing to stop."""

    def show(self, frame: Frame) -> None:
        """As if the camera had just taken it."""
        with self._changed:
            if frame.camera_id not in self._cameras:
                raise KeyError(f"no camera {frame.camera_id} was added")
            self._latest[frame.camera_id] = frame
            self._waiting[frame.camera_id] = frame
            self._changed.notify_all()
        self.tell(frame.camera_id, CameraCondition.ONLINE, at=frame.captured_at)

    def tell(
        self, camera_id: CameraId, condition: CameraCondition, *, cause: str | None = None, at: datetime = START_UTC
    ) -> None:
        """Change a camera's condition; the listener is told if it is another one, or the first."""
        with self._changed:
            was = self._statuses[camera_id]
            if self._told.get(camera_id) is condition:
                return
            self._told[camera_id] = condition
            state = StreamState.WAITING if condition is CameraCondition.OFFLINE else StreamState.RUNNING
            status = replace(was, condition=condition, cause=cause, since=at, state=state)
            self._statuses[camera_id] = status
        if self._listener is not None:
            self._listener.camera_changed(status)


def _unseen(camera: Camera) -> StreamStatus:
    return StreamStatus(
        camera_id=camera.camera_id,
        state=StreamState.CONNECTING if camera.is_enabled else StreamState.STOPPED,
        condition=CameraCondition.OFFLINE,
        since=START_UTC,
        cause=None,
        detail=None,
        properties=None,
        last_frame_at=None,
        frames_decoded=0,
        frames_analysed=0,
        frames_dropped=0,
        reconnects=0,
    )

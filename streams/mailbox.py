"""Where decode threads and the inference thread meet: one waiting frame per camera, the newest.

Decode threads call `put` and `put_when_free`; the inference thread calls `take`; any thread calls `close`.
Every frame that is put is taken or counted as dropped with its cause.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.frame import Frame
from domain.ids import CameraId
from streams.clock import Clock
from streams.metrics import DropCause


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """`arrived_clock` is None for a frame that must not be dropped however long it waits."""

    frame: Frame
    arrived_clock: float | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told what became of a camera's frames; called with the mailbox locked, so it must be quick."""

    taken: Callable[[], None]
    dropped: Callable[[DropCause], None]


class Mailbox:
    """The newest frame of each camera, in the order in which cameras began to wait.

    A newer frame takes the place of the waiting one and keeps its turn: a fast camera cannot push back a
    slow one, and a slow reader still serves every camera before it serves one twice.
    """

    def __init__(self, *, clock: Clock, longest_age_seconds: float) -> None:
        self._clock = clock
        self._longest_age_seconds = longest_age_seconds
        self._changed = threading.Condition()
        self._slots: dict[CameraId, _Waiting] = {}  # dicts keep the order of insertion; replacing keeps the place
        self._readers: dict[CameraId, Reader] = {}

    def open(self, camera_id: CameraId, reader: Reader) -> None:
        with self._changed:
            self._readers[camera_id] = reader

    def close(self, camera_id: CameraId, reader: Reader) -> None:
        """Drop what waits of this reader and wake whoever waits to put; its later frames are refused."""
        with self._changed:
            if self._readers.get(camera_id) is reader:
                del self._readers[camera_id]
                waiting = self._slots.pop(camera_id, None)
                if waiting is not None:
                    reader.dropped(DropCause.REMOVED)
            self._changed.notify_all()

    def put(self, frame: Frame, reader: Reader) -> None:
        """Leave a live frame; a waiting one of the camera is superseded. Never blocks."""
        with self._changed:
            if self._readers.get(frame.camera_id) is not reader:
                reader.dropped(DropCause.REMOVED)
                return
            waiting = self._slots.get(frame.camera_id)
            if waiting is not None:
                reader.dropped(DropCause.SUPERSEDED)
            self._slots[frame.camera_id] = _Waiting(frame=frame, arrived_clock=self._clock.monotonic())
            self._changed.notify_all()

    def put_when_free(self, frame: Frame, reader: Reader, is_cancelled: Callable[[], bool]) -> None:
        """Leave a frame that must not be lost: wait until the camera's last one was taken."""
        with self._changed:
            while self._is_open(frame.camera_id, reader) and frame.camera_id in self._slots and not is_cancelled():
                self._changed.wait()
            if is_cancelled() or not self._is_open(frame.camera_id, reader):
                reader.dropped(DropCause.REMOVED)
                return
            self._slots[frame.camera_id] = _Waiting(frame=frame, arrived_clock=None)
            self._changed.notify_all()

    def wait_until_taken(self, camera_id: CameraId, is_cancelled: Callable[[], bool]) -> None:
        """Return when nothing of the camera waits any more."""
        with self._changed:
            while camera_id in self._slots and not is_cancelled():
                self._changed.wait()

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        """See `detector.ports.FrameSupply`. Oldest first; empty if none came in time."""
        if limit < 1:
            raise ValueError(f"limit must be at least 1, got {limit}")
        deadline = time.monotonic() + timeout_seconds
        with self._changed:
            while True:
                taken = self._next(limit)
                left = deadline - time.monotonic()
                if taken or left <= 0:
                    return sorted(taken, key=lambda frame: frame.clock)
                self._changed.wait(left)

    def _is_open(self, camera_id: CameraId, reader: Reader) -> bool:
        return self._readers.get(camera_id) is reader

    def _next(self, limit: int) -> list[Frame]:
        now = self._clock.monotonic()
        frames: list[Frame] = []
        for camera_id in list(self._slots):
            if len(frames) == limit:
                break
            waiting = self._slots.pop(camera_id)
            reader = self._readers[camera_id]
            if waiting.arrived_clock is not None and now - waiting.arrived_clock > self._longest_age_seconds:
                reader.dropped(DropCause.STALE)
                continue
            reader.taken()
            frames.append(waiting.frame)
        if frames:
            self._changed.notify_all()
        return frames

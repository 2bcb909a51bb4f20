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
from streams.load import Reading
from streams.metrics import DropCause


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """`arrived_clock` is None for a frame that must not be dropped however long it waits.

    `since_clock`: when the camera's turn to wait began; a frame that takes the place of another inherits it.
    """

    frame: Frame
    arrived_clock: float | None
    since_clock: float


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told what became of a camera's frames; called with the mailbox locked, so it must be quick."""

    taken: Callable[[], None]
    dropped: Callable[[DropCause], None]


class Mailbox:
    """The newest frame of each camera, in the order in which cameras began to wait.

    A newer frame takes the place of the waiting one and keeps its turn: a fast camera cannot push back a
    slow one. Cameras on which something is followed come first, but only before those that have waited for less than
    `patience_seconds`: behind these all are equal, and nobody is served twice while one of them waits.
    """

    def __init__(self, *, clock: Clock, longest_age_seconds: float, patience_seconds: float = 0.0) -> None:
        self._clock = clock
        self._longest_age_seconds = longest_age_seconds
        self._patience_seconds = patience_seconds
        self._followed: set[CameraId] = set()
        self._meter = LoadMeter(clock.monotonic())
        self._changed = threading.Condition()
        self._slots: dict[CameraId, _Waiting] = {}  # dicts keep the order of insertion; replacing keeps the place
        self._readers: dict[CameraId, Reader] = {}

    def follow(self, camera_id: CameraId, is_followed: bool) -> None:
        """Something is followed on the camera, or nothing any more. Any thread."""
        with self._changed:
            if is_followed and camera_id in self._readers:
                self._followed.add(camera_id)
            else:
                self._followed.discard(camera_id)

    def reading(self) -> Reading:
        """What happened to live frames since the last call. Any thread."""
        with self._changed:
            return self._meter.read(self._clock.monotonic())

    def open(self, camera_id: CameraId, reader: Reader) -> None:
        with self._changed:
            self._readers[camera_id] = reader

    def close(self, camera_id: CameraId, reader: Reader) -> None:
        """Drop what waits of this reader and wake whoever waits to put; its later frames are refused."""
        with self._changed:
            if self._readers.get(camera_id) is reader:
                del self._readers[camera_id]
                self._followed.discard(camera_id)
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
                self._meter.lost += 1
            now = self._clock.monotonic()
            since = now if waiting is None else waiting.since_clock
            self._slots[frame.camera_id] = _Waiting(frame=frame, arrived_clock=now, since_clock=since)
            self._changed.notify_all()

    def put_when_free(self, frame: Frame, reader: Reader, is_cancelled: Callable[[], bool]) -> None:
        """Leave a frame that must not be lost: wait until the camera's last one was taken."""
        with self._changed:
            while self._is_open(frame.camera_id, reader) and frame.camera_id in self._slots and not is_cancelled():
                self._changed.wait()
            if is_cancelled() or not self._is_open(frame.camera_id, reader):
                reader.dropped(DropCause.REMOVED)
                return
            now = self._clock.monotonic()
            self._slots[frame.camera_id] = _Waiting(frame=frame, arrived_clock=None, since_clock=now)
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
                self._meter.waiters(self._clock.monotonic(), more=1)
                self._changed.wait(left)
                self._meter.waiters(self._clock.monotonic(), more=-1)

    def _is_open(self, camera_id: CameraId, reader: Reader) -> bool:
        return self._readers.get(camera_id) is reader

    def _next(self, limit: int) -> list[Frame]:
        now = self._clock.monotonic()
        frames: list[Frame] = []
        for camera_id in self._in_turn(now):
            if len(frames) == limit:
                break
            waiting = self._slots.pop(camera_id)
            reader = self._readers[camera_id]
            if waiting.arrived_clock is not None:
                waited = now - waiting.arrived_clock
                if waited > self._longest_age_seconds:
                    reader.dropped(DropCause.STALE)
                    self._meter.lost += 1
                    continue
                self._meter.took(waited)
            reader.taken()
            frames.append(waiting.frame)
        if frames:
            self._changed.notify_all()
        return frames

    def _in_turn(self, now: float) -> list[CameraId]:
        """Whoever waited too long, then the followed, then the others; each in the order in which they began."""
        if not self._followed:
            return list(self._slots)

        def rank(camera_id: CameraId) -> int:
            if now - self._slots[camera_id].since_clock >= self._patience_seconds:
                return 0
            return 1 if camera_id in self._followed else 2

        return sorted(self._slots, key=rank)  # stable


class LoadMeter:
    """Counts what becomes of live frames, and how long somebody waited for one. Used with the mailbox locked."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._taken = 0
        self.lost = 0
        self._longest_wait = 0.0
        self._waiters = 0
        self._waiting_since = now
        self._spare_seconds = 0.0

    def took(self, waited_seconds: float) -> None:
        self._taken += 1
        self._longest_wait = max(self._longest_wait, waited_seconds)

    def waiters(self, now: float, *, more: int) -> None:
        """One thread more, or one fewer, waits for frames."""
        self._count_spare(now)
        self._waiters += more

    def read(self, now: float) -> Reading:
        """What was counted since the last call."""
        self._count_spare(now)
        seconds = now - self._since
        reading = Reading(
            seconds=seconds,
            taken=self._taken,
            lost=self.lost,
            longest_wait=self._longest_wait,
            spare=min(1.0, self._spare_seconds / seconds) if seconds > 0 else 0.0,
        )
        self._since, self._taken, self.lost, self._longest_wait, self._spare_seconds = now, 0, 0, 0.0, 0.0
        return reading

    def _count_spare(self, now: float) -> None:
        if self._waiters:
            self._spare_seconds += max(0.0, now - self._waiting_since)
        self._waiting_since = now

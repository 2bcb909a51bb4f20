"""All cameras of this process: the one door to them for the rest of the service."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from domain.attention import Attention
from domain.frame import Frame
from domain.geometry import Polygon
from domain.ids import CameraId
from domain.organisation import Camera
from streams.clock import Clock, SystemClock
from streams.load_watch import LoadWatch
from streams.mailbox import Mailbox
from streams.ports import Clip, StatusListener, StreamStatus
from streams.settings import StreamSettings
from streams.sources.ports import SourceOpener
from streams.sources.pyav import PyAvOpener
from streams.worker import CameraWorker

log = structlog.get_logger(__name__)

_TICK_SECONDS = 0.5  # how late a camera that falls silent is noticed, beyond `fresh_seconds`


class CameraFleet:
    """Implements `streams.ports.Fleet` and `detector.ports.FrameSupply`; any thread may call any method.

    One decode thread per camera, and one supervisor thread that judges conditions, tells the listener and
    leaves stuck threads behind. The listener is told of a camera's condition on the supervisor's thread:
    first when it is online or has failed; that it is starting is no news.
    """

    def __init__(
        self,
        settings: StreamSettings,
        listener: StatusListener,
        *,
        opener: SourceOpener | None = None,
        clock: Clock | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._opener = opener or PyAvOpener()
        self._clock = clock or SystemClock()
        self._jitter = jitter
        self._mailbox = Mailbox(
            clock=self._clock,
            longest_age_seconds=settings.frame_longest_age_seconds,
            patience_seconds=settings.load.calm_wait_seconds,
        )
        self._load = LoadWatch(settings.load, self._clock, self._mailbox.reading)
        self._lock = threading.Lock()
        self._workers: dict[CameraId, CameraWorker] = {}
        self._private: dict[CameraId, tuple[Polygon, ...]] = {}
        self._dirty = threading.Event()
        self._stopped = threading.Event()
        self._stop_deadline: float | None = None  # a second `stop` has no time of its own
        self._supervisor = threading.Thread(target=self._supervise, name="camera-supervisor", daemon=True)
        self._supervisor.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def add(self, camera: Camera) -> None:
        """See `streams.ports.Fleet`. Raises RuntimeError after `stop`."""
        with self._lock:
            if self._stopped.is_set():
                raise RuntimeError("the fleet was stopped")
            present = self._workers.get(camera.camera_id)
            if present is not None and _runs_alike(present.camera, camera):
                present.adjust(camera)
                return
            if present is not None:
                present.cancel()
            worker = self._worker(camera, first_sequence=present.sequence if present is not None else 0)
            worker.private.hide(self._private.get(camera.camera_id, ()))
            self._workers[camera.camera_id] = worker
            worker.start()

    def remove(self, camera_id: CameraId) -> None:
        with self._lock:
            worker = self._workers.pop(camera_id, None)
            self._private.pop(camera_id, None)
            if worker is not None:
                worker.cancel()
                worker.forget_metrics()

    def hide(self, camera_id: CameraId, zones: Sequence[Polygon]) -> None:
        """These parts of the camera's pictures are black from now on. Call it before `add`; it holds until `remove`.

        Such a camera has no clips: its packets hold the whole picture.
        """
        with self._lock:
            self._private[camera_id] = tuple(zones)
            worker = self._workers.get(camera_id)
            if worker is not None:
                worker.private.hide(zones)

    def statuses(self) -> list[StreamStatus]:
        return [worker.status() for worker in self._all()]

    def status(self, camera_id: CameraId) -> StreamStatus | None:
        worker = self._get(camera_id)
        return worker.status() if worker is not None else None

    def latest_frame(self, camera_id: CameraId) -> Frame | None:
        worker = self._get(camera_id)
        return worker.latest_frame() if worker is not None else None

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> Clip | None:
        worker = self._get(camera_id)
        return worker.save_clip(start_clock, end_clock, path) if worker is not None else None

    def follow(self, camera_id: CameraId, is_followed: bool) -> None:
        """Something is followed on the camera, or nothing any more: it is served before calm ones and slowed last."""
        worker = self._get(camera_id)
        if worker is not None:
            worker.follow(is_followed)
            self._mailbox.follow(camera_id, is_followed)

    def is_slowed(self) -> bool:
        """There is more to look at than can be looked at, and cameras are looked at less often."""
        return self._load.level > 0.0

    def attend(self, camera_id: CameraId, attention: Attention) -> None:
        """See `detector.ports.AttentionSink`. A camera that is not there any more is no news."""
        worker = self._get(camera_id)
        if worker is not None:
            worker.attend(attention)

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        """See `detector.ports.FrameSupply`."""
        return [self._hidden(frame) for frame in self._mailbox.take(limit, timeout_seconds)]

    def _hidden(self, frame: Frame) -> Frame:
        """A frame that waited while a part of it became private is blackened now."""
        worker = self._get(frame.camera_id)
        return frame if worker is None else worker.private.hidden(frame)

    def stop(self) -> None:
        """End all threads; those still inside a library call after the grace time are left behind. Idempotent."""
        with self._lock:
            self._stopped.set()
            if self._stop_deadline is None:
                self._stop_deadline = time.monotonic() + self._settings.stop_grace_seconds
            deadline = self._stop_deadline
            workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        self._dirty.set()
        late = [worker for worker in workers if not worker.join(deadline - time.monotonic())]
        if threading.current_thread() is not self._supervisor:
            self._supervisor.join(max(0.1, deadline - time.monotonic()))
        for worker in late:
            log.warning("camera_left_behind", camera_id=worker.camera.camera_id)

    def _worker(self, camera: Camera, *, first_sequence: int) -> CameraWorker:
        return CameraWorker(
            camera,
            self._settings,
            mailbox=self._mailbox,
            opener=self._opener,
            clock=self._clock,
            jitter=self._jitter,
            changed=self._dirty.set,
            first_sequence=first_sequence,
            load_level=self._load.level,
        )

    def _get(self, camera_id: CameraId) -> CameraWorker | None:
        with self._lock:
            return self._workers.get(camera_id)

    def _all(self) -> list[CameraWorker]:
        with self._lock:
            return list(self._workers.values())

    def _supervise(self) -> None:
        while not self._stopped.is_set():
            self._dirty.wait(_TICK_SECONDS)
            self._dirty.clear()
            if self._load.tick():
                for worker in self._all():
                    worker.slow(self._load.level)
            for worker in self._all():
                self._look_after(worker)

    def _look_after(self, worker: CameraWorker) -> None:
        if self._stopped.is_set():
            return
        try:
            worker.rescue()
            status = worker.judge()
            if status is not None and self._get(status.camera_id) is worker:
                self._listener.camera_changed(status)
        except Exception:  # one camera's defect, or its listener's, must not blind the watch over the others
            log.exception("camera_supervision_failed", camera_id=worker.camera.camera_id)


def _runs_alike(present: Camera, wanted: Camera) -> bool:
    return present.source == wanted.source and present.is_watched == wanted.is_watched

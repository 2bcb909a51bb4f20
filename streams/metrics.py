"""What Prometheus learns of cameras. The label `camera` is the camera's id; a removed camera's series go with it."""

from collections.abc import Iterable
from enum import StrEnum

from prometheus_client import Counter, Gauge, Histogram

from domain.ids import CameraId
from streams.errors import StreamErrorCode
from streams.ports import PictureFault
from streams.slumber import WakeCause


class FrameOutcome(StrEnum):
    """What became of a decoded picture."""

    TAKEN = "taken"
    NOT_DUE = "not_due"
    DROPPED = "dropped"


class DropCause(StrEnum):
    """Why a picture that was due was not analysed."""

    SUPERSEDED = "superseded"  # a newer one of the camera came before it was taken
    STALE = "stale"  # it waited too long
    CORRUPT = "corrupt"  # damaged, or built on a damaged one
    REMOVED = "removed"  # the camera was removed or stopped before it was taken


FRAMES = Counter("brightkitchen_frames_total", "Decoded pictures by what became of them.", ["camera", "outcome"])
FRAMES_DROPPED = Counter(
    "brightkitchen_frames_dropped_total", "Pictures that were due and not analysed, by cause.", ["camera", "cause"]
)
CAMERA_UP = Gauge(
    "brightkitchen_camera_up", "1 while fresh pictures of the camera arrive that can be relied on, else 0.", ["camera"]
)
PICTURE_FAULT = Gauge(
    "brightkitchen_camera_picture_fault",
    "1 while the camera's pictures are frozen, dark, covered, defocused or moved, else 0.",
    ["camera", "fault"],
)
SIGHT_SECONDS = Histogram(
    "brightkitchen_camera_sight_seconds",
    "Time to find out from one picture whether a camera's pictures can be relied on.",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1),
)
RECONNECTS = Counter(
    "brightkitchen_camera_reconnects_total",
    "Tries to get a lost camera back, by cause of the loss.",
    ["camera", "cause"],
)
PACKETS_CORRUPT = Counter(
    "brightkitchen_packets_corrupt_total",
    "Packets that were damaged, came after a loss or could not be decoded.",
    ["camera"],
)
RATE_SHARE = Gauge(
    "brightkitchen_analysed_rate_share",
    "How far cameras keep their own rate under overload, by class: calm (nothing is followed) or followed; "
    "1 is all of it, 0 the least rate of the class.",
    ["cameras"],
)
CAMERA_IDLE = Gauge(
    "brightkitchen_camera_idle",
    "1 while nothing happens and only the camera's keyframes are decoded, else 0.",
    ["camera"],
)
PICTURES_SPARED = Counter(
    "brightkitchen_pictures_not_decoded_total",
    "Pictures that were not decoded because their camera was idle.",
    ["camera"],
)
WAKES = Counter(
    "brightkitchen_camera_wakes_total",
    "Idle cameras decoded whole again, by cause: attention (something changed), size (an encoded picture was unusually "
    "large), late (no keyframe that gives a picture came).",
    ["camera", "cause"],
)
DEVICE_CLOCK = Gauge(
    "brightkitchen_camera_clock_offset_seconds",
    "The camera's own clock less this machine's, of cameras that send wall times (RTCP).",
    ["camera"],
)
ABANDONED_THREADS = Gauge(
    "brightkitchen_abandoned_camera_threads", "Camera threads left behind in a library call that does not return."
)


class CameraMetrics:
    """One camera's series; any thread.

    Recording after `remove` is silent, so a late thread revives nothing.
    """

    def __init__(self, camera_id: CameraId) -> None:
        self._camera_id = camera_id
        self._outcomes = {outcome: FRAMES.labels(camera_id, outcome) for outcome in FrameOutcome}
        self._drops = {cause: FRAMES_DROPPED.labels(camera_id, cause) for cause in DropCause}
        self._up = CAMERA_UP.labels(camera_id)
        self._faults = {fault: PICTURE_FAULT.labels(camera_id, fault) for fault in PictureFault}
        self._corrupt = PACKETS_CORRUPT.labels(camera_id)
        self._idle = CAMERA_IDLE.labels(camera_id)
        self._spared = PICTURES_SPARED.labels(camera_id)
        self._wakes = {cause: WAKES.labels(camera_id, cause) for cause in WakeCause}
        self._has_clock = False
        self._is_removed = False

    def taken(self) -> None:
        self._outcomes[FrameOutcome.TAKEN].inc()

    def not_due(self) -> None:
        self._outcomes[FrameOutcome.NOT_DUE].inc()

    def dropped(self, cause: DropCause) -> None:
        self._outcomes[FrameOutcome.DROPPED].inc()
        self._drops[cause].inc()

    def corrupt_packet(self) -> None:
        self._corrupt.inc()

    def rested(self) -> None:
        self._spared.inc()

    def idle(self, is_idle: bool) -> None:
        self._idle.set(1.0 if is_idle else 0.0)

    def woke(self, cause: WakeCause) -> None:
        self._wakes[cause].inc()

    def up(self, is_up: bool) -> None:
        self._up.set(1.0 if is_up else 0.0)

    def fault(self, present: str | None) -> None:
        """`present` is a PictureFault; any other cause is none."""
        for fault, gauge in self._faults.items():
            gauge.set(1.0 if fault == present else 0.0)

    def clock_offset(self, seconds: float | None) -> None:
        """None where it is not known: then nothing is shown."""
        if seconds is not None and not self._is_removed:
            DEVICE_CLOCK.labels(self._camera_id).set(seconds)
            self._has_clock = True
        elif self._has_clock:
            DEVICE_CLOCK.remove(self._camera_id)
            self._has_clock = False

    def reconnect(self, cause: StreamErrorCode) -> None:
        if not self._is_removed:
            RECONNECTS.labels(self._camera_id, cause).inc()

    def remove(self) -> None:
        self._is_removed = True
        self.clock_offset(None)
        _remove(FRAMES, self._camera_id, FrameOutcome)
        _remove(FRAMES_DROPPED, self._camera_id, DropCause)
        _remove(RECONNECTS, self._camera_id, StreamErrorCode)
        for fault in PictureFault:
            PICTURE_FAULT.remove(self._camera_id, fault)
        CAMERA_UP.remove(self._camera_id)
        PACKETS_CORRUPT.remove(self._camera_id)
        CAMERA_IDLE.remove(self._camera_id)
        PICTURES_SPARED.remove(self._camera_id)
        _remove(WAKES, self._camera_id, WakeCause)


def _remove(counter: Counter, camera_id: CameraId, values: Iterable[str]) -> None:
    for value in values:
        counter.remove(camera_id, value)

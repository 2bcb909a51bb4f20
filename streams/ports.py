"""What the rest of the service sees of cameras, and the source port each adapter implements."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from domain.frame import Frame
from domain.ids import CameraId
from domain.organisation import Camera


class StreamState(StrEnum):
    """Named states of a camera's worker; the table of allowed moves stands in `streams.states`."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    RUNNING = "running"
    WAITING = "waiting"  # for the next try after a failure
    ENDED = "ended"  # a file that does not loop was played to its end
    FAILED = "failed"  # trying again cannot help: no such file, refused password; retried at the longest wait


class CameraCondition(StrEnum):
    """What people and MQTT are told. There is no "fine": without a fresh picture nothing is known.

    `TAMPERED`: fresh pictures come, but they cannot be relied on; the cause is a `PictureFault`.
    """

    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"
    TAMPERED = "tampered"


class PictureFault(StrEnum):
    """Why pictures that come are no pictures of the place; the cause of `CameraCondition.TAMPERED`."""

    FROZEN = "frozen"  # the same picture again and again
    DARK = "dark"
    COVERED = "covered"  # no structure, one colour
    DEFOCUSED = "defocused"
    MOVED = "moved"  # against what the camera showed when it was learnt


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamProperties:
    """What a source declares once it is open; `declared_fps` is None where it does not say."""

    codec: str
    width_px: int
    height_px: int
    declared_fps: float | None
    decoder: str = "software"
    """What decodes: software (the processor) or the device that was opened for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStatus:
    """A camera's worker at one moment. `cause` is a `streams.errors.StreamErrorCode` or `PictureFault`, never a URL.

    `analysed_fps` is how many pictures a second are due now; `is_slowed`: fewer than the camera's own rate, because
    there is more to look at than can be looked at.
    """

    camera_id: CameraId
    state: StreamState
    condition: CameraCondition
    since: datetime
    cause: str | None
    detail: str | None
    properties: StreamProperties | None
    last_frame_at: datetime | None
    frames_decoded: int
    frames_analysed: int
    frames_dropped: int
    reconnects: int
    analysed_fps: float | None = None
    is_slowed: bool = False
    is_idle: bool = False
    """Nothing happens, and only its keyframes are decoded."""
    clock_offset_seconds: float | None = None
    """The camera's own clock less this machine's; None where it sends no wall time or is not connected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A remuxed clip on disk. `started_at` is the wall time of its first picture."""

    path: Path
    started_at: datetime
    seconds: float
    media_type: str


class StatusListener(Protocol):
    """Told once of each change of a camera's condition, on the fleet's one supervising thread; must not block."""

    def camera_changed(self, status: StreamStatus) -> None: ...


class Fleet(Protocol):
    """All cameras of this process. Every method may be called from any thread."""

    def add(self, camera: Camera) -> None:
        """Start a camera, or restart it if its source changed. Never waits for the camera."""
        ...

    def remove(self, camera_id: CameraId) -> None: ...

    def statuses(self) -> list[StreamStatus]: ...

    def status(self, camera_id: CameraId) -> StreamStatus | None: ...

    def latest_frame(self, camera_id: CameraId) -> Frame | None:
        """The newest decoded picture that was due, or None. Whoever shows it shows its age too."""
        ...

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> Clip | None:
        """Remux the packets between two monotonic instants (starting at the keyframe before) into an MP4.

        Nothing is re-encoded. None where the ring holds no keyframe of that time.
        Raises OSError on disk errors.
        """
        ...

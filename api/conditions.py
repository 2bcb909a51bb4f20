"""How a camera is, in the words that people and programs are told."""

from domain.organisation import Camera
from streams.ports import StreamStatus

PAUSED = "paused"


def condition_of(camera: Camera, status: StreamStatus | None) -> str:
    """A `CameraCondition`, or `paused`; a camera of which nothing is known is offline."""
    if not camera.is_enabled:
        return PAUSED
    return status.condition.value if status else "offline"


def cause_of(camera: Camera, status: StreamStatus | None) -> str | None:
    """Why; None while nothing is wrong or nothing is known."""
    if status is not None:
        return status.cause
    return None if camera.is_enabled else PAUSED

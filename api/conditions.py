"""How a camera is, in the words that people and programs are told."""

from domain.organisation import Camera
from domain.place_check import PlaceStanding
from streams.ports import StreamStatus

PAUSED = "paused"
UNCONFIRMED = "unconfirmed"  # nobody has looked yet whether it shows a place that must not be watched
FORBIDDEN = "forbidden"  # somebody has, and it does


def _withheld(camera: Camera) -> str | None:
    """Why nothing is looked at; None where it is."""
    if camera.place.standing is PlaceStanding.FORBIDDEN:
        return FORBIDDEN
    if not camera.is_enabled:
        return PAUSED
    return UNCONFIRMED if camera.place.standing is PlaceStanding.AWAITED else None


def condition_of(camera: Camera, status: StreamStatus | None) -> str:
    """A `CameraCondition`, `paused`, `unconfirmed` or `forbidden`; one of which nothing is known is offline."""
    return _withheld(camera) or (status.condition.value if status else "offline")


def cause_of(camera: Camera, status: StreamStatus | None) -> str | None:
    """Why; None while nothing is wrong or nothing is known."""
    if status is not None:
        return status.cause
    return _withheld(camera)

"""How a camera is, in the words that people and programs are told."""

from domain.organisation import Camera
from domain.place_check import PlaceStanding
from streams.ports import StreamStatus

PAUSED = "paused"
UNCONFIRMED = "unconfirmed"  # nobody has looked yet whether it shows a place that must not be watched
FORBIDDEN = "forbidden"  # somebody has, and it does


def _withheld(standing: PlaceStanding, *, is_enabled: bool) -> str | None:
    """Why nothing is looked at; None where it is."""
    if standing is PlaceStanding.FORBIDDEN:
        return FORBIDDEN
    if not is_enabled:
        return PAUSED
    return UNCONFIRMED if standing is PlaceStanding.AWAITED else None


def condition_of(camera: Camera, status: StreamStatus | None) -> str:
    """A `CameraCondition`, `paused`, `unconfirmed` or `forbidden`; one of which nothing is known is offline."""
    return condition_at(camera.place.standing, status, is_enabled=camera.is_enabled)


def condition_at(standing: PlaceStanding, status: StreamStatus | None, *, is_enabled: bool) -> str:
    """As `condition_of`, where no more than this is known of the camera."""
    return _withheld(standing, is_enabled=is_enabled) or (status.condition.value if status else "offline")


def cause_of(camera: Camera, status: StreamStatus | None) -> str | None:
    """Why; None while nothing is wrong or nothing is known."""
    if status is not None:
        return status.cause
    return _withheld(camera.place.standing, is_enabled=camera.is_enabled)

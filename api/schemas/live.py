"""What a client of live pictures is told beside them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field

from api.fields import Shown
from api.schemas.registry import PauseView
from domain.ids import ZoneId
from domain.organisation import Camera
from domain.zone import Zone
from streams.ports import StreamStatus


class LiveState(Shown):
    """How a camera is. Without a picture nothing is known of the place: never read it as fine."""

    camera_id: str
    condition: str
    cause: str | None
    since: datetime | None
    has_picture: bool
    last_picture_at: datetime | None
    pause: PauseView | None


class LiveSettings(Shown):
    """What a page needs to know before it shows live pictures."""

    fps: Annotated[float, Field(description="Most pictures per second and camera.")]
    cameras: Annotated[int, Field(description="Most cameras of one feed.")]
    whep_url: Annotated[
        str | None,
        Field(description="Where a media server gives a camera's stream by WebRTC; {camera_id} stands for the camera."),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCamera:
    """A camera with its zones, as a client draws them."""

    camera: Camera
    zones: tuple[Zone, ...]
    asleep: frozenset[ZoneId]

    @classmethod
    def of(cls, camera: Camera, zones: list[Zone], asleep: frozenset[ZoneId] = frozenset()) -> Self:
        return cls(camera=camera, zones=tuple(zones), asleep=asleep)

    def shown(self) -> dict[str, Any]:
        return {
            "camera_id": self.camera.camera_id,
            "site_id": self.camera.site_id,
            "name": self.camera.name,
            "zones": [
                {
                    "zone_id": zone.zone_id,
                    "name": zone.name,
                    "type": zone.type.value,
                    "corners": [[corner.x, corner.y] for corner in zone.polygon.corners],
                    "is_asleep": zone.zone_id in self.asleep,
                }
                for zone in self.zones
            ],
        }


def state_of(
    camera: Camera, status: StreamStatus | None, condition: str, cause: str | None, *, has_picture: bool
) -> LiveState:
    """The state; the time of the last picture is told only where there is none now."""
    return LiveState(
        camera_id=camera.camera_id,
        condition=condition,
        cause=cause,
        since=status.since if status else (camera.pause.at if camera.pause else None),
        has_picture=has_picture,
        last_picture_at=status.last_frame_at if status and not has_picture else None,
        pause=None if camera.pause is None else PauseView.of(camera.pause),
    )

"""What an edge tells its centre of itself: names, zones and conditions of its cameras, never an address."""

import hashlib
import json
from typing import Any

from alerts.nodes.parcels import (
    CameraPart,
    CameraReport,
    EnterprisePart,
    Inventory,
    SchedulePart,
    SitePart,
    ZoneHoursPart,
    ZonePart,
)
from credit.ports import Registry
from domain.organisation import Camera
from domain.scope import Scope
from streams.ports import Fleet

_EVERYTHING = Scope.everything()
_PAGE = 1_000


class RegistryView:
    """Implements alerts.nodes.forwarder.EdgeView from the registry and the fleet. Any thread."""

    def __init__(self, registry: Registry, fleet: Fleet) -> None:
        self._registry = registry
        self._fleet = fleet

    def inventory(self) -> Inventory:
        """Raises JournalError."""
        parts: dict[str, Any] = {
            "enterprises": [
                EnterprisePart(
                    enterprise_id=firm.enterprise_id,
                    name=firm.name,
                    credit_code=firm.credit_code.value,
                    type=firm.type,
                )
                for firm in self._registry.list_enterprises(_EVERYTHING, None, _PAGE)
            ],
            "sites": [
                SitePart(
                    site_id=site.site_id,
                    enterprise_id=site.enterprise_id,
                    name=site.name,
                    schedule=SchedulePart.of(site.schedule),
                )
                for site in self._registry.list_sites(_EVERYTHING)
            ],
            "cameras": [self._camera(camera) for camera in self._registry.list_cameras(_EVERYTHING)],
        }
        return Inventory(digest=_digest(parts), **parts)

    def cameras(self) -> list[CameraReport]:
        """How each camera is now; one that is not watched is offline."""
        known = {status.camera_id: status for status in self._fleet.statuses()}
        return [
            CameraReport(
                camera_id=status.camera_id,
                condition=status.condition.value,
                since=status.since,
                cause=status.cause,
            )
            for status in known.values()
        ]

    def _camera(self, camera: Camera) -> CameraPart:
        return CameraPart(
            camera_id=camera.camera_id,
            site_id=camera.site_id,
            name=camera.name,
            analysed_fps=camera.analysed_fps,
            is_enabled=camera.is_watched,
            codes=None if camera.codes is None else sorted(camera.codes),
            zones=[
                ZonePart(
                    zone_id=zone.zone_id,
                    name=zone.name,
                    type=zone.type,
                    corners=[(corner.x, corner.y) for corner in zone.polygon.corners],
                    hours=None if zone.hours is None else ZoneHoursPart.of(zone.hours),
                )
                for zone in self._registry.list_zones(camera.camera_id)
            ],
        )


def _digest(parts: dict[str, Any]) -> str:
    told = {name: [part.model_dump(mode="json") for part in listed] for name, listed in parts.items()}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()

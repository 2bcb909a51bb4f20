"""Zones in which the network looks closer, kept for the inference threads: they may not wait for a database."""

from collections.abc import Collection, Iterable, Sequence

from domain.geometry import Box
from domain.ids import CameraId
from domain.zone import Zone, ZoneType


class MarkedZones:
    """The boxes around zones of the given types, by camera. Any thread; nothing here waits."""

    def __init__(self, types: Collection[ZoneType]) -> None:
        self._types = frozenset(types)
        self._boxes: dict[CameraId, tuple[Box, ...]] = {}

    def configure(self, camera_id: CameraId, zones: Iterable[Zone]) -> None:
        self._boxes[camera_id] = tuple(_around(zone) for zone in zones if zone.type in self._types)

    def remove(self, camera_id: CameraId) -> None:
        self._boxes.pop(camera_id, None)

    def boxes(self, camera_id: CameraId) -> Sequence[Box]:
        """See `detector.region_plan.Zones`."""
        return self._boxes.get(camera_id, ())


def _around(zone: Zone) -> Box:
    corners = zone.polygon.corners
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return Box(min(across), min(down), max(across), max(down))

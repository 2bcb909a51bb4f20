"""Zones in which the network looks closer, kept for the inference threads: they may not wait for a database."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime

from domain.geometry import Box
from domain.ids import CameraId
from domain.schedule import Schedule
from domain.zone import Zone, ZoneType

_ALWAYS_OPEN = Schedule()


class MarkedZones:
    """The boxes around zones of the given types that hold now, by camera. Any thread; nothing here waits."""

    def __init__(self, types: Collection[ZoneType], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._types = frozenset(types)
        self._now = now
        self._marked: dict[CameraId, tuple[Schedule, tuple[tuple[Zone, Box], ...]]] = {}

    def configure(self, camera_id: CameraId, zones: Iterable[Zone], schedule: Schedule = _ALWAYS_OPEN) -> None:
        marked = tuple((zone, _around(zone)) for zone in zones if zone.type in self._types)
        self._marked[camera_id] = schedule, marked

    def remove(self, camera_id: CameraId) -> None:
        self._marked.pop(camera_id, None)

    def boxes(self, camera_id: CameraId) -> Sequence[Box]:
        """See `detector.region_plan.Zones`."""
        schedule, marked = self._marked.get(camera_id, (_ALWAYS_OPEN, ()))
        now = self._now() if marked else None
        return tuple(box for zone, box in marked if now is not None and zone.holds(schedule, now))


def _around(zone: Zone) -> Box:
    corners = zone.polygon.corners
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return Box(min(across), min(down), max(across), max(down))

"""Parts of pictures that people said must not be seen, kept where nobody waits for a database."""

from collections.abc import Callable, Iterable, Sequence

from domain.geometry import Polygon
from domain.ids import CameraId
from domain.zone import Zone, ZoneType


class GuardedZones:
    """Implements alerts.ports.GuardedParts. Any thread; nothing here waits.

    `hide` is told a camera's private parts before the camera is started, and at each change (`CameraFleet.hide`).
    """

    def __init__(self, hide: Callable[[CameraId, Sequence[Polygon]], None]) -> None:
        self._hide = hide
        self._private: dict[CameraId, tuple[Polygon, ...]] = {}
        self._screens: dict[CameraId, tuple[Polygon, ...]] = {}

    def configure(self, camera_id: CameraId, zones: Iterable[Zone]) -> None:
        known = tuple(zones)
        private = tuple(zone.polygon for zone in known if zone.type is ZoneType.PRIVATE)
        self._private[camera_id] = private
        self._screens[camera_id] = tuple(zone.polygon for zone in known if zone.type is ZoneType.SCREEN)
        self._hide(camera_id, private)

    def remove(self, camera_id: CameraId) -> None:
        """Of a camera that is watched no more. The fleet forgets with the camera itself, not before."""
        self._private.pop(camera_id, None)
        self._screens.pop(camera_id, None)

    def has_private(self, camera_id: CameraId) -> bool:
        return bool(self._private.get(camera_id))

    def screens(self, camera_id: CameraId) -> Sequence[Polygon]:
        return self._screens.get(camera_id, ())

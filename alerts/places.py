"""Names of the cameras that are watched, for messages."""

import threading

from alerts.ports import PlaceNames
from domain.ids import CameraId, EnterpriseId, SiteId


class KnownPlaces:
    """NameSource that remembers what it was told. Any thread.

    A camera that was deleted keeps its name while the process lives: alerts about it are still being reviewed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[CameraId, PlaceNames] = {}

    def remember(self, camera_id: CameraId, names: PlaceNames) -> None:
        with self._lock:
            self._names[camera_id] = names

    def names(
        self,
        enterprise_id: EnterpriseId,  # noqa: ARG002 - the camera's entry names all three
        site_id: SiteId,  # noqa: ARG002
        camera_id: CameraId,
    ) -> PlaceNames:
        with self._lock:
            return self._names.get(camera_id, PlaceNames())

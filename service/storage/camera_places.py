"""Which enterprise and site a camera belongs to. Implements alerts.ports.CameraPlaces."""

import threading
import time
from collections.abc import Callable

from sqlalchemy import select

from alerts.errors import JournalError
from alerts.ports import CameraPlace
from domain.ids import CameraId
from service.storage.database import Database
from service.storage.rows import cameras, sites

# Another process that shares the database may move a camera without this one hearing of it.
LONGEST_MEMORY_SECONDS = 60.0


class SqlCameraPlaces:
    """Places read once and remembered until `forget` or for a minute. Any thread.

    Hand `forget` to SqlRegistry as its `on_change`. While the database is away the last known place is given.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[CameraId, tuple[float, CameraPlace]] = {}
        self._changes = 0

    def place(self, camera_id: CameraId) -> CameraPlace | None:
        """Raises alerts.errors.JournalError where the place is not known and the database cannot be asked."""
        with self._lock:
            known, changes = self._known.get(camera_id), self._changes
        if known is not None and self._clock() - known[0] < LONGEST_MEMORY_SECONDS:
            return known[1]
        try:
            found = self._read(camera_id)
        except JournalError:
            if known is not None:
                return known[1]
            raise
        with self._lock:
            # What was read before a change must not be remembered after it.
            if changes == self._changes:
                self._remember(camera_id, found)
        return found

    def forget(self) -> None:
        """The registry changed."""
        with self._lock:
            self._changes += 1
            self._known.clear()

    def _remember(self, camera_id: CameraId, found: CameraPlace | None) -> None:
        if found is None:
            self._known.pop(camera_id, None)
        else:
            self._known[camera_id] = (self._clock(), found)

    def _read(self, camera_id: CameraId) -> CameraPlace | None:
        query = (
            select(sites.c.enterprise_id, sites.c.site_id, sites.c.schedule)
            .join(cameras, cameras.c.site_id == sites.c.site_id)
            .where(cameras.c.camera_id == camera_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return CameraPlace(enterprise_id=row.enterprise_id, site_id=row.site_id, timezone=row.schedule["timezone"])

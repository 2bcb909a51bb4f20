"""All cameras of the cluster as the pages see them: statuses from the database, pictures from where they are."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import structlog

from alerts.errors import JournalError
from api.errors import NoFreshPictureError
from api.ports import UsedHeads
from domain.frame import Frame, Luma, Pixels
from domain.ids import CameraId
from domain.organisation import Camera
from domain.zone import Zone
from service.cluster.ports import PictureSource
from service.cluster.statuses import NODE_LOST, NOT_PLACED, status_of, unwatched
from service.storage.cluster import SqlCluster, StatusRow
from streams.ports import Clip, StreamStatus

log = structlog.get_logger(__name__)

_KEPT_SECONDS = 0.5  # statuses are read at most this often, however many ask


class RemotePicture:
    """A picture on another machine; its pixels travel when somebody looks. Implements domain.frame.Picture."""

    def __init__(self, source: PictureSource, group_id: str, camera_id: CameraId, width: int, height: int) -> None:
        self._source = source
        self._group_id = group_id
        self._camera_id = camera_id
        self.width = width
        self.height = height

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        """Raises NoFreshPictureError where the other machine does not answer in time."""
        found = self._source.pixels(self._group_id, self._camera_id, width or self.width, height or self.height)
        if found is None:
            raise NoFreshPictureError(self._camera_id, None, 0.0)
        return found

    def luma(self, width: int, height: int) -> Luma:
        return np.asarray(cv2.cvtColor(self.bgr(width, height), cv2.COLOR_BGR2GRAY), dtype=np.uint8)


class ClusterFleet:
    """Implements streams.ports.Fleet for the pages and the announcer; cameras are started and stopped by placement.

    A camera that has no place, or whose process has not reported for `silent_seconds`, is offline: nobody looks, so
    nothing is known. While the database is away the last statuses grow old, and cameras turn offline by that.
    """

    def __init__(
        self,
        cluster: SqlCluster,
        pictures: PictureSource,
        *,
        silent_seconds: float,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._cluster = cluster
        self._pictures = pictures
        self._silent_seconds = silent_seconds
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._rows: dict[CameraId, StatusRow] = {}
        self._groups: dict[CameraId, str | None] = {}
        self._lost_since: dict[CameraId, datetime] = {}
        self._sequence = 0

    def add(self, camera: Camera) -> None:
        """Placement starts cameras."""

    def remove(self, camera_id: CameraId) -> None:
        """Placement stops cameras."""

    def statuses(self) -> list[StreamStatus]:
        with self._lock:
            age = self._look()
            return [self._status(camera_id, age) for camera_id in sorted(self._groups)]

    def status(self, camera_id: CameraId) -> StreamStatus | None:
        with self._lock:
            age = self._look()
            return self._status(camera_id, age) if camera_id in self._groups else None

    def latest_frame(self, camera_id: CameraId) -> Frame | None:
        with self._lock:
            age = self._look()
            row = self._rows.get(camera_id)
            if row is None or row.age_seconds + age > self._silent_seconds:
                return None
            known, seen = row.status["properties"], row.status["frame_age_seconds"]
            captured_at = row.status["last_frame_at"]
            if known is None or seen is None or captured_at is None:
                return None
            self._sequence += 1
            return Frame(
                camera_id=camera_id,
                sequence=self._sequence,
                captured_at=datetime.fromisoformat(captured_at),
                clock=self._clock() - (seen + row.age_seconds + age),
                picture=RemotePicture(self._pictures, row.group_id, camera_id, known["width_px"], known["height_px"]),
            )

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> Clip | None:  # noqa: ARG002 - the group has the packets
        """None: clips are made where the camera is watched."""
        return None

    def used_on(self, camera_id: CameraId) -> UsedHeads | None:
        """Implements api.ports.HeadUse."""
        with self._lock:
            age = self._look()
            row = self._rows.get(camera_id)
            if row is None or row.age_seconds + age > self._silent_seconds:
                return None
            return UsedHeads(watched_by=row.group_id, versions=dict(row.status.get("heads") or {}))

    def is_judged(self, camera_id: CameraId) -> bool:
        """Whether the group that watches the camera says that its pictures are judged."""
        with self._lock:
            age = self._look()
            row = self._rows.get(camera_id)
            if row is None or row.age_seconds + age > self._silent_seconds:
                return False
            return bool(row.status.get("is_judged"))

    def _look(self) -> float:
        """Read anew if the last answer is old; return how old it is now, in seconds."""
        now = self._clock()
        if self._read_at is None or now - self._read_at > _KEPT_SECONDS:
            try:
                groups = self._cluster.placements()
                rows = {row.camera_id: row for row in self._cluster.statuses()}
            except JournalError as error:
                log.warning("statuses_not_read", reason=error.reason)
            else:
                self._groups, self._rows, self._read_at = groups, rows, now
        return 0.0 if self._read_at is None else now - self._read_at

    def _status(self, camera_id: CameraId, age: float) -> StreamStatus:
        row = self._rows.get(camera_id)
        if row is not None and row.age_seconds + age <= self._silent_seconds:
            self._lost_since.pop(camera_id, None)
            return status_of(camera_id, row.status)
        since = self._lost_since.setdefault(camera_id, self._now())
        return unwatched(camera_id, NOT_PLACED if self._groups[camera_id] is None else NODE_LOST, since)


class PlacedCameras:
    """Implements api.ports.CameraControl: the groups notice by themselves what the registry says."""

    def camera_saved(self, camera: Camera) -> None: ...

    def camera_deleted(self, camera_id: CameraId) -> None: ...

    def zones_changed(self, camera_id: CameraId, zones: list[Zone]) -> None: ...

"""Journal and outbox of one process among several that share a database."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Connection

from alerts.ports import FeedEntry, NewMessage, OutboxMessage, StepRecord
from domain.alert import Alert
from domain.ids import CameraId
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.leases import fence
from service.storage.outbox import SqlOutbox


def camera_lease(camera_id: CameraId) -> str:
    """The name of the lease that allows to judge a camera."""
    return f"camera/{camera_id}"


class FencedJournal(SqlAlertJournal):
    """What one process may record: steps of alerts of cameras whose lease it holds, checked in the same transaction.

    Raises LeaseLostError, which is final, where another process has the camera now. Evidence that an earlier holder
    was making is told once for each camera that was announced by `takes_over`. Any thread.
    """

    def __init__(self, database: Database, holder: str) -> None:
        super().__init__(database)
        self._holder = holder
        self._fresh: frozenset[CameraId] = frozenset()

    def takes_over(self, camera_ids: Collection[CameraId]) -> None:
        self._fresh = frozenset(camera_ids)

    def write(
        self,
        connection: Connection,
        alert: Alert,
        step: StepRecord,
        messages: Sequence[NewMessage],
        expected_sequence: int,
    ) -> FeedEntry:
        fence(connection, camera_lease(alert.violation.camera_id), self._holder)
        return super().write(connection, alert, step, messages, expected_sequence)

    def pending_evidence(self) -> list[Alert]:
        """Of the cameras just taken over only: what others are making is their business."""
        fresh = self._fresh
        return [alert for alert in super().pending_evidence() if alert.violation.camera_id in fresh] if fresh else []

    def open_cameras(self) -> list[CameraId]:
        """None: what is open on a camera that this process does not watch is for the one that does."""
        return []


class LeasedOutbox(SqlOutbox):
    """An outbox that looks empty to all processes but the one that may send now. Any thread."""

    def __init__(self, database: Database, may_send: Callable[[], bool]) -> None:
        super().__init__(database)
        self._may_send = may_send

    def pending(self, limit: int, after: int = 0) -> list[OutboxMessage]:
        return super().pending(limit, after) if self._may_send() else []

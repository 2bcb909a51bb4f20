"""Messages that wait for their PUBACK. Implements alerts.ports.Outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from alerts.ports import OutboxMessage
from service.storage.database import Database
from service.storage.rows import outbox

LONGEST_PAGE = 1_000


class SqlOutbox:
    """The messages that SqlAlertJournal stored beside their alerts, in the order of their steps. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, limit: int, after: int = 0) -> list[OutboxMessage]:
        query = (
            select(outbox)
            .where(outbox.c.message_id > after)
            .order_by(outbox.c.message_id)
            .limit(min(limit, LONGEST_PAGE))
        )
        with self._database.reading() as connection:
            return [
                OutboxMessage(
                    message_id=row.message_id,
                    topic=row.topic,
                    payload=bytes(row.payload),
                    created_at=row.created_at,
                    captured_at=row.captured_at,
                    attempts=row.attempts,
                )
                for row in connection.execute(query)
            ]

    def acknowledge(self, message_ids: Sequence[int]) -> None:
        if not message_ids:
            return
        with self._database.transaction() as connection:
            for some in _in_pages(message_ids):
                connection.execute(delete(outbox).where(outbox.c.message_id.in_(some)))

    def note_attempt(self, message_ids: Sequence[int]) -> None:
        if not message_ids:
            return
        with self._database.transaction() as connection:
            for some in _in_pages(message_ids):
                connection.execute(
                    update(outbox).where(outbox.c.message_id.in_(some)).values(attempts=outbox.c.attempts + 1)
                )

    def depth(self) -> int:
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(outbox)).scalar_one()

    def oldest_created_at(self) -> datetime | None:
        query = select(outbox.c.created_at).order_by(outbox.c.message_id).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).scalar()


def _in_pages(message_ids: Sequence[int]) -> list[Sequence[int]]:
    """SQLite takes a bounded number of parameters in one statement."""
    return [message_ids[start : start + LONGEST_PAGE] for start in range(0, len(message_ids), LONGEST_PAGE)]

"""Recipients in SQL. Implements alerts.notify.ports.RecipientBook."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from alerts.notify.errors import RecipientChangedError, RecipientNameTakenError
from alerts.notify.ports import DeliveryState
from alerts.notify.recipient import Recipient
from service.storage.database import Database
from service.storage.errors import violated
from service.storage.notify_rows import IS_WAITING, deliveries, recipients

_OWN_COLUMNS = {"recipient_id", "name", "sealed", "version", "created_at"}


class SqlRecipients:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_recipients(self) -> list[Recipient]:
        with self._database.reading() as connection:
            return [_recipient_of(row) for row in connection.execute(select(recipients).order_by(recipients.c.name))]

    def get(self, recipient_id: str) -> Recipient | None:
        query = select(recipients).where(recipients.c.recipient_id == recipient_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _recipient_of(row)

    def add(self, recipient: Recipient) -> None:
        with self._database.transaction() as connection:
            _named(recipient, lambda: connection.execute(insert(recipients).values(_values(recipient))))

    def update(self, recipient: Recipient, expected_version: int) -> Recipient:
        stored = recipient.model_copy(update={"version": expected_version + 1})
        own = (recipients.c.recipient_id == recipient.recipient_id) & (recipients.c.version == expected_version)
        with self._database.transaction() as connection:
            done = _named(recipient, lambda: connection.execute(update(recipients).where(own).values(_values(stored))))
            if done.rowcount != 1:
                raise _changed(connection, recipient.recipient_id, expected_version)
        return stored

    def delete(self, recipient_id: str, expected_version: int, now: datetime) -> None:
        own = (recipients.c.recipient_id == recipient_id) & (recipients.c.version == expected_version)
        with self._database.transaction() as connection:
            if connection.execute(delete(recipients).where(own)).rowcount != 1:
                raise _changed(connection, recipient_id, expected_version)
            connection.execute(
                update(deliveries)
                .where(deliveries.c.recipient_id == recipient_id, IS_WAITING)
                .values(state=DeliveryState.DROPPED, settled_at=now, reason="recipient deleted")
            )


def _named(recipient: Recipient, write: Any) -> Any:
    try:
        return write()
    except IntegrityError as error:
        if violated(error, recipients) != "uq_recipients_name":
            raise
        raise RecipientNameTakenError(recipient.name) from error


def _changed(connection: Connection, recipient_id: str, expected: int) -> RecipientChangedError:
    query = select(recipients.c.version).where(recipients.c.recipient_id == recipient_id)
    return RecipientChangedError(
        recipient_id, expected_version=expected, found_version=connection.execute(query).scalar()
    )


def _values(recipient: Recipient) -> dict[str, Any]:
    return {
        "recipient_id": recipient.recipient_id,
        "name": recipient.name,
        "document": recipient.model_dump(mode="json", exclude=_OWN_COLUMNS),
        "sealed": recipient.sealed,
        "version": recipient.version,
        "created_at": recipient.created_at,
    }


def _recipient_of(row: Row[Any]) -> Recipient:
    return Recipient(
        **row.document,
        recipient_id=row.recipient_id,
        name=row.name,
        sealed=row.sealed.get_secret_value(),
        version=row.version,
        created_at=row.created_at,
    )

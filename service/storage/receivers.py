"""Receivers of public records in SQL. Implements credit.push.ports.ReceiverBook."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from credit.push.errors import ReceiverChangedError, ReceiverInUseError, ReceiverNameTakenError
from credit.push.receiver import Receiver
from domain.ids import EnterpriseId
from service.storage.credit_rows import record_deliveries
from service.storage.database import Database
from service.storage.errors import violated
from service.storage.ledger_rows import take_turn
from service.storage.push_rows import record_pushes, record_receivers


class SqlReceivers:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_receivers(self) -> list[Receiver]:
        with self._database.reading() as connection:
            rows = connection.execute(select(record_receivers).order_by(record_receivers.c.name))
            return [_receiver_of(row) for row in rows]

    def get_receiver(self, receiver_id: str) -> Receiver | None:
        query = select(record_receivers).where(record_receivers.c.receiver_id == receiver_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _receiver_of(row)

    def add_receiver(self, receiver: Receiver) -> None:
        with self._database.transaction() as connection:
            try:
                connection.execute(insert(record_receivers).values(_values(receiver)))
            except IntegrityError as error:
                if violated(error, record_receivers) != "uq_record_receivers_name":
                    raise
                raise ReceiverNameTakenError(receiver.name) from error

    def update_receiver(self, receiver: Receiver, expected_version: int, now: datetime) -> Receiver:
        values = {**_values(receiver), "version": expected_version + 1}
        with self._database.transaction() as connection:
            changed = connection.execute(
                update(record_receivers).where(_own(receiver.receiver_id, expected_version)).values(values)
            )
            if changed.rowcount != 1:
                raise _changed(connection, receiver.receiver_id, expected_version)
            own = select(record_deliveries.c.delivery_id).where(record_deliveries.c.receiver == receiver.name)
            connection.execute(
                update(record_pushes)
                .where(record_pushes.c.delivery_id.in_(own), record_pushes.c.state == "waiting")
                .values(not_before=now)
            )
            row = connection.execute(
                select(record_receivers).where(record_receivers.c.receiver_id == receiver.receiver_id)
            ).one()
        return _receiver_of(row)

    def delete_receiver(self, receiver_id: str, expected_version: int) -> None:
        with self._database.transaction() as connection:
            take_turn(self._database, connection)  # nothing is ordered for it meanwhile
            row = connection.execute(select(record_receivers).where(_own(receiver_id, expected_version))).first()
            if row is None:
                raise _changed(connection, receiver_id, expected_version)
            if connection.execute(select(exists().where(record_deliveries.c.receiver == row.name))).scalar():
                raise ReceiverInUseError(row.name)
            connection.execute(delete(record_receivers).where(_own(receiver_id, expected_version)))


def _own(receiver_id: str, version: int) -> Any:
    return (record_receivers.c.receiver_id == receiver_id) & (record_receivers.c.version == version)


def _changed(connection: Connection, receiver_id: str, expected: int) -> ReceiverChangedError:
    query = select(record_receivers.c.version).where(record_receivers.c.receiver_id == receiver_id)
    return ReceiverChangedError(
        receiver_id, expected_version=expected, found_version=connection.execute(query).scalar()
    )


def _values(receiver: Receiver) -> dict[str, Any]:
    return {
        "receiver_id": receiver.receiver_id,
        "name": receiver.name,
        "is_everything": receiver.is_everything,
        "enterprise_ids": sorted(receiver.enterprise_ids),
        "shown_address": receiver.shown_address,
        "sealed": receiver.sealed,
        "is_enabled": receiver.is_enabled,
        "version": receiver.version,
        "created_at": receiver.created_at,
    }


def _receiver_of(row: Row[Any]) -> Receiver:
    return Receiver(
        receiver_id=row.receiver_id,
        name=row.name,
        is_everything=row.is_everything,
        enterprise_ids=frozenset(EnterpriseId(each) for each in row.enterprise_ids),
        shown_address=row.shown_address,
        sealed=row.sealed.get_secret_value(),
        is_enabled=row.is_enabled,
        version=row.version,
        created_at=row.created_at,
    )

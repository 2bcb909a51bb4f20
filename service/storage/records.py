"""Ledger C in SQL. Implements credit.ledger_ports.RecordBook.

The guards stand in the database as constraints and triggers (migration 0010); here they are only translated.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from credit.chain import link
from credit.errors import GuardError
from credit.records import RECORD_STEPS, RECORDS, Delivery, DeliveryAction, PublicRecord, RecordStep, require_step
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.storage.credit_rows import public_records, record_deliveries, record_steps
from service.storage.database import Database
from service.storage.ledger_rows import (
    delivery_of,
    guarded,
    last_link,
    record_of,
    record_values,
    step_of,
    step_values,
    take_turn,
)
from service.storage.pages import in_pages
from service.storage.scopes import within

LONGEST_LIST = 1_000


class SqlRecords:
    """Any thread; whoever extends a chain queues for a lock that is held until the commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_record(self, record: PublicRecord) -> None:
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            place = link(RECORDS, last_link(connection, public_records), record.content())
            with guarded(record.draft.document_no):
                connection.execute(insert(public_records).values(record_values(record, place)))

    def add_step(self, step: RecordStep, receivers: Sequence[str]) -> PublicRecord:
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            for before in records_of(connection, public_records.c.record_id == step.record_id):
                require_step(before, step.kind, step.at.date())  # again: another officer may have been first
            place = link(RECORD_STEPS, last_link(connection, record_steps), step.content())
            with guarded():
                connection.execute(insert(record_steps).values(step_values(step, place)))
                for position, receiver in enumerate(receivers):
                    connection.execute(
                        insert(record_deliveries).values(
                            delivery_id=f"{place.number}-{position}",
                            record_id=step.record_id,
                            receiver=receiver,
                            action=DeliveryAction.PUBLISH,
                            ordered_at=step.at,
                        )
                    )
            (record,) = records_of(connection, public_records.c.record_id == step.record_id)
        return record

    def record(self, record_id: str, scope: Scope) -> PublicRecord | None:
        with self._database.reading() as connection:
            found = records_of(connection, public_records.c.record_id == record_id, _visible(scope))
        return next(iter(found), None)

    def records(self, enterprise_id: EnterpriseId, scope: Scope) -> list[PublicRecord]:
        with self._database.reading() as connection:
            return records_of(connection, public_records.c.enterprise_id == enterprise_id, _visible(scope))

    def deliveries(self, record_id: str) -> list[Delivery]:
        query = (
            select(record_deliveries)
            .where(record_deliveries.c.record_id == record_id)
            .order_by(record_deliveries.c.ordered_at, record_deliveries.c.delivery_id)
        )
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(query)]

    def overdue_deliveries(self, today: date, scope: Scope) -> list[Delivery]:
        query = (
            select(record_deliveries)
            .join(public_records, public_records.c.record_id == record_deliveries.c.record_id)
            .where(record_deliveries.c.due_on < today, record_deliveries.c.delivered_at.is_(None), _visible(scope))
            .order_by(record_deliveries.c.due_on, record_deliveries.c.delivery_id)
            .limit(LONGEST_LIST)
        )
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(query)]

    def confirm_delivery(self, delivery_id: str, scope: Scope, confirmation: str, at: datetime) -> PublicRecord | None:
        columns = record_deliveries.c
        with self._database.transaction() as connection:
            row = connection.execute(select(record_deliveries).where(columns.delivery_id == delivery_id)).first()
            if row is None:
                return None
            found = records_of(connection, public_records.c.record_id == row.record_id, _visible(scope))
            if not found:
                return None
            if row.delivered_at is not None:
                raise GuardError("delivered_once", "a delivery that is not confirmed yet", "one that is")
            with guarded():
                connection.execute(
                    update(record_deliveries)
                    .where(columns.delivery_id == delivery_id)
                    .values(delivered_at=at, confirmation=confirmation)
                )
        return found[0]


def records_of(
    connection: Connection, *conditions: ColumnElement[bool], limit: int | None = LONGEST_LIST
) -> list[PublicRecord]:
    """Records with their steps, oldest first, as a part of a transaction; without a limit all of them."""
    query = select(public_records).where(*conditions).order_by(public_records.c.number).limit(limit)
    rows = connection.execute(query).all()
    steps: dict[str, list[RecordStep]] = defaultdict(list)
    for some in in_pages(rows):
        of_some = record_steps.c.record_id.in_([row.record_id for row in some])
        for row in connection.execute(select(record_steps).where(of_some).order_by(record_steps.c.number)):
            steps[row.record_id].append(step_of(row))
    return [record_of(row, tuple(steps[row.record_id])) for row in rows]


def _visible(scope: Scope) -> ColumnElement[bool]:
    return within(scope, public_records.c.enterprise_id, None)

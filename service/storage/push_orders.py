"""Which deliveries of public records are missing, and their order: parts of transactions of `pushes`."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, exists, insert, select

from credit.push.message import may_leave
from credit.push.receiver import Receiver
from credit.records import WITHDRAWAL_DAYS, DeliveryAction, RecordStepKind
from domain.scope import Scope
from service.storage.credit_rows import public_records, record_deliveries, record_steps
from service.storage.ledger_rows import guarded
from service.storage.records import records_of
from service.storage.scopes import within

_AT_ONCE = 500
_ENDS = {RecordStepKind.WITHDRAWN: DeliveryAction.WITHDRAW, RecordStepKind.REPAIRED: DeliveryAction.REPAIR}
OVER = (*_ENDS, RecordStepKind.EXPIRED)
"""Steps after which nothing of a record is public any more."""


def unordered(receiver: Receiver, today: date) -> Select[Any]:
    """Records whose publication may be in force and that the receiver has not been ordered to be told of."""
    step, other, delivery = record_steps, record_steps.alias(), record_deliveries.alias()
    contested, settled = record_steps.alias(), record_steps.alias()
    is_settled = exists().where(
        settled.c.record_id == contested.c.record_id,
        settled.c.kind == RecordStepKind.FINAL,
        settled.c.number > contested.c.number,
    )
    return (
        select(public_records.c.record_id, step.c.number)
        .join(step, step.c.record_id == public_records.c.record_id)
        .where(
            step.c.kind == RecordStepKind.PUBLISHED,
            step.c.ends_on >= today,
            within(_reach(receiver), public_records.c.enterprise_id, None),
            ~exists().where(other.c.record_id == public_records.c.record_id, other.c.kind.in_(OVER)),
            ~exists().where(
                contested.c.record_id == public_records.c.record_id,
                contested.c.kind == RecordStepKind.CONTESTED,
                ~is_settled,
            ),
            ~exists().where(
                delivery.c.record_id == public_records.c.record_id,
                delivery.c.receiver == receiver.name,
                delivery.c.action == DeliveryAction.PUBLISH,
            ),
        )
        .order_by(step.c.number)
    )


def _reach(receiver: Receiver) -> Scope:
    return Scope.everything() if receiver.is_everything else Scope(enterprise_ids=receiver.enterprise_ids)


def order_publications(connection: Connection, receiver: Receiver, today: date, now: datetime) -> int:
    found = connection.execute(unordered(receiver, today).limit(_AT_ONCE)).all()
    numbers = {row.record_id: row.number for row in found}
    ordered = 0
    for record in records_of(connection, public_records.c.record_id.in_(list(numbers))):
        if may_leave(record, today) is not None:
            continue  # somebody went around a guard
        with guarded():
            connection.execute(
                insert(record_deliveries).values(
                    delivery_id=f"{numbers[record.record_id]}-{receiver.receiver_id}",
                    record_id=record.record_id,
                    receiver=receiver.name,
                    action=DeliveryAction.PUBLISH,
                    ordered_at=now,
                )
            )
        ordered += 1
    return ordered


def unended() -> Select[Any]:
    """Publications of records that are over, without the order that a trigger makes: somebody went around it."""
    published, ended, step = record_deliveries, record_deliveries.alias(), record_steps
    return (
        select(published, step.c.kind, step.c.decided_on)
        .join(step, step.c.record_id == published.c.record_id)
        .where(
            published.c.action == DeliveryAction.PUBLISH,
            step.c.kind.in_(list(_ENDS)),
            ~exists().where(
                ended.c.record_id == published.c.record_id,
                ended.c.receiver == published.c.receiver,
                ended.c.action != DeliveryAction.PUBLISH,
            ),
        )
        .order_by(published.c.delivery_id)
        .limit(_AT_ONCE)
    )


def order_ends(connection: Connection, now: datetime) -> int:
    found = connection.execute(unended()).all()
    for row in found:
        action = _ENDS[row.kind]
        with guarded():
            connection.execute(
                insert(record_deliveries).values(
                    delivery_id=f"{action.value}-{row.delivery_id}",
                    record_id=row.record_id,
                    receiver=row.receiver,
                    action=action,
                    ordered_at=now,
                    due_on=row.decided_on + timedelta(days=WITHDRAWAL_DAYS),
                )
            )
    return len(found)

"""What is owed to whom, in SQL. Implements alerts.notify.ports.DeliveryLedger."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, func, insert, or_, select, tuple_, update

from alerts.notify.pacing import LONGEST_WAIT
from alerts.notify.ports import Delivery, DeliveryState, LedgerDepth, NewDelivery
from domain.alert import AlertStep
from domain.scope import Scope
from service.storage.database import Database
from service.storage.notify_rows import IS_WAITING, deliveries, notify_marks
from service.storage.pages import in_pages
from service.storage.rows import alert_steps
from service.storage.scopes import within

_FEED = "feed"


class SqlDeliveries:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self) -> int | None:
        with self._database.reading() as connection:
            value = connection.execute(select(notify_marks.c.value).where(notify_marks.c.name == _FEED)).scalar()
        return None if value is None else int(value)

    def enter(self, new: Sequence[NewDelivery], mark: int) -> None:
        with self._database.transaction() as connection:
            once: dict[tuple[str, str, int], NewDelivery] = {}
            for one in new:
                once.setdefault((one.recipient_id, one.alert_id, one.sequence), one)
            for keys in in_pages(list(once)):
                columns = (deliveries.c.recipient_id, deliveries.c.alert_id, deliveries.c.sequence)
                there = set(map(tuple, connection.execute(select(*columns).where(tuple_(*columns).in_(keys)))))
                rows = [_new_values(once[key]) for key in keys if key not in there]
                if rows:
                    connection.execute(insert(deliveries), rows)
            moved = connection.execute(update(notify_marks).where(notify_marks.c.name == _FEED).values(value=mark))
            if moved.rowcount == 0:
                connection.execute(insert(notify_marks).values(name=_FEED, value=mark))

    def due(self, recipient_id: str, now: datetime, limit: int) -> list[Delivery]:
        earlier = deliveries.alias("earlier")
        is_held_up = exists().where(
            earlier.c.recipient_id == recipient_id,
            earlier.c.alert_id == deliveries.c.alert_id,
            earlier.c.sequence < deliveries.c.sequence,
            earlier.c.state == DeliveryState.WAITING,
            earlier.c.not_before > now,
            earlier.c.not_before <= now + LONGEST_WAIT,
        )
        query = (
            select(deliveries)
            .where(deliveries.c.recipient_id == recipient_id, IS_WAITING, _is_due(now), ~is_held_up)
            .order_by(deliveries.c.delivery_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_delivery_of(row) for row in connection.execute(query)]

    def recipients_due(self, now: datetime) -> set[str]:
        query = select(deliveries.c.recipient_id).where(IS_WAITING, _is_due(now)).distinct()
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def payloads(self, wanted: Sequence[Delivery]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        key = tuple_(alert_steps.c.alert_id, alert_steps.c.sequence)
        with self._database.reading() as connection:
            for some in in_pages(wanted):
                numbers = {(one.alert_id, one.sequence): one.delivery_id for one in some}
                query = select(alert_steps).where(key.in_(list(numbers)))
                for row in connection.execute(query):
                    found[numbers[row.alert_id, row.sequence]] = row.payload
        return found

    def sent(self, delivery_ids: Sequence[int], at: datetime, message_id: str) -> None:
        self._settle(delivery_ids, DeliveryState.SENT, at, None, message_id=message_id)

    def bury(self, delivery_ids: Sequence[int], at: datetime, reason: str) -> None:
        self._settle(delivery_ids, DeliveryState.DEAD, at, reason)

    def drop(self, delivery_ids: Sequence[int], at: datetime, reason: str) -> None:
        self._settle(delivery_ids, DeliveryState.DROPPED, at, reason)

    def put_off(self, delivery_ids: Sequence[int], until: datetime, reason: str | None, *, is_attempt: bool) -> None:
        values: dict[str, Any] = {"not_before": until, "attempts": deliveries.c.attempts + int(is_attempt)}
        if reason is not None:
            values["reason"] = reason
        self._change(delivery_ids, **values)

    def messages_since(self, recipient_id: str, since: datetime) -> list[datetime]:
        query = (
            select(func.max(deliveries.c.settled_at, type_=deliveries.c.settled_at.type).label("at"))
            .where(
                deliveries.c.recipient_id == recipient_id,
                deliveries.c.state == DeliveryState.SENT,
                deliveries.c.settled_at > since,
            )
            .group_by(deliveries.c.message_id)
        )
        with self._database.reading() as connection:
            return sorted(row.at for row in connection.execute(query))

    def search(
        self, scope: Scope, *, recipient_id: str | None, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[Delivery]:
        conditions: list[ColumnElement[bool]] = [within(scope, deliveries.c.enterprise_id, deliveries.c.site_id)]
        if recipient_id is not None:
            conditions.append(deliveries.c.recipient_id == recipient_id)
        if state is not None:
            conditions.append(deliveries.c.state == state)
        if before is not None:
            conditions.append(deliveries.c.delivery_id < before)
        query = select(deliveries).where(*conditions).order_by(deliveries.c.delivery_id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_delivery_of(row) for row in connection.execute(query)]

    def again(self, scope: Scope, delivery_ids: Sequence[int], now: datetime) -> int:
        count = 0
        with self._database.transaction() as connection:
            for some in in_pages(sorted(set(delivery_ids))):
                done = connection.execute(
                    update(deliveries)
                    .where(
                        deliveries.c.delivery_id.in_(some),
                        within(scope, deliveries.c.enterprise_id, deliveries.c.site_id),
                    )
                    .values(
                        state=DeliveryState.WAITING, due_at=now, not_before=now, attempts=0, reason=None,
                        settled_at=None, message_id=None, only_if_open=False,
                    )
                )  # fmt: skip
                count += done.rowcount
        return count

    def depth(self, now: datetime) -> LedgerDepth:
        waiting = select(func.count()).select_from(deliveries).where(IS_WAITING)
        dead = select(func.count()).select_from(deliveries).where(deliveries.c.state == DeliveryState.DEAD)
        due = select(
            func.count().label("number"),
            func.min(deliveries.c.due_at, type_=deliveries.c.due_at.type).label("oldest"),
        ).where(IS_WAITING, deliveries.c.due_at <= now)
        with self._database.reading() as connection:
            overdue = connection.execute(due).one()
            return LedgerDepth(
                waiting=connection.execute(waiting).scalar_one(),
                overdue=overdue.number,
                oldest_due_at=overdue.oldest,
                dead=connection.execute(dead).scalar_one(),
            )

    def forget(self, before: datetime, limit: int) -> int:
        over = (DeliveryState.SENT, DeliveryState.DROPPED)
        old = (
            select(deliveries.c.delivery_id)
            .where(deliveries.c.state.in_(over), deliveries.c.settled_at < before)
            .order_by(deliveries.c.delivery_id)
            .limit(limit)
        )
        with self._database.transaction() as connection:
            return connection.execute(delete(deliveries).where(deliveries.c.delivery_id.in_(old))).rowcount

    def _settle(
        self,
        delivery_ids: Sequence[int],
        state: DeliveryState,
        at: datetime,
        reason: str | None,
        message_id: str | None = None,
    ) -> None:
        self._change(delivery_ids, state=state, settled_at=at, reason=reason, message_id=message_id)

    def _change(self, delivery_ids: Sequence[int], **values: Any) -> None:
        with self._database.transaction() as connection:
            for some in in_pages(delivery_ids):
                connection.execute(update(deliveries).where(deliveries.c.delivery_id.in_(some)).values(values))


def _new_values(new: NewDelivery) -> dict[str, Any]:
    return {**asdict(new), "state": DeliveryState.WAITING, "not_before": new.due_at, "attempts": 0}


def _delivery_of(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's name for a public mapping
    return Delivery(**values | {"step": AlertStep(row.step)})


def _is_due(now: datetime) -> ColumnElement[bool]:
    """`alerts.notify.pacing.is_due` of the column."""
    not_before = deliveries.c.not_before
    return or_(not_before <= now, not_before > now + LONGEST_WAIT)

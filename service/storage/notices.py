"""Reminders owed to recipients, in SQL. Implements alerts.notify.reminding.ports.NoticeLedger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, tuple_, update

from alerts.notify.ports import DeliveryState
from alerts.notify.reminding.ports import NewNotice, Notice
from domain.ids import EnterpriseId
from domain.reminder import DatedFact, Reminder
from domain.scope import Scope
from service.storage.database import Database
from service.storage.notify_rows import IS_WAITING, notices
from service.storage.pages import in_pages
from service.storage.scopes import within

_KEY = (notices.c.recipient_id, notices.c.enterprise_id, notices.c.reminder_id)
_OVER = (DeliveryState.SENT, DeliveryState.DROPPED)


class SqlNotices:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, new: Sequence[NewNotice]) -> int:
        once: dict[tuple[str, str, str], NewNotice] = {}
        for one in new:
            once.setdefault((one.recipient_id, one.enterprise_id, one.reminder.reminder_id), one)
        entered = 0
        with self._database.transaction() as connection:
            for keys in in_pages(list(once)):
                there = set(map(tuple, connection.execute(select(*_KEY).where(tuple_(*_KEY).in_(keys)))))
                rows = [_new_values(once[key]) for key in keys if key not in there]
                if rows:
                    connection.execute(insert(notices), rows)
                    entered += len(rows)
        return entered

    def due(self, now: datetime, limit: int) -> list[Notice]:
        query = select(notices).where(IS_WAITING, notices.c.not_before <= now).order_by(notices.c.notice_id)
        with self._database.reading() as connection:
            return [_notice_of(row) for row in connection.execute(query.limit(limit))]

    def settle(
        self,
        notice_ids: Sequence[int],
        state: DeliveryState,
        at: datetime,
        *,
        reason: str | None = None,
        message_id: str | None = None,
    ) -> None:
        self._change(notice_ids, state=state, settled_at=at, reason=reason, message_id=message_id)

    def put_off(self, notice_ids: Sequence[int], until: datetime, reason: str | None, *, is_attempt: bool) -> None:
        values: dict[str, Any] = {"not_before": until, "attempts": notices.c.attempts + int(is_attempt)}
        if reason is not None:
            values["reason"] = reason
        self._change(notice_ids, **values)

    def search(
        self, scope: Scope, *, recipient_id: str | None, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[Notice]:
        conditions: list[ColumnElement[bool]] = [within(scope, notices.c.enterprise_id, None)]
        if recipient_id is not None:
            conditions.append(notices.c.recipient_id == recipient_id)
        if state is not None:
            conditions.append(notices.c.state == state)
        if before is not None:
            conditions.append(notices.c.notice_id < before)
        query = select(notices).where(*conditions).order_by(notices.c.notice_id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_notice_of(row) for row in connection.execute(query)]

    def again(self, scope: Scope, notice_ids: Sequence[int], now: datetime) -> int:
        count = 0
        with self._database.transaction() as connection:
            for some in in_pages(sorted(set(notice_ids))):
                done = connection.execute(
                    update(notices)
                    .where(notices.c.notice_id.in_(some), within(scope, notices.c.enterprise_id, None))
                    .values(
                        state=DeliveryState.WAITING, due_at=now, not_before=now, attempts=0, reason=None,
                        settled_at=None, message_id=None,
                    )
                )  # fmt: skip
                count += done.rowcount
        return count

    def forget(self, before: datetime, limit: int) -> int:
        old = (
            select(notices.c.notice_id)
            .where(notices.c.state.in_(_OVER), notices.c.settled_at < before)
            .order_by(notices.c.notice_id)
            .limit(limit)
        )
        with self._database.transaction() as connection:
            return connection.execute(delete(notices).where(notices.c.notice_id.in_(old))).rowcount

    def _change(self, notice_ids: Sequence[int], **values: Any) -> None:
        with self._database.transaction() as connection:
            for some in in_pages(notice_ids):
                connection.execute(update(notices).where(notices.c.notice_id.in_(some)).values(values))


def _new_values(new: NewNotice) -> dict[str, Any]:
    fact = new.reminder.fact
    return {
        "recipient_id": new.recipient_id,
        "recipient_name": new.recipient_name,
        "enterprise_id": fact.enterprise_id,
        "enterprise_name": new.enterprise_name,
        "reminder_id": new.reminder.reminder_id,
        "kind": fact.kind,
        "day": fact.on,
        "days_before": new.reminder.days_before,
        "subject": fact.subject,
        "reference": fact.reference,
        "policy_id": fact.policy_id,
        "created_at": new.created_at,
        "due_at": new.due_at,
        "state": DeliveryState.WAITING,
        "not_before": new.due_at,
        "attempts": 0,
    }


def _notice_of(row: Row[Any]) -> Notice:
    fact = DatedFact(
        kind=row.kind,
        enterprise_id=EnterpriseId(row.enterprise_id),
        on=row.day,
        subject=row.subject,
        reference=row.reference,
        policy_id=row.policy_id,
    )
    return Notice(
        notice_id=row.notice_id,
        recipient_id=row.recipient_id,
        recipient_name=row.recipient_name,
        enterprise_name=row.enterprise_name,
        reminder=Reminder(fact=fact, days_before=row.days_before),
        created_at=row.created_at,
        due_at=row.due_at,
        state=row.state,
        not_before=row.not_before,
        attempts=row.attempts,
        reason=row.reason,
        settled_at=row.settled_at,
        message_id=row.message_id,
    )

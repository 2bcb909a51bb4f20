"""Who was reminded of which date, in SQL. Implements credit.reminders.ReminderBook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, or_, select, update

from credit.reminders import DueReminder, ReminderState, document_of, reminder_of
from domain.ids import EnterpriseId
from service.storage.database import Database
from service.storage.repair_rows import credit_reminders


class SqlReminders:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, reminders: Sequence[DueReminder]) -> int:
        columns = credit_reminders.c
        new = 0
        with self._database.transaction() as connection:
            for each in reminders:
                key = and_(columns.reminder_id == each.reminder.reminder_id, columns.recipient_id == each.recipient_id)
                if connection.execute(select(columns.state).where(key)).first() is None:
                    connection.execute(insert(credit_reminders).values(_values(each)))
                    new += 1
        return new

    def waiting(self, now: datetime, limit: int) -> list[DueReminder]:
        columns = credit_reminders.c
        query = (
            select(credit_reminders)
            .where(columns.state == ReminderState.WAITING, columns.not_before <= now)
            .order_by(columns.created_at, columns.reminder_id, columns.recipient_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_reminder_of(row) for row in connection.execute(query)]

    def settle(self, reminders: Sequence[DueReminder], state: ReminderState, at: datetime, cause: str | None) -> None:
        self._change(reminders, state=state, settled_at=at, cause=cause)

    def put_off(self, reminders: Sequence[DueReminder], until: datetime, cause: str, *, is_attempt: bool) -> None:
        attempts = credit_reminders.c.attempts + int(is_attempt)
        self._change(reminders, not_before=until, cause=cause, attempts=attempts)

    def of_enterprise(self, enterprise_id: EnterpriseId, limit: int) -> list[DueReminder]:
        columns = credit_reminders.c
        query = (
            select(credit_reminders)
            .where(columns.enterprise_id == enterprise_id)
            .order_by(columns.created_at.desc(), columns.reminder_id, columns.recipient_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_reminder_of(row) for row in connection.execute(query)]

    def sent_since(self, recipient_id: str, since: datetime) -> list[datetime]:
        columns = credit_reminders.c
        query = (
            select(columns.settled_at)
            .where(
                columns.recipient_id == recipient_id,
                columns.state == ReminderState.SENT,
                columns.settled_at > since,
            )
            .distinct()
        )
        with self._database.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def _change(self, reminders: Sequence[DueReminder], **values: Any) -> None:
        columns = credit_reminders.c
        keys = [
            and_(columns.reminder_id == each.reminder.reminder_id, columns.recipient_id == each.recipient_id)
            for each in reminders
        ]
        if not keys:
            return
        with self._database.transaction() as connection:
            connection.execute(update(credit_reminders).where(or_(*keys)).values(**values))


def _values(each: DueReminder) -> dict[str, Any]:
    return {
        "reminder_id": each.reminder.reminder_id,
        "recipient_id": each.recipient_id,
        "recipient_name": each.recipient_name,
        "enterprise_id": each.reminder.fact.enterprise_id,
        "document": document_of(each.reminder),
        "state": each.state,
        "created_at": each.created_at,
        "not_before": each.not_before,
        "attempts": each.attempts,
        "settled_at": each.settled_at,
        "cause": each.cause,
    }


def _reminder_of(row: Row[Any]) -> DueReminder:
    return DueReminder(
        reminder=reminder_of(row.enterprise_id, row.document),
        recipient_id=row.recipient_id,
        recipient_name=row.recipient_name,
        state=row.state,
        created_at=row.created_at,
        not_before=row.not_before,
        attempts=row.attempts,
        settled_at=row.settled_at,
        cause=row.cause,
    )

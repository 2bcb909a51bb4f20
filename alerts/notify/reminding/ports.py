"""What telling of dates needs from outside: a book of dates, and a ledger of what is owed to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from alerts.notify.ports import DeliveryState
from domain.ids import EnterpriseId
from domain.organisation import Enterprise
from domain.reminder import DatedFact, Reminder
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """One reminder for one recipient. `due_at` is when it may go out at the earliest."""

    recipient_id: str
    recipient_name: str
    enterprise_name: str
    reminder: Reminder
    created_at: datetime
    due_at: datetime

    @property
    def enterprise_id(self) -> EnterpriseId:
        return self.reminder.fact.enterprise_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(NewNotice):
    """The same as the ledger keeps it. `message_id` names the message that carried it, with others or alone."""

    notice_id: int
    state: DeliveryState
    not_before: datetime
    attempts: int
    reason: str | None
    settled_at: datetime | None
    message_id: str | None


class DateBook(Protocol):
    """Dates as they are now. Any thread; raises JournalError."""

    def today(self) -> date:
        """The calendar day by which dates are counted."""
        ...

    def enterprises(self, scope: Scope) -> Iterable[Enterprise]:
        """Those that the scope covers whole."""
        ...

    def of(self, enterprise: Enterprise) -> list[DatedFact]: ...
    def dates(self, enterprise_id: EnterpriseId) -> list[DatedFact]:
        """None where there is no such enterprise."""
        ...


class NoticeLedger(Protocol):
    """Every method is one transaction; any thread; raises JournalError."""

    def enter(self, notices: Sequence[NewNotice]) -> int:
        """A notice that is there already (same recipient, enterprise and reminder) stays as it is; how many are new."""
        ...

    def due(self, now: datetime, limit: int) -> list[Notice]:
        """Waiting and at their time; oldest first."""
        ...

    def settle(
        self,
        notice_ids: Sequence[int],
        state: DeliveryState,
        at: datetime,
        *,
        reason: str | None = None,
        message_id: str | None = None,
    ) -> None: ...

    def put_off(self, notice_ids: Sequence[int], until: datetime, reason: str | None, *, is_attempt: bool) -> None: ...

    def search(
        self, scope: Scope, *, recipient_id: str | None, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[Notice]:
        """Newest first."""
        ...

    def again(self, scope: Scope, notice_ids: Sequence[int], now: datetime) -> int:
        """Let them wait anew, due now, whatever became of them; returns how many."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to so many that were sent or dropped before the instant, oldest first; returns how many."""
        ...

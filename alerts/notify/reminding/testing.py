"""In-memory twins of what telling of dates needs: for tests here and for those who build on it."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, datetime

from alerts.notify.ports import DeliveryState
from alerts.notify.reminding.ports import NewNotice, Notice
from domain.ids import EnterpriseId
from domain.organisation import Enterprise
from domain.reminder import DatedFact
from domain.scope import Scope


class InMemoryNotices:
    """NoticeLedger. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._notices: dict[int, Notice] = {}
        self._newest = 0

    def enter(self, notices: Sequence[NewNotice]) -> int:
        with self._lock:
            before = self._newest
            known = {_key(one) for one in self._notices.values()}
            for new in notices:
                if _key(new) not in known:
                    known.add(_key(new))
                    self._newest += 1
                    self._notices[self._newest] = _waiting(new, self._newest)
            return self._newest - before

    def due(self, now: datetime, limit: int) -> list[Notice]:
        with self._lock:
            ordered = (one for _, one in sorted(self._notices.items()))
            return [one for one in ordered if one.state is DeliveryState.WAITING and one.not_before <= now][:limit]

    def settle(
        self,
        notice_ids: Sequence[int],
        state: DeliveryState,
        at: datetime,
        *,
        reason: str | None = None,
        message_id: str | None = None,
    ) -> None:
        with self._lock:
            for number in notice_ids:
                found = self._notices[number]
                self._notices[number] = replace(found, state=state, settled_at=at, reason=reason, message_id=message_id)

    def put_off(self, notice_ids: Sequence[int], until: datetime, reason: str | None, *, is_attempt: bool) -> None:
        with self._lock:
            for number in notice_ids:
                found = self._notices[number]
                self._notices[number] = replace(
                    found,
                    not_before=until,
                    reason=found.reason if reason is None else reason,
                    attempts=found.attempts + is_attempt,
                )

    def search(
        self, scope: Scope, *, recipient_id: str | None, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[Notice]:
        with self._lock:
            return [
                one
                for number, one in sorted(self._notices.items(), reverse=True)
                if scope.allows(one.enterprise_id)
                and recipient_id in {None, one.recipient_id}
                and state in {None, one.state}
                and (before is None or number < before)
            ][:limit]

    def again(self, scope: Scope, notice_ids: Sequence[int], now: datetime) -> int:
        with self._lock:
            found = [self._notices[number] for number in set(notice_ids) if number in self._notices]
            found = [one for one in found if scope.allows(one.enterprise_id)]
            for one in found:
                self._notices[one.notice_id] = replace(
                    one,
                    state=DeliveryState.WAITING,
                    due_at=now,
                    not_before=now,
                    attempts=0,
                    reason=None,
                    settled_at=None,
                    message_id=None,
                )
            return len(found)

    def forget(self, before: datetime, limit: int) -> int:
        with self._lock:
            over = {DeliveryState.SENT, DeliveryState.DROPPED}
            old = [
                number
                for number, one in sorted(self._notices.items())
                if one.state in over and one.settled_at is not None and one.settled_at < before
            ][:limit]
            for number in old:
                del self._notices[number]
            return len(old)


def _key(notice: NewNotice) -> tuple[str, str, str]:
    return (notice.recipient_id, notice.enterprise_id, notice.reminder.reminder_id)


def _waiting(new: NewNotice, number: int) -> Notice:
    return Notice(
        **{each.name: getattr(new, each.name) for each in fields(new)},
        notice_id=number,
        state=DeliveryState.WAITING,
        not_before=new.due_at,
        attempts=0,
        reason=None,
        settled_at=None,
        message_id=None,
    )


class GivenDates:
    """DateBook of what was put in by hand."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.firms: dict[EnterpriseId, Enterprise] = {}
        self.facts: dict[EnterpriseId, list[DatedFact]] = {}

    def today(self) -> date:
        return self.day

    def enterprises(self, scope: Scope) -> Iterator[Enterprise]:
        return (one for one in self.firms.values() if scope.allows(one.enterprise_id))

    def of(self, enterprise: Enterprise) -> list[DatedFact]:
        return self.dates(enterprise.enterprise_id)

    def dates(self, enterprise_id: EnterpriseId) -> list[DatedFact]:
        return list(self.facts.get(enterprise_id, ()))

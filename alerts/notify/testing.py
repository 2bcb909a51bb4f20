"""In-memory twins of what telling people needs: for tests here and for those who build on it."""

import threading
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from alerts.notify.errors import RecipientChangedError, RecipientNameTakenError, SendError
from alerts.notify.pacing import is_due
from alerts.notify.ports import (
    Delivery,
    DeliveryState,
    Destination,
    LedgerDepth,
    Letter,
    NewDelivery,
)
from alerts.notify.recipient import Recipient
from alerts.testing import InMemoryJournal
from domain.scope import Scope


class InMemoryLedger:
    """RecipientBook and DeliveryLedger together, over an in-memory journal. Any thread."""

    def __init__(self, journal: InMemoryJournal) -> None:
        self._journal = journal
        self._lock = threading.RLock()
        self._recipients: dict[str, Recipient] = {}
        self._deliveries: dict[int, Delivery] = {}
        self._mark: int | None = None
        self._newest = 0

    # RecipientBook

    def list_recipients(self) -> list[Recipient]:
        with self._lock:
            return sorted(self._recipients.values(), key=lambda one: one.name)

    def get(self, recipient_id: str) -> Recipient | None:
        with self._lock:
            return self._recipients.get(recipient_id)

    def add(self, recipient: Recipient) -> None:
        with self._lock:
            self._require_free(recipient)
            self._recipients[recipient.recipient_id] = recipient

    def update(self, recipient: Recipient, expected_version: int) -> Recipient:
        with self._lock:
            self._require_version(recipient.recipient_id, expected_version)
            self._require_free(recipient)
            stored = recipient.model_copy(update={"version": expected_version + 1})
            self._recipients[recipient.recipient_id] = stored
            return stored

    def delete(self, recipient_id: str, expected_version: int, now: datetime) -> None:
        with self._lock:
            self._require_version(recipient_id, expected_version)
            del self._recipients[recipient_id]
            waiting = [one for one in self._waiting() if one.recipient_id == recipient_id]
            self.drop([one.delivery_id for one in waiting], now, "recipient deleted")

    def _require_free(self, recipient: Recipient) -> None:
        for other in self._recipients.values():
            if other.name == recipient.name and other.recipient_id != recipient.recipient_id:
                raise RecipientNameTakenError(recipient.name)

    def _require_version(self, recipient_id: str, expected: int) -> None:
        found = self._recipients.get(recipient_id)
        if found is None or found.version != expected:
            raise RecipientChangedError(
                recipient_id, expected_version=expected, found_version=found.version if found else None
            )

    # DeliveryLedger

    def mark(self) -> int | None:
        with self._lock:
            return self._mark

    def enter(self, deliveries: Sequence[NewDelivery], mark: int) -> None:
        with self._lock:
            known = {_key(one) for one in self._deliveries.values()}
            for new in deliveries:
                if _key(new) not in known:
                    known.add(_key(new))
                    number = self._newest = self._newest + 1
                    self._deliveries[number] = _waiting(new, number)
            self._mark = mark

    def due(self, recipient_id: str, now: datetime, limit: int) -> list[Delivery]:
        with self._lock:
            mine = [one for one in self._waiting() if one.recipient_id == recipient_id]
            later = [one for one in mine if not is_due(one.not_before, now)]
            return [
                one
                for one in mine
                if is_due(one.not_before, now)
                and not any(early.alert_id == one.alert_id and early.sequence < one.sequence for early in later)
            ][:limit]

    def recipients_due(self, now: datetime) -> set[str]:
        with self._lock:
            return {one.recipient_id for one in self._waiting() if is_due(one.not_before, now)}

    def payloads(self, deliveries: Sequence[Delivery]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for delivery in deliveries:
            steps = self._journal.history(delivery.alert_id)
            for step in steps:
                if step.sequence == delivery.sequence:
                    found[delivery.delivery_id] = step.payload
        return found

    def sent(self, delivery_ids: Sequence[int], at: datetime, message_id: str) -> None:
        self._settle(delivery_ids, DeliveryState.SENT, at, None, message_id)

    def bury(self, delivery_ids: Sequence[int], at: datetime, reason: str) -> None:
        self._settle(delivery_ids, DeliveryState.DEAD, at, reason, None)

    def drop(self, delivery_ids: Sequence[int], at: datetime, reason: str) -> None:
        self._settle(delivery_ids, DeliveryState.DROPPED, at, reason, None)

    def put_off(self, delivery_ids: Sequence[int], until: datetime, reason: str | None, *, is_attempt: bool) -> None:
        with self._lock:
            for number in delivery_ids:
                one = self._deliveries[number]
                self._deliveries[number] = replace(
                    one, not_before=until, reason=reason or one.reason, attempts=one.attempts + is_attempt
                )

    def messages_since(self, recipient_id: str, since: datetime) -> list[datetime]:
        with self._lock:
            times = {
                one.message_id: one.settled_at
                for one in self._deliveries.values()
                if one.recipient_id == recipient_id and one.settled_at is not None and one.settled_at > since
                and one.state is DeliveryState.SENT
            }  # fmt: skip
            return sorted(times.values())

    def search(
        self, scope: Scope, *, recipient_id: str | None, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[Delivery]:
        with self._lock:
            return [
                one
                for number, one in sorted(self._deliveries.items(), reverse=True)
                if scope.allows(one.enterprise_id, one.site_id)
                and recipient_id in {None, one.recipient_id}
                and state in {None, one.state}
                and (before is None or number < before)
            ][:limit]

    def again(self, scope: Scope, delivery_ids: Sequence[int], now: datetime) -> int:
        with self._lock:
            found = [self._deliveries[number] for number in set(delivery_ids) if number in self._deliveries]
            found = [one for one in found if scope.allows(one.enterprise_id, one.site_id)]
            for one in found:
                self._deliveries[one.delivery_id] = replace(
                    one,
                    state=DeliveryState.WAITING,
                    due_at=now,
                    not_before=now,
                    attempts=0,
                    reason=None,
                    settled_at=None,
                    message_id=None,
                    only_if_open=False,
                )
            return len(found)

    def depth(self, now: datetime) -> LedgerDepth:
        with self._lock:
            waiting = self._waiting()
            overdue = [one.due_at for one in waiting if one.due_at <= now]
            return LedgerDepth(
                waiting=len(waiting),
                overdue=len(overdue),
                oldest_due_at=min(overdue, default=None),
                dead=sum(one.state is DeliveryState.DEAD for one in self._deliveries.values()),
            )

    def forget(self, before: datetime, limit: int) -> int:
        with self._lock:
            over = {DeliveryState.SENT, DeliveryState.DROPPED}
            old = [
                number
                for number, one in sorted(self._deliveries.items())
                if one.state in over and one.settled_at is not None and one.settled_at < before
            ][:limit]
            for number in old:
                del self._deliveries[number]
            return len(old)

    def _waiting(self) -> list[Delivery]:
        return [one for _, one in sorted(self._deliveries.items()) if one.state is DeliveryState.WAITING]

    def _settle(
        self,
        delivery_ids: Sequence[int],
        state: DeliveryState,
        at: datetime,
        reason: str | None,
        message_id: str | None,
    ) -> None:
        with self._lock:
            for number in delivery_ids:
                self._deliveries[number] = replace(
                    self._deliveries[number], state=state, settled_at=at, reason=reason, message_id=message_id
                )


def _key(delivery: NewDelivery) -> tuple[str, str, int]:
    return (delivery.recipient_id, delivery.alert_id, delivery.sequence)


def _waiting(new: NewDelivery, number: int) -> Delivery:
    return Delivery(
        **asdict(new),
        delivery_id=number,
        state=DeliveryState.WAITING,
        not_before=new.due_at,
        attempts=0,
        reason=None,
        settled_at=None,
        message_id=None,
    )


class RecordingSender:
    """Sender that keeps what it was given. `fail_next` are raised once each, `error` always.

    `taken` is set once a letter has come.
    """

    def __init__(self) -> None:
        self.letters: list[tuple[Destination, Letter]] = []
        self.fail_next: list[SendError] = []
        self.error: SendError | None = None
        self.tries = 0
        self.taken = threading.Event()

    def check(self, destination: Destination) -> None:
        """Every destination will do."""

    def shown(self, address: str) -> str:
        return f"{address[:8]}…"

    def send(self, destination: Destination, letter: Letter) -> None:
        self.tries += 1
        if self.fail_next:
            raise self.fail_next.pop(0)
        if self.error is not None:
            raise self.error
        self.letters.append((destination, letter))
        self.taken.set()

    @property
    def sent(self) -> list[Letter]:
        return [letter for _, letter in self.letters]

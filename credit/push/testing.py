"""In-memory twins of what pushing needs."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from credit.errors import GuardError
from credit.ledger_testing import InMemoryLedgers
from credit.push.errors import (
    ReceiverChangedError,
    ReceiverInUseError,
    ReceiverNameTakenError,
    ReceiverRefusedError,
)
from credit.push.message import may_leave
from credit.push.ports import Answer, Push, PushState, Standing
from credit.push.receiver import Receiver
from credit.records import Delivery, DeliveryAction, PublicRecord
from domain.ids import UserId
from domain.scope import Scope

_EVERYTHING = Scope.everything()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    state: PushState = PushState.WAITING
    attempts: int = 0
    not_before: datetime | None = None
    subject_name: str | None = None
    reason: str | None = None
    given_up_by: UserId | None = None


class InMemoryPushes:
    """ReceiverBook and PushLedger over the twin of the ledgers. Any thread."""

    def __init__(self, ledgers: InMemoryLedgers) -> None:
        self._ledgers = ledgers
        self._lock = threading.RLock()
        self._receivers: dict[str, Receiver] = {}
        self._rows: dict[str, _Row] = {}
        self._answers: list[tuple[str, Answer]] = []

    # Receivers

    def list_receivers(self) -> list[Receiver]:
        with self._lock:
            return sorted(self._receivers.values(), key=lambda each: each.name)

    def get_receiver(self, receiver_id: str) -> Receiver | None:
        with self._lock:
            return self._receivers.get(receiver_id)

    def add_receiver(self, receiver: Receiver) -> None:
        with self._lock:
            if any(each.name == receiver.name for each in self._receivers.values()):
                raise ReceiverNameTakenError(receiver.name)
            self._receivers[receiver.receiver_id] = receiver

    def update_receiver(self, receiver: Receiver, expected_version: int, now: datetime) -> Receiver:
        with self._lock:
            self._require_version(receiver.receiver_id, expected_version)
            stored = replace(receiver, version=expected_version + 1)
            self._receivers[receiver.receiver_id] = stored
            for delivery in self._ledgers.all_deliveries():
                row = self._rows.get(delivery.delivery_id)
                if delivery.receiver == receiver.name and row is not None and row.state is PushState.WAITING:
                    self._rows[delivery.delivery_id] = replace(row, not_before=now)
            return stored

    def delete_receiver(self, receiver_id: str, expected_version: int) -> None:
        with self._lock:
            known = self._require_version(receiver_id, expected_version)
            if any(each.receiver == known.name for each in self._ledgers.all_deliveries()):
                raise ReceiverInUseError(known.name)
            del self._receivers[receiver_id]

    def _require_version(self, receiver_id: str, expected: int) -> Receiver:
        known = self._receivers.get(receiver_id)
        if known is None or known.version != expected:
            found = None if known is None else known.version
            raise ReceiverChangedError(receiver_id, expected_version=expected, found_version=found)
        return known

    # Pushes

    def order_missing(self, receivers: Sequence[Receiver], today: date, now: datetime) -> int:
        with self._lock:
            ordered = 0
            for receiver in (each for each in receivers if each.is_enabled):
                for record in self._ledgers.all_records():
                    if receiver.wants(record.draft.enterprise_id) and may_leave(record, today) is None:
                        ordered += self._ledgers.order_publication(record.record_id, receiver.name, now)
            return ordered

    def due(self, receiver: Receiver, now: datetime, limit: int) -> list[Push]:
        with self._lock:
            found = [
                push
                for push in self._all()
                if push.delivery.receiver == receiver.name
                and push.state is PushState.WAITING
                and (push.not_before is None or push.not_before <= now or self._is_past(push))
                and not self._is_behind(push)
            ]
            found.sort(key=lambda push: (push.delivery.due_on or date.max, push.delivery.ordered_at))
            return found[:limit]

    def _is_past(self, push: Push) -> bool:
        record = self._record(push.delivery)
        return push.delivery.action is DeliveryAction.PUBLISH and record.state.is_over

    def _is_behind(self, push: Push) -> bool:
        delivery = push.delivery
        is_publication = delivery.action is DeliveryAction.PUBLISH
        for other in self._all():
            if other.state is not PushState.WAITING or other.delivery.receiver != delivery.receiver:
                continue
            is_same = other.delivery.record_id == delivery.record_id
            if is_same and not is_publication and other.delivery.action is DeliveryAction.PUBLISH:
                return True
            if is_publication and other.delivery.record_id == push.corrects:
                return True
        return False

    def begin(self, delivery_id: str, subject_name: str, now: datetime) -> str | None:  # noqa: ARG002 - the port's
        with self._lock:
            if self._waiting(delivery_id) is None:
                return None
            row = self._rows.get(delivery_id, _Row())
            name = row.subject_name if row.subject_name is not None else subject_name
            self._rows[delivery_id] = replace(row, attempts=row.attempts + 1, subject_name=name)
            return name

    def taken(self, delivery_id: str, answer: Answer, confirmation: str) -> None:
        with self._lock:
            self._answers.append((delivery_id, answer))
            if self._find(delivery_id).delivery.delivered_at is None:
                self._ledgers.confirm_delivery(delivery_id, _EVERYTHING, confirmation, answer.at)
            self._change_waiting(delivery_id, None, None)

    def refused(self, delivery_id: str, answer: Answer, not_before: datetime) -> None:
        with self._lock:
            self._answers.append((delivery_id, answer))
            reason = answer.said if answer.status is None else f"HTTP {answer.status}"
            self._change_waiting(delivery_id, reason, not_before)

    def hold(self, delivery_id: str, reason: str, not_before: datetime) -> None:
        with self._lock:
            self._change_waiting(delivery_id, reason, not_before)

    def _change_waiting(self, delivery_id: str, reason: str | None, not_before: datetime | None) -> None:
        row = self._rows.get(delivery_id, _Row())
        if row.state is PushState.WAITING:
            self._rows[delivery_id] = replace(row, reason=reason, not_before=not_before)

    def supersede(self, delivery_id: str, reason: str) -> None:
        with self._lock:
            if self._waiting(delivery_id) is not None:
                row = self._rows.get(delivery_id, _Row())
                self._rows[delivery_id] = replace(row, state=PushState.SUPERSEDED, reason=reason)

    def give_up(self, delivery_id: str, officer_id: UserId, reason: str) -> None:
        with self._lock:
            if not reason.strip():
                raise GuardError("given_up", "a reason", "none")
            row = self._rows.get(delivery_id, _Row())
            self._rows[delivery_id] = replace(row, state=PushState.GIVEN_UP, reason=reason, given_up_by=officer_id)

    def resume(self, delivery_id: str, now: datetime) -> None:
        with self._lock:
            row = self._rows.get(delivery_id, _Row())
            self._rows[delivery_id] = replace(row, state=PushState.WAITING, not_before=now, given_up_by=None)

    def push(self, delivery_id: str, scope: Scope) -> Push | None:
        with self._lock:
            found = next((each for each in self._all() if each.delivery.delivery_id == delivery_id), None)
            return found if found is not None and scope.allows(found.enterprise_id) else None

    def search(
        self,
        scope: Scope,
        *,
        receiver: str | None,
        record_id: str | None,
        state: PushState | None,
        before: str | None,
        limit: int,
    ) -> list[Push]:
        with self._lock:
            found = sorted(
                self._all(), key=lambda push: (push.delivery.ordered_at, push.delivery.delivery_id), reverse=True
            )
            if before is not None:
                ids = [push.delivery.delivery_id for push in found]
                found = found[ids.index(before) + 1 :] if before in ids else []
            return [
                push
                for push in found
                if scope.allows(push.enterprise_id)
                and receiver in {None, push.delivery.receiver}
                and record_id in {None, push.delivery.record_id}
                and state in {None, push.state}
            ][:limit]

    def answers(self, delivery_id: str, limit: int) -> list[Answer]:
        with self._lock:
            return [answer for of, answer in reversed(self._answers) if of == delivery_id][:limit]

    def standing(self, today: date) -> Standing:
        with self._lock:
            waiting = [push.delivery for push in self._all() if push.state is PushState.WAITING]
            untold = [push.delivery for push in self._all() if push.state in {PushState.WAITING, PushState.BY_HAND}]
            return Standing(
                waiting=len(waiting),
                oldest_ordered_at=min((each.ordered_at for each in waiting), default=None),
                overdue=sum(each.is_overdue(today) for each in untold),
                next_due_on=min((each.due_on for each in waiting if each.due_on is not None), default=None),
            )

    def _all(self) -> list[Push]:
        return [self._shown(delivery) for delivery in self._ledgers.all_deliveries()]

    def _find(self, delivery_id: str) -> Push:
        return next(each for each in self._all() if each.delivery.delivery_id == delivery_id)

    def _waiting(self, delivery_id: str) -> Push | None:
        found = self._find(delivery_id)
        return found if found.state in {PushState.WAITING, PushState.BY_HAND} else None

    def _record(self, delivery: Delivery) -> PublicRecord:
        found = self._ledgers.record(delivery.record_id, _EVERYTHING)
        assert found is not None
        return found

    def _shown(self, delivery: Delivery) -> Push:
        row, record = self._rows.get(delivery.delivery_id, _Row()), self._record(delivery)
        state = row.state
        if delivery.delivered_at is not None:
            state = PushState.DELIVERED
        elif state is PushState.WAITING and all(each.name != delivery.receiver for each in self._receivers.values()):
            state = PushState.BY_HAND
        return Push(
            delivery=delivery,
            enterprise_id=record.draft.enterprise_id,
            corrects=record.draft.corrects,
            state=state,
            attempts=row.attempts,
            not_before=row.not_before,
            reason=row.reason,
            given_up_by=row.given_up_by,
        )


@dataclass(slots=True)
class RecordingLine:
    """A Line in memory: what was posted, with the answers that `says` gives."""

    says: Callable[[], tuple[int, str]] = lambda: (204, "")
    now: Callable[[], datetime] = datetime.now
    posted: list[tuple[str, bytes]] = field(default_factory=list)

    def seal(self, address: str, secret: str) -> tuple[str, str]:
        if not address.startswith("https://"):
            raise ReceiverRefusedError("address", "https://host[:port]/path", "something else")
        return f"sealed {len(address)} {len(secret)}", address.split("?", maxsplit=1)[0]

    def post(self, sealed: str, key: str, content: bytes) -> Answer:  # noqa: ARG002 - one for all
        self.posted.append((key, content))
        status, said = self.says()
        return Answer(at=self.now(), status=status, said=said, is_taken=200 <= status < 300)

"""Takes what is owed to one receiver to it: in order, again and again, and never what may not be public."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from credit import metrics
from credit.errors import GuardError
from credit.ledger_ports import RecordBook
from credit.ports import Registry
from credit.push.message import content_of, idempotency_key, may_leave
from credit.push.ports import Answer, Line, Push, PushLedger
from credit.push.receiver import Receiver
from credit.records import DeliveryAction, PublicRecord, RecordState
from domain.scope import Scope

log = structlog.get_logger(__name__)

_PAGE = 100
_HELD = timedelta(seconds=60)
_MOST_CONFIRMATION = 200
_EVERYTHING = Scope.everything()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Waits between tries in seconds: `minimum`, doubled after each failure, at most `maximum`; none is the last."""

    minimum: float = 15.0
    maximum: float = 3600.0

    def wait(self, failures: int, jitter: float) -> float:
        """15, 30, 60 … 3600 with the defaults, times the jitter."""
        return min(self.maximum, self.minimum * 2.0 ** min(max(0, failures - 1), 30)) * jitter


@dataclass(slots=True)
class _Rest:
    """A receiver that failed: how often in a row, and until when it is left alone."""

    failures: int = 0
    until: datetime | None = None


class RecordCourier:
    """`serve` may be called from any thread, for one receiver from one at a time. Raises what the books raise."""

    def __init__(
        self,
        *,
        ledger: PushLedger,
        records: RecordBook,
        registry: Registry,
        line: Line,
        today: Callable[[], date],
        now: Callable[[], datetime],
        pace: Pace = Pace(),
        jitter: Callable[[], float] = lambda: random.uniform(0.75, 1.25),  # noqa: S311 - spreads tries, hides nothing
    ) -> None:
        self._ledger = ledger
        self._records = records
        self._registry = registry
        self._line = line
        self._today = today
        self._now = now
        self._pace = pace
        self._jitter = jitter
        self._lock = threading.Lock()
        self._rests: dict[tuple[str, int], _Rest] = {}  # one that was changed is tried at once

    def serve(self, receiver: Receiver) -> bool:
        """Send what is due; True if there may be more to send at once."""
        rest = self._rest(receiver)
        if rest.until is not None and self._now() < rest.until:
            return False
        has_moved = False
        for push in self._ledger.due(receiver, self._now(), _PAGE):
            if self._is_to_go(push, receiver):
                if not self._send(push, receiver):
                    return False
                has_moved = True
            elif push.delivery.action is DeliveryAction.PUBLISH:
                has_moved = True  # held or superseded: what stood behind it may be due now
        return has_moved

    def _is_to_go(self, push: Push, receiver: Receiver) -> bool:
        """Whether it may be sent now; notes why not."""
        record = self._records.record(push.delivery.record_id, _EVERYTHING)
        if record is None or push.delivery.action is not DeliveryAction.PUBLISH:
            return record is not None
        delivery_id = push.delivery.delivery_id
        fault = may_leave(record, self._today())
        if fault is None and receiver.is_enabled:
            return True
        if record.state_on(self._today()).is_over:
            self._ledger.supersede(delivery_id, f"the publication is over: {record.state_on(self._today())}")
            return False
        reason = "the receiver is switched off" if fault is None else str(fault)
        if fault is not None and record.state is not RecordState.CONTESTED:
            log.error("publication_refused", delivery_id=delivery_id, guard=fault.guard)
        self._ledger.hold(delivery_id, reason, self._now() + _HELD)
        return False

    def _send(self, push: Push, receiver: Receiver) -> bool:
        """One try; False where the receiver is to be left alone for a while."""
        record = self._records.record(push.delivery.record_id, _EVERYTHING)
        if record is None:
            return True
        name = self._ledger.begin(push.delivery.delivery_id, self._name_of(record), self._now())
        if name is None:  # somebody confirmed it, or gave it up, since it was read
            return True
        try:
            content = content_of(record, push.delivery, name)
        except GuardError as error:
            log.error("message_refused", delivery_id=push.delivery.delivery_id, guard=error.guard)  # noqa: TRY400
            self._ledger.hold(push.delivery.delivery_id, str(error), self._now() + _HELD)
            return True
        answer = self._line.post(receiver.sealed, idempotency_key(push.delivery, receiver.receiver_id), content)
        return self._note(push, receiver, answer)

    def _name_of(self, record: PublicRecord) -> str:
        found = self._registry.get_enterprise(record.draft.enterprise_id, _EVERYTHING)
        return "" if found is None else found.name

    def _note(self, push: Push, receiver: Receiver, answer: Answer) -> bool:
        delivery_id, action = push.delivery.delivery_id, push.delivery.action.value
        if answer.is_taken:
            said = answer.said.strip()[:_MOST_CONFIRMATION]
            self._ledger.taken(delivery_id, answer, f"HTTP {answer.status}" + (f": {said}" if said else ""))
            metrics.RECORD_PUSHES.labels(action, "taken").inc()
            self._recovered(receiver)
            return True
        metrics.RECORD_PUSHES.labels(action, "refused" if answer.is_about_message else "failed").inc()
        rest = self._rest(receiver)
        if not answer.is_about_message:
            rest.failures += 1
        failures = push.attempts + 1 if answer.is_about_message else rest.failures
        wait = max(self._pace.wait(failures, self._jitter()), answer.retry_after_seconds or 0.0)
        until = self._now() + timedelta(seconds=wait)
        if failures == 1:
            log.warning("receiver_not_reached", receiver=receiver.name, action=action, status=answer.status)
        self._ledger.refused(delivery_id, answer, until)
        if not answer.is_about_message:
            rest.until = until
        return answer.is_about_message

    def _rest(self, receiver: Receiver) -> _Rest:
        with self._lock:
            return self._rests.setdefault((receiver.receiver_id, receiver.version), _Rest())

    def _recovered(self, receiver: Receiver) -> None:
        rest = self._rest(receiver)
        if rest.failures:
            log.info("receiver_reached_again", receiver=receiver.name, failures=rest.failures)
        rest.failures, rest.until = 0, None

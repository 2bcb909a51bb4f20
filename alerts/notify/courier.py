"""Takes what is due for one recipient to where it is reached: one message or several, now, later or not any more."""

import hashlib
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import structlog

from alerts import metrics
from alerts.notify.desk import Senders
from alerts.notify.errors import SecretBoxError, SendError
from alerts.notify.pacing import HOUR, LONGEST_WAIT, is_due, may_send_at, quiet_until, retry_seconds
from alerts.notify.ports import Delivery, DeliveryLedger, Letter
from alerts.notify.recipient import Recipient
from alerts.notify.secret_box import SecretBox
from alerts.notify.settings import NotifySettings
from alerts.notify.wording import paper_for, subject, text
from alerts.ports import AlertJournal
from domain.risk import RiskClass
from domain.scope import Scope

log = structlog.get_logger(__name__)

_MOST_IN_ONE = 1000
_MOST_READ = 50  # of these the text is made; the others are counted
_WEBHOOK_PAGE = 50
_EVERYTHING = Scope.everything()


class _Outcome(Enum):
    SENT = auto()
    REFUSED = auto()  # this message only
    AWAY = auto()  # the destination is left alone for a while


@dataclass(slots=True)
class _Rest:
    """A destination that failed: how often in a row, and until when it is left alone."""

    failures: int = 0
    until: datetime | None = None


class Courier:
    """`serve` may be called from any thread, for one recipient from one at a time. Raises JournalError."""

    def __init__(
        self,
        *,
        journal: AlertJournal,
        ledger: DeliveryLedger,
        senders: Senders,
        box: SecretBox,
        settings: NotifySettings,
        now: Callable[[], datetime],
        jitter: Callable[[], float] = lambda: random.uniform(0.75, 1.25),  # noqa: S311 - spreads tries, hides nothing
    ) -> None:
        self._journal = journal
        self._ledger = ledger
        self._senders = senders
        self._box = box
        self._settings = settings
        self._now = now
        self._jitter = jitter
        self._lock = threading.Lock()
        self._rests: dict[tuple[str, int], _Rest] = {}  # one that was changed is tried at once

    def serve(self, recipient: Recipient) -> bool:
        """Send the next message that is due; True if there may be another one to send at once."""
        rest = self._rest(recipient)
        if rest.until is not None and not is_due(rest.until, self._now()):
            return False
        if recipient.channel.is_for_people:
            return self._serve_people(recipient)
        return self._serve_system(recipient)

    def _serve_system(self, recipient: Recipient) -> bool:
        """Each step is a message of its own, in order; one that is refused does not hold up other alerts."""
        due = self._still_wanted(self._ledger.due(recipient.recipient_id, self._now(), _WEBHOOK_PAGE))
        payloads, due = self._payloads(due)
        held_up: set[str] = set()
        for delivery in due:
            if delivery.alert_id in held_up:
                continue
            message_id = f"{delivery.alert_id}-{delivery.sequence}"
            outcome = self._send(recipient, [delivery], [payloads[delivery.delivery_id]], message_id)
            if outcome is _Outcome.AWAY:
                return False
            if outcome is _Outcome.REFUSED:
                held_up.add(delivery.alert_id)
        return bool(due)

    def _serve_people(self, recipient: Recipient) -> bool:
        """Everything that is due goes into one message, as soon as one may go out."""
        now = self._now()
        due = self._awake(recipient, self._ledger.due(recipient.recipient_id, now, _MOST_IN_ONE))
        due = self._still_wanted(due)
        if not due:
            return False
        is_urgent = any(one.risk_class is RiskClass.I for one in due)
        sent = self._ledger.messages_since(recipient.recipient_id, now - HOUR)
        earliest = may_send_at(recipient.wishes, sent, now, is_urgent=is_urgent)
        if earliest > now:
            self._ledger.put_off([one.delivery_id for one in due], earliest, None, is_attempt=False)
            return False
        due.sort(key=lambda one: (one.risk_class is not RiskClass.I, one.delivery_id))
        payloads, read = self._payloads(due[:_MOST_READ])
        due = [*read, *due[_MOST_READ:]]
        if not due:
            return False
        digest = hashlib.sha256(",".join(f"{one.alert_id}-{one.sequence}" for one in due).encode()).hexdigest()
        told = [payloads[one.delivery_id] for one in read]
        self._send(recipient, due, told, f"{recipient.recipient_id}-{digest[:24]}")
        return False

    def _payloads(self, due: list[Delivery]) -> tuple[dict[int, dict[str, Any]], list[Delivery]]:
        """The journal's messages, and the deliveries that have one; a step that is gone is told to nobody any more."""
        payloads = self._ledger.payloads(due)
        gone = [one.delivery_id for one in due if one.delivery_id not in payloads]
        if gone:
            self._ledger.drop(gone, self._now(), "the step is not in the journal any more")
        return payloads, [one for one in due if one.delivery_id in payloads]

    def _awake(self, recipient: Recipient, due: Sequence[Delivery]) -> list[Delivery]:
        """Class I during quiet hours, the rest put off to their end; everything at other times."""
        until = quiet_until(recipient.wishes, self._now())
        if until is None:
            return list(due)
        later = [one.delivery_id for one in due if one.risk_class is not RiskClass.I]
        if later:
            self._ledger.put_off(later, until, "quiet hours", is_attempt=False)
        return [one for one in due if one.risk_class is RiskClass.I]

    def _still_wanted(self, due: Sequence[Delivery]) -> list[Delivery]:
        """Without what was to be told only if it lasts, where it is over."""
        kept, over = [], []
        for delivery in due:
            if delivery.only_if_open:
                alert = self._journal.get(delivery.alert_id, _EVERYTHING)
                if alert is None or not alert.is_open:
                    over.append(delivery.delivery_id)
                    continue
            kept.append(delivery)
        if over:
            self._ledger.drop(over, self._now(), "over by then")
        return kept

    def _send(
        self, recipient: Recipient, due: Sequence[Delivery], told: Sequence[dict[str, Any]], message_id: str
    ) -> _Outcome:
        """One message."""
        ids, now = [one.delivery_id for one in due], self._now()
        try:
            destination = self._box.open(recipient.sealed)
            self._senders[recipient.channel].send(destination, self._letter(recipient, due, told, message_id))
        except (SendError, SecretBoxError) as error:
            return self._note_failure(recipient, due, error)
        self._ledger.sent(ids, now, message_id)
        self._recovered(recipient)
        metrics.NOTIFICATIONS.labels(recipient.channel.value, "sent").inc()
        metrics.NOTIFIED.labels(recipient.channel.value).inc(len(ids))
        return _Outcome.SENT

    def _letter(
        self, recipient: Recipient, due: Sequence[Delivery], told: Sequence[dict[str, Any]], message_id: str
    ) -> Letter:
        wishes = recipient.wishes
        paper = paper_for(recipient, self._settings.page_url)
        unread = [one.risk_class for one in due[len(told) :]]
        return Letter(
            message_id=message_id,
            at=self._now(),
            language=wishes.language,
            subject=subject(told, len(unread), paper),
            text=text(told, unread, paper),
            steps=told,
        )

    def _note_failure(
        self, recipient: Recipient, due: Sequence[Delivery], error: SendError | SecretBoxError
    ) -> _Outcome:
        now, settings = self._now(), self._settings
        is_about_message = isinstance(error, SendError) and error.is_about_message
        asked = error.retry_after_seconds if isinstance(error, SendError) else None
        metrics.NOTIFICATIONS.labels(recipient.channel.value, "failed").inc()
        failures = self._failed(recipient) if not is_about_message else max(one.attempts for one in due) + 1
        wait = retry_seconds(
            failures,
            minimum=settings.retry_minimum_seconds,
            maximum=settings.retry_maximum_seconds,
            jitter=self._jitter(),
        )
        until = now + min(LONGEST_WAIT, timedelta(seconds=max(wait, asked or 0.0)))
        if failures == 1:
            log.warning("recipient_not_reached", recipient_id=recipient.recipient_id, reason=error.reason)
        limit = now - timedelta(days=settings.give_up_days)
        given_up = [one.delivery_id for one in due if one.due_at <= limit]
        if given_up:
            self._ledger.bury(given_up, now, error.reason)
            log.error("notification_given_up", recipient_id=recipient.recipient_id, count=len(given_up))
        others = [one.delivery_id for one in due if one.due_at > limit]
        if others:
            self._ledger.put_off(others, until, error.reason, is_attempt=True)
        if is_about_message:
            return _Outcome.REFUSED
        self._rest(recipient).until = until
        return _Outcome.AWAY

    def _rest(self, recipient: Recipient) -> _Rest:
        with self._lock:
            return self._rests.setdefault((recipient.recipient_id, recipient.version), _Rest())

    def _failed(self, recipient: Recipient) -> int:
        rest = self._rest(recipient)
        rest.failures += 1
        return rest.failures

    def _recovered(self, recipient: Recipient) -> None:
        rest = self._rest(recipient)
        if rest.failures:
            log.info("recipient_reached_again", recipient_id=recipient.recipient_id, failures=rest.failures)
        rest.failures, rest.until = 0, None

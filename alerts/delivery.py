"""Empties the outbox into the broker: at least once, in order, for as long as it takes."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import JournalError
from alerts.ports import MessageLink, Outbox, OutboxMessage
from alerts.settings import MqttSettings

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
# A message that the broker refuses (an ACL, a quota) is offered again after this long; the others go on.
_REFUSED_RETRY_SECONDS = 30.0
# To forget is a transaction with a disk's pace, which alerts on their way queue behind: one for all of a moment's
# PUBACKs. Who is killed within it sends that moment's messages again.
_FORGET_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class _InFlight:
    message: OutboxMessage
    sent_clock: float


class OutboxPublisher:
    """One thread between outbox and link; it wakes at the bell, at each PUBACK and each second.

    A message leaves the outbox only when its PUBACK has come, with a code of success. At most `maximum_in_flight`
    messages wait for theirs. When the connection breaks, all that were in flight are sent again on the next one: a
    consumer tells a repetition by `alert_id` and `sequence`. While the broker is away nothing is read or kept in
    memory; the outbox grows in the database. `work` is one round, for tests.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        link: MessageLink,
        bell: FeedBell,
        settings: MqttSettings,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        forget_seconds: float = _FORGET_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._forget_seconds = forget_seconds
        self._link = link
        self._settings = settings
        self._clock = clock
        self._now = now
        self._changed = threading.Condition()
        self._is_woken = False
        self._is_stopping = False
        self._answers: deque[tuple[OutboxMessage, bool]] = deque()
        self._thread = threading.Thread(target=self._run, name="outbox-publisher", daemon=True)
        # The rest is touched by the working thread only.
        self._connection: int | None = None
        self._in_flight: dict[int, _InFlight] = {}
        self._acknowledged: list[int] = []
        self._acknowledged_since = 0.0
        self._in_vain: list[int] = []
        self._refused: dict[int, float] = {}
        self._cursor = 0
        self._next_measure = 0.0
        self._is_failing = False
        bell.listen(self.wake)

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Wait for PUBACKs on their way for at most the grace time. What is left stays in the outbox. Idempotent."""
        with self._changed:
            self._is_stopping = self._is_woken = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(grace_seconds)

    def wake(self) -> None:
        """There may be something to do. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def work(self) -> None:
        """One round: take in PUBACKs, send what there is room for, forget what was acknowledged, measure.

        What is new goes first: to forget is a write, which alerts on their way would have to wait for.
        """
        self._take_answers()
        try:
            self._send_what_fits()
            self._forget_acknowledged()
            self._note_in_vain()
            self._measure()
        except JournalError as error:
            if not self._is_failing:
                log.warning("outbox_failed", reason=error.reason)
            self._is_failing = True
        else:
            if self._is_failing:
                log.info("outbox_recovered")
            self._is_failing = False

    def _run(self) -> None:
        deadline: float | None = None
        while True:
            with self._changed:
                if self._is_stopping:
                    deadline = deadline or self._clock() + _LOOK_SECONDS
            try:
                self.work()
            except Exception:
                # A supervisor: without this thread nothing reaches the broker any more.
                log.exception("outbox_publisher_stumbled")
            if deadline is not None and (not (self._in_flight or self._acknowledged) or self._clock() > deadline):
                return
            with self._changed:
                self._changed.wait_for(self._has_cause, 0.05 if deadline else self._seconds_to_wait())
                self._is_woken = False

    def _has_cause(self) -> bool:
        return self._is_woken or bool(self._answers)

    def _seconds_to_wait(self) -> float:
        return self._forget_seconds if self._acknowledged else _LOOK_SECONDS

    def _take_answers(self) -> None:
        connection = self._link.connection
        if connection != self._connection:
            # What was in flight on the old connection may or may not have arrived: it is sent again.
            self._connection = connection
            self._in_vain += self._in_flight
            self._in_flight.clear()
            self._refused.clear()
            self._cursor = 0
        while self._answers:
            message, was_taken = self._answers.popleft()
            self._in_flight.pop(message.message_id, None)
            if was_taken:
                self._note_delivery(message)
            else:
                self._note_refusal(message)

    def _note_delivery(self, message: OutboxMessage) -> None:
        if not self._acknowledged:
            self._acknowledged_since = self._clock()
        self._acknowledged.append(message.message_id)
        self._refused.pop(message.message_id, None)
        metrics.PUBLISHED.labels("acknowledged").inc()
        if message.captured_at is not None:
            now = self._now()
            metrics.ALERT_LATENCY.observe(max(0.0, (now - message.captured_at).total_seconds()))
            metrics.ALERT_SPANS.labels("delivered").observe(max(0.0, (now - message.created_at).total_seconds()))

    def _note_refusal(self, message: OutboxMessage) -> None:
        if message.message_id not in self._refused:
            log.error("message_refused_by_broker", topic=message.topic, message_id=message.message_id)
        self._in_vain.append(message.message_id)
        metrics.PUBLISHED.labels("refused").inc()
        self._refused[message.message_id] = self._clock() + _REFUSED_RETRY_SECONDS

    def _forget_acknowledged(self) -> None:
        if not self._acknowledged:
            return
        if self._is_stopping or self._clock() >= self._acknowledged_since + self._forget_seconds:
            self._outbox.acknowledge(self._acknowledged)
            self._acknowledged = []

    def _note_in_vain(self) -> None:
        if self._in_vain:
            self._outbox.note_attempt(self._in_vain)
            self._in_vain = []

    def _send_what_fits(self) -> None:
        if self._connection is None:
            return
        self._give_up_dead_connection()
        if any(retry <= self._clock() for retry in self._refused.values()):
            self._cursor = 0
        while len(self._in_flight) < self._settings.maximum_in_flight:
            page = self._outbox.pending(self._settings.maximum_in_flight, self._cursor)
            if not page or not self._send_page(page):
                break

    def _send_page(self, page: list[OutboxMessage]) -> bool:
        """Send a page of messages in order; False if there is no room or no connection any more."""
        for message in page:
            if len(self._in_flight) >= self._settings.maximum_in_flight:
                return False
            if self._may_be_sent(message.message_id):
                self._in_flight[message.message_id] = _InFlight(message, self._clock())
                if not self._link.publish(message.topic, message.payload, self._answer_to(message)):
                    del self._in_flight[message.message_id]
                    return False
            self._cursor = message.message_id
        return True

    def _may_be_sent(self, message_id: int) -> bool:
        return (
            message_id not in self._in_flight
            and message_id not in self._acknowledged
            and self._refused.get(message_id, 0.0) <= self._clock()
        )

    def _answer_to(self, message: OutboxMessage) -> Callable[[bool], None]:
        def answered(was_taken: bool) -> None:
            with self._changed:
                self._answers.append((message, was_taken))
                self._changed.notify_all()

        return answered

    def _give_up_dead_connection(self) -> None:
        oldest = min((flight.sent_clock for flight in self._in_flight.values()), default=self._clock())
        if self._clock() - oldest > self._settings.acknowledge_timeout_seconds:
            self._link.reconnect("no PUBACK in time")

    def _measure(self) -> None:
        if self._clock() < self._next_measure:
            return
        self._next_measure = self._clock() + _LOOK_SECONDS
        metrics.OUTBOX_DEPTH.set(self._outbox.depth())
        oldest = self._outbox.oldest_created_at()
        metrics.OUTBOX_OLDEST.set(max(0.0, (self._now() - oldest).total_seconds()) if oldest else 0.0)

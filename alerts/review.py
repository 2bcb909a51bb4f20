"""Where people judge alerts."""

from collections.abc import Callable
from datetime import datetime

import structlog

from alerts import life, metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError
from alerts.messages import AlertMessages
from alerts.ports import AlertJournal
from domain.alert import Alert, AlertStep
from domain.ids import AlertId, UserId
from domain.scope import Scope

log = structlog.get_logger(__name__)


class ReviewDesk:
    """Steps that people take. Every method may be called from any thread; it waits for the database.

    Each method takes the sequence of the alert that the person looked at and raises AlertConflictError if the
    alert has moved on since, AlertStepError (ReasonMissingError) where its state forbids the step, JournalError where
    the database cannot take it. It returns the alert after the step, or None where it lies outside the scope.
    """

    def __init__(
        self, journal: AlertJournal, messages: AlertMessages, bell: FeedBell, now: Callable[[], datetime]
    ) -> None:
        self._journal = journal
        self._messages = messages
        self._bell = bell
        self._now = now

    def acknowledge(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        return self._take(
            alert_id,
            AlertStep.ACKNOWLEDGED,
            lambda alert: life.acknowledge(alert, actor=actor, now=self._now()),
            actor=actor,
            scope=scope,
            expected_sequence=expected_sequence,
            note=reason.strip(),
        )

    def confirm(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        return self.review(
            alert_id,
            AlertStep.CONFIRMED,
            actor=actor,
            scope=scope,
            expected_sequence=expected_sequence,
            reason=reason,
        )

    def dismiss(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str
    ) -> Alert | None:
        return self.review(
            alert_id,
            AlertStep.DISMISSED,
            actor=actor,
            scope=scope,
            expected_sequence=expected_sequence,
            reason=reason,
        )

    def unclear(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        return self.review(
            alert_id, AlertStep.UNCLEAR, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def review(
        self,
        alert_id: AlertId,
        verdict: AlertStep,
        *,
        actor: UserId,
        scope: Scope,
        expected_sequence: int,
        reason: str = "",
    ) -> Alert | None:
        """Any of the three verdicts: confirmed, dismissed (reason needed), unclear."""
        return self._take(
            alert_id,
            verdict,
            lambda alert: life.review(alert, verdict, reviewer=actor, reason=reason, now=self._now()),
            actor=actor,
            scope=scope,
            expected_sequence=expected_sequence,
            note=reason.strip(),
        )

    def _take(
        self,
        alert_id: AlertId,
        step: AlertStep,
        advance: Callable[[Alert], Alert],
        *,
        actor: UserId,
        scope: Scope,
        expected_sequence: int,
        note: str,
    ) -> Alert | None:
        alert = self._journal.get(alert_id, scope)
        if alert is None:
            return None
        if alert.sequence != expected_sequence:
            raise AlertConflictError(alert_id, expected_sequence=expected_sequence, found_sequence=alert.sequence)
        stepped = advance(alert)
        record, message = self._messages.step(stepped, step, actor_id=actor, note=note)
        self._journal.record(stepped, record, [message], alert.sequence)
        self._bell.ring()
        metrics.ALERTS.labels(alert.site_id, alert.violation.code, step.value).inc()
        log.info("alert_reviewed", alert_id=alert_id, step=step.value, actor_id=actor)
        return stepped

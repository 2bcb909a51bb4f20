"""Takes one step of a person: the alert as it is now, the guards, the log, the messages, the bell."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError
from alerts.guards import VERDICTS, Move
from alerts.life import Taken, advance
from alerts.messages import AlertMessages
from alerts.ports import AlertJournal, Viewings
from alerts.terms import LifeTerms
from domain.alert import Alert, AlertStep
from domain.ids import AlertId, EvidenceId, UserId
from domain.scope import Scope

log = structlog.get_logger(__name__)


def new_nonce() -> str:
    """128 random bits: nobody can try all verdicts and reasons against a commitment."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaker:
    """Every method may be called from any thread; it waits for the database. One step is one transaction.

    Without `viewings` nobody is known to have looked at anything.
    """

    journal: AlertJournal
    messages: AlertMessages
    bell: FeedBell
    now: Callable[[], datetime]
    terms: LifeTerms = field(default_factory=LifeTerms)
    viewings: Viewings | None = None
    nonce: Callable[[], str] = new_nonce

    def take(
        self,
        alert_id: AlertId,
        step: AlertStep,
        *,
        actor: UserId,
        scope: Scope,
        expected_sequence: int,
        reason: str = "",
        files: Sequence[EvidenceId] = (),
    ) -> Alert | None:
        """The alert after the step, None where there is none inside the scope.

        Raises AlertConflictError where it is not at `expected_sequence` any more, what `guards.require_allowed` raises,
        and JournalError where the database cannot take it.
        """
        alert = self.journal.get(alert_id, scope)
        if alert is None:
            return None
        if alert.sequence != expected_sequence:
            raise AlertConflictError(alert_id, expected_sequence=expected_sequence, found_sequence=alert.sequence)
        move = Move(
            step=step,
            actor=actor,
            at=self.now(),
            reason=reason,
            viewed_seconds=self._viewed_seconds(alert_id, actor) if step in VERDICTS else None,
            files=tuple(files),
            nonce=self.nonce() if step in VERDICTS else "",
        )
        return self.record(advance(alert, move, self.terms.of(alert.violation.risk_class)), actor)

    def record(self, taken: Taken, actor: UserId | None) -> Alert:
        """Put a step that was taken on record, tell it and ring. Raises AlertConflictError and JournalError."""
        alert = taken.alert
        record, message = self.messages.step(alert, taken.step, actor_id=actor, note=taken.note)
        self.journal.record(alert, record, [message], alert.sequence - 1)
        self.bell.ring()
        metrics.ALERTS.labels(alert.site_id, alert.violation.code, taken.step.value).inc()
        log.info("alert_step_taken", alert_id=alert.alert_id, step=taken.step.value, actor_id=actor)
        return alert

    def _viewed_seconds(self, alert_id: AlertId, actor: UserId) -> float | None:
        first = self.viewings.first(alert_id, actor) if self.viewings else None
        return None if first is None else max(0.0, (self.now() - first).total_seconds())

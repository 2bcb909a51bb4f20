"""Where people judge alerts."""

from collections.abc import Callable
from datetime import datetime

from alerts.bell import FeedBell
from alerts.guards import VERDICTS
from alerts.messages import AlertMessages
from alerts.ports import AlertJournal, Viewings
from alerts.step_taker import StepTaker
from alerts.terms import LifeTerms
from domain.alert import Alert, AlertStep
from domain.ids import AlertId, UserId
from domain.scope import Scope


class ReviewDesk:
    """Steps that people take. Every method may be called from any thread; it waits for the database.

    Each method takes the sequence of the alert that the person looked at and raises AlertConflictError if the
    alert has moved on since, AlertStepError (one of its kinds) where the guards forbid the step, JournalError where
    the database cannot take it. It returns the alert after the step, or None where it lies outside the scope.
    Where the class asks for two reviewers the first one's verdict leads to no state yet and is told to nobody.
    """

    def __init__(
        self,
        journal: AlertJournal,
        messages: AlertMessages,
        bell: FeedBell,
        now: Callable[[], datetime],
        *,
        terms: LifeTerms | None = None,
        viewings: Viewings | None = None,
    ) -> None:
        """Without `terms` every class has plain ones: one reviewer, and no viewing time."""
        self.steps = StepTaker(
            journal=journal, messages=messages, bell=bell, now=now, terms=terms or LifeTerms(), viewings=viewings
        )

    def acknowledge(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        return self.steps.take(
            alert_id,
            AlertStep.ACKNOWLEDGED,
            actor=actor,
            scope=scope,
            expected_sequence=expected_sequence,
            reason=reason,
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
        if verdict not in VERDICTS:
            raise ValueError(f"a verdict is one of {', '.join(VERDICTS)}, got {verdict}")
        return self.steps.take(
            alert_id, verdict, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

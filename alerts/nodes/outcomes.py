"""At an edge: takes over what people decided at the centre, so that the edge's page shows it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError
from alerts.messages import AlertMessages
from alerts.nodes.packing import CENTRE_ACTOR
from alerts.nodes.parcels import OutcomePart
from alerts.ports import AlertJournal
from domain.alert import Alert, AlertState, AlertStep, Review
from domain.ids import AlertId, UserId
from domain.scope import Scope

log = structlog.get_logger(__name__)

_TRIES = 5
_EVERYTHING = Scope.everything()


class OutcomeTaker:
    """Writes the centre's word over the edge's own. What stands already is left alone, so repetitions do no harm."""

    def __init__(
        self, journal: AlertJournal, messages: AlertMessages, bell: FeedBell, now: Callable[[], datetime]
    ) -> None:
        self._journal = journal
        self._messages = messages
        self._bell = bell
        self._now = now

    def take(self, outcome: OutcomePart) -> None:
        """Raises JournalError, and AlertConflictError where others were quicker again and again."""
        for is_last_try in (*(False,) * _TRIES, True):
            alert = self._journal.get(AlertId(outcome.alert_id), _EVERYTHING)
            taken = None if alert is None else taken_over(alert, outcome, self._now())
            if alert is None or taken is None:
                return
            try:
                self._record(taken, outcome, alert.sequence)
            except AlertConflictError:
                if is_last_try:
                    raise
            else:
                return

    def _record(self, alert: Alert, outcome: OutcomePart, sequence: int) -> None:
        step = AlertStep(outcome.state.value)
        actor = UserId(f"{CENTRE_ACTOR}{outcome.reviewer_id}")
        record, message = self._messages.step(alert, step, actor_id=actor, note=outcome.reason)
        self._journal.record(alert, record, [message], sequence)
        self._bell.ring()
        metrics.ALERTS.labels(alert.site_id, alert.violation.code, step.value).inc()
        log.info("alert_reviewed_at_centre", alert_id=alert.alert_id, step=step.value)


def taken_over(alert: Alert, outcome: OutcomePart, now: datetime) -> Alert | None:
    """The alert with the centre's state, None where it says so already. Pure."""
    state = outcome.state
    if state is AlertState.RAISED:
        return None
    review = (
        Review(
            reviewer_id=UserId(f"{CENTRE_ACTOR}{outcome.reviewer_id}"),
            reviewed_at=outcome.decided_at,
            state=state,
            reason=outcome.reason,
        )
        if state.is_reviewed
        else None
    )
    if alert.state is state and alert.review == review:
        return None
    life = alert.life and replace(alert.life, entered={**alert.life.entered, state: outcome.decided_at})
    return replace(alert, state=state, review=review, life=life, sequence=alert.sequence + 1, updated_at=now)

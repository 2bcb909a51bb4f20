"""The life of an alert: pure steps from one state to the next.

The machine raises, updates and ends. Everything else is done by people: acknowledge, then a verdict
(confirmed, dismissed, unclear). A verdict may be changed by a person with a reason until the alert is closed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from alerts.errors import AlertStepError, ReasonMissingError
from domain.alert import Alert, AlertState, AlertStep, Evidence, Review
from domain.frame import require_utc
from domain.ids import AlertId, EnterpriseId, SiteId, UserId
from domain.violation import Violation

VERDICTS: dict[AlertStep, AlertState] = {
    AlertStep.CONFIRMED: AlertState.CONFIRMED,
    AlertStep.DISMISSED: AlertState.DISMISSED,
    AlertStep.UNCLEAR: AlertState.UNCLEAR,
}


def raise_alert(
    violation: Violation,
    *,
    alert_id: AlertId,
    enterprise_id: EnterpriseId,
    site_id: SiteId,
    local_day: date,
    evidence: Sequence[Evidence],
    now: datetime,
) -> Alert:
    """A new alert, sequence 1, in the state in which nobody has looked at it."""
    require_utc("now", now)
    return Alert(
        alert_id=alert_id,
        enterprise_id=enterprise_id,
        site_id=site_id,
        violation=violation,
        state=AlertState.RAISED,
        sequence=1,
        raised_at=now,
        updated_at=now,
        local_day=local_day,
        evidence=tuple(evidence),
    )


def update(alert: Alert, evidence: Sequence[Evidence], *, now: datetime) -> Alert:
    """Evidence came or failed: pieces with the same id are replaced, the others stay."""
    new = {piece.evidence_id: piece for piece in evidence}
    pieces = tuple(new.pop(piece.evidence_id, piece) for piece in alert.evidence)
    return _stepped(replace(alert, evidence=(*pieces, *new.values())), now)


def end(alert: Alert, *, last_seen_at: datetime, ended_at: datetime, now: datetime) -> Alert:
    """The violation is over. Raises AlertStepError if it already was."""
    if not alert.is_open:
        raise AlertStepError(alert.alert_id, step=AlertStep.ENDED, state="ended")
    # A wall clock that was set back must not make a violation end before it began.
    last_seen_at = max(last_seen_at, alert.violation.last_seen_at)
    violation = replace(alert.violation, last_seen_at=last_seen_at, ended_at=max(ended_at, last_seen_at))
    return _stepped(replace(alert, violation=violation), now)


def acknowledge(alert: Alert, *, actor: UserId, now: datetime) -> Alert:
    """A person has seen it. Raises AlertStepError unless nobody has yet."""
    _require_person(actor)
    if alert.state is not AlertState.RAISED:
        raise AlertStepError(alert.alert_id, step=AlertStep.ACKNOWLEDGED, state=alert.state)
    return _stepped(replace(alert, state=AlertState.ACKNOWLEDGED), now)


def review(alert: Alert, verdict: AlertStep, *, reviewer: UserId, reason: str, now: datetime) -> Alert:
    """A person's verdict.

    Raises ReasonMissingError where a reason is needed and missing (to dismiss, and to change a verdict),
    AlertStepError where the alert is closed or the verdict stands already, and ValueError where `verdict` is none.
    """
    _require_person(reviewer)
    if verdict not in VERDICTS:
        raise ValueError(f"a verdict is one of {', '.join(VERDICTS)}, got {verdict}")
    state = VERDICTS[verdict]
    if alert.state in {AlertState.CLOSED, state}:
        raise AlertStepError(alert.alert_id, step=verdict, state=alert.state)
    reason = reason.strip()
    if not reason and (verdict is AlertStep.DISMISSED or alert.review is not None):
        raise ReasonMissingError(alert.alert_id, step=f"{verdict} without a reason", state=alert.state)
    judged = Review(reviewer_id=reviewer, reviewed_at=now, state=state, reason=reason)
    return _stepped(replace(alert, state=state, review=judged), now)


def _stepped(alert: Alert, now: datetime) -> Alert:
    require_utc("now", now)
    return replace(alert, sequence=alert.sequence + 1, updated_at=now)


def _require_person(actor: UserId) -> None:
    if not actor.strip():
        raise ValueError("only a person's account can take this step, got an empty id")

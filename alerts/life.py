"""The life of an alert: pure steps from one state to the next.

The machine raises, updates, ends, tells what is overdue and what has become more urgent. All else is done by people, as
far as `alerts.guards` lets them: raised, acknowledged, a verdict (confirmed, dismissed, unclear; where the class asks
for it by two reviewers who do not know of each other's), notified, disputed, rectified, verified or sent back, closed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.clocks import Due
from alerts.errors import AlertStepError
from alerts.guards import VERDICTS, Move, is_appeal, require_allowed, voices_needed
from alerts.rising import DueRise
from alerts.terms import PLAIN, ClassTerms
from domain.alert import Alert, AlertState, AlertStep, Evidence, Review
from domain.frame import require_utc
from domain.ids import AlertId, EnterpriseId, SiteId, UserId
from domain.life import Dispute, Life, Overdue, Pause, Rectification, Rise, Verdict
from domain.violation import Violation

__all__ = [
    "VERDICTS",
    "Move",
    "Taken",
    "acknowledge",
    "advance",
    "end",
    "mark_overdue",
    "raise_alert",
    "review",
    "rise",
    "update",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The alert after a step, the step that it became, and what may be told of it in words."""

    alert: Alert
    step: AlertStep
    note: str


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
        life=Life(entered={AlertState.RAISED: now}),
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


def advance(alert: Alert, move: Move, terms: ClassTerms) -> Taken:
    """What a person's step makes of the alert. Raises what `guards.require_allowed` raises."""
    require_allowed(alert, move, terms)
    actor, move = move.actor, replace(move, reason=move.reason.strip())
    assert actor is not None
    if move.step in VERDICTS:
        return _judged(alert, move, actor, terms)
    life = _lived(alert.life or Life(), move, actor)
    # Pausing leaves the alert in its state; what is sent back is as it was when the enterprise was told of it.
    to = {
        AlertStep.SENT_BACK: AlertState.NOTIFIED,
        AlertStep.PAUSED: alert.state,
        AlertStep.RESUMED: alert.state,
    }.get(move.step) or AlertState(move.step.value)
    return Taken(alert=_moved(alert, to, life, move), step=move.step, note=move.reason)


def mark_overdue(alert: Alert, due: Due, *, now: datetime) -> Taken:
    """The machine says that somebody's time is over. Raises AlertStepError where it said so before."""
    life = alert.life or Life()
    assert due.due_at is not None
    told = Overdue(duty=due.duty, rung=due.rung, since=due.since, due_at=due.due_at, at=now)
    if any((one.duty, one.rung, one.since) == (told.duty, told.rung, told.since) for one in life.overdue):
        raise AlertStepError(alert.alert_id, step=AlertStep.OVERDUE, state=f"overdue already ({due.duty} {due.rung})")
    taken = _stepped(replace(alert, life=replace(life, overdue=(*life.overdue, told))), now)
    return Taken(alert=taken, step=AlertStep.OVERDUE, note=f"{due.duty} {due.rung}: {due.tell}")


def rise(alert: Alert, due: DueRise, *, now: datetime) -> Taken | None:
    """The machine says that the alert is more urgent than it was raised as. None where that is nothing new.

    A class never falls, and what people have judged stays what they judged: it rises while no verdict stands only.
    """
    life, before = alert.life, alert.violation.risk_class
    if life is None or alert.state.is_reviewed or not due.to.is_above(before):
        return None
    risen = Rise(
        before=before,
        to=due.to,
        cause=due.cause,
        at=now,
        found=due.found,
        needed=due.needed,
        within_days=due.within_days,
        codes=due.codes,
    )
    taken = _stepped(
        replace(
            alert,
            violation=replace(alert.violation, risk_class=due.to),
            life=replace(life, rises=(*life.rises, risen)),
        ),
        now,
    )
    return Taken(alert=taken, step=AlertStep.RISEN, note=f"{before.value} {due.note}")


def acknowledge(alert: Alert, *, actor: UserId, now: datetime) -> Alert:
    """A person has seen it. Raises AlertStepError unless nobody has yet."""
    return advance(alert, Move(step=AlertStep.ACKNOWLEDGED, actor=actor, at=now), PLAIN).alert


def review(
    alert: Alert, verdict: AlertStep, *, reviewer: UserId, reason: str, now: datetime, terms: ClassTerms = PLAIN
) -> Alert:
    """A person's verdict. Raises what `advance` raises, and ValueError where `verdict` is none."""
    if verdict not in VERDICTS:
        raise ValueError(f"a verdict is one of {', '.join(VERDICTS)}, got {verdict}")
    return advance(alert, Move(step=verdict, actor=reviewer, at=now, reason=reason), terms).alert


def _judged(alert: Alert, move: Move, reviewer: UserId, terms: ClassTerms) -> Taken:
    life = alert.life or Life()
    if alert.state in set(VERDICTS.values()):  # a verdict is changed: what was said about it before is history
        life = replace(life, round=life.round + 1)
    verdict = Verdict(
        reviewer_id=reviewer,
        state=VERDICTS[move.step],
        reason=move.reason,
        at=move.at,
        round=life.round,
        viewed_seconds=move.viewed_seconds,
        nonce=move.nonce,
    )
    life = replace(life, verdicts=(*life.verdicts, verdict))
    state = _decided(life.spoken, voices_needed(alert, terms))
    if state is None:
        blind = replace(_moved(alert, AlertState.IN_REVIEW, life, move), review=None)
        return Taken(alert=blind, step=AlertStep.REVIEWED, note="")
    if is_appeal(alert) and life.dispute is not None:
        life = replace(life, dispute=replace(life.dispute, outcome=state))
    judged = Review(reviewer_id=reviewer, reviewed_at=move.at, state=state, reason=move.reason)
    step = next(step for step, verdict in VERDICTS.items() if verdict is state)
    return Taken(alert=replace(_moved(alert, state, life, move), review=judged), step=step, note=move.reason)


def _decided(spoken: Sequence[Verdict], needed: int) -> AlertState | None:
    """The verdict that `needed` reviewers share; None: another one must speak.

    Where two differ the third decides by agreeing with one of them. Three who say three different things cannot tell:
    one voice alone must never confirm what asks for two.
    """
    if needed == 1:
        return spoken[-1].state
    [(most, voices)] = Counter(verdict.state for verdict in spoken).most_common(1)
    if voices >= needed:
        return most
    return AlertState.UNCLEAR if len(spoken) > needed else None


def _lived(life: Life, move: Move, actor: UserId) -> Life:
    match move.step:
        case AlertStep.DISPUTED:
            dispute = Dispute(by=actor, at=move.at, reason=move.reason)
            return replace(life, dispute=dispute, round=life.round + 1)
        case AlertStep.RECTIFIED:
            done = Rectification(by=actor, at=move.at, note=move.reason, files=move.files)
            return replace(life, rectifications=(*life.rectifications, done))
        case AlertStep.VERIFIED | AlertStep.SENT_BACK:
            looked_at = replace(
                life.rectifications[-1],
                is_accepted=move.step is AlertStep.VERIFIED,
                judged_by=actor,
                judged_at=move.at,
                judged_note=move.reason,
            )
            return replace(life, rectifications=(*life.rectifications[:-1], looked_at))
        case AlertStep.PAUSED:
            return replace(life, pauses=(*life.pauses, Pause(by=actor, since=move.at, reason=move.reason)))
        case AlertStep.RESUMED:
            return replace(life, pauses=(*life.pauses[:-1], replace(life.pauses[-1], until=move.at)))
    return life


def _moved(alert: Alert, to: AlertState, life: Life, move: Move) -> Alert:
    """The alert in its new state. What is sent back keeps the time at which the enterprise was notified."""
    if to is not alert.state and move.step is not AlertStep.SENT_BACK:
        life = replace(life, entered={**life.entered, to: move.at})
    return _stepped(replace(alert, state=to, life=life), move.at)


def _stepped(alert: Alert, now: datetime) -> Alert:
    require_utc("now", now)
    return replace(alert, sequence=alert.sequence + 1, updated_at=now)

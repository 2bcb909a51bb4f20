"""Who may take which step of an alert's life, and when: one pure function with typed errors.

A permission (`api.permissions`) opens a verb to a role; this says whether the step fits this alert, its history and
this person. The machine raises, updates, ends and tells what is overdue; it never judges, verifies or closes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

from alerts.errors import (
    AlertStepError,
    AnswerFilesError,
    DisputedBeforeError,
    MachineStepError,
    PartyError,
    ReasonMissingError,
    VerdictStandsError,
    ViewingTooShortError,
)
from alerts.terms import ClassTerms
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, EvidenceState
from domain.ids import EvidenceId, UserId
from domain.life import Life

VERDICTS: dict[AlertStep, AlertState] = {
    AlertStep.CONFIRMED: AlertState.CONFIRMED,
    AlertStep.DISMISSED: AlertState.DISMISSED,
    AlertStep.UNCLEAR: AlertState.UNCLEAR,
}
_STANDING = frozenset(VERDICTS.values())
_IN_HAND = frozenset({AlertState.CONFIRMED, AlertState.NOTIFIED, AlertState.DISPUTED, AlertState.RECTIFIED})
_JUDGEABLE = frozenset({AlertState.RAISED, AlertState.ACKNOWLEDGED, AlertState.IN_REVIEW, AlertState.DISPUTED})

FROM: Mapping[AlertStep, frozenset[AlertState]] = {
    AlertStep.ACKNOWLEDGED: frozenset({AlertState.RAISED}),
    **dict.fromkeys(VERDICTS, _JUDGEABLE | _STANDING),
    AlertStep.NOTIFIED: frozenset({AlertState.CONFIRMED}),
    AlertStep.DISPUTED: frozenset({AlertState.NOTIFIED}),
    AlertStep.RECTIFIED: frozenset({AlertState.NOTIFIED}),
    AlertStep.VERIFIED: frozenset({AlertState.RECTIFIED}),
    AlertStep.SENT_BACK: frozenset({AlertState.RECTIFIED}),
    AlertStep.CLOSED: frozenset({AlertState.VERIFIED, AlertState.DISMISSED, AlertState.UNCLEAR}),
    AlertStep.PAUSED: _IN_HAND,
    AlertStep.RESUMED: _IN_HAND,
}
"""The states from which each step that people take may start."""

SYSTEM = UserId("system")
_NO_PERSON = ("node:", "centre:")
_REASONED = frozenset(
    {
        AlertStep.DISMISSED,
        AlertStep.DISPUTED,
        AlertStep.RECTIFIED,
        AlertStep.SENT_BACK,
        AlertStep.PAUSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step that somebody wants to take. `actor` None is the machine.

    `viewed_seconds` lie between the actor's first look at the alert's evidence and `at`; None: they never looked.
    `files` are pieces of the alert's evidence that a rectification rests on. `nonce` is 32 random hexadecimal digits.
    """

    step: AlertStep
    actor: UserId | None
    at: datetime
    reason: str = ""
    viewed_seconds: float | None = None
    files: tuple[EvidenceId, ...] = ()
    nonce: str = ""


def is_person(actor: UserId | None) -> bool:
    """Tell whether it is a person's account: not the machine, and no other machine's word about a person."""
    return actor is not None and bool(actor.strip()) and actor != SYSTEM and not actor.startswith(_NO_PERSON)


def require_allowed(alert: Alert, move: Move, terms: ClassTerms) -> None:
    """Raise the typed error of the first rule that the move breaks.

    Raises ValueError for a step that people never take, MachineStepError, AlertStepError (the state),
    DisputedBeforeError, VerdictStandsError, ReasonMissingError, PartyError, ViewingTooShortError and AnswerFilesError,
    in this order.
    """
    if move.step not in FROM:
        raise ValueError(f"a person's step is one of {', '.join(FROM)}, got {move.step}")
    facts = {"step": move.step.value, "state": alert.state.value}
    if not is_person(move.actor):
        raise MachineStepError(alert.alert_id, **facts)
    _require_state(alert, move, terms)
    if not move.reason.strip() and (move.step in _REASONED or _changes_a_verdict(alert, move)):
        raise ReasonMissingError(alert.alert_id, step=f"{move.step} without a reason", state=alert.state)
    _require_other_person(alert, move, terms)
    if move.step in VERDICTS:
        _require_viewing(alert, move, terms)
    if move.step is AlertStep.RECTIFIED:
        _require_files(alert, move)


def open_steps(alert: Alert, actor: UserId | None, terms: ClassTerms) -> tuple[AlertStep, ...]:
    """The steps that this person could take now, given a reason, files and some time with the evidence."""
    return tuple(step for step in FROM if _is_open(alert, Move(step=step, actor=actor, at=alert.updated_at), terms))


def _is_open(alert: Alert, move: Move, terms: ClassTerms) -> bool:
    try:
        require_allowed(alert, replace(move, reason="-", viewed_seconds=inf), terms)
    except AnswerFilesError:
        return True
    except AlertStepError:
        return False
    return True


def is_appeal(alert: Alert) -> bool:
    """The present round of review is about a dispute: one reviewer who has not spoken before decides it."""
    return alert.state is AlertState.DISPUTED


def voices_needed(alert: Alert, terms: ClassTerms) -> int:
    """How many reviewers must speak before a verdict can stand; where two differ it takes a third."""
    return 2 if terms.needs_second_review and not is_appeal(alert) else 1


def _changes_a_verdict(alert: Alert, move: Move) -> bool:
    return move.step in VERDICTS and alert.state in _STANDING


def _require_state(alert: Alert, move: Move, terms: ClassTerms) -> None:
    life = alert.life or Life()
    facts = {"step": move.step.value, "state": alert.state.value}
    if alert.state not in FROM[move.step] or alert.state is VERDICTS.get(move.step):
        raise AlertStepError(alert.alert_id, **facts)
    if move.step is AlertStep.DISPUTED and life.dispute is not None:
        raise DisputedBeforeError(alert.alert_id, **facts)
    if move.step in {AlertStep.PAUSED, AlertStep.RESUMED} and life.is_paused is (move.step is AlertStep.PAUSED):
        raise AlertStepError(alert.alert_id, step=move.step, state="paused" if life.is_paused else "not paused")
    stands = alert.state in {AlertState.CONFIRMED, AlertState.DISMISSED}
    is_final = terms.needs_second_review or life.dispute is not None
    if stands and is_final and move.step in VERDICTS:
        raise VerdictStandsError(alert.alert_id, **facts)


def _require_other_person(alert: Alert, move: Move, terms: ClassTerms) -> None:
    conflict = _conflict(alert, move, terms)
    if conflict is not None:
        assert move.actor is not None
        raise PartyError(
            alert.alert_id, step=move.step.value, state=alert.state.value, actor=move.actor, conflict=conflict
        )


def _conflict(alert: Alert, move: Move, terms: ClassTerms) -> str | None:
    """What the actor has done in this alert that excludes the move; None: nothing."""
    life, actor = alert.life or Life(), move.actor
    judges = move.step in VERDICTS
    verifies = move.step in {AlertStep.VERIFIED, AlertStep.SENT_BACK}
    answers = move.step in {AlertStep.DISPUTED, AlertStep.RECTIFIED}
    has_reviewed = actor in _reviewers(alert, life)
    has_answered = actor in {*(one.by for one in life.rectifications), life.dispute and life.dispute.by}
    has_spoken = alert.state is AlertState.IN_REVIEW and actor in {one.reviewer_id for one in life.spoken}
    conflicts = (
        ("has answered for the enterprise", (judges or verifies) and has_answered),
        ("has spoken in this round", judges and has_spoken),
        ("has reviewed it before", judges and has_reviewed and (is_appeal(alert) or life.dispute is not None)),
        ("has reviewed it", has_reviewed and (answers or (verifies and terms.verified_by_another))),
    )
    return next((conflict for conflict, is_so in conflicts if is_so), None)


def _reviewers(alert: Alert, life: Life) -> set[UserId]:
    reviewers = {verdict.reviewer_id for verdict in life.verdicts}
    return reviewers | {alert.review.reviewer_id} if alert.review is not None else reviewers


def _require_viewing(alert: Alert, move: Move, terms: ClassTerms) -> None:
    shortest = terms.minimum_viewing_seconds
    shown = [piece for piece in alert.evidence if piece.kind in {EvidenceKind.STILL, EvidenceKind.CLIP}]
    if shortest <= 0 or all(piece.state is EvidenceState.MISSING for piece in shown):
        return  # there is nothing to be looked at
    if move.viewed_seconds is None or move.viewed_seconds < shortest:
        raise ViewingTooShortError(
            alert.alert_id,
            step=move.step.value,
            state=alert.state.value,
            expected_seconds=shortest,
            found_seconds=move.viewed_seconds,
        )


def _require_files(alert: Alert, move: Move) -> None:
    used = {file for one in (alert.life or Life()).rectifications for file in one.files}
    answers = {piece.evidence_id for piece in alert.evidence if piece.kind.is_answer}
    reason = ""
    if not move.files:
        reason = "a rectification needs at least one picture or document"
    elif not set(move.files) <= answers:
        reason = "a file of the rectification was not put to this alert"
    elif set(move.files) & used:
        reason = "a file of the rectification was used before"
    if reason:
        raise AnswerFilesError(alert.alert_id, step=move.step.value, state=alert.state.value, reason=reason)

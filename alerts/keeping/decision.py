"""Which evidence may go, and in which order. Pure: no clock, no disk, no database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.keeping.policy import KeepingPolicy, KeepingRule
from alerts.nodes.merging import NODE_ACTOR
from domain.alert import Alert, AlertState, Evidence, EvidenceKind, EvidenceState
from domain.ids import EvidenceId
from domain.risk import RiskClass

CLIPS = frozenset({EvidenceKind.CLIP})
STILLS = frozenset({EvidenceKind.STILL, EvidenceKind.BOXES})

# What people found to be nothing, or could not tell, may go before its time when the disk fills up; nothing else may.
EXPENDABLE = frozenset({AlertState.DISMISSED, AlertState.UNCLEAR})
# In this order the disk is cleared: clips of every class before the first still, the least serious class first.
STAGES: tuple[tuple[frozenset[EvidenceKind], RiskClass], ...] = tuple(
    (kinds, risk_class)
    for kinds in (CLIPS, STILLS)
    for risk_class in (RiskClass.OPS, RiskClass.III, RiskClass.II, RiskClass.I)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """An alert as far as keeping its evidence is concerned.

    `closed_at`: when it was closed, None while it is not. `awaited`: pieces that an edge's centre does not have yet.
    """

    alert: Alert
    closed_at: datetime | None = None
    is_held: bool = False
    awaited: frozenset[EvidenceId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Pieces of one alert that a rule lets go now."""

    rule: KeepingRule
    pieces: tuple[Evidence, ...]


def at_rest_since(case: KeptCase) -> datetime | None:
    """Since when the alert has been in its state; None: it is not at rest, and its time has not begun."""
    alert = case.alert
    if alert.violation.ended_at is None:
        return None
    ended_at = _by_our_clock(alert, alert.violation.ended_at)
    match alert.state:
        case AlertState.RAISED | AlertState.ACKNOWLEDGED:
            return max(_by_our_clock(alert, alert.raised_at), ended_at)
        case AlertState.DISMISSED | AlertState.UNCLEAR:
            if alert.review is None:
                return None
            reviewed_at, is_node_s = alert.review.reviewed_at, alert.review.reviewer_id.startswith(NODE_ACTOR)
            return max(_by_our_clock(alert, reviewed_at) if is_node_s else reviewed_at, ended_at)
        case AlertState.CLOSED:
            return None if case.closed_at is None else max(case.closed_at, ended_at)
    return None


def due(case: KeptCase, policy: KeepingPolicy, now: datetime) -> Due | None:
    """What of the alert has outlived its time; None: nothing."""
    rule = policy.rule_for(case.alert.state, case.alert.violation.risk_class)
    since = at_rest_since(case)
    if rule is None or since is None or case.is_held:
        return None
    pieces = tuple(
        piece
        for piece in _free(case)
        if now - max(since, _by_our_clock(case.alert, piece.created_at)) >= timedelta(days=rule.days(piece.kind))
    )
    return Due(rule=rule, pieces=pieces) if pieces else None


def expendable(
    case: KeptCase, kinds: Collection[EvidenceKind], now: datetime, minimum_age: timedelta
) -> tuple[Evidence, ...]:
    """What of the alert may go before its time because the disk is full. A fresh verdict may still be changed."""
    since = at_rest_since(case)
    if case.alert.state not in EXPENDABLE or since is None or case.is_held or now - since < minimum_age:
        return ()
    return tuple(piece for piece in _free(case) if piece.kind in kinds)


def _by_our_clock(alert: Alert, at: datetime) -> datetime:
    """What a node tells of its alert is by its own clock, whose months behind must not make fresh evidence old."""
    return at if alert.origin is None else alert.origin.by_our_clock(at)


def _free(case: KeptCase) -> tuple[Evidence, ...]:
    return tuple(
        piece
        for piece in case.alert.evidence
        if piece.state is EvidenceState.STORED and piece.evidence_id not in case.awaited
    )

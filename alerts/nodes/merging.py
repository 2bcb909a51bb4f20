"""Takes a node's step into the centre's own alert: pure rules of who may change what.

The machine's facts (how long it lasts, which evidence there is) are the node's; the verdict is the centre's. A verdict
that a person gave at the node counts until somebody at the centre gives one, and never after that: it is then written
into the history and changes nothing. The centre counts its own steps; the node's count stands in `origin`. When a step
was taken is told by the centre's clock, or a node whose clock is behind would be heard too late by those who look at a
step's age; the moments of the violation stay the node's.
"""

from dataclasses import dataclass, replace

from alerts.life import VERDICTS, rise
from alerts.nodes.packing import is_machine_step
from alerts.nodes.parcels import EvidenceParcel, Heartbeat, StepAnswer, StepParcel
from alerts.nodes.ports import NodePlace
from alerts.rising import DueRise
from domain.alert import Alert, AlertState, AlertStep, Evidence, EvidenceKind, EvidenceState, Origin, Review
from domain.detection import ModelReference
from domain.geometry import Box
from domain.ids import AlertId, EvidenceId, NodeId, UserId, ViolationId
from domain.life import Life, RiseCause
from domain.violation import Sighting, Violation

# Accounts of a node are not those of the centre; so a centre's history names them.
NODE_ACTOR = "node:"
DELETED_AT_NODE = "deleted_at_node"

# Once people of the centre have begun to act on a verdict, a node's person changes it no more.
_OPEN_TO_NODES = frozenset({AlertState.RAISED, AlertState.ACKNOWLEDGED, *VERDICTS.values()})

_SUFFIXES = {EvidenceKind.STILL: "jpg", EvidenceKind.BOXES: "json", EvidenceKind.CLIP: "mp4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The answer, and the alert after the step. `step` None with an alert: only the node's count moves on."""

    answer: StepAnswer
    alert: Alert | None = None
    step: AlertStep | None = None
    actor_id: UserId | None = None
    note: str = ""


def merge(
    parcel: StepParcel, place: NodePlace, stored: Alert | None, *, node_id: NodeId, report: Heartbeat | None
) -> Merged:
    """What becomes of one step. Never raises: what cannot be an alert is refused with the reason.

    `report` is the node's latest, which tells how its clock stands; None: there was none yet.
    """
    if stored is not None and (stored.origin is None or stored.origin.node_id != node_id):
        return _refused(parcel, "the alert is not this node's")
    taken = stored.origin.sequence if stored is not None and stored.origin is not None else 0
    if parcel.sequence <= taken:
        return Merged(answer=_answer(parcel, "known"))
    if parcel.sequence > taken + 1:
        return Merged(answer=_answer(parcel, "early", wanted=taken + 1))
    origin = Origin(
        node_id=node_id,
        sequence=parcel.sequence,
        clock_offset_seconds=report.clock_offset_seconds if report else None,
        clock_uncertainty_seconds=report.clock_uncertainty_seconds if report else None,
    )
    try:
        return _taken(parcel, place, stored, origin)
    except ValueError as error:
        return _refused(parcel, str(error))


def _taken(parcel: StepParcel, place: NodePlace, stored: Alert | None, origin: Origin) -> Merged:
    if stored is None:
        return _raised(parcel, place, origin)
    if parcel.is_echo:
        return Merged(answer=_answer(parcel, "taken"), alert=replace(stored, origin=origin))
    return _advanced(parcel, _with_facts(parcel, stored, origin), stored)


def _answer(parcel: StepParcel, outcome: str, *, reason: str | None = None, wanted: int | None = None) -> StepAnswer:
    return StepAnswer.model_validate(
        {
            "alert_id": parcel.alert_id,
            "sequence": parcel.sequence,
            "outcome": outcome,
            "reason": reason,
            "wanted": wanted,
        }
    )


def _refused(parcel: StepParcel, reason: str) -> Merged:
    return Merged(answer=_answer(parcel, "refused", reason=reason[:300]))


def _raised(parcel: StepParcel, place: NodePlace, origin: Origin) -> Merged:
    if parcel.step is not AlertStep.RAISED:
        return _refused(parcel, f"an alert begins with raised, found {parcel.step}")
    alert = Alert(
        alert_id=AlertId(parcel.alert_id),
        enterprise_id=place.enterprise_id,
        site_id=place.site_id,
        violation=_violation(parcel, place),
        state=AlertState.RAISED,
        sequence=1,
        raised_at=parcel.raised_at,
        updated_at=origin.by_our_clock(parcel.at),
        local_day=parcel.local_day,
        evidence=tuple(_piece(parcel, piece, None) for piece in parcel.evidence),
        origin=origin,
        life=Life(entered={AlertState.RAISED: parcel.raised_at}),
    )
    return Merged(answer=_answer(parcel, "taken"), alert=alert, step=AlertStep.RAISED, note=parcel.note)


def _with_facts(parcel: StepParcel, stored: Alert, origin: Origin) -> Alert:
    """One step later, with what the node's machine knows by now."""
    known = {piece.evidence_id: piece for piece in stored.evidence}
    ours = [_piece(parcel, piece, known.pop(EvidenceId(piece.evidence_id), None)) for piece in parcel.evidence]
    stored = _risen(parcel, stored)
    violation = replace(
        stored.violation,
        last_seen_at=max(parcel.last_seen_at, stored.violation.last_seen_at),
        ended_at=parcel.ended_at or stored.violation.ended_at,
    )
    return replace(
        stored,
        violation=violation,
        evidence=(*ours, *known.values()),
        sequence=stored.sequence + 1,
        updated_at=origin.by_our_clock(parcel.at),
        origin=origin,
    )


def _risen(parcel: StepParcel, stored: Alert) -> Alert:
    """The alert in the class that it has at the node by now, unless people of the centre have judged it already.

    The step that tells it is the node's own, which this one follows in the count.
    """
    due = DueRise(to=parcel.risk_class, cause=RiseCause.NODE, found=0.0, needed=0.0)
    taken = rise(stored, due, now=parcel.at)
    return stored if taken is None else replace(taken.alert, sequence=stored.sequence)


def _advanced(parcel: StepParcel, alert: Alert, stored: Alert) -> Merged:
    if is_machine_step(parcel.step):
        # A node tells what version 1 has no word for as `updated`.
        has_risen = parcel.step is AlertStep.UPDATED and alert.violation.risk_class is not stored.violation.risk_class
        step = AlertStep.RISEN if has_risen else parcel.step
        return Merged(answer=_answer(parcel, "taken"), alert=alert, step=step, note=parcel.note)
    actor = UserId(f"{NODE_ACTOR}{alert.origin.node_id if alert.origin else ''}:{parcel.actor or ''}"[:150])
    changed = _judged_at_node(parcel, alert, actor)
    if changed is None:
        note = f"{parcel.step.value} at the node changes nothing, {stored.state.value} stands: {parcel.reason}"
        return Merged(
            answer=_answer(parcel, "taken"), alert=alert, step=AlertStep.UPDATED, actor_id=actor, note=note.rstrip(": ")
        )
    return Merged(answer=_answer(parcel, "taken"), alert=changed, step=parcel.step, actor_id=actor, note=parcel.note)


def _judged_at_node(parcel: StepParcel, alert: Alert, actor: UserId) -> Alert | None:
    """The alert with a node's person's step, None where the centre's word stands."""
    if parcel.step is AlertStep.ACKNOWLEDGED:
        return replace(alert, state=AlertState.ACKNOWLEDGED) if alert.state is AlertState.RAISED else None
    state = VERDICTS.get(parcel.step)
    life = alert.life or Life()
    is_ours = bool(life.verdicts) or (alert.review is not None and not alert.review.reviewer_id.startswith(NODE_ACTOR))
    if state is None or is_ours or alert.state not in _OPEN_TO_NODES:
        return None
    review = Review(reviewer_id=actor, reviewed_at=parcel.at, state=state, reason=parcel.reason)
    life = replace(life, entered={**life.entered, state: parcel.at})
    return replace(alert, state=state, review=review, life=alert.life and life)


def _violation(parcel: StepParcel, place: NodePlace) -> Violation:
    return Violation(
        violation_id=ViolationId(parcel.violation_id),
        camera_id=place.camera_id,
        zone_id=place.zone_id,
        zone_name=parcel.zone_name,
        code=parcel.code,
        code_version=parcel.code_version,
        risk_class=parcel.risk_class,
        clause_ids=tuple(parcel.clause_ids),
        subject=parcel.subject,
        started_at=parcel.started_at,
        confirmed_at=parcel.confirmed_at,
        last_seen_at=parcel.last_seen_at,
        ended_at=parcel.ended_at,
        sightings=tuple(
            Sighting(label=one.label, box=Box(one.left, one.top, one.right, one.bottom), confidence=one.confidence)
            for one in parcel.sightings
        ),
        model=ModelReference(name=parcel.model.name, version=parcel.model.version, sha256=parcel.model.sha256),
    )


def _piece(parcel: StepParcel, told: EvidenceParcel, ours: Evidence | None) -> Evidence:
    """A file that the node has is awaited here until it has come; one that has come stays, whatever the node does.

    What was deleted here stays deleted; what was deleted there before it came will not come.
    """
    if ours is not None and ours.state in {EvidenceState.STORED, EvidenceState.DELETED}:
        return ours
    is_missing = told.state in {EvidenceState.MISSING, EvidenceState.DELETED}
    return Evidence(
        evidence_id=EvidenceId(told.evidence_id),
        alert_id=AlertId(parcel.alert_id),
        kind=told.kind,
        state=EvidenceState.MISSING if is_missing else EvidenceState.PENDING,
        name=f"{told.created_at:%Y/%m/%d}/{parcel.alert_id}/{told.evidence_id}.{_SUFFIXES[told.kind]}",
        media_type=told.media_type,
        created_at=told.created_at,
        size_bytes=told.size_bytes,
        sha256=told.sha256,
        cause=DELETED_AT_NODE if told.state is EvidenceState.DELETED else told.cause,
    )

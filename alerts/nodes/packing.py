"""Turns what an edge has on record into what it sends. Pure."""

from typing import Any

from alerts.messages import BoxPart, ModelPart
from alerts.nodes.parcels import EvidenceParcel, StepParcel
from alerts.ports import StepRecord
from domain.alert import Alert, AlertStep, EvidenceKind, EvidenceState
from domain.violation import Sighting

# Steps at an edge that only repeat what was decided at the centre carry an actor of this kind.
CENTRE_ACTOR = "centre:"
KEPT_AT_NODE = "kept_at_node"


def parcel_of(alert: Alert, step: StepRecord, *, sends_clips: bool) -> StepParcel:
    """The step as it was when it was taken: `alert` may have moved on since."""
    told, violation = step.payload, alert.violation
    is_echo = step.actor_id is not None and step.actor_id.startswith(CENTRE_ACTOR)
    return StepParcel(
        alert_id=alert.alert_id,
        sequence=step.sequence,
        step=step.step.told,  # an older centre knows no other words
        at=step.at,
        note=step.note[:1_000],
        actor=None if is_echo else step.actor_id,
        is_echo=is_echo,
        reason=_reason(told, step),
        enterprise_id=alert.enterprise_id,
        site_id=alert.site_id,
        camera_id=violation.camera_id,
        zone_id=violation.zone_id,
        zone_name=violation.zone_name,
        violation_id=violation.violation_id,
        code=violation.code,
        code_version=violation.code_version,
        risk_class=told.get("class", violation.risk_class),
        clause_ids=list(violation.clause_ids),
        subject=violation.subject,
        raised_at=alert.raised_at,
        local_day=alert.local_day,
        started_at=violation.started_at,
        confirmed_at=violation.confirmed_at,
        last_seen_at=told["last_seen_at"],
        ended_at=told["ended_at"],
        sightings=[box_of(sighting) for sighting in violation.sightings],
        model=ModelPart(name=violation.model.name, version=violation.model.version, sha256=violation.model.sha256),
        evidence=[_piece(alert, piece, sends_clips=sends_clips) for piece in told["evidence"]],
    )


def box_of(sighting: Sighting) -> BoxPart:
    """Unrounded: the centre keeps what the network said."""
    box = sighting.box
    return BoxPart(
        label=sighting.label,
        confidence=sighting.confidence,
        left=box.left,
        top=box.top,
        right=box.right,
        bottom=box.bottom,
    )


def _reason(told: dict[str, Any], step: StepRecord) -> str:
    review = told.get("review")
    return str(review["reason"]) if review and step.actor_id is not None else ""


def _piece(alert: Alert, told: dict[str, Any], *, sends_clips: bool) -> EvidenceParcel:
    made = {piece.evidence_id: piece.created_at for piece in alert.evidence}
    stays = told["kind"] == EvidenceKind.CLIP and not sends_clips
    return EvidenceParcel(
        evidence_id=told["evidence_id"],
        kind=told["kind"],
        state=EvidenceState.MISSING if stays else told["state"],
        media_type=told["media_type"],
        created_at=made.get(told["evidence_id"], alert.raised_at),
        size_bytes=told["size_bytes"],
        sha256=told["sha256"],
        cause=KEPT_AT_NODE if stays else told["cause"],
    )


def is_machine_step(step: AlertStep) -> bool:
    return step in {AlertStep.RAISED, AlertStep.UPDATED, AlertStep.ENDED}

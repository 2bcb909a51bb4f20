"""Alerts, steps and evidence to rows and back.

What filters and counts ask for has columns of its own; the rest of a violation is one document.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from alerts.life_file import document_of, life_of
from alerts.ports import FeedEntry, NewMessage, StepRecord
from domain.alert import Alert, AlertStep, Evidence, Origin, Review
from domain.detection import ModelReference
from domain.geometry import Box
from domain.violation import Sighting, Violation


def alert_values(alert: Alert) -> dict[str, Any]:
    violation, review, origin = alert.violation, alert.review, alert.origin
    return {
        "alert_id": alert.alert_id,
        "enterprise_id": alert.enterprise_id,
        "site_id": alert.site_id,
        "camera_id": violation.camera_id,
        "zone_id": violation.zone_id,
        "code": violation.code,
        "code_version": violation.code_version,
        "risk_class": violation.risk_class,
        "subject": violation.subject,
        "state": alert.state,
        "sequence": alert.sequence,
        "local_day": alert.local_day,
        "raised_at": alert.raised_at,
        "updated_at": alert.updated_at,
        "started_at": violation.started_at,
        "confirmed_at": violation.confirmed_at,
        "last_seen_at": violation.last_seen_at,
        "ended_at": violation.ended_at,
        "violation": _violation_document(violation),
        "reviewer_id": review and review.reviewer_id,
        "reviewed_at": review and review.reviewed_at,
        "review_state": review and review.state,
        "review_reason": review.reason if review else None,
        "node_id": origin and origin.node_id,
        "node_sequence": origin and origin.sequence,
        "node_clock_offset_seconds": origin and origin.clock_offset_seconds,
        "node_clock_uncertainty_seconds": origin and origin.clock_uncertainty_seconds,
        "life": alert.life and document_of(alert.life),
    }


def _violation_document(violation: Violation) -> dict[str, Any]:
    model = violation.model
    return {
        "violation_id": violation.violation_id,
        "zone_name": violation.zone_name,
        "clause_ids": list(violation.clause_ids),
        "sightings": [
            {
                "label": sighting.label,
                "confidence": sighting.confidence,
                "box": [sighting.box.left, sighting.box.top, sighting.box.right, sighting.box.bottom],
            }
            for sighting in violation.sightings
        ],
        "model": {"name": model.name, "version": model.version, "sha256": model.sha256},
    }


def alert_of(row: Row[Any], evidence: Sequence[Evidence]) -> Alert:
    return Alert(
        alert_id=row.alert_id,
        enterprise_id=row.enterprise_id,
        site_id=row.site_id,
        violation=_violation_of(row),
        state=row.state,
        sequence=row.sequence,
        raised_at=row.raised_at,
        updated_at=row.updated_at,
        local_day=row.local_day,
        evidence=tuple(evidence),
        review=_review_of(row),
        origin=_origin_of(row),
        life=None if row.life is None else life_of(row.life),
    )


def _violation_of(row: Row[Any]) -> Violation:
    document = row.violation
    return Violation(
        violation_id=document["violation_id"],
        camera_id=row.camera_id,
        zone_id=row.zone_id,
        zone_name=document["zone_name"],
        code=row.code,
        code_version=row.code_version,
        risk_class=row.risk_class,
        clause_ids=tuple(document["clause_ids"]),
        subject=row.subject,
        started_at=row.started_at,
        confirmed_at=row.confirmed_at,
        last_seen_at=row.last_seen_at,
        ended_at=row.ended_at,
        sightings=tuple(_sighting_of(each) for each in document["sightings"]),
        model=ModelReference(**document["model"]),
    )


def _sighting_of(document: dict[str, Any]) -> Sighting:
    return Sighting(label=document["label"], confidence=document["confidence"], box=Box(*document["box"]))


def _review_of(row: Row[Any]) -> Review | None:
    if row.reviewer_id is None:
        return None
    return Review(
        reviewer_id=row.reviewer_id, reviewed_at=row.reviewed_at, state=row.review_state, reason=row.review_reason
    )


def _origin_of(row: Row[Any]) -> Origin | None:
    if row.node_id is None:
        return None
    return Origin(
        node_id=row.node_id,
        sequence=row.node_sequence,
        clock_offset_seconds=row.node_clock_offset_seconds,
        clock_uncertainty_seconds=row.node_clock_uncertainty_seconds,
    )


def evidence_values(evidence: Evidence, position: int) -> dict[str, Any]:
    return {
        "evidence_id": evidence.evidence_id,
        "alert_id": evidence.alert_id,
        "position": position,
        "kind": evidence.kind,
        "state": evidence.state,
        "name": evidence.name,
        "media_type": evidence.media_type,
        "created_at": evidence.created_at,
        "size_bytes": evidence.size_bytes,
        "sha256": evidence.sha256,
        "cause": evidence.cause,
    }


def evidence_of(row: Row[Any]) -> Evidence:
    return Evidence(
        evidence_id=row.evidence_id,
        alert_id=row.alert_id,
        kind=row.kind,
        state=row.state,
        name=row.name,
        media_type=row.media_type,
        created_at=row.created_at,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        cause=row.cause,
    )


def step_values(step: StepRecord, alert: Alert) -> dict[str, Any]:
    """Enterprise and site go with the step, so that a feed within a scope needs no join."""
    return {
        "alert_id": step.alert_id,
        "sequence": step.sequence,
        "enterprise_id": alert.enterprise_id,
        "site_id": alert.site_id,
        "step": step.step,
        "at": step.at,
        "actor_id": step.actor_id,
        "note": step.note,
        "payload": step.payload,
    }


def step_of(row: Row[Any]) -> StepRecord:
    return StepRecord(
        alert_id=row.alert_id,
        sequence=row.sequence,
        step=AlertStep(row.step),
        at=row.at,
        actor_id=row.actor_id,
        note=row.note,
        payload=row.payload,
    )


def entry_of(row: Row[Any]) -> FeedEntry:
    return FeedEntry(feed_id=row.feed_id, step=step_of(row))


def message_values(message: NewMessage) -> dict[str, Any]:
    return {
        "topic": message.topic,
        "payload": message.payload,
        "created_at": message.created_at,
        "captured_at": message.captured_at,
        "attempts": 0,
    }

"""Alerts, steps and messages made for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.ports import NewMessage, StepRecord
from domain.alert import Alert, AlertState, AlertStep, Evidence, EvidenceKind, EvidenceState
from domain.detection import ModelReference
from domain.geometry import Box
from domain.ids import AlertId, CameraId, EnterpriseId, EvidenceId, SiteId, UserId, ViolationId, ZoneId
from domain.risk import RiskClass
from domain.violation import Sighting, Violation

EPOCH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # a Monday, 16:00 in Shanghai
MODEL = ModelReference(name="kitchen-n", version="1", sha256="54449b0b" + "0" * 56)
RAT_BOX = Box(0.4, 0.7, 0.45, 0.75)


def alert_id(number: int) -> AlertId:
    return AlertId(f"01900000-0000-7000-8000-{number:012d}")


def sample_violation(number: int = 1, **changes: object) -> Violation:
    violation = Violation(
        violation_id=ViolationId(f"01900000-0000-7000-9000-{number:012d}"),
        camera_id=CameraId("camera-1"),
        zone_id=ZoneId("zone-1"),
        zone_name="粗加工",
        code="pest.rodent",
        code_version="2026.1",
        risk_class=RiskClass.I,
        clause_ids=("fsl-33-1-1",),
        subject=f"track-{number}",
        started_at=EPOCH,
        confirmed_at=EPOCH + timedelta(seconds=1),
        last_seen_at=EPOCH + timedelta(seconds=1),
        ended_at=None,
        sightings=(Sighting(label="rodent", box=RAT_BOX, confidence=0.75),),
        model=MODEL,
    )
    return replace(violation, **changes)  # type: ignore[arg-type]


def sample_evidence(number: int = 1, *, kind: EvidenceKind = EvidenceKind.STILL, **changes: object) -> Evidence:
    piece = Evidence(
        evidence_id=EvidenceId(f"01900000-0000-7000-a000-{number:012d}"),
        alert_id=alert_id(1),
        kind=kind,
        state=EvidenceState.STORED,
        name=f"2026/01/05/{number}.jpg",
        media_type="image/jpeg",
        created_at=EPOCH + timedelta(seconds=1),
        size_bytes=3,
        sha256="ab" * 32,
        cause=None,
    )
    return replace(piece, **changes)  # type: ignore[arg-type]


def sample_alert(
    number: int = 1,
    *,
    enterprise: str = "enterprise-1",
    site: str = "site-1",
    evidence: tuple[Evidence, ...] = (),
    state: AlertState = AlertState.RAISED,
    raised_at: datetime = EPOCH + timedelta(seconds=1),
    **violation: object,
) -> Alert:
    """An alert just raised; further keywords change its violation."""
    return Alert(
        alert_id=alert_id(number),
        enterprise_id=EnterpriseId(enterprise),
        site_id=SiteId(site),
        violation=sample_violation(number, **violation),
        state=state,
        sequence=1,
        raised_at=raised_at,
        updated_at=raised_at,
        local_day=(raised_at + timedelta(hours=8)).date(),
        evidence=tuple(replace(piece, alert_id=alert_id(number)) for piece in evidence),
    )


def next_alert(alert: Alert, **changes: object) -> Alert:
    """The alert one step later."""
    later = alert.updated_at + timedelta(seconds=5)
    return replace(alert, sequence=alert.sequence + 1, updated_at=later, **changes)  # type: ignore[arg-type]


def ended_alert(alert: Alert, seconds: float = 30.0) -> Alert:
    return next_alert(alert, violation=alert.violation.ended(EPOCH + timedelta(seconds=seconds)))


def sample_step(
    alert: Alert, step: AlertStep = AlertStep.RAISED, *, actor_id: UserId | None = None, note: str = ""
) -> StepRecord:
    return StepRecord(
        alert_id=alert.alert_id,
        sequence=alert.sequence,
        step=step,
        at=alert.updated_at,
        actor_id=actor_id,
        note=note,
        payload={"alert_id": alert.alert_id, "sequence": alert.sequence, "step": step.value, "name": "鼠类活动"},
    )


def sample_message(alert: Alert, *, captured_at: datetime | None = EPOCH) -> NewMessage:
    return NewMessage(
        topic=f"brightkitchen/v1/sites/{alert.site_id}/alerts/{alert.violation.code}",
        payload=f'{{"alert_id": "{alert.alert_id}", "sequence": {alert.sequence}}}'.encode(),
        created_at=alert.updated_at,
        captured_at=captured_at,
    )

"""What goes out by MQTT and SSE: payloads as models, topics from ids.

`python -m alerts.messages [folder]` writes the JSON Schemas (default: docs/reference/schemas).
"""

import json
import re
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from alerts.catalogue import Catalogue
from alerts.life_parts import EVIDENCE_PATH, LifePart, life_part
from alerts.ports import NameSource, NewMessage, PlaceNames, StepRecord
from domain.alert import Alert, AlertStep, Evidence, EvidenceState
from domain.ids import CameraId, EnterpriseId, SiteId, UserId
from domain.risk import RiskClass

ROOT = "brightkitchen/v1"
NOTICE = "AI 线索，未经人工核实，不作为处罚依据"
SCHEMA_VERSION = "1"
SCHEMAS = Path("docs/reference/schemas")

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,128}")

Fraction = Annotated[float, Field(ge=0.0, le=1.0, description="fraction of the frame's width or height")]
Score = Annotated[float, Field(ge=0.0, le=1.0, description="the network's confidence")]


class Payload(BaseModel):
    """Times are UTC in RFC 3339. A consumer ignores fields that it does not know; new ones may come within v1."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    schema_version: Literal["1"] = "1"

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, with the names of the wire."""
        return self.model_dump(mode="json", by_alias=True)

    def as_bytes(self) -> bytes:
        return json_bytes(self.as_dict())


class BoxPart(BaseModel):
    """What was seen where in the confirming frame; edges as fractions of the frame, y downwards."""

    label: str
    confidence: Score
    left: Fraction
    top: Fraction
    right: Fraction
    bottom: Fraction


class ModelPart(BaseModel):
    """The network that saw it, or what else judged (an alert about a camera as a device)."""

    name: str
    version: str
    sha256: str = Field(description="of the network's file; empty where no network judged")


class ToldStep(StrEnum):
    """The steps of version 1. What came later is told as `updated`, and by its own word in `life_step`."""

    RAISED = "raised"
    UPDATED = "updated"
    ENDED = "ended"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    DISPUTED = "disputed"
    RECTIFIED = "rectified"
    CLOSED = "closed"


class ToldState(StrEnum):
    """The states of version 1. What came later is told as the nearest of them, and by its own word in `life`."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    DISPUTED = "disputed"
    RECTIFIED = "rectified"
    CLOSED = "closed"


class ToldKind(StrEnum):
    """The kinds of evidence of version 1; what enterprises answer with is in `life`."""

    STILL = "still"
    BOXES = "boxes"
    CLIP = "clip"


class EvidencePart(BaseModel):
    """One file. `cause` says why it is missing."""

    evidence_id: str
    kind: ToldKind
    state: EvidenceState
    media_type: str
    size_bytes: int | None = None
    sha256: str | None = None
    cause: str | None = None
    path: str = Field(description="where the API serves it, to those who may see it")


class ClausePart(BaseModel):
    """A clause behind the code; `verified` is false until somebody has read the official text."""

    clause_id: str
    verified: bool


class ReviewPart(BaseModel):
    """A person's verdict; who it was stays in the journal."""

    state: ToldState
    reason: str
    reviewed_at: datetime


class DeletionPart(BaseModel):
    """That evidence was deleted by a rule: which pieces, by which rule of which policy."""

    trigger: Literal["retention", "pressure"] = Field(description="its time was over, or the disk was full")
    rule: str
    policy_version: str
    policy_sha256: str
    evidence_ids: list[str]


class AlertMessage(Payload):
    """One step of an alert's life, with the alert as it stands after it.

    Messages about one alert are ordered by `sequence`; one with a sequence already seen is a repetition.
    """

    alert_id: str
    sequence: int = Field(ge=1)
    step: ToldStep
    life_step: AlertStep | None = Field(
        default=None, description="the step by its own word, where version 1 tells it as `updated` too"
    )
    at: datetime = Field(description="when the step was taken")
    note: str = Field(default="", description="reason of the step in words")
    state: ToldState
    reviewed: bool = Field(description="false until a person has given a verdict")
    notice: str | None = Field(description="to be shown with the alert as long as it is not reviewed")
    review: ReviewPart | None = None
    code: str
    code_version: str
    risk_class: RiskClass = Field(alias="class")
    name_zh: str
    name_en: str
    clauses: list[ClausePart]
    enterprise_id: str
    enterprise_name: str | None = None
    site_id: str
    site_name: str | None = None
    camera_id: str
    camera_name: str | None = None
    zone_id: str | None = None
    zone_name: str | None = None
    local_day: str = Field(description="the site's calendar day on which it was raised (ISO 8601)")
    captured_at: datetime = Field(description="when the confirming picture was taken")
    raised_at: datetime
    started_at: datetime
    confirmed_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = Field(description="null as long as it lasts")
    boxes: list[BoxPart]
    model: ModelPart
    evidence: list[EvidencePart]
    node_id: str | None = Field(
        default=None, description="the edge or AI camera that raised it; null: the sender itself"
    )
    node_sequence: int | None = Field(default=None, description="that node's own count of steps")
    deletion: DeletionPart | None = Field(default=None, description="what this very step deleted")
    life: LifePart | None = Field(default=None, description="the people's side in full; null for older alerts")


class CameraStateMessage(Payload):
    """Whether a camera can be judged at all. Retained. Without a fresh picture nothing is known of its kitchen."""

    site_id: str
    camera_id: str
    state: Literal["online", "degraded", "offline", "tampered"]
    since: datetime
    cause: str | None = Field(default=None, description="code of what is wrong with the device, never an address")


class NodeStatusMessage(Payload):
    """Whether a machine of the service is connected. Retained; `offline` is also its last will."""

    node: str
    status: Literal["online", "offline"]
    version: str
    since: datetime = Field(description="when the process started that says so")


class SealMessage(Payload):
    """The newest seal of the chain over all steps of alerts. Retained; whoever keeps it can tell a shortened chain."""

    node: str
    number: int = Field(ge=1, description="how many steps the chain holds up to here")
    digest: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the seal")
    sealed_at: datetime


class SiteSummaryMessage(Payload):
    """A site at a glance. Retained."""

    site_id: str
    at: datetime
    open_alerts: dict[RiskClass, int] = Field(description="alerts whose violation lasts, by class; all classes named")
    cameras_online: int = Field(ge=0)
    cameras_total: int = Field(ge=0)


SCHEMA_FILES: dict[str, type[Payload]] = {
    "alert.schema.json": AlertMessage,
    "camera-state.schema.json": CameraStateMessage,
    "node-status.schema.json": NodeStatusMessage,
    "seal.schema.json": SealMessage,
    "site-summary.schema.json": SiteSummaryMessage,
}


def json_bytes(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _segment(value: str) -> str:
    if not _SEGMENT.fullmatch(value):
        raise ValueError(f"an id in a topic consists of letters, digits and . _ ~ - (at most 128), got {value!r}")
    return value


def alert_topic(site_id: str, code: str) -> str:
    return f"{ROOT}/sites/{_segment(site_id)}/alerts/{_segment(code)}"


def camera_topic(site_id: str, camera_id: str) -> str:
    return f"{ROOT}/sites/{_segment(site_id)}/cameras/{_segment(camera_id)}/state"


def summary_topic(site_id: str) -> str:
    return f"{ROOT}/sites/{_segment(site_id)}/summary"


def node_topic(node: str) -> str:
    return f"{ROOT}/nodes/{_segment(node)}/status"


def seal_topic(node: str) -> str:
    return f"{ROOT}/nodes/{_segment(node)}/seal"


class NoNames:
    """NameSource that knows no names."""

    def names(
        self,
        enterprise_id: EnterpriseId,  # noqa: ARG002 - it knows nobody
        site_id: SiteId,  # noqa: ARG002
        camera_id: CameraId,  # noqa: ARG002
    ) -> PlaceNames:
        return PlaceNames()


class AlertMessages:
    """Turns a step of an alert into its row of history and its message. Any thread."""

    def __init__(self, catalogue: Catalogue, names: NameSource | None = None) -> None:
        self._catalogue = catalogue
        self._names: NameSource = names or NoNames()

    def step(
        self,
        alert: Alert,
        step: AlertStep,
        *,
        actor_id: UserId | None = None,
        note: str = "",
        deletion: DeletionPart | None = None,
    ) -> tuple[StepRecord, NewMessage]:
        """The step that led to the alert as it is now; the latency clock runs for the first step only."""
        payload = self.payload(alert, step, note=note).model_copy(update={"deletion": deletion}).as_dict()
        record = StepRecord(
            alert_id=alert.alert_id,
            sequence=alert.sequence,
            step=step,
            at=alert.updated_at,
            actor_id=actor_id,
            note=note,
            payload=payload,
        )
        message = NewMessage(
            topic=alert_topic(alert.site_id, alert.violation.code),
            payload=json_bytes(payload),
            created_at=alert.updated_at,
            captured_at=alert.violation.confirmed_at if step is AlertStep.RAISED else None,
        )
        return record, message

    def payload(self, alert: Alert, step: AlertStep, *, note: str = "") -> AlertMessage:
        violation = alert.violation
        risk = self._catalogue.risk(violation.code)
        names = self._names.names(alert.enterprise_id, alert.site_id, violation.camera_id)
        is_reviewed = alert.state.is_reviewed
        review = alert.review
        return AlertMessage(
            alert_id=alert.alert_id,
            sequence=alert.sequence,
            step=ToldStep(step.told.value),
            life_step=step,
            at=alert.updated_at,
            note=note,
            state=ToldState(alert.state.told.value),
            reviewed=is_reviewed,
            notice=None if is_reviewed else NOTICE,
            review=ReviewPart(
                state=ToldState(review.state.told.value), reason=review.reason, reviewed_at=review.reviewed_at
            )
            if review
            else None,
            code=violation.code,
            code_version=violation.code_version,
            risk_class=violation.risk_class,
            name_zh=risk.name_zh if risk else violation.code,
            name_en=risk.name_en if risk else violation.code,
            clauses=self._clauses(alert),
            enterprise_id=alert.enterprise_id,
            enterprise_name=names.enterprise,
            site_id=alert.site_id,
            site_name=names.site,
            camera_id=violation.camera_id,
            camera_name=names.camera,
            zone_id=violation.zone_id,
            zone_name=violation.zone_name,
            local_day=alert.local_day.isoformat(),
            captured_at=violation.confirmed_at,
            raised_at=alert.raised_at,
            started_at=violation.started_at,
            confirmed_at=violation.confirmed_at,
            last_seen_at=violation.last_seen_at,
            ended_at=violation.ended_at,
            boxes=_boxes(alert),
            model=ModelPart(name=violation.model.name, version=violation.model.version, sha256=violation.model.sha256),
            evidence=told_evidence(alert),
            life=life_part(alert),
            node_id=alert.origin.node_id if alert.origin else None,
            node_sequence=alert.origin.sequence if alert.origin else None,
        )

    def _clauses(self, alert: Alert) -> list[ClausePart]:
        """The clauses that the alert was raised under, in the versions of its day."""
        register = self._catalogue.register
        found = [(each, register.clause_on(each, alert.local_day)) for each in alert.violation.clause_ids]
        return [
            ClausePart(clause_id=clause_id, verified=clause is not None and clause.verified)
            for clause_id, clause in found
        ]


def _boxes(alert: Alert) -> list[BoxPart]:
    return [
        BoxPart(
            label=sighting.label,
            confidence=round(sighting.confidence, 4),
            left=round(sighting.box.left, 5),
            top=round(sighting.box.top, 5),
            right=round(sighting.box.right, 5),
            bottom=round(sighting.box.bottom, 5),
        )
        for sighting in alert.violation.sightings
    ]


def told_evidence(alert: Alert) -> list[EvidencePart]:
    """The files that show the finding, in their order."""
    return [_evidence_part(piece) for piece in alert.evidence if not piece.kind.is_answer]


def _evidence_part(piece: Evidence) -> EvidencePart:
    return EvidencePart(
        evidence_id=piece.evidence_id,
        kind=ToldKind(piece.kind.value),
        state=piece.state,
        media_type=piece.media_type,
        size_bytes=piece.size_bytes,
        sha256=piece.sha256,
        cause=piece.cause,
        path=EVIDENCE_PATH.format(evidence_id=piece.evidence_id),
    )


def schema_text(payload: type[BaseModel]) -> str:
    """The JSON Schema (2020-12) of a payload as it is sent."""
    schema = payload.model_json_schema(by_alias=True, mode="serialization")
    return (
        json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, ensure_ascii=False, indent=2)
        + "\n"
    )


def write_schemas(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, payload in SCHEMA_FILES.items():
        (folder / name).write_text(schema_text(payload), encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]) if len(sys.argv) > 1 else SCHEMAS)

"""Findings of AI cameras and foreign edge boxes, which say by MQTT that they saw a violation: each becomes a lead."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from alerts import life, metrics
from alerts.bell import FeedBell
from alerts.catalogue import Catalogue
from alerts.errors import AlertConflictError, AlertsError
from alerts.messages import AlertMessages, BoxPart, ModelPart, Payload
from alerts.nodes.parcels import Id, Instant, Name, Slug
from alerts.ports import AlertJournal, CameraPlace
from domain.alert import Alert, AlertStep, Origin
from domain.detection import ModelReference
from domain.geometry import Box
from domain.ids import AlertId, CameraId, NodeId, ViolationId
from domain.risk import RiskCode
from domain.scope import Scope
from domain.violation import Sighting, Violation

_EVERYTHING = Scope.everything()

RefusalReason = Literal["invalid", "unknown_node", "unknown_camera", "unknown_code"]


class FindingMessage(Payload):
    """A violation that a node saw on one of its cameras. It carries no picture.

    The same `finding_id` with the same `started_at` is the same violation: a repetition changes nothing, and one with
    `ended_at` ends what was begun with `lasts`.
    """

    finding_id: Annotated[Id, Field(description="the node's own id of the violation, unique at the node")]
    camera_id: Annotated[Id, Field(description="the camera's id at the centre, registered for this node")]
    code: Annotated[Slug, Field(description="a code of the centre's risk catalogue")]
    started_at: Annotated[Instant, Field(description="when it was first seen")]
    captured_at: Annotated[Instant, Field(description="when the picture was taken that showed it beyond doubt")]
    ended_at: Annotated[Instant | None, Field(description="when it was last seen")] = None
    lasts: Annotated[
        bool, Field(description="it goes on, and a message with `ended_at` will follow; otherwise it is over")
    ] = False
    zone_name: Name | None = None
    boxes: list[BoxPart] = Field(default_factory=list, max_length=200)
    model: ModelPart | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "FindingMessage":
        if self.captured_at < self.started_at:
            raise ValueError("captured_at must not be before started_at")
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("ended_at must not be before started_at")
        return self


class RefusalMessage(Payload):
    """Why a finding was not taken; what was sent is not repeated."""

    node: str
    finding_id: str | None
    reason: RefusalReason
    detail: str
    refused_at: datetime


FINDING_SCHEMAS: dict[str, type[Payload]] = {
    "finding.schema.json": FindingMessage,
    "finding-refusal.schema.json": RefusalMessage,
}


class FindingRefusedError(AlertsError):
    """A finding that cannot become a lead."""

    def __init__(self, reason: RefusalReason, detail: str, finding_id: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.finding_id = finding_id


class NodeCameras(Protocol):
    """Which cameras a node may speak of. Any thread."""

    def is_known(self, node_id: NodeId) -> bool:
        """An active node."""
        ...

    def place_of(self, node_id: NodeId, camera_id: CameraId) -> CameraPlace | None:
        """Where a camera of this very node stands."""
        ...


class FindingDesk:
    """Any thread. Whether a message really comes from the node its topic names is for the broker's ACL to see to."""

    def __init__(
        self,
        *,
        cameras: NodeCameras,
        catalogue: Catalogue,
        journal: AlertJournal,
        messages: AlertMessages,
        bell: FeedBell,
        now: Callable[[], datetime],
    ) -> None:
        self._cameras = cameras
        self._catalogue = catalogue
        self._journal = journal
        self._messages = messages
        self._bell = bell
        self._now = now

    def take(self, node_id: NodeId, content: bytes) -> AlertId:
        """Put a finding on record; returns when it is stored. Raises FindingRefusedError and JournalError."""
        try:
            alert_id = self._take(node_id, content)
        except FindingRefusedError as error:
            metrics.FINDINGS.labels(error.reason).inc()
            raise
        self._bell.ring()
        return alert_id

    def _take(self, node_id: NodeId, content: bytes) -> AlertId:
        if not self._cameras.is_known(node_id):
            raise FindingRefusedError("unknown_node", f"there is no active node {node_id[:64]}")
        finding = _parsed(content)
        risk = self._catalogue.risk(finding.code)
        if risk is None:
            raise FindingRefusedError(
                "unknown_code", f"code: expected one of the catalogue, found {finding.code}", finding.finding_id
            )
        place = self._cameras.place_of(node_id, CameraId(finding.camera_id))
        if place is None:
            expected = f"camera_id: expected a camera of the node {node_id}, found {finding.camera_id}"
            raise FindingRefusedError("unknown_camera", expected, finding.finding_id)
        try:
            violation = _violation(node_id, finding, risk)
        except ValueError as error:
            raise FindingRefusedError("invalid", str(error), finding.finding_id) from error
        alert_id = _alert_id(node_id, finding)
        self._raise(node_id, alert_id, violation, place)
        self._end(alert_id, finding)
        return alert_id

    def _raise(self, node_id: NodeId, alert_id: AlertId, violation: Violation, place: CameraPlace) -> None:
        if self._journal.get(alert_id, _EVERYTHING) is not None:
            metrics.FINDINGS.labels("known").inc()
            return
        alert = life.raise_alert(
            violation,
            alert_id=alert_id,
            enterprise_id=place.enterprise_id,
            site_id=place.site_id,
            local_day=violation.confirmed_at.astimezone(ZoneInfo(place.timezone)).date(),
            evidence=(),
            now=self._now(),
        )
        self._record(replace(alert, origin=Origin(node_id=node_id, sequence=1)), AlertStep.RAISED)
        metrics.FINDINGS.labels("taken").inc()

    def _end(self, alert_id: AlertId, finding: FindingMessage) -> None:
        """Idempotent; people may take steps at the same time."""
        last_seen_at = finding.ended_at or finding.captured_at
        for is_last_try in (False, False, False, True):
            alert = self._journal.get(alert_id, _EVERYTHING)
            is_over = finding.ended_at is not None or not finding.lasts
            if alert is None or not alert.is_open or not is_over or alert.origin is None:
                return
            ended = life.end(alert, last_seen_at=last_seen_at, ended_at=last_seen_at, now=self._now())
            origin = replace(alert.origin, sequence=alert.origin.sequence + 1)
            try:
                self._record(replace(ended, origin=origin), AlertStep.ENDED)
            except AlertConflictError:
                if is_last_try:
                    raise
            else:
                return

    def _record(self, alert: Alert, step: AlertStep) -> None:
        record, message = self._messages.step(alert, step)
        self._journal.record(alert, record, [message], alert.sequence - 1)
        metrics.ALERTS.labels(alert.site_id, alert.violation.code, step.value).inc()


def _parsed(content: bytes) -> FindingMessage:
    try:
        told: Any = json.loads(content)
    except ValueError:
        raise FindingRefusedError("invalid", "body: expected JSON, found something else") from None
    finding_id = told.get("finding_id") if isinstance(told, dict) else None
    try:
        return FindingMessage.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        known = finding_id[:64] if isinstance(finding_id, str) else None
        raise FindingRefusedError("invalid", f"{where}: {first['msg']}"[:300], known) from None


def _violation(node_id: NodeId, finding: FindingMessage, risk: RiskCode) -> Violation:
    model = finding.model
    return Violation(
        violation_id=ViolationId(_alert_id(node_id, finding, what="violation")),
        camera_id=CameraId(finding.camera_id),
        zone_id=None,
        zone_name=finding.zone_name,
        code=risk.code,
        code_version=risk.version,
        risk_class=risk.risk_class,
        clause_ids=tuple(clause.clause_id for clause in risk.clauses),
        subject=f"finding-{finding.finding_id}",
        started_at=finding.started_at,
        confirmed_at=finding.captured_at,
        last_seen_at=finding.captured_at,
        ended_at=None,
        sightings=tuple(
            Sighting(label=one.label, box=Box(one.left, one.top, one.right, one.bottom), confidence=one.confidence)
            for one in finding.boxes
        ),
        model=ModelReference(name=model.name, version=model.version, sha256=model.sha256)
        if model
        else ModelReference(name=f"node:{node_id}", version="unknown", sha256=""),
    )


def _alert_id(node_id: NodeId, finding: FindingMessage, what: str = "alert") -> AlertId:
    """The same finding has the same id, whoever takes it in and however often; like ours it sorts by time (UUIDv7)."""
    digest = hashlib.sha256(f"{what}\n{node_id}\n{finding.finding_id}".encode()).digest()
    milliseconds = int(finding.started_at.timestamp() * 1000) & ((1 << 48) - 1)
    value = milliseconds << 80 | int.from_bytes(digest[:10]) & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0b11 << 62) | 0b10 << 62
    text = f"{value:032x}"
    return AlertId("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))

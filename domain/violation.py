"""A rule broken by a subject, from a start to an end: a fact about pictures, not a judgement about people."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from domain.detection import ModelReference
from domain.frame import require_utc
from domain.geometry import Box
from domain.ids import CameraId, ViolationId, ZoneId
from domain.risk import RiskClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen of the subject in one frame; `confidence` is the network's, in [0, 1]."""

    label: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule broken by one subject of one camera.

    `started_at` is when the subject was first seen breaking the rule, `confirmed_at` when the rule's dwell
    was over, `last_seen_at` the latest frame that showed it, `ended_at` when it was over (None: it lasts).
    `subject` names who or what within (camera, code): a track or a zone; it identifies nobody.
    `sightings` are those of the confirming frame.
    """

    violation_id: ViolationId
    camera_id: CameraId
    zone_id: ZoneId | None
    zone_name: str | None
    code: str
    code_version: str
    risk_class: RiskClass
    clause_ids: tuple[str, ...]
    subject: str
    started_at: datetime
    confirmed_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    sightings: tuple[Sighting, ...]
    model: ModelReference

    def __post_init__(self) -> None:
        require_utc("started_at", self.started_at)
        require_utc("confirmed_at", self.confirmed_at)
        require_utc("last_seen_at", self.last_seen_at)
        if self.ended_at is not None:
            require_utc("ended_at", self.ended_at)

    def ended(self, at: datetime) -> Self:
        return replace(self, ended_at=at)

"""Alerts as they travel: the fields and names of the MQTT message, with the reviewer and the history beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from alerts.clocks import Due
from alerts.life_parts import LifePart, life_part
from alerts.messages import NOTICE, BoxPart, EvidencePart, ModelPart, told_evidence
from alerts.ports import StepRecord
from alerts.told_words import ToldState
from api.fields import ItemId, Page, Reason, Received, Shown
from api.schemas.clauses import ClauseView
from api.services import CodeEntry
from domain.alert import Alert, AlertStep, Review
from domain.clause import ClauseRegister
from domain.ids import UserId
from domain.life import Duty, Verdict
from domain.risk import RiskClass
from domain.violation import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is told with an alert though it is not part of it. Names are None where the caller may not know them."""

    entry: CodeEntry | None
    register: ClauseRegister
    enterprise_name: str | None
    site_name: str | None
    camera_name: str | None
    account_names: Mapping[UserId, str]


class ReviewView(Shown):
    """A person's verdict, and whose it is."""

    state: ToldState
    reason: str
    reviewed_at: datetime
    reviewer_id: str
    reviewer_name: str | None

    @classmethod
    def of(cls, review: Review, names: Mapping[UserId, str]) -> Self:
        return cls(
            state=ToldState(review.state.told.value),
            reason=review.reason,
            reviewed_at=review.reviewed_at,
            reviewer_id=review.reviewer_id,
            reviewer_name=names.get(review.reviewer_id),
        )


class AlertView(Shown):
    """An alert as it stands. `reviewed` false means a lead: a machine said so and nobody has judged it yet.

    `notice` is to be shown with it for as long as that lasts. `clauses` are those of its
    code, in the versions of its `local_day`.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    alert_id: str
    sequence: int
    state: ToldState
    reviewed: bool
    notice: str | None
    review: ReviewView | None
    code: str
    code_version: str
    risk_class: Annotated[RiskClass, Field(alias="class")]
    name_zh: str
    name_en: str
    clauses: list[ClauseView]
    enterprise_id: str
    enterprise_name: str | None
    site_id: str
    site_name: str | None
    camera_id: str
    camera_name: str | None
    zone_id: str | None
    zone_name: str | None
    local_day: date
    captured_at: datetime
    raised_at: datetime
    updated_at: datetime
    started_at: datetime
    confirmed_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    boxes: list[BoxPart]
    model: ModelPart
    evidence: list[EvidencePart]
    node_id: Annotated[str | None, Field(description="The edge or AI camera that raised it; null: this one.")]
    node_sequence: Annotated[int | None, Field(description="That node's own count of the alert's steps.")]
    node_clock_offset_seconds: Annotated[
        float | None, Field(description="How far that node's clock was behind; its times are as its clock said.")
    ]
    node_clock_uncertainty_seconds: Annotated[
        float | None, Field(description="The true offset is within plus or minus this: half a heartbeat's round trip.")
    ]
    life: Annotated[
        LifePart | None, Field(description="The people's side in full; null for alerts from before it was kept.")
    ]

    @classmethod
    def of(cls, alert: Alert, around: Surroundings) -> Self:
        return cls(**_fields(alert, around))


def _fields(alert: Alert, around: Surroundings) -> dict[str, object]:
    violation, model = alert.violation, alert.violation.model
    risk = around.entry.risk if around.entry else None
    reviewed = alert.state.is_reviewed
    return {
        "alert_id": alert.alert_id,
        "sequence": alert.sequence,
        "state": ToldState(alert.state.told.value),
        "reviewed": reviewed,
        "notice": None if reviewed else NOTICE,
        "review": ReviewView.of(alert.review, around.account_names) if alert.review else None,
        "code": violation.code,
        "code_version": violation.code_version,
        "risk_class": violation.risk_class,
        "name_zh": risk.name_zh if risk else violation.code,
        "name_en": risk.name_en if risk else violation.code,
        "clauses": [ClauseView.told(each, around.register, alert.local_day) for each in violation.clause_ids],
        "enterprise_id": alert.enterprise_id,
        "enterprise_name": around.enterprise_name,
        "site_id": alert.site_id,
        "site_name": around.site_name,
        "camera_id": violation.camera_id,
        "camera_name": around.camera_name,
        "zone_id": violation.zone_id,
        "zone_name": violation.zone_name,
        "local_day": alert.local_day,
        "captured_at": violation.confirmed_at,
        "raised_at": alert.raised_at,
        "updated_at": alert.updated_at,
        "started_at": violation.started_at,
        "confirmed_at": violation.confirmed_at,
        "last_seen_at": violation.last_seen_at,
        "ended_at": violation.ended_at,
        "boxes": [_box(sighting) for sighting in violation.sightings],
        "model": ModelPart(name=model.name, version=model.version, sha256=model.sha256),
        "evidence": told_evidence(alert),
        "life": life_part(alert),
        "node_id": alert.origin.node_id if alert.origin else None,
        "node_sequence": alert.origin.sequence if alert.origin else None,
        "node_clock_offset_seconds": alert.origin.clock_offset_seconds if alert.origin else None,
        "node_clock_uncertainty_seconds": alert.origin.clock_uncertainty_seconds if alert.origin else None,
    }


def _box(sighting: Sighting) -> BoxPart:
    """Rounded as in the MQTT message, so that both say the same."""
    edges = {edge: round(getattr(sighting.box, edge), 5) for edge in ("left", "top", "right", "bottom")}
    return BoxPart(label=sighting.label, confidence=round(sighting.confidence, 4), **edges)


class AlertPage(Page):
    items: list[AlertView]


class StepView(Shown):
    """One step of the alert's history. `actor_name` is null for the machine."""

    sequence: int
    step: AlertStep
    at: datetime
    actor_id: str | None
    actor_name: str | None
    note: str


class DueView(Shown):
    """A time that somebody must keep. `due_at` is null while the clocks are paused."""

    duty: Duty
    rung: Annotated[int, Field(description="Place on the ladder of this duty, from 1.")]
    tell: Annotated[str, Field(description="Who hears of it when it has passed.")]
    since: datetime
    due_at: datetime | None
    overdue: bool


class OwnVerdictView(Shown):
    """What the caller said in this round. Nobody else is told until it cannot sway another reviewer."""

    state: ToldState
    reason: str
    at: datetime

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        return cls(state=ToldState(verdict.state.told.value), reason=verdict.reason, at=verdict.at)


class ClockView(Shown):
    """What must be done by when, and the caller's own part in it."""

    dues: list[DueView]
    minimum_viewing_seconds: Annotated[float, Field(description="Seconds with the evidence that a verdict needs.")]
    needs_second_review: bool
    opened_at: Annotated[datetime | None, Field(description="When the caller first opened the still or the clip.")]
    own_verdict: OwnVerdictView | None
    open_steps: Annotated[list[AlertStep], Field(description="Steps that the caller may take now.")]

    @classmethod
    def of(cls, dues: Sequence[Due], *, now: datetime, **part: object) -> Self:
        """The times as of now."""
        told = [
            DueView(
                duty=due.duty,
                rung=due.rung,
                tell=due.tell.value,
                since=due.since,
                due_at=due.due_at,
                overdue=due.due_at is not None and due.due_at <= now,
            )
            for due in dues
        ]
        return cls.model_validate({"dues": told, **part})


class AlertDetail(AlertView):
    history: list[StepView]
    clock: ClockView

    @classmethod
    def told(cls, alert: Alert, around: Surroundings, history: Sequence[StepRecord], clock: ClockView) -> Self:
        """The alert with its history, oldest step first."""
        steps = [
            StepView(
                sequence=step.sequence,
                step=step.step,
                at=step.at,
                actor_id=step.actor_id,
                actor_name=None if step.actor_id is None else around.account_names.get(step.actor_id),
                note=step.note,
            )
            for step in history
        ]
        return cls(**_fields(alert, around), history=steps, clock=clock)


class VerdictBody(Received):
    """A person's step. `expected_sequence` is the alert's sequence that the person looked at."""

    reason: Reason = ""
    expected_sequence: Annotated[int, Field(ge=1, le=2**31 - 1)]


class RectificationBody(Received):
    """What the enterprise did (`reason`), shown by files that were put to the alert."""

    reason: Reason
    expected_sequence: Annotated[int, Field(ge=1, le=2**31 - 1)]
    files: Annotated[list[ItemId], Field(max_length=30)]


class AnswerFileView(Shown):
    """A file that was put to the alert, and the alert's sequence since."""

    evidence_id: str
    sequence: int

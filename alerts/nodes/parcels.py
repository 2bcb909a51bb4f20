"""What edge and centre say to each other over HTTPS: models of the bodies, read strictly on both sides."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from alerts.messages import BoxPart, ModelPart
from domain.alert import AlertState, AlertStep, EvidenceKind, EvidenceState
from domain.organisation import EnterpriseType
from domain.risk import RiskClass
from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay
from domain.zone import ZoneType
from domain.zone_hours import Holds, ZoneHours

MOST_STEPS = 100
MOST_CAMERAS = 5_000


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z_]+)+$", max_length=100)]
Text = Annotated[str, Field(max_length=1_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
CONDITION = Literal["online", "degraded", "offline", "tampered"]


class Parcel(BaseModel):
    """A newer node may say more than this centre knows: what is not known is ignored."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class EvidenceParcel(Parcel):
    """A piece as the node has it; the file itself follows by its id."""

    evidence_id: Id
    kind: EvidenceKind
    state: EvidenceState
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]{1,60}$")]
    created_at: Instant
    size_bytes: Annotated[int, Field(ge=0, le=2**40)] | None = None
    sha256: Sha256 | None = None
    cause: Annotated[str, Field(max_length=100)] | None = None


class StepParcel(Parcel):
    """One step of an alert's life at the node, with the alert as it stood there after it.

    `actor` is the node's account that took the step (None: a machine). `is_echo`: the step only repeats what a person
    decided at the centre.
    """

    alert_id: Id
    sequence: Annotated[int, Field(ge=1, le=2**31 - 1)]
    step: AlertStep
    at: Instant
    note: Text = ""
    actor: Annotated[str, Field(max_length=100)] | None = None
    is_echo: bool = False
    reason: Text = ""
    enterprise_id: Id
    site_id: Id
    camera_id: Id
    zone_id: Id | None = None
    zone_name: Name | None = None
    violation_id: Id
    code: Slug
    code_version: Annotated[str, Field(min_length=1, max_length=40)]
    risk_class: RiskClass
    clause_ids: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)]
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    raised_at: Instant
    local_day: date
    started_at: Instant
    confirmed_at: Instant
    last_seen_at: Instant
    ended_at: Instant | None
    sightings: Annotated[list[BoxPart], Field(max_length=200)]
    model: ModelPart
    evidence: Annotated[list[EvidenceParcel], Field(max_length=20)]


class StepsParcel(Parcel):
    steps: Annotated[list[StepParcel], Field(min_length=1, max_length=MOST_STEPS)]


class StepAnswer(Parcel):
    """What became of one step.

    `taken`: stored now. `known`: it was there. `early`: the centre lacks the steps from `wanted` on. `later`: send it
    again, it cannot be taken yet. `refused`: this centre will not take it, for the reason.
    """

    alert_id: str
    sequence: int
    outcome: Literal["taken", "known", "early", "later", "refused"]
    reason: str | None = None
    wanted: int | None = None


class StepAnswers(Parcel):
    answers: list[StepAnswer]


class CameraReport(Parcel):
    camera_id: Id
    condition: CONDITION
    since: Instant
    cause: Annotated[str, Field(max_length=100)] | None = None


class QueueReport(Parcel):
    """What waits at the node; seconds and bytes."""

    steps: Annotated[int, Field(ge=0)] = 0
    oldest_seconds: Annotated[float, Field(ge=0)] = 0.0
    refused: Annotated[int, Field(ge=0)] = 0
    evidence_files: Annotated[int, Field(ge=0)] = 0
    evidence_bytes: Annotated[int, Field(ge=0)] = 0


class Heartbeat(Parcel):
    """The node is there. `clock_offset_seconds` added to the node's clock is the centre's (None: not measured)."""

    version: Annotated[str, Field(max_length=40)]
    sent_at: Instant
    clock_offset_seconds: float | None = None
    clock_uncertainty_seconds: Annotated[float, Field(ge=0)] | None = None
    cameras: Annotated[list[CameraReport], Field(max_length=MOST_CAMERAS)] = []
    queue: QueueReport = QueueReport()


class HeartbeatAnswer(Parcel):
    """`time` is the centre's clock, `inventory` the digest of what it knows of the node.

    Outcomes are numbered up to `newest_outcome`, those of other nodes among them.
    """

    node_id: str
    time: Instant
    inventory: str | None
    newest_outcome: int


class EnterprisePart(Parcel):
    enterprise_id: Id
    name: Name
    credit_code: Annotated[str, Field(min_length=18, max_length=18)]
    type: EnterpriseType


class HoursPart(Parcel):
    weekday: Annotated[int, Field(ge=0, le=6)]
    start: time
    end: time


class DailyHoursPart(Parcel):
    start: time
    end: time


class SpecialDayPart(Parcel):
    """Other hours on one day; without hours it is closed."""

    day: date
    hours: Annotated[list[DailyHoursPart], Field(max_length=100)] = []


class SchedulePart(Parcel):
    """A centre that does not know special days and holidays goes by the week."""

    timezone: Annotated[str, Field(max_length=60)]
    hours: Annotated[list[HoursPart], Field(max_length=100)] = []
    closed_days: Annotated[list[date], Field(max_length=1_000)] = []
    special_days: Annotated[list[SpecialDayPart], Field(max_length=1_000)] = []
    keeps_holidays: bool = False

    @classmethod
    def of(cls, schedule: Schedule) -> "SchedulePart":
        return cls(
            timezone=schedule.timezone,
            hours=[HoursPart(weekday=one.weekday, start=one.start, end=one.end) for one in schedule.hours],
            closed_days=sorted(schedule.closed_days),
            special_days=[
                SpecialDayPart(
                    day=one.day, hours=[DailyHoursPart(start=each.start, end=each.end) for each in one.hours]
                )
                for one in sorted(schedule.special_days, key=lambda special: special.day)
            ],
            keeps_holidays=schedule.keeps_holidays,
        )

    def schedule(self) -> Schedule:
        """Raises ValueError for a time zone that does not exist, or a day that is told twice."""
        return Schedule(
            timezone=self.timezone,
            hours=tuple(OpenHours(weekday=one.weekday, start=one.start, end=one.end) for one in self.hours),
            closed_days=frozenset(self.closed_days),
            special_days=tuple(
                SpecialDay(day=one.day, hours=tuple(DailyHours(start=each.start, end=each.end) for each in one.hours))
                for one in self.special_days
            ),
            keeps_holidays=self.keeps_holidays,
        )


class SitePart(Parcel):
    site_id: Id
    enterprise_id: Id
    name: Name
    schedule: SchedulePart


class ZoneHoursPart(Parcel):
    holds: Holds
    hours: Annotated[list[HoursPart], Field(max_length=100)] = []

    @classmethod
    def of(cls, hours: ZoneHours) -> "ZoneHoursPart":
        week = [HoursPart(weekday=one.weekday, start=one.start, end=one.end) for one in hours.hours]
        return cls(holds=hours.holds, hours=week)

    def zone_hours(self) -> ZoneHours:
        """Raises ValueError for times that carry a zone."""
        week = tuple(OpenHours(weekday=one.weekday, start=one.start, end=one.end) for one in self.hours)
        return ZoneHours(holds=self.holds, hours=week)


class ZonePart(Parcel):
    zone_id: Id
    name: Name
    type: ZoneType
    corners: Annotated[list[tuple[float, float]], Field(min_length=3, max_length=100)]
    hours: ZoneHoursPart | None = None


class CameraPart(Parcel):
    """A camera without its address: that stays at the node."""

    camera_id: Id
    site_id: Id
    name: Name
    analysed_fps: Annotated[float, Field(gt=0, le=30)]
    is_enabled: bool
    codes: list[Slug] | None = None
    zones: Annotated[list[ZonePart], Field(max_length=200)] = []


class Inventory(Parcel):
    """All that the node watches. `digest` is the SHA-256 of the rest, by which both tell whether it changed."""

    digest: Sha256
    enterprises: Annotated[list[EnterprisePart], Field(max_length=1_000)]
    sites: Annotated[list[SitePart], Field(max_length=1_000)]
    cameras: Annotated[list[CameraPart], Field(max_length=MOST_CAMERAS)]


class EvidenceStanding(Parcel):
    """How much of a file has arrived; `is_complete` once its checksum was found right and it is stored."""

    received_bytes: int
    is_complete: bool


class OutcomePart(Parcel):
    """What a person decided at the centre about a node's alert; the state is the alert's present one there."""

    outcome_id: int
    alert_id: Id
    state: AlertState
    reason: Text = ""
    reviewer_id: Annotated[str, Field(max_length=100)]
    decided_at: Instant


class Outcomes(Parcel):
    """`next` is to be asked for from then on, also where the list is empty."""

    outcomes: list[OutcomePart]
    next: int

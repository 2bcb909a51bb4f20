"""The message about a violation and its life: raised by a machine, judged by people, step by step."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.ids import AlertId, EnterpriseId, EvidenceId, NodeId, SiteId, UserId
from domain.life import Life
from domain.steps import AlertState, AlertStep
from domain.violation import Violation

__all__ = [
    "Alert",
    "AlertState",
    "AlertStep",
    "Evidence",
    "EvidenceKind",
    "EvidenceState",
    "Origin",
    "Review",
]


class EvidenceKind(StrEnum):
    """The first three are made by the machine; photos and documents come from people who rectify something."""

    STILL = "still"
    BOXES = "boxes"
    CLIP = "clip"
    PHOTO = "photo"
    DOCUMENT = "document"

    @property
    def is_answer(self) -> bool:
        """It is part of an enterprise's answer and shows nothing of the finding. It is not masked."""
        return self in {EvidenceKind.PHOTO, EvidenceKind.DOCUMENT}


class EvidenceState(StrEnum):
    """`pending`: being made. `stored`: on disk with its checksum. `missing`: could not be made, `cause` says why.

    `deleted`: it was stored and was deleted by a rule, which `cause` names; size and checksum stay.
    """

    PENDING = "pending"
    STORED = "stored"
    MISSING = "missing"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One file that shows the violation. `name` is its path inside the evidence store."""

    evidence_id: EvidenceId
    alert_id: AlertId
    kind: EvidenceKind
    state: EvidenceState
    name: str
    media_type: str
    created_at: datetime
    size_bytes: int | None = None
    sha256: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's verdict. `reviewer_id` is always a person's account; the system never reviews."""

    reviewer_id: UserId
    reviewed_at: datetime
    state: AlertState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The other machine that raised an alert, as the centre that keeps it knows it.

    `sequence` is the node's own count of steps, up to the last one that was taken over. `clock_offset_seconds` is how
    far the node's clock was behind the centre's when it was last measured (None: never), within plus or minus
    `clock_uncertainty_seconds` (None: not told).
    """

    node_id: NodeId
    sequence: int
    clock_offset_seconds: float | None = None
    clock_uncertainty_seconds: float | None = None

    def by_our_clock(self, at: datetime) -> datetime:
        """When that was by the centre's clock, of a moment by the node's; as it stands where the offset is unknown."""
        try:
            return at + timedelta(seconds=self.clock_offset_seconds or 0.0)
        except OverflowError:  # no clock is off like that
            return at


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert with all that is known of it now.

    `sequence` counts its steps from 1 and makes messages about one alert comparable: a consumer that has
    seen sequence n ignores everything up to n. `local_day` is the site's calendar day on which it was raised.
    `origin` is None for an alert that this very installation raised. `life` is None for alerts from before it was kept:
    no clock runs for them.
    """

    alert_id: AlertId
    enterprise_id: EnterpriseId
    site_id: SiteId
    violation: Violation
    state: AlertState
    sequence: int
    raised_at: datetime
    updated_at: datetime
    local_day: date
    evidence: tuple[Evidence, ...] = ()
    review: Review | None = None
    origin: Origin | None = None
    life: Life | None = None

    def __post_init__(self) -> None:
        if self.sequence < 1:
            raise ValueError(f"sequence counts from 1, got {self.sequence}")

    @property
    def is_open(self) -> bool:
        """The violation lasts, as far as the cameras can tell."""
        return self.violation.ended_at is None

"""What people did about an alert, as facts with their times. The rules about it stand in `alerts`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import EvidenceId, UserId
from domain.risk import RiskClass
from domain.steps import AlertState


class Duty(StrEnum):
    """What somebody owes an alert next."""

    ACKNOWLEDGE = "acknowledge"
    REVIEW = "review"
    NOTIFY = "notify"
    RECTIFY = "rectify"
    DECIDE = "decide"  # about a dispute
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one reviewer said in one round of review.

    `viewed_seconds` lie between the reviewer's first look at the evidence and the verdict; None: there was none to
    look at, or nobody measured. `nonce` (hexadecimal) keeps the verdict's commitment from being guessed.
    """

    reviewer_id: UserId
    state: AlertState
    reason: str
    at: datetime
    round: int
    viewed_seconds: float | None
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The enterprise says that the confirmed finding is wrong. `outcome` is the other reviewer's decision."""

    by: UserId
    at: datetime
    reason: str
    outcome: AlertState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification:
    """What the enterprise did about it, with pictures or documents.

    `is_accepted` is None until a person of the authority has looked (`judged_by`, `judged_at`, `judged_note`).
    """

    by: UserId
    at: datetime
    note: str
    files: tuple[EvidenceId, ...]
    is_accepted: bool | None = None
    judged_by: UserId | None = None
    judged_at: datetime | None = None
    judged_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Clocks stand still from `since` until `until` (None: they still do)."""

    by: UserId
    since: datetime
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A deadline that passed and was told. (duty, rung, since) is told once, whoever looks and however often."""

    duty: Duty
    rung: int
    since: datetime
    due_at: datetime
    at: datetime


class RiseCause(StrEnum):
    """What made a class rise."""

    LASTS = "lasts"
    SUBJECTS = "subjects"  # so many of the code at the camera at once
    REPEATS = "repeats"  # so many of the code at the camera within some days
    TOGETHER = "together"  # another code stands at the camera at the same time
    NODE = "node"  # the edge that raised the alert says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """The class became a more urgent one. `found` and `needed` are seconds or counts (`NODE`: 0).

    `codes` are those that stood beside it (`TOGETHER`). `within_days` belongs to `REPEATS` and is 0 otherwise.
    """

    before: RiskClass
    to: RiskClass
    cause: RiseCause
    at: datetime
    found: float = 0.0
    needed: float = 0.0
    within_days: int = 0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The people's side of one alert. `entered` says when it last came into a state by its own step.

    `round` counts the rounds of review from 1: a dispute, or a verdict that is changed, begins a new one.
    """

    entered: Mapping[AlertState, datetime] = field(default_factory=dict)
    round: int = 1
    verdicts: tuple[Verdict, ...] = ()
    dispute: Dispute | None = None
    rectifications: tuple[Rectification, ...] = ()
    pauses: tuple[Pause, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    rises: tuple[Rise, ...] = ()

    @property
    def spoken(self) -> tuple[Verdict, ...]:
        """The verdicts of the present round, in their order."""
        return tuple(verdict for verdict in self.verdicts if verdict.round == self.round)

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

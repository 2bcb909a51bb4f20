"""What messages and answers tell of an alert's life. A verdict that another reviewer must not know is not in it.

It is built from the alert and nothing else, so that no reader (MQTT, feed, REST, pack) can be told more than another.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from alerts.life_file import commitment_of, digest_of
from domain.alert import Alert, AlertState, Evidence, EvidenceKind
from domain.ids import UserId
from domain.life import Duty, Life, Rise, RiseCause, Verdict
from domain.risk import RiskClass

EVIDENCE_PATH = "/api/v1/evidence/{evidence_id}"


class VerdictPart(BaseModel):
    """One reviewer's verdict; who it was stays in the journal. It is told when its round cannot be swayed any more."""

    model_config = ConfigDict(frozen=True)

    round: int
    state: AlertState
    reason: str
    at: datetime
    viewed_seconds: float | None
    nonce: str
    commitment: str


class DisputePart(BaseModel):
    """What the enterprise says against it; `outcome` is the other reviewer's decision."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    reason: str
    outcome: AlertState | None


class RectificationPart(BaseModel):
    """What the enterprise did. `accepted` is null until somebody else has looked at it."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    note: str
    files: list[str]
    accepted: bool | None
    judged_at: datetime | None
    judged_note: str


class AnswerFilePart(BaseModel):
    """A picture or document that the enterprise put to the alert. It is not masked."""

    model_config = ConfigDict(frozen=True)

    evidence_id: str
    kind: EvidenceKind
    media_type: str
    size_bytes: int | None
    sha256: str | None
    path: str


class OverduePart(BaseModel):
    """A time that passed. It is told to people and decides nothing."""

    model_config = ConfigDict(frozen=True)

    duty: Duty
    rung: int = Field(description="place on the ladder of this duty, from 1")
    since: datetime
    due_at: datetime


class RisePart(BaseModel):
    """The class rose, by a rule of the catalogue. It never falls by itself."""

    model_config = ConfigDict(frozen=True)

    before: RiskClass
    to: RiskClass
    cause: RiseCause
    at: datetime
    found: float = Field(description="seconds that it has lasted, subjects at once, or alerts within the days")
    needed: float = Field(description="as much of it as the rule asks for")
    within_days: int = Field(description="days that repetitions are counted over; 0 for other causes")
    codes: list[str] = Field(description="codes that stood at the same camera; empty for other causes")


class LifePart(BaseModel):
    """The people's side in full. `state` has words that version 1 of the field beside it lacks."""

    model_config = ConfigDict(frozen=True)

    state: AlertState
    round: int = Field(description="rounds of review, counted from 1; a dispute or a changed verdict begins a new one")
    voices: int = Field(description="reviewers who have spoken in this round")
    commitments: list[str] = Field(description="SHA-256 of verdicts that are not told yet")
    verdicts: list[VerdictPart]
    dispute: DisputePart | None
    rectifications: list[RectificationPart]
    files: list[AnswerFilePart]
    paused_since: datetime | None
    overdue: list[OverduePart]
    rises: list[RisePart] = Field(
        default=[], description="the class's way up; the alert was raised in the first's `before`"
    )
    digest: str = Field(description="SHA-256 of the life as it is stored; the step is sealed, and the life with it")


def hidden(alert: Alert) -> tuple[Verdict, ...]:
    """Verdicts that nobody but their author may be told: that of a first reviewer while a second is awaited."""
    life = alert.life
    if life is None or alert.state is not AlertState.IN_REVIEW or len(life.spoken) != 1:
        return ()
    return life.spoken


def own_verdict(alert: Alert, user_id: UserId) -> Verdict | None:
    """What this reviewer has said in the present round."""
    spoken = alert.life.spoken if alert.life else ()
    return next((verdict for verdict in spoken if verdict.reviewer_id == user_id), None)


def life_part(alert: Alert) -> LifePart | None:
    """None for an alert from before lives were kept."""
    life = alert.life
    if life is None:
        return None
    concealed = hidden(alert)
    return LifePart(
        state=alert.state,
        round=life.round,
        voices=len(life.spoken),
        commitments=[commitment_of(alert.alert_id, verdict) for verdict in concealed],
        verdicts=[_verdict(alert, verdict) for verdict in life.verdicts if verdict not in concealed],
        dispute=_dispute(life),
        rectifications=[
            RectificationPart(
                at=one.at,
                note=one.note,
                files=list(one.files),
                accepted=one.is_accepted,
                judged_at=one.judged_at,
                judged_note=one.judged_note,
            )
            for one in life.rectifications
        ],
        files=[_file(piece) for piece in alert.evidence if piece.kind.is_answer],
        paused_since=life.pauses[-1].since if life.is_paused else None,
        overdue=[OverduePart(duty=one.duty, rung=one.rung, since=one.since, due_at=one.due_at) for one in life.overdue],
        rises=[_rise(one) for one in life.rises],
        digest=digest_of(life),
    )


def _rise(rise: Rise) -> RisePart:
    return RisePart(
        before=rise.before,
        to=rise.to,
        cause=rise.cause,
        at=rise.at,
        found=rise.found,
        needed=rise.needed,
        within_days=rise.within_days,
        codes=list(rise.codes),
    )


def _verdict(alert: Alert, verdict: Verdict) -> VerdictPart:
    return VerdictPart(
        round=verdict.round,
        state=verdict.state,
        reason=verdict.reason,
        at=verdict.at,
        viewed_seconds=verdict.viewed_seconds,
        nonce=verdict.nonce,
        commitment=commitment_of(alert.alert_id, verdict),
    )


def _dispute(life: Life) -> DisputePart | None:
    dispute = life.dispute
    return DisputePart(at=dispute.at, reason=dispute.reason, outcome=dispute.outcome) if dispute else None


def _file(piece: Evidence) -> AnswerFilePart:
    return AnswerFilePart(
        evidence_id=piece.evidence_id,
        kind=piece.kind,
        media_type=piece.media_type,
        size_bytes=piece.size_bytes,
        sha256=piece.sha256,
        path=EVIDENCE_PATH.format(evidence_id=piece.evidence_id),
    )

"""The index, its reasons and the ledgers as they travel."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.fields import ItemId, Page, Received, Shown
from credit.explanation import BurdenEffect, Explanation, FindingEffect
from credit.facts import Remedy
from credit.index import Assessment, Cap, Reading, Standing
from credit.ledger_ports import Snapshot
from credit.messages import NOTICE_EN, NOTICE_ZH
from credit.profile import Colour, IndexProfile, Measure
from credit.profile_file import AnyProfile
from credit.sampling import Drawn
from domain.risk import CODE_PATTERN, RiskClass

Code = Annotated[str, StringConstraints(pattern=f"^{CODE_PATTERN}$", max_length=64)]


class ReadingView(Shown):
    """One dimension. `value` is 0 to 1, null where nothing is known; `deduction` is what it takes off the index."""

    dimension_id: str
    zh: str
    en: str
    group_zh: str
    group_en: str
    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    part: float
    deduction: float

    @classmethod
    def of(cls, reading: Reading) -> Self:
        is_known = reading.value is not None
        return cls(
            dimension_id=reading.dimension.dimension_id,
            zh=reading.dimension.zh,
            en=reading.dimension.en,
            group_zh=reading.group.zh,
            group_en=reading.group.en,
            measure=reading.dimension.measure,
            value=None if reading.value is None else round(reading.value, 4),
            low=round(reading.low, 4) if is_known else None,
            high=round(reading.high, 4) if is_known else None,
            part=round(reading.part, 4),
            deduction=round(reading.deduction, 2),
        )


class CapView(Shown):
    colour: Colour
    reason: str
    references: list[str]

    @classmethod
    def of(cls, cap: Cap) -> Self:
        return cls(colour=cap.colour, reason=cap.reason, references=list(cap.references))


class IndexView(Shown):
    """An index of 0 to 100 with its interval; null where too little is known: "NEW" or "数据不足", never a guess."""

    enterprise_id: str
    as_of: date
    profile: str
    inputs_sha256: str
    standing: Standing
    standing_zh: str
    coverage: float
    index: float | None
    low: float | None
    high: float | None
    grade: str | None
    colour: Colour | None
    observed_hours: float
    known_since: date | None
    caps: list[CapView]
    dimensions: list[ReadingView]
    notice_zh: str = NOTICE_ZH
    notice_en: str = NOTICE_EN

    @classmethod
    def of(cls, assessment: Assessment, colour: Colour | None) -> Self:
        return cls(
            enterprise_id=assessment.facts.enterprise_id,
            as_of=assessment.facts.as_of,
            profile=assessment.profile_label,
            inputs_sha256=assessment.inputs_sha256,
            standing=assessment.standing,
            standing_zh=assessment.standing.zh,
            coverage=round(assessment.coverage, 4),
            index=_tenth(assessment.value),
            low=_tenth(assessment.low),
            high=_tenth(assessment.high),
            grade=None if assessment.band is None else assessment.band.grade,
            colour=colour,
            observed_hours=round(assessment.facts.observed_hours, 1),
            known_since=assessment.facts.known_since,
            caps=[CapView.of(cap) for cap in assessment.caps],
            dimensions=[ReadingView.of(reading) for reading in assessment.readings],
        )


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


class FindingView(Shown):
    """A confirmed finding: what it costs, what its verified correction gives back, and when it is over by itself."""

    alert_id: str
    site_id: str
    code: str
    risk_class: RiskClass
    day: date
    due_on: date
    remedy: Remedy
    clauses: list[str]
    which_of_its_code: int
    points: float
    cost: float
    regained: float
    faded_on: date
    gone_on: date

    @classmethod
    def of(cls, effect: FindingEffect) -> Self:
        finding = effect.finding
        return cls(
            alert_id=finding.finding_id,
            site_id=finding.site_id,
            code=finding.code,
            risk_class=finding.risk_class,
            day=finding.day,
            due_on=finding.due_on,
            remedy=finding.remedy,
            clauses=list(finding.clauses),
            which_of_its_code=effect.ordinal,
            points=round(effect.points, 3),
            cost=round(effect.cost, 2),
            regained=round(effect.regained, 2),
            faded_on=effect.faded_on,
            gone_on=effect.gone_on,
        )


class BurdenView(Shown):
    """A paper that weighs; `reference` is a record's id or an entry of ledger B."""

    reference: str
    dimension_id: str
    day: date
    clauses: list[str]
    cost: float
    ends_on: date | None

    @classmethod
    def of(cls, effect: BurdenEffect) -> Self:
        burden = effect.burden
        return cls(
            reference=burden.reference,
            dimension_id=burden.dimension_id,
            day=burden.day,
            clauses=list(burden.clauses),
            cost=round(effect.cost, 2),
            ends_on=effect.ends_on,
        )


class ExplanationView(Shown):
    """The largest deductions first. `left_out` findings with fewer points are not listed."""

    credit: IndexView
    findings: list[FindingView]
    papers: list[BurdenView]
    left_out: int

    @classmethod
    def of(cls, explanation: Explanation, colour: Colour | None) -> Self:
        return cls(
            credit=IndexView.of(explanation.assessment, colour),
            findings=[FindingView.of(each) for each in explanation.findings],
            papers=[BurdenView.of(each) for each in explanation.burdens],
            left_out=explanation.left_out,
        )


class ConfirmedBody(Received):
    code: Code
    risk_class: RiskClass


class WhatIfBody(Received):
    """What to think through; nothing is stored."""

    rectify: list[ItemId] = Field(default_factory=list, max_length=100)
    clean_hours: Annotated[float, Field(ge=0, le=100_000)] = 0.0
    days: Annotated[int, Field(ge=0, le=1100)] = 0
    confirmed: list[ConfirmedBody] = Field(default_factory=list, max_length=50)


class SnapshotView(Shown):
    """A figure as it was told on a day."""

    day: date
    made_at: datetime
    profile: str
    inputs_sha256: str
    standing: str
    index: float | None
    low: float | None
    high: float | None
    grade: str | None
    colour: Colour | None
    supervision_number: int
    record_step_number: int

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        return cls(
            day=snapshot.day,
            made_at=snapshot.made_at,
            profile=snapshot.profile_label,
            inputs_sha256=snapshot.inputs_sha256,
            standing=snapshot.standing,
            index=_tenth(snapshot.value),
            low=_tenth(snapshot.low),
            high=_tenth(snapshot.high),
            grade=snapshot.grade,
            colour=snapshot.colour,
            supervision_number=snapshot.supervision_number,
            record_step_number=snapshot.record_step_number,
        )


class SnapshotPage(Page):
    items: list[SnapshotView]


class DrawnView(Shown):
    """One enterprise of a plan: inspected where the lot is below the chance of its colour."""

    enterprise_id: str
    name: str
    colour: Colour | None
    chance: float
    lot: float
    is_drawn: bool

    @classmethod
    def of(cls, drawn: Drawn, name: str) -> Self:
        return cls(
            enterprise_id=drawn.enterprise_id,
            name=name,
            colour=drawn.colour,
            chance=drawn.chance,
            lot=drawn.lot,
            is_drawn=drawn.is_drawn,
        )


class DrawnPage(Page):
    items: list[DrawnView]


class ProfileView(Shown):
    """A profile; `unverified` names what in it nobody has found in a source."""

    profile_id: str
    version: str
    zh: str
    en: str
    is_index: bool
    unverified: list[str]
    sources: list[str]

    @classmethod
    def of(cls, profile: AnyProfile) -> Self:
        return cls(
            profile_id=profile.profile_id,
            version=profile.version,
            zh=profile.zh,
            en=profile.en,
            is_index=isinstance(profile, IndexProfile),
            unverified=list(profile.unverified),
            sources=list(profile.sources),
        )


class ProfilePage(Page):
    items: list[ProfileView]

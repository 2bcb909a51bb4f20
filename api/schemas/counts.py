"""Counts and risk codes as they travel."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from alerts.catalogue import AvailabilityState, Origin
from alerts.rising import RiseRule
from api.fields import Page, Shown
from api.figure_ports import DayCount, SiteCount
from api.schemas.clauses import ClauseView
from api.schemas.situation import DayView
from api.services import CodeEntry
from credit.ports import DailyCount
from domain.clause import ClauseRegister
from domain.life import RiseCause
from domain.risk import Duty, RiskClass

STATEMENT_ZH = "仅经人工确认的记录计入；AI 线索在人工核实前不计入任何评价。"
STATEMENT_EN = (
    "Only findings confirmed by a person count; a lead of the AI counts towards nothing until it is reviewed."
)


class VerdictsView(Shown):
    """Alerts that were raised, and what people made of them."""

    detected: int
    unreviewed: int
    confirmed: int
    dismissed: int
    unclear: int


class CountView(VerdictsView):
    """Alerts of one site, code and day."""

    enterprise_id: str
    site_id: str
    code: str
    day: date

    @classmethod
    def of(cls, count: DailyCount) -> Self:
        return cls(
            enterprise_id=count.enterprise_id,
            site_id=count.site_id,
            code=count.code,
            day=count.day,
            detected=count.detected,
            unreviewed=count.unreviewed,
            confirmed=count.confirmed,
            dismissed=count.dismissed,
            unclear=count.unclear,
        )


class TotalView(VerdictsView):
    """The sum over all days and sites of the answer. `counted` is what may count towards anything: the confirmed."""

    counted: int

    @classmethod
    def over(cls, each: Iterable[VerdictsView]) -> Self:
        told = list(each)
        sums = {name: sum(getattr(one, name) for one in told) for name in VerdictsView.model_fields}
        return cls(**sums, counted=sums["confirmed"])


class CountsView(Shown):
    """Both days belong to the range."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    day_from: Annotated[date, Field(alias="from")]
    day_to: Annotated[date, Field(alias="to")]
    items: list[CountView]
    total: TotalView
    statement_zh: str = STATEMENT_ZH
    statement_en: str = STATEMENT_EN

    @classmethod
    def of(cls, counts: Sequence[DailyCount], day_from: date, day_to: date) -> Self:
        items = [CountView.of(count) for count in counts]
        return cls(day_from=day_from, day_to=day_to, items=items, total=TotalView.over(items))


class SiteCountView(VerdictsView):
    """Alerts of one site over all days of the answer."""

    enterprise_id: str
    site_id: str

    @classmethod
    def of(cls, count: SiteCount) -> Self:
        return cls(
            enterprise_id=count.enterprise_id,
            site_id=count.site_id,
            detected=count.confirmed + count.dismissed + count.unclear + count.unreviewed,
            unreviewed=count.unreviewed,
            confirmed=count.confirmed,
            dismissed=count.dismissed,
            unclear=count.unclear,
        )


class OverallCountsView(Shown):
    """The same alerts twice: by day and code, and by site. Both days belong to the range.

    `sites` are those with the most confirmed and then the most alerts first; where there are more than are told,
    `is_all_sites` is false. `total` is over all of them.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    day_from: Annotated[date, Field(alias="from")]
    day_to: Annotated[date, Field(alias="to")]
    days: list[DayView]
    sites: list[SiteCountView]
    is_all_sites: bool
    total: TotalView
    statement_zh: str = STATEMENT_ZH
    statement_en: str = STATEMENT_EN

    @classmethod
    def of(
        cls, days: Sequence[DayCount], sites: Sequence[SiteCount], most_sites: int, day_from: date, day_to: date
    ) -> Self:
        told = sorted(map(SiteCountView.of, sites), key=lambda each: (-each.confirmed, -each.detected, each.site_id))
        return cls(
            day_from=day_from,
            day_to=day_to,
            days=[DayView.of(each) for each in days],
            sites=told[:most_sites],
            is_all_sites=len(told) <= most_sites,
            total=TotalView.over(told),
        )


class OriginView(Shown):
    """Which profile set a value, and why. `field` is its name in the catalogue's files."""

    field: str
    profile: str
    because: str

    @classmethod
    def of(cls, field: str, origin: Origin) -> Self:
        return cls(field=field, profile=origin.profile, because=origin.because)


class RiseView(Shown):
    """A rule by which alerts of a code become more urgent by themselves; they never become less so."""

    to: RiskClass
    cause: RiseCause
    needed: Annotated[float, Field(description="Seconds that it lasts, or a number of alerts.")]
    within_days: int
    codes: Annotated[list[str], Field(description="Any of these, open at the same camera.")]
    because: str

    @classmethod
    def of(cls, rule: RiseRule) -> Self:
        return cls(
            to=rule.to,
            cause=rule.cause,
            needed=rule.needed,
            within_days=rule.within_days,
            codes=sorted(rule.beside),
            because=rule.because,
        )


class CodeView(Shown):
    """A risk code as the profile in service has it, and whether this installation can see it.

    Where it cannot, the reasons say why. `clauses` are the versions in force today, or else the last ones known.
    `origins` names each value that the profile sets, with the reason; all others are the catalogue's own.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    code: str
    version: str
    name_zh: str
    name_en: str
    risk_class: Annotated[RiskClass, Field(alias="class")]
    duty: Duty
    clauses: list[ClauseView]
    is_credit_eligible: bool
    credit_condition: str
    notify: str
    remark: str
    rises: list[RiseView]
    origins: list[OriginView]
    availability: AvailabilityState
    reason_zh: str
    reason_en: str

    @classmethod
    def of(cls, entry: CodeEntry, register: ClauseRegister, today: date) -> Self:
        code, availability = entry.risk, entry.availability
        return cls(
            code=code.code,
            version=code.version,
            name_zh=code.name_zh,
            name_en=code.name_en,
            risk_class=code.risk_class,
            duty=code.duty,
            clauses=[ClauseView.told(clause.clause_id, register, today) for clause in code.clauses],
            is_credit_eligible=code.is_credit_eligible,
            credit_condition=entry.credit_condition,
            notify=entry.notify,
            remark=code.remark,
            rises=[RiseView.of(rule) for rule in entry.rises],
            origins=[OriginView.of(field, origin) for field, origin in entry.origins.items()],
            availability=availability.state,
            reason_zh=availability.reason_zh,
            reason_en=availability.reason_en,
        )


class CodePage(Page):
    items: list[CodeView]

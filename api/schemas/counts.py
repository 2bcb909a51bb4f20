"""Counts and risk codes as they travel."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field

from alerts.catalogue import AvailabilityState
from api.fields import Page, Shown
from api.services import CodeEntry
from credit.ports import DailyCount
from domain.risk import Clause, Duty, RiskClass

STATEMENT_ZH = "仅经人工确认的记录计入；AI 线索在人工核实前不计入任何评价。"
STATEMENT_EN = (
    "Only findings confirmed by a person count; a lead of the AI counts towards nothing until it is reviewed."
)


class CountView(Shown):
    """Alerts of one site, code and day: all that were raised, and what people made of them."""

    enterprise_id: str
    site_id: str
    code: str
    day: date
    detected: int
    unreviewed: int
    confirmed: int
    dismissed: int
    unclear: int

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


class TotalView(Shown):
    """The sum over all days and sites of the answer. `counted` is what may count towards anything: the confirmed."""

    detected: int
    unreviewed: int
    confirmed: int
    dismissed: int
    unclear: int
    counted: int


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
        confirmed = sum(count.confirmed for count in counts)
        total = TotalView(
            detected=sum(count.detected for count in counts),
            unreviewed=sum(count.unreviewed for count in counts),
            confirmed=confirmed,
            dismissed=sum(count.dismissed for count in counts),
            unclear=sum(count.unclear for count in counts),
            counted=confirmed,
        )
        return cls(day_from=day_from, day_to=day_to, items=[CountView.of(count) for count in counts], total=total)


class ClauseView(Shown):
    """A place in a law. `verified` false: nobody has compared it with the official text yet."""

    clause_id: str
    law: str
    article: str
    verified: bool

    @classmethod
    def of(cls, clause: Clause) -> Self:
        return cls(clause_id=clause.clause_id, law=clause.law, article=clause.article, verified=clause.verified)

    @classmethod
    def unknown(cls, clause_id: str) -> Self:
        """A clause of an earlier catalogue, of which only the id is known."""
        return cls(clause_id=clause_id, law="", article="", verified=False)


class CodeView(Shown):
    """A risk code and whether this installation can see it; where it cannot, the reasons say why."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    code: str
    version: str
    name_zh: str
    name_en: str
    risk_class: Annotated[RiskClass, Field(alias="class")]
    duty: Duty
    clauses: list[ClauseView]
    is_credit_eligible: bool
    remark: str
    availability: AvailabilityState
    reason_zh: str
    reason_en: str

    @classmethod
    def of(cls, entry: CodeEntry) -> Self:
        code, availability = entry.risk, entry.availability
        return cls(
            code=code.code,
            version=code.version,
            name_zh=code.name_zh,
            name_en=code.name_en,
            risk_class=code.risk_class,
            duty=code.duty,
            clauses=[ClauseView.of(clause) for clause in code.clauses],
            is_credit_eligible=code.is_credit_eligible,
            remark=code.remark,
            availability=availability.state,
            reason_zh=availability.reason_zh,
            reason_en=availability.reason_en,
        )


class CodePage(Page):
    items: list[CodeView]

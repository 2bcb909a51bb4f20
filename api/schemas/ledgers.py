"""Ledgers A and B as they travel."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from api.fields import Page, Reason, Received, Shown
from credit.ledger import LeadEntry, LeadKind, SupervisionEntry, SupervisionKind
from credit.ledger_ports import LedgerCount, TracedEntry
from domain.ids import UserId
from domain.risk import RiskClass


class LeadEntryView(Shown):
    """An entry of ledger A. A lead is a hint of a machine and counts towards nothing."""

    number: int
    alert_id: str
    site_id: str
    code: str
    kind: LeadKind
    day: date
    at: datetime

    @classmethod
    def of(cls, number: int, entry: LeadEntry) -> Self:
        return cls(
            number=number,
            alert_id=entry.alert_id,
            site_id=entry.site_id,
            code=entry.code,
            kind=entry.kind,
            day=entry.day,
            at=entry.at,
        )


class LeadEntryPage(Page):
    items: list[LeadEntryView]


class SupervisionEntryView(Shown):
    """An entry of ledger B."""

    number: int
    entry_id: str
    kind: SupervisionKind
    day: date
    at: datetime
    site_id: str | None
    alert_id: str | None
    code: str | None
    risk_class: RiskClass | None
    clauses: list[str]
    figures: dict[str, Any]
    reason: str
    corrects: str | None

    @classmethod
    def of(cls, number: int, entry: SupervisionEntry) -> Self:
        return cls(
            number=number,
            entry_id=entry.entry_id,
            kind=entry.kind,
            day=entry.day,
            at=entry.at,
            site_id=entry.site_id,
            alert_id=entry.case_id,
            code=entry.code,
            risk_class=entry.risk_class,
            clauses=list(entry.clauses),
            figures=dict(entry.figures),
            reason=entry.reason,
            corrects=entry.corrects,
        )


class SupervisionEntryPage(Page):
    items: list[SupervisionEntryView]


class NamedEntryView(SupervisionEntryView):
    """With who entered it: the account's name, its id where there is none any more, null where nobody did (hours).

    `is_corrected`: a later entry takes it out of every count.
    """

    by: str | None
    is_corrected: bool


class TracedEntryView(Shown):
    """An entry with its place in the chain, its case from the first step to the last, and corrections.

    `sha256` is over the entry and the one before it, `is_intact` says that it is still what was hashed. `submitter`
    reported the correction that is verified.
    """

    entry: NamedEntryView
    submitter: str | None
    code_version: str | None
    sha256: str
    previous_sha256: str
    is_intact: bool
    case: list[NamedEntryView]
    corrected: NamedEntryView | None
    corrections: list[NamedEntryView]

    @classmethod
    def of(cls, traced: TracedEntry, name: Callable[[UserId], str]) -> Self:
        """`name` tells what an account is called."""
        wrong = {each.corrects for _, each in traced.corrections}
        if traced.corrected is not None:
            wrong.add(traced.corrected[1].entry_id)

        def shown(number: int, entry: SupervisionEntry) -> NamedEntryView:
            by = None if entry.actor_id is None else name(entry.actor_id)
            plain = SupervisionEntryView.of(number, entry).model_dump()
            return NamedEntryView(**plain, by=by, is_corrected=entry.entry_id in wrong)

        entry = traced.entry
        return cls(
            entry=shown(traced.place.number, entry),
            submitter=None if entry.submitter_id is None else name(entry.submitter_id),
            code_version=entry.code_version,
            sha256=traced.place.digest,
            previous_sha256=traced.place.previous,
            is_intact=traced.is_intact,
            case=[shown(*each) for each in traced.case],
            corrected=None if traced.corrected is None else shown(*traced.corrected),
            corrections=[shown(*each) for each in traced.corrections],
        )


class NotedBody(Received):
    """Something of an enterprise's supervision, entered by a person.

    Give one of: `share` (days of daily control done, say), `inspection` (a figure of 0 to 100), `level`, `burden`,
    `corrects` (the `entry_id` of an entry that was wrong). All but a `share` of self-inspection (S1 to S8) are for
    officers.
    """

    day: date
    reason: Reason = ""
    share: "ShareBody | None" = None
    inspection: Annotated[float, Field(ge=0, le=100)] | None = None
    level: Annotated[str, StringConstraints(pattern="^[A-D]$")] | None = None
    burden: "BurdenBody | None" = None
    corrects: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_.-]{1,200}$")] | None = None


class NotedView(Shown):
    entry_id: str
    kind: SupervisionKind
    day: date


class ShareBody(Received):
    dimension: Annotated[str, StringConstraints(pattern="^[SP][0-9]$")]
    good: Annotated[int, Field(ge=0, le=100_000)]
    total: Annotated[int, Field(ge=1, le=100_000)]


class BurdenBody(Received):
    dimension: Annotated[str, StringConstraints(pattern="^[RP][0-9]$")]
    weight: Annotated[float, Field(ge=0, le=100)] = 1.0
    ends_on: date | None = None


class LedgerCountView(Shown):
    """One site, code and day: each lead once, by where it stands now.

    `set_aside`: confirmed once, disputed now or taken out by a correction. `rectified` and `verified` are of the
    confirmed.
    """

    site_id: str
    code: str
    day: date
    detected: int
    unreviewed: int
    reviewed: int
    confirmed: int
    dismissed: int
    abstained: int
    expired: int
    set_aside: int
    rectified: int
    verified: int

    @classmethod
    def of(cls, count: LedgerCount) -> Self:
        return cls(
            site_id=count.site_id,
            code=count.code,
            day=count.day,
            detected=count.detected,
            unreviewed=count.unreviewed,
            reviewed=count.reviewed,
            confirmed=count.confirmed,
            dismissed=count.dismissed,
            abstained=count.abstained,
            expired=count.expired,
            set_aside=count.set_aside,
            rectified=count.rectified,
            verified=count.verified,
        )


class LedgerCountPage(Page):
    items: list[LedgerCountView]

"""Grants of extracts, their reads, and what a receiver reads: no lead, no alert, no picture, no colour."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints

from api.fields import Name, Page, Received, Shown, one_line
from credit.extracts.extract import Extract, IndexPart
from credit.extracts.grant import LONGEST_DAYS, ExtractPart, ExtractRead, Grant, GrantDraft, GrantState
from credit.extracts.notice import CAVEAT_EN, CAVEAT_ZH, NOTICE_EN, NOTICE_ZH
from credit.index import Standing
from credit.records import Outcome, PublicRecord, RecordKind, Severity

Purpose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(one_line)
]


class GrantBody(Received):
    """Who may read (`receiver`), what for, what, and for how many days. At most a year."""

    receiver: Name
    purpose: Purpose
    parts: Annotated[list[ExtractPart], Field(min_length=1, max_length=len(ExtractPart))]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)]

    def draft(self) -> GrantDraft:
        """Raises GuardError."""
        return GrantDraft(receiver=self.receiver, purpose=self.purpose, parts=frozenset(self.parts), days=self.days)


class GrantView(Shown):
    """A consent, without its secret."""

    grant_id: str
    enterprise_id: str
    receiver: str
    purpose: str
    parts: list[ExtractPart]
    given_at: datetime
    given_by: str
    ends_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    state: GrantState

    @classmethod
    def of(cls, grant: Grant, now: datetime) -> Self:
        return cls(
            grant_id=grant.grant_id,
            enterprise_id=grant.enterprise_id,
            receiver=grant.draft.receiver,
            purpose=grant.draft.purpose,
            parts=sorted(grant.draft.parts),
            given_at=grant.given_at,
            given_by=grant.giver_name,
            ends_at=grant.ends_at,
            withdrawn_at=grant.withdrawn_at,
            withdrawn_by=grant.withdrawer_name,
            state=grant.state_at(now),
        )


class NewGrantView(Shown):
    """`secret` is shown this once; hand it to the receiver by a way that you trust."""

    grant: GrantView
    secret: str


class GrantPage(Page):
    items: list[GrantView]


class ExtractReadView(Shown):
    grant_id: str
    receiver: str
    at: datetime
    address: Annotated[str, Field(description="Where the request came from, as the service saw it.")]

    @classmethod
    def of(cls, read: ExtractRead) -> Self:
        return cls(grant_id=read.grant_id, receiver=read.receiver, at=read.at, address=read.address)


class ExtractReadPage(Page):
    items: list[ExtractReadView]


class ExtractIndexView(Shown):
    """0 to 100 with interval and band; null where too little is known: "NEW" or "数据不足", never a guess."""

    standing: Standing
    standing_zh: str
    index: float | None
    low: float | None
    high: float | None
    grade: str | None
    profile: str
    inputs_sha256: str

    @classmethod
    def of(cls, part: IndexPart) -> Self:
        return cls(
            standing=part.standing,
            standing_zh=part.standing.zh,
            index=_tenth(part.value),
            low=_tenth(part.low),
            high=_tenth(part.high),
            grade=part.grade,
            profile=part.profile,
            inputs_sha256=part.inputs_sha256,
        )


class ExtractRecordView(Shown):
    """A decision that is published today, with its document."""

    kind: RecordKind
    severity: Severity
    document_no: str
    document_type: str
    authority_name: str
    authority_code: str
    decision_date: date
    facts: str
    outcomes: list[Outcome]
    fine_yuan: int | None
    clauses: list[str]
    published_until: date | None

    @classmethod
    def of(cls, record: PublicRecord) -> Self:
        draft = record.draft
        return cls(
            kind=draft.kind,
            severity=draft.severity,
            document_no=draft.document_no,
            document_type=draft.document_type,
            authority_name=draft.authority_name,
            authority_code=draft.authority_code,
            decision_date=draft.decision_date,
            facts=draft.facts,
            outcomes=list(draft.outcomes),
            fine_yuan=draft.fine_yuan,
            clauses=list(draft.clauses),
            published_until=record.ends_on,
        )


class ExtractView(Shown):
    """`index` and `records` are null where they were not granted."""

    enterprise_name: str
    credit_code: str
    receiver: str
    purpose: str
    made_at: datetime
    as_of: date
    ends_at: Annotated[datetime, Field(description="When the consent ends by itself; it can be withdrawn before.")]
    index: ExtractIndexView | None
    records: list[ExtractRecordView] | None
    notice_zh: str = NOTICE_ZH
    notice_en: str = NOTICE_EN
    caveat_zh: Annotated[str, Field(description="What an extract is not.")] = CAVEAT_ZH
    caveat_en: Annotated[str, Field(description="The same in English.")] = CAVEAT_EN

    @classmethod
    def of(cls, extract: Extract) -> Self:
        draft = extract.grant.draft
        return cls(
            enterprise_name=extract.enterprise.name,
            credit_code=extract.enterprise.credit_code.value,
            receiver=draft.receiver,
            purpose=draft.purpose,
            made_at=extract.made_at,
            as_of=extract.as_of,
            ends_at=extract.grant.ends_at,
            index=None if extract.index is None else ExtractIndexView.of(extract.index),
            records=None if extract.records is None else [ExtractRecordView.of(each) for each in extract.records],
        )


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)

"""Records of ledger C as they travel."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.fields import ItemId, Name, Page, Received, Shown
from api.fields import Reason as AnyReason
from credit.records import (
    Delivery,
    DeliveryAction,
    Outcome,
    Procedure,
    PublicRecord,
    RecordDraft,
    RecordKind,
    RecordState,
    RecordStep,
    RecordStepKind,
    Severity,
)
from credit.repair import RepairAnswer, RepairList, RepairPolicy
from domain.credit_code import CreditCode
from domain.ids import EnterpriseId

Reason = Annotated[AnyReason, Field(min_length=1)]
Facts = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
ClauseVersion = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}@[A-Za-z0-9._-]{1,50}$")]


class RecordBody(Received):
    """A decision with its document. `clauses` name the version of the day ("cn.fsl.33@2021")."""

    kind: RecordKind
    severity: Severity
    document_no: Name
    document_type: Name
    authority_name: Name
    authority_code: Annotated[str, Field(max_length=64)]
    decision_date: date
    procedure: Procedure
    facts: Facts
    outcomes: Annotated[list[Outcome], Field(min_length=1, max_length=9)]
    clauses: Annotated[list[ClauseVersion], Field(min_length=1, max_length=50)]
    fine_yuan: Annotated[int, Field(ge=0, le=10**12)] | None = None
    lead_ids: Annotated[list[ItemId], Field(max_length=100)] = Field(default_factory=list)
    corrects: ItemId | None = None

    def draft(self, enterprise_id: EnterpriseId, credit_code: CreditCode) -> RecordDraft:
        """Raises GuardError."""
        return RecordDraft(
            enterprise_id=enterprise_id,
            credit_code=credit_code,
            kind=self.kind,
            severity=self.severity,
            document_no=self.document_no,
            document_type=self.document_type,
            authority_name=self.authority_name,
            authority_code=self.authority_code.strip().upper(),
            decision_date=self.decision_date,
            procedure=self.procedure,
            facts=self.facts,
            outcomes=tuple(self.outcomes),
            clauses=tuple(self.clauses),
            fine_yuan=self.fine_yuan,
            lead_ids=tuple(self.lead_ids),
            corrects=self.corrects,
        )


class ReasonBody(Received):
    reason: Reason


class PublishBody(Received):
    """`basis` is the place in law that allows it, `ends_on` the last day."""

    basis: Reason
    ends_on: date
    receivers: Annotated[list[Name], Field(min_length=1, max_length=50)]


class WithdrawBody(Received):
    """`decided_on` is the day on which the decision was changed or revoked: the three days run from it."""

    reason: Reason
    decided_on: date


class ConfirmationBody(Received):
    confirmation: Reason


class RecordStepView(Shown):
    kind: RecordStepKind
    at: datetime
    reason: str
    basis: str
    decided_on: date | None
    ends_on: date | None

    @classmethod
    def of(cls, step: RecordStep) -> Self:
        return cls(
            kind=step.kind,
            at=step.at,
            reason=step.reason,
            basis=step.basis,
            decided_on=step.decided_on,
            ends_on=step.ends_on,
        )


class RecordView(Shown):
    """A decision on record. `lead_ids` are not shown: they prove nothing."""

    record_id: str
    enterprise_id: str
    credit_code: str
    kind: RecordKind
    severity: Severity
    document_no: str
    document_type: str
    authority_name: str
    authority_code: str
    decision_date: date
    procedure: Procedure
    facts: str
    outcomes: list[Outcome]
    fine_yuan: int | None
    clauses: list[str]
    corrects: str | None
    state: RecordState
    entered_at: datetime
    steps: list[RecordStepView]

    @classmethod
    def of(cls, record: PublicRecord, today: date) -> Self:
        draft = record.draft
        return cls(
            record_id=record.record_id,
            enterprise_id=draft.enterprise_id,
            credit_code=draft.credit_code.value,
            kind=draft.kind,
            severity=draft.severity,
            document_no=draft.document_no,
            document_type=draft.document_type,
            authority_name=draft.authority_name,
            authority_code=draft.authority_code,
            decision_date=draft.decision_date,
            procedure=draft.procedure,
            facts=draft.facts,
            outcomes=list(draft.outcomes),
            fine_yuan=draft.fine_yuan,
            clauses=list(draft.clauses),
            corrects=draft.corrects,
            state=record.state_on(today),
            entered_at=record.entered_at,
            steps=[RecordStepView.of(step) for step in record.steps],
        )


class RecordPage(Page):
    items: list[RecordView]


class RecordDeliveryView(Shown):
    """A receiver that was to be told, and whether it was."""

    delivery_id: str
    record_id: str
    receiver: str
    action: DeliveryAction
    ordered_at: datetime
    due_on: date | None
    delivered_at: datetime | None
    confirmation: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        return cls(
            delivery_id=delivery.delivery_id,
            record_id=delivery.record_id,
            receiver=delivery.receiver,
            action=delivery.action,
            ordered_at=delivery.ordered_at,
            due_on=delivery.due_on,
            delivered_at=delivery.delivered_at,
            confirmation=delivery.confirmation,
        )


class RecordDeliveryPage(Page):
    items: list[RecordDeliveryView]


class RepairView(Shown):
    """Where a published penalty stands under one policy. A hint for people: the authority decides."""

    record_id: str
    document_no: str
    policy: str
    policy_zh: str
    listed: RepairList
    listed_zh: str
    reason: str
    earliest: date | None
    ends_on: date
    working_days: int
    conditions: list[str]
    materials: list[str]
    unverified: list[str]

    @classmethod
    def of(cls, answer: RepairAnswer, policy: RepairPolicy, document_no: str) -> Self:
        return cls(
            record_id=answer.record_id,
            document_no=document_no,
            policy=policy.policy_id,
            policy_zh=policy.zh,
            listed=answer.listed,
            listed_zh=answer.listed.zh,
            reason=answer.reason,
            earliest=answer.earliest,
            ends_on=answer.ends_on,
            working_days=policy.working_days,
            conditions=list(answer.conditions),
            materials=list(answer.materials),
            unverified=list(policy.unverified),
        )


class RepairPage(Page):
    items: list[RepairView]


class PublicityPage(Page):
    """Published penalties by the names of 双公示."""

    items: list[dict[str, str]]

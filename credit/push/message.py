"""What a platform is sent: the same bytes at each try, made of the record and its steps alone. Pure.

Leads, people and everything that stands in no document of an authority are left out.
"""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from credit.dual_publicity import fields_of
from credit.errors import GuardError
from credit.records import (
    Delivery,
    DeliveryAction,
    Outcome,
    Procedure,
    PublicRecord,
    RecordKind,
    RecordState,
    RecordStep,
    RecordStepKind,
    Severity,
)

_ENDS = {
    DeliveryAction.WITHDRAW: RecordStepKind.WITHDRAWN,
    DeliveryAction.REPAIR: RecordStepKind.REPAIRED,
}


class Part(BaseModel):
    """A consumer ignores fields that it does not know; new ones may come within version 1."""

    model_config = ConfigDict(frozen=True)


class PublishedData(Part):
    """A decision in force. `corrects` is the record whose place it takes; what was said of that came before."""

    record_id: str
    sequence: Literal[1] = 1
    kind: RecordKind
    severity: Severity
    subject_name: str = Field(description="the enterprise's name when this was first sent")
    credit_code: str
    document_no: str
    document_type: str
    authority_name: str
    authority_code: str
    decision_date: date
    procedure: Procedure
    outcomes: list[Outcome]
    fine_yuan: int | None
    facts: str
    clauses: list[str] = Field(description="id@version, as in force on the day of the decision")
    basis: str = Field(description="the place in law that allows publication")
    published_at: datetime
    ends_on: date = Field(description="last day of publication: take it down afterwards by yourself")
    corrects: str | None = None
    publicity: dict[str, str] | None = Field(default=None, description="a penalty by the names of 双公示")


class EndedData(Part):
    """Take the record down, wherever it was passed on to. What it said is not repeated."""

    record_id: str
    sequence: Literal[2] = 2
    credit_code: str
    document_no: str
    authority_code: str
    decided_on: date = Field(description="day of the decision behind it")
    due_on: date = Field(description="last day on which this may be carried out")
    reason: str | None = Field(description="of a withdrawal; a repair needs none")


class RecordMessage(Part):
    """One step of a public record for one platform.

    `data.sequence` orders the steps of one record: what is lower than one already carried out is ignored.
    """

    type: Literal["record.published", "record.corrected", "record.withdrawn", "record.repaired", "test"]
    timestamp: datetime = Field(description="when the step was taken")
    data: Annotated[PublishedData | EndedData | None, Field(description="null of a test")] = None


def idempotency_key(delivery: Delivery, receiver_id: str) -> str:
    """One for each record, receiver and step, the same at each try and after each restart."""
    return f"{delivery.record_id}.{delivery.action.value}.{receiver_id}"


def content_of(record: PublicRecord, delivery: Delivery, subject_name: str) -> bytes:
    """The body. Raises GuardError where the record has no such step, or may never be published."""
    if delivery.action is DeliveryAction.PUBLISH:
        message = _published(record, subject_name)
    else:
        message = _ended(record, delivery)
    return body_of(message)


def body_of(message: RecordMessage) -> bytes:
    """JSON in the one spelling that is signed."""
    document: dict[str, Any] = message.model_dump(mode="json")
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def may_leave(record: PublicRecord, today: date) -> GuardError | None:
    """Why a publication must not go out today; None where it may.

    The same guards as the desk's and the database's, asked once more where a message leaves the house.
    """
    fault = record.draft.publication_fault()
    if fault is not None:
        return fault
    if record.published is None:
        return GuardError("publication", "a record that an officer has published", record.state.value)
    state = record.state_on(today)
    if state is not RecordState.PUBLISHED:
        return GuardError("publication", "a record whose publication is in force", state.value)
    if not record.is_final_on(today):
        return GuardError("finality", "a decision that is final", "one that may still be contested")
    return None


def _published(record: PublicRecord, subject_name: str) -> RecordMessage:
    draft, step = record.draft, record.published
    fault = draft.publication_fault()
    if fault is not None:
        raise fault
    if step is None or step.ends_on is None:
        raise GuardError("publication", "a record that an officer has published", record.state.value)
    return RecordMessage(
        type="record.published" if draft.corrects is None else "record.corrected",
        timestamp=step.at,
        data=PublishedData(
            record_id=record.record_id,
            kind=draft.kind,
            severity=draft.severity,
            subject_name=subject_name,
            credit_code=draft.credit_code.value,
            document_no=draft.document_no,
            document_type=draft.document_type,
            authority_name=draft.authority_name,
            authority_code=draft.authority_code,
            decision_date=draft.decision_date,
            procedure=draft.procedure,
            outcomes=sorted(draft.outcomes),
            fine_yuan=draft.fine_yuan,
            facts=draft.facts,
            clauses=list(draft.clauses),
            basis=step.basis,
            published_at=step.at,
            ends_on=step.ends_on,
            corrects=draft.corrects,
            publicity=fields_of(record, subject_name) if draft.kind is RecordKind.PENALTY else None,
        ),
    )


def _ended(record: PublicRecord, delivery: Delivery) -> RecordMessage:
    step = ending(record, delivery.action)
    if step is None or step.decided_on is None or delivery.due_on is None:
        raise GuardError("ending", f"a record that an officer has {_ENDS[delivery.action]}", record.state.value)
    is_withdrawal = delivery.action is DeliveryAction.WITHDRAW
    return RecordMessage(
        type="record.withdrawn" if is_withdrawal else "record.repaired",
        timestamp=step.at,
        data=EndedData(
            record_id=record.record_id,
            credit_code=record.draft.credit_code.value,
            document_no=record.draft.document_no,
            authority_code=record.draft.authority_code,
            decided_on=step.decided_on,
            due_on=delivery.due_on,
            reason=step.reason if is_withdrawal else None,
        ),
    )


def ending(record: PublicRecord, action: DeliveryAction) -> RecordStep | None:
    """The step that a withdrawal or repair tells of, None where nobody has taken it."""
    return next((step for step in record.steps if step.kind is _ENDS.get(action)), None)

"""Ledger C, the public record: what an authority has decided, with its document. No lead leads here.

A record is entered by an officer from a document: number, authority with its code, day of the decision. Its life is a
list of steps that are only ever added. The guards stand here for whoever writes Python, and again in the database as
constraints and triggers for whoever writes SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from credit.errors import GuardError, RecordStateError
from credit.ledger import instant, require_person
from domain.credit_code import CreditCode, CreditCodeError
from domain.frame import require_utc
from domain.ids import EnterpriseId, UserId
from domain.text import require_text

RECORDS = "records"
RECORD_STEPS = "record_steps"
WITHDRAWAL_DAYS = 3
"""A published decision that is changed or revoked is withdrawn within three days (行政处罚法 art. 48)."""


class RecordKind(StrEnum):
    PENALTY = "penalty"
    LIST_ENTRY = "list_entry"
    INSPECTION_RESULT = "inspection_result"
    CORRECTION_ORDER = "correction_order"
    INTERVIEW = "interview"
    HONOUR = "honour"


class Severity(StrEnum):
    """轻微, 一般, 严重."""

    MINOR = "minor"
    GENERAL = "general"
    GRAVE = "grave"


class Procedure(StrEnum):
    """简易程序 or 普通程序; a decision that is no penalty has none."""

    SIMPLE = "simple"
    ORDINARY = "ordinary"
    NONE = "none"


class Outcome(StrEnum):
    """What was decided."""

    WARNING = "warning"  # 警告
    CRITICISM = "criticism"  # 通报批评
    FINE = "fine"
    CONFISCATION = "confiscation"
    SUSPENSION = "suspension"  # 责令停产停业
    RESTRICTION = "restriction"  # 限制从业
    REVOCATION = "revocation"  # 吊销
    ORDER = "order"  # 责令改正: no penalty
    OTHER = "other"


class RecordState(StrEnum):
    RECORDED = "recorded"
    PUBLISHED = "published"
    CONTESTED = "contested"
    WITHDRAWN = "withdrawn"
    REPAIRED = "repaired"
    EXPIRED = "expired"

    @property
    def is_over(self) -> bool:
        return self in {RecordState.WITHDRAWN, RecordState.REPAIRED, RecordState.EXPIRED}


class RecordStepKind(StrEnum):
    FINAL = "final"  # the term to contest it is over, or it was upheld
    CONTESTED = "contested"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    REPAIRED = "repaired"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraft:
    """A decision as an officer enters it.

    `clauses` are "id@version", the version in force on the day of the decision. `lead_ids` tell inside the authority
    where it began; they are never shown outside and prove nothing.
    """

    enterprise_id: EnterpriseId
    credit_code: CreditCode
    kind: RecordKind
    severity: Severity
    document_no: str
    document_type: str
    authority_name: str
    authority_code: str
    decision_date: date
    procedure: Procedure
    facts: str
    outcomes: tuple[Outcome, ...]
    clauses: tuple[str, ...]
    fine_yuan: int | None = None
    lead_ids: tuple[str, ...] = ()
    corrects: str | None = None

    def __post_init__(self) -> None:
        for name in ("document_no", "document_type", "authority_name"):
            _require(name, getattr(self, name))
        _require("facts", self.facts, 4_000)
        try:
            CreditCode(self.authority_code)
        except CreditCodeError as error:
            raise GuardError("authority_code", "the authority's unified social credit code", error.reason) from None
        if not self.outcomes or len(set(self.outcomes)) != len(self.outcomes):
            raise GuardError("outcomes", "each outcome once, and at least one", ", ".join(self.outcomes) or "none")
        if not self.clauses or any("@" not in clause for clause in self.clauses):
            raise GuardError("clauses", "at least one clause with the version of the day", str(self.clauses))
        if (self.fine_yuan is not None) != (Outcome.FINE in self.outcomes) or (self.fine_yuan or 0) < 0:
            raise GuardError("fine_yuan", "the amount of a fine, and only of a fine", str(self.fine_yuan))
        is_penalty = self.kind is RecordKind.PENALTY
        if is_penalty == (self.procedure is Procedure.NONE):
            raise GuardError("procedure", "simple or ordinary of a penalty, none of others", self.procedure)

    @property
    def is_warning_only(self) -> bool:
        return self.outcomes == (Outcome.WARNING,)

    def publication_fault(self) -> GuardError | None:
        """Why this may never be published; None where it may, given a basis in law."""
        if self.procedure is Procedure.SIMPLE:
            return GuardError("publication", "a decision of the ordinary procedure", "one of the simple procedure")
        if self.is_warning_only:
            return GuardError("publication", "more than a warning alone", "a warning alone")
        if self.kind not in {RecordKind.PENALTY, RecordKind.LIST_ENTRY, RecordKind.HONOUR}:
            return GuardError("publication", "a penalty, an entry of a list or an honour", self.kind)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStep:
    """One step of a record's life, by an officer.

    `basis` is the place in law that allows publication. `decided_on` is the day of the decision that ends or changes
    it, from which the three days of a withdrawal run. `ends_on` is the last day of publication.
    """

    record_id: str
    kind: RecordStepKind
    officer_id: UserId
    at: datetime
    reason: str = ""
    basis: str = ""
    decided_on: date | None = None
    ends_on: date | None = None

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        require_person(self.officer_id, f"a record is {self.kind}")
        if self.kind is RecordStepKind.PUBLISHED and not self.basis.strip():
            raise GuardError("basis", "the place in law that allows publication", "none")
        if self.kind is RecordStepKind.WITHDRAWN and (not self.reason.strip() or self.decided_on is None):
            raise GuardError("withdrawal", "the reason and the day of the decision behind it", "less than that")
        if self.kind is RecordStepKind.REPAIRED and not self.reason.strip():
            raise GuardError("reason", "what the repair rests on", "nothing")

    def content(self) -> dict[str, Any]:
        """What is hashed and stored."""
        return {
            "record_id": self.record_id,
            "kind": self.kind.value,
            "officer_id": self.officer_id,
            "at": instant(self.at),
            "reason": self.reason,
            "basis": self.basis,
            "decided_on": None if self.decided_on is None else self.decided_on.isoformat(),
            "ends_on": None if self.ends_on is None else self.ends_on.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRecord:
    """A decision on record with the steps of its life, oldest first."""

    record_id: str
    draft: RecordDraft
    officer_id: UserId
    entered_at: datetime
    steps: tuple[RecordStep, ...] = ()

    def content(self) -> dict[str, Any]:
        """What is hashed and stored of the record itself."""
        draft = self.draft
        return {
            "record_id": self.record_id,
            "enterprise_id": draft.enterprise_id,
            "credit_code": draft.credit_code.value,
            "kind": draft.kind.value,
            "severity": draft.severity.value,
            "document_no": draft.document_no,
            "document_type": draft.document_type,
            "authority_name": draft.authority_name,
            "authority_code": draft.authority_code,
            "decision_date": draft.decision_date.isoformat(),
            "procedure": draft.procedure.value,
            "facts": draft.facts,
            "outcomes": outcomes_text(draft.outcomes),
            "fine_yuan": draft.fine_yuan,
            "clauses": list(draft.clauses),
            "lead_ids": list(draft.lead_ids),
            "corrects": draft.corrects,
            "officer_id": self.officer_id,
            "entered_at": instant(self.entered_at),
        }

    @property
    def state(self) -> RecordState:
        return _state(self.steps)

    def state_on(self, day: date) -> RecordState:
        """Where it stood at the end of a day (UTC), as far as steps say; it expires by itself after `ends_on`."""
        state = _state([step for step in self.steps if step.at.date() <= day])
        is_over = self.ends_on is not None and self.ends_on < day
        return RecordState.EXPIRED if is_over and state is RecordState.PUBLISHED else state

    def is_final_on(self, day: date) -> bool:
        """Whether it could no longer be contested, or was upheld, at the end of a day."""
        marks = [
            step.kind
            for step in self.steps
            if step.at.date() <= day and step.kind in {RecordStepKind.FINAL, RecordStepKind.CONTESTED}
        ]
        return bool(marks) and marks[-1] is RecordStepKind.FINAL

    @property
    def published(self) -> RecordStep | None:
        return next((step for step in self.steps if step.kind is RecordStepKind.PUBLISHED), None)

    @property
    def ends_on(self) -> date | None:
        """The last day of publication, None where nobody has set one."""
        return None if self.published is None else self.published.ends_on


_CONTESTABLE = frozenset({RecordState.RECORDED, RecordState.PUBLISHED})
_NOT_OVER = frozenset({*_CONTESTABLE, RecordState.CONTESTED})
_BEFORE: Mapping[RecordStepKind, frozenset[RecordState]] = {
    RecordStepKind.FINAL: _NOT_OVER,
    RecordStepKind.CONTESTED: _CONTESTABLE,
    RecordStepKind.PUBLISHED: frozenset({RecordState.RECORDED}),
    RecordStepKind.WITHDRAWN: _NOT_OVER,
    RecordStepKind.REPAIRED: _NOT_OVER,
    RecordStepKind.EXPIRED: _NOT_OVER,
}


def require_step(record: PublicRecord, kind: RecordStepKind, today: date) -> None:
    """Raise RecordStateError where the steps taken forbid the next one, or the publication is over.

    A decision that was changed or revoked after its publication was over is still withdrawn: receivers may hold it.
    """
    state = record.state if kind is RecordStepKind.WITHDRAWN else record.state_on(today)
    if state not in _BEFORE[kind]:
        raise RecordStateError(record.record_id, step=kind.value, state=state.value)


class DeliveryAction(StrEnum):
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One receiver that is to be told, or was. What was published to it is withdrawn at it."""

    delivery_id: str
    record_id: str
    receiver: str
    action: DeliveryAction
    ordered_at: datetime
    due_on: date | None = None
    delivered_at: datetime | None = None
    confirmation: str | None = None

    def is_overdue(self, today: date) -> bool:
        return self.delivered_at is None and self.due_on is not None and today > self.due_on


def withdrawal_due(decided_on: date) -> date:
    """The last day on which every receiver must have been told."""
    return decided_on + timedelta(days=WITHDRAWAL_DAYS)


def outcomes_text(outcomes: Sequence[Outcome]) -> str:
    """As they are stored: sorted, so that a warning alone is the word "warning"."""
    return ",".join(sorted(outcome.value for outcome in outcomes))


def _state(steps: Sequence[RecordStep]) -> RecordState:
    """The last step decides; a record that was contested and upheld is again what it was before."""
    state = before = RecordState.RECORDED
    for step in steps:
        if step.kind is RecordStepKind.FINAL:
            state = before if state is RecordState.CONTESTED else state
        elif step.kind is RecordStepKind.CONTESTED:
            if state is not RecordState.CONTESTED:  # two officers may have entered the same objection
                before, state = state, RecordState.CONTESTED
        else:
            state = RecordState(step.kind.value)
    return state


def _require(name: str, value: str, longest: int = 200) -> None:
    try:
        require_text(name, value, longest, allowed="\n\t")
    except ValueError as error:
        raise GuardError(name, "a text", str(error)) from None

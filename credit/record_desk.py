"""Where officers enter, publish and withdraw records. Any thread; every method is one transaction of the book."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from credit.errors import GuardError, NotAnOfficerError
from credit.ledger import require_person
from credit.ledger_ports import RecordBook
from credit.records import PublicRecord, RecordDraft, RecordStep, RecordStepKind, require_step
from domain.ids import UserId
from domain.scope import Scope

MOST_RECEIVERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Who acts. `is_officer` tells whether the account is an active one of the role regulator."""

    user_id: UserId
    is_officer: bool


class RecordDesk:
    """Steps of ledger C.

    Raises NotAnOfficerError for anybody else, GuardError for what may not be, RecordStateError where the record's
    state forbids it. Each method returns the record after the step, None where it lies outside the scope. `told` is
    called after each step: there may be somebody to tell of it.
    """

    def __init__(
        self,
        book: RecordBook,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        today: Callable[[], date],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._book = book
        self._new_id = new_id
        self._now = now
        self._day = today
        self._told = told

    def enter(self, draft: RecordDraft, officer: Officer) -> PublicRecord:
        """Put a decision on record. It is not published by that."""
        _require_officer(officer)
        now, today = self._now(), self._today()
        if draft.decision_date > today:
            raise GuardError("decision_date", f"a day up to {today}", draft.decision_date.isoformat())
        record = PublicRecord(record_id=self._new_id(), draft=draft, officer_id=officer.user_id, entered_at=now)
        self._book.add_record(record)
        return record

    def publish(
        self,
        record_id: str,
        officer: Officer,
        scope: Scope,
        *,
        basis: str,
        ends_on: date,
        receivers: Sequence[str],
    ) -> PublicRecord | None:
        """Publish to receivers, each of which will be told of a withdrawal."""
        record = self._record(record_id, officer, scope)
        if record is None:
            return None
        fault = record.draft.publication_fault()
        if fault is not None:
            raise fault
        require_step(record, RecordStepKind.PUBLISHED, self._day())
        if not record.is_final_on(self._today()):
            raise GuardError("finality", "a decision that is final", "one that may still be contested")
        named = {receiver.strip() for receiver in receivers}
        if not named or "" in named or len(named) > MOST_RECEIVERS:
            raise GuardError("receivers", f"1 to {MOST_RECEIVERS} names", str(len(named)))
        if ends_on < self._day():
            raise GuardError("ends_on", f"a day from {self._day()} on", ends_on.isoformat())
        step = self._step(record, RecordStepKind.PUBLISHED, officer, basis=basis, ends_on=ends_on)
        return self._take(step, sorted(named))

    def settle(self, record_id: str, officer: Officer, scope: Scope, *, reason: str) -> PublicRecord | None:
        """The decision is final: the term is over, or it was upheld."""
        record = self._record(record_id, officer, scope)
        if record is None:
            return None
        require_step(record, RecordStepKind.FINAL, self._day())
        return self._take(self._step(record, RecordStepKind.FINAL, officer, reason=reason), ())

    def contest(self, record_id: str, officer: Officer, scope: Scope, *, reason: str) -> PublicRecord | None:
        """The enterprise objects, appeals or sues: until it is settled the record weighs nothing."""
        record = self._record(record_id, officer, scope)
        if record is None:
            return None
        require_step(record, RecordStepKind.CONTESTED, self._day())
        return self._take(self._step(record, RecordStepKind.CONTESTED, officer, reason=reason), ())

    def withdraw(
        self, record_id: str, officer: Officer, scope: Scope, *, reason: str, decided_on: date
    ) -> PublicRecord | None:
        """The decision was changed or revoked on a day: every receiver is to be told within three days of it."""
        record = self._record(record_id, officer, scope)
        if record is None:
            return None
        require_step(record, RecordStepKind.WITHDRAWN, self._day())
        first, today = record.draft.decision_date, self._today()
        if not first <= decided_on <= today:
            raise GuardError("decided_on", f"a day from {first} to {today}", str(decided_on))
        step = self._step(record, RecordStepKind.WITHDRAWN, officer, reason=reason, decided_on=decided_on)
        return self._take(step, ())

    def repair(self, record_id: str, officer: Officer, scope: Scope, *, reason: str) -> PublicRecord | None:
        """The authority has repaired it: publication and use end, at every receiver."""
        record = self._record(record_id, officer, scope)
        if record is None:
            return None
        require_step(record, RecordStepKind.REPAIRED, self._day())
        step = self._step(record, RecordStepKind.REPAIRED, officer, reason=reason, decided_on=self._day())
        return self._take(step, ())

    def confirm_delivery(
        self, delivery_id: str, officer: Officer, scope: Scope, *, confirmation: str
    ) -> PublicRecord | None:
        """A receiver was told, says a person; the confirmation is its word (a receipt number, say)."""
        _require_officer(officer)
        if not confirmation.strip():
            raise GuardError("confirmation", "the receiver's word", "none")
        return self._book.confirm_delivery(delivery_id, scope, confirmation.strip(), self._now())

    def _take(self, step: RecordStep, receivers: Sequence[str]) -> PublicRecord:
        taken = self._book.add_step(step, receivers)
        self._told()
        return taken

    def _today(self) -> date:
        """The latest day that has begun anywhere: a day begins in China before it begins in UTC."""
        return (self._now() + timedelta(hours=14)).date()

    def _record(self, record_id: str, officer: Officer, scope: Scope) -> PublicRecord | None:
        _require_officer(officer)
        return self._book.record(record_id, scope)

    def _step(
        self,
        record: PublicRecord,
        kind: RecordStepKind,
        officer: Officer,
        *,
        reason: str = "",
        basis: str = "",
        decided_on: date | None = None,
        ends_on: date | None = None,
    ) -> RecordStep:
        return RecordStep(
            record_id=record.record_id,
            kind=kind,
            officer_id=officer.user_id,
            at=self._now(),
            reason=reason.strip(),
            basis=basis.strip(),
            decided_on=decided_on,
            ends_on=ends_on,
        )


def _require_officer(officer: Officer) -> None:
    require_person(officer.user_id, "records are entered")
    if not officer.is_officer:
        raise NotAnOfficerError

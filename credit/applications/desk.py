"""Where an enterprise applies for a repair and officers decide. Any thread; every step is one transaction."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from credit.applications.application import Application, ApplicationState, ApplicationStep, require_step
from credit.applications.draft import Draft, DraftKind, draft_of
from credit.applications.hints import Check, Finding, Hint
from credit.applications.material import MOST_MATERIALS, Material, MaterialKind, sniffed
from credit.applications.ports import ApplicationBook, MaterialStore, PaperReader
from credit.applications.precheck import Expected, precheck
from credit.errors import ApplicationStepError, GuardError, NotAnOfficerError, PaperError
from credit.ledger_ports import RecordBook
from credit.record_desk import Officer
from credit.records import PublicRecord, RecordKind, RecordState, RecordStep, RecordStepKind
from credit.repair import RepairAnswer, RepairPolicy, answer, load_policies
from domain.ids import UserId
from domain.organisation import Enterprise
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the authority decided about an application: the number and day of its document."""

    is_granted: bool
    document_no: str
    decided_on: date
    reason: str


class ApplicationDesk:
    """Steps of applications. `None` is returned for what lies outside the scope.

    Raises GuardError, ApplicationStepError, ApplicationOpenError and NotAnOfficerError.
    """

    def __init__(
        self,
        *,
        book: ApplicationBook,
        records: RecordBook,
        store: MaterialStore,
        reader: PaperReader,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        today: Callable[[], date],
    ) -> None:
        self.book = book
        self.policies = load_policies()
        self._records = records
        self._store = store
        self._reader = reader
        self._new_id = new_id
        self._now = now
        self._today = today
        self._reading = threading.Lock()

    # The enterprise's side

    def draft(self, record_id: str, policy_id: str, actor: UserId, scope: Scope) -> Application | None:
        """Begin an application for a published penalty."""
        record = self._records.record(record_id, scope)
        if record is None:
            return None
        if policy_id not in self.policies:
            raise GuardError("policy", f"one of {', '.join(sorted(self.policies))}", policy_id)
        _require_repairable(record, self._today())
        application_id = self._new_id()
        first = self._step(application_id, 1, ApplicationState.DRAFTED, actor)
        made = Application(
            application_id=application_id,
            record_id=record_id,
            enterprise_id=record.draft.enterprise_id,
            policy_id=policy_id,
            steps=(first,),
        )
        self.book.add(made)
        return made

    def file(self, application_id: str, actor: UserId, scope: Scope, *, reason: str) -> Application | None:
        """The enterprise says that it has filed it: with a form, a promise and a proof among its papers."""
        found = self.book.application(application_id, scope)
        if found is None:
            return None
        kinds = {each.kind for each in self.book.materials(application_id)}
        needed = {MaterialKind.FORM, MaterialKind.PROMISE, MaterialKind.PROOF}
        if missing := needed - kinds:
            names = "、".join(sorted(each.zh for each in missing))
            raise GuardError("materials", "a form, a promise and a proof of duties done", f"missing: {names}")
        record = self._records.record(found.record_id, scope)
        if record is None:
            return None
        _require_repairable(record, self._today())
        return self._take(found, ApplicationState.FILED, actor, reason=reason)

    def withdraw(self, application_id: str, actor: UserId, scope: Scope, *, reason: str) -> Application | None:
        """The enterprise gives it up."""
        found = self.book.application(application_id, scope)
        return None if found is None else self._take(found, ApplicationState.WITHDRAWN, actor, reason=reason)

    # The authority's side

    def accept(self, application_id: str, officer: Officer, scope: Scope, *, reason: str) -> Application | None:
        """The working days of its policy run from here."""
        return self._by_officer(application_id, officer, scope, ApplicationState.ACCEPTED, reason)

    def send_back(self, application_id: str, officer: Officer, scope: Scope, *, reason: str) -> Application | None:
        """Returned to the enterprise, with what is missing."""
        return self._by_officer(application_id, officer, scope, ApplicationState.RETURNED, reason)

    def decide(self, application_id: str, officer: Officer, scope: Scope, decision: Decision) -> Application | None:
        """Granted: ledger C gets its step in the same transaction, and every receiver is to be told."""
        found = self.book.application(application_id, scope)
        if found is None:
            return None
        _require_officer(officer)
        state = ApplicationState.GRANTED if decision.is_granted else ApplicationState.REFUSED
        step = self._step(
            application_id, found.next_sequence, state, officer.user_id, reason=decision.reason, decision=decision
        )
        require_step(found, step)
        return self.book.add_step(step, self._repaired(found, step, scope))

    def _repaired(self, found: Application, step: ApplicationStep, scope: Scope) -> RecordStep | None:
        if step.state is not ApplicationState.GRANTED:
            return None
        record = self._records.record(found.record_id, scope)
        if record is None or record.state.is_over:
            state = "gone" if record is None else record.state.value
            raise ApplicationStepError(found.application_id, step="granted", state=f"about a record that is {state}")
        return RecordStep(
            record_id=found.record_id,
            kind=RecordStepKind.REPAIRED,
            officer_id=step.actor_id,
            at=step.at,
            reason=f"信用修复决定 {step.document_no}（申请 {found.application_id}）",
            decided_on=step.decided_on,
        )

    def _by_officer(
        self, application_id: str, officer: Officer, scope: Scope, state: ApplicationState, reason: str
    ) -> Application | None:
        found = self.book.application(application_id, scope)
        if found is None:
            return None
        _require_officer(officer)
        return self._take(found, state, officer.user_id, reason=reason)

    def _take(self, found: Application, state: ApplicationState, actor: UserId, *, reason: str) -> Application:
        step = self._step(found.application_id, found.next_sequence, state, actor, reason=reason)
        require_step(found, step)
        return self.book.add_step(step)

    def _step(
        self,
        application_id: str,
        sequence: int,
        state: ApplicationState,
        actor: UserId,
        *,
        reason: str = "",
        decision: Decision | None = None,
    ) -> ApplicationStep:
        return ApplicationStep(
            application_id=application_id,
            sequence=sequence,
            state=state,
            actor_id=actor,
            at=self._now(),
            reason=reason.strip(),
            document_no="" if decision is None else decision.document_no.strip(),
            decided_on=None if decision is None else decision.decided_on,
        )

    # Papers

    def drafted(self, kind: DraftKind, found: Application, enterprise: Enterprise, scope: Scope) -> Draft | None:
        """The document as the record fills it in now."""
        record = self._records.record(found.record_id, scope)
        if record is None:
            return None
        policy = self.policies[found.policy_id]
        return draft_of(
            kind,
            application=found,
            record=record,
            enterprise=enterprise,
            policy=policy,
            answer=self.standing(record, policy, scope),
            today=self._today(),
        )

    def standing(self, record: PublicRecord, policy: RepairPolicy, scope: Scope) -> RepairAnswer | None:
        """On which list the record stands, supposing that all duties were done."""
        others = [
            each
            for each in self._records.records(record.draft.enterprise_id, scope)
            if each.record_id != record.record_id
        ]
        return answer(record, policy, self._today(), duties_done=True, others=others)

    def put(
        self, application_id: str, actor: UserId, scope: Scope, *, kind: MaterialKind, title: str, content: bytes
    ) -> Material | None:
        """Add a paper while the application is drafted or returned. The same content is one paper."""
        found = self.book.application(application_id, scope)
        if found is None:
            return None
        _require_open_for_papers(found)
        if actor in found.people(officers=True):
            raise GuardError("two_sides", "another person than who acted for the authority", actor)
        media = sniffed(content)
        material_id, now = self._new_id(), self._now()
        name = f"{now:%Y/%m/%d}/repair/{application_id}/{material_id}.{media.suffix}"
        stored = self._store.save(name, content)
        for known in self.book.materials(application_id):
            if known.sha256 == stored.sha256 and known.kind is kind:
                self._store.delete(name)
                return known
        material = Material(
            material_id=material_id,
            application_id=application_id,
            kind=kind,
            title=title.strip(),
            name=name,
            media_type=media.name,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            uploaded_by=actor,
            uploaded_at=now,
        )
        try:
            self.book.add_material(material, MOST_MATERIALS)
        except Exception:
            self._store.delete(name)
            raise
        return material

    def remove(self, application_id: str, material_id: str, scope: Scope) -> Material | None:
        """Take a paper out again while the application is drafted or returned; its file is deleted."""
        found = self.book.application(application_id, scope)
        material = None if found is None else self._material(application_id, material_id)
        if found is None or material is None:
            return None
        _require_open_for_papers(found)
        self.book.remove_material(material_id, self._now())
        self._store.delete(material.name)
        return material

    def opened(self, application_id: str, material_id: str, scope: Scope) -> tuple[Material, BinaryIO] | None:
        """The paper and its bytes; whoever asked closes them."""
        if self.book.application(application_id, scope) is None:
            return None
        material = self._material(application_id, material_id)
        return None if material is None else (material, self._store.open(material.name))

    def check(self, application_id: str, material_id: str, enterprise: Enterprise, scope: Scope) -> Material | None:
        """Read a paper and keep the hints. It takes seconds; one paper is read at a time."""
        found = self.book.application(application_id, scope)
        record = None if found is None else self._records.record(found.record_id, scope)
        material = self._material(application_id, material_id)
        if found is None or record is None or material is None:
            return None
        others = [each for each in self.book.materials(application_id) if each.kind in _ATTACHED]
        expected = Expected(
            name=enterprise.name,
            credit_code=record.draft.credit_code.value,
            document_no=record.draft.document_no,
            decision_date=record.draft.decision_date,
            today=self._today(),
            attached=len(others),
        )
        checked = replace(
            material,
            hints=self._hints(material, expected),
            checked_at=self._now(),
            checked_with=self._reader.name,
        )
        self.book.note_check(checked)
        return checked

    def _hints(self, material: Material, expected: Expected) -> tuple[Hint, ...]:
        with self._store.open(material.name) as file:
            content = file.read()
        try:
            with self._reading:
                paper = self._reader.read(content, material.media_type)
        except PaperError as error:
            return (
                Hint(
                    check=Check.LEGIBLE,
                    finding=Finding.COULD_NOT_TELL,
                    expected="可打开的文件",
                    found=error.reason[:200],
                ),
            )
        return precheck(material.kind, paper, expected)

    def _material(self, application_id: str, material_id: str) -> Material | None:
        return next((each for each in self.book.materials(application_id) if each.material_id == material_id), None)


_ATTACHED = frozenset({MaterialKind.PROOF, MaterialKind.OTHER})


def _require_officer(officer: Officer) -> None:
    if not officer.is_officer:
        raise NotAnOfficerError


def _require_open_for_papers(found: Application) -> None:
    if not found.state.takes_materials:
        raise ApplicationStepError(found.application_id, step="given papers", state=found.state.value)


def _require_repairable(record: PublicRecord, today: date) -> None:
    """Only what is published can be repaired. Whether the least term is over the authority decides: tables differ."""
    state = record.state_on(today)
    if record.draft.kind is not RecordKind.PENALTY or state is not RecordState.PUBLISHED:
        raise GuardError("record", "a penalty that is published", f"a {record.draft.kind} that is {state}")

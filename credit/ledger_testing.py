"""In-memory twins of the ledgers' ports, with most of the guards that a database has."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from credit.chain import FIRST, Link, first_broken, link
from credit.errors import DocumentKnownError, GuardError
from credit.fold import Gathered, observed_sum
from credit.lead_counts import CaseStep, summed
from credit.ledger import AGELESS, LEADS, SUPERVISION, LeadEntry, LeadKind, SupervisionEntry, SupervisionKind
from credit.ledger_ports import LedgerCount, Message, Snapshot, TracedEntry
from credit.records import (
    RECORD_STEPS,
    RECORDS,
    Delivery,
    DeliveryAction,
    PublicRecord,
    RecordStep,
    RecordStepKind,
    require_step,
    withdrawal_due,
)
from domain.ids import EnterpriseId
from domain.scope import Scope

_ORDERS = {RecordStepKind.WITHDRAWN: DeliveryAction.WITHDRAW, RecordStepKind.REPAIRED: DeliveryAction.REPAIR}


class InMemoryLedgers:
    """LedgerBook, RecordBook and SnapshotBook in lists under one lock. Any thread.

    Accounts are not looked up: that a person has one is a guard of the database alone.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._leads: list[tuple[Link, LeadEntry]] = []
        self._supervision: list[tuple[Link, SupervisionEntry]] = []
        self._records: list[tuple[Link, PublicRecord]] = []
        self._steps: list[tuple[Link, RecordStep]] = []
        self._deliveries: list[Delivery] = []
        self._marks: dict[str, int] = {}
        self._snapshots: list[Snapshot] = []
        self.messages: list[tuple[str, bytes]] = []

    # Ledgers A and B

    def append(
        self,
        leads: Sequence[LeadEntry] = (),
        supervision: Sequence[SupervisionEntry] = (),
        *,
        mark: tuple[str, int] | None = None,
    ) -> None:
        with self._lock:
            before = list(self._supervision)
            try:
                for entry in supervision:
                    self._add(entry)
            except GuardError:
                self._supervision = before
                raise
            for lead in leads:
                if all(known.entry_id != lead.entry_id for _, known in self._leads):
                    self._leads.append((link(LEADS, _last(self._leads), lead.content()), lead))
            if mark is not None:
                self._marks[mark[0]] = mark[1]

    def _add(self, entry: SupervisionEntry) -> None:
        known = [each for _, each in self._supervision]
        if any(each.entry_id == entry.entry_id for each in known):
            return
        case = [each for each in known if each.case_id == entry.case_id and entry.case_id is not None]
        is_confirmed = any(each.kind is SupervisionKind.CONFIRMED for each in case)
        if entry.kind.is_of_a_case and entry.kind is not SupervisionKind.CONFIRMED and not is_confirmed:
            raise GuardError("case", "a case that a person has confirmed", "none")
        if entry.kind is SupervisionKind.VERIFIED:
            reports = [each for each in case if each.kind is SupervisionKind.RECTIFIED]
            if not reports or max(reports, key=lambda each: each.sequence or 0).actor_id != entry.submitter_id:
                raise GuardError("verifier", "who reported the correction last", str(entry.submitter_id))
        if entry.corrects is not None and all(
            each.entry_id != entry.corrects or each.enterprise_id != entry.enterprise_id for each in known
        ):
            raise GuardError("corrected", "an entry of the enterprise", entry.corrects)
        place = link(SUPERVISION, _last(self._supervision), entry.content())
        self._supervision.append((place, entry))

    def mark(self, name: str) -> int:
        with self._lock:
            return self._marks.get(name, 0)

    def leads(self, enterprise_id: EnterpriseId, scope: Scope, after: int, limit: int) -> list[tuple[int, LeadEntry]]:
        with self._lock:
            return [
                (place.number, each)
                for place, each in self._leads
                if place.number > after
                and each.enterprise_id == enterprise_id
                and scope.allows(each.enterprise_id, each.site_id)
            ][:limit]

    def supervision(
        self, enterprise_id: EnterpriseId, scope: Scope, after: int, limit: int
    ) -> list[tuple[int, SupervisionEntry]]:
        with self._lock:
            return [
                (place.number, each)
                for place, each in self._supervision
                if place.number > after
                and each.enterprise_id == enterprise_id
                and scope.allows(each.enterprise_id, each.site_id)
            ][:limit]

    def traced(self, enterprise_id: EnterpriseId, entry_id: str, scope: Scope) -> TracedEntry | None:
        with self._lock:
            own = [
                (place, each)
                for place, each in self._supervision
                if each.enterprise_id == enterprise_id and scope.allows(each.enterprise_id, each.site_id)
            ]
            numbered = [(place.number, each) for place, each in own]
            for place, entry in own:
                if entry.entry_id == entry_id:
                    case = [one for one in numbered if entry.case_id is not None and one[1].case_id == entry.case_id]
                    meant = {entry_id, *(each.entry_id for _, each in case)}
                    return TracedEntry(
                        place=place,
                        entry=entry,
                        case=tuple(case),
                        corrected=next((one for one in numbered if one[1].entry_id == entry.corrects), None),
                        corrections=tuple(one for one in numbered if one[1].corrects in meant),
                    )
            return None

    def gather(
        self, enterprise_ids: Sequence[EnterpriseId], day_from: date, as_of: date
    ) -> Mapping[EnterpriseId, Gathered]:
        return {each: self._gathered(each, day_from, as_of) for each in enterprise_ids}

    def _gathered(self, enterprise_id: EnterpriseId, day_from: date, as_of: date) -> Gathered:
        with self._lock:
            own = [each for _, each in self._supervision if each.enterprise_id == enterprise_id]
            return Gathered(
                enterprise_id=enterprise_id,
                entries=tuple(
                    each
                    for each in own
                    if each.kind is not SupervisionKind.OBSERVED
                    and each.day <= as_of
                    and (each.day >= day_from or each.kind in AGELESS)
                ),
                observed=observed_sum(own, day_from, as_of),
                records=tuple(self.records(enterprise_id, Scope.everything())),
            )

    def counts(self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date) -> list[LedgerCount]:
        def is_meant(entry: LeadEntry | SupervisionEntry) -> bool:
            owner, site_id = entry.enterprise_id, entry.site_id
            is_told = owner == enterprise_id and site_id is not None and day_from <= entry.day <= day_to
            return is_told and site_id is not None and scope.allows(owner, site_id)

        with self._lock:
            corrected = {each.corrects for _, each in self._supervision if each.enterprise_id == enterprise_id}
            steps = [
                CaseStep(
                    case_id=each.case_id,
                    sequence=each.sequence or 0,
                    kind=each.kind,
                    place=(each.day, each.site_id, each.code),
                    is_corrected=each.entry_id in corrected,
                )
                for _, each in self._supervision
                if is_meant(each) and each.kind.is_of_a_case and each.case_id and each.site_id and each.code
            ]
            leads = [each for _, each in self._leads if is_meant(each)]
        return [
            LedgerCount(day=day, site_id=site_id, code=code, **figures)
            for (day, site_id, code), figures in sorted(summed(steps, leads).items())
        ]

    def open_leads(self, before: datetime, limit: int) -> list[LeadEntry]:
        with self._lock:
            judged = {each.alert_id for _, each in self._leads if each.kind is not LeadKind.DETECTED}
            return [each for _, each in self._leads if each.at < before and each.alert_id not in judged][:limit]

    def first_broken(self, ledger: str) -> int | None:
        with self._lock:
            if ledger == LEADS:
                return first_broken(ledger, [(place, each.content()) for place, each in self._leads])
            if ledger == SUPERVISION:
                return first_broken(ledger, [(place, each.content()) for place, each in self._supervision])
            if ledger == RECORDS:
                return first_broken(ledger, [(place, each.content()) for place, each in self._records])
            return first_broken(ledger, [(place, each.content()) for place, each in self._steps])

    def newest_numbers(self) -> tuple[int, int]:
        with self._lock:
            return len(self._supervision), len(self._steps)

    def enterprises_with_entries(self, after: tuple[int, int] = (0, 0)) -> list[EnterpriseId]:
        supervised, stepped = after
        with self._lock:
            ids = {each.enterprise_id for _, each in self._supervision[supervised:]}
            later = {step.record_id for _, step in self._steps[stepped:]}
            records = {each.draft.enterprise_id for _, each in self._records if not stepped or each.record_id in later}
            return sorted(ids | records)

    # Ledger C

    def add_record(self, record: PublicRecord) -> None:
        with self._lock:
            draft = record.draft
            for _, other in self._records:
                if draft.corrects is None and other.draft.corrects is None and _document(other) == _document(record):
                    raise DocumentKnownError(draft.document_no)
            if draft.corrects is not None and all(each.record_id != draft.corrects for _, each in self._records):
                raise GuardError("corrected", "a record that is there", draft.corrects)
            self._records.append((link(RECORDS, _last(self._records), record.content()), record))

    def add_step(self, step: RecordStep, receivers: Sequence[str]) -> PublicRecord:
        with self._lock:
            before = self.record(step.record_id, Scope.everything())
            if before is not None:
                require_step(before, step.kind, step.at.date())
            self._steps.append((link(RECORD_STEPS, _last(self._steps), step.content()), step))
            number = len(self._steps)
            self._deliveries += [
                Delivery(
                    delivery_id=f"{number}-{position}",
                    record_id=step.record_id,
                    receiver=receiver,
                    action=DeliveryAction.PUBLISH,
                    ordered_at=step.at,
                )
                for position, receiver in enumerate(receivers)
            ]
            action = _ORDERS.get(step.kind)
            if action is not None and step.decided_on is not None:
                self._deliveries += [
                    Delivery(
                        delivery_id=f"{action}-{each.delivery_id}",
                        record_id=step.record_id,
                        receiver=each.receiver,
                        action=action,
                        ordered_at=step.at,
                        due_on=withdrawal_due(step.decided_on),
                    )
                    for each in self._deliveries
                    if each.record_id == step.record_id and each.action is DeliveryAction.PUBLISH
                ]
            record = self.record(step.record_id, Scope.everything())
            assert record is not None
            return record

    def record(self, record_id: str, scope: Scope) -> PublicRecord | None:
        with self._lock:
            found = next((each for _, each in self._records if each.record_id == record_id), None)
            if found is None or not scope.allows(found.draft.enterprise_id):
                return None
            return replace(found, steps=tuple(step for _, step in self._steps if step.record_id == record_id))

    def records(self, enterprise_id: EnterpriseId, scope: Scope) -> list[PublicRecord]:
        with self._lock:
            ids = [each.record_id for _, each in self._records if each.draft.enterprise_id == enterprise_id]
            return [found for each in ids if (found := self.record(each, scope)) is not None]

    def deliveries(self, record_id: str) -> list[Delivery]:
        with self._lock:
            return [each for each in self._deliveries if each.record_id == record_id]

    def all_deliveries(self) -> list[Delivery]:
        """Of all records, in the order in which they were ordered."""
        with self._lock:
            return list(self._deliveries)

    def all_records(self) -> list[PublicRecord]:
        """With their steps, oldest first."""
        with self._lock:
            ids = [each.record_id for _, each in self._records]
            return [found for each in ids if (found := self.record(each, Scope.everything())) is not None]

    def order_publication(self, record_id: str, receiver: str, at: datetime) -> bool:
        """Order that one more receiver be told; whether it was not ordered yet."""
        with self._lock:
            own = [each for each in self._deliveries if each.record_id == record_id]
            if any(each.receiver == receiver and each.action is DeliveryAction.PUBLISH for each in own):
                return False
            self._deliveries.append(
                Delivery(
                    delivery_id=f"{len(self._deliveries)}-{receiver}",
                    record_id=record_id,
                    receiver=receiver,
                    action=DeliveryAction.PUBLISH,
                    ordered_at=at,
                )
            )
            return True

    def overdue_deliveries(self, today: date, scope: Scope) -> list[Delivery]:
        with self._lock:
            return [
                each
                for each in self._deliveries
                if each.is_overdue(today) and self.record(each.record_id, scope) is not None
            ]

    def confirm_delivery(self, delivery_id: str, scope: Scope, confirmation: str, at: datetime) -> PublicRecord | None:
        with self._lock:
            place = next((i for i, each in enumerate(self._deliveries) if each.delivery_id == delivery_id), None)
            if place is None or (record := self.record(self._deliveries[place].record_id, scope)) is None:
                return None
            if self._deliveries[place].delivered_at is not None:
                raise GuardError("delivered_once", "a delivery that is not confirmed yet", "one that is")
            self._deliveries[place] = replace(self._deliveries[place], delivered_at=at, confirmation=confirmation)
            return record

    # Snapshots

    def add_snapshot(self, snapshot: Snapshot, message: Message | None) -> None:
        with self._lock:
            self._snapshots.append(snapshot)
            if message is not None:
                self.messages.append(message)

    def add_snapshots(self, told: Sequence[tuple[Snapshot, Message | None]]) -> None:
        with self._lock:
            for snapshot, message in told:
                self.add_snapshot(snapshot, message)

    def latest_snapshots(self, enterprise_ids: Sequence[EnterpriseId]) -> Mapping[EnterpriseId, Snapshot]:
        latest = ((each, self.latest_snapshot(each)) for each in enterprise_ids)
        return {enterprise_id: snapshot for enterprise_id, snapshot in latest if snapshot is not None}

    def latest_snapshot(self, enterprise_id: EnterpriseId) -> Snapshot | None:
        return next(iter(self.snapshots(enterprise_id, 1)), None)

    def enterprises_with_snapshots(self) -> list[EnterpriseId]:
        with self._lock:
            return sorted({each.enterprise_id for each in self._snapshots})

    def snapshots(self, enterprise_id: EnterpriseId, limit: int) -> list[Snapshot]:
        with self._lock:
            own = [each for each in self._snapshots if each.enterprise_id == enterprise_id]
            return sorted(own, key=lambda each: (each.day, each.made_at), reverse=True)[:limit]

    def daily_snapshots(self, enterprise_id: EnterpriseId, until: date, limit: int) -> list[Snapshot]:
        found = [each for each in self.snapshots(enterprise_id, len(self._snapshots)) if each.day <= until]
        by_day = {each.day: each for each in reversed(found)}
        return [by_day[day] for day in sorted(by_day, reverse=True)][:limit]


def _last(entries: Sequence[tuple[Link, object]]) -> Link:
    return entries[-1][0] if entries else FIRST


def _document(record: PublicRecord) -> tuple[str, ...]:
    draft = record.draft
    return (draft.enterprise_id, draft.authority_code, draft.document_no, draft.kind)

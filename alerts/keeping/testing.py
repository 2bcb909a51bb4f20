"""In-memory twins of the keeping ports: for tests here and for those who build on alerts."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from alerts.errors import AlertConflictError
from alerts.keeping.access import Access, NewAccess, entered
from alerts.keeping.decision import KeptCase
from alerts.keeping.deletion import Deletion
from alerts.keeping.ports import CaseFilter, Hold, Space
from alerts.ports import AlertFilter, NewMessage, StepRecord
from alerts.testing import InMemoryJournal
from domain.alert import Alert, AlertStep, EvidenceState
from domain.ids import AlertId, EvidenceId, UserId
from domain.scope import Scope

_EVERYTHING = Scope.everything()


class InMemoryKeeping:
    """KeepingBook and HoldBook over an in-memory journal. Any thread.

    `awaited` are pieces that an edge's centre does not have yet.
    """

    def __init__(self, journal: InMemoryJournal) -> None:
        self.awaited: set[EvidenceId] = set()
        self._journal = journal
        self._lock = threading.RLock()
        self._deletions: dict[str, Deletion] = {}
        self._holds: dict[str, Hold] = {}

    def cases(self, wanted: CaseFilter, after: AlertId | None, limit: int) -> list[KeptCase]:
        with self._lock:
            found = sorted(
                self._journal.search(AlertFilter(), _EVERYTHING, None, 1_000_000), key=lambda each: each.alert_id
            )
            return [
                self._case(alert)
                for alert in found
                if (after is None or alert.alert_id > after)
                and alert.state in wanted.states
                and alert.violation.risk_class in wanted.classes
                and not alert.is_open
                and self.standing(alert.alert_id) is None
                and any(p.state is EvidenceState.STORED and p.kind in wanted.kinds for p in alert.evidence)
            ][:limit]

    def _case(self, alert: Alert) -> KeptCase:
        closed = [step.at for step in self._journal.history(alert.alert_id) if step.step is AlertStep.CLOSED]
        mine = {piece.evidence_id for piece in alert.evidence}
        return KeptCase(alert=alert, closed_at=max(closed, default=None), awaited=frozenset(self.awaited & mine))

    def delete(
        self,
        alert: Alert,
        step: StepRecord,
        messages: Sequence[NewMessage],
        expected_sequence: int,
        deletions_made: Sequence[Deletion],
    ) -> None:
        with self._lock:
            if self.standing(alert.alert_id) is not None:
                raise AlertConflictError(alert.alert_id, expected_sequence=expected_sequence, found_sequence=None)
            self._journal.record(alert, step, messages, expected_sequence)
            self._deletions |= {each.deletion_id: each for each in deletions_made}

    def unerased(self, limit: int) -> list[Deletion]:
        with self._lock:
            return [each for _, each in sorted(self._deletions.items()) if each.erased_at is None][:limit]

    def note_erased(self, deletion_ids: Sequence[str], at: datetime) -> None:
        with self._lock:
            for deletion_id in deletion_ids:
                self._deletions[deletion_id] = replace(self._deletions[deletion_id], erased_at=at)

    def deletions(self, scope: Scope, before: str | None, limit: int) -> list[Deletion]:
        with self._lock:
            return [
                each
                for deletion_id, each in sorted(self._deletions.items(), reverse=True)
                if (before is None or deletion_id < before) and self._journal.get(each.alert_id, scope) is not None
            ][:limit]

    def deletions_of(self, alert_id: AlertId) -> list[Deletion]:
        with self._lock:
            return [each for _, each in sorted(self._deletions.items()) if each.alert_id == alert_id]

    def newest_record_at(self) -> datetime | None:
        with self._lock:
            entries = self._journal.feed(0, _EVERYTHING, 1_000_000)
            return entries[-1].step.at if entries else None

    def standing(self, alert_id: AlertId) -> Hold | None:
        with self._lock:
            return next(
                (hold for hold in self._holds.values() if hold.alert_id == alert_id and hold.lifted_at is None), None
            )

    def holds(self, scope: Scope, limit: int) -> list[Hold]:
        with self._lock:
            return [
                hold
                for _, hold in sorted(self._holds.items(), reverse=True)
                if hold.lifted_at is None and scope.allows(hold.enterprise_id, hold.site_id)
            ][:limit]

    def set_hold(
        self, hold: Hold, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> None:
        with self._lock:
            if self.standing(alert.alert_id) is not None:
                raise AlertConflictError(alert.alert_id, expected_sequence=expected_sequence, found_sequence=None)
            self._journal.record(alert, step, messages, expected_sequence)
            self._holds[hold.hold_id] = hold

    def lift_hold(
        self, hold: Hold, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> None:
        with self._lock:
            self._journal.record(alert, step, messages, expected_sequence)
            self._holds[hold.hold_id] = hold


class InMemoryAccessLog:
    """AccessLog in a list. Any thread."""

    def __init__(self) -> None:
        self.entries: list[Access] = []
        self._lock = threading.Lock()

    def note(self, access: NewAccess) -> Access:
        with self._lock:
            entry = entered(self.entries[-1] if self.entries else None, access)
            self.entries.append(entry)
            return entry

    def latest(self, user_id: UserId, evidence_id: EvidenceId, since: datetime) -> Access | None:
        with self._lock:
            return next(
                (
                    entry
                    for entry in reversed(self.entries)
                    if entry.access.user_id == user_id
                    and entry.access.evidence_id == evidence_id
                    and entry.access.at >= since
                ),
                None,
            )

    def accesses(
        self,
        scope: Scope,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int = 500,
    ) -> list[Access]:
        with self._lock:
            return [
                entry
                for entry in reversed(self.entries)
                if scope.allows(entry.access.enterprise_id, entry.access.site_id)
                and (since is None or entry.access.at >= since)
                and (until is None or entry.access.at < until)
                and (before is None or entry.number < before)
            ][:limit]


@dataclass(slots=True)
class FakeDisk:
    """A DiskMeter of a size of its own; `used` counts what lies on it."""

    total: int
    used: Callable[[], int] = field(default=lambda: 0)
    error: OSError | None = None

    def space(self) -> Space:
        if self.error is not None:
            raise self.error
        return Space(total=self.total, free=max(0, self.total - self.used()))

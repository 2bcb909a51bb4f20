"""What keeping needs from outside: a book in the database, a disk that can be asked how full it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.keeping.access import Access, NewAccess
from alerts.keeping.decision import KeptCase
from alerts.keeping.deletion import Deletion
from alerts.ports import NewMessage, StepRecord
from domain.alert import Alert, AlertState, EvidenceKind
from domain.ids import AlertId, EnterpriseId, EvidenceId, SiteId, UserId
from domain.risk import RiskClass
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Alerts that are over, in one of the states and classes, with a stored piece of one of the kinds, not held."""

    states: frozenset[AlertState]
    classes: frozenset[RiskClass]
    kinds: frozenset[EvidenceKind]


class KeepingBook(Protocol):
    """The database side of deleting. Every method is one transaction; any thread. Raises JournalError."""

    def cases(self, wanted: CaseFilter, after: AlertId | None, limit: int) -> list[KeptCase]:
        """Oldest first, from the one behind `after` on."""
        ...

    def delete(
        self,
        alert: Alert,
        step: StepRecord,
        messages: Sequence[NewMessage],
        expected_sequence: int,
        deletions_made: Sequence[Deletion],
    ) -> None:
        """Store the alert with its tombstones, the step and the ledger's entries: all or none.

        Raises AlertConflictError where somebody took a step meanwhile (a hold, a verdict).
        """
        ...

    def unerased(self, limit: int) -> list[Deletion]:
        """Deletions whose files may still be there, oldest first."""
        ...

    def note_erased(self, deletion_ids: Sequence[str], at: datetime) -> None: ...

    def deletions(self, scope: Scope, before: str | None, limit: int) -> list[Deletion]:
        """The ledger, newest first, from the entry before the id `before` on."""
        ...

    def deletions_of(self, alert_id: AlertId) -> list[Deletion]: ...

    def newest_record_at(self) -> datetime | None:
        """When the newest step of any alert was taken."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """That nothing of an alert may be deleted, whatever the policy says: who wanted it, when and why."""

    hold_id: str
    alert_id: AlertId
    enterprise_id: EnterpriseId
    site_id: SiteId
    set_by: UserId
    set_at: datetime
    reason: str
    lifted_by: UserId | None = None
    lifted_at: datetime | None = None
    lift_reason: str = ""


class HoldBook(Protocol):
    """Legal holds. Every method is one transaction; any thread. Raises JournalError."""

    def standing(self, alert_id: AlertId) -> Hold | None: ...

    def holds(self, scope: Scope, limit: int) -> list[Hold]:
        """Those that stand, newest first."""
        ...

    def set_hold(
        self, hold: Hold, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> None:
        """The hold and its step. Raises AlertConflictError."""
        ...

    def lift_hold(
        self, hold: Hold, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> None:
        """The lifted hold and its step. Raises AlertConflictError."""
        ...


class AccessLog(Protocol):
    """Who looked at unmasked originals. Entries are only added. Any thread. Raises JournalError."""

    def note(self, access: NewAccess) -> Access: ...

    def latest(self, user_id: UserId, evidence_id: EvidenceId, since: datetime) -> Access | None: ...

    def accesses(
        self,
        scope: Scope,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int = 500,
    ) -> list[Access]:
        """Newest first, from the entry before the number `before` on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A disk, in bytes. `free` is what this user may write."""

    total: int
    free: int


class DiskMeter(Protocol):
    """The disk that evidence lies on. Any thread."""

    def space(self) -> Space:
        """Raises OSError."""
        ...

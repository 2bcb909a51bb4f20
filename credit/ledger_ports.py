"""The three ledgers and the snapshots of the index, as the rest of credit asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from credit.chain import Link, link
from credit.colour import Held
from credit.fold import Gathered
from credit.index import Assessment
from credit.ledger import SUPERVISION, LeadEntry, SupervisionEntry
from credit.profile import Colour
from credit.records import Delivery, PublicRecord, RecordStep
from domain.ids import EnterpriseId, SiteId
from domain.scope import Scope

Message = tuple[str, bytes]
"""Topic and payload of what is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCount:
    """One site, code and day: each lead of it once, by where it stands now.

    `detected` are all of them: the sum of `unreviewed`, `confirmed`, `dismissed`, `abstained`, `expired` and
    `set_aside` (confirmed once; disputed now, or taken out by a correction). Of the confirmed, the enterprise reported
    `rectified` as corrected, and a second person verified `verified`.
    """

    site_id: SiteId
    code: str
    day: date
    detected: int = 0
    unreviewed: int = 0
    confirmed: int = 0
    dismissed: int = 0
    abstained: int = 0
    expired: int = 0
    set_aside: int = 0
    rectified: int = 0
    verified: int = 0

    @property
    def reviewed(self) -> int:
        return self.confirmed + self.dismissed + self.abstained + self.set_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedEntry:
    """An entry of ledger B at its place in the chain, with what else the ledger says about it.

    `case` are all entries about its case, itself among them, in their order; `corrected` is the one that it takes out
    of every count, `corrections` are those that take out it or another of the case. Each stands with its number.
    """

    place: Link
    entry: SupervisionEntry
    case: tuple[tuple[int, SupervisionEntry], ...] = ()
    corrected: tuple[int, SupervisionEntry] | None = None
    corrections: tuple[tuple[int, SupervisionEntry], ...] = ()

    @property
    def is_intact(self) -> bool:
        """Whether it is what was hashed when it was written. Says nothing of the entries before it."""
        before = Link(number=self.place.number - 1, previous="", digest=self.place.previous)
        return link(SUPERVISION, before, self.entry.content()) == self.place


class LedgerBook(Protocol):
    """Ledgers A and B. Every method is one transaction; any thread.

    `append` adds entries that are not there yet (by `entry_id`), all or none, and moves a mark with them: what is
    followed is followed once. Raises GuardError where a guard of the database stands against an entry.
    """

    def append(
        self,
        leads: Sequence[LeadEntry] = (),
        supervision: Sequence[SupervisionEntry] = (),
        *,
        mark: tuple[str, int] | None = None,
    ) -> None: ...
    def mark(self, name: str) -> int: ...
    def leads(self, enterprise_id: EnterpriseId, scope: Scope, after: int, limit: int) -> list[tuple[int, LeadEntry]]:
        """Numbers with their entries, oldest first, after a number."""
        ...

    def supervision(
        self, enterprise_id: EnterpriseId, scope: Scope, after: int, limit: int
    ) -> list[tuple[int, SupervisionEntry]]: ...
    def traced(self, enterprise_id: EnterpriseId, entry_id: str, scope: Scope) -> TracedEntry | None:
        """An entry of ledger B with what it rests on and what became of it; None where the scope shows none."""
        ...

    def gather(
        self, enterprise_ids: Sequence[EnterpriseId], day_from: date, as_of: date
    ) -> Mapping[EnterpriseId, Gathered]:
        """What is on record about each of them for an index of a day whose window begins on another.

        All are in memory at once: some dozens, not thousands.
        """
        ...

    def counts(self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date) -> list[LedgerCount]:
        """By day, site and code; both days belong to the range."""
        ...

    def open_leads(self, before: datetime, limit: int) -> list[LeadEntry]:
        """Leads detected before an instant that nobody has judged and that have not expired."""
        ...

    def first_broken(self, ledger: str) -> int | None:
        """The number at which a ledger's chain breaks, None where it is whole."""
        ...


class RecordBook(Protocol):
    """Ledger C. Every method is one transaction; any thread.

    `add_step` stores the step and, of a publication, a delivery for each receiver. A withdrawal or repair orders the
    same of every receiver that was published to; the database does that by itself. Raises GuardError,
    NotAnOfficerError, DocumentKnownError, and RecordStateError where another step came first.
    """

    def add_record(self, record: PublicRecord) -> None: ...
    def add_step(self, step: RecordStep, receivers: Sequence[str]) -> PublicRecord: ...
    def record(self, record_id: str, scope: Scope) -> PublicRecord | None: ...
    def records(self, enterprise_id: EnterpriseId, scope: Scope) -> list[PublicRecord]:
        """Oldest first."""
        ...

    def deliveries(self, record_id: str) -> list[Delivery]: ...
    def overdue_deliveries(self, today: date, scope: Scope) -> list[Delivery]: ...
    def confirm_delivery(
        self, delivery_id: str, scope: Scope, confirmation: str, at: datetime
    ) -> PublicRecord | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A figure that was told, with what it rests on. The same inputs under the same profile give it again.

    `supervision_number` and `record_number` are the last entries of the ledgers that had been written.
    """

    enterprise_id: EnterpriseId
    day: date
    made_at: datetime
    profile_label: str
    inputs_sha256: str
    standing: str
    value: float | None
    low: float | None
    high: float | None
    grade: str | None
    colour: Colour | None
    held: Held | None
    supervision_number: int
    record_step_number: int

    @classmethod
    def of(
        cls,
        assessment: Assessment,
        held: Held | None,
        colour: Colour | None,
        *,
        made_at: datetime,
        numbers: tuple[int, int],
    ) -> "Snapshot":
        facts = assessment.facts
        return cls(
            enterprise_id=facts.enterprise_id,
            day=facts.as_of,
            made_at=made_at,
            profile_label=assessment.profile_label,
            inputs_sha256=assessment.inputs_sha256,
            standing=assessment.standing.value,
            value=assessment.value,
            low=assessment.low,
            high=assessment.high,
            grade=None if assessment.band is None else assessment.band.grade,
            colour=colour,
            held=held,
            supervision_number=numbers[0],
            record_step_number=numbers[1],
        )


class SnapshotBook(Protocol):
    """Snapshots by enterprise and day, only ever added. Every method is one transaction; any thread."""

    def add_snapshots(self, told: Sequence[tuple[Snapshot, Message | None]]) -> None:
        """Store them in one transaction, their messages into the outbox in the order given."""
        ...

    def add_snapshot(self, snapshot: Snapshot, message: Message | None) -> None: ...
    def latest_snapshots(self, enterprise_ids: Sequence[EnterpriseId]) -> Mapping[EnterpriseId, Snapshot]:
        """The newest of each that has one."""
        ...

    def latest_snapshot(self, enterprise_id: EnterpriseId) -> Snapshot | None: ...
    def snapshots(self, enterprise_id: EnterpriseId, limit: int) -> list[Snapshot]:
        """Newest first."""
        ...

    def daily_snapshots(self, enterprise_id: EnterpriseId, until: date, limit: int) -> list[Snapshot]:
        """The last one of each day up to `until`, newest first: a busy day counts as one of `limit`."""
        ...

"""What a report tells, as figures from ledgers, records and snapshots. Pure; who gathers them is `report_desk`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from credit.facts import Finding, Remedy
from credit.index import Assessment
from credit.ledger_ports import LedgerCount, Snapshot
from credit.peer_desk import Standing
from credit.records import PublicRecord
from credit.reporting.document import digest_of
from credit.reporting.period import Period
from domain.organisation import Enterprise
from domain.risk import RiskClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Leads by where they stand now, each once; see `LedgerCount`."""

    detected: int = 0
    unreviewed: int = 0
    confirmed: int = 0
    dismissed: int = 0
    abstained: int = 0
    expired: int = 0
    set_aside: int = 0
    rectified: int = 0
    verified: int = 0


def tally(counts: Iterable[LedgerCount]) -> Tally:
    sums = {each.name: 0 for each in fields(Tally)}
    for count in counts:
        for name in sums:
            sums[name] += getattr(count, name)
    return Tally(**sums)


def by_code(counts: Sequence[LedgerCount]) -> list[tuple[str, Tally]]:
    """The most confirmed first, then the most detected."""
    found = [(code, tally(each for each in counts if each.code == code)) for code in {each.code for each in counts}]
    return sorted(found, key=lambda one: (-one[1].confirmed, -one[1].detected, one[0]))


def by_day(counts: Sequence[LedgerCount], days: Sequence[date]) -> list[tuple[date, Tally]]:
    """Every day of the period, those without an entry too."""
    return [(day, tally(each for each in counts if each.day == day)) for day in days]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseFigures:
    """`until` is the last day that is told: the period's, or today where it is not over.

    `before` is the assessment at the end of the period before. `snapshots` are those kept up to `until`, oldest first.
    """

    enterprise: Enterprise
    period: Period
    until: date
    made_at: datetime
    assessment: Assessment
    before: Assessment
    standing: Standing
    snapshots: tuple[Snapshot, ...]
    counts: tuple[LedgerCount, ...]
    records: tuple[PublicRecord, ...]
    ledger_numbers: tuple[int, int]
    region_name: str | None

    @property
    def findings(self) -> list[Finding]:
        """Confirmed findings of the period, newest first."""
        inside = [each for each in self.assessment.facts.findings if self.period.first <= each.day <= self.until]
        return sorted(inside, key=lambda each: (each.day, each.finding_id), reverse=True)

    @property
    def last_snapshot(self) -> Snapshot | None:
        return self.snapshots[-1] if self.snapshots else None

    @property
    def inputs_sha256(self) -> str:
        """Of the index's inputs and of the counts beside them."""
        return digest_of([self.assessment.inputs_sha256, *(_spelt(each) for each in self.counts)])


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLine:
    """One enterprise of a region's report."""

    enterprise: Enterprise
    assessment: Assessment
    before: Assessment
    snapshot: Snapshot | None
    tally: Tally

    @property
    def colour(self) -> str | None:
        return None if self.snapshot is None or self.snapshot.colour is None else self.snapshot.colour.value

    @property
    def open_class_one(self) -> int:
        return sum(
            1
            for each in self.assessment.facts.findings
            if each.risk_class is RiskClass.I and each.remedy is Remedy.OPEN
        )

    @property
    def overdue(self) -> int:
        return sum(1 for each in self.assessment.facts.findings if each.is_overdue(self.assessment.facts.as_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFigures:
    """`region` is the beginning of six digits, empty for all that the asker may see; `region_name` as people say it."""

    region: str
    region_name: str
    period: Period
    until: date
    made_at: datetime
    profile_label: str
    lines: tuple[RegionLine, ...]
    counts: tuple[LedgerCount, ...]
    ledger_numbers: tuple[int, int]

    @property
    def inputs_sha256(self) -> str:
        own = [f"{each.enterprise.enterprise_id} {each.assessment.inputs_sha256}" for each in self.lines]
        return digest_of([*sorted(own), *(_spelt(each) for each in self.counts)])


def _spelt(count: LedgerCount) -> str:
    return (
        f"{count.day} {count.site_id} {count.code} {count.detected} {count.confirmed} {count.dismissed} "
        f"{count.abstained} {count.expired} {count.set_aside} {count.unreviewed} {count.rectified} {count.verified}"
    )

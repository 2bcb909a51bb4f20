"""Gathers what a report tells. Any thread; it waits for the database."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from credit.divisions import load_divisions
from credit.errors import RegionTooLargeError
from credit.index_desk import IndexDesk, NumberedLedger
from credit.ledger_ports import RecordBook, Snapshot
from credit.peer_desk import PeerDesk
from credit.ports import Registry
from credit.reporting.document import Language, Report
from credit.reporting.enterprise_report import enterprise_report
from credit.reporting.figures import EnterpriseFigures, RegionFigures, RegionLine, tally
from credit.reporting.period import Period
from credit.reporting.region_report import region_report
from domain.ids import EnterpriseId
from domain.organisation import Enterprise
from domain.scope import Scope

MOST_ENTERPRISES = 500
"""Of a region's report: each of them is assessed twice while somebody waits."""
_PAGE = 1_000
_SNAPSHOTS = 400  # days

CodeNames = Mapping[str, tuple[str, str]]


class ReportDesk:
    """Reports about an enterprise and a region, as documents that are drawn elsewhere."""

    def __init__(
        self,
        *,
        index: IndexDesk,
        peers: PeerDesk,
        ledgers: NumberedLedger,
        records: RecordBook,
        registry: Registry,
        now: Callable[[], datetime],
    ) -> None:
        self._index = index
        self._peers = peers
        self._ledgers = ledgers
        self._records = records
        self._registry = registry
        self._now = now

    def enterprise(
        self, enterprise: Enterprise, scope: Scope, period: Period, language: Language, names: CodeNames
    ) -> Report:
        """Raises ValueError for a period that has not begun."""
        until = self._until(period)
        own = enterprise.enterprise_id
        figures = EnterpriseFigures(
            enterprise=enterprise,
            period=period,
            until=until,
            made_at=self._now(),
            ledger_numbers=self._ledgers.newest_numbers(),
            region_name=None if enterprise.region is None else load_divisions().spoken(enterprise.region),
            assessment=self._index.assessed(own, until),
            before=self._index.assessed(own, period.before.last),
            standing=self._peers.standing(enterprise, until, names),
            snapshots=tuple(self._snapshots(own, until)),
            counts=tuple(self._ledgers.counts(own, scope, period.first, until)),
            records=tuple(each for each in self._records.records(own, scope) if each.draft.decision_date <= until),
        )
        return enterprise_report(figures, language, names)

    def region(self, region: str, scope: Scope, period: Period, language: Language, names: CodeNames) -> Report:
        """About all enterprises of the scope whose region begins with these digits.

        Raises ValueError for a period that has not begun, RegionTooLargeError for more than `MOST_ENTERPRISES`.
        """
        until = self._until(period)
        numbers = self._ledgers.newest_numbers()
        found = list(self._inside(region, scope))
        if len(found) > MOST_ENTERPRISES:
            raise RegionTooLargeError(found=len(found), most=MOST_ENTERPRISES)
        lines, counts = [], []
        for each in found:
            own = each.enterprise_id
            of_it = self._ledgers.counts(own, scope, period.first, until)
            counts += of_it
            lines.append(
                RegionLine(
                    enterprise=each,
                    assessment=self._index.assessed(own, until),
                    before=self._index.assessed(own, period.before.last),
                    snapshot=next(iter(reversed(self._snapshots(own, until))), None),
                    tally=tally(of_it),
                )
            )
        figures = RegionFigures(
            region=region,
            region_name=load_divisions().spoken(region),
            period=period,
            until=until,
            made_at=self._now(),
            profile_label=self._index.profile.label,
            lines=tuple(lines),
            counts=tuple(counts),
            ledger_numbers=numbers,
        )
        return region_report(figures, language, names)

    def _until(self, period: Period) -> date:
        today = self._index.profile.today(self._now())
        if period.first > today:
            raise ValueError(f"period: expected one that has begun by {today}, found {period.label}")
        return min(period.last, today)

    def _snapshots(self, enterprise_id: EnterpriseId, until: date) -> list[Snapshot]:
        """The last figure of each day up to `until`, oldest first."""
        return self._index.daily_history(enterprise_id, until, _SNAPSHOTS)[::-1]

    def _inside(self, region: str, scope: Scope) -> Iterator[Enterprise]:
        after: str | None = None
        while page := self._registry.list_enterprises(scope, after, _PAGE):
            yield from (each for each in page if (each.region or "").startswith(region))
            after = page[-1].enterprise_id

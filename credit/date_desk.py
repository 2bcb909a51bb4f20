"""The dates of enterprises, made anew at each question. Any thread; it waits for the database."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from credit.index_desk import IndexDesk
from credit.ledger_ports import RecordBook
from credit.ports import Registry
from credit.reminders import DatedParts, dates_of
from credit.repair import RepairPolicy
from domain.ids import EnterpriseId
from domain.organisation import Enterprise
from domain.reminder import DatedFact
from domain.scope import Scope

_PAGE = 500


class DateDesk:
    """Implements alerts.notify.reminding.ports.DateBook. Raises JournalError where the database is away."""

    def __init__(
        self,
        *,
        index: IndexDesk,
        records: RecordBook,
        registry: Registry,
        policies: Mapping[str, RepairPolicy],
        now: Callable[[], datetime],
    ) -> None:
        self._index = index
        self._records = records
        self._registry = registry
        self._policies = policies
        self._now = now

    def today(self) -> date:
        """The calendar day of the index's profile, by which dates are counted."""
        return self._index.profile.today(self._now())

    def enterprises(self, scope: Scope) -> Iterator[Enterprise]:
        """Those that the scope covers whole; one of whom only a site is seen is not among them."""
        after: str | None = None
        while page := self._registry.list_enterprises(scope, after, _PAGE):
            yield from (each for each in page if scope.allows(each.enterprise_id))
            after = page[-1].enterprise_id

    def dates(self, enterprise_id: EnterpriseId) -> list[DatedFact]:
        """Soonest first, as `dates_of` says; none where there is no such enterprise."""
        enterprise = self._registry.get_enterprise(enterprise_id, Scope.everything())
        return [] if enterprise is None else self.of(enterprise)

    def of(self, enterprise: Enterprise) -> list[DatedFact]:
        today = self.today()
        parts = DatedParts(
            enterprise=enterprise,
            records=self._records.records(enterprise.enterprise_id, Scope.everything()),
            findings=self._index.facts(enterprise.enterprise_id, today).findings,
            policies=self._policies,
        )
        return dates_of(parts, today)

"""An in-memory twin of the figures over many places."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from alerts.ports import AlertFilter
from alerts.testing import InMemoryJournal
from api.figure_ports import EVERY_ALERT, DayCount, PlaceCount, SiteCount, ToldColour, WatchedCamera
from credit.counts import Outcome, outcome, require_range
from credit.ledger_testing import InMemoryLedgers
from credit.testing import InMemoryRegistry
from domain.alert import Alert, AlertState
from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass
from domain.scope import Scope

_ALL = 1_000_000


class InMemorySituation:
    """SituationBook over the alerts, figures and cameras of in-memory twins. Any thread."""

    def __init__(self, journal: InMemoryJournal, ledgers: InMemoryLedgers, registry: InMemoryRegistry) -> None:
        self._journal = journal
        self._ledgers = ledgers
        self._registry = registry

    def watched(self, scope: Scope, limit: int) -> Sequence[WatchedCamera]:
        cameras = sorted(self._registry.list_cameras(scope), key=lambda each: each.camera_id)
        return [WatchedCamera.of(each) for each in cameras[:limit]]

    def by_place(self, wanted: AlertFilter, scope: Scope) -> Sequence[PlaceCount]:
        groups: dict[tuple[EnterpriseId, SiteId, RiskClass, AlertState], list[datetime]] = {}
        for alert in self._journal.search(wanted, scope, None, _ALL):
            key = (alert.enterprise_id, alert.site_id, alert.violation.risk_class, alert.state)
            groups.setdefault(key, []).append(alert.raised_at)
        return [
            PlaceCount(
                enterprise_id=key[0],
                site_id=key[1],
                risk_class=key[2],
                state=key[3],
                number=len(groups[key]),
                oldest_raised_at=min(groups[key]),
            )
            for key in sorted(groups)
        ]

    def by_day(
        self, scope: Scope, day_from: date, day_to: date, wanted: AlertFilter = EVERY_ALERT
    ) -> Sequence[DayCount]:
        groups: dict[tuple[date, str], Counter[Outcome]] = {}
        for alert in self._of(scope, day_from, day_to, wanted):
            groups.setdefault((alert.local_day, alert.violation.code), Counter())[outcome(alert)] += 1
        return [
            DayCount(
                day=day,
                code=code,
                confirmed=groups[day, code][Outcome.CONFIRMED],
                dismissed=groups[day, code][Outcome.DISMISSED],
                unclear=groups[day, code][Outcome.UNCLEAR],
                unreviewed=groups[day, code][Outcome.UNREVIEWED],
            )
            for day, code in sorted(groups)
        ]

    def by_site(
        self, scope: Scope, day_from: date, day_to: date, wanted: AlertFilter = EVERY_ALERT
    ) -> Sequence[SiteCount]:
        groups: dict[tuple[EnterpriseId, SiteId], Counter[Outcome]] = {}
        for alert in self._of(scope, day_from, day_to, wanted):
            groups.setdefault((alert.enterprise_id, alert.site_id), Counter())[outcome(alert)] += 1
        return [
            SiteCount(
                enterprise_id=enterprise_id,
                site_id=site_id,
                confirmed=groups[enterprise_id, site_id][Outcome.CONFIRMED],
                dismissed=groups[enterprise_id, site_id][Outcome.DISMISSED],
                unclear=groups[enterprise_id, site_id][Outcome.UNCLEAR],
                unreviewed=groups[enterprise_id, site_id][Outcome.UNREVIEWED],
            )
            for enterprise_id, site_id in sorted(groups)
        ]

    def _of(self, scope: Scope, day_from: date, day_to: date, wanted: AlertFilter) -> Sequence[Alert]:
        require_range(day_from, day_to)
        return self._journal.search(replace(wanted, day_from=day_from, day_to=day_to), scope, None, _ALL)

    def colours(self, scope: Scope) -> Mapping[EnterpriseId, ToldColour]:
        latest = (self._ledgers.latest_snapshot(each) for each in self._ledgers.enterprises_with_snapshots())
        return {
            each.enterprise_id: ToldColour(standing=each.standing, colour=each.colour)
            for each in latest
            if each is not None and scope.allows(each.enterprise_id)
        }

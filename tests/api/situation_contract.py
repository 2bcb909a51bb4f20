"""What every SituationBook promises; run over the in-memory twin and over each database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.ports import AlertFilter, AlertJournal
from api.figure_ports import EVERY_ALERT, SituationBook, ToldColour, WatchedCamera
from credit.ledger_ports import Snapshot, SnapshotBook
from credit.ports import Registry
from credit.profile import Colour
from domain.alert import Alert, AlertState
from domain.ids import EnterpriseId, SiteId
from domain.place_check import PlaceCheck, PlaceStanding
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.samples import EPOCH, sample_alert, sample_step
from tests.credit import samples
from tests.credit.counts_contract import judged

EVERYTHING = Scope.everything()
FIRM, OTHER_FIRM = EnterpriseId("enterprise-1"), EnterpriseId("enterprise-2")
ONE_SITE = Scope(site_ids=frozenset({SiteId("site-1")}))
MONDAY = date(2026, 1, 5)

Made = Callable[[], "Books"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """A situation with the books that it counts."""

    situation: SituationBook
    journal: AlertJournal
    snapshots: SnapshotBook
    registry: Registry

    def put(self, *alerts: Alert) -> None:
        for alert in alerts:
            self.journal.record(alert, sample_step(alert), [], alert.sequence - 1)


def snapshot(
    enterprise_id: EnterpriseId, day: date, *, standing: str = "known", colour: Colour | None = Colour.GREEN
) -> Snapshot:
    return Snapshot(
        enterprise_id=enterprise_id,
        day=day,
        made_at=EPOCH + timedelta(days=(day - MONDAY).days),
        profile_label="made-up 1",
        inputs_sha256="0" * 64,
        standing=standing,
        value=None,
        low=None,
        high=None,
        grade=None,
        colour=colour,
        held=None,
        supervision_number=0,
        record_step_number=0,
    )


class SituationContract:
    @pytest.fixture
    def books(self) -> Books:
        raise NotImplementedError("override this fixture")

    def test_the_last_figure_of_each_day_is_found_however_many_a_day_has(self, books: Books) -> None:
        for number, minute in product(range(3), range(4)):
            made_at = EPOCH + timedelta(days=number, minutes=minute)
            kept = snapshot(FIRM, MONDAY + timedelta(days=number))
            books.snapshots.add_snapshot(replace(kept, made_at=made_at, inputs_sha256=f"{minute}" * 64), None)

        found = books.snapshots.daily_snapshots(FIRM, MONDAY + timedelta(days=1), 2)

        assert [each.day for each in found] == [MONDAY + timedelta(days=1), MONDAY]
        assert {each.inputs_sha256[0] for each in found} == {"3"}

    def test_of_nothing_there_are_no_figures(self, books: Books) -> None:
        assert list(books.situation.by_place(AlertFilter(), EVERYTHING)) == []
        assert list(books.situation.by_day(EVERYTHING, MONDAY, MONDAY)) == []
        assert books.situation.colours(EVERYTHING) == {}

    def test_alerts_are_counted_by_place_class_and_state_with_the_age_of_the_first(self, books: Books) -> None:
        first = sample_alert(1, risk_class=RiskClass.I)
        books.put(
            first,
            sample_alert(2, risk_class=RiskClass.I, raised_at=first.raised_at + timedelta(hours=1)),
            sample_alert(3, risk_class=RiskClass.I, state=AlertState.DISMISSED),
            sample_alert(4, risk_class=RiskClass.II, site="site-2"),
            sample_alert(5, risk_class=RiskClass.II, enterprise="enterprise-2", site="site-3"),
        )

        counts = books.situation.by_place(AlertFilter(states=frozenset({AlertState.RAISED})), EVERYTHING)

        assert [(each.site_id, each.risk_class, each.state, each.number) for each in counts] == [
            ("site-1", RiskClass.I, AlertState.RAISED, 2),
            ("site-2", RiskClass.II, AlertState.RAISED, 1),
            ("site-3", RiskClass.II, AlertState.RAISED, 1),
        ]
        assert counts[0].oldest_raised_at == first.raised_at

    def test_of_cameras_is_told_what_says_whether_they_see_and_of_no_others(self, books: Books) -> None:
        for number in (1, 2):
            books.registry.add_site(samples.site(number, of=number))
        place = PlaceCheck(standing=PlaceStanding.AWAITED)
        made = [samples.camera(2, of=2, is_enabled=True), samples.camera(1, of=1, place=place)]
        for each in made:
            books.registry.add_camera(each)

        assert books.situation.watched(EVERYTHING, 10) == [WatchedCamera.of(each) for each in reversed(made)]
        assert [each.standing for each in books.situation.watched(ONE_SITE, 10)] == [PlaceStanding.AWAITED]
        assert [each.camera_id for each in books.situation.watched(EVERYTHING, 1)] == ["camera-1"]
        assert books.situation.watched(Scope(), 10) == []

    def test_no_figure_reaches_beyond_the_scope(self, books: Books) -> None:
        books.put(sample_alert(1), sample_alert(2, site="site-2"), sample_alert(3, enterprise="enterprise-2", site="x"))
        books.snapshots.add_snapshot(snapshot(FIRM, MONDAY), None)
        own = Scope(enterprise_ids=frozenset({OTHER_FIRM}))

        assert {each.site_id for each in books.situation.by_place(AlertFilter(), ONE_SITE)} == {"site-1"}
        assert {each.site_id for each in books.situation.by_place(AlertFilter(), own)} == {"x"}
        assert sum(each.unreviewed for each in books.situation.by_day(own, MONDAY, MONDAY)) == 1
        assert books.situation.colours(own) == {}
        assert books.situation.colours(ONE_SITE) == {}
        assert list(books.situation.by_place(AlertFilter(), Scope())) == []

    def test_days_are_counted_by_code_and_verdict(self, books: Books) -> None:
        books.put(
            judged(sample_alert(1), AlertState.CONFIRMED),
            judged(sample_alert(2), AlertState.CONFIRMED, AlertState.DISPUTED),
            judged(sample_alert(3), None),
            judged(sample_alert(4, code="bin.uncovered"), AlertState.DISMISSED),
            sample_alert(5, raised_at=EPOCH + timedelta(days=3)),
        )

        days = books.situation.by_day(EVERYTHING, MONDAY, MONDAY)

        assert [(each.code, each.confirmed, each.dismissed, each.unclear, each.unreviewed) for each in days] == [
            ("bin.uncovered", 0, 1, 0, 0),
            ("pest.rodent", 1, 0, 1, 1),
        ]
        only = books.situation.by_day(EVERYTHING, MONDAY, MONDAY, AlertFilter(codes=frozenset({"bin.uncovered"})))
        assert list(only) == [days[0]]

    def test_sites_are_counted_by_verdict_within_scope_days_and_filter(self, books: Books) -> None:
        books.put(
            judged(sample_alert(1), AlertState.CONFIRMED),
            judged(sample_alert(2), None),
            judged(sample_alert(3, site="site-2"), AlertState.DISMISSED),
            judged(sample_alert(4, enterprise="enterprise-2", site="x", risk_class=RiskClass.II), None),
            sample_alert(5, raised_at=EPOCH + timedelta(days=3)),
        )

        def counted(scope: Scope, wanted: AlertFilter = EVERY_ALERT) -> list[tuple[str, int, int, int, int]]:
            return [
                (each.site_id, each.confirmed, each.dismissed, each.unclear, each.unreviewed)
                for each in books.situation.by_site(scope, MONDAY, MONDAY, wanted)
            ]

        assert counted(EVERYTHING) == [("site-1", 1, 0, 0, 1), ("site-2", 0, 1, 0, 0), ("x", 0, 0, 0, 1)]
        assert counted(ONE_SITE) == [("site-1", 1, 0, 0, 1)]
        assert counted(EVERYTHING, AlertFilter(risk_classes=frozenset({RiskClass.II}))) == [("x", 0, 0, 0, 1)]
        assert counted(EVERYTHING, AlertFilter(site_id=SiteId("site-2"))) == [("site-2", 0, 1, 0, 0)]
        assert counted(Scope()) == []

    def test_of_each_enterprise_the_last_colour_is_told(self, books: Books) -> None:
        for one in (
            snapshot(FIRM, MONDAY, colour=Colour.RED),
            snapshot(FIRM, MONDAY + timedelta(days=1), colour=Colour.GREEN),
            snapshot(OTHER_FIRM, MONDAY, standing="new", colour=None),
        ):
            books.snapshots.add_snapshot(one, None)

        assert books.situation.colours(EVERYTHING) == {
            FIRM: ToldColour(standing="known", colour=Colour.GREEN),
            OTHER_FIRM: ToldColour(standing="new", colour=None),
        }


alert_parts = st.tuples(
    st.sampled_from(["site-1", "site-2"]), st.sampled_from(RiskClass), st.sampled_from(AlertState), st.integers(0, 3)
)


def check_counts_agree_with_the_list(made: Made) -> None:
    """A property: whatever the filter, figures and list hold the same alerts."""

    @settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        parts=st.lists(alert_parts, max_size=12),
        states=st.frozensets(st.sampled_from(AlertState), max_size=3),
        classes=st.frozensets(st.sampled_from(RiskClass), max_size=2),
        day_from=st.none() | st.integers(0, 3).map(lambda days: MONDAY + timedelta(days=days)),
    )
    def holds(
        parts: Sequence[tuple[str, RiskClass, AlertState, int]],
        states: frozenset[AlertState],
        classes: frozenset[RiskClass],
        day_from: date | None,
    ) -> None:
        books = made()
        for number, (site, risk_class, state, days) in enumerate(parts, start=1):
            raised_at = EPOCH + timedelta(days=days, seconds=number)
            books.put(sample_alert(number, site=site, risk_class=risk_class, state=state, raised_at=raised_at))
        wanted = AlertFilter(states=states, risk_classes=classes, day_from=day_from)

        counted = books.situation.by_place(wanted, EVERYTHING)

        listed = books.journal.search(wanted, EVERYTHING, None, 100)
        assert sum(each.number for each in counted) == len(listed)
        for each in counted:
            own = [
                alert
                for alert in listed
                if (alert.site_id, alert.violation.risk_class, alert.state)
                == (each.site_id, each.risk_class, each.state)
            ]
            assert (each.number, each.oldest_raised_at) == (len(own), min(alert.raised_at for alert in own))

    holds()

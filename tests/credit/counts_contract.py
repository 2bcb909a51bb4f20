"""What every CountSource promises; run over the in-memory twin and over each database.

Use: subclass and override the fixture `put` (stores an alert as it is now) and `counts`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credit.counts import ViolationCounts
from credit.ports import CountSource, DailyCount
from domain.alert import Alert, AlertState, Review
from domain.ids import EnterpriseId, SiteId, UserId
from domain.scope import Scope
from tests.alerts.samples import EPOCH, sample_alert

Put = Callable[[Sequence[Alert]], None]

FIRM = EnterpriseId("enterprise-1")
EVERYTHING = Scope.everything()
MONDAY = date(2026, 1, 5)

states = st.sampled_from(AlertState)


def judged(alert: Alert, verdict: AlertState | None, state: AlertState | None = None) -> Alert:
    """The alert with a person's verdict, and in another state where people went on from there."""
    if verdict is None:
        return replace(alert, state=state or AlertState.RAISED)
    review = Review(reviewer_id=UserId("user-1"), reviewed_at=EPOCH + timedelta(hours=1), state=verdict, reason="")
    return replace(alert, state=state or verdict, review=review)


def on_day(number: int, days: int, **changes: object) -> Alert:
    return sample_alert(number, raised_at=EPOCH + timedelta(days=days), **changes)  # type: ignore[arg-type]


class CountsContract:
    @pytest.fixture
    def counts(self) -> CountSource:
        raise NotImplementedError("override this fixture")

    @pytest.fixture
    def put(self) -> Put:
        raise NotImplementedError("override this fixture")

    def test_nothing_found_is_an_empty_list(self, counts: CountSource) -> None:
        assert list(counts.daily_counts(FIRM, EVERYTHING, MONDAY, MONDAY)) == []

    def test_each_verdict_has_its_figure(self, counts: CountSource, put: Put) -> None:
        verdicts = [
            None,
            None,
            None,
            AlertState.CONFIRMED,
            AlertState.DISMISSED,
            AlertState.DISMISSED,
            AlertState.UNCLEAR,
        ]
        put([judged(sample_alert(number), verdict) for number, verdict in enumerate(verdicts, start=1)])

        assert list(counts.daily_counts(FIRM, EVERYTHING, MONDAY, MONDAY)) == [
            DailyCount(
                enterprise_id=FIRM,
                site_id=SiteId("site-1"),
                code="pest.rodent",
                day=MONDAY,
                detected=7,
                confirmed=1,
                dismissed=2,
                unclear=1,
                unreviewed=3,
            )
        ]

    @pytest.mark.parametrize(
        ("verdict", "state", "figure"),
        [
            (None, AlertState.RAISED, "unreviewed"),
            (None, AlertState.ACKNOWLEDGED, "unreviewed"),
            (None, AlertState.CONFIRMED, "unreviewed"),
            (None, AlertState.CLOSED, "unreviewed"),
            (AlertState.ACKNOWLEDGED, AlertState.ACKNOWLEDGED, "unreviewed"),
            (AlertState.CONFIRMED, AlertState.CONFIRMED, "confirmed"),
            (AlertState.CONFIRMED, AlertState.RECTIFIED, "confirmed"),
            (AlertState.CONFIRMED, AlertState.CLOSED, "confirmed"),
            (AlertState.CONFIRMED, AlertState.DISPUTED, "unclear"),
            (AlertState.DISMISSED, AlertState.DISMISSED, "dismissed"),
            (AlertState.DISMISSED, AlertState.CLOSED, "dismissed"),
            (AlertState.UNCLEAR, AlertState.UNCLEAR, "unclear"),
            (AlertState.UNCLEAR, AlertState.CONFIRMED, "unclear"),
            (AlertState.CLOSED, AlertState.CLOSED, "unclear"),
        ],
    )
    def test_the_persons_verdict_decides_whatever_came_after(
        self, counts: CountSource, put: Put, verdict: AlertState | None, state: AlertState, figure: str
    ) -> None:
        put([judged(sample_alert(1), verdict, state)])

        (day,) = counts.daily_counts(FIRM, EVERYTHING, MONDAY, MONDAY)

        figures = {name: getattr(day, name) for name in ("confirmed", "dismissed", "unclear", "unreviewed")}
        assert figures == {name: int(name == figure) for name in figures}

    def test_a_later_verdict_replaces_the_earlier_one(self, counts: CountSource, put: Put) -> None:
        put([judged(sample_alert(1), AlertState.UNCLEAR)])
        put([judged(replace(sample_alert(1), sequence=2), AlertState.CONFIRMED)])

        (day,) = counts.daily_counts(FIRM, EVERYTHING, MONDAY, MONDAY)
        assert (day.detected, day.confirmed, day.unclear) == (1, 1, 0)

    def test_days_sites_and_codes_stand_apart_and_in_order(self, counts: CountSource, put: Put) -> None:
        put([on_day(1, 1), on_day(2, 0, code="pest.insect"), on_day(3, 0), on_day(4, 0, site="site-0"), on_day(5, 1)])

        found = counts.daily_counts(FIRM, EVERYTHING, MONDAY, date(2026, 1, 6))

        assert [(each.day.day, each.site_id, each.code, each.detected) for each in found] == [
            (5, "site-0", "pest.rodent", 1),
            (5, "site-1", "pest.insect", 1),
            (5, "site-1", "pest.rodent", 1),
            (6, "site-1", "pest.rodent", 2),
        ]

    def test_both_days_belong_to_the_range(self, counts: CountSource, put: Put) -> None:
        put([on_day(number, number) for number in range(5)])

        found = counts.daily_counts(FIRM, EVERYTHING, date(2026, 1, 6), date(2026, 1, 8))

        assert [each.day.day for each in found] == [6, 7, 8]

    def test_the_day_is_that_of_the_site(self, counts: CountSource, put: Put) -> None:
        put([replace(sample_alert(1), raised_at=EPOCH, local_day=date(2026, 1, 4))])

        assert [each.day for each in counts.daily_counts(FIRM, EVERYTHING, date(2026, 1, 4), MONDAY)] == [
            date(2026, 1, 4)
        ]

    def test_another_enterprises_alerts_are_not_counted(self, counts: CountSource, put: Put) -> None:
        put([sample_alert(1, enterprise="enterprise-2"), sample_alert(2)])

        (day,) = counts.daily_counts(FIRM, EVERYTHING, MONDAY, MONDAY)
        assert day.detected == 1

    def test_a_scope_hides_what_lies_outside(self, counts: CountSource, put: Put) -> None:
        put([sample_alert(1, site="site-1"), sample_alert(2, site="site-2")])

        def sites(scope: Scope) -> list[str]:
            return [each.site_id for each in counts.daily_counts(FIRM, scope, MONDAY, MONDAY)]

        assert sites(Scope(enterprise_ids=frozenset({FIRM}))) == ["site-1", "site-2"]
        assert sites(Scope(site_ids=frozenset({SiteId("site-2")}))) == ["site-2"]
        assert sites(Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-2")}))) == []
        assert sites(Scope()) == []

    @pytest.mark.parametrize(
        ("day_from", "day_to"),
        [(date(2026, 1, 6), MONDAY), (date(2000, 1, 1), MONDAY)],
        ids=["turned round", "too long"],
    )
    def test_a_range_that_is_none_is_refused(self, counts: CountSource, day_from: date, day_to: date) -> None:
        with pytest.raises(ValueError, match="the range"):
            counts.daily_counts(FIRM, EVERYTHING, day_from, day_to)

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        people=st.lists(st.tuples(st.none() | states, states), max_size=12),
        leads=st.lists(
            st.tuples(st.sampled_from([None, AlertState.DISMISSED, AlertState.UNCLEAR]), states), max_size=12
        ),
    )
    def test_leads_dismissed_and_unclear_alerts_never_change_what_is_counted(
        self,
        counts: CountSource,
        put: Put,
        people: list[tuple[AlertState | None, AlertState]],
        leads: list[tuple[AlertState | None, AlertState]],
    ) -> None:
        firm = self.new_firm()
        question = ViolationCounts(counts)

        def stored(number: int, pair: tuple[AlertState | None, AlertState]) -> Alert:
            alert = sample_alert(self.new_number(), enterprise=firm, subject=f"{firm}-{number}")
            return judged(alert, *pair)

        put([stored(number, pair) for number, pair in enumerate(people)])
        before = question.of_enterprise(firm, EVERYTHING, MONDAY, MONDAY)
        put([stored(100 + number, pair) for number, pair in enumerate(leads)])
        after = question.of_enterprise(firm, EVERYTHING, MONDAY, MONDAY)

        confirmed = [pair for pair in people if pair[0] is AlertState.CONFIRMED and pair[1] is not AlertState.DISPUTED]
        assert before.counted == len(confirmed)
        assert after.counted == before.counted
        assert after.total.detected == before.total.detected + len(leads)
        parts = after.total.confirmed + after.total.dismissed + after.total.unclear + after.total.unreviewed
        assert parts == after.total.detected

    _numbers = iter(range(1000, 10**9))

    def new_number(self) -> int:
        return next(self._numbers)

    def new_firm(self) -> EnterpriseId:
        """Examples of one property share a database; each has an enterprise of its own."""
        return EnterpriseId(f"firm-{self.new_number()}")

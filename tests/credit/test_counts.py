from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.counts import ViolationCounts, outcome
from credit.testing import InMemoryCounts
from domain.alert import AlertState
from domain.scope import Scope
from tests.alerts.samples import sample_alert
from tests.credit.counts_contract import FIRM, MONDAY, judged, on_day

EVERYTHING = Scope.everything()


def test_sums_are_given_by_code_and_over_all() -> None:
    source = InMemoryCounts(
        [
            judged(on_day(1, 0), AlertState.CONFIRMED),
            judged(on_day(2, 1), AlertState.CONFIRMED),
            judged(on_day(3, 1), AlertState.DISMISSED),
            judged(on_day(4, 1, code="pest.insect"), AlertState.UNCLEAR),
            on_day(5, 2, code="pest.insect", site="site-2"),
        ]
    )

    found = ViolationCounts(source).of_enterprise(FIRM, EVERYTHING, MONDAY, date(2026, 1, 11))

    assert len(found.days) == 4
    figures = [(t.code, t.detected, t.confirmed, t.dismissed, t.unclear, t.unreviewed) for t in found.by_code]
    assert figures == [("pest.insect", 2, 0, 0, 1, 1), ("pest.rodent", 3, 2, 1, 0, 0)]
    assert (found.total.code, found.total.detected, found.counted) == (None, 5, 2)
    assert [tally.counted for tally in found.by_code] == [0, 2]


def test_an_enterprise_without_findings_has_zeros() -> None:
    found = ViolationCounts(InMemoryCounts()).of_enterprise(FIRM, EVERYTHING, MONDAY, MONDAY)

    assert (found.days, found.by_code, found.total.detected, found.counted) == ((), (), 0, 0)


def test_a_range_turned_round_is_refused() -> None:
    with pytest.raises(ValueError, match="must not end before it starts"):
        ViolationCounts(InMemoryCounts()).of_enterprise(FIRM, EVERYTHING, date(2026, 1, 6), MONDAY)


@given(st.none() | st.sampled_from(AlertState), st.sampled_from(AlertState))
def test_only_a_persons_confirmation_confirms(verdict: AlertState | None, state: AlertState) -> None:
    is_confirmed = outcome(judged(sample_alert(1), verdict, state)) == "confirmed"

    assert is_confirmed == (verdict is AlertState.CONFIRMED and state is not AlertState.DISPUTED)

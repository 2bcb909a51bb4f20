"""The worked examples of the design to the decimal, and what no figure may ever do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.facts import Burden, Facts, Finding, Remedy, Share
from credit.index import Standing, assess
from credit.points import rate_of, weighed
from credit.profile import Colour
from domain.risk import RiskClass
from tests.credit.figures import PROFILE, TODAY, any_facts, facts, finding, findings, value_of

R1 = next(dimension for _, dimension in PROFILE.dimensions() if dimension.dimension_id == "R1")
FIXED = Remedy.ON_TIME


# Worked examples


def test_a_place_that_corrects_its_findings_on_time_keeps_092_of_r1() -> None:
    seen = facts(
        [
            finding(1, age=40, remedy=FIXED),
            finding(2, age=10, remedy=FIXED),
            finding(3, age=5, code="floor.litter", risk_class=RiskClass.III, remedy=FIXED),
        ]
    )

    points = [each.points for each in weighed(seen.inside(365).findings, PROFILE.events, TODAY)]
    rate = rate_of(R1, weighed(seen.inside(365).findings, PROFILE.events, TODAY), seen, 0.9)

    assert [round(each, 2) for each in points] == [1.71, 2.89, 0.0]
    assert round(sum(points), 1) == 4.6
    assert round(rate.value, 2) == 0.64
    assert round(value_of(assess(seen, PROFILE), "R1") or 0, 2) == 0.92


def test_an_open_finding_of_class_one_and_six_of_one_code_halve_r1_and_hold_the_colour_at_orange() -> None:
    seen = facts(
        [
            finding(1, code="pest.rodent", risk_class=RiskClass.I),
            *(finding(number) for number in range(2, 8)),
        ]
    )

    found = weighed(seen.inside(365).findings, PROFILE.events, TODAY)
    judged = assess(seen, PROFILE)

    assert sum(each.points for each in found) == 72.0
    assert round(rate_of(R1, found, seen, 0.9).value, 1) == 8.3
    assert round(value_of(judged, "R1") or 0, 2) == 0.46
    assert judged.cap is Colour.ORANGE
    assert judged.caps[0].references == ("alert-0001",)


def test_one_fresh_finding_of_class_one_in_100_hours_halves_the_value_where_nothing_is_presumed() -> None:
    bare = replace(R1, prior_events=1e-9, prior_hours=1e-9)
    seen = facts([finding(1, code="pest.rodent", risk_class=RiskClass.I)], hours=100.0)

    rate = rate_of(bare, weighed(seen.findings, PROFILE.events, TODAY), seen, 0.9)

    assert round(1.0 / (1.0 + rate.value / bare.halving), 6) == 0.5


@pytest.mark.parametrize(
    ("remedy", "risk_class", "expected"),
    [
        (Remedy.ON_TIME, RiskClass.III, 0.0),
        (Remedy.LATE, RiskClass.III, 1.0),
        (Remedy.ON_TIME, RiskClass.II, 2.0),
        (Remedy.LATE, RiskClass.II, 3.5),
        (Remedy.ON_TIME, RiskClass.I, 4.9),
        (Remedy.LATE, RiskClass.I, 5.95),
        (Remedy.OPEN, RiskClass.I, 7.0),
    ],
)
def test_a_verified_rectification_gives_points_back(remedy: Remedy, risk_class: RiskClass, expected: float) -> None:
    (found,) = weighed([finding(1, risk_class=risk_class, remedy=remedy)], PROFILE.events, TODAY)

    assert found.points == pytest.approx(expected)


def test_points_halve_in_180_days_and_repeats_cost_up_to_three_times() -> None:
    (old,) = weighed([finding(1, age=180)], PROFILE.events, TODAY)
    series = weighed([finding(number) for number in range(1, 8)], PROFILE.events, TODAY)

    assert old.points == pytest.approx(2.5)
    assert [each.points / 5 for each in series] == [1.0, 1.5, 2.0, 2.5, 3.0, 3.0, 3.0]


def test_devices_have_no_points() -> None:
    assert weighed([finding(1, code="camera.offline", risk_class=RiskClass.OPS)], PROFILE.events, TODAY) == ()


# Whether there is a number


@pytest.mark.parametrize(
    ("hours", "known_days", "expected"),
    [
        (780.0, 200, Standing.KNOWN),
        (780.0, 90, Standing.KNOWN),
        (780.0, 89, Standing.NEW),
        (99.9, 200, Standing.INSUFFICIENT),
        (99.9, 10, Standing.NEW),
    ],
)
def test_without_enough_of_time_and_hours_there_is_no_number(hours: float, known_days: int, expected: Standing) -> None:
    judged = assess(facts(hours=hours, known_days=known_days), PROFILE)

    assert judged.standing is expected
    assert (judged.value is None) == (expected is not Standing.KNOWN)
    assert (judged.band is None) == (expected is not Standing.KNOWN)


def test_where_fewer_than_half_of_the_weights_have_data_there_is_no_number() -> None:
    strict = replace(PROFILE, least_coverage=0.9)

    judged = assess(facts(), strict)

    assert (judged.standing, judged.standing.zh, judged.value) == (Standing.INSUFFICIENT, "数据不足", None)


def test_an_enterprise_that_nobody_ever_observed_is_new() -> None:
    assert assess(facts(hours=0.0, known_since=None), PROFILE).standing is Standing.NEW


# Caps


def test_class_one_that_stays_open_becomes_red_and_its_verified_correction_lifts_the_cap() -> None:
    rat = finding(1, age=11, code="pest.rodent", risk_class=RiskClass.I)

    assert assess(facts([rat]), PROFILE).cap is Colour.RED
    assert assess(facts([replace(rat, day=TODAY - timedelta(days=10))]), PROFILE).cap is Colour.ORANGE
    assert assess(facts([replace(rat, remedy=Remedy.LATE)]), PROFILE).cap is Colour.GREEN


def test_a_grave_record_holds_the_colour_at_red_until_it_ends() -> None:
    record = Burden(reference="record-1", dimension_id="R6", weight=7, day=TODAY, is_grave=True, ends_on=TODAY)

    assert assess(facts(burdens=(record,)), PROFILE).cap is Colour.RED
    ended = replace(record, ends_on=TODAY - timedelta(days=1))
    assert assess(facts(burdens=(ended,)), PROFILE).cap is Colour.GREEN


# What no figure may ever do

GOLDEN_VALUE, GOLDEN_LOW, GOLDEN_HIGH = 93.52587, 87.249021, 98.088365
GOLDEN_SHA256 = "5c39299d1debf1baae16d2257e13775c75dfca2876b77ce43966094eb59247c2"


def _value(seen: Facts) -> float:
    value = assess(seen, PROFILE).value
    return -1.0 if value is None else value


@settings(max_examples=150)
@given(seen=any_facts(), more=findings(999))
def test_a_confirmed_violation_never_raises_the_index(seen: Facts, more: Finding) -> None:
    assert _value(replace(seen, findings=(*seen.findings, more))) <= _value(seen) + 1e-6


@settings(max_examples=150)
@given(seen=any_facts(least_findings=1), chosen=st.integers(0, 7), better=st.sampled_from([FIXED, Remedy.LATE]))
def test_a_rectification_never_lowers_the_index(seen: Facts, chosen: int, better: Remedy) -> None:
    place = chosen % len(seen.findings)
    corrected = list(seen.findings)
    corrected[place] = replace(corrected[place], remedy=Remedy.OPEN)
    before = replace(seen, findings=tuple(corrected))
    # A correction that is verified late was overdue before.
    is_late = better is Remedy.LATE and corrected[place].due_on < TODAY
    corrected[place] = replace(corrected[place], remedy=Remedy.LATE if is_late else FIXED)

    assert _value(replace(seen, findings=tuple(corrected))) >= _value(before) - 1e-6


@settings(max_examples=150)
@given(seen=any_facts(), hours=st.floats(0.0, 10_000.0))
def test_more_observed_hours_without_a_violation_never_lower_the_index(seen: Facts, hours: float) -> None:
    assert _value(replace(seen, observed_hours=seen.observed_hours + hours)) >= _value(seen) - 1e-6


@settings(max_examples=100)
@given(seen=any_facts(), order=st.randoms())
def test_the_order_of_arrival_makes_no_difference(seen: Facts, order: object) -> None:
    shuffled_findings, shuffled_burdens = list(seen.findings), list(seen.burdens)
    order.shuffle(shuffled_findings)  # type: ignore[attr-defined]
    order.shuffle(shuffled_burdens)  # type: ignore[attr-defined]
    other = replace(seen, findings=tuple(shuffled_findings), burdens=tuple(shuffled_burdens))

    first, second = assess(seen, PROFILE), assess(other, PROFILE)

    assert (first.value, first.low, first.high) == (second.value, second.low, second.high)
    assert first.inputs_sha256 == second.inputs_sha256


@settings(max_examples=200)
@given(seen=any_facts())
def test_the_index_lies_in_its_interval_and_the_deductions_account_for_all_that_is_missing(seen: Facts) -> None:
    judged = assess(seen, PROFILE)
    if judged.value is None or judged.low is None or judged.high is None:
        return

    assert 0.0 <= judged.low <= judged.value <= judged.high <= 100.0
    assert sum(each.part for each in judged.readings) == pytest.approx(1.0)
    assert judged.value + sum(each.deduction for each in judged.readings) == pytest.approx(100.0, abs=1e-4)


def test_the_same_facts_give_the_same_figure_and_checksum_for_ever() -> None:
    seen = facts([finding(1, age=3), finding(2, code="pest.rodent", risk_class=RiskClass.I, remedy=FIXED)])

    judged = assess(seen, PROFILE)

    assert (judged.value, judged.low, judged.high) == (GOLDEN_VALUE, GOLDEN_LOW, GOLDEN_HIGH)
    assert judged.inputs_sha256 == GOLDEN_SHA256
    assert judged.profile_label == "cn-national@2026.11"


def test_another_profile_version_or_another_fact_is_another_checksum() -> None:
    seen = facts([finding(1, age=3)])
    sums = {
        assess(seen, PROFILE).inputs_sha256,
        assess(seen, replace(PROFILE, version="2027.1")).inputs_sha256,
        assess(replace(seen, observed_hours=781.0), PROFILE).inputs_sha256,
        assess(replace(seen, shares={"S6": Share(good=1, total=2)}), PROFILE).inputs_sha256,
    }

    assert len(sums) == 4


def test_twice_the_hours_with_twice_the_findings_is_not_punished() -> None:
    """A shop with twice the cameras sees about twice as much; its rate stays."""
    one = facts([finding(1, code="a.a")], hours=10_000.0)
    two = facts([finding(1, code="a.a"), finding(2, code="b.b")], hours=20_000.0)

    first, second = (value_of(assess(each, PROFILE), "R1") or 0.0 for each in (one, two))

    assert second == pytest.approx(first, abs=0.002)

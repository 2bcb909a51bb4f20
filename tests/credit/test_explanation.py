from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from credit.explanation import WhatIf, explain, imagine
from credit.facts import Burden, Facts, Remedy
from credit.index import assess
from domain.risk import RiskClass
from tests.credit.figures import PROFILE, TODAY, any_facts, facts, finding

RAT = finding(1, age=3, code="pest.rodent", risk_class=RiskClass.I)
BIN = finding(2, age=3)


def test_the_largest_deduction_comes_first_with_its_clause_and_its_end() -> None:
    told = explain(facts([BIN, RAT]), PROFILE)

    first = told.findings[0]
    assert [each.finding.finding_id for each in told.findings] == ["alert-0001", "alert-0002"]
    assert first.finding.clauses == ("cn.fsl.33@2021",)
    assert first.cost > first.regained > 0.0
    assert first.gone_on == date(2026, 11, 17) + timedelta(days=365)
    assert first.faded_on < first.gone_on + timedelta(days=500)


def test_a_corrected_finding_gives_nothing_back_a_second_time() -> None:
    told = explain(facts([replace(BIN, remedy=Remedy.ON_TIME)]), PROFILE)

    assert told.findings[0].regained == 0.0


def test_a_paper_is_told_with_its_end_and_one_that_ended_is_not() -> None:
    record = Burden(reference="record-1", dimension_id="R6", weight=3, day=TODAY, ends_on=TODAY + timedelta(days=90))
    over = replace(record, reference="record-0", ends_on=TODAY - timedelta(days=1))

    told = explain(facts(burdens=(record, over)), PROFILE)

    assert [(each.burden.reference, each.ends_on) for each in told.burdens] == [("record-1", record.ends_on)]
    assert told.burdens[0].cost > 0.0


def test_a_long_list_is_cut_and_says_so() -> None:
    told = explain(facts([finding(number) for number in range(103)]), PROFILE)

    assert (len(told.findings), told.left_out) == (100, 3)


def test_where_there_is_no_number_nothing_has_a_price() -> None:
    told = explain(facts([BIN], hours=1.0), PROFILE)

    assert [(each.cost, each.regained) for each in told.findings] == [(0.0, 0.0)]


@settings(max_examples=40)
@given(seen=any_facts(least_findings=1))
def test_no_finding_is_worth_having_and_no_correction_is_worth_avoiding(seen: Facts) -> None:
    told = explain(seen, PROFILE)

    assert all(each.cost >= 0.0 and each.regained >= 0.0 for each in told.findings)
    assert all(each.regained <= each.cost + 1e-6 for each in told.findings)


# What if


def test_what_a_correction_brings_is_what_the_index_becomes() -> None:
    seen = facts([RAT, BIN])
    told = explain(seen, PROFILE)

    imagined = assess(imagine(seen, WhatIf(rectify=("alert-0001",)), PROFILE), PROFILE)

    now = assess(seen, PROFILE)
    assert imagined.value is not None
    assert now.value is not None
    assert imagined.value - now.value == pytest.approx(told.findings[0].regained, abs=1e-3)
    assert (now.cap, imagined.cap) == ("orange", "green")


def test_clean_hours_and_days_help_and_a_new_violation_does_not() -> None:
    seen = facts([RAT, BIN])
    now = assess(seen, PROFILE).value or 0.0

    def value(wanted: WhatIf) -> float:
        return assess(imagine(seen, wanted, PROFILE), PROFILE).value or 0.0

    assert value(WhatIf(clean_hours=500.0)) > now
    assert value(WhatIf(confirmed=(("smoke.person", RiskClass.II),))) < now
    assert value(WhatIf(rectify=("alert-0001", "alert-0002"), days=120)) > value(
        WhatIf(rectify=("alert-0001", "alert-0002"))
    )


@pytest.mark.parametrize("wanted", [WhatIf(rectify=("nobody",)), WhatIf(days=-1), WhatIf(clean_hours=-1.0)])
def test_what_cannot_be_imagined_is_refused(wanted: WhatIf) -> None:
    with pytest.raises(ValueError, match=r"no confirmed finding|at least 0"):
        imagine(facts([RAT]), wanted, PROFILE)

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.errors import ProfileError
from credit.records import Outcome, Procedure, PublicRecord, RecordKind, RecordStep, RecordStepKind, Severity
from credit.repair import SHIPPED, RepairAnswer, RepairList, add_months, answer, load_policies
from tests.credit.entries import NOW, OFFICER, record

POLICIES = load_policies()
NDRC, SAMR = POLICIES["ndrc-2026-04"], POLICIES["samr-2021"]
DECIDED = date(2026, 5, 1)


def published(severity: Severity = Severity.GENERAL, *steps: RecordStepKind, **changes: Any) -> PublicRecord:
    one = record(1, severity=severity, decision_date=DECIDED, **changes)
    kinds = (RecordStepKind.FINAL, RecordStepKind.PUBLISHED, *steps)
    return replace(one, steps=tuple(step(kind, NOW + timedelta(seconds=number)) for number, kind in enumerate(kinds)))


def step(kind: RecordStepKind, at: datetime) -> RecordStep:
    return RecordStep(
        record_id="record-1",
        kind=kind,
        officer_id=OFFICER,
        at=at,
        reason="示例",
        basis="示例依据",
        decided_on=DECIDED,
        ends_on=date(2029, 5, 1) if kind is RecordStepKind.PUBLISHED else None,
    )


def asked(one: PublicRecord, today: date, policy: str = "ndrc-2026-04", *, done: bool = True) -> RepairAnswer:
    found = answer(one, POLICIES[policy], today, duties_done=done)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("severity", "today", "expected"),
    [
        (Severity.MINOR, date(2026, 5, 1), RepairList.REPAIRABLE),
        (Severity.MINOR, date(2026, 8, 1), RepairList.EXPIRED),
        (Severity.GENERAL, date(2026, 7, 31), RepairList.NOT_YET),
        (Severity.GENERAL, date(2026, 8, 1), RepairList.REPAIRABLE),
        (Severity.GENERAL, date(2027, 5, 1), RepairList.EXPIRED),
        (Severity.GRAVE, date(2027, 4, 30), RepairList.NOT_YET),
        (Severity.GRAVE, date(2027, 5, 1), RepairList.REPAIRABLE),
        (Severity.GRAVE, date(2029, 5, 1), RepairList.EXPIRED),
    ],
)
def test_the_terms_of_2026(severity: Severity, today: date, expected: RepairList) -> None:
    assert asked(published(severity), today).listed is expected


def test_two_policies_may_differ_and_each_names_itself() -> None:
    today = date(2026, 9, 1)

    first, second = (asked(published(), today, policy) for policy in ("ndrc-2026-04", "samr-2021"))

    assert (first.listed, first.policy_id) == (RepairList.REPAIRABLE, "ndrc-2026-04")
    assert (second.listed, second.policy_id) == (RepairList.NOT_YET, "samr-2021")
    assert second.earliest == date(2027, 5, 1)


def test_what_is_not_yet_repairable_says_why_and_from_when() -> None:
    today = date(2026, 9, 1)

    unpaid = asked(published(), today, done=False)
    contested = asked(published(Severity.GENERAL, RecordStepKind.CONTESTED), today)
    suspended = published(Severity.GRAVE, outcomes=(Outcome.SUSPENSION,), fine_yuan=None)
    excluded = asked(suspended, date(2028, 1, 1), "samr-2021")
    listed = answer(published(), NDRC, today, duties_done=True, others=[entry_of_a_list()])

    assert (unpaid.listed, unpaid.reason) == (RepairList.NOT_YET, "尚无义务履行完毕的证明")
    assert (contested.listed, contested.reason) == (RepairList.NOT_YET, "决定正在复议、诉讼或异议中")
    assert (excluded.listed, excluded.earliest) == (RepairList.NOT_YET, None)
    assert listed is not None
    assert (listed.listed, listed.reason) == (RepairList.NOT_YET, "在失信或异常名录中")


def entry_of_a_list() -> PublicRecord:
    return record(2, kind=RecordKind.LIST_ENTRY, procedure=Procedure.NONE, outcomes=(Outcome.OTHER,), fine_yuan=None)


def test_what_was_not_published_or_is_over_is_on_no_list() -> None:
    today = date(2026, 9, 1)

    assert answer(record(1), NDRC, today, duties_done=True) is None
    assert answer(published(Severity.GENERAL, RecordStepKind.WITHDRAWN), NDRC, today, duties_done=True) is None
    assert answer(published(Severity.GENERAL, RecordStepKind.REPAIRED), NDRC, today, duties_done=True) is None


@given(st.sampled_from(Severity), st.sampled_from(sorted(POLICIES)), st.integers(0, 1500))
def test_a_record_never_leaves_a_better_list_as_time_passes(severity: Severity, policy: str, days: int) -> None:
    order = (RepairList.NOT_YET, RepairList.REPAIRABLE, RepairList.EXPIRED)
    today = DECIDED + timedelta(days=days)

    before, after = (asked(published(severity), day, policy).listed for day in (today, today + timedelta(days=1)))

    assert order.index(after) >= order.index(before)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_each_policy_says_what_in_it_is_unverified() -> None:
    assert (NDRC.working_days, SAMR.working_days) == (10, 15)
    assert all(policy.unverified for policy in POLICIES.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [("least_months: 3, most_months: 12", "least_months: 13, most_months: 12"), ("severity: minor", "severity: grave")],
)
def test_a_wrong_policy_is_refused_with_its_place(tmp_path: Path, old: str, new: str) -> None:
    text = (SHIPPED / "ndrc-2026-04.yaml").read_text("utf-8")
    (tmp_path / "p.yaml").write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(ProfileError, match=r"p\.yaml:"):
        load_policies(tmp_path)

"""Dates that come near: each told at its distances, none twice, none when it has passed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import EnterpriseId
from domain.reminder import LEADS, DatedFact, ReminderKind, reminders_on

KINDS = st.sampled_from(ReminderKind)
DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))


def fact(kind: ReminderKind, on: date) -> DatedFact:
    return DatedFact(
        kind=kind, enterprise_id=EnterpriseId("enterprise-1"), on=on, subject="示例 1 号", reference="record-1"
    )


@given(KINDS, DAYS, st.integers(-400, 400))
def test_a_date_is_told_once_a_day_at_most_and_never_after_it(kind: ReminderKind, on: date, distance: int) -> None:
    found = reminders_on([fact(kind, on)], on - timedelta(days=distance))

    assert bool(found) == (0 <= distance <= max(LEADS[kind]))


@given(KINDS, DAYS)
def test_somebody_who_looks_every_day_is_told_at_each_distance_once(kind: ReminderKind, on: date) -> None:
    told = {
        each.reminder_id for days in range(60) for each in reminders_on([fact(kind, on)], on - timedelta(days=days))
    }

    assert len(told) == len(LEADS[kind])

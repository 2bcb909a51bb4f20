from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.clocks import after_counted, counted_seconds, dues, open_spans, untold
from alerts.errors import AlertStepError
from alerts.life import end, mark_overdue
from alerts.terms import Addressee, ClassTerms, Counting, Deadline
from domain.alert import Alert, AlertState, AlertStep
from domain.life import Duty
from domain.risk import RiskClass
from domain.schedule import OpenHours, Schedule
from tests.alerts.lives import CLASS_I, CLASS_II, LI, NOTIFIED, RECTIFIED, SHOP, TERMS, WANG, lived, taken
from tests.alerts.samples import EPOCH, sample_alert

S = AlertStep
DAYTIME = Schedule(hours=tuple(OpenHours(weekday=day, start=time(9), end=time(21)) for day in range(7)))
NIGHTS = Schedule(hours=tuple(OpenHours(weekday=day, start=time(18), end=time(2)) for day in range(7)))
WEEKDAYS = Schedule(
    hours=tuple(OpenHours(weekday=day, start=time(8), end=time(17)) for day in range(5)),
    closed_days=frozenset({date(2026, 1, 7)}),
)
WITH_SUMMER_TIME = replace(DAYTIME, timezone="Europe/Berlin")

instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
spells = st.floats(0.001, 14 * 86400, allow_nan=False)
schedules = st.sampled_from([None, Schedule(), DAYTIME, NIGHTS, WEEKDAYS, WITH_SUMMER_TIME])


@st.composite
def stops_of(draw: st.DrawFn) -> list[tuple[datetime, datetime]]:
    made = []
    for _ in range(draw(st.integers(0, 4))):
        begins = draw(instants)
        made.append((begins, begins + timedelta(seconds=draw(spells))))
    return made


@settings(max_examples=200)
@given(start=instants, seconds=spells, stops=stops_of(), schedule=schedules)
def test_exactly_the_promised_time_counts_until_it_is_due(
    start: datetime, seconds: float, stops: list[tuple[datetime, datetime]], schedule: Schedule | None
) -> None:
    due = after_counted(start, seconds, stops=stops, schedule=schedule)
    assert due is not None
    assert due >= start
    assert counted_seconds(start, due, stops=stops, schedule=schedule) == pytest.approx(seconds, abs=1e-3)


@settings(max_examples=200)
@given(start=instants, first=spells, second=spells, stops=stops_of(), schedule=schedules)
def test_more_time_is_never_due_sooner_and_a_pause_never_hastens(
    start: datetime, first: float, second: float, stops: list[tuple[datetime, datetime]], schedule: Schedule | None
) -> None:
    shorter = after_counted(start, min(first, second), stops=stops, schedule=schedule)
    longer = after_counted(start, max(first, second), stops=stops, schedule=schedule)
    unpaused = after_counted(start, min(first, second), schedule=schedule)
    assert shorter is not None
    assert longer is not None
    assert unpaused is not None
    assert unpaused <= shorter <= longer


@settings(max_examples=100)
@given(start=instants, before=st.floats(0.0, 0.99), seconds=spells, length=spells)
def test_a_pause_moves_what_is_due_by_its_length(start: datetime, before: float, seconds: float, length: float) -> None:
    begins = start + timedelta(seconds=before * seconds)
    due = after_counted(start, seconds, stops=[(begins, begins + timedelta(seconds=length))])
    assert due is not None
    assert (due - start).total_seconds() == pytest.approx(seconds + length, abs=1e-3)


@settings(max_examples=100)
@given(start=instants, schedule=st.sampled_from([DAYTIME, NIGHTS, WEEKDAYS, WITH_SUMMER_TIME]))
def test_open_spans_are_those_in_which_the_site_says_it_is_open(start: datetime, schedule: Schedule) -> None:
    reached = start
    for begins, ends in [span for _, span in zip(range(12), open_spans(schedule, start), strict=False)]:
        assert reached <= begins < ends
        assert schedule.is_open(begins)
        assert schedule.is_open(ends - timedelta(milliseconds=1))
        if begins > reached:
            assert not schedule.is_open(begins - timedelta(milliseconds=1))
        reached = ends


def test_a_clock_that_stands_still_for_ever_is_never_due() -> None:
    never_open = Schedule(closed_days=frozenset(date(2025, 1, 1) + timedelta(days=n) for n in range(1200)))
    endless = [(EPOCH, datetime.max.replace(tzinfo=UTC))]
    assert after_counted(EPOCH, 1.0, schedule=never_open) is None
    assert after_counted(EPOCH, 1.0, stops=endless) is None


def test_hours_outside_opening_do_not_count() -> None:
    evening = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai, an hour before closing
    assert after_counted(evening, 2 * 3600, schedule=DAYTIME) == datetime(2026, 1, 6, 2, 0, tzinfo=UTC)


def times(alert: Alert, terms: ClassTerms, schedule: Schedule | None = None) -> dict[tuple[str, int], timedelta | None]:
    found = dues(alert, terms, schedule)
    return {(due.duty, due.rung): None if due.due_at is None else due.due_at - EPOCH for due in found}


def test_the_shipped_clock_of_class_one_is_the_documented_one() -> None:
    second = timedelta(seconds=1)
    assert times(lived(), CLASS_I) == {
        ("acknowledge", 1): timedelta(minutes=30) + second,
        ("review", 1): timedelta(hours=2) + second,
        ("review", 2): timedelta(hours=24) + second,
    }
    notified = taken(lived(), (S.CONFIRMED, LI), (S.CONFIRMED, WANG), (S.NOTIFIED, LI), terms=CLASS_I)
    assert times(notified, CLASS_I) == {
        ("rectify", 1): timedelta(minutes=7, hours=24),
        ("rectify", 2): timedelta(minutes=7, days=5),
    }


def test_each_class_has_the_documented_review_and_recheck_times() -> None:
    told = {
        risk_class: {(one.duty.value, one.rung): one.seconds / 3600 for one in TERMS.of(risk_class).deadlines}
        for risk_class in RiskClass
    }
    assert told[RiskClass.II][("acknowledge", 1)] == 2
    assert told[RiskClass.II][("rectify", 1)] == 24
    assert told[RiskClass.II][("verify", 1)] == 72
    assert told[RiskClass.III] == {("review", 1): 24, ("rectify", 1): 168}
    assert told[RiskClass.OPS] == {("acknowledge", 1): 4, ("review", 1): 24}
    assert TERMS.of(RiskClass.I).counting is Counting.ALWAYS
    assert {TERMS.of(each).counting for each in RiskClass if each is not RiskClass.I} == {Counting.OPEN_HOURS}


def test_the_machines_own_steps_do_not_move_a_clock() -> None:
    alert = lived()
    later = end(alert, last_seen_at=EPOCH + timedelta(hours=1), ended_at=EPOCH + timedelta(hours=1), now=EPOCH)
    assert times(later, CLASS_I) == times(alert, CLASS_I)


def test_acknowledging_stops_its_own_clock_and_not_that_of_the_review() -> None:
    seen = taken(lived(), (S.ACKNOWLEDGED, SHOP))
    assert set(times(seen, CLASS_I)) == {("review", 1), ("review", 2)}
    assert times(seen, CLASS_I)[("review", 1)] == times(lived(), CLASS_I)[("review", 1)]


def test_the_first_of_two_verdicts_stops_nothing() -> None:
    half = taken(lived(), (S.CONFIRMED, LI), terms=CLASS_I)
    assert half.state is AlertState.IN_REVIEW
    assert times(half, CLASS_I)[("review", 1)] == times(lived(), CLASS_I)[("review", 1)]


def test_waiting_for_the_verifier_does_not_cost_the_enterprise_time_and_sending_back_gives_none_anew() -> None:
    alert = taken(lived(risk_class=RiskClass.II), *NOTIFIED, minutes=0)  # notified at minute 1
    before = times(alert, CLASS_II)[("rectify", 1)]
    rectified = taken(alert, (S.RECTIFIED, SHOP), minutes=60)
    assert set(times(rectified, CLASS_II)) == {("verify", 1)}
    back = taken(rectified, (S.SENT_BACK, WANG), minutes=60 + 600)
    after = times(back, CLASS_II)[("rectify", 1)]
    assert before == timedelta(minutes=1, hours=24)
    assert after == before + timedelta(minutes=600)


def test_paused_clocks_have_no_time_and_go_on_where_they_stopped() -> None:
    alert = taken(lived(risk_class=RiskClass.II), *NOTIFIED, minutes=0)
    paused = taken(alert, (S.PAUSED, LI), minutes=30)
    assert set(times(paused, CLASS_II).values()) == {None}
    assert untold(paused, dues(paused, CLASS_II)) == ()
    resumed = taken(paused, (S.RESUMED, LI), minutes=90)
    assert times(resumed, CLASS_II)[("rectify", 1)] == timedelta(minutes=1 + 60, hours=24)


def test_nobody_owes_anything_to_what_is_settled_or_from_before_lives_were_kept() -> None:
    assert dues(taken(lived(), (S.DISMISSED, LI)), CLASS_II) == ()
    assert dues(taken(lived(), *RECTIFIED, (S.VERIFIED, WANG)), CLASS_II) == ()
    assert dues(sample_alert(1), CLASS_I) == ()


def test_each_rung_is_told_once_the_earliest_first() -> None:
    alert, told = lived(), []
    while left := untold(alert, dues(alert, CLASS_I)):
        taken_now = mark_overdue(alert, left[0], now=EPOCH + timedelta(days=2))
        assert taken_now.step is AlertStep.OVERDUE
        assert (taken_now.alert.state, taken_now.alert.review) == (alert.state, None)
        with pytest.raises(AlertStepError):
            mark_overdue(taken_now.alert, left[0], now=EPOCH + timedelta(days=2))
        alert = taken_now.alert
        told.append((left[0].duty.value, left[0].rung))
    assert told == [("acknowledge", 1), ("review", 1), ("review", 2)]


def test_a_duty_that_begins_anew_is_told_anew() -> None:
    terms = ClassTerms(deadlines=(Deadline(duty=Duty.REVIEW, rung=1, seconds=60, tell=Addressee.REVIEWER),))
    alert = lived()
    alert = mark_overdue(alert, dues(alert, terms)[0], now=EPOCH + timedelta(minutes=2)).alert
    strict = replace(terms, needs_second_review=True)
    unclear = taken(alert, (S.UNCLEAR, LI), (S.UNCLEAR, WANG), terms=strict)
    again = taken(unclear, (S.CONFIRMED, LI), terms=strict, minutes=30)
    (due,) = untold(again, dues(again, strict))
    assert due.since == EPOCH + timedelta(minutes=30)

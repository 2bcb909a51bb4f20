"""Days that are not like their weekday, holidays, and hours of every day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay

NATIONAL_DAY = date(2026, 10, 1)  # a Thursday
WEEK = tuple(OpenHours(weekday=day, start=time(9), end=time(21)) for day in range(7))
SHORT = SpecialDay(day=NATIONAL_DAY, hours=(DailyHours(start=time(10), end=time(14)),))

instants = st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
zones = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kathmandu", "UTC"])
wall_times = st.times()
stretches = st.builds(DailyHours, start=wall_times, end=wall_times)
weeks = st.lists(st.builds(OpenHours, weekday=st.integers(0, 6), start=wall_times, end=wall_times), max_size=6).map(
    tuple
)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-10-01T09:30", False),
        ("2026-10-01T10:00", True),
        ("2026-10-01T13:59", True),
        ("2026-10-01T14:00", False),
        ("2026-10-02T09:30", True),
    ],
)
def test_a_special_day_has_its_own_hours(local: str, is_open: bool) -> None:
    assert Schedule(hours=WEEK, special_days=(SHORT,)).is_open(at(local)) is is_open


def test_special_hours_run_on_over_midnight_into_an_ordinary_day() -> None:
    night = SpecialDay(day=NATIONAL_DAY, hours=(DailyHours(start=time(22), end=time(3)),))
    schedule = Schedule(hours=WEEK, special_days=(night,))

    shown = [
        schedule.is_open(at(f"2026-10-0{day}T{clock}"))
        for day, clock in ((1, "12:00"), (1, "23:00"), (2, "02:59"), (2, "03:00"))
    ]

    assert shown == [False, True, True, False]


def test_a_night_shift_of_the_day_before_runs_on_into_a_special_day() -> None:
    week = tuple(OpenHours(weekday=day, start=time(20), end=time(2)) for day in range(7))

    assert Schedule(hours=week, special_days=(SpecialDay(day=NATIONAL_DAY),)).is_open(at("2026-10-01T01:00"))


def test_a_site_without_hours_is_closed_on_its_closed_days_only() -> None:
    schedule = Schedule(closed_days=frozenset({NATIONAL_DAY}))

    shown = [schedule.is_open(at(f"{day}T12:00")) for day in ("2026-09-30", "2026-10-01", "2026-10-02")]

    assert shown == [True, False, True]


def test_holidays_close_the_sites_that_keep_them() -> None:
    school, restaurant = Schedule(hours=WEEK, keeps_holidays=True), Schedule(hours=WEEK)

    shown = [each.closed_on([NATIONAL_DAY]).is_open(at("2026-10-01T12:00")) for each in (school, restaurant)]

    assert shown == [False, True]


def test_a_day_with_special_hours_keeps_them_on_a_holiday() -> None:
    schedule = Schedule(hours=WEEK, special_days=(SHORT,), keeps_holidays=True).closed_on([NATIONAL_DAY])

    assert schedule.is_open(at("2026-10-01T12:00"))
    assert not schedule.is_open(at("2026-10-01T15:00"))


@given(weeks, st.frozensets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=3), zones, instants)
def test_holidays_never_open_a_site(
    hours: tuple[OpenHours, ...], holidays: frozenset[date], zone: str, instant: datetime
) -> None:
    schedule = Schedule(timezone=zone, hours=hours, keeps_holidays=True)

    assert not schedule.closed_on(holidays).is_open(instant) or schedule.is_open(instant)


@given(weeks, zones, instants, st.integers(2, 400))
def test_a_day_far_away_changes_nothing_today(
    hours: tuple[OpenHours, ...], zone: str, instant: datetime, shift: int
) -> None:
    schedule = Schedule(timezone=zone, hours=hours)
    other = schedule.local_day(instant) + timedelta(days=shift)

    special = Schedule(timezone=zone, hours=hours, special_days=(SpecialDay(day=other),))

    assert special.is_open(instant) is schedule.is_open(instant)


@given(weeks, zones, instants)
def test_a_special_day_with_the_hours_of_its_weekday_is_an_ordinary_day(
    hours: tuple[OpenHours, ...], zone: str, instant: datetime
) -> None:
    schedule = Schedule(timezone=zone, hours=hours)
    today = schedule.local_day(instant)

    same = Schedule(timezone=zone, hours=hours, special_days=(SpecialDay(day=today, hours=schedule.on(today)),))

    assert same.is_open(instant) is schedule.is_open(instant)


@given(stretches, zones, instants)
def test_the_same_hours_on_all_days_of_the_week_are_daily_hours(
    stretch: DailyHours, zone: str, instant: datetime
) -> None:
    week = tuple(OpenHours(weekday=day, start=stretch.start, end=stretch.end) for day in range(7))
    schedule = Schedule(timezone=zone, hours=week)

    assert stretch.covers(schedule.local_time(instant)) is schedule.is_open(instant)


@given(wall_times, wall_times, wall_times)
def test_daily_hours_and_the_rest_of_the_day_share_no_moment_and_leave_none(start: time, end: time, now: time) -> None:
    assume(start != end)

    assert DailyHours(start=start, end=end).covers(now) is not DailyHours(start=end, end=start).covers(now)


@pytest.mark.parametrize(
    ("closed", "special"),
    [(frozenset({NATIONAL_DAY}), (SHORT,)), (frozenset(), (SHORT, SpecialDay(day=NATIONAL_DAY)))],
)
def test_a_day_is_told_once(closed: frozenset[date], special: tuple[SpecialDay, ...]) -> None:
    with pytest.raises(ValueError, match="got 2026-10-01 twice"):
        Schedule(closed_days=closed, special_days=special)


def test_daily_hours_with_a_time_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        DailyHours(start=time(9, tzinfo=UTC), end=time(10))


def test_daily_hours_are_written_as_in_the_catalogue() -> None:
    assert str(DailyHours(start=time(22), end=time(6, 30))) == "22:00-06:30"

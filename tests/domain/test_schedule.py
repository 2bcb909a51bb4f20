from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.schedule import OpenHours, Schedule

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY, SATURDAY, SUNDAY = 0, 5, 6

# 2026-01-05 is a Monday, 2026-01-10 a Saturday.
DAY_SHIFT = Schedule(hours=(OpenHours(weekday=MONDAY, start=time(9), end=time(21)),))
NIGHT_SHIFT = Schedule(hours=(OpenHours(weekday=SATURDAY, start=time(22), end=time(4)),))

NAIVE = datetime(2026, 1, 5, 8)  # noqa: DTZ001 - naive on purpose

instants = st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
wall_times = st.times()


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-01-05T08:59:59", False),
        ("2026-01-05T09:00", True),
        ("2026-01-05T20:59:59.999999", True),
        ("2026-01-05T21:00", False),
        ("2026-01-06T12:00", False),
        ("2026-01-12T12:00", True),
    ],
)
def test_a_day_shift_opens_at_its_start_and_closes_at_its_end(local: str, is_open: bool) -> None:
    assert DAY_SHIFT.is_open(at(local)) is is_open


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-01-10T03:00", False),
        ("2026-01-10T21:59", False),
        ("2026-01-10T22:00", True),
        ("2026-01-11T00:00", True),
        ("2026-01-11T03:59", True),
        ("2026-01-11T04:00", False),
        ("2026-01-11T22:00", False),
    ],
)
def test_a_night_shift_runs_over_midnight(local: str, is_open: bool) -> None:
    assert NIGHT_SHIFT.is_open(at(local)) is is_open


def test_a_night_shift_of_an_open_day_runs_on_into_a_closed_day() -> None:
    schedule = Schedule(hours=NIGHT_SHIFT.hours, closed_days=frozenset({date(2026, 1, 11)}))

    assert schedule.is_open(at("2026-01-11T03:00"))


def test_a_night_shift_of_a_closed_day_does_not_happen_at_all() -> None:
    schedule = Schedule(hours=NIGHT_SHIFT.hours, closed_days=frozenset({date(2026, 1, 10)}))

    assert not schedule.is_open(at("2026-01-10T23:00"))
    assert not schedule.is_open(at("2026-01-11T03:00"))


def test_equal_times_are_a_whole_day() -> None:
    schedule = Schedule(hours=(OpenHours(weekday=MONDAY, start=time(6), end=time(6)),))

    assert [schedule.is_open(at(f"2026-01-05T{clock}")) for clock in ("05:59", "06:00", "23:59")] == [False, True, True]
    assert [schedule.is_open(at(f"2026-01-06T{clock}")) for clock in ("00:00", "05:59", "06:00")] == [True, True, False]


@given(instants)
def test_without_hours_it_is_always_open(instant: datetime) -> None:
    assert Schedule(timezone="America/New_York").is_open(instant)


@given(instants, wall_times)
def test_seven_whole_days_are_always_open(instant: datetime, start: time) -> None:
    week = tuple(OpenHours(weekday=day, start=start, end=start) for day in range(7))

    assert Schedule(timezone="Europe/London", hours=week).is_open(instant)


@given(instants, wall_times, wall_times)
def test_a_stretch_and_its_complement_are_never_open_together(instant: datetime, start: time, end: time) -> None:
    if start == end:
        return
    opened = Schedule(hours=tuple(OpenHours(weekday=day, start=start, end=end) for day in range(7)))
    closed = Schedule(hours=tuple(OpenHours(weekday=day, start=end, end=start) for day in range(7)))

    assert opened.is_open(instant) != closed.is_open(instant)


# Summer time: New York leaves 02:00-03:00 out on 2026-03-08 and has 01:00-02:00 twice on 2026-11-01, both Sundays.

NEW_YORK = Schedule(timezone="America/New_York", hours=(OpenHours(weekday=SUNDAY, start=time(1, 30), end=time(3)),))


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        ("2026-03-08T06:29", False),  # 01:29 winter time
        ("2026-03-08T06:30", True),  # 01:30 winter time
        ("2026-03-08T06:59", True),  # 01:59, then the clock jumps to 03:00
        ("2026-03-08T07:00", False),  # 03:00 summer time
        ("2026-11-01T05:30", True),  # 01:30 summer time
        ("2026-11-01T06:00", False),  # 01:00 again, winter time
        ("2026-11-01T06:30", True),  # 01:30 again
        ("2026-11-01T07:59", True),  # 02:59
        ("2026-11-01T08:00", False),
    ],
)
def test_hours_follow_the_clock_on_the_wall_when_it_is_changed(utc: str, is_open: bool) -> None:
    assert NEW_YORK.is_open(datetime.fromisoformat(utc).replace(tzinfo=UTC)) is is_open


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("Asia/Shanghai", "2026-01-05T15:59:59", date(2026, 1, 5)),
        ("Asia/Shanghai", "2026-01-05T16:00", date(2026, 1, 6)),
        ("America/New_York", "2026-01-05T04:59", date(2026, 1, 4)),
        ("America/New_York", "2026-07-05T04:00", date(2026, 7, 5)),
        ("Asia/Kathmandu", "2026-01-05T18:15", date(2026, 1, 6)),
        ("UTC", "2026-01-05T23:59:59", date(2026, 1, 5)),
    ],
)
def test_the_local_day_is_that_of_the_site(zone: str, utc: str, day: date) -> None:
    assert Schedule(timezone=zone).local_day(datetime.fromisoformat(utc).replace(tzinfo=UTC)) == day


@given(instants)
def test_the_local_day_in_shanghai_is_eight_hours_ahead(instant: datetime) -> None:
    assert Schedule().local_day(instant) == (instant + timedelta(hours=8)).date()


@pytest.mark.parametrize("zone", ["", "Asia", "Peking", "Asia/Beijing", "../etc/passwd", "UTC+8", "a\0b"])
def test_a_time_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="timezone must be an IANA name"):
        Schedule(timezone=zone)


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_weekday_that_is_none_is_refused(weekday: int) -> None:
    with pytest.raises(ValueError, match="weekday must be 0"):
        OpenHours(weekday=weekday, start=time(9), end=time(10))


def test_hours_with_a_time_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        OpenHours(weekday=0, start=time(9, tzinfo=UTC), end=time(10))


@pytest.mark.parametrize(
    "instant",
    [
        NAIVE,
        datetime(2026, 1, 5, 8, tzinfo=SHANGHAI),
        datetime(2026, 1, 5, tzinfo=timezone(timedelta(hours=1))),
    ],
    ids=["naive", "Shanghai", "offset"],
)
def test_only_utc_instants_are_asked_about(instant: datetime) -> None:
    with pytest.raises(ValueError, match="aware UTC instant"):
        DAY_SHIFT.is_open(instant)
    with pytest.raises(ValueError, match="aware UTC instant"):
        DAY_SHIFT.local_day(instant)

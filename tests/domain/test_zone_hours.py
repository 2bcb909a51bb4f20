from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.geometry import Polygon
from domain.ids import CameraId, ZoneId
from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay
from domain.zone import Zone, ZoneType
from domain.zone_hours import Holds, ZoneHours

TIMES = st.times().map(lambda each: each.replace(microsecond=0))
WEEKS = st.lists(st.builds(OpenHours, weekday=st.integers(0, 6), start=TIMES, end=TIMES), max_size=6).map(tuple)
DAYS = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 1, 20)), max_size=4)
SITES = st.builds(
    Schedule, timezone=st.sampled_from(["Asia/Shanghai", "America/New_York"]), hours=WEEKS, closed_days=DAYS
)
INSTANTS = st.integers(0, 30 * 24 * 3600).map(lambda s: datetime(2025, 12, 28, tzinfo=UTC) + timedelta(seconds=s))

# 2026-01-05 is a Monday.
KITCHEN = Schedule(hours=tuple(OpenHours(weekday=day, start=time(10), end=time(22)) for day in range(7)))
PREPARATION = tuple(OpenHours(weekday=day, start=time(6), end=time(10)) for day in range(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def zone(type_: ZoneType, hours: ZoneHours | None) -> Zone:
    polygon = Polygon.of([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)])
    return Zone(
        zone_id=ZoneId("zone-1"), camera_id=CameraId("camera-1"), name="后门", type=type_, polygon=polygon, hours=hours
    )


@settings(max_examples=50)
@given(SITES, WEEKS, INSTANTS)
def test_in_hours_and_outside_of_them_are_each_others_opposite(
    site: Schedule, week: tuple[OpenHours, ...], instant: datetime
) -> None:
    inside, outside = (ZoneHours(holds=holds, hours=week).allow(site, instant) for holds in Holds)

    assert inside is not outside


@settings(max_examples=50)
@given(SITES, WEEKS, INSTANTS)
def test_a_week_of_its_own_stands_in_for_the_sites_week_and_no_week_is_the_sites(
    site: Schedule, week: tuple[OpenHours, ...], instant: datetime
) -> None:
    expected = replace(site, hours=week or site.hours).is_open(instant)

    assert ZoneHours(hours=week).allow(site, instant) is expected


@settings(max_examples=50)
@given(SITES, INSTANTS)
def test_a_zone_without_hours_always_holds(site: Schedule, instant: datetime) -> None:
    assert zone(ZoneType.OTHER, None).holds(site, instant)


def test_a_closed_day_of_the_site_is_one_of_its_zones_too() -> None:
    site = replace(KITCHEN, closed_days=frozenset({date(2026, 1, 5)}))
    preparation, back_door = ZoneHours(hours=PREPARATION), ZoneHours(holds=Holds.OUTSIDE_HOURS)

    assert [preparation.allow(site, at(f"2026-01-{day}T07:00")) for day in ("05", "06")] == [False, True]
    assert [back_door.allow(site, at(f"2026-01-{day}T12:00")) for day in ("05", "06")] == [True, False]


def test_a_special_day_has_the_same_hours_for_the_site_and_its_zones() -> None:
    special = SpecialDay(day=date(2026, 1, 5), hours=(DailyHours(start=time(14), end=time(18)),))
    site = replace(KITCHEN, special_days=(special,))

    hours = [ZoneHours(hours=PREPARATION).allow(site, at(f"2026-01-05T{clock}")) for clock in ("07:00", "15:00")]

    assert hours == [False, True]


@pytest.mark.parametrize("kind", [ZoneType.PRIVATE, ZoneType.SCREEN])
def test_what_must_not_be_seen_has_no_hours(kind: ZoneType) -> None:
    with pytest.raises(ValueError, match="hours must be none"):
        zone(kind, ZoneHours())

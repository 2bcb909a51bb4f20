from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.device_clock import RELATIVE_BEFORE, DeviceClock
from streams.timeline import Instant

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def arrivals(count: int, step: float = 1.0) -> list[Instant]:
    return [Instant(100.0 + n * step, NOW + timedelta(seconds=n * step)) for n in range(count)]


def test_a_clock_that_says_nothing_is_not_known() -> None:
    clock = DeviceClock()
    for at in arrivals(30):
        clock.noted(None, at)
    assert clock.offset_seconds is None


def test_seconds_since_the_start_of_a_camera_are_no_wall_clock() -> None:
    clock = DeviceClock()
    for at in arrivals(30):
        clock.noted(RELATIVE_BEFORE - 1000.0 + at.clock, at)
    assert clock.offset_seconds is None


def test_a_camera_that_begins_in_1970_is_56_years_late() -> None:
    clock = DeviceClock()
    for at in arrivals(30):
        clock.noted(at.clock, at)
    assert clock.offset_seconds is not None
    assert -57 < clock.offset_seconds / (365.25 * 86400) < -55


@given(st.floats(min_value=-1e8, max_value=1e8), st.lists(st.floats(0.0, 5.0), min_size=15, max_size=40))
def test_the_offset_is_known_but_for_the_time_that_pictures_were_on_their_way(
    offset: float, delays: list[float]
) -> None:
    clock = DeviceClock()
    for at, delay in zip(arrivals(len(delays)), delays, strict=True):
        clock.noted(at.utc.timestamp() + offset - delay, at)
    assert clock.offset_seconds is not None
    assert offset - 5.001 <= clock.offset_seconds <= offset + 0.001


def test_one_odd_packet_changes_nothing() -> None:
    clock = DeviceClock()
    for number, at in enumerate(arrivals(15)):
        clock.noted(at.utc.timestamp() + (3600.0 if number == 7 else 0.0), at)
    assert clock.offset_seconds == 0.0


def test_pictures_of_one_second_count_once() -> None:
    clock = DeviceClock()
    for at in arrivals(60, step=1 / 15):
        clock.noted(at.utc.timestamp(), at)
    assert clock.offset_seconds is None  # four seconds are too few

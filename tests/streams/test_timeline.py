from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation import Pace
from streams.testing import START_UTC, FakeClock, make_packet
from streams.timeline import ArrivalTimeline, MediaTimeline, PacedTimeline, timeline_of


def test_a_cameras_picture_is_as_old_as_its_arrival() -> None:
    clock = FakeClock()
    timeline = ArrivalTimeline(clock)
    clock.advance(3.0)
    at = timeline.packet(make_packet(9999.0))
    assert (at.clock, at.utc) == (1003.0, START_UTC + timedelta(seconds=3))
    assert timeline.picture(9999.0, at) == at


def test_a_wall_clock_that_jumps_changes_no_age() -> None:
    clock = FakeClock()
    timeline = ArrivalTimeline(clock)
    before = timeline.packet(make_packet(0.0))
    clock.jump_wall(-86_400)
    clock.advance(0.2)
    after = timeline.packet(make_packet(0.2))
    assert after.clock - before.clock == pytest.approx(0.2)
    assert after.utc < before.utc


def test_a_file_at_live_pace_waits_for_each_packet() -> None:
    clock = FakeClock()
    timeline = PacedTimeline(clock, clock.advance)
    timeline.opened(10.0)
    found = [timeline.packet(make_packet(stamp)).clock - 1000.0 for stamp in (7.0, 7.1, 7.5)]
    assert found == pytest.approx([0.0, 0.1, 0.5])


def test_a_file_at_live_pace_loops_without_a_gap_or_a_burst() -> None:
    clock = FakeClock()
    timeline = PacedTimeline(clock, clock.advance)
    found = []
    for _ in range(3):
        timeline.opened(10.0)
        found += [timeline.packet(make_packet(stamp)).clock for stamp in (0.0, 0.1, 0.2)]
    assert [after - before for before, after in pairwise(found)] == pytest.approx([0.1] * 8)


def test_a_file_at_full_speed_runs_on_its_own_time() -> None:
    clock = FakeClock()
    timeline = MediaTimeline(clock)
    timeline.opened(10.0)
    clock.advance(500.0)  # however slow this machine is
    first, second = timeline.packet(make_packet(40.0)), timeline.packet(make_packet(41.5))
    assert first.clock == 1000.0
    assert (second.clock, second.utc) == (1001.5, START_UTC + timedelta(seconds=1.5))
    assert timeline.picture(40.5, second).clock == 1000.5


def test_a_file_at_full_speed_goes_on_in_its_next_loop() -> None:
    timeline = MediaTimeline(FakeClock())
    found = []
    for _ in range(2):
        timeline.opened(10.0)
        found += [timeline.picture(s, timeline.packet(make_packet(s))).clock - 1000.0 for s in (0.0, 0.1, 0.2)]
    assert found == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


@given(st.lists(st.one_of(st.none(), st.floats(-1e5, 1e5)), min_size=1, max_size=50))
def test_the_time_of_pictures_never_goes_back(stamps: list[float | None]) -> None:
    timeline = MediaTimeline(FakeClock())
    timeline.opened(None)
    found = [timeline.picture(stamp, timeline.packet(make_packet(stamp))).clock for stamp in stamps]
    assert found == sorted(found)
    assert found[-1] - found[0] <= 2.0 * len(stamps)


def test_only_files_have_a_pace() -> None:
    clock = FakeClock()
    kinds = [
        type(timeline_of(pace, is_file=is_file, clock=clock, wait=clock.advance))
        for is_file, pace in [(False, Pace.FAST), (False, Pace.LIVE), (True, Pace.LIVE), (True, Pace.FAST)]
    ]
    assert kinds == [ArrivalTimeline, ArrivalTimeline, PacedTimeline, MediaTimeline]

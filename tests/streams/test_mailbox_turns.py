"""Whose frame is next under overload, and what the mailbox says of the load."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import CameraId
from streams.mailbox import LoadMeter, Mailbox, Reader
from streams.metrics import DropCause
from streams.testing import FakeClock
from tests.support.pictures import make_frame

PATIENCE = 1.0


class Room:
    """A mailbox with cameras `a`, `b`, ... and a clock turned by hand."""

    def __init__(self, cameras: int) -> None:
        self.clock = FakeClock()
        self.mailbox = Mailbox(clock=self.clock, longest_age_seconds=5.0, patience_seconds=PATIENCE)
        self.drops: list[DropCause] = []
        self.reader = Reader(taken=lambda: None, dropped=self.drops.append)
        self.names = [CameraId(chr(ord("a") + number)) for number in range(cameras)]
        for name in self.names:
            self.mailbox.open(name, self.reader)

    def put(self, *names: str) -> None:
        for name in names:
            self.mailbox.put(make_frame(name), self.reader)

    def take(self, limit: int = 1) -> list[str]:
        return [frame.camera_id for frame in self.mailbox.take(limit, 0.0)]


def test_a_camera_with_something_followed_is_served_first() -> None:
    room = Room(3)
    room.mailbox.follow(CameraId("c"), True)
    room.put("a", "b", "c")
    assert [room.take() for _ in range(3)] == [["c"], ["a"], ["b"]]


def test_that_ends_with_the_following_and_with_the_camera() -> None:
    room = Room(2)
    room.mailbox.follow(CameraId("b"), True)
    room.mailbox.follow(CameraId("b"), False)
    room.put("a", "b")
    assert room.take() == ["a"]
    room.mailbox.follow(CameraId("b"), True)
    room.mailbox.close(CameraId("b"), room.reader)
    room.mailbox.open(CameraId("b"), room.reader)
    room.put("a", "b")
    assert room.take() == ["a"]


def test_whoever_has_waited_too_long_comes_before_the_followed() -> None:
    room = Room(2)
    room.mailbox.follow(CameraId("b"), True)
    room.put("a")
    room.clock.advance(PATIENCE)
    room.put("b")
    assert room.take() == ["a"]


def test_a_newer_frame_does_not_begin_the_wait_anew() -> None:
    room = Room(2)
    room.mailbox.follow(CameraId("b"), True)
    room.put("a")
    room.clock.advance(PATIENCE)
    room.put("b", "a")
    assert room.take() == ["a"]
    assert room.drops == [DropCause.SUPERSEDED]


@given(
    cameras=st.integers(2, 8),
    followed=st.sets(st.integers(0, 7)),
    step=st.sampled_from([0.02, 0.05, 0.1]),
    puts=st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=12),
    limit=st.integers(1, 3),
)
def test_nobody_starves(cameras: int, followed: set[int], step: float, puts: list[set[int]], limit: int) -> None:
    """Whoever is followed and whatever comes: after the patience it is a plain queue, and that moves on."""
    room = Room(cameras)
    for number in followed:
        room.mailbox.follow(CameraId(chr(ord("a") + number)), True)
    waiting: dict[str, float] = {}
    longest = PATIENCE + (cameras + 1) * step
    for tick in range(150):
        for number in puts[tick % len(puts)]:
            if number < cameras:
                room.put(room.names[number])
                waiting.setdefault(room.names[number], room.clock.monotonic())
        for name in room.take(limit):
            waited = room.clock.monotonic() - waiting.pop(name)
            assert waited <= longest + 1e-6
        assert all(room.clock.monotonic() - since <= longest + 1e-6 for since in waiting.values())
        room.clock.advance(step)


def test_a_reading_counts_live_frames_since_the_last_one() -> None:
    room = Room(2)
    room.put("a", "a", "b")
    room.clock.advance(0.3)
    assert len(room.take(2)) == 2
    room.put("a")
    room.clock.advance(6.0)
    assert room.take(2) == []
    reading = room.mailbox.reading()
    assert (reading.taken, reading.lost) == (2, 2)
    assert reading.longest_wait == pytest.approx(0.3)
    assert reading.seconds == pytest.approx(6.3)
    assert reading.spare == 0.0
    assert room.mailbox.reading().taken == 0


def test_files_that_are_read_as_fast_as_possible_are_no_load() -> None:
    room = Room(1)
    room.mailbox.put_when_free(make_frame("a"), room.reader, lambda: False)
    room.clock.advance(30.0)
    assert room.take() == ["a"]
    reading = room.mailbox.reading()
    assert (reading.taken, reading.lost, reading.longest_wait) == (0, 0, 0.0)


def test_the_time_in_which_somebody_waited_is_counted_once_for_all_who_wait() -> None:
    meter = LoadMeter(0.0)
    meter.waiters(1.0, more=1)
    meter.waiters(2.0, more=1)
    meter.waiters(3.0, more=-1)
    meter.waiters(4.0, more=-1)
    assert meter.read(10.0).spare == pytest.approx(0.3)
    meter.waiters(11.0, more=1)
    assert meter.read(12.0).spare == pytest.approx(0.5)
    assert meter.read(13.0).spare == pytest.approx(1.0)


def test_a_thread_that_waits_for_frames_shows_as_spare_time() -> None:
    room = Room(1)
    taken: list[str] = []
    thread = threading.Thread(target=lambda: taken.extend(f.camera_id for f in room.mailbox.take(1, 20.0)))
    thread.start()
    deadline = time.monotonic() + 20.0
    spare = 0.0
    while spare < 0.9 and time.monotonic() < deadline:
        room.clock.advance(1.0)
        spare = room.mailbox.reading().spare
    room.put("a")
    thread.join(20.0)
    assert taken == ["a"]
    assert spare >= 0.9

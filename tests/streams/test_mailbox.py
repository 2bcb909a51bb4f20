"""The mailbox between decode threads and the inference thread."""

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.frame import Frame
from domain.ids import CameraId
from streams.mailbox import Mailbox, Reader
from streams.metrics import DropCause
from streams.testing import FakeClock
from tests.support.pictures import make_frame


class Box:
    """A mailbox with a fake clock that counts what became of frames."""

    def __init__(self, *cameras: str) -> None:
        self.clock = FakeClock()
        self.mailbox = Mailbox(clock=self.clock, longest_age_seconds=5.0)
        self.fates: Counter[str] = Counter()
        self.reader = Reader(taken=lambda: self.count("taken"), dropped=self.count)
        for camera in cameras:
            self.mailbox.open(CameraId(camera), self.reader)

    def count(self, fate: str) -> None:
        self.fates[fate] += 1

    def put(self, camera: str, sequence: int, seconds: float = 0.0) -> None:
        self.mailbox.put(make_frame(camera, sequence, seconds), self.reader)

    def take(self, limit: int = 10) -> list[tuple[str, int]]:
        return [(frame.camera_id, frame.sequence) for frame in self.mailbox.take(limit, 0.0)]


def test_a_newer_frame_takes_the_place_of_the_waiting_one_and_is_counted() -> None:
    box = Box("a")
    box.put("a", 1)
    box.put("a", 2)
    assert box.take() == [("a", 2)]
    assert box.fates == {DropCause.SUPERSEDED: 1, "taken": 1}


def test_a_frame_is_handed_out_once() -> None:
    box = Box("a")
    box.put("a", 1)
    assert box.take() == [("a", 1)]
    assert box.take() == []


def test_frames_come_oldest_first() -> None:
    box = Box("a", "b")
    box.put("a", 1, seconds=2.0)
    box.put("b", 1, seconds=1.0)
    assert box.take() == [("b", 1), ("a", 1)]


def test_a_fast_camera_does_not_push_back_a_slow_one() -> None:
    box = Box("fast", "slow")
    box.put("fast", 1, 0.0)
    box.put("slow", 1, 0.1)
    box.put("fast", 2, 0.2)
    assert box.take(1) == [("fast", 2)]
    box.put("fast", 3, 0.3)
    assert box.take(1) == [("slow", 1)]


def test_a_frame_that_waited_too_long_is_dropped_as_stale() -> None:
    box = Box("a", "b")
    box.put("a", 1)
    box.clock.advance(5.1)
    box.put("b", 1)
    assert box.take() == [("b", 1)]
    assert box.fates[DropCause.STALE] == 1


def test_a_jump_of_the_wall_clock_drops_nothing() -> None:
    box = Box("a")
    box.put("a", 1)
    box.clock.jump_wall(3600 * 24)
    assert box.take() == [("a", 1)]


def test_a_closed_camera_gives_no_frame_and_counts_it() -> None:
    box = Box("a")
    box.put("a", 1)
    box.mailbox.close(CameraId("a"), box.reader)
    box.put("a", 2)
    assert box.take() == []
    assert box.fates == {DropCause.REMOVED: 2}


def test_a_late_thread_of_a_replaced_camera_leaves_nothing_behind() -> None:
    box = Box("a")
    newer = Reader(taken=lambda: box.count("newer taken"), dropped=lambda cause: box.count("newer"))
    box.mailbox.open(CameraId("a"), newer)
    box.put("a", 1)
    box.mailbox.close(CameraId("a"), box.reader)
    box.mailbox.put(make_frame("a", 2), newer)
    assert box.take() == [("a", 2)]
    assert box.fates == {DropCause.REMOVED: 1, "newer taken": 1}


def test_take_wakes_up_for_a_frame_and_gives_up_in_time() -> None:
    box = Box("a")
    assert box.mailbox.take(1, 0.01) == []
    frames: list[Frame] = []
    taker = threading.Thread(target=lambda: frames.extend(box.mailbox.take(1, 10.0)))
    taker.start()
    box.put("a", 7)
    taker.join(5.0)
    assert [frame.sequence for frame in frames] == [7]


def test_a_frame_that_must_not_be_lost_waits_for_the_one_before_it() -> None:
    box = Box("a")
    total = 25

    def play() -> None:
        for sequence in range(total):
            box.mailbox.put_when_free(make_frame("a", sequence), box.reader, lambda: False)
        box.mailbox.wait_until_taken(CameraId("a"), lambda: False)

    player = threading.Thread(target=play)
    player.start()
    taken: list[int] = []
    while len(taken) < total:
        taken += [frame.sequence for frame in box.mailbox.take(4, 5.0)]
        box.clock.advance(100.0)  # a slow reader makes nothing stale
    player.join(5.0)
    assert taken == list(range(total))
    assert not player.is_alive()
    assert box.fates == {"taken": total}


def test_a_camera_that_is_closed_releases_the_thread_that_waits_to_put() -> None:
    box = Box("a")
    box.put("a", 1)
    player = threading.Thread(
        target=lambda: box.mailbox.put_when_free(make_frame("a", 2), box.reader, lambda: False), daemon=True
    )
    player.start()
    box.mailbox.close(CameraId("a"), box.reader)
    player.join(5.0)
    assert not player.is_alive()
    assert box.fates == {DropCause.REMOVED: 2}


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Box().mailbox.take(0, 0.0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60), st.integers(1, 3))
def test_every_frame_is_taken_or_counted_as_dropped(steps: list[tuple[str, bool]], limit: int) -> None:
    box = Box("a", "b", "c")
    put = 0
    for sequence, (camera, is_put) in enumerate(steps):
        if is_put:
            box.put(camera, sequence)
            put += 1
        else:
            box.take(limit)
    while box.take(limit):
        pass
    assert sum(box.fates.values()) == put

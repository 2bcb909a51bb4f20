"""What every fleet promises: the real one and its twin in memory."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from detector.ports import FrameSupply
from domain.ids import CameraId
from streams.fleet import CameraFleet
from streams.ports import CameraCondition, Fleet, StatusListener
from streams.sources.ports import SourcePacket
from streams.testing import InMemoryFleet, RecordingListener, ScriptedOpener, ScriptedSource, make_packet
from tests.streams.cameras import QUICK, make_camera, wait_for
from tests.support.pictures import make_frame

A, B = CameraId("a"), CameraId("b")


class FleetAndSupply(Fleet, FrameSupply, Protocol): ...


class Bench:
    """A fleet with cameras that send pictures once they are added."""

    def __init__(self, fleet: FleetAndSupply, listener: RecordingListener, shows: Callable[[CameraId], None]) -> None:
        self.fleet = fleet
        self.listener = listener
        self._shows = shows

    def add(self, camera_id: CameraId) -> None:
        self.fleet.add(make_camera("rtsp://cam/1", camera_id))
        self._shows(camera_id)


def endless() -> ScriptedSource:
    source, stamps = ScriptedSource([]), count()

    def read() -> SourcePacket:
        time.sleep(0.01)
        return make_packet(next(stamps) / 15)

    source.read = read  # type: ignore[method-assign]  # this twin never ends
    return source


@pytest.fixture(params=["real", "twin"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    listener = RecordingListener()
    told: StatusListener = listener
    if request.param == "real":
        with CameraFleet(QUICK, told, opener=ScriptedOpener(endless)) as fleet:
            yield Bench(fleet, listener, lambda camera_id: None)
    else:
        twin = InMemoryFleet(told)
        yield Bench(twin, listener, lambda camera_id: twin.show(make_frame(camera_id)))


def test_frames_are_taken_and_the_newest_stays_to_be_looked_at(bench: Bench) -> None:
    bench.add(A)
    frame = wait_for(lambda: bench.fleet.take(1, 1.0))[0]
    assert frame.camera_id == A
    latest = bench.fleet.latest_frame(A)
    assert latest is not None
    assert latest.sequence >= frame.sequence


def test_at_most_one_frame_of_a_camera_and_no_more_than_the_limit(bench: Bench) -> None:
    bench.add(A)
    bench.add(B)
    wait_for(lambda: bench.fleet.latest_frame(A) and bench.fleet.latest_frame(B))
    assert len(bench.fleet.take(1, 1.0)) == 1
    frames = bench.fleet.take(5, 1.0)
    assert len({frame.camera_id for frame in frames}) == len(frames)


def test_a_condition_is_told_once(bench: Bench) -> None:
    bench.add(A)
    wait_for(lambda: bench.listener.told(A))
    status = bench.fleet.status(A)
    assert status is not None
    assert status.condition is CameraCondition.ONLINE
    assert bench.listener.told(A) == [CameraCondition.ONLINE]


def test_adding_the_same_camera_again_changes_nothing(bench: Bench) -> None:
    bench.add(A)
    wait_for(lambda: bench.listener.told(A))
    bench.fleet.add(make_camera("rtsp://cam/1", A))
    assert len(bench.fleet.statuses()) == 1
    assert bench.listener.told(A) == [CameraCondition.ONLINE]


def test_a_removed_camera_is_unknown_and_so_is_one_that_never_was(bench: Bench, tmp_path: Path) -> None:
    bench.add(A)
    bench.fleet.remove(A)
    for camera_id in (A, CameraId("never")):
        bench.fleet.remove(camera_id)
        assert bench.fleet.status(camera_id) is None
        assert bench.fleet.latest_frame(camera_id) is None
        assert bench.fleet.save_clip(camera_id, 0.0, 1.0, tmp_path / "clip.mp4") is None
    assert bench.fleet.statuses() == []
    assert bench.fleet.take(1, 0.0) == []


def test_a_time_without_packets_gives_no_clip(bench: Bench, tmp_path: Path) -> None:
    bench.add(A)
    assert bench.fleet.save_clip(A, -20.0, -10.0, tmp_path / "clip.mp4") is None
    assert list(tmp_path.iterdir()) == []

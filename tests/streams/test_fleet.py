"""The fleet with scripted cameras: every way in which one can fail, and that it stays its own trouble."""

import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest
from prometheus_client import REGISTRY

from domain.ids import CameraId
from streams.errors import BadDataError, CameraAuthError, CameraUnreachableError, StreamErrorCode
from streams.ports import CameraCondition, StreamState, StreamStatus
from streams.sources.ports import OpenSource
from streams.testing import FakeClock, RecordingListener, ScriptedOpener, ScriptedSource, Step, make_packet
from streams.worker import MOST_STUCK_THREADS
from tests.streams.cameras import CAMERA, QUICK, drain, make_camera, newest, running, status_of, wait_for

ONLINE, OFFLINE = CameraCondition.ONLINE, CameraCondition.OFFLINE


class Gate:
    """A step that blocks like a library call that does not return, until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.reached = threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        self._open.wait(60)

    def open(self) -> None:
        self._open.set()


def endless(step: Callable[[], None], *, seconds: float = 1 / 15) -> ScriptedSource:
    """A camera that never stops: a packet after every call of `step`."""
    source = ScriptedSource([], fps=15)
    stamp = 0.0

    def read() -> object:
        nonlocal stamp
        step()
        stamp += seconds
        return make_packet(stamp)

    source.read = read  # type: ignore[assignment,method-assign]  # this twin never ends
    return source


def ticking(clock: FakeClock, seconds: float = 1 / 15) -> Callable[[], None]:
    def step() -> None:
        time.sleep(0.002)
        clock.advance(seconds)

    return step


def test_frames_of_a_camera_arrive_with_growing_numbers_and_times() -> None:
    clock = FakeClock()
    with running(ScriptedOpener(endless(ticking(clock))), clock=clock) as fleet:
        fleet.add(make_camera("rtsp://cam/1"))
        frames = drain(fleet.take, 0.5)
        assert len(frames) > 3
        assert all(before.sequence < after.sequence for before, after in pairwise(frames))
        assert all(before.clock < after.clock for before, after in pairwise(frames))
        assert {frame.camera_id for frame in frames} == {CAMERA}
        assert fleet.latest_frame(CAMERA) is not None


def test_only_what_is_due_is_wanted_of_the_decoder() -> None:
    clock = FakeClock()
    source = endless(ticking(clock))
    with running(ScriptedOpener(source), clock=clock) as fleet:
        fleet.add(make_camera("rtsp://cam/1", fps=5))
        wait_for(lambda: len(source.wanted) >= 60)
        wanted = source.wanted[:60]
    assert sum(wanted) == pytest.approx(20, abs=2)


def test_a_lost_camera_goes_offline_comes_back_and_is_told_of_once_each() -> None:
    clock = FakeClock()
    gate = Gate()
    lost = ScriptedSource([make_packet(0.0), gate, CameraUnreachableError("rtsp://cam/1")])
    listener = RecordingListener()
    refused = CameraUnreachableError("rtsp://cam/1")
    with running(
        ScriptedOpener(lost, refused, refused, endless(ticking(clock))), clock=clock, listener=listener
    ) as fleet:
        fleet.add(make_camera("rtsp://cam/1", "lost"))
        wait_for(lambda: listener.told(CameraId("lost")) == [ONLINE])
        gate.open()
        wait_for(lambda: len(listener.told(CameraId("lost"))) >= 3)
        assert listener.told(CameraId("lost")) == [ONLINE, OFFLINE, ONLINE]
        offline = listener.statuses()[1]
        assert (offline.cause, offline.detail) == (
            StreamErrorCode.UNREACHABLE,
            "The camera cannot be reached: rtsp://cam/1",
        )
        assert status_of(fleet, CameraId("lost")).reconnects == 3
        assert status_of(fleet, CameraId("lost")).cause is None
        assert lost.is_closed
    name, labels = "brightkitchen_camera_reconnects_total", {"camera": CameraId("lost"), "cause": "unreachable"}
    assert REGISTRY.get_sample_value(name, labels) == 3


def test_a_camera_that_never_was_online_is_told_of_once_with_its_cause() -> None:
    listener = RecordingListener()
    with running(ScriptedOpener(CameraUnreachableError("rtsp://cam/1")), listener=listener) as fleet:
        fleet.add(make_camera("rtsp://cam/1"))
        wait_for(lambda: status_of(fleet).reconnects > 3)
        assert listener.told(CAMERA) == [OFFLINE]
        assert listener.statuses()[0].cause is StreamErrorCode.UNREACHABLE


def test_a_refused_password_is_a_named_lasting_state() -> None:
    with running(ScriptedOpener(CameraAuthError("rtsp://***@cam/1"))) as fleet:
        fleet.add(make_camera("rtsp://admin:geheim@cam/1"))
        wait_for(lambda: status_of(fleet).state is StreamState.FAILED)
        assert status_of(fleet).condition is OFFLINE
        wait_for(lambda: status_of(fleet).cause is StreamErrorCode.AUTH)
        assert "geheim" not in repr(status_of(fleet))


def test_a_picture_that_the_decoder_had_to_invent_is_counted_and_not_handed_out() -> None:
    clock = FakeClock()
    steps: list[Step] = []
    for index in range(10):
        steps += [partial(clock.advance, 0.2), make_packet(index / 5, is_keyframe=index == 0, is_corrupt=index == 5)]
    gate = Gate()
    with running(ScriptedOpener(ScriptedSource([*steps, gate])), clock=clock) as fleet:
        fleet.add(make_camera("rtsp://cam/1"))
        gate.reached.wait(10)
        frame = fleet.latest_frame(CAMERA)
        assert frame is not None
        assert frame.sequence == 5  # the damaged one and what builds on it are missing
        status = status_of(fleet)
        assert (status.frames_decoded, status.frames_dropped) == (10, 9)  # four superseded, five corrupt
        gate.open()


def test_data_without_pictures_make_the_watchdog_reconnect() -> None:
    clock = FakeClock()
    silent = ScriptedSource(
        [make_packet(0.0, is_corrupt=True), lambda: clock.advance(21), make_packet(1.0, is_corrupt=True)]
    )
    with running(ScriptedOpener(silent, endless(ticking(clock))), clock=clock) as fleet:
        fleet.add(make_camera("rtsp://cam/1", "blind"))
        wait_for(lambda: status_of(fleet, CameraId("blind")).condition is ONLINE)
        labels = {"camera": CameraId("blind"), "cause": "stalled"}
        assert REGISTRY.get_sample_value("brightkitchen_camera_reconnects_total", labels) == 1


def test_a_camera_without_fresh_pictures_is_offline_while_its_connection_stands() -> None:
    clock = FakeClock()
    gate = Gate()
    listener = RecordingListener()
    with running(ScriptedOpener(ScriptedSource([make_packet(0.0), gate])), clock=clock, listener=listener) as fleet:
        fleet.add(make_camera("rtsp://cam/1"))
        wait_for(lambda: listener.told(CAMERA) == [ONLINE])
        clock.advance(3.5)
        wait_for(lambda: listener.told(CAMERA) == [ONLINE, OFFLINE])
        assert listener.statuses()[-1].cause is StreamErrorCode.STALLED
        assert fleet.latest_frame(CAMERA) is not None  # old, and whoever shows it says so
        gate.open()


def test_a_call_that_never_returns_is_left_behind_and_the_camera_restarts() -> None:
    clock = FakeClock()
    gate = Gate()
    late = ScriptedSource([gate, make_packet(0.0)])
    with running(ScriptedOpener(late, endless(ticking(clock))), clock=clock) as fleet:
        fleet.add(make_camera("rtsp://cam/1"))
        gate.reached.wait(10)
        clock.advance(QUICK.watchdog_seconds + 2 * QUICK.open_timeout_seconds + 1)
        wait_for(lambda: status_of(fleet).condition is ONLINE)
        assert REGISTRY.get_sample_value("brightkitchen_abandoned_camera_threads") == 1
        before = status_of(fleet).frames_decoded
        gate.open()
        wait_for(lambda: late.is_closed)
        wait_for(lambda: REGISTRY.get_sample_value("brightkitchen_abandoned_camera_threads") == 0)
        wait_for(lambda: status_of(fleet).frames_decoded > before)


def test_no_more_than_a_few_threads_are_left_behind_per_camera() -> None:
    clock = FakeClock()
    gates = [Gate() for _ in range(MOST_STUCK_THREADS + 1)]
    sources: list[OpenSource] = [ScriptedSource([gate]) for gate in gates]
    opener = ScriptedOpener(*sources, endless(ticking(clock)))
    with running(opener, clock=clock) as fleet:
        fleet.add(make_camera("rtsp://cam/1"))
        for gate in gates[:MOST_STUCK_THREADS]:
            assert gate.reached.wait(10)
            clock.advance(60)
        time.sleep(1.5)  # time enough for a third thread, if there were one
        assert len(opener.asked) == MOST_STUCK_THREADS
        gates[0].open()
        assert gates[-1].reached.wait(10)
        for gate in gates:
            gate.open()


def test_a_hanging_camera_neither_delays_the_others_nor_the_stop() -> None:
    gate = Gate()
    hanging = ScriptedSource([gate])

    def source() -> OpenSource:
        return endless(lambda: time.sleep(0.01))

    with running(ScriptedOpener(hanging, source)) as fleet:
        fleet.add(make_camera("rtsp://cam/hangs", "hangs"))
        gate.reached.wait(10)
        fleet.add(make_camera("rtsp://cam/good", "good"))
        wait_for(lambda: status_of(fleet, CameraId("good")).condition is ONLINE)
        began = time.monotonic()
        fleet.stop()
        fleet.stop()
        assert time.monotonic() - began < QUICK.stop_grace_seconds + 5.0
    assert {status.state for status in fleet.statuses()} == {StreamState.STOPPED}
    with pytest.raises(RuntimeError, match="stopped"):
        fleet.add(make_camera("rtsp://cam/late"))
    gate.open()


def test_a_defect_in_an_adapter_is_internal_and_tried_again() -> None:
    def defect() -> None:
        raise ZeroDivisionError

    broken = ScriptedSource([defect])
    with running(ScriptedOpener(broken, endless(lambda: time.sleep(0.01)))) as fleet:
        fleet.add(make_camera("rtsp://cam/1", "defect"))
        wait_for(lambda: status_of(fleet, CameraId("defect")).condition is ONLINE)
        labels = {"camera": "defect", "cause": "internal"}
        assert REGISTRY.get_sample_value("brightkitchen_camera_reconnects_total", labels) == 1
    assert broken.is_closed


def test_a_listener_that_fails_for_one_camera_hears_of_the_others() -> None:
    heard: list[CameraId] = []

    class Fragile:
        def camera_changed(self, status: StreamStatus) -> None:
            if status.camera_id == "a":
                raise ZeroDivisionError
            heard.append(status.camera_id)

    def source() -> OpenSource:
        return endless(lambda: time.sleep(0.01))

    with running(ScriptedOpener(source), listener=Fragile()) as fleet:
        for name in ("a", "b"):
            fleet.add(make_camera("rtsp://cam/1", name))
        wait_for(lambda: "b" in heard)


def test_a_wall_clock_that_jumps_changes_nothing_but_what_people_read() -> None:
    clock = FakeClock()
    listener = RecordingListener()
    with running(ScriptedOpener(endless(ticking(clock))), clock=clock, listener=listener) as fleet:
        fleet.add(make_camera("rtsp://cam/1"))
        wait_for(lambda: status_of(fleet).condition is ONLINE)
        for jump in (-86_400.0, 7 * 86_400.0):
            clock.jump_wall(jump)
            frames = drain(fleet.take, 0.3)
            steps = [after.clock - before.clock for before, after in pairwise(frames)]
            assert min(steps) > 0
        assert listener.told(CAMERA) == [ONLINE]
        assert status_of(fleet).reconnects == 0


def test_another_rate_needs_no_new_connection_and_another_address_does() -> None:
    def source() -> OpenSource:
        return endless(lambda: time.sleep(0.01))

    opener = ScriptedOpener(source)
    with running(opener) as fleet:
        fleet.add(make_camera("rtsp://cam/1", fps=5))
        first = newest(fleet)
        fleet.add(make_camera("rtsp://cam/1", fps=10))
        wait_for(lambda: newest(fleet).sequence > first.sequence + 2)
        assert len(opener.asked) == 1
        before = newest(fleet)
        fleet.add(make_camera("rtsp://cam/2"))
        after = newest(fleet)
        assert [asked.location for asked, _ in opener.asked] == ["rtsp://cam/1", "rtsp://cam/2"]
        assert after.sequence > before.sequence


def test_a_removed_camera_leaves_nothing() -> None:
    with running(ScriptedOpener(endless(lambda: time.sleep(0.01)))) as fleet:
        fleet.add(make_camera("rtsp://cam/1", "gone"))
        wait_for(lambda: fleet.latest_frame(CameraId("gone")))
        fleet.remove(CameraId("gone"))
        fleet.remove(CameraId("gone"))
        assert fleet.status(CameraId("gone")) is None
        assert fleet.latest_frame(CameraId("gone")) is None
        assert drain(fleet.take, 0.2) == []
    labels = [s.labels.get("camera") for family in REGISTRY.collect() for s in family.samples]
    assert "gone" not in labels


def test_a_disabled_camera_is_never_opened() -> None:
    opener = ScriptedOpener(BadDataError("x"))
    with running(opener) as fleet:
        fleet.add(make_camera("rtsp://cam/1", is_enabled=False))
        assert drain(fleet.take, 0.2) == []
        assert status_of(fleet).state is StreamState.STOPPED
        assert opener.asked == []

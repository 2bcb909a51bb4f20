"""Overload as the fleet sees it: cameras are slowed, say so, and come back."""

import threading
from collections.abc import Callable
from contextlib import closing

import pytest
from prometheus_client import REGISTRY

from domain.ids import CameraId
from streams.load import Reading
from streams.load_watch import EffectiveRate, LoadWatch
from streams.ports import CameraCondition
from streams.settings import LoadSettings
from streams.testing import FakeClock, ScriptedOpener
from tests.streams.cameras import QUICK, make_camera, running, status_of, wait_for
from tests.streams.test_fleet import endless

CALM, BUSY = CameraId("calm"), CameraId("busy")


def rate_share(cameras: str) -> float | None:
    return REGISTRY.get_sample_value("brightkitchen_analysed_rate_share", {"cameras": cameras})


def rate(clock: FakeClock, *, level: float = 0.0, is_unhurried: bool = False) -> EffectiveRate:
    return EffectiveRate(lambda: 5.0, QUICK, clock, level=level, is_unhurried=is_unhurried)


def watch_of(clock: FakeClock, lost: Callable[[], int]) -> LoadWatch:
    def reading() -> Reading:
        return Reading(seconds=2.0, taken=100, lost=lost(), longest_wait=0.05, spare=0.5)

    return LoadWatch(LoadSettings(), clock, reading)


def test_the_metrics_say_who_is_slowed_and_how_far() -> None:
    clock, lost = FakeClock(), [100]
    watch = watch_of(clock, lambda: lost[0])
    assert (rate_share("calm"), rate_share("followed")) == (1.0, 1.0)
    assert not watch.tick()
    for calm, followed in ((0.5, 1.0), (0.0, 1.0), (0.0, 0.5)):
        clock.advance(2.0)
        assert watch.tick()
        assert (rate_share("calm"), rate_share("followed")) == (calm, followed)
    lost[0] = 0
    while watch.level > 0.0:
        clock.advance(2.0)
        watch.tick()
    assert (rate_share("calm"), rate_share("followed")) == (1.0, 1.0)


def test_the_log_says_once_whenever_who_is_slowed_changes(capsys: pytest.CaptureFixture[str]) -> None:
    clock, lost = FakeClock(), [100]
    watch = watch_of(clock, lambda: lost[0])
    for _ in range(10):
        clock.advance(2.0)
        watch.tick()
    lost[0] = 0
    for _ in range(100):
        clock.advance(2.0)
        watch.tick()
    said = capsys.readouterr().out
    assert said.count("analysis_slowed") == 3  # calm ones, then all, then on the way back calm ones alone
    assert said.count("analysis_at_full_rate") == 1


def test_a_camera_with_something_followed_keeps_its_rate_longer() -> None:
    one = rate(FakeClock(), level=1.0)
    assert (one.fps, one.is_slowed) == (0.5, True)
    one.follow(True)
    assert (one.fps, one.is_slowed) == (5.0, False)
    one.slow(2.0)
    assert (one.fps, one.is_slowed) == (2.0, True)


def test_after_a_rise_the_old_rate_is_expected_until_the_new_one_can_be_measured() -> None:
    clock = FakeClock()
    one = rate(clock, level=1.0)
    one.slow(0.0)
    assert (one.fps, one.expected_fps) == (5.0, 0.5)
    clock.advance(QUICK.rate_window_seconds / 2)
    one.slow(0.5)
    one.slow(0.0)
    assert one.expected_fps == 0.5
    clock.advance(QUICK.rate_window_seconds)
    assert one.expected_fps == 5.0


def test_a_file_that_is_read_as_fast_as_possible_is_never_slowed() -> None:
    one = rate(FakeClock(), level=2.0, is_unhurried=True)
    assert (one.fps, one.is_slowed) == (5.0, False)


class Turns:
    """Two cameras whose packets, and the clock with them, come only when the test lets them.

    So a slow machine makes the test longer and nothing else: how quick the reader is beside them is the test's to say.
    """

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._granted = [threading.Semaphore(0), threading.Semaphore(0)]
        self._wanted = [threading.Semaphore(0), threading.Semaphore(0)]
        self._is_over = threading.Event()
        self.sources = [endless(self._step(0)), endless(self._step(1))]

    def _step(self, number: int) -> Callable[[], None]:
        def step() -> None:
            self._wanted[number].release()  # whatever came before it has been put
            self._granted[number].acquire()
            if self._is_over.is_set():
                self.close()  # for the next packet too
            elif number == 0:
                self._clock.advance(1 / 15)

        return step

    def give(self, meanwhile: Callable[[], object]) -> None:
        """One packet of each camera while `meanwhile` runs."""
        for wanted, granted in zip(self._wanted, self._granted, strict=True):
            assert wanted.acquire(timeout=30.0), "a camera asks for no packet any more"
            granted.release()
        meanwhile()

    def close(self) -> None:
        """Packets come by themselves from now on, so that nobody waits for one."""
        self._is_over.set()
        for granted in self._granted:
            granted.release()


def test_overload_slows_the_calm_camera_and_spares_the_followed_one_and_ends() -> None:
    """A reader far too slow for two cameras of five pictures a second, and later one that is quick enough."""
    clock = FakeClock()
    turns = Turns(clock)
    settings = QUICK.model_copy(update={"load": LoadSettings(interval_seconds=1.0, recovery_seconds=2.0)})
    with running(ScriptedOpener(*turns.sources), settings=settings, clock=clock) as fleet, closing(turns):
        fleet.add(make_camera("rtsp://cam/1", CALM))
        fleet.add(make_camera("rtsp://cam/2", BUSY))

        def have_pictures() -> bool:
            turns.give(lambda: None)
            return fleet.latest_frame(CALM) is not None and fleet.latest_frame(BUSY) is not None

        wait_for(have_pictures)
        fleet.follow(BUSY, True)
        last = clock.monotonic()

        def slow_reader() -> bool:
            nonlocal last
            turns.give(lambda: None)
            if clock.monotonic() - last >= 0.5:
                last = clock.monotonic()
                fleet.take(1, 0.0)
            return status_of(fleet, CALM).is_slowed

        assert not fleet.is_slowed()
        wait_for(slow_reader, seconds=60.0)
        assert fleet.is_slowed()
        calm, busy = status_of(fleet, CALM).analysed_fps, status_of(fleet, BUSY).analysed_fps
        assert calm is not None
        assert busy is not None
        assert 0.5 <= calm < busy <= 5.0
        slowest = calm

        def quick_reader() -> bool:
            nonlocal slowest
            turns.give(lambda: fleet.take(2, 0.05))  # it must be seen to wait for pictures
            fps = status_of(fleet, CALM).analysed_fps or 0.0
            slowest = min(slowest, fps)
            return fps > slowest

        wait_for(quick_reader, seconds=60.0)
        # Who was slowed on purpose is no camera that gives too few pictures.
        assert status_of(fleet, CALM).condition is not CameraCondition.DEGRADED

from dataclasses import replace

import pytest

from streams.errors import StreamErrorCode
from streams.health import Judgement, RateMeter, Vitals, judged
from streams.ports import CameraCondition, PictureFault, StreamState
from streams.settings import IdleSettings, StreamSettings

SETTINGS = StreamSettings()
NOW = 500.0
HEALTHY = Vitals(
    state=StreamState.RUNNING,
    cause=None,
    last_picture_clock=NOW - 0.2,
    running_clock=NOW - 60,
    source_step_seconds=1 / 15,
    measured_fps=5.0,
    due_fps=5.0,
    is_unhurried=False,
)
ONLINE = Judgement(CameraCondition.ONLINE, None)


def judge(vitals: Vitals, was: CameraCondition = CameraCondition.ONLINE) -> Judgement:
    return judged(vitals, was, SETTINGS, NOW)


def test_fresh_pictures_at_the_due_rate_are_online() -> None:
    assert judge(HEALTHY) == ONLINE


@pytest.mark.parametrize("state", [state for state in StreamState if state is not StreamState.RUNNING])
def test_a_camera_that_does_not_run_is_offline_for_its_cause(state: StreamState) -> None:
    vitals = replace(HEALTHY, state=state, cause=StreamErrorCode.AUTH)
    assert judge(vitals) == Judgement(CameraCondition.OFFLINE, StreamErrorCode.AUTH)


def test_a_connection_without_a_first_picture_is_not_online() -> None:
    assert judge(replace(HEALTHY, last_picture_clock=None)).condition is CameraCondition.OFFLINE


def test_pictures_that_grew_old_are_offline_and_stalled() -> None:
    vitals = replace(HEALTHY, last_picture_clock=NOW - 3.1)
    assert judge(vitals) == Judgement(CameraCondition.OFFLINE, StreamErrorCode.STALLED)


IDLE = replace(HEALTHY, is_idle=True, last_picture_clock=NOW - 2.0, last_packet_clock=NOW - 0.1)


def test_an_idle_camera_is_online_between_its_keyframes() -> None:
    assert judge(IDLE) == ONLINE
    rare = StreamSettings(idle=IdleSettings(look_seconds=5.0))
    assert judged(replace(IDLE, last_picture_clock=NOW - 6), CameraCondition.ONLINE, rare, NOW) == ONLINE


def test_an_idle_camera_that_falls_silent_is_offline_as_soon_as_any_other() -> None:
    silent = replace(IDLE, last_picture_clock=NOW - 4, last_packet_clock=NOW - 3.1)
    assert judge(silent) == Judgement(CameraCondition.OFFLINE, StreamErrorCode.STALLED)


def test_an_idle_camera_without_keyframes_is_not_online_for_ever() -> None:
    assert judge(replace(IDLE, last_picture_clock=NOW - 7)).condition is CameraCondition.OFFLINE


def test_an_idle_camera_with_a_fault_in_its_pictures_is_tampered() -> None:
    assert judge(replace(IDLE, fault=PictureFault.FROZEN)).cause is PictureFault.FROZEN


def test_a_source_of_one_picture_in_four_seconds_is_fresh_in_between() -> None:
    slow = replace(HEALTHY, last_picture_clock=NOW - 5, source_step_seconds=4.0, measured_fps=0.25, due_fps=0.25)
    assert judge(slow) == ONLINE


def test_no_source_is_so_slow_that_it_outlives_the_watchdog() -> None:
    vitals = replace(HEALTHY, last_picture_clock=NOW - 21, source_step_seconds=60.0)
    assert judge(vitals).condition is CameraCondition.OFFLINE


def test_far_fewer_pictures_than_due_are_degraded_and_recover_with_a_margin() -> None:
    slow = Judgement(CameraCondition.DEGRADED, StreamErrorCode.SLOW)
    assert judge(replace(HEALTHY, measured_fps=2.4)) == slow
    assert judge(replace(HEALTHY, measured_fps=3.0), CameraCondition.DEGRADED) == slow
    assert judge(replace(HEALTHY, measured_fps=3.0)) == ONLINE
    assert judge(replace(HEALTHY, measured_fps=3.6), CameraCondition.DEGRADED) == ONLINE


def test_the_rate_says_nothing_before_a_whole_window() -> None:
    assert judge(replace(HEALTHY, measured_fps=0.5, running_clock=NOW - 5)) == ONLINE


def test_a_source_that_declares_no_rate_is_not_called_slow() -> None:
    assert judge(replace(HEALTHY, measured_fps=0.5, due_fps=None)) == ONLINE


def test_a_file_that_waits_for_its_reader_is_online() -> None:
    assert judge(replace(HEALTHY, last_picture_clock=NOW - 900, is_unhurried=True)) == ONLINE


def test_the_meter_forgets_what_left_its_window() -> None:
    meter = RateMeter(10.0)
    for second in range(20):
        meter.record(float(second))
    assert meter.per_second(19.0) == 1.0
    assert meter.per_second(40.0) == 0.0
    meter.record(41.0)
    meter.clear()
    assert meter.per_second(41.0) == 0.0


@pytest.mark.parametrize("fault", PictureFault)
def test_fresh_pictures_that_cannot_be_relied_on_are_tampered_and_never_online(fault: PictureFault) -> None:
    vitals = replace(HEALTHY, fault=fault)

    assert judge(vitals) == Judgement(CameraCondition.TAMPERED, fault)
    assert judge(replace(vitals, measured_fps=0.1)).condition is CameraCondition.TAMPERED


def test_a_camera_without_pictures_is_offline_whatever_its_last_ones_showed() -> None:
    vitals = replace(HEALTHY, fault=PictureFault.COVERED, last_picture_clock=NOW - 10)

    assert judge(vitals) == Judgement(CameraCondition.OFFLINE, StreamErrorCode.STALLED)

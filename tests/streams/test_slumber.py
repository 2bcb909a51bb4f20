"""When an idle camera sleeps and what wakes it, on arrivals that are written down: 15 pictures a second."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attention import Attention
from streams.bitstream import H264, H265, MJPEG
from streams.settings import IdleSettings
from streams.slumber import Arrival, Slumber, Step, WakeCause, longest_pause
from streams.sources.ports import SourcePacket
from streams.testing import make_packet

AWAKE, IDLE = Attention.AWAKE, Attention.IDLE
SETTINGS = IdleSettings(is_on=True, look_seconds=2.5, wake_seconds=3.0)
FPS = 15


class Camera:
    """Sends packets with a keyframe every `gop_seconds`; all others have 500 bytes unless said otherwise."""

    def __init__(self, *, gop_seconds: float = 2.0, codec: str = H264, settings: IdleSettings = SETTINGS) -> None:
        self.slumber = Slumber(codec, settings)
        self._gop = round(gop_seconds * FPS)
        self._number = 0

    def send(self, attention: Attention, size_bytes: int = 500, *, is_keyframe: bool | None = None) -> Step:
        begins = self._number % self._gop == 0 if is_keyframe is None else is_keyframe
        arrival = Arrival(clock=100 + self._number / FPS, begins=begins, kind=1, size_bytes=size_bytes)
        self._number += 1
        return self.slumber.step(self.packet(begins), arrival, attention)

    def packet(self, begins: bool) -> SourcePacket:
        return make_packet(self._number / FPS, is_keyframe=begins)

    def seconds(self, seconds: float, attention: Attention) -> list[Step]:
        return [self.send(attention) for _ in range(round(seconds * FPS))]


def asleep(**options: object) -> Camera:
    """A camera that sleeps, one second after a keyframe."""
    camera = Camera(**options)  # type: ignore[arg-type]  # one table
    camera.seconds(9, IDLE)
    assert camera.slumber.is_asleep
    return camera


def test_an_idle_camera_is_decoded_by_its_keyframes_and_the_rest_is_held() -> None:
    steps = asleep().seconds(5, IDLE)
    assert set(steps) == {Step.HOLD, Step.ALONE}
    assert steps.count(Step.ALONE) == 2


def test_a_camera_that_is_needed_is_decoded_whole() -> None:
    assert set(Camera().seconds(20, AWAKE)) == {Step.DECODE}


def test_it_falls_asleep_with_a_keyframe_once_their_distance_is_known() -> None:
    steps = Camera().seconds(10, IDLE)
    assert steps.index(Step.ALONE) == 6 * FPS  # the fourth keyframe
    assert set(steps[: 6 * FPS]) == {Step.DECODE}


@pytest.mark.parametrize("gop_seconds", [2.6, 4.0, 30.0])
def test_a_camera_whose_keyframes_are_too_far_apart_stays_awake(gop_seconds: float) -> None:
    assert set(Camera(gop_seconds=gop_seconds).seconds(120, IDLE)) == {Step.DECODE}


@pytest.mark.parametrize("gop_seconds", [1 / 15, 0.4])
def test_a_camera_that_sends_little_else_than_keyframes_is_decoded_by_its_due_pictures(gop_seconds: float) -> None:
    assert set(Camera(gop_seconds=gop_seconds).seconds(30, IDLE)) == {Step.DECODE}


def test_a_stream_whose_keyframes_give_no_picture_by_themselves_wakes_and_sleeps_no_more() -> None:
    camera = asleep()
    camera.slumber.refuse()
    assert camera.send(IDLE) is Step.REPLAY
    assert set(camera.seconds(30, IDLE)) == {Step.DECODE}


def test_further_apart_is_a_choice() -> None:
    asleep = Camera(gop_seconds=4.0, settings=IdleSettings(is_on=True, look_seconds=5.0)).seconds(20, IDLE)
    assert Step.HOLD in asleep


def test_switched_off_it_never_sleeps() -> None:
    assert set(Camera(settings=IdleSettings(is_on=False)).seconds(20, IDLE)) == {Step.DECODE}


@pytest.mark.parametrize(("codec", "sleeps"), [(H264, True), (H265, True), (MJPEG, False)])
def test_only_streams_whose_pictures_build_on_others_can_sleep(codec: str, sleeps: bool) -> None:
    assert (Step.HOLD in Camera(codec=codec).seconds(20, IDLE)) is sleeps


def test_attention_wakes_with_everything_since_the_keyframe() -> None:
    camera = asleep()
    assert camera.send(AWAKE) is Step.REPLAY
    assert camera.slumber.held[0].is_keyframe
    assert len(camera.slumber.held) == FPS  # the second since the keyframe
    assert camera.slumber.woken_by is WakeCause.ATTENTION
    assert camera.send(AWAKE) is Step.DECODE
    assert camera.slumber.held == []


def test_a_keyframe_that_wakes_needs_no_replay() -> None:
    camera = asleep()
    camera.seconds(1, IDLE)
    assert camera.send(AWAKE) is Step.DECODE


def test_a_large_picture_wakes_at_once_and_for_a_while() -> None:
    camera = asleep()
    assert camera.send(IDLE, 5000) is Step.REPLAY
    assert camera.slumber.woken_by is WakeCause.SIZE
    assert set(camera.seconds(2.5, IDLE)) == {Step.DECODE}
    assert Step.HOLD in camera.seconds(4, IDLE)


def test_a_size_that_showed_nothing_wakes_only_once() -> None:
    camera = asleep()
    camera.send(IDLE, 5000)
    camera.seconds(6, IDLE)
    assert camera.slumber.is_asleep
    assert camera.send(IDLE, 5000) is Step.HOLD
    assert camera.send(IDLE, 9000) is Step.REPLAY


def test_a_size_that_did_show_something_wakes_again() -> None:
    camera = asleep()
    camera.send(IDLE, 5000)
    camera.seconds(2, AWAKE)
    camera.seconds(12, IDLE)
    assert camera.slumber.is_asleep
    assert camera.send(IDLE, 5000) is Step.REPLAY


def test_a_keyframe_that_does_not_come_wakes_and_keeps_awake() -> None:
    camera = asleep()
    steps = [camera.send(IDLE, is_keyframe=False) for _ in range(10 * FPS)]
    assert steps.index(Step.REPLAY) == pytest.approx((longest_pause(SETTINGS) - 1) * FPS, abs=2)
    assert camera.slumber.woken_by is WakeCause.LATE
    assert set(steps[steps.index(Step.REPLAY) + 1 :]) == {Step.DECODE}


def _packets(orders: list[tuple[bool, bool, int]]) -> Iterator[tuple[bool, Attention, int]]:
    for begins, is_idle, size in orders:
        yield begins, IDLE if is_idle else AWAKE, size


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(20, 4000)), max_size=200))
def test_whatever_comes_the_decoder_can_go_on(orders: list[tuple[bool, bool, int]]) -> None:
    """After a keyframe that was decoded alone the decoder knows nothing: what it is given next begins with one."""
    camera, knows_nothing = Camera(), False
    for begins, attention, size in _packets(orders):
        step = camera.send(attention, size, is_keyframe=begins)
        if step is Step.ALONE:
            assert begins
            knows_nothing = True
        elif step is Step.REPLAY:
            assert camera.slumber.held[0].is_keyframe
            knows_nothing = False
        elif step is Step.DECODE:
            assert begins or not knows_nothing
            knows_nothing = False
        assert attention is IDLE or step not in {Step.HOLD, Step.ALONE}

"""Idle cameras with real clips: what is decoded, what is handed on, and that waking loses nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from domain.attention import Attention
from domain.frame import Picture, Pixels
from domain.organisation import Source
from streams.clock import SystemClock
from streams.lease import Lease
from streams.playback import Playback
from streams.ring import PacketRing
from streams.selection import Verdict
from streams.settings import IdleSettings, StreamSettings
from streams.slumber import WakeCause
from streams.sources.ports import SourcePacket
from streams.sources.pyav import PyAvOpener, PyAvSource
from streams.timeline import Instant, MediaTimeline
from tests.support.clips import make_clip

AWAKE, IDLE = Attention.AWAKE, Attention.IDLE
CODECS = pytest.mark.parametrize(("codec", "b_frames"), [("libx264", 0), ("libx264", 2), ("libx265", 0)])


class Beginning:
    """A clock that stands at the beginning of the clip."""

    def monotonic(self) -> float:
        return 0.0

    def utc(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Taker:
    """Remembers what it was told."""

    frames: list[tuple[float, Picture]] = field(default_factory=list)
    spared: int = 0
    passed: int = 0
    wakes: list[tuple[WakeCause, float]] = field(default_factory=list)
    sleeps: int = 0

    @property
    def clocks(self) -> list[float]:
        return [clock for clock, _ in self.frames]

    def deliver(self, picture: Picture, at: Instant) -> None:
        self.frames.append((at.clock, picture))

    def passed_over(self, verdict: Verdict) -> None:
        assert verdict is Verdict.NOT_DUE
        self.passed += 1

    def sound(self, source_step_seconds: float | None) -> None:
        """Not asked about here."""

    def corrupt_packet(self) -> None:
        raise AssertionError("nothing is damaged in these clips")

    def rested(self, *, is_due: bool) -> None:
        self.spared += 1

    def fell_asleep(self) -> None:
        self.sleeps += 1

    def woke(self, cause: WakeCause) -> None:
        self.wakes.append((cause, self.frames[-1][0]))


def played(
    clip: Path,
    attention: Callable[[float], Attention],
    *,
    settings: StreamSettings | None = None,
    fps: float = 5.0,
) -> Taker:
    """Play a clip as a camera that is needed as `attention` says at each second."""
    taker, clock = Taker(), SystemClock()
    now = [0.0]
    given = settings or StreamSettings(idle=IdleSettings(is_on=True))
    source = PyAvOpener().open(Source(location=str(clip)), given)

    class Watched(MediaTimeline):
        def packet(self, packet: SourcePacket) -> Instant:
            at = super().packet(packet)
            now[0] = at.clock
            return at

    timeline = Watched(Beginning())
    timeline.opened(15.0)
    ring = PacketRing(seconds=60, bytes_limit=10**8)
    try:
        Playback(
            source,
            address="clip",
            lease=Lease(clock),
            clock=clock,
            timeline=timeline,
            ring=ring,
            taker=taker,
            analysed_fps=lambda: fps,
            settings=given,
            attention=lambda: attention(now[0]),
        ).run()
    finally:
        source.close()
    assert ring.seconds > 5  # packets go to the ring whether they are decoded or not
    return taker


def quiet_until(second: float, width: int = 320, height: int = 180) -> Callable[[float], Pixels]:
    """A still room with a sensor's noise, in which a dark square crosses from that second on."""
    room = np.random.default_rng(1).integers(60, 160, (height // 4, width // 4)).repeat(4, 0).repeat(4, 1)

    def draw(now: float) -> Pixels:
        grey = room + np.random.default_rng(round(now * 1000)).normal(0, 2, room.shape)
        if now >= second:
            left = 20 + int((now - second) * 60) % (width - 60)
            grey[70:110, left : left + 40] = 15
        return np.repeat(grey.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)

    return draw


def clip_of(folder: Path, codec: str, b_frames: int, *, second: float, seconds: float = 16.0, gop: int = 30) -> Path:
    return make_clip(
        folder / "clip.mp4",
        width=320,
        height=180,
        seconds=seconds,
        codec=codec,
        gop=gop,
        b_frames=b_frames,
        draw=quiet_until(second),
    )


@CODECS
def test_an_idle_camera_gives_its_keyframes_and_nothing_else(tmp_path: Path, codec: str, b_frames: int) -> None:
    taker = played(clip_of(tmp_path, codec, b_frames, second=99), lambda _: IDLE)
    asleep = [clock for clock in taker.clocks if clock >= 6.0]
    assert asleep == pytest.approx([6, 8, 10, 12, 14], abs=0.2)
    assert taker.spared == 145  # 29 of each of the five groups
    assert taker.wakes == []


@CODECS
def test_attention_wakes_with_the_very_next_picture(tmp_path: Path, codec: str, b_frames: int) -> None:
    """At 9.5 s, 1.5 s after the last keyframe and 0.5 s before the next one."""
    clip = clip_of(tmp_path, codec, b_frames, second=99)
    taker = played(clip, lambda now: IDLE if now < 9.5 else AWAKE)
    (cause, _), later = taker.wakes[0], [clock for clock in taker.clocks if clock > 8.5]
    assert cause is WakeCause.ATTENTION
    assert later[0] == pytest.approx(9.5, abs=0.3)
    assert all(after - before < 0.3 for before, after in pairwise(later))


@CODECS
def test_from_its_waking_on_a_camera_gives_the_pictures_that_it_would_have_given_awake(
    tmp_path: Path, codec: str, b_frames: int
) -> None:
    """Another grid would show the network other moments, and rules other dwells."""
    clip = clip_of(tmp_path, codec, b_frames, second=99)
    awake = {round(clock * 15) for clock in played(clip, lambda _: AWAKE).clocks}
    for second in (9.5, 10.9):
        woken = played(clip, lambda now, second=second: IDLE if now < second else AWAKE)  # type: ignore[misc]  # bound
        at = round(woken.wakes[0][1] * 15)
        given = {round(clock * 15) for clock in woken.clocks}
        assert woken.spared > 0
        assert {place for place in given if place > at} == {place for place in awake if place > at}


@CODECS
def test_the_picture_after_waking_is_whole(tmp_path: Path, codec: str, b_frames: int) -> None:
    """As if everything had been decoded all the time."""
    clip = clip_of(tmp_path, codec, b_frames, second=11.0)
    never = StreamSettings(idle=IdleSettings(is_on=False))
    every = played(clip, lambda _: AWAKE, settings=never, fps=15.0)
    whole = {round(clock * 15): picture for clock, picture in every.frames}
    woken = played(clip, lambda now: IDLE if now < 12.9 else AWAKE)
    late = {round(clock * 15): picture for clock, picture in woken.frames if clock > 6.0}
    assert woken.spared > 0
    assert late.keys() <= whole.keys()
    for place, picture in late.items():
        assert np.array_equal(picture.luma(320, 180), whole[place].luma(320, 180))


@CODECS
def test_something_that_moves_between_keyframes_wakes_by_its_size(tmp_path: Path, codec: str, b_frames: int) -> None:
    taker = played(clip_of(tmp_path, codec, b_frames, second=9.0), lambda _: IDLE)
    cause, clock = taker.wakes[0]
    assert cause is WakeCause.SIZE
    assert clock == pytest.approx(9.0, abs=0.3)
    with_square = [at for at, picture in taker.frames if picture.luma(80, 45).min() < 40]
    assert with_square[0] == pytest.approx(9.0, abs=0.3)


def test_a_camera_whose_keyframes_are_too_far_apart_is_decoded_whole(tmp_path: Path) -> None:
    taker = played(clip_of(tmp_path, "libx264", 0, second=99, seconds=24, gop=60), lambda _: IDLE)
    assert (taker.sleeps, taker.spared) == (0, 0)
    assert len(taker.frames) == 120


def test_pictures_of_a_codec_without_groups_are_never_spared(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.avi", width=320, height=180, seconds=8, codec="mjpeg", draw=quiet_until(99))
    assert played(clip, lambda _: IDLE).spared == 0


@CODECS
def test_a_keyframe_alone_comes_at_once_whatever_the_decoder_reorders(
    tmp_path: Path, codec: str, b_frames: int
) -> None:
    source = PyAvOpener().open(Source(location=str(clip_of(tmp_path, codec, b_frames, second=1.0))), StreamSettings())
    assert isinstance(source, PyAvSource)
    try:
        seen = []
        while (packet := source.read()) is not None:
            if packet.is_keyframe:
                pictures = source.decode_alone(packet)
                assert [each.is_keyframe for each in pictures] == [True]
                assert pictures[0].pts_seconds == packet.pts_seconds
                seen.append(pictures[0])
        assert len(seen) == 8
        assert not any(each.is_corrupt for each in seen)
    finally:
        source.close()

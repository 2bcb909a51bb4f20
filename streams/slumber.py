"""When an idle camera is decoded by its keyframes only, and what wakes it. Decisions only; the playback acts on them.

A camera falls asleep with a keyframe, if its watcher called it idle and its keyframes come often enough to serve as the
looks of an idle camera. From then on the packets since the last keyframe are held, so that waking loses nothing: they
are decoded at once, and the picture that woke the camera is seen in the same moment.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from domain.attention import Attention
from streams.bitstream import H264, H265
from streams.loudness import Loudness
from streams.settings import IdleSettings
from streams.sources.ports import SourcePacket

_INTERVALS = 3  # the last distances between keyframes that must be short enough
_LEAST_SECONDS = 0.5  # between keyframes; where they come more often, skipping what is not due spares as much
_LATE_SHARE = 1.5  # of the longest usual distance; then a keyframe is missing


class Step(StrEnum):
    """What to do with a packet."""

    DECODE = "decode"
    ALONE = "alone"  # a keyframe, as a picture for itself
    HOLD = "hold"  # do not decode
    REPLAY = "replay"  # decode what was held, then this one


class WakeCause(StrEnum):
    """Why a camera that slept is decoded again."""

    ATTENTION = "attention"  # whoever looks at the pictures saw something change
    SIZE = "size"  # an encoded picture was much larger than usual
    LATE = "late"  # no keyframe came when one should, or it gave no picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What matters of one packet; `begins`: a decoder can begin with it. Seconds and bytes."""

    clock: float
    begins: bool
    kind: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Alarm:
    """A picture whose size woke the camera, until it is known whether there was something to see."""

    kind: int
    size_bytes: int


class Slumber:
    """One stream's sleep. On the decode thread; a new connection begins with a new one, awake."""

    def __init__(self, codec: str, settings: IdleSettings) -> None:
        self._is_possible = settings.is_on and codec in {H264, H265}
        self._settings = settings
        self._loudness = Loudness()
        self._keyframes: deque[float] = deque(maxlen=_INTERVALS + 1)
        self._stays_awake_until = 0.0
        self._alarm: _Alarm | None = None
        self._is_unfit = False
        self.is_asleep = False
        self.held: list[SourcePacket] = []
        self.woken_by: WakeCause | None = None
        """Of the last waking."""

    @property
    def is_possible(self) -> bool:
        """Whether the stream could ever sleep; if not, nothing needs to be told of its packets."""
        return self._is_possible

    def step(self, packet: SourcePacket, arrival: Arrival, attention: Attention) -> Step:
        """Decide on the next packet. Packets since the keyframe are in `held` where they are to be replayed."""
        if not self._is_possible:
            return Step.DECODE
        if arrival.begins:
            self._keyframes.append(arrival.clock)
        is_loud = not arrival.begins and self._loudness.heard(arrival.kind, arrival.size_bytes, arrival.clock)
        if not self.is_asleep:
            return self._awake(packet, arrival, attention)
        cause = self._cause(arrival, attention, is_loud=is_loud)
        if cause is not None:
            return self._wake(arrival, cause)
        if arrival.begins:
            self.held = [packet]
            return Step.ALONE
        self.held.append(packet)
        return Step.HOLD

    def refuse(self) -> None:
        """The last keyframe gave no picture by itself: this stream is not to sleep again."""
        self._is_unfit = True

    def _awake(self, packet: SourcePacket, arrival: Arrival, attention: Attention) -> Step:
        self.held = []
        if attention is Attention.AWAKE:
            self._alarm = None  # there was something to see
        if not (arrival.begins and attention is Attention.IDLE and self._may_sleep(arrival.clock)):
            return Step.DECODE
        if self._alarm is not None:
            self._loudness.admit(self._alarm.kind, self._alarm.size_bytes, arrival.clock)
            self._alarm = None
        self.is_asleep = True
        self.held = [packet]
        return Step.ALONE

    def _wake(self, arrival: Arrival, cause: WakeCause) -> Step:
        self.is_asleep = False
        self.woken_by = cause
        self._stays_awake_until = arrival.clock + self._settings.wake_seconds
        self._alarm = _Alarm(arrival.kind, arrival.size_bytes) if cause is WakeCause.SIZE else None
        return Step.DECODE if arrival.begins else Step.REPLAY

    def _cause(self, arrival: Arrival, attention: Attention, *, is_loud: bool) -> WakeCause | None:
        if attention is Attention.AWAKE:
            return WakeCause.ATTENTION
        if self._is_unfit:
            return WakeCause.LATE
        if is_loud:
            return WakeCause.SIZE
        last = self._keyframes[-2] if arrival.begins else self._keyframes[-1]
        is_late = not 0.0 <= arrival.clock - last <= longest_pause(self._settings)
        return WakeCause.LATE if is_late else None

    def _may_sleep(self, clock: float) -> bool:
        """Keyframes came at distances that serve as looks, the last few of them and on the whole."""
        if self._is_unfit or len(self._keyframes) <= _INTERVALS or clock < self._stays_awake_until:
            return False
        span = self._keyframes[-1] - self._keyframes[0]
        longest = longest_pause(self._settings)
        is_steady = all(0.0 < after - before <= longest for before, after in pairwise(self._keyframes))
        return is_steady and _LEAST_SECONDS <= span / _INTERVALS <= self._settings.look_seconds


def longest_pause(settings: IdleSettings) -> float:
    """Seconds without a keyframe after which an idle camera is decoded again; no picture of it is older for long."""
    return _LATE_SHARE * settings.look_seconds

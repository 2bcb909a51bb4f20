"""What people are told of a camera, from what its worker knows. Without a fresh picture nothing is known."""

from collections import deque
from dataclasses import dataclass

from streams.errors import StreamErrorCode
from streams.ports import CameraCondition, PictureFault, StreamState
from streams.settings import StreamSettings
from streams.slumber import longest_pause

_STEPS_TO_BE_MISSED = 3  # a source slower than `fresh_seconds` is stale once it missed so many of its own pictures
_RECOVERY_SHARE = 0.2  # a degraded camera must be this much above the limit to count as online again


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What a worker knows of its camera at one moment; clocks in seconds, rates in pictures per second.

    `due_fps` is what the camera should give; None while that is not known. `fault`: why its pictures cannot be relied
    on. `is_idle`: only keyframes are decoded; `measured_fps` then counts what could have been decoded. `is_unhurried`:
    a file read as fast as it is analysed, which has no rate of its own.
    """

    state: StreamState
    cause: StreamErrorCode | None
    last_picture_clock: float | None
    running_clock: float | None
    source_step_seconds: float | None
    measured_fps: float
    due_fps: float | None
    is_unhurried: bool
    fault: PictureFault | None = None
    is_idle: bool = False
    last_packet_clock: float | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    condition: CameraCondition
    cause: StreamErrorCode | PictureFault | None


def judged(vitals: Vitals, was: CameraCondition, settings: StreamSettings, now: float) -> Judgement:
    """The camera's condition now, given what it was said to be before."""
    if vitals.state is not StreamState.RUNNING or vitals.last_picture_clock is None:
        return Judgement(CameraCondition.OFFLINE, vitals.cause)
    if vitals.is_unhurried:
        return Judgement(CameraCondition.ONLINE, None)
    if not _is_fresh(vitals, settings, now):
        return Judgement(CameraCondition.OFFLINE, StreamErrorCode.STALLED)
    if vitals.fault is not None:
        return Judgement(CameraCondition.TAMPERED, vitals.fault)
    if _is_slow(vitals, was, settings, now):
        return Judgement(CameraCondition.DEGRADED, StreamErrorCode.SLOW)
    return Judgement(CameraCondition.ONLINE, None)


def _is_fresh(vitals: Vitals, settings: StreamSettings, now: float) -> bool:
    """While idle, packets show that the camera lives, and keyframes, which may come more rarely, what it shows."""
    if vitals.last_picture_clock is None:
        return False
    limit = _freshness_seconds(vitals, settings)
    silence = now - vitals.last_picture_clock
    if not vitals.is_idle or vitals.last_packet_clock is None:
        return silence <= limit
    pause = longest_pause(settings.idle) + settings.fresh_seconds
    return silence <= max(limit, pause) and min(silence, now - vitals.last_packet_clock) <= limit


def _freshness_seconds(vitals: Vitals, settings: StreamSettings) -> float:
    own = _STEPS_TO_BE_MISSED * (vitals.source_step_seconds or 0.0)
    return min(max(settings.fresh_seconds, own), settings.watchdog_seconds)


def _is_slow(vitals: Vitals, was: CameraCondition, settings: StreamSettings, now: float) -> bool:
    """Only a whole window of measuring says anything."""
    if vitals.due_fps is None or vitals.running_clock is None:
        return False
    if now - vitals.running_clock < settings.rate_window_seconds:
        return was is CameraCondition.DEGRADED
    was_slow = was is CameraCondition.DEGRADED
    share = min(1.0, settings.degraded_share + (_RECOVERY_SHARE if was_slow else 0.0))
    return vitals.measured_fps < share * vitals.due_fps


class RateMeter:
    """Pictures per second over a sliding window; one thread records, and it or another under its lock reads."""

    def __init__(self, window_seconds: float) -> None:
        self._window_seconds = window_seconds
        self._clocks: deque[float] = deque()

    def record(self, now: float) -> None:
        self._clocks.append(now)
        self._forget(now)

    def per_second(self, now: float) -> float:
        self._forget(now)
        return len(self._clocks) / self._window_seconds

    def clear(self) -> None:
        self._clocks.clear()

    def _forget(self, now: float) -> None:
        while self._clocks and self._clocks[0] <= now - self._window_seconds:
            self._clocks.popleft()

"""Measures the load, slows cameras, and says so; see `streams.load` for the rules."""

from collections.abc import Callable

import structlog

from streams import metrics
from streams.clock import Clock
from streams.load import CALM_FULL, LoadState, Reading, effective_fps, governed, share
from streams.settings import LoadSettings, StreamSettings

log = structlog.get_logger(__name__)


class LoadWatch:
    """`tick` is called on one thread, the supervisor's; `level` may be read on any."""

    def __init__(self, settings: LoadSettings, clock: Clock, reading: Callable[[], Reading]) -> None:
        self._settings = settings
        self._clock = clock
        self._reading = reading
        self._state = LoadState()
        self._due_clock = clock.monotonic() + settings.interval_seconds
        self._show(self._state)

    @property
    def level(self) -> float:
        """How far cameras are slowed, in [0, 2]."""
        return self._state.level

    def tick(self) -> bool:
        """Take a reading if one is due; true if the level has changed. One log line whenever who is slowed changes."""
        now = self._clock.monotonic()
        if now < self._due_clock:
            return False
        self._due_clock = now + self._settings.interval_seconds
        before, reading = self._state, self._reading()
        self._state = governed(before, reading, now, self._settings)
        if self._state.level == before.level:
            return False
        self._show(self._state)
        self._tell(before.level, self._state.level, reading)
        return True

    def _tell(self, before: float, now: float, reading: Reading) -> None:
        if now == 0.0:
            log.info("analysis_at_full_rate")
        elif _slowed(before) != _slowed(now):
            log.warning(
                "analysis_slowed",
                cameras=_slowed(now),
                calm_share=round(share(now, is_followed=False), 2),
                followed_share=round(share(now, is_followed=True), 2),
                lost_share=round(reading.lost_share, 3),
                longest_wait_seconds=round(reading.longest_wait, 2),
            )

    def _show(self, state: LoadState) -> None:
        metrics.RATE_SHARE.labels("calm").set(share(state.level, is_followed=False))
        metrics.RATE_SHARE.labels("followed").set(share(state.level, is_followed=True))


def _slowed(level: float) -> str:
    if level <= 0.0:
        return "none"
    return "calm" if level <= CALM_FULL else "all"


class EffectiveRate:
    """How often one camera is looked at now, in pictures per second. Any thread.

    `asked` gives the camera's own rate. A file that is read as fast as it is analysed has no rate to be slowed.
    """

    def __init__(
        self, asked: Callable[[], float], settings: StreamSettings, clock: Clock, *, level: float, is_unhurried: bool
    ) -> None:
        self._asked = asked
        self._settings = settings
        self._clock = clock
        self._level = level
        self._is_unhurried = is_unhurried
        self._is_followed = False
        self._lower = (0.0, -float("inf"))  # the rate before it last rose, and when that was

    @property
    def fps(self) -> float:
        asked = self._asked()
        if self._is_unhurried:
            return asked
        return effective_fps(asked, is_followed=self._is_followed, level=self._level, settings=self._settings.load)

    @property
    def is_slowed(self) -> bool:
        return self.fps < self._asked()

    @property
    def expected_fps(self) -> float:
        """What may be expected over the window in which rates are measured: after a rise, still the rate before it."""
        fps, (lower, clock) = self.fps, self._lower
        return min(fps, lower) if self._clock.monotonic() - clock < self._settings.rate_window_seconds else fps

    def slow(self, level: float) -> None:
        """Take over how far cameras are slowed; see `LoadWatch.level`."""
        before, self._level = self.expected_fps, level
        self._note(before)

    def follow(self, is_followed: bool) -> None:
        """Something is followed on this camera, or nothing any more."""
        before, self._is_followed = self.expected_fps, is_followed
        self._note(before)

    def _note(self, before: float) -> None:
        if self.fps > before:
            self._lower = (before, self._clock.monotonic())

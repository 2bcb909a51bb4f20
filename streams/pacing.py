"""Playing a file like a camera: each packet at its own instant, whatever its time stamps do."""

from dataclasses import dataclass, replace
from typing import Self

LONGEST_GAP_SECONDS = 2.0  # a larger step in the time stamps is a cut or a defect, not a pause to wait for
LATEST_SECONDS = 1.0  # a player this late goes on from now instead of playing what it missed in a burst
NOMINAL_SECONDS = 0.04  # between packets without time stamps of a source that declares no rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacer:
    """Maps media time to the monotonic clock.

    A missing stamp, one that goes back (a loop, a joined file) and one that leaps ahead all count as one
    nominal step after the last packet: nothing stalls, nothing bursts.
    """

    nominal_seconds: float = NOMINAL_SECONDS
    media_seconds: float | None = None
    due_clock: float | None = None

    @classmethod
    def of(cls, declared_fps: float | None) -> Self:
        return cls(nominal_seconds=1.0 / declared_fps if declared_fps else NOMINAL_SECONDS)

    def advanced(self, media_seconds: float | None, now: float) -> Self:
        """The pacer after one more packet; its `due_clock` says when that packet is to be played."""
        if self.due_clock is None:
            return replace(self, media_seconds=media_seconds, due_clock=now)
        due = self.due_clock + self._step(media_seconds)
        if now - due > LATEST_SECONDS:
            due = now
        return replace(self, media_seconds=media_seconds, due_clock=due)

    def _step(self, media_seconds: float | None) -> float:
        if media_seconds is None or self.media_seconds is None:
            return self.nominal_seconds
        step = media_seconds - self.media_seconds
        return step if 0.0 <= step <= LONGEST_GAP_SECONDS else self.nominal_seconds

"""Which pictures are due, so that a camera of 25 pictures per second is analysed at five."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """A grid of due instants, `1 / fps` seconds apart.

    A picture is due if its instant has come, less a tolerance of half the time between the source's own
    pictures (at most half of the grid's step): with 15 pictures per second and five due, arrival that jitters
    still gives every third one, and a source slower than `fps` passes everything. After a gap the grid
    begins anew, so that nothing is caught up in a burst. Instants in seconds, of any clock that grows.
    """

    step_seconds: float
    next_due: float | None = None
    last_seen: float | None = None
    source_step_seconds: float | None = None

    @classmethod
    def at(cls, fps: float) -> Self:
        if fps <= 0:
            raise ValueError(f"fps must be above 0, got {fps}")
        return cls(step_seconds=1.0 / fps)

    @property
    def tolerance_seconds(self) -> float:
        source = self.source_step_seconds
        return self.step_seconds / 2 if source is None else min(self.step_seconds, source) / 2

    def is_due(self, now: float) -> bool:
        return self.next_due is None or now >= self.next_due - self.tolerance_seconds or self._went_back(now)

    def seen(self, now: float) -> Self:
        """After a picture of the source at `now`, due or not: the time between its pictures is learnt."""
        if self.last_seen is None or self._went_back(now):
            return replace(self, last_seen=now)
        step = now - self.last_seen
        known = self.source_step_seconds
        return replace(self, last_seen=now, source_step_seconds=step if known is None else known + (step - known) / 8)

    def served(self, now: float) -> Self:
        """After a due picture at `now`: the next instant on the grid, or a new grid after a gap."""
        if self.next_due is None or self._went_back(now) or now >= self.next_due + self.step_seconds:
            return replace(self, next_due=now + self.step_seconds)
        return replace(self, next_due=self.next_due + self.step_seconds)

    def resumed(self, now: float) -> Self:
        """After a picture at `now` beside the grid: its next instant is the first after that.

        The grid may have run ahead, where packets that were not decoded came in another order than they are shown.
        """
        if self.next_due is None or self.is_due(now):
            return self
        ahead = max(0, ceil((self.next_due - self.tolerance_seconds - now) / self.step_seconds) - 1)
        return replace(self, next_due=self.next_due - ahead * self.step_seconds)

    def _went_back(self, now: float) -> bool:
        """A file that loops: its clock is far before the next due instant."""
        return self.next_due is not None and now < self.next_due - 2 * self.step_seconds

"""Which decoded pictures are handed on: those that are due and that nobody had to invent."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from streams.cadence import Cadence


class Verdict(StrEnum):
    DUE = "due"
    NOT_DUE = "not_due"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What matters of one decoded picture: its instant, and what the decoder says of it."""

    clock: float
    is_keyframe: bool
    is_corrupt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The cadence and the damage of one stream.

    After damage every picture is refused until the next keyframe, because it builds on what was lost; at
    most for `hold_seconds`, for streams that refresh without keyframes. A damaged picture does not use up
    the due instant: the next sound one is taken.
    """

    cadence: Cadence
    hold_seconds: float
    damaged_clock: float | None = None
    is_insisting: bool = False

    @classmethod
    def at(cls, fps: float, *, hold_seconds: float) -> Self:
        return cls(cadence=Cadence.at(fps), hold_seconds=hold_seconds)

    def at_rate(self, fps: float) -> Self:
        """The same selection at another rate."""
        return self if self.cadence.step_seconds == 1.0 / fps else replace(self, cadence=Cadence.at(fps))

    def arrived(self, clock: float) -> Self:
        """After a packet, whether decoded or not."""
        return replace(self, cadence=self.cadence.seen(clock))

    def damaged(self, clock: float) -> Self:
        """After a packet that is damaged or could not be decoded."""
        return replace(self, damaged_clock=clock)

    def insisting(self) -> Self:
        """The same, and the next sound picture is due whenever it comes. The grid of due instants goes on as it was."""
        return replace(self, is_insisting=True)

    def rested(self, clock: float) -> tuple[Self, bool]:
        """After a picture that is not decoded because its camera is idle: whether it would have been due."""
        if self.damaged_clock is not None or not self.cadence.is_due(clock):
            return self, False
        return replace(self, cadence=self.cadence.served(clock)), True

    def judged(self, look: Look) -> tuple[Self, Verdict]:
        state = self._with_damage_of(look)
        is_due = state.cadence.is_due(look.clock)
        if not is_due and not state.is_insisting:
            return state, Verdict.NOT_DUE
        if state.damaged_clock is not None:
            return state, Verdict.CORRUPT
        cadence = state.cadence.served(look.clock) if is_due else state.cadence.resumed(look.clock)
        return replace(state, cadence=cadence, is_insisting=False), Verdict.DUE

    def _with_damage_of(self, look: Look) -> Self:
        if look.is_corrupt:
            return replace(self, damaged_clock=look.clock)
        since = self.damaged_clock
        if since is not None and (look.is_keyframe or look.clock - since > self.hold_seconds):
            return replace(self, damaged_clock=None)
        return self

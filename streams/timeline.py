"""When a packet and its pictures were taken, on both clocks.

A camera's pictures are as old as their arrival. A file played at its own pace is a camera. A file played as
fast as possible has its own time: dwell and tracks are judged in seconds, so its clock must run with its
time stamps, not with the speed of this machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.organisation import Pace
from streams.clock import Clock
from streams.pacing import LONGEST_GAP_SECONDS, NOMINAL_SECONDS, Pacer
from streams.sources.ports import SourcePacket

Wait = Callable[[float], object]
"""Waits so many seconds, less if the camera is stopped."""


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on both clocks; see `domain.frame.Frame`."""

    clock: float
    utc: datetime


class Timeline(Protocol):
    """Stamps packets and pictures of one worker; on its decode thread."""

    def opened(self, declared_fps: float | None) -> None:
        """A source begins, or begins again: what follows does not continue its time stamps."""
        ...

    def packet(self, packet: SourcePacket) -> Instant: ...

    def shown_clock(self, packet: SourcePacket, at: Instant) -> float:
        """Roughly when the packet's own picture is shown; pictures need not be sent in the order of display."""
        ...

    def picture(self, pts_seconds: float | None, released: Instant) -> Instant:
        """Of a picture that came out of the decoder with the packet of `released`."""
        ...


class ArrivalTimeline:
    """Cameras: the moment of arrival."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def opened(self, declared_fps: float | None) -> None:
        """Nothing to learn: arrival needs no rate."""

    def packet(self, packet: SourcePacket) -> Instant:  # noqa: ARG002 - a camera's stamps are not trusted
        return Instant(self._clock.monotonic(), self._clock.utc())

    def shown_clock(self, packet: SourcePacket, at: Instant) -> float:  # noqa: ARG002 - as above
        return at.clock

    def picture(self, pts_seconds: float | None, released: Instant) -> Instant:  # noqa: ARG002 - as above
        # Arrival grows in display order only if it is that of the packet which released the picture.
        return released


class PacedTimeline(ArrivalTimeline):
    """Files at live pace: each packet waits for its instant and then arrives."""

    def __init__(self, clock: Clock, wait: Wait) -> None:
        super().__init__(clock)
        self._wait = wait
        self._pacer = Pacer()

    def opened(self, declared_fps: float | None) -> None:
        fresh = Pacer.of(declared_fps)
        if self._pacer.due_clock is None:
            self._pacer = fresh
        else:  # a loop: one nominal step after the last packet
            self._pacer = Pacer(nominal_seconds=fresh.nominal_seconds, due_clock=self._pacer.due_clock)

    def packet(self, packet: SourcePacket) -> Instant:
        now = self._clock.monotonic()
        self._pacer = self._pacer.advanced(_decoding_time(packet), now)
        due = self._pacer.due_clock
        if due is not None and due > now:
            self._wait(due - now)
        return super().packet(packet)


class MediaTimeline:
    """Files at full speed: the file's own time, from the moment it was first opened; loops go on from there."""

    def __init__(self, clock: Clock) -> None:
        self._origin_clock = clock.monotonic()
        self._origin_utc = clock.utc()
        self._nominal_seconds = NOMINAL_SECONDS
        self._offset: float | None = None  # position = media time + offset
        self._position = 0.0
        self._is_first = True
        self._last_picture = 0.0

    def opened(self, declared_fps: float | None) -> None:
        self._nominal_seconds = 1.0 / declared_fps if declared_fps else NOMINAL_SECONDS
        self._offset = None

    def packet(self, packet: SourcePacket) -> Instant:
        media = _decoding_time(packet)
        following = self._position if self._is_first else self._position + self._nominal_seconds
        if media is None:
            position = following
        elif self._offset is not None and 0.0 <= media + self._offset - self._position <= LONGEST_GAP_SECONDS:
            position = media + self._offset
        else:
            position = following
            self._offset = position - media
        self._is_first = False
        self._position = position
        return self._at(position)

    def shown_clock(self, packet: SourcePacket, at: Instant) -> float:
        if packet.pts_seconds is None or self._offset is None:
            return at.clock
        return self._origin_clock + packet.pts_seconds + self._offset

    def picture(self, pts_seconds: float | None, released: Instant) -> Instant:
        position = released.clock - self._origin_clock
        if pts_seconds is not None and self._offset is not None:
            position = pts_seconds + self._offset
        # Pictures grow in time even where the stamps of the file do not.
        position = max(position, self._last_picture)
        self._last_picture = position
        return self._at(position)

    def _at(self, position: float) -> Instant:
        return Instant(self._origin_clock + position, self._origin_utc + timedelta(seconds=position))


def timeline_of(pace: Pace, *, is_file: bool, clock: Clock, wait: Wait) -> Timeline:
    if not is_file:
        return ArrivalTimeline(clock)
    return PacedTimeline(clock, wait) if pace is Pace.LIVE else MediaTimeline(clock)


def _decoding_time(packet: SourcePacket) -> float | None:
    """Packets come in decoding order, in which only dts grows; a source without dts has no reordering."""
    return packet.pts_seconds if packet.dts_seconds is None else packet.dts_seconds

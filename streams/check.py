"""What one source gives, measured: for `brightkitchen check`, before a camera is put to work."""

import time
from dataclasses import dataclass, field
from itertools import pairwise

from domain.organisation import Source
from streams.clock import Clock, SystemClock
from streams.errors import BadDataError
from streams.redaction import redact_url
from streams.settings import StreamSettings
from streams.sources.location import SourceKind, kind_of
from streams.sources.ports import DecodedPicture, OpenSource, SourceOpener, SourcePacket
from streams.sources.pyav import PyAvOpener


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What was found. None where it could not be told in the time that was given.

    `measured_fps` and `keyframe_seconds` (the longest time between keyframes) are by the source's own time
    stamps, or by arrival where it has none. `decode_cpu_ms` is processor time per picture of the source.
    `reordered_pictures`: how many pictures the decoder must hold back, each of which delays by one picture.
    `arrival_spread_seconds`: the largest difference in delay between two packets of a live source; what
    exceeds a few tenths is a network or a camera that stutters.
    """

    address: str
    codec: str
    profile: str | None
    width_px: int
    height_px: int
    declared_fps: float | None
    measured_fps: float | None
    keyframe_seconds: float | None
    bits_per_second: float | None
    decode_cpu_ms: float
    open_seconds: float
    first_picture_seconds: float
    packets: int
    pictures: int
    corrupt_packets: int
    corrupt_pictures: int
    reordered_pictures: int
    arrival_spread_seconds: float | None


@dataclass(slots=True)
class _Tally:
    """What accumulates while a source is read; times in seconds."""

    arrivals: list[float] = field(default_factory=list)
    stamps: list[float | None] = field(default_factory=list)  # by the source's clock, as the next
    are_keyframes: list[bool] = field(default_factory=list)
    size_bytes: int = 0
    packets: int = 0
    corrupt_packets: int = 0
    pictures: int = 0
    corrupt_pictures: int = 0
    cpu_seconds: float = 0.0
    first_picture_clock: float | None = None

    def packet(self, packet: SourcePacket, arrived: float) -> None:
        self.packets += 1
        self.size_bytes += len(packet.payload)
        self.corrupt_packets += packet.is_corrupt
        self.arrivals.append(arrived)
        self.stamps.append(packet.pts_seconds)
        self.are_keyframes.append(packet.is_keyframe)

    def decoded(self, pictures: list[DecodedPicture], now: float) -> None:
        sound = sum(not picture.is_corrupt for picture in pictures)
        self.pictures += len(pictures)
        self.corrupt_pictures += len(pictures) - sound
        if sound and self.first_picture_clock is None:
            self.first_picture_clock = now

    def times(self) -> list[tuple[float, bool]]:
        """When each packet was taken, and whether it is a keyframe.

        By the source's clock; cameras leave out a few stamps at the start. By arrival if it has none at all.
        """
        stamped = [
            (stamp, key) for stamp, key in zip(self.stamps, self.are_keyframes, strict=True) if stamp is not None
        ]
        return stamped if len(stamped) > 1 else list(zip(self.arrivals, self.are_keyframes, strict=True))

    def span_seconds(self) -> float:
        times = [time for time, _ in self.times()]
        return max(times) - min(times)

    def arrival_spread_seconds(self) -> float | None:
        delays = [at - stamp for at, stamp in zip(self.arrivals, self.stamps, strict=True) if stamp is not None]
        return max(delays) - min(delays) if delays else None


def check_source(
    source: Source,
    settings: StreamSettings,
    seconds: float,
    *,
    opener: SourceOpener | None = None,
    clock: Clock | None = None,
) -> CheckReport:
    """Open the source, decode everything for some seconds and say what was found.

    A file is read as fast as it can be, for so many of its own seconds. Blocks for the given time and the
    open timeout. Raises StreamError, also where no picture came.
    """
    clock = clock or SystemClock()
    began = clock.monotonic()
    opened = (opener or PyAvOpener()).open(source, settings)
    try:
        open_seconds = clock.monotonic() - began
        is_file = kind_of(source.location.strip()) is SourceKind.FILE
        tally = _read(opened, seconds, clock, is_file=is_file)
        if tally.first_picture_clock is None:
            raise BadDataError(redact_url(source.location), f"no picture could be decoded in {seconds:g} s")
        first = tally.first_picture_clock - began
        return _report(opened, tally, redact_url(source.location), open_seconds, first, is_file=is_file)
    finally:
        opened.close()


def _read(opened: OpenSource, seconds: float, clock: Clock, *, is_file: bool) -> _Tally:
    tally = _Tally()
    began = clock.monotonic()
    while True:
        packet = opened.read()
        now = clock.monotonic()
        if packet is None:
            tally.decoded(opened.drain(), now)
            return tally
        tally.packet(packet, now)
        _decode(opened, packet, tally, clock)
        if (tally.span_seconds() if is_file else now - began) >= seconds:
            return tally


def _decode(opened: OpenSource, packet: SourcePacket, tally: _Tally, clock: Clock) -> None:
    began = time.thread_time()
    try:
        pictures = opened.decode(packet, is_wanted=True)
    except BadDataError:
        tally.corrupt_packets += 1
        pictures = []
    tally.cpu_seconds += time.thread_time() - began
    tally.decoded(pictures, clock.monotonic())


def _report(
    opened: OpenSource, tally: _Tally, address: str, open_seconds: float, first_seconds: float, *, is_file: bool
) -> CheckReport:
    properties = opened.properties
    times, span = tally.times(), tally.span_seconds()
    fps = (len(times) - 1) / span if span > 0 else None
    return CheckReport(
        address=address,
        codec=properties.codec,
        profile=opened.profile,
        width_px=properties.width_px,
        height_px=properties.height_px,
        declared_fps=properties.declared_fps,
        measured_fps=fps,
        keyframe_seconds=_longest_step([time for time, is_keyframe in times if is_keyframe]),
        bits_per_second=8 * tally.size_bytes * fps / tally.packets if fps else None,
        decode_cpu_ms=1000 * tally.cpu_seconds / tally.packets,
        open_seconds=open_seconds,
        first_picture_seconds=first_seconds,
        packets=tally.packets,
        pictures=tally.pictures,
        corrupt_packets=tally.corrupt_packets,
        corrupt_pictures=tally.corrupt_pictures,
        reordered_pictures=opened.reordered_pictures,
        arrival_spread_seconds=None if is_file else tally.arrival_spread_seconds(),
    )


def _longest_step(stamps: list[float]) -> float | None:
    steps = [after - before for before, after in pairwise(stamps)]
    return max(steps) if steps else None

"""Packets of a ring into an MP4 that plays, without touching a single picture.

The file is made in memory first (the ring bounds it), so that a full disk shows as an OSError of one write
and never as half a clip under the final name.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import av.error
from av.container import OutputContainer
from av.video.stream import VideoStream

from streams.bitstream import H264, H265, MJPEG, START_CODE, annex_b
from streams.ports import Clip
from streams.ring import Cut, RingPacket

MEDIA_TYPE = "video/mp4"
TICKS_PER_SECOND = 90_000  # the clock of MPEG and RTP: 1/90000 s is exact for 24, 25 and 30 pictures per second
_TIME_BASE = Fraction(1, TICKS_PER_SECOND)
_LEAP_SECONDS = 2.0  # media time that departs this far from arrival in one step is a jump of the camera's clock
_NOMINAL_TICKS = TICKS_PER_SECOND // 25
_RAW_FORMATS = {H264: "h264", H265: "hevc", MJPEG: "mjpeg"}
_TAGS = {H265: "hvc1"}  # the default, hev1, does not play in Safari and QuickTime


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a packet is decoded, shown and how long it lasts, in ticks from the first picture shown; dts <= pts."""

    dts: int
    pts: int
    duration: int


def can_hold(codec: str) -> bool:
    """Whether a stream of this codec can be put into a clip."""
    return codec in _RAW_FORMATS


def write_clip(cut: Cut, path: Path) -> Clip:
    """Write the packets to `path`, which appears whole or not at all. Raises OSError on disk errors."""
    stamps = stamped(cut.packets)
    content = _muxed(cut.packets, stamps)
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    last = max(stamps, key=lambda stamp: stamp.pts)
    return Clip(
        path=path,
        started_at=cut.packets[0].at.utc,
        seconds=(last.pts + last.duration) / TICKS_PER_SECOND,
        media_type=MEDIA_TYPE,
    )


def stamped(packets: Sequence[RingPacket]) -> list[Stamp]:
    """Time stamps that a player accepts, whatever the camera's own did.

    Display times are the camera's within a connection, as long as they go with arrival; a jump, a missing
    stamp or a new connection is joined by arrival. Decoding times are the display times in order, moved
    back just so far that no picture is shown before it is decoded: valid for every order of pictures.
    """
    display = _distinct(_display_ticks(packets))
    ordered = sorted(display)
    lead = max(first - shown for first, shown in zip(ordered, display, strict=True))
    steps = [second - first for first, second in pairwise(ordered)]
    steps.append(steps[-1] if steps else _NOMINAL_TICKS)
    return [
        Stamp(dts=ordered[i] - ordered[0] - lead, pts=display[i] - ordered[0], duration=steps[i])
        for i in range(len(packets))
    ]


def _display_ticks(packets: Sequence[RingPacket]) -> list[int]:
    ticks: list[int] = []
    offset: float | None = None
    previous: RingPacket | None = None
    start = packets[0].at.clock
    for item in packets:
        media = item.packet.pts_seconds if item.packet.pts_seconds is not None else item.packet.dts_seconds
        arrival = item.at.clock - start
        if previous is None or _is_jump(previous, item):
            offset = None
        if media is None:
            seconds = arrival
        else:
            if offset is None:
                # A keyframe begins after all that was shown before it.
                offset = max(arrival, (max(ticks) + 1) / TICKS_PER_SECOND if ticks else 0.0) - media
            seconds = media + offset
        ticks.append(round(seconds * TICKS_PER_SECOND))
        previous = item
    return ticks


def _is_jump(previous: RingPacket, item: RingPacket) -> bool:
    if previous.session != item.session:
        return True
    before, after = previous.packet.pts_seconds, item.packet.pts_seconds
    if before is None or after is None:
        return before is not after
    return abs((after - before) - (item.at.clock - previous.at.clock)) > _LEAP_SECONDS


def _distinct(ticks: list[int]) -> list[int]:
    """Two pictures at one tick cannot both be shown: the later one in decoding order moves on."""
    taken: set[int] = set()
    distinct: list[int] = []
    for tick in ticks:
        free = tick
        while free in taken:
            free += 1
        taken.add(free)
        distinct.append(free)
    return distinct


def _muxed(packets: Sequence[RingPacket], stamps: Sequence[Stamp]) -> bytes:
    target = io.BytesIO()

    def reopened(_url: str, _flags: int, _options: dict[str, str]) -> io.BytesIO:
        # To move the index to the front ("faststart", so that players begin at once) the muxer reads back what
        # it wrote, while it overwrites it: a copy is what a second file handle would give it.
        return io.BytesIO(target.getvalue())

    options = {"movflags": "+faststart"}
    with av.open(target, "w", format="mp4", options=options, io_open=reopened) as container:
        stream = _output_stream(container, packets[0])
        for item, stamp in zip(packets, stamps, strict=True):
            container.mux(_native(item, stamp, stream))
    return target.getvalue()


def _output_stream(container: OutputContainer, first: RingPacket) -> VideoStream:
    """A stream described by the first keyframe itself, read back as a raw stream from memory."""
    codec = first.encoding.codec
    raw = _raw(first)
    if codec in {H264, H265}:
        raw = b"".join(START_CODE + unit for unit in first.parameters.sets) + raw
    with av.open(io.BytesIO(raw), format=_RAW_FORMATS[codec]) as template:
        stream = container.add_stream_from_template(template.streams.video[0], opaque=True)
    stream.time_base = _TIME_BASE
    if codec in _TAGS:
        stream.codec_context.codec_tag = _TAGS[codec]
    return stream


def _raw(item: RingPacket) -> bytes:
    codec = item.encoding.codec
    return annex_b(codec, item.packet.payload, item.encoding.extradata) if codec != MJPEG else item.packet.payload


def _native(item: RingPacket, stamp: Stamp, stream: VideoStream) -> "av.Packet[VideoStream]":
    packet: av.Packet[VideoStream] = cast("av.Packet[VideoStream]", av.Packet(_raw(item)))
    packet.stream = stream
    packet.time_base = _TIME_BASE
    packet.dts, packet.pts, packet.duration = stamp.dts, stamp.pts, stamp.duration
    packet.is_keyframe = item.packet.is_keyframe
    return packet

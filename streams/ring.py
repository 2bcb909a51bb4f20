"""The last seconds of a camera's packets, so that a clip can begin before its alert, without re-encoding.

The decode thread pushes, any thread cuts. Bytes are copies: a source that was closed since does not matter.
"""

import threading
from collections import deque
from dataclasses import dataclass
from itertools import groupby

from streams.bitstream import Parameters, can_begin_here, parameters_of
from streams.sources.ports import Encoding, SourcePacket
from streams.timeline import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RingPacket:
    """A packet with its arrival. `segment` changes where the parameters do, `session` with each connection."""

    packet: SourcePacket
    at: Instant
    encoding: Encoding
    parameters: Parameters
    segment: int
    session: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Packets of one segment that begin with a keyframe, in decoding order."""

    packets: tuple[RingPacket, ...]


class PacketRing:
    """Keeps at least `seconds` of packets, as far as `bytes_limit` allows, and always begins with a keyframe.

    Whole groups of pictures leave at the front once what remains still covers `seconds`. Bytes are a hard
    limit: a group that alone is larger is forgotten, and the ring waits for the next keyframe.
    """

    def __init__(self, *, seconds: float, bytes_limit: int) -> None:
        self._seconds = seconds
        self._bytes_limit = bytes_limit
        self._lock = threading.Lock()
        self._groups: deque[list[RingPacket]] = deque()
        self._size_bytes = 0
        self._session = 0
        self._segment = 0
        self._parameters: Parameters | None = None
        self._awaits_keyframe = True
        self._is_wanted = True

    @property
    def size_bytes(self) -> int:
        with self._lock:
            return self._size_bytes

    @property
    def seconds(self) -> float:
        """From the first to the last packet."""
        with self._lock:
            return self._groups[-1][-1].at.clock - self._groups[0][0].at.clock if self._groups else 0.0

    def keep(self, is_wanted: bool) -> None:
        """Keep packets from the next keyframe on, or forget what there is and keep none."""
        with self._lock:
            if is_wanted == self._is_wanted:
                return
            self._is_wanted = is_wanted
            self._groups.clear()
            self._size_bytes = 0
            self._awaits_keyframe = True

    def begin_session(self) -> None:
        """The source was opened (again): what follows is useless before its first keyframe."""
        with self._lock:
            self._session += 1
            self._awaits_keyframe = True

    def push(self, packet: SourcePacket, at: Instant, encoding: Encoding) -> None:
        with self._lock:
            if not self._is_wanted:
                return
            begins = packet.is_keyframe and can_begin_here(encoding.codec, packet.payload, encoding.extradata)
            if not begins and self._awaits_keyframe:
                return
            if begins:
                self._begin_group(packet, encoding)
            self._groups[-1].append(self._ring_packet(packet, at, encoding))
            self._size_bytes += len(packet.payload)
            self._shrink(at.clock)

    def cut(self, start_clock: float, end_clock: float) -> Cut | None:
        """The packets from the keyframe before `start_clock` up to `end_clock`; None where there are none.

        Where the parameters changed in between, the segment that covers most of the time is taken.
        """
        with self._lock:
            groups = [group for group in self._groups if group[0].at.clock <= end_clock]
            while len(groups) > 1 and groups[1][0].at.clock <= start_clock:
                groups.pop(0)
            packets = [packet for group in groups for packet in group if packet.at.clock <= end_clock]
        if not packets or packets[-1].at.clock < start_clock:
            return None
        segments = [tuple(part) for _, part in groupby(packets, key=lambda packet: packet.segment)]
        return Cut(max(segments, key=lambda part: part[-1].at.clock - max(part[0].at.clock, start_clock)))

    def _begin_group(self, packet: SourcePacket, encoding: Encoding) -> None:
        parameters = parameters_of(encoding.codec, packet.payload, encoding.extradata)
        if parameters != self._parameters:
            self._segment += 1
            self._parameters = parameters
        self._awaits_keyframe = False
        self._groups.append([])

    def _ring_packet(self, packet: SourcePacket, at: Instant, encoding: Encoding) -> RingPacket:
        assert self._parameters is not None
        bare = SourcePacket(
            payload=packet.payload,
            pts_seconds=packet.pts_seconds,
            dts_seconds=packet.dts_seconds,
            is_keyframe=packet.is_keyframe,
            is_corrupt=packet.is_corrupt,
        )
        return RingPacket(
            packet=bare,
            at=at,
            encoding=encoding,
            parameters=self._parameters,
            segment=self._segment,
            session=self._session,
        )

    def _shrink(self, now: float) -> None:
        while len(self._groups) > 1 and self._groups[1][0].at.clock <= now - self._seconds:
            self._drop_first()
        while self._size_bytes > self._bytes_limit:
            self._drop_first()
            self._awaits_keyframe = not self._groups

    def _drop_first(self) -> None:
        self._size_bytes -= sum(len(packet.packet.payload) for packet in self._groups.popleft())

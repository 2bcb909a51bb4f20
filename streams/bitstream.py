"""Reading just enough of H.264, H.265 and JPEG to cut and join streams: NAL units and parameter sets.

Formats: ITU-T H.264 (03/2024) 7.3.1 and Annex B, H.265 (09/2023) 7.3.1.2 and Annex B; ISO/IEC 14496-15 for the
length-prefixed form with its avcC and hvcC records; ITU-T T.81 B.2.2 for JPEG's frame header.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

START_CODE = b"\x00\x00\x00\x01"
H264 = "h264"
H265 = "hevc"
MJPEG = "mjpeg"
_H264_IDR = 5
_H264_RECOVERY_POINT = bytes([6, 6])  # an SEI unit whose first message is one
_H265_IRAP = range(16, 24)
_H264_SETS = {7, 8}  # sequence, picture
_H265_SETS = {32, 33, 34}  # video, sequence, picture


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a decoder must know before the first picture; equal parameters can stand in one segment.

    `sets` are NAL units without start codes, or one describing value for codecs without such units.
    """

    codec: str
    sets: tuple[bytes, ...] = field(repr=False)


def parameters_of(codec: str, payload: bytes, extradata: bytes) -> Parameters:
    """Those of a keyframe: the sets it carries, else those of the container's record."""
    if codec in {H264, H265}:
        carried = _sets(codec, nal_units(payload, length_size(codec, extradata)))
        return Parameters(codec, carried or _sets(codec, _record_units(codec, extradata)))
    if codec == MJPEG:
        return Parameters(codec, (_jpeg_size(payload),))
    return Parameters(codec, (extradata,))


def can_begin_here(codec: str, payload: bytes, extradata: bytes) -> bool:
    """Whether a decoder can begin with this packet, of which the container said that it is a keyframe.

    FFmpeg calls every I picture of H.264 one, but pictures after it may build on pictures before it: only an
    IDR picture and a recovery point (SEI payload 6, H.264 D.1.8) promise that they do not. For H.265: an IRAP picture.
    """
    if codec not in {H264, H265}:
        return True
    for unit in nal_units(payload, length_size(codec, extradata)):
        if codec == H264 and (unit[0] & 0x1F == _H264_IDR or unit[:2] == _H264_RECOVERY_POINT):
            return True
        if codec == H265 and (unit[0] >> 1) & 0x3F in _H265_IRAP:
            return True
    return False


def annex_b(codec: str, payload: bytes, extradata: bytes) -> bytes:
    """The same NAL units, each behind a start code, whatever form the container used."""
    size = length_size(codec, extradata)
    if size is None:
        return payload
    return b"".join(START_CODE + unit for unit in nal_units(payload, size))


def length_size(codec: str, extradata: bytes) -> int | None:
    """Bytes of each unit's length prefix, or None for start codes (Annex B)."""
    if codec not in {H264, H265} or len(extradata) < 7 or extradata[0] != 1:
        return None
    if codec == H264:
        return (extradata[4] & 3) + 1
    return (extradata[21] & 3) + 1 if len(extradata) > 22 else None


def nal_units(payload: bytes, prefix_size: int | None) -> Iterator[bytes]:
    """The units without start codes or lengths; what is cut off at the end is left out."""
    return _prefixed(payload, prefix_size) if prefix_size else _behind_start_codes(payload)


def _prefixed(payload: bytes, prefix_size: int) -> Iterator[bytes]:
    place = 0
    while place + prefix_size <= len(payload):
        size = int.from_bytes(payload[place : place + prefix_size])
        place += prefix_size
        if size and place + size <= len(payload):
            yield payload[place : place + size]
        place += size


def _behind_start_codes(payload: bytes) -> Iterator[bytes]:
    place = payload.find(b"\x00\x00\x01")
    while place >= 0:
        following = payload.find(b"\x00\x00\x01", place + 3)
        unit = payload[place + 3 : following if following >= 0 else None].rstrip(b"\x00")
        if unit:
            yield unit
        place = following


def _sets(codec: str, units: Iterator[bytes]) -> tuple[bytes, ...]:
    if codec == H264:
        return tuple(unit for unit in units if unit and unit[0] & 0x1F in _H264_SETS)
    return tuple(unit for unit in units if unit and (unit[0] >> 1) & 0x3F in _H265_SETS)


def _record_units(codec: str, extradata: bytes) -> Iterator[bytes]:
    if length_size(codec, extradata) is None:
        return _behind_start_codes(extradata)
    return _avcc_units(extradata) if codec == H264 else _hvcc_units(extradata)


def _avcc_units(record: bytes) -> Iterator[bytes]:
    """avcC: byte 5 counts sequence sets (5 bits); after them a byte counts picture sets."""
    place = 5
    for mask in (0x1F, 0xFF):
        if place >= len(record):
            return
        count = record[place] & mask
        place += 1
        for _ in range(count):
            size = int.from_bytes(record[place : place + 2])
            yield record[place + 2 : place + 2 + size]
            place += 2 + size


def _hvcc_units(record: bytes) -> Iterator[bytes]:
    """hvcC: byte 22 counts arrays; each has a type byte, a count of two bytes and prefixed units."""
    place = 23
    for _ in range(record[22]):
        count = int.from_bytes(record[place + 1 : place + 3])
        place += 3
        for _ in range(count):
            size = int.from_bytes(record[place : place + 2])
            yield record[place + 2 : place + 2 + size]
            place += 2 + size


def _jpeg_size(payload: bytes) -> bytes:
    """Height and width as the frame header writes them, or nothing where no header is found."""
    place = 2
    while place + 9 <= len(payload) and payload[place] == 0xFF:
        marker = payload[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return payload[place + 5 : place + 9]
        place += 2 + int.from_bytes(payload[place + 2 : place + 4])
    return b""

"""Finding lost pictures in H.264, which FFmpeg replaces by copies without a word.

Measured by dropping one P picture of a clip: the nine pictures up to the next keyframe were smeared, and none
was flagged. H.265 needs none of this: its decoder gives no picture whose references are missing. What neither
shows is a picture of H.265 that lost a part (RTP over UDP); over TCP nothing is lost.

Reference pictures are numbered: `frame_num` of a picture is that of the reference picture before it, or one
more (ITU-T H.264 (03/2024) 7.4.3, "frame_num"; syntax in 7.3.2.1.1 and 7.3.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

_SLICES = {1, 2, 5}
_IDR = 5
_SEQUENCE_SET = 7
_HEADER_BYTES = 40  # more than a slice header needs up to its frame_num
# Profiles whose sequence set tells of chroma formats and scaling lists first.
_HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How pictures are numbered, from the sequence parameter set."""

    bits: int
    may_skip: bool
    has_separate_planes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """The number of the last reference picture; None until a keyframe told it."""

    numbering: Numbering | None = None
    last_number: int | None = None

    def after(self, units: Iterable[bytes]) -> "tuple[Continuity, bool]":
        """The state after one access unit, and whether a picture before it is missing.

        Units are without start codes. What cannot be read is taken for whole: this looks for loss, and the
        decoder looks for damage.
        """
        state = self
        for unit in units:
            kind = unit[0] & 0x1F
            if kind == _SEQUENCE_SET:
                state = replace(state, numbering=_numbering(unit) or state.numbering)
            elif kind in _SLICES:
                return _after_slice(state, unit)
        return state, False


def _after_slice(state: Continuity, unit: bytes) -> tuple[Continuity, bool]:
    if unit[0] & 0x1F == _IDR:
        return replace(state, last_number=0), False
    numbering, known = state.numbering, state.last_number
    number = _frame_number(unit, numbering) if numbering is not None else None
    if number is None or numbering is None:
        return state, False
    is_reference = unit[0] & 0x60 != 0
    following = replace(state, last_number=number) if is_reference else state
    if known is None or numbering.may_skip:
        return following, False
    return following, (number - known) % (1 << numbering.bits) > 1


class _Bits:
    """Reads bits, most significant first. Raises IndexError at the end."""

    def __init__(self, unit: bytes) -> None:
        # After two zero bytes a 3 is inserted, so that no start code appears inside a unit.
        self._bytes = unit.replace(b"\x00\x00\x03", b"\x00\x00")
        self._place = 0

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self._bytes[self._place >> 3] >> (7 - (self._place & 7)) & 1
            self._place += 1
        return value

    def unsigned(self) -> int:
        """Exp-Golomb, 9.1."""
        zeros = 0
        while self.take(1) == 0:
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        value = self.unsigned()
        return (value + 1) // 2 if value & 1 else -(value // 2)


def _numbering(unit: bytes) -> Numbering | None:
    try:
        return _read_numbering(_Bits(unit[1:]))
    except IndexError:
        return None


def _read_numbering(bits: _Bits) -> Numbering:
    profile = bits.take(8)
    bits.take(16)  # constraints, level
    bits.unsigned()  # its id: cameras have one
    has_separate_planes = profile in _HIGH_PROFILES and _skip_high_profile(bits)
    number_bits = bits.unsigned() + 4
    _skip_display_order(bits)
    bits.unsigned()  # reference pictures
    return Numbering(bits=number_bits, may_skip=bool(bits.take(1)), has_separate_planes=has_separate_planes)


def _skip_high_profile(bits: _Bits) -> bool:
    """True if the colour planes are coded apart."""
    chroma_format = bits.unsigned()
    has_separate_planes = chroma_format == 3 and bits.take(1) == 1
    bits.unsigned()  # bit depths
    bits.unsigned()
    bits.take(1)  # lossless
    if bits.take(1):
        for index in range(8 if chroma_format != 3 else 12):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return has_separate_planes


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last, following = 8, 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_display_order(bits: _Bits) -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.take(1)
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()


def _frame_number(unit: bytes, numbering: Numbering) -> int | None:
    bits = _Bits(unit[1:_HEADER_BYTES])
    try:
        for _ in range(3):  # first macroblock, type, picture set
            bits.unsigned()
        if numbering.has_separate_planes:
            bits.take(2)
        return bits.take(numbering.bits)
    except IndexError:
        return None

"""Byte ranges of RFC 9110 section 14: one range at a time; several at once are answered with the whole."""

import re
from dataclasses import dataclass

from api.errors import RangeError

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def asked_range(header: str | None, size: int) -> ByteRange | None:
    """The part of a file of `size` bytes that a Range header asks for; None for the whole.

    A header of another unit, of another form, or for several ranges asks for the whole, as the RFC allows.
    Raises RangeError for a range that begins behind the end.
    """
    match = _ONE_RANGE.fullmatch(header) if header is not None else None
    if match is None or match.group(1) == match.group(2) == "":
        return None
    if match.group(1) == "":
        return _suffix(int(match.group(2)), size)
    first = int(match.group(1))
    last = int(match.group(2)) if match.group(2) else size - 1
    if match.group(2) and last < first:
        return None
    if first >= size:
        raise RangeError(size)
    return ByteRange(first, min(last, size - 1))


def _suffix(length: int, size: int) -> ByteRange:
    if length == 0 or size == 0:
        raise RangeError(size)
    return ByteRange(max(0, size - length), size - 1)

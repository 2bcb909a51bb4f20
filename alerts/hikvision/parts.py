"""The parts of a multipart/mixed answer that never ends, from its bytes as they come. Pure."""

import re
from dataclasses import dataclass, field

_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)"?', re.IGNORECASE)
LONGEST_HEAD = 8_192
LONGEST_PART = 8 * 1024 * 1024


class PartError(ValueError):
    """The stream is not what a multipart answer looks like, or a part of it is too long."""


@dataclass(frozen=True, slots=True)
class Part:
    media_type: str
    content: bytes


def boundary_of(content_type: str) -> bytes:
    """Raises PartError where the answer is not in parts."""
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/") or found is None:
        raise PartError(f"expected multipart/mixed with a boundary, found {content_type[:80]!r}")
    return found.group(1).encode("latin-1").removeprefix(b"--")


@dataclass(slots=True)
class PartReader:
    """Takes bytes and gives parts; one thread. What is left when the stream breaks off was never whole.

    A part ends where its Content-Length says, and without one before the next boundary. Between parts anything may
    stand; devices differ in their line breaks there.
    """

    boundary: bytes
    _left: bytes = field(default=b"", init=False)

    def feed(self, content: bytes) -> list[Part]:
        """The parts that are whole now. Raises PartError."""
        self._left += content
        found = []
        while (part := self._next()) is not None:
            found.append(part)
        return found

    def _next(self) -> Part | None:
        mark = b"--" + self.boundary
        at = self._left.find(mark)
        if at < 0:
            self._left = self._left[-len(mark) :]  # what lies before a boundary says nothing
            return None
        head_end, body_at = _end_of_head(self._left, at)
        if head_end < 0:
            if len(self._left) - at > LONGEST_HEAD:
                raise PartError(f"expected headers of at most {LONGEST_HEAD} bytes")
            self._left = self._left[at:]
            return None
        headers = _headers(self._left[at + len(mark) : head_end])
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit():
            end = body_at + int(length)
            if int(length) > LONGEST_PART:
                raise PartError(f"expected a part of at most {LONGEST_PART} bytes, found {length}")
            if len(self._left) < end:
                self._left = self._left[at:]
                return None
        else:
            end = self._left.find(mark, body_at)
            if end < 0:
                if len(self._left) - body_at > LONGEST_PART:
                    raise PartError(f"expected a part of at most {LONGEST_PART} bytes")
                self._left = self._left[at:]
                return None
        part = Part(headers.get("content-type", "").partition(";")[0].strip().lower(), self._left[body_at:end])
        self._left = self._left[end:]
        return part


def _end_of_head(content: bytes, at: int) -> tuple[int, int]:
    """Where the headers end and where the body begins; -1: not yet."""
    ends = [(content.find(blank, at), len(blank)) for blank in (b"\r\n\r\n", b"\n\n")]
    found = [(end, end + length) for end, length in ends if end >= 0]
    return min(found, default=(-1, -1))


def _headers(content: bytes) -> dict[str, str]:
    lines = content.decode("latin-1").splitlines()
    pairs = [line.partition(":") for line in lines if ":" in line]
    return {name.strip().lower(): value.strip() for name, _, value in pairs}

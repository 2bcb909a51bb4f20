"""Pictures that people upload: JPEG, PNG or WebP, and none that would fill the memory.

A quarter of a megabyte of PNG can unpack to gigabytes, so the size is read from the file's head before anything is
decoded. Formats whose head is not read here are not decoded at all.
"""

import struct

import cv2
import numpy as np

from detector.errors import TeachingError
from domain.frame import Pixels

MOST_PIXELS = 40_000_000  # 120 MB decoded; twice what large still cameras give
_FORMATS = "a JPEG, PNG or WebP"
# Markers of JPEG that hold the size: all kinds of "start of frame", without the three of the range that are not.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})


def decode_picture(content: bytes) -> Pixels:
    """BGR pixels of shape (height, width, 3). Raises TeachingError for anything else, and above MOST_PIXELS."""
    size = picture_size(content)
    if size is None:
        raise TeachingError("picture", _FORMATS, f"{len(content)} bytes of something else")
    width, height = size
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise TeachingError("picture", f"1 to {MOST_PIXELS} pixels", f"{width}x{height}")
    try:
        pixels = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise TeachingError("picture", _FORMATS, "a damaged one")
    return np.asarray(pixels, dtype=np.uint8)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height as the head of the file says; None where it is no such file."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
            width, height = struct.unpack(">II", content[16:24])
            return int(width), int(height)
        if content.startswith(b"\xff\xd8"):
            return _jpeg_size(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp_size(content)
    except (IndexError, struct.error):  # it ends before its head does
        return None
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    place = 2
    while content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF or marker in _JPEG_BARE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", content[26:30])
        return int(width) & 0x3FFF, int(height) & 0x3FFF
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int(struct.unpack("<I", content[21:25])[0])
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    return None

"""Picture files: which files are pictures, whether they are whole, and their pixels."""

from pathlib import Path

import cv2
import numpy as np

from domain.frame import Pixels
from models.data.errors import PictureError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})

_PNG_END = b"IEND\xaeB`\x82"  # the last chunk is always the same, checksum included


def picture_files(folder: Path) -> list[Path]:
    """Pictures below a folder in order of their paths, without what macOS leaves behind."""
    return sorted(path for path in folder.rglob("*") if is_picture(path) and path.is_file())


def is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith("._") and "__MACOSX" not in path.parts


def decode(content: bytes, path: Path) -> Pixels:
    """BGR pixels of shape (height, width, 3), turned as the file's orientation says.

    Raises PictureError for a file that is empty, cut off or no picture. A decoder fills up a picture that was cut
    off with grey and says nothing, so the end of the file is looked at first. `path` is for the message.
    """
    if not content:
        raise PictureError(path, "empty")
    if is_truncated(content):
        raise PictureError(path, "truncated")
    pixels = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise PictureError(path, "unreadable")
    return np.asarray(pixels, dtype=np.uint8)


def read_pixels(path: Path) -> Pixels:
    """The pixels of a file. Raises PictureError as `decode` does, or where there is no such file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PictureError(path, "missing") from error
    return decode(content, path)


def is_truncated(content: bytes) -> bool:
    """Tell whether a JPEG, PNG or WebP file ends before its picture does. What follows the picture does not matter.

    BMP is not looked at; of a TIFF that was cut off no decoder makes a picture.
    """
    if content.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in content[_jpeg_scan(content) :]  # telephones append a film to the picture
    if content.startswith(b"\x89PNG"):
        return _PNG_END not in content
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return len(content) < int.from_bytes(content[4:8], "little") + 8
    return False


def _jpeg_scan(content: bytes) -> int:
    """Where the first scan of a JPEG begins; its length if it ends before. Small pictures in its head are passed by."""
    place = 2
    while place + 4 <= len(content):
        if content[place] != 0xFF or content[place + 1] == 0xDA:
            return place
        is_filled = content[place + 1] == 0xFF
        place += 1 if is_filled else 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return len(content)

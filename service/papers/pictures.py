"""Pages as pictures: PDF pages drawn by PDFium, PNG and JPEG decoded, all of a bounded size."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from credit.applications.reading import ReadLine
from credit.errors import PaperError
from domain.geometry import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Pixels = npt.NDArray[np.uint8]

MOST_PAGES = 6
LONGEST_SIDE_PX = 1_700
"""A4 at about 145 dots per inch: small print is still read, and one page takes seconds, not minutes."""
MOST_PIXELS = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page: BGR pixels of shape (height, width, 3), and the lines of its text layer, if it has one."""

    pixels: Pixels
    lines: tuple[ReadLine, ...] = ()


def sheets(content: bytes, media_type: str) -> tuple[list[Sheet], int]:
    """The first pages of a paper, and how many it has in all. Raises PaperError."""
    if media_type == "application/pdf":
        return _pdf(content)
    return [Sheet(pixels=_picture(content))], 1


def _pdf(content: bytes) -> tuple[list[Sheet], int]:
    import pypdfium2  # most installations never see a paper

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise PaperError(f"not a PDF that can be opened ({error})") from None
    try:
        count = len(document)
        return [_sheet(document[number]) for number in range(min(count, MOST_PAGES))], count
    except pypdfium2.PdfiumError as error:
        raise PaperError(f"a page cannot be drawn ({error})") from None
    finally:
        document.close()


def _sheet(page: "PdfPage") -> Sheet:
    width, height = page.get_size()
    if min(width, height) < 1.0:
        raise PaperError("a page without a size")
    drawn = page.render(scale=LONGEST_SIDE_PX / max(width, height)).to_numpy()
    return Sheet(pixels=np.ascontiguousarray(drawn[:, :, :3]), lines=tuple(_lines(page, width, height)))


def _lines(page: "PdfPage", width: float, height: float) -> Iterator[ReadLine]:
    words = page.get_textpage()
    for number in range(words.count_rects()):
        left, bottom, right, top = words.get_rect(number)
        text = words.get_text_bounded(left, bottom, right, top).replace("\r", " ").replace("\n", " ").strip()
        box = Box.clipped(left / width, 1 - top / height, right / width, 1 - bottom / height)
        if text and box is not None:
            yield ReadLine(text=text, box=box, confidence=1.0)


def _picture(content: bytes) -> Pixels:
    """Raises PaperError for a picture that is too large, before it is unpacked, or that cannot be read."""
    size = size_of(content)
    if size is None or size[0] * size[1] > MOST_PIXELS:
        found = "a picture of unknown size" if size is None else f"{size[0]} x {size[1]} points"
        raise PaperError(f"expected at most {MOST_PIXELS // 1_000_000} million points, found {found}")
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise PaperError("the picture cannot be unpacked")
    scale = LONGEST_SIDE_PX / max(decoded.shape[:2])
    if scale < 1.0:
        decoded = cv2.resize(decoded, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(decoded, dtype=np.uint8)


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height as the head of a PNG or JPEG says."""
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    place = 2
    while place + 9 <= len(content):
        if content[place] != 0xFF:
            return None
        marker = content[place + 1]
        # Start of frame: all of 0xC0 to 0xCF but tables of Huffman codes, arithmetic coding and one reserved.
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    return None

"""A paper as it was read: lines with their places, red seals with what stands in them, and ink where a name belongs.

Places are fractions of the page. Readers fill this in; what it means is said by `precheck`.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.geometry import Box


class TextSource(StrEnum):
    """Where the words come from. `none`: nothing could read them."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One line of words. `confidence` in [0, 1]; 1 for a text layer."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RedSeal:
    """A red region that looks like a round seal. `text` is what was read along its rim, None where nothing was."""

    box: Box
    text: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InkPlace:
    """A place behind a label for a signature. `ink` is the share of dark or coloured points in it, [0, 1].

    `is_drawn` is False where the place holds typed letters of a text layer only, and None where nobody looked.
    """

    label: str
    box: Box
    ink: float
    is_drawn: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    number: int
    source: TextSource
    lines: tuple[ReadLine, ...] = ()
    seals: tuple[RedSeal, ...] = ()
    signatures: tuple[InkPlace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPaper:
    """All pages that were read. `pages_in_all` is larger where the paper is longer than what is read."""

    pages: tuple[ReadPage, ...]
    pages_in_all: int

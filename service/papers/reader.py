"""Reads a paper for the pre-check. Implements credit.applications.ports.PaperReader."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from credit.applications.draft import SIGNATURE
from credit.applications.precheck import FORM_LABELS, RULING, plain
from credit.applications.reading import InkPlace, ReadLine, ReadPage, ReadPaper, RedSeal, TextSource
from domain.geometry import Box
from service.papers.ocr import Ocr
from service.papers.pictures import Pixels, Sheet, sheets
from service.papers.seals import red_of, seals_on

LEAST_LETTERS = 20
"""A page with fewer letters in its text layer is a scan with a stamp of some program on it."""
_LABELS = (SIGNATURE, *FORM_LABELS)
_DARK = 130  # grey of 0 to 255
_PLACE_WIDTH = 0.34


class Reader:
    """Any thread; it takes seconds for a picture. Without `ocr` only text layers are read."""

    def __init__(self, ocr: Ocr | None) -> None:
        self._ocr = ocr

    @property
    def name(self) -> str:
        return "text layer" if self._ocr is None else f"text layer, {self._ocr.name}"

    def read(self, content: bytes, media_type: str) -> ReadPaper:
        found, count = sheets(content, media_type)
        return ReadPaper(
            pages=tuple(self._page(number, sheet) for number, sheet in enumerate(found, 1)), pages_in_all=count
        )

    def _page(self, number: int, sheet: Sheet) -> ReadPage:
        source, lines = self._words(sheet)
        return ReadPage(
            number=number,
            source=source,
            lines=tuple(lines),
            seals=tuple(self._seals(sheet.pixels)),
            signatures=tuple(ink_places(sheet.pixels, lines, source)),
        )

    def _words(self, sheet: Sheet) -> tuple[TextSource, Sequence[ReadLine]]:
        if sum(len(line.text) for line in sheet.lines) >= LEAST_LETTERS:
            return TextSource.TEXT_LAYER, sheet.lines
        if self._ocr is None:
            return TextSource.NONE, ()
        return TextSource.OCR, self._ocr.lines(sheet.pixels)

    def _seals(self, pixels: Pixels) -> Iterator[RedSeal]:
        for box, strip in seals_on(pixels):
            text, confidence = ("", 0.0) if self._ocr is None else self._ocr.line(strip)
            yield RedSeal(box=box, text=text or None, confidence=confidence)


def ink_places(pixels: Pixels, lines: Sequence[ReadLine], source: TextSource) -> Iterator[InkPlace]:
    """The places behind labels, with how much is drawn in them beside rulings, red seals and the letters we know."""
    inked = _ink(pixels)
    height, width = inked.shape
    for label in _LABELS:
        found = next((line for line in lines if plain(line.text).startswith(plain(label))), None)
        if found is None:
            continue
        box = _place(found, label)
        part = inked[
            round(box.top * height) : round(box.bottom * height), round(box.left * width) : round(box.right * width)
        ]
        is_typed = source is TextSource.TEXT_LAYER and _has_words(lines, box)
        yield InkPlace(label=label, box=box, ink=float(part.mean()) if part.size else 0.0, is_drawn=not is_typed)


def _ink(pixels: Pixels) -> Pixels:
    """1 where there is ink: dark or blue, not red, and no straight line of a form."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    dark = np.asarray((grey < _DARK) & (red_of(pixels) == 0), dtype=np.uint8)
    reach = max(20, pixels.shape[1] // 40)
    for shape in ((1, reach), (reach, 1)):
        ruled = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        ruled = cv2.dilate(ruled, np.ones((3, 3), np.uint8))
        dark = np.asarray(dark & (1 - ruled), dtype=np.uint8)
    return dark


def _place(line: ReadLine, label: str) -> Box:
    """From behind the label to the right, a little higher than the line: names reach over it."""
    box = line.box
    share = min(1.0, (len(plain(label)) + 1) / max(1, len(plain(line.text))))
    left = min(0.97, box.left + (box.right - box.left) * share)
    reach = (box.bottom - box.top) * 0.5
    found = Box.clipped(left, box.top - reach, max(left + 0.02, min(0.95, left + _PLACE_WIDTH)), box.bottom + reach)
    assert found is not None
    return found


def _has_words(lines: Sequence[ReadLine], place: Box) -> bool:
    for line in lines:
        middle = (line.box.top + line.box.bottom) / 2
        begins = max(line.box.left, place.left)
        if place.top <= middle <= place.bottom and begins < min(line.box.right, place.right):
            text = plain(line.text)
            label = next((each for each in _LABELS if text.startswith(plain(each))), "")
            if text.removeprefix(plain(label)).strip(RULING):
                return True
    return False

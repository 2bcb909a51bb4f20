"""Drafts as PDF with the letters inside: Chinese shows where no font is installed. Implements DraftWriter.

PyMuPDF brings the font (Droid Sans Fallback, Apache-2.0); only the letters used are kept in the file.
"""

from dataclasses import dataclass, field
from typing import Any

import pymupdf

from credit.applications.draft import BLANK, DRAFT_MARK, Draft, DraftField
from credit.applications.material import PDF
from credit.applications.ports import WrittenDraft

# Points of a sheet of A4.
_WIDTH, _HEIGHT, _MARGIN = 595.0, 842.0, 56.0
_LABEL_WIDTH = 150.0
_SIZE, _LEADING, _PAD = 11.0, 17.0, 6.0
_GREY = (0.45, 0.45, 0.45)


class PdfWriter:
    """Any thread; every call has a document of its own."""

    def write(self, draft: Draft) -> WrittenDraft:
        sheet = _Sheet(draft)
        sheet.title()
        for each in draft.fields:
            sheet.row(each)
        sheet.skip(12)
        for paragraph in draft.paragraphs:
            sheet.text(paragraph, _MARGIN, _WIDTH - 2 * _MARGIN)
            sheet.skip(4)
        sheet.closing()
        return WrittenDraft(sheet.finished(), PDF.name)


@dataclass
class _Sheet:
    """Where the next line goes. `y` is the top of what is free on the page, in points."""

    draft: Draft
    y: float = 0.0
    document: Any = field(init=False)
    page: Any = field(init=False)

    def __post_init__(self) -> None:
        self.document = pymupdf.open()
        self.font = pymupdf.Font("china-s")
        self._new_page()

    def _new_page(self) -> None:
        self.page = self.document.new_page(width=_WIDTH, height=_HEIGHT)
        self.y = _MARGIN
        for note in self.draft.notes:
            self.text(note, _MARGIN, _WIDTH - 2 * _MARGIN, size=9.0, colour=_GREY)
        self.skip(8)

    def skip(self, points: float) -> None:
        self.y += points

    def title(self) -> None:
        size = 20.0
        left = (_WIDTH - self.font.text_length(self.draft.title, fontsize=size)) / 2
        self._put(self.draft.title, left, self.y + size, size, (0, 0, 0))
        self.skip(size + 16)

    def row(self, each: DraftField) -> None:
        """A label and its value in a frame; a blank shows as a blank."""
        value_width = _WIDTH - 2 * _MARGIN - _LABEL_WIDTH
        label = self.wrapped(each.label, _LABEL_WIDTH - 2 * _PAD, _SIZE)
        value = self.wrapped(each.value or BLANK, value_width - 2 * _PAD, _SIZE)
        height = max(len(label), len(value)) * _LEADING + 2 * _PAD
        self._need(height)
        top = self.y
        for left, width, lines in ((_MARGIN, _LABEL_WIDTH, label), (_MARGIN + _LABEL_WIDTH, value_width, value)):
            self.page.draw_rect(pymupdf.Rect(left, top, left + width, top + height), color=_GREY, width=0.6)
            for number, line in enumerate(lines):
                self._put(line, left + _PAD, top + _PAD + _SIZE + number * _LEADING, _SIZE, (0, 0, 0))
        self.y = top + height

    def text(
        self, words: str, left: float, width: float, *, size: float = _SIZE, colour: tuple[float, ...] = (0, 0, 0)
    ) -> None:
        for line in self.wrapped(words, width, size):
            self._need(size * 1.5)
            self._put(line, left, self.y + size, size, colour)
            self.skip(size * 1.5)

    def closing(self) -> None:
        """Seal, signature and day, with room around them."""
        self._need(len(self.draft.closing) * 46.0 + 20)
        self.skip(20)
        for each in self.draft.closing:
            self._put(f"{each.label}：{each.value or BLANK}", _WIDTH / 2 - 60, self.y + _SIZE, _SIZE, (0, 0, 0))
            self.skip(46)

    def finished(self) -> bytes:
        """Footer and mark on every page; the bytes of the file."""
        count = len(self.document)
        mark = f"{DRAFT_MARK}　" if self.draft.notes else ""
        for number, page in enumerate(self.document, 1):
            self.page = page
            foot = f"{mark}模板版本 {self.draft.template}　第 {number} 页 / 共 {count} 页"
            self._put(foot, _MARGIN, _HEIGHT - 30, 9.0, _GREY)
        self.document.subset_fonts()
        content: bytes = self.document.tobytes(garbage=4, deflate=True)
        self.document.close()
        return content

    def _need(self, height: float) -> None:
        if self.y + height > _HEIGHT - _MARGIN:
            self._new_page()

    def _put(self, words: str, left: float, baseline: float, size: float, colour: tuple[float, ...]) -> None:
        writer = pymupdf.TextWriter(self.page.rect, color=colour)
        writer.append(pymupdf.Point(left, baseline), words, font=self.font, fontsize=size)
        writer.write_text(self.page)

    def wrapped(self, words: str, width: float, size: float) -> list[str]:
        """Lines no wider than so many points; a line of the text begins a new one."""
        lines = []
        for part in words.splitlines() or [""]:
            line = ""
            for letter in part:
                if line and self.font.text_length(line + letter, fontsize=size) > width:
                    lines.append(line)
                    line = ""
                line += letter
            lines.append(line)
        return lines

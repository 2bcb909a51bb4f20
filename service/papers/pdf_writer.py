"""Drafts as PDF with the letters inside: Chinese shows where no font is installed. Implements DraftWriter.

The letters are those of reports; only the ones used are kept in the file.
"""

from pathlib import Path

from fpdf import FPDF

from credit.applications.draft import BLANK, DRAFT_MARK, Draft, DraftField
from credit.applications.material import PDF
from credit.applications.ports import WrittenDraft
from credit.reporting.font import FAMILY, font_file

# Points of a sheet of A4.
_MARGIN = 56.0
_LABEL_WIDTH = 150.0
_TITLE, _SIZE, _SMALL, _LEADING, _PAD = 20.0, 11.0, 9.0, 17.0, 6.0
_INK, _GREY = (0, 0, 0), (115, 115, 115)


class PdfWriter:
    """Any thread; every call has a document of its own. Takes a second, most of it for the font."""

    def write(self, draft: Draft) -> WrittenDraft:
        with font_file() as font:
            sheet = _Sheet(draft, font)
            sheet.add_page()
            sheet.title_line()
            for each in draft.fields:
                sheet.row(each)
            sheet.ln(12)
            for paragraph in draft.paragraphs:
                sheet.words(paragraph, _SIZE)
                sheet.ln(4)
            sheet.closing()
            return WrittenDraft(bytes(sheet.output()), PDF.name)


class _Sheet(FPDF):
    """One draft being written, in points from the upper left corner. Used once."""

    def __init__(self, draft: Draft, font: Path) -> None:
        super().__init__(orientation="portrait", unit="pt", format="A4")
        self._draft = draft
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.c_margin = 0.0  # room at the sides of a cell is given here, or the frames of rows would not fit
        self.add_font(FAMILY, fname=font)
        self.set_title(draft.title)

    def header(self) -> None:
        """What everybody must see who holds a draft in hand, on every page."""
        for note in self._draft.notes:
            self.words(note, _SMALL, _GREY)
        self.ln(8)

    def footer(self) -> None:
        mark = f"{DRAFT_MARK}　" if self._draft.notes else ""
        self._letters(_SMALL, _GREY)
        self.set_xy(_MARGIN, self.h - 39)
        self.cell(text=f"{mark}模板版本 {self._draft.template}　第 {self.page_no()} 页 / 共 {{nb}} 页")

    def title_line(self) -> None:
        self._letters(_TITLE, _INK)
        self.cell(w=self.epw, h=_TITLE + 16, text=self._draft.title, align="C", new_x="LMARGIN", new_y="NEXT")

    def row(self, each: DraftField) -> None:
        """A label and its value in a frame; a blank shows as a blank."""
        self._letters(_SIZE, _INK)
        value_width = self.epw - _LABEL_WIDTH
        columns = ((_LABEL_WIDTH, each.label), (value_width, each.value or BLANK))
        wrapped = [(width, self._wrapped(words, width - 2 * _PAD)) for width, words in columns]
        height = max(len(lines) for _, lines in wrapped) * _LEADING + 2 * _PAD
        self._need(height)
        left, top = self.get_x(), self.get_y()
        self.set_draw_color(*_GREY)
        self.set_line_width(0.6)
        for width, lines in wrapped:
            self.rect(left, top, width, height)
            for number, line in enumerate(lines):
                self.set_xy(left + _PAD, top + _PAD + number * _LEADING)
                self.cell(h=_LEADING, text=line)
            left += width
        self.set_xy(_MARGIN, top + height)

    def words(self, text: str, size: float, colour: tuple[int, int, int] = _INK) -> None:
        """A paragraph over the whole width."""
        self._letters(size, colour)
        self.multi_cell(w=self.epw, h=size * 1.5, text=text, align="L", new_x="LMARGIN", new_y="NEXT")

    def closing(self) -> None:
        """Seal, signature and day, with room around them."""
        self._need(len(self._draft.closing) * 46.0 + 20)
        self.ln(20)
        self._letters(_SIZE, _INK)
        for each in self._draft.closing:
            self.set_x(self.w / 2 - 60)
            self.cell(h=46, text=f"{each.label}：{each.value or BLANK}", new_x="LMARGIN", new_y="NEXT")

    def _letters(self, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(FAMILY, size=size)
        self.set_text_color(*colour)

    def _need(self, height: float) -> None:
        if self.get_y() + height > self.h - _MARGIN:
            self.add_page()
            self._letters(_SIZE, _INK)

    def _wrapped(self, words: str, width: float) -> list[str]:
        lines = self.multi_cell(w=width, text=words, align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list)
        return lines or [""]

"""Drafts as DOCX, to be filled in with a word processor. Implements DraftWriter.

The letters are those of the machine that shows it (宋体 is asked for by name); the PDF brings its own.
"""

import io

from docx import Document
from docx.document import Document as DocumentOf
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from credit.applications.draft import BLANK, DRAFT_MARK, Draft
from credit.applications.ports import WrittenDraft

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "宋体"
_GREY = RGBColor(0x70, 0x70, 0x70)


class DocxWriter:
    """Any thread; every call has a document of its own."""

    def write(self, draft: Draft) -> WrittenDraft:
        document = Document()
        _set_font(document)
        for note in draft.notes:
            run = document.add_paragraph().add_run(note)
            run.font.size, run.font.color.rgb = Pt(9), _GREY
        heading = document.add_paragraph()
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title = heading.add_run(draft.title)
        title.bold, title.font.size = True, Pt(20)
        table = document.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for each in draft.fields:
            label, value = table.add_row().cells
            label.text, value.text = each.label, each.value or BLANK
        document.add_paragraph()
        for paragraph in draft.paragraphs:
            document.add_paragraph(paragraph)
        for each in draft.closing:
            document.add_paragraph(f"{each.label}：{each.value or BLANK}").paragraph_format.space_before = Pt(24)
        section = document.sections[0]
        section.header.paragraphs[0].text = DRAFT_MARK
        section.footer.paragraphs[0].text = f"模板版本 {draft.template}"
        document.core_properties.title = draft.title
        document.core_properties.author = ""
        written = io.BytesIO()
        document.save(written)
        return WrittenDraft(written.getvalue(), DOCX)


def _set_font(document: DocumentOf) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)

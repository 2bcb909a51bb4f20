"""What writes drafts, each loaded with the first draft of its kind: most installations never write one."""

from credit.applications.draft import Draft
from credit.applications.ports import DraftWriter, WrittenDraft


class _Pdf:
    def write(self, draft: Draft) -> WrittenDraft:
        from service.papers.pdf_writer import PdfWriter

        return PdfWriter().write(draft)


class _Docx:
    def write(self, draft: Draft) -> WrittenDraft:
        from service.papers.docx_writer import DocxWriter

        return DocxWriter().write(draft)


def draft_writers() -> dict[str, DraftWriter]:
    """By the suffix of the file. Any thread."""
    return {"pdf": _Pdf(), "docx": _Docx()}

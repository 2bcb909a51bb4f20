"""A report as a file of either kind. What draws it is loaded with the first one: most processes never draw any."""

from enum import StrEnum

from credit.reporting.document import Report


class FileKind(StrEnum):
    PDF = "pdf"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def drawn(report: Report, kind: FileKind) -> bytes:
    """The content of the file. Takes a second or two."""
    if kind is FileKind.PDF:
        from credit.reporting.pdf import as_pdf

        return as_pdf(report)
    from credit.reporting.xlsx import as_xlsx

    return as_xlsx(report)

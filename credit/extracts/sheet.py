"""An extract drawn as PDF by the maker of reports. Import it late: it brings the library of PDF."""

from fpdf.enums import Align

from credit.reporting.document import Report
from credit.reporting.paper import LINE, MARGIN_MM, Paper
from credit.reporting.pdf import as_pdf

RECORD_MM = 92.0  # a record with facts of three lines
LINE_OF_WORDS_MM = 30.0  # what a part needs that says no more than a line


class ExtractSheet(Paper):
    """A report's paper with the foot of an extract: for whom it is, and what it is not."""

    def heading(self, title: str, room_mm: float) -> None:
        """A part with a table of facts begins on the next page where it would run over the end of this one."""
        super().heading(title, RECORD_MM if room_mm > LINE_OF_WORDS_MM else room_mm)

    def footer(self) -> None:
        say = self.say
        self.set_draw_color(*LINE)
        self.line(MARGIN_MM, self.h - 18.0, self.w - MARGIN_MM, self.h - 18.0)
        only = say(
            "经企业授权，仅供所列接收方用于所列用途，不得转给他人；不是法律意义上的信用报告",
            "By consent, for the receiver and purpose named, not to be passed on; no credit report in the sense of law",
        )
        self.write_at(self.h - 16.5, only, Align.L)
        self.write_at(self.h - 11.5, self.page_words(), Align.R)


def extract_pdf(extract: Report) -> bytes:
    """What `extract_document` made, on A4. Takes a second or two."""
    return as_pdf(extract, ExtractSheet)

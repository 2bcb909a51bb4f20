"""A report as PDF/A4 with its own letters: the text can be selected, and no machine needs a Chinese font."""

from credit.reporting.document import Bars, Block, Facts, Line, Report, Spans, Table, Text
from credit.reporting.font import font_file
from credit.reporting.paper import Paper
from credit.reporting.paper_charts import ROOM_MM, draw_bars, draw_line, draw_spans


def as_pdf(report: Report, sheet: type[Paper] = Paper) -> bytes:
    """Draw the report. Takes a second or two, most of it for the font."""
    with font_file() as font:
        paper = sheet(report, font)
        paper.add_page()
        paper.title_page()
        for section in report.sections:
            paper.heading(section.title, _room(section.blocks))
            for block in section.blocks:
                _draw(paper, block)
        return bytes(paper.output())


def _room(blocks: tuple[Block, ...]) -> float:
    """Millimetres that the beginning of a section needs, so that no title stands alone at the end of a page."""
    room = 14.0
    for block in blocks:
        if isinstance(block, Bars | Line):
            return room + ROOM_MM
        if isinstance(block, Text):
            room += 14.0
        else:
            return room + 26.0
    return room


def _draw(paper: Paper, block: Block) -> None:
    if isinstance(block, Text):
        paper.notice(block)
    elif isinstance(block, Facts):
        paper.facts(block)
    elif isinstance(block, Table):
        paper.grid(block)
    elif isinstance(block, Bars):
        draw_bars(paper, block)
    elif isinstance(block, Line):
        draw_line(paper, block)
    else:
        assert isinstance(block, Spans)
        draw_spans(paper, block)

"""A sheet of A4 to write reports on: heading, page numbers, words and tables. Charts: `paper_charts`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, TextMode, XPos, YPos
from fpdf.fonts import FontFace

from credit.reporting.document import Cell, Column, Facts, Report, Table, Text
from credit.reporting.font import FAMILY

MARGIN_MM = 16.0
INK = (38, 50, 47)
SOFT = (98, 112, 108)
LINE = (206, 214, 211)
HEAD = (233, 240, 238)
BRAND = (29, 107, 97)
WARNING, WARNING_FILL = (122, 74, 0), (255, 246, 226)
TITLE_PT, HEADING_PT, SUBHEADING_PT, BODY_PT, SMALL_PT = 20.0, 13.0, 10.5, 9.5, 8.0
LEADING = 1.55


class Paper(FPDF):
    """One report being written. Not for several threads; used once."""

    def __init__(self, report: Report, font: Path) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._report = report
        self.say = report.language.say
        self.add_font(FAMILY, fname=str(font))
        self.set_margins(MARGIN_MM, 18.0, MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=24.0)
        self.set_creation_date(report.made_at)
        self.set_title(f"{report.title} {report.subject} {report.period}")
        self.set_author("Brightkitchen")
        self.set_lang("zh-CN" if self.say("zh", "en") == "zh" else "en-GB")
        self.set_text_color(*INK)

    def header(self) -> None:
        """The report's name on every page but the first, which has it in large letters."""
        if self.page_no() == 1:
            return
        report = self._report
        self.write_at(8.0, f"{report.title}　{report.subject}", Align.L)
        self.write_at(8.0, report.period, Align.R)
        self.set_draw_color(*LINE)
        self.line(MARGIN_MM, 13.5, self.w - MARGIN_MM, 13.5)
        self.set_y(18.0)

    def footer(self) -> None:
        report = self._report
        self.set_draw_color(*LINE)
        self.line(MARGIN_MM, self.h - 18.0, self.w - MARGIN_MM, self.h - 18.0)
        rests = self.say("评价方案", "Profile"), self.say("输入摘要", "inputs"), self.say("报告摘要", "report")
        self.write_at(
            self.h - 16.5,
            f"{rests[0]} {report.profile}　{rests[1]} {report.inputs_sha256[:16]}　{rests[2]} {report.sha256[:16]}",
            Align.L,
        )
        self.write_at(self.h - 11.5, self.page_words(), Align.R)
        only = self.say("仅供报告对象与有权机关使用", "For the enterprise and the authority only")
        self.write_at(self.h - 11.5, only, Align.L)

    def page_words(self) -> str:
        return self.say(f"第 {self.page_no()} 页，共 {{nb}} 页", f"page {self.page_no()} of {{nb}}")

    def write_at(self, y: float, words: str, align: Align) -> None:
        """One small line at a height, over the whole width."""
        self.set_font(FAMILY, size=SMALL_PT)
        self.set_text_color(*SOFT)
        self.set_xy(MARGIN_MM, y)
        self.cell(w=self.epw, h=4.0, text=words, align=align)
        self.set_text_color(*INK)

    @contextmanager
    def bold(self, stroke_mm: float = 0.12) -> Iterator[None]:
        """Letters with an outline: the package carries one weight of the font only."""
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=stroke_mm):
            self.set_draw_color(self.text_color or INK)
            yield

    def words(self, text: str, size: float = BODY_PT, *, soft: bool = False) -> None:
        """A paragraph."""
        self.set_font(FAMILY, size=size)
        self.set_text_color(*(SOFT if soft else INK))
        self.multi_cell(
            w=self.epw, h=size * 0.3528 * LEADING, text=text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.set_text_color(*INK)

    def title_page(self) -> None:
        report = self._report
        self.set_fill_color(*BRAND)
        self.rect(MARGIN_MM, 18.0, 1.6, 19.0, style="F")
        self.set_xy(MARGIN_MM + 5.0, 17.5)
        self.set_font(FAMILY, size=TITLE_PT)
        with self.bold(0.2):
            self.cell(text=report.title, h=10.0, new_x=XPos.LEFT, new_y=YPos.NEXT)
        self.set_x(MARGIN_MM + 5.0)
        self.set_font(FAMILY, size=HEADING_PT)
        self.multi_cell(w=self.epw - 5.0, h=7.0, text=f"{report.subject}　{report.period}", align=Align.L)
        self.set_y(max(self.get_y(), 37.0) + 6.0)
        self.facts(report.facts)
        self.ln(3.0)
        for notice in report.notices:
            self.notice(Text(words=notice, is_warning=True))

    def heading(self, title: str, room_mm: float) -> None:
        """A section's title, on the next page unless there is room for its beginning."""
        if self.get_y() + room_mm > self.h - 24.0:
            self.add_page()
        else:
            self.ln(4.0)
        self.set_font(FAMILY, size=HEADING_PT)
        self.set_text_color(*BRAND)
        with self.bold():
            self.cell(w=self.epw, h=8.0, text=title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*INK)
        self.ln(1.0)

    def subheading(self, title: str, room_mm: float = 18.0) -> None:
        if self.get_y() + room_mm > self.h - 24.0:
            self.add_page()
        self.words(title, SUBHEADING_PT)
        self.ln(0.8)

    def notice(self, text: Text) -> None:
        if not text.is_warning:
            self.words(text.words, SMALL_PT + 0.5, soft=True)
            self.ln(1.5)
            return
        self.set_font(FAMILY, size=BODY_PT - 0.5)
        self.set_text_color(*WARNING)
        self.set_fill_color(*WARNING_FILL)
        self.multi_cell(
            w=self.epw,
            h=5.2,
            text=text.words,
            align=Align.L,
            fill=True,
            padding=2,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.set_text_color(*INK)
        self.ln(1.8)

    def facts(self, facts: Facts) -> None:
        """Names and values in two columns."""
        self.set_font(FAMILY, size=BODY_PT)
        self.set_draw_color(*LINE)
        self.set_fill_color(255, 255, 255)  # or cells take the colour of what was drawn last
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=(1.15, 3.6),
            first_row_as_headings=False,
            line_height=5.4,
            padding=1.0,
            text_align=Align.L,
        ) as table:
            for name, value in facts.rows:
                row = table.row()
                row.cell(name, style=FontFace(color=SOFT))
                row.cell(value)
        self.ln(1.0)

    def grid(self, table: Table) -> None:
        """A table; its heading stands again on each page that it runs over."""
        self.subheading(table.title)
        if not table.rows:
            self.words(table.empty, soft=True)
            return
        self.set_font(FAMILY, size=SMALL_PT + (0.5 if len(table.columns) < 8 else 0.0))
        self.set_draw_color(*LINE)
        self.set_fill_color(255, 255, 255)  # or cells take the colour of what was drawn last
        aligned = tuple(Align.R if column.is_number else Align.L for column in table.columns)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(column.width for column in table.columns),
            headings_style=FontFace(emphasis="", fill_color=HEAD, color=INK),
            line_height=4.6,
            padding=(0.9, 1.6),
            text_align=aligned,
        ) as drawn:
            drawn.row([column.name for column in table.columns])
            for row in table.rows:
                drawn.row([shown(cell, column) for cell, column in zip(row, table.columns, strict=True)])
        self.ln(1.5)


def shown(cell: Cell, column: Column) -> str:
    """A cell as it is printed; what is not known is a dash."""
    if cell is None or cell == "":
        return "—"
    return f"{cell:.{column.places}f}" if isinstance(cell, float) else str(cell)

"""A report as XLSX: a sheet for what it is, one for each section, charts beside their figures. No cell is a formula."""

from io import BytesIO

import xlsxwriter

from credit.reporting.document import Bars, Block, Facts, Line, Report, Spans, Table, Text, Tone

COLOURS = {
    Tone.CONFIRMED: "#1D6B61",
    Tone.UNREVIEWED: "#D08A1D",
    Tone.UNCLEAR: "#6F7F9C",
    Tone.DISMISSED: "#B9C4C1",
}
_CHART_ROWS = 18
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\、", " "))


class _Book:
    """A workbook being written, block below block."""

    def __init__(self, report: Report) -> None:
        self.out = BytesIO()
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self.out, {"in_memory": True, **plain})
        self.book.set_properties(
            {
                "title": f"{report.title} {report.subject} {report.period}",
                "created": report.made_at.replace(tzinfo=None),
            }
        )
        self._report = report
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.head = self.book.add_format({"bold": True, "bg_color": "#E9F0EE", "border": 1, "text_wrap": True})
        self.cell = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.warning = self.book.add_format({"font_color": "#7A4A00", "bg_color": "#FFF6E2", "text_wrap": True})
        self.soft = self.book.add_format({"font_color": "#62706C", "text_wrap": True})
        self.row = 0

    def start(self, name: str) -> None:
        """A new sheet with its title; what comes goes below it."""
        self.sheet = self.book.add_worksheet(" ".join(name.translate(_FORBIDDEN).split())[:31])
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer(f"&L{self._report.profile} {self._report.inputs_sha256[:16]}&R&P / &N")
        self.sheet.set_column(0, 0, 28)
        self.sheet.set_column(1, 8, 18)
        self.sheet.write_string(0, 0, name, self.title)
        self.row = 2

    def line(self, words: str, form: object) -> None:
        self.sheet.merge_range(self.row, 0, self.row, 7, "", form)
        self.sheet.write_string(self.row, 0, words, form)
        self.sheet.set_row(self.row, 15 * (1 + len(words) // 70))
        self.row += 1

    def rows(self, names: tuple[str, ...], rows: tuple[tuple[object, ...], ...]) -> int:
        """A table; the row of its heading."""
        first = self.row
        for place, name in enumerate(names):
            self.sheet.write_string(first, place, name, self.head)
        for offset, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, int | float):
                    self.sheet.write_number(first + offset, place, value, self.cell)
                else:
                    self.sheet.write_string(first + offset, place, "—" if value is None else str(value), self.cell)
        self.row = first + len(rows) + 2
        return first

    def chart(
        self, kind: dict[str, str], first: int, count: int, series: list[tuple[int, str | None]], title: str
    ) -> None:
        """A chart of columns of a table, below it."""
        chart = self.book.add_chart(kind)
        name = self.sheet.get_name()
        for column, colour in series:
            chart.add_series(
                {
                    "name": [name, first, column],
                    "categories": [name, first + 1, 0, first + count, 0],
                    "values": [name, first + 1, column, first + count, column],
                    **({} if colour is None else {"fill": {"color": colour}}),
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 860, "height": 340})
        self.sheet.insert_chart(self.row, 0, chart)
        self.row += _CHART_ROWS


def as_xlsx(report: Report) -> bytes:
    """Write the report as a workbook."""
    book = _Book(report)
    say = report.language.say
    book.start(report.title)
    book.line(f"{report.subject}　{report.period}", book.soft)
    _write(book, report.facts, say("项目", "Item"), say("内容", "Value"))
    book.rows(
        (say("摘要", "Checksum"), "SHA-256"),
        ((say("输入摘要", "Inputs"), report.inputs_sha256), (say("报告摘要", "Report"), report.sha256)),
    )
    for notice in report.notices:
        book.line(notice, book.warning)
    for section in report.sections:
        book.start(section.title)
        for block in section.blocks:
            _write(book, block, say("项目", "Item"), say("内容", "Value"))
    book.book.close()
    return book.out.getvalue()


def _write(book: _Book, block: Block, item: str, value: str) -> None:
    if isinstance(block, Text):
        book.line(block.words, book.warning if block.is_warning else book.soft)
    elif isinstance(block, Facts):
        book.rows((item, value), block.rows)
    elif isinstance(block, Table):
        book.line(block.title, book.soft)
        if block.rows:
            book.rows(tuple(column.name for column in block.columns), block.rows)
        else:
            book.line(block.empty, book.soft)
    elif isinstance(block, Bars):
        rows = tuple((name, *(each.values[at] for each in block.series)) for at, name in enumerate(block.categories))
        first = book.rows((item, *(each.name for each in block.series)), rows)
        columns = [(at, COLOURS.get(each.tone)) for at, each in enumerate(block.series, 1)]
        book.chart({"type": "column", "subtype": "stacked"}, first, len(rows), columns, block.title)
    elif isinstance(block, Line):
        rows = tuple((each.label, each.value, each.low, each.high) for each in block.marks)
        first = book.rows((item, block.title, "5 %", "95 %"), rows)
        book.chart({"type": "line"}, first, len(rows), [(1, None), (2, None), (3, None)], block.title)
    else:
        assert isinstance(block, Spans)
        rows = tuple((each.name, each.own, each.low, each.middle, each.high) for each in block.rows)
        first = book.rows((item, *block.names), rows)
        book.chart({"type": "bar"}, first, len(rows), [(1, None), (3, None)], block.title)

"""Many cameras as a table: CSV in (as spreadsheets write it) and out. Pure; nothing is stored here.

Cells that a spreadsheet would run as a formula are written with an apostrophe in front, and read without it.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

COLUMNS: dict[str, tuple[str, ...]] = {
    "camera_id": ("摄像机编号",),
    "external_id": ("外部编号",),
    "site_id": ("场所编号",),
    "site": ("场所",),
    "name": ("名称", "摄像机名称"),
    "location": ("地址", "视频地址"),
    "transport": ("传输",),
    "analysed_fps": ("每秒分析帧数", "分析帧率"),
    "is_enabled": ("启用",),
    "codes": ("代码", "风险代码"),
    "analysis_location": ("子码流地址", "分析地址"),
}
"""The columns with the Chinese heads that mean the same."""

SECRET_COLUMNS = frozenset({"location", "analysis_location"})
LARGEST_CELL = 4_000
_SHOWN_TEXT = 40
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = (",", ";", "\t")
_HEADS = {head: name for name, others in COLUMNS.items() for head in (name, *others)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in one cell. `row` is counted as in a spreadsheet: the heads are row 1; 0 is the whole file.

    `found` never holds an address, nor anything that could be one in the wrong column.
    """

    row: int
    column: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """The cells of one row that say something, by column, without the spaces around them."""

    row: int
    cells: Mapping[str, str]

    def __repr__(self) -> str:
        return f"SheetRow(row={self.row}, columns={sorted(self.cells)})"  # an address has a password in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read; with a fault of row 0 or 1 there are no rows."""

    rows: tuple[SheetRow, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_sheet(content: bytes, *, most_rows: int) -> Sheet:
    """Read UTF-8 (with or without its mark) or GB18030; comma, semicolon or tab between the cells."""
    text = _decoded(content)
    if text is None:
        return Sheet(faults=(_whole("a text in UTF-8 or GB18030", "bytes that are neither"),))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[SheetRow] = []
    heads: list[str] = []
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):
            if number == 1:
                heads, faults = _heads(cells)
                if faults:
                    return Sheet(faults=faults)
            elif any(cell.strip() for cell in cells):
                if len(rows) == most_rows:
                    return Sheet(faults=(_whole(f"at most {most_rows} cameras", "more rows"),))
                row = _row(number, heads, cells)
                if isinstance(row, Fault):
                    return Sheet(faults=(row,))
                rows.append(row)
    except csv.Error as error:
        return Sheet(faults=(Fault(row=number + 1, column="", expected="a row of CSV", found=str(error)),))
    if number == 0:
        return Sheet(faults=(_whole("a row of heads", "an empty file"),))
    return Sheet(rows=tuple(rows))


def write_sheet(rows: Iterable[Mapping[str, str]]) -> bytes:
    """CSV in UTF-8 with its mark, by which spreadsheets know the encoding; no cell of it is run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(row.get(column, "")) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet runs it. A cell that has such an apostrophe of its own gets another one."""
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA_STARTS) else cell


def shown(column: str, cell: str) -> str:
    """What stood in a cell, as far as it may be repeated: a password slips into the next column easily."""
    if column in SECRET_COLUMNS or len(cell) > _SHOWN_TEXT or any(sign in cell for sign in ":@/"):
        return f"a text of {len(cell)} characters"
    return repr(cell) if cell.isprintable() else ascii(cell)


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text  # UTF-16 has one in every second byte
    return None


def _delimiter(text: str) -> str:
    """What stands most often between the heads."""
    first = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _heads(cells: Sequence[str]) -> tuple[list[str], tuple[Fault, ...]]:
    heads, faults = [], []
    for cell in cells:
        name = _HEADS.get(cell.strip().lower(), "")
        heads.append(name)
        if cell.strip() and not name:
            faults.append(Fault(row=1, column="", expected=f"one of {', '.join(COLUMNS)}", found=shown("", cell)))
    named = [head for head in heads if head]
    faults += [
        Fault(row=1, column=head, expected="each head once", found=f"{named.count(head)} times")
        for head in COLUMNS
        if named.count(head) > 1
    ]
    return heads, tuple(faults)


def _row(number: int, heads: Sequence[str], cells: Sequence[str]) -> SheetRow | Fault:
    kept: dict[str, str] = {}
    for place, cell in enumerate(cells):
        text = _unescaped(cell.strip())
        head = heads[place] if place < len(heads) else ""
        if text and not head:
            expected = f"{len(heads)} cells, each under a head"
            return Fault(row=number, column="", expected=expected, found=f"a text in cell {place + 1}")
        if len(text) > LARGEST_CELL:
            return Fault(row=number, column=head, expected=f"at most {LARGEST_CELL} characters", found=f"{len(text)}")
        if text:
            kept[head] = text
    return SheetRow(row=number, cells=kept)


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_STARTS) else cell


def _whole(expected: str, found: str) -> Fault:
    return Fault(row=0, column="", expected=expected, found=found)

"""Many cameras as a table: CSV in (as spreadsheets write it) and out. Pure; nothing is stored here.

Cells that a spreadsheet would run as a formula are written with an apostrophe in front, and read without it.
"""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def read_sheet(
    content: bytes, *, most_rows: int, columns: Mapping[str, tuple[str, ...]] = COLUMNS, of: str = "cameras"
) -> Sheet:
    """Read UTF-8 (with or without its mark) or GB18030; comma, semicolon or tab between the cells.

    `columns` are the heads with those that mean the same, `of` says what each row is.
    """
    try:
        return Sheet(rows=tuple(_read(_decoded(content), most_rows, columns, of)))
    except _SheetError as error:
        return Sheet(faults=error.faults)


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


class _SheetError(Exception):
    """The table cannot be read any further."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def _read(text: str, most_rows: int, columns: Mapping[str, tuple[str, ...]], of: str) -> Iterator[SheetRow]:
    lines = _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    _, first = next(lines, (1, []))
    heads = _heads(first, columns)
    count = 0
    for number, cells in lines:
        if any(cell.strip() for cell in cells):
            count += 1
            if count > most_rows:
                raise _SheetError(_whole(f"at most {most_rows} {of}", "more rows"))
            yield _row(number, heads, cells)


def _numbered(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers in a spreadsheet."""
    for number in itertools.count(1):
        try:
            yield number, next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise _SheetError(Fault(row=number, column="", expected="a row of CSV", found=str(error))) from None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # UTF-16 has one in every second byte
            return text
    raise _SheetError(_whole("a text in UTF-8 or GB18030", "bytes that are neither"))


def _delimiter(text: str) -> str:
    """What stands most often between the heads."""
    first = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _heads(cells: Sequence[str], columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    if not any(cell.strip() for cell in cells):
        raise _SheetError(_whole("a row of heads", "an empty first row"))
    meant = {head: name for name, others in columns.items() for head in (name, *others)}
    heads = [meant.get(cell.strip().lower(), "") for cell in cells]
    faults = [
        Fault(row=1, column="", expected=f"one of {', '.join(columns)}", found=shown("", cell))
        for cell, head in zip(cells, heads, strict=True)
        if cell.strip() and not head
    ]
    faults += [
        Fault(row=1, column=head, expected="each head once", found=f"{heads.count(head)} times")
        for head in columns
        if heads.count(head) > 1
    ]
    if faults:
        raise _SheetError(*faults)
    return heads


def _row(number: int, heads: Sequence[str], cells: Sequence[str]) -> SheetRow:
    kept: dict[str, str] = {}
    for place, cell in enumerate(cells):
        text = _unescaped(cell.strip())
        head = heads[place] if place < len(heads) else ""
        if text and not head:
            expected, found = "every cell under a head", f"a text in cell {place + 1}"
            raise _SheetError(Fault(row=number, column="", expected=expected, found=found))
        if len(text) > LARGEST_CELL:
            found = str(len(text))
            raise _SheetError(
                Fault(row=number, column=head, expected=f"at most {LARGEST_CELL} characters", found=found)
            )
        if text:
            kept[head] = text
    return SheetRow(row=number, cells=kept)


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_STARTS) else cell


def _whole(expected: str, found: str) -> Fault:
    return Fault(row=0, column="", expected=expected, found=found)

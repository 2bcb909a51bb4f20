import pytest

from credit.camera_sheet import COLUMNS, Fault, harmless, read_sheet, write_sheet

HEADS = "外部编号,场所,名称,地址\r\n"
ROW = "NVR-1,一号厨房,粗加工间,rtsp://admin:geheim@10.0.0.1/1\r\n"
CELLS = {"external_id": "NVR-1", "site": "一号厨房", "name": "粗加工间", "location": "rtsp://admin:geheim@10.0.0.1/1"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_spreadsheets_write_is_read(encoding: str) -> None:
    sheet = read_sheet((HEADS + ROW).encode(encoding), most_rows=10)

    assert sheet.faults == ()
    assert [(row.row, dict(row.cells)) for row in sheet.rows] == [(2, CELLS)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_cells_may_stand_between_other_signs(delimiter: str) -> None:
    sheet = read_sheet(f"name{delimiter}location\na{delimiter}rtsp://a/1,2\n".replace(",2", "").encode(), most_rows=10)

    assert dict(sheet.rows[0].cells) == {"name": "a", "location": "rtsp://a/1"}


def test_rows_are_counted_as_in_a_spreadsheet() -> None:
    sheet = read_sheet(b'name,location\n"a\nb",rtsp://a/1\n\n,\nc,rtsp://a/2\n', most_rows=10)

    assert [row.row for row in sheet.rows] == [2, 5]


@pytest.mark.parametrize(
    ("content", "row", "column", "expected"),
    [
        (b"", 0, "", "a row of heads"),
        (b"\xff\xff\xff", 0, "", "a text in UTF-8 or GB18030"),
        ("name,location\n".encode("utf-16"), 0, "", "a text in UTF-8 or GB18030"),
        (b"name,name\na,b\n", 1, "name", "each head once"),
        (b"name,colour\na,b\n", 1, "", "one of camera_id"),
        (b"name\na,b\n", 2, "", "every cell under a head"),
        (b'name\n"a\n', 2, "", "a row of CSV"),
        (b"name\n" + b"a" * 4001 + b"\n", 2, "name", "at most 4000 characters"),
        (b"name\na\nb\nc\n", 0, "", "at most 2 cameras"),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_what_was_expected(
    content: bytes, row: int, column: str, expected: str
) -> None:
    sheet = read_sheet(content, most_rows=2)

    assert sheet.rows == ()
    assert (sheet.faults[0].row, sheet.faults[0].column) == (row, column)
    assert sheet.faults[0].expected.startswith(expected)


def test_an_address_in_the_place_of_a_head_is_not_repeated() -> None:
    [fault] = read_sheet(b"rtsp://admin:geheim@10.0.0.1/1\n", most_rows=2).faults

    assert isinstance(fault, Fault)
    assert "geheim" not in repr(fault)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''=1", "-", "厨房", "'s", "a=b"])
def test_no_cell_runs_as_a_formula_and_each_comes_back_as_it_was(text: str) -> None:
    content = write_sheet([{"name": text, "external_id": text}])
    sheet = read_sheet(content, most_rows=10)

    assert harmless(text)[0] not in "=+-@\t\r"
    assert content.startswith(b"\xef\xbb\xbf")
    assert dict(sheet.rows[0].cells) == {"name": text, "external_id": text}


def test_an_export_has_every_column() -> None:
    assert write_sheet([]).decode("utf-8-sig").strip().split(",") == list(COLUMNS)


def test_a_row_in_a_log_shows_no_password() -> None:
    assert "geheim" not in repr(read_sheet((HEADS + ROW).encode(), most_rows=10))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import RangeError
from api.ranges import ByteRange, asked_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=0-", ByteRange(0, 99)),
        ("bytes=10-19", ByteRange(10, 19)),
        ("bytes=90-500", ByteRange(90, 99)),
        ("bytes=-10", ByteRange(90, 99)),
        ("bytes=-500", ByteRange(0, 99)),
        ("BYTES=5-6", ByteRange(5, 6)),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_a_range_of_a_file_of_100_bytes(header: str | None, expected: ByteRange | None) -> None:
    assert asked_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(header: str) -> None:
    with pytest.raises(RangeError) as refused:
        asked_range(header, 100)

    assert refused.value.headers() == {"Content-Range": "bytes */100"}


def test_no_part_of_an_empty_file_can_be_had() -> None:
    with pytest.raises(RangeError):
        asked_range("bytes=-1", 0)


@given(
    header=st.text(max_size=40) | st.from_regex(r"bytes=\d{0,25}-\d{0,25}", fullmatch=True), size=st.integers(0, 10**6)
)
def test_whatever_is_asked_the_part_lies_inside_the_file(header: str, size: int) -> None:
    try:
        part = asked_range(header, size)
    except RangeError:
        return

    assert part is None or 0 <= part.first <= part.last < size

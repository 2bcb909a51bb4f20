"""The parts of an endless answer, however its bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.hikvision.parts import LONGEST_PART, PartError, PartReader, boundary_of
from tests.support.isapi import event, part

PICTURE = bytes(range(256)) * 3 + b"--boundaries are everywhere\r\n--bound"
WHOLE = (
    part(event("shelteralarm"))
    + part(event("defocus"), has_length=False)
    + part(PICTURE, "image/jpeg")
    + b"\r\n\r\n"
    + part(event("videoloss", state="inactive"))
)


def read(content: bytes, cuts: list[int]) -> list[tuple[str, bytes]]:
    reader, found, before = PartReader(b"boundary"), [], 0
    for cut in [*sorted(cut % (len(content) + 1) for cut in cuts), len(content)]:
        found += reader.feed(content[before:cut])
        before = cut
    return [(one.media_type, one.content.strip()) for one in found]


@given(cuts=st.lists(st.integers(0, 10_000), max_size=60))
def test_however_the_bytes_are_cut_the_parts_are_the_same(cuts: list[int]) -> None:
    assert read(WHOLE, cuts) == [
        ("application/xml", event("shelteralarm").strip()),
        ("application/xml", event("defocus").strip()),
        ("image/jpeg", PICTURE),
        ("application/xml", event("videoloss", state="inactive").strip()),
    ]


@given(cut=st.integers(0, len(part(event())) - 3))
def test_a_part_that_broke_off_is_none(cut: int) -> None:
    assert read(part(event())[:cut], []) == []


@given(content=st.binary(max_size=2000))
def test_no_bytes_make_the_reader_fail_otherwise(content: bytes) -> None:
    reader = PartReader(b"b")
    try:
        reader.feed(b"--b\r\n" + content)
        reader.feed(content)
    except PartError:
        return


def test_line_feeds_alone_will_do() -> None:
    content = b"--boundary\nContent-Type: application/xml\nContent-Length: 4\n\n<a/>\n"

    assert read(content, [7, 30]) == [("application/xml", b"<a/>")]


@pytest.mark.parametrize(
    "content",
    [b"--boundary\r\n" + b"a" * 10_000, b"--boundary\r\nContent-Length: 99999999999\r\n\r\n"],
    ids=["headers_without_end", "a_part_too_long"],
)
def test_what_grows_without_end_is_given_up(content: bytes) -> None:
    with pytest.raises(PartError):
        PartReader(b"boundary").feed(content)


def test_a_part_without_length_is_bounded_too() -> None:
    reader = PartReader(b"boundary")
    reader.feed(b"--boundary\r\nContent-Type: image/jpeg\r\n\r\n")
    with pytest.raises(PartError):
        reader.feed(b"a" * (LONGEST_PART + 1))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("multipart/mixed; boundary=boundary", b"boundary"),
        ('multipart/mixed;charset=UTF-8; boundary="MIME_boundary"', b"MIME_boundary"),
        ("multipart/x-mixed-replace; boundary=--boundary", b"boundary"),
    ],
)
def test_the_boundary_is_that_of_the_header(header: str, expected: bytes) -> None:
    assert boundary_of(header) == expected


@pytest.mark.parametrize("header", ["", "application/xml", "multipart/mixed", "text/html; boundary=a"])
def test_an_answer_that_is_not_in_parts_is_said(header: str) -> None:
    with pytest.raises(PartError, match="multipart"):
        boundary_of(header)

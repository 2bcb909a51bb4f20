"""Drafts as files, and the pre-check on papers made of them: as they should be, worn, and wrong."""

import io
from datetime import date, timedelta

import docx
import numpy as np
import pypdfium2
import pytest

from credit.applications.hints import Check, Finding, Hint
from credit.applications.material import MaterialKind
from credit.applications.precheck import Expected, precheck
from credit.applications.reading import TextSource
from credit.errors import PaperError
from service.papers.docx_writer import DocxWriter
from service.papers.ocr import RapidOcr
from service.papers.pictures import size_of
from service.papers.reader import Reader
from tests.credit.entries import TODAY, draft
from tests.service.papers.sheets import NAME, as_pdf, as_picture, as_png, complete, promise, sealed, worn

DECIDED = date(2026, 11, 1)
EXPECTED = Expected(
    name=NAME,
    credit_code=draft().credit_code.value,
    document_no=draft().document_no,
    decision_date=DECIDED,
    today=TODAY,
    attached=1,
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(RapidOcr())


def found(reader: Reader, content: bytes, media_type: str = "image/png") -> dict[Check, list[Hint]]:
    hints = precheck(MaterialKind.PROMISE, reader.read(content, media_type), EXPECTED)
    sorted_out: dict[Check, list[Hint]] = {}
    for hint in hints:
        sorted_out.setdefault(hint.check, []).append(hint)
    return sorted_out


def verdicts(hints: dict[Check, list[Hint]]) -> dict[Check, Finding]:
    """The first hint of each check: what looks wrong comes first."""
    return {check: each[0].finding for check, each in hints.items()}


def test_a_drafted_pdf_brings_its_letters_and_shows_its_blanks() -> None:
    document = pypdfium2.PdfDocument(as_pdf(promise()))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()

    assert NAME in text
    assert draft().document_no in text
    assert "草稿，未提交" in text
    assert "法定代表人（负责人）签名：＿＿＿" in text
    assert np.mean(as_picture(as_pdf(promise())) < 128) > 0.005  # letters are drawn, with no font of the machine


def test_a_drafted_docx_holds_the_same() -> None:
    opened = docx.Document(io.BytesIO(DocxWriter().write(promise()).content))
    cells = [cell.text for row in opened.tables[0].rows for cell in row.cells]

    assert NAME in cells
    assert draft().document_no in cells
    assert "草稿，未提交" in opened.sections[0].header.paragraphs[0].text


def test_an_empty_draft_is_told_to_be_empty_from_its_text_layer_without_ocr() -> None:
    told = found(Reader(None), as_pdf(promise()), "application/pdf")

    assert verdicts(told)[Check.TEMPLATE] is Finding.LOOKS_RIGHT
    for check in (Check.DRAFT_MARK, Check.EMPTY_FIELD, Check.SEAL, Check.SIGNATURE):
        assert verdicts(told)[check] is Finding.LOOKS_WRONG, check
    for check in (Check.NAME, Check.CREDIT_CODE, Check.DOCUMENT_NO):
        assert verdicts(told)[check] is Finding.LOOKS_RIGHT, check
    assert told[Check.EMPTY_FIELD][0].box is not None


def test_a_filled_sealed_and_signed_paper_looks_right_in_a_worn_picture(reader: Reader) -> None:
    told = found(reader, as_png(worn(complete(day=TODAY))))

    assert {check: finding for check, finding in verdicts(told).items() if finding is Finding.LOOKS_WRONG} == {}, told
    for check in (Check.NAME, Check.CREDIT_CODE, Check.DATE, Check.SEAL, Check.SIGNATURE, Check.TEMPLATE):
        assert verdicts(told)[check] is Finding.LOOKS_RIGHT, told[check]
    assert told[Check.SEAL_NAME][0].finding is not Finding.LOOKS_WRONG, told[Check.SEAL_NAME]


def test_a_wrong_paper_is_told_what_is_wrong_and_where(reader: Reader) -> None:
    early = DECIDED - timedelta(days=20)
    told = found(reader, as_png(complete("别家大酒楼管理有限责任公司", day=early, template="BK-XF-2025.1")))

    assert verdicts(told)[Check.DATE] is Finding.LOOKS_WRONG
    assert told[Check.DATE][0].found == early.isoformat()
    assert verdicts(told)[Check.TEMPLATE] is Finding.LOOKS_WRONG
    assert verdicts(told)[Check.SEAL_NAME] is not Finding.LOOKS_RIGHT
    assert all(told[check][0].box is not None for check in (Check.DATE, Check.TEMPLATE, Check.SEAL_NAME))


def test_without_ocr_a_picture_is_said_not_to_have_been_read() -> None:
    reader = Reader(None)
    paper = reader.read(as_png(complete(day=TODAY)), "image/png")
    told = verdicts(found(reader, as_png(complete(day=TODAY))))

    assert paper.pages[0].source is TextSource.NONE
    assert told[Check.LEGIBLE] is Finding.COULD_NOT_TELL
    assert told[Check.SIGNATURE] is Finding.COULD_NOT_TELL
    assert told[Check.SEAL] is Finding.LOOKS_RIGHT


def test_a_red_heading_is_no_seal() -> None:
    pixels = np.full((1600, 1130, 3), 255, np.uint8)
    pixels[100:180, 200:900] = (30, 30, 220)
    reader = Reader(None)

    assert reader.read(as_png(pixels), "image/png").pages[0].seals == ()
    drawn = sealed(pixels, NAME, (500, 900))
    [seal] = reader.read(as_png(drawn), "image/png").pages[0].seals
    assert seal.box.left < 500 / 1130 < seal.box.right


def test_what_cannot_be_opened_and_what_is_too_large_says_so() -> None:
    reader = Reader(None)
    bomb = bytearray(as_png(np.zeros((10, 10, 3), np.uint8)))
    bomb[16:24] = (200_000).to_bytes(4) + (200_000).to_bytes(4)

    with pytest.raises(PaperError, match="PDF"):
        reader.read(b"%PDF-1.7 nothing %%EOF", "application/pdf")
    with pytest.raises(PaperError, match="million points"):
        reader.read(bytes(bomb), "image/png")
    assert size_of(bytes(bomb)) == (200_000, 200_000)

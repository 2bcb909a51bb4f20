"""Reports by HTTP: read back from PDF and XLSX, and who may take them."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from api.ports import Role
from tests.api.kitchen import FIRM, ONE_SITE, OTHER_FIRM, OWN_FIRM, Kitchen
from tests.credit.entries import case, lead, observed

OWN = f"/api/v1/enterprises/{FIRM}/report?period=2026-01"
REGION = "/api/v1/credit/report?period=2026-01"


@pytest.fixture
def filled(kitchen: Kitchen) -> Kitchen:
    """One confirmed finding, one lead that nobody has judged, and a day of observation: too little for an index."""
    now = kitchen.twins.clock.now()
    kitchen.twins.ledgers.append(
        [lead(1, day=now.date(), at=now), lead(2, code="smoke.person", day=now.date(), at=now)],
        [observed(now.date()), case(1, day=now.date(), at=now)],
    )
    return kitchen


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def test_a_pdf_holds_chinese_as_text_with_pages_period_profile_and_checksum(filled: Kitchen) -> None:
    answer = filled.client(Role.OPERATOR, OWN_FIRM).get(OWN)

    assert answer.headers["content-type"] == "application/pdf"
    told = pages(answer.content)
    whole = "".join(told)
    for words in ("示例餐饮有限公司", "AI 线索，未经人工核实", "垃圾桶未盖", "cn-national@2026.11", "2026-01-01 至"):
        assert words in whole
    assert "数据不足" in whole or "NEW" in whole
    assert "不给出指数" in whole
    assert "不作比较" in whole
    assert all(f"第 {number} 页，共 {len(told)} 页" in text for number, text in enumerate(told, 1))
    assert all("输入摘要" in text for text in told)


def test_every_font_of_a_pdf_is_embedded(filled: Kitchen) -> None:
    content = filled.client(Role.REGULATOR).get(REGION).content

    fonts = [
        descendant.get_object()["/FontDescriptor"]
        for page in PdfReader(BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
        for descendant in font.get_object()["/DescendantFonts"]
    ]
    assert fonts
    assert all("/FontFile2" in font for font in fonts)


def test_a_workbook_read_back_has_the_figures_of_the_ledgers(filled: Kitchen) -> None:
    answer = filled.client(Role.REGULATOR).get(f"{OWN}&format=xlsx")

    book = load_workbook(BytesIO(answer.content))
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    bin_row = next(row for row in rows if row[0] == "垃圾桶未盖")
    assert bin_row[1] == 1  # detected
    total = next(row for row in rows if row[0] == "合计")
    assert (total[1], total[2], total[3]) == (2, 1, 1)  # one is confirmed, one nobody has judged
    assert any(row[-1] == "alert-0001" or "alert-0001" in row for row in rows)
    assert any(sheet._charts for sheet in book)


def test_the_same_inputs_give_the_same_checksum_and_new_entries_another(filled: Kitchen) -> None:
    def checksum() -> str:
        text = pages(filled.client(Role.REGULATOR).get(OWN).content)[-1]
        return text.split("报告摘要")[-1].split()[0]

    first = checksum()

    assert checksum() == first
    filled.twins.ledgers.append([lead(3, day=filled.twins.clock.now().date(), at=filled.twins.clock.now())])
    assert checksum() != first


def test_a_report_is_told_in_english_where_that_is_asked_for(filled: Kitchen) -> None:
    whole = "".join(pages(filled.client(Role.REGULATOR).get(f"{OWN}&language=en").content))

    assert "AI leads, not verified by a person" in whole
    assert "Monthly credit report" in whole


def test_a_report_follows_permission_and_scope(filled: Kitchen) -> None:
    assert filled.client(Role.VIEWER).get(OWN).status_code == 403
    assert filled.client(Role.OPERATOR, ONE_SITE).get(OWN).status_code == 404
    other = f"/api/v1/enterprises/{OTHER_FIRM}/report?period=2026-01"
    assert filled.client(Role.OPERATOR, OWN_FIRM).get(other).status_code == 404
    whole = "".join(pages(filled.client(Role.OPERATOR, OWN_FIRM).get(REGION).content))
    assert "示例餐饮有限公司" in whole
    assert "另一家示例公司" not in whole


@pytest.mark.parametrize("period", ["2026-13", "1999-01", "2026-02-30", "2099-01", "soon"])
def test_a_period_that_is_none_or_has_not_begun_is_refused_with_its_field(filled: Kitchen, period: str) -> None:
    answer = filled.client(Role.REGULATOR).get(f"/api/v1/enterprises/{FIRM}/report?period={period}")

    assert answer.status_code == 422
    assert "period" in answer.text


def test_a_region_that_is_too_large_is_refused_with_its_field(filled: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credit.reporting.report_desk.MOST_ENTERPRISES", 1)

    answer = filled.client(Role.REGULATOR).get("/api/v1/credit/report?period=2026-01")

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == "query.region"

"""Records with the field names of 双公示 (penalties). Pure.

The names are those that public code uses; the official data standard was not found, so check them against your
platform's before you rely on them. Ids of persons are never carried.
"""

import csv
import io
from collections.abc import Iterable, Mapping

from credit.camera_sheet import harmless
from credit.records import Outcome, PublicRecord

NAMES_ZH: Mapping[str, str] = {
    "CF_XDR_MC": "行政相对人名称",
    "CF_XDR_SHXYM": "统一社会信用代码",
    "CF_WSH": "行政处罚决定书文号",
    "CF_WFXW": "违法行为类型",
    "CF_WFSS": "违法事实",
    "CF_YJ": "处罚依据",
    "CF_CFLB": "处罚类别",
    "CF_NR": "处罚内容",
    "CF_NR_FK": "罚款金额（万元）",
    "CF_JDRQ": "处罚决定日期",
    "CF_GSJZQ": "公示截止期",
    "CF_CFJG": "处罚机关",
    "CF_CFJGDM": "处罚机关统一社会信用代码",
    "BZ": "备注",
}
COLUMNS = tuple(NAMES_ZH)
OUTCOMES_ZH: Mapping[Outcome, str] = {
    Outcome.WARNING: "警告",
    Outcome.CRITICISM: "通报批评",
    Outcome.FINE: "罚款",
    Outcome.CONFISCATION: "没收",
    Outcome.SUSPENSION: "责令停产停业",
    Outcome.RESTRICTION: "限制从业",
    Outcome.REVOCATION: "吊销许可证件",
    Outcome.ORDER: "责令改正",
    Outcome.OTHER: "其他",
}


def fields_of(record: PublicRecord, enterprise_name: str) -> dict[str, str]:
    """One record by the names of the columns. Amounts are in ten thousand yuan (万元)."""
    draft = record.draft
    outcomes = "、".join(OUTCOMES_ZH[each] for each in sorted(draft.outcomes))
    return {
        "CF_XDR_MC": enterprise_name,
        "CF_XDR_SHXYM": draft.credit_code.value,
        "CF_WSH": draft.document_no,
        "CF_WFXW": draft.document_type,
        "CF_WFSS": draft.facts,
        "CF_YJ": "；".join(draft.clauses),
        "CF_CFLB": outcomes,
        "CF_NR": outcomes,
        "CF_NR_FK": "" if draft.fine_yuan is None else f"{draft.fine_yuan / 10_000:.6f}",
        "CF_JDRQ": draft.decision_date.isoformat(),
        "CF_GSJZQ": "" if record.ends_on is None else record.ends_on.isoformat(),
        "CF_CFJG": draft.authority_name,
        "CF_CFJGDM": draft.authority_code,
        "BZ": "",
    }


def as_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """CSV in UTF-8 with its mark; no cell is run as a formula by a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(row[column]) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A workbook with one sheet: names in Chinese, then one row each. Every cell is text; none is run as a formula."""
    import xlsxwriter  # loaded with the first table

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format({"bold": True, "text_wrap": True, "num_format": "@"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet("行政处罚")
    sheet.set_column(0, len(COLUMNS) - 1, 22)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, NAMES_ZH[column], head)
    for number, row in enumerate(rows, 1):
        for place, column in enumerate(COLUMNS):
            sheet.write_string(number, place, row[column], cell)
    book.close()
    return out.getvalue()

"""Records with the field names of 双公示 (penalties). Pure.

The names are those that public code uses; the official data standard was not found, so check them against your
platform's before you rely on them. Ids of persons are never carried.
"""

import csv
import io
from collections.abc import Iterable, Mapping

from credit.records import Outcome, PublicRecord

COLUMNS = (
    "CF_XDR_MC",
    "CF_XDR_SHXYM",
    "CF_WSH",
    "CF_WFXW",
    "CF_WFSS",
    "CF_YJ",
    "CF_CFLB",
    "CF_NR",
    "CF_NR_FK",
    "CF_JDRQ",
    "CF_GSJZQ",
    "CF_CFJG",
    "CF_CFJGDM",
    "BZ",
)
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
        writer.writerow([_harmless(row[column]) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell

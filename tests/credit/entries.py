"""Entries and records made for tests of the ledgers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from credit.ledger import LeadEntry, LeadKind, SupervisionEntry, SupervisionKind
from credit.records import Outcome, Procedure, PublicRecord, RecordDraft, RecordKind, Severity
from domain.credit_code import CreditCode
from domain.ids import AlertId, EnterpriseId, SiteId, UserId
from domain.risk import RiskClass

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
FIRM = EnterpriseId("enterprise-1")
SITE = SiteId("site-1")
OFFICER, SECOND, OPERATOR = UserId("user-officer"), UserId("user-second"), UserId("user-operator")
AUTHORITY = CreditCode.generated(77_000_001).value


def lead(number: int = 1, kind: LeadKind = LeadKind.DETECTED, *, sequence: int = 1, **changes: Any) -> LeadEntry:
    values: dict[str, Any] = {
        "entry_id": f"alert-{number:04d}:{sequence}",
        "enterprise_id": FIRM,
        "site_id": SITE,
        "alert_id": AlertId(f"alert-{number:04d}"),
        "code": "bin.uncovered",
        "code_version": "1",
        "kind": kind,
        "day": TODAY,
        "at": NOW,
        "actor_id": OFFICER if kind.is_human else None,
    }
    return LeadEntry(**(values | changes))


def case(
    number: int = 1, kind: SupervisionKind = SupervisionKind.CONFIRMED, *, sequence: int = 2, **changes: Any
) -> SupervisionEntry:
    values: dict[str, Any] = {
        "entry_id": f"alert-{number:04d}:{sequence}",
        "enterprise_id": FIRM,
        "site_id": SITE,
        "kind": kind,
        "day": TODAY,
        "at": NOW + timedelta(minutes=sequence),
        "actor_id": OPERATOR if kind is SupervisionKind.RECTIFIED else OFFICER,
        "case_id": AlertId(f"alert-{number:04d}"),
        "sequence": sequence,
        "code": "bin.uncovered",
        "code_version": "1",
        "risk_class": RiskClass.II,
        "clauses": ("cn.fsl.33@2021",),
        "submitter_id": OPERATOR if kind is SupervisionKind.VERIFIED else None,
    }
    return SupervisionEntry(**(values | changes))


def observed(day: date = TODAY, hours: float = 10.0, **changes: Any) -> SupervisionEntry:
    values: dict[str, Any] = {
        "entry_id": f"observed:{SITE}:{day}",
        "enterprise_id": FIRM,
        "site_id": SITE,
        "kind": SupervisionKind.OBSERVED,
        "day": day,
        "at": datetime(day.year, day.month, day.day, 15, tzinfo=UTC),
        "figures": {"observed_seconds": round(hours * 3600), "open_seconds": round(hours * 4000)},
    }
    return SupervisionEntry(**(values | changes))


def noted(kind: SupervisionKind, figures: dict[str, Any], *, number: int = 1, **changes: Any) -> SupervisionEntry:
    values: dict[str, Any] = {
        "entry_id": f"{kind}-{number}",
        "enterprise_id": FIRM,
        "kind": kind,
        "day": TODAY,
        "at": NOW,
        "actor_id": OFFICER,
        "figures": figures,
    }
    return SupervisionEntry(**(values | changes))


def draft(number: int = 1, **changes: Any) -> RecordDraft:
    values: dict[str, Any] = {
        "enterprise_id": FIRM,
        "credit_code": CreditCode.generated(1),
        "kind": RecordKind.PENALTY,
        "severity": Severity.GENERAL,
        "document_no": f"示例市监处罚〔2026〕{number}号",
        "document_type": "行政处罚决定书",
        "authority_name": "示例区市场监督管理局",
        "authority_code": AUTHORITY,
        "decision_date": date(2026, 11, 1),
        "procedure": Procedure.ORDINARY,
        "facts": "示例：后厨存放超过保质期的食品原料。",
        "outcomes": (Outcome.FINE, Outcome.WARNING),
        "fine_yuan": 5_000,
        "clauses": ("cn.fsl.34@2021",),
        "lead_ids": ("alert-0001",),
    }
    return RecordDraft(**(values | changes))


def record(number: int = 1, **changes: Any) -> PublicRecord:
    return PublicRecord(
        record_id=f"record-{number}", draft=draft(number, **changes), officer_id=OFFICER, entered_at=NOW
    )

"""Entries of ledgers and records to rows and back, places in their chains, and what a guard of the database says."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Table, select, text
from sqlalchemy.exc import IntegrityError

from credit.chain import FIRST, Link
from credit.errors import DocumentKnownError, GuardError, NotAnOfficerError
from credit.ledger import LeadEntry, SupervisionEntry
from credit.records import Delivery, Outcome, PublicRecord, RecordDraft, RecordStep, outcomes_text
from domain.credit_code import CreditCode
from service.storage.database import Database

# One writer of ledgers at a time: this number is the queue's name within the database ("bkledger").
_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=int.from_bytes(b"bkledger", "big", signed=True))
_GUARD = re.compile(r"guard (?P<guard>\w+) of (?P<table>\w+)")
_CHECK = re.compile(r"CHECK constraint failed: (?P<guard>\w+)|violates check constraint \"(?P<named>\w+)\"")


def take_turn(database: Database, connection: Connection) -> None:
    """Wait until nobody else extends a chain; SQLite has one writer anyway."""
    if database.is_postgresql:
        connection.execute(_LOCK)


def last_link(connection: Connection, table: Table) -> Link:
    row = connection.execute(
        select(table.c.number, table.c.previous, table.c.digest).order_by(table.c.number.desc()).limit(1)
    ).first()
    return FIRST if row is None else Link(number=row.number, previous=row.previous, digest=row.digest)


@contextmanager
def guarded(document_no: str = "") -> Iterator[None]:
    """Say in our words what the database refused. What is no guard of ours passes through."""
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig)
        if "guard known_document" in said or "uq_public_records_document" in said:
            raise DocumentKnownError(document_no) from None
        found = _GUARD.search(said)
        if found is None and (check := _CHECK.search(said)) is not None:
            raise GuardError(check["guard"] or check["named"], "what the database allows", "something else") from None
        if found is None:
            raise
        if found["guard"] == "officer":
            raise NotAnOfficerError from None
        raise GuardError(found["guard"], f"what the guard of {found['table']} allows", "something else") from None


def link_values(link: Link) -> dict[str, Any]:
    return {"number": link.number, "previous": link.previous, "digest": link.digest}


def lead_values(entry: LeadEntry, link: Link) -> dict[str, Any]:
    return {
        **link_values(link),
        "entry_id": entry.entry_id,
        "enterprise_id": entry.enterprise_id,
        "site_id": entry.site_id,
        "alert_id": entry.alert_id,
        "code": entry.code,
        "code_version": entry.code_version,
        "kind": entry.kind,
        "day": entry.day,
        "at": entry.at,
        "actor_id": entry.actor_id,
    }


def lead_of(row: Row[Any]) -> LeadEntry:
    return LeadEntry(
        entry_id=row.entry_id,
        enterprise_id=row.enterprise_id,
        site_id=row.site_id,
        alert_id=row.alert_id,
        code=row.code,
        code_version=row.code_version,
        kind=row.kind,
        day=row.day,
        at=row.at,
        actor_id=row.actor_id,
    )


def supervision_values(entry: SupervisionEntry, link: Link) -> dict[str, Any]:
    """`observed_seconds` and `open_seconds` have columns of their own as well: sums are made in the database."""
    return {
        **link_values(link),
        "entry_id": entry.entry_id,
        "enterprise_id": entry.enterprise_id,
        "site_id": entry.site_id,
        "kind": entry.kind,
        "day": entry.day,
        "at": entry.at,
        "actor_id": entry.actor_id,
        "case_id": entry.case_id,
        "sequence": entry.sequence,
        "code": entry.code,
        "code_version": entry.code_version,
        "risk_class": entry.risk_class,
        "clauses": list(entry.clauses),
        "submitter_id": entry.submitter_id,
        "figures": dict(entry.figures),
        "observed_seconds": entry.figures.get("observed_seconds"),
        "open_seconds": entry.figures.get("open_seconds"),
        "reason": entry.reason,
        "corrects": entry.corrects,
    }


def supervision_of(row: Row[Any]) -> SupervisionEntry:
    return SupervisionEntry(
        entry_id=row.entry_id,
        enterprise_id=row.enterprise_id,
        site_id=row.site_id,
        kind=row.kind,
        day=row.day,
        at=row.at,
        actor_id=row.actor_id,
        case_id=row.case_id,
        sequence=row.sequence,
        code=row.code,
        code_version=row.code_version,
        risk_class=row.risk_class,
        clauses=tuple(row.clauses),
        submitter_id=row.submitter_id,
        figures=_with_sums(row),
        reason=row.reason,
        corrects=row.corrects,
    )


def _with_sums(row: Row[Any]) -> Mapping[str, Any]:
    """The columns that are summed speak for themselves, so a change of one of them alone is found in the chain too."""
    figures = dict(row.figures)
    for name in ("observed_seconds", "open_seconds"):
        if getattr(row, name) is not None:
            figures[name] = getattr(row, name)
    return figures


def record_values(record: PublicRecord, link: Link) -> dict[str, Any]:
    draft = record.draft
    return {
        **link_values(link),
        "record_id": record.record_id,
        "enterprise_id": draft.enterprise_id,
        "credit_code": draft.credit_code.value,
        "kind": draft.kind,
        "severity": draft.severity,
        "document_no": draft.document_no,
        "document_type": draft.document_type,
        "authority_name": draft.authority_name,
        "authority_code": draft.authority_code,
        "decision_date": draft.decision_date,
        "procedure": draft.procedure,
        "facts": draft.facts,
        "outcomes": outcomes_text(draft.outcomes),
        "fine_yuan": draft.fine_yuan,
        "clauses": list(draft.clauses),
        "lead_ids": list(draft.lead_ids),
        "corrects": draft.corrects,
        "officer_id": record.officer_id,
        "entered_at": record.entered_at,
    }


def record_of(row: Row[Any], steps: tuple[RecordStep, ...]) -> PublicRecord:
    return PublicRecord(
        record_id=row.record_id,
        draft=RecordDraft(
            enterprise_id=row.enterprise_id,
            credit_code=CreditCode(row.credit_code),
            kind=row.kind,
            severity=row.severity,
            document_no=row.document_no,
            document_type=row.document_type,
            authority_name=row.authority_name,
            authority_code=row.authority_code,
            decision_date=row.decision_date,
            procedure=row.procedure,
            facts=row.facts,
            outcomes=tuple(Outcome(word) for word in row.outcomes.split(",")),
            clauses=tuple(row.clauses),
            fine_yuan=row.fine_yuan,
            lead_ids=tuple(row.lead_ids),
            corrects=row.corrects,
        ),
        officer_id=row.officer_id,
        entered_at=row.entered_at,
        steps=steps,
    )


def step_values(step: RecordStep, link: Link) -> dict[str, Any]:
    return {
        **link_values(link),
        "record_id": step.record_id,
        "kind": step.kind,
        "officer_id": step.officer_id,
        "at": step.at,
        "reason": step.reason,
        "basis": step.basis,
        "decided_on": step.decided_on,
        "ends_on": step.ends_on,
    }


def step_of(row: Row[Any]) -> RecordStep:
    return RecordStep(
        record_id=row.record_id,
        kind=row.kind,
        officer_id=row.officer_id,
        at=row.at,
        reason=row.reason,
        basis=row.basis,
        decided_on=row.decided_on,
        ends_on=row.ends_on,
    )


def delivery_of(row: Row[Any]) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        record_id=row.record_id,
        receiver=row.receiver,
        action=row.action,
        ordered_at=row.ordered_at,
        due_on=row.due_on,
        delivered_at=row.delivered_at,
        confirmation=row.confirmation,
    )


def link_of(row: Row[Any]) -> Link:
    return Link(number=row.number, previous=row.previous, digest=row.digest)

"""Checks the whole record of an installation: chain, rows, files, anchors, time stamps. It writes nothing."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from alerts.anchors import read_anchors
from alerts.audit import AlertState, ChainAudit, Fault, Finding, alert_faults
from alerts.errors import AnchorError, EvidenceNotFoundError
from alerts.keeping.access import Access, log_faults
from alerts.keeping.audit import LedgerRow, deletion_faults, sealed_deletions, tombstone_faults
from alerts.ports import EvidenceFiles
from alerts.seals import ORIGIN
from alerts.timestamps import Authority
from api.account_log import account_faults
from domain.alert import EvidenceState
from service.storage.database import Database
from service.storage.ledger import SqlLedger, snapshot

_CHUNK_BYTES = 1 << 20


@dataclass(slots=True, kw_only=True)
class Report:
    """What was looked at and what was found. `unsealed` steps wait for the sealer: no fault, and no proof either."""

    findings: list[Finding] = field(default_factory=list)
    seals: int = 0
    newest: int = 0
    newest_digest: str = ORIGIN
    alerts: int = 0
    files: int = 0
    deleted: int = 0
    accesses: int = 0
    unsealed: int = 0
    anchors: int = 0
    timestamps: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def lines(self) -> Iterator[str]:
        for finding in self.findings:
            yield finding.line()
        yield from self.remarks
        yield (
            f"{self.seals} seals up to number {self.newest}, {self.alerts} alerts, {self.files} evidence files, "
            f"{self.deleted} deleted by rule, {self.anchors} anchors, {self.timestamps} time stamps: "
            + ("all as it was sealed" if self.is_whole else f"{len(self.findings)} faults")
        )
        yield f"newest digest {self.newest_digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to check. `since`: only seals made at or after it; the one before them is then taken for granted."""

    since: datetime | None = None
    anchor_file: Path | None = None
    authority: Authority | None = None


def verify(database: Database, store: EvidenceFiles, wanted: Wanted) -> Report:
    """The report. A running service may write meanwhile. Raises JournalError where the database cannot be read."""
    report = Report()
    files: list[Mapping[str, Any]] = []
    with snapshot(database) as ledger:
        deleted = {row.evidence_id: row for row in ledger.deletions()}
        states = _look_at_chain(ledger, wanted, report, deleted)
        for state in states:
            files += state.evidence
        report.findings += _access_findings(ledger, report)
        report.findings += account_faults(ledger.account_entries())
        report.findings += _anchor_findings(ledger, wanted, report)
        report.findings += _timestamp_findings(ledger, wanted, report)
        report.unsealed = ledger.unsealed()
    if report.unsealed:
        report.remarks.append(f"{report.unsealed} steps have no seal yet: they prove nothing so far")
    # The files last and without the database: there may be many, and none is ever written again.
    for piece in files:
        if piece.get("state") == EvidenceState.STORED.value:
            report.files += 1
            report.findings += _file_findings(store, piece)
    for row in deleted.values():
        report.findings += _erasure_findings(store, row, report)
    return report


def _look_at_chain(
    ledger: SqlLedger, wanted: Wanted, report: Report, deleted: Mapping[str, LedgerRow]
) -> list[AlertState]:
    after, digest = ledger.start(wanted.since)
    audit = ChainAudit(number=after, previous=digest or ORIGIN)
    report.findings += audit.look(ledger.sealed_steps(after))
    report.seals, report.newest, report.newest_digest = audit.number - after, audit.number, audit.previous
    states = list(ledger.alert_states(sorted(audit.latest)))
    for state in states:
        seal, sequence = audit.latest[state.alert_id]
        report.findings += alert_faults(state, seal, sequence, audit.payloads[state.alert_id])
        report.findings += tombstone_faults(state.evidence, deleted)
    told = (deletion for seal, step in audit.deleting for deletion in sealed_deletions(seal, step))
    sealed_up_to = {alert_id: sequence for alert_id, (_, sequence) in audit.latest.items()}
    report.findings += deletion_faults(told, deleted.values(), sealed_up_to, is_whole=wanted.since is None)
    report.alerts = len(states)
    return states


def _anchor_findings(ledger: SqlLedger, wanted: Wanted, report: Report) -> Iterator[Finding]:
    if wanted.anchor_file is None:
        return
    newest = ledger.newest_number()
    try:
        for anchor in read_anchors(wanted.anchor_file):
            report.anchors += 1
            place = f"{wanted.anchor_file}:{anchor.line}"
            yield from _compared(place, anchor.number, anchor.digest, ledger.digest_of(anchor.number), newest)
    except AnchorError as error:
        yield Finding(fault=Fault.ANCHOR_UNREADABLE, place=error.place, expected="an anchor", found=error.reason)


def _compared(place: str, number: int, digest: str, found: str | None, newest: int) -> Iterator[Finding]:
    if found is None:
        yield Finding(
            fault=Fault.ANCHOR_NOT_REACHED,
            place=place,
            expected=f"seal {number}",
            found=f"a chain of {newest}",
            seal=number,
        )
    elif found != digest:
        yield Finding(fault=Fault.ANCHOR_DIFFERS, place=place, expected=digest, found=found, seal=number)


def _timestamp_findings(ledger: SqlLedger, wanted: Wanted, report: Report) -> Iterator[Finding]:
    stamps = ledger.timestamps()
    report.timestamps = len(stamps)
    newest = ledger.newest_number()
    for stamp in stamps:
        place = f"time stamp of seal {stamp.number}"
        yield from _compared(place, stamp.number, stamp.digest, ledger.digest_of(stamp.number), newest)
        if wanted.authority is not None and (reason := wanted.authority.fault(stamp)) is not None:
            yield Finding(fault=Fault.TIMESTAMP_WRONG, place=place, expected="a valid stamp", found=reason)
    if stamps and wanted.authority is None:
        report.remarks.append("time stamps were compared with the chain, but not checked: name their authority")


def _file_findings(store: EvidenceFiles, piece: Mapping[str, Any]) -> Iterator[Finding]:
    name, alert_id = str(piece["name"]), str(piece["alert_id"])
    try:
        size, sha256 = _read(store, name)
    except EvidenceNotFoundError:
        yield Finding(fault=Fault.FILE_MISSING, place=name, alert_id=alert_id)
        return
    except (OSError, ValueError) as error:
        yield Finding(fault=Fault.FILE_UNREADABLE, place=name, alert_id=alert_id, found=str(error))
        return
    if size != piece["size_bytes"]:
        yield Finding(
            fault=Fault.FILE_CHANGED,
            place=name,
            alert_id=alert_id,
            expected=f"{piece['size_bytes']} bytes",
            found=f"{size} bytes",
        )
    if sha256 != piece["sha256"]:
        yield Finding(
            fault=Fault.FILE_CHANGED, place=name, alert_id=alert_id, expected=str(piece["sha256"]), found=sha256
        )


def _erasure_findings(store: EvidenceFiles, row: LedgerRow, report: Report) -> Iterator[Finding]:
    """A file that was deleted must be gone, or its deletion must be under way."""
    report.deleted += 1
    try:
        store.open(row.name).close()
    except EvidenceNotFoundError:
        return
    except (OSError, ValueError) as error:
        yield Finding(fault=Fault.FILE_UNREADABLE, place=row.name, alert_id=row.alert_id, found=str(error))
        return
    if row.is_erased:
        yield Finding(
            fault=Fault.FILE_NOT_DELETED, place=row.name, alert_id=row.alert_id, expected="no file", found="a file"
        )
    else:
        report.remarks.append(f"{row.name} is about to be deleted")


def _access_findings(ledger: SqlLedger, report: Report) -> Iterator[Finding]:
    def counted() -> Iterator[Access]:
        for entry in ledger.accesses():
            report.accesses += 1
            yield entry

    return log_faults(counted())


def _read(store: EvidenceFiles, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with store.open(name) as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()

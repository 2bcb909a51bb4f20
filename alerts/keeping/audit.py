"""Tells a deletion that the chain proves from one that somebody made. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alerts.audit import Fault, Finding
from alerts.seals import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """An entry of the deletion ledger as the database holds it now. `is_erased`: its file is said to be gone."""

    alert_id: str
    sequence: int
    evidence_id: str
    name: str
    told: Mapping[str, Any]
    """Size, checksum, trigger, rule and policy, under the names of `TOLD`."""
    is_erased: bool


TOLD = ("size_bytes", "sha256", "trigger", "rule", "policy_version", "policy_sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDeletion:
    """A piece of evidence of which a sealed step says that it was deleted."""

    seal: Seal
    alert_id: str
    sequence: int
    evidence_id: str
    told: Mapping[str, Any]


def sealed_deletions(seal: Seal, step: Mapping[str, Any]) -> Iterator[SealedDeletion]:
    """What a sealed step says of deletions."""
    payload = step.get("payload")
    part = payload.get("deletion") if isinstance(payload, Mapping) else None
    if not isinstance(part, Mapping) or not isinstance(payload, Mapping):
        return
    pieces = {
        str(piece.get("evidence_id")): piece for piece in payload.get("evidence", ()) if isinstance(piece, Mapping)
    }
    for evidence_id in part.get("evidence_ids", ()):
        piece = pieces.get(str(evidence_id), {})
        yield SealedDeletion(
            seal=seal,
            alert_id=seal.alert_id,
            sequence=int(step.get("sequence") or 0),
            evidence_id=str(evidence_id),
            told={name: piece.get(name, part.get(name)) for name in TOLD},
        )


def deletion_faults(
    sealed: Iterable[SealedDeletion], rows: Iterable[LedgerRow], sealed_up_to: Mapping[str, int], *, is_whole: bool
) -> Iterator[Finding]:
    """What does not fit between the chain and the ledger.

    `sealed_up_to` is the last sealed sequence of each alert; `is_whole` False: the chain was looked at from a later
    seal on, so entries of which nothing was seen are taken for granted.
    """
    known = {row.evidence_id: row for row in rows}
    proven = set()
    for deletion in sealed:
        proven.add(deletion.evidence_id)
        row = known.get(deletion.evidence_id)
        place = f"deletions {deletion.evidence_id}"
        if row is None:
            yield Finding(
                fault=Fault.DELETION_MISSING, place=place, alert_id=deletion.alert_id, seal=deletion.seal.number
            )
            continue
        told = {**deletion.told, "alert_id": deletion.alert_id, "sequence": deletion.sequence}
        found = {**row.told, "alert_id": row.alert_id, "sequence": row.sequence}
        for name in sorted(told):
            if told[name] != found.get(name):
                yield Finding(
                    fault=Fault.DELETION_CHANGED,
                    place=f"{place}.{name}",
                    alert_id=deletion.alert_id,
                    seal=deletion.seal.number,
                    expected=str(told[name]),
                    found=str(found.get(name)),
                )
    for row in known.values():
        is_sealed = row.sequence <= sealed_up_to.get(row.alert_id, 0)
        if is_whole and is_sealed and row.evidence_id not in proven:
            yield Finding(
                fault=Fault.DELETION_UNEXPECTED,
                place=f"deletions {row.evidence_id}",
                alert_id=row.alert_id,
                expected="a sealed step that says so",
                found="none",
            )


def tombstone_faults(evidence: Iterable[Mapping[str, Any]], ledger: Mapping[str, LedgerRow]) -> Iterator[Finding]:
    """Evidence that is called deleted although no entry of the ledger says so."""
    for piece in evidence:
        if piece.get("state") == "deleted" and str(piece.get("evidence_id")) not in ledger:
            yield Finding(
                fault=Fault.DELETION_MISSING,
                place=f"deletions {piece.get('evidence_id')}",
                alert_id=str(piece.get("alert_id")),
            )
